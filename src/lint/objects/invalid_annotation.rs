//! Annotations.

use super::at::At;
use super::pod::Pod;
use super::review::Review;
use crate::diagnostic::Severity;
use crate::kubernetes::names;
use crate::lint::Rule;

/// See its texts.
pub const RULE: Rule = Rule {
    code: "invalid-annotation",
    severity: Severity::Error,
    meaning: "An annotation has a key that is not one, or all annotations together are too long.",
    reason: "The API server refuses the object.",
    action: "Use a name of up to 63 letters, digits, `-`, `_` and `.`, with a DNS name and `/` before it or without.",
};

pub(super) fn of_object(review: &mut Review<'_, '_>) {
    if let Some(at) = review.root().path(&["metadata", "annotations"]) {
        check(review, &at);
    }
}

pub(super) fn of_pod(review: &mut Review<'_, '_>, pod: &Pod<'_>) {
    if let Some(at) = pod.template.path(&["metadata", "annotations"])
        && pod.template.path != review.part.root.path
    {
        check(review, &at);
    }
}

fn check(review: &mut Review<'_, '_>, annotations: &At<'_>) {
    const MOST_BYTES: usize = 256 * 1024;
    let mut bytes = 0;
    for (key, at) in annotations.entries() {
        // Capital letters do not count here.
        if let Err(fault) = names::qualified_name(&key.to_lowercase()) {
            review.tell(&RULE, &at, "has a key that is not an annotation's", fault);
        }
        bytes += key.len() + at.str().map_or(0, str::len);
    }
    if bytes > MOST_BYTES {
        let message = format!("have {bytes} bytes in all");
        review.tell(&RULE, annotations, &message, "they have at most 262144");
    }
}
