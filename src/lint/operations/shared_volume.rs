//! Several pods on a volume for one.

use crate::diagnostic::{Diagnostic, Severity};
use crate::lint::workload::{Workload, finding, is_single_writer, keys};
use crate::lint::{Rule, Subject};

/// The rule.
pub const RULE: Rule = Rule {
    code: "shared-volume",
    severity: Severity::Warning,
    meaning: "Several pods share a volume that one node at a time can use.",
    reason: "A claim with ReadWriteOnce is attached to one node: pods that are placed on other nodes wait for it without end. Pods on the same \
             node write to the same files, which Prometheus and Alertmanager do not survive.",
    action: "Use a StatefulSet, which has a claim for each pod, or one replica.",
};

/// Looks at a workload.
pub fn check(subject: &Subject<'_>, workload: &Workload<'_>, findings: &mut Vec<Diagnostic>) {
    let is_everywhere = workload.object.identity.kind == "DaemonSet";
    let replicas = workload.replicas(subject).unwrap_or(0);
    if replicas < 2 && !is_everywhere {
        return;
    }
    for (claim, volume) in workload.claims(subject) {
        if !is_single_writer(claim) {
            continue;
        }
        let identity = &workload.object.identity;
        let claim = &claim.identity.name;
        let (message, path) = match is_everywhere {
            true => (
                format!(
                    "the pods of {identity} on all nodes share the claim `{claim}`, which one node can use"
                ),
                volume,
            ),
            false => (
                format!("{replicas} pods of {identity} share the claim `{claim}`, which one node can use"),
                keys(&["spec", "replicas"]),
            ),
        };
        let help = "use a StatefulSet, which has a claim for each pod, or one replica";
        findings.push(finding(subject, &RULE, workload.object, &path, message, help));
    }
}
