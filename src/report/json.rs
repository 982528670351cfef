//! Diagnostics as JSON. The form is documented in docs/lint.md and is stable: keys are added, none is removed or changed.

use std::sync::Arc;

use serde::Serialize;

use super::shown::Shown;
use crate::diagnostic::{Diagnostic, Severity};
use crate::source::Source;

/// The number of the form, which grows when a reader of the older one would go wrong.
const VERSION: u32 = 1;

#[derive(Serialize)]
struct Report {
    version: u32,
    findings: Vec<Finding>,
    summary: Summary,
}

#[derive(Serialize)]
struct Finding {
    code: &'static str,
    severity: &'static str,
    message: String,
    places: Vec<At>,
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fix: Option<Rename>,
}

/// A key that gets another name.
#[derive(Serialize)]
struct Rename {
    line: u32,
    column: u32,
    key: String,
    rename: String,
}

/// A place: `line` and `column` count from 1 and are left out where the file or flag is meant as a whole.
#[derive(Serialize)]
struct At {
    file: String,
    #[serde(skip_serializing_if = "is_whole")]
    line: u32,
    #[serde(skip_serializing_if = "is_whole")]
    column: u32,
    #[serde(skip_serializing_if = "String::is_empty")]
    text: String,
}

#[derive(Serialize)]
struct Summary {
    errors: usize,
    warnings: usize,
    infos: usize,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks with a reference")]
fn is_whole(number: &u32) -> bool {
    *number == 0
}

/// A JSON object with all findings and their number, ended by a newline. Secrets that the sources of the findings or `known`
/// hold are hidden.
pub fn findings(findings: &[Diagnostic], known: &[Arc<Source>]) -> String {
    let shown = Shown::of(findings, known);
    let count = |severity| {
        findings
            .iter()
            .filter(|finding| finding.severity == severity)
            .count()
    };
    let report = Report {
        version: VERSION,
        findings: findings.iter().map(|finding| of(finding, &shown)).collect(),
        summary: Summary {
            errors: count(Severity::Error),
            warnings: count(Severity::Warning),
            infos: count(Severity::Info),
        },
    };
    super::json_text(&report)
}

/// Each diagnostic as a JSON object in a line, in the form of those of [`findings`].
pub fn lines(diagnostics: &[Diagnostic], known: &[Arc<Source>]) -> String {
    let shown = Shown::of(diagnostics, known);
    let mut text = String::new();
    for diagnostic in diagnostics {
        // Texts and numbers always have a JSON form.
        let line = serde_json::to_string(&of(diagnostic, &shown)).unwrap_or_default();
        text.push_str(&super::escaped(line));
        text.push('\n');
    }
    text
}

fn of(finding: &Diagnostic, shown: &Shown) -> Finding {
    let labels = finding.labels.iter();
    let places = labels.filter_map(|label| {
        let source = label.place.source()?;
        let is_flag = source.is_flag();
        Some(At {
            file: source.name().to_owned(),
            line: if is_flag { 0 } else { label.place.line },
            column: if is_flag { 0 } else { label.place.column },
            text: shown.masked(&label.text),
        })
    });
    Finding {
        code: finding.code,
        severity: finding.severity.as_str(),
        message: shown.masked(&finding.message),
        places: places.collect(),
        help: finding.help.as_ref().map(|help| shown.masked(help)),
        fix: finding.fix.as_ref().map(|fix| Rename {
            line: fix.place.line,
            column: fix.place.column,
            key: fix.from.clone(),
            rename: fix.to.clone(),
        }),
    }
}
