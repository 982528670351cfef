//! Claims of volumes that ask for nothing.

use super::at::At;
use super::review::{Review, shown};
use crate::diagnostic::Severity;
use crate::kubernetes::{Quantity, names};
use crate::lint::Rule;

/// See its texts.
pub const RULE: Rule = Rule {
    code: "invalid-claim",
    severity: Severity::Error,
    meaning: "A PersistentVolumeClaim, or a claim template, lacks its access modes or its size, or has one that cannot be.",
    reason: "The API server refuses the object.",
    action: "Write `accessModes` with at least one mode, and `resources.requests.storage`.",
};

const MODES: &[&str] = &[
    "ReadWriteOnce",
    "ReadOnlyMany",
    "ReadWriteMany",
    "ReadWriteOncePod",
];

pub(super) fn check(review: &mut Review<'_, '_>) {
    if review.is("", "PersistentVolumeClaim") {
        let root = review.root();
        claim(review, &root.get("spec").unwrap_or_else(|| root.nothing("spec")));
    }
    let Some(spec) = review.spec() else { return };
    if review.is("", "PersistentVolume") {
        modes(review, &spec);
        volume(review, &spec);
        if let Some(required) = spec.path(&["nodeAffinity", "required"]) {
            for term in required.list("nodeSelectorTerms") {
                super::invalid_scheduling::node_term(review, &term);
            }
        }
    } else if review.is("apps", "StatefulSet") {
        if let Some(policy) = spec.get("persistentVolumeClaimRetentionPolicy") {
            for field in ["whenDeleted", "whenScaled"] {
                super::invalid_choice::check(review, &policy, field, &["Retain", "Delete"]);
            }
        }
        for template in spec.list("volumeClaimTemplates") {
            claim(
                review,
                &template.get("spec").unwrap_or_else(|| template.nothing("spec")),
            );
        }
    }
}

/// Holds what a claim asks for.
pub(super) fn claim(review: &mut Review<'_, '_>, spec: &At<'_>) {
    modes(review, spec);
    size(review, spec);
}

fn modes(review: &mut Review<'_, '_>, spec: &At<'_>) {
    if !spec.has_some("accessModes") {
        let help = "write at least one, such as `- ReadWriteOnce`";
        review.tell(&RULE, &spec.missing("accessModes"), "is missing", help);
    }
    let modes = spec.list("accessModes");
    for mode in &modes {
        if let Some(text) = mode.str()
            && !MODES.contains(&text)
        {
            super::invalid_choice::one_of(review, mode, MODES);
        }
        if mode.str() == Some("ReadWriteOncePod") && modes.len() > 1 {
            review.tell(
                &RULE,
                mode,
                "stands beside another mode",
                "`ReadWriteOncePod` stands alone",
            );
        }
    }
}

fn size(review: &mut Review<'_, '_>, spec: &At<'_>) {
    let requests = spec.path(&["resources", "requests"]);
    match requests.as_ref().and_then(|requests| requests.get("storage")) {
        None => {
            let at = spec.missing("resources").missing("requests").missing("storage");
            review.tell(&RULE, &at, "is missing", "write how much it takes, such as `8Gi`");
        }
        Some(at) => {
            if Quantity::of(at.node).is_some_and(|size| size <= Quantity::ZERO) {
                review.tell(&RULE, &at, &format!("is {}", shown(at.node)), "it is more than 0");
            }
        }
    }
    if let Some(at) = spec.get("storageClassName")
        && let Some(name) = at.str()
        && !name.is_empty()
        && let Err(fault) = names::dns_subdomain(name)
    {
        review.tell_name(&RULE, &at, fault);
    }
}

/// What a volume of the cluster says beside where it is.
const ABOUT_VOLUMES: &[&str] = &[
    "accessModes",
    "capacity",
    "claimRef",
    "mountOptions",
    "nodeAffinity",
    "persistentVolumeReclaimPolicy",
    "storageClassName",
    "volumeAttributesClassName",
    "volumeMode",
];

fn volume(review: &mut Review<'_, '_>, spec: &At<'_>) {
    if !spec.has_some("capacity") {
        review.tell(
            &RULE,
            &spec.missing("capacity"),
            "is missing",
            "write `storage:` and its size below it",
        );
    }
    let is_source = |(key, at): &(&str, At<'_>)| !ABOUT_VOLUMES.contains(key) && !at.node.is_null();
    if !spec.entries().iter().any(is_source) {
        let help = "write where it is, such as `csi:`, `nfs:` or `hostPath:`";
        review.tell(&RULE, spec, "does not say where the volume is", help);
    }
}
