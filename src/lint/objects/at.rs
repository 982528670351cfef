//! A way into an object: a value and the path to it.

use crate::values::Step;
use crate::yaml::{Node, Value};

/// A value of an object, and where it stands. Null is as if the field were not there, as it is for the API server.
#[derive(Clone)]
pub(super) struct At<'o> {
    /// The value.
    pub node: &'o Node,
    /// The path from the object.
    pub path: Vec<Step>,
}

impl<'o> At<'o> {
    /// The object itself.
    pub fn root(node: &'o Node) -> Self {
        At {
            node,
            path: Vec::new(),
        }
    }

    fn inner(&self, step: Step, node: &'o Node) -> At<'o> {
        let mut path = Vec::with_capacity(self.path.len() + 1);
        path.extend_from_slice(&self.path);
        path.push(step);
        At { node, path }
    }

    /// The value of a field.
    pub fn get(&self, key: &str) -> Option<At<'o>> {
        let node = self.node.get(key).filter(|node| !node.is_null())?;
        Some(self.inner(Step::Key(key.into()), node))
    }

    /// The value at a path of fields.
    pub fn path(&self, keys: &[&str]) -> Option<At<'o>> {
        let mut at = self.clone();
        for key in keys {
            at = at.get(key)?;
        }
        Some(at)
    }

    /// Whether there is a value in the field; an empty text, list or map counts, too.
    pub fn has(&self, key: &str) -> bool {
        self.node.get(key).is_some_and(|node| !node.is_null())
    }

    /// Whether there is more in the field than an empty text, list or map.
    pub fn has_some(&self, key: &str) -> bool {
        self.node.get(key).is_some_and(|node| !is_empty(node))
    }

    /// Whether this is an empty text, list or map.
    pub fn is_empty(&self) -> bool {
        is_empty(self.node)
    }

    /// A field that may not be there, for findings about that.
    pub fn missing(&self, key: &str) -> At<'o> {
        self.inner(Step::Key(key.into()), self.node)
    }

    /// What is in a field where nothing is.
    pub fn nothing(&self, key: &str) -> At<'o> {
        static NULL: Node = Node {
            value: Value::Null,
            place: crate::source::Place::NONE,
        };
        self.inner(Step::Key(key.into()), &NULL)
    }

    /// The items of the list in a field; none where it is not a list.
    pub fn list(&self, key: &str) -> Vec<At<'o>> {
        self.get(key).map(|list| list.items()).unwrap_or_default()
    }

    /// The items, where this is a list.
    pub fn items(&self) -> Vec<At<'o>> {
        let items = self.node.as_list().unwrap_or_default().iter().enumerate();
        items
            .map(|(index, node)| self.inner(Step::Index(index), node))
            .collect()
    }

    /// The entries, where this is a map.
    pub fn entries(&self) -> Vec<(&'o str, At<'o>)> {
        let Some(map) = self.node.as_map() else {
            return Vec::new();
        };
        map.iter()
            .map(|(key, entry)| (&**key, self.inner(Step::Key(key.clone()), &entry.node)))
            .collect()
    }

    /// The text, where this is one.
    pub fn str(&self) -> Option<&'o str> {
        self.node.as_str()
    }

    /// The text of a field.
    pub fn text(&self, key: &str) -> Option<&'o str> {
        self.node.get(key)?.as_str()
    }

    /// The whole number of a field.
    pub fn number(&self, key: &str) -> Option<i128> {
        self.node.get(key).and_then(whole)
    }

    /// Whether a field is `true`.
    pub fn is_true(&self, key: &str) -> bool {
        self.node.get(key).and_then(Node::as_bool) == Some(true)
    }
}

/// The whole number that a value is.
pub(super) fn whole(node: &Node) -> Option<i128> {
    match node.value {
        Value::Int(number) => Some(number),
        _ => None,
    }
}

fn is_empty(node: &Node) -> bool {
    match &node.value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::List(list) => list.is_empty(),
        Value::Map(map) => map.is_empty(),
        _ => false,
    }
}
