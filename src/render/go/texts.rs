//! Texts in Go's form that stand in the values of charts in another language: `tpl` of such a chart hands them over.

use std::sync::Arc;

use super::chance::Chance;
use super::charts::{Charts, roots_of};
use super::error::Error;
use super::noting;
use super::parse::parse;
use super::program::Program;
use super::roots;
use super::run::{Limits, Named, Run, TEXT, TEXT_TEMPLATE};
use super::text::Text;
use super::value::{Map, Value};
use crate::chart::{Capabilities, Engine};
use crate::render::{Budget, Exhausted, Outside, Read, Recorder, Release};
use crate::source::Source;
use crate::values::Scope;
use crate::yaml::Node;

/// The named templates of the Go charts of a tree, which texts may include. Where they do not parse there are none: their engine
/// tells what is wrong.
pub(in crate::render) fn named_templates(root: &Scope) -> Program {
    let charts = Charts::new(root).only(|scope| scope.chart.engine == Engine::Go);
    charts.parse().unwrap_or_default()
}

/// Whether a text parses as a template.
pub(in crate::render) fn parses(text: &str) -> bool {
    parse(&Arc::from(TEXT_TEMPLATE), &Source::new(TEXT, text)).is_ok()
}

/// The values of a tree's charts as texts see them. What a text changes in them is changed for those after it.
pub(in crate::render) struct World {
    /// What each chart's texts find at their root, and the chart's name.
    roots: Vec<(Map, String)>,
    release: Release,
    outside: Outside,
}

/// A text that was rendered.
pub(in crate::render) struct Made {
    /// The text.
    pub(in crate::render) text: Arc<str>,
    /// What was read for it, where a record is kept.
    pub(in crate::render) reads: Vec<Read>,
}

/// Why a text could not be rendered.
pub(in crate::render) enum Failure {
    /// The release has nothing left to do it with.
    Exhausted(Exhausted),
    /// A mistake in the text, or in what it includes.
    Wrong(Error),
}

/// Where in a text an error came up, as line and column, and whether that is in another text, which it renders itself.
pub(in crate::render) fn place_in_text(error: &Error) -> Option<((u32, u32), bool)> {
    // From the outermost place inwards, as long as it is this text.
    let mut found = None;
    for frame in error.frames().iter().rev().filter(|frame| &*frame.file == TEXT) {
        if found.is_some() && &*frame.template == TEXT_TEMPLATE {
            return found.map(|place| (place, true));
        }
        found = Some((frame.line, frame.column));
    }
    found.map(|place| (place, false))
}

/// How deep templates and control structures may be nested in a text: texts may be rendered within helpers within texts, and
/// all stand on one stack.
const DEPTH: usize = 400;

impl World {
    /// The values of the charts of a tree; `values` are those of its root, with notes where a record is kept.
    pub(in crate::render) fn new(
        root: &Scope,
        values: &Node,
        release: &Release,
        capabilities: &Capabilities,
        outside: &Outside,
    ) -> World {
        World {
            roots: roots_of(root, values, release, capabilities),
            release: release.clone(),
            outside: outside.clone(),
        }
    }

    /// Renders a text as the chart at a position of [`Scope::in_order`] does it, within a template of a path.
    ///
    /// # Errors
    /// See [`Failure`].
    pub(in crate::render) fn render(
        &self,
        text: &Arc<str>,
        (chart, template): (usize, Option<&str>),
        program: &Program,
        budget: &Budget,
        recorder: Option<&Recorder>,
        named: &mut dyn Named,
    ) -> Result<Made, Failure> {
        let chart_of = |value: &Value| {
            let map = value.as_map()?;
            self.roots.iter().position(|(root, _)| root.is_same(map))
        };
        let Some((root, name)) = self.roots.get(chart) else {
            return Err(Failure::Wrong(Error::new("the chart is not one of the tree's")));
        };
        match template {
            Some(path) => root.set(
                "Template",
                Value::Map(roots::template(path, &format!("{name}/templates"))),
            ),
            None => drop(root.unset(b"Template")),
        }
        let (steps, bytes) = budget.left();
        let limits = Limits {
            depth: DEPTH,
            ..Limits::of(steps, bytes)
        };
        let mut run = Run::new(program, limits);
        run.set_named(named, &chart_of);
        if let Some(cluster) = &self.outside.cluster {
            run.set_lookup(super::engine::lookup(cluster));
        }
        if let Some(seed) = &self.outside.seed {
            let place = template.unwrap_or(name);
            run.set_chance(Chance::of_place(seed, &self.release, &format!("{place}\0{text}")));
        }
        let dot = Value::Map(root.clone());
        let done = run.render_text(&Text::from(Arc::clone(text)), dot, recorder.is_some());
        let (steps, bytes) = run.used();
        budget.take_steps(steps).map_err(Failure::Exhausted)?;
        budget.take_bytes(bytes).map_err(Failure::Exhausted)?;
        let output = done.map_err(Failure::Wrong)?;
        let Some(text) = output.text.into_text() else {
            return Err(Failure::Wrong(Error::new(
                "the text wrote bytes that are not UTF-8",
            )));
        };
        let reads = output
            .record
            .zip(recorder)
            .map(|(record, recorder)| noting::all_reads(&record, recorder));
        Ok(Made {
            text: Arc::from(text.text()),
            reads: reads.unwrap_or_default(),
        })
    }
}
