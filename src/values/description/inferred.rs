//! What defaults and their comments say, as a schema.

use std::sync::Arc;

use super::comments;
use super::type_of;
use crate::secret;
use crate::values::path::dotted_key;
use crate::yaml::{Entry, Map, Node, Value};

/// The schema of a map of defaults: the type and description of each key. A default of null or of an empty text says nothing of the type.
pub(super) fn schema(defaults: &Node) -> Node {
    of(defaults, None, "", &mut Vec::new())
}

fn of(default: &Node, text: Option<String>, path: &str, above: &mut Vec<Entry>) -> Node {
    let mut schema = Map::new();
    let says_nothing = default.as_str().is_some_and(str::is_empty) || default.is_null();
    if !says_nothing {
        let kind = match type_of(default) {
            "integer" => "number",
            kind => kind,
        };
        schema.insert("type", Node::computed(kind));
    }
    if let Some(text) = text {
        schema.insert("description", Node::computed(text));
    }
    match &default.value {
        Value::Map(map) => {
            let mut properties = Map::with_capacity(map.len());
            for (key, entry) in map.iter() {
                let written = dotted_key(key);
                let path = match path {
                    "" => written.into_owned(),
                    path => format!("{path}.{written}"),
                };
                let text = said(entry, &path, above);
                above.push(entry.clone());
                properties.insert(Arc::clone(key), of(&entry.node, text, &path, above));
                above.pop();
            }
            if !properties.is_empty() {
                schema.insert("properties", Node::computed(properties));
            }
        }
        Value::List(list) if !list.is_empty() => {}
        _ if says_nothing && default.is_null() || secret::is_secret_path(path) => {}
        _ => {
            schema.insert("default", default.clone());
        }
    }
    Node::computed(schema)
}

/// What the comments say of a key.
pub(super) fn said(entry: &Entry, path: &str, above: &[Entry]) -> Option<String> {
    let own = comments::of_key(&entry.key_place);
    let of_holders = || {
        let mut holders = above.iter().chain([entry]);
        holders.find_map(|holder| comments::of_param(&holder.key_place, path))
    };
    own.or_else(of_holders).map(|(text, _)| text)
}
