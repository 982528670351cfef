//! The engine for templates in Jinja that write YAML, not text. The only module that knows minijinja.

mod assemble;
#[cfg(test)]
mod bound_tests;
mod bounds;
mod capture;
mod chart;
mod check;
mod declared;
mod edited;
mod environment;
mod explain;
mod filters;
mod foreign;
mod functions;
mod globals;
mod guard;
mod hints;
mod holes;
mod hooks;
mod libraries;
#[cfg(test)]
mod macro_tests;
mod marks;
mod measure;
#[cfg(test)]
mod message_tests;
mod named;
mod operations;
mod ordered;
mod origin;
mod outline;
mod parts;
mod paths;
mod reads;
mod record;
#[cfg(test)]
mod record_tests;
mod rendered;
mod rewrite;
mod scan;
mod shared;
mod syntax;
mod tell;
mod template;
#[cfg(test)]
mod tests;
mod text;
mod tpl;
#[cfg(test)]
mod tpl_tests;
mod tree;
mod undefined;
#[cfg(test)]
mod undefined_tests;
mod value;

use std::sync::Arc;

use self::chart::ChartRenderer;
pub(super) use self::check::check;
use self::libraries::Libraries;
pub(super) use self::reads::reads;
use self::tree::Tree;
use super::{ChartResult, Document, Engine, Input, Rendered};
use crate::chart::Chart;
use crate::diagnostic::{Diagnostics, Result};
use crate::values::Scope;
use crate::workers::{Work, in_parallel};

/// See the module's text.
pub(super) struct Jinja;

impl Engine for Jinja {
    /// Renders charts on all processors: first each chart's helpers, then each template by itself.
    fn render(&self, input: &Input<'_>, charts: &[&Scope]) -> Vec<ChartResult> {
        let threads = threads(charts);
        let first = render_on(input, charts, threads);
        let is_exhausted = |result: &ChartResult| {
            let list = result.as_ref().err().map(|Diagnostics(list)| list);
            let mut codes = list.into_iter().flatten().map(|diagnostic| diagnostic.code);
            codes.any(|code| matches!(code, "template-endless" | "template-output"))
        };
        if threads > 1 && first.iter().any(is_exhausted) {
            // Which template is the one that has nothing left depends on the threads: on a single one it is always the same.
            return render_on(input, charts, 1);
        }
        first
    }
}

/// How many templates take longer than beginning a thread for them.
const TEMPLATES_A_THREAD: usize = 8;

fn threads(charts: &[&Scope]) -> usize {
    let templates: usize = charts.iter().map(|scope| scope.chart.templates.len()).sum();
    templates.div_ceil(TEMPLATES_A_THREAD)
}

fn render_on(input: &Input<'_>, charts: &[&Scope], threads: usize) -> Vec<ChartResult> {
    let tree = Arc::new(Tree::of(input, chart::elsewhere));
    let libraries = compile_libraries(input, charts);
    let items: Vec<(&Scope, &Result<Arc<Libraries>>)> = charts.iter().copied().zip(&libraries).collect();
    let rendered = in_parallel(
        &items,
        &Work {
            begin: &|| (),
            whole: &|(), (scope, libraries)| match libraries {
                Ok(libraries) => ChartRenderer::new(input, scope, libraries, &tree),
                Err(error) => Err(error.clone()),
            },
            parts: &|renderer: &Result<ChartRenderer<'_>>| renderer.as_ref().map_or(0, ChartRenderer::len),
            part: &|renderer, index| match renderer {
                Ok(renderer) => renderer.render(index).map(|mut documents| {
                    if input.written {
                        documents.iter_mut().for_each(Document::write);
                    }
                    documents
                }),
                Err(error) => Err(error.clone()),
            },
            threads,
        },
    );
    rendered
        .into_iter()
        .zip(charts)
        .map(|((renderer, templates), scope)| {
            let renderer = renderer?;
            let is_root = scope.section().is_empty();
            Ok(Rendered {
                documents: all_or_errors(templates)?,
                warnings: renderer.warnings(),
                notes: match input.with_notes && is_root {
                    true => chart::notes(&tree, scope)?,
                    false => None,
                },
                ..Rendered::default()
            })
        })
        .collect()
}

/// The documents of all templates, or the mistakes of all.
fn all_or_errors(templates: Vec<Result<Vec<Document>>>) -> Result<Vec<Document>> {
    let mut documents = Vec::new();
    let mut errors = Vec::new();
    for result in templates {
        match result {
            Ok(more) => documents.extend(more),
            Err(Diagnostics(more)) => errors.extend(more),
        }
    }
    match errors.is_empty() {
        true => Ok(documents),
        false => Err(Diagnostics(errors)),
    }
}

/// The library charts of each chart, which are compiled once for all charts that use the same ones.
fn compile_libraries(input: &Input<'_>, charts: &[&Scope]) -> Vec<Result<Arc<Libraries>>> {
    type Compiled<'a> = (Vec<&'a Arc<Chart>>, Result<Arc<Libraries>>);
    let mut compiled: Vec<Compiled<'_>> = Vec::new();
    let mut found = Vec::with_capacity(charts.len());
    for scope in charts {
        let wanted = tree::libraries(scope);
        let is_same = |known: &[&Arc<Chart>]| {
            known.len() == wanted.len() && known.iter().zip(&wanted).all(|(a, b)| Arc::ptr_eq(a, b))
        };
        let libraries = match compiled.iter().find(|(known, _)| is_same(known)) {
            Some((_, libraries)) => libraries.clone(),
            None => {
                let libraries = Libraries::compile(&wanted, input.recorder.is_some()).map(Arc::new);
                compiled.push((wanted, libraries.clone()));
                libraries
            }
        };
        found.push(libraries);
    }
    found
}
