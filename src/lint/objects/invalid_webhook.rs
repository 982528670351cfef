//! Webhooks that the API server cannot call.

use super::at::At;
use super::missing_field::required;
use super::review::{Review, shown};
use crate::diagnostic::Severity;
use crate::kubernetes::names;
use crate::lint::Rule;

/// See its texts.
pub const RULE: Rule = Rule {
    code: "invalid-webhook",
    severity: Severity::Error,
    meaning: "A webhook of the API server has a name, an address or a timeout that it cannot have.",
    reason: "The API server refuses the object.",
    action: "Write a name with at least three parts, `service` or `url`, and a timeout from 1 to 30 seconds.",
};

pub(super) fn check(review: &mut Review<'_, '_>) {
    const GROUP: &str = "admissionregistration.k8s.io";
    let is_webhook = ["ValidatingWebhookConfiguration", "MutatingWebhookConfiguration"]
        .iter()
        .any(|kind| review.is(GROUP, kind));
    if !is_webhook {
        return;
    }
    for webhook in review.root().list("webhooks") {
        if webhook.node.as_map().is_some() {
            one_webhook(review, &webhook);
        }
    }
}

fn one_webhook(review: &mut Review<'_, '_>, webhook: &At<'_>) {
    if let Some(at) = webhook.get("name")
        && let Some(name) = at.str()
        && (names::dns_subdomain(name).is_err() || name.split('.').count() < 3)
    {
        let message = format!("is {}, which is not a webhook's name", shown(at.node));
        review.tell(
            &RULE,
            &at,
            &message,
            "it is a DNS name with at least three parts, such as `check.example.com`",
        );
    }
    if let Some(seconds) = webhook.number("timeoutSeconds")
        && !(1..=30).contains(&seconds)
    {
        let at = webhook.missing("timeoutSeconds");
        review.tell(&RULE, &at, &format!("is {seconds}"), "it is from 1 to 30");
    }
    super::invalid_choice::check(review, webhook, "sideEffects", &["None", "NoneOnDryRun"]);
    if webhook.has("admissionReviewVersions") {
        required(review, webhook, "admissionReviewVersions", "write `- v1`");
    }
    let Some(client) = webhook
        .get("clientConfig")
        .filter(|client| client.node.as_map().is_some())
    else {
        return;
    };
    match (client.get("service"), client.get("url")) {
        (None, None) => review.tell(
            &RULE,
            &client,
            "says not where the webhook is",
            "write `service` or `url`",
        ),
        (Some(_), Some(url)) => review.tell(&RULE, &url, "stands beside `service`", "write one of them"),
        (Some(service), None) => {
            for field in ["name", "namespace"] {
                if service.has(field) {
                    required(review, &service, field, "");
                }
            }
            if let Some(at) = service.get("path")
                && at.str().is_some_and(|path| !path.starts_with('/'))
            {
                review.tell(&RULE, &at, "does not begin with `/`", "write a path from `/`");
            }
        }
        (None, Some(url)) => {
            if url.str().is_some_and(|url| !url.starts_with("https://")) {
                review.tell(
                    &RULE,
                    &url,
                    "does not begin with `https://`",
                    "webhooks are called over TLS",
                );
            }
        }
    }
}
