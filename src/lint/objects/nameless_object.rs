//! Objects that do not say what they are.

use super::review::Review;
use crate::diagnostic::Severity;
use crate::lint::Rule;
use crate::yaml::Node;

/// See its texts.
pub const RULE: Rule = Rule {
    code: "nameless-object",
    severity: Severity::Error,
    meaning: "An object has no `apiVersion`, no `kind` or no `metadata.name`.",
    reason: "The API server does not know what it is, and refuses it.",
    action: "Begin the object with `apiVersion:`, `kind:` and `metadata:` with a `name:`.",
};

pub(super) fn check(review: &mut Review<'_, '_>) {
    let root = review.root();
    for key in ["apiVersion", "kind"] {
        if root.has_some(key) {
            continue;
        }
        let help = match keys(root.node) {
            Some(keys) => format!("write `apiVersion:` and `kind:`; the keys here are {keys}"),
            None => "write `apiVersion:` and `kind:`".to_owned(),
        };
        review.tell(&RULE, &root.missing(key), "is missing", &help);
        // What has no kind usually has no API version either: once is enough.
        return;
    }
    let metadata = root.get("metadata");
    let is_named = |key: &str| metadata.as_ref().is_some_and(|metadata| metadata.has_some(key));
    // Reviews are asked for, not kept.
    if is_named("name") || is_named("generateName") || review.part.kind.ends_with("Review") {
        return;
    }
    let at = metadata
        .unwrap_or_else(|| root.missing("metadata"))
        .missing("name");
    review.tell(&RULE, &at, "is missing", "give the object a name");
}

fn keys(node: &Node) -> Option<String> {
    const MOST: usize = 5;
    let map = node.as_map().filter(|map| !map.is_empty())?;
    let keys: Vec<String> = map.keys().take(MOST).map(|key| format!("`{key}`")).collect();
    Some(keys.join(", "))
}
