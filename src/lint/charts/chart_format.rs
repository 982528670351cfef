//! The form of Chart.yaml and what belongs to which.

use crate::diagnostic::{Diagnostic, Severity};
use crate::lint::Rule;
use crate::lint::tree::Tree;
use crate::yaml::{Map, Node};

/// See its texts.
pub const RULE: Rule = Rule {
    code: "chart-format",
    severity: Severity::Warning,
    meaning: "Chart.yaml has no `apiVersion`, or keys that charts of `apiVersion: v1` do not have.",
    reason: "Helm takes the chart for one of the old form, which keeps its dependencies in requirements.yaml, and `helm lint` refuses it.",
    action: "Write `apiVersion: v2`.",
};

/// The keys that came with `apiVersion: v2`.
const NEW: &[&str] = &["dependencies", "type"];

pub(super) fn check(tree: &Tree<'_>, findings: &mut Vec<Diagnostic>) {
    for known in tree.own() {
        let metadata = &known.chart.metadata;
        let version = metadata
            .node
            .get("apiVersion")
            .and_then(Node::as_str)
            .unwrap_or_default();
        if version.is_empty() {
            findings.push(
                RULE.finding(format!("Chart.yaml of `{}` has no `apiVersion`", metadata.name))
                    .at(&metadata.name_place)
                    .help("add the line `apiVersion: v2`"),
            );
        }
        for (key, entry) in metadata.node.as_map().into_iter().flat_map(Map::iter) {
            if version == "v1" && NEW.contains(&&**key) {
                findings.push(
                    RULE.finding(format!("charts of `apiVersion: v1` have no `{key}`"))
                        .at(&entry.key_place)
                        .help("write `apiVersion: v2`"),
                );
            }
        }
    }
}
