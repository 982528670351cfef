//! Fields that Alertmanager does not know.

use crate::diagnostic::Severity;
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule {
    code: "alertmanager-unknown-field",
    severity: Severity::Error,
    meaning: "A configuration of Alertmanager has a field that Alertmanager 0.34 does not know.",
    reason: "Alertmanager refuses a configuration with a field that it does not know: it does not start, and on a reload it keeps the former configuration.",
    action: "Correct the spelling or the indentation, or remove the field.",
};
