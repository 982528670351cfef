//! Between the trees that YAML is read into and written from, and the values of templates.

use std::sync::Arc;

use super::text::Text;
pub use super::value::from_node;
use super::value::{List, Map, Origin, Value};
use crate::source::Place;
use crate::yaml::{self, Node};

/// The value of an object of a cluster, whose whole numbers stay whole, as Kubernetes' client reads them.
pub(super) fn from_object(node: &Node) -> Value {
    match &node.value {
        yaml::Value::Int(number) => match i64::try_from(*number) {
            Ok(number) => Value::Int64(number),
            Err(_) => Value::Float(*number as f64),
        },
        yaml::Value::List(list) => Value::List(List::from_values(list.iter().map(from_object))),
        yaml::Value::Map(map) => {
            let entries = map
                .iter()
                .map(|(key, entry)| (Text::from(Arc::clone(key)), from_object(&entry.node)));
            Value::Map(Map::from_values(entries))
        }
        _ => from_node(node),
    }
}

/// A node of [`super::functions::to_node`] with notes, by which it is known what its parts are.
pub(super) fn with_notes(node: &Node) -> Node {
    let value = match &node.value {
        yaml::Value::List(list) => list.iter().map(with_notes).collect::<Vec<_>>().into(),
        yaml::Value::Map(map) => {
            let entries = map
                .iter()
                .map(|(key, entry)| (Arc::clone(key), with_notes(&entry.node)));
            entries.collect::<yaml::Map>().into()
        }
        scalar => scalar.clone(),
    };
    match origin_at(&node.place).note() {
        Some(note) => Node::new(value, Place::NONE.noted(note)),
        None => Node::computed(value),
    }
}

/// Which value is at a place of [`to_node`]: places of such nodes have no source, and a number instead of a line.
pub(super) fn origin_at(place: &Place) -> Origin {
    place.line.checked_sub(1).map_or(Origin::NONE, Origin::new)
}
