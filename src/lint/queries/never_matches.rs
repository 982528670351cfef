//! Selectors and operators that can never give anything.

use super::labels::{Labels, is_scalar, of};
use super::query::Query;
use crate::diagnostic::Severity;
use crate::lint::Rule;
use crate::lint::promql::{Binary, Expression, Kind, Matcher, MatcherKind, Selector};
use crate::render::go::functions::pattern_matches;

/// The rule.
pub const RULE: Rule = Rule {
    code: "query-never-matches",
    severity: Severity::Warning,
    meaning: "A selector contradicts itself, or an operator matches labels that its two sides cannot share.",
    reason: "The expression gives nothing, whatever happens: the alert never fires, and nothing is recorded.",
    action: "Correct the matcher, or match with `on` or `ignoring`.",
};

/// Looks at a rule.
pub fn check(query: &mut Query<'_>) {
    let mut found = Vec::new();
    query
        .expression
        .walk(&mut |inner: &Expression| match &inner.kind {
            Kind::Vector(selector) => {
                if let Some(label) = contradicted(selector) {
                    found.push(format!(
                        "`{}` can never select anything: its matchers of `{label}` contradict each other",
                        query.part(inner)
                    ));
                }
            }
            Kind::Binary(binary) => {
                if let Some(reason) = unmatched(binary) {
                    found.push(format!(
                        "the two sides of `{}` in `{}` never match: {reason}",
                        binary.operator.as_str(),
                        query.part(inner)
                    ));
                }
            }
            _ => {}
        });
    for message in found {
        query.report(&RULE, message);
    }
}

/// The label about which the matchers of a selector contradict each other.
fn contradicted(selector: &Selector) -> Option<&str> {
    let equal = selector
        .matchers
        .iter()
        .filter(|matcher| matcher.kind == MatcherKind::Equal);
    for one in equal {
        let fulfils = |other: &&Matcher| match other.kind {
            MatcherKind::Equal => one.value == other.value,
            MatcherKind::NotEqual => one.value != other.value,
            MatcherKind::Regex => pattern_matches(&other.value, &one.value).unwrap_or(true),
            MatcherKind::NotRegex => !pattern_matches(&other.value, &one.value).unwrap_or(false),
        };
        let same = selector.matchers.iter().filter(|other| other.label == one.label);
        if same.take(20).any(|other| !fulfils(&other)) {
            return Some(&one.label);
        }
    }
    None
}

/// Why two sides never have the same labels.
fn unmatched(binary: &Binary) -> Option<String> {
    if is_scalar(&binary.left)
        || is_scalar(&binary.right)
        || binary.operator.as_str() == "or"
        || binary.operator.as_str() == "unless"
    {
        return None;
    }
    let (left, right) = (of(&binary.left), of(&binary.right));
    if binary.is_on {
        let lacks = |labels: &Labels, label: &str| !labels.can_have(label);
        let one = binary
            .matching
            .iter()
            .find(|label| lacks(&left, label) != lacks(&right, label))?;
        return Some(format!("one of them cannot have the label `{one}`"));
    }
    let (Labels::Only(left), Labels::Only(right)) = (left, right) else {
        return None;
    };
    let other = left
        .symmetric_difference(&right)
        .find(|label| !binary.matching.contains(label))?;
    Some(format!(
        "one of them has the label `{other}`, and the other cannot have it"
    ))
}
