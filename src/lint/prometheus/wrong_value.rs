//! Values that a field cannot have.

use crate::diagnostic::Severity;
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule {
    code: "prometheus-wrong-value",
    severity: Severity::Error,
    meaning: "A field in a file of Prometheus has a value that it cannot have.",
    reason: "Prometheus refuses the file: it does not start, and on a reload it keeps the former configuration.",
    action: "Write a value of the kind that the message names.",
};
