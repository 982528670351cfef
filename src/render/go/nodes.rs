//! Between the trees that YAML is read into and written from, and the values of templates.

use std::sync::Arc;

use super::error::{Error, Result};
use super::functions::Call;
use super::print::DEEPEST;
use super::text::Text;
use super::value::{List, Map, MapType, Origin, Slot, Value};
use crate::yaml::{self, Node};

/// Tells where nodes were written: it is asked for the number of each node that gets one, in the order of the text.
pub trait Origins {
    /// The number of what a node holds under a key.
    fn of_key(&mut self, parent: Origin, key: &Arc<str>, node: &Node) -> Origin;
    /// The number of an item of a list.
    fn of_item(&mut self, parent: Origin, index: usize, node: &Node) -> Origin;
}

/// Nobody wrote the values.
struct Nobody;

impl Origins for Nobody {
    fn of_key(&mut self, _: Origin, _: &Arc<str>, _: &Node) -> Origin {
        Origin::NONE
    }

    fn of_item(&mut self, _: Origin, _: usize, _: &Node) -> Origin {
        Origin::NONE
    }
}

/// The value of a node: all numbers are `float64`, as Helm's are.
pub fn from_node(node: &Node) -> Value {
    with_origins(node, Origin::NONE, &mut Nobody)
}

/// The value of a node whose parts know where they were written.
pub fn with_origins(node: &Node, origin: Origin, origins: &mut dyn Origins) -> Value {
    match &node.value {
        yaml::Value::Null => Value::Nil,
        yaml::Value::Bool(value) => Value::Bool(*value),
        yaml::Value::Int(number) => Value::Float(*number as f64),
        yaml::Value::Float(number) => Value::Float(*number),
        yaml::Value::String(text) => Value::String(Text::from(Arc::clone(text))),
        yaml::Value::List(list) => {
            let slots = list.iter().enumerate().map(|(index, item)| {
                let origin = origins.of_item(origin, index, item);
                Slot {
                    value: with_origins(item, origin, origins),
                    origin,
                }
            });
            Value::List(List::new(slots.collect()))
        }
        yaml::Value::Map(map) => {
            let entries: Vec<(Text, Slot)> = map
                .iter()
                .map(|(key, entry)| {
                    let origin = origins.of_key(origin, key, &entry.node);
                    let value = with_origins(&entry.node, origin, origins);
                    (Text::from(Arc::clone(key)), Slot { value, origin })
                })
                .collect();
            Value::Map(Map::of(MapType::Any, entries))
        }
    }
}

/// The node of a value, by way of JSON as Helm makes YAML: what a map holds is noted as read.
///
/// # Errors
/// It is nested too deeply or holds itself, or holds a number that is not finite.
pub(super) fn to_node(value: &Value, call: &mut Call<'_>) -> Result<Node> {
    node(value, call, 0)
}

/// About how many bytes an entry of a list or map of nodes takes.
const NODE: usize = 64;

fn node(value: &Value, call: &mut Call<'_>, depth: usize) -> Result<Node> {
    if depth > DEEPEST {
        return Err(Error::new(format!(
            "the value is nested more than {DEEPEST} levels deep, or holds itself"
        )));
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
        Value::Bytes(bytes) => yaml::Value::from(super::json::base64(bytes)),
        Value::List(list) if list.is_nil => yaml::Value::Null,
        Value::List(list) => {
            call.spend(list.len())?;
            call.reserve(list.len().saturating_mul(NODE))?;
            let mut nodes = Vec::with_capacity(list.len());
            for slot in list.slots() {
                call.note(slot);
                nodes.push(node(&slot.value, call, depth + 1)?);
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
                nodes.insert(key.to_shared(), node(&slot.value, call, depth + 1)?);
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
