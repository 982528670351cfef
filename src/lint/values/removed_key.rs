//! Keys of older generations of a chart that nothing has replaced.

use super::unknown::{Found, What};
use crate::diagnostic::{Diagnostic, Severity};
use crate::lint::Rule;

/// See its texts.
pub const RULE: Rule = Rule {
    code: "removed-key",
    severity: Severity::Warning,
    meaning: "An older generation of the chart had the key, and nothing does the same now.",
    reason: "What the key says does not happen, and Helm says nothing. Charts list such keys, and why they went away, in their moved-values.yaml.",
    action: "Remove the key; the message says what there is instead.",
};

pub(super) fn check(found: &[Found<'_>], findings: &mut Vec<Diagnostic>) {
    for key in found {
        let What::Gone(reason) = &key.what else { continue };
        let finding = RULE
            .finding(format!(
                "the chart has no value `{}` any more: {reason}",
                key.path
            ))
            .at(&key.entry.key_place)
            .help("remove it");
        findings.push(match key.is_empty() {
            true => Diagnostic {
                severity: Severity::Info,
                ..finding
            },
            false => finding,
        });
    }
}
