//! Fields of a Service that go with another type.

use std::net::IpAddr;

use super::at::At;
use super::invalid_choice::one_of;
use super::review::{Review, shown};
use crate::diagnostic::Severity;
use crate::kubernetes::names;
use crate::lint::Rule;

/// See its texts.
pub const RULE: Rule = Rule {
    code: "invalid-service",
    severity: Severity::Error,
    meaning: "A Service has fields that its type does not have, lacks what its type needs, or has an address that is not one.",
    reason: "The API server refuses the object.",
    action: "Remove the field, or write the `type` that it is for.",
};

pub(super) fn check(review: &mut Review<'_, '_>) {
    if !review.is("", "Service") {
        return;
    }
    let Some(spec) = review.spec() else {
        let at = review.root().missing("spec").missing("ports");
        review.tell(
            &RULE,
            &at,
            "is missing",
            "a Service that is not headless has at least one port",
        );
        return;
    };
    let kind = match spec.text("type") {
        Some(kind) if !kind.is_empty() => kind,
        _ => "ClusterIP",
    };
    ports(review, &spec, kind);
    cluster_ip(review, &spec, kind);
    load_balancer(review, &spec, kind);
    traffic(review, &spec, kind);
    if kind == "ExternalName" {
        match spec.text("externalName") {
            None | Some("") => {
                let at = spec.missing("externalName");
                review.tell(
                    &RULE,
                    &at,
                    "is missing",
                    "a Service of the type `ExternalName` needs it",
                );
            }
            Some(name) => {
                if let Err(fault) = names::dns_subdomain(name.trim_end_matches('.')) {
                    review.tell(&RULE, &spec.missing("externalName"), "is not a DNS name", fault);
                }
            }
        }
    }
    for at in spec.list("externalIPs") {
        if at.str().is_some_and(|text| text.parse::<IpAddr>().is_err()) {
            review.tell(
                &RULE,
                &at,
                &format!("is {}, which is not an IP address", shown(at.node)),
                "",
            );
        }
    }
    session(review, &spec);
    families(review, &spec, kind);
}

fn ports(review: &mut Review<'_, '_>, spec: &At<'_>, kind: &str) {
    let is_headless = spec.text("clusterIP") == Some("None");
    let ports = spec.list("ports");
    if ports.is_empty() && !is_headless && kind != "ExternalName" {
        review.tell(
            &RULE,
            &spec.missing("ports"),
            "is missing",
            "a Service that is not headless has at least one port",
        );
    }
    if kind == "ClusterIP" {
        for port in &ports {
            if port.number("nodePort").is_some_and(|number| number != 0) {
                let help = "remove it, or write `type: NodePort` or `type: LoadBalancer`";
                review.tell(
                    &RULE,
                    &port.missing("nodePort"),
                    "is not for a Service of the type `ClusterIP`",
                    help,
                );
            }
        }
    }
}

fn cluster_ip(review: &mut Review<'_, '_>, spec: &At<'_>, kind: &str) {
    let Some(at) = spec.get("clusterIP") else { return };
    let Some(text) = at.str() else { return };
    if text.is_empty() {
        return;
    }
    if kind == "ExternalName" {
        review.tell(&RULE, &at, "is not for the type `ExternalName`", "remove it");
    } else if text == "None" {
        if kind != "ClusterIP" {
            let message = format!("is `None`, which a Service of the type `{kind}` cannot have");
            review.tell(&RULE, &at, &message, "write `type: ClusterIP`, or remove it");
        }
    } else if text.parse::<IpAddr>().is_err() {
        let help = "it is an IP address, or `None` for a headless Service";
        review.tell(&RULE, &at, &format!("is {}", shown(at.node)), help);
    }
}

fn load_balancer(review: &mut Review<'_, '_>, spec: &At<'_>, kind: &str) {
    if kind != "LoadBalancer" {
        for field in [
            "loadBalancerSourceRanges",
            "loadBalancerClass",
            "allocateLoadBalancerNodePorts",
        ] {
            let is_there = match field {
                "loadBalancerSourceRanges" => spec.has_some(field),
                field => spec.has(field),
            };
            if is_there {
                let help = "remove it, or write `type: LoadBalancer`";
                let message = format!("is for the type `LoadBalancer`, and this is `{kind}`");
                review.tell(&RULE, &spec.missing(field), &message, help);
            }
        }
    }
    if let Some(at) = spec.get("loadBalancerClass")
        && let Some(class) = at.str()
        && let Err(fault) = names::qualified_name(class)
    {
        review.tell(
            &RULE,
            &at,
            &format!("is {}, which is not a class", shown(at.node)),
            fault,
        );
    }
    for range in spec.list("loadBalancerSourceRanges") {
        if range.str().is_some_and(|text| !is_cidr(text.trim())) {
            let message = format!("is {}, which is not a range of addresses", shown(range.node));
            review.tell(&RULE, &range, &message, "write it as `10.0.0.0/8`");
        }
    }
}

/// Whether a text is an address, a slash and the length of its prefix.
pub(super) fn is_cidr(text: &str) -> bool {
    text.split_once('/').is_some_and(|(address, length)| {
        let most = match address.parse::<IpAddr>() {
            Ok(IpAddr::V4(_)) => 32,
            Ok(IpAddr::V6(_)) => 128,
            Err(_) => return false,
        };
        length.parse::<u8>().is_ok_and(|length| length <= most)
    })
}

fn traffic(review: &mut Review<'_, '_>, spec: &At<'_>, kind: &str) {
    let is_external =
        matches!(kind, "LoadBalancer" | "NodePort") || kind == "ClusterIP" && spec.has_some("externalIPs");
    if spec.has_some("externalTrafficPolicy") && !is_external {
        let at = spec.missing("externalTrafficPolicy");
        let help = "remove it, or write `type: LoadBalancer` or `type: NodePort`";
        let message =
            format!("is for Services that can be reached from outside, and this is of the type `{kind}`");
        review.tell(&RULE, &at, &message, help);
    }
    let is_local = spec.text("externalTrafficPolicy") == Some("Local");
    if spec.number("healthCheckNodePort").is_some_and(|port| port != 0)
        && !(kind == "LoadBalancer" && is_local)
    {
        let at = spec.missing("healthCheckNodePort");
        let help = "remove it";
        review.tell(
            &RULE,
            &at,
            "is for the type `LoadBalancer` with `externalTrafficPolicy: Local`",
            help,
        );
    }
}

fn session(review: &mut Review<'_, '_>, spec: &At<'_>) {
    let Some(config) = spec.get("sessionAffinityConfig") else {
        return;
    };
    // Beside another affinity it is dropped in silence.
    if spec.text("sessionAffinity") == Some("ClientIP")
        && let Some(client) = config.get("clientIP")
        && let Some(seconds) = client.number("timeoutSeconds")
        && !(1..=86400).contains(&seconds)
    {
        review.tell(
            &RULE,
            &client.missing("timeoutSeconds"),
            &format!("is {seconds}"),
            "it is from 1 to 86400",
        );
    }
}

fn families(review: &mut Review<'_, '_>, spec: &At<'_>, kind: &str) {
    let families = spec.list("ipFamilies");
    for family in &families {
        if !matches!(family.str(), Some("IPv4" | "IPv6")) {
            one_of(review, family, &["IPv4", "IPv6"]);
        }
    }
    if let [first, second] = families.as_slice()
        && first.node == second.node
    {
        review.tell(&RULE, second, "is the same as the first one", "remove it");
    }
    if let Some(third) = families.get(2) {
        review.tell(&RULE, third, "is one family too many", "there are two");
    }
    if families.len() == 2 && spec.text("ipFamilyPolicy") == Some("SingleStack") {
        let help = "write one family, or `ipFamilyPolicy: PreferDualStack`";
        review.tell(
            &RULE,
            &spec.missing("ipFamilies"),
            "are two, and the policy is `SingleStack`",
            help,
        );
    }
    if kind == "ExternalName" {
        for field in ["ipFamilies", "ipFamilyPolicy"] {
            if spec.has_some(field) {
                review.tell(
                    &RULE,
                    &spec.missing(field),
                    "is not for the type `ExternalName`",
                    "remove it",
                );
            }
        }
    }
}
