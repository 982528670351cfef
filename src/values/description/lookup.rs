//! What a schema says of the value at a path.

use std::sync::Arc;

use regex::Regex;

use crate::source::Source;
use crate::values::Step;
use crate::yaml::{self, DuplicateKeys, Node, Options};

/// How many schemas are looked at for one step of a path: references can ask for the same again and again.
const MOST_SCHEMAS: usize = 200;

/// The schema of a chart as a tree; nothing where it cannot be read, which is told where values are checked.
pub(super) fn read(source: &Arc<Source>) -> Option<Node> {
    let options = Options {
        duplicate_keys: DuplicateKeys::Last,
        ..Options::default()
    };
    yaml::read_document_with(source, &options).ok()
}

/// The schemas that speak of the value at a path, the nearest first.
pub(super) fn at<'n>(root: &'n Node, path: &[Step]) -> Vec<&'n Node> {
    let mut schemas = with_referred(root, vec![root]);
    for step in path {
        let mut next = Vec::new();
        for schema in &schemas {
            next.extend(inner(schema, step));
        }
        schemas = with_referred(root, next);
    }
    schemas
}

/// Schemas with those that they refer to or are put together of.
fn with_referred<'n>(root: &'n Node, schemas: Vec<&'n Node>) -> Vec<&'n Node> {
    let mut found: Vec<&Node> = Vec::new();
    let mut open = schemas;
    open.reverse();
    while let Some(schema) = open.pop() {
        if found.len() >= MOST_SCHEMAS || found.iter().any(|known| std::ptr::eq(*known, schema)) {
            continue;
        }
        found.push(schema);
        for keyword in ["then", "else"] {
            open.extend(schema.get(keyword));
        }
        for keyword in ["allOf", "anyOf", "oneOf"] {
            open.extend(schema.get(keyword).and_then(Node::as_list).into_iter().flatten());
        }
        let reference = schema.get("$ref").and_then(Node::as_str);
        open.extend(reference.and_then(|reference| referred(root, reference)));
    }
    found
}

/// What a reference within the schema means.
pub(super) fn referred<'n>(root: &'n Node, reference: &str) -> Option<&'n Node> {
    let pointer = reference.strip_prefix('#')?;
    pointer.split('/').skip(1).try_fold(root, |node, part| {
        let part = part.replace("~1", "/").replace("~0", "~");
        match node.as_list() {
            Some(list) => list.get(part.parse::<usize>().ok()?),
            None => node.get(&part),
        }
    })
}

/// The schemas of what stands at a step below a value.
fn inner<'n>(schema: &'n Node, step: &Step) -> Vec<&'n Node> {
    let is_schema = |node: &&Node| node.as_map().is_some();
    match step {
        Step::Key(key) => {
            let own = schema
                .get("properties")
                .and_then(|properties| properties.get(key));
            let patterns = schema.get("patternProperties").and_then(Node::as_map);
            let patterns = patterns.into_iter().flat_map(|patterns| patterns.iter());
            let matching =
                patterns.filter(|(pattern, _)| Regex::new(pattern).is_ok_and(|it| it.is_match(key)));
            let mut found: Vec<&Node> = own.into_iter().collect();
            found.extend(matching.map(|(_, entry)| &entry.node));
            if found.is_empty() {
                found.extend(schema.get("additionalProperties").filter(is_schema));
            }
            found
        }
        Step::Index(index) => {
            let items = schema.get("items");
            let listed = schema.get("prefixItems").or(items).and_then(Node::as_list);
            let own = listed.and_then(|listed| listed.get(*index));
            let others = items.filter(is_schema).or(schema.get("additionalItems"));
            own.or(others).into_iter().collect()
        }
    }
}
