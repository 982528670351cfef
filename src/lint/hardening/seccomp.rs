//! Containers that may call all of the kernel.

use crate::diagnostic::{Diagnostic, Severity};
use crate::lint::workload::Workload;
use crate::lint::{Rule, Subject};
use crate::yaml::Node;

/// The rule.
pub const RULE: Rule = Rule {
    code: "no-seccomp-profile",
    severity: Severity::Info,
    meaning: "A container does not have a seccomp profile.",
    reason: "A profile keeps a container from calls to the kernel that no ordinary program needs, and that most ways out of a container go through. Kubernetes' restricted Pod Security Standard asks for `RuntimeDefault` or `Localhost`.",
    action: "Set `securityContext.seccompProfile.type: RuntimeDefault` for the pod.",
};

/// Looks at a workload.
pub fn check(subject: &Subject<'_>, workload: &Workload<'_>, findings: &mut Vec<Diagnostic>) {
    let profile = |node: &Node| {
        let kind = node.at_path(&["securityContext", "seccompProfile", "type"]);
        kind.and_then(Node::as_str).map(str::to_owned)
    };
    let of_pod = profile(workload.pod);
    let meant = workload.all_containers().filter(|(container, _)| {
        profile(container)
            .or_else(|| of_pod.clone())
            .is_none_or(|kind| kind == "Unconfined")
    });
    let words = ("does not have a seccomp profile", "do not have a seccomp profile");
    let found = workload.of_containers(
        subject,
        &RULE,
        meant,
        &["securityContext", "seccompProfile"],
        words,
    );
    findings
        .extend(found.map(|found| found.help("set `securityContext.seccompProfile.type: RuntimeDefault`")));
}
