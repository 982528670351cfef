//! Values of the wrong type.

use super::at::At;
use super::review::Review;
use crate::diagnostic::Severity;
use crate::kubernetes::{Scalar, Shape};
use crate::lint::Rule;
use crate::source::Source;
use crate::yaml::{self, Node, Value};

/// See its texts.
pub const RULE: Rule = Rule {
    code: "wrong-type",
    severity: Severity::Error,
    meaning: "A field of an object has a value of the wrong type, such as a number where a string is expected.",
    reason: "The API server cannot read the object and refuses it.",
    action: "Write a value of the type that the message names; a number or `true` becomes a string in quotes.",
};

/// The value itself is not told: it may be a secret.
pub(super) fn tell(review: &mut Review<'_, '_>, at: &At<'_>, shape: &Shape) {
    let wanted = match shape {
        Shape::Scalar(scalar) => scalar.words(),
        Shape::List(_) => "a list",
        _ => "a map",
    };
    let kind = match &at.node.value {
        Value::Float(_) if matches!(shape, Shape::Scalar(_)) => "a number with a fraction",
        _ => at.node.kind(),
    };
    let message = format!("has to be {wanted}, but is {kind}");
    review.tell(&RULE, at, &message, &help(at, shape));
}

fn help(at: &At<'_>, shape: &Shape) -> String {
    match (shape, &at.node.value) {
        (Shape::Scalar(Scalar::String), Value::Int(_) | Value::Float(_) | Value::Bool(_)) => {
            "put it in quotes; in a template, make it a string".to_owned()
        }
        (Shape::Scalar(scalar), Value::String(_)) if is_text_of(at.node, *scalar) => {
            "write it without quotes".to_owned()
        }
        (Shape::List(_), Value::Map(_)) => "begin each item with `- `".to_owned(),
        (Shape::Object(_) | Shape::Map(_), Value::List(_)) => {
            "write `key: value` without `- ` before it".to_owned()
        }
        (Shape::Object(_) | Shape::Map(_) | Shape::List(_), Value::String(text)) if holds(text, shape) => {
            "it is the text of one: write it without quotes or `|`, and in a template without `to_yaml`, `to_json` or `indent`".to_owned()
        }
        (Shape::Object(object), Value::String(_)) => {
            match object.fields.iter().find(|field| field.is_required) {
                Some(field) => format!("write it as a map, such as `{}: ...`", field.name),
                None => String::new(),
            }
        }
        _ => String::new(),
    }
}

/// Whether a text is a map or list in YAML or JSON, as is wanted.
fn holds(text: &str, shape: &Shape) -> bool {
    let read = yaml::read_values(&Source::new("text", text));
    match (shape, read.map(|node| node.value)) {
        (Shape::List(_), Ok(Value::List(_))) => true,
        (Shape::Object(_) | Shape::Map(_), Ok(Value::Map(map))) => !map.is_empty(),
        _ => false,
    }
}

/// Whether a text is a scalar of another kind in quotes, or the other way round: what a person would have to change.
fn is_text_of(node: &Node, scalar: Scalar) -> bool {
    let Some(text) = node.as_str() else { return false };
    match scalar {
        Scalar::Int32 | Scalar::Int64 | Scalar::Integer => text.parse::<i64>().is_ok(),
        Scalar::Number => text.parse::<f64>().is_ok(),
        Scalar::Boolean => matches!(text, "true" | "false"),
        _ => false,
    }
}
