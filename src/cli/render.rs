//! `promchart render`.

use std::path::Path;

use super::args::{ChartArgs, Format, ReleaseArgs, RenderArgs, ValuesArgs};
use super::ui::Ui;
use super::{CommandResult, ExitStatus, Stop};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::manifest::{Selection, ShowOnly};
use crate::pipeline::{self, Request};
use crate::values::Inputs;
use crate::{emit, files};

pub(super) fn run(args: RenderArgs, ui: &mut Ui) -> CommandResult {
    let RenderArgs {
        chart,
        values,
        release,
        show_only,
        output_dir,
        output,
        include_crds,
        no_hooks,
        skip_tests,
    } = args;
    let show_only = ShowOnly::new(&show_only)?;
    let request = request(chart, values, release)?;
    let prepared = pipeline::prepare(&request)?;
    ui.tell(&prepared.warnings);
    let selection = Selection {
        include_crds,
        no_hooks,
        skip_tests,
    };
    let manifests = pipeline::render(&prepared, selection, &show_only)?;
    ui.tell(&manifests.warnings);
    match (output_dir, output) {
        (Some(dir), _) => {
            let tree = emit::files(&manifests, &prepared.release.namespace);
            files::write_tree(&dir, &tree)?;
            for (path, _) in &tree {
                ui.say(&format!("wrote {}\n", dir.join(path).display()));
            }
        }
        (None, Format::Yaml) => ui.print(&emit::yaml_stream(&manifests))?,
        (None, Format::Json) => ui.print(&emit::json_list(&manifests))?,
    }
    Ok(ExitStatus::Success)
}

/// Reads the values files and makes a request of the arguments.
fn request(chart: ChartArgs, values: ValuesArgs, release: ReleaseArgs) -> Result<Request, Stop> {
    let mut read = Vec::new();
    let mut errors = Vec::new();
    let stdin = values
        .values
        .iter()
        .filter(|path| path.as_path() == Path::new("-"))
        .count();
    if stdin > 1 {
        errors.push(
            Diagnostic::error("stdin-twice", "standard input can be read only once").help("give `-f -` once"),
        );
    } else {
        for path in &values.values {
            match files::read_input(path) {
                Ok(source) => read.push(source),
                Err(Diagnostics(more)) => errors.extend(more),
            }
        }
    }
    if !errors.is_empty() {
        return Err(Diagnostics(errors).into());
    }
    Ok(Request {
        chart: chart.chart,
        env: values.env,
        inputs: Inputs {
            files: read,
            set_json: values.set_json,
            set: values.set,
            set_string: values.set_string,
            set_file: values.set_file,
            set_literal: values.set_literal,
        },
        release: release.release,
        namespace: Some(release.namespace),
        kube_version: release.kube_version,
        api_versions: release.api_versions,
        is_upgrade: release.is_upgrade,
        skip_schema: values.skip_schema_validation,
    })
}
