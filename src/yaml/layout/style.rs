//! How go-yaml v2 writes a text: its `stringv`, and `analyze_scalar` of its emitter.

use super::super::resolve::is_text;
use super::super::style::{CONTROL, MARK, NEWLINE, TAB, WIDE, classes};
use super::timestamp::is_timestamp;

/// The ways to write a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    Plain,
    Single,
    Double,
    Literal,
}

/// The way to write a text that is a value.
pub(super) fn style(text: &str) -> Style {
    let found = classes(text);
    let has = |class| found & class != 0;
    let unbare = |character| character != '\n' && !is_bare(character);
    let special = has(TAB | CONTROL) || has(WIDE) && text.chars().any(unbare);
    if has(NEWLINE) {
        return if special || text.ends_with(' ') || text.contains(" \n") {
            Style::Double
        } else {
            Style::Literal
        };
    }
    let has_mark = has(MARK);
    if special || !is_text(text) || is_timestamp(text) || has_mark && is_sexagesimal(text) {
        Style::Double
    } else if text.starts_with(' ') || text.ends_with(' ') || has_indicators(text, has_mark) {
        Style::Single
    } else {
        Style::Plain
    }
}

/// The way to write a key.
pub(super) fn key_style(key: &str) -> Style {
    // As a plain key it would merge.
    if key == "<<" { Style::Double } else { style(key) }
}

/// Whether a character of a line can be written as it is. go-yaml lets the line ends U+2028 and U+2029 stand too, and
/// puts an indentation after them that no reader removes.
pub(super) fn is_bare(character: char) -> bool {
    match character {
        '\u{2028}' | '\u{2029}' => false,
        ' '..='~' | '\u{a0}'..='\u{fefe}' | '\u{ff00}'..='\u{fffd}' => true,
        _ => false,
    }
}

/// Whether a text of one line has what cannot stand in a plain scalar; `has_mark` where there is any `:` or `#` in it.
fn has_indicators(text: &str, has_mark: bool) -> bool {
    let blank_or_end = |byte: Option<&u8>| byte.is_none_or(|byte| matches!(byte, b' ' | b'\t'));
    let bytes = text.as_bytes();
    let at_start = match bytes.first() {
        Some(
            b'#' | b',' | b'[' | b']' | b'{' | b'}' | b'&' | b'*' | b'!' | b'|' | b'>' | b'\'' | b'"' | b'%'
            | b'@' | b'`',
        ) => true,
        Some(b'?' | b'-') => blank_or_end(bytes.get(1)),
        _ => false,
    };
    at_start
        || text.starts_with("---")
        || text.starts_with("...")
        || has_mark && (text.contains(": ") || text.contains(" #") || text.ends_with(':'))
}

/// Whether a text is a number of YAML 1.1 in base 60: `^[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?$`.
fn is_sexagesimal(text: &str) -> bool {
    let text = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (places, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digit_or_line = |byte: u8| byte.is_ascii_digit() || byte == b'_';
    let mut places = places.split(':');
    let first = places.next().unwrap_or_default();
    let mut further = places.peekable();
    further.peek().is_some()
        && first.starts_with(|first: char| first.is_ascii_digit())
        && first.bytes().all(digit_or_line)
        && fraction.bytes().all(digit_or_line)
        && further.all(|place| match place.as_bytes() {
            [last] => last.is_ascii_digit(),
            [tens, last] => matches!(tens, b'0'..=b'5') && last.is_ascii_digit(),
            _ => false,
        })
}
