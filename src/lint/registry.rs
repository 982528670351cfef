//! All codes, those of rules and those of other diagnostics.

use super::{GROUPS, Group, Rule, find};
use crate::diagnostic::codes::{self, Code};

/// What is known of a code.
#[derive(Debug, Clone, Copy)]
pub enum Known {
    /// It is a rule's.
    Rule(&'static Rule),
    /// It is that of another diagnostic.
    Code(&'static Code),
    /// It stands for the codes of a group.
    Set(&'static Group),
}

/// What is known of a code; nothing where there is no such code.
pub fn known(code: &str) -> Option<Known> {
    find(code)
        .map(Known::Rule)
        .or_else(|| codes::find(code).map(Known::Code))
        .or_else(|| {
            GROUPS
                .iter()
                .find(|group| group.set == Some(code))
                .map(Known::Set)
        })
}

/// The set that a code belongs to, of whose findings nobody is told unasked.
pub fn set_of(code: &str) -> Option<&'static str> {
    let of_code = |group: &&Group| group.rules.iter().any(|rule| rule.code == code);
    GROUPS.iter().find(of_code)?.set
}

/// All codes, and the words that stand for several.
pub fn codes() -> impl Iterator<Item = &'static str> {
    let rules = GROUPS.iter().flat_map(|group| group.rules);
    let others = codes::GROUPS.iter().flat_map(|group| group.codes);
    let sets = GROUPS.iter().filter_map(|group| group.set);
    rules
        .map(|rule| rule.code)
        .chain(others.map(|code| code.code))
        .chain(sets)
}
