//! Values that a field cannot have.

use crate::diagnostic::Severity;
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule {
    code: "alertmanager-wrong-value",
    severity: Severity::Error,
    meaning: "A field in a configuration of Alertmanager has a value that it cannot have.",
    reason: "Alertmanager refuses the configuration: it does not start, and on a reload it keeps the former one.",
    action: "Write a value of the kind that the message names.",
};
