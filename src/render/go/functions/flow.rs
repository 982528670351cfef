//! Defaults, conditions and giving up.

use super::{Arguments, Call, Function, Type};
use crate::render::go::error::{Error, Result};
use crate::render::go::value::Value;

/// What this family holds.
pub(super) const FUNCTIONS: &[Function] = &[
    Function::variadic("default", &[Type::Any], Type::Any, default),
    Function::new("empty", &[Type::Any], empty),
    Function::variadic("coalesce", &[], Type::Any, coalesce),
    Function::variadic("all", &[], Type::Any, all),
    Function::variadic("any", &[], Type::Any, any),
    Function::new("ternary", &[Type::Any, Type::Any, Type::Bool], ternary),
    Function::new("fail", &[Type::String], fail),
];

/// The given value, or the default where it is empty or not given.
fn default(_: &mut Call<'_>, mut arguments: Arguments) -> Result<Value> {
    let given = usize::from(arguments.get(1).is_true());
    Ok(arguments.take(given))
}

fn empty(_: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    Ok(Value::Bool(!arguments.get(0).is_true()))
}

/// The first that is not empty; nil where all are.
fn coalesce(_: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    Ok(arguments.into_iter().find(Value::is_true).unwrap_or_default())
}

fn all(_: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    Ok(Value::Bool(arguments.into_iter().all(|value| value.is_true())))
}

fn any(_: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    Ok(Value::Bool(arguments.into_iter().any(|value| value.is_true())))
}

fn ternary(_: &mut Call<'_>, mut arguments: Arguments) -> Result<Value> {
    let chosen = usize::from(!arguments.bool(2));
    Ok(arguments.take(chosen))
}

fn fail(_: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    Err(Error::new(arguments.str(0)))
}
