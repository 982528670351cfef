//! Alerts about missing series that fire at once.

use super::query::Query;
use crate::diagnostic::Severity;
use crate::lint::Rule;
use crate::lint::promql::Kind;

/// The rule.
pub const RULE: Rule = Rule {
    code: "alert-absent-without-for",
    severity: Severity::Info,
    meaning: "An alert about series that are not there fires at once, or before two scrapes.",
    reason: "After Prometheus starts, and where a target moves, series are not there for a moment. Without `for` the alert fires each time.",
    action: "Give it a `for` of some scrape intervals.",
};

/// Looks at a rule.
pub fn check(query: &mut Query<'_>) {
    let waits = query.time("for");
    // Before the second scrape nobody knows.
    let least = query.server.intervals.shortest.unwrap_or(0).saturating_mul(2);
    if query.alert().is_none() || waits >= least.max(1) {
        return;
    }
    if let Kind::Call { function, .. } = &query.expression.bare().kind
        && function.name == "absent"
    {
        let message = match waits {
            0 => "the alert fires as soon as the series are not there, without `for`".to_owned(),
            waits => format!(
                "the alert waits {} s for series that are not there, and two scrapes take {} s",
                waits / 1000,
                least / 1000
            ),
        };
        query.report(&RULE, message);
    }
}
