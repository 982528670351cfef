//! Counters that are compared as they are.

use super::labels::is_scalar;
use super::query::Query;
use crate::diagnostic::Severity;
use crate::lint::Rule;
use crate::lint::promql::{Expression, Kind};

/// The rule.
pub const RULE: Rule = Rule {
    code: "query-counter-without-rate",
    severity: Severity::Info,
    meaning: "A counter is compared as it is, and not its rate.",
    reason: "A series whose name ends in `_total` counts from the start of its process, and begins anew with it. Whether it is above a number says how long the process runs, more than what happens now.",
    action: "Compare `rate(x_total[5m])` or `increase(x_total[1h])`.",
};

/// Looks at a rule.
pub fn check(query: &mut Query<'_>) {
    let mut found = Vec::new();
    query.expression.walk(&mut |inner: &Expression| {
        let Kind::Binary(binary) = &inner.kind else { return };
        if binary.operator.is_comparison()
            && is_scalar(&binary.right)
            && let Some(name) = counter(&binary.left)
            // Whether something ever happened can be asked of a counter.
            && !matches!(binary.right.bare().kind, Kind::Number(0.0))
        {
            found.push(format!(
                "`{name}` is a counter, and `{}` compares it as it is",
                query.part(inner)
            ));
        }
    });
    for message in found {
        query.report(&RULE, message);
    }
}

/// The name of the counter that an expression is, or is a sum of.
fn counter(expression: &Expression) -> Option<&str> {
    match &expression.bare().kind {
        Kind::Vector(selector) => selector.metric().filter(|name| name.ends_with("_total")),
        Kind::Aggregation { name, inner, .. } if matches!(name.as_str(), "sum" | "avg" | "max" | "min") => {
            counter(inner)
        }
        _ => None,
    }
}
