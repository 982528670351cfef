//! Keys of Chart.yaml that nobody reads.

use crate::diagnostic::{Diagnostic, Severity, nearest};
use crate::lint::Rule;
use crate::lint::tree::Tree;
use crate::yaml::{Map, Node};

/// See its texts.
pub const RULE: Rule = Rule {
    code: "chart-unknown-key",
    severity: Severity::Warning,
    meaning: "Chart.yaml has a key that neither Helm nor promchart knows.",
    reason: "It is ignored in silence; what it was meant to say is not said.",
    action: "Correct the name, or put what is for other programs under `annotations`.",
};

/// The keys of Chart.yaml.
const KEYS: &[&str] = &[
    "annotations",
    "apiVersion",
    "appVersion",
    "condition",
    "dependencies",
    "deprecated",
    "description",
    "engine",
    "home",
    "icon",
    "keywords",
    "kubeVersion",
    "maintainers",
    "name",
    "sources",
    "tags",
    "type",
    "version",
];
/// Those of an entry of `dependencies`.
const DEPENDENCY: &[&str] = &[
    "alias",
    "condition",
    "enabled",
    "import-values",
    "name",
    "repository",
    "tags",
    "version",
];
/// Those of an entry of `maintainers`.
const MAINTAINER: &[&str] = &["email", "name", "url"];

pub(super) fn check(tree: &Tree<'_>, findings: &mut Vec<Diagnostic>) {
    for known in tree.own() {
        let node = &known.chart.metadata.node;
        look(node, "Chart.yaml", KEYS, findings);
        for (key, what, keys) in [
            ("dependencies", "an entry of `dependencies`", DEPENDENCY),
            ("maintainers", "an entry of `maintainers`", MAINTAINER),
        ] {
            for entry in node.get(key).and_then(Node::as_list).unwrap_or_default() {
                look(entry, what, keys, findings);
            }
        }
    }
}

fn look(node: &Node, what: &str, known: &[&str], findings: &mut Vec<Diagnostic>) {
    for (key, entry) in node.as_map().into_iter().flat_map(Map::iter) {
        if known.contains(&&**key) {
            continue;
        }
        let finding = RULE
            .finding(format!("{what} has no key `{key}`"))
            .at(&entry.key_place);
        findings.push(match nearest(key, known.iter().copied()) {
            Some(near) => finding.help(format!("did you mean `{near}`?")),
            None => finding.help("put what is for other programs under `annotations`"),
        });
    }
}
