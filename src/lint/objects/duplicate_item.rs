//! Items of a list that are known by the same name.

use std::collections::HashMap;

use super::at::At;
use super::review::Review;
use crate::diagnostic::Severity;
use crate::kubernetes::Type;
use crate::lint::Rule;
use crate::values::dotted;
use crate::yaml::{Node, Value};

/// See its texts.
pub const RULE: Rule = Rule {
    code: "duplicate-item",
    severity: Severity::Error,
    meaning: "Two items of a list have the same name, port, path or whatever else the list's items are known by.",
    reason: "Server-side apply refuses the object; otherwise one of them wins, and which is not said.",
    action: "Remove one of them, or give it another name.",
};

/// Holds the items of a list against one another, by the fields that they are known by.
pub(super) fn check(review: &mut Review<'_, '_>, items: &[At<'_>], keys: &[Box<str>], of: Type<'_>) {
    let mut seen: HashMap<Vec<String>, &At<'_>> = HashMap::new();
    for item in items {
        let key: Option<Vec<String>> = keys
            .iter()
            .map(|key| {
                let default = || of.field(key).and_then(|of| of.schema().default.as_ref());
                let value = item.node.get(key).filter(|node| !node.is_null()).or_else(default);
                value.and_then(text)
            })
            .collect();
        let Some(key) = key else { continue };
        let Some(first) = seen.get(&key) else {
            seen.insert(key, item);
            continue;
        };
        let names: Vec<String> = keys
            .iter()
            .zip(&key)
            .map(|(name, value)| format!("`{name}` {value}"))
            .collect();
        let message = format!(
            "has the same {} as `{}`",
            names.join(" and "),
            dotted(&first.path)
        );
        review.tell_beside(
            &RULE,
            item,
            &first.path,
            &message,
            "remove one of them, or give it another one",
        );
    }
}

/// Holds the items of a set against one another.
pub(super) fn check_set(review: &mut Review<'_, '_>, items: &[At<'_>]) {
    let mut seen: HashMap<String, &At<'_>> = HashMap::new();
    for item in items {
        let Some(text) = text(item.node) else { continue };
        let Some(first) = seen.get(&text) else {
            seen.insert(text, item);
            continue;
        };
        let message = format!("is the same as `{}`", dotted(&first.path));
        review.tell_beside(&RULE, item, &first.path, &message, "remove one of them");
    }
}

fn text(node: &Node) -> Option<String> {
    match &node.value {
        Value::String(text) => Some(format!("`{text}`")),
        Value::Int(number) => Some(format!("{number}")),
        Value::Bool(value) => Some(format!("{value}")),
        _ => None,
    }
}
