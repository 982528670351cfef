//! Alerts about two sums, of which one may be there first.

use std::collections::BTreeSet;

use super::query::Query;
use crate::diagnostic::Severity;
use crate::lint::Rule;
use crate::lint::promql::{Expression, Kind, Operator};

/// The rule.
pub const RULE: Rule = Rule {
    code: "alert-ratio-without-for",
    severity: Severity::Info,
    meaning: "An alert computes with aggregations of different series, and fires at once.",
    reason: "After Prometheus starts it scrapes one target after another: for a moment one aggregation has all its series and the other one does not, and what is computed of them is far from the truth. Nobody can see it afterwards.",
    action: "Give it a `for` of two scrape intervals or more.",
};

/// Looks at a rule.
pub fn check(query: &mut Query<'_>) {
    if query.alert().is_none() || query.time("for") > 0 {
        return;
    }
    let mut found = None;
    query.expression.walk(&mut |inner: &Expression| {
        if let Kind::Binary(binary) = &inner.kind
            && matches!(binary.operator, Operator::Arithmetic(_))
            && let (Some(left), Some(right)) = (aggregated(&binary.left), aggregated(&binary.right))
            && left != right
            && found.is_none()
        {
            found = Some(inner);
        }
    });
    if let Some(inner) = found {
        let message = format!(
            "`{}` is computed of what may not all be there yet, and the alert fires at once",
            query.part(inner)
        );
        query.report(&RULE, message);
    }
}

/// The series that are aggregated; nothing where there is no aggregation.
fn aggregated(expression: &Expression) -> Option<BTreeSet<(String, String)>> {
    let mut series = BTreeSet::new();
    let mut is_aggregated = false;
    expression.walk(&mut |inner: &Expression| match &inner.kind {
        Kind::Aggregation { .. } => is_aggregated = true,
        Kind::Vector(selector) => {
            let mut jobs = selector.matchers.iter().filter(|matcher| matcher.label == "job");
            let job = jobs.next().map(|job| job.value.clone());
            series.insert((
                selector.metric().unwrap_or_default().to_owned(),
                job.unwrap_or_default(),
            ));
        }
        _ => {}
    });
    is_aggregated.then_some(series)
}
