//! Differences as Markdown, for a comment on a pull request: what is dangerous, a table, and each object folded.

use std::fmt::Write as _;

use super::super::visible;
use super::{
    causes, causes_of, changed_lines, danger_at, dangers_of, field_of, folded, is_all_hidden, name, scalar,
    sentence, shortened, summary,
};
use crate::diagnostic::Severity;
use crate::diff::{Change, Diff, Field, ObjectChange};
use crate::secret::MASK;

/// The longest comment that GitHub takes, in characters. GitLab takes more.
const MOST: usize = 65_536;
/// What is kept for saying what is left out.
const RESERVE: usize = 600;
/// The most lines of a value.
const MOST_LINES: usize = 60;
/// The most rows of the table and of the dangers.
const MOST_ROWS: usize = 100;

/// All differences that fit into a comment; it says itself what does not.
pub fn render(diff: &Diff) -> String {
    let mut out = String::from("## What this changes\n\n");
    let mut len = 0;
    let _ = writeln!(
        out,
        "**{}** between {} and {}.\n",
        summary(diff.summary()),
        code(&diff.old),
        code(&diff.new)
    );
    dangers(diff, &mut out);
    table(diff, &mut out);
    len += out.chars().count();
    let mut left_out = 0;
    // What is dangerous is not what is cut off.
    let is_dangerous = |object: &&ObjectChange| {
        let mut dangers = object.dangers.iter();
        dangers.any(|danger| danger.severity != Severity::Info)
    };
    let (dangerous, others): (Vec<_>, Vec<_>) = diff.objects.iter().partition(is_dangerous);
    for object in dangerous.into_iter().chain(others) {
        let section = section(object);
        let letters = section.chars().count();
        if left_out > 0 || len + letters > MOST - RESERVE {
            left_out += 1;
            continue;
        }
        len += letters;
        out.push_str(&section);
    }
    if left_out > 0 {
        let _ = writeln!(
            out,
            "\n**The details of {left_out} of {} objects are left out**, as a comment holds no more. Run `promchart diff` to see them.",
            diff.objects.len()
        );
    }
    let mut notes = String::new();
    for noise in &diff.folded {
        let _ = writeln!(notes, "<sub>Left out: {}.</sub>  ", folded(noise));
    }
    if len + notes.chars().count() < MOST - RESERVE {
        out.push('\n');
        out.push_str(&notes);
    }
    out
}

/// A text as code, whatever it holds.
fn code(text: &str) -> String {
    let text = visible(text);
    let fence = "`".repeat(longest_run(&text) + 1);
    match text.starts_with('`') || text.ends_with('`') {
        true => format!("{fence} {text} {fence}"),
        false => format!("{fence}{text}{fence}"),
    }
}

fn longest_run(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or(0)
}

fn dangers(diff: &Diff, out: &mut String) {
    let all: Vec<_> = [Severity::Error, Severity::Warning]
        .into_iter()
        .flat_map(|severity| dangers_of(diff, severity))
        .collect();
    for (object, danger) in all.iter().take(MOST_ROWS) {
        let _ = write!(
            out,
            "- {} {}: {}",
            sign(danger.severity),
            code(&name(object)),
            plain(&danger.message)
        );
        if let Some(field) = field_of(object, danger) {
            let _ = write!(out, ", at {}", code(&field.path.to_string()));
        }
        let reasons = causes(causes_of(object, danger));
        if !reasons.is_empty() {
            let _ = write!(out, ", because of {}", code(&reasons));
        }
        let _ = writeln!(out, ". _{}_ ({})", plain(&sentence(&danger.help)), danger.code);
    }
    if all.len() > MOST_ROWS {
        let _ = writeln!(out, "- and {} more dangers", all.len() - MOST_ROWS);
    }
    if !all.is_empty() {
        out.push('\n');
    }
}

fn sign(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "🛑",
        Severity::Warning => "⚠️",
        Severity::Info => "",
    }
}

fn table(diff: &Diff, out: &mut String) {
    if diff.objects.is_empty() {
        return;
    }
    out.push_str("| | object | fields | pods |\n|---|---|---|---|\n");
    for object in diff.objects.iter().take(MOST_ROWS) {
        let fields = match object.fields.len() {
            0 => String::new(),
            number => number.to_string(),
        };
        let pods = object
            .restart
            .as_ref()
            .map_or_else(String::new, |restart| format!("restart {}", restart.how.words()));
        let _ = writeln!(
            out,
            "| {} | {} | {fields} | {pods} |",
            object.change.as_str(),
            code(&name(object)).replace('|', "\\|")
        );
    }
    if diff.objects.len() > MOST_ROWS {
        let _ = writeln!(out, "| | and {} more | | |", diff.objects.len() - MOST_ROWS);
    }
    out.push('\n');
}

/// An object, folded.
fn section(object: &ObjectChange) -> String {
    let mut lines: Vec<String> = Vec::new();
    let because = causes(&object.causes);
    if !because.is_empty() {
        lines.push(format!("# because of {because}"));
    }
    for field in &object.fields {
        let mark = danger_at(object, field).map_or_else(String::new, |danger| {
            format!(" {} {}", sign(danger.severity), danger.code)
        });
        lines.extend(field_lines(field, mark.trim_end()));
    }
    if lines.is_empty() {
        return String::new();
    }
    let text: Vec<String> = lines
        .iter()
        .map(|line| visible(&shortened(line)).into_owned())
        .collect();
    let text = text.join("\n");
    let fence = "`".repeat(longest_run(&text).max(2) + 1);
    let title = name(object).replace('&', "&amp;").replace('<', "&lt;");
    format!(
        "<details><summary>{} <code>{title}</code></summary>\n\n{fence}diff\n{text}\n{fence}\n\n</details>\n",
        object.change.as_str()
    )
}

fn field_lines(field: &Field, mark: &str) -> Vec<String> {
    let path = field.path.to_string();
    let mut lines = Vec::new();
    if is_all_hidden(field) {
        lines.push(format!(
            "! {path}: {MASK} ({}, hidden){mark}",
            field.change.as_str()
        ));
    } else if field.change == Change::Renamed {
        lines.push(format!("! {path}: the items stand in another order{mark}"));
    } else {
        lines.push(format!("@@ {path} @@{mark}"));
        let short = |node: &Option<crate::yaml::Node>| node.as_ref().map(scalar);
        match (short(&field.old), short(&field.new)) {
            (Some(None), _) | (_, Some(None)) => {
                let all = changed_lines(field);
                lines.extend(
                    all.iter()
                        .take(MOST_LINES)
                        .map(|(sign, line)| format!("{sign}{line}")),
                );
                if all.len() > MOST_LINES {
                    lines.push(format!("# {} more lines", all.len() - MOST_LINES));
                }
            }
            (old, new) => {
                lines.extend(old.flatten().map(|old| format!("- {old}")));
                lines.extend(new.flatten().map(|new| format!("+ {new}")));
            }
        }
    }
    let because = causes(&field.causes);
    if !because.is_empty() {
        lines.push(format!("# because of {because}"));
    }
    lines
}

/// Words of ours with others' names in them, those of Markdown made harmless outside code.
fn plain(text: &str) -> String {
    visible(text).replace('<', "&lt;").replace('\n', " ")
}
