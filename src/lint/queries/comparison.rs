//! Alerts that always fire.

use super::query::Query;
use crate::diagnostic::Severity;
use crate::lint::Rule;
use crate::lint::promql::{Expression, Kind};

/// The rule.
pub const RULE: Rule = Rule {
    code: "alert-comparison-missing",
    severity: Severity::Warning,
    meaning: "The expression of an alert compares nothing, so the alert fires as long as there are series.",
    reason: "An alert fires for each series that its expression gives, whatever its value: `up` alone fires for each target that is well. A comparison with `bool` gives 0 and 1, and takes no series away.",
    action: "Compare the value, such as `up == 0`.",
};

/// Looks at a rule.
pub fn check(query: &mut Query<'_>) {
    if query.alert().is_none() {
        return;
    }
    let mut has_series = false;
    let mut decides = false;
    query
        .expression
        .walk(&mut |inner: &Expression| match &inner.kind {
            // Only alerts that fire have this series.
            Kind::Vector(selector) if matches!(selector.metric(), Some("ALERTS" | "ALERTS_FOR_STATE")) => {
                decides = true
            }
            Kind::Vector(_) => has_series = true,
            Kind::Binary(binary) => {
                decides |= binary.operator.is_set() || (binary.operator.is_comparison() && !binary.is_bool)
            }
            Kind::Call { function, .. } => decides |= function.name.starts_with("absent"),
            _ => {}
        });
    if has_series && !decides {
        let alert = query.alert().unwrap_or_default();
        query.report(
            &RULE,
            format!("the alert `{alert}` compares nothing, and fires as long as there are series"),
        );
    }
}
