//! NetworkPolicies and the pods that they are for.

use super::review::Review;
use super::{selector_mismatch, service_without_pods};
use crate::diagnostic::Severity;
use crate::lint::Rule;

/// See its texts.
pub const RULE: Rule = Rule {
    code: "network-policy-without-pods",
    severity: Severity::Warning,
    meaning: "A NetworkPolicy selects no pods of the release.",
    reason: "It keeps nobody out, and looks as if it did; the API server says nothing.",
    action: "Give it the labels of the pods that it is for.",
};

pub(super) fn check(review: &mut Review<'_, '_>) {
    let Some(spec) = review
        .spec()
        .filter(|_| review.is("networking.k8s.io", "NetworkPolicy"))
    else {
        return;
    };
    let Some(selector) = spec.get("podSelector").filter(|selector| !selector.is_empty()) else {
        return;
    };
    let pods = service_without_pods::pods(review);
    let is_selected = |pod: &super::at::At<'_>| {
        selector_mismatch::mismatch(&selector, false, pod.node.at_path(&["metadata", "labels"])).is_none()
    };
    // A chart without any workload is for pods that are not its own.
    if !pods.is_empty() && !pods.iter().any(is_selected) {
        let help = "write labels of the pods that it is for";
        review.tell(&RULE, &selector, "selects no pods of the release", help);
    }
}
