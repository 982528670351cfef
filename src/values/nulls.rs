//! Nulls that a chart in Go templates has among its own defaults.
//!
//! Helm 4 leaves them out: a template that asks whether there is such a key finds none. A chart of ours keeps them, as its templates
//! may ask only for keys that are there. Where a parent's defaults have a null for a subchart's key, Helm 4 deletes the
//! subchart's default only if the user's values have a section for the subchart, too; here, as in Helm 3, always.

use super::branch::{Branch, GLOBAL};
use super::tables::without_nulls;
use crate::yaml::{Entry, Map, Node};
use std::sync::Arc;

/// The defaults of a chart in Go templates under `values`, without the nulls that delete nothing; none where there are none.
pub(super) fn without_own_nulls(chart: &Branch, values: &Node) -> Option<Node> {
    let (values, defaults) = (values.as_map()?, chart.defaults.as_map()?);
    if !has_null(defaults) {
        return None;
    }
    let mut kept = Map::with_capacity(defaults.len());
    for (key, entry) in defaults.iter() {
        let given = values.entry(key);
        let node = match chart.subchart(key) {
            // A null of the user's goes with a default, whatever that is.
            _ if entry.node.is_null() => given.map(|_| entry.node.clone()),
            Some(_) if given.is_some() => Some(entry.node.clone()),
            Some(subchart) => Some(that_delete(&entry.node, &[&subchart.defaults], Some(subchart))),
            None => Some(without_nulls(&entry.node).unwrap_or_else(|| entry.node.clone())),
        };
        insert(&mut kept, key, entry, node);
    }
    Some(Node::new(kept, chart.defaults.place.clone()))
}

fn insert(kept: &mut Map, key: &Arc<str>, entry: &Entry, node: Option<Node>) {
    let key_place = entry.key_place.clone();
    if let Some(node) = node {
        kept.insert_entry(Arc::clone(key), Entry { key_place, node });
    }
}

/// Whether there are nulls in a map or in the maps in it.
fn has_null(map: &Map) -> bool {
    map.iter()
        .any(|(_, entry)| entry.node.is_null() || entry.node.as_map().is_some_and(has_null))
}

/// A section for a subchart with those of its nulls alone that one of `defaults` has a value for.
fn that_delete(section: &Node, defaults: &[&Node], chart: Option<&Branch>) -> Node {
    let Some(map) = section.as_map() else {
        return section.clone();
    };
    let mut kept = Map::with_capacity(map.len());
    for (key, entry) in map.iter() {
        let mut below: Vec<&Node> = (defaults.iter())
            .filter_map(|node| Some(&node.as_map()?.entry(key)?.node))
            .collect();
        let node = if entry.node.is_null() {
            let deletes = below.iter().any(|node| !node.is_null());
            deletes.then(|| entry.node.clone())
        } else if chart.is_some() && **key == *GLOBAL {
            // A global that is deleted is gone in the chart that deletes it.
            Some(without_nulls(&entry.node).unwrap_or_else(|| entry.node.clone()))
        } else {
            let subchart = chart.and_then(|chart| chart.subchart(key));
            below.extend(subchart.map(|subchart| &subchart.defaults));
            Some(that_delete(&entry.node, &below, subchart))
        };
        insert(&mut kept, key, entry, node);
    }
    Node::new(kept, section.place.clone())
}
