//! Differences as text for a terminal: what is dangerous first, then each object with its fields, then what was left out.

use std::fmt::Write as _;

use super::super::paint::Paint;
use super::super::visible;
use super::{
    causes, causes_of, changed_lines, count, danger_at, dangers, dangers_of, field_counts, folded,
    is_all_hidden, name, scalar, shortened, summary,
};
use crate::diagnostic::Severity;
use crate::diff::{Cause, Change, Danger, Diff, Field, ObjectChange};
use crate::secret::MASK;
use crate::yaml::Node;

/// How much is shown.
#[derive(Debug, Clone, Copy, Default)]
pub struct Style {
    /// ANSI colours.
    pub colour: bool,
    /// Long values as a whole.
    pub full: bool,
}

/// The most lines of a value that are shown.
const MOST_LINES: usize = 12;
/// The longest line on which an old and a new value stand together.
const WIDTH: usize = 110;

/// All differences.
pub fn render(diff: &Diff, style: Style) -> String {
    let mut writer = Writer {
        out: String::new(),
        paint: Paint { colour: style.colour },
        full: style.full,
    };
    writer.dangers(diff);
    for object in &diff.objects {
        writer.object(object);
    }
    writer.end(diff);
    writer.out
}

struct Writer {
    out: String,
    paint: Paint,
    full: bool,
}

impl Writer {
    fn line(&mut self, line: &str) {
        // Writing to a String does not fail.
        let _ = writeln!(self.out, "{}", line.trim_end());
    }

    fn dangers(&mut self, diff: &Diff) {
        let [errors, warnings, _] = dangers(diff);
        let told = [(errors, "error"), (warnings, "warning")];
        let told: Vec<String> = told
            .iter()
            .filter(|(number, _)| *number > 0)
            .map(|(number, word)| count(*number, word))
            .collect();
        if !told.is_empty() {
            let head = format!("Dangers: {}", told.join(", "));
            let head = self.paint.bold(&head);
            self.line(&head);
            for severity in [Severity::Error, Severity::Warning] {
                let all: Vec<(&ObjectChange, &Danger)> = dangers_of(diff, severity).collect();
                // What is the same for several fields of an object is said once.
                let is_same = |(a, b): &(&ObjectChange, &Danger), (c, d): &(&ObjectChange, &Danger)| {
                    std::ptr::eq(*a, *c) && b.code == d.code && b.message == d.message && b.help == d.help
                };
                for same in all.chunk_by(is_same) {
                    let Some((object, danger)) = same.first() else {
                        continue;
                    };
                    let word = self.paint.severity(severity);
                    let text = format!(
                        "  {word}: {}: {} [{}]",
                        name(object),
                        visible(&danger.message),
                        danger.code
                    );
                    self.line(&text);
                    for (object, danger) in same {
                        if let Some(path) = &danger.path {
                            let text = format!("    at {}", visible(&path.to_string()));
                            self.line(&text);
                        }
                        self.causes("    ", causes_of(object, danger));
                    }
                    let text = format!("    {} {}", self.paint.blue("help:"), danger.help);
                    self.line(&text);
                }
            }
            self.line("");
        }
        let restarting: Vec<String> = diff
            .objects
            .iter()
            .filter_map(|object| Some((object.restart.as_ref()?, object.object()?)))
            .map(|(restart, object)| {
                format!(
                    "{} {}",
                    visible(&object.identity.to_string()),
                    restart.how.words()
                )
            })
            .collect();
        if !restarting.is_empty() {
            let text = format!("Pods restart: {}", restarting.join(", "));
            self.line(&text);
            self.line("");
        }
    }

    fn object(&mut self, change: &ObjectChange) {
        let Some(object) = change.object() else { return };
        let mut head = format!(
            "{} {}",
            change.change.sign(),
            visible(&object.identity.to_string())
        );
        if let (Change::Renamed, Some(old)) = (change.change, &change.old) {
            let _ = write!(head, " (was {})", visible(&old.identity.to_string()));
        }
        let head = self.paint.bold(&self.sign(change.change, &head));
        let word = match change.change {
            Change::Added | Change::Removed => change.change.as_str().to_owned(),
            _ => field_counts(&change.fields),
        };
        let restart = change
            .restart
            .as_ref()
            .map(|restart| format!(", pods restart {}", restart.how.words()));
        let text = format!(
            "{head}  {}",
            self.paint.dim(&format!("{word}{}", restart.unwrap_or_default()))
        );
        self.line(&text);
        self.causes("    ", &change.causes);
        for field in &change.fields {
            self.field(field, danger_at(change, field));
        }
        self.line("");
    }

    fn field(&mut self, field: &Field, danger: Option<&Danger>) {
        let path = visible(&field.path.to_string()).into_owned();
        let danger = danger.map_or_else(String::new, |danger| {
            format!("  [{}: {}]", self.paint.severity(danger.severity), danger.code)
        });
        let noise = field
            .noise
            .map_or_else(String::new, |noise| format!("  ({})", noise.as_str()));
        let marks = format!("{noise}{danger}");
        let sign = self.sign(field.change, &field.change.sign().to_string());
        if is_all_hidden(field) {
            let text = format!(
                "  {sign} {path}: {MASK} ({}, hidden){marks}",
                field.change.as_str()
            );
            self.line(&text);
        } else if field.change == Change::Renamed {
            let text = format!("  {sign} {path}: the items stand in another order{marks}");
            self.line(&text);
        } else {
            let short = |node: &Option<Node>| node.as_ref().map(scalar);
            let shown = match (short(&field.old), short(&field.new)) {
                (None, Some(Some(new))) => Some(self.paint.green(&self.shown(&new))),
                (Some(Some(old)), None) => Some(self.paint.red(&self.shown(&old))),
                (Some(Some(old)), Some(Some(new))) if path.len() + old.len() + new.len() <= WIDTH => {
                    Some(format!(
                        "{} -> {}",
                        self.paint.red(&visible(&old)),
                        self.paint.green(&visible(&new))
                    ))
                }
                _ => None,
            };
            match shown {
                Some(shown) => {
                    let text = format!("  {sign} {path}: {shown}{marks}");
                    self.line(&text);
                }
                None => {
                    let text = format!("  {sign} {path}:{marks}");
                    self.line(&text);
                    self.long(field);
                }
            }
        }
        self.causes("      ", &field.causes);
    }

    /// A value that takes several lines.
    fn long(&mut self, field: &Field) {
        let all = changed_lines(field);
        let shown = match self.full || all.len() <= MOST_LINES + 2 {
            true => all.len(),
            false => MOST_LINES,
        };
        for (sign, line) in all.iter().take(shown) {
            let line = self.shown(line);
            let text = match sign {
                '@' => self.paint.blue(&line),
                '+' => self.paint.green(&format!("+ {line}")),
                '-' => self.paint.red(&format!("- {line}")),
                _ => format!("  {line}"),
            };
            self.line(&format!("      {text}"));
        }
        if shown < all.len() {
            let text = format!("      ... {} more lines; --full shows them", all.len() - shown);
            let text = self.paint.dim(&text);
            self.line(&text);
        }
    }

    /// A line of a value, shortened unless all is wanted.
    fn shown(&self, line: &str) -> String {
        match self.full {
            true => visible(line).into_owned(),
            false => visible(&shortened(line)).into_owned(),
        }
    }

    fn causes(&mut self, indent: &str, list: &[Cause]) {
        if !list.is_empty() {
            let text = format!("{indent}because of {}", visible(&causes(list)));
            let text = self.paint.dim(&text);
            self.line(&text);
        }
    }

    fn end(&mut self, diff: &Diff) {
        let text = format!("{}.", summary(diff.summary()));
        self.line(&text);
        if !diff.folded.is_empty() {
            self.line("Left out, as it says nothing (--all shows it):");
        }
        for left_out in &diff.folded {
            let text = format!("  {}", folded(left_out));
            let text = self.paint.dim(&text);
            self.line(&text);
        }
    }

    fn sign(&self, change: Change, text: &str) -> String {
        match change {
            Change::Added => self.paint.green(text),
            Change::Removed => self.paint.red(text),
            Change::Changed | Change::Renamed => self.paint.yellow(text),
        }
    }
}
