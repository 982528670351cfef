//! What a scalar means: the rules of sigs.k8s.io/yaml (go-yaml v2), which Helm and kubectl use. YAML 1.1 booleans,
//! octal numbers with a leading zero, `_` in numbers; dates and sexagesimal numbers stay text.

use std::borrow::Cow;

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use super::event::{ScalarStyle, Tag};
use super::node::Value;
use super::number::general;
use crate::diagnostic::Diagnostic;

/// What a scalar resolves to, before numbers are made one kind.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Meaning {
    /// `null`, or nothing.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Int(i128),
    /// May be infinite or not a number.
    Float(f64),
    /// Text.
    Text,
}

/// The value of a plain (unquoted) scalar without a tag.
///
/// # Errors
/// `not-finite` for infinities and NaN, which JSON and Kubernetes do not have. Without a place: the caller adds it.
pub fn resolve_plain(text: &str) -> Result<Value, Diagnostic> {
    value_of(meaning(text), text)
}

/// Whether a key merges what is its value: `<<` without quotes and tag, or after `!` or `!!merge`.
pub fn is_merge_key(text: &str, style: ScalarStyle, tag: Option<&Tag>) -> bool {
    text == "<<"
        && match tag {
            None => style == ScalarStyle::Plain,
            Some(tag) => matches!(tag, Tag::Merge | Tag::NonSpecific),
        }
}

/// The value of any scalar.
///
/// # Errors
/// `not-finite`; `yaml-tag` where the text is not what its tag says. Without a place: the caller adds it.
pub fn resolve_scalar(text: &str, style: ScalarStyle, tag: Option<&Tag>) -> Result<Value, Diagnostic> {
    if tag.is_none() {
        return if style == ScalarStyle::Plain {
            resolve_plain(text)
        } else {
            Ok(text.into())
        };
    }
    match tagged(text, style, tag)? {
        (meaning, Cow::Borrowed(_)) => value_of(meaning, text),
        (_, Cow::Owned(decoded)) => Ok(decoded.into()),
    }
}

/// The text that a scalar has as a key: JSON has text keys only, so `yes:` is the key `true` and `010:` is `8`.
///
/// # Errors
/// `yaml-key` for null and for whole numbers between 2^63 and 2^64, as Helm; `yaml-tag`. Without a place.
pub fn resolve_key<'t>(
    text: &'t str,
    style: ScalarStyle,
    tag: Option<&Tag>,
) -> Result<Cow<'t, str>, Diagnostic> {
    if tag.is_none() && (style != ScalarStyle::Plain || meaning(text) == Meaning::Text) {
        return Ok(Cow::Borrowed(text));
    }
    let (meaning, decoded) = tagged(text, style, tag)?;
    match meaning {
        Meaning::Text => Ok(decoded),
        Meaning::Bool(value) => Ok(Cow::Borrowed(if value { "true" } else { "false" })),
        Meaning::Null => Err(Diagnostic::error("yaml-key", "null cannot be a key")
            .help("give the key a name, or put it in quotes")),
        Meaning::Int(value) if i64::try_from(value).is_ok() => Ok(Cow::Owned(value.to_string())),
        Meaning::Int(value) if u64::try_from(value).is_ok() => Err(Diagnostic::error(
            "yaml-key",
            format!("the number `{text}` is too large for a key"),
        )
        .help("put the key in quotes")),
        Meaning::Int(value) => Ok(Cow::Owned(float_key(value as f64))),
        Meaning::Float(value) => Ok(Cow::Owned(float_key(value))),
    }
}

/// Whether a reader of YAML 1.1 or 1.2 rules could take a plain text for something other than a string.
pub(super) fn is_text(text: &str) -> bool {
    meaning(text) == Meaning::Text
}

/// The meaning of a scalar with its style and tag, and its text, which is owned where it had to be decoded.
fn tagged<'t>(
    text: &'t str,
    style: ScalarStyle,
    tag: Option<&Tag>,
) -> Result<(Meaning, Cow<'t, str>), Diagnostic> {
    let kept = Cow::Borrowed(text);
    let Some(tag) = tag else {
        let meaning = if style == ScalarStyle::Plain {
            meaning(text)
        } else {
            Meaning::Text
        };
        return Ok((meaning, kept));
    };
    let found = meaning(text);
    let fits = match tag {
        Tag::Str | Tag::Timestamp | Tag::Merge | Tag::NonSpecific | Tag::Other(_) => {
            return Ok((Meaning::Text, kept));
        }
        Tag::Binary => return Ok((Meaning::Text, Cow::Owned(decode_binary(text)?))),
        Tag::Null => found == Meaning::Null,
        Tag::Bool => matches!(found, Meaning::Bool(_)),
        Tag::Int => matches!(found, Meaning::Int(_)),
        Tag::Float => matches!(found, Meaning::Int(_) | Meaning::Float(_)),
    };
    if fits {
        Ok((found, kept))
    } else {
        Err(
            Diagnostic::error("yaml-tag", format!("`{text}` is not what its tag `{tag}` says"))
                .help("remove the tag, or write a value of that type"),
        )
    }
}

/// The value of a scalar without quotes and tag; `text` is how it is written.
pub(super) fn value_of(meaning: Meaning, text: &str) -> Result<Value, Diagnostic> {
    match meaning {
        Meaning::Null => Ok(Value::Null),
        Meaning::Bool(value) => Ok(Value::Bool(value)),
        Meaning::Int(value) => Ok(Value::Int(value)),
        Meaning::Float(value) => Value::from_f64(value).ok_or_else(|| {
            Diagnostic::error(
                "not-finite",
                format!("`{text}` is a number that Kubernetes does not have"),
            )
            .help("put it in quotes where it is meant as text")
        }),
        Meaning::Text => Ok(text.into()),
    }
}

/// go-yaml's `resolve` for text without quotes and tag.
pub(super) fn meaning(text: &str) -> Meaning {
    let Some(&first) = text.as_bytes().first() else {
        return Meaning::Null;
    };
    // Most text ends here: go-yaml's table of first bytes.
    match first {
        b'0'..=b'9' | b'+' | b'-' | b'.' => {}
        b'y' | b'Y' | b'n' | b'N' | b't' | b'T' | b'f' | b'F' | b'o' | b'O' | b'~' => return word(text),
        _ => return Meaning::Text,
    }
    match text {
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => return Meaning::Float(f64::INFINITY),
        "-.inf" | "-.Inf" | "-.INF" => return Meaning::Float(f64::NEG_INFINITY),
        ".nan" | ".NaN" | ".NAN" => return Meaning::Float(f64::NAN),
        _ => {}
    }
    if first == b'.' {
        return dotted(text).map_or(Meaning::Text, Meaning::Float);
    }
    let plain: Cow<'_, str> = if text.contains('_') {
        Cow::Owned(text.replace('_', ""))
    } else {
        Cow::Borrowed(text)
    };
    if let Some(value) = integer(&plain) {
        return Meaning::Int(value);
    }
    if let Some(value) = float(&plain) {
        return Meaning::Float(value);
    }
    // An oddity of go-yaml: a sign after the prefix, `0b-11`.
    if let Some(rest) = plain.strip_prefix("0b")
        && let Ok(value) = i64::from_str_radix(rest, 2)
    {
        return Meaning::Int(value.into());
    }
    Meaning::Text
}

fn word(text: &str) -> Meaning {
    match text {
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => {
            Meaning::Bool(true)
        }
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => {
            Meaning::Bool(false)
        }
        "~" | "null" | "Null" | "NULL" => Meaning::Null,
        _ => Meaning::Text,
    }
}

/// Go's `ParseInt` and `ParseUint` with base 0; decimal numbers are kept whole beyond 64 bits.
fn integer(text: &str) -> Option<i128> {
    let (sign, digits) = match text.as_bytes().first()? {
        b'-' => (-1, &text[1..]),
        b'+' => (1, &text[1..]),
        _ => (1, text),
    };
    let signed = digits.len() != text.len();
    let bytes = digits.as_bytes();
    let (base, digits) = match (bytes.first()?, bytes.get(1)) {
        (b'0', Some(b'x' | b'X')) => (16, &digits[2..]),
        (b'0', Some(b'o' | b'O')) => (8, &digits[2..]),
        (b'0', Some(b'b' | b'B')) => (2, &digits[2..]),
        (b'0', Some(_)) => (8, &digits[1..]),
        _ => (10, digits),
    };
    // The conversion would take a second sign.
    if !digits.as_bytes().first()?.is_ascii_alphanumeric() {
        return None;
    }
    let value = sign * i128::from_str_radix(digits, base).ok()?;
    let fits = base == 10 || i64::try_from(value).is_ok() || (!signed && u64::try_from(value).is_ok());
    fits.then_some(value)
}

/// A decimal float as go-yaml's pattern has it; `None` also where it is too large, which leaves it text.
fn float(text: &str) -> Option<f64> {
    let rest = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (mantissa, exponent) = match rest.find(['e', 'E']) {
        Some(at) => (&rest[..at], Some(&rest[at + 1..])),
        None => (rest, None),
    };
    let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let fine = match mantissa.split_once('.') {
        Some(("", fraction)) => !fraction.is_empty() && all_digits(fraction),
        Some((whole, fraction)) => all_digits(whole) && all_digits(fraction),
        None => !mantissa.is_empty() && all_digits(mantissa),
    };
    let fine = fine
        && exponent.is_none_or(|exponent| {
            let digits = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
            !digits.is_empty() && all_digits(digits)
        });
    if !fine {
        return None;
    }
    text.parse::<f64>().ok().filter(|value| value.is_finite())
}

/// Text that begins with a dot goes to Go's `ParseFloat`, which takes `_` between digits.
fn dotted(text: &str) -> Option<f64> {
    if !text.contains('_') {
        return float(text);
    }
    let bytes = text.as_bytes();
    let digit = |at: Option<usize>| at.and_then(|at| bytes.get(at)).is_some_and(u8::is_ascii_digit);
    let between = |at: usize| digit(at.checked_sub(1)) && digit(at.checked_add(1));
    if bytes
        .iter()
        .enumerate()
        .all(|(at, byte)| *byte != b'_' || between(at))
    {
        float(&text.replace('_', ""))
    } else {
        None
    }
}

/// A float as sigs.k8s.io/yaml writes it as a key: Go's `%g` of the nearest 32-bit float.
fn float_key(value: f64) -> String {
    general(value as f32, 6)
}

fn decode_binary(text: &str) -> Result<String, Diagnostic> {
    let engine = GeneralPurpose::new(
        &STANDARD,
        GeneralPurposeConfig::new()
            .with_decode_allow_trailing_bits(true)
            .with_decode_padding_mode(DecodePaddingMode::RequireCanonical),
    );
    let mut text = Cow::Borrowed(text);
    if text.contains(['\r', '\n']) {
        text = Cow::Owned(text.replace(['\r', '\n'], ""));
    }
    let bytes = engine.decode(text.as_bytes()).map_err(|_| {
        Diagnostic::error("yaml-tag", "a `!!binary` value is not valid base64")
            .help("check the value, or remove the tag")
    })?;
    String::from_utf8(bytes).map_err(|_| {
        Diagnostic::error(
            "yaml-tag",
            "a `!!binary` value decodes to bytes that are not UTF-8 text",
        )
        .help("keep such data as base64 text, without the tag")
    })
}
