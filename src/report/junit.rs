//! Diagnostics as test results in JUnit's form, which CI systems show.

use std::fmt::Write as _;
use std::sync::Arc;

use super::shown::Shown;
use crate::diagnostic::{Diagnostic, Severity};
use crate::source::Source;

/// A test case for each finding; those of error and warning level have failed. Secrets that the sources of the findings or `known`
/// hold are hidden.
pub fn findings(findings: &[Diagnostic], known: &[Arc<Source>]) -> String {
    let shown = Shown::of(findings, known);
    let is_failure = |finding: &&Diagnostic| finding.severity > Severity::Info;
    let failures = findings.iter().filter(is_failure).count();
    // A suite of no tests counts as broken.
    let tests = findings.len().max(1);
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    // Writing to a String does not fail.
    let _ = writeln!(out, "<testsuites tests=\"{tests}\" failures=\"{failures}\">");
    let _ = writeln!(
        out,
        "  <testsuite name=\"promchart lint\" tests=\"{tests}\" failures=\"{failures}\">"
    );
    if findings.is_empty() {
        out.push_str("    <testcase classname=\"promchart\" name=\"lint\"/>\n");
    }
    for finding in findings {
        let place = finding.place().map(ToString::to_string).unwrap_or_default();
        let message = shown.text(&finding.message);
        let help = finding
            .help
            .as_ref()
            .map(|help| shown.text(help))
            .unwrap_or_default();
        let (tag, class) = match finding.severity {
            Severity::Info => ("system-out", String::new()),
            severity => (
                "failure",
                format!(
                    " type=\"{}\" message=\"{}\"",
                    severity.as_str(),
                    escaped(&message)
                ),
            ),
        };
        let _ = writeln!(
            out,
            "    <testcase classname=\"{}\" name=\"{}\">\n      <{tag}{class}>{}</{tag}>\n    </testcase>",
            escaped(finding.code),
            escaped(&place),
            escaped(&format!("{place}: {message}\n{help}"))
        );
    }
    out.push_str("  </testsuite>\n</testsuites>\n");
    out
}

/// A text as XML has it. Characters that XML does not know have been written out before.
fn escaped(text: &str) -> String {
    let visible = text.replace(|c: char| c.is_control() && !matches!(c, '\n' | '\t'), "?");
    visible
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
