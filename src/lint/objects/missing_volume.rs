//! Mounts of volumes that the pod does not have.

use super::pod::Pod;
use super::review::Review;
use crate::diagnostic::{Severity, nearest};
use crate::lint::Rule;

/// See its texts.
pub const RULE: Rule = Rule {
    code: "missing-volume",
    severity: Severity::Error,
    meaning: "A container mounts a volume that its pod does not have.",
    reason: "The API server refuses the object: a mount names one of the pod's `volumes`, or a claim template of a StatefulSet.",
    action: "Add the volume, or correct the name.",
};

pub(super) fn check(review: &mut Review<'_, '_>, pod: &Pod<'_>) {
    let mut volumes: Vec<&str> = pod
        .spec
        .list("volumes")
        .iter()
        .filter_map(|volume| volume.text("name"))
        .collect();
    if review.is("apps", "StatefulSet") {
        let claims = review
            .spec()
            .map(|spec| spec.list("volumeClaimTemplates"))
            .unwrap_or_default();
        let names = claims
            .iter()
            .filter_map(|claim| claim.node.at_path(&["metadata", "name"])?.as_str());
        volumes.extend(names);
    }
    for container in &pod.containers {
        for field in ["volumeMounts", "volumeDevices"] {
            for mount in container.at.list(field) {
                let Some(at) = mount.get("name") else { continue };
                let Some(name) = at.str() else { continue };
                if name.is_empty() || volumes.contains(&name) {
                    continue;
                }
                let help = match nearest(name, volumes.iter().copied()) {
                    Some(near) => {
                        format!("did you mean `{near}`? Otherwise add the volume to the pod's `volumes`")
                    }
                    None => "add it to the pod's `volumes`, or remove the mount".to_owned(),
                };
                let message = format!("is `{name}`, a volume that the pod does not have");
                review.tell(&RULE, &at, &message, &help);
            }
        }
    }
}
