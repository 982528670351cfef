//! Containers that do not say what they need.

use crate::diagnostic::{Diagnostic, Severity};
use crate::lint::workload::Workload;
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
    let bare = workload
        .containers()
        .filter(|(container, _)| needed.iter().any(|path| lacks(container, *path)));
    let words = (
        "does not say what it needs and may take: requests for cpu and memory, a limit for memory",
        "do not say what they need and may take: requests for cpu and memory, a limit for memory",
    );
    let found = workload.of_containers(subject, &RULE, bare, &["resources"], words);
    findings.extend(found.map(|found| found.help("set its `resources`")));
}
