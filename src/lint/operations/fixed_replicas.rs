//! Numbers of pods that two things set.

use crate::diagnostic::{Diagnostic, Severity};
use crate::lint::workload::{Workload, finding, keys};
use crate::lint::{Rule, Subject};
use crate::yaml::Node;

/// The rule.
pub const RULE: Rule = Rule {
    code: "replicas-beside-autoscaler",
    severity: Severity::Warning,
    meaning: "A workload says how many pods it has, and a HorizontalPodAutoscaler sets that, too.",
    reason: "Each time that the objects are applied the number goes back to what is written, however much there is to do, until the autoscaler \
             sets it again.",
    action: "Remove `replicas` from the workload.",
};

/// Looks at a workload.
pub fn check(subject: &Subject<'_>, workload: &Workload<'_>, findings: &mut Vec<Diagnostic>) {
    let path = ["spec", "replicas"];
    if workload.object.node.at_path(&path).is_none_or(Node::is_null) {
        return;
    }
    if let Some(autoscaler) = workload.autoscaler(subject) {
        let message = format!(
            "{} says how many pods it has, which {} sets, too",
            workload.object.identity, autoscaler.identity
        );
        let help = "leave `replicas` out";
        findings.push(finding(
            subject,
            &RULE,
            workload.object,
            &keys(&path),
            message,
            help,
        ));
    }
}
