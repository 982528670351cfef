//! What the charts of a release share while they are rendered, on whatever thread: the tree that they stand in and the budget.

use std::sync::{Arc, OnceLock};

use minijinja::{Error, State};

use super::template;
use crate::chart::{Capabilities, Chart};
use crate::render::go;
use crate::render::{Budget, Input, Limits, Outside, Recorder, Release};
use crate::values::Scope;
use crate::yaml::Node;

/// Something that is done with the names of a chart.
pub(super) type Within<'w> = &'w mut dyn FnMut(&mut State<'_, '_>) -> Result<(), Error>;

/// Does something with the helpers of a chart, evaluated for another one: its values, release and files are seen.
pub(super) type Elsewhere =
    fn(tree: &Arc<Tree>, of: &Scope, scope: &Scope, work: Within<'_>) -> Result<(), Error>;

/// See the module's text.
pub(super) struct Tree {
    root: Scope,
    given: Node,
    release: Release,
    capabilities: Capabilities,
    outside: Outside,
    pub(super) budget: Arc<Budget>,
    /// Takes down what is read and made, where it is to be.
    pub(super) recorder: Option<Arc<Recorder>>,
    /// The root's values, with notes where a record is kept.
    values: OnceLock<Node>,
    /// The named templates of the tree's Go charts.
    named: OnceLock<go::Program>,
    pub(super) elsewhere: Elsewhere,
}

/// The library charts that a chart uses.
pub(super) fn libraries(scope: &Scope) -> Vec<&Arc<Chart>> {
    let subcharts = scope.subcharts.iter().map(|subchart| &subchart.chart);
    subcharts.filter(|chart| chart.metadata.is_library).collect()
}

/// The names that templates of a chart know helpers by: its own, and those of its libraries.
pub(super) fn helper_globals(scope: &Scope) -> Vec<String> {
    let libraries = libraries(scope)
        .into_iter()
        .map(|chart| template::library_name(chart));
    ["helpers".to_owned()].into_iter().chain(libraries).collect()
}

impl Tree {
    /// The tree of a release, whose budget nothing has been taken from.
    pub(super) fn of(input: &Input<'_>, elsewhere: Elsewhere) -> Tree {
        Tree {
            root: input.root.clone(),
            given: input.given.clone(),
            release: input.release.clone(),
            capabilities: input.capabilities.clone(),
            outside: input.outside.clone(),
            budget: Arc::new(Budget::new(input.limits)),
            recorder: input.recorder.cloned(),
            values: OnceLock::new(),
            named: OnceLock::new(),
            elsewhere,
        }
    }

    /// What charts are rendered with.
    pub(super) fn input(&self) -> Input<'_> {
        Input {
            root: &self.root,
            given: &self.given,
            release: &self.release,
            capabilities: &self.capabilities,
            outside: &self.outside,
            ahead: None,
            with_notes: false,
            wants: &|_| true,
            limits: Limits::clone(self.budget.limits()),
            written: false,
            recorder: self.recorder.as_ref(),
        }
    }

    /// The charts in their order.
    pub(super) fn scopes(&self) -> Vec<&Scope> {
        self.root.in_order()
    }

    /// Which of the charts in their order one is.
    pub(super) fn position(&self, scope: &Scope) -> usize {
        let scopes = self.scopes();
        let position = scopes.iter().position(|known| known.path == scope.path);
        position.unwrap_or_default()
    }

    /// The values of all charts for texts in Go's form.
    pub(super) fn world(&self) -> go::World {
        let values = self.values.get_or_init(|| match &self.recorder {
            Some(recorder) => recorder.values(&[], &self.root.values),
            None => self.root.values.clone(),
        });
        go::World::new(
            &self.root,
            values,
            &self.release,
            &self.capabilities,
            &self.outside,
        )
    }

    /// The named templates of the tree's Go charts.
    pub(super) fn named(&self) -> &go::Program {
        self.named.get_or_init(|| go::named_templates(&self.root))
    }
}
