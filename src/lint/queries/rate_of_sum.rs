//! Rates of sums.

use super::query::Query;
use crate::diagnostic::Severity;
use crate::lint::Rule;
use crate::lint::promql::{Expression, Kind};

/// The rule.
pub const RULE: Rule = Rule {
    code: "query-rate-of-sum",
    severity: Severity::Warning,
    meaning: "`rate` or `increase` is taken of a sum of counters.",
    reason: "Where one of the counters begins anew, the sum becomes smaller, which `rate` takes for a new beginning of the whole sum: it shows a peak that never was. Rates have to be taken first, and summed then.",
    action: "Take the rate first: `sum(rate(x[5m]))`.",
};

/// Looks at a rule.
pub fn check(query: &mut Query<'_>) {
    let mut found = Vec::new();
    query.expression.walk(&mut |inner: &Expression| {
        let Kind::Call { function, arguments } = &inner.kind else {
            return;
        };
        if !matches!(function.name, "rate" | "irate" | "increase") {
            return;
        }
        if let Some(Kind::Subquery { inner: summed, .. }) =
            arguments.first().map(|argument| &argument.bare().kind)
            && let Kind::Aggregation {
                name, inner: series, ..
            } = &summed.bare().kind
            && matches!(name.as_str(), "sum" | "avg" | "count")
            && matches!(series.bare().kind, Kind::Vector(_))
        {
            found.push(format!("`{}` takes the rate of a sum", query.part(inner)));
        }
    });
    for message in found {
        query.report(&RULE, message);
    }
}
