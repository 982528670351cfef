//! Schemas of any draft as draft 7, which editors read best.

use std::sync::Arc;

use crate::yaml::{Entry, Map, Node, Value};

/// How deep schemas may be nested.
const MOST_LEVELS: usize = 200;

/// A schema as a part of a larger one: its own references, which begin with `#`, lead to `base`. Keywords that draft 7 has under another
/// name are renamed; those that it does not have are left out, so that it allows more.
pub(super) fn draft_7(schema: &Node, base: &str) -> Node {
    let declared = schema.get("$schema").and_then(Node::as_str).unwrap_or_default();
    let translation = Translation {
        base,
        ignores_beside_reference: !["2019-09", "2020-12"]
            .iter()
            .any(|draft| declared.contains(draft)),
    };
    translation.schema(schema, 0)
}

struct Translation<'a> {
    base: &'a str,
    /// What stands beside `$ref` counts for nothing, as in drafts up to 7.
    ignores_beside_reference: bool,
}

impl Translation<'_> {
    fn schema(&self, schema: &Node, level: usize) -> Node {
        let Some(map) = schema.as_map().filter(|_| level < MOST_LEVELS) else {
            // True and false are schemas, too.
            return schema.as_bool().map_or_else(anything, |_| schema.clone());
        };
        let mut out = Map::with_capacity(map.len());
        let has_prefix = map.contains_key("prefixItems");
        for (key, entry) in map.iter() {
            let node = &entry.node;
            let (key, node) = match &**key {
                "$schema"
                | "$id"
                | "id"
                | "$anchor"
                | "$vocabulary"
                | "unevaluatedItems"
                | "unevaluatedProperties"
                | "minContains"
                | "maxContains"
                | "$dynamicRef"
                | "$dynamicAnchor"
                | "$recursiveRef"
                | "$recursiveAnchor" => continue,
                "$ref" => (&**key, self.reference(node)),
                "properties" | "patternProperties" | "definitions" | "$defs" => {
                    (&**key, self.each(node, level))
                }
                "dependencies" => (&**key, self.each(node, level)),
                "dependentSchemas" | "dependentRequired" => ("dependencies", self.each(node, level)),
                "prefixItems" => ("items", self.list(node, level)),
                "items" if has_prefix => ("additionalItems", self.schema(node, level + 1)),
                "items" if node.as_list().is_some() => (&**key, self.list(node, level)),
                "allOf" | "anyOf" | "oneOf" => (&**key, self.list(node, level)),
                "items"
                | "additionalItems"
                | "additionalProperties"
                | "contains"
                | "propertyNames"
                | "not"
                | "if"
                | "then"
                | "else" => (&**key, self.schema(node, level + 1)),
                "exclusiveMinimum" | "exclusiveMaximum" if node.as_bool().is_some() => continue,
                "minimum" if is_exclusive(map, "exclusiveMinimum") => ("exclusiveMinimum", node.clone()),
                "maximum" if is_exclusive(map, "exclusiveMaximum") => ("exclusiveMaximum", node.clone()),
                _ => (&**key, node.clone()),
            };
            let known = out.get(key).and_then(Node::as_map).cloned();
            let node = match (known, node.as_map()) {
                (Some(mut known), Some(more)) if key == "dependencies" => {
                    more.iter().for_each(|(key, entry)| {
                        known.insert_entry(Arc::clone(key), entry.clone());
                    });
                    Node::computed(known)
                }
                _ => node,
            };
            let key_place = entry.key_place.clone();
            out.insert_entry(key, Entry { key_place, node });
        }
        if !self.ignores_beside_reference
            && out.len() > 1
            && let Some(reference) = out.remove("$ref")
        {
            let reference = Node::computed(Map::from_iter([("$ref", reference.node)]));
            let mut all = vec![reference];
            all.extend(
                out.get("allOf")
                    .and_then(Node::as_list)
                    .into_iter()
                    .flatten()
                    .cloned(),
            );
            out.insert("allOf", Node::computed(all));
        }
        Node::new(out, schema.place.clone())
    }

    fn reference(&self, node: &Node) -> Node {
        match node.as_str().and_then(|text| text.strip_prefix('#')) {
            Some(pointer) if pointer.is_empty() || pointer.starts_with('/') => {
                Node::computed(format!("{}{pointer}", self.base))
            }
            _ => node.clone(),
        }
    }

    fn each(&self, node: &Node, level: usize) -> Node {
        let Some(map) = node.as_map() else {
            return node.clone();
        };
        let mut out = Map::with_capacity(map.len());
        for (key, entry) in map.iter() {
            let node = match &entry.node.value {
                // What another key requires.
                Value::List(_) => entry.node.clone(),
                _ => self.schema(&entry.node, level + 1),
            };
            let key_place = entry.key_place.clone();
            out.insert_entry(Arc::clone(key), Entry { key_place, node });
        }
        Node::computed(out)
    }

    fn list(&self, node: &Node, level: usize) -> Node {
        let items = node.as_list().unwrap_or_default().iter();
        Node::computed(items.map(|item| self.schema(item, level + 1)).collect::<Vec<_>>())
    }
}

/// The schema that allows everything.
fn anything() -> Node {
    Node::computed(Map::new())
}

fn is_exclusive(map: &Map, keyword: &str) -> bool {
    map.get(keyword).and_then(Node::as_bool) == Some(true)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Source;
    use crate::yaml;

    fn translated(schema: &str, base: &str) -> String {
        let schema = yaml::read_document(&Source::new("schema", schema)).unwrap();
        yaml::write_json(&draft_7(&schema, base))
    }

    #[test]
    fn references_lead_to_where_the_schema_is() {
        assert_eq!(
            translated(
                r##"{"$id": "x", "$ref": "#", "properties": {"$id": {"$ref": "#/definitions/a"}, "b": {"$ref": "https://x/y#/z"}}}"##,
                "#/definitions/sub"
            ),
            r##"{"$ref":"#/definitions/sub","properties":{"$id":{"$ref":"#/definitions/sub/definitions/a"},"b":{"$ref":"https://x/y#/z"}}}"##
        );
    }

    #[test]
    fn keywords_of_other_drafts() {
        assert_eq!(
            translated(
                r##"{"$schema": "https://json-schema.org/draft/2020-12/schema", "$ref": "#/$defs/a", "minimum": 1,
                    "prefixItems": [{"type": "string"}], "items": false, "unevaluatedProperties": false,
                    "dependentRequired": {"a": ["b"]}, "dependentSchemas": {"c": {"required": ["d"]}}}"##,
                "#"
            ),
            r##"{"minimum":1,"items":[{"type":"string"}],"additionalItems":false,"dependencies":{"a":["b"],"c":{"required":["d"]}},"allOf":[{"$ref":"#/$defs/a"}]}"##
        );
        assert_eq!(
            translated(
                r#"{"minimum": 1, "exclusiveMinimum": true, "maximum": 2, "exclusiveMaximum": false}"#,
                "#"
            ),
            r#"{"exclusiveMinimum":1,"maximum":2}"#
        );
    }
}
