//! How a text has to be written so that every reader takes it for that text: those that kubectl, Helm and
//! Prometheus use (go-yaml v2 and v3), PyYAML, Ruby's Psych, and those of YAML 1.2.

use super::resolve::is_text;

/// The ways to write a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    Plain,
    Single,
    Double,
    /// A block after `|`.
    Literal {
        /// Whether the indentation has to be said, because the text begins with white space.
        indicated: bool,
    },
}

pub(super) const NEWLINE: u8 = 1;
pub(super) const TAB: u8 = 2;
/// `"` and `\`, for which single quotes are better.
const QUOTED: u8 = 4;
/// `:` and `#`, which plain texts may not have everywhere.
pub(super) const MARK: u8 = 8;
/// The other controls, which are only readable as escapes.
pub(super) const CONTROL: u8 = 16;
/// A byte of a character beyond ASCII.
pub(super) const WIDE: u8 = 32;

/// What each byte means for the style, so that one look at a text tells what there is to ask.
const CLASSES: [u8; 256] = {
    let mut classes = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        classes[byte] = match byte as u8 {
            b'\n' => NEWLINE,
            b'\t' => TAB,
            b'"' | b'\\' => QUOTED,
            b':' | b'#' => MARK,
            b' '..=b'~' => 0,
            0x80.. => WIDE,
            _ => CONTROL,
        };
        byte += 1;
    }
    classes
};

/// The classes of a text's bytes together.
pub(super) fn classes(text: &str) -> u8 {
    let bytes = text.bytes();
    bytes.fold(0, |found, byte| found | CLASSES[usize::from(byte)])
}

/// The way to write a text that is a value, `block` where it may become a block of lines.
pub(super) fn style(text: &str, block: bool) -> Style {
    let found = classes(text);
    let has = |class| found & class != 0;
    let lines = has(NEWLINE);
    let escaped = |character: char| !character.is_ascii() && is_escaped(character);
    if has(CONTROL) || has(TAB) && !(block && lines) || has(WIDE) && text.chars().any(escaped) {
        return Style::Double;
    }
    if lines {
        return if block {
            literal(text).unwrap_or(Style::Double)
        } else {
            Style::Double
        };
    }
    if is_plain(text, has(MARK)) {
        Style::Plain
    } else if has(QUOTED) {
        Style::Single
    } else {
        Style::Double
    }
}

/// Whether a character is only readable, or only safe, as an escape: controls, line ends of YAML 1.1, and what is
/// invisible or turns the direction of text.
pub(super) fn is_escaped(character: char) -> bool {
    match character {
        ' '..='~' => false,
        '\u{ad}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{feff}' => true,
        '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{fff9}'..='\u{fffb}' => true,
        '\u{fdd0}'..='\u{fdef}' => true,
        '\u{a0}'..='\u{fffd}' => false,
        '\u{10000}'.. => u32::from(character) & 0xfffe == 0xfffe,
        _ => true,
    }
}

/// The block style of a text of several lines; `None` where some reader would give another text back.
fn literal(text: &str) -> Option<Style> {
    let last = text.trim_end_matches('\n').rsplit('\n').next()?;
    if last.trim_matches([' ', '\t']).is_empty() {
        return None;
    }
    Some(Style::Literal {
        indicated: text.starts_with([' ', '\t', '\n']),
    })
}

/// Whether a text of one line, without characters to escape, is safe without quotes. `marked`: whether it has `:` or `#`.
fn is_plain(text: &str, marked: bool) -> bool {
    let bytes = text.as_bytes();
    let (Some(&first), Some(&last)) = (bytes.first(), bytes.last()) else {
        return false;
    };
    let fine_start = match first {
        b' ' | b',' | b'[' | b']' | b'{' | b'}' | b'#' | b'&' | b'*' | b'!' | b'|' | b'>' | b'\'' | b'"'
        | b'%' | b'@' | b'`' | b':' | b'=' | b'<' => false,
        b'-' | b'?' => !matches!(bytes.get(1), None | Some(b' ')) && !text.starts_with("---"),
        b'.' => !text.starts_with("..."),
        _ => true,
    };
    fine_start
        && !matches!(last, b' ' | b':')
        && !text.starts_with('\u{a0}')
        && !text.ends_with('\u{a0}')
        && (!marked || !has_mark(bytes))
        && !looks_like_another_type(text)
}

/// Whether a plain text would end before its end: at a colon before a space, or at a comment.
fn has_mark(bytes: &[u8]) -> bool {
    memchr::memchr2_iter(b':', b'#', bytes).any(|at| match bytes.get(at) {
        Some(b':') => bytes.get(at + 1) == Some(&b' '),
        _ => at > 0 && bytes.get(at - 1) == Some(&b' '),
    })
}

/// Whether some reader takes a plain text for a boolean, null, number or date.
fn looks_like_another_type(text: &str) -> bool {
    match text.as_bytes().first() {
        None => true,
        Some(b'0'..=b'9' | b'+' | b'-' | b'.') => {
            looks_like_a_number(text) || looks_like_a_date(text) || !is_text(text)
        }
        Some(_) => is_word(text),
    }
}

/// Whether some reader takes a text that does not begin as numbers do for a boolean or null.
pub(super) fn is_word(text: &str) -> bool {
    let Some(first) = text.bytes().next() else {
        return false;
    };
    let word = match (text.len(), first) {
        (1, b'y' | b'Y' | b'n' | b'N' | b'~') => return true,
        (2, b'n' | b'N') => "no",
        (2, b'o' | b'O') => "on",
        (3, b'y' | b'Y') => "yes",
        (3, b'o' | b'O') => "off",
        (4, b't' | b'T') => "true",
        (4, b'n' | b'N') => "null",
        (5, b'f' | b'F') => "false",
        _ => return false,
    };
    text.eq_ignore_ascii_case(word)
}

/// Numbers of all the dialects together, and somewhat more: `1_000`, `1,000`, `0o17`, `12:30:45`, `1e400`, `+.inf`.
fn looks_like_a_number(text: &str) -> bool {
    let text = text.strip_prefix(['-', '+']).unwrap_or(text);
    if [".inf", ".nan"]
        .iter()
        .any(|word| text.eq_ignore_ascii_case(word))
    {
        return true;
    }
    let after_prefix = |prefix: char, digits: fn(&u8) -> bool| {
        text.strip_prefix('0')
            .and_then(|rest| rest.strip_prefix([prefix, prefix.to_ascii_uppercase()]))
            .is_some_and(|rest| rest.bytes().all(|byte| digits(&byte) || byte == b'_'))
    };
    if after_prefix('x', u8::is_ascii_hexdigit)
        || after_prefix('o', u8::is_ascii_digit)
        || after_prefix('b', u8::is_ascii_digit)
    {
        return true;
    }
    let (mantissa, exponent) = match text.find(['e', 'E']) {
        Some(at) => (&text[..at], &text[at + 1..]),
        None => (text, "0"),
    };
    let exponent = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
    // One dot at most, so that versions and addresses stay plain.
    mantissa.bytes().any(|byte| byte.is_ascii_digit())
        && mantissa
            .bytes()
            .all(|byte| byte.is_ascii_digit() || b"_,:.".contains(&byte))
        && mantissa.bytes().filter(|byte| *byte == b'.').count() <= 1
        && exponent.bytes().all(|byte| byte.is_ascii_digit() || byte == b'_')
}

/// Whether a text begins as a date does: `2024-1-1`, `2024-01-01T10:00:00Z`.
fn looks_like_a_date(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() >= 8 && bytes.iter().take(4).all(u8::is_ascii_digit) && bytes.get(4) == Some(&b'-') && {
        let mut parts = text.splitn(3, '-').skip(1);
        let month = parts.next().unwrap_or_default();
        let day = parts.next().unwrap_or_default();
        matches!(month.len(), 1 | 2)
            && month.bytes().all(|byte| byte.is_ascii_digit())
            && day.bytes().next().is_some_and(|byte| byte.is_ascii_digit())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_character_that_only_an_escape_can_say_is_found_among_others() {
        for character in ('\0'..='\u{3100}').chain('\u{f8f0}'..='\u{1000f}') {
            let one_line = style(&format!("a{character}b"), true);
            let two_lines = style(&format!("a\n{character}b"), true);
            let flow = style(&format!("a{character}b\nc"), false);
            let is_line_or_tab = matches!(character, '\n' | '\t');
            if character != '\n' {
                assert_eq!(one_line == Style::Double, is_escaped(character), "{character:?}");
            }
            assert_eq!(
                two_lines == Style::Double,
                is_escaped(character) && !is_line_or_tab,
                "{character:?}"
            );
            assert_eq!(flow, Style::Double, "{character:?}");
        }
    }
}
