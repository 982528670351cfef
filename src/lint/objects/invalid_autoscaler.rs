//! HorizontalPodAutoscalers that cannot scale.

use super::at::At;
use super::missing_field::required;
use super::review::Review;
use crate::diagnostic::Severity;
use crate::kubernetes::{Quantity, names};
use crate::lint::Rule;

/// See its texts.
pub const RULE: Rule = Rule {
    code: "invalid-autoscaler",
    severity: Severity::Error,
    meaning: "A HorizontalPodAutoscaler's bounds exclude each other, or a metric has no target.",
    reason: "The API server refuses the object.",
    action: "Write `minReplicas` and `maxReplicas` from 1 on, the least first, and one target for each metric.",
};

pub(super) fn check(review: &mut Review<'_, '_>) {
    let Some(spec) = review
        .spec()
        .filter(|_| review.is("autoscaling", "HorizontalPodAutoscaler"))
    else {
        return;
    };
    let (least, most) = (spec.number("minReplicas"), spec.number("maxReplicas"));
    if let Some(most) = most
        && most < 1
    {
        review.tell(
            &RULE,
            &spec.missing("maxReplicas"),
            &format!("is {most}"),
            "it is at least 1",
        );
    }
    if let Some(least) = least {
        let has_outer_metric = spec
            .list("metrics")
            .iter()
            .any(|metric| matches!(metric.text("type"), Some("Object" | "External")));
        if least < 0 || least == 0 && !has_outer_metric {
            review.tell(
                &RULE,
                &spec.missing("minReplicas"),
                &format!("is {least}"),
                "it is at least 1",
            );
        }
        if let Some(most) = most
            && most >= 1
            && most < least
        {
            let message = format!("is {most}, less than `minReplicas` ({least})");
            review.tell(&RULE, &spec.missing("maxReplicas"), &message, "raise it");
        }
    }
    if let Some(percentage) = spec.number("targetCPUUtilizationPercentage")
        && percentage < 1
    {
        let at = spec.missing("targetCPUUtilizationPercentage");
        review.tell(&RULE, &at, &format!("is {percentage}"), "it is at least 1");
    }
    if let Some(target) = spec.get("scaleTargetRef") {
        for field in ["kind", "name"] {
            if target.has(field) {
                required(review, &target, field, "");
            }
            path_name(review, &target, field);
        }
        let is_core = target.text("kind") == Some("ReplicationController");
        if !is_core && !target.text("apiVersion").unwrap_or_default().contains('/') {
            let at = target.missing("apiVersion");
            review.tell(&RULE, &at, "names no group", "write it as `apps/v1`");
        }
    }
    for metric in spec.list("metrics") {
        one_metric(review, &metric);
    }
    for direction in ["scaleUp", "scaleDown"] {
        if let Some(rules) = spec.path(&["behavior", direction]) {
            behavior(review, &rules);
        }
    }
}

fn one_metric(review: &mut Review<'_, '_>, metric: &At<'_>) {
    let (Some(kind), true) = (metric.text("type"), metric.node.as_map().is_some()) else {
        return;
    };
    let field = match kind {
        "Resource" => "resource",
        "ContainerResource" => "containerResource",
        "Pods" => "pods",
        "Object" => "object",
        "External" => "external",
        _ => {
            let choices = ["ContainerResource", "External", "Object", "Pods", "Resource"];
            super::invalid_choice::check(review, metric, "type", &choices);
            return;
        }
    };
    let Some(source) = metric.get(field) else {
        review.tell(
            &RULE,
            &metric.missing(field),
            "is missing",
            &format!("a metric of the type `{kind}` needs it"),
        );
        return;
    };
    for other in ["resource", "containerResource", "pods", "object", "external"] {
        if other != field && metric.has(other) {
            let message = format!("is not for a metric of the type `{kind}`");
            review.tell(&RULE, &metric.missing(other), &message, "remove it");
        }
    }
    for name in ["metric", "describedObject"] {
        if let Some(of) = source.get(name) {
            if of.has("name") {
                required(review, &of, "name", "");
            }
            path_name(review, &of, "name");
            path_name(review, &of, "kind");
        }
    }
    let Some(target) = source.get("target") else {
        return;
    };
    super::invalid_choice::check(review, &target, "type", &["Utilization", "Value", "AverageValue"]);
    if kind == "External" && target.has("value") && target.has("averageValue") {
        let at = target.missing("averageValue");
        review.tell(&RULE, &at, "stands beside `value`", "write one of them");
    }
    let fields: &[&str] = match kind {
        "Resource" | "ContainerResource" => &["averageUtilization", "averageValue"],
        "Pods" => &["averageValue"],
        _ => &["averageValue", "value"],
    };
    if !fields.iter().any(|field| target.has(field)) {
        let listed: Vec<String> = fields.iter().map(|field| format!("`{field}`")).collect();
        let at = target.missing(fields.first().copied().unwrap_or_default());
        review.tell(
            &RULE,
            &at,
            "is missing",
            &format!("write {}", listed.join(" or ")),
        );
    }
    if target
        .number("averageUtilization")
        .is_some_and(|number| number < 1)
    {
        review.tell(
            &RULE,
            &target.missing("averageUtilization"),
            "is less than 1",
            "it is at least 1",
        );
    }
    for field in ["averageValue", "value"] {
        if let Some(at) = target.get(field)
            && Quantity::of(at.node).is_some_and(|amount| amount <= Quantity::ZERO)
        {
            review.tell(&RULE, &at, "is not more than 0", "it is more than 0");
        }
    }
}

fn path_name(review: &mut Review<'_, '_>, holder: &At<'_>, field: &str) {
    if let Some(at) = holder.get(field)
        && let Some(text) = at.str()
        && let Err(fault) = names::path_segment(text)
    {
        review.tell_name(&RULE, &at, fault);
    }
}

fn behavior(review: &mut Review<'_, '_>, rules: &At<'_>) {
    if let Some(seconds) = rules.number("stabilizationWindowSeconds")
        && !(0..=3600).contains(&seconds)
    {
        let at = rules.missing("stabilizationWindowSeconds");
        review.tell(&RULE, &at, &format!("is {seconds}"), "it is from 0 to 3600");
    }
    super::invalid_choice::check(review, rules, "selectPolicy", &["Max", "Min", "Disabled"]);
    if rules.has("policies") && !rules.has_some("policies") {
        review.tell(
            &RULE,
            &rules.missing("policies"),
            "is empty",
            "write at least one policy",
        );
    }
    for policy in rules.list("policies") {
        super::invalid_choice::check(review, &policy, "type", &["Pods", "Percent"]);
        if let Some(seconds) = policy.number("periodSeconds")
            && !(1..=1800).contains(&seconds)
        {
            review.tell(
                &RULE,
                &policy.missing("periodSeconds"),
                &format!("is {seconds}"),
                "it is from 1 to 1800",
            );
        }
        // What is not there is 0.
        let value = policy.number("value").unwrap_or(0);
        if value < 1 {
            review.tell(
                &RULE,
                &policy.missing("value"),
                &format!("is {value}"),
                "it is at least 1",
            );
        }
    }
}
