//! What is wrong, or probably wrong, with values, charts and the objects that they make: rules, each in a file that is its own
//! documentation, and the findings that they give.
//!
//! A rule looks at a [`Subject`] and pushes diagnostics, made by [`Rule::finding`] and placed by [`Subject::blame`]: at the line of the
//! values that caused what is wrong, and at the template's.

mod alertmanager;
mod blame;
mod charts;
mod configuration;
pub mod control;
mod fix;
mod hardening;
pub mod objects;
mod operations;
mod prometheus;
mod promql;
mod queries;
mod registry;
mod rule;
mod subject;
mod tree;
mod units;
mod values;
mod workload;

pub use fix::{Fixed, fixed};
pub use registry::{Known, codes, known, set_of};
pub use rule::{Group, Rule};
pub use subject::Subject;

use crate::diagnostic::Diagnostic;
use crate::values::{Scope, UserValues};

/// All rules, by what they look at.
#[rustfmt::skip]
pub static GROUPS: &[Group] = &[
    objects::GROUP,
    values::GROUP,
    prometheus::GROUP,
    queries::GROUP,
    alertmanager::GROUP,
    operations::GROUP,
    charts::GROUP,
    hardening::GROUP,
];

/// The rule of a code.
pub fn find(code: &str) -> Option<&'static Rule> {
    let rules = GROUPS.iter().flat_map(|group| group.rules);
    rules.copied().find(|rule| rule.code == code)
}

/// What is certain about the user's values without a render: keys that no chart has, and where they went.
pub fn values_alone(root: &Scope, user: &UserValues) -> Vec<Diagnostic> {
    values::alone(root, user)
}

/// What the rules of the groups that are wanted find, in the order of the groups.
pub fn check(subject: &Subject<'_>, is_wanted: impl Fn(&Group) -> bool) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    for group in GROUPS.iter().filter(|group| is_wanted(group)) {
        (group.check)(subject, &mut findings);
    }
    findings
}
