//! Containers that do not say what they need.

use super::workload::Workload;
use crate::diagnostic::{Diagnostic, Severity};
use crate::lint::{Rule, Subject};
use crate::yaml::Node;

/// The rule.
pub const RULE: Rule = Rule {
    code: "no-resources",
    severity: Severity::Info,
    meaning: "A container does not say how much memory and processor time it needs, or how much memory it may take.",
    reason: "Without requests a pod goes to any node, however full, and is the first to be ended where memory runs out. Without a limit for \
             memory it can take all of its node, and other pods are ended for it. A limit for processor time is a matter of taste, and is not \
             asked for.",
    action: "Set `resources`: `requests` for cpu and memory, `limits` for memory.",
};

/// Looks at a workload.
pub fn check(subject: &Subject<'_>, workload: &Workload<'_>, findings: &mut Vec<Diagnostic>) {
    let of_pod = workload.pod.get("resources");
    let has = |container: &Node, path: [&str; 2]| {
        let own = container.at_path(&["resources", path[0], path[1]]);
        let shared = of_pod.and_then(|resources| resources.at_path(&path));
        own.or(shared).is_some_and(|node| !node.is_null())
    };
    let needed = [["requests", "cpu"], ["requests", "memory"], ["limits", "memory"]];
    // Where there is a limit and no request, the limit is the request.
    let lacks =
        |container: &Node, path: [&str; 2]| !has(container, path) && !has(container, ["limits", path[1]]);
    let mut names = Vec::new();
    let mut place = None;
    for (container, path) in workload.containers() {
        if needed.iter().any(|path| lacks(container, *path)) {
            names.push(format!(
                "`{}`",
                container.get("name").and_then(Node::as_str).unwrap_or_default()
            ));
            place.get_or_insert(path);
        }
    }
    let Some(place) = place else { return };
    let subject_of = match names.as_slice() {
        [name] => format!(
            "the container {name} of {} does not say what it needs",
            workload.object.identity
        ),
        _ => format!(
            "the containers {} of {} do not say what they need",
            names.join(", "),
            workload.object.identity
        ),
    };
    let message = format!("{subject_of} and may take: requests for cpu and memory, a limit for memory");
    let mut found = RULE.finding(message).help("set its `resources`");
    found.labels = subject.blame(workload.object, &place);
    // Defaults of other fields of the container have nothing to do with it.
    if found.labels.iter().any(|label| label.text.contains("template")) {
        found
            .labels
            .retain(|label| subject.is_users(&label.place) || label.text.contains("template"));
    }
    findings.push(found);
}
