//! The icon of a chart.

use super::urls::is_address;
use crate::diagnostic::{Diagnostic, Severity};
use crate::lint::Rule;
use crate::lint::tree::Tree;

/// See its texts.
pub const RULE: Rule = Rule {
    code: "chart-icon",
    severity: Severity::Info,
    meaning: "A chart that says of itself what catalogues show (`home`, `keywords`, `maintainers`, `sources`) has no icon, or what is given as one is not an address.",
    reason: "Catalogues of charts show it; `helm lint` says so, too.",
    action: "Write `icon: https://...` with the address of a picture.",
};

/// What only those read who look for a chart.
const CATALOGUE: &[&str] = &["home", "keywords", "maintainers", "sources"];

pub(super) fn check(tree: &Tree<'_>, findings: &mut Vec<Diagnostic>) {
    // Those below are not shown anywhere.
    let Some(root) = tree.charts.first() else { return };
    let metadata = &root.chart.metadata;
    let is_shown = CATALOGUE.iter().any(|key| metadata.node.get(key).is_some());
    match metadata.node.get("icon") {
        None if !is_shown => {}
        None => findings.push(
            RULE.finding(format!("the chart `{}` has no icon", metadata.name))
                .at(&metadata.name_place)
                .help("write `icon: https://...` with the address of a picture"),
        ),
        Some(icon) if icon.as_str().is_none_or(str::is_empty) => {}
        Some(icon) => {
            let text = icon.as_str().unwrap_or_default();
            if !is_address(text) && !text.starts_with("data:") {
                let finding = RULE
                    .finding(format!("the icon `{text}` is not an address"))
                    .at(&icon.place)
                    .help("write the address of a picture, such as `https://example.com/icon.png`");
                findings.push(Diagnostic {
                    severity: Severity::Warning,
                    ..finding
                });
            }
        }
    }
}
