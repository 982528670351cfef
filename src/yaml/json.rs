//! Nodes to and from JSON values.

use std::sync::Arc;

use serde_json::{Map as JsonMap, Number, Value as Json};

use super::node::{Map, Node, Value};
use super::resolve::float_value;

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
        number.as_f64().and_then(float_value).unwrap_or_default()
    }
}
