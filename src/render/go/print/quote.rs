//! Texts in quotes, as Go's `strconv.Quote` writes them.

use std::fmt::Write;

use crate::render::go::text::Text;

/// A text in double quotes; with `ascii`, nothing beyond ASCII is left bare.
pub(in crate::render::go) fn quoted(text: &Text, ascii: bool) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for chunk in text.as_bytes().utf8_chunks() {
        for character in chunk.valid().chars() {
            escape(&mut out, character, '"', ascii);
        }
        for byte in chunk.invalid() {
            // A string takes all that is written to it.
            let _ = write!(out, "\\x{byte:02x}");
        }
    }
    out.push('"');
    out
}

/// A character in single quotes.
pub(in crate::render::go) fn quoted_character(character: char, ascii: bool) -> String {
    let mut out = "'".to_owned();
    escape(&mut out, character, '\'', ascii);
    out.push('\'');
    out
}

fn escape(out: &mut String, character: char, quote: char, ascii: bool) {
    let short = match character {
        '\u{7}' => 'a',
        '\u{8}' => 'b',
        '\u{c}' => 'f',
        '\n' => 'n',
        '\r' => 'r',
        '\t' => 't',
        '\u{b}' => 'v',
        '\\' => '\\',
        _ if character == quote => quote,
        _ if (character.is_ascii() || !ascii) && is_printable(character) => {
            out.push(character);
            return;
        }
        _ => {
            let code = u32::from(character);
            let _ = match code {
                0..0x20 | 0x7f => write!(out, "\\x{code:02x}"),
                0x20..0x10000 => write!(out, "\\u{code:04x}"),
                _ => write!(out, "\\U{code:08x}"),
            };
            return;
        }
    };
    out.push('\\');
    out.push(short);
}

/// Go's `unicode.IsPrint`: letters, marks, numbers, punctuation, symbols and the ASCII space.
pub(in crate::render::go) fn is_printable(character: char) -> bool {
    if character == ' ' {
        return true;
    }
    // What Rust's own escaping leaves bare is printable; it escapes combining marks as well, which Go does not.
    !character.is_whitespace()
        && (character.is_alphanumeric() || {
            let mut escaped = character.escape_debug();
            matches!((escaped.next(), escaped.next()), (Some(first), None) if first == character)
                || matches!(character, '"' | '\'')
        })
}

/// Whether a text may stand in back quotes.
pub(super) fn may_be_raw(text: &Text) -> bool {
    text.as_str().is_some_and(|text| {
        text.chars().all(|character| {
            character == '\t' || !(character.is_control() || matches!(character, '`' | '\u{feff}'))
        })
    })
}
