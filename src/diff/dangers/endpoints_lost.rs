//! Services that select no pods any more.

use super::{Context, Rule};
use crate::diagnostic::Severity;
use crate::diff::model::{Change, ObjectChange};
use crate::manifest::Object;
use crate::yaml::{Map, Node, Value};

pub(super) const RULE: Rule = Rule {
    code: "endpoints-lost",
    severity: Severity::Error,
    meaning: "A Service selected pods and selects none any more, so that whoever calls it gets no answer.",
    action: "Let the labels of the pods and the selector of the Service agree, and let there be pods.",
};

pub(super) fn check(changes: &mut [ObjectChange], context: &Context<'_>) {
    let (before, after) = (workloads(context.old), workloads(context.new));
    let services = |objects: &[Object]| -> Vec<Object> {
        let services = objects.iter().filter(|object| object.identity.kind == "Service");
        services
            .filter(|object| selector(object).is_some())
            .cloned()
            .collect()
    };
    let old_services = services(context.old);
    for service in services(context.new) {
        let same = |other: &&Object| {
            other.identity.name == service.identity.name
                && context.namespace_of(other) == context.namespace_of(&service)
        };
        let Some(old) = old_services.iter().find(same) else {
            continue;
        };
        let selected_before: Vec<&Object> = selected(old, &before, context);
        if selected_before.is_empty() || !selected(&service, &after, context).is_empty() {
            continue;
        }
        let is_of = |change: &ObjectChange, identity: &crate::manifest::Identity| {
            let of =
                |object: &Option<Object>| object.as_ref().is_some_and(|object| object.identity == *identity);
            of(&change.old) || of(&change.new)
        };
        let own = changes.iter().position(|change| {
            is_of(change, &service.identity)
                && change
                    .fields
                    .iter()
                    .any(|field| field.path.starts_with(&["spec", "selector"]))
        });
        let workload = changes.iter().position(|change| {
            selected_before
                .iter()
                .any(|object| is_of(change, &object.identity))
        });
        let Some(change) = own.or(workload).and_then(|index| changes.get_mut(index)) else {
            continue;
        };
        let message = match (own.is_some(), change.change) {
            (true, _) => "it selects no pods any more".to_owned(),
            (false, Change::Removed) => format!("`{}` loses its only pods", service.identity),
            (false, _) => format!("`{}` selects no pods any more", service.identity),
        };
        let is_about = |path: &crate::diff::path::Trail| {
            path.starts_with(&["spec", "selector"])
                || path.starts_with(&["spec", "template", "metadata", "labels"])
                || path.starts_with(&["spec", "replicas"])
        };
        let danger = RULE.danger(message);
        let field = change.fields.iter().find(|field| is_about(&field.path));
        let danger = match field {
            Some(field) => danger.at(&field.path),
            None => danger,
        };
        change.dangers.push(danger);
    }
}

/// The objects that have pods, one at least.
fn workloads(objects: &[Object]) -> Vec<&Object> {
    let has_pods = |object: &&Object| {
        let is_none = matches!(
            object
                .node
                .at_path(&["spec", "replicas"])
                .map(|found| &found.value),
            Some(Value::Int(0))
        );
        matches!(
            object.identity.kind.as_str(),
            "Deployment" | "StatefulSet" | "DaemonSet" | "ReplicaSet" | "ReplicationController" | "Pod"
        ) && !is_none
    };
    objects.iter().filter(has_pods).collect()
}

fn selector(service: &Object) -> Option<&Map> {
    let selector = service.node.at_path(&["spec", "selector"])?.as_map()?;
    (!selector.is_empty()).then_some(selector)
}

fn selected<'o>(service: &Object, workloads: &[&'o Object], context: &Context<'_>) -> Vec<&'o Object> {
    let Some(selector) = selector(service) else {
        return Vec::new();
    };
    let is_selected = |object: &&&Object| {
        let path: &[&str] = match object.identity.kind.as_str() {
            "Pod" => &["metadata", "labels"],
            _ => &["spec", "template", "metadata", "labels"],
        };
        let labels = object.node.at_path(path).and_then(Node::as_map);
        context.namespace_of(object) == context.namespace_of(service)
            && labels.is_some_and(|labels| {
                selector
                    .iter()
                    .all(|(key, entry)| labels.get(key) == Some(&entry.node))
            })
    };
    workloads.iter().filter(is_selected).copied().collect()
}
