//! Values beyond what a custom resource's structure allows, and numbers and times that cannot be read.

use super::at::At;
use super::review::Review;
use crate::diagnostic::Severity;
use crate::kubernetes::Bounds;
use crate::lint::Rule;
use crate::yaml::Value;

/// See its texts.
pub const RULE: Rule = Rule {
    code: "invalid-field-value",
    severity: Severity::Error,
    meaning: "A value of an object is too small, too large, too long or too short, or does not look as it has to.",
    reason: "The API server holds the pattern and the bounds of the kind's structure against the value, and refuses the object.",
    action: "Write a value that keeps to what the message says.",
};

pub(super) fn tell(review: &mut Review<'_, '_>, at: &At<'_>, message: &str, help: &str) {
    review.tell(&RULE, at, message, help);
}

/// Holds the bounds of a structure against a value. The value is not told: an address may hold a password.
pub(super) fn check(review: &mut Review<'_, '_>, at: &At<'_>, bounds: &Bounds) {
    let (size, unit) = match &at.node.value {
        Value::String(text) => (Some(text.chars().count()), "characters"),
        Value::List(list) => (Some(list.len()), "items"),
        Value::Map(map) => (Some(map.len()), "keys"),
        _ => (None, ""),
    };
    #[expect(clippy::cast_precision_loss, reason = "bounds are small")]
    let number = match &at.node.value {
        Value::Int(number) => Some(*number as f64),
        Value::Float(number) => Some(*number),
        _ => None,
    };
    if let (Some(size), Some(fewest)) = (size, bounds.fewest)
        && size < fewest
    {
        let message = match size {
            0 => "is empty".to_owned(),
            size => format!("has {size} {unit}"),
        };
        tell(review, at, &message, &format!("it has at least {fewest} {unit}"));
    } else if let (Some(size), Some(most)) = (size, bounds.most)
        && size > most
    {
        tell(
            review,
            at,
            &format!("has {size} {unit}"),
            &format!("it has at most {most} {unit}"),
        );
    } else if let (Some(number), Some(minimum)) = (number, bounds.minimum)
        && number < minimum
    {
        tell(
            review,
            at,
            &format!("is {number}"),
            &format!("it is at least {minimum}"),
        );
    } else if let (Some(number), Some(maximum)) = (number, bounds.maximum)
        && number > maximum
    {
        tell(
            review,
            at,
            &format!("is {number}"),
            &format!("it is at most {maximum}"),
        );
    } else if let (Value::String(text), Some(pattern)) = (&at.node.value, &bounds.pattern)
        && !pattern.allows(text)
    {
        let help = example(&pattern.text);
        tell(review, at, "does not look as it has to", &help);
    }
}

/// What a pattern wants, in words where it is a common one.
fn example(pattern: &str) -> String {
    if pattern.contains(")ms)?") {
        "it is a duration, such as `30s` or `1m30s`".to_owned()
    } else if pattern.starts_with("^(http|https|socks5)://") {
        "it is an address that begins with `http://`, `https://` or `socks5://`".to_owned()
    } else {
        format!("it has to match the regular expression `{pattern}`")
    }
}
