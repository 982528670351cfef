//! The engine for charts in Go templates: all of them together in Helm's order, then the YAML that each template wrote.

use std::rc::Rc;
use std::sync::Arc;

use super::charts::{Charts, Rendered};
use super::documents::documents;
use super::error::{Error, Frame};
use super::nodes::from_object;
use super::program::Program;
use super::run::{Limits, Lookup, Run};
use super::value::Map;
use crate::diagnostic::{Diagnostic, Diagnostics, Result};
use crate::render::workers::{Work, in_parallel};
use crate::render::{self, ChartResult, Cluster, Document, Engine, Input, NOTES};
use crate::source::Place;
use crate::values::Scope;
use crate::yaml::Node;

/// See the module's text.
pub(in crate::render) struct Go;

/// Stack of the thread that renders; memory is taken as it is used.
const STACK: usize = 256 << 20;

/// How many outputs take longer to read than beginning a thread for them.
const OUTPUTS_A_THREAD: usize = 8;

impl Engine for Go {
    /// Renders on one thread, as templates change values for those after them, and reads what they wrote on all. The first
    /// mistake of a template ends it, as what comes after it could be wrong because of it; mistakes in YAML are told at once.
    fn render(&self, input: &Input<'_>, charts: &[&Scope]) -> Vec<ChartResult> {
        let is_go = |scope: &Scope| {
            let is_rendered = charts.iter().any(|chart| std::ptr::eq(*chart, scope));
            is_rendered || (scope.chart.metadata.is_library && scope.chart.engine == crate::chart::Engine::Go)
        };
        let all = Charts::new(input.root).only(is_go).reading(values(input, charts));
        let (rendered, notes) = match on_a_large_stack(|| run(input, &all)) {
            Ok(rendered) => rendered,
            Err(error) => {
                let others = (1..charts.len()).map(|_| Ok(render::Rendered::default()));
                return std::iter::once(Err(error)).chain(others).collect();
            }
        };
        let read = in_parallel(
            &rendered,
            &Work {
                whole: &|rendered| documents(rendered, input.recorder.map(|recorder| &**recorder)),
                parts: &|_| 0,
                part: &|_, _| (),
                threads: rendered.len().div_ceil(OUTPUTS_A_THREAD),
            },
        );
        let mut results: Vec<ChartResult> = charts.iter().map(|_| Ok(render::Rendered::default())).collect();
        for (rendered, (documents, _)) in rendered.iter().zip(read) {
            let of_chart = |chart: &&Scope| std::ptr::eq(*chart, rendered.scope);
            if let Some(result) = charts
                .iter()
                .position(of_chart)
                .and_then(|at| results.get_mut(at))
            {
                add(result, documents);
            }
        }
        if let Some(Ok(first)) = results.first_mut() {
            first.notes = notes;
        }
        results
    }
}

fn add(result: &mut ChartResult, more: Result<Vec<Document>>) {
    match (result, more) {
        (Ok(rendered), Ok(more)) => rendered.documents.extend(more),
        (Err(Diagnostics(errors)), Err(Diagnostics(more))) => errors.extend(more),
        (result @ Ok(_), Err(more)) => *result = Err(more),
        (Err(_), Ok(_)) => {}
    }
}

/// The values of the root chart. Where a record is kept they have notes, and the record knows each chart's.
fn values(input: &Input<'_>, charts: &[&Scope]) -> Node {
    let Some(recorder) = input.recorder else {
        return input.root.values.clone();
    };
    let values = recorder.values(&[], &input.root.values);
    for scope in charts.iter().filter(|scope| !scope.section().is_empty()) {
        recorder.values(scope.section(), &scope.values);
    }
    values
}

/// Runs something on a thread with the stack that [`Limits::depth`] asks for.
fn on_a_large_stack<T: Send>(work: impl FnOnce() -> Result<T> + Send) -> Result<T> {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new()
            .stack_size(STACK)
            .spawn_scoped(scope, work)
            .map_err(|error| {
                Diagnostic::error(
                    "go-template",
                    format!("Go templates need a thread of their own: {error}"),
                )
            })?;
        match thread.join() {
            Ok(done) => done,
            Err(panic) => std::panic::resume_unwind(panic),
        }
    })
}

/// What the wanted templates wrote, by charts and paths, and the root chart's notes. All templates run, as Helm runs them: those that are not wanted
/// may change values for the others.
fn run<'c>(input: &Input<'_>, charts: &Charts<'c>) -> Result<(Vec<Rendered<'c>>, Option<String>)> {
    let tell = |error: Error| Diagnostics::from(diagnostic(&error, charts));
    let program: Program = charts.parse().map_err(tell)?;
    let limits = Limits::of(input.limits.steps, input.limits.bytes);
    let mut run = Run::new(&program, limits);
    if let Some(cluster) = &input.outside.cluster {
        run.set_lookup(lookup(cluster));
    }
    let notes = format!("{}/{NOTES}", input.root.name());
    let (mut rendered, mut found) = (Vec::new(), None);
    charts
        .render(
            &mut run,
            input.release,
            input.capabilities,
            input.outside.seed.as_deref(),
            true,
            |made| {
                if *made.path == *notes {
                    found = Some(made.output.text.lossy().into_owned());
                }
                if (input.wants)(&made.path) {
                    rendered.push(made);
                }
                Ok(())
            },
        )
        .map_err(tell)?;
    rendered.sort_by(|a, b| a.path.cmp(&b.path));
    Ok((rendered, found.filter(|_| input.with_notes)))
}

/// What `lookup` finds among the objects of a cluster; an empty map where it finds nothing.
pub(super) fn lookup(cluster: &Arc<Cluster>) -> Lookup {
    let cluster = Arc::clone(cluster);
    Rc::new(
        move |api_version: &str, kind: &str, namespace: &str, name: &str| match cluster.find(
            api_version,
            kind,
            namespace,
            name,
        ) {
            Some(node) => from_object(&node),
            None => Map::new().into(),
        },
    )
}

/// How many places of a chain of includes are told, from its inner and its outer end.
const INNER: usize = 4;
const OUTER: usize = 2;

/// An error of a template with the chain of includes that led there.
fn diagnostic(error: &Error, charts: &Charts<'_>) -> Diagnostic {
    let code = match error.is_limit() {
        true => "go-template-limit",
        false => "go-template",
    };
    let place = |frame: &Frame| {
        let source = charts.source(&frame.file)?;
        Some(Place::new(source, frame.line, frame.column))
    };
    let mut message = error.message().to_owned();
    // A text of `tpl` has no file.
    if let Some(first) = error.frames().first().filter(|frame| place(frame).is_none()) {
        message = format!("{message}, in the text of `tpl` at its line {}", first.line);
    }
    let mut diagnostic = Diagnostic::error(code, message);
    let mut places: Vec<(Place, &Arc<str>)> = error
        .frames()
        .iter()
        .filter_map(|frame| Some((place(frame)?, &frame.template)))
        .collect();
    // One that includes itself is at the same place again and again.
    places.dedup();
    for (position, (place, _)) in places.iter().enumerate() {
        if position >= INNER && position + OUTER < places.len() {
            continue;
        }
        let called = position.checked_sub(1).and_then(|inner| places.get(inner));
        let text = called.map_or_else(String::new, |(_, template)| {
            format!("`{template}` is included here")
        });
        diagnostic = diagnostic.label(place, text);
    }
    diagnostic
}
