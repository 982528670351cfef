//! Where a text that a template reads was written: the line of the values file, not the template that reads it.
//!
//! minijinja's strings have no room for a place, but a text that comes from values stays the same piece of memory, by which its
//! place is found when something is wrong with it.

use std::sync::Arc;

use minijinja::{State, Value};

use super::shared::Shared;
use super::value::NodeObject;
use crate::diagnostic::Diagnostics;
use crate::source::{Place, Source};
use crate::yaml::{self, Node};

/// Where a text stands in the values, or what it was made of by `tpl` and its like. Unknown for computed texts.
pub(super) fn of_text(text: &str, state: &State<'_, '_>, shared: &Shared) -> Place {
    let Some(values) = state.lookup("Values") else {
        return Place::NONE;
    };
    let Some(values) = values.downcast_object_ref::<NodeObject>() else {
        return Place::NONE;
    };
    // This very text: others may be like it.
    let is_text = |found: &str| std::ptr::eq(found.as_ptr(), text.as_ptr()) && found.len() == text.len();
    find(&values.node, &is_text)
        .or_else(|| shared.made_of(text))
        .unwrap_or_default()
}

/// The place of the first string that is wanted, keys included.
fn find(root: &Node, wanted: &dyn Fn(&str) -> bool) -> Option<Place> {
    let mut open = vec![root];
    while let Some(node) = open.pop() {
        match &node.value {
            yaml::Value::String(text) if node.place.is_known() && wanted(text) => {
                return Some(node.place.clone());
            }
            yaml::Value::List(items) => open.extend(items.iter().rev()),
            yaml::Value::Map(map) => {
                for (key, entry) in map.iter() {
                    if entry.key_place.is_known() && wanted(key) {
                        return Some(entry.key_place.clone());
                    }
                }
                open.extend(map.iter().map(|(_, entry)| &entry.node));
            }
            _ => {}
        }
    }
    None
}

/// Moves the labels that stand in a text to where the text stands in its file; they stay where that is not known.
pub(super) fn move_labels(Diagnostics(list): Diagnostics, text: &Arc<Source>, origin: &Place) -> Diagnostics {
    Diagnostics(
        list.into_iter()
            .map(|mut diagnostic| {
                for label in &mut diagnostic.labels {
                    let is_in_text = label
                        .place
                        .source()
                        .is_some_and(|source| Arc::ptr_eq(source, text));
                    if is_in_text && origin.is_known() {
                        label.place = within(origin, &label.place);
                    }
                }
                diagnostic
            })
            .collect(),
    )
}

/// The place in the file of a place in a text that starts at `origin`; `origin` itself where the file writes the text
/// otherwise, with escapes or folded.
fn within(origin: &Place, inner: &Place) -> Place {
    let exact = || {
        let source = origin.source()?;
        let before = usize::try_from(origin.column).ok()?.checked_sub(1)?;
        let is_block = origin
            .line_text()?
            .chars()
            .nth(before)
            .is_some_and(|c| matches!(c, '|' | '>'));
        let number = origin.line + inner.line - u32::from(!is_block);
        let text = inner.line_text()?.trim_end();
        let at = source.line(number)?.find(text).filter(|_| !text.is_empty())?;
        let indent = source.line(number)?.get(..at)?.chars().count();
        Some(Place::new(
            source,
            number,
            inner.column + u32::try_from(indent).ok()?,
        ))
    };
    exact().unwrap_or_else(|| origin.clone())
}

/// `Values` and the other names that a template starts from, as nodes.
pub(super) fn roots(
    state: &State<'_, '_>,
    filled: &dyn Fn(&Value) -> Option<Node>,
) -> Vec<(&'static str, Node)> {
    ["Values", "Release", "Chart", "Capabilities", "Template"]
        .into_iter()
        .filter_map(|name| Some((name, filled(&state.lookup(name)?)?)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moved(file: &str, origin: (u32, u32), text: &str, inner: (u32, u32)) -> String {
        let file = Source::new("values.yaml", file);
        let text = Source::new("text", text);
        let origin = Place::new(&file, origin.0, origin.1);
        within(&origin, &Place::new(&text, inner.0, inner.1)).to_string()
    }

    #[test]
    fn a_line_of_a_block_is_found_with_its_indentation() {
        let file = "a:\n  b: |\n    one\n    two three\n";
        assert_eq!(moved(file, (2, 6), "one\ntwo three\n", (2, 5)), "values.yaml:4:9");
    }

    #[test]
    fn a_text_of_one_line_is_found_behind_its_quote() {
        let file = "a: \"{{ x }}\"\nb: \"{{ x }}\"\n";
        assert_eq!(moved(file, (1, 4), "{{ x }}", (1, 4)), "values.yaml:1:8");
    }

    #[test]
    fn a_text_that_the_file_writes_otherwise_is_found_as_a_whole() {
        assert_eq!(moved("a: \"x\\ty\"\n", (1, 4), "x\ty", (1, 3)), "values.yaml:1:4");
        assert_eq!(
            moved("a: >\n  b\n  c\n", (1, 4), "b c\n", (1, 3)),
            "values.yaml:1:4"
        );
    }
}
