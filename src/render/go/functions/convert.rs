//! What functions make of arguments of any type: numbers, texts and lists, as Helm converts them.

use std::borrow::Cow;

use super::Call;
use super::moments::Named;
use crate::render::go::error::{DEEPEST, Error, Result};
use crate::render::go::print;
use crate::render::go::text::Text;
use crate::render::go::value::{List, Slot, Value};

/// A whole number, for `int`, `int64` and Helm's arithmetic: 0 for what is not one. Texts may be hexadecimal (`0x`),
/// octal (`0`, `0o`) or binary (`0b`), hold `_` between digits, and end in `.0`.
pub(super) fn to_int(value: &Value) -> i64 {
    match value {
        Value::Bool(value) => i64::from(*value),
        Value::Int(number) | Value::Int64(number) => *number,
        Value::Byte(number) => i64::from(*number),
        Value::Uint64(number) => number.cast_signed(),
        Value::Float(number) => float_to_int(*number),
        Value::String(text) => text
            .as_str()
            .and_then(|text| parse_int(without_zero_fraction(text)))
            .unwrap_or(0),
        // Months and days of the week, but not durations.
        other => other.as_object::<Named>().map_or(0, |named| named.number),
    }
}

/// What the processor makes of a number outside the range is the smallest one.
pub(super) fn float_to_int(number: f64) -> i64 {
    #[expect(clippy::cast_possible_truncation, reason = "the range was checked")]
    if (-9_223_372_036_854_775_808.0..9_223_372_036_854_775_808.0).contains(&number) {
        number as i64
    } else {
        i64::MIN
    }
}

/// A number, for `float64` and its kind: 0 for what is not one.
pub(super) fn to_float(value: &Value) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "so does Go")]
    match value {
        Value::Bool(value) => f64::from(u8::from(*value)),
        Value::Int(number) | Value::Int64(number) => *number as f64,
        Value::Byte(number) => f64::from(*number),
        Value::Uint64(number) => *number as f64,
        Value::Float(number) => *number,
        Value::String(text) => text.as_str().and_then(parse_float).unwrap_or(0.0),
        _ => 0.0,
    }
}

fn without_zero_fraction(text: &str) -> &str {
    match text.split_once('.') {
        Some((whole, zeros)) if !zeros.is_empty() && zeros.bytes().all(|byte| byte == b'0') => whole,
        _ => text,
    }
}

/// Whether each `_` stands between digits, or after the prefix of a base.
fn has_good_underscores(digits: &str, after_prefix: bool) -> bool {
    let mut after_digit = after_prefix;
    let mut after_underscore = false;
    for byte in digits.bytes() {
        if byte == b'_' {
            if !after_digit {
                return false;
            }
            after_digit = false;
            after_underscore = true;
        } else {
            after_digit = byte.is_ascii_hexdigit();
            if after_underscore && !after_digit {
                return false;
            }
            after_underscore = false;
        }
    }
    !after_underscore
}

fn parse_int(text: &str) -> Option<i64> {
    let (negative, digits) = match text.as_bytes().first()? {
        b'-' => (true, text.get(1..)?),
        b'+' => (false, text.get(1..)?),
        _ => (false, text),
    };
    let lower = digits.to_ascii_lowercase();
    let (base, rest, prefixed) = if let Some(rest) = lower.strip_prefix("0x") {
        (16, rest, true)
    } else if let Some(rest) = lower.strip_prefix("0b") {
        (2, rest, true)
    } else if let Some(rest) = lower.strip_prefix("0o") {
        (8, rest, true)
    } else if lower.len() > 1 && lower.starts_with('0') {
        (8, lower.get(1..)?, true)
    } else {
        (10, lower.as_str(), false)
    };
    if !has_good_underscores(rest, prefixed) || rest.starts_with(['+', '-']) {
        return None;
    }
    let number = i128::from_str_radix(&rest.replace('_', ""), base).ok()?;
    i64::try_from(if negative { -number } else { number }).ok()
}

/// A number as Go's `strconv.ParseFloat` reads it; `None` for what is not one, or is too large.
pub(super) fn parse_float(text: &str) -> Option<f64> {
    let (negative, unsigned) = match text.as_bytes().first()? {
        b'-' => (true, text.get(1..)?),
        b'+' => (false, text.get(1..)?),
        _ => (false, text),
    };
    let lower = unsigned.to_ascii_lowercase();
    let number = match lower.as_str() {
        "inf" | "infinity" => f64::INFINITY,
        "nan" if unsigned.len() == text.len() => f64::NAN,
        _ => {
            let number = match lower.strip_prefix("0x") {
                Some(rest) => parse_hex_float(rest)?,
                None => {
                    let plain = lower
                        .bytes()
                        .all(|byte| byte.is_ascii_digit() || b"._e+-".contains(&byte));
                    // What is between digits and the exponent counts as the end of digits.
                    let bare = lower.split(['e', '.', '+', '-']);
                    if !plain || !bare.into_iter().all(|digits| has_good_underscores(digits, false)) {
                        return None;
                    }
                    lower.replace('_', "").parse::<f64>().ok()?
                }
            };
            if number.is_infinite() {
                return None;
            }
            number
        }
    };
    Some(if negative { -number } else { number })
}

/// The digits and the exponent of a number after `0x`.
fn parse_hex_float(text: &str) -> Option<f64> {
    let (digits, exponent) = text.split_once('p')?;
    let mut exponent: i32 = exponent.parse().ok()?;
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    if whole.len() + fraction.len() == 0 {
        return None;
    }
    let mut number = 0.0_f64;
    for digit in whole.chars().chain(fraction.chars()) {
        number = number * 16.0 + f64::from(digit.to_digit(16)?);
    }
    exponent = exponent.checked_sub(i32::try_from(fraction.len()).ok()?.checked_mul(4)?)?;
    Some(number * 2.0_f64.powi(exponent))
}

/// The text of a value: itself, or what is printed of it.
pub(super) fn to_text(call: &mut Call<'_>, value: &Value) -> Result<Text> {
    match value {
        Value::String(text) => Ok(text.clone()),
        Value::Bytes(bytes) => Ok(bytes.clone()),
        other => printed(call, other),
    }
}

/// What `%v` prints of a value.
pub(super) fn printed(call: &mut Call<'_>, value: &Value) -> Result<Text> {
    print::print(std::slice::from_ref(value), call)
}

/// The texts of the items of a list but nil; of anything else its own text, of nil none.
pub(super) fn to_texts(call: &mut Call<'_>, value: &Value) -> Result<Vec<Text>> {
    let Some(items) = items(value) else {
        return match value {
            Value::Nil | Value::Absent => Ok(Vec::new()),
            other => Ok(vec![to_text(call, other)?]),
        };
    };
    call.spend(items.len())?;
    let mut texts = Vec::with_capacity(items.len());
    for slot in items.iter() {
        call.note(slot);
        if !slot.value.is_nil() {
            texts.push(to_text(call, &slot.value)?);
        }
    }
    Ok(texts)
}

/// The items of a list of any type; `None` of what is not a list.
pub(super) fn items(value: &Value) -> Option<Cow<'_, [Slot]>> {
    match value {
        Value::List(list) => Some(Cow::Borrowed(list.slots())),
        Value::Bytes(bytes) => Some(Cow::Owned(
            bytes.iter().map(|byte| Value::Byte(*byte).into()).collect(),
        )),
        _ => None,
    }
}

/// The items of an argument that has to be a list of any type. Each counts as a step.
///
/// # Errors
/// It is not a list.
pub(super) fn list_items<'v>(call: &mut Call<'_>, value: &'v Value) -> Result<Cow<'v, [Slot]>> {
    let items =
        items(value).ok_or_else(|| Error::new(format!("it takes a list, not {}", described(value))))?;
    call.spend(items.len())?;
    Ok(items)
}

/// What a value is, in the words of an error.
pub(super) fn described(value: &Value) -> String {
    match value {
        Value::Nil | Value::Absent => "nil".to_owned(),
        Value::Bool(value) => format!("`{value}`"),
        Value::Int(_) | Value::Int64(_) | Value::Byte(_) | Value::Uint64(_) | Value::Float(_) => {
            "a number".to_owned()
        }
        Value::String(_) => "a text".to_owned(),
        Value::Bytes(_) | Value::List(_) => "a list".to_owned(),
        Value::Map(_) => "a map".to_owned(),
        Value::Object(object) => format!("a `{}`", object.type_name()),
    }
}

/// Whether both are the same in type and content, as Go's `reflect.DeepEqual` sees it.
///
/// # Errors
/// The values are nested too deeply, or the budget is spent.
pub(super) fn deep_equal(call: &mut Call<'_>, one: &Value, other: &Value) -> Result<bool> {
    equal_within(call, one, other, DEEPEST)
}

fn equal_within(call: &mut Call<'_>, one: &Value, other: &Value, depth: usize) -> Result<bool> {
    call.spend(1)?;
    Ok(match (one, other) {
        (Value::Nil | Value::Absent, Value::Nil | Value::Absent) => true,
        (Value::Bool(one), Value::Bool(other)) => one == other,
        (Value::Int(one), Value::Int(other)) | (Value::Int64(one), Value::Int64(other)) => one == other,
        (Value::Byte(one), Value::Byte(other)) => one == other,
        (Value::Uint64(one), Value::Uint64(other)) => one == other,
        #[expect(clippy::float_cmp, reason = "it is asked whether they are the same")]
        (Value::Float(one), Value::Float(other)) => one == other,
        (Value::String(one), Value::String(other)) => one == other,
        (Value::Bytes(one), Value::Bytes(other)) => one == other,
        (Value::List(one), Value::List(other)) => equal_lists(call, one, other, depth)?,
        (Value::Map(one), Value::Map(other)) => {
            if one.of != other.of || one.is_nil != other.is_nil || one.len() != other.len() {
                return Ok(false);
            }
            if one.is_same(other) {
                return Ok(true);
            }
            let depth = depth.checked_sub(1).ok_or_else(Error::too_deep)?;
            for (key, slot) in one.entries() {
                let same = match other.slot(&key) {
                    Some(found) => {
                        call.note(&slot);
                        call.note(&found);
                        equal_within(call, &slot.value, &found.value, depth)?
                    }
                    None => false,
                };
                if !same {
                    return Ok(false);
                }
            }
            true
        }
        (Value::Object(one), Value::Object(other)) => {
            one.is_equal(&**other) || (one.type_name() == other.type_name() && one.string() == other.string())
        }
        _ => false,
    })
}

fn equal_lists(call: &mut Call<'_>, one: &List, other: &List, depth: usize) -> Result<bool> {
    if one.of != other.of || one.is_nil != other.is_nil || one.len() != other.len() {
        return Ok(false);
    }
    if std::ptr::eq(one.slots(), other.slots()) {
        return Ok(true);
    }
    let depth = depth.checked_sub(1).ok_or_else(Error::too_deep)?;
    for (one, other) in one.slots().iter().zip(other.slots()) {
        call.note(one);
        call.note(other);
        if !equal_within(call, &one.value, &other.value, depth)? {
            return Ok(false);
        }
    }
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_whole_numbers_as_helm_does() {
        for (text, expected) in [
            ("0x10", 16),
            ("010", 8),
            ("08", 0),
            ("0o17", 15),
            ("0b11", 3),
            ("1_000", 1000),
            ("1__0", 0),
            ("12.0", 12),
            ("12.", 0),
            ("12.5", 0),
            ("-12.0", -12),
            ("+12", 12),
            (" 12", 0),
            ("1e3", 0),
            ("-9223372036854775808", i64::MIN),
            ("9223372036854775808", 0),
            ("0", 0),
            ("-", 0),
        ] {
            assert_eq!(to_int(&Value::from(text)), expected, "{text}");
        }
        assert_eq!(to_int(&Value::Float(1e30)), i64::MIN);
        assert_eq!(to_int(&Value::Float(-2.9)), -2);
    }

    #[test]
    fn reads_numbers_as_helm_does() {
        for (text, expected) in [
            ("1e3", 1000.0),
            ("0x1p4", 16.0),
            ("0x10", 0.0),
            ("1_0.5", 10.5),
            ("-Infinity", f64::NEG_INFINITY),
            ("+nan", 0.0),
            (" 1", 0.0),
            ("1.", 1.0),
            (".5", 0.5),
            ("1e400", 0.0),
            ("1e", 0.0),
        ] {
            let found = to_float(&Value::from(text));
            assert!(
                (found - expected).abs() < 1e-9 || found == expected,
                "{text}: {found}"
            );
        }
        assert!(to_float(&Value::from("nan")).is_nan());
    }
}
