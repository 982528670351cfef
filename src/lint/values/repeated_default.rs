//! Layers that say again what the chart says.

use super::declared::{At, Declared};
use crate::diagnostic::{Diagnostic, Severity};
use crate::lint::{Rule, Subject};
use crate::source::Place;
use crate::values::{LayerKind, Step, dotted};
use crate::yaml::{Map, Node};

/// See its texts.
pub const RULE: Rule = Rule {
    code: "repeated-default",
    severity: Severity::Info,
    meaning: "A values file is in large part a copy of the chart's default values.",
    reason: "What is repeated hides what differs, and stays as it is when a new version of the chart has better defaults.",
    action: "Remove what is repeated, or leave it where the value is to be held fast.",
};

/// Fewer repetitions beside other values are those that somebody holds fast.
const FEWEST: usize = 10;

/// How many paths are named.
const SHOWN: usize = 3;

pub(super) fn check(declared: &Declared<'_>, subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
    for layer in &subject.user.layers {
        if layer.kind == LayerKind::Flag {
            continue;
        }
        let mut repeated = Vec::new();
        let mut others = 0;
        look(
            declared,
            &layer.values,
            &declared.root(),
            &mut Vec::new(),
            &mut repeated,
            &mut others,
        );
        if others > 0 && repeated.len() < FEWEST {
            continue;
        }
        let mut shown = repeated.iter().take(SHOWN);
        let Some((first, place)) = shown.next() else {
            continue;
        };
        let mut names = vec![format!("`{first}`")];
        names.extend(shown.map(|(path, _)| format!("`{path}`")));
        let message = match repeated.len() {
            1 => format!("`{first}` repeats the default"),
            count if count <= SHOWN => format!("{} repeat their defaults", names.join(", ")),
            count => format!(
                "{count} values of this file repeat their defaults, such as {}",
                names.join(", ")
            ),
        };
        findings.push(
            RULE.finding(message)
                .at(place)
                .help("remove what does not have to be held fast"),
        );
    }
}

/// Collects the paths and places of scalars and lists that are what they are by default, and counts the others.
fn look<'d>(
    declared: &'d Declared<'_>,
    node: &Node,
    at: &At<'d>,
    path: &mut Vec<Step>,
    repeated: &mut Vec<(String, Place)>,
    others: &mut usize,
) {
    for (key, entry) in node.as_map().into_iter().flat_map(Map::iter) {
        let Some(next) = declared.step(at, key) else {
            *others += 1;
            continue;
        };
        path.push(Step::Key(key.clone()));
        match entry.node.as_map() {
            Some(map) if !map.is_empty() => look(declared, &entry.node, &next, path, repeated, others),
            _ if next.default() == Some(&entry.node) => {
                repeated.push((dotted(&*path), entry.key_place.clone()))
            }
            _ => *others += 1,
        }
        path.pop();
    }
}
