//! Containers that run as a user that the node may have, too.

use crate::diagnostic::{Diagnostic, Severity};
use crate::lint::workload::Workload;
use crate::lint::{Rule, Subject};
use crate::yaml::{Node, Value};

/// The rule.
pub const RULE: Rule = Rule {
    code: "low-user-id",
    severity: Severity::Info,
    meaning: "A container runs as a user or in a group with a number up to 10000, as root, or as the image says.",
    reason: "The numbers are those of the node: a container that gets out, or that shares a folder of the node, has the rights of whoever has the number there. Root has all of them, and where nothing is said the image decides, and the group is root's.",
    action: "Set `runAsUser` and `runAsGroup` above 10000, for the pod or its containers.",
};

/// Looks at a workload.
pub fn check(subject: &Subject<'_>, workload: &Workload<'_>, findings: &mut Vec<Diagnostic>) {
    const KEYS: [&str; 2] = ["runAsUser", "runAsGroup"];
    let number = |node: &Node, key: &str| match node.at_path(&["securityContext", key])?.value {
        Value::Int(number) => Some(number),
        _ => None,
    };
    let is_low = |number: Option<i128>| number.is_none_or(|number| number <= 10_000);
    let meant = workload.all_containers().filter(|(container, _)| {
        KEYS.iter()
            .any(|key| is_low(number(container, key).or(number(workload.pod, key))))
    });
    let words = (
        "runs as a user or in a group with a number up to 10000, or as the image says",
        "run as a user or in a group with a number up to 10000, or as the image says",
    );
    let Some(mut found) = workload.of_containers(subject, &RULE, meant, &["securityContext"], words) else {
        return;
    };
    // What the pod says of all of them.
    let of_pod = KEYS
        .iter()
        .find(|key| number(workload.pod, key).is_some_and(|number| is_low(Some(number))));
    if let Some(key) = of_pod {
        found.labels = subject.blame(workload.object, &workload.field(&["securityContext", key]));
    }
    findings.push(found.help("set `runAsUser` and `runAsGroup` above 10000"));
}
