//! Values that are none of those that a field can have.

use super::at::At;
use super::review::{Review, shown};
use crate::diagnostic::{Severity, nearest};
use crate::lint::Rule;
use crate::yaml::Node;

/// See its texts.
pub const RULE: Rule = Rule {
    code: "invalid-choice",
    severity: Severity::Error,
    meaning: "A field of an object has a value that is none of those that it can have.",
    reason: "The API server refuses the object; capital letters count.",
    action: "Use one of the values that the message lists.",
};

pub(super) fn tell(review: &mut Review<'_, '_>, at: &At<'_>, choices: &[Node]) {
    let texts: Vec<&str> = choices.iter().filter_map(Node::as_str).collect();
    if texts.is_empty() {
        let all: Vec<String> = choices.iter().map(shown).collect();
        let message = format!("is {}, which it cannot be", shown(at.node));
        review.tell(&RULE, at, &message, &format!("it can be {}", all.join(", ")));
        return;
    }
    one_of(review, at, &texts);
}

/// Says that a text is none of a few.
pub(super) fn one_of(review: &mut Review<'_, '_>, at: &At<'_>, choices: &[&str]) {
    let message = format!("is {}, which it cannot be", shown(at.node));
    let listed: Vec<String> = choices
        .iter()
        .map(|choice| match *choice {
            "" => "empty".to_owned(),
            choice => format!("`{choice}`"),
        })
        .collect();
    let listed = listed.join(", ");
    let near = at.str().and_then(|text| nearest(text, choices.iter().copied()));
    let help = match near {
        Some(near) => format!("did you mean `{near}`? It can be {listed}"),
        None => format!("it can be {listed}"),
    };
    review.tell(&RULE, at, &message, &help);
}

/// Holds the text of a field against a few; an empty one is none.
pub(super) fn check(review: &mut Review<'_, '_>, at: &At<'_>, field: &str, choices: &[&str]) {
    if let Some(value) = at.get(field)
        && let Some(text) = value.str()
        && !text.is_empty()
        && !choices.contains(&text)
    {
        one_of(review, &value, choices);
    }
}
