//! Services on each node.

use crate::diagnostic::{Diagnostic, Severity};
use crate::lint::workload::{finding, keys};
use crate::lint::{Rule, Subject};
use crate::manifest::Object;
use crate::yaml::Node;

/// The rule.
pub const RULE: Rule = Rule {
    code: "service-node-port",
    severity: Severity::Info,
    meaning: "A Service has the type `NodePort`.",
    reason: "It listens on each node, for everybody who reaches one, and NetworkPolicies see the address of the node instead of the client's.",
    action: "Use `ClusterIP` with an Ingress or a Gateway, or `LoadBalancer`.",
};

/// Looks at an object.
pub fn check(subject: &Subject<'_>, object: &Object, findings: &mut Vec<Diagnostic>) {
    let path = ["spec", "type"];
    if object.identity.kind == "Service"
        && object.node.at_path(&path).and_then(Node::as_str) == Some("NodePort")
    {
        let message = format!("{} listens on each node", object.identity);
        let help = "use `ClusterIP` with an Ingress or a Gateway, or `LoadBalancer`";
        findings.push(finding(subject, &RULE, object, &keys(&path), message, help));
    }
}
