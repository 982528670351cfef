//! Fields that the API server does not let an update change.

use super::Rule;
use crate::diagnostic::Severity;
use crate::diff::model::{Change, Danger, Field, ObjectChange};
use crate::diff::path::Which;
use crate::kubernetes::immutable;
use crate::manifest::Object;
use crate::yaml::Node;

pub(super) const RULE: Rule = Rule {
    code: "immutable-field",
    severity: Severity::Error,
    meaning: "A field changes that the API server does not let an update change, so it refuses the whole object.",
    action: "Keep the old value, or delete the object before the new one is applied.",
};

pub(super) fn check(change: &mut ObjectChange) {
    let (Some(old), Some(new)) = (&change.old, &change.new) else {
        return;
    };
    // Under a new name it is a new object.
    if change.change != Change::Changed {
        return;
    }
    for field in &mut change.fields {
        let which = if field.old.is_some() {
            Which::Old
        } else {
            Which::New
        };
        let (path, _) = field.path.steps(which);
        let version = &new.identity.api_version;
        let Some(known) = immutable(version, &new.identity.kind, &old.node, &path) else {
            continue;
        };
        if is_let_through(known.path, old, new, field) {
            continue;
        }
        if field.path.keys() == ["spec", "storageClassName"] && field.old.is_none() {
            let message = "`spec.storageClassName` can be set only while the cluster has not filled in its default class: the API server refuses the update otherwise";
            let danger = Danger {
                severity: Severity::Warning,
                ..RULE.danger(message)
            };
            change.dangers.push(danger.at(&field.path));
            continue;
        }
        let help = match new.identity.kind.as_str() {
            _ if !new.hook_events.is_empty() => {
                "it is a hook: leave hooks out with `--no-hooks`, or tests alone with `--skip-tests`; what runs hooks makes them anew each time"
            }
            "StatefulSet" => {
                "keep the old value, or delete the StatefulSet with `--cascade=orphan`, which keeps its pods and claims, before the new one is applied"
            }
            "Deployment" | "DaemonSet" | "ReplicaSet" | "Job" => {
                "keep the old value, or delete it before the new one is applied, which stops its pods"
            }
            _ => "keep the old value, or delete the object before the new one is applied",
        };
        // Where all of the `spec` is fixed, the field in it that differs.
        let named = match known.path {
            "spec" => field.path.keys().get(..2).unwrap_or_default().join("."),
            path => path.to_owned(),
        };
        let message = format!("`{named}` cannot be changed: the API server refuses the update");
        change
            .dangers
            .push(RULE.danger(message).at(&field.path).help(help));
        field.noise = None;
    }
}

/// Whether the server accepts a change of a field that it otherwise refuses.
fn is_let_through(path: &str, old: &Object, new: &Object, field: &Field) -> bool {
    if new.identity.kind != "Service" {
        return false;
    }
    let kind = |object: &Object| {
        let kind = object.node.at_path(&["spec", "type"]).and_then(Node::as_str);
        kind.unwrap_or("ClusterIP").to_owned()
    };
    let (before, after) = (kind(old), kind(new));
    match path {
        // What is not asked for any more stays as it is.
        "spec.clusterIP" | "spec.clusterIPs" => {
            field.new.is_none() || before == "ExternalName" || after == "ExternalName" || is_allocated(field)
        }
        "spec.ipFamilies" => {
            let is_first = field
                .path
                .steps(Which::New)
                .0
                .get(2)
                .is_none_or(|step| *step == crate::values::Step::Index(0));
            field.new.is_none() || !is_first || before == "ExternalName" || after == "ExternalName"
        }
        "spec.loadBalancerClass" => before != "LoadBalancer" || after != "LoadBalancer",
        "spec.healthCheckNodePort" => field.old.is_none() || field.new.is_none(),
        _ => false,
    }
}

/// An empty address asks for any.
fn is_allocated(field: &Field) -> bool {
    field.new.as_ref().and_then(Node::as_str) == Some("")
}
