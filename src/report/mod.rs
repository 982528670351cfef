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
    use super::visible;

    #[test]
    fn what_a_terminal_would_obey_is_written_out() {
        assert_eq!(visible("plain é 日本 `a`"), "plain é 日本 `a`");
        assert_eq!(
            visible("a\u{1b}[31mb\r\n\tc\u{7f}\u{9b}"),
            r"a\u{1b}[31mb\r\n\tc\u{7f}\u{9b}"
        );
        assert_eq!(visible("a\u{202e}b\u{200b}"), r"a\u{202e}b\u{200b}");
    }
}
