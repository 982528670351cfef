//! References to objects that the chart does not render.

use super::at::At;
use super::pod::Pod;
use super::review::Review;
use crate::diagnostic::Severity;
use crate::lint::Rule;

/// See its texts.
pub const RULE: Rule = Rule {
    code: "missing-reference",
    severity: Severity::Info,
    meaning: "A pod needs a ConfigMap, a Secret, a claim or a ServiceAccount that is not rendered.",
    reason: "It has to be in the cluster already: until it is, the pod does not start.",
    action: "Make sure that it exists, or correct the name; `optional: true` lets the pod start without.",
};

pub(super) fn check(review: &mut Review<'_, '_>, pod: &Pod<'_>) {
    for volume in pod.spec.list("volumes") {
        for (field, name, kind) in [
            ("configMap", "name", "ConfigMap"),
            ("secret", "secretName", "Secret"),
            ("persistentVolumeClaim", "claimName", "PersistentVolumeClaim"),
        ] {
            if let Some(source) = volume.get(field) {
                reference(review, &source, name, kind);
            }
        }
        if let Some(projected) = volume.get("projected") {
            for part in projected.list("sources") {
                for (field, kind) in [("configMap", "ConfigMap"), ("secret", "Secret")] {
                    if let Some(source) = part.get(field) {
                        reference(review, &source, "name", kind);
                    }
                }
            }
        }
    }
    for container in &pod.containers {
        for env in container.at.list("env") {
            for (field, kind) in [("configMapKeyRef", "ConfigMap"), ("secretKeyRef", "Secret")] {
                if let Some(source) = env.path(&["valueFrom", field]) {
                    reference(review, &source, "name", kind);
                }
            }
        }
        for from in container.at.list("envFrom") {
            for (field, kind) in [("configMapRef", "ConfigMap"), ("secretRef", "Secret")] {
                if let Some(source) = from.get(field) {
                    reference(review, &source, "name", kind);
                }
            }
        }
    }
    for secret in pod.spec.list("imagePullSecrets") {
        reference(review, &secret, "name", "Secret");
    }
    // Every namespace has the ServiceAccount `default`.
    if pod.spec.text("serviceAccountName") != Some("default") {
        reference(review, &pod.spec, "serviceAccountName", "ServiceAccount");
    }
}

fn reference(review: &mut Review<'_, '_>, holder: &At<'_>, field: &str, kind: &str) {
    let Some(at) = holder.get(field) else { return };
    let Some(name) = at.str().filter(|name| !name.is_empty()) else {
        return;
    };
    let namespace = review.world.namespace_of(review.part);
    if holder.is_true("optional") || review.world.has(kind, namespace, name) {
        return;
    }
    let message = format!("is the {kind} `{name}`, which is not rendered");
    let help = format!("make sure that it is in the namespace `{namespace}`, or correct the name");
    review.tell(&RULE, &at, &message, &help);
}
