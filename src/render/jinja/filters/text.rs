//! Filters on texts.

use std::sync::Arc;

use minijinja::value::Rest;
use minijinja::{Environment, Error, Value};

use super::super::shared::Shared;
use super::super::value::is_undefined;
use super::{scalar, take_for, wrong};
use crate::chart::{Constraint, Version};

/// What reading versions and their ranges costs.
const STEPS_A_BYTE: u64 = 4;

pub(super) fn add(env: &mut Environment<'_>, shared: &Arc<Shared>) {
    env.add_filter("trunc", |value: Value, length: i64| -> Result<String, Error> {
        let text = scalar(&value, "trunc")?;
        let count = text.chars().count();
        let wanted = usize::try_from(length.unsigned_abs()).unwrap_or(usize::MAX);
        Ok(if length >= 0 {
            text.chars().take(wanted).collect()
        } else {
            text.chars().skip(count.saturating_sub(wanted)).collect()
        })
    });
    env.add_filter(
        "trim_suffix",
        |value: Value, suffix: &str| -> Result<String, Error> {
            let text = scalar(&value, "trim_suffix")?;
            Ok(text.strip_suffix(suffix).unwrap_or(&text).to_owned())
        },
    );
    env.add_filter(
        "trim_prefix",
        |value: Value, prefix: &str| -> Result<String, Error> {
            let text = scalar(&value, "trim_prefix")?;
            Ok(text.strip_prefix(prefix).unwrap_or(&text).to_owned())
        },
    );
    env.add_filter("contains", |value: Value, part: &str| -> Result<bool, Error> {
        Ok(scalar(&value, "contains")?.contains(part))
    });
    env.add_filter(
        "has_prefix",
        |value: Value, prefix: &str| -> Result<bool, Error> {
            Ok(scalar(&value, "has_prefix")?.starts_with(prefix))
        },
    );
    env.add_filter(
        "has_suffix",
        |value: Value, suffix: &str| -> Result<bool, Error> {
            Ok(scalar(&value, "has_suffix")?.ends_with(suffix))
        },
    );
    env.add_filter("quote", |value: Value| -> Result<String, Error> {
        Ok(quoted(&scalar(&value, "quote")?))
    });
    let state = Arc::clone(shared);
    env.add_filter(
        "semver_compare",
        move |version: Value, range: &str| -> Result<bool, Error> {
            let text = scalar(&version, "semver_compare")?;
            take_for(&text, STEPS_A_BYTE, &state)?;
            take_for(range, STEPS_A_BYTE, &state)?;
            // What they are may be a value: it is not shown.
            let range = Constraint::parse(range)
                .map_err(|_| wrong("the range of versions is not one, such as `>=1.25-0`"))?;
            let version =
                Version::parse(&text).map_err(|_| wrong("the text is not a version, such as `1.25.0`"))?;
            Ok(range.matches(&version))
        },
    );
    env.add_filter(
        "required",
        |value: Value, message: &str| -> Result<Value, Error> {
            if is_undefined(&value) || value.is_none() || value.as_str() == Some("") {
                return Err(wrong(message));
            }
            Ok(value)
        },
    );
    env.add_function(
        "fail",
        |message: &str, _rest: Rest<Value>| -> Result<Value, Error> { Err(wrong(message)) },
    );
}

/// A text in double quotes, as Go's `%q` writes it.
pub(in crate::render) fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            c if c.is_control() => out.push_str(&format!("\\x{:02x}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}
