//! Fields that have to be there.

use crate::diagnostic::Severity;
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule {
    code: "alertmanager-missing-field",
    severity: Severity::Error,
    meaning: "A configuration of Alertmanager lacks a field that has to be there.",
    reason: "Alertmanager refuses the configuration: it does not start, and on a reload it keeps the former one. What many receivers need can be said once, under `global`.",
    action: "Add the field.",
};
