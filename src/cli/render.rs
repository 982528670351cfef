//! `promchart render`.

use std::mem::ManuallyDrop;
use std::path::Path;

use super::args::{Format, RenderArgs};
use super::ui::Ui;
use super::{CommandResult, ExitStatus, control, request};
use crate::diagnostic::{Diagnostic, Result, Severity};
use crate::files::Written;
use crate::lint::control::Control;
use crate::manifest::{Selection, ShowOnly};
use crate::pipeline;
use crate::{emit, files};

pub(super) fn run(args: RenderArgs, ui: &mut Ui) -> CommandResult {
    let RenderArgs {
        words,
        chart,
        values,
        release,
        show_only,
        output_dir,
        prune,
        output,
        include_crds,
        no_hooks,
        skip_tests,
        quiet,
        strict,
        notes,
    } = args;
    request::refuse_words("render", &words)?;
    ui.tell(request::built_in_chart(&chart).as_slice());
    let show_only = ShowOnly::new(&show_only)?;
    let request = request::with_release(request::of(chart, values)?, release)?;
    ui.hide(&request.inputs);
    // Not dropped: the program ends, and freeing each of their nodes takes longer than ending does.
    let prepared = ManuallyDrop::new(pipeline::prepare(&request)?);
    ui.tell(&prepared.warnings);
    if !quiet {
        let doubts = doubts(&prepared)?;
        ui.tell(&doubts);
        let doubted = doubts
            .iter()
            .chain(&prepared.warnings)
            .any(|doubt| doubt.severity > Severity::Info);
        if strict && doubted {
            let message = "nothing is rendered, because something looks wrong with the values";
            return Err(Diagnostic::error("strict", message)
                .help("correct it, or leave `--strict` out")
                .into());
        }
    }
    if notes {
        let (mut notes, warnings) = pipeline::notes(&prepared)?;
        ui.tell(&warnings);
        if !notes.ends_with('\n') {
            notes.push('\n');
        }
        ui.print(&notes)?;
        return Ok(ExitStatus::Success);
    }
    let selection = Selection {
        include_crds,
        no_hooks,
        skip_tests,
    };
    let manifests = ManuallyDrop::new(pipeline::render(&prepared, selection, &show_only)?);
    ui.tell(&manifests.warnings);
    match (output_dir, output) {
        (Some(dir), _) => {
            let release = &prepared.release;
            let tree = emit::files(&manifests, &release.namespace);
            let owner = format!("release {} in namespace {}", release.name, release.namespace);
            let written = files::write_recorded(&dir, &tree, &owner, prune)?;
            tell_written(&dir, &written, ui);
        }
        (None, Format::Yaml) => ui.print(&emit::yaml_stream(&manifests))?,
        (None, Format::Json) => ui.print(&emit::json_list(&manifests))?,
    }
    Ok(ExitStatus::Success)
}

/// What looks wrong with the values without a render, as far as the configuration wants to hear it.
fn doubts(prepared: &pipeline::Prepared) -> Result<Vec<Diagnostic>> {
    let quick = pipeline::doubts(prepared, &Control::default(), Path::new(""));
    match quick.is_empty() {
        true => Ok(quick),
        false => Ok(pipeline::doubts(
            prepared,
            &control::of(None, &[], false)?,
            &control::here(),
        )),
    }
}

fn tell_written(dir: &Path, written: &Written, ui: &mut Ui) {
    let shown = |path: &str| dir.join(path).display().to_string();
    for (path, is_unchanged) in &written.files {
        let did = if *is_unchanged { "unchanged" } else { "wrote" };
        ui.note(&format!("{did} {}", shown(path)));
    }
    for path in &written.removed {
        ui.note(&format!("removed {}", shown(path)));
    }
    for path in &written.kept {
        let message = format!(
            "`{}` is no longer rendered, but is kept: it was changed after promchart wrote it",
            shown(path)
        );
        ui.tell(&[Diagnostic::warning("changed-file-kept", message).help("remove it if nobody needs it")]);
    }
}
