//! How workloads are updated.

use super::at::{At, whole};
use super::review::{Review, shown};
use crate::diagnostic::Severity;
use crate::lint::Rule;
use crate::yaml::{Node, Value};

/// See its texts.
pub const RULE: Rule = Rule {
    code: "invalid-strategy",
    severity: Severity::Error,
    meaning: "A workload's update strategy has settings of another type, or numbers with which nothing could be updated.",
    reason: "The API server refuses the object.",
    action: "Remove `rollingUpdate` where the type is another one (`rollingUpdate: null` removes a default), or correct the numbers.",
};

pub(super) fn check(review: &mut Review<'_, '_>) {
    let (field, other) = if review.is("apps", "Deployment") {
        ("strategy", "Recreate")
    } else if review.is("apps", "DaemonSet") || review.is("apps", "StatefulSet") {
        ("updateStrategy", "OnDelete")
    } else {
        return;
    };
    let Some(spec) = review.spec() else { return };
    for count in [
        "replicas",
        "minReadySeconds",
        "revisionHistoryLimit",
        "progressDeadlineSeconds",
    ] {
        if let Some(number) = spec.number(count)
            && number < 0
        {
            review.tell(
                &RULE,
                &spec.missing(count),
                &format!("is {number}"),
                "it is at least 0",
            );
        }
    }
    if let (Some(deadline), ready) = (
        spec.number("progressDeadlineSeconds"),
        spec.number("minReadySeconds").unwrap_or(0),
    ) && deadline <= ready
        && deadline >= 0
    {
        let at = spec.missing("progressDeadlineSeconds");
        review.tell(
            &RULE,
            &at,
            &format!("is {deadline}"),
            &format!("it is more than `minReadySeconds` ({ready})"),
        );
    }
    let Some(strategy) = spec.get(field) else { return };
    let kind = strategy.text("type").unwrap_or_default();
    if !kind.is_empty() && !["RollingUpdate", other].contains(&kind) {
        // That is told by the structure.
        return;
    }
    let Some(rolling) = strategy.get("rollingUpdate") else {
        return;
    };
    if kind == other {
        // A DaemonSet's and StatefulSet's is ignored by the API server where nothing is in it.
        let help = format!(
            "remove it, or write `type: RollingUpdate`; `rollingUpdate: null` in values removes a default with `type: {other}`"
        );
        if review.is("apps", "Deployment") || review.is("apps", "StatefulSet") {
            review.tell(&RULE, &rolling, &format!("is not for `type: {other}`"), &help);
        }
        return;
    }
    if let Some(partition) = rolling.number("partition")
        && partition < 0
    {
        review.tell(
            &RULE,
            &rolling.missing("partition"),
            &format!("is {partition}"),
            "it is at least 0",
        );
    }
    if review.is("apps", "StatefulSet") {
        amount(review, &rolling, "maxUnavailable");
        if rolling.get("maxUnavailable").is_some_and(|at| is_zero(at.node)) {
            review.tell(
                &RULE,
                &rolling.missing("maxUnavailable"),
                "is 0",
                "it is at least 1",
            );
        }
        return;
    }
    amount(review, &rolling, "maxUnavailable");
    amount(review, &rolling, "maxSurge");
    let (unavailable, surge) = (rolling.get("maxUnavailable"), rolling.get("maxSurge"));
    let are_both_zero = match (&unavailable, &surge) {
        (Some(unavailable), Some(surge)) => is_zero(unavailable.node) && is_zero(surge.node),
        // A DaemonSet's surge is 0 where it is not given.
        (Some(unavailable), None) => is_zero(unavailable.node) && review.is("apps", "DaemonSet"),
        _ => false,
    };
    if are_both_zero {
        let help = "one of `maxUnavailable` and `maxSurge` has to be more than 0";
        review.tell(
            &RULE,
            &rolling.missing("maxUnavailable"),
            "is 0, as is `maxSurge`",
            help,
        );
    }
    let both = |at: &Option<At<'_>>| at.as_ref().is_some_and(|at| !is_zero(at.node));
    if review.is("apps", "DaemonSet") && both(&surge) && both(&unavailable) {
        let help = "write 0 for one of them";
        review.tell(
            &RULE,
            &rolling.missing("maxSurge"),
            "is more than 0, as is `maxUnavailable`",
            help,
        );
    }
}

fn is_zero(node: &Node) -> bool {
    match &node.value {
        Value::Int(number) => *number == 0,
        Value::String(text) => text
            .strip_suffix('%')
            .is_some_and(|number| number.bytes().all(|byte| byte == b'0')),
        _ => false,
    }
}

/// Holds a field to be a number from 0 or a percentage up to 100.
pub(super) fn amount(review: &mut Review<'_, '_>, holder: &At<'_>, field: &str) {
    let Some(at) = holder.get(field) else { return };
    let is_amount = match (whole(at.node), at.str()) {
        (Some(number), _) => number >= 0,
        (None, Some(text)) => text
            .strip_suffix('%')
            .is_some_and(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())),
        _ => return,
    };
    if !is_amount {
        let message = format!("is {}", shown(at.node));
        review.tell(
            &RULE,
            &at,
            &message,
            "it is a whole number from 0, or a percentage such as `25%`",
        );
    } else if let Some(text) = at.str()
        && text
            .trim_end_matches('%')
            .parse::<u64>()
            .is_ok_and(|number| number > 100)
        && field == "maxUnavailable"
    {
        review.tell(
            &RULE,
            &at,
            &format!("is {}", shown(at.node)),
            "it is at most `100%`",
        );
    }
}
