//! Containers that can change their own programs.

use crate::diagnostic::{Diagnostic, Severity};
use crate::lint::workload::Workload;
use crate::lint::{Rule, Subject};
use crate::yaml::Node;

/// The rule.
pub const RULE: Rule = Rule {
    code: "writable-root-filesystem",
    severity: Severity::Info,
    meaning: "A container can write into its root filesystem.",
    reason: "Whoever gets into the container can replace its programs there. Prometheus and its exporters write into volumes only.",
    action: "Set `securityContext.readOnlyRootFilesystem: true`, and mount a volume where the program has to write.",
};

/// Looks at a workload.
pub fn check(subject: &Subject<'_>, workload: &Workload<'_>, findings: &mut Vec<Diagnostic>) {
    const FIELD: [&str; 2] = ["securityContext", "readOnlyRootFilesystem"];
    let meant = workload
        .all_containers()
        .filter(|(container, _)| container.at_path(&FIELD).and_then(Node::as_bool) != Some(true));
    let words = (
        "can write into its root filesystem",
        "can write into their root filesystem",
    );
    let found = workload.of_containers(subject, &RULE, meant, &FIELD, words);
    findings.extend(found.map(|found| found.help("set `securityContext.readOnlyRootFilesystem: true`")));
}
