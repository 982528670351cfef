//! What a chart says of its values: the type and the description of a key, from its schema or from the comments of its values.yaml.

mod comments;
mod draft;
mod inferred;
mod lookup;
mod whole;

pub use whole::json_schema;

use std::cell::RefCell;
use std::collections::HashMap;

use super::history::chain;
use super::path::{Step, dotted};
use super::resolve::Scope;
use crate::chart::Chart;
use crate::source::Place;
use crate::yaml::{Map, Node, Value};

/// What is said of a value.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Description {
    /// The types that its schema allows, in its order; of what no schema knows, the type of its default.
    pub types: Vec<String>,
    /// Whether the schema says it, not the default.
    pub is_from_schema: bool,
    /// What it means.
    pub text: Option<String>,
    /// Where that is said: in a values.schema.json or in a comment.
    pub place: Place,
    /// The values that are allowed, where these are few.
    pub allowed: Vec<Node>,
}

/// What the charts say of the value at a path from the root's values: the chart that it belongs to before those above it, a schema
/// before a comment. Nothing where neither a schema nor the defaults know it.
pub fn describe(root: &Scope, path: &[Step]) -> Option<Description> {
    Descriptions::of(root).describe(path)
}

/// What the charts of a tree say of their values; each schema is read once.
pub struct Descriptions<'r> {
    root: &'r Scope,
    /// By the address of the chart.
    schemas: RefCell<HashMap<*const Chart, Option<Node>>>,
}

impl<'r> Descriptions<'r> {
    /// Those of a tree.
    pub fn of(root: &'r Scope) -> Descriptions<'r> {
        Descriptions {
            root,
            schemas: RefCell::default(),
        }
    }

    /// See [`describe`].
    pub fn describe(&self, path: &[Step]) -> Option<Description> {
        describe_with(self.root, path, |chart| self.schema(chart))
    }

    fn schema(&self, chart: &Chart) -> Option<Node> {
        let mut schemas = self.schemas.borrow_mut();
        let read = || chart.schema.as_ref().and_then(lookup::read);
        schemas
            .entry(std::ptr::from_ref(chart))
            .or_insert_with(read)
            .clone()
    }
}

fn describe_with(
    root: &Scope,
    path: &[Step],
    schema: impl Fn(&Chart) -> Option<Node>,
) -> Option<Description> {
    let scopes = chain(root, path);
    let mut description = Description::default();
    let mut is_known = false;
    for scope in scopes.iter().rev() {
        let own = path.get(scope.section().len()..).unwrap_or_default();
        let Some(schema) = schema(&scope.chart) else {
            continue;
        };
        let schemas = lookup::at(&schema, own);
        is_known |= !schemas.is_empty();
        for schema in schemas {
            description.add(schema);
        }
    }
    for scope in scopes.iter().rev() {
        let own = path.get(scope.section().len()..).unwrap_or_default();
        let Some(default) = super::path::find(&scope.chart.values, own) else {
            continue;
        };
        is_known = true;
        if description.types.is_empty() && !default.is_null() {
            description.types.push(type_of(default).to_owned());
        }
        if description.text.is_none()
            && let Some((text, place)) = comment(&scope.chart.values, own)
        {
            description.text = Some(text);
            description.place = place;
        }
    }
    is_known.then_some(description)
}

impl Description {
    fn add(&mut self, schema: &Node) {
        if self.types.is_empty() {
            self.types = match schema.get("type").map(|node| &node.value) {
                Some(Value::String(name)) => vec![name.to_string()],
                Some(Value::List(names)) => {
                    names.iter().filter_map(Node::as_str).map(str::to_owned).collect()
                }
                _ => Vec::new(),
            };
            self.is_from_schema = !self.types.is_empty();
        }
        if self.allowed.is_empty() {
            let constant = schema.get("const").into_iter().cloned();
            let listed = schema.get("enum").and_then(Node::as_list).unwrap_or_default();
            self.allowed = listed.iter().cloned().chain(constant).collect();
        }
        if self.text.is_none() {
            let said = ["description", "title"]
                .into_iter()
                .find_map(|key| schema.get(key));
            if let Some(said) = said
                && let Some(text) = said.as_str()
            {
                self.text = Some(text.to_owned());
                self.place = said.place.clone();
            }
        }
    }
}

/// What the comments of a values.yaml say of the key at a path.
fn comment(values: &Node, path: &[Step]) -> Option<(String, Place)> {
    let mut node = values;
    let mut above = Vec::new();
    for step in path {
        let Step::Key(key) = step else { return None };
        let entry = node.as_map().and_then(|map| Map::entry(map, key))?;
        above.push(&entry.key_place);
        node = &entry.node;
    }
    let key = above.pop()?;
    comments::of_key(key).or_else(|| {
        let name = dotted(path);
        above
            .iter()
            .chain([&key])
            .find_map(|holder| comments::of_param(holder, &name))
    })
}

/// The type of a value as schemas name it.
fn type_of(node: &Node) -> &'static str {
    match &node.value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Int(_) => "integer",
        Value::Float(_) => "number",
        Value::String(_) => "string",
        Value::List(_) => "array",
        Value::Map(_) => "object",
    }
}
