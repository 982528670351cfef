//! `promchart diff`.

use std::path::PathBuf;

use super::args::{AgainstArgs, DiffArgs, DiffFormat};
use super::ui::Ui;
use super::{CommandResult, ExitStatus, request};
use crate::diagnostic::{Diagnostic, Result};
use crate::diff::Filter;
use crate::files;
use crate::manifest::Selection;
use crate::pipeline::{self, Against, Comparison, Request};
use crate::report::diff as report;

pub(super) fn run(args: DiffArgs, ui: &mut Ui) -> CommandResult {
    request::refuse_words("diff", &args.words)?;
    if !is_given(&args.against) {
        let message = "`diff` is not told what to compare with";
        return Err(Diagnostic::error("no-old-side", message)
            .help("write `--live` for the cluster, `--against-git` for what git has, `--against-values` for the chart's defaults, or one of the others that `promchart diff --help` lists")
            .into());
    }
    ui.tell(request::built_in_chart(&args.chart).as_slice());
    let how = Comparison {
        selection: Selection {
            include_crds: args.include_crds,
            no_hooks: args.no_hooks,
            skip_tests: args.skip_tests,
            written: false,
        },
        filter: Filter::new(&args.kind, &args.name, &args.path)?,
        all: args.all,
        show_secrets: args.show_secrets,
        why: !args.no_why,
    };
    let mut values = args.values;
    let named = values.values.clone();
    let gone = match args.against.against_git.is_some() {
        true => without_gone(&mut values.values),
        false => Vec::new(),
    };
    let request = request::with_release(request::of(args.chart, values)?, args.release)?;
    ui.hide(&request.inputs);
    let (against, notes) = against(args.against, &request, &named)?;
    ui.tell(&gone);
    ui.tell(&notes);
    let (diff, warnings) = pipeline::diff(&request, &against, &how)?;
    ui.tell(&warnings);
    let style = report::text::Style {
        colour: ui.is_coloured(),
        full: args.full,
    };
    ui.print(&match args.format {
        DiffFormat::Text => report::text::render(&diff, style),
        DiffFormat::Unified => report::unified::render(&diff, style.colour),
        DiffFormat::Json => report::json::render(&diff),
        DiffFormat::Markdown => report::markdown::render(&diff),
        DiffFormat::Github => report::github::render(&diff),
        DiffFormat::Html => report::html::render(&diff),
    })?;
    Ok(match diff.is_empty() || args.no_exit_code {
        true => ExitStatus::Success,
        false => ExitStatus::Findings,
    })
}

/// Whether one of the flags that name the old side is given.
fn is_given(args: &AgainstArgs) -> bool {
    args.live
        || args.against.is_some()
        || args.against_values.is_some()
        || args.against_env.is_some()
        || args.against_chart.is_some()
        || args.against_git.is_some()
}

/// Takes the values files away that are not there any more: they may have been at the revision.
fn without_gone(paths: &mut Vec<PathBuf>) -> Vec<Diagnostic> {
    let is_there = |path: &PathBuf| path.as_os_str() == "-" || path.exists();
    let (kept, gone): (Vec<PathBuf>, Vec<PathBuf>) = std::mem::take(paths).into_iter().partition(is_there);
    *paths = kept;
    let note = |path: &PathBuf| {
        let message = format!(
            "`{}` is not there any more: the new side is without it",
            path.display()
        );
        Diagnostic::info("deleted-file", message)
    };
    gone.iter().map(note).collect()
}

/// The old side, and what is to be said of it. `values` are the values files of the new side as they were given.
fn against(args: AgainstArgs, request: &Request, values: &[PathBuf]) -> Result<(Against, Vec<Diagnostic>)> {
    if args.live {
        return Ok((Against::Live, Vec::new()));
    }
    if let Some(revision) = args.against_git {
        let at = pipeline::at_revision(request, values, revision.as_deref())?;
        let against = match at.request {
            Some(old) => Against::Render(Box::new(old), at.name),
            None => Against::Manifests(Vec::new()),
        };
        return Ok((against, at.notes));
    }
    Ok((against_files(args, request)?, Vec::new()))
}

fn against_files(args: AgainstArgs, request: &Request) -> Result<Against> {
    if let Some(path) = args.against {
        let paths = match path.as_os_str() == "-" {
            true => vec![path],
            false => pipeline::manifests_at(&path)?,
        };
        let sources: Result<Vec<_>> = paths.iter().map(|path| files::read_input(path)).collect();
        return Ok(Against::Manifests(sources?));
    }
    let mut old = request.clone();
    let name = if let Some(paths) = args.against_values {
        old.inputs = crate::values::Inputs {
            files: request::values_files(&paths)?,
            ..crate::values::Inputs::default()
        };
        let names: Vec<String> = paths.iter().map(|path| path.display().to_string()).collect();
        match names.is_empty() {
            true => "the chart's defaults".to_owned(),
            false => names.join(" "),
        }
    } else if let Some(env) = args.against_env {
        let name = format!("the environment {env}");
        old.env = Some(env);
        name
    } else {
        let path = args.against_chart.unwrap_or_default();
        let name = path.display().to_string();
        old.chart = Some(path);
        name
    };
    Ok(Against::Render(Box::new(old), name))
}
