//! Schemas that are not valid themselves.

use std::sync::Arc;

use jsonschema::{ReferencingError, ValidationError, error::ValidationErrorKind};
use serde_json::Value as Json;

use super::bounds::{self, TooMuch};
use super::words::Words;
use crate::diagnostic::Diagnostic;
use crate::source::{Place, Source};
use crate::yaml::{self, Node};

const CODE: &str = "invalid-schema";

/// A schema that is not JSON.
pub(super) fn json(source: &Arc<Source>, error: &serde_json::Error) -> Diagnostic {
    let text = error.to_string();
    let reason = text.split(" at line ").next().unwrap_or_default();
    let number = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    Diagnostic::error(CODE, format!("the schema is not JSON: {reason}")).at(&Place::new(
        source,
        number(error.line()),
        number(error.column()),
    ))
}

/// A schema that is JSON, but no schema.
pub(super) fn schema(source: &Arc<Source>, error: &ValidationError<'_>) -> Vec<Diagnostic> {
    // The same text once more, for the places.
    let node = yaml::read_document(source).unwrap_or_else(|_| Node::computed(false));
    if let ValidationErrorKind::Referencing(error) = error.kind() {
        return vec![reference(source, &node, error)];
    }
    let words = Words::new(&node, &[], &Json::Null, Vec::new());
    let mut found = words.diagnostics(error);
    for diagnostic in &mut found {
        diagnostic.code = CODE;
        diagnostic.message = format!("the schema is not valid: {}", diagnostic.message);
        diagnostic.help = None;
        if diagnostic.labels.is_empty() {
            *diagnostic = diagnostic.clone().at(&Place::whole(source));
        }
    }
    found
}

/// A schema that would take too long, or too much memory.
pub(super) fn too_large(source: &Arc<Source>, schema: &Json, too_much: &TooMuch<'_>) -> Diagnostic {
    let node = yaml::read_document(source).unwrap_or_default();
    let path = bounds::path(schema, too_much.part).unwrap_or_default();
    // Where the text cannot be read as YAML, its first line is all that is known.
    let place = path
        .iter()
        .try_fold(&node, |node, step| match node.as_list() {
            Some(list) => list.get(step.parse::<usize>().ok()?),
            None => node.get(step),
        })
        .map(|node| node.place.clone())
        .filter(Place::is_known)
        .unwrap_or_else(|| Place::new(source, 1, 1));
    Diagnostic::error("schema-too-large", format!("the schema {}", too_much.what))
        .at(&place)
        .help("a schema that asks for the same again and again by `$ref` grows with each of them; check how it was made")
}

fn reference(source: &Arc<Source>, schema: &Node, error: &ReferencingError) -> Diagnostic {
    let (keyword, target, message) = match error {
        ReferencingError::Unretrievable { uri, .. } => (
            "$ref",
            uri.clone(),
            format!("the schema refers to `{uri}`, which is not part of it"),
        ),
        ReferencingError::PointerToNowhere { pointer } => {
            let target = format!("#{pointer}");
            let message = format!("the schema refers to `{target}`, which it does not have");
            ("$ref", target, message)
        }
        ReferencingError::UnknownSpecification { specification } => (
            "$schema",
            specification.clone(),
            format!("`{specification}` is no version of JSON Schema that promchart knows"),
        ),
        error => (
            "$ref",
            String::new(),
            format!("the schema has a reference that leads nowhere: {error}"),
        ),
    };
    let place = find(schema, keyword, &target)
        .cloned()
        .unwrap_or(Place::whole(source));
    let diagnostic = Diagnostic::error(CODE, message).at(&place);
    match error {
        ReferencingError::Unretrievable { .. } => {
            diagnostic.help("nothing is fetched: put what it refers to into the schema's `$defs`")
        }
        ReferencingError::UnknownSpecification { .. } => diagnostic.help(
            "use `http://json-schema.org/draft-07/schema#` or `https://json-schema.org/draft/2020-12/schema`",
        ),
        _ => diagnostic,
    }
}

/// Where a keyword has a value.
fn find<'n>(node: &'n Node, keyword: &str, value: &str) -> Option<&'n Place> {
    if let Some(list) = node.as_list() {
        return list.iter().find_map(|item| find(item, keyword, value));
    }
    let map = node.as_map()?;
    if let Some(found) = map.get(keyword)
        && found.as_str() == Some(value)
    {
        return Some(&found.place);
    }
    map.iter()
        .find_map(|(_, entry)| find(&entry.node, keyword, value))
}
