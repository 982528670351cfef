//! API versions that the cluster's Kubernetes does not serve.

use super::review::Review;
use crate::diagnostic::Severity;
use crate::kubernetes::{Unserved, api};
use crate::lint::Rule;

/// See its texts.
pub const RULE: Rule = Rule {
    code: "unserved-api",
    severity: Severity::Error,
    meaning: "The Kubernetes version that is rendered for does not serve the object's API version: not any more, or not yet.",
    reason: "The API server of that version refuses the object.",
    action: "Write the API version that the message names, or choose by `Capabilities.KubeVersion` in the template; say which cluster it is with `--kube-version`.",
};

pub(super) fn check(review: &mut Review<'_, '_>) {
    let (version, kind) = (review.part.api_version, review.part.kind);
    let root = review.root();
    let cluster = review.world.cluster.version.as_str();
    let Some(api) = api(version, kind) else { return };
    let Some(unserved) = api.unserved(review.world.cluster) else {
        return;
    };
    let (message, help) = match unserved {
        Unserved::Gone(minor) => (
            format!(
                "is `{version}`, which Kubernetes does not have since 1.{minor}, and this is for {cluster}"
            ),
            match api.instead {
                "" => format!("{kind} is gone: remove the object"),
                instead => format!("write `{instead}`"),
            },
        ),
        Unserved::NotYet(minor) => (
            format!("is `{version}`, which Kubernetes has since 1.{minor}, and this is for {cluster}"),
            format!(
                "write `{}`, or render for a newer Kubernetes with `--kube-version`",
                api.instead
            ),
        ),
    };
    review.tell(&RULE, &root.missing("apiVersion"), &message, &help);
}
