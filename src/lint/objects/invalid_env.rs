//! Environment variables that cannot be set.

use super::at::At;
use super::missing_field::required;
use super::pod::Pod;
use super::review::{Review, shown};
use crate::diagnostic::Severity;
use crate::kubernetes::names;
use crate::lint::Rule;

/// See its texts.
pub const RULE: Rule = Rule {
    code: "invalid-env",
    severity: Severity::Error,
    meaning: "An environment variable has a name that is not one, two sources, or a source that says too little.",
    reason: "The API server refuses the object.",
    action: "Write a `name` and either a `value` or one source below `valueFrom`.",
};

/// Fields of a pod that a variable can be set from.
const FIELDS: &[&str] = &[
    "metadata.name",
    "metadata.namespace",
    "metadata.uid",
    "spec.nodeName",
    "spec.serviceAccountName",
    "status.hostIP",
    "status.hostIPs",
    "status.podIP",
    "status.podIPs",
];

pub(super) fn check(review: &mut Review<'_, '_>, pod: &Pod<'_>) {
    for container in &pod.containers {
        for env in container.at.list("env") {
            if env.node.as_map().is_some() {
                variable(review, &env);
            }
        }
        for from in container.at.list("envFrom") {
            if from.node.as_map().is_none() && !from.node.is_null() {
                continue;
            }
            let sources: Vec<At<'_>> = ["configMapRef", "secretRef"]
                .iter()
                .filter_map(|name| from.get(name))
                .collect();
            match sources.as_slice() {
                [] => review.tell(
                    &RULE,
                    &from,
                    "names no source",
                    "write `configMapRef:` or `secretRef:` below it",
                ),
                [source] => {
                    required(review, source, "name", "");
                    object_name(review, source);
                }
                [_, second, ..] => {
                    review.tell(&RULE, second, "is a second source", "begin another item for it")
                }
            }
        }
    }
}

fn variable(review: &mut Review<'_, '_>, env: &At<'_>) {
    if let Some(at) = env.get("name")
        && let Some(name) = at.str()
        && let Err(fault) = names::env_name(name)
    {
        review.tell(
            &RULE,
            &at,
            &format!("is {}, which is not a variable's name", shown(at.node)),
            fault,
        );
    }
    let Some(from) = env.get("valueFrom").filter(|from| from.node.as_map().is_some()) else {
        return;
    };
    let sources: Vec<At<'_>> = [
        "fieldRef",
        "resourceFieldRef",
        "configMapKeyRef",
        "secretKeyRef",
        "fileKeyRef",
    ]
    .iter()
    .filter_map(|name| from.get(name))
    .collect();
    match sources.as_slice() {
        [] => {
            let help = "write one of `fieldRef`, `resourceFieldRef`, `configMapKeyRef` and `secretKeyRef` below it, or a `value` instead";
            review.tell(&RULE, &from, "names no source", help);
        }
        [_] => {}
        [_, second, ..] => review.tell(&RULE, second, "is a second source", "write one of them"),
    }
    if env.has_some("value") && !sources.is_empty() {
        review.tell(&RULE, &from, "stands beside `value`", "write one of them");
    }
    super::invalid_volume::resource_field(review, &from);
    for name in ["configMapKeyRef", "secretKeyRef"] {
        if let Some(source) = from.get(name) {
            required(review, &source, "name", "");
            object_name(review, &source);
            if source.has("key") {
                required(review, &source, "key", "");
            }
        }
    }
    if let Some(at) = from.path(&["fieldRef", "fieldPath"])
        && let Some(field) = at.str()
    {
        let is_key = ["metadata.labels['", "metadata.annotations['"]
            .iter()
            .any(|start| field.starts_with(start) && field.ends_with("']"));
        if !FIELDS.contains(&field) && !is_key {
            let help = format!(
                "it is one of {}, `metadata.labels['KEY']` and `metadata.annotations['KEY']`",
                listed(FIELDS)
            );
            review.tell(
                &RULE,
                &at,
                &format!("is {}, which a variable cannot be set from", shown(at.node)),
                &help,
            );
        }
    }
}

fn listed(names: &[&str]) -> String {
    let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    names.join(", ")
}

fn object_name(review: &mut Review<'_, '_>, source: &At<'_>) {
    if let Some(at) = source.get("name")
        && let Some(text) = at.str()
        && !text.is_empty()
        && let Err(fault) = names::dns_subdomain(text)
    {
        review.tell_name(&RULE, &at, fault);
    }
}
