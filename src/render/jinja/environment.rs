//! minijinja's environment with the rules of our language, and what a chart adds to it.

use std::borrow::Cow;
use std::sync::Arc;

use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Rest, ValueOrKwargs};
use minijinja::{AutoEscape, Environment, Error, UndefinedBehavior, Value};

use super::capture;
use super::functions::LocalMacro;
use super::holes::{self, Filled, Hole};
use super::hooks;
use super::ordered::ORDERED;
use super::record;
use super::rewrite::{BOUND, CAPTURED, EACH, HELD, MACRO};
use super::shared::Shared;
use super::value::{Omit, is_undefined, missing, to_value};
use super::{filters, marks, tpl};

/// The name of the escaping that means: holes, not text.
const YAML_MODE: AutoEscape = AutoEscape::Custom(Cow::Borrowed("yaml"));

/// An environment without the names that depend on a chart.
pub(super) fn bare() -> Environment<'static> {
    let mut env = Environment::new();
    env.set_debug(false);
    env.set_recursion_limit(100);
    // What values do not have is an object of ours, which may be asked for more; all else that is not there is a mistake.
    env.set_undefined_behavior(UndefinedBehavior::SemiStrict);
    env.set_syntax(
        SyntaxConfig::builder()
            .trim_blocks(true)
            .lstrip_blocks(true)
            .build()
            .unwrap_or_default(),
    );
    env.set_auto_escape_callback(|name| {
        if name == tpl::NAME {
            AutoEscape::None
        } else {
            YAML_MODE
        }
    });
    env
}

/// Adds what needs to know the chart: how values are put out, filters, functions and tests.
pub(super) fn fit_out(env: &mut Environment<'_>, shared: &Arc<Shared>) {
    env.set_fuel(Some(shared.budget.limits().steps));
    add_formatter(env, shared);
    add_bindings(env, shared);
    add_tests(env);
    filters::add(env, shared);
    tpl::add(env, shared);
    if shared.recorder.is_some() {
        hooks::add(env);
    }
}

fn add_formatter(env: &mut Environment<'_>, shared: &Arc<Shared>) {
    let shared = Arc::clone(shared);
    env.set_formatter(move |out, state, value| {
        if let Some(line) = record::line_number(value) {
            return match line {
                0 => Ok(()),
                line => marks::write_record(out, line).map_err(Error::from),
            };
        }
        if is_undefined(value) {
            return Err(capture::undefined(value));
        }
        let filled = capture::filled(value, &shared)?;
        if *state.auto_escape() == YAML_MODE {
            let reads = record::take();
            marks::write_hole(out, holes::add(Hole { filled, reads })).map_err(Error::from)
        } else {
            tpl::write_text(out, &filled)
        }
    });
}

/// What [`super::rewrite`] puts around what names are bound to.
fn add_bindings(env: &mut Environment<'_>, shared: &Arc<Shared>) {
    type Binding = fn(Value, &Shared) -> Result<Value, Error>;
    let bindings: [(&str, Binding); 2] = [(BOUND, capture::bound), (HELD, capture::held)];
    for (name, bind) in bindings {
        let shared = Arc::clone(shared);
        env.add_filter(name, move |value: Value| bind(value, &shared));
    }
    env.add_filter(ORDERED, |value: Value| match missing(&value) {
        Some(_) => Err(capture::undefined(&value)),
        None => Ok(value),
    });
    let state = Arc::clone(shared);
    env.add_filter(
        EACH,
        move |value: Value, told: Rest<Value>| -> Result<Value, Error> {
            let value = capture::each(value, &state)?;
            hooks::each(&value, &told);
            Ok(value)
        },
    );
    let state = Arc::clone(shared);
    env.add_filter(CAPTURED, move |value: Value| -> Result<Value, Error> {
        match capture::filled(&value, &state)? {
            Filled::Node(node) => {
                record::leaves(&node);
                Ok(to_value(&node))
            }
            Filled::Omit => Ok(Value::from_object(Omit)),
        }
    });
    let state = Arc::clone(shared);
    env.add_function(MACRO, move |inner: Value| {
        Value::from_object(LocalMacro {
            shared: Arc::clone(&state),
            inner,
        })
    });
    let state = Arc::clone(shared);
    env.add_function(
        "namespace",
        move |defaults: Option<ValueOrKwargs>| -> Result<Value, Error> {
            let given: Vec<Value> = defaults.map(Value::from).into_iter().collect();
            let args = capture::attributes(&given, &state)?;
            minijinja::functions::namespace(args.into_iter().next().map(ValueOrKwargs::from))
        },
    );
}

/// Tests of what is not there: they are answered, whatever they ask.
fn add_tests(env: &mut Environment<'_>) {
    env.add_test("defined", |value: &Value| !is_undefined(value));
    env.add_test("undefined", is_undefined);
    env.add_test("iterable", |value: &Value| {
        missing(value).is_none() && minijinja::tests::is_iterable(value)
    });
    env.add_test("sequence", |value: &Value| {
        missing(value).is_none() && minijinja::tests::is_sequence(value)
    });
}
