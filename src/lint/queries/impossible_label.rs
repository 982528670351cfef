//! Aggregations by labels that are gone.

use super::labels;
use super::query::Query;
use crate::diagnostic::Severity;
use crate::lint::Rule;
use crate::lint::promql::{Expression, Kind};

/// The rule.
pub const RULE: Rule = Rule {
    code: "query-impossible-label",
    severity: Severity::Warning,
    meaning: "An aggregation keeps a label that was taken away below it.",
    reason: "The label is empty in the result, so everything is aggregated into one where several were meant.",
    action: "Keep the label in the inner aggregation, or leave it out.",
};

/// Looks at a rule.
pub fn check(query: &mut Query<'_>) {
    let mut found = Vec::new();
    query.expression.walk(&mut |inner: &Expression| {
        let Kind::Aggregation {
            inner: below,
            labels,
            is_without: false,
            ..
        } = &inner.kind
        else {
            return;
        };
        let there = labels::of(below);
        if let Some(label) = labels.iter().find(|label| !there.can_have(label)) {
            found.push(format!(
                "`{}` keeps the label `{label}`, which `{}` does not have",
                query.part(inner),
                query.part(below)
            ));
        }
    });
    for message in found {
        query.report(&RULE, message);
    }
}
