//! Files of Prometheus that are not YAML.

use crate::diagnostic::Severity;
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule {
    code: "prometheus-yaml",
    severity: Severity::Error,
    meaning: "A file of Prometheus is not YAML.",
    reason: "Prometheus does not start with it, and keeps the former configuration where it runs already. A key that is written twice counts, too: Prometheus reads strictly.",
    action: "Correct the place that is shown.",
};
