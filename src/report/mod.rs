//! Diagnostics for people and programs, one file a format.
//!
//! What a chart, a values file or the command line holds may be meant for the terminal instead of its reader: whatever is shown
//! passes through [`visible`].

pub mod dependencies;
pub mod diff;
pub mod github;
pub mod json;
pub mod junit;
mod paint;
pub mod patch;
pub mod rules;
pub mod sarif;
mod shown;
pub mod text;
pub mod values;

use std::borrow::Cow;
use std::fmt::Write as _;

use serde::Serialize;

/// A text with its control characters, line ends among them, written out: `\u{1b}`, `\n`. So are characters that nobody
/// sees or that turn the direction of writing.
pub fn visible(text: &str) -> Cow<'_, str> {
    if !text.contains(is_unseen) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            c if !is_unseen(c) => out.push(c),
            '\n' | '\r' | '\t' => out.extend(c.escape_default()),
            c => out.extend(c.escape_unicode()),
        }
    }
    Cow::Owned(out)
}

/// JSON on several lines, ended by a newline; see [`escaped`].
fn json_text(data: &impl Serialize) -> String {
    // Texts, numbers and maps of texts always have a JSON form.
    let mut text = serde_json::to_string_pretty(data).unwrap_or_default();
    text.push('\n');
    escaped(text)
}

/// JSON in which what [`visible`] writes out is escaped as JSON does it: a program reads what it is, a terminal has nothing to obey.
fn escaped(json: String) -> String {
    let is_to_escape = |c: char| is_unseen(c) && c != '\n';
    if !json.contains(is_to_escape) {
        return json;
    }
    let mut out = String::with_capacity(json.len() + 16);
    for c in json.chars() {
        if !is_to_escape(c) {
            out.push(c);
            continue;
        }
        for unit in c.encode_utf16(&mut [0; 2]) {
            // Writing to a String does not fail.
            let _ = write!(out, "\\u{unit:04x}");
        }
    }
    out
}

/// Control characters, and those of Unicode that are invisible or change the direction of the text around them.
fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{ad}'
                | '\u{61c}'
                | '\u{180e}'
                | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{feff}'
                | '\u{e0000}'..='\u{e0fff}'
        )
}

#[cfg(test)]
mod tests {
    use super::{escaped, json_text, visible};

    #[test]
    fn what_a_terminal_would_obey_is_written_out() {
        assert_eq!(visible("plain é 日本 `a`"), "plain é 日本 `a`");
        assert_eq!(
            visible("a\u{1b}[31mb\r\n\tc\u{7f}\u{9b}"),
            r"a\u{1b}[31mb\r\n\tc\u{7f}\u{9b}"
        );
        assert_eq!(visible("a\u{202e}b\u{200b}"), r"a\u{202e}b\u{200b}");
    }

    #[test]
    fn json_says_the_same_with_nothing_for_a_terminal_to_obey() {
        let said = "é\u{1b}[31m\u{9b}31m\u{7f}\u{202e}\u{e0001}\n";
        let text = json_text(&[said]);
        assert_eq!(
            text,
            "[\n  \"é\\u001b[31m\\u009b31m\\u007f\\u202e\\udb40\\udc01\\n\"\n]\n"
        );
        assert_eq!(serde_json::from_str::<Vec<String>>(&text).unwrap(), [said]);
        assert_eq!(escaped("{}\n".to_owned()), "{}\n");
    }
}
