//! Roles and bindings that grant nothing.

use super::at::At;
use super::missing_field::required;
use super::review::Review;
use crate::diagnostic::Severity;
use crate::lint::Rule;

/// See its texts.
pub const RULE: Rule = Rule {
    code: "invalid-role",
    severity: Severity::Error,
    meaning: "A role's rule has no verbs or nothing that they are for, or a binding's role or subject cannot be.",
    reason: "The API server refuses the object.",
    action: "Write `apiGroups`, `resources` and `verbs` in each rule, and `kind`, `name` and `namespace` of each subject.",
};

const GROUP: &str = "rbac.authorization.k8s.io";

pub(super) fn check(review: &mut Review<'_, '_>) {
    let root = review.root();
    let is_cluster_role = review.is(GROUP, "ClusterRole");
    if is_cluster_role || review.is(GROUP, "Role") {
        if let Some(aggregation) = root.get("aggregationRule") {
            let help = "write at least one selector of roles";
            required(review, &aggregation, "clusterRoleSelectors", help);
            for selector in aggregation.list("clusterRoleSelectors") {
                super::invalid_label::selector(review, &selector);
            }
        }
        for rule in root.list("rules") {
            if rule.node.as_map().is_some() {
                one_rule(review, &rule, is_cluster_role);
            }
        }
    } else if review.is(GROUP, "RoleBinding") || review.is(GROUP, "ClusterRoleBinding") {
        let is_namespaced = review.is(GROUP, "RoleBinding");
        if let Some(role) = root.get("roleRef") {
            reference(review, &role, is_namespaced);
        }
        for subject in root.list("subjects") {
            if subject.node.as_map().is_some() {
                one_subject(review, &subject, is_namespaced);
            }
        }
    }
}

fn one_rule(review: &mut Review<'_, '_>, rule: &At<'_>, is_cluster_role: bool) {
    if rule.has("verbs") {
        required(review, rule, "verbs", "name at least one verb, such as `get`");
    }
    if rule.has_some("nonResourceURLs") {
        let at = rule.missing("nonResourceURLs");
        if !is_cluster_role {
            review.tell(
                &RULE,
                &at,
                "is for ClusterRoles",
                "remove it, or make it a ClusterRole",
            );
        } else if rule.has_some("resources") || rule.has_some("apiGroups") || rule.has_some("resourceNames") {
            review.tell(
                &RULE,
                &at,
                "stands beside `resources`",
                "begin another rule for it",
            );
        }
        return;
    }
    required(
        review,
        rule,
        "apiGroups",
        "write the groups; `\"\"` is the core one",
    );
    required(
        review,
        rule,
        "resources",
        "name at least one resource, such as `pods`",
    );
}

fn reference(review: &mut Review<'_, '_>, role: &At<'_>, is_namespaced: bool) {
    if let Some(at) = role.get("apiGroup")
        && at.str().is_some_and(|group| !group.is_empty() && group != GROUP)
    {
        super::invalid_choice::one_of(review, &at, &[GROUP]);
    }
    if let Some(at) = role.get("kind")
        && let Some(kind) = at.str()
    {
        let choices: &[&str] = match is_namespaced {
            true => &["Role", "ClusterRole"],
            false => &["ClusterRole"],
        };
        if !choices.contains(&kind) {
            super::invalid_choice::one_of(review, &at, choices);
        }
    }
    if role.has("name") {
        required(review, role, "name", "");
    }
}

fn one_subject(review: &mut Review<'_, '_>, subject: &At<'_>, is_namespaced: bool) {
    if subject.has("name") {
        required(review, subject, "name", "");
    }
    let Some(at) = subject.get("kind") else { return };
    let group = subject.text("apiGroup").unwrap_or_default();
    match at.str().unwrap_or_default() {
        "ServiceAccount" => {
            if !group.is_empty() {
                let at = subject.missing("apiGroup");
                review.tell(
                    &RULE,
                    &at,
                    &format!("is `{group}`, and a ServiceAccount has none"),
                    "remove it",
                );
            }
            // In a RoleBinding it is the binding's own.
            if !is_namespaced {
                required(
                    review,
                    subject,
                    "namespace",
                    "write the namespace of the ServiceAccount",
                );
            }
        }
        "User" | "Group" => {
            if !group.is_empty() && group != GROUP {
                super::invalid_choice::check(review, subject, "apiGroup", &[GROUP]);
            }
        }
        _ => {
            if at.str().is_some() {
                super::invalid_choice::one_of(review, &at, &["ServiceAccount", "User", "Group"]);
            }
        }
    }
}
