//! Default values that nothing reads.

use crate::diagnostic::{Diagnostic, Severity};
use crate::lint::Rule;
use crate::lint::tree::{Known, Tree, shown};
use crate::lint::values::anchors;
use crate::yaml::{Map, Node};

/// See its texts.
pub const RULE: Rule = Rule {
    code: "unread-default",
    severity: Severity::Warning,
    meaning: "values.yaml of a chart has a value that no template reads, whatever the values are.",
    reason: "Whoever sets it waits for something that does not happen: it is left over, misspelt, or its template was never written.",
    action: "Use it in a template, or remove it.",
};

pub(super) fn check(tree: &Tree<'_>, findings: &mut Vec<Diagnostic>) {
    for known in tree.own().filter(|known| !known.chart.metadata.is_library) {
        let mut look = Look {
            tree,
            owner: known,
            anchored: anchored(known),
            findings,
        };
        look.map(known, &known.chart.values, &mut Vec::new());
    }
}

/// The keys of a chart's values under which anchors stand: what is there may be used elsewhere in the file.
fn anchored(known: &Known<'_>) -> anchors::Keys {
    let source = known.chart.values.place.source();
    let source = source.filter(|source| source.text().contains('&'));
    source.map(anchors::keys).unwrap_or_default()
}

struct Look<'l, 'c> {
    tree: &'l Tree<'c>,
    /// The chart whose values.yaml it is.
    owner: &'l Known<'c>,
    anchored: anchors::Keys,
    findings: &'l mut Vec<Diagnostic>,
}

impl Look<'_, '_> {
    /// Looks at a map of the values of a chart, and tells the topmost things in it that nothing reads.
    fn map<'n>(&mut self, of: &Known<'_>, map: &'n Node, path: &mut Vec<&'n str>) {
        for (key, entry) in map.as_map().into_iter().flat_map(Map::iter) {
            let place = &entry.key_place;
            if self.anchored.contains(&(place.line, place.column)) {
                continue;
            }
            if path.is_empty()
                && of
                    .chart
                    .metadata
                    .dependencies
                    .iter()
                    .any(|entry| entry.local_name() == &**key)
                || path.is_empty() && self.tree.below(of, key).is_some()
            {
                if let Some(below) = self.tree.below(of, key) {
                    self.map(below, &entry.node, path);
                }
                continue;
            }
            path.push(key);
            if self.tree.may_read(of, path, Some(&entry.node)) {
                self.map(of, &entry.node, path);
            } else {
                let section = of.section.iter().skip(self.owner.section.len());
                let name = shown(section.chain(path.iter()).copied());
                self.findings.push(
                    RULE.finding(format!("no template reads `{name}`"))
                        .at(place)
                        .help("use it in a template, or remove it"),
                );
            }
            path.pop();
        }
    }
}
