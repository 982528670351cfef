//! Default values that nothing describes.

use crate::diagnostic::{Diagnostic, Severity};
use crate::lint::tree::Tree;
use crate::lint::{Rule, Subject};
use crate::source::Place;
use crate::values::{Descriptions, Scope, Step};
use crate::yaml::{Map, Node};

/// See its texts.
pub const RULE: Rule = Rule {
    code: "undocumented-value",
    severity: Severity::Info,
    meaning: "Values of values.yaml have no comment, and no description in the schema; each chart has one finding, which names the first.",
    reason: "Whoever wants to set them has to read the templates.",
    action: "Write a comment above the key, or above the section that it stands in, or a `description` in values.schema.json.",
};

/// How many are named.
const SHOWN: usize = 3;

pub(super) fn check(tree: &Tree<'_>, subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
    let descriptions = Descriptions::of(subject.root);
    for scope in subject.root.all() {
        let own = tree.own().find(|known| known.section == scope.section());
        if own.is_none() {
            continue;
        }
        let mut look = Look {
            descriptions: &descriptions,
            scope,
            found: Vec::new(),
            all: 0,
        };
        let mut path: Vec<Step> = scope
            .section()
            .iter()
            .map(|name| Step::Key(name.as_str().into()))
            .collect();
        look.map(&scope.chart.values, &mut path);
        let Look { found, all, .. } = look;
        let Some((_, place)) = found.first() else { continue };
        let names: Vec<String> = found
            .iter()
            .take(SHOWN)
            .map(|(name, _)| format!("`{name}`"))
            .collect();
        let message = match found.len() {
            1 => format!("nothing describes {}", names.join("")),
            count if count <= SHOWN => format!("nothing describes {}", names.join(", ")),
            count => format!(
                "nothing describes {count} of {all} values, such as {}",
                names.join(", ")
            ),
        };
        findings.push(
            RULE.finding(message)
                .at(place)
                .help("write a comment above each, or above its section"),
        );
    }
}

struct Look<'l, 's> {
    descriptions: &'l Descriptions<'s>,
    scope: &'l Scope,
    found: Vec<(String, Place)>,
    all: usize,
}

impl Look<'_, '_> {
    /// Looks at a map that nothing describes.
    fn map(&mut self, node: &Node, path: &mut Vec<Step>) {
        let depth = self.scope.section().len();
        for (key, entry) in node.as_map().into_iter().flat_map(Map::iter) {
            let of_others = path.len() == depth
                && (self
                    .scope
                    .chart
                    .metadata
                    .dependencies
                    .iter()
                    .any(|entry| entry.local_name() == &**key)
                    || matches!(&**key, "global" | "tags"));
            if of_others {
                continue;
            }
            path.push(Step::Key(key.clone()));
            let is_described = self
                .descriptions
                .describe(path)
                .is_some_and(|said| said.text.is_some());
            let inner = entry.node.as_map().filter(|map| !map.is_empty());
            match (is_described, inner) {
                (false, Some(_)) => self.map(&entry.node, path),
                (true, inner) => self.all += inner.map_or(1, leaves),
                (false, None) => {
                    self.all += 1;
                    let own = path.get(depth..).unwrap_or_default();
                    self.found
                        .push((crate::values::dotted(own), entry.key_place.clone()));
                }
            }
            path.pop();
        }
    }
}

fn leaves(map: &Map) -> usize {
    let inner = |node: &Node| node.as_map().filter(|map| !map.is_empty()).map_or(1, leaves);
    map.iter().map(|(_, entry)| inner(&entry.node)).sum()
}
