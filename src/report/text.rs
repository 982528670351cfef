//! Diagnostics as text for a terminal.

use std::fmt::Write as _;

use super::{is_unseen, visible};
use crate::diagnostic::{Diagnostic, Label, Severity};

/// Characters of a source line that are shown around the place; long lines are cut.
const SHOWN_WIDTH: usize = 140;

/// Writes diagnostics one after another, each with the lines that it speaks of. `colour` adds ANSI colours, which
/// carry no meaning of their own.
pub fn render(diagnostics: &[Diagnostic], colour: bool) -> String {
    let mut out = String::new();
    for diagnostic in diagnostics {
        push(&mut out, diagnostic, colour);
    }
    out
}

fn push(out: &mut String, diagnostic: &Diagnostic, colour: bool) {
    let paint = Paint { colour };
    let severity = paint.severity(diagnostic.severity);
    // Writing to a String does not fail.
    let _ = writeln!(
        out,
        "{severity}: {} [{}]",
        paint.bold(&visible(&diagnostic.message)),
        diagnostic.code
    );
    for (index, label) in diagnostic.labels.iter().enumerate() {
        push_label(out, label, index == 0, &paint);
    }
    if let Some(help) = &diagnostic.help {
        let _ = writeln!(out, "  {} {}", paint.blue("help:"), visible(help));
    }
}

fn push_label(out: &mut String, label: &Label, is_main: bool, paint: &Paint) {
    let place = &label.place;
    let text = visible(&label.text);
    let shown_place = place.to_string();
    let shown_place = visible(&shown_place);
    let arrow = paint.blue(if is_main { "-->" } else { ":::" });
    let Some(line) = place.line_text() else {
        let _ = write!(out, "  {arrow} {shown_place}");
        let _ = if text.is_empty() {
            writeln!(out)
        } else {
            writeln!(out, ": {text}")
        };
        return;
    };
    let _ = match place.source() {
        // A flag is one line, and numbers behind it would look like a part of it.
        Some(source) if source.name().starts_with("--") => {
            writeln!(out, "  {arrow} {}", visible(source.name()))
        }
        _ => writeln!(out, "  {arrow} {shown_place}"),
    };
    let column = usize::try_from(place.column).unwrap_or(0);
    let (shown, caret) = excerpt(line, column);
    let number = place.line.to_string();
    let gutter = " ".repeat(number.len());
    let bar = paint.blue("|");
    let _ = writeln!(out, "  {} {bar} {shown}", paint.blue(&number));
    if column > 0 {
        let _ = writeln!(
            out,
            "  {gutter} {bar} {}{} {}",
            " ".repeat(caret),
            paint.red("^"),
            text
        );
    } else if !text.is_empty() {
        let _ = writeln!(out, "  {gutter} {bar} {text}");
    }
    while out.ends_with(" \n") {
        out.truncate(out.len() - 2);
        out.push('\n');
    }
}

/// The part of a line to show, with a blank for each character that nobody could see, and the caret's position in it.
fn excerpt(line: &str, column: usize) -> (String, usize) {
    let letters: Vec<char> = line.chars().collect();
    let at = column.saturating_sub(1).min(letters.len());
    let start = if letters.len() <= SHOWN_WIDTH {
        0
    } else {
        at.saturating_sub(SHOWN_WIDTH / 2)
    };
    let end = letters.len().min(start + SHOWN_WIDTH);
    let plain = |c: &char| if is_unseen(*c) { ' ' } else { *c };
    let mut shown: String = letters[start..end].iter().map(plain).collect();
    let mut caret = at - start;
    if start > 0 {
        shown.insert_str(0, "...");
        caret += 3;
    }
    if end < letters.len() {
        shown.push_str("...");
    }
    (shown, caret)
}

struct Paint {
    colour: bool,
}

impl Paint {
    fn code(&self, code: &str, text: &str) -> String {
        if self.colour {
            format!("\u{1b}[{code}m{text}\u{1b}[0m")
        } else {
            text.to_owned()
        }
    }

    fn bold(&self, text: &str) -> String {
        self.code("1", text)
    }

    fn blue(&self, text: &str) -> String {
        self.code("34", text)
    }

    fn red(&self, text: &str) -> String {
        self.code("31", text)
    }

    fn severity(&self, severity: Severity) -> String {
        let code = match severity {
            Severity::Error => "1;31",
            Severity::Warning => "1;33",
            Severity::Info => "1;34",
        };
        self.code(code, severity.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{Place, Source};

    #[test]
    fn an_error_shows_its_lines_and_help() {
        let source = Source::new("values.yaml", "a: 1\nb:\n  a: 2\n  a: 3\n");
        let diagnostic = Diagnostic::error("duplicate-key", "the key `a` is written twice")
            .label(&Place::new(&source, 4, 3), "again here")
            .label(&Place::new(&source, 3, 3), "first here")
            .help("remove one of them");
        assert_eq!(
            render(&[diagnostic], false),
            "error: the key `a` is written twice [duplicate-key]\n  --> values.yaml:4:3\n  4 |   a: 3\n    |   ^ again here\n  ::: values.yaml:3:3\n  3 |   a: 2\n    |   ^ first here\n  help: remove one of them\n"
        );
    }

    #[test]
    fn a_place_without_text_shows_its_name_alone() {
        let flag = Source::new("--set a=1", "");
        let diagnostic = Diagnostic::warning("x", "m").at(&Place::whole(&flag));
        assert_eq!(render(&[diagnostic], false), "warning: m [x]\n  --> --set a=1\n");
    }

    #[test]
    fn long_lines_are_cut_around_the_place() {
        let source = Source::new("v", format!("{}X{}", "a".repeat(500), "b".repeat(500)));
        let text = render(
            &[Diagnostic::error("x", "m").at(&Place::new(&source, 1, 501))],
            false,
        );
        let lines: Vec<&str> = text.lines().collect();
        assert!(lines[2].len() < 160, "{text}");
        let caret = lines[3].find('^').unwrap();
        assert_eq!(&lines[2][caret..=caret], "X");
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
            render(&[diagnostic], false),
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
            false,
        );
        assert!(!text.contains('\u{1b}'), "{text:?}");
    }
}
