//! `promchart render`.

use std::mem::ManuallyDrop;
use std::path::{Path, PathBuf};

use super::args::{Format, RenderArgs};
use super::ui::Ui;
use super::{CommandResult, ExitStatus, control, request};
use crate::diagnostic::{Diagnostic, Diagnostics, Result, Severity};
use crate::files::Written;
use crate::lint::control::Control;
use crate::manifest::{Selection, ShowOnly};
use crate::pipeline::{self, Request};
use crate::{emit, files};

pub(super) fn run(args: RenderArgs, ui: &mut Ui) -> CommandResult {
    let RenderArgs {
        words,
        chart,
        mut values,
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
    let mut several = Vec::new();
    if output_dir.is_some() && values.env.len() > 1 {
        several = std::mem::take(&mut values.env);
    }
    let request = request::with_release(request::of(chart, values)?, release)?;
    ui.hide(&request.inputs);
    let how = How {
        selection: Selection {
            include_crds,
            no_hooks,
            skip_tests,
            written: output_dir.is_some() || output == Format::Yaml,
        },
        show_only,
        quiet,
        strict,
    };
    if let Some(dir) = output_dir {
        let trees = match several.is_empty() {
            true => vec![(dir, tree(&request, &how))],
            false => each(&request, several, &dir, &how, ui)?,
        };
        return write(trees, prune, ui);
    }
    let prepared = ManuallyDrop::new(prepared(&request, &how, &mut |told| ui.tell(told))?);
    if notes {
        let (mut notes, warnings) = pipeline::notes(&prepared)?;
        ui.tell(&warnings);
        if !notes.ends_with('\n') {
            notes.push('\n');
        }
        ui.print(&notes)?;
        return Ok(ExitStatus::Success);
    }
    let manifests = ManuallyDrop::new(pipeline::render(&prepared, how.selection, &how.show_only)?);
    ui.tell(&manifests.warnings);
    match output {
        Format::Yaml => ui.print(&emit::yaml_stream(&manifests))?,
        Format::Json => ui.print(&emit::json_list(&manifests))?,
    }
    Ok(ExitStatus::Success)
}

/// What of a request is rendered, and how much is told about it.
struct How {
    selection: Selection,
    show_only: ShowOnly,
    quiet: bool,
    strict: bool,
}

/// The files of one render, whose they are, and what is to be told, errors included.
struct Tree {
    told: Vec<Diagnostic>,
    files: Result<(Vec<(String, String)>, String)>,
}

/// Loads, resolves and looks at the values. What it gives is not dropped: the program ends, and freeing each of the nodes takes longer
/// than ending does.
fn prepared(request: &Request, how: &How, tell: &mut dyn FnMut(&[Diagnostic])) -> Result<pipeline::Prepared> {
    let prepared = pipeline::prepare(request)?;
    tell(&prepared.warnings);
    if how.quiet {
        return Ok(prepared);
    }
    let doubts = doubts(&prepared)?;
    tell(&doubts);
    let doubted = doubts
        .iter()
        .chain(&prepared.warnings)
        .any(|doubt| doubt.severity > Severity::Info);
    if how.strict && doubted {
        let message = "nothing is rendered, because something looks wrong with the values";
        return Err(Diagnostic::error("strict", message)
            .help("correct it, or leave `--strict` out")
            .into());
    }
    Ok(prepared)
}

fn tree(request: &Request, how: &How) -> Tree {
    let mut told = Vec::new();
    let mut files = || {
        let prepared = ManuallyDrop::new(prepared(request, how, &mut |more| told.extend_from_slice(more))?);
        let manifests = ManuallyDrop::new(pipeline::render(&prepared, how.selection, &how.show_only)?);
        told.extend_from_slice(&manifests.warnings);
        let release = &prepared.release;
        let owner = format!("release {} in namespace {}", release.name, release.namespace);
        Ok((emit::files(&manifests, &release.namespace), owner))
    };
    let files = files();
    Tree { told, files }
}

/// One request for several environments, each into its folder, side by side.
fn each(
    request: &Request,
    environments: Vec<String>,
    dir: &Path,
    how: &How,
    ui: &Ui,
) -> Result<Vec<(PathBuf, Tree)>> {
    let mut folders: Vec<(PathBuf, Request)> = Vec::new();
    for environment in environments {
        let folder = dir.join(&environment);
        if folders.iter().any(|(taken, _)| *taken == folder) {
            let message = format!("the environment `{environment}` is given twice");
            return Err(Diagnostic::error("several-environments", message)
                .help("give each once")
                .into());
        }
        let request = Request {
            env: Some(environment),
            ..request.clone()
        };
        folders.push((folder, request));
    }
    let mut trees = Vec::new();
    let bar = ui.bar("environments rendered", folders.len());
    std::thread::scope(|scope| {
        let begin = |request| {
            let ended = bar.ended();
            scope.spawn(move || {
                let tree = tree(request, how);
                ended.tell();
                tree
            })
        };
        let running: Vec<_> = folders.iter().map(|(_, request)| begin(request)).collect();
        let ended = running.into_iter().map(std::thread::ScopedJoinHandle::join);
        trees.extend(ended.map(|tree| tree.unwrap_or_else(|panic| std::panic::resume_unwind(panic))));
    });
    let folders = folders.into_iter().map(|(folder, _)| folder);
    Ok(folders.zip(trees).collect())
}

/// Writes trees, where none has an error. What several of them have to tell is told once.
fn write(trees: Vec<(PathBuf, Tree)>, prune: bool, ui: &mut Ui) -> CommandResult {
    let mut told: Vec<Diagnostic> = Vec::new();
    let mut errors: Vec<Diagnostic> = Vec::new();
    let add = |to: &mut Vec<Diagnostic>, more: Vec<Diagnostic>| {
        for diagnostic in more {
            if !to.contains(&diagnostic) {
                to.push(diagnostic);
            }
        }
    };
    let mut ready = Vec::new();
    for (dir, tree) in trees {
        add(&mut told, tree.told);
        match tree.files {
            Ok((files, owner)) => ready.push((dir, files, owner)),
            Err(Diagnostics(more)) => add(&mut errors, more),
        }
    }
    ui.tell(&told);
    if !errors.is_empty() {
        return Err(Diagnostics(errors).into());
    }
    let bar = ui.bar("environments written", ready.len());
    let mut all = Vec::new();
    for (dir, files, owner) in ready {
        let written = files::write_recorded(&dir, &files, &owner, prune);
        let is_failed = written.is_err();
        all.push((dir, written));
        if is_failed {
            break;
        }
        bar.ended().tell();
    }
    drop(bar);
    for (dir, written) in all {
        tell_written(&dir, &written?, ui);
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
