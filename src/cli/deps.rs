//! `promchart deps list` and `promchart deps tree`.

use super::args::{DepsArgs, DepsCommand, DepsReportArgs, ReportFormat};
use super::ui::Ui;
use super::{CommandResult, ExitStatus, request};
use crate::chart::{self, Status};
use crate::pipeline;
use crate::report;
use crate::values;

pub(super) fn run(args: DepsArgs, ui: &mut Ui) -> CommandResult {
    match args.command {
        DepsCommand::List(args) => show("deps list", args, ui, report::dependencies::list),
        DepsCommand::Tree(args) => show("deps tree", args, ui, report::dependencies::tree),
    }
}

type Report = fn(&str, &[chart::Row]) -> String;

fn show(command: &str, args: DepsReportArgs, ui: &mut Ui, text: Report) -> CommandResult {
    request::refuse_words(command, &args.words)?;
    ui.tell(request::built_in_chart(&args.chart).as_slice());
    let request = request::of(args.chart, args.values)?;
    ui.hide(&request.inputs);
    let loaded = match &request.chart {
        Some(path) => chart::load_incomplete(path)?,
        None => chart::load_embedded(&chart::EMBEDDED)?,
    };
    ui.tell(&loaded.warnings);
    let user = pipeline::user_values(&request, &loaded.chart)?;
    ui.tell(&user.warnings);
    // What the schemas do not allow is told where the chart is rendered.
    let resolved = values::resolve_checked(&loaded.chart, &user.values)?.resolved;
    ui.tell(&resolved.warnings);
    let rows = chart::dependency_report(&loaded.chart, &resolved.undecided);
    let metadata = &loaded.chart.metadata;
    ui.print(&match args.output {
        ReportFormat::Text => text(&format!("{} {}", metadata.name, metadata.version), &rows),
        ReportFormat::Json => report::dependencies::json(&rows),
    })?;
    let usable = rows
        .iter()
        .all(|row| matches!(row.status, Status::Ok | Status::NotListed));
    Ok(if usable {
        ExitStatus::Success
    } else {
        ExitStatus::Findings
    })
}
