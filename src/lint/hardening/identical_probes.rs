//! Probes that ask the same.

use crate::diagnostic::{Diagnostic, Severity};
use crate::lint::workload::Workload;
use crate::lint::{Rule, Subject};
use crate::yaml::Node;

/// The rule.
pub const RULE: Rule = Rule {
    code: "identical-probes",
    severity: Severity::Info,
    meaning: "The readiness and the liveness probe of a container ask the same.",
    reason: "A program that cannot serve for a while, because what it needs is not there, should get no requests; with the same question for both it is killed as well, which helps nobody and takes what it had in memory. Times and thresholds do not make it another question.",
    action: "Ask for less in the liveness probe, such as `/-/healthy` beside `/-/ready`.",
};

/// Looks at a workload.
pub fn check(subject: &Subject<'_>, workload: &Workload<'_>, findings: &mut Vec<Diagnostic>) {
    let same = |container: &Node| {
        let action = |probe: &str| {
            let probe = container.get(probe)?;
            ["httpGet", "tcpSocket", "exec", "grpc"]
                .iter()
                .find_map(|kind| Some((*kind, probe.get(kind)?.clone())))
        };
        action("readinessProbe").is_some_and(|ready| action("livenessProbe") == Some(ready))
    };
    let meant = workload.containers().filter(|(container, _)| same(container));
    let words = (
        "asks the same to find out whether it is ready and whether it lives",
        "ask the same to find out whether they are ready and whether they live",
    );
    let found = workload.of_containers(subject, &RULE, meant, &["livenessProbe"], words);
    findings.extend(found.map(|found| found.help("let the liveness probe ask for less")));
}
