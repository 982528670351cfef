//! Leaving out of a schema and of the values what is known to be valid: compiling a schema costs more than all else
//! that happens to values.
//!
//! The property of a map whose value nobody changed becomes the schema `true`, and its value null. This is done along
//! `properties` only, and only where no other keyword looks at those values.

use std::sync::Arc;

use serde_json::{Map as JsonMap, Value as Json};

use super::super::resolve::{Resolved, Scope};
use crate::source::{Place, Source};
use crate::yaml::{Node, Value};

/// Keywords that look at a map's values otherwise than by `properties`, or may do so.
const OTHER_VIEWS: [&str; 18] = [
    "$dynamicRef",
    "$recursiveRef",
    "$ref",
    "allOf",
    "anyOf",
    "const",
    "dependencies",
    "dependentSchemas",
    "else",
    "enum",
    "if",
    "not",
    "oneOf",
    "patternProperties",
    "propertyNames",
    "then",
    "unevaluatedItems",
    "unevaluatedProperties",
];

/// The sources whose values are known to be valid.
pub(super) struct Trusted {
    sources: Vec<Arc<Source>>,
}

impl Trusted {
    pub(super) fn nothing() -> Self {
        Trusted { sources: Vec::new() }
    }

    /// The default values of all charts that take part.
    pub(super) fn defaults(resolved: &Resolved) -> Self {
        let source = |scope: &&Scope| scope.chart.values.place.source().cloned();
        Trusted {
            sources: resolved.root.all().iter().filter_map(source).collect(),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.sources.is_empty()
    }

    /// Whether a value was written there. What was computed of trusted values is trusted; nothing else is computed.
    fn has_place(&self, place: &Place) -> bool {
        match place.source() {
            None => !self.is_empty(),
            Some(source) => self.sources.iter().any(|trusted| Arc::ptr_eq(trusted, source)),
        }
    }

    /// Whether a value and all in it were written there. A map that lost a key has the place of the layer that took
    /// it away.
    pub(super) fn has(&self, node: &Node) -> bool {
        self.has_place(&node.place)
            && match &node.value {
                Value::Map(map) => map.iter().all(|(_, entry)| self.has(&entry.node)),
                Value::List(list) => list.iter().all(|item| self.has(item)),
                _ => true,
            }
    }
}

/// The schema and the values to check with it, without what is trusted.
pub(super) fn prune(schema: Json, values: &Node, trusted: &Trusted) -> (Json, Json) {
    if trusted.is_empty() || has_odd_reference(&schema) {
        return (schema, super::to_json(values));
    }
    cut(schema, values, trusted).unwrap_or((Json::Bool(true), Json::Null))
}

/// Whether something refers to other places than definitions, which stay whole.
fn has_odd_reference(schema: &Json) -> bool {
    match schema {
        Json::Object(map) => map.iter().any(|(key, value)| match (key.as_str(), value) {
            ("$ref" | "$dynamicRef" | "$recursiveRef", Json::String(target)) => {
                !(target.starts_with("#/definitions/") || target.starts_with("#/$defs/"))
            }
            _ => has_odd_reference(value),
        }),
        Json::Array(list) => list.iter().any(has_odd_reference),
        _ => false,
    }
}

/// None where everything is trusted.
fn cut(mut schema: Json, node: &Node, trusted: &Trusted) -> Option<(Json, Json)> {
    let (Some(keywords), Value::Map(map)) = (schema.as_object_mut(), &node.value) else {
        return whole(schema, node, trusted);
    };
    if OTHER_VIEWS.iter().any(|keyword| keywords.contains_key(*keyword)) {
        return whole(schema, node, trusted);
    }
    let Some(properties) = keywords.get_mut("properties").and_then(Json::as_object_mut) else {
        return whole(schema, node, trusted);
    };
    let mut touched = !trusted.has_place(&node.place);
    let mut instance = JsonMap::with_capacity(map.len());
    let mut kept = JsonMap::with_capacity(map.len());
    for (key, entry) in map.iter() {
        let key = key.to_string();
        match properties
            .remove(&key)
            .map(|schema| cut(schema, &entry.node, trusted))
        {
            Some(None) => {
                kept.insert(key.clone(), Json::Bool(true));
                instance.insert(key, Json::Null);
            }
            Some(Some((schema, value))) => {
                touched = true;
                kept.insert(key.clone(), schema);
                instance.insert(key, value);
            }
            None => {
                touched = touched || !trusted.has(&entry.node);
                instance.insert(key, super::to_json(&entry.node));
            }
        }
    }
    if !touched {
        return None;
    }
    *properties = kept;
    Some((schema, Json::Object(instance)))
}

fn whole(schema: Json, node: &Node, trusted: &Trusted) -> Option<(Json, Json)> {
    if trusted.has(node) {
        None
    } else {
        Some((schema, super::to_json(node)))
    }
}
