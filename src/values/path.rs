//! Paths in values, and changing the value at one.

use std::borrow::Cow;
use std::sync::Arc;

use crate::yaml::{Map, Node, Value};

/// One step of a path.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Step {
    /// Into a map.
    Key(Arc<str>),
    /// Into a list, from 0.
    Index(usize),
}

/// A path as people write it: `a.b[0].c`; empty for the root.
pub fn dotted<'s>(path: impl IntoIterator<Item = &'s Step>) -> String {
    let mut text = String::new();
    for step in path {
        match step {
            Step::Key(key) => {
                if !text.is_empty() {
                    text.push('.');
                }
                text.push_str(&dotted_key(key));
            }
            Step::Index(index) => text.push_str(&format!("[{index}]")),
        }
    }
    text
}

/// A key as it is written in a dotted path: in quotes where it has a dot itself.
pub(super) fn dotted_key(key: &str) -> Cow<'_, str> {
    if key.is_empty() || key.contains('.') {
        format!("\"{key}\"").into()
    } else {
        key.into()
    }
}

/// The value at a path.
pub fn find<'n>(root: &'n Node, path: &[Step]) -> Option<&'n Node> {
    path.iter().try_fold(root, |node, step| match step {
        Step::Key(key) => node.get(key),
        Step::Index(index) => node.as_list()?.get(*index),
    })
}

/// Visits the leaves of a node, and its empty lists and maps, as long as `visit` says to go on: each with its path, which begins with what
/// `path` holds. Gives whether all were visited.
pub fn each_leaf<'n>(
    node: &'n Node,
    path: &mut Vec<Step>,
    visit: &mut dyn FnMut(&[Step], &'n Node) -> bool,
) -> bool {
    let mut below = |path: &mut Vec<Step>, step, inner| {
        path.push(step);
        let goes_on = each_leaf(inner, path, visit);
        path.pop();
        goes_on
    };
    match &node.value {
        Value::List(list) if !list.is_empty() => {
            let mut items = list.iter().enumerate();
            items.all(|(index, item)| below(path, Step::Index(index), item))
        }
        Value::Map(map) if !map.is_empty() => {
            let mut entries = Map::iter(map);
            entries.all(|(key, entry)| below(path, Step::Key(Arc::clone(key)), &entry.node))
        }
        _ => visit(path, node),
    }
}

/// The value at a path, to change: what leads there is copied first where it is shared.
pub(super) fn find_mut<'n>(root: &'n mut Node, path: &[Step]) -> Option<&'n mut Node> {
    path.iter().try_fold(root, |node, step| match step {
        Step::Key(key) => node.as_map_mut()?.get_mut(key),
        Step::Index(index) => node.as_list_mut()?.get_mut(*index),
    })
}
