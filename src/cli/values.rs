//! `promchart values`.

use super::args::{DataFormat, InspectArgs};
use super::ui::Ui;
use super::{CommandResult, ExitStatus, Stop, request};
use crate::diagnostic::{Diagnostic, Severity};
use crate::explain::Layers;
use crate::pipeline::{self, Inspected, Prepared, Request};
use crate::report::values::{self as report, Masked};
use crate::source::Source;
use crate::yaml;

pub(super) fn run(args: InspectArgs, ui: &mut Ui) -> CommandResult {
    let InspectArgs {
        words,
        chart,
        values,
        release,
        subchart,
        origin,
        changed,
        explain,
        unused,
        of,
        show_secrets,
        output,
    } = args;
    request::refuse_words("values", &words)?;
    ui.tell(request::built_in_chart(&chart).as_slice());
    let request = request::with_release(request::of(chart, values)?, release)?;
    ui.hide(&request.inputs);
    let masked = match show_secrets {
        true => Masked::nothing(),
        false => Masked::hiding(&request.inputs.sources()),
    };
    let answer = Answer { output, masked };
    if let Some(key) = explain {
        let inspected = inspect(&request, ui)?;
        let story = inspected.story(&key)?;
        ui.print(&answer.written(
            || report::story_text(&story, &answer.masked),
            || report::story_json(&story, &answer.masked),
        )?)?;
        return Ok(status(&inspected.told));
    }
    if let Some([object, field]) = of.as_deref() {
        let inspected = inspect(&request, ui)?;
        let Some(behind) = inspected.behind(object, field)? else {
            return Ok(ExitStatus::Failure);
        };
        ui.print(&answer.written(
            || report::behind_text(&behind, &answer.masked),
            || report::behind_json(&behind, &answer.masked),
        )?)?;
        return Ok(status(&inspected.told));
    }
    if unused {
        let inspected = inspect(&request, ui)?;
        let Some(unused) = inspected.unused() else {
            return Ok(ExitStatus::Failure);
        };
        ui.print(&answer.written(
            || report::unused_text(&unused, &answer.masked),
            || report::unused_json(&unused, &answer.masked),
        )?)?;
        return Ok(match unused.is_empty() {
            true => status(&inspected.told),
            false => ExitStatus::Findings,
        });
    }
    let (prepared, violations) = pipeline::prepare_leniently(&request)?;
    ui.tell(&prepared.warnings);
    ui.tell(&violations);
    let values = pipeline::shown_values(&prepared, subchart.as_deref(), changed)?;
    ui.print(&tree(&values, &prepared, origin, output))?;
    Ok(status(&violations))
}

fn inspect(request: &Request, ui: &mut Ui) -> Result<Inspected, Stop> {
    let inspected = pipeline::inspect(request)?;
    ui.tell(&inspected.told);
    Ok(inspected)
}

fn status(told: &[Diagnostic]) -> ExitStatus {
    match told.iter().any(|told| told.severity == Severity::Error) {
        true => ExitStatus::Findings,
        false => ExitStatus::Success,
    }
}

fn tree(values: &yaml::Node, prepared: &Prepared, origin: bool, output: Option<DataFormat>) -> String {
    let layers = Layers::new(&prepared.resolved.root, &prepared.user);
    match (output.unwrap_or(DataFormat::Yaml), origin) {
        (DataFormat::Yaml, false) => yaml::write(values),
        (DataFormat::Yaml, true) => report::annotated_yaml(values, &layers),
        (DataFormat::Json, false) => format!("{}\n", yaml::write_json_pretty(values)),
        (DataFormat::Json, true) => report::origins_json(values, &layers),
    }
}

/// The form of an answer.
struct Answer {
    output: Option<DataFormat>,
    masked: Masked,
}

impl Answer {
    fn written(&self, text: impl FnOnce() -> String, json: impl FnOnce() -> String) -> Result<String, Stop> {
        Ok(match self.output {
            None => text(),
            Some(DataFormat::Json) => json(),
            Some(DataFormat::Yaml) => yaml::write(&yaml::read_document(&Source::new("answer", json()))?),
        })
    }
}
