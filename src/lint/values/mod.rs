//! Rules about what users write into values.

mod declared;
mod unknown_key;

use super::{Group, Subject};
use crate::diagnostic::Diagnostic;

/// The rules about values.
#[rustfmt::skip]
pub const GROUP: Group = Group {
    title: "Values",
    rules: &[
        &unknown_key::RULE,
    ],
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
    unknown_key::check(subject, findings);
}
