//! Rights that grow.

use std::collections::BTreeSet;

use super::{Context, Rule, items, text};
use crate::diagnostic::Severity;
use crate::diff::model::ObjectChange;
use crate::yaml::Node;

pub(super) const RULE: Rule = Rule {
    code: "rbac-grows",
    severity: Severity::Warning,
    meaning: "A role allows more than before, or a binding gives its rights to somebody new.",
    action: "Check that who is bound to it needs the rights.",
};

/// The most rights that are looked at and that are named.
const MOST_RIGHTS: usize = 10_000;
const MOST_NAMED: usize = 4;

pub(super) fn check(change: &mut ObjectChange, context: &Context<'_>) {
    let Some(new) = &change.new else { return };
    let old = change.old.as_ref();
    // Where everything is new, so are its rights.
    if old.is_none() && context.old.is_empty() {
        return;
    }
    let node = old.map(|object| &object.node);
    let found = match new.identity.kind.as_str() {
        "Role" | "ClusterRole" => {
            let before = node.map(rights).unwrap_or_default();
            let grown: Vec<String> = rights(&new.node)
                .iter()
                .filter(|right| !before.iter().any(|known| known.covers(right)))
                .map(Right::words)
                .collect();
            (!grown.is_empty() && old.is_some()).then(|| format!("it now allows {}", listed(&grown)))
        }
        "RoleBinding" | "ClusterRoleBinding" => {
            let before: Vec<String> = node.map(subjects).unwrap_or_default();
            let grown: Vec<String> = subjects(&new.node)
                .into_iter()
                .filter(|subject| !before.contains(subject))
                .collect();
            let role = text(&new.node, &["roleRef", "name"]).unwrap_or_default();
            let kind = text(&new.node, &["roleRef", "kind"]).unwrap_or("role");
            (!grown.is_empty())
                .then(|| format!("it gives the rights of {kind} `{role}` to {}", listed(&grown)))
        }
        _ => None,
    };
    if let Some(message) = found {
        let path = change
            .fields
            .iter()
            .find(|field| field.path.starts_with(&["rules"]) || field.path.starts_with(&["subjects"]));
        let danger = RULE.danger(message);
        change.dangers.push(match path {
            Some(field) => danger.at(&field.path),
            None => danger,
        });
    }
}

fn listed(all: &[String]) -> String {
    let mut shown: Vec<&str> = all.iter().take(MOST_NAMED).map(String::as_str).collect();
    let more = format!("{} more", all.len().saturating_sub(MOST_NAMED));
    if all.len() > MOST_NAMED {
        shown.push(&more);
    }
    shown.join(", ")
}

/// A verb on a resource, or on an address.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Right {
    verb: String,
    group: String,
    resource: String,
    /// One object's name; empty for all.
    name: String,
}

impl Right {
    fn covers(&self, other: &Right) -> bool {
        let fits = |all: &str, one: &str| all == one || all == "*";
        fits(&self.verb, &other.verb)
            && fits(&self.group, &other.group)
            && fits(&self.resource, &other.resource)
            && (self.name.is_empty() || self.name == other.name)
    }

    fn words(&self) -> String {
        let group = if self.group.is_empty() {
            String::new()
        } else {
            format!(".{}", self.group)
        };
        let name = if self.name.is_empty() {
            String::new()
        } else {
            format!(" `{}`", self.name)
        };
        format!("`{} {}{group}`{name}", self.verb, self.resource)
    }
}

fn rights(role: &Node) -> BTreeSet<Right> {
    let mut rights = BTreeSet::new();
    for rule in items(role, &["rules"]) {
        let texts =
            |key: &str| -> Vec<&str> { items(rule, &[key]).iter().filter_map(Node::as_str).collect() };
        let names = match texts("resourceNames") {
            names if names.is_empty() => vec![""],
            names => names,
        };
        let mut add = |verb: &str, group: &str, resource: &str, name: &str| {
            if rights.len() < MOST_RIGHTS {
                rights.insert(Right {
                    verb: verb.to_owned(),
                    group: group.to_owned(),
                    resource: resource.to_owned(),
                    name: name.to_owned(),
                });
            }
        };
        for verb in texts("verbs") {
            for address in texts("nonResourceURLs") {
                add(verb, "", address, "");
            }
            for group in texts("apiGroups") {
                for resource in texts("resources") {
                    for name in &names {
                        add(verb, group, resource, name);
                    }
                }
            }
        }
    }
    rights
}

fn subjects(binding: &Node) -> Vec<String> {
    items(binding, &["subjects"])
        .iter()
        .map(|subject| {
            let of = |key: &str| text(subject, &[key]).unwrap_or_default();
            match of("namespace") {
                "" => format!("{} `{}`", of("kind"), of("name")),
                namespace => format!("{} `{namespace}/{}`", of("kind"), of("name")),
            }
        })
        .collect()
}
