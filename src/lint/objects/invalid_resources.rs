//! Resources of containers that cannot be given.

use super::at::At;
use super::pod::Pod;
use super::review::{Review, shown};
use crate::diagnostic::{Severity, nearest};
use crate::kubernetes::{Quantity, names};
use crate::lint::Rule;

/// See its texts.
pub const RULE: Rule = Rule {
    code: "invalid-resources",
    severity: Severity::Error,
    meaning: "A container requests more than its limit, a negative amount, or a resource that does not exist.",
    reason: "The API server refuses the object.",
    action: "Lower the request or raise the limit; the resources are `cpu`, `memory`, `ephemeral-storage`, `hugepages-SIZE` and those of devices, which have a domain.",
};

const STANDARD: &[&str] = &["cpu", "memory", "ephemeral-storage"];

pub(super) fn check(review: &mut Review<'_, '_>, pod: &Pod<'_>) {
    for container in &pod.containers {
        let Some(resources) = container.at.get("resources") else {
            continue;
        };
        let limits = resources.get("limits");
        for field in ["limits", "requests"] {
            let Some(amounts) = resources.get(field) else {
                continue;
            };
            for (name, at) in amounts.entries() {
                resource(review, name, &at);
            }
        }
        let Some(requests) = resources.get("requests") else {
            continue;
        };
        for (name, at) in requests.entries() {
            let is_native = STANDARD.contains(&name) || name.starts_with("hugepages-");
            let has_limit = limits.as_ref().is_some_and(|limits| limits.has(name));
            if !is_native && name.contains('/') && !has_limit {
                let at = resources.missing("limits").missing(name);
                review.tell(
                    &RULE,
                    &at,
                    "is missing",
                    "devices are given whole: write the same limit",
                );
            }
            let limit = limits.as_ref().and_then(|limits| limits.node.get(name));
            let (Some(request), Some(limit_amount)) = (Quantity::of(at.node), limit.and_then(Quantity::of))
            else {
                continue;
            };
            if request > limit_amount {
                let limit = limit.map(shown).unwrap_or_default();
                let message = format!("is {}, more than the limit of {limit}", shown(at.node));
                review.tell(&RULE, &at, &message, "lower it, or raise the limit");
            } else if request < limit_amount && !STANDARD.contains(&name) {
                let message = format!("is {}, and has to be the same as the limit", shown(at.node));
                review.tell(
                    &RULE,
                    &at,
                    &message,
                    "only CPU, memory and ephemeral storage can be had in part",
                );
            }
        }
    }
}

fn resource(review: &mut Review<'_, '_>, name: &str, at: &At<'_>) {
    let is_native = STANDARD.contains(&name) || name.starts_with("hugepages-");
    let is_extended = !is_native && name.contains('/') && names::qualified_name(name).is_ok();
    if !is_native && !is_extended {
        let help = match nearest(name, STANDARD.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "they are `cpu`, `memory`, `ephemeral-storage`, `hugepages-SIZE` and those of devices, such as `nvidia.com/gpu`".to_owned(),
        };
        review.tell(&RULE, at, "is not a resource that a container can have", &help);
        return;
    }
    let Some(amount) = Quantity::of(at.node) else {
        return;
    };
    if amount.is_negative() {
        review.tell(&RULE, at, &format!("is {}", shown(at.node)), "it is at least 0");
    } else if is_extended && !amount.is_whole() {
        review.tell(
            &RULE,
            at,
            &format!("is {}", shown(at.node)),
            "devices are counted in whole numbers",
        );
    } else if name == "cpu" && !amount.is_whole_milli() {
        let message = format!("is {}, finer than a thousandth of a CPU", shown(at.node));
        review.tell(&RULE, at, &message, "the least is `1m`");
    }
}
