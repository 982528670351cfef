//! Whether the templates of a tree of charts can be read, without any values.

use std::sync::Arc;

use super::{go, jinja, without_repeats};
use crate::chart::{Chart, ChartFile, Engine};
use crate::diagnostic::Diagnostic;
use crate::source::{Place, Source};

/// What is wrong with the syntax of the templates of all charts of a tree, those that do not take part included.
pub fn check(root: &Chart) -> Vec<Diagnostic> {
    let mut problems = Vec::new();
    let mut open = vec![root];
    while let Some(chart) = open.pop() {
        match chart.engine {
            Engine::Jinja => problems.extend(jinja::check(chart)),
            Engine::Go => problems.extend(of_go(chart)),
        }
        open.extend(chart.subcharts.iter().rev().map(|subchart| &**subchart));
    }
    without_repeats(problems)
}

/// The first mistake of each file.
fn of_go(chart: &Chart) -> impl Iterator<Item = Diagnostic> {
    let is_read = |file: &&ChartFile| {
        let name = file.path.rsplit('/').next().unwrap_or_default();
        !chart.metadata.is_library || name.starts_with('_')
    };
    let wrong = |source: &Arc<Source>| {
        let error = go::parse(&source.name().into(), source).err()?;
        let diagnostic = Diagnostic::error("go-template", error.message());
        Some(match error.frames().first() {
            Some(frame) => diagnostic.at(&Place::new(source, frame.line, frame.column)),
            None => diagnostic.at(&Place::whole(source)),
        })
    };
    let files = chart.templates.iter().filter(is_read);
    files.filter_map(move |file| wrong(file.source()?))
}
