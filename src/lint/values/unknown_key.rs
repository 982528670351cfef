//! Keys that no chart knows.

use super::hints::Hint;
use super::unknown::{Found, What};
use crate::diagnostic::{Diagnostic, Severity};
use crate::lint::Rule;

/// See its texts.
pub const RULE: Rule = Rule {
    code: "unknown-key",
    severity: Severity::Error,
    meaning: "The chart has no such key: neither its default values nor its schema nor its templates know it.",
    reason: "Nothing reads the key, so that what it says does not happen, and Helm says nothing: a spelling mistake or a key of another chart keeps the default in force.",
    action: "Use the key that the message names, or remove it.",
};

pub(super) fn check(found: &[Found<'_>], findings: &mut Vec<Diagnostic>) {
    for key in found {
        let What::Unknown(hint) = &key.what else { continue };
        let path = &key.path;
        let finding = RULE
            .finding(format!("the chart has no value `{path}`, and nothing reads it"))
            .at(&key.entry.key_place)
            .fix(key.fix());
        findings.push(match hint {
            Hint::Spelling { name, .. } => finding.help(format!("did you mean `{name}`?")),
            Hint::Elsewhere(paths) => {
                let paths: Vec<String> = paths.iter().map(|path| format!("`{path}`")).collect();
                match paths.as_slice() {
                    [path] => finding.help(format!("did you mean {path}?")),
                    paths => finding.help(format!("did you mean one of {}?", paths.join(", "))),
                }
            }
            Hint::Nothing if key.is_empty() => Diagnostic {
                severity: Severity::Info,
                ..finding.help("remove it: it says nothing")
            },
            Hint::Nothing => finding.help("remove it, or change its name"),
        });
    }
}
