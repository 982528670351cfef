//! JSON that a flag gave, as nodes with the flag's place.

use std::sync::Arc;

use crate::source::Place;
use crate::yaml::{Entry, Map, Node, Value, from_json};

/// Makes a node of a JSON value; it and everything in it has the given place. The depth is what serde_json lets
/// through, which is bounded.
pub(super) fn node(json: serde_json::Value, place: &Place) -> Node {
    placed(&from_json(json), place)
}

fn placed(node: &Node, place: &Place) -> Node {
    let value = match &node.value {
        Value::List(items) => items
            .iter()
            .map(|item| placed(item, place))
            .collect::<Vec<_>>()
            .into(),
        Value::Map(map) => {
            let mut copy = Map::with_capacity(map.len());
            for (key, entry) in map.iter() {
                let entry = Entry {
                    key_place: place.clone(),
                    node: placed(&entry.node, place),
                };
                copy.insert_entry(Arc::clone(key), entry);
            }
            copy.into()
        }
        value => value.clone(),
    };
    Node::new(value, place.clone())
}
