//! Fields that exclude each other.

use crate::diagnostic::Severity;
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule {
    code: "alertmanager-conflicting-fields",
    severity: Severity::Error,
    meaning: "Fields in a configuration of Alertmanager exclude each other.",
    reason: "Alertmanager refuses the configuration: it does not start, and on a reload it keeps the former one.",
    action: "Remove all but one of them.",
};
