//! Rules about what users write into values.

mod ambiguous_scalar;
mod anchors;
mod declared;
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
mod templates;
mod unknown;
mod unknown_key;
mod unrendered_template;
mod unused_value;
mod wrapped_values;

use super::{Group, Subject};
use crate::diagnostic::Diagnostic;
use declared::Declared;

/// The rules about values.
#[rustfmt::skip]
pub const GROUP: Group = Group {
    title: "Values",
    rules: &[
        &ambiguous_scalar::RULE,
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
    let unknown = unknown::find(&declared, subject, &read, findings);
    ambiguous_scalar::check(subject, findings);
    moved_key::check(&unknown, findings);
    overridden_layer::check(subject, findings);
    plaintext_secret::check(subject, findings);
    removed_key::check(&unknown, findings);
    repeated_default::check(&declared, subject, findings);
    unknown_key::check(&unknown, findings);
    unrendered_template::check(subject, findings);
    unused_value::check(&declared, subject, &read, findings);
    wrapped_values::check(&unknown, findings);
}
