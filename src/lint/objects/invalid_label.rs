//! Labels, and selectors of labels.

use super::at::At;
use super::pod::Pod;
use super::review::{Review, shown};
use crate::diagnostic::Severity;
use crate::kubernetes::names;
use crate::lint::Rule;

/// See its texts.
pub const RULE: Rule = Rule {
    code: "invalid-label",
    severity: Severity::Error,
    meaning: "A label, or a selector of labels, has a key or a value that is not one.",
    reason: "The API server refuses the object.",
    action: "Shorten the value to 63 characters, and use letters, digits, `-`, `_` and `.` only; longer texts belong to annotations.",
};

pub(super) fn of_object(review: &mut Review<'_, '_>) {
    let root = review.root();
    if let Some(labels) = root.path(&["metadata", "labels"]) {
        labels_of(review, &labels);
    }
    let Some(spec) = root.get("spec") else { return };
    // A Service's selector is a plain map.
    if let Some(at) = spec.get("selector") {
        if review.is("", "Service") || review.is("", "ReplicationController") {
            labels_of(review, &at);
        } else if matches!(review.known, Some(super::review::Known::Kind(kind)) if kind.origin == crate::kubernetes::Origin::Kubernetes)
        {
            selector(review, &at);
        }
    }
    for claim in spec.list("volumeClaimTemplates") {
        if let Some(labels) = claim.path(&["metadata", "labels"]) {
            labels_of(review, &labels);
        }
    }
}

pub(super) fn of_pod(review: &mut Review<'_, '_>, pod: &Pod<'_>) {
    if let Some(labels) = pod.template.path(&["metadata", "labels"])
        && pod.template.path != review.part.root.path
    {
        labels_of(review, &labels);
    }
    if let Some(labels) = pod.spec.get("nodeSelector") {
        labels_of(review, &labels);
    }
}

fn labels_of(review: &mut Review<'_, '_>, labels: &At<'_>) {
    for (key, at) in labels.entries() {
        if let Err(fault) = names::qualified_name(key) {
            review.tell(&RULE, &at, "has a key that is not a label's", fault);
        }
        value(review, &at);
    }
}

fn value(review: &mut Review<'_, '_>, at: &At<'_>) {
    if let Some(text) = at.str()
        && let Err(fault) = names::label_value(text)
    {
        review.tell(
            &RULE,
            at,
            &format!("is {}, which is not a label's value", shown(at.node)),
            fault,
        );
    }
}

/// Holds a selector of `matchLabels` and `matchExpressions`.
pub(super) fn selector(review: &mut Review<'_, '_>, selector: &At<'_>) {
    if let Some(labels) = selector.get("matchLabels") {
        labels_of(review, &labels);
    }
    for expression in selector.list("matchExpressions") {
        if let Some(at) = expression.get("key")
            && let Some(key) = at.str()
            && let Err(fault) = names::qualified_name(key)
        {
            review.tell(
                &RULE,
                &at,
                &format!("is {}, which is not a label's key", shown(at.node)),
                fault,
            );
        }
        let values = expression.list("values");
        let at = expression.missing("values");
        if let Some(operator) = expression.get("operator") {
            match operator.str().unwrap_or_default() {
                "In" | "NotIn" if values.is_empty() => {
                    review.tell(
                        &RULE,
                        &at,
                        "is missing",
                        "`In` and `NotIn` take at least one value",
                    );
                }
                "Exists" | "DoesNotExist" if !values.is_empty() => {
                    review.tell(&RULE, &at, "is not for `Exists` and `DoesNotExist`", "remove it");
                }
                "In" | "NotIn" | "Exists" | "DoesNotExist" => {}
                _ => {
                    let choices = ["In", "NotIn", "Exists", "DoesNotExist"];
                    super::invalid_choice::one_of(review, &operator, &choices);
                }
            }
        }
        for at in &values {
            value(review, at);
        }
    }
}
