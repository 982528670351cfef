//! Nodes to and from JSON values.

use std::sync::Arc;

use serde_json::{Map as JsonMap, Number, Value as Json};

use super::node::{Map, Node, Value};
use super::style::is_escaped;
use super::writer::write_float;

/// The JSON value of a node. Whole numbers beyond 64 bits become floats; places are lost.
pub fn to_json(node: &Node) -> Json {
    match &node.value {
        Value::Null => Json::Null,
        Value::Bool(value) => Json::Bool(*value),
        Value::Int(value) => Json::Number(whole(*value)),
        Value::Float(value) => Number::from_f64(*value).map_or(Json::Null, Json::Number),
        Value::String(text) => Json::String(text.to_string()),
        Value::List(list) => Json::Array(list.iter().map(to_json).collect()),
        Value::Map(map) => Json::Object(
            map.iter()
                .map(|(key, entry)| (key.to_string(), to_json(&entry.node)))
                .collect::<JsonMap<_, _>>(),
        ),
    }
}

fn whole(value: i128) -> Number {
    if let Ok(value) = u64::try_from(value) {
        value.into()
    } else if let Ok(value) = i64::try_from(value) {
        value.into()
    } else {
        // Every 128-bit number is a finite float.
        Number::from_f64(value as f64).unwrap_or_else(|| 0.into())
    }
}

/// The node of a JSON value, without places. Numbers without a fraction become whole numbers, as in YAML.
pub fn from_json(json: Json) -> Node {
    Node::computed(match json {
        Json::Null => Value::Null,
        Json::Bool(value) => Value::Bool(value),
        Json::Number(number) => from_number(&number),
        Json::String(text) => Value::String(Arc::from(text)),
        Json::Array(list) => list.into_iter().map(from_json).collect::<Vec<_>>().into(),
        Json::Object(map) => map
            .into_iter()
            .map(|(key, value)| (Arc::<str>::from(key), from_json(value)))
            .collect::<Map>()
            .into(),
    })
}

fn from_number(number: &Number) -> Value {
    if let Some(value) = number.as_u64() {
        Value::Int(value.into())
    } else if let Some(value) = number.as_i64() {
        Value::Int(value.into())
    } else {
        number.as_f64().and_then(Value::from_f64).unwrap_or_default()
    }
}

/// Compact JSON, keys in their order.
pub fn write_json(node: &Node) -> String {
    let mut out = String::new();
    write_value(node, None, &mut out);
    out
}

/// JSON on several lines, indented by two spaces, keys in their order; no final newline.
pub fn write_json_pretty(node: &Node) -> String {
    let mut out = String::new();
    write_value(node, Some(0), &mut out);
    out
}

/// Writes a value; `level` is how deep it is, where lines are wanted.
fn write_value(node: &Node, level: Option<usize>, out: &mut String) {
    match &node.value {
        Value::Null => out.push_str("null"),
        Value::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        Value::Int(value) => out.push_str(&value.to_string()),
        Value::Float(value) if !value.is_finite() => out.push_str("null"),
        Value::Float(value) => out.push_str(&write_float(*value)),
        Value::String(text) => write_string(text, out),
        Value::List(list) => {
            out.push('[');
            for (index, item) in list.iter().enumerate() {
                separate(index, level, out);
                write_value(item, level.map(|level| level + 1), out);
            }
            close(list.is_empty(), level, ']', out);
        }
        Value::Map(map) => {
            out.push('{');
            for (index, (key, entry)) in map.iter().enumerate() {
                separate(index, level, out);
                write_string(key, out);
                out.push_str(if level.is_some() { ": " } else { ":" });
                write_value(&entry.node, level.map(|level| level + 1), out);
            }
            close(map.is_empty(), level, '}', out);
        }
    }
}

fn separate(index: usize, level: Option<usize>, out: &mut String) {
    if index > 0 {
        out.push(',');
    }
    if let Some(level) = level {
        line(level + 1, out);
    }
}

fn close(empty: bool, level: Option<usize>, bracket: char, out: &mut String) {
    if let Some(level) = level
        && !empty
    {
        line(level, out);
    }
    out.push(bracket);
}

fn line(level: usize, out: &mut String) {
    out.push('\n');
    out.extend(std::iter::repeat_n("  ", level));
}

/// A JSON string that is YAML too: what YAML readers refuse or take for a line end is escaped as well.
fn write_string(text: &str, out: &mut String) {
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            _ if is_escaped(character) && u32::from(character) <= 0xffff => {
                out.push_str(&format!("\\u{:04x}", u32::from(character)));
            }
            _ => out.push(character),
        }
    }
    out.push('"');
}
