//! Deployments whose updates leave nobody to answer.

use crate::diagnostic::{Diagnostic, Severity};
use crate::lint::workload::{Workload, finding, is_single_writer, keys};
use crate::lint::{Rule, Subject};
use crate::yaml::Node;

/// The rule.
pub const RULE: Rule = Rule {
    code: "recreate-behind-service",
    severity: Severity::Info,
    meaning: "A Deployment that a Service sends to ends its pods before it starts new ones.",
    reason: "From the end of the old pods until the new ones are ready nobody answers. Where the pod has a volume for one writer it has to be so, and nothing is told.",
    action: "Set the strategy to `RollingUpdate`.",
};

/// Looks at a workload.
pub fn check(subject: &Subject<'_>, workload: &Workload<'_>, findings: &mut Vec<Diagnostic>) {
    let identity = &workload.object.identity;
    let path = ["spec", "strategy", "type"];
    let kind = workload.object.node.at_path(&path).and_then(Node::as_str);
    let is_recreated = identity.kind == "Deployment" && kind == Some("Recreate");
    let has_own_volume = || {
        workload
            .claims(subject)
            .iter()
            .any(|(claim, _)| is_single_writer(claim))
    };
    if !is_recreated || has_own_volume() || workload.service(subject).is_none() {
        return;
    }
    let message = format!("an update of {identity} ends its pods before new ones are there");
    let help = "set the strategy to `RollingUpdate`";
    findings.push(finding(
        subject,
        &RULE,
        workload.object,
        &keys(&path),
        message,
        help,
    ));
}
