//! Scalars that readers of YAML take for different things.

use super::scalars::Scalar;
use crate::diagnostic::{Diagnostic, Severity};
use crate::lint::Rule;
use crate::yaml::{self, ScalarStyle, Value};

/// See its texts.
pub const RULE: Rule = Rule {
    code: "ambiguous-scalar",
    severity: Severity::Warning,
    meaning: "A value without quotes is one thing by the rules of YAML 1.1 and another by those of YAML 1.2.",
    reason: "Helm and kubectl read `yes` as true, `0644` as 420 and `1_000` as 1000; editors, schemas and programs that follow YAML 1.2 read a text, 644 and a text. What one tool shows is not what another one applies.",
    action: "Write what it is for Helm (`true`, `420`, `1000`), or put it in quotes where text is meant.",
};

pub(super) fn find(scalar: &Scalar<'_>) -> Option<Diagnostic> {
    let text = &scalar.text;
    let is_resolved = scalar.style == ScalarStyle::Plain && !scalar.has_tag;
    let (here, there) = meanings(text).filter(|_| is_resolved)?;
    let message = format!("`{text}` is {here} for Helm and kubectl, and {there} by the rules of YAML 1.2");
    let help = match here.as_str() {
        "a text" => format!("put it in quotes: `\"{text}\"`"),
        _ => format!("write {here}, or `\"{text}\"` where text is meant"),
    };
    Some(RULE.finding(message).at(&scalar.place).help(help))
}

/// What a plain scalar is for Helm and by YAML 1.2, where these differ.
fn meanings(text: &str) -> Option<(String, String)> {
    // Nothing else begins so, and most texts do not.
    let may_differ = text.starts_with(|c: char| c.is_ascii_digit() || "yYnNoO+-.".contains(c));
    if !may_differ || text.len() > 64 {
        return None;
    }
    let here = yaml::resolve_plain(text).ok()?;
    let there = core(text);
    (here != there).then(|| (words(&here), words(&there)))
}

fn words(value: &Value) -> String {
    match value {
        Value::Bool(value) => format!("`{value}`"),
        Value::Int(value) => format!("`{value}`"),
        Value::Float(value) => format!("`{value}`"),
        Value::Null => "`null`".to_owned(),
        _ => "a text".to_owned(),
    }
}

/// The value of a plain scalar by the core schema of YAML 1.2.
fn core(text: &str) -> Value {
    if matches!(text, "null" | "Null" | "NULL") {
        return Value::Null;
    }
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let is_negative = text.starts_with('-');
    let whole = |digits: &str, radix: u32| i128::from_str_radix(digits, radix).ok();
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let number = if is_digits(unsigned) {
        whole(unsigned, 10).map(|value| if is_negative { -value } else { value })
    } else if let Some(digits) = text.strip_prefix("0o") {
        whole(digits, 8)
    } else if let Some(digits) = text.strip_prefix("0x") {
        whole(digits, 16)
    } else {
        None
    };
    if let Some(number) = number {
        return Value::Int(number);
    }
    let is_float = unsigned.starts_with(|c: char| c.is_ascii_digit() || c == '.')
        && unsigned.bytes().any(|byte| byte.is_ascii_digit())
        && unsigned
            .bytes()
            .all(|byte| byte.is_ascii_digit() || b".eE+-".contains(&byte));
    let float = is_float.then(|| text.parse::<f64>().ok()).flatten();
    float.and_then(Value::from_f64).unwrap_or_else(|| text.into())
}

#[cfg(test)]
mod tests {
    use super::meanings;

    #[test]
    fn what_readers_agree_about_is_left_alone() {
        for text in [
            "1",
            "-1",
            "1.5",
            "1e3",
            "0x1f",
            "true",
            "no!",
            "yesterday",
            "08a",
            "30d",
            "v1",
            "+1",
            "0",
            ".5",
            "1.",
            "10.0.0.1",
            "0.0.0.0:9090",
            "2024-01-01",
            "nginx",
            "-",
            "on-call",
            "1-2",
            "null",
            "NULL",
        ] {
            assert_eq!(meanings(text), None, "{text}");
        }
        for (text, here, there) in [
            ("yes", "`true`", "a text"),
            ("Off", "`false`", "a text"),
            ("n", "`false`", "a text"),
            ("0644", "`420`", "`644`"),
            ("1_000", "`1000`", "a text"),
            ("0b11", "`3`", "a text"),
        ] {
            assert_eq!(
                meanings(text),
                Some((here.to_owned(), there.to_owned())),
                "{text}"
            );
        }
    }
}
