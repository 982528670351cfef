//! Times that are longer than samples are kept.

use std::time::Duration;

use super::query::Query;
use crate::diagnostic::Severity;
use crate::lint::Rule;
use crate::lint::promql::{Expression, Kind};

/// The rule.
pub const RULE: Rule = Rule {
    code: "query-beyond-retention",
    severity: Severity::Warning,
    meaning: "An expression looks back further than Prometheus keeps samples.",
    reason: "There is nothing there: with `offset` the expression gives nothing, and a range is shorter than it says. The time is `--storage.tsdb.retention.time`, 15 days where nothing is said.",
    action: "Make the time shorter, or `server.retention` longer.",
};

/// Looks at a rule.
pub fn check(query: &mut Query<'_>) {
    let Some(kept) = query.server.retention else {
        return;
    };
    let seconds = Duration::from_millis(kept).as_secs_f64();
    let mut found = Vec::new();
    query.expression.walk(&mut |inner: &Expression| {
        let (selector, range) = match &inner.kind {
            Kind::Matrix { selector, range } => (
                selector.bare(),
                Duration::from_millis(range.unwrap_or(0)).as_secs_f64(),
            ),
            Kind::Vector(_) => (inner, 0.0),
            _ => return,
        };
        if let Kind::Vector(series) = &selector.kind
            && series.offset + range > seconds
            // That of a range is told of the range.
            && (range > 0.0 || series.offset > seconds)
        {
            let days = (series.offset + range) / 86_400.0;
            found.push(format!(
                "`{}` looks back {days:.0} days, and samples are kept for {:.0}",
                query.part(inner),
                seconds / 86_400.0
            ));
        }
    });
    found.truncate(1);
    for message in found {
        query.report(&RULE, message);
    }
}
