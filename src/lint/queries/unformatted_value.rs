//! Values of alerts with all their digits.

use super::labels::branches;
use super::query::Query;
use crate::diagnostic::Severity;
use crate::lint::Rule;
use crate::lint::promql::{Expression, Kind};

/// The rule.
pub const RULE: Rule = Rule {
    code: "alert-value-unformatted",
    severity: Severity::Info,
    meaning: "An annotation shows the value of a rate as it is.",
    reason: "A rate is a number such as `0.016666666666666666`, which nobody reads at night.",
    action: "Write `{{ $value | humanize }}`, `humanizePercentage` or `printf \"%.2f\"`.",
};

/// Looks at a rule.
pub fn check(query: &mut Query<'_>) {
    if query.alert().is_none() || !branches(query.expression).into_iter().any(is_rate) {
        return;
    }
    let texts: Vec<(&str, String)> = query.texts("annotations").collect();
    for (name, text) in texts {
        let mut holes = text
            .split("{{")
            .skip(1)
            .filter_map(|rest| rest.split("}}").next());
        if holes.any(|hole| matches!(hole.trim_matches(['-', ' ']), "$value" | ".Value")) {
            let message = format!("`{name}` shows a rate with all its digits");
            query.report_at(&RULE, &["annotations", name], message);
        }
    }
}

/// Whether a result is a rate, an aggregation of rates, or one changed by numbers.
fn is_rate(expression: &Expression) -> bool {
    match &expression.bare().kind {
        Kind::Call { function, .. } => matches!(function.name, "rate" | "irate" | "deriv"),
        Kind::Aggregation { name, inner, .. } => {
            matches!(name.as_str(), "sum" | "avg" | "max" | "min") && branches(inner).into_iter().any(is_rate)
        }
        _ => false,
    }
}
