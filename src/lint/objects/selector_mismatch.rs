//! Selectors that do not select the pods beside them.

use super::at::At;
use super::pod::{Owner, Pod};
use super::review::{Review, shown};
use crate::diagnostic::Severity;
use crate::lint::Rule;
use crate::yaml::Node;

/// See its texts.
pub const RULE: Rule = Rule {
    code: "selector-mismatch",
    severity: Severity::Error,
    meaning: "A workload's selector does not match the labels of its own pod template, or is empty.",
    reason: "The API server refuses the object: it could not find the pods that it makes.",
    action: "Give the pods the selector's labels; the labels that values add must not change those that the selector has.",
};

pub(super) fn check(review: &mut Review<'_, '_>, pod: &Pod<'_>) {
    let Some(spec) = review.spec().filter(|_| pod.owner == Owner::Keeper) else {
        return;
    };
    let Some(selector) = spec.get("selector") else {
        return;
    };
    let is_plain = review.is("", "ReplicationController");
    if !is_plain && !selector.has_some("matchLabels") && !selector.has_some("matchExpressions") {
        if selector.node.as_map().is_some() {
            review.tell(
                &RULE,
                &selector,
                "selects everything",
                "write `matchLabels` with labels of the pods",
            );
        }
        return;
    }
    let labels = pod.template.missing("metadata").missing("labels");
    let node = pod.template.node.at_path(&["metadata", "labels"]);
    if let Some(reason) = mismatch(&selector, is_plain, node) {
        review.tell(
            &RULE,
            &labels,
            &format!("do not match the selector: {reason}"),
            "give the pods the label, or change the selector",
        );
    }
}

/// Why labels do not match a selector.
pub(super) fn mismatch(selector: &At<'_>, is_plain: bool, labels: Option<&Node>) -> Option<String> {
    let wanted = match is_plain {
        true => Some(selector.clone()),
        false => selector.get("matchLabels"),
    };
    let entries = wanted.map(|wanted| wanted.entries()).unwrap_or_default();
    for (key, at) in entries {
        let label = labels
            .and_then(|labels| labels.get(key))
            .filter(|label| !label.is_null());
        match label {
            Some(label) if label == at.node => {}
            Some(label) => {
                return Some(format!(
                    "`{key}` is {}, and it wants {}",
                    shown(label),
                    shown(at.node)
                ));
            }
            None => return Some(format!("they lack `{key}: {}`", shown(at.node).trim_matches('`'))),
        }
    }
    selector
        .list("matchExpressions")
        .iter()
        .find(|expression| !matches_expression(expression, labels))
        .map(|expression| {
            format!(
                "they do not fit the expression for `{}`",
                expression.text("key").unwrap_or_default()
            )
        })
}

fn matches_expression(expression: &At<'_>, labels: Option<&Node>) -> bool {
    let label = labels.and_then(|labels| labels.get(expression.text("key")?));
    let is_one =
        || label.is_some_and(|label| expression.list("values").iter().any(|value| value.node == label));
    match expression.text("operator").unwrap_or_default() {
        "In" => is_one(),
        "NotIn" => !is_one(),
        "Exists" => label.is_some(),
        "DoesNotExist" => label.is_none(),
        // Another one is told as such.
        _ => true,
    }
}

/// Whether labels have all those of a plain map.
pub(super) fn has_all(labels: Option<&Node>, wanted: &At<'_>) -> bool {
    wanted
        .entries()
        .iter()
        .all(|(key, at)| labels.and_then(|labels| labels.get(key)) == Some(at.node))
}
