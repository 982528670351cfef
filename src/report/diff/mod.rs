//! Differences for people and programs, one file a format.

pub mod json;
pub mod text;

use crate::diff::{Cause, Diff, Field, Folded, Summary};
use crate::source::Place;
use crate::yaml::{self, Node, Value};

/// `2 added, 1 changed, 40 the same`; what there is none of is left out.
fn summary(summary: Summary) -> String {
    let Summary {
        added,
        removed,
        changed,
        renamed,
        same,
    } = summary;
    let parts = [
        (added, "added"),
        (removed, "removed"),
        (changed, "changed"),
        (renamed, "renamed"),
        (same, "the same"),
    ];
    let told: Vec<String> = parts
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| format!("{count} {word}"))
        .collect();
    match told.as_slice() {
        [] => "no objects on either side".to_owned(),
        told => told.join(", "),
    }
}

/// `1 object`, `2 objects`.
fn count(count: usize, word: &str) -> String {
    match count {
        1 => format!("1 {word}"),
        _ => format!("{count} {word}s"),
    }
}

/// A line for what was left out for one reason.
fn folded(folded: &Folded) -> String {
    let Folded {
        noise,
        fields,
        objects,
        restarts,
    } = folded;
    let restarts = match restarts {
        0 => String::new(),
        _ => format!("; the pods of {} restart for it", count(*restarts, "workload")),
    };
    format!(
        "{}: {} in {}{restarts}",
        noise.as_str(),
        count(*fields, "field"),
        count(*objects, "object")
    )
}

/// A cause in words: `server.retention (values.yaml:3)`.
fn cause(cause: &Cause) -> String {
    let place = at(&cause.place);
    match (&cause.value, cause.is_gone) {
        (Some(value), false) if place.is_empty() => value.clone(),
        (Some(value), true) if place.is_empty() => format!("{value}, which is gone"),
        (Some(value), false) => format!("{value} ({place})"),
        (Some(value), true) => format!("{value} (was {place})"),
        (None, false) => format!("the template ({place})"),
        (None, true) => format!("the template (was {place})"),
    }
}

/// A place as `file:line`; empty where it is not known.
fn at(place: &Place) -> String {
    match place.is_known() {
        true => place.line_alone().to_string(),
        false => String::new(),
    }
}

/// The causes of a field, joined.
fn causes(causes: &[Cause]) -> String {
    causes.iter().map(cause).collect::<Vec<_>>().join(", ")
}

/// A scalar as it is shown on a line; none for maps, lists and texts of several lines.
fn scalar(node: &Node) -> Option<String> {
    match &node.value {
        Value::Map(map) if map.is_empty() => Some("{}".to_owned()),
        Value::List(list) if list.is_empty() => Some("[]".to_owned()),
        Value::Map(_) | Value::List(_) => None,
        Value::String(text) if text.contains('\n') => None,
        _ => Some(yaml::write(node).trim_end().to_owned()),
    }
}

/// A value as lines of YAML; those of a text as they stand.
fn lines(node: &Node) -> Vec<String> {
    match &node.value {
        Value::String(text) if text.contains('\n') => text.lines().map(str::to_owned).collect(),
        _ => yaml::write(node).lines().map(str::to_owned).collect(),
    }
}

/// What stands for a value that is hidden, where nothing of it can be shown.
fn is_all_hidden(field: &Field) -> bool {
    let hidden = |node: &Option<Node>| {
        node.as_ref()
            .is_none_or(|node| node.as_str() == Some(crate::secret::MASK))
    };
    field.is_hidden && hidden(&field.old) && hidden(&field.new)
}

/// How many dangers there are that fail or lose data, that stop something, and that are good to know.
fn dangers(diff: &Diff) -> [usize; 3] {
    let mut counts = [0; 3];
    for danger in diff.objects.iter().flat_map(|object| &object.dangers) {
        let rank = usize::from(crate::diff::dangers::rank(danger.severity));
        if let Some(count) = counts.get_mut(rank) {
            *count += 1;
        }
    }
    counts
}
