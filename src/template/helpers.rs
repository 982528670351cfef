//! What a chart's `_*.yaml` files export: values, and macros as functions that give values.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock, Weak};

use minijinja::value::{Enumerator, Object, ObjectRepr};
use minijinja::{Error, State, Value};

use super::shared::{Shared, carry};
use super::value::{Omit, to_value};
use crate::diagnostic::nearest;

/// The exports of a chart's helper files, filled while they are evaluated one after another.
#[derive(Debug, Default)]
pub(super) struct Helpers {
    exports: RwLock<BTreeMap<String, Value>>,
}

impl Helpers {
    pub(super) fn insert(&self, name: &str, value: Value) {
        self.exports
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(name.to_owned(), value);
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
}

impl Object for Helpers {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Map
    }

    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        self.get_value_by_str(key.as_str()?)
    }

    fn get_value_by_str(self: &Arc<Self>, key: &str) -> Option<Value> {
        self.exports
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(key)
            .cloned()
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
        match self.get_value_by_str(method) {
            Some(function) => function.call(state, args),
            None => {
                let names = self.names();
                let near = nearest(method, names.iter().map(String::as_str));
                let hint = near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
                Err(Error::new(
                    minijinja::ErrorKind::UnknownMethod,
                    format!("no helper is called `{method}`{hint}"),
                ))
            }
        }
    }
}

/// What the macros of a helper file see by plain names: what the file exports.
#[derive(Debug)]
pub(super) struct FileScope {
    pub(super) values: BTreeMap<String, Value>,
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
        let value = self.values.get(key).cloned();
        value.or_else(|| {
            let is_macro = self.macros.iter().any(|name| name == key);
            self.helpers.upgrade().filter(|_| is_macro)?.get_value_by_str(key)
        })
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        let names = self.values.keys().chain(&self.macros);
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
        let module = state.env().get_template(&self.module)?;
        let mut evaluated = module.render_captured(self.context.clone())?;
        let text = evaluated
            .with_state_mut(|inner| {
                let text = inner.call_macro(&self.name, args)?;
                self.shared.spend(inner.fuel_levels())?;
                Ok(text)
            })
            // Wrapped, so that the caller's place is told too.
            .map_err(|error: Error| Error::new(error.kind(), "in a helper").with_source(error))?;
        let node = self.shared.fragment(&text).map_err(carry)?;
        Ok(node.map_or_else(|| Value::from_object(Omit), |node| to_value(&node)))
    }
}
