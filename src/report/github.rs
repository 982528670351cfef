//! Diagnostics as commands of GitHub's workflows, which show them beside the changed lines.

use std::fmt::Write as _;
use std::sync::Arc;

use super::shown::Shown;
use crate::diagnostic::{Diagnostic, Severity};
use crate::source::Source;

/// A line for each finding. Secrets that the sources of the findings or `known` hold are hidden.
pub fn findings(findings: &[Diagnostic], known: &[Arc<Source>]) -> String {
    let shown = Shown::of(findings, known);
    let mut out = String::new();
    for finding in findings {
        let command = match finding.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Info => "notice",
        };
        let mut properties = vec![format!("title={}", property(finding.code))];
        if let Some(place) = finding.place()
            && let Some(source) = place.source()
            && !source.is_flag()
        {
            properties.push(format!("file={}", property(source.name())));
            if place.line > 0 {
                properties.push(format!("line={}", place.line));
            }
            if place.column > 0 {
                properties.push(format!("col={}", place.column));
            }
        }
        let mut message = shown.text(&finding.message);
        if let Some(help) = &finding.help {
            message.push('\n');
            message.push_str(&shown.text(help));
        }
        // Writing to a String does not fail.
        let _ = writeln!(out, "::{command} {}::{}", properties.join(","), data(&message));
    }
    out
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Place;

    #[test]
    fn what_the_runner_would_obey_is_written_out() {
        let source = Source::new("a,b:c.yaml", "a: 1\n");
        let finding = Diagnostic::error("x-y", "50% of\n::set-output name=a::b")
            .at(&Place::new(&source, 1, 2))
            .help("no");
        assert_eq!(
            findings(&[finding], &[]),
            "::error title=x-y,file=a%2Cb%3Ac.yaml,line=1,col=2::50%25 of\\n::set-output name=a::b%0Ano\n"
        );
    }
}
