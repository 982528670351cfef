//! Which labels the result of an expression can have.

use std::collections::{BTreeMap, BTreeSet};

use crate::lint::promql::{Binary, Expression, Kind, MatcherKind, Operator};

/// The labels that series can have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Labels {
    /// Any but these.
    Any(BTreeSet<String>),
    /// No others than these.
    Only(BTreeSet<String>),
}

impl Labels {
    /// Whether a label can be there.
    pub fn can_have(&self, label: &str) -> bool {
        match self {
            Labels::Any(gone) => !gone.contains(label),
            Labels::Only(there) => there.contains(label),
        }
    }

    fn keep(self, labels: &[String]) -> Labels {
        let there = labels.iter().filter(|label| self.can_have(label)).cloned();
        Labels::Only(there.collect())
    }

    fn remove(mut self, labels: &[String]) -> Labels {
        for label in labels {
            match &mut self {
                Labels::Any(gone) => {
                    gone.insert(label.clone());
                }
                Labels::Only(there) => {
                    there.remove(label);
                }
            }
        }
        self
    }

    fn add(&mut self, label: &str) {
        match self {
            Labels::Any(gone) => {
                gone.remove(label);
            }
            Labels::Only(there) => {
                there.insert(label.to_owned());
            }
        }
    }

    /// The labels that either of two can have.
    fn or(self, other: Labels) -> Labels {
        match (self, other) {
            (Labels::Only(mut one), Labels::Only(other)) => {
                one.extend(other);
                Labels::Only(one)
            }
            (Labels::Any(gone), other) | (other, Labels::Any(gone)) => {
                Labels::Any(gone.into_iter().filter(|label| !other.can_have(label)).collect())
            }
        }
    }
}

/// The labels that the result of an expression can have.
pub fn of(expression: &Expression) -> Labels {
    match &expression.kind {
        Kind::Number(_) | Kind::Text(_) => Labels::Only(BTreeSet::new()),
        Kind::Vector(_) => Labels::Any(BTreeSet::new()),
        Kind::Matrix { selector: inner, .. } | Kind::Subquery { inner, .. } => of(inner),
        Kind::Unary(inner) | Kind::Parentheses(inner) => of(inner),
        Kind::Call { function, arguments } => of_call(function.name, arguments),
        Kind::Aggregation {
            name,
            parameter,
            inner,
            labels,
            is_without,
        } => {
            let inner_labels = of(inner);
            match name.as_str() {
                "topk" | "bottomk" | "limitk" | "limit_ratio" => inner_labels,
                _ => {
                    let mut kept = match is_without {
                        true => inner_labels.remove(labels),
                        false => inner_labels.keep(labels),
                    };
                    if let (true, Some(Kind::Text(label))) = (
                        name == "count_values",
                        parameter.as_ref().map(|parameter| &parameter.kind),
                    ) {
                        kept.add(label);
                    }
                    kept
                }
            }
        }
        Kind::Binary(binary) => of_operator(binary),
    }
}

fn of_call(name: &str, arguments: &[Expression]) -> Labels {
    let text = |index: usize| match arguments.get(index).map(|argument| &argument.kind) {
        Some(Kind::Text(text)) => text.as_str(),
        _ => "",
    };
    match name {
        "absent" | "absent_over_time" => {
            let mut there = BTreeSet::new();
            if let Some(argument) = arguments.first() {
                argument.walk(&mut |inner| {
                    if let Kind::Vector(selector) = &inner.kind {
                        let equal = selector
                            .matchers
                            .iter()
                            .filter(|matcher| matcher.kind == MatcherKind::Equal);
                        there.extend(equal.map(|matcher| matcher.label.clone()));
                    }
                });
            }
            Labels::Only(there)
        }
        "label_replace" | "label_join" => {
            let mut labels = arguments.first().map_or(Labels::Any(BTreeSet::new()), of);
            labels.add(text(1));
            labels
        }
        "vector" | "time" | "scalar" | "pi" => Labels::Only(BTreeSet::new()),
        "histogram_quantile" => {
            let labels = arguments.get(1).map_or(Labels::Any(BTreeSet::new()), of);
            labels.remove(&["le".to_owned()])
        }
        // It adds labels that nobody knows here.
        "info" => Labels::Any(BTreeSet::new()),
        _ => {
            let series = arguments
                .iter()
                .filter(|argument| !matches!(argument.bare().kind, Kind::Number(_) | Kind::Text(_)));
            series
                .map(of)
                .reduce(Labels::or)
                .unwrap_or(Labels::Only(BTreeSet::new()))
        }
    }
}

fn of_operator(binary: &Binary) -> Labels {
    let (left, right) = (of(&binary.left), of(&binary.right));
    if binary.operator.as_str() == "or" {
        return left.or(right);
    }
    if binary.operator.is_set() || is_scalar(&binary.right) {
        return left;
    }
    if is_scalar(&binary.left) {
        return right;
    }
    if binary.many_left || binary.many_right {
        let mut many = if binary.many_left { left } else { right };
        for label in &binary.include {
            many.add(label);
        }
        return many;
    }
    match binary.is_on {
        true => left.keep(&binary.matching),
        false => left.remove(&binary.matching),
    }
}

/// The labels that each series of a result has, with the value where it is one.
pub fn certain(expression: &Expression) -> BTreeMap<String, Option<String>> {
    match &expression.kind {
        Kind::Number(_) | Kind::Text(_) => BTreeMap::new(),
        Kind::Vector(selector) => {
            let matchers = selector.matchers.iter();
            let equal = matchers.filter(|matcher| {
                matcher.kind == MatcherKind::Equal && !matcher.value.is_empty() && matcher.label != "__name__"
            });
            equal
                .map(|matcher| (matcher.label.clone(), Some(matcher.value.clone())))
                .collect()
        }
        Kind::Matrix { selector: inner, .. } | Kind::Subquery { inner, .. } => certain(inner),
        Kind::Unary(inner) | Kind::Parentheses(inner) => certain(inner),
        Kind::Call { function, arguments } => match function.name {
            "label_replace" | "label_join" | "info" | "absent" | "absent_over_time" | "vector" => {
                BTreeMap::new()
            }
            "histogram_quantile" => {
                let mut labels = arguments.get(1).map(certain).unwrap_or_default();
                labels.remove("le");
                labels
            }
            _ => arguments.first().map(certain).unwrap_or_default(),
        },
        Kind::Aggregation {
            name,
            inner,
            labels,
            is_without,
            ..
        } => {
            let mut there = certain(inner);
            if !matches!(name.as_str(), "topk" | "bottomk" | "limitk" | "limit_ratio") {
                there.retain(|label, _| labels.contains(label) != *is_without);
            }
            there
        }
        Kind::Binary(binary) => {
            let (left, right) = (certain(&binary.left), certain(&binary.right));
            if binary.operator == Operator::Or {
                let both = left.into_iter().filter(|(label, _)| right.contains_key(label));
                return both
                    .map(|(label, value)| {
                        let is_same = right.get(&label) == Some(&value);
                        (label, value.filter(|_| is_same))
                    })
                    .collect();
            }
            if binary.operator.is_set() || is_scalar(&binary.right) || binary.many_left {
                return left;
            }
            if is_scalar(&binary.left) || binary.many_right {
                return right;
            }
            let kept = left.into_iter();
            kept.filter(|(label, _)| binary.matching.contains(label) == binary.is_on)
                .collect()
        }
    }
}

/// How many parts are looked at that `or` puts together.
const MOST_BRANCHES: usize = 8;

/// The parts of which a result is put together by `or`, each of which may be all of it.
pub fn branches(expression: &Expression) -> Vec<&Expression> {
    let mut found = match &expression.bare().kind {
        Kind::Unary(inner) => branches(inner),
        Kind::Binary(binary) => match binary.operator {
            Operator::Or => [branches(&binary.left), branches(&binary.right)].concat(),
            Operator::And | Operator::Unless => branches(&binary.left),
            _ if is_scalar(&binary.right) => branches(&binary.left),
            _ if is_scalar(&binary.left) => branches(&binary.right),
            _ => vec![expression],
        },
        _ => vec![expression],
    };
    found.truncate(MOST_BRANCHES);
    found
}

/// Whether an expression is a number.
pub fn is_scalar(expression: &Expression) -> bool {
    match &expression.bare().kind {
        Kind::Number(_) => true,
        Kind::Unary(inner) => is_scalar(inner),
        Kind::Call { function, .. } => matches!(function.name, "scalar" | "time" | "pi"),
        Kind::Binary(binary) => is_scalar(&binary.left) && is_scalar(&binary.right),
        _ => false,
    }
}
