//! Fields that Kubernetes does not have.

use super::at::At;
use super::review::Review;
use crate::diagnostic::{Severity, nearest};
use crate::kubernetes::{Shape, Type};
use crate::lint::Rule;
use crate::values::Step;

/// See its texts.
pub const RULE: Rule = Rule {
    code: "unknown-field",
    severity: Severity::Error,
    meaning: "An object has a field that its kind does not have.",
    reason: "The API server refuses the object (`kubectl apply --server-side`), or drops the field in silence, and then what it says does not happen.",
    action: "Write the field that the message names, or move it to where it belongs.",
};

/// How many levels below a place a field is looked for.
const DEEPEST: usize = 4;

/// How many letters a slip of the fingers changes. Beyond that, a field of the very name elsewhere is likelier.
const MOST_SLIPS: usize = 2;

/// What leads to a value.
pub(super) struct Above<'t> {
    /// The type.
    pub of: Type<'t>,
    /// How many steps of the path lead to it.
    pub depth: usize,
}

pub(super) fn tell(review: &mut Review<'_, '_>, at: &At<'_>, key: &str, above: &[Above<'_>]) {
    let help = help(at, key, above);
    let holder = above.last().and_then(|above| at.path.get(..above.depth));
    let message = match holder.unwrap_or_default() {
        [.., Step::Key(list), Step::Index(_)] => format!("is not a field of what stands in `{list}`"),
        [.., Step::Key(holder)] => format!("is not a field of `{holder}`"),
        _ => format!("is not a field of the kind {}", review.part.kind),
    };
    review.tell(&RULE, at, &message, &help);
}

fn help(at: &At<'_>, key: &str, above: &[Above<'_>]) -> String {
    let Some(holder) = above.last() else {
        return String::new();
    };
    let Shape::Object(object) = &holder.of.schema().shape else {
        return String::new();
    };
    let names = || object.fields.iter().map(|field| &*field.name);
    let near = nearest(key, names());
    let is_slip = |near: &&str| strsim::levenshtein(&near.to_lowercase(), &key.to_lowercase()) <= MOST_SLIPS;
    if let Some(near) = near.filter(is_slip) {
        return format!("did you mean `{near}`?");
    }
    if names().any(|name| name == "limits") && names().any(|name| name == "requests") {
        return format!("write it below `limits` or `requests`: `limits.{key}`");
    }
    if let Some(place) = right_place(at, key, above) {
        return format!("it belongs to `{place}`");
    }
    if let Some(near) = near {
        return format!("did you mean `{near}`?");
    }
    let takes: Vec<String> = names().map(|name| format!("`{name}`")).collect();
    match takes.len() {
        0 => "remove it: this takes no fields".to_owned(),
        1..=12 => format!("remove it; the fields here are {}", takes.join(", ")),
        _ => "remove it, or move it to where it belongs".to_owned(),
    }
}

/// Where there is a field of the name: below this place, or below one that holds it.
fn right_place(at: &At<'_>, key: &str, above: &[Above<'_>]) -> Option<String> {
    // A label, annotation or selector that lost what holds it.
    if key.contains('/') && above.len() == 1 {
        return Some("metadata.labels` or `metadata.annotations".to_owned());
    }
    above.iter().rev().take(6).find_map(|holder| {
        let way = way_to(holder.of, key, DEEPEST)?;
        let mut place = pattern(at.path.get(..holder.depth)?);
        // From an item of a list on, the way goes on within the item.
        place.extend(way);
        Some(place.join("."))
    })
}

/// Which of a type's fields, or of those below it, has a name: the shortest way to it, as people write it.
fn way_to(of: Type<'_>, name: &str, deepest: usize) -> Option<Vec<String>> {
    let mut level = vec![(of, Vec::new())];
    for _ in 0..deepest {
        let mut next = Vec::new();
        for (of, way) in level {
            match &of.schema().shape {
                Shape::Object(object) => {
                    if object.field(name).is_some() {
                        let mut way: Vec<String> = way;
                        way.push(name.to_owned());
                        return Some(way);
                    }
                    for field in &object.fields {
                        if let Some(inner) = of.field(&field.name) {
                            let mut way = way.clone();
                            way.push(field.name.to_string());
                            next.push((inner, way));
                        }
                    }
                }
                Shape::List(_) => {
                    if let Some(inner) = of.item() {
                        let mut way = way.clone();
                        if let Some(last) = way.last_mut() {
                            last.push_str("[]");
                        }
                        next.push((inner, way));
                    }
                }
                _ => {}
            }
        }
        level = next;
    }
    None
}

/// Where a value stands, with `[]` for the items of lists.
fn pattern(path: &[Step]) -> Vec<String> {
    let mut parts: Vec<String> = Vec::new();
    for step in path {
        match step {
            Step::Key(key) => parts.push(key.to_string()),
            Step::Index(_) => {
                if let Some(last) = parts.last_mut() {
                    last.push_str("[]");
                }
            }
        }
    }
    parts
}
