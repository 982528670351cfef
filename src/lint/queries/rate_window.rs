//! Rates over less than two scrapes.

use super::query::Query;
use crate::diagnostic::Severity;
use crate::lint::Rule;
use crate::lint::promql::{Expression, Kind, MatcherKind};

/// The rule.
pub const RULE: Rule = Rule {
    code: "query-rate-window",
    severity: Severity::Warning,
    meaning: "The time of `rate` or its kind is shorter than two scrape intervals.",
    reason: "`rate`, `increase` and their kind need two samples within their time. Prometheus scrapes every `scrape_interval`, so a shorter time than two of them gives nothing, or gaps; four of them survive a scrape that failed.",
    action: "Take four scrape intervals or more.",
};

/// Functions that need two samples.
const NEED_TWO: &[&str] = &["rate", "irate", "increase", "delta", "idelta", "deriv"];

/// Looks at a rule.
pub fn check(query: &mut Query<'_>) {
    let mut found = Vec::new();
    query.expression.walk(&mut |inner: &Expression| {
        let Kind::Call { function, arguments } = &inner.kind else {
            return;
        };
        let Some(Kind::Matrix {
            selector,
            range: Some(range),
        }) = arguments.first().map(|argument| &argument.bare().kind)
        else {
            return;
        };
        let Kind::Vector(series) = &selector.kind else {
            return;
        };
        let mut jobs = series
            .matchers
            .iter()
            .filter(|matcher| matcher.label == "job" && matcher.kind == MatcherKind::Equal);
        let of_job = jobs
            .next()
            .and_then(|job| query.server.intervals.jobs.get(&job.value).copied());
        let Some(interval) = of_job.or(query.server.intervals.shortest) else {
            return;
        };
        // Recorded series come at the interval of their group.
        let is_recorded = series.metric().is_some_and(|name| name.contains(':'));
        if NEED_TWO.contains(&function.name) && !is_recorded && *range < interval.saturating_mul(2) {
            let message = format!(
                "`{}` looks at {} s, and two scrapes are {} s apart",
                query.part(inner),
                *range / 1000,
                interval / 1000
            );
            found.push(message);
        }
    });
    for message in found {
        query.report(&RULE, message);
    }
}
