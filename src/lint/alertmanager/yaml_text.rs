//! Texts that are not YAML.

use crate::diagnostic::Severity;
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule {
    code: "alertmanager-yaml",
    severity: Severity::Error,
    meaning: "A configuration of Alertmanager is not YAML.",
    reason: "Alertmanager does not start with it, and keeps the former configuration where it runs already. A key that is written twice counts, too: Alertmanager reads strictly.",
    action: "Correct the place that is shown.",
};
