//! Pods that are replaced.

use super::{Rule, text};
use crate::diagnostic::Severity;
use crate::diff::model::{Change, Danger, ObjectChange, Restart, Rollout};
use crate::diff::path::Trail;
use crate::manifest::Object;
use crate::yaml::{Node, Value};

pub(super) const RULE: Rule = Rule {
    code: "restart",
    severity: Severity::Info,
    meaning: "The pod template of a workload changes, so that its pods are replaced.",
    action: "Apply it when a restart does no harm.",
};

/// The most fields that are named.
const MOST: usize = 3;

/// Whether a field belongs to the pods of a workload.
pub(in crate::diff) fn is_of_pods(path: &Trail) -> bool {
    path.starts_with(&["spec", "template"])
}

pub(super) fn check(change: &mut ObjectChange) {
    let (Change::Changed, Some(new)) = (change.change, &change.new) else {
        return;
    };
    let Some(how) = rollout(new) else { return };
    let fields: Vec<String> = change
        .fields
        .iter()
        .filter(|field| is_of_pods(&field.path))
        .map(|field| field.path.to_string())
        .collect();
    if fields.is_empty() {
        return;
    }
    let short = |path: &String| {
        let path = path.strip_prefix("spec.template.").unwrap_or(path);
        format!("`{}`", path.strip_prefix("spec.").unwrap_or(path))
    };
    let mut shown: Vec<String> = fields.iter().take(MOST).map(short).collect();
    if fields.len() > MOST {
        shown.push(format!("{} more", fields.len() - MOST));
    }
    let danger = match how {
        Rollout::AllAtOnce => Danger {
            severity: Severity::Warning,
            ..RULE.danger(format!(
                "all pods stop before new ones start, because of {}",
                shown.join(", ")
            ))
        },
        Rollout::OneByOne => RULE.danger(format!(
            "pods restart one by one, because of {}",
            shown.join(", ")
        )),
        Rollout::OnDelete => RULE
            .danger(format!(
                "pods change when they are deleted, because of {}",
                shown.join(", ")
            ))
            .help("delete its pods, as its `updateStrategy` is `OnDelete`"),
    };
    change.dangers.push(danger);
    change.restart = Some(Restart { how, fields });
}

/// How a workload replaces its pods; none where the object is not one, or replaces none.
fn rollout(object: &Object) -> Option<Rollout> {
    let node = &object.node;
    let strategy = match object.identity.kind.as_str() {
        "Deployment" => "strategy",
        "StatefulSet" | "DaemonSet" => "updateStrategy",
        _ => return None,
    };
    Some(match text(node, &["spec", strategy, "type"]) {
        Some("Recreate") => Rollout::AllAtOnce,
        Some("OnDelete") => Rollout::OnDelete,
        _ if is_all(
            node.at_path(&["spec", strategy, "rollingUpdate", "maxUnavailable"]),
            node,
        ) =>
        {
            Rollout::AllAtOnce
        }
        _ if object.identity.kind == "StatefulSet" && replicas(node) == 1 => Rollout::AllAtOnce,
        _ => Rollout::OneByOne,
    })
}

fn replicas(node: &Node) -> i128 {
    match node.at_path(&["spec", "replicas"]).map(|found| &found.value) {
        Some(Value::Int(number)) => *number,
        _ => 1,
    }
}

/// Whether as many pods may be missing as there are.
fn is_all(unavailable: Option<&Node>, node: &Node) -> bool {
    match unavailable.map(|found| &found.value) {
        Some(Value::String(text)) => **text == *"100%",
        Some(Value::Int(number)) => {
            node.at_path(&["spec", "replicas"]).is_some() && *number >= replicas(node).max(1)
        }
        _ => false,
    }
}
