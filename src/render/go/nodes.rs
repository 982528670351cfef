//! Between the trees that YAML is read into and written from, and the values of templates.

use std::sync::Arc;

use super::error::{DEEPEST, Error, Result};
use super::functions::Call;
use super::text::Text;
use super::value::{List, Map, MapType, Origin, Slot, Value};
use crate::source::Place;
use crate::yaml::{self, Node};

/// The value of a node: all numbers are `float64`, as Helm's are. Parts whose places have a note know it.
pub fn from_node(node: &Node) -> Value {
    match &node.value {
        yaml::Value::Null => Value::Nil,
        yaml::Value::Bool(value) => Value::Bool(*value),
        yaml::Value::Int(number) => Value::Float(*number as f64),
        yaml::Value::Float(number) => Value::Float(*number),
        yaml::Value::String(text) => Value::String(Text::from(Arc::clone(text))),
        yaml::Value::List(list) => Value::List(List::new(list.iter().map(slot).collect())),
        yaml::Value::Map(map) => {
            let entries = map
                .iter()
                .map(|(key, entry)| (Text::from(Arc::clone(key)), slot(&entry.node)));
            Value::Map(Map::with_origin(MapType::Any, entries, origin(node)))
        }
    }
}

fn origin(node: &Node) -> Origin {
    node.place.note().map_or(Origin::NONE, Origin::new)
}

fn slot(node: &Node) -> Slot {
    Slot {
        value: from_node(node),
        origin: origin(node),
    }
}

/// The node of a value, by way of JSON as Helm makes YAML: what lists and maps hold is noted as read. Where reads are noted,
/// [`origin_at`] gives of a node's place which value it is.
///
/// # Errors
/// It is nested too deeply or holds itself, or holds a number that is not finite.
pub(super) fn to_node(value: &Value, call: &mut Call<'_>) -> Result<Node> {
    node(value, call, 0)
}

/// Which value is at a place of [`to_node`]: places of such nodes have no source, and a number instead of a line.
pub(super) fn origin_at(place: &Place) -> Origin {
    place.line.checked_sub(1).map_or(Origin::NONE, Origin::new)
}

fn place_of(origin: Origin) -> Place {
    let mut place = Place::NONE;
    place.line = origin.note().map_or(0, |note| note.saturating_add(1));
    place
}

/// About how many bytes an entry of a list or map of nodes takes.
const NODE: usize = 64;

fn node(value: &Value, call: &mut Call<'_>, depth: usize) -> Result<Node> {
    if depth > DEEPEST {
        return Err(Error::too_deep());
    }
    Ok(Node::computed(match value {
        Value::Nil | Value::Absent => yaml::Value::Null,
        Value::Bool(value) => yaml::Value::Bool(*value),
        Value::Int(number) | Value::Int64(number) => yaml::Value::Int(i128::from(*number)),
        Value::Byte(number) => yaml::Value::Int(i128::from(*number)),
        Value::Uint64(number) => yaml::Value::Int(i128::from(*number)),
        Value::Float(number) if number.is_finite() => yaml::Value::Float(*number),
        Value::Float(_) => return Err(Error::new("the number is not finite")),
        Value::String(text) => {
            call.reserve(text.len())?;
            yaml::Value::String(text.to_shared())
        }
        Value::Bytes(bytes) => yaml::Value::from(super::text::base64(bytes)),
        Value::List(list) if list.is_nil => yaml::Value::Null,
        Value::List(list) => {
            call.spend(list.len())?;
            call.reserve(list.len().saturating_mul(NODE))?;
            let mut nodes = Vec::with_capacity(list.len());
            for slot in list.slots() {
                call.note(slot);
                let mut node = node(&slot.value, call, depth + 1)?;
                node.place = place_of(slot.origin);
                nodes.push(node);
            }
            nodes.into()
        }
        Value::Map(map) if map.is_nil => yaml::Value::Null,
        Value::Map(map) => {
            let entries = map.view();
            call.spend(entries.iter().len())?;
            call.reserve(entries.iter().len().saturating_mul(NODE))?;
            let mut nodes = yaml::Map::with_capacity(entries.iter().len());
            for (key, slot) in entries.iter() {
                call.note(slot);
                let mut node = node(&slot.value, call, depth + 1)?;
                node.place = place_of(slot.origin);
                nodes.insert(key.to_shared(), node);
            }
            nodes.into()
        }
        Value::Object(object) => match object.json() {
            Some(value) => return node(&value, call, depth + 1),
            None => {
                let mut nodes = yaml::Map::new();
                for (name, value) in object.fields() {
                    nodes.insert(name, node(&value, call, depth + 1)?);
                }
                nodes.into()
            }
        },
    }))
}
