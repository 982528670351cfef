//! A quick yes for values that are plainly valid, so that the real validator need not be made: making its first one
//! takes longer than everything else that happens to values.
//!
//! It knows the keywords that schemas of values mostly consist of, says yes only where all of them hold, and leaves
//! everything else to the real validator: words for people, other keywords, and schemas that may not be valid.

use serde_json::{Map as JsonMap, Value as Json};

use super::prune::Trusted;
use crate::yaml::{Map, Node, Value};

/// How deep schemas and references are followed.
const MAX_DEPTH: usize = 100;

/// Whether values certainly fit a schema that is known to be valid. The texts among `trusted` values are taken to
/// match their patterns.
pub(super) fn fits(schema: &Json, values: &Node, trusted: &Trusted) -> bool {
    Quick {
        root: schema,
        trusted,
    }
    .fits(schema, values, 0)
}

struct Quick<'a> {
    root: &'a Json,
    trusted: &'a Trusted,
}

impl Quick<'_> {
    fn fits(&self, schema: &Json, node: &Node, depth: usize) -> bool {
        match schema {
            Json::Bool(allowed) => *allowed,
            Json::Object(keywords) if depth < MAX_DEPTH => keywords
                .iter()
                .all(|(keyword, value)| self.holds(keywords, keyword, value, node, depth).unwrap_or(false)),
            _ => false,
        }
    }

    /// Whether one keyword holds; none where it is not for this module to say.
    fn holds(
        &self,
        keywords: &JsonMap<String, Json>,
        keyword: &str,
        value: &Json,
        node: &Node,
        depth: usize,
    ) -> Option<bool> {
        let map = node.as_map();
        let list = node.as_list();
        Some(match keyword {
            "$comment" | "$defs" | "$schema" | "default" | "definitions" | "deprecated" | "description"
            | "examples" | "readOnly" | "title" | "writeOnly" => true,
            "type" => match value {
                Json::Array(types) => types
                    .iter()
                    .filter_map(Json::as_str)
                    .any(|name| is_type(node, name)),
                name => is_type(node, name.as_str()?),
            },
            "properties" => {
                let properties = value.as_object()?;
                map.is_none_or(|map| {
                    map.iter().all(|(key, entry)| {
                        let schema = properties.get(&**key);
                        schema.is_none_or(|schema| self.fits(schema, &entry.node, depth + 1))
                    })
                })
            }
            "additionalProperties" if !keywords.contains_key("patternProperties") => {
                map.is_none_or(|map| self.others_fit(keywords, map, value, depth))
            }
            "required" => {
                let names = value.as_array()?;
                map.is_none_or(|map| {
                    names
                        .iter()
                        .all(|name| name.as_str().is_some_and(|name| map.contains_key(name)))
                })
            }
            "items" if value.is_object() => {
                list.is_none_or(|items| items.iter().all(|item| self.fits(value, item, depth + 1)))
            }
            "enum" => value.as_array()?.contains(&super::to_json(node)),
            "const" => *value == super::to_json(node),
            "allOf" => value
                .as_array()?
                .iter()
                .all(|schema| self.fits(schema, node, depth + 1)),
            "anyOf" => value
                .as_array()?
                .iter()
                .any(|schema| self.fits(schema, node, depth + 1)),
            "$ref" => self.fits(
                self.root.pointer(value.as_str()?.strip_prefix('#')?)?,
                node,
                depth + 1,
            ),
            "pattern" => node.as_str().is_none() || self.trusted.has(node),
            "minimum" => at_least(number(node), value.as_f64()?),
            "maximum" => at_least(number(node).map(|number| -number), -value.as_f64()?),
            "minLength" => at_least(length(node.as_str()), value.as_f64()?),
            "minItems" => at_least(list.map(<[Node]>::len).map(count), value.as_f64()?),
            "minProperties" => at_least(map.map(Map::len).map(count), value.as_f64()?),
            _ => return None,
        })
    }

    fn others_fit(&self, keywords: &JsonMap<String, Json>, map: &Map, schema: &Json, depth: usize) -> bool {
        let known = keywords.get("properties").and_then(Json::as_object);
        map.iter().all(|(key, entry)| {
            known.is_some_and(|known| known.contains_key(&**key)) || self.fits(schema, &entry.node, depth + 1)
        })
    }
}

fn is_type(node: &Node, name: &str) -> bool {
    match &node.value {
        Value::Null => name == "null",
        Value::Bool(_) => name == "boolean",
        Value::Int(_) => name == "integer" || name == "number",
        Value::Float(_) => name == "number",
        Value::String(_) => name == "string",
        Value::List(_) => name == "array",
        Value::Map(_) => name == "object",
    }
}

fn at_least(number: Option<f64>, limit: f64) -> bool {
    number.is_none_or(|number| number >= limit)
}

#[expect(clippy::cast_precision_loss, reason = "limits are small numbers")]
fn number(node: &Node) -> Option<f64> {
    match node.value {
        Value::Int(number) => Some(number as f64),
        Value::Float(number) => Some(number),
        _ => None,
    }
}

fn length(text: Option<&str>) -> Option<f64> {
    text.map(|text| count(text.chars().count()))
}

#[expect(clippy::cast_precision_loss, reason = "limits are small numbers")]
fn count(number: usize) -> f64 {
    number as f64
}
