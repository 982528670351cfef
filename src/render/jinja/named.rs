//! Helpers under Go's names: what `include "chart.some-name" .` gives in a text in Go's form is the helper `chart_some_name`.

use std::sync::Arc;

use minijinja::{Error, State, Value};

use super::capture::{self, told};
use super::functions::{HelperFunction, Helpers};
use super::holes::Filled;
use super::record;
use super::shared::Shared;
use super::template::helper_macros;
use super::tree::helper_globals;
use super::value::{scalar_text, to_value, without_asking};
use crate::chart::Engine;
use crate::render::go::{self, Dot, Text};
use crate::values::Scope;
use crate::yaml::{self, Node};

/// The helpers of a tree's charts, as a text of one of them includes them.
pub(super) struct Named<'a, 't, 'e> {
    pub(super) state: &'a mut State<'t, 'e>,
    pub(super) shared: &'a Arc<Shared>,
    /// Why a helper failed.
    pub(super) failure: Option<Error>,
}

/// What evaluating a chart's helpers for another one costs.
const STEPS_FOR_HELPERS: u64 = 20_000;

impl go::Named for Named<'_, '_, '_> {
    fn text(&mut self, name: &str, dot: Dot) -> go::Result<Option<Text>> {
        self.helper(name, dot).map_err(|error| {
            self.failure = Some(error);
            go::Error::new(format!("the helper for `{name}` fails"))
        })
    }

    /// The names of helpers that begin with their chart's name: where others have hyphens and dots is not known.
    fn names(&self) -> Vec<String> {
        let mut names = Vec::new();
        for scope in self.shared.tree.scopes() {
            let chart = &scope.chart.metadata.name;
            let prefix = format!("{}_", helper_name(chart));
            let helpers = helper_macros(&scope.chart);
            let of_chart = helpers.iter().filter_map(|helper| helper.strip_prefix(&prefix));
            names.extend(of_chart.map(|rest| format!("{chart}.{}", rest.replace('_', "."))));
        }
        names
    }
}

/// The helper that stands under a name of Go's: dots, hyphens and what else a name of Jinja's cannot have are `_`.
pub(super) fn helper_name(name: &str) -> String {
    let letter = |c: char| if c.is_alphanumeric() { c } else { '_' };
    name.chars().map(letter).collect()
}

impl Named<'_, '_, '_> {
    fn helper(&mut self, name: &str, dot: Dot) -> Result<Option<Text>, Error> {
        let helper = helper_name(name);
        let tree = Arc::clone(&self.shared.tree);
        let scopes = tree.scopes();
        let own = self.shared.position;
        let (position, given) = match dot {
            Dot::Chart(position) => (position, None),
            Dot::Value(node) => (own, Some(node)),
        };
        let call = Call {
            name,
            helper: &helper,
            given: given.as_ref(),
        };
        let Some(scope) = scopes.get(position).copied() else {
            return Ok(None);
        };
        if position == own
            && let Some(text) = call.text(self.state, self.shared, scope)?
        {
            return Ok(Some(text));
        }
        // The chart that is given has the first word, as its own helpers are made for it.
        let declares = |scope: &&Scope| {
            let is_jinja = scope.chart.engine == Engine::Jinja;
            is_jinja && helper_macros(&scope.chart).contains(&helper)
        };
        let Some(of) = [scope].into_iter().chain(scopes).find(declares) else {
            return Ok(None);
        };
        if position == own && of.path == scope.path {
            return Err(told(
                format!("`{name}` is not there yet, as the helpers of the chart are still being evaluated"),
                format!("put the macro `{helper}` into a helper file that sets no values"),
            ));
        }
        self.shared.take_steps(STEPS_FOR_HELPERS)?;
        let _level = self.shared.enter()?;
        let (mut text, mut reads) = (None, Vec::new());
        let mut work = |state: &mut State<'_, '_>| -> Result<(), Error> {
            text = call.text(state, self.shared, of)?;
            reads = record::take();
            Ok(())
        };
        without_asking(|| (tree.elsewhere)(&tree, of, scope, &mut work))?;
        record::give(&reads);
        Ok(text)
    }
}

/// One use of a helper.
struct Call<'a> {
    /// The name that it was asked for by.
    name: &'a str,
    helper: &'a str,
    /// What it is given that is not a chart.
    given: Option<&'a Node>,
}

impl Call<'_> {
    /// What the helper of a chart or of one of its libraries gives; nothing where there is none.
    fn text(&self, state: &mut State<'_, '_>, shared: &Shared, of: &Scope) -> Result<Option<Text>, Error> {
        let export = |global: String| {
            let global = state.lookup(&global)?;
            global.downcast_object_ref::<Helpers>()?.get(self.helper)
        };
        let Some(helper) = helper_globals(of).into_iter().find_map(export) else {
            return Ok(None);
        };
        let function = helper.downcast_object_ref::<HelperFunction>();
        let takes_any = function.is_some_and(|function| function.has_parameters);
        if self.given.is_some() && !takes_any {
            return Err(self.no_chart());
        }
        let arguments: Vec<Value> = self.given.into_iter().map(to_value).collect();
        let value = match function {
            Some(_) => helper.call(state, &arguments)?,
            None => helper,
        };
        Ok(Some(match capture::filled(&value, shared)? {
            Filled::Omit => Text::default(),
            Filled::Node(node) => {
                record::whole(&node);
                Text::from(scalar_text(&node).unwrap_or_else(|| {
                    let text = yaml::write_helm(&node);
                    text.strip_suffix('\n').map(str::to_owned).unwrap_or(text)
                }))
            }
        }))
    }

    fn no_chart(&self) -> Error {
        told(
            format!(
                "`{}` takes what a chart's templates find at their root",
                self.name
            ),
            format!(
                "write `include \"{}\" .` outside of `with` and `range`, or `$` within",
                self.name
            ),
        )
    }
}
