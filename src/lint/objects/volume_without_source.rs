//! Volumes that do not say what they are.

use super::at::At;
use super::review::Review;
use crate::diagnostic::Severity;
use crate::lint::Rule;

/// See its texts.
pub const RULE: Rule = Rule {
    code: "volume-without-source",
    severity: Severity::Warning,
    meaning: "A volume has a name and nothing else.",
    reason: "The API server makes an empty directory of it, which is lost with the pod; usually a ConfigMap, Secret or claim was meant.",
    action: "Write the source of the volume; `emptyDir: {}` where an empty directory is meant.",
};

pub(super) fn tell(review: &mut Review<'_, '_>, at: &At<'_>) {
    let help = "add one, such as `configMap:`, `secret:` or `emptyDir: {}`";
    review.tell(&RULE, at, "has no source", help);
}
