//! Fields that exclude each other.

use crate::diagnostic::Severity;
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule {
    code: "prometheus-conflicting-fields",
    severity: Severity::Error,
    meaning: "Fields in a file of Prometheus exclude each other.",
    reason: "Prometheus refuses the file: it does not start, and on a reload it keeps the former configuration.",
    action: "Remove all but one of them.",
};
