//! Macros as functions that give values, and what a chart's `_*.yaml` files export.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock, Weak};

use minijinja::value::{Enumerator, Kwargs, Object, ObjectRepr};
use minijinja::{Error, ErrorKind, State, Value};

use super::capture::{arguments, captured, told};
use super::record::{self, Read};
use super::shared::Shared;
use super::value::{Missing, Special, special};
use crate::diagnostic::nearest;

/// The exports of a chart's helper files, filled while they are evaluated one after another.
#[derive(Debug)]
pub(super) struct Helpers {
    /// The name that templates know them by.
    name: String,
    exports: RwLock<BTreeMap<String, Export>>,
}

#[derive(Debug, Clone)]
struct Export {
    value: Value,
    /// What went into it, where a record is kept.
    reads: Vec<Read>,
}

impl Helpers {
    /// None yet.
    pub(super) fn new(name: &str) -> Helpers {
        Helpers {
            name: name.to_owned(),
            exports: RwLock::default(),
        }
    }

    pub(super) fn insert(&self, name: &str, value: Value, reads: Vec<Read>) {
        self.exports
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(name.to_owned(), Export { value, reads });
    }

    /// The names, sorted.
    pub(super) fn names(&self) -> Vec<String> {
        self.exports
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .keys()
            .cloned()
            .collect()
    }

    /// What a helper is that a macro of its file has by its name: what went into it goes into what names it.
    fn bound(&self, key: &str) -> Option<Value> {
        let exports = self.exports.read().unwrap_or_else(PoisonError::into_inner);
        let Export { value, reads } = exports.get(key)?;
        record::bind(key, reads);
        Some(value.clone())
    }

    /// What a helper is; a macro is called as [`HelperFunction`] does it.
    pub(super) fn get(&self, key: &str) -> Option<Value> {
        let exports = self.exports.read().unwrap_or_else(PoisonError::into_inner);
        let Export { value, reads } = exports.get(key)?;
        record::give(reads);
        Some(value.clone())
    }
}

impl Object for Helpers {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Map
    }

    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        self.get(key.as_str()?)
    }

    fn get_value_by_str(self: &Arc<Self>, key: &str) -> Option<Value> {
        Some(self.get(key).unwrap_or_else(|| Missing::named(&self.name, key)))
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::Values(self.names().into_iter().map(Value::from).collect())
    }

    fn call_method(
        self: &Arc<Self>,
        state: &mut State<'_, '_>,
        method: &str,
        args: &[Value],
    ) -> Result<Value, Error> {
        match self.get(method) {
            Some(function) => function.call(state, args),
            None => {
                let names = self.names();
                let near = nearest(method, names.iter().map(String::as_str));
                let hint = near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
                Err(Error::new(
                    ErrorKind::UnknownMethod,
                    format!("there is no helper `{method}`{hint}"),
                ))
            }
        }
    }
}

/// What the macros of a helper file see by plain names: what the file exports.
#[derive(Debug)]
pub(super) struct FileScope {
    /// The names of the values that it sets.
    pub(super) values: Vec<String>,
    /// The names of its macros.
    pub(super) macros: Vec<String>,
    /// Where they are found; they hold this scope.
    pub(super) helpers: Weak<Helpers>,
}

impl Object for FileScope {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Map
    }

    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        self.get_value_by_str(key.as_str()?)
    }

    fn get_value_by_str(self: &Arc<Self>, key: &str) -> Option<Value> {
        let helpers = self.helpers.upgrade()?;
        // Asked for before the macro writes anything: which line names it is not known yet.
        if self.values.iter().any(|name| name == key) {
            return helpers.bound(key);
        }
        self.macros
            .iter()
            .any(|name| name == key)
            .then(|| helpers.get(key))?
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        let names = self.values.iter().chain(&self.macros);
        Enumerator::Values(names.map(|name| Value::from(name.as_str())).collect())
    }
}

/// A macro of a helper file. A call evaluates the macro (nothing else of the file) with what the file exports and the
/// chart's globals, and gives the value of the YAML that the macro writes.
pub(super) struct HelperFunction {
    pub(super) shared: Arc<Shared>,
    /// The name of the template that holds only the macro.
    pub(super) module: Arc<str>,
    pub(super) name: String,
    /// Whether the macro has parameters.
    pub(super) has_parameters: bool,
    /// The file's [`FileScope`].
    pub(super) context: Value,
}

impl fmt::Debug for HelperFunction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<helper {}>", self.name)
    }
}

impl Object for HelperFunction {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Plain
    }

    fn call(self: &Arc<Self>, state: &mut State<'_, '_>, args: &[Value]) -> Result<Value, Error> {
        let _level = self.shared.enter()?;
        let args = with_caller(&arguments(args, &self.shared)?, |caller| {
            evaluated_caller(caller, state, &self.shared)
        })?;
        let module = state.env().get_template(&self.module)?;
        let text = record::call(|| {
            let mut evaluated = module.render_captured(self.context.clone())?;
            evaluated.with_state_mut(|inner| {
                let text = match inner.call_macro(&self.name, &args) {
                    Ok(text) => text,
                    Err(error) => {
                        let called = inner.lookup(&self.name);
                        return Err(refused(error, called.as_ref(), &self.name, &args));
                    }
                };
                self.shared.spend(inner.fuel_levels())?;
                Ok(text)
            })
        })
        // Wrapped, so that the caller's place is told too.
        .map_err(|error: Error| Error::new(error.kind(), in_helper(&error)).with_source(error))?;
        captured(&text, &self.shared)
    }
}

/// What is said of an error in a macro whose place is not known.
fn in_helper(error: &Error) -> String {
    error.detail().unwrap_or("in a helper").to_owned()
}

/// A macro of the same file, called with the file's own names.
pub(super) struct LocalMacro {
    pub(super) shared: Arc<Shared>,
    /// minijinja's macro.
    pub(super) inner: Value,
}

impl fmt::Debug for LocalMacro {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.inner)
    }
}

impl Object for LocalMacro {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Plain
    }

    fn call(self: &Arc<Self>, state: &mut State<'_, '_>, args: &[Value]) -> Result<Value, Error> {
        let _level = self.shared.enter()?;
        let args = with_caller(&arguments(args, &self.shared)?, |caller| {
            Ok(Value::from_object(LocalMacro {
                shared: Arc::clone(&self.shared),
                inner: caller,
            }))
        })?;
        let text = record::call(|| self.inner.call(state, &args))
            .map_err(|error| refused(error, Some(&self.inner), &self.name(), &args))?;
        captured(text.as_str().unwrap_or(""), &self.shared)
    }
}

impl LocalMacro {
    fn name(&self) -> String {
        let name = self.inner.get_attr("name").ok();
        name.and_then(|name| name.as_str().map(str::to_owned))
            .unwrap_or_default()
    }
}

/// An error of a call of a macro: where the macro has not even begun, its arguments do not fit.
fn refused(error: Error, called: Option<&Value>, name: &str, args: &[Value]) -> Error {
    if error.kind() != ErrorKind::TooManyArguments || error.line().is_some() {
        return error;
    }
    let names: Vec<String> = called
        .and_then(|called| called.get_attr("arguments").ok())
        .and_then(|list| list.try_iter().ok())
        .map(|names| {
            names
                .filter_map(|name| name.as_str().map(str::to_owned))
                .collect()
        })
        .unwrap_or_default();
    let named = args.last().filter(|last| last.is_kwargs());
    let given = args.len() - usize::from(named.is_some());
    let parameters = match names.as_slice() {
        [] => format!("`{name}` has no parameters"),
        names => format!("it is called as `{name}({})`", names.join(", ")),
    };
    let quoted = error.detail().and_then(|detail| detail.split('`').nth(1));
    match quoted {
        None => told(
            format!(
                "`{name}` takes {}, and this call has {given}",
                match names.len() {
                    1 => "1 argument".to_owned(),
                    count => format!("{count} arguments"),
                }
            ),
            parameters,
        ),
        Some("caller") => told(
            format!("`{name}` is not called with `{{% call %}}`: it does not use `caller()`"),
            format!("write `{{{{ {name}(...) }}}}`, or put `{{{{ caller() }}}}` into the macro"),
        ),
        Some(argument) if names.iter().any(|known| known == argument) => told(
            format!("the argument `{argument}` of `{name}` is given twice, by its place and by its name"),
            parameters,
        ),
        Some(argument) => {
            let near = nearest(argument, names.iter().map(String::as_str));
            let near = near.map_or_else(String::new, |near| format!("did you mean `{near}`? "));
            told(
                format!("`{name}` has no parameter `{argument}`"),
                format!("{near}{parameters}"),
            )
        }
    }
}

/// The arguments with another `caller`, where `{% call %}` gives one.
fn with_caller(
    args: &[Value],
    change: impl FnOnce(Value) -> Result<Value, Error>,
) -> Result<Vec<Value>, Error> {
    let mut args = args.to_vec();
    let Some(last) = args.last_mut().filter(|last| last.is_kwargs()) else {
        return Ok(args);
    };
    let named = Kwargs::try_from(last.clone())?;
    let Ok(caller) = named.peek::<Value>("caller") else {
        return Ok(args);
    };
    if special(&caller) != Some(Special::Function) {
        return Ok(args);
    }
    let mut all: Vec<(String, Value)> = Vec::new();
    for name in named.args() {
        all.push((name.to_owned(), named.peek(name)?));
    }
    let changed = change(caller)?;
    for (name, value) in &mut all {
        if name == "caller" {
            *value = changed.clone();
        }
    }
    *last = Value::from(Kwargs::from_iter(all));
    Ok(args)
}

/// What the block of a `{% call %}` of a helper writes: the helper is evaluated elsewhere, where the block cannot be.
fn evaluated_caller(caller: Value, state: &mut State<'_, '_>, shared: &Arc<Shared>) -> Result<Value, Error> {
    let parameters = caller.get_attr("arguments").ok().and_then(|list| list.len());
    if parameters.is_some_and(|count| count > 0) {
        return Err(Error::new(
            ErrorKind::InvalidOperation,
            "a `{% call %}` of a helper has no parameters: those are for macros of the same file",
        ));
    }
    let text = record::call(|| caller.call(state, &[]))?;
    let value = captured(text.as_str().unwrap_or(""), shared)?;
    Ok(Value::from_function(move || value.clone()))
}
