//! Tokens for the API server in pods that may do nothing there.

use crate::diagnostic::{Diagnostic, Severity};
use crate::lint::workload::{Workload, finding};
use crate::lint::{Rule, Subject};
use crate::manifest::Object;
use crate::yaml::Node;

/// The rule.
pub const RULE: Rule = Rule {
    code: "unneeded-service-account-token",
    severity: Severity::Info,
    meaning: "A pod is given a token for the API server, and its service account has no rights there.",
    reason: "The token is mounted into each container, and whoever gets into one can speak to the API server as the service account. Where \
             nothing that is rendered gives the account a right, the pod does not need it.",
    action: "Set `automountServiceAccountToken: false` for the pod or its service account.",
};

/// Looks at a workload.
pub fn check(subject: &Subject<'_>, workload: &Workload<'_>, findings: &mut Vec<Diagnostic>) {
    let name = workload.pod.get("serviceAccountName").and_then(Node::as_str);
    let Some(name) = name.filter(|name| *name != "default") else {
        return;
    };
    let namespace = &workload.object.identity.namespace;
    let mut objects = subject.objects().iter();
    let account = objects.find(|object| {
        let identity = &object.identity;
        identity.kind == "ServiceAccount" && identity.name == name && identity.namespace == *namespace
    });
    // An account that is not rendered may have any rights.
    let Some(account) = account else { return };
    let says = |node: &Node| node.get("automountServiceAccountToken").and_then(Node::as_bool);
    let is_mounted = says(workload.pod).or_else(|| says(&account.node)).unwrap_or(true);
    let is_bound = subject.objects().iter().any(|object| binds(object, name));
    // Clouds give rights by annotations, and through the token.
    let is_known_elsewhere = account
        .node
        .at_path(&["metadata", "annotations"])
        .and_then(Node::as_map)
        .is_some_and(|annotations| !annotations.is_empty());
    if is_mounted && !is_bound && !is_known_elsewhere {
        let message = format!(
            "{} is given a token for the API server, where its service account `{name}` has no rights",
            workload.object.identity
        );
        let path = workload.field(&["automountServiceAccountToken"]);
        let help = "set `automountServiceAccountToken: false`";
        findings.push(finding(subject, &RULE, workload.object, &path, message, help));
    }
}

fn binds(object: &Object, account: &str) -> bool {
    let subjects = object
        .node
        .get("subjects")
        .and_then(Node::as_list)
        .unwrap_or_default();
    matches!(
        object.identity.kind.as_str(),
        "RoleBinding" | "ClusterRoleBinding"
    ) && subjects.iter().any(|subject| {
        let of = |key: &str| subject.get(key).and_then(Node::as_str);
        of("kind") == Some("ServiceAccount") && of("name") == Some(account)
    })
}
