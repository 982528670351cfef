//! Filters and functions beyond Jinja's own, one family a file.

mod convert;
mod encode;
mod maps;
mod numbers;
mod patterns;
mod text;

use std::sync::Arc;

use minijinja::value::{Rest, ValueKind};
use minijinja::{Environment, Error, ErrorKind, State, Value};

use super::capture::{self, undefined};
use super::holes::Filled;
use super::measure::Measure;
use super::shared::{Shared, exhausted};
use super::value::{is_undefined, kind_words, missing};
use crate::render::Exhausted;
use crate::yaml::{self, Node};

/// The names of the filters, Jinja's and ours, for hints in errors.
pub(super) const NAMES: &[&str] = &[
    "abs",
    "attr",
    "b64decode",
    "b64encode",
    "batch",
    "bool",
    "capitalize",
    "contains",
    "count",
    "d",
    "default",
    "dictsort",
    "dig",
    "escape",
    "first",
    "float",
    "from_json",
    "from_yaml",
    "groupby",
    "has_prefix",
    "has_suffix",
    "indent",
    "int",
    "items",
    "join",
    "last",
    "length",
    "lines",
    "list",
    "lower",
    "map",
    "max",
    "merge",
    "min",
    "pick",
    "quote",
    "regex_match",
    "reject",
    "rejectattr",
    "replace",
    "required",
    "reverse",
    "round",
    "select",
    "selectattr",
    "semver_compare",
    "sha256",
    "slice",
    "sort",
    "split",
    "string",
    "sum",
    "title",
    "to_json",
    "to_yaml",
    "tpl",
    "trim",
    "trim_prefix",
    "trim_suffix",
    "trunc",
    "unique",
    "upper",
    "values",
    "without",
];

/// Adds them to an environment. Jinja's `safe` and `escape` make no sense where no text is written: they are removed.
pub(super) fn add(env: &mut Environment<'_>, shared: &Arc<Shared>) {
    env.remove_filter("safe");
    env.remove_filter("escape");
    env.remove_filter("e");
    for name in ["default", "d"] {
        env.add_filter(name, default);
    }
    convert::add(env, shared);
    numbers::add(env);
    patterns::add(env, shared);
    encode::add(env, shared);
    maps::add(env, shared);
    text::add(env, shared);
}

/// Jinja's `default`, to which a key that values do not have is as undefined as a name that is not there.
fn default(state: &State<'_, '_>, value: &Value, args: Rest<Value>) -> Result<Value, Error> {
    match missing(value) {
        Some(_) => minijinja::filters::default(state, &Value::UNDEFINED, args),
        None => minijinja::filters::default(state, value, args),
    }
}

/// A value as a node; undefined is an error, `omit` is nothing.
fn node(value: &Value, shared: &Shared) -> Result<Option<Node>, Error> {
    if is_undefined(value) {
        return Err(undefined(value));
    }
    Ok(match capture::filled(value, shared)? {
        Filled::Node(node) => {
            look_at(&node, shared)?;
            Some(node)
        }
        Filled::Omit => None,
    })
}

/// Counts what a filter looks at: a value that is small in memory may be endless, as its parts may be shared.
fn look_at(node: &Node, shared: &Shared) -> Result<(), Error> {
    let measure = Measure::of(node);
    let limit = shared.budget.limits().bytes;
    if measure.bytes > limit {
        return Err(exhausted(Exhausted::Bytes(limit)));
    }
    shared.take_steps(measure.nodes)
}

/// Steps for work that takes so many for each byte of a text.
fn take_for(text: &str, steps_a_byte: u64, shared: &Shared) -> Result<(), Error> {
    shared.take_steps(to_u64(text.len()).saturating_mul(steps_a_byte))
}

fn to_u64(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}

/// A value as a node; `omit` is null, and so is a key that the values could have and have not.
fn node_or_null(value: &Value, shared: &Shared) -> Result<Node, Error> {
    if let Some(missing) = missing(value)
        && missing.path().is_none_or(|path| shared.is_declared(&path.keys()))
    {
        return Ok(Node::default());
    }
    Ok(node(value, shared)?.unwrap_or_default())
}

/// The text of a scalar; undefined is an error, as are lists and maps.
fn scalar(value: &Value, filter: &str) -> Result<String, Error> {
    if is_undefined(value) {
        return Err(undefined(value));
    }
    if value.is_none() {
        return Ok(String::new());
    }
    match value.kind() {
        // minijinja prints Python's True.
        ValueKind::Bool => Ok(value.is_true().to_string()),
        ValueKind::String | ValueKind::Number => Ok(value.to_string()),
        kind => Err(Error::new(
            ErrorKind::InvalidOperation,
            format!(
                "`{filter}` works on a text, and this is {}",
                kind_words(&kind.to_string())
            ),
        )),
    }
}

fn wrong(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::InvalidOperation, message.into())
}

/// The JSON of a node with sorted keys, as Helm's `toJson` orders them.
fn sorted(node: &Node) -> Node {
    match &node.value {
        yaml::Value::Map(map) => Node::new(
            map.sorted()
                .into_iter()
                .map(|(key, entry)| (Arc::clone(key), sorted(&entry.node)))
                .collect::<yaml::Map>(),
            node.place.clone(),
        ),
        yaml::Value::List(list) => Node::new(list.iter().map(sorted).collect::<Vec<_>>(), node.place.clone()),
        _ => node.clone(),
    }
}
