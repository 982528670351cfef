//! Merging two maps: the one step that layering and coalescing have in common.

use std::collections::HashSet;
use std::sync::Arc;

use super::odd;
use super::path::dotted_key;
use crate::diagnostic::Diagnostic;
use crate::source::Place;
use crate::yaml::{Entry, Map, Node, Value};

/// What a null in the upper map does to a key that the lower map has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Nulls {
    /// It deletes the key: Helm's coalescing.
    Delete,
    /// It stays, for a later pass to delete: Helm's merging.
    Keep,
}

/// Warnings collected on the way, each said once however many passes see it.
#[derive(Debug, Default)]
pub(super) struct Warnings {
    seen: HashSet<String>,
    list: Vec<Diagnostic>,
}

impl Warnings {
    pub(super) fn push(&mut self, warning: Diagnostic) {
        if self.seen.insert(warning.message.clone()) {
            self.list.push(warning);
        }
    }

    pub(super) fn extend(&mut self, warnings: impl IntoIterator<Item = Diagnostic>) {
        warnings.into_iter().for_each(|warning| self.push(warning));
    }

    pub(super) fn into_list(self) -> Vec<Diagnostic> {
        self.list
    }
}

/// A dotted path that costs nothing until it is printed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Path<'a> {
    parent: Option<&'a Path<'a>>,
    key: &'a str,
}

impl<'a> Path<'a> {
    /// The values as a whole.
    pub(super) const ROOT: Path<'static> = Path {
        parent: None,
        key: "",
    };

    pub(super) fn join(&'a self, key: &'a str) -> Path<'a> {
        Path {
            parent: Some(self),
            key,
        }
    }
}

impl std::fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Some(parent) = self.parent else { return Ok(()) };
        if parent.parent.is_some() {
            write!(f, "{parent}.")?;
        }
        f.write_str(&dotted_key(self.key))
    }
}

/// Puts one layer over another: maps merge, all else replaces, nulls stay (Helm's `mergeMaps`). Where a map is in
/// both, the merged one has the upper place.
pub(super) fn overlay(upper: &Node, lower: &Node) -> Node {
    let (Value::Map(upper_map), Value::Map(lower_map)) = (&upper.value, &lower.value) else {
        return upper.clone();
    };
    if lower_map.is_empty() || Arc::ptr_eq(upper_map, lower_map) {
        return upper.clone();
    }
    if upper_map.is_empty() {
        return Node::new(lower.value.clone(), upper.place.clone());
    }
    let merged = zip(upper_map, lower_map, |_, entry, below| {
        Some(Entry {
            key_place: entry.key_place.clone(),
            node: overlay(&entry.node, &below.node),
        })
    });
    Node::new(merged, upper.place.clone())
}

/// Fills a map with what a lower one has and it has not: Helm's `coalesceTables`. The upper value wins; `warnings`
/// hears of a map and a non-map that meet, except where the lower one is null.
pub(super) fn coalesce(
    upper: &Node,
    lower: &Node,
    nulls: Nulls,
    path: &Path<'_>,
    warnings: &mut Warnings,
) -> Node {
    let (Value::Map(upper_map), Value::Map(lower_map)) = (&upper.value, &lower.value) else {
        return upper.clone();
    };
    if lower_map.is_empty() {
        return upper.clone();
    }
    if upper_map.is_empty() {
        return Node::new(lower.value.clone(), upper.place.clone());
    }
    if Arc::ptr_eq(upper_map, lower_map) {
        return match nulls {
            Nulls::Keep => upper.clone(),
            Nulls::Delete => without_nulls(upper).unwrap_or_else(|| upper.clone()),
        };
    }
    let merged = zip(upper_map, lower_map, |key, entry, below| {
        let node = match (&entry.node.value, &below.node.value) {
            (Value::Null, _) if nulls == Nulls::Delete => {
                warnings.extend(odd::emptied(entry, below, &path.join(key)));
                return None;
            }
            (Value::Map(_), Value::Map(_)) => {
                coalesce(&entry.node, &below.node, nulls, &path.join(key), warnings)
            }
            _ => {
                warn_of_kinds(entry, below, &path.join(key), warnings);
                entry.node.clone()
            }
        };
        Some(Entry {
            key_place: entry.key_place.clone(),
            node,
        })
    });
    Node::new(merged, upper.place.clone())
}

/// Says that a map and a non-map meet, where they do. Null stands for nothing and meets nothing.
pub(super) fn warn_of_kinds(upper: &Entry, lower: &Entry, path: &Path<'_>, warnings: &mut Warnings) {
    let (above, below) = (&upper.node, &lower.node);
    if above.is_null() || below.is_null() || above.as_map().is_some() == below.as_map().is_some() {
        return;
    }
    let place = if above.place.is_known() {
        &above.place
    } else {
        &upper.key_place
    };
    let default = if below.place.is_known() {
        &below.place
    } else {
        &lower.key_place
    };
    let message = format!(
        "`{path}` is {} here, but {} by default",
        above.kind(),
        below.kind()
    );
    let mut warning = Diagnostic::warning("not-a-table", message)
        .at(place)
        .label(default, format!("{} here", below.kind()));
    warning.help = Some(if below.as_map().is_some() {
        format!("write keys below `{path}`, or `null` to remove the default")
    } else {
        format!("write {} as the default is, or `null` to remove it", below.kind())
    });
    warnings.push(warning);
}

/// The map without the nulls in it and in the maps in it; `None` where it has none, so that it stays shared.
pub(super) fn without_nulls(node: &Node) -> Option<Node> {
    let map = node.as_map()?;
    let mut changed: Option<Map> = None;
    for (index, (key, entry)) in map.iter().enumerate() {
        let inner = without_nulls(&entry.node);
        if changed.is_none() && (entry.node.is_null() || inner.is_some()) {
            let mut before = Map::with_capacity(map.len());
            for (key, entry) in map.iter().take(index) {
                before.insert_entry(Arc::clone(key), entry.clone());
            }
            changed = Some(before);
        }
        if let Some(changed) = &mut changed
            && !entry.node.is_null()
        {
            let node = inner.unwrap_or_else(|| entry.node.clone());
            changed.insert_entry(
                Arc::clone(key),
                Entry {
                    key_place: entry.key_place.clone(),
                    node,
                },
            );
        }
    }
    changed.map(|map| Node::new(map, node.place.clone()))
}

/// Joins two maps, the lower one's keys first: a chart's defaults are in the order that its author chose. `both`
/// decides what becomes of a key that both have.
pub(super) fn zip(
    upper: &Map,
    lower: &Map,
    mut both: impl FnMut(&str, &Entry, &Entry) -> Option<Entry>,
) -> Map {
    let mut merged = Map::with_capacity(lower.len() + upper.len());
    for (key, below) in lower.iter() {
        match upper.entry(key) {
            None => {
                merged.insert_entry(Arc::clone(key), below.clone());
            }
            Some(entry) => {
                if let Some(entry) = both(key, entry, below) {
                    merged.insert_entry(Arc::clone(key), entry);
                }
            }
        }
    }
    for (key, entry) in upper.iter() {
        if !lower.contains_key(key) {
            merged.insert_entry(Arc::clone(key), entry.clone());
        }
    }
    merged
}

/// An empty map that nobody wrote.
pub(super) fn empty() -> Node {
    Node::new(Map::new(), Place::NONE)
}
