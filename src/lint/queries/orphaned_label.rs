//! Labels that are added where they are lost.

use super::query::Query;
use crate::diagnostic::Severity;
use crate::lint::Rule;
use crate::lint::promql::{Expression, Kind, Operator};

/// The rule.
pub const RULE: Rule = Rule {
    code: "query-orphaned-label",
    severity: Severity::Warning,
    meaning: "Labels of `group_left` or `group_right` are added on the right of `and` or `unless`, whose result has the labels of the left.",
    reason: "Whoever added them wants to see them, and does not.",
    action: "Put parentheses around what the labels belong to: `(a and b) * on (x) group_left (y) c`.",
};

/// Looks at a rule.
pub fn check(query: &mut Query<'_>) {
    let mut found = Vec::new();
    query.expression.walk(&mut |inner: &Expression| {
        if let Kind::Binary(binary) = &inner.kind
            && matches!(binary.operator, Operator::And | Operator::Unless)
            && let Kind::Binary(joined) = &binary.right.bare().kind
            && let Some(label) = joined.include.iter().find(|label| !(binary.is_on && binary.matching.contains(label)))
        {
            found.push(format!(
                "`{}` adds the label `{label}`, and is on the right of `{}`, whose result has the labels of the left",
                query.part(&binary.right),
                binary.operator.as_str()
            ));
        }
    });
    for message in found {
        query.report(&RULE, message);
    }
}
