//! Fields that have to be there.

use crate::diagnostic::Severity;
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule {
    code: "prometheus-missing-field",
    severity: Severity::Error,
    meaning: "A file of Prometheus lacks a field that has to be there.",
    reason: "Prometheus refuses the file: it does not start, and on a reload it keeps the former configuration.",
    action: "Add the field.",
};
