//! `promchart lint`.

use std::path::Path;
use std::sync::Arc;

use super::args::{Denied, LintArgs, LintFormat};
use super::ui::Ui;
use super::{CommandResult, ExitStatus, control, request};
use crate::diagnostic::{Diagnostic, Result, nearest};
use crate::lint::Fixed;
use crate::pipeline::Request;
use crate::{files, lint, pipeline, report};

pub(super) fn run(args: LintArgs, ui: &mut Ui) -> CommandResult {
    if let Some(code) = &args.explain {
        ui.print(&report::rules::explanation(&known(code)?))?;
        return Ok(ExitStatus::Success);
    }
    request::refuse_words("lint", &args.words)?;
    ui.tell(request::built_in_chart(&args.chart).as_slice());
    let control = control::of(
        args.config.as_deref(),
        &args.severity,
        args.deny == Some(Denied::Warnings),
    )?;
    let request = request::with_release(request::of(args.chart, args.values)?, args.release)?;
    let mut request = control::of_cluster(&control, request);
    ui.hide(&request.inputs);
    let mut findings = pipeline::lint_controlled(&request, &control, &control::here())?;
    if args.fix {
        let fixed = fixed(&findings, &request);
        let patch = report::patch::unified(&fixed);
        match args.format {
            LintFormat::Text if !patch.is_empty() => ui.print(&format!("{patch}\n"))?,
            LintFormat::Text => {}
            _ => ui.note_text(&patch),
        }
        if !args.dry_run {
            write(&fixed)?;
            request = request::reread(request)?;
            findings = pipeline::lint_controlled(&request, &control, &control::here())?;
        }
    }
    findings.retain(|finding| finding.severity >= args.level.into());
    let fixable = match args.format {
        LintFormat::Text if !args.fix => fixed(&findings, &request).iter().map(|fixed| fixed.count).sum(),
        _ => 0,
    };
    ui.print_findings(&findings, fixable, args.format)?;
    Ok(match findings.iter().any(|finding| control.denies(finding)) {
        true => ExitStatus::Findings,
        false => ExitStatus::Success,
    })
}

/// The values files as the findings say that they should be.
fn fixed(findings: &[Diagnostic], request: &Request) -> Vec<Fixed> {
    let is_file = |fixed: &Fixed| {
        let mut files = request.inputs.files.iter();
        files.any(|file| Arc::ptr_eq(file, &fixed.source))
    };
    let mut fixed = lint::fixed(findings);
    fixed.retain(|fixed| is_file(fixed) && fixed.source.name() != files::STDIN_NAME);
    fixed
}

/// Writes the changed files, each whole or not at all.
fn write(changes: &[Fixed]) -> Result<()> {
    for change in changes {
        let path = Path::new(change.source.name());
        let folder = match path.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
        files::write_tree(folder, &[(name.unwrap_or_default(), change.text.clone())])?;
    }
    Ok(())
}

fn known(code: &str) -> Result<lint::Known> {
    lint::known(code).ok_or_else(|| {
        let error = Diagnostic::error("unknown-code", format!("there is no code `{code}`"));
        match nearest(code, lint::codes()) {
            Some(near) => error.help(format!("did you mean `{near}`?")),
            None => error.help(
                "each finding ends with its code in brackets; docs/lint.md and docs/diagnostics.md list them",
            ),
        }
        .into()
    })
}
