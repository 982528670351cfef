//! What a value is, by Go's names.

use super::{Arguments, Call, Function, Type};
use crate::render::go::error::Result;
use crate::render::go::value::Value;

/// What this family holds.
pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("typeOf", &[Type::Any], type_of),
    Function::new("typeIs", &[Type::String, Type::Any], type_is),
    Function::new("typeIsLike", &[Type::String, Type::Any], type_is_like),
    Function::new("kindOf", &[Type::Any], kind_of),
    Function::new("kindIs", &[Type::String, Type::Any], kind_is),
];

fn type_of(_: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    Ok(Value::from(arguments.get(0).type_name()))
}

fn type_is(_: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    Ok(Value::Bool(arguments.text(0).is(arguments.get(1).type_name())))
}

/// The type itself, or a pointer to it.
fn type_is_like(_: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    let name = arguments.get(1).type_name();
    let wanted = arguments.text(0);
    Ok(Value::Bool(
        wanted.is(name) || name.strip_prefix('*').is_some_and(|name| wanted.is(name)),
    ))
}

fn kind_of(_: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    Ok(Value::from(arguments.get(0).kind().name()))
}

fn kind_is(_: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    Ok(Value::Bool(arguments.text(0).is(arguments.get(1).kind().name())))
}
