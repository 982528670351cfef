//! Times of alerts that say nothing.

use super::query::Query;
use crate::diagnostic::Severity;
use crate::lint::Rule;
use crate::lint::configuration::scalars::written;
use crate::lint::units::duration;

/// The rule.
pub const RULE: Rule = Rule {
    code: "alert-needless-for",
    severity: Severity::Info,
    meaning: "An alert says `for` or `keep_firing_for` of no time, which is what it is without.",
    reason: "It looks as if the alert waited, and it does not.",
    action: "Remove it, or give it a time.",
};

/// Looks at a rule.
pub fn check(query: &mut Query<'_>) {
    for key in ["for", "keep_firing_for"] {
        let node = query.map.get(key).filter(|node| !node.is_null());
        if node
            .and_then(written)
            .is_some_and(|time| duration(&time) == Ok(0))
        {
            query.report_at(
                &RULE,
                &[key],
                format!("`{key}` of no time is what holds without it"),
            );
        }
    }
}
