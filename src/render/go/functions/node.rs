//! Go values as nodes of ours.

use std::sync::Arc;

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
        Value::Float(_) => return Err(Error::new(NOT_FINITE)),
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
            if call.host.reads().is_none()
                && let Some(source) = map.source()
            {
                return Ok(Node::computed(map_of(&source, call, depth)?));
            }
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

/// As [`node`] of the value of a node, without making the value: most trees are written as they were read.
fn of_node(read: &Node, call: &mut Call<'_>, depth: usize) -> Result<Node> {
    if depth > DEEPEST {
        return Err(Error::too_deep());
    }
    Ok(Node::computed(match &read.value {
        yaml::Value::Null => yaml::Value::Null,
        yaml::Value::Bool(value) => yaml::Value::Bool(*value),
        yaml::Value::Int(number) => yaml::Value::Float(*number as f64),
        yaml::Value::Float(number) if number.is_finite() => yaml::Value::Float(*number),
        yaml::Value::Float(_) => return Err(Error::new(NOT_FINITE)),
        yaml::Value::String(text) => {
            call.reserve(text.len())?;
            yaml::Value::String(Arc::clone(text))
        }
        yaml::Value::List(list) => {
            call.spend(list.len())?;
            call.reserve(list.len().saturating_mul(NODE))?;
            let nodes = list.iter().map(|item| of_node(item, call, depth + 1));
            nodes.collect::<Result<Vec<Node>>>()?.into()
        }
        yaml::Value::Map(map) => map_of(map, call, depth)?,
    }))
}

fn map_of(map: &yaml::Map, call: &mut Call<'_>, depth: usize) -> Result<yaml::Value> {
    call.spend(map.len())?;
    call.reserve(map.len().saturating_mul(NODE))?;
    let mut nodes = yaml::Map::with_capacity(map.len());
    for (key, entry) in map.iter() {
        nodes.insert(Arc::clone(key), of_node(&entry.node, call, depth + 1)?);
    }
    Ok(nodes.into())
}

const NOT_FINITE: &str = "the number is not finite";

/// About how many bytes an entry of a list or map of nodes takes.
const NODE: usize = 192;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::go::from_node;
    use crate::render::go::functions::tests::Alone;
    use crate::source::Source;

    fn fill(value: &Value) {
        match value {
            Value::Map(map) => map.entries().iter().for_each(|(_, slot)| fill(&slot.value)),
            Value::List(list) => list.iter().for_each(fill),
            _ => {}
        }
    }

    #[test]
    fn trees_that_nobody_looked_into_give_what_their_values_give() {
        for text in [
            "b: [1, 1000000, 0x10, -0.5, 1e3, {z: ~, a: ''}, [], {}]\na:\n  n: true\n  \u{e9}: |\n    x\n1: 2\n",
            "a: &x [1, 2]\nb: [*x, *x]\n",
        ] {
            let read = yaml::read_values(&Source::new("values.yaml", text)).unwrap();
            let written = |is_filled: bool| {
                let value = from_node(&read);
                if is_filled {
                    fill(&value);
                }
                let mut host = Alone::default();
                let node = to_node(&value, &mut Call { host: &mut host });
                let written = node.map(|node| yaml::write_helm(&node));
                written.map_err(|error| error.message().to_owned())
            };
            assert_eq!(written(false), written(true), "{text}");
        }
    }
}
