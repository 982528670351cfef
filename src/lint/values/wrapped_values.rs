//! Values files whose one key is the chart's name.

use super::unknown::{Found, What};
use crate::diagnostic::{Diagnostic, Severity};
use crate::lint::Rule;

/// See its texts.
pub const RULE: Rule = Rule {
    code: "wrapped-values",
    severity: Severity::Error,
    meaning: "Values stand below the name of the chart, where only a chart that depends on it would look for them.",
    reason: "Nothing reads any of them: the file was written for a chart of which this one is a subchart. All defaults stay in force, and Helm says nothing.",
    action: "Take what stands below the name one level up, or render the chart that the file was written for.",
};

pub(super) fn check(found: &[Found<'_>], findings: &mut Vec<Diagnostic>) {
    for key in found {
        let What::Wrapper = &key.what else { continue };
        let path = &key.path;
        let message = format!("nothing reads what stands below `{path}`, the name of the chart itself");
        findings.push(RULE.finding(message).at(&key.entry.key_place).help(format!(
            "take it one level up; below `{path}` it is for a chart that depends on this one"
        )));
    }
}
