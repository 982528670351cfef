//! Keys of Chart.yaml that hold another kind of value than they should.

use crate::diagnostic::{Diagnostic, Severity};
use crate::lint::Rule;
use crate::lint::tree::Tree;
use crate::yaml::{Map, Node, Value};

/// See its texts.
pub const RULE: Rule = Rule {
    code: "chart-field-type",
    severity: Severity::Error,
    meaning: "A key of Chart.yaml holds a list where a map belongs, or the like.",
    reason: "promchart does not need it, but Helm does not load such a chart.",
    action: "Write the kind of value that the message names.",
};

/// What a key holds.
#[derive(Clone, Copy)]
enum Kind {
    Text,
    Texts,
    Maps,
    TextByKey,
}

const KINDS: &[(&str, Kind)] = &[
    ("annotations", Kind::TextByKey),
    ("description", Kind::Text),
    ("home", Kind::Text),
    ("icon", Kind::Text),
    ("keywords", Kind::Texts),
    ("maintainers", Kind::Maps),
    ("sources", Kind::Texts),
];

pub(super) fn check(tree: &Tree<'_>, findings: &mut Vec<Diagnostic>) {
    for known in tree.own() {
        for (key, kind) in KINDS {
            let Some(node) = known.chart.metadata.node.get(key) else {
                continue;
            };
            for wrong in wrong(node, *kind) {
                let message = format!(
                    "`{key}` holds {}, and {} belongs there",
                    wrong.kind(),
                    kind.words()
                );
                findings.push(RULE.finding(message).at(&wrong.place));
            }
        }
    }
}

impl Kind {
    fn words(self) -> &'static str {
        match self {
            Kind::Text => "a string",
            Kind::Texts => "a list of strings",
            Kind::Maps => "a list of maps",
            Kind::TextByKey => "a map of strings",
        }
    }
}

fn wrong(node: &Node, kind: Kind) -> Vec<&Node> {
    // Helm takes null for nothing, and scalars for their text.
    let is_text = |node: &&Node| node.as_map().is_none() && node.as_list().is_none();
    match (&node.value, kind) {
        (Value::Null, _) => Vec::new(),
        (_, Kind::Text) if is_text(&node) => Vec::new(),
        (Value::List(list), Kind::Texts) => list.iter().filter(|item| !is_text(item)).collect(),
        (Value::List(list), Kind::Maps) => {
            let is_map = |item: &&Node| item.as_map().is_some() || item.is_null();
            list.iter().filter(|item| !is_map(item)).collect()
        }
        (Value::Map(map), Kind::TextByKey) => {
            let values = Map::iter(map).map(|(_, entry)| &entry.node);
            values.filter(|value| !is_text(value)).collect()
        }
        _ => vec![node],
    }
}
