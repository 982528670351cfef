//! Divisions by zero within sums.

use super::labels::is_scalar;
use super::query::Query;
use crate::diagnostic::Severity;
use crate::lint::Rule;
use crate::lint::promql::{Expression, Kind, Operator};

/// The rule.
pub const RULE: Rule = Rule {
    code: "query-division-in-sum",
    severity: Severity::Info,
    meaning: "A sum or an average is taken of quotients, and one division by zero takes all of it.",
    reason: "`0 / 0` is not a number, and a sum with one of those is not a number either, nor is a comparison with it ever true. One series that counted nothing yet hides all others.",
    action: "Divide sums, or keep zeros out: `sum(a / (b > 0))`.",
};

/// Looks at a rule.
pub fn check(query: &mut Query<'_>) {
    let mut found = Vec::new();
    query.expression.walk(&mut |inner: &Expression| {
        if let Kind::Aggregation {
            name, inner: below, ..
        } = &inner.kind
            && matches!(name.as_str(), "sum" | "avg" | "stddev" | "stdvar")
            && let Some(divided) = division(below)
        {
            found.push(format!(
                "`{}` is not a number where `{}` is 0",
                query.part(inner),
                query.part(divided)
            ));
        }
    });
    for message in found {
        query.report(&RULE, message);
    }
}

/// What an expression divides by, where that may be zero.
fn division(expression: &Expression) -> Option<&Expression> {
    match &expression.bare().kind {
        Kind::Unary(inner) => division(inner),
        Kind::Binary(binary) if matches!(binary.operator, Operator::Arithmetic("/" | "%")) => {
            let is_open = !is_scalar(&binary.right) && may_be_zero(&binary.right);
            is_open
                .then_some(&binary.right)
                .or_else(|| division(&binary.left))
        }
        Kind::Binary(binary) if matches!(binary.operator, Operator::Arithmetic(_)) => {
            division(&binary.left).or_else(|| division(&binary.right))
        }
        _ => None,
    }
}

/// Whether nothing keeps zeros out.
fn may_be_zero(expression: &Expression) -> bool {
    match &expression.bare().kind {
        Kind::Binary(binary) => !binary.operator.is_comparison() && !binary.operator.is_set(),
        Kind::Call { function, .. } => !matches!(function.name, "clamp" | "clamp_min" | "clamp_max"),
        _ => true,
    }
}
