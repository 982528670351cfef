//! Values of the trees that YAML is read into.

use std::sync::Arc;

use super::{List, Map, Origin, Slot, Value};
use crate::render::go::text::Text;
use crate::yaml::{self, Node};

/// The value of a node: all numbers are `float64`, as Helm's are. Parts whose places have a note know it. The entries of
/// maps are made when they are asked for.
pub fn from_node(node: &Node) -> Value {
    value(node, false)
}

fn value(node: &Node, is_shared: bool) -> Value {
    match &node.value {
        yaml::Value::Null => Value::Nil,
        yaml::Value::Bool(value) => Value::Bool(*value),
        yaml::Value::Int(number) => Value::Float(*number as f64),
        yaml::Value::Float(number) => Value::Float(*number),
        yaml::Value::String(text) => Value::String(Text::from(Arc::clone(text))),
        yaml::Value::List(list) => {
            let slots = list.iter().map(|item| slot(item, is_shared));
            Value::List(List::new(slots.collect()))
        }
        yaml::Value::Map(map) => Value::Map(Map::of_node(map, origin(node), is_shared)),
    }
}

fn origin(node: &Node) -> Origin {
    node.place.note().map_or(Origin::NONE, Origin::new)
}

/// What a list or map holds of a node; its maps are shared where those that hold them are.
pub(super) fn slot(node: &Node, is_shared: bool) -> Slot {
    Slot {
        value: value(node, is_shared),
        origin: origin(node),
    }
}
