//! Aggregations by labels that are gone.

use super::labels::{self, is_scalar};
use super::query::Query;
use crate::diagnostic::Severity;
use crate::lint::Rule;
use crate::lint::promql::{Expression, Kind};

/// The rule.
pub const RULE: Rule = Rule {
    code: "query-impossible-label",
    severity: Severity::Warning,
    meaning: "An aggregation keeps a label, or `on` matches by one, that was taken away below it.",
    reason: "The label is empty in the result, so everything is aggregated into one, or matched with one, where several were meant.",
    action: "Keep the label in the inner aggregation, or leave it out.",
};

/// Looks at a rule.
pub fn check(query: &mut Query<'_>) {
    let mut found = Vec::new();
    query.expression.walk(&mut |inner: &Expression| {
        if let Kind::Binary(binary) = &inner.kind
            && binary.is_on
            && !is_scalar(&binary.left)
            && !is_scalar(&binary.right)
        {
            let (left, right) = (labels::of(&binary.left), labels::of(&binary.right));
            let mut named = binary.matching.iter();
            if let Some(label) = named.find(|label| !left.can_have(label) && !right.can_have(label)) {
                found.push(format!(
                    "`{}` matches by the label `{label}`, which neither side has",
                    query.part(inner)
                ));
            }
        }
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
