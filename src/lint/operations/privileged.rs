//! Pods that may do everything on their node.

use crate::diagnostic::{Diagnostic, Severity};
use crate::lint::workload::{Workload, below, finding};
use crate::lint::{Rule, Subject};
use crate::render::provenance::FieldPath;
use crate::values::Step;
use crate::yaml::Node;

/// The rule.
pub const RULE: Rule = Rule {
    code: "privileged-pod",
    severity: Severity::Warning,
    meaning: "A value of the user's gives a pod the rights of its node.",
    reason: "A privileged container, and one in the node's namespaces for processes, network or communication, sees and can change what \
             other pods do: whoever gets into it has the node. What a chart needs by nature, as node-exporter does, is not told.",
    action: "Remove the setting, or ask for the one capability that is needed.",
};

/// Looks at a workload.
pub fn check(subject: &Subject<'_>, workload: &Workload<'_>, findings: &mut Vec<Diagnostic>) {
    for key in ["hostNetwork", "hostPID", "hostIPC"] {
        if workload.pod.get(key).and_then(Node::as_bool) == Some(true) {
            let message = format!(
                "{} runs in a namespace of its node: `{key}`",
                workload.object.identity
            );
            tell(subject, workload, &workload.field(&[key]), message, findings);
        }
    }
    for (container, path) in workload.containers() {
        if container
            .at_path(&["securityContext", "privileged"])
            .and_then(Node::as_bool)
            == Some(true)
        {
            let name = container.get("name").and_then(Node::as_str).unwrap_or_default();
            let message = format!(
                "the container `{name}` of {} is privileged",
                workload.object.identity
            );
            let path = ["securityContext", "privileged"]
                .into_iter()
                .fold(path, |path, key| below(&path, Step::Key(key.into())));
            tell(subject, workload, &path, message, findings);
        }
    }
}

fn tell(
    subject: &Subject<'_>,
    workload: &Workload<'_>,
    path: &FieldPath,
    message: String,
    findings: &mut Vec<Diagnostic>,
) {
    let made = finding(
        subject,
        &RULE,
        workload.object,
        path,
        message,
        "remove it, or ask for the one capability that is needed",
    );
    let is_users = made.labels.iter().any(|label| subject.is_users(&label.place));
    if is_users {
        findings.push(made);
    }
}
