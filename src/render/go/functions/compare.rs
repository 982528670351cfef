//! Go's own comparisons, and what it knows of lists and maps. A `float64` and an `int` are not comparable.

use std::cmp::Ordering;

use super::{Arguments, Call, Function, Type};
use crate::render::go::error::{Error, Result};
use crate::render::go::value::{MapType, Value};

/// What this family holds.
pub(super) const FUNCTIONS: &[Function] = &[
    Function::variadic("eq", &[Type::Any], Type::Any, eq),
    Function::variadic("ne", &[Type::Any, Type::Any], Type::Any, ne),
    Function::new("lt", &[Type::Any, Type::Any], |_, arguments| {
        Ok(Value::Bool(is_less(arguments.get(0), arguments.get(1))?))
    }),
    Function::new("le", &[Type::Any, Type::Any], |_, arguments| {
        Ok(Value::Bool(is_less_or_equal(arguments.get(0), arguments.get(1))?))
    }),
    Function::new("gt", &[Type::Any, Type::Any], |_, arguments| {
        Ok(Value::Bool(!is_less_or_equal(
            arguments.get(0),
            arguments.get(1),
        )?))
    }),
    Function::new("ge", &[Type::Any, Type::Any], |_, arguments| {
        Ok(Value::Bool(!is_less(arguments.get(0), arguments.get(1))?))
    }),
    Function::new("not", &[Type::Any], |_, arguments| {
        Ok(Value::Bool(!arguments.get(0).is_true()))
    }),
    Function::new("len", &[Type::Any], len),
    Function::variadic("index", &[Type::Any], Type::Any, index),
    Function::variadic("call", &[Type::Any], Type::Any, call),
];

/// What compares with what.
#[derive(Clone, Copy)]
enum Basic<'v> {
    Bool(bool),
    /// `int`, `int64`, and the unsigned kinds, which compare with them.
    Whole(i128),
    Float(f64),
    Text(&'v [u8]),
}

fn basic(value: &Value) -> Option<Basic<'_>> {
    Some(match value {
        Value::Bool(value) => Basic::Bool(*value),
        Value::Int(number) | Value::Int64(number) => Basic::Whole(i128::from(*number)),
        Value::Byte(number) => Basic::Whole(i128::from(*number)),
        Value::Uint64(number) => Basic::Whole(i128::from(*number)),
        Value::Float(number) => Basic::Float(*number),
        Value::String(text) => Basic::Text(text.as_bytes()),
        Value::Object(object) => Basic::Whole(i128::from(object.number()?)),
        _ => return None,
    })
}

fn incomparable(a: &Value, b: &Value) -> Error {
    let hint = match (a, b) {
        (Value::Float(_), Value::Int(_) | Value::Int64(_))
        | (Value::Int(_) | Value::Int64(_), Value::Float(_)) => {
            "; numbers of values are `float64`, and `int` makes an `int` of one"
        }
        _ => "",
    };
    Error::new(format!(
        "a `{}` and a `{}` cannot be compared{hint}",
        a.type_name(),
        b.type_name()
    ))
}

fn is_equal(a: &Value, b: &Value) -> Result<bool> {
    match (basic(a), basic(b)) {
        (Some(Basic::Bool(a)), Some(Basic::Bool(b))) => Ok(a == b),
        (Some(Basic::Whole(a)), Some(Basic::Whole(b))) => Ok(a == b),
        (Some(Basic::Float(a)), Some(Basic::Float(b))) => Ok(a == b),
        (Some(Basic::Text(a)), Some(Basic::Text(b))) => Ok(a == b),
        (None, None) => {
            if is_nil(a) || is_nil(b) {
                if a.kind() != b.kind() && !a.is_nil() && !b.is_nil() {
                    return Err(incomparable(a, b));
                }
                return Ok(is_nil(a) == is_nil(b));
            }
            match (a, b) {
                (Value::Object(a), Value::Object(b)) if a.type_name() == b.type_name() => {
                    Ok(std::rc::Rc::ptr_eq(a, b) || a.is_equal(&**b))
                }
                _ => Err(incomparable(a, b)),
            }
        }
        _ if a.is_nil() || b.is_nil() => Ok(false),
        _ => Err(incomparable(a, b)),
    }
}

/// Nil itself, and Go's nil slices and maps.
fn is_nil(value: &Value) -> bool {
    match value {
        Value::List(list) => list.is_nil,
        Value::Map(map) => map.is_nil,
        _ => value.is_nil(),
    }
}

fn is_less(a: &Value, b: &Value) -> Result<bool> {
    let ordering = match (basic(a), basic(b)) {
        (Some(Basic::Whole(a)), Some(Basic::Whole(b))) => Some(a.cmp(&b)),
        (Some(Basic::Float(a)), Some(Basic::Float(b))) => a.partial_cmp(&b),
        (Some(Basic::Text(a)), Some(Basic::Text(b))) => Some(a.cmp(b)),
        _ => return Err(incomparable(a, b)),
    };
    Ok(ordering == Some(Ordering::Less))
}

fn is_less_or_equal(a: &Value, b: &Value) -> Result<bool> {
    Ok(is_less(a, b)? || is_equal(a, b)?)
}

/// Whether the first is equal to any of the others.
fn eq(_: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    let others = arguments.from(1);
    if others.is_empty() {
        return Err(Error::new("there is nothing to compare with"));
    }
    for other in others {
        if is_equal(arguments.get(0), other)? {
            return Ok(Value::Bool(true));
        }
    }
    Ok(Value::Bool(false))
}

fn ne(_: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    if arguments.len() > 2 {
        return Err(super::wrong_number("2", arguments.len()));
    }
    Ok(Value::Bool(!is_equal(arguments.get(0), arguments.get(1))?))
}

fn len(_: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    let length = match arguments.get(0) {
        Value::String(text) => text.len(),
        Value::Bytes(bytes) => bytes.len(),
        Value::List(list) => list.len(),
        Value::Map(map) => map.len(),
        Value::Object(object) if object.entries().is_some() => {
            object.entries().map_or(0, |entries| entries.len())
        }
        value if value.is_nil() => return Err(Error::new("something that is nil or missing has no length")),
        value => return Err(Error::new(format!("a `{}` has no length", value.type_name()))),
    };
    Ok(Value::Int(i64::try_from(length).unwrap_or(i64::MAX)))
}

/// Goes into lists and maps. A missing key is nil; a missing item is an error.
fn index(call: &mut Call<'_>, mut arguments: Arguments) -> Result<Value> {
    let mut value = arguments.take(0);
    if value.is_nil() {
        return Err(Error::new("something that is nil or missing has no items"));
    }
    for key in arguments.from(1) {
        value = match &value {
            Value::Nil | Value::Absent => {
                return Err(Error::new("something that is nil or missing has no items"));
            }
            Value::Map(map) => {
                let Value::String(key) = key else {
                    return Err(Error::new(format!(
                        "a key of a map is a text, not a `{}`",
                        key.type_name()
                    )));
                };
                match call.get(map, key.as_bytes()) {
                    Some(value) => value,
                    None if map.of == MapType::Strings => Value::from(""),
                    None => Value::Nil,
                }
            }
            Value::Object(object) if object.entries().is_some() => {
                let Value::String(key) = key else {
                    return Err(Error::new(format!(
                        "a key of a map is a text, not a `{}`",
                        key.type_name()
                    )));
                };
                let entries = object.entries().unwrap_or_default();
                let found = entries.into_iter().find(|(name, _)| name == key);
                found.map_or_else(Value::default, |(_, value)| value)
            }
            Value::List(list) => {
                let at = position(key, list.len())?;
                let slot = list.slots().get(at).cloned().unwrap_or_default();
                call.note(&slot);
                slot.value
            }
            Value::String(text) => {
                let at = position(key, text.len())?;
                Value::Byte(text.as_bytes().get(at).copied().unwrap_or_default())
            }
            Value::Bytes(bytes) => {
                let at = position(key, bytes.len())?;
                Value::Byte(bytes.get(at).copied().unwrap_or_default())
            }
            value => return Err(Error::new(format!("a `{}` has no items", value.type_name()))),
        };
    }
    Ok(value)
}

fn position(key: &Value, length: usize) -> Result<usize> {
    let number = match basic(key) {
        Some(Basic::Whole(number)) => number,
        _ => {
            return Err(Error::new(format!(
                "a position in a list is a whole number, not a `{}`",
                key.type_name()
            )));
        }
    };
    usize::try_from(number)
        .ok()
        .filter(|at| *at < length)
        .ok_or_else(|| Error::new(format!("there is no item {number}: there are {length}")))
}

fn call(_: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    Err(Error::new(format!(
        "a `{}` is not a function",
        arguments.get(0).type_name()
    )))
}
