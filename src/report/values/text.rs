//! Answers about values as text for people.

use std::fmt::{Display, Write as _};

use super::Masked;
use crate::chart::{DecidedBy, Decision};
use crate::explain::{Behind, Reason, SetBy, Story, Unused, Uses, ValueBehind};
use crate::render::provenance::FieldPath;
use crate::report::visible;
use crate::source::Place;
use crate::values::{Origin, Setting, dotted};
use crate::yaml::{self, Node, Value};

/// Characters of a line, and of a list or map, that are shown beside a place.
const SHOWN_WIDTH: usize = 90;
const SHOWN_TREE: usize = 60;
/// Lines of a value that are shown.
const SHOWN_LINES: usize = 40;
/// Fields of an object, and objects, that are named.
const SHOWN_FIELDS: usize = 12;
const SHOWN_OBJECTS: usize = 40;
/// Values that went into a field.
const SHOWN_VALUES: usize = 20;

/// The layer in a word or two.
pub(super) fn layer(layer: &SetBy) -> &'static str {
    match layer {
        SetBy::Default(_) => "default",
        SetBy::Environment => "--env",
        SetBy::File => "-f",
        SetBy::Flag => "--set",
        SetBy::Computed => "computed",
    }
}

/// The layer of a setting in a word or two.
fn origin(origin: &Origin) -> String {
    match origin {
        Origin::Default { .. } => "default".to_owned(),
        Origin::Section { chart } => format!("default of {}", chart.last().map_or("", String::as_str)),
        Origin::Import { from, .. } => format!("import from {from}"),
        Origin::Environment => "--env".to_owned(),
        Origin::File => "-f".to_owned(),
        Origin::Flag => "--set".to_owned(),
    }
}

/// The story of a value.
pub fn story(story: &Story, masked: &Masked) -> String {
    let mut out = String::new();
    let key = name(&story.path);
    // Writing to a String does not fail.
    let _ = match &story.value {
        Some(value) => writeln!(out, "{key}:{}", block(&masked.node(&story.path.0, value))),
        None => writeln!(out, "{key}: not set"),
    };
    describe(story, &mut out);
    if let Some(decision) = &story.disabled {
        let _ = writeln!(out, "\n  {}", visible(&switched_off(decision)));
    }
    if story.history.is_empty() {
        out.push_str("\nSet by nobody.\n");
    } else {
        out.push_str("\nSet by, the last one counts:\n");
        out.push_str(&table(
            story
                .history
                .iter()
                .map(|setting| row(setting, &story.path, masked)),
        ));
    }
    if !story.switches.is_empty() {
        out.push_str("\nSwitches charts:\n");
        for switch in &story.switches {
            let state = match (switch.is_on, switch.decides) {
                (true, true) => "switched on by it",
                (false, true) => "switched off by it",
                (true, false) => "on, decided by something else",
                (false, false) => "off, decided by something else",
            };
            let chart = switch.chart.join(".");
            let _ = writeln!(out, "  {}: {state} ({})", visible(&chart), at(&switch.place));
        }
    }
    match &story.uses {
        Some(uses) => self::uses(story, uses, &mut out),
        None => out.push_str("\nThe chart could not be rendered, so it is not known what reads the value.\n"),
    }
    hint(masked, &out)
}

fn describe(story: &Story, out: &mut String) {
    let Some(description) = &story.description else {
        out.push_str("\n  The chart has no such key in its schema and defaults.\n");
        return;
    };
    if let Some(text) = &description.text {
        out.push('\n');
        for line in text.lines() {
            let _ = writeln!(out, "  {}", visible(line));
        }
    }
    let mut facts = Vec::new();
    if !description.types.is_empty() {
        let from = match description.is_from_schema {
            true => "",
            false => ", as its default is",
        };
        facts.push(format!("type {}{from}", description.types.join(" or ")));
    }
    if !description.allowed.is_empty() {
        let allowed: Vec<String> = description.allowed.iter().map(yaml::write_json).collect();
        facts.push(format!("one of {}", allowed.join(", ")));
    }
    if description.place.is_known() {
        facts.push(format!("described at {}", description.place.line_alone()));
    }
    if !facts.is_empty() {
        let _ = writeln!(out, "\n  {}", visible(&facts.join("; ")));
    }
}

fn uses(story: &Story, uses: &Uses, out: &mut String) {
    if uses.readers.is_empty() && uses.reached.is_empty() && story.switches.is_empty() {
        out.push_str("\nNo template reads it with these values.\n");
    }
    if !uses.readers.is_empty() {
        out.push_str("\nRead by:\n");
        out.push_str(&table(uses.readers.iter().map(line_row)));
    }
    if !uses.conditions.is_empty() {
        out.push_str("\nConditions and loops that hang on it:\n");
        out.push_str(&table(uses.conditions.iter().map(line_row)));
    }
    if !uses.reached.is_empty() {
        out.push_str("\nReaches:\n");
    }
    for object in uses.reached.iter().take(SHOWN_OBJECTS) {
        let _ = writeln!(out, "  {}", visible(&object.identity.to_string()));
        if object.is_whole {
            out.push_str("    decides whether it is there\n");
        }
        let fields = object
            .fields
            .iter()
            .flat_map(|field| match field.inner.as_slice() {
                [] => vec![field.path.to_string()],
                inner => inner
                    .iter()
                    .map(|inner| format!("{}: {inner}", field.path))
                    .collect(),
            });
        listed("goes into", fields, out);
        listed("decides about", object.decided.iter().map(name), out);
    }
    more(uses.reached.len(), SHOWN_OBJECTS, "  ", "objects", out);
}

fn listed(what: &str, fields: impl Iterator<Item = String>, out: &mut String) {
    let fields: Vec<String> = fields.collect();
    for field in fields.iter().take(SHOWN_FIELDS) {
        let _ = writeln!(out, "    {what} {}", visible(field));
    }
    more(fields.len(), SHOWN_FIELDS, "    ", "fields", out);
}

fn more(count: usize, shown: usize, indent: &str, what: &str, out: &mut String) {
    if count > shown {
        let _ = writeln!(
            out,
            "{indent}... and {} more {what}; `-o json` has them all",
            count - shown
        );
    }
}

/// What nothing read, a line each.
pub fn unused(unused: &[Unused], masked: &Masked) -> String {
    let mut out = String::new();
    for value in unused {
        let reason = match &value.reason {
            Reason::Disabled(decision) => switched_off(decision),
            Reason::Unknown { near: Some(near) } => {
                format!("the chart has no such key; did you mean `{near}`?")
            }
            Reason::Unknown { near: None } => "the chart has no such key".to_owned(),
            Reason::NotAsked => {
                "the chart has the key, but with these values no template asks for it".to_owned()
            }
        };
        let shown = short(&masked.node(&value.path.0, &value.value));
        let line = format!("{}: `{}` ({shown}): {reason}", value.place, value.path);
        let _ = writeln!(out, "{}", visible(&line));
    }
    hint(masked, &out)
}

/// What is behind a field.
pub fn behind(behind: &Behind, masked: &Masked) -> String {
    let mut out = String::new();
    let inner = behind.inner.as_ref().map(|inner| format!(": {inner}"));
    let field = format!("{}{}", name(&behind.field), inner.unwrap_or_default());
    let _ = writeln!(
        out,
        "{} {}:",
        visible(&behind.object.to_string()),
        visible(&field)
    );
    let path: Vec<_> = (behind.field.0.iter())
        .chain(behind.inner.iter().flat_map(|inner| &inner.0))
        .cloned()
        .collect();
    let value = masked.field(&behind.object.kind, &path, &behind.value);
    let _ = writeln!(out, " {}", block(&value).trim_start_matches('\n'));
    out.push_str("\nMade by:\n");
    out.push_str(&match behind.place.is_known() {
        true => table(std::iter::once(line_row(&behind.place))),
        false => format!("  {}\n", visible(&behind.template)),
    });
    if behind.values.is_empty() {
        out.push_str("\nNo value goes into it.\n");
    } else {
        out.push_str("\nValues that go into it:\n");
        let values = behind.values.iter().take(SHOWN_VALUES);
        values.for_each(|value| value_behind(value, masked, &mut out));
        more(behind.values.len(), SHOWN_VALUES, "  ", "values", &mut out);
    }
    if !behind.conditions.is_empty() {
        out.push_str("\nConditions and loops that it stands under:\n");
    }
    for (place, values) in &behind.conditions {
        out.push_str(&table(std::iter::once(line_row(place))));
        let mut text = String::new();
        let shown = values.iter().take(SHOWN_FIELDS);
        shown.for_each(|value| value_behind(value, masked, &mut text));
        more(values.len(), SHOWN_FIELDS, "  ", "values", &mut text);
        text.lines().for_each(|line| out.push_str(&format!("  {line}\n")));
    }
    hint(masked, &out)
}

fn value_behind(value: &ValueBehind, masked: &Masked, out: &mut String) {
    let shown = match &value.value {
        Some(node) => short(&masked.node(&value.path.0, node)),
        None => "not set".to_owned(),
    };
    let _ = write!(out, "  {}: {}", name(&value.path), visible(&shown));
    match value.history.as_slice() {
        [] => out.push('\n'),
        [only] if only.path == value.path.0 => {
            let _ = writeln!(out, "  ({} {})", origin(&only.origin), at(&only.place));
        }
        several => {
            out.push('\n');
            let rows = table(several.iter().map(|setting| row(setting, &value.path, masked)));
            rows.lines().for_each(|line| out.push_str(&format!("  {line}\n")));
        }
    }
}

/// The path, or words for the whole.
fn name(path: &FieldPath) -> String {
    match path.0.is_empty() {
        true => "(everything)".to_owned(),
        false => visible(&path.to_string()).into_owned(),
    }
}

/// Layer, place and value of a setting.
fn row(setting: &Setting, path: &FieldPath, masked: &Masked) -> [String; 3] {
    let mut value = match &setting.value {
        Some(node) if node.is_null() => "null, which deletes it".to_owned(),
        Some(node) => short(&masked.node(&setting.path, node)),
        None => format!("`{}` is no map or list here", dotted(&setting.path)),
    };
    if setting.path != path.0 && setting.value.is_some() {
        value = format!("{value}  (as {})", dotted(&setting.path));
    }
    [origin(&setting.origin), at(&setting.place), value]
}

/// The place of a template's line, and the line.
fn line_row(place: &Place) -> [String; 3] {
    let line = place.line_text().unwrap_or_default().trim();
    let line = crate::secret::masked(line);
    [at(&place.line_alone()), cut(&line, SHOWN_WIDTH), String::new()]
}

fn at(place: &impl Display) -> String {
    visible(&place.to_string()).into_owned()
}

/// Rows with their columns aligned, each indented by two spaces.
fn table(rows: impl Iterator<Item = [String; 3]>) -> String {
    let rows: Vec<[String; 3]> = rows
        .map(|row| row.map(|cell| visible(&cell).into_owned()))
        .collect();
    let width = |column: usize| {
        let cells = rows.iter().map(|row| row[column].chars().count());
        // One long cell does not push all others away.
        cells.filter(|width| *width <= SHOWN_WIDTH).max().unwrap_or(0)
    };
    let (first, second) = (width(0), width(1));
    let mut out = String::new();
    for [a, b, c] in &rows {
        let line = format!("  {a:first$}  {b:second$}  {c}");
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}

/// A value on one line.
fn short(node: &Node) -> String {
    match &node.value {
        Value::List(_) | Value::Map(_) => cut(&yaml::write_json(node), SHOWN_TREE),
        Value::String(text) if text.contains('\n') => cut(&yaml::write_json(node), SHOWN_TREE),
        _ => cut(yaml::write(node).trim_end(), SHOWN_WIDTH),
    }
}

/// A value behind its key: on the same line, or on lines of its own.
fn block(node: &Node) -> String {
    let is_short = match &node.value {
        Value::List(list) => list.is_empty(),
        Value::Map(map) => map.is_empty(),
        Value::String(text) => !text.contains('\n'),
        _ => true,
    };
    if is_short {
        return format!(" {}", visible(yaml::write(node).trim_end()));
    }
    let text = match node.as_str() {
        Some(text) => text.to_owned(),
        None => yaml::write(node),
    };
    let mut out = String::new();
    for line in text.lines().take(SHOWN_LINES) {
        out.push_str(format!("\n  {}", visible(line)).trim_end_matches(' '));
    }
    let count = text.lines().count();
    if count > SHOWN_LINES {
        out.push_str(&format!("\n  ... and {} more lines", count - SHOWN_LINES));
    }
    out
}

fn cut(text: &str, width: usize) -> String {
    match text.char_indices().nth(width) {
        Some((end, _)) => format!("{}...", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

fn switched_off(decision: &Decision) -> String {
    let name = decision.local_name();
    match &decision.reason {
        DecidedBy::Condition { path, place } => {
            format!("the chart `{name}` is switched off by `{path}` at {place}")
        }
        DecidedBy::Tag { name: tag, place } => {
            format!("the chart `{name}` is switched off by its tag `{tag}` at {place}")
        }
        DecidedBy::Default => format!("the chart `{name}` is switched off"),
    }
}

/// Where something is hidden, how to see it.
fn hint(masked: &Masked, text: &str) -> String {
    match masked.is_hiding() && text.contains(crate::secret::MASK) {
        true => format!("{text}\nSecrets are hidden; `--show-secrets` shows them.\n"),
        false => text.to_owned(),
    }
}
