//! Filters on texts.

use minijinja::value::Rest;
use minijinja::{Environment, Error, Value};

use super::super::value::is_undefined;
use super::{scalar, wrong};
use crate::chart::{Constraint, Version};

pub(super) fn add(env: &mut Environment<'_>) {
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
    env.add_filter(
        "regex_match",
        |value: Value, pattern: &str| -> Result<bool, Error> {
            let text = scalar(&value, "regex_match")?;
            let regex = regex::RegexBuilder::new(pattern)
                .size_limit(1 << 20)
                .build()
                .map_err(|error| wrong(format!("the pattern is wrong: {error}")))?;
            Ok(regex.is_match(&text))
        },
    );
    env.add_filter("quote", |value: Value| -> Result<String, Error> {
        Ok(quoted(&scalar(&value, "quote")?))
    });
    env.add_filter(
        "semver_compare",
        |version: Value, range: &str| -> Result<bool, Error> {
            let text = scalar(&version, "semver_compare")?;
            let range = Constraint::parse(range)
                .map_err(|error| wrong(format!("`{range}` is not a version range: {error}")))?;
            let version = Version::parse(&text)
                .map_err(|error| wrong(format!("`{text}` is not a version: {error}")))?;
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
