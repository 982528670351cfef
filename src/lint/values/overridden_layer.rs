//! Layers of which nothing is left.

use crate::diagnostic::{Diagnostic, Severity};
use crate::lint::{Rule, Subject};
use crate::source::Place;
use crate::yaml::{Map, Node};

/// See its texts.
pub const RULE: Rule = Rule {
    code: "overridden-layer",
    severity: Severity::Warning,
    meaning: "Later files and flags override everything that a values file or flag says.",
    reason: "The file or flag does nothing. Mostly the order is wrong: of two files that set a key the later one wins.",
    action: "Change the order of the `-f` flags, or leave the file or flag out.",
};

pub(super) fn check(subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
    let layers = &subject.user.layers;
    for (index, layer) in layers.iter().enumerate() {
        let later: Vec<&Node> = layers.iter().skip(index + 1).map(|layer| &layer.values).collect();
        if later.is_empty() || layer.values.as_map().is_none_or(Map::is_empty) {
            continue;
        }
        let mut by = None;
        if !is_overridden(&layer.values, &later, &mut by) {
            continue;
        }
        let name = layer.place.source().map_or("", |source| source.name());
        let finding = RULE.finding(format!(
            "nothing of `{name}` is left: what comes after it overrides all of it"
        ));
        let first = layer.values.as_map().and_then(|map| map.iter().next());
        let place = first.map_or(&layer.place, |(_, entry)| &entry.key_place);
        let finding = finding.at(place);
        findings.push(match by {
            Some(by) => finding
                .label(&by, "overridden here")
                .help("later files and flags win: change their order, or leave it out"),
            None => finding,
        });
    }
}

/// Whether all leaves of a value have another one over them; `by` is the place of one of those.
fn is_overridden(node: &Node, later: &[&Node], by: &mut Option<Place>) -> bool {
    let whole = later.iter().find(|node| node.as_map().is_none());
    if let Some(whole) = whole {
        by.get_or_insert_with(|| whole.place.clone());
        return true;
    }
    match node.as_map() {
        Some(map) if !map.is_empty() => map.iter().all(|(key, entry)| {
            let over: Vec<&Node> = later.iter().filter_map(|node| node.get(key)).collect();
            !over.is_empty() && is_overridden(&entry.node, &over, by)
        }),
        _ => false,
    }
}
