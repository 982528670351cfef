//! What Helm's engine itself adds: named templates, templates in texts, demands and the cluster.

use super::{Arguments, Call, Function, Type};
use crate::render::go::error::{Error, Result};
use crate::render::go::value::Value;

/// What this family holds.
pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("include", &[Type::String, Type::Any], |call, mut arguments| {
        let dot = dot(&mut arguments);
        Ok(Value::String(call.host.include(&arguments.text(0), dot)?))
    }),
    Function::new("tpl", &[Type::String, Type::Any], |call, mut arguments| {
        let dot = dot(&mut arguments);
        Ok(Value::String(call.host.tpl(&arguments.text(0), dot)?))
    }),
    Function::new("required", &[Type::String, Type::Any], required),
    Function::new(
        "lookup",
        &[Type::String, Type::String, Type::String, Type::String],
        |call, arguments| {
            call.host.lookup(
                &arguments.str(0),
                &arguments.str(1),
                &arguments.str(2),
                &arguments.str(3),
            )
        },
    ),
];

/// What a template is given: nil is no value at all there.
fn dot(arguments: &mut Arguments) -> Value {
    match arguments.take(1) {
        Value::Nil => Value::Absent,
        value => value,
    }
}

/// The value, which may not be nil or the empty text.
fn required(_: &mut Call<'_>, mut arguments: Arguments) -> Result<Value> {
    match arguments.take(1) {
        Value::Nil => Err(Error::new(arguments.str(0))),
        Value::String(text) if text.is_empty() => Err(Error::new(arguments.str(0))),
        value => Ok(value),
    }
}
