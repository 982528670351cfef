//! Containers that may take all of a processor.

use crate::diagnostic::{Diagnostic, Severity};
use crate::lint::workload::Workload;
use crate::lint::{Rule, Subject};
use crate::yaml::Node;

/// The rule.
pub const RULE: Rule = Rule {
    code: "no-cpu-limit",
    severity: Severity::Info,
    meaning: "A container does not have a limit for processor time.",
    reason: "Without one it takes what its node has left, which is mostly what is wanted: a limit slows a container down while processors are idle. Where tenants share nodes, or a namespace has a quota, limits are asked for.",
    action: "Set `resources.limits.cpu`.",
};

/// Looks at a workload.
pub fn check(subject: &Subject<'_>, workload: &Workload<'_>, findings: &mut Vec<Diagnostic>) {
    const LIMIT: [&str; 3] = ["resources", "limits", "cpu"];
    let meant = workload
        .containers()
        .filter(|(container, _)| container.at_path(&LIMIT).is_none_or(Node::is_null));
    let words = (
        "does not have a limit for processor time",
        "do not have a limit for processor time",
    );
    let found = workload.of_containers(subject, &RULE, meant, &LIMIT, words);
    findings.extend(found.map(|found| found.help("set `resources.limits.cpu`")));
}
