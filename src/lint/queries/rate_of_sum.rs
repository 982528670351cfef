//! Rates of sums.

use super::other_group::Recorded;
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
pub fn check(query: &mut Query<'_>, recorded: &Recorded) {
    let mut found = Vec::new();
    query.expression.walk(&mut |inner: &Expression| {
        let Kind::Call { function, arguments } = &inner.kind else {
            return;
        };
        if !matches!(function.name, "rate" | "irate" | "increase") {
            return;
        }
        match arguments.first().map(|argument| &argument.bare().kind) {
            Some(Kind::Subquery { inner: summed, .. }) if is_sum(summed) => {
                found.push(format!("`{}` takes the rate of a sum", query.part(inner)));
            }
            Some(Kind::Matrix { selector, .. }) => {
                if let Kind::Vector(series) = &selector.kind
                    && let Some(name) = series.metric()
                    && recorded.get(name).is_some_and(|known| known.is_sum)
                {
                    let whole = query.part(inner);
                    found.push(format!(
                        "`{whole}` takes the rate of `{name}`, which is recorded as a sum"
                    ));
                }
            }
            _ => {}
        }
    });
    for message in found {
        query.report(&RULE, message);
    }
}

/// Whether an expression is a sum of series as they are.
pub fn is_sum(expression: &Expression) -> bool {
    match &expression.bare().kind {
        Kind::Aggregation { name, inner, .. } => {
            matches!(name.as_str(), "sum" | "avg" | "count") && matches!(inner.bare().kind, Kind::Vector(_))
        }
        _ => false,
    }
}
