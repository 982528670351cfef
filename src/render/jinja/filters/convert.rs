//! Conversions between texts, numbers and values.

use std::sync::Arc;

use minijinja::value::ValueKind;
use minijinja::{Environment, Error, State, Value};

use super::super::shared::{Shared, carry};
use super::super::value::to_value;
use super::super::{origin, record};
use super::{node, scalar, sorted, wrong};
use crate::source::Source;
use crate::yaml;

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
    env.add_filter("int", |value: Value| -> Result<Value, Error> {
        Ok(match value.kind() {
            ValueKind::Undefined | ValueKind::None => Value::from(0),
            ValueKind::Bool => Value::from(i64::from(value.is_true())),
            ValueKind::Number if value.is_integer() => value,
            ValueKind::Number => whole(f64::try_from(value).unwrap_or(0.0)),
            ValueKind::String => {
                let text = value.as_str().unwrap_or("").trim();
                match text.parse::<i64>() {
                    Ok(number) => Value::from(number),
                    Err(_) => whole(text.parse::<f64>().unwrap_or(0.0)),
                }
            }
            kind => {
                return Err(wrong(format!(
                    "`int` works on numbers and texts, and this is a {kind}"
                )));
            }
        })
    });
    env.add_filter("float", |value: Value| -> Result<Value, Error> {
        Ok(match value.kind() {
            ValueKind::Number => Value::from(f64::try_from(value).unwrap_or(0.0)),
            ValueKind::String => {
                Value::from(value.as_str().unwrap_or("").trim().parse::<f64>().unwrap_or(0.0))
            }
            ValueKind::Bool => Value::from(if value.is_true() { 1.0 } else { 0.0 }),
            ValueKind::Undefined | ValueKind::None => Value::from(0.0),
            kind => {
                return Err(wrong(format!(
                    "`float` works on numbers and texts, and this is a {kind}"
                )));
            }
        })
    });
    env.add_filter("string", |value: Value| -> Result<String, Error> {
        scalar(&value, "string")
    });
    env.add_filter("bool", |value: Value| value.is_true());
}

fn whole(number: f64) -> Value {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "saturates, which is what is wanted"
    )]
    Value::from(number as i64)
}

fn parse(value: &Value, filter: &str, state: &State<'_, '_>, shared: &Shared) -> Result<Value, Error> {
    let text = scalar(value, filter)?;
    let source = Source::new(format!("the text given to {filter}"), text);
    match yaml::read_document(&source) {
        Ok(node) => Ok(to_value(&node)),
        Err(diagnostics) => {
            let origin = origin::of_text(value.as_str().unwrap_or(""), state, shared);
            Err(carry(origin::move_labels(diagnostics, &source, &origin)))
        }
    }
}
