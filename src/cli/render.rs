//! `promchart render`.

use std::mem::ManuallyDrop;

use super::args::{Format, RenderArgs};
use super::ui::Ui;
use super::{CommandResult, ExitStatus, request};
use crate::manifest::{Selection, ShowOnly};
use crate::pipeline;
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
    let request = request::with_release(request::of(chart, values)?, release);
    ui.hide(&request.inputs);
    // Not dropped: the program ends, and freeing each of their nodes takes longer than ending does.
    let prepared = ManuallyDrop::new(pipeline::prepare(&request)?);
    ui.tell(&prepared.warnings);
    let selection = Selection {
        include_crds,
        no_hooks,
        skip_tests,
    };
    let manifests = ManuallyDrop::new(pipeline::render(&prepared, selection, &show_only)?);
    ui.tell(&manifests.warnings);
    match (output_dir, output) {
        (Some(dir), _) => {
            let tree = emit::files(&manifests, &prepared.release.namespace);
            files::write_tree(&dir, &tree)?;
            for (path, _) in &tree {
                ui.note(&format!("wrote {}", dir.join(path).display()));
            }
        }
        (None, Format::Yaml) => ui.print(&emit::yaml_stream(&manifests))?,
        (None, Format::Json) => ui.print(&emit::json_list(&manifests))?,
    }
    Ok(ExitStatus::Success)
}
