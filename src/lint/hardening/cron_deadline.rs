//! CronJobs without a deadline.

use crate::diagnostic::{Diagnostic, Severity};
use crate::lint::workload::{finding, keys};
use crate::lint::{Rule, Subject};
use crate::manifest::Object;
use crate::yaml::Node;

/// The rule.
pub const RULE: Rule = Rule {
    code: "cron-job-without-deadline",
    severity: Severity::Info,
    meaning: "A CronJob does not say how late a run may begin.",
    reason: "After the controller was away it counts the runs that it missed, and after more than 100 of them it starts none any more. With `startingDeadlineSeconds` it counts those of that time only.",
    action: "Set `startingDeadlineSeconds`.",
};

/// Looks at an object.
pub fn check(subject: &Subject<'_>, object: &Object, findings: &mut Vec<Diagnostic>) {
    let path = ["spec", "startingDeadlineSeconds"];
    if object.identity.kind == "CronJob" && object.node.at_path(&path).is_none_or(Node::is_null) {
        let message = format!("{} does not say how late a run may begin", object.identity);
        findings.push(finding(
            subject,
            &RULE,
            object,
            &keys(&path),
            message,
            "set `startingDeadlineSeconds`",
        ));
    }
}
