//! Services and the pods that they are for.

use super::at::At;
use super::review::{Part, Review};
use super::selector_mismatch::has_all;
use super::unknown_port;
use crate::diagnostic::Severity;
use crate::lint::Rule;

/// See its texts.
pub const RULE: Rule = Rule {
    code: "service-without-pods",
    severity: Severity::Warning,
    meaning: "A Service selects no pods of the release.",
    reason: "Connections to it are refused; the API server says nothing.",
    action: "Give the Service the labels of the pods that it is for.",
};

pub(super) fn check(review: &mut Review<'_, '_>) {
    let Some(spec) = review.spec().filter(|_| review.is("", "Service")) else {
        return;
    };
    let Some(selector) = spec.get("selector").filter(|selector| !selector.is_empty()) else {
        return;
    };
    let pods = pods(review);
    // A chart without any workload is for pods that are not its own.
    if pods.is_empty() || spec.text("type") == Some("ExternalName") {
        return;
    }
    let selected: Vec<&At<'_>> = pods
        .iter()
        .filter(|pod| has_all(pod.node.at_path(&["metadata", "labels"]), &selector))
        .collect();
    if selected.is_empty() {
        review.tell(
            &RULE,
            &selector,
            "selects no pods of the release",
            "write labels of the pods that it is for",
        );
        return;
    }
    let ports: Vec<At<'_>> = selected
        .iter()
        .filter_map(|pod| pod.get("spec"))
        .flat_map(|spec| [spec.list("initContainers"), spec.list("containers")].concat())
        .flat_map(|container| container.list("ports"))
        .collect();
    for port in spec.list("ports") {
        let Some(target) = port.get("targetPort") else {
            continue;
        };
        let Some(name) = target.str().filter(|name| !name.is_empty()) else {
            // A container can listen on a port that it does not list.
            continue;
        };
        if !ports.iter().any(|known| known.text("name") == Some(name)) {
            unknown_port::tell(review, &target, name, &ports);
        }
    }
}

/// What holds the labels and the specs of all pods in an object's namespace.
pub(super) fn pods<'a>(review: &Review<'_, 'a>) -> Vec<At<'a>> {
    let namespace = review.world.namespace_of(review.part);
    let parts = review.world.parts.iter();
    parts
        .filter(|part| review.world.namespace_of(part) == namespace)
        .filter_map(template)
        .collect()
}

/// What holds the labels and the spec of a workload's pods.
fn template<'a>(part: &Part<'a>) -> Option<At<'a>> {
    match part.kind {
        "Pod" => Some(part.root.clone()),
        "Deployment" | "StatefulSet" | "DaemonSet" | "ReplicaSet" | "Job" | "ReplicationController" => {
            part.root.path(&["spec", "template"])
        }
        "CronJob" => part.root.path(&["spec", "jobTemplate", "spec", "template"]),
        _ => None,
    }
}
