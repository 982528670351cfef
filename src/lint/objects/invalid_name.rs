//! Names of objects and of what is in them.

use super::at::At;
use super::pod::Pod;
use super::review::{Review, shown};
use crate::diagnostic::Severity;
use crate::kubernetes::names::{self, Fault};
use crate::lint::Rule;

/// See its texts.
pub const RULE: Rule = Rule {
    code: "invalid-name",
    severity: Severity::Error,
    meaning: "A name of an object, a container or a volume, or one that refers to an object, is not a name.",
    reason: "The API server refuses the object: most names are DNS names in lower case, and how long they are depends on the kind.",
    action: "Use lower-case letters, digits and `-`; where the release's name made it too long, set `fullnameOverride`.",
};

type Check = fn(&str) -> Result<(), Fault>;

pub(super) fn of_object(review: &mut Review<'_, '_>) {
    let root = review.root();
    let Some(metadata) = root.get("metadata") else {
        return;
    };
    let is_rbac = crate::kubernetes::group_of(review.part.api_version) == "rbac.authorization.k8s.io";
    let check: Check = if review.is("", "Service") {
        names::dns_label_1035
    } else if review.is("", "Namespace") || review.is("apps", "StatefulSet") {
        names::dns_label
    } else if is_rbac {
        names::path_segment
    } else {
        names::dns_subdomain
    };
    // The API server does not look at a budget's name.
    if review.known.is_some() && !review.is("policy", "PodDisruptionBudget") {
        name(review, &metadata, "name", check);
    }
    name(review, &metadata, "namespace", names::dns_label);
    if let Some(at) = metadata.get("name")
        && review.is("batch", "CronJob")
        && at
            .str()
            .is_some_and(|name| name.len() > 52 && names::dns_subdomain(name).is_ok())
    {
        let help = "a CronJob's name has at most 52 characters, so that its jobs' names fit";
        review.tell(&RULE, &at, "is too long", help);
    }
    if let Some(at) = metadata.get("name")
        && review.is("batch", "Job")
        && at.str().is_some_and(|name| name.len() > names::LONGEST_LABEL)
    {
        let help = "a Job's name has at most 63 characters: it becomes a label of its pods";
        review.tell(&RULE, &at, "is too long", help);
    }
    let Some(spec) = root.get("spec") else { return };
    if review.is("apps", "StatefulSet") {
        name(review, &spec, "serviceName", names::dns_label);
        for claim in spec.list("volumeClaimTemplates") {
            if let Some(metadata) = claim.get("metadata") {
                name(review, &metadata, "name", names::dns_label);
            }
        }
    }
    if review.is("networking.k8s.io", "Ingress") {
        name(review, &spec, "ingressClassName", names::dns_subdomain);
        for tls in spec.list("tls") {
            name(review, &tls, "secretName", names::dns_subdomain);
        }
        let backends = spec.list("rules").into_iter().filter_map(|rule| rule.get("http"));
        let backends = backends.flat_map(|http| http.list("paths"));
        let backends = backends
            .filter_map(|path| path.get("backend"))
            .chain(spec.get("defaultBackend"));
        for service in backends.filter_map(|backend| backend.get("service")) {
            name(review, &service, "name", names::dns_label);
        }
    }
    if review.is("", "PersistentVolume") {
        name(review, &spec, "storageClassName", names::dns_subdomain);
    }
}

pub(super) fn of_pod(review: &mut Review<'_, '_>, pod: &Pod<'_>) {
    for container in &pod.containers {
        name(review, &container.at, "name", names::dns_label);
        // What a mount names is a volume's name, and to be corrected in both places.
        for mount in container.at.list("volumeMounts") {
            name(review, &mount, "name", names::dns_label);
        }
    }
    for volume in pod.spec.list("volumes") {
        name(review, &volume, "name", names::dns_label);
        if let Some(claim) = volume.get("persistentVolumeClaim") {
            name(review, &claim, "claimName", names::dns_subdomain);
        }
        if let Some(csi) = volume.get("csi") {
            name(review, &csi, "driver", |text| {
                names::dns_subdomain(&text.to_lowercase())
            });
        }
    }
    for field in [
        "serviceAccountName",
        "priorityClassName",
        "nodeName",
        "runtimeClassName",
    ] {
        name(review, &pod.spec, field, names::dns_subdomain);
    }
    for field in ["hostname", "subdomain"] {
        name(review, &pod.spec, field, names::dns_label);
    }
}

/// Holds the name in a field; an empty one is none.
fn name(review: &mut Review<'_, '_>, holder: &At<'_>, field: &str, check: Check) {
    if let Some(at) = holder.get(field)
        && let Some(text) = at.str()
        && !text.is_empty()
        && let Err(fault) = check(text)
    {
        let shown = match text.len() {
            0..=60 => format!("is {}, which is not a name", shown(at.node)),
            length => format!("is a name of {length} characters"),
        };
        review.tell(&RULE, &at, &shown, fault);
    }
}
