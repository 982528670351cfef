//! Pods that may all be moved at once.

use crate::diagnostic::{Diagnostic, Severity};
use crate::lint::workload::{Workload, finding, is_selected, keys};
use crate::lint::{Rule, Subject};

/// The rule.
pub const RULE: Rule = Rule {
    code: "no-disruption-budget",
    severity: Severity::Info,
    meaning: "A workload has several pods, and no PodDisruptionBudget selects them.",
    reason: "When nodes are drained, all pods of the workload may be ended at the same time.",
    action: "Write a PodDisruptionBudget with `maxUnavailable: 1` for the pods.",
};

/// Looks at a workload.
pub fn check(subject: &Subject<'_>, workload: &Workload<'_>, findings: &mut Vec<Diagnostic>) {
    let identity = &workload.object.identity;
    let Some(replicas) = workload.least_replicas(subject).filter(|replicas| *replicas > 1) else {
        return;
    };
    let mut budgets = workload.beside(subject, "PodDisruptionBudget");
    let is_kept = budgets.any(|budget| {
        let selector = budget.node.at_path(&["spec", "selector"]);
        selector.is_some_and(|selector| is_selected(selector, workload.labels()))
    });
    if is_kept {
        return;
    }
    let message = format!("all {replicas} pods of {identity} may be moved at once");
    let help = "write a PodDisruptionBudget with `maxUnavailable: 1`";
    findings.push(finding(
        subject,
        &RULE,
        workload.object,
        &keys(&["spec", "replicas"]),
        message,
        help,
    ));
}
