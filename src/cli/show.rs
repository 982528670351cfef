//! `promchart show`.

use std::sync::Arc;

use super::args::{Part, ShowArgs};
use super::ui::Ui;
use super::{CommandResult, ExitStatus, request};
use crate::chart::{self, Chart};
use crate::diagnostic::{Diagnostic, Result, nearest};

pub(super) fn run(args: &ShowArgs, ui: &mut Ui) -> CommandResult {
    refuse_words(args)?;
    ui.tell(request::built_in_chart(&args.chart).as_slice());
    let loaded = match &args.chart.chart {
        Some(path) => chart::load_incomplete(path)?,
        None => chart::load_embedded(&chart::EMBEDDED)?,
    };
    ui.tell(&loaded.warnings);
    let chart = subchart(&loaded.chart, args.subchart.as_deref())?;
    let text = match args.part {
        Part::Chart => text_of(
            chart.metadata.node.place.source().map(AsRef::as_ref),
            "Chart.yaml",
        )?,
        Part::Values => text_of(chart.values.place.source().map(AsRef::as_ref), "values.yaml")?,
        Part::Schema => text_of(chart.schema.as_deref(), "values.schema.json")?,
        Part::Templates => match &args.template {
            Some(name) => template(&chart, name)?,
            None => chart
                .templates
                .iter()
                .map(|file| format!("{}\n", file.path))
                .collect(),
        },
    };
    ui.print(&text)?;
    Ok(ExitStatus::Success)
}

/// Refuses words that say nothing: only `show templates` takes one.
fn refuse_words(args: &ShowArgs) -> Result<()> {
    let command = format!("show {}", args.part.as_str());
    let first = args.template.iter().filter(|_| args.part != Part::Templates);
    let words: Vec<String> = first.chain(&args.words).cloned().collect();
    request::refuse_words(&command, &words)
}

fn subchart(root: &Arc<Chart>, path: Option<&str>) -> Result<Arc<Chart>> {
    let mut chart = Arc::clone(root);
    for name in path.into_iter().flat_map(|path| path.split(['.', '/'])) {
        let names = || {
            chart
                .subcharts
                .iter()
                .map(|subchart| subchart.metadata.name.as_str())
        };
        let Some(found) = chart
            .subcharts
            .iter()
            .find(|subchart| subchart.metadata.name == name)
        else {
            let error = Diagnostic::error(
                "unknown-subchart",
                format!("`{}` has no subchart `{name}`", chart.metadata.name),
            );
            return Err(match nearest(name, names()) {
                Some(near) => error.help(format!("did you mean `{near}`?")),
                None if chart.subcharts.is_empty() => error.help("it has no subcharts"),
                None => error.help(format!("it has {}", names().collect::<Vec<_>>().join(", "))),
            }
            .into());
        };
        chart = Arc::clone(found);
    }
    Ok(chart)
}

fn text_of(source: Option<&crate::source::Source>, file: &str) -> Result<String> {
    match source {
        Some(source) => Ok(with_newline(source.text())),
        None => Err(Diagnostic::error("missing-part", format!("the chart has no {file}")).into()),
    }
}

fn template(chart: &Chart, name: &str) -> Result<String> {
    let path = if name.starts_with("templates/") {
        name.to_owned()
    } else {
        format!("templates/{name}")
    };
    let found = chart.templates.iter().find(|file| file.path == path);
    match found.and_then(|file| file.source()) {
        Some(source) => Ok(with_newline(source.text())),
        None => {
            let error = Diagnostic::error("missing-part", format!("the chart has no template `{name}`"));
            Err(match nearest(
                path.trim_start_matches("templates/"),
                chart
                    .templates
                    .iter()
                    .map(|file| file.path.trim_start_matches("templates/")),
            ) {
                Some(near) => error.help(format!("did you mean `{near}`?")),
                None => error.help("`promchart show templates` lists them"),
            }
            .into())
        }
    }
}

fn with_newline(text: &str) -> String {
    if text.is_empty() || text.ends_with('\n') {
        text.to_owned()
    } else {
        format!("{text}\n")
    }
}
