//! Diagnostics as text for a terminal.

use std::fmt::Write as _;
use std::ops::Range;
use std::sync::Arc;

use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

use super::paint::Paint;
use super::shown::Shown;
use super::{is_unseen, visible};
use crate::diagnostic::{Diagnostic, Label, Severity};
use crate::secret::MASK;
use crate::source::Source;

/// How diagnostics are shown.
#[derive(Debug, Clone, Copy)]
pub struct Style {
    /// ANSI colours, which carry no meaning of their own.
    pub colour: bool,
    /// Columns of the terminal: longer source lines are cut around the place, so that the caret stands below it.
    pub width: usize,
}

impl Default for Style {
    /// For what is no terminal.
    fn default() -> Style {
        Style {
            colour: false,
            width: 150,
        }
    }
}

/// What is left of a source line in the narrowest terminal.
const LEAST_WIDTH: usize = 30;

/// Writes diagnostics with a blank line between two, each with the lines that it speaks of. Values that sound like secrets are
/// hidden: in the lines, and wherever else one stands that the sources of the diagnostics or `known` hold.
pub fn render(diagnostics: &[Diagnostic], style: Style, known: &[Arc<Source>]) -> String {
    if diagnostics.is_empty() {
        return String::new();
    }
    let mut writer = Writer {
        out: String::new(),
        paint: Paint { colour: style.colour },
        width: style.width,
        secrets: Shown::of(diagnostics, known),
    };
    for diagnostic in diagnostics {
        if !writer.out.is_empty() {
            writer.out.push('\n');
        }
        writer.push(diagnostic);
    }
    writer.out
}

/// How many findings there are of each severity, in words: `3 errors, 1 warning`.
pub fn summary(findings: impl Iterator<Item = Severity>) -> String {
    let found: Vec<Severity> = findings.collect();
    let count = |severity: Severity, one: &str, many: &str| match found
        .iter()
        .filter(|found| **found == severity)
        .count()
    {
        0 => None,
        1 => Some(format!("1 {one}")),
        count => Some(format!("{count} {many}")),
    };
    let counts = [
        count(Severity::Error, "error", "errors"),
        count(Severity::Warning, "warning", "warnings"),
        count(Severity::Info, "info", "infos"),
    ];
    let counts: Vec<String> = counts.into_iter().flatten().collect();
    match counts.is_empty() {
        true => "no findings".to_owned(),
        false => counts.join(", "),
    }
}

struct Writer {
    out: String,
    paint: Paint,
    width: usize,
    secrets: Shown,
}

impl Writer {
    /// A text of ours with others' words in it, as it may be shown.
    fn shown(&self, text: &str) -> String {
        self.secrets.text(text)
    }

    fn push(&mut self, diagnostic: &Diagnostic) {
        let severity = self.paint.severity(diagnostic.severity);
        let message = self.paint.bold(&self.shown(&diagnostic.message));
        // Writing to a String does not fail.
        let _ = writeln!(self.out, "{severity}: {message} [{}]", diagnostic.code);
        for (index, label) in diagnostic.labels.iter().enumerate() {
            self.push_label(label, index == 0);
        }
        if let Some(help) = &diagnostic.help {
            let help = self.shown(help);
            let _ = writeln!(self.out, "  {} {help}", self.paint.blue("help:"));
        }
    }

    fn push_label(&mut self, label: &Label, is_main: bool) {
        let place = &label.place;
        let text = self.shown(&label.text);
        let arrow = self.paint.blue(if is_main { "-->" } else { ":::" });
        let Some(source) = place.source() else { return };
        let name = visible(source.name());
        let Some(range) = source.line_range(place.line) else {
            let place = place.to_string();
            let _ = write!(self.out, "  {arrow} {}", visible(&place));
            let _ = if text.is_empty() {
                writeln!(self.out)
            } else {
                writeln!(self.out, ": {text}")
            };
            return;
        };
        // A flag is one line, and numbers behind it would look like a part of it.
        let _ = match (source.is_flag(), place.column) {
            (true, _) => writeln!(self.out, "  {arrow} {name}"),
            (false, 0) => writeln!(self.out, "  {arrow} {name}:{}", place.line),
            (false, column) => writeln!(self.out, "  {arrow} {name}:{}:{column}", place.line),
        };
        let column = usize::try_from(place.column).unwrap_or(0);
        let parts = self.secrets.parts(source);
        let (line, column) = masked_line(source.text(), range, parts, column);
        let number = place.line.to_string();
        let before = "   | ".len() + number.len();
        let (shown, caret) = excerpt(&line, column, self.width.saturating_sub(before).max(LEAST_WIDTH));
        let gutter = " ".repeat(number.len());
        let bar = self.paint.blue("|");
        let _ = writeln!(self.out, "  {} {bar} {shown}", self.paint.blue(&number));
        if column > 0 {
            let _ = writeln!(
                self.out,
                "  {gutter} {bar} {}{} {text}",
                " ".repeat(caret),
                self.paint.red("^"),
            );
        } else if !text.is_empty() {
            let _ = writeln!(self.out, "  {gutter} {bar} {text}");
        }
        while self.out.ends_with(" \n") {
            self.out.truncate(self.out.len() - 2);
            self.out.push('\n');
        }
    }
}

/// A line with its secrets hidden, and the column, from 1, where the one that is meant has got to.
fn masked_line(text: &str, range: Range<usize>, parts: &[Range<usize>], column: usize) -> (String, usize) {
    let first = parts.partition_point(|part| part.end <= range.start);
    let mut line = String::new();
    let mut moved = column;
    // Where the line is copied from, and the column that this is.
    let (mut at, mut read) = (range.start, 1);
    let letters = |from: usize, to: usize| text.get(from..to).unwrap_or_default();
    for part in parts.iter().skip(first).take_while(|part| part.start < range.end) {
        let (start, end) = (part.start.max(range.start), part.end.min(range.end));
        let before = letters(at, start);
        let hidden = letters(start, end).chars().count();
        let begin = read + before.chars().count();
        line.push_str(before);
        let written = line.chars().count() + 1;
        line.push_str(MASK);
        if column >= begin + hidden {
            moved = written + MASK.len() + (column - begin - hidden);
        } else if column >= begin {
            moved = written;
        }
        (at, read) = (end, begin + hidden);
    }
    line.push_str(letters(at, range.end));
    (line, moved)
}

/// The part of a line that has room in so many columns, with a blank for each character that nobody could see, and the column, from 0,
/// where the character that is meant stands in it.
fn excerpt(line: &str, column: usize, width: usize) -> (String, usize) {
    const CUT: &str = "...";
    let plain = |c: char| if is_unseen(c) { ' ' } else { c };
    let letters: Vec<char> = line.chars().map(plain).collect();
    let columns = |c: &char| c.width().unwrap_or(0);
    let total: usize = letters.iter().map(columns).sum();
    let at = column.saturating_sub(1).min(letters.len());
    let (mut start, mut end) = (0, letters.len());
    if total > width {
        let room = width.saturating_sub(2 * CUT.len());
        // The place stands in the middle; where the line begins or ends nearby, the other side has the rest.
        let mut used = 0;
        let fits = |c: &char, used: &mut usize, limit: usize| {
            *used += columns(c);
            *used <= limit
        };
        let (before, after) = letters.split_at(at);
        let rest: usize = after.iter().map(columns).sum();
        let limit = (room / 2).max(room.saturating_sub(rest));
        start = at
            - before
                .iter()
                .rev()
                .take_while(|c| fits(c, &mut used, limit))
                .count();
        used = letters[start..at].iter().map(columns).sum();
        end = at + after.iter().take_while(|c| fits(c, &mut used, room)).count();
    }
    let mut shown = String::new();
    if start > 0 {
        shown.push_str(CUT);
    }
    shown.extend(&letters[start..at]);
    let caret = shown.width();
    shown.extend(&letters[at..end]);
    if end < letters.len() {
        shown.push_str(CUT);
    }
    (shown, caret)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Place;

    #[test]
    fn an_error_shows_its_lines_and_help() {
        let source = Source::new("values.yaml", "a: 1\nb:\n  a: 2\n  a: 3\n");
        let diagnostic = Diagnostic::error("duplicate-key", "the key `a` is written twice")
            .label(&Place::new(&source, 4, 3), "again here")
            .label(&Place::new(&source, 3, 3), "first here")
            .help("remove one of them");
        assert_eq!(
            render(&[diagnostic], Style::default(), &[]),
            "error: the key `a` is written twice [duplicate-key]\n  --> values.yaml:4:3\n  4 |   a: 3\n    |   ^ again here\n  ::: values.yaml:3:3\n  3 |   a: 2\n    |   ^ first here\n  help: remove one of them\n"
        );
    }

    #[test]
    fn a_place_without_text_shows_its_name_alone() {
        let flag = Source::new("--set a=1", "");
        let diagnostic = Diagnostic::warning("x", "m").at(&Place::whole(&flag));
        assert_eq!(
            render(&[diagnostic], Style::default(), &[]),
            "warning: m [x]\n  --> --set a=1\n"
        );
    }

    #[test]
    fn long_lines_are_cut_around_the_place() {
        let source = Source::new("v", format!("{}X{}", "a".repeat(500), "b".repeat(500)));
        let text = render(
            &[Diagnostic::error("x", "m").at(&Place::new(&source, 1, 501))],
            Style::default(),
            &[],
        );
        let lines: Vec<&str> = text.lines().collect();
        assert!(lines[2].len() < 160, "{text}");
        let caret = lines[3].find('^').unwrap();
        assert_eq!(&lines[2][caret..=caret], "X");
    }

    #[test]
    fn the_caret_stands_below_its_character_at_any_width() {
        let line = format!(
            "\t이름: \"{}\" 👩 e\u{301} X: {}",
            "프로메테우스 ".repeat(20),
            "서버 ".repeat(40)
        );
        let source = Source::new("v", line.clone());
        let letters: Vec<char> = line.chars().collect();
        for width in [20, 40, 80, 81, 200, 1000] {
            for column in 1..=letters.len() {
                let style = Style { colour: false, width };
                let place = Place::new(&source, 1, u32::try_from(column).unwrap());
                let text = render(&[Diagnostic::error("x", "m").label(&place, "here")], style, &[]);
                let lines: Vec<&str> = text.lines().collect();
                assert!(lines[2].width() <= width.max(LEAST_WIDTH + 6), "{width} {text}");
                let before = lines[3].find('^').unwrap();
                // What stands above the caret: as many columns of the line, and then the character.
                let mut columns = 0;
                let above = lines[2].chars().find(|c| {
                    let is_above = columns == before && c.width() != Some(0);
                    columns += c.width().unwrap_or(0);
                    is_above
                });
                let meant = letters[column - 1];
                if meant.width() != Some(0) {
                    let meant = if meant == '\t' { ' ' } else { meant };
                    assert_eq!(above, Some(meant), "{width} {column}\n{text}");
                }
            }
        }
    }

    #[test]
    fn a_blank_line_stands_between_two_and_they_are_counted() {
        let told = [
            Diagnostic::error("x", "a").help("b"),
            Diagnostic::warning("y", "c"),
            Diagnostic::error("z", "d"),
        ];
        assert_eq!(
            render(&told, Style::default(), &[]),
            "error: a [x]\n  help: b\n\nwarning: c [y]\n\nerror: d [z]\n"
        );
        let count = |told: &[Diagnostic]| summary(told.iter().map(|told| told.severity));
        assert_eq!(count(&told), "2 errors, 1 warning");
        assert_eq!(count(&told[..1]), "1 error");
        assert_eq!(count(&[]), "no findings");
    }

    #[test]
    fn names_and_texts_are_written_out() {
        let source = Source::new("a\u{1b}]0;x\u{7}.yaml", "a: 1\n");
        let hidden = Source::new("--set a\u{1b}=1", "");
        let diagnostic = Diagnostic::error("x", "no `\u{1b}[2J\nerror: fake`")
            .label(&Place::new(&source, 1, 1), "\u{9b}")
            .at(&Place::whole(&hidden))
            .help("\r");
        assert_eq!(
            render(&[diagnostic], Style::default(), &[]),
            r"error: no `\u{1b}[2J\nerror: fake` [x]
  --> a\u{1b}]0;x\u{7}.yaml:1:1
  1 | a: 1
    | ^ \u{9b}
  ::: --set a\u{1b}=1
  help: \r
"
        );
    }

    #[test]
    fn control_characters_of_a_file_do_not_reach_the_terminal() {
        let source = Source::new("v", "a\u{1b}[31mb");
        let text = render(
            &[Diagnostic::error("x", "m").at(&Place::new(&source, 1, 1))],
            Style::default(),
            &[],
        );
        assert!(!text.contains('\u{1b}'), "{text:?}");
    }

    #[test]
    fn secrets_are_hidden_wherever_they_stand() {
        let source = Source::new(
            "v.yaml",
            "a: {password: hunter2, b: é, token: x, c: 1}\nkey: |\n  x\nprivateKey: |\n  some\n  lines\n",
        );
        let flag = Source::new("--set password=***", "password=hunter2,a[x]=1");
        let known = Source::new("w.yaml", "pwd: open sesame\n");
        let diagnostic = Diagnostic::error("x", "`hunter2` is not a number, `open sesame` neither")
            .label(&Place::new(&source, 1, 15), "`hunter2`")
            .label(&Place::new(&source, 1, 27), "b")
            .label(&Place::new(&source, 1, 40), "c")
            .at(&Place::new(&source, 5, 3))
            .at(&Place::new(&flag, 1, 19))
            .help("not hunter2");
        assert_eq!(
            render(&[diagnostic], Style::default(), &[known]),
            "\
error: `***` is not a number, `***` neither [x]
  --> v.yaml:1:15
  1 | a: {password: ***, b: é, token: ***, c: 1}
    |               ^ `***`
  ::: v.yaml:1:27
  1 | a: {password: ***, b: é, token: ***, c: 1}
    |                       ^ b
  ::: v.yaml:1:40
  1 | a: {password: ***, b: é, token: ***, c: 1}
    |                                      ^ c
  ::: v.yaml:5:3
  5 |   ***
    |   ^
  ::: --set password=***
  1 | password=***,a[x]=1
    |               ^
  help: not ***
"
        );
    }
}
