//! The addresses of a chart's home and sources.

use super::urls::is_address;
use crate::diagnostic::{Diagnostic, Severity};
use crate::lint::Rule;
use crate::lint::tree::Tree;
use crate::yaml::Node;

/// See its texts.
pub const RULE: Rule = Rule {
    code: "chart-url",
    severity: Severity::Warning,
    meaning: "`home` or an entry of `sources` in Chart.yaml is not an address.",
    reason: "It is shown as a link, which leads nowhere.",
    action: "Write an address, such as `https://example.com/prom`.",
};

pub(super) fn check(tree: &Tree<'_>, findings: &mut Vec<Diagnostic>) {
    for known in tree.own() {
        let node = &known.chart.metadata.node;
        let sources = node.get("sources").and_then(Node::as_list).unwrap_or_default();
        let sources = sources.iter().map(|source| ("sources", source));
        for (key, address) in node
            .get("home")
            .map(|home| ("home", home))
            .into_iter()
            .chain(sources)
        {
            let Some(text) = address.as_str() else { continue };
            // An empty home is none.
            if !(is_address(text) || key == "home" && text.is_empty()) {
                findings.push(
                    RULE.finding(format!("`{text}` in `{key}` is not an address"))
                        .at(&address.place)
                        .help("write an address, such as `https://example.com/prom`"),
                );
            }
        }
    }
}
