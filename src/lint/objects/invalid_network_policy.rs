//! NetworkPolicies that name no peers, or ports that are none.

use super::at::{At, whole};
use super::invalid_service::is_cidr;
use super::review::{Review, shown};
use crate::diagnostic::Severity;
use crate::kubernetes::names;
use crate::lint::Rule;

/// See its texts.
pub const RULE: Rule = Rule {
    code: "invalid-network-policy",
    severity: Severity::Error,
    meaning: "A NetworkPolicy has a peer without a selector, one with two kinds of selectors, or a range or port that is not one.",
    reason: "The API server refuses the object.",
    action: "Write `podSelector`, `namespaceSelector` or both, or `ipBlock` alone.",
};

pub(super) fn check(review: &mut Review<'_, '_>) {
    let Some(spec) = review
        .spec()
        .filter(|_| review.is("networking.k8s.io", "NetworkPolicy"))
    else {
        return;
    };
    if let Some(selector) = spec.get("podSelector") {
        super::invalid_label::selector(review, &selector);
    }
    for (direction, peers) in [("ingress", "from"), ("egress", "to")] {
        for rule in spec.list(direction) {
            for peer in rule.list(peers) {
                self::peer(review, &peer);
            }
            for port in rule.list("ports") {
                self::port(review, &port);
            }
        }
    }
}

fn peer(review: &mut Review<'_, '_>, peer: &At<'_>) {
    if peer.node.as_map().is_none() && !peer.node.is_null() {
        return;
    }
    let block = peer.get("ipBlock");
    let selectors: Vec<At<'_>> = ["podSelector", "namespaceSelector"]
        .iter()
        .filter_map(|field| peer.get(field))
        .collect();
    if block.is_none() && selectors.is_empty() {
        let help = "write `podSelector`, `namespaceSelector` or `ipBlock` below it; `namespaceSelector: {}` is everyone in the cluster";
        review.tell(&RULE, peer, "names no peer", help);
    }
    for selector in &selectors {
        super::invalid_label::selector(review, selector);
    }
    let Some(block) = block else { return };
    if !selectors.is_empty() {
        review.tell(
            &RULE,
            &block,
            "stands beside a selector",
            "begin another item for it",
        );
    }
    let ranges = block.get("cidr").into_iter().chain(block.list("except"));
    for range in ranges {
        if range.str().is_some_and(|text| !is_cidr(text)) {
            let message = format!("is {}, which is not a range of addresses", shown(range.node));
            review.tell(&RULE, &range, &message, "write it as `10.0.0.0/8`");
        }
    }
}

fn port(review: &mut Review<'_, '_>, port: &At<'_>) {
    let Some(at) = port.get("port") else {
        if port.has("endPort") {
            review.tell(
                &RULE,
                &port.missing("endPort"),
                "is for ranges that begin with `port`",
                "write `port`, too",
            );
        }
        return;
    };
    if at.str().is_some() && port.has("endPort") {
        review.tell(
            &RULE,
            &port.missing("endPort"),
            "is for ranges of numbers, and `port` is a name",
            "remove it",
        );
    }
    match (whole(at.node), at.str()) {
        (Some(number), _) if !(1..=65535).contains(&number) => {
            review.tell(
                &RULE,
                &at,
                &format!("is {number}, which is not a port"),
                "ports are from 1 to 65535",
            );
        }
        (None, Some(name)) => {
            if let Err(fault) = names::port_name(name) {
                review.tell(
                    &RULE,
                    &at,
                    &format!("is {}, which is not a port", shown(at.node)),
                    fault,
                );
            }
        }
        _ => {}
    }
    super::invalid_choice::check(review, port, "protocol", &["TCP", "UDP", "SCTP"]);
    if let Some(last) = port.number("endPort").filter(|last| !(1..=65535).contains(last)) {
        let at = port.missing("endPort");
        review.tell(
            &RULE,
            &at,
            &format!("is {last}, which is not a port"),
            "ports are from 1 to 65535",
        );
    } else if let (Some(first), Some(last)) = (whole(at.node), port.number("endPort"))
        && last < first
    {
        review.tell(
            &RULE,
            &port.missing("endPort"),
            &format!("is {last}, less than `port`"),
            "raise it",
        );
    }
}
