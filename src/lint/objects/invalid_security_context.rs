//! Security contexts that contradict themselves.

use super::at::At;
use super::missing_field::required;
use super::pod::Pod;
use super::review::Review;
use crate::diagnostic::Severity;
use crate::lint::Rule;
use crate::yaml::Node;

/// See its texts.
pub const RULE: Rule = Rule {
    code: "invalid-security-context",
    severity: Severity::Error,
    meaning: "A security context says two things that exclude each other, or a user or group that does not exist.",
    reason: "The API server refuses the object.",
    action: "Remove one of the fields that the message names; users and groups are from 0 to 2147483647.",
};

pub(super) fn check(review: &mut Review<'_, '_>, pod: &Pod<'_>) {
    if let Some(context) = pod.spec.get("securityContext") {
        ids(review, &context, &["runAsUser", "runAsGroup", "fsGroup"]);
        profiles(review, &context);
        for group in context.list("supplementalGroups") {
            if super::at::whole(group.node).is_some_and(|id| !is_id(id)) {
                review.tell(&RULE, &group, "is not a group", "groups are from 0 to 2147483647");
            }
        }
    }
    if pod.spec.is_true("shareProcessNamespace") && pod.spec.is_true("hostPID") {
        let at = pod.spec.missing("shareProcessNamespace");
        review.tell(&RULE, &at, "stands beside `hostPID`", "remove one of them");
    }
    if pod.spec.node.get("hostUsers").and_then(Node::as_bool) == Some(false) {
        for field in ["hostNetwork", "hostPID", "hostIPC"] {
            if pod.spec.is_true(field) {
                let at = pod.spec.missing(field);
                review.tell(
                    &RULE,
                    &at,
                    "stands beside `hostUsers: false`",
                    "remove one of them",
                );
            }
        }
    }
    for container in &pod.containers {
        let Some(context) = container.at.get("securityContext") else {
            continue;
        };
        ids(review, &context, &["runAsUser", "runAsGroup"]);
        profiles(review, &context);
        if context
            .node
            .get("allowPrivilegeEscalation")
            .and_then(Node::as_bool)
            != Some(false)
        {
            continue;
        }
        let at = context.missing("allowPrivilegeEscalation");
        if context.is_true("privileged") {
            review.tell(
                &RULE,
                &at,
                "is `false` and stands beside `privileged: true`",
                "remove one of them",
            );
        }
        let added = context.path(&["capabilities", "add"]);
        let added = added.as_ref().map(At::items).unwrap_or_default();
        if added.iter().any(|one| one.str() == Some("CAP_SYS_ADMIN")) {
            review.tell(
                &RULE,
                &at,
                "is `false`, and the capability CAP_SYS_ADMIN is added",
                "remove one of them",
            );
        }
    }
}

fn is_id(id: i128) -> bool {
    (0..=i128::from(i32::MAX)).contains(&id)
}

fn ids(review: &mut Review<'_, '_>, context: &At<'_>, fields: &[&str]) {
    for field in fields {
        if let Some(id) = context.number(field)
            && !is_id(id)
        {
            let at = context.missing(field);
            review.tell(
                &RULE,
                &at,
                &format!("is {id}"),
                "users and groups are from 0 to 2147483647",
            );
        }
    }
}

fn profiles(review: &mut Review<'_, '_>, context: &At<'_>) {
    for field in ["seccompProfile", "appArmorProfile"] {
        let Some(profile) = context
            .get(field)
            .filter(|profile| profile.node.as_map().is_some())
        else {
            continue;
        };
        if profile.text("type") == Some("Localhost") {
            required(review, &profile, "localhostProfile", "name the profile's file");
        } else if profile.has("localhostProfile") {
            let at = profile.missing("localhostProfile");
            review.tell(
                &RULE,
                &at,
                "is for the type `Localhost`",
                "remove it, or write `type: Localhost`",
            );
        }
    }
}
