//! Hosts that no Ingress or route serves any more.

use std::collections::BTreeSet;

use super::{Context, Rule, items, text};
use crate::diagnostic::Severity;
use crate::diff::model::ObjectChange;
use crate::manifest::Object;
use crate::yaml::Node;

pub(super) const RULE: Rule = Rule {
    code: "host-gone",
    severity: Severity::Warning,
    meaning: "A host was served by an Ingress or route and is not any more.",
    action: "Tell those who use the host, or keep it beside the new one for a while.",
};

pub(super) fn check(changes: &mut [ObjectChange], context: &Context<'_>) {
    let served: BTreeSet<&str> = context.new.iter().flat_map(hosts).collect();
    for change in changes {
        let Some(old) = &change.old else { continue };
        let gone: Vec<String> = hosts(old)
            .into_iter()
            .filter(|host| !served.contains(host))
            .map(|host| format!("`{host}`"))
            .collect();
        if gone.is_empty() {
            continue;
        }
        let verb = if gone.len() == 1 { "is" } else { "are" };
        let danger = RULE.danger(format!("{} {verb} not served any more", gone.join(", ")));
        let field = change.fields.iter().find(|field| {
            field.path.starts_with(&["spec", "rules"]) || field.path.starts_with(&["spec", "hostnames"])
        });
        let danger = match field {
            Some(field) => danger.at(&field.path),
            None => danger,
        };
        change.dangers.push(danger);
    }
}

fn hosts(object: &Object) -> BTreeSet<&str> {
    match object.identity.kind.as_str() {
        "Ingress" => items(&object.node, &["spec", "rules"])
            .iter()
            .filter_map(|rule| text(rule, &["host"]))
            .collect(),
        "HTTPRoute" | "GRPCRoute" | "TLSRoute" => items(&object.node, &["spec", "hostnames"])
            .iter()
            .filter_map(Node::as_str)
            .collect(),
        "Route" => text(&object.node, &["spec", "host"]).into_iter().collect(),
        _ => BTreeSet::new(),
    }
}
