//! The engine for charts in Go templates: all of them together in Helm's order, then the YAML that each template wrote.

use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::charts::{Charts, Rendered, Roots};
use super::documents::documents;
use super::error::{Error, Frame, Result as Outcome};
use super::nodes::from_object;
use super::program::Program;
use super::run::{Limits, Lookup, Run};
use super::value::Map;
use crate::diagnostic::{Diagnostic, Diagnostics, Result};
use crate::render::{self, ChartResult, Cluster, Document, Engine, Input, NOTES};
use crate::source::Place;
use crate::values::Scope;
use crate::workers::{Work, at_a_time, in_parallel, on_a_deep_stack, while_made};
use crate::yaml::Node;

/// See the module's text.
pub(in crate::render) struct Go;

/// How many bytes of outputs take longer to read than beginning a thread for them.
const OUTPUT_A_THREAD: usize = 8 << 10;

/// How much text of templates takes longer to render than beginning a thread for it.
const BYTES_A_THREAD: usize = 24 << 10;

/// What a template made.
struct Made<'c> {
    path: Arc<str>,
    scope: &'c Scope,
    documents: Result<Vec<Document>>,
    /// What it says to people, if it is the root chart's notes.
    notes: Option<String>,
}

impl Engine for Go {
    /// Renders templates on all processors as long as none changes values for others, otherwise one after another. The first
    /// mistake of a template ends it, as what comes after it could be wrong because of it; mistakes in YAML are told at once.
    fn render(&self, input: &Input<'_>, charts: &[&Scope]) -> Vec<ChartResult> {
        let is_go = |scope: &Scope| {
            let is_rendered = charts.iter().any(|chart| std::ptr::eq(*chart, scope));
            is_rendered || (scope.chart.metadata.is_library && scope.chart.engine == crate::chart::Engine::Go)
        };
        let all = Charts::new(input.root).only(is_go).reading(values(input, charts));
        let (mut made, program) = match render_all(input, &all) {
            Ok(made) => made,
            Err(error) => {
                let others = (1..charts.len()).map(|_| Ok(render::Rendered::default()));
                return std::iter::once(Err(diagnostic(&error, &all).into()))
                    .chain(others)
                    .collect();
            }
        };
        made.sort_by(|a, b| a.path.cmp(&b.path));
        let mut results: Vec<ChartResult> = charts.iter().map(|_| Ok(render::Rendered::default())).collect();
        if let Some(Ok(first)) = results.first_mut() {
            first.leftovers.0.push(Arc::new(program));
        }
        for made in made {
            if let Some(Ok(first)) = results.first_mut()
                && made.notes.is_some()
            {
                first.notes = made.notes;
            }
            let of_chart = |chart: &&Scope| std::ptr::eq(*chart, made.scope);
            if let Some(result) = charts
                .iter()
                .position(of_chart)
                .and_then(|at| results.get_mut(at))
            {
                add(result, made.documents);
            }
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

/// What the wanted templates made. All templates run, as Helm runs them: those that are not wanted may fail, or change values
/// for the others.
fn render_all<'c>(input: &Input<'_>, charts: &Charts<'c>) -> Outcome<(Vec<Made<'c>>, Program)> {
    let program = charts.parse_rest(input.ahead)?;
    let threads = match program.changes_values() {
        true => 1,
        false => at_a_time(charts.size().div_ceil(BYTES_A_THREAD)),
    };
    if threads > 1
        && let Some(made) = side_by_side(input, charts, &program, threads)
    {
        return Ok((made?, program));
    }
    Ok((one_after_another(input, charts, &program)?, program))
}

/// A run of the program with bounds that allow for as many threads.
fn run<'p>(input: &Input<'_>, program: &'p Program, threads: usize) -> Run<'p> {
    let threads = u64::try_from(threads).unwrap_or(u64::MAX);
    let limits = Limits::of(input.limits.steps / threads, input.limits.bytes / threads);
    let mut run = Run::new(
        program,
        Limits {
            bytes_at_once: input.limits.bytes,
            ..limits
        },
    );
    if let Some(cluster) = &input.outside.cluster {
        run.set_lookup(lookup(cluster));
    }
    run
}

/// Whether it is to be known how outputs came to be.
fn is_recorded(input: &Input<'_>) -> bool {
    !input.written || input.recorder.is_some()
}

fn roots(input: &Input<'_>, charts: &Charts<'_>) -> Roots {
    charts.roots(input.release, input.capabilities, input.outside.seed.as_deref())
}

/// Renders templates on several threads, each with values of its own. Gives nothing where that could differ from rendering
/// one after another: where a template would change what others have, or a bound was reached.
fn side_by_side<'c>(
    input: &Input<'_>,
    charts: &Charts<'c>,
    program: &Program,
    threads: usize,
) -> Option<Outcome<Vec<Made<'c>>>> {
    let stopped = AtomicBool::new(false);
    let order = charts.order();
    let made = in_parallel(
        &order,
        &Work {
            begin: &|| (run(input, program, threads), roots(input, charts).shared()),
            whole: &|(run, roots), position| {
                if stopped.load(Ordering::Relaxed) {
                    return Ok(None);
                }
                let rendered = charts.render_file(*position, run, roots, is_recorded(input));
                if rendered.as_ref().is_err_and(|error| !error.is_mistake()) {
                    stopped.store(true, Ordering::Relaxed);
                }
                Ok(rendered?.map(|rendered| made(input, rendered)))
            },
            parts: &|_| 0,
            part: &|_, _| (),
            threads,
        },
    );
    if stopped.load(Ordering::Relaxed) {
        return None;
    }
    let made: Outcome<Vec<_>> = made.into_iter().map(|(made, _)| made).collect();
    Some(made.map(|made| made.into_iter().flatten().collect()))
}

/// Renders templates in Helm's order on a thread with the stack that they need; others read what they wrote meanwhile.
fn one_after_another<'c>(
    input: &Input<'_>,
    charts: &Charts<'c>,
    program: &Program,
) -> Outcome<Vec<Made<'c>>> {
    let rendered = on_a_deep_stack(&mut || {
        let mut run = run(input, program, 1);
        let roots = roots(input, charts);
        while_made(
            |hand_on| {
                charts.render(&mut run, &roots, is_recorded(input), |rendered| {
                    let bytes = rendered.output.text.len();
                    hand_on(rendered, bytes);
                })
            },
            OUTPUT_A_THREAD,
            &|rendered| made(input, rendered),
        )
    });
    let refused = || {
        Error::new(
            "Go templates need a stack of 256 MiB, and the system refuses it: raise the limit of address space (`ulimit -v`)",
        )
    };
    let (done, made) = rendered.ok_or_else(refused)?;
    done.map(|()| made)
}

/// What a rendered template made: objects where it is wanted, and the notes if it is those of the root chart.
fn made<'c>(input: &Input<'_>, rendered: Rendered<'c>) -> Made<'c> {
    let is_notes = input.with_notes && *rendered.path == *format!("{}/{NOTES}", input.root.name());
    Made {
        path: Arc::clone(&rendered.path),
        scope: rendered.scope,
        notes: is_notes.then(|| rendered.output.text.lossy().into_owned()),
        documents: match (input.wants)(&rendered.path) {
            true => documents(
                rendered,
                input.recorder.map(|recorder| &**recorder),
                input.written,
            ),
            false => Ok(Vec::new()),
        },
    }
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
