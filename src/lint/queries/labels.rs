//! Which labels the result of an expression can have.

use std::collections::BTreeSet;

use crate::lint::promql::{Binary, Expression, Kind, MatcherKind};

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
