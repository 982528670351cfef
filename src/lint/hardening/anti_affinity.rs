//! Pods that may all stand on one node.

use crate::diagnostic::{Diagnostic, Severity};
use crate::lint::workload::{Workload, finding, keys};
use crate::lint::{Rule, Subject};
use crate::yaml::Node;

/// The rule.
pub const RULE: Rule = Rule {
    code: "no-anti-affinity",
    severity: Severity::Info,
    meaning: "A workload has several pods, and nothing keeps them from standing on one node.",
    reason: "Where that node is lost all of them are, and the several pods were of no use.",
    action: "Set `podAntiAffinity` or `topologySpreadConstraints` with the topology key `kubernetes.io/hostname`.",
};

/// Looks at a workload.
pub fn check(subject: &Subject<'_>, workload: &Workload<'_>, findings: &mut Vec<Diagnostic>) {
    let identity = &workload.object.identity;
    let Some(replicas) = workload.least_replicas(subject).filter(|replicas| *replicas > 1) else {
        return;
    };
    let anti = workload.pod.at_path(&["affinity", "podAntiAffinity"]);
    let spread = workload.pod.get("topologySpreadConstraints");
    let is_some =
        |node: Option<&Node>| node.is_some_and(|node| !node.is_null() && node.as_list() != Some(&[]));
    if is_some(anti) || is_some(spread) {
        return;
    }
    let message = format!("all {replicas} pods of {identity} may stand on one node");
    let help = "set `podAntiAffinity` or `topologySpreadConstraints`";
    let path = keys(&["spec", "replicas"]);
    findings.push(finding(subject, &RULE, workload.object, &path, message, help));
}
