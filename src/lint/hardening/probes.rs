//! Containers that nobody asks how they are.

use crate::diagnostic::{Diagnostic, Severity};
use crate::lint::workload::Workload;
use crate::lint::{Rule, Subject};
use crate::yaml::Node;

/// The rule.
pub const RULE: Rule = Rule {
    code: "missing-probe",
    severity: Severity::Info,
    meaning: "A container that a Service sends to does not have a readiness or a liveness probe.",
    reason: "Without a readiness probe a Service sends to a container before its program listens, and after it hangs. Without a liveness probe a program that hangs is never started anew. A container that lists no port is not looked at.",
    action: "Set `readinessProbe` and `livenessProbe`.",
};

/// Looks at a workload.
pub fn check(subject: &Subject<'_>, workload: &Workload<'_>, findings: &mut Vec<Diagnostic>) {
    const PROBES: [&str; 2] = ["readinessProbe", "livenessProbe"];
    if workload.service(subject).is_none() {
        return;
    }
    let listens = |container: &Node| {
        container
            .get("ports")
            .and_then(Node::as_list)
            .is_some_and(|ports| !ports.is_empty())
    };
    let meant = workload.containers().filter(|(container, _)| {
        listens(container)
            && PROBES
                .iter()
                .any(|key| container.get(key).is_none_or(Node::is_null))
    });
    let words = (
        "lacks a readiness or a liveness probe",
        "lack a readiness or a liveness probe",
    );
    let found = workload.of_containers(subject, &RULE, meant, &["readinessProbe"], words);
    findings.extend(found.map(|found| found.help("set `readinessProbe` and `livenessProbe`")));
}
