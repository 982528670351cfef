//! Fields that Prometheus does not know.

use crate::diagnostic::Severity;
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule {
    code: "prometheus-unknown-field",
    severity: Severity::Error,
    meaning: "A file of Prometheus has a field that Prometheus 3.14 does not know.",
    reason: "Prometheus refuses a file with a field that it does not know: it does not start, and on a reload it keeps the former configuration.",
    action: "Correct the spelling or the indentation, or remove the field.",
};
