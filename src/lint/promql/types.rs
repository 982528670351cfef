//! What an expression gives, and whether its parts go together.

use super::Refused;
use super::functions::{Count, Type};
use super::tree::{Binary, Expression, Kind, MatcherKind, Selector};
use crate::render::go::functions::pattern_matches;

/// Looks at an expression and all below it.
pub fn check(expression: &Expression) -> Result<Type, Refused> {
    let at = expression.span.start;
    let wrong = |message: String| Err(Refused::Wrong { at, message });
    match &expression.kind {
        Kind::Number(_) => Ok(Type::Scalar),
        Kind::Text(_) => Ok(Type::Text),
        Kind::Vector(selector) => selects(selector, at).map(|()| Type::Vector),
        Kind::Matrix { selector, .. } => check(selector).map(|_| Type::Matrix),
        Kind::Subquery { inner, .. } => match check(inner)? {
            Type::Vector => Ok(Type::Matrix),
            other => wrong(format!(
                "a subquery is of an instant vector, and this is {}",
                other.name()
            )),
        },
        Kind::Parentheses(inner) => check(inner),
        Kind::Unary(inner) => match check(inner)? {
            found @ (Type::Scalar | Type::Vector) => Ok(found),
            other => wrong(format!("a sign cannot stand before {}", other.name())),
        },
        Kind::Call { function, arguments } => {
            let name = function.name;
            let kinds = function.takes.len();
            let (least, most) = match function.count {
                Count::Exact => (kinds, kinds),
                Count::UpTo(more) => (kinds - 1, kinds - 1 + more),
                Count::Any => (kinds - 1, usize::MAX),
            };
            if !(least..=most).contains(&arguments.len()) {
                let expected = match (least, most) {
                    (least, most) if least == most => least.to_string(),
                    (least, usize::MAX) => format!("{least} or more"),
                    (least, most) => format!("{least} to {most}"),
                };
                return wrong(format!(
                    "`{name}` takes {expected} arguments, and has {}",
                    arguments.len()
                ));
            }
            if name == "info"
                && let Some(second) = arguments.get(1)
                && !matches!(&second.kind, Kind::Vector(Selector { name: None, .. }))
            {
                return wrong("the second argument of `info` is labels in braces".to_owned());
            }
            for (index, argument) in arguments.iter().enumerate() {
                if name == "info" && index == 1 {
                    continue;
                }
                let expected = function.takes.get(index).or(function.takes.last());
                let found = check(argument)?;
                if expected.is_some_and(|expected| *expected != found) {
                    return Err(Refused::Wrong {
                        at: argument.span.start,
                        message: format!(
                            "`{name}` takes {} here, and this is {}",
                            expected.map_or("", |expected| expected.name()),
                            found.name()
                        ),
                    });
                }
            }
            Ok(function.gives)
        }
        Kind::Aggregation {
            name,
            parameter,
            inner,
            ..
        } => {
            let found = check(inner)?;
            if found != Type::Vector {
                return wrong(format!(
                    "`{name}` takes an instant vector, and this is {}",
                    found.name()
                ));
            }
            if let Some(parameter) = parameter {
                let found = check(parameter)?;
                let expected = if name == "count_values" {
                    Type::Text
                } else {
                    Type::Scalar
                };
                if found != expected {
                    return wrong(format!(
                        "`{name}` takes {} first, and this is {}",
                        expected.name(),
                        found.name()
                    ));
                }
            }
            Ok(Type::Vector)
        }
        Kind::Binary(binary) => operator(binary),
    }
}

fn operator(binary: &Binary) -> Result<Type, Refused> {
    let Binary {
        operator,
        left,
        right,
        ..
    } = binary;
    let wrong = |message: String| {
        Err(Refused::Wrong {
            at: binary.at,
            message,
        })
    };
    let types = (check(left)?, check(right)?);
    let name = operator.as_str();
    for found in [types.0, types.1] {
        if matches!(found, Type::Text | Type::Matrix) {
            return wrong(format!(
                "`{name}` is between numbers and instant vectors, and one side is {}",
                found.name()
            ));
        }
    }
    if binary.is_bool && !operator.is_comparison() {
        return wrong(format!("`bool` goes with comparisons, and `{name}` is none"));
    }
    let both = types == (Type::Vector, Type::Vector);
    if operator.is_comparison() && !binary.is_bool && types == (Type::Scalar, Type::Scalar) {
        return wrong(format!("a comparison of two numbers needs `bool`: `{name} bool`"));
    }
    if binary.is_on
        && let Some(label) = binary
            .matching
            .iter()
            .find(|label| binary.include.contains(label))
    {
        return wrong(format!(
            "the label `{label}` stands in `on` and in the group's labels"
        ));
    }
    if !both && !binary.matching.is_empty() {
        return wrong("`on` and `ignoring` are between instant vectors only".to_owned());
    }
    if !both && binary.has_fill {
        return wrong("`fill` is between instant vectors only".to_owned());
    }
    if operator.is_set() {
        if !both {
            return wrong(format!("`{name}` is between instant vectors only"));
        }
        if binary.many_left || binary.many_right {
            return wrong(format!("`{name}` does not take `group_left` or `group_right`"));
        }
        if binary.has_fill {
            return wrong(format!("`{name}` does not take `fill`"));
        }
    }
    Ok(match types {
        (Type::Scalar, Type::Scalar) => Type::Scalar,
        _ => Type::Vector,
    })
}

/// A selector says which series it means.
fn selects(selector: &Selector, at: usize) -> Result<(), Refused> {
    let wrong = |message: &str| {
        Err(Refused::Wrong {
            at,
            message: message.to_owned(),
        })
    };
    let has_name = selector.name.is_some();
    if has_name
        && selector
            .matchers
            .iter()
            .any(|matcher| matcher.label == "__name__")
    {
        return wrong("the name of the series is said twice");
    }
    let matches_nothing = selector.matchers.iter().any(|matcher| match matcher.kind {
        MatcherKind::Equal => !matcher.value.is_empty(),
        MatcherKind::NotEqual => matcher.value.is_empty(),
        MatcherKind::Regex => pattern_matches(&matcher.value, "") == Some(false),
        MatcherKind::NotRegex => pattern_matches(&matcher.value, "") == Some(true),
    });
    match has_name || matches_nothing {
        true => Ok(()),
        false => {
            wrong("this would select all series: a matcher is needed that an empty label does not fulfil")
        }
    }
}
