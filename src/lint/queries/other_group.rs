//! Rules that use what another group records.

use std::collections::{BTreeSet, HashMap};

use super::query::Query;
use crate::diagnostic::Severity;
use crate::lint::Rule;
use crate::lint::promql::{Expression, Kind};

/// The rule.
pub const RULE: Rule = Rule {
    code: "rule-other-group",
    severity: Severity::Info,
    meaning: "A recording rule uses series that a rule of another group records.",
    reason: "Groups are evaluated side by side, each at its own time: the rule sees what the other group recorded up to an interval ago, and the two series do not fit together. Within a group one rule sees what those above it recorded.",
    action: "Put both rules into one group, the one that records first.",
};

/// What records series, by the names of these.
pub type Recorded = HashMap<String, Recording>;

/// What records series of a name.
#[derive(Debug, Default)]
pub struct Recording {
    /// The groups: the number of the file and that of the group.
    pub groups: BTreeSet<(usize, usize)>,
    /// Whether it is a sum of series as they are.
    pub is_sum: bool,
}

/// Looks at a rule of a group.
pub fn check(query: &mut Query<'_>, group: (usize, usize), recorded: &Recorded) {
    if query.map.get("record").is_none() {
        return;
    }
    let mut found = BTreeSet::new();
    query.expression.walk(&mut |inner: &Expression| {
        if let Kind::Vector(selector) = &inner.kind
            && let Some(name) = selector.metric()
            && recorded
                .get(name)
                .is_some_and(|known| !known.groups.contains(&group))
        {
            found.insert(name);
        }
    });
    if let Some(name) = found.into_iter().next() {
        query.report(
            &RULE,
            format!("`{name}` is recorded in another group, at another time"),
        );
    }
}
