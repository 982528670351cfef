//! Numbers, characters and texts as Go templates write them.

use super::text::Text;
use super::tree::Number;

/// A number.
pub(super) fn number(written: &str) -> Result<Number, String> {
    // Nearly all are a few digits; a zero before others makes them octal.
    let is_decimal = written.bytes().all(|byte| byte.is_ascii_digit())
        && (written.len() == 1 || !written.starts_with('0'));
    if is_decimal && let Ok(number) = written.parse::<u32>() {
        return Ok(Number::Int(number.into()));
    }
    let wrong = || format!("`{written}` is not a number");
    let (negative, unsigned) = match written.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, written.strip_prefix('+').unwrap_or(written)),
    };
    let bare = without_underscores(unsigned).ok_or_else(wrong)?;
    if let Some(whole) = whole(&bare) {
        return Number::whole(whole, negative).ok_or_else(|| format!("{written} does not fit 64 bits"));
    }
    let lower = bare.to_ascii_lowercase();
    let hexadecimal = lower.strip_prefix("0x");
    let magnitude = match hexadecimal {
        Some(digits) => hexadecimal_float(digits),
        None if lower.contains(['.', 'e']) => lower.parse::<f64>().ok(),
        None if lower.bytes().all(|byte| byte.is_ascii_digit()) => {
            return Err(format!("{written} does not fit 64 bits"));
        }
        None => None,
    };
    let magnitude = magnitude.filter(|value| value.is_finite()).ok_or_else(wrong)?;
    Ok(Number::Float(if negative { -magnitude } else { magnitude }))
}

/// Underscores stand between digits, or between a prefix and a digit.
fn without_underscores(written: &str) -> Option<String> {
    if !written.contains('_') {
        return Some(written.to_owned());
    }
    let bytes = written.as_bytes();
    let is_digit = |at: Option<usize>| at.and_then(|at| bytes.get(at)).is_some_and(u8::is_ascii_hexdigit);
    let prefixed =
        |at: usize| at == 2 && matches!(bytes, [b'0', b'x' | b'X' | b'o' | b'O' | b'b' | b'B', ..]);
    for (at, byte) in bytes.iter().enumerate() {
        if *byte == b'_' && !(is_digit(Some(at + 1)) && (is_digit(at.checked_sub(1)) || prefixed(at))) {
            return None;
        }
    }
    Some(written.replace('_', ""))
}

/// A whole number with its base.
fn whole(bare: &str) -> Option<u64> {
    let lower = bare.to_ascii_lowercase();
    let (digits, base) = if let Some(digits) = lower.strip_prefix("0x") {
        (digits, 16)
    } else if let Some(digits) = lower.strip_prefix("0o") {
        (digits, 8)
    } else if let Some(digits) = lower.strip_prefix("0b") {
        (digits, 2)
    } else if lower.len() > 1 && lower.starts_with('0') {
        (&lower[1..], 8)
    } else {
        (lower.as_str(), 10)
    };
    if digits.starts_with('+') {
        return None;
    }
    u64::from_str_radix(digits, base).ok()
}

/// `1.8p3`: hexadecimal digits, times a power of two, which has to be there.
fn hexadecimal_float(lower: &str) -> Option<f64> {
    let (mantissa, exponent) = lower.split_once('p')?;
    let exponent: i32 = exponent.parse().ok()?;
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    if whole.is_empty() && fraction.is_empty() {
        return None;
    }
    let mut value = 0.0_f64;
    for digit in whole.chars().chain(fraction.chars()) {
        value = value * 16.0 + f64::from(digit.to_digit(16)?);
    }
    let places = i32::try_from(fraction.len()).ok()?.checked_mul(4)?;
    Some(value * 2.0_f64.powi(exponent.checked_sub(places)?))
}

/// A character in single quotes, as a number.
pub(super) fn character(written: &str) -> Result<Number, String> {
    let inside = written
        .strip_prefix('\'')
        .and_then(|rest| rest.strip_suffix('\''))
        .unwrap_or_default();
    let mut characters = inside.chars();
    let code = match characters.next() {
        Some('\\') => match escape(&mut characters, '\'') {
            Some(Escaped::Character(character)) => u32::from(character),
            Some(Escaped::Byte(byte)) => u32::from(byte),
            None => return Err(format!("`{written}` is not a character")),
        },
        Some('\'') | None => return Err(format!("`{written}` is not a character")),
        Some(character) => u32::from(character),
    };
    if characters.next().is_some() {
        return Err(format!("`{written}` is more than one character"));
    }
    Ok(Number::Int(code.into()))
}

/// What an escape stands for.
enum Escaped {
    Character(char),
    Byte(u8),
}

/// What follows a backslash.
fn escape(characters: &mut std::str::Chars<'_>, quote: char) -> Option<Escaped> {
    let byte = |code: Option<u32>| code.and_then(|code| u8::try_from(code).ok()).map(Escaped::Byte);
    let character = |code: Option<u32>| code.and_then(char::from_u32).map(Escaped::Character);
    let kind = characters.next()?;
    let mut digits = |count: usize, base: u32, first: u32| {
        (0..count).try_fold(first, |code, _| {
            Some(code * base + characters.next()?.to_digit(base)?)
        })
    };
    match kind {
        'a' => byte(Some(7)),
        'b' => byte(Some(8)),
        'f' => byte(Some(12)),
        'n' => byte(Some(10)),
        'r' => byte(Some(13)),
        't' => byte(Some(9)),
        'v' => byte(Some(11)),
        '\\' => byte(Some(92)),
        '0'..='7' => byte(digits(2, 8, kind.to_digit(8)?)),
        'x' => byte(digits(2, 16, 0)),
        'u' => character(digits(4, 16, 0)),
        'U' => character(digits(8, 16, 0)),
        _ if kind == quote => Some(Escaped::Character(kind)),
        _ => None,
    }
}

/// A text in double quotes.
pub(super) fn quoted(written: &str) -> Result<Text, String> {
    let inside = written
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'))
        .unwrap_or_default();
    if !inside.contains('\\') {
        return Ok(Text::from(inside));
    }
    let mut bytes = Vec::with_capacity(inside.len());
    let mut characters = inside.chars();
    while let Some(character) = characters.next() {
        let character = match character {
            '\\' => match escape(&mut characters, '"') {
                Some(Escaped::Byte(byte)) => {
                    bytes.push(byte);
                    continue;
                }
                Some(Escaped::Character(character)) => character,
                None => return Err(format!("the text {written} has an escape that Go does not know")),
            },
            _ => character,
        };
        bytes.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
    }
    Ok(Text::from_bytes(bytes))
}

/// A text in back quotes: as it stands, without carriage returns.
pub(super) fn raw(written: &str) -> Text {
    let inside = written.trim_matches('`');
    if inside.contains('\r') {
        Text::from(inside.replace('\r', ""))
    } else {
        Text::from(inside)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_numbers() {
        for (written, int, float, is_float) in [
            ("0", Some(0), 0.0, false),
            ("-3", Some(-3), -3.0, false),
            ("+7", Some(7), 7.0, false),
            ("1_000", Some(1000), 1000.0, false),
            ("0x1F", Some(31), 31.0, false),
            ("0b101", Some(5), 5.0, false),
            ("0b_101", Some(5), 5.0, false),
            ("0o17", Some(15), 15.0, false),
            ("017", Some(15), 15.0, false),
            ("1e2", Some(100), 100.0, true),
            ("1.5", None, 1.5, true),
            (".5", None, 0.5, true),
            ("0x1p4", Some(16), 16.0, true),
            ("0x.8p1", Some(1), 1.0, true),
            (
                "-9223372036854775808",
                Some(i64::MIN),
                -9_223_372_036_854_775_808.0,
                false,
            ),
        ] {
            let found = number(written).unwrap();
            let found_float = matches!(found, Number::Float(_));
            assert_eq!(
                (found.int(), found.float(), found_float),
                (int, float, is_float),
                "{written}"
            );
        }
        assert_eq!(number("18446744073709551615").unwrap(), Number::Uint(u64::MAX));
        for wrong in [
            "18446744073709551616",
            "08",
            "0x",
            "1__0",
            "1_",
            "1e",
            "0x1.8",
            "--1",
            "1e999",
        ] {
            assert!(number(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn reads_characters_and_texts() {
        for (written, code) in [
            ("'a'", 97),
            (r"'\n'", 10),
            (r"'\''", 39),
            ("'✓'", 0x2713),
            (r"'\u00e9'", 0xe9),
        ] {
            assert_eq!(character(written).unwrap(), Number::Int(code), "{written}");
        }
        for wrong in ["''", "'ab'", r"'\q'", r#"'\"'"#] {
            assert!(character(wrong).is_err(), "{wrong}");
        }
        assert_eq!(
            quoted(r#""\033[1m\x41\u2713\t\"""#).unwrap().lossy(),
            "\u{1b}[1mA✓\t\""
        );
        assert_eq!(quoted(r#""\xff""#).unwrap().as_bytes(), [0xff]);
        for wrong in [r#""\q""#, r#""\'""#, r#""\x1""#, r#""\ud800""#] {
            assert!(quoted(wrong).is_err(), "{wrong}");
        }
        assert_eq!(raw("`a\r\n\\n`").lossy(), "a\n\\n");
    }
}
