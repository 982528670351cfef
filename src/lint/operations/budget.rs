//! Budgets that let no node be drained.

use super::unsatisfiable_budget;
use crate::diagnostic::{Diagnostic, Severity};
use crate::lint::workload::{Workload, finding, keys, selects};
use crate::lint::{Rule, Subject};
use crate::manifest::Object;
use crate::yaml::{Node, Value};

/// The rule.
pub const RULE: Rule = Rule {
    code: "budget-blocks-drain",
    severity: Severity::Warning,
    meaning: "A PodDisruptionBudget never lets a pod go.",
    reason: "Draining a node waits until the budgets of its pods let them go. Where a budget needs as many pods as there are, that is never: \
             upgrades of nodes stop until somebody deletes the pod by hand.",
    action: "Let one pod go: `maxUnavailable: 1`, or more replicas than `minAvailable`.",
};

/// Looks at the budgets and their workloads.
pub fn check(subject: &Subject<'_>, workloads: &[Workload<'_>], findings: &mut Vec<Diagnostic>) {
    for budget in subject.objects() {
        if budget.identity.kind != "PodDisruptionBudget" {
            continue;
        }
        let selector = budget
            .node
            .at_path(&["spec", "selector", "matchLabels"])
            .and_then(Node::as_map);
        let Some(selector) = selector else { continue };
        let is_selected = |workload: &&Workload<'_>| {
            let labels = workload
                .object
                .node
                .at_path(&["spec", "template", "metadata", "labels"]);
            workload.object.identity.namespace == budget.identity.namespace
                && labels.is_some_and(|labels| selects(selector, labels))
        };
        let mut selected = workloads.iter().filter(is_selected);
        if let (Some(workload), None) = (selected.next(), selected.next())
            && let Some(replicas) = workload.replicas(subject)
        {
            compare(subject, budget, workload, replicas, findings);
        }
    }
}

fn compare(
    subject: &Subject<'_>,
    budget: &Object,
    workload: &Workload<'_>,
    replicas: i128,
    findings: &mut Vec<Diagnostic>,
) {
    let of = |key: &str| {
        budget
            .node
            .at_path(&["spec", key])
            .and_then(|node| amount(node, replicas))
    };
    let identity = &workload.object.identity;
    let mut tell = |rule: &Rule, key: &str, message: String| {
        let help = "write `maxUnavailable: 1`, or have more replicas";
        findings.push(finding(
            subject,
            rule,
            budget,
            &keys(&["spec", key]),
            message,
            help,
        ));
    };
    if replicas < 1 {
        return;
    }
    match (of("minAvailable"), of("maxUnavailable")) {
        (Some(least), _) if least > replicas => {
            let message = format!(
                "{} needs {least} pods of {identity}, which has {replicas}",
                budget.identity
            );
            tell(&unsatisfiable_budget::RULE, "minAvailable", message);
        }
        (Some(least), _) if least == replicas => {
            let message = format!(
                "{} needs all {replicas} pods of {identity}, so none can be moved",
                budget.identity
            );
            tell(&RULE, "minAvailable", message);
        }
        (_, Some(0)) => {
            let message = format!("{} lets no pod of {identity} go", budget.identity);
            tell(&RULE, "maxUnavailable", message);
        }
        _ => {}
    }
}

/// A number of pods, or a part of them, which is rounded up.
fn amount(node: &Node, replicas: i128) -> Option<i128> {
    match &node.value {
        Value::Int(number) => Some(*number),
        Value::String(text) => {
            let percent: i128 = text.strip_suffix('%')?.parse().ok()?;
            Some((percent.checked_mul(replicas)?.checked_add(99)?) / 100)
        }
        _ => None,
    }
}
