//! Receivers that no route leads to.

use std::collections::HashSet;

use crate::diagnostic::Severity;
use crate::lint::Rule;
use crate::lint::configuration::checker::Checker;
use crate::lint::configuration::scalars::written;
use crate::lint::units::shown;
use crate::yaml::{Map, Node};

/// The rule.
pub const RULE: Rule = Rule {
    code: "alertmanager-unused-receiver",
    severity: Severity::Info,
    meaning: "No route leads to a receiver.",
    reason: "Alertmanager takes it, and tells nobody anything through it: a route may be missing, or name another receiver.",
    action: "Name it in a route, or remove it.",
};

/// Looks at a configuration.
pub fn check(map: &Map, checker: &mut Checker) {
    let mut used = HashSet::new();
    let Some(root) = map.get("route").filter(|route| route.as_map().is_some()) else {
        return;
    };
    collect(root, &mut used);
    checker.each_item(map, "receivers", |checker, receiver| {
        let Some(receiver) = receiver.as_map() else { return };
        let name = receiver.get("name").and_then(written).unwrap_or_default();
        if !name.is_empty() && !used.contains(&*name) {
            checker.report_key(
                &RULE,
                receiver,
                "name",
                format!("no route leads to the receiver `{}`", shown(&name)),
                None,
            );
        }
    });
}

fn collect(route: &Node, used: &mut HashSet<String>) {
    let name = route.get("receiver").and_then(written).unwrap_or_default();
    used.insert(name.into_owned());
    for inner in route.get("routes").and_then(Node::as_list).unwrap_or_default() {
        collect(inner, used);
    }
}
