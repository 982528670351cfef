//! Differences as annotations of GitHub Actions: each danger, and each value that changes something, at its line.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::{causes_of, is_all_hidden, name, scalar, sentence, shortened};
use crate::diagnostic::Severity;
use crate::diff::{Cause, Change, Diff, Field};
use crate::secret::MASK;

/// The most fields that an annotation names.
const MOST: usize = 5;

/// Workflow commands, a line each.
pub fn render(diff: &Diff) -> String {
    let mut out = String::new();
    for severity in [Severity::Error, Severity::Warning] {
        for (object, danger) in super::dangers_of(diff, severity) {
            let place = causes_of(object, danger).iter().find_map(at);
            let at = danger
                .path
                .as_ref()
                .map_or_else(String::new, |path| format!(" ({path})"));
            let message = format!(
                "{}{at}: {}. {}",
                name(object),
                danger.message,
                sentence(&danger.help)
            );
            command(severity, place, danger.code, &message, &mut out);
        }
    }
    let mut by_place: BTreeMap<(String, u32), Vec<String>> = BTreeMap::new();
    for object in &diff.objects {
        let mut add = |causes: &[Cause], text: &dyn Fn() -> String| {
            for (file, line) in causes.iter().filter_map(at) {
                by_place.entry((file, line)).or_default().push(text());
            }
        };
        add(&object.causes, &|| {
            format!("{} is {}", name(object), object.change.as_str())
        });
        for field in &object.fields {
            add(&field.causes, &|| format!("{} {}", name(object), words(field)));
        }
    }
    for ((file, line), changes) in by_place {
        let mut text = changes.iter().take(MOST).cloned().collect::<Vec<_>>().join("\n");
        if changes.len() > MOST {
            let _ = write!(text, "\nand {} more", changes.len() - MOST);
        }
        command(
            Severity::Info,
            Some((file, line)),
            "what this line changes",
            &text,
            &mut out,
        );
    }
    out
}

fn words(field: &Field) -> String {
    let path = &field.path;
    let short = |node: &Option<crate::yaml::Node>| {
        let text = node.as_ref().and_then(scalar)?;
        Some(shortened(&text).into_owned())
    };
    if is_all_hidden(field) {
        return format!("{path}: {MASK}");
    }
    match (field.change, short(&field.old), short(&field.new)) {
        (Change::Changed, Some(old), Some(new)) => format!("{path}: {old} -> {new}"),
        (Change::Added, _, Some(new)) => format!("{path}: {new} is new"),
        (Change::Removed, Some(old), _) => format!("{path}: {old} is gone"),
        (change, ..) => format!("{path} is {}", change.as_str()),
    }
}

/// The file and line of a cause, where it stands in a file of the work tree.
fn at(cause: &Cause) -> Option<(String, u32)> {
    let source = cause.place.source()?;
    let is_elsewhere =
        cause.is_gone || source.is_flag() || source.name().contains(':') || source.name().starts_with('<');
    (!is_elsewhere && cause.place.line > 0).then(|| (source.name().to_owned(), cause.place.line))
}

fn command(severity: Severity, place: Option<(String, u32)>, title: &str, message: &str, out: &mut String) {
    let name = match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "notice",
    };
    let file = place.map_or_else(String::new, |(file, line)| {
        format!("file={},line={line},", property(&file))
    });
    // Writing to a String does not fail.
    let _ = writeln!(out, "::{name} {file}title={}::{}", property(title), data(message));
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
