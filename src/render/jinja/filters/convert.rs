//! Conversions between texts, numbers and values.

use std::sync::Arc;

use minijinja::{Environment, Error, State, Value};

use super::super::shared::{Shared, carry};
use super::super::value::to_value;
use super::super::{origin, record};
use super::{node, scalar, sorted, take_for};
use crate::source::Source;
use crate::yaml;

/// What reading YAML costs.
const STEPS_A_BYTE: u64 = 2;

pub(super) fn add(env: &mut Environment<'_>, shared: &Arc<Shared>) {
    let state = Arc::clone(shared);
    env.add_filter("to_yaml", move |value: Value| -> Result<String, Error> {
        let text = node(&value, &state)?.map_or_else(String::new, |node| {
            record::whole(&node);
            yaml::write_helm(&node)
        });
        Ok(text.strip_suffix('\n').map(str::to_owned).unwrap_or(text))
    });
    let state = Arc::clone(shared);
    env.add_filter("to_json", move |value: Value| -> Result<String, Error> {
        Ok(node(&value, &state)?.map_or_else(String::new, |node| {
            record::whole(&node);
            yaml::write_json(&sorted(&node))
        }))
    });
    for filter in ["from_yaml", "from_json"] {
        let shared = Arc::clone(shared);
        env.add_filter(
            filter,
            move |state: &mut State<'_, '_>, value: Value| -> Result<Value, Error> {
                parse(&value, filter, state, &shared)
            },
        );
    }
    env.add_filter("string", |value: Value| -> Result<String, Error> {
        scalar(&value, "string")
    });
    env.add_filter("bool", |value: Value| value.is_true());
}

fn parse(value: &Value, filter: &str, state: &State<'_, '_>, shared: &Shared) -> Result<Value, Error> {
    let text = scalar(value, filter)?;
    take_for(&text, STEPS_A_BYTE, shared)?;
    let source = Source::new(format!("the text given to {filter}"), text);
    match yaml::read_document(&source) {
        Ok(node) => Ok(to_value(&node)),
        Err(diagnostics) => {
            let origin = origin::of_text(value.as_str().unwrap_or(""), state, shared);
            Err(carry(origin::move_labels(diagnostics, &source, &origin)))
        }
    }
}
