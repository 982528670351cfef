//! Differences for people and programs, one file a format.

pub mod github;
pub mod html;
pub mod json;
pub mod markdown;
pub mod text;
pub mod unified;

use std::borrow::Cow;

use super::visible;
use crate::diagnostic::Severity;
use crate::diff::{Cause, Change, Danger, Diff, Field, Folded, ObjectChange, Summary};
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

/// The lines of a field that takes several, each with its sign: `@` for the head of a hunk, `-`, `+` or a blank.
fn changed_lines(field: &Field) -> Vec<(char, String)> {
    let mut all: Vec<(char, String)> = Vec::new();
    if field.hunks.is_empty() {
        for (sign, node) in [('-', &field.old), ('+', &field.new)] {
            all.extend(node.iter().flat_map(lines).map(|line| (sign, line)));
        }
    }
    for hunk in &field.hunks {
        all.push(('@', hunk.header()));
        all.extend(
            hunk.lines
                .iter()
                .map(|line| (line.sign(), line.text().to_owned())),
        );
    }
    all
}

/// The most characters of a line that are shown.
const MOST_LETTERS: usize = 400;

/// A line, or so much of it as people read, and how much is left out.
fn shortened(line: &str) -> Cow<'_, str> {
    match line.char_indices().nth(MOST_LETTERS) {
        None => Cow::Borrowed(line),
        Some((end, _)) => {
            let rest = line.get(end..).unwrap_or_default().chars().count();
            Cow::Owned(format!(
                "{}... ({rest} more characters)",
                line.get(..end).unwrap_or_default()
            ))
        }
    }
}

/// Help as a sentence of its own.
fn sentence(help: &str) -> String {
    let mut letters = help.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(letters).collect()
}

/// The field that a danger is about, where it is about one.
fn field_of<'d>(object: &'d ObjectChange, danger: &Danger) -> Option<&'d Field> {
    let path = danger.path.as_ref()?;
    object.fields.iter().find(|field| field.path == *path)
}

/// The danger that is about a field, where there is one.
fn danger_at<'d>(object: &'d ObjectChange, field: &Field) -> Option<&'d Danger> {
    object
        .dangers
        .iter()
        .find(|danger| danger.path.as_ref() == Some(&field.path))
}

/// What caused what a danger is about.
fn causes_of<'d>(object: &'d ObjectChange, danger: &Danger) -> &'d [Cause] {
    match (&danger.path, field_of(object, danger)) {
        (_, Some(field)) => &field.causes,
        (None, None) => &object.causes,
        (Some(_), None) => &[],
    }
}

/// The dangers of a severity, each with its object, in the order of the objects.
fn dangers_of(diff: &Diff, severity: Severity) -> impl Iterator<Item = (&ObjectChange, &Danger)> {
    let all = diff
        .objects
        .iter()
        .flat_map(|object| object.dangers.iter().map(move |danger| (object, danger)));
    all.filter(move |(_, danger)| danger.severity == severity)
}

/// What an object is called.
fn name(object: &ObjectChange) -> String {
    object.object().map_or_else(String::new, |object| {
        visible(&object.identity.to_string()).into_owned()
    })
}

/// Whether nothing of a change can be shown: its values are hidden, or what differs between them is.
fn is_all_hidden(field: &Field) -> bool {
    let hidden = |node: &Option<Node>| {
        node.as_ref()
            .is_none_or(|node| node.as_str() == Some(crate::secret::MASK))
    };
    field.is_hidden && (field.old == field.new || hidden(&field.old) && hidden(&field.new))
}

/// `+1 -2 ~3`: how many fields came, went and changed.
fn field_counts(fields: &[Field]) -> String {
    let parts = [Change::Added, Change::Removed, Change::Changed, Change::Renamed].map(|change| {
        let number = fields.iter().filter(|field| field.change == change).count();
        (number > 0).then(|| format!("{}{number}", change.sign()))
    });
    parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
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
