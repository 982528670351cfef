//! Putting a value at a path.

use std::sync::Arc;

use super::{Edit, Step, To, place};
use crate::diagnostic::Diagnostic;
use crate::values::path::dotted;
use crate::values::tables;
use crate::yaml::{Entry, Node, Value};

/// Puts the value of an edit into `root`, a map, making maps and lists on the way and filling lists with nulls. Fails
/// where the path leads into something that is neither a map nor a list.
pub(in crate::values) fn apply(root: &mut Node, edit: &Edit) -> Result<(), Diagnostic> {
    put(root, edit, 0)
}

fn put(node: &mut Node, edit: &Edit, depth: usize) -> Result<(), Diagnostic> {
    let Some(step) = edit.path.get(depth) else {
        *node = edit.value.clone();
        return Ok(());
    };
    let next = edit.path.get(depth + 1);
    match &step.to {
        To::Key(key) => {
            let clash = || clash(edit, depth, node);
            let Value::Map(map) = &node.value else {
                return Err(clash());
            };
            if !map.contains_key(key) || next.is_none() {
                let entry = Entry {
                    key_place: edit.place.clone(),
                    node: fresh(edit, next),
                };
                if let Some(map) = node.as_map_mut() {
                    map.insert_entry(Arc::clone(key), entry);
                }
            }
            match node.as_map_mut().and_then(|map| map.get_mut(key)) {
                Some(child) => put(child, edit, depth + 1),
                None => Ok(()),
            }
        }
        To::Index(index) => {
            if !matches!(node.value, Value::List(_)) {
                return Err(clash(edit, depth, node));
            }
            let Some(list) = node.as_list_mut() else {
                return Ok(());
            };
            if list.len() <= *index {
                list.resize_with(index + 1, || Node::new(Value::Null, edit.value.place.clone()));
            }
            let Some(child) = list.get_mut(*index) else {
                return Ok(());
            };
            // As in Helm: an item that is not what the path needs makes way, except for a list where a value is.
            let keep = match next.map(|step| &step.to) {
                None => true,
                Some(To::Key(_)) => matches!(child.value, Value::Map(_)),
                Some(To::Index(_)) => !child.is_null(),
            };
            if !keep {
                *child = fresh(edit, next);
            }
            put(child, edit, depth + 1)
        }
    }
}

/// What to make where nothing is yet, for the step that follows.
fn fresh(edit: &Edit, next: Option<&Step>) -> Node {
    let place = edit.value.place.clone();
    match next.map(|step| &step.to) {
        None => Node::new(Value::Null, place),
        Some(To::Key(_)) => Node::new(tables::empty().value, place),
        Some(To::Index(_)) => Node::new(Vec::new(), place),
    }
}

fn clash(edit: &Edit, depth: usize, node: &Node) -> Diagnostic {
    let there = path_text(edit.path.get(..depth).unwrap_or_default());
    let wanted = path_text(edit.path.get(..=depth).unwrap_or_default());
    let needs = match edit.path.get(depth).map(|step| &step.to) {
        Some(To::Index(_)) => "a list",
        _ => "a map",
    };
    let start = edit.path.get(depth).map_or(0, |step| step.start);
    let is = node.kind();
    let mut error = Diagnostic::error(
        "set-clash",
        format!("cannot set `{wanted}`: `{there}` is {is}, and would have to be {needs}"),
    )
    .at(&place(&edit.source, start));
    if node.place.is_known() {
        error = error.label(&node.place, format!("{is} here"));
    }
    error.help(format!(
        "set `{there}` as a whole, for instance with `--set-json`, or take it out of the other layer"
    ))
}

/// A path as people write it: `a.b[0].c`.
pub(super) fn path_text(path: &[Step]) -> String {
    dotted(path.iter().map(|step| &step.to))
}
