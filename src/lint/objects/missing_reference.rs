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
    meaning: "An object needs another one that is not rendered: a pod a ConfigMap, a Secret, a claim or a ServiceAccount, an Ingress or a \
              StatefulSet a Service, an autoscaler what it scales.",
    reason: "It has to be in the cluster already: until it is, the pod does not start, the Ingress answers with an error, and nothing is scaled.",
    action: "Make sure that it exists, or correct the name; `optional: true` lets the pod start without.",
};

/// What objects need that have no pods of their own, or beside their pods.
pub(super) fn of_object(review: &mut Review<'_, '_>) {
    let Some(spec) = review.spec() else { return };
    if review.is("networking.k8s.io", "Ingress") {
        for service in services(&spec) {
            reference(review, &service, "name", "Service");
        }
    } else if review.is("apps", "StatefulSet") {
        reference(review, &spec, "serviceName", "Service");
    } else if let Some(target) = spec
        .get("scaleTargetRef")
        .filter(|_| review.is("autoscaling", "HorizontalPodAutoscaler"))
        && let Some(kind) = target.text("kind")
    {
        reference(review, &target, "name", kind);
    }
}

/// What names the Services of an Ingress.
pub(super) fn services<'a>(spec: &At<'a>) -> Vec<At<'a>> {
    let rules = spec.list("rules");
    let paths = rules
        .iter()
        .filter_map(|rule| rule.get("http"))
        .flat_map(|http| http.list("paths"));
    let backends = paths.filter_map(|path| path.get("backend"));
    let backends = backends.chain(spec.get("defaultBackend"));
    backends.filter_map(|backend| backend.get("service")).collect()
}

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
    if holder.is_true("optional") || review.world.find(kind, namespace, name).is_some() {
        return;
    }
    let message = format!("is the {kind} `{name}`, which is not rendered");
    let help = format!("make sure that it is in the namespace `{namespace}`, or correct the name");
    review.tell(&RULE, &at, &message, &help);
}
