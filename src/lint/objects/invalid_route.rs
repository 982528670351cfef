//! Routes and gateways of Gateway API.

use super::at::At;
use super::review::Review;
use crate::diagnostic::Severity;
use crate::lint::Rule;

/// See its texts.
pub const RULE: Rule = Rule {
    code: "invalid-route",
    severity: Severity::Error,
    meaning: "A route or a Gateway of Gateway API says what does not go together: a path without `/`, a Service without a port, a filter twice.",
    reason: "The rules that are written in Gateway API's own definitions refuse the object.",
    action: "Write what the message asks for.",
};

const GROUP: &str = "gateway.networking.k8s.io";

pub(super) fn check(review: &mut Review<'_, '_>) {
    let Some(spec) = review.spec() else { return };
    let is_route = ["HTTPRoute", "GRPCRoute", "TCPRoute", "TLSRoute", "UDPRoute"]
        .iter()
        .any(|kind| review.is(GROUP, kind));
    if is_route {
        for rule in spec.list("rules") {
            one_rule(review, &rule);
        }
    } else if review.is(GROUP, "Gateway") {
        for listener in spec.list("listeners") {
            one_listener(review, &listener);
        }
    }
}

fn one_rule(review: &mut Review<'_, '_>, rule: &At<'_>) {
    for found in rule.list("matches") {
        if let Some(path) = found.get("path") {
            one_path(review, &path);
        }
    }
    filters(review, rule);
    for backend in rule.list("backendRefs") {
        let is_service = matches!(backend.text("group"), None | Some(""))
            && matches!(backend.text("kind"), None | Some("Service"));
        if backend.node.as_map().is_some() && is_service && !backend.has("port") {
            review.tell(
                &RULE,
                &backend.missing("port"),
                "is missing",
                "a Service needs the port that it is reached at",
            );
        }
        filters(review, &backend);
    }
}

fn one_path(review: &mut Review<'_, '_>, path: &At<'_>) {
    let kind = path.text("type").unwrap_or("PathPrefix");
    let text = path.text("value").unwrap_or("/");
    if !matches!(kind, "PathPrefix" | "Exact") {
        return;
    }
    let at = path.missing("value");
    review.tell_path_of_url(&RULE, &at, text, &["//", "/./", "/../", "%2f", "%2F", "#"]);
}

/// The field that a filter's type needs.
const FILTERS: &[(&str, &str)] = &[
    ("RequestHeaderModifier", "requestHeaderModifier"),
    ("ResponseHeaderModifier", "responseHeaderModifier"),
    ("RequestMirror", "requestMirror"),
    ("RequestRedirect", "requestRedirect"),
    ("URLRewrite", "urlRewrite"),
    ("ExtensionRef", "extensionRef"),
];

/// Filters that a rule can have once.
const ONCE: &[&str] = &[
    "RequestHeaderModifier",
    "ResponseHeaderModifier",
    "RequestRedirect",
    "URLRewrite",
];

fn filters(review: &mut Review<'_, '_>, holder: &At<'_>) {
    let filters = holder.list("filters");
    let mut seen: Vec<&str> = Vec::new();
    for filter in &filters {
        let Some(kind) = filter.text("type") else { continue };
        if ONCE.contains(&kind) && seen.contains(&kind) {
            let message = format!("is a second filter of the type `{kind}`");
            review.tell(&RULE, filter, &message, "write one filter of the type");
        }
        seen.push(kind);
        for (of, field) in FILTERS {
            let at = filter.missing(field);
            if *of == kind && !filter.has(field) {
                review.tell(
                    &RULE,
                    &at,
                    "is missing",
                    &format!("a filter of the type `{kind}` needs it"),
                );
            } else if *of != kind && filter.has(field) {
                review.tell(
                    &RULE,
                    &at,
                    &format!("is not for a filter of the type `{kind}`"),
                    "remove it",
                );
            }
        }
    }
    if seen.contains(&"RequestRedirect") && seen.contains(&"URLRewrite") {
        let at = holder.missing("filters");
        review.tell(&RULE, &at, "redirect and rewrite at once", "write one of the two");
    }
}

fn one_listener(review: &mut Review<'_, '_>, listener: &At<'_>) {
    let protocol = listener.text("protocol").unwrap_or_default();
    let tls = listener.get("tls");
    if let Some(tls) = &tls {
        if matches!(protocol, "HTTP" | "TCP" | "UDP") {
            review.tell(
                &RULE,
                tls,
                &format!("is not for the protocol `{protocol}`"),
                "remove it, or write `HTTPS` or `TLS`",
            );
        } else if matches!(tls.text("mode"), None | Some("Terminate"))
            && !tls.has_some("certificateRefs")
            && !tls.has_some("options")
        {
            review.tell(
                &RULE,
                &tls.missing("certificateRefs"),
                "is missing",
                "name the Secret of the certificate",
            );
        }
    }
    if matches!(protocol, "TCP" | "UDP") && listener.has_some("hostname") {
        let message = format!("is not for the protocol `{protocol}`");
        review.tell(&RULE, &listener.missing("hostname"), &message, "remove it");
    }
}
