//! `int` and `float`: what a text is as a number, as Helm's functions of these names say.

use minijinja::value::ValueKind;
use minijinja::{Environment, Error, Value};

use super::super::capture::undefined;
use super::super::value::{kind_words, missing};
use super::wrong;

pub(super) fn add(env: &mut Environment<'_>) {
    env.add_filter("int", |value: Value| -> Result<Value, Error> {
        if missing(&value).is_some() {
            return Err(undefined(&value));
        }
        Ok(match value.kind() {
            ValueKind::Undefined | ValueKind::None => Value::from(0),
            ValueKind::Bool => Value::from(i64::from(value.is_true())),
            ValueKind::Number if value.is_integer() => value,
            ValueKind::Number => Value::from(whole(f64::try_from(value).unwrap_or(0.0))),
            ValueKind::String => Value::from(int_of(value.as_str().unwrap_or("")).unwrap_or(0)),
            kind => {
                return Err(wrong(format!(
                    "`int` works on numbers and texts, and this is {}",
                    kind_words(&kind.to_string())
                )));
            }
        })
    });
    env.add_filter("float", |value: Value| -> Result<Value, Error> {
        if missing(&value).is_some() {
            return Err(undefined(&value));
        }
        Ok(match value.kind() {
            ValueKind::Number => Value::from(f64::try_from(value).unwrap_or(0.0)),
            ValueKind::String => Value::from(float_of(value.as_str().unwrap_or("")).unwrap_or(0.0)),
            ValueKind::Bool => Value::from(if value.is_true() { 1.0 } else { 0.0 }),
            ValueKind::Undefined | ValueKind::None => Value::from(0.0),
            kind => {
                return Err(wrong(format!(
                    "`float` works on numbers and texts, and this is {}",
                    kind_words(&kind.to_string())
                )));
            }
        })
    });
}

fn whole(number: f64) -> i64 {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "saturates, which is what is wanted"
    )]
    let whole = number as i64;
    whole
}

/// A whole number as Go writes it in a program: `0x1f`, `0o17` and `017`, `0b11`, `1_000`; a fraction of zeros is left out. Nothing
/// for all else, blanks and numbers of more than 64 bits included.
fn int_of(text: &str) -> Option<i64> {
    let text = match text.split_once('.') {
        Some((whole, zeros)) if !zeros.is_empty() && zeros.bytes().all(|byte| byte == b'0') => whole,
        _ => text,
    };
    let digits = without_underscores(text)?;
    let (is_negative, digits) = signed(&digits);
    let (radix, digits) = match digits.as_bytes() {
        [b'0', b'x' | b'X', ..] => (16, &digits[2..]),
        [b'0', b'o' | b'O', ..] => (8, &digits[2..]),
        [b'0', b'b' | b'B', ..] => (2, &digits[2..]),
        [b'0', _, ..] => (8, &digits[1..]),
        _ => (10, digits),
    };
    // The standard library takes a sign here, too.
    if digits.starts_with(['+', '-']) {
        return None;
    }
    let magnitude = i128::from_str_radix(digits, radix).ok()?;
    i64::try_from(if is_negative { -magnitude } else { magnitude }).ok()
}

/// A number as Go writes it in a program, in decimal or as a hexadecimal one with an exponent (`0x1p4`). Nothing for all else, numbers
/// that are too large included.
fn float_of(text: &str) -> Option<f64> {
    let digits = without_underscores(text)?;
    let (is_negative, magnitude) = signed(&digits);
    let number = match magnitude.as_bytes() {
        [b'0', b'x' | b'X', ..] => hexadecimal(&magnitude[2..])?,
        [b'+' | b'-', ..] => return None,
        _ => magnitude.parse::<f64>().ok()?,
    };
    let is_written_so = magnitude.starts_with(['i', 'I']);
    let number = if is_negative { -number } else { number };
    (!number.is_infinite() || is_written_so).then_some(number)
}

fn hexadecimal(text: &str) -> Option<f64> {
    let (mantissa, exponent) = text.split_once(['p', 'P'])?;
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let mut number = 0.0;
    for digit in whole.chars().chain(fraction.chars()) {
        number = number * 16.0 + f64::from(digit.to_digit(16)?);
    }
    let places = i32::try_from(fraction.len()).ok()?.checked_mul(4)?;
    let exponent: i32 = exponent.parse().ok()?;
    let has_digits = !whole.is_empty() || !fraction.is_empty();
    has_digits.then(|| number * 2.0_f64.powi(exponent.saturating_sub(places)))
}

/// Whether there is a minus, and what follows the sign.
fn signed(text: &str) -> (bool, &str) {
    match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    }
}

/// The text without the underscores between its digits; nothing where one stands elsewhere. The prefix of a radix counts as a digit.
fn without_underscores(text: &str) -> Option<String> {
    if !text.contains('_') {
        return Some(text.to_owned());
    }
    let digits = signed(text).1.as_bytes();
    let start = match digits {
        [b'0', b'x' | b'X' | b'o' | b'O' | b'b' | b'B', ..] => 2,
        _ => 0,
    };
    let is_digit = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_hexdigit);
    let is_between = |at: usize| {
        let follows = at > 0 && (at == start || is_digit(digits.get(at - 1)));
        follows && is_digit(digits.get(at + 1))
    };
    let fits = (0..digits.len()).all(|at| digits[at] != b'_' || is_between(at));
    fits.then(|| text.replace('_', ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What Helm 4.3.1's `int` says of each.
    #[test]
    fn texts_are_whole_numbers_as_in_helm() {
        for (text, expected) in [
            ("5", 5),
            ("+5", 5),
            ("-5", -5),
            ("-0", 0),
            ("0x1F", 31),
            ("-0x1f", -31),
            ("0x_1f", 31),
            ("010", 8),
            ("-010", -8),
            ("0_7", 7),
            ("08", 0),
            ("0o17", 15),
            ("0B11", 3),
            ("000", 0),
            ("0x", 0),
            ("0x-1", 0),
            ("1_000", 1000),
            ("1__0", 0),
            ("_1", 0),
            ("1_", 0),
            ("1.0", 1),
            ("-1.00", -1),
            ("1.9", 0),
            ("1.50", 0),
            ("5.", 0),
            (".5", 0),
            ("1e3", 0),
            (" 5 ", 0),
            ("12abc", 0),
            ("", 0),
            ("9223372036854775807", i64::MAX),
            ("-9223372036854775808", i64::MIN),
            ("9223372036854775808", 0),
            ("0xffffffffffffffff", 0),
        ] {
            assert_eq!(int_of(text).unwrap_or(0), expected, "{text}");
        }
    }

    /// What Helm 4.3.1's `float64` says of each.
    #[test]
    fn texts_are_numbers_as_in_helm() {
        for (text, expected) in [
            ("1.9", 1.9),
            ("5.", 5.0),
            ("-.5", -0.5),
            ("007.5", 7.5),
            ("010", 10.0),
            ("0x1F", 0.0),
            ("0x1p4", 16.0),
            ("0x1F.8p0", 31.5),
            ("0x.8p1", 1.0),
            ("0xp1", 0.0),
            ("0b11", 0.0),
            ("1_0.5", 10.5),
            ("1_.5", 0.0),
            ("1e5", 100_000.0),
            ("1e", 0.0),
            ("1e400", 0.0),
            ("-inf", f64::NEG_INFINITY),
            (" 5", 0.0),
            ("--5", 0.0),
            (".", 0.0),
        ] {
            let found = float_of(text).unwrap_or(0.0);
            assert!(
                (found - expected).abs() < f64::EPSILON || found == expected,
                "{text}: {found}"
            );
        }
    }
}
