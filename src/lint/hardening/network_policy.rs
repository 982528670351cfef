//! Pods that everything may talk to.

use crate::diagnostic::{Diagnostic, Severity};
use crate::lint::workload::{Workload, is_selected, keys};
use crate::lint::{Rule, Subject};
use crate::yaml::Node;

/// The rule.
pub const RULE: Rule = Rule {
    code: "no-network-policy",
    severity: Severity::Info,
    meaning: "No NetworkPolicy says who may connect to the pods of a workload, or where they may connect to.",
    reason: "Without one every pod of the cluster can connect to them, and they to everything. It needs a network plugin that keeps to policies.",
    action: "Write a NetworkPolicy that selects the pods, for ingress and egress; the chart has `networkPolicy.enabled` for some of its pods.",
};

/// Looks at a workload.
pub fn check(subject: &Subject<'_>, workload: &Workload<'_>, findings: &mut Vec<Diagnostic>) {
    let policies: Vec<&Node> = workload
        .beside(subject, "NetworkPolicy")
        .filter_map(|policy| policy.node.get("spec"))
        .filter(|spec| {
            spec.get("podSelector")
                .is_some_and(|selector| is_selected(selector, workload.labels()))
        })
        .collect();
    let is_said = |direction: &str| policies.iter().any(|spec| is_about(spec, direction));
    let (inwards, outwards) = (is_said("Ingress"), is_said("Egress"));
    let identity = &workload.object.identity;
    let message = match (inwards, outwards) {
        (true, true) => return,
        (true, false) => format!("no NetworkPolicy says where the pods of {identity} may connect to"),
        (false, true) => format!("no NetworkPolicy says who may connect to the pods of {identity}"),
        (false, false) => format!("no NetworkPolicy selects the pods of {identity}"),
    };
    let mut found = RULE
        .finding(message)
        .help("write one that selects the pods, for ingress and egress");
    found.labels = subject.blame_absent(workload.object, &keys(&[]), "networkPolicy");
    findings.push(found);
}

/// Whether a policy is about a direction: both where rules stand for it, ingress where nothing is said.
fn is_about(spec: &Node, direction: &str) -> bool {
    match spec.get("policyTypes").and_then(Node::as_list) {
        Some(types) => types.iter().any(|kind| kind.as_str() == Some(direction)),
        None => direction == "Ingress" || spec.get("egress").is_some_and(|rules| !rules.is_null()),
    }
}
