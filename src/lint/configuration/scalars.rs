//! Scalars of a configuration as the programs read them.

use std::borrow::Cow;

use crate::render::go::functions::address;
use crate::yaml::{Node, Value};

/// A scalar as it is written; nothing for lists and maps.
pub fn written(node: &Node) -> Option<Cow<'_, str>> {
    let computed = match &node.value {
        Value::String(text) => return Some(Cow::Borrowed(text)),
        Value::Null => return Some(Cow::Borrowed("")),
        Value::Bool(value) => value.to_string(),
        Value::Int(value) => value.to_string(),
        Value::Float(value) => value.to_string(),
        Value::List(_) | Value::Map(_) => return None,
    };
    // `1.0` and `yes` are what they are written as.
    let rest = || {
        let place = &node.place;
        let line = place.line_text()?;
        let start = line
            .char_indices()
            .nth(usize::try_from(place.column).ok()?.checked_sub(1)?)?
            .0;
        let word = line.get(start..)?.split([' ', '\t', ',', ']', '}']).next()?;
        (!word.is_empty() && crate::yaml::resolve_plain(word).ok()? == node.value).then(|| word.to_owned())
    };
    Some(Cow::Owned(rest().unwrap_or(computed)))
}

/// A number.
pub fn number(node: &Node) -> Option<f64> {
    match node.value {
        #[expect(clippy::cast_precision_loss, reason = "only compared with small numbers")]
        Value::Int(number) => Some(number as f64),
        Value::Float(number) => Some(number),
        _ => None,
    }
}

/// A number that fits 64 bits; what is behind the point is cut off.
pub fn whole(node: &Node) -> Option<f64> {
    match node.value {
        Value::Int(whole) => {
            (i64::try_from(whole).is_ok() || u64::try_from(whole).is_ok()).then(|| number(node))?
        }
        Value::Float(float) => (float.abs() < 9.3e18).then_some(float),
        _ => None,
    }
}

/// An address with a host, for HTTP.
///
/// # Errors
/// What is wrong with it, in a few words.
pub fn http_address(text: &str) -> Result<(), String> {
    let address = address(text)?;
    match address.scheme.as_str() {
        "http" | "https" if address.host.is_empty() => Err("its host is missing".to_owned()),
        "http" | "https" => Ok(()),
        "" => Err("its scheme is missing, such as `https://`".to_owned()),
        scheme => Err(format!("its scheme is `{scheme}`, and has to be http or https")),
    }
}

/// Whether a text is the name of a label in the letters of old: the others need quotes in queries.
pub fn is_plain_label(text: &str) -> bool {
    let is_start = |c: char| c.is_ascii_alphabetic() || c == '_';
    text.starts_with(is_start) && text.chars().all(|c| is_start(c) || c.is_ascii_digit())
}
