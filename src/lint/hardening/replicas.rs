//! Deployments of which one pod is all there is.

use crate::diagnostic::{Diagnostic, Severity};
use crate::lint::workload::{Workload, finding, keys};
use crate::lint::{Rule, Subject};

/// The rule.
pub const RULE: Rule = Rule {
    code: "single-replica",
    severity: Severity::Info,
    meaning: "A Deployment that a Service sends to has one pod, or may have one.",
    reason: "While its node is drained, or the pod is moved or replaced, nobody answers. What keeps its data to itself, as Prometheus and the pushgateway do, cannot simply be doubled: that is a decision of its own.",
    action: "Set two replicas or more, where the program can have them.",
};

/// Looks at a workload.
pub fn check(subject: &Subject<'_>, workload: &Workload<'_>, findings: &mut Vec<Diagnostic>) {
    let identity = &workload.object.identity;
    let least = workload.least_replicas(subject);
    if identity.kind != "Deployment"
        || least.is_none_or(|least| least > 1)
        || workload.service(subject).is_none()
    {
        return;
    }
    let (object, path) = match workload.autoscaler(subject) {
        Some(autoscaler) => (autoscaler, keys(&["spec", "minReplicas"])),
        None => (workload.object, keys(&["spec", "replicas"])),
    };
    let message = format!("{identity} has one pod, and nobody answers while it is moved");
    findings.push(finding(
        subject,
        &RULE,
        object,
        &path,
        message,
        "set two replicas or more",
    ));
}
