//! Values of minijinja as nodes: what goes into holes, what names are bound to, what macros and blocks write.

use std::cell::RefCell;

use minijinja::value::{Kwargs, ValueKind};
use minijinja::{Error, ErrorKind, Value};

use super::assemble;
use super::holes::Filled;
use super::record;
use super::shared::{Shared, bytes_exhausted, carry};
use super::value::{
    Convert, Missing, NodeObject, NotData, Omit, Trouble, is_omit, missing, special, take_trouble, to_value,
};
use crate::diagnostic::Diagnostic;
use crate::render::Exhausted;
use crate::source::Place;

/// What a value puts into a hole.
///
/// # Errors
/// What is not defined, is a function, or cannot be written as YAML.
pub(super) fn filled(value: &Value, shared: &Shared) -> Result<Filled, Error> {
    filled_or_function(value, shared)?.ok_or_else(|| not_called(value))
}

fn not_called(value: &Value) -> Error {
    // `<macro name>`, or another kind of function.
    let written = value.to_string();
    let name = written
        .strip_prefix('<')
        .and_then(|name| name.strip_suffix('>'))
        .and_then(|name| name.split_once(' '));
    match name {
        Some((_, name)) => told(
            format!("`{name}` is a macro, not a value"),
            format!("call it: `{name}(...)`"),
        ),
        None => Error::new(
            ErrorKind::InvalidOperation,
            "this is a function, not a value; call it",
        ),
    }
}

/// The same; nothing for a function.
pub(super) fn filled_or_function(value: &Value, shared: &Shared) -> Result<Option<Filled>, Error> {
    converted(value, false, shared)
}

/// The same; `is_kept` where no part of it may be a namespace.
fn converted(value: &Value, is_kept: bool, shared: &Shared) -> Result<Option<Filled>, Error> {
    check_trouble(shared)?;
    if is_omit(value) {
        return Ok(Some(Filled::Omit));
    }
    let failure = RefCell::new(None);
    let fragment = |text: &str| {
        assemble::fragment(text, shared).unwrap_or_else(|diagnostics| {
            *failure.borrow_mut() = Some(diagnostics);
            None
        })
    };
    let convert = Convert {
        fragment: &fragment,
        take_steps: &|count| shared.budget.take_steps(count).is_ok(),
        is_kept,
    };
    let node = convert.to_node(value);
    if let Some(diagnostics) = failure.into_inner() {
        return Err(carry(diagnostics));
    }
    match node {
        Ok(node) => Ok(Some(Filled::Node(node))),
        Err(NotData::Omit) => Ok(Some(Filled::Omit)),
        Err(NotData::Undefined) => Err(undefined(value)),
        Err(NotData::Kind) => Ok(None),
        Err(NotData::Namespace) => Err(told(
            "a namespace cannot be kept in another one, in a list or in a map",
            "keep the values of its attributes",
        )),
        Err(NotData::Limit) => Err(Error::new(
            ErrorKind::InvalidOperation,
            "the value is nested too deeply or is not a finite number",
        )),
        Err(NotData::Steps) => Err(Error::from(ErrorKind::OutOfFuel)),
    }
}

/// An error with the way out.
pub(super) fn told(message: impl Into<String>, help: impl Into<String>) -> Error {
    carry(Diagnostic::error("template-error", message).help(help).into())
}

/// What is said of something that is not defined: its path, where that is known.
pub(super) fn undefined(value: &Value) -> Error {
    match missing(value).and_then(|missing| missing.path()) {
        Some(path) => Error::new(ErrorKind::UndefinedError, path.to_string()),
        None => Error::from(ErrorKind::UndefinedError),
    }
}

/// Tells what went wrong where minijinja could not be told.
pub(super) fn check_trouble(shared: &Shared) -> Result<(), Error> {
    match take_trouble() {
        None => Ok(()),
        Some(Trouble::Missing(Some(path))) => Err(Error::new(ErrorKind::UndefinedError, path.to_string())),
        Some(Trouble::Missing(None)) => Err(Error::from(ErrorKind::UndefinedError)),
        Some(Trouble::TooLarge) => {
            let limit = Exhausted::Bytes(shared.budget.limits().bytes);
            Err(carry(bytes_exhausted(limit, &Place::NONE).into()))
        }
    }
}

/// What a macro or a captured block wrote, as a value.
pub(super) fn captured(text: &str, shared: &Shared) -> Result<Value, Error> {
    let node = assemble::fragment(text, shared).map_err(carry)?;
    Ok(match node {
        Some(node) => {
            record::leaves(&node);
            to_value(&node)
        }
        None => Value::from_object(Omit),
    })
}

/// What a name is bound to: data becomes a value of ours, so that its size is known and nothing can hold itself.
pub(super) fn bound(value: Value, shared: &Shared) -> Result<Value, Error> {
    check_trouble(shared)?;
    if value.is_undefined() {
        // Where it was made cannot be told any more, but it may still be asked for in conditions.
        return Ok(Missing::anywhere());
    }
    let is_ours = value.downcast_object_ref::<NodeObject>().is_some();
    let is_data = matches!(
        value.kind(),
        ValueKind::Seq | ValueKind::Iterable | ValueKind::Map
    ) || value.is_safe();
    if is_ours || !is_data || special(&value).is_some() {
        return Ok(value);
    }
    held(value, shared)
}

/// What an attribute of a namespace is set to. It is not a namespace, nor does it hold one.
pub(super) fn held(value: Value, shared: &Shared) -> Result<Value, Error> {
    check_trouble(shared)?;
    let is_data = matches!(
        value.kind(),
        ValueKind::Seq | ValueKind::Iterable | ValueKind::Map
    ) || value.is_safe();
    if value.downcast_object_ref::<NodeObject>().is_some() || !is_data {
        return Ok(value);
    }
    match converted(&value, true, shared)? {
        Some(Filled::Node(node)) => {
            record::leaves(&node);
            Ok(to_value(&node))
        }
        Some(Filled::Omit) => Ok(Value::from_object(Omit)),
        // Lists of macros and the like stay what they are; they cannot be put out, nor into themselves.
        None => Ok(value),
    }
}

/// What a loop goes over: nothing that is there has no items.
pub(super) fn each(value: Value, shared: &Shared) -> Result<Value, Error> {
    if missing(&value).is_some() {
        return Ok(Value::from(Vec::<Value>::new()));
    }
    bound(value, shared)
}

/// The arguments of a call as values of ours.
pub(super) fn arguments(args: &[Value], shared: &Shared) -> Result<Vec<Value>, Error> {
    arguments_as(args, bound, shared)
}

/// The attributes that a namespace begins with.
pub(super) fn attributes(args: &[Value], shared: &Shared) -> Result<Vec<Value>, Error> {
    arguments_as(args, held, shared)
}

fn arguments_as(
    args: &[Value],
    bind: fn(Value, &Shared) -> Result<Value, Error>,
    shared: &Shared,
) -> Result<Vec<Value>, Error> {
    args.iter()
        .map(|arg| {
            if !arg.is_kwargs() {
                return bind(arg.clone(), shared);
            }
            let named = Kwargs::try_from(arg.clone())?;
            let names: Vec<String> = named.args().map(str::to_owned).collect();
            let mut bound_names = Vec::with_capacity(names.len());
            for name in names {
                let value = bind(named.get(&name)?, shared)?;
                bound_names.push((name, value));
            }
            Ok(Value::from(Kwargs::from_iter(bound_names)))
        })
        .collect()
}
