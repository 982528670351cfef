//! API versions that Kubernetes has given up and the cluster still serves.

use super::review::Review;
use crate::diagnostic::Severity;
use crate::kubernetes::deprecated;
use crate::lint::Rule;

/// See its texts.
pub const RULE: Rule = Rule {
    code: "deprecated-api",
    severity: Severity::Warning,
    meaning: "Kubernetes has given up the object's API version, and the version that is rendered for still serves it.",
    reason: "A later version of Kubernetes refuses the object, and the API server warns of it until then.",
    action: "Write what the message names.",
};

pub(super) fn check(review: &mut Review<'_, '_>) {
    let (version, kind) = (review.part.api_version, review.part.kind);
    let root = review.root();
    let Some(deprecated) = deprecated(version, kind, review.world.cluster) else {
        return;
    };
    let message = match deprecated.until {
        Some(until) => format!("is `{version}`, which Kubernetes does not have from 1.{until} on"),
        None => format!("is `{version}`, where {kind} is deprecated"),
    };
    let help = match deprecated.instead {
        "" => format!("remove the object: there is nothing in place of {kind}"),
        instead => format!("write `{instead}`"),
    };
    review.tell(&RULE, &root.missing("apiVersion"), &message, &help);
}
