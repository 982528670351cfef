//! `promchart lint`.

use super::args::{Denied, LintArgs};
use super::ui::Ui;
use super::{CommandResult, ExitStatus, control, request};
use crate::diagnostic::{Diagnostic, Result, nearest};
use crate::{lint, pipeline, report};

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
    let request = control::of_cluster(&control, request);
    ui.hide(&request.inputs);
    let findings = pipeline::lint_controlled(&request, &control, &control::here())?;
    ui.print_findings(&findings, args.format)?;
    Ok(match findings.iter().any(|finding| control.denies(finding)) {
        true => ExitStatus::Findings,
        false => ExitStatus::Success,
    })
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
