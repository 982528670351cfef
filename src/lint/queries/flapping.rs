//! Rules whose series come and go.

use super::query::Query;
use crate::diagnostic::Severity;
use crate::lint::Rule;
use crate::lint::promql::{Expression, Kind};

/// The rule.
pub const RULE: Rule = Rule {
    code: "query-flapping",
    severity: Severity::Info,
    meaning: "A rule gives the largest or smallest series, which are others from one evaluation to the next.",
    reason: "`topk` and its kind choose anew at each evaluation. An alert ends and begins for other series all the time, so `for` does not pass; recorded series have gaps.",
    action: "Compare with a number instead, or choose where the result is shown.",
};

/// Looks at a rule.
pub fn check(query: &mut Query<'_>) {
    if let Some(name) = chooses(query.expression) {
        query.report(
            &RULE,
            format!("`{name}` chooses other series from one evaluation to the next"),
        );
    }
}

/// What chooses the series of a result.
fn chooses(expression: &Expression) -> Option<&str> {
    match &expression.bare().kind {
        Kind::Aggregation { name, .. }
            if matches!(name.as_str(), "topk" | "bottomk" | "limitk" | "limit_ratio") =>
        {
            Some(name)
        }
        Kind::Binary(binary) if !binary.operator.is_set() => {
            chooses(&binary.left).or_else(|| chooses(&binary.right))
        }
        _ => None,
    }
}
