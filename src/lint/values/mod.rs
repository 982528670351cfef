//! Rules about what users write into values.

mod ambiguous_scalar;
pub(super) mod anchors;
mod blank_around_value;
pub(super) mod declared;
mod hints;
mod moved;
mod moved_key;
#[cfg(test)]
mod moved_tests;
#[cfg(test)]
mod open_tests;
mod overridden_layer;
mod plaintext_secret;
mod removed_key;
mod repeated_default;
mod scalars;
mod unknown;
mod unknown_key;
mod unrendered_template;
mod unused_value;
mod wrapped_values;

use std::cell::{LazyCell, OnceCell};

use super::tree::{LazyTree, Tree};
use super::{Group, Subject};
use crate::diagnostic::Diagnostic;
use crate::render;
use crate::values::{Scope, UserValues};
use declared::Declared;
use unknown::Seen;

/// The rules about values.
#[rustfmt::skip]
pub const GROUP: Group = Group {
    title: "Values",
    set: None,
    rules: &[
        &ambiguous_scalar::RULE,
        &blank_around_value::RULE,
        &moved_key::RULE,
        &overridden_layer::RULE,
        &plaintext_secret::RULE,
        &removed_key::RULE,
        &repeated_default::RULE,
        &unknown_key::RULE,
        &unrendered_template::RULE,
        &unused_value::RULE,
        &wrapped_values::RULE,
    ],
    check,
};

/// What is certain without a render.
pub(super) fn alone(root: &Scope, user: &UserValues) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    if user.layers.is_empty() {
        return findings;
    }
    let declared = Declared::of(&root.chart);
    let reads = OnceCell::new();
    let tree: LazyTree<'_> = LazyCell::new(Box::new(|| {
        Tree::new(&root.chart, reads.get_or_init(|| render::may_read(&root.chart)))
    }));
    let unknown = unknown::find(
        &declared,
        &root.chart,
        user,
        &Seen {
            read: None,
            tree: &tree,
        },
        &mut findings,
    );
    of_unknown(&unknown, &mut findings);
    findings
}

fn of_unknown(unknown: &[unknown::Found<'_>], findings: &mut Vec<Diagnostic>) {
    moved_key::check(unknown, findings);
    removed_key::check(unknown, findings);
    unknown_key::check(unknown, findings);
    wrapped_values::check(unknown, findings);
}

fn check(subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
    // All of them are about what users wrote.
    if subject.user.layers.is_empty() {
        return;
    }
    let declared = Declared::of(&subject.root.chart);
    let read = subject
        .rendered
        .map(|rendered| rendered.provenance.read())
        .unwrap_or_default();
    let tree: LazyTree<'_> = LazyCell::new(Box::new(|| Tree::of(subject)));
    let seen = Seen {
        read: Some(&read),
        tree: &tree,
    };
    let unknown = unknown::find(&declared, &subject.root.chart, subject.user, &seen, findings);
    of_unknown(&unknown, findings);
    scalars::check(
        subject,
        &[ambiguous_scalar::find, blank_around_value::find],
        findings,
    );
    overridden_layer::check(subject, findings);
    plaintext_secret::check(subject, findings);
    repeated_default::check(&declared, subject, findings);
    unrendered_template::check(subject, findings);
    unused_value::check(&declared, subject, &read, findings);
}
