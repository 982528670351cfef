//! Numbers and booleans in quotes where the chart's schema asks for one: they become it, as they do where a template
//! of Helm's pastes the text into its YAML.

use std::sync::Arc;

use super::path::{self, Step};
use crate::source::Place;
use crate::yaml::{self, Node, Value};

/// A text that becomes a number or boolean.
#[derive(Debug, Clone)]
pub(super) struct Unquoted {
    /// Its path from the root of all values.
    pub path: Vec<Step>,
    /// Where it was written.
    pub place: Place,
    /// The text.
    pub text: Arc<str>,
    /// What it becomes.
    pub value: Value,
}

impl Unquoted {
    /// What a text becomes where one of the named types is asked for, by the rules of plain YAML; none where it does
    /// not read as such.
    pub(super) fn read(text: &str, wants_number: bool, wants_boolean: bool, is_whole: bool) -> Option<Value> {
        // What surrounds it goes away where a text is pasted.
        let value = yaml::resolve_plain(text.trim_matches([' ', '\n'])).ok()?;
        let fits = match value {
            Value::Bool(_) => wants_boolean,
            Value::Int(_) => wants_number,
            Value::Float(_) => wants_number && !is_whole,
            _ => false,
        };
        fits.then_some(value)
    }

    /// Puts the number or boolean in the text's place, where the text is still there.
    pub(super) fn put(&self, root: &mut Node) {
        if path::find(root, &self.path).is_some_and(|node| self.is_in(node))
            && let Some(node) = path::find_mut(root, &self.path)
        {
            node.value = self.value.clone();
        }
    }

    /// Whether a node is this very text.
    pub(super) fn is_in(&self, node: &Node) -> bool {
        node.as_str() == Some(&*self.text) && node.place == self.place
    }
}
