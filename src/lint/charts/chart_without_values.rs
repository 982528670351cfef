//! Charts without values.yaml.

use crate::diagnostic::{Diagnostic, Severity};
use crate::lint::Rule;
use crate::lint::tree::Tree;

/// See its texts.
pub const RULE: Rule = Rule {
    code: "chart-without-values",
    severity: Severity::Info,
    meaning: "A chart with templates has no values.yaml.",
    reason: "Nobody can see which values there are; `helm lint` says so, too.",
    action: "Add a values.yaml with the defaults, or an empty one.",
};

pub(super) fn check(tree: &Tree<'_>, findings: &mut Vec<Diagnostic>) {
    for known in tree.own() {
        let chart = known.chart;
        if !chart.has_values && !chart.metadata.is_library && !chart.templates.is_empty() {
            findings.push(
                RULE.finding(format!("the chart `{}` has no values.yaml", chart.metadata.name))
                    .at(&chart.metadata.name_place)
                    .help("add one with the defaults; it may be empty"),
            );
        }
    }
}
