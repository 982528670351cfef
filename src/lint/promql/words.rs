//! The words of an expression.

use super::Refused;
use super::strings;

/// What a word is.
#[derive(Debug, Clone, PartialEq)]
pub enum Word {
    /// A name, or a word with a meaning of its own.
    Name(String),
    /// A number.
    Number(f64),
    /// A time, in milliseconds.
    Duration(u64),
    /// A text without its quotes.
    Text(String),
    /// An operator or a bracket.
    Sign(&'static str),
    /// The end.
    End,
}

/// A word and where it stands.
#[derive(Debug, Clone)]
pub struct Token {
    /// The word.
    pub word: Word,
    /// Its first byte.
    pub at: usize,
    /// The byte behind it.
    pub end: usize,
}

const SIGNS: &[&str] = &[
    "==", "!=", "=~", "!~", "<=", ">=", "</", ">/", "<", ">", "=", "+", "-", "*", "/", "%", "^", "(", ")",
    "{", "}", "[", "]", ",", ":", "@",
];

/// How many words an expression may have.
const MOST_WORDS: usize = 100_000;

fn wrong<T>(at: usize, message: impl Into<String>) -> Result<T, Refused> {
    Err(Refused::Wrong {
        at,
        message: message.into(),
    })
}

/// The words of a text, with the end last.
pub fn words(text: &str) -> Result<Vec<Token>, Refused> {
    let mut tokens = Vec::new();
    let mut at = 0;
    let mut in_braces = false;
    let mut in_brackets = false;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let first = rest.chars().next().unwrap_or_default();
        if matches!(first, ' ' | '\t' | '\n' | '\r') {
            at += 1;
            continue;
        }
        if first == '#' {
            at += rest.find(['\n', '\r']).unwrap_or(rest.len());
            continue;
        }
        let (word, length) = if first.is_ascii_digit()
            || (first == '.' && rest[1..].starts_with(|c: char| c.is_ascii_digit()))
        {
            number(rest, at)?
        } else if matches!(first, '"' | '\'' | '`') {
            let (value, length) =
                strings::read(rest, first).map_err(|message| Refused::Wrong { at, message })?;
            (Word::Text(value), length)
        } else if is_alpha(first) || (first == ':' && !in_brackets && !in_braces) {
            let is_part =
                |c: char| is_alpha(c) || c.is_ascii_digit() || (c == ':' && !in_braces && !in_brackets);
            let end = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
            (name(rest.get(..end).unwrap_or_default(), in_braces), end)
        } else {
            let Some(sign) = SIGNS.iter().find(|sign| rest.starts_with(**sign)) else {
                return wrong(at, format!("`{first}` does not belong in an expression"));
            };
            match *sign {
                "{" => in_braces = true,
                "}" => in_braces = false,
                "[" => in_brackets = true,
                "]" => in_brackets = false,
                _ => {}
            }
            (Word::Sign(sign), sign.len())
        };
        tokens.push(Token {
            word,
            at,
            end: at + length,
        });
        if tokens.len() > MOST_WORDS {
            return Err(Refused::Unknown);
        }
        at += length;
    }
    tokens.push(Token {
        word: Word::End,
        at: text.len(),
        end: text.len(),
    });
    Ok(tokens)
}

fn is_alpha(c: char) -> bool {
    c.is_ascii_alphabetic() || c == '_'
}

fn name(text: &str, in_braces: bool) -> Word {
    match text.to_ascii_lowercase().as_str() {
        "inf" if !in_braces => Word::Number(f64::INFINITY),
        "nan" if !in_braces => Word::Number(f64::NAN),
        _ => Word::Name(text.to_owned()),
    }
}

/// A number or a time, and its length.
fn number(rest: &str, at: usize) -> Result<(Word, usize), Refused> {
    let is_hex = rest.starts_with("0x") || rest.starts_with("0X");
    let mut end = 0;
    let mut before = ' ';
    for c in rest.chars() {
        let is_sign = matches!(c, '+' | '-') && matches!(before, 'e' | 'E') && !is_hex;
        if !(c.is_ascii_alphanumeric() || c == '_' || c == '.' || is_sign) {
            break;
        }
        before = c;
        end += 1;
    }
    let text = rest.get(..end).unwrap_or_default();
    let plain = || {
        // `_` stands between digits, or behind `0x`.
        let bytes = text.as_bytes();
        let is_digit = |at: Option<usize>| {
            at.and_then(|at| bytes.get(at))
                .is_some_and(|byte| byte.is_ascii_hexdigit() || (is_hex && matches!(byte, b'x' | b'X')))
        };
        let fine = bytes
            .iter()
            .enumerate()
            .all(|(at, byte)| *byte != b'_' || (is_digit(at.checked_sub(1)) && is_digit(at.checked_add(1))));
        fine.then(|| text.replace('_', ""))
    };
    let value = plain().and_then(|plain| {
        if is_hex {
            i64::from_str_radix(plain.get(2..)?, 16)
                .ok()
                .map(|number| number as f64)
        } else if plain.len() > 1
            && plain.starts_with('0')
            && plain.bytes().all(|byte| matches!(byte, b'0'..=b'7'))
        {
            i64::from_str_radix(&plain, 8).ok().map(|number| number as f64)
        } else {
            plain
                .parse::<f64>()
                .ok()
                .filter(|number| number.is_finite() && !text.contains(['i', 'n', 'I', 'N']))
        }
    });
    if let Some(value) = value {
        return Ok((Word::Number(value), end));
    }
    match crate::lint::units::duration(text) {
        Ok(duration) => Ok((Word::Duration(duration), end)),
        Err(_) => wrong(
            at,
            format!("`{text}` is neither a number nor a time such as `5m`"),
        ),
    }
}
