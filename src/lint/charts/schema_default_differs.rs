//! Defaults that the schema says otherwise.

use super::schema::Described;
use crate::diagnostic::{Diagnostic, Severity};
use crate::lint::Rule;
use crate::lint::tree::{Tree, shown};
use crate::yaml::{self, Node, Value};

/// See its texts.
pub const RULE: Rule = Rule {
    code: "schema-default-differs",
    severity: Severity::Warning,
    meaning: "values.schema.json says another default than values.yaml has.",
    reason: "Editors and pages of documentation show the schema's, and charts are rendered with that of values.yaml.",
    action: "Write the same in both, or leave `default` out of the schema.",
};

/// How long a text is that is shown.
const MOST_SHOWN: usize = 60;

pub(super) fn check(tree: &Tree<'_>, findings: &mut Vec<Diagnostic>) {
    for known in tree.own() {
        let Some(described) = Described::of(known.chart) else {
            continue;
        };
        for property in described.properties() {
            let Some(said) = property.schema.get("default") else {
                continue;
            };
            let keys: Vec<&str> = property.path.iter().map(String::as_str).collect();
            let Some(default) = known.chart.values.at_path(&keys) else {
                continue;
            };
            if is_same(said, default) {
                continue;
            }
            let message = format!(
                "the schema says that `{}` is {} by default, and values.yaml has {}",
                shown(keys.iter().copied()),
                value(said),
                value(default)
            );
            findings.push(
                RULE.finding(message)
                    .at(&said.place)
                    .label(&default.place, "the default"),
            );
        }
    }
}

/// Whether two do not contradict each other. What a map has by default its properties say.
fn is_same(said: &Node, default: &Node) -> bool {
    let is_empty = |node: &Node| match &node.value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::List(list) => list.is_empty(),
        Value::Map(map) => map.is_empty(),
        _ => false,
    };
    let is_map = |node: &Node| node.as_map().is_some();
    // Where values.yaml has nothing, the schema may say what then happens.
    said == default
        || is_map(said) && is_map(default)
        || is_empty(default)
        || yaml::to_json(said) == yaml::to_json(default)
}

fn value(node: &Node) -> String {
    match &node.value {
        Value::String(text) if text.len() > MOST_SHOWN => "a longer text".to_owned(),
        Value::Map(_) | Value::List(_) => node.kind().to_owned(),
        _ => format!("`{}`", yaml::to_json(node)),
    }
}
