//! Alerts that are one and the same where both fire.

use std::collections::HashMap;

use super::duplicate_rule::At;
use super::query::Query;
use crate::diagnostic::Severity;
use crate::lint::Rule;
use crate::lint::promql::{Expression, Kind, Operator, Selector};
use crate::values::Step;

/// The rule.
pub const RULE: Rule = Rule {
    code: "alert-overlapping",
    severity: Severity::Warning,
    meaning: "Two alerts have the same name and labels, and the series of one are among those of the other.",
    reason: "An alert is known by its labels. Where both fire, Alertmanager takes them for one, whose text changes from one evaluation to the next, \
             and `for` of one counts for the other, too.",
    action: "Give them other names, or another `severity`.",
};

/// The alerts that were seen, by name and labels: what they compare, and where they stand.
pub type Seen = HashMap<(String, Vec<(String, String)>), Vec<(Selector, Operator, At)>>;

/// Alerts of one name that are compared.
const MOST_OF_ONE_NAME: usize = 20;

/// Looks at a rule of a file with a number. Gives where the first one stands, where this is the second.
pub fn check(query: &mut Query<'_>, set: usize, seen: &mut Seen) -> Option<At> {
    let name = query.alert()?;
    let Kind::Binary(binary) = &query.expression.bare().kind else {
        return None;
    };
    let is_number = |expression: &Expression| matches!(expression.bare().kind, Kind::Number(_));
    let Kind::Vector(selector) = &binary.left.bare().kind else {
        return None;
    };
    if !binary.operator.is_comparison() || !is_number(&binary.right) {
        return None;
    }
    let mut labels: Vec<(String, String)> = query
        .texts("labels")
        .map(|(label, text)| (label.to_owned(), text))
        .collect();
    labels.sort();
    let known = seen.entry((name.clone(), labels)).or_default();
    let first = known.iter().find(|(other, operator, _)| {
        let same = *operator == binary.operator && selector.metric() == other.metric();
        same && (is_among(selector, other) || is_among(other, selector))
    });
    if let Some((_, _, first)) = first {
        let first = first.clone();
        let message = format!("another alert `{name}` with the same labels is about the same series");
        query.report_at(&RULE, &["alert"], message);
        return Some(first);
    }
    if known.len() < MOST_OF_ONE_NAME {
        let mut path = query.path.clone();
        path.0.push(Step::Key("alert".into()));
        let place = query.map.get("alert").map(|node| node.place.clone());
        let place = place.unwrap_or_default();
        known.push((selector.clone(), binary.operator, At { set, place, path }));
    }
    None
}

/// Whether the series of a selector are among those of another one, whose matchers it has.
fn is_among(one: &Selector, other: &Selector) -> bool {
    other.matchers.iter().all(|wanted| {
        one.matchers.iter().any(|matcher| {
            (matcher.label == wanted.label)
                && (matcher.kind == wanted.kind)
                && (matcher.value == wanted.value)
        })
    })
}
