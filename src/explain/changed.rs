//! What of the values differs from the charts' defaults.

use crate::values::{Resolved, Scope, Step, find};
use crate::yaml::{Map, Node};

/// The values that are not as the charts have them, as a map that could be a values file: with null for what was deleted. Lists are
/// kept whole. What a subchart only has from the `global` of a chart above it is left out. `defaults` is what comes of no values.
pub fn changed(resolved: &Resolved, defaults: &Resolved) -> Node {
    let is_inherited = |path: &[Step], node: &Node| is_inherited(&resolved.root, path, node);
    // A subchart that is switched on or off has not changed for that.
    difference(
        &resolved.everything(),
        &defaults.everything(),
        &mut Vec::new(),
        &is_inherited,
    )
    .unwrap_or_else(|| Node::computed(Map::new()))
}

type IsInherited<'a> = dyn Fn(&[Step], &Node) -> bool + 'a;

fn difference(
    node: &Node,
    default: &Node,
    path: &mut Vec<Step>,
    is_inherited: &IsInherited<'_>,
) -> Option<Node> {
    let (Some(map), Some(known)) = (node.as_map(), default.as_map()) else {
        return (node != default).then(|| node.clone());
    };
    let mut changed = Map::new();
    for (key, entry) in map.iter() {
        path.push(Step::Key(key.clone()));
        let different = match known.get(key) {
            _ if is_inherited(path, &entry.node) => None,
            Some(default) => difference(&entry.node, default, path, is_inherited),
            None => Some(entry.node.clone()),
        };
        path.pop();
        if let Some(node) = different {
            let mut entry = entry.clone();
            entry.node = node;
            changed.insert_entry(key.clone(), entry);
        }
    }
    for (key, _) in known.iter().filter(|(key, _)| !map.contains_key(key)) {
        changed.insert(key.clone(), Node::default());
    }
    (!changed.is_empty()).then(|| Node::new(changed, node.place.clone()))
}

/// Whether a value in the `global` of a subchart is the one that a chart above it has there.
fn is_inherited(root: &Scope, path: &[Step], node: &Node) -> bool {
    if node.as_map().is_some() {
        return false;
    }
    let is_global = |step: &Step| matches!(step, Step::Key(key) if **key == *"global");
    let Some(at) = path.iter().position(is_global).filter(|at| *at > 0) else {
        return false;
    };
    let (section, rest) = path.split_at(at);
    let is_section = |scope: &&Scope| {
        let names = scope.section().iter();
        names.len() == at
            && names
                .zip(section)
                .all(|(name, step)| matches!(step, Step::Key(key) if **key == **name))
    };
    if !root.all().iter().any(is_section) {
        return false;
    }
    (0..at).any(|length| {
        let above: Vec<Step> = section.iter().take(length).chain(rest).cloned().collect();
        find(&root.values, &above).is_some_and(|above| above == node && above.place == node.place)
    })
}
