//! Versions that only some programs take for one.

use crate::chart::Version;
use crate::diagnostic::{Diagnostic, Severity};
use crate::lint::Rule;
use crate::lint::tree::Tree;

/// See its texts.
pub const RULE: Rule = Rule {
    code: "chart-loose-version",
    severity: Severity::Warning,
    meaning: "The version of a chart is not written as semantic versions are: three numbers, without a `v` before them.",
    reason: "Repositories and registries compare versions by that form; `helm lint` says so, too.",
    action: "Write three numbers, such as `1.2.0`.",
};

pub(super) fn check(tree: &Tree<'_>, findings: &mut Vec<Diagnostic>) {
    for known in tree.own() {
        let metadata = &known.chart.metadata;
        let written = metadata.version.as_str();
        let Ok(version) = Version::parse(written) else {
            continue;
        };
        let numbers = written.split(['-', '+']).next().unwrap_or_default();
        let is_number = |part: &str| part == "0" || !part.starts_with('0');
        let is_strict =
            !written.starts_with('v') && numbers.split('.').count() == 3 && numbers.split('.').all(is_number);
        if is_strict {
            continue;
        }
        let mut full = format!("{}.{}.{}", version.major, version.minor, version.patch);
        for (sign, part) in [('-', &version.pre), ('+', &version.build)] {
            if !part.is_empty() {
                full.push(sign);
                full.push_str(part);
            }
        }
        findings.push(
            RULE.finding(format!("`{written}` is not a semantic version of three numbers"))
                .at(&metadata.version_place)
                .help(format!("write `{full}`")),
        );
    }
}
