//! Rules about what users write into values.

mod anchors;
mod declared;
mod hints;
mod moved;
mod moved_key;
#[cfg(test)]
mod moved_tests;
mod removed_key;
mod templates;
mod unknown;
mod unknown_key;
mod wrapped_values;

use super::{Group, Subject};
use crate::diagnostic::Diagnostic;

/// The rules about values.
#[rustfmt::skip]
pub const GROUP: Group = Group {
    title: "Values",
    rules: &[
        &moved_key::RULE,
        &removed_key::RULE,
        &unknown_key::RULE,
        &wrapped_values::RULE,
    ],
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
    let unknown = unknown::find(subject, findings);
    moved_key::check(&unknown, findings);
    removed_key::check(&unknown, findings);
    unknown_key::check(&unknown, findings);
    wrapped_values::check(&unknown, findings);
}
