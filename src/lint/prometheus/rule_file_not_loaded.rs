//! Rule files that nothing loads.

use crate::diagnostic::Severity;
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule {
    code: "prometheus-rule-file-not-loaded",
    severity: Severity::Warning,
    meaning: "A file of rules is mounted into Prometheus, and no pattern of `rule_files` means it.",
    reason: "Prometheus loads the files that `rule_files` names, and no others: the rules of the file are never evaluated, and its alerts never \
             fire.",
    action: "Add its path to `rule_files`.",
};

/// Whether a text is that of a rule file with groups in it.
pub fn is_rules(text: &str) -> bool {
    text.lines().any(|line| line.trim_end() == "groups:") && text.contains("expr:")
}
