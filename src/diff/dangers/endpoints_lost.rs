//! Services that select no pods any more.

use std::collections::HashMap;

use super::{Context, Rule};
use crate::diagnostic::Severity;
use crate::diff::model::{Change, ObjectChange};
use crate::manifest::Object;
use crate::yaml::{Map, Value};

pub(super) const RULE: Rule = Rule {
    code: "endpoints-lost",
    severity: Severity::Error,
    meaning: "A Service selected pods and selects none any more, so that whoever calls it gets no answer.",
    action: "Let the labels of the pods and the selector of the Service agree, and let there be pods.",
};

pub(super) fn check(changes: &mut [ObjectChange], context: &Context<'_>) {
    let (before, after) = (
        Workloads::of(context.old, context),
        Workloads::of(context.new, context),
    );
    let services = |objects: &'_ [Object]| -> Vec<Object> {
        let services = objects.iter().filter(|object| object.identity.kind == "Service");
        services
            .filter(|object| selector(object).is_some())
            .cloned()
            .collect()
    };
    let old_services = services(context.old);
    let old_services: HashMap<(&str, &str), &Object> = old_services
        .iter()
        .map(|service| {
            (
                (context.namespace_of(service), service.identity.name.as_str()),
                service,
            )
        })
        .collect();
    for service in services(context.new) {
        let key = (context.namespace_of(&service), service.identity.name.as_str());
        let Some(old) = old_services.get(&key) else {
            continue;
        };
        let selected_before: Vec<&Object> = before.selected(old, context);
        if selected_before.is_empty() || !after.selected(&service, context).is_empty() {
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

/// The objects that have pods, one at least, by the namespace and each label of those.
struct Workloads<'o>(HashMap<(&'o str, &'o str, &'o str), Vec<&'o Object>>);

impl<'o> Workloads<'o> {
    fn of(objects: &'o [Object], context: &'o Context<'_>) -> Workloads<'o> {
        let mut by_label: HashMap<(&str, &str, &str), Vec<&Object>> = HashMap::new();
        for object in objects.iter().filter(|object| has_pods(object)) {
            for (key, entry) in labels(object).into_iter().flat_map(Map::iter) {
                if let Some(value) = entry.node.as_str() {
                    by_label
                        .entry((context.namespace_of(object), key, value))
                        .or_default()
                        .push(object);
                }
            }
        }
        Workloads(by_label)
    }

    fn selected(&self, service: &Object, context: &Context<'_>) -> Vec<&'o Object> {
        let Some(selector) = selector(service) else {
            return Vec::new();
        };
        let namespace = context.namespace_of(service);
        // The label that the fewest have.
        let candidates = selector.iter().map(|(key, entry)| {
            let value = entry.node.as_str().unwrap_or_default();
            self.0
                .get(&(namespace, &**key, value))
                .map_or(&[][..], Vec::as_slice)
        });
        let fewest = candidates.min_by_key(|list| list.len());
        let is_selected = |object: &&&Object| {
            labels(object).is_some_and(|labels| {
                selector
                    .iter()
                    .all(|(key, entry)| labels.get(key) == Some(&entry.node))
            })
        };
        fewest
            .unwrap_or_default()
            .iter()
            .filter(is_selected)
            .copied()
            .collect()
    }
}

fn has_pods(object: &Object) -> bool {
    let replicas = object
        .node
        .at_path(&["spec", "replicas"])
        .map(|found| &found.value);
    matches!(
        object.identity.kind.as_str(),
        "Deployment" | "StatefulSet" | "DaemonSet" | "ReplicaSet" | "ReplicationController" | "Pod"
    ) && !matches!(replicas, Some(Value::Int(0)))
}

/// The labels of an object's pods.
fn labels(object: &Object) -> Option<&Map> {
    let path: &[&str] = match object.identity.kind.as_str() {
        "Pod" => &["metadata", "labels"],
        _ => &["spec", "template", "metadata", "labels"],
    };
    object.node.at_path(path)?.as_map()
}

fn selector(service: &Object) -> Option<&Map> {
    let selector = service.node.at_path(&["spec", "selector"])?.as_map()?;
    (!selector.is_empty()).then_some(selector)
}
