//! Containers that may fill the disk of their node.

use crate::diagnostic::{Diagnostic, Severity};
use crate::lint::workload::Workload;
use crate::lint::{Rule, Subject};
use crate::yaml::Node;

/// The rule.
pub const RULE: Rule = Rule {
    code: "no-ephemeral-storage",
    severity: Severity::Info,
    meaning: "A container does not say how much of its node's disk it needs and may take.",
    reason: "What a container writes outside its volumes, its log and emptyDir volumes lie on the disk of the node. Without a limit one container can fill it, and the node then ends pods that did nothing.",
    action: "Set `resources.requests` and `resources.limits` for `ephemeral-storage`.",
};

/// Looks at a workload.
pub fn check(subject: &Subject<'_>, workload: &Workload<'_>, findings: &mut Vec<Diagnostic>) {
    const KEYS: [&str; 2] = ["requests", "limits"];
    let meant = workload.containers().filter(|(container, _)| {
        KEYS.iter().any(|key| {
            container
                .at_path(&["resources", key, "ephemeral-storage"])
                .is_none_or(Node::is_null)
        })
    });
    let words = (
        "does not say how much of the disk of the node it needs and may take",
        "do not say how much of the disk of the node they need and may take",
    );
    let found = workload.of_containers(subject, &RULE, meant, &["resources"], words);
    findings.extend(found.map(|found| found.help("set requests and limits for `ephemeral-storage`")));
}
