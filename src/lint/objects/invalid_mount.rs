//! Mounts that cannot be made.

use super::at::At;
use super::missing_field::required;
use super::pod::Pod;
use super::review::Review;
use crate::diagnostic::Severity;
use crate::lint::Rule;

/// See its texts.
pub const RULE: Rule = Rule {
    code: "invalid-mount",
    severity: Severity::Error,
    meaning: "A mount of a volume says things that do not go together, or leads out of the volume.",
    reason: "The API server refuses the object.",
    action: "Write one of the fields that the message names, and paths within the volume.",
};

pub(super) fn check(review: &mut Review<'_, '_>, pod: &Pod<'_>) {
    for container in &pod.containers {
        let is_privileged = container
            .at
            .node
            .at_path(&["securityContext", "privileged"])
            .and_then(crate::yaml::Node::as_bool);
        for mount in container.at.list("volumeMounts") {
            if mount.node.as_map().is_none() {
                continue;
            }
            // What is not there at all is told by the structure.
            for field in ["name", "mountPath"] {
                if mount.has(field) {
                    required(review, &mount, field, "");
                }
            }
            one_mount(review, &mount, is_privileged == Some(true));
        }
    }
}

fn one_mount(review: &mut Review<'_, '_>, mount: &At<'_>, is_privileged: bool) {
    if mount.has_some("subPath") && mount.has_some("subPathExpr") {
        let at = mount.missing("subPathExpr");
        review.tell(&RULE, &at, "stands beside `subPath`", "write one of them");
    }
    for field in ["subPath", "subPathExpr"] {
        if let Some(at) = mount.get(field)
            && let Some(path) = at.str()
        {
            relative(review, &at, path);
        }
    }
    if mount.text("mountPropagation") == Some("Bidirectional") && !is_privileged {
        let at = mount.missing("mountPropagation");
        let help = "write `HostToContainer`, or make the container privileged";
        review.tell(
            &RULE,
            &at,
            "is `Bidirectional`, which takes a privileged container",
            help,
        );
    }
    let is_recursive = mount
        .text("recursiveReadOnly")
        .is_some_and(|choice| choice != "Disabled");
    if is_recursive && !mount.is_true("readOnly") {
        let at = mount.missing("recursiveReadOnly");
        review.tell(
            &RULE,
            &at,
            "is for mounts with `readOnly: true`",
            "add `readOnly: true`",
        );
    }
}

/// Holds a path to be one below the volume.
pub(super) fn relative(review: &mut Review<'_, '_>, at: &At<'_>, path: &str) {
    if path.starts_with('/') {
        review.tell(
            &RULE,
            at,
            "begins with `/`, but is a path within the volume",
            "leave the `/` out",
        );
    } else if path.split('/').any(|part| part == "..") {
        review.tell(
            &RULE,
            at,
            "leads out of the volume with `..`",
            "write a path within the volume",
        );
    }
}
