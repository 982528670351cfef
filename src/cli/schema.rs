//! `promchart schema`.

use super::args::SchemaArgs;
use super::ui::Ui;
use super::{CommandResult, ExitStatus, request};
use crate::{chart, values, yaml};

pub(super) fn run(args: &SchemaArgs, ui: &mut Ui) -> CommandResult {
    request::refuse_words("schema", &args.words)?;
    ui.tell(request::built_in_chart(&args.chart).as_slice());
    let loaded = match &args.chart.chart {
        Some(path) => chart::load_incomplete(path)?,
        None => chart::load_embedded(&chart::EMBEDDED)?,
    };
    ui.tell(&loaded.warnings);
    let schema = values::json_schema(&loaded.chart);
    ui.print(&format!("{}\n", yaml::write_json_pretty(&schema)))?;
    Ok(ExitStatus::Success)
}
