//! Selectors and operators that can never give anything.

use std::collections::BTreeMap;

use super::labels::{Labels, branches, certain, is_scalar, of};
use super::query::Query;
use crate::diagnostic::Severity;
use crate::lint::Rule;
use crate::lint::promql::{Binary, Expression, Kind, Matcher, MatcherKind, Operator, Selector};
use crate::render::go::functions::pattern_matches;

/// The rule.
pub const RULE: Rule = Rule {
    code: "query-never-matches",
    severity: Severity::Warning,
    meaning: "A selector contradicts itself, or an operator has a side, or a part of one, that can never match the other.",
    reason: "The expression, or that part of it, gives nothing, whatever happens: the alert does not fire when it should, and nothing is recorded.",
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
                let whole = query.part(inner);
                if let Some(problem) = unmatched(query, binary) {
                    found.push(format!("in `{whole}`, {problem}"));
                } else if is_false(binary) {
                    found.push(format!("`{whole}` compares numbers, and never holds"));
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

/// What of an operator never matches, and why.
fn unmatched(query: &Query<'_>, binary: &Binary) -> Option<String> {
    if is_scalar(&binary.left)
        || is_scalar(&binary.right)
        || binary.operator == Operator::Or
        || binary.has_fill
    {
        return None;
    }
    let (lefts, rights) = (branches(&binary.left), branches(&binary.right));
    let operator = binary.operator.as_str();
    let mut matched = (vec![false; lefts.len()], vec![false; rights.len()]);
    let mut reason = None;
    for (left, in_left) in lefts.iter().zip(&mut matched.0) {
        for (right, in_right) in rights.iter().zip(&mut matched.1) {
            match apart(left, right, binary) {
                Some(why) => reason = reason.or(Some(why)),
                None => (*in_left, *in_right) = (true, true),
            }
        }
    }
    let reason = reason?;
    let takes = binary.operator == Operator::Unless;
    if !matched.0.contains(&true) {
        let what = match takes {
            true => "takes nothing away, as the two sides never match",
            false => "gives nothing, as the two sides never match",
        };
        return Some(format!("`{operator}` {what}: {reason}"));
    }
    // What `unless` does not match stays.
    let lefts = lefts.iter().zip(&matched.0).filter(|_| !takes);
    let mut lost = lefts.chain(rights.iter().zip(&matched.1));
    let (lost, _) = lost.find(|(_, is_matched)| !**is_matched)?;
    Some(format!(
        "`{}` never matches the other side of `{operator}`: {reason}",
        query.part(lost)
    ))
}

/// Why two parts never have the same labels.
fn apart(left: &Expression, right: &Expression, binary: &Binary) -> Option<String> {
    let counts = |label: &str| binary.matching.iter().any(|known| known == label) == binary.is_on;
    let (sure_left, sure_right) = (certain(left), certain(right));
    let (can_left, can_right) = (of(left), of(right));
    let lacks = |sure: &BTreeMap<String, Option<String>>, can: &Labels| {
        let mut labels = sure.keys().filter(|label| counts(label));
        labels.find(|label| !can.can_have(label)).cloned()
    };
    if let Some(label) = lacks(&sure_left, &can_right).or_else(|| lacks(&sure_right, &can_left)) {
        return Some(format!(
            "one of them has the label `{label}`, and the other cannot have it"
        ));
    }
    for (label, one) in sure_left.iter().filter(|(label, _)| counts(label)) {
        if let (Some(one), Some(Some(other))) = (one, sure_right.get(label))
            && one != other
        {
            return Some(format!(
                "`{label}` is `{one}` in one of them, and `{other}` in the other"
            ));
        }
    }
    if binary.is_on {
        let mut labels = binary.matching.iter();
        let one = labels.find(|label| can_left.can_have(label) != can_right.can_have(label))?;
        return Some(format!("one of them cannot have the label `{one}`"));
    }
    let (Labels::Only(left), Labels::Only(right)) = (can_left, can_right) else {
        return None;
    };
    let other = left.symmetric_difference(&right).find(|label| counts(label))?;
    Some(format!(
        "one of them has the label `{other}`, and the other cannot have it"
    ))
}

/// Whether numbers are compared, and the comparison never holds.
fn is_false(binary: &Binary) -> bool {
    let number = |expression: &Expression| match &expression.bare().kind {
        Kind::Number(number) => Some(*number),
        Kind::Call { function, arguments } if function.name == "vector" => {
            match arguments.first().map(|argument| &argument.bare().kind) {
                Some(Kind::Number(number)) => Some(*number),
                _ => None,
            }
        }
        _ => None,
    };
    let (Some(left), Some(right)) = (number(&binary.left), number(&binary.right)) else {
        return false;
    };
    let holds = match binary.operator.as_str() {
        "==" => left == right,
        "!=" => left != right,
        "<" => left < right,
        "<=" => left <= right,
        ">" => left > right,
        ">=" => left >= right,
        _ => true,
    };
    !holds && !binary.is_bool
}
