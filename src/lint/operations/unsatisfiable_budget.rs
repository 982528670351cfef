//! Budgets that ask for more pods than there are.

use crate::diagnostic::Severity;
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule {
    code: "budget-unsatisfiable",
    severity: Severity::Warning,
    meaning: "A PodDisruptionBudget needs more pods than there are.",
    reason: "The budget is never fulfilled, so it never lets a pod go: draining a node waits without end, and the alert for budgets that are not \
             fulfilled fires at once.",
    action: "Ask for fewer pods in `minAvailable` than there are replicas.",
};
