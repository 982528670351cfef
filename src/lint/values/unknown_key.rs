//! Keys that no chart knows.

use std::collections::BTreeSet;

use super::declared::{At, Declared};
use crate::diagnostic::{Diagnostic, Severity, nearest};
use crate::lint::{Rule, Subject};
use crate::render::provenance::{Cause, Depth};
use crate::values::{Step, dotted};
use crate::yaml::{Entry, Node};

/// See its texts.
pub const RULE: Rule = Rule {
    code: "unknown-key",
    severity: Severity::Error,
    meaning: "The chart has no such key: neither its default values nor its schema nor its templates know it.",
    reason: "Nothing reads the key, so that what it says does not happen, and Helm says nothing: a spelling mistake or a key of another chart keeps the default in force.",
    action: "Use the key that the message names, or remove it.",
};

pub(super) fn check(subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
    let declared = Declared::of(&subject.root.chart);
    let read = subject.rendered.map(|rendered| rendered.provenance.read());
    let read = read.unwrap_or_default();
    for layer in &subject.user.layers {
        let mut walk = Walk {
            declared: &declared,
            read: &read,
            findings,
            path: Vec::new(),
        };
        walk.map(&layer.values, &declared.root());
    }
}

struct Walk<'w, 'c> {
    declared: &'w Declared<'c>,
    read: &'w BTreeSet<Cause>,
    findings: &'w mut Vec<Diagnostic>,
    path: Vec<Step>,
}

impl<'w> Walk<'w, '_> {
    fn map(&mut self, node: &Node, at: &At<'w>) {
        if at.is_open() {
            return;
        }
        for (key, entry) in node.as_map().into_iter().flat_map(|map| map.iter()) {
            self.path.push(Step::Key(key.clone()));
            match self.declared.step(at, key) {
                Some(next) => self.map(&entry.node, &next),
                None if self.is_read() => {}
                None => self.tell(key, entry, at),
            }
            self.path.pop();
        }
    }

    /// Whether a template asked for the value, something in it, or all that holds it.
    fn is_read(&self) -> bool {
        self.read.iter().any(|cause| {
            let read = &cause.path.0;
            read.starts_with(&self.path) || (cause.depth > Depth::Value && self.path.starts_with(read))
        })
    }

    fn tell(&mut self, key: &str, entry: &Entry, at: &At<'w>) {
        let path = dotted(&self.path);
        let finding = RULE
            .finding(format!("the chart has no value `{path}`, and nothing reads it"))
            .at(&entry.key_place);
        self.findings.push(match nearest(key, at.names().into_iter()) {
            Some(near) => finding.help(format!("did you mean `{near}`?")),
            None => finding.help("remove it, or correct its name"),
        });
    }
}
