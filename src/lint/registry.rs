//! All codes, those of rules and those of other diagnostics.

use super::{GROUPS, Rule, find};
use crate::diagnostic::codes::{self, Code};

/// What is known of a code.
#[derive(Debug, Clone, Copy)]
pub enum Known {
    /// It is a rule's.
    Rule(&'static Rule),
    /// It is that of another diagnostic.
    Code(&'static Code),
}

/// What is known of a code; nothing where there is no such code.
pub fn known(code: &str) -> Option<Known> {
    find(code)
        .map(Known::Rule)
        .or_else(|| codes::find(code).map(Known::Code))
}

/// All codes.
pub fn codes() -> impl Iterator<Item = &'static str> {
    let rules = GROUPS.iter().flat_map(|group| group.rules);
    let others = codes::GROUPS.iter().flat_map(|group| group.codes);
    rules.map(|rule| rule.code).chain(others.map(|code| code.code))
}
