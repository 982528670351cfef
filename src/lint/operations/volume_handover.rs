//! Updates where two pods need one volume.

use crate::diagnostic::{Diagnostic, Severity};
use crate::lint::workload::{Workload, finding, is_single_writer, keys};
use crate::lint::{Rule, Subject};
use crate::yaml::{Node, Value};

/// The rule.
pub const RULE: Rule = Rule {
    code: "volume-handover",
    severity: Severity::Warning,
    meaning: "A rolling update starts a new pod while the old one holds a volume for one.",
    reason: "A Deployment's rolling update waits for the new pod before it ends the old one. The new pod waits for the volume, which the old \
             one's node holds: on another node it never starts, and on the same one both write to the same files.",
    action: "Set the strategy to `Recreate`, or use a StatefulSet.",
};

/// Looks at a workload.
pub fn check(subject: &Subject<'_>, workload: &Workload<'_>, findings: &mut Vec<Diagnostic>) {
    let identity = &workload.object.identity;
    if identity.kind != "Deployment" || workload.replicas(subject) != Some(1) {
        return;
    }
    let strategy = workload.object.node.at_path(&["spec", "strategy"]);
    let kind = strategy
        .and_then(|strategy| strategy.get("type"))
        .and_then(Node::as_str);
    let surge = strategy.and_then(|strategy| strategy.at_path(&["rollingUpdate", "maxSurge"]));
    let ends_first = surge.is_some_and(|surge| match &surge.value {
        Value::Int(number) => *number == 0,
        Value::String(text) => **text == *"0%" || **text == *"0",
        _ => false,
    });
    if kind == Some("Recreate") || ends_first {
        return;
    }
    if let Some((claim, _)) = workload
        .claims(subject)
        .into_iter()
        .find(|(claim, _)| is_single_writer(claim))
    {
        let message = format!(
            "an update of {identity} starts a new pod while the old one holds the claim `{}`, which one node can use",
            claim.identity.name
        );
        let path = keys(&["spec", "strategy", "type"]);
        findings.push(finding(
            subject,
            &RULE,
            workload.object,
            &path,
            message,
            "set the strategy to `Recreate`",
        ));
    }
}
