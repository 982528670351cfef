//! Alerts about missing series that fire at once.

use super::query::Query;
use crate::diagnostic::Severity;
use crate::lint::Rule;
use crate::lint::configuration::scalars::written;
use crate::lint::promql::Kind;
use crate::lint::units::duration;

/// The rule.
pub const RULE: Rule = Rule {
    code: "alert-absent-without-for",
    severity: Severity::Info,
    meaning: "An alert about series that are not there fires at once.",
    reason: "After Prometheus starts, and where a target moves, series are not there for a moment. Without `for` the alert fires each time.",
    action: "Give it a `for` of some scrape intervals.",
};

/// Looks at a rule.
pub fn check(query: &mut Query<'_>) {
    let waits = query
        .map
        .get("for")
        .and_then(written)
        .and_then(|time| duration(&time).ok());
    if query.alert().is_none() || waits.unwrap_or(0) > 0 {
        return;
    }
    if let Kind::Call { function, .. } = &query.expression.bare().kind
        && function.name == "absent"
    {
        query.report(
            &RULE,
            "the alert fires as soon as the series are not there, without `for`".to_owned(),
        );
    }
}
