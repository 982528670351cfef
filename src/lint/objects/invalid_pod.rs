//! What a pod as a whole cannot be.

use std::net::IpAddr;

use super::at::At;
use super::invalid_choice::one_of;
use super::missing_field::required;
use super::pod::{Owner, Pod};
use super::review::{Review, shown};
use crate::diagnostic::Severity;
use crate::kubernetes::names;
use crate::lint::Rule;

/// See its texts.
pub const RULE: Rule = Rule {
    code: "invalid-pod",
    severity: Severity::Error,
    meaning: "A pod has no containers, a container without an image, or settings that its kind or its DNS policy does not allow.",
    reason: "The API server refuses the object.",
    action: "Write what the message asks for.",
};

/// Says where a pod should be and is not.
pub(super) fn of_nothing(review: &mut Review<'_, '_>, template: &At<'_>) {
    if !template.has("spec") {
        let at = template.missing("spec").missing("containers");
        review.tell(&RULE, &at, "is missing", "a pod has at least one container");
    }
}

pub(super) fn check(review: &mut Review<'_, '_>, pod: &Pod<'_>) {
    let spec = &pod.spec;
    if spec
        .get("containers")
        .is_some_and(|list| list.node.as_list().is_some_and(<[_]>::is_empty))
    {
        review.tell(
            &RULE,
            &spec.missing("containers"),
            "is empty",
            "a pod has at least one container",
        );
    }
    for container in &pod.containers {
        if container.at.has("name") {
            required(review, &container.at, "name", "give the container a name");
        }
        image(review, &container.at, pod.owner);
        if container.is_init {
            super::invalid_choice::check(
                review,
                &container.at,
                "restartPolicy",
                &["Always", "Never", "OnFailure"],
            );
        }
    }
    if let Some(policy) = spec.get("restartPolicy")
        && let Some(text) = policy.str()
        && ["Always", "OnFailure", "Never"].contains(&text)
    {
        match pod.owner {
            Owner::Keeper if text != "Always" => one_of(review, &policy, &["Always"]),
            Owner::Job if text == "Always" => one_of(review, &policy, &["OnFailure", "Never"]),
            _ => {}
        }
    } else if pod.owner == Owner::Job && !spec.has_some("restartPolicy") {
        let help = "write `OnFailure` or `Never`: what is there by default, `Always`, is not for jobs";
        review.tell(&RULE, &spec.missing("restartPolicy"), "is missing", help);
    }
    if pod.owner == Owner::Keeper && spec.has("activeDeadlineSeconds") {
        let at = spec.missing("activeDeadlineSeconds");
        review.tell(&RULE, &at, "is for Pods and Jobs", "remove it");
    }
    for field in ["terminationGracePeriodSeconds", "activeDeadlineSeconds"] {
        let least = if field == "activeDeadlineSeconds" { 1 } else { 0 };
        if let Some(number) = spec.number(field)
            && number < least
        {
            review.tell(
                &RULE,
                &spec.missing(field),
                &format!("is {number}"),
                &format!("it is at least {least}"),
            );
        }
    }
    dns(review, spec);
    for sysctl in spec
        .path(&["securityContext", "sysctls"])
        .map(|list| list.items())
        .unwrap_or_default()
    {
        let is_part = |part: &str| {
            let is_end = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
            part.starts_with(is_end)
                && part.ends_with(is_end)
                && part.chars().all(|c| is_end(c) || matches!(c, '-' | '_'))
        };
        if let Some(at) = sysctl.get("name")
            && at.str().is_some_and(|name| !name.split(['.', '/']).all(is_part))
        {
            review.tell(
                &RULE,
                &at,
                &format!("is {}, which is not a kernel setting", shown(at.node)),
                "write it as `net.core.somaxconn`",
            );
        }
    }
    for alias in spec.list("hostAliases") {
        if let Some(at) = alias.get("ip")
            && let Some(ip) = at.str()
            && ip.parse::<IpAddr>().is_err()
        {
            review.tell(
                &RULE,
                &at,
                &format!("is {}, which is not an IP address", shown(at.node)),
                "write an address such as `10.0.0.1`",
            );
        }
    }
    for name in spec
        .list("hostAliases")
        .iter()
        .flat_map(|alias| alias.list("hostnames"))
    {
        if let Some(text) = name.str()
            && let Err(fault) = names::dns_subdomain(text)
        {
            review.tell(
                &RULE,
                &name,
                &format!("is {}, which is not a host", shown(name.node)),
                fault,
            );
        }
    }
    for gate in spec.list("readinessGates") {
        if gate.has("conditionType") {
            required(review, &gate, "conditionType", "");
        }
    }
}

fn image(review: &mut Review<'_, '_>, container: &At<'_>, owner: Owner) {
    match container.get("image") {
        Some(at) if at.is_empty() => review.tell(&RULE, &at, "is empty", "write the image of the container"),
        Some(at) => {
            if let Some(text) = at.str()
                && text.trim() != text
                // Of a template it is found out when pods are made of it.
                && owner == Owner::Pod
            {
                review.tell(&RULE, &at, "begins or ends with a blank", "remove the blank");
            }
        }
        None => {
            let at = container.missing("image");
            review.tell(&RULE, &at, "is missing", "write the image of the container");
        }
    }
}

fn dns(review: &mut Review<'_, '_>, spec: &At<'_>) {
    const MOST_SERVERS: usize = 3;
    let servers = spec
        .path(&["dnsConfig", "nameservers"])
        .map(|list| list.items())
        .unwrap_or_default();
    if spec.text("dnsPolicy") == Some("None") && servers.is_empty() {
        let at = spec.missing("dnsConfig").missing("nameservers");
        review.tell(
            &RULE,
            &at,
            "is missing",
            "with `dnsPolicy: None` there has to be a name server",
        );
    }
    for (index, server) in servers.iter().enumerate() {
        if index == MOST_SERVERS {
            review.tell(
                &RULE,
                server,
                "is one name server too many",
                "there are at most 3",
            );
        }
        if server.str().is_some_and(|text| text.parse::<IpAddr>().is_err()) {
            let message = format!("is {}, which is not an IP address", shown(server.node));
            review.tell(&RULE, server, &message, "write an address such as `10.0.0.1`");
        }
    }
    for search in config_list(spec, "searches") {
        let is_name = |text: &str| {
            names::dns_subdomain(&text.trim_end_matches('.').replace('_', "-").to_lowercase()).is_ok()
        };
        if search
            .str()
            .is_some_and(|text| text != "." && (!is_name(text) || text.contains(char::is_uppercase)))
        {
            let message = format!("is {}, which is not a DNS name", shown(search.node));
            review.tell(
                &RULE,
                &search,
                &message,
                "write a name such as `svc.cluster.local`",
            );
        }
    }
    for option in config_list(spec, "options") {
        if option.node.as_map().is_some() {
            required(review, &option, "name", "");
        }
    }
}

fn config_list<'a>(spec: &At<'a>, field: &str) -> Vec<At<'a>> {
    spec.path(&["dnsConfig", field])
        .map(|list| list.items())
        .unwrap_or_default()
}
