//! Go values as nodes of ours.

use super::Call;
use crate::render::go::error::{DEEPEST, Error, Result};
use crate::render::go::value::{Origin, Value};
use crate::source::Place;
use crate::yaml::{self, Node};

/// The node of a value, by way of JSON as Helm makes YAML: what lists and maps hold is noted as read. Where reads are noted,
/// [`origin_at`] gives of a node's place which value it is.
///
/// # Errors
/// It is nested too deeply or holds itself, or holds a number that is not finite.
pub(in crate::render::go) fn to_node(value: &Value, call: &mut Call<'_>) -> Result<Node> {
    node(value, call, 0)
}

fn place_of(origin: Origin) -> Place {
    let mut place = Place::NONE;
    place.line = origin.note().map_or(0, |note| note.saturating_add(1));
    place
}

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
        Value::Bytes(bytes) => yaml::Value::from(crate::render::go::text::base64(bytes)),
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

/// About how many bytes an entry of a list or map of nodes takes.
const NODE: usize = 192;
