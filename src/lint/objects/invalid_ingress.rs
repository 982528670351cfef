//! Ingresses that lead nowhere.

use super::at::At;
use super::missing_field::required;
use super::review::{Review, shown};
use crate::diagnostic::Severity;
use crate::kubernetes::names;
use crate::lint::Rule;
use crate::yaml::Node;

/// See its texts.
pub const RULE: Rule = Rule {
    code: "invalid-ingress",
    severity: Severity::Error,
    meaning: "An Ingress has neither rules nor a default backend, a host or path that is not one, or a backend without a service.",
    reason: "The API server refuses the object.",
    action: "Write at least one rule with a host, or a `defaultBackend`.",
};

pub(super) fn check(review: &mut Review<'_, '_>) {
    if review.is("networking.k8s.io", "IngressClass") {
        controller(review);
    }
    if !review.is("networking.k8s.io", "Ingress") {
        return;
    }
    let root = review.root();
    let has = |field: &str| root.get("spec").is_some_and(|spec| spec.has_some(field));
    if !has("rules") && !root.get("spec").is_some_and(|spec| spec.has("defaultBackend")) {
        let help = "add a host to the Ingress' hosts in the values, or a `defaultBackend`";
        review.tell(
            &RULE,
            &root.missing("spec"),
            "has neither `rules` nor a `defaultBackend`",
            help,
        );
        return;
    }
    let Some(spec) = root.get("spec") else { return };
    if let Some(backend) = spec.get("defaultBackend") {
        self::backend(review, &backend);
    }
    for rule in spec.list("rules") {
        if let Some(at) = rule.get("host") {
            host(review, &at);
        }
        let Some(http) = rule.get("http") else { continue };
        if http.has("paths") {
            required(review, &http, "paths", "write at least one path");
        }
        for path in http.list("paths") {
            one_path(review, &path);
        }
    }
    for tls in spec.list("tls") {
        for at in tls.list("hosts") {
            host(review, &at);
        }
    }
}

fn controller(review: &mut Review<'_, '_>) {
    let root = review.root();
    let spec = root.get("spec").unwrap_or_else(|| root.missing("spec"));
    let controller = spec
        .node
        .get("controller")
        .and_then(Node::as_str)
        .unwrap_or_default();
    let is_path = controller
        .split_once('/')
        .is_some_and(|(domain, path)| !path.is_empty() && names::dns_subdomain(domain).is_ok());
    if !is_path || controller.len() > 250 {
        let help = "write a domain and a path, such as `example.com/controller`";
        review.tell(
            &RULE,
            &spec.missing("controller"),
            "does not name a controller",
            help,
        );
    }
}

fn host(review: &mut Review<'_, '_>, at: &At<'_>) {
    let Some(text) = at.str().filter(|text| !text.is_empty()) else {
        return;
    };
    if text.parse::<std::net::IpAddr>().is_ok() {
        review.tell(
            &RULE,
            at,
            &format!("is {}, an IP address", shown(at.node)),
            "a host is a DNS name",
        );
    } else if let Err(fault) = names::wildcard_host(text) {
        let help = match text.contains("://") || text.contains('/') {
            true => "write the host alone, without `https://` and without a path",
            false => fault,
        };
        review.tell(
            &RULE,
            at,
            &format!("is {}, which is not a host", shown(at.node)),
            help,
        );
    }
}

fn one_path(review: &mut Review<'_, '_>, path: &At<'_>) {
    if path.node.as_map().is_none() {
        return;
    }
    let kind = path.text("pathType").unwrap_or_default();
    if path.has("pathType") && kind.is_empty() {
        required(
            review,
            path,
            "pathType",
            "write `Prefix`, `Exact` or `ImplementationSpecific`",
        );
    }
    let text = path.text("path").unwrap_or_default();
    let at = path.missing("path");
    if matches!(kind, "Prefix" | "Exact") {
        review.tell_path_of_url(&RULE, &at, text, &["//", "/./", "/../", "%2f", "%2F"]);
    } else if kind == "ImplementationSpecific" && !text.is_empty() && !text.starts_with('/') {
        review.tell(&RULE, &at, "does not begin with `/`", "write a path from `/`");
    }
    if let Some(backend) = path.get("backend") {
        self::backend(review, &backend);
    }
}

fn backend(review: &mut Review<'_, '_>, backend: &At<'_>) {
    if backend.node.as_map().is_none() {
        return;
    }
    match (backend.get("service"), backend.get("resource")) {
        (None, None) => {
            let help = "write `service:` with a `name:` and a `port:` below it";
            review.tell(&RULE, backend, "names no service", help);
        }
        (Some(_), Some(resource)) => {
            review.tell(&RULE, &resource, "stands beside `service`", "write one of them")
        }
        (Some(service), None) => {
            if service.has("name") {
                required(review, &service, "name", "");
            }
            let port = service.get("port");
            let number = port
                .as_ref()
                .and_then(|port| port.number("number"))
                .filter(|number| *number != 0);
            let name = port
                .as_ref()
                .and_then(|port| port.text("name"))
                .filter(|name| !name.is_empty());
            let at = service.missing("port");
            match (number, name) {
                (None, None) => review.tell(
                    &RULE,
                    &at,
                    "is missing",
                    "write `number:` or `name:` below `port:`",
                ),
                (Some(_), Some(_)) => {
                    review.tell(&RULE, &at, "has a `number` and a `name`", "write one of them")
                }
                (Some(number), None) if !(1..=65535).contains(&number) => {
                    review.tell(
                        &RULE,
                        &at.missing("number"),
                        &format!("is {number}"),
                        "ports are from 1 to 65535",
                    );
                }
                (None, Some(name)) => {
                    if let Err(fault) = names::port_name(name) {
                        review.tell(
                            &RULE,
                            &at.missing("name"),
                            &format!("is `{name}`, which is not a port's name"),
                            fault,
                        );
                    }
                }
                _ => {}
            }
        }
        (None, Some(_)) => {}
    }
}
