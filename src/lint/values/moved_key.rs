//! Keys of older generations of a chart that another key has replaced.

use super::unknown::{Found, What};
use crate::diagnostic::{Diagnostic, Severity};
use crate::lint::Rule;

/// See its texts.
pub const RULE: Rule = Rule {
    code: "moved-key",
    severity: Severity::Error,
    meaning: "An older generation of the chart had the key, and another one does the same now.",
    reason: "Nothing reads the old key and Helm says nothing, so that `pushgateway.enabled: false` deploys a pushgateway. Charts list such keys in their moved-values.yaml.",
    action: "Move the value to the path that the message names; `--fix` does it where only the path has changed.",
};

pub(super) fn check(found: &[Found<'_>], findings: &mut Vec<Diagnostic>) {
    for key in found {
        let What::Moved { to, note } = &key.what else {
            continue;
        };
        let finding = RULE
            .finding(format!(
                "the chart has no value `{}` any more: it is `{to}` now",
                key.path
            ))
            .at(&key.entry.key_place)
            .fix(key.fix());
        let finding = match note {
            Some(note) => finding.help(format!("move it there; {note}")),
            None => finding.help("move it there"),
        };
        findings.push(match key.is_empty() {
            true => Diagnostic {
                severity: Severity::Info,
                ..finding
            },
            false => finding,
        });
    }
}
