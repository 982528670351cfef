//! Fields that have to be there and are not.

use super::at::At;
use super::review::Review;
use crate::diagnostic::Severity;
use crate::lint::Rule;

/// See its texts.
pub const RULE: Rule = Rule {
    code: "missing-field",
    severity: Severity::Error,
    meaning: "An object lacks a field that its kind requires.",
    reason: "The API server refuses the object.",
    action: "Add the field.",
};

/// Fields that OpenAPI calls required and that the API server does without: it fills them in, or takes nothing for a value.
const DISPENSABLE: &[&str] = &[
    // Of a network policy: all pods.
    "podSelector",
    // Of a StatefulSet since 1.33.
    "serviceName",
    // Of a preferred term of node affinity: no preference.
    "preference",
    // Of a kernel setting and of a PriorityClass.
    "value",
    // Of a limit range.
    "limits",
    // Of roles and of a Job's failure policy.
    "rules",
    // Of a definition's version: false.
    "served",
    "storage",
];

pub(super) fn tell(review: &mut Review<'_, '_>, at: &At<'_>, name: &str, is_custom: bool) {
    if !is_custom && DISPENSABLE.contains(&name) {
        return;
    }
    review.tell(&RULE, &at.missing(name), "is missing", "add it");
}

/// Says that a field has nothing in it, or is not there.
pub(super) fn required(review: &mut Review<'_, '_>, at: &At<'_>, name: &str, help: &str) {
    if at.has_some(name) {
        return;
    }
    // What is not there at all may be told by the structure already.
    let message = if at.has(name) { "is empty" } else { "is missing" };
    review.tell(&RULE, &at.missing(name), message, help);
}
