//! Charts that have nothing to render.

use crate::diagnostic::{Diagnostic, Severity};
use crate::lint::Rule;
use crate::lint::tree::Tree;

/// See its texts.
pub const RULE: Rule = Rule {
    code: "chart-without-templates",
    severity: Severity::Warning,
    meaning: "A chart has neither templates nor dependencies nor CRDs.",
    reason: "It installs nothing: the folder templates/ may be missing from the archive, or .helmignore names it.",
    action: "Add templates, or remove the chart.",
};

pub(super) fn check(tree: &Tree<'_>, findings: &mut Vec<Diagnostic>) {
    for known in tree.own() {
        let chart = known.chart;
        let has_nothing = chart.templates.is_empty() && chart.subcharts.is_empty() && chart.crds.is_empty();
        if has_nothing && !chart.metadata.is_library {
            findings.push(
                RULE.finding(format!("the chart `{}` has no templates", chart.metadata.name))
                    .at(&chart.metadata.name_place)
                    .help("add the folder templates/, and see what .helmignore leaves out"),
            );
        }
    }
}
