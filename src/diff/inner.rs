//! Data in texts: YAML, JSON and TOML in ConfigMaps.

use std::sync::Arc;

use toml::de::{DeTable, DeValue};

use crate::source::Source;
use crate::yaml::{self, Map, Node, Value};

/// A text that is data, read.
pub(super) struct Data {
    /// The language.
    pub(super) language: &'static str,
    /// What it holds: a map or a list. The places of nodes are those in the text, TOML's aside.
    pub(super) node: Node,
}

/// Reads a text under a key such as `prometheus.yml`. None where it is not data, or not one document.
pub(super) fn read(key: &str, text: &str) -> Option<Data> {
    let ending = key.rsplit_once('.').map_or("", |(_, ending)| ending);
    let start = text.trim_start();
    let (language, node) = match ending {
        "toml" => ("toml", toml(text)?),
        // What has the ending of another language is text, whatever a YAML reader takes it for.
        "yml" | "yaml" | "rules" | "conf" | "config" | "json" => ("yaml", yaml(text)?),
        _ if start.starts_with(['{', '[']) || text.contains(": ") || text.contains(":\n") => {
            ("yaml", yaml(text)?)
        }
        _ => return None,
    };
    let language = if language == "yaml" && start.starts_with(['{', '[']) {
        "json"
    } else {
        language
    };
    matches!(&node.value, Value::Map(_) | Value::List(_)).then_some(Data { language, node })
}

fn yaml(text: &str) -> Option<Node> {
    let documents = yaml::read_documents(&Source::new("text", text)).ok()?;
    let mut documents = documents.into_iter();
    let first = documents.next()?;
    documents.next().is_none().then_some(first)
}

fn toml(text: &str) -> Option<Node> {
    let table = DeTable::parse(text).ok()?;
    table_of(table.get_ref(), text)
}

fn table_of(table: &DeTable<'_>, text: &str) -> Option<Node> {
    let mut map = Map::with_capacity(table.len());
    for (key, value) in table {
        map.insert(
            Arc::from(key.get_ref().as_ref()),
            value_of(value.get_ref(), text)?,
        );
    }
    Some(Node::computed(map))
}

fn value_of(value: &DeValue<'_>, text: &str) -> Option<Node> {
    Some(match value {
        DeValue::String(text) => Node::computed(text.as_ref()),
        DeValue::Integer(number) => {
            Node::computed(i128::from_str_radix(number.as_str(), number.radix()).ok()?)
        }
        DeValue::Float(number) => match number.as_str().parse().ok().and_then(Value::from_f64) {
            Some(number) => Node::computed(number),
            None => Node::computed(number.as_str()),
        },
        DeValue::Boolean(value) => Node::computed(*value),
        DeValue::Datetime(time) => Node::computed(time.to_string()),
        DeValue::Array(items) => {
            let items: Option<Vec<Node>> = items.iter().map(|item| value_of(item.get_ref(), text)).collect();
            Node::computed(items?)
        }
        DeValue::Table(table) => table_of(table, text)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_as(key: &str, text: &str) -> Option<String> {
        read(key, text).map(|data| format!("{} {}", data.language, yaml::write_json(&data.node)))
    }

    #[test]
    fn data_is_known_by_its_name_or_by_itself() {
        assert_eq!(read_as("a.yml", "a: 1\n").unwrap(), r#"yaml {"a":1}"#);
        assert_eq!(read_as("a", "{\"a\": [1]}").unwrap(), r#"json {"a":[1]}"#);
        assert_eq!(
            read_as("a.toml", "x = 0x10\n[b]\nc = [1.5, true]\n").unwrap(),
            r#"toml {"b":{"c":[1.5,true]},"x":16}"#
        );
    }

    #[test]
    fn other_texts_are_not_data() {
        assert_eq!(read_as("a.yml", "a: 1\n---\nb: 2\n"), None);
        assert_eq!(read_as("a.yml", "just words"), None);
        assert_eq!(read_as("a.yml", "a: [\n"), None);
        assert_eq!(read_as("a.toml", "a ="), None);
        assert_eq!(read_as("run", "#!/bin/sh\nexec true\n"), None);
    }
}
