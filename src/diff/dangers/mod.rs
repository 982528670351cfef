//! What is dangerous about a change: rules, one a file, which look at what changes and at all objects of both sides.

mod claim_grows;
mod claim_shrinks;
mod data_lost;
mod endpoints_lost;
mod host_gone;
mod immutable_field;
mod orphaned;
mod rbac_grows;
mod restart;
#[cfg(test)]
mod tests;

use super::Side;
use super::model::{Danger, ObjectChange};
use super::path::Trail;
use crate::diagnostic::{Diagnostic, Severity};
use crate::manifest::Object;
use crate::yaml::Node;

pub(super) use restart::is_of_pods;

/// A rule: its documentation.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// The stable name, in kebab-case.
    pub code: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// What it means, one sentence.
    pub meaning: &'static str,
    /// What to do about it, one sentence.
    pub action: &'static str,
}

/// All rules, sorted by their codes.
pub static RULES: &[&Rule] = &[
    &claim_grows::RULE,
    &claim_shrinks::RULE,
    &data_lost::RULE,
    &endpoints_lost::RULE,
    &host_gone::RULE,
    &immutable_field::RULE,
    &orphaned::RULE,
    &rbac_grows::RULE,
    &restart::RULE,
];

impl Rule {
    /// A danger that the rule has found.
    fn danger(&self, message: impl Into<String>) -> Danger {
        Danger {
            code: self.code,
            severity: self.severity,
            message: message.into(),
            help: help_of(self.action),
            path: None,
        }
    }
}

/// A rule's advice as help is written: it goes on in small letters.
fn help_of(action: &str) -> String {
    let mut letters = action.trim_end_matches('.').chars();
    let first = letters.next().into_iter().flat_map(char::to_lowercase);
    first.chain(letters).collect()
}

impl Danger {
    fn at(self, path: &Trail) -> Danger {
        Danger {
            path: Some(path.clone()),
            ..self
        }
    }

    fn help(self, help: impl Into<String>) -> Danger {
        Danger {
            help: help.into(),
            ..self
        }
    }

    /// The danger as a diagnostic, without places.
    pub fn diagnostic(&self) -> Diagnostic {
        Diagnostic {
            severity: self.severity,
            ..Diagnostic::error(self.code, self.message.as_str())
        }
        .help(self.help.as_str())
    }
}

/// What rules look at.
struct Context<'a> {
    old: &'a [Object],
    new: &'a [Object],
    namespace: &'a str,
}

impl Context<'_> {
    /// The namespace that an object stands in.
    fn namespace_of<'o>(&'o self, object: &'o Object) -> &'o str {
        match object.identity.namespace.as_str() {
            "" => self.namespace,
            named => named,
        }
    }
}

/// Finds the dangers of all changes, the worst of each object first.
pub(super) fn find(changes: &mut [ObjectChange], old: &Side<'_>, new: &Side<'_>, namespace: &str) {
    let context = Context {
        old: old.objects,
        new: new.objects,
        namespace,
    };
    for change in changes.iter_mut() {
        immutable_field::check(change);
        claim_shrinks::check(change);
        claim_grows::check(change);
        data_lost::check(change);
        orphaned::check(change);
        restart::check(change);
        rbac_grows::check(change, &context);
    }
    endpoints_lost::check(changes, &context);
    host_gone::check(changes, &context);
    for change in changes {
        change.dangers.sort_by_key(|danger| rank(danger.severity));
    }
}

/// The worst first.
pub fn rank(severity: Severity) -> u8 {
    match severity {
        Severity::Error => 0,
        Severity::Warning => 1,
        Severity::Info => 2,
    }
}

/// A text at a path of keys.
fn text<'n>(node: &'n Node, path: &[&str]) -> Option<&'n str> {
    node.at_path(path).and_then(Node::as_str)
}

/// The items of a list at a path of keys.
fn items<'n>(node: &'n Node, path: &[&str]) -> &'n [Node] {
    node.at_path(path).and_then(Node::as_list).unwrap_or_default()
}
