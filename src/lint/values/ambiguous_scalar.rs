//! Scalars that readers of YAML take for different things.

use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Severity};
use crate::lint::{Rule, Subject};
use crate::source::{Place, Source};
use crate::yaml::{self, EventKind, Events, Limits, ScalarStyle, Value};

/// See its texts.
pub const RULE: Rule = Rule {
    code: "ambiguous-scalar",
    severity: Severity::Warning,
    meaning: "A value without quotes is one thing by the rules of YAML 1.1 and another by those of YAML 1.2.",
    reason: "Helm and kubectl read `yes` as true, `0644` as 420 and `1_000` as 1000; editors, schemas and programs that follow YAML 1.2 read a text, 644 and a text. What one tool shows is not what another one applies.",
    action: "Write what it is for Helm (`true`, `420`, `1000`), or put it in quotes where text is meant.",
};

/// How many are told of one file.
const MOST_TOLD: usize = 50;

pub(super) fn check(subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
    for layer in &subject.user.layers {
        let source = layer.place.source().filter(|source| !source.is_flag());
        findings.extend(source.into_iter().flat_map(of_file).take(MOST_TOLD));
    }
}

fn of_file(source: &Arc<Source>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    // For each list or map that is open: whether it is a map whose next scalar is a key, which has rules of its own.
    let mut wants_key: Vec<Option<bool>> = Vec::new();
    let events = Events::new(source, Limits::default());
    let mut open = Vec::new();
    for event in events {
        let Ok(event) = event else { break };
        match &event.kind {
            EventKind::DocumentEnd => break,
            EventKind::SequenceStart { .. } => wants_key.push(None),
            EventKind::MappingStart { .. } => wants_key.push(Some(true)),
            EventKind::SequenceEnd | EventKind::MappingEnd => {
                wants_key.pop();
                next(&mut wants_key);
            }
            EventKind::Alias(_) => next(&mut wants_key),
            EventKind::Scalar { text, style, tag, .. } => {
                let is_value = wants_key.last() != Some(&Some(true));
                if is_value && *style == ScalarStyle::Plain && tag.is_none() {
                    open.extend(
                        meanings(text).map(|meanings| (event.line, event.column, text.to_string(), meanings)),
                    );
                }
                next(&mut wants_key);
            }
            EventKind::DocumentStart => {}
        }
    }
    for (line, column, text, (here, there)) in open {
        let place = Place::new(source, line, column);
        found.push(
            RULE.finding(format!(
                "`{text}` is {here} for Helm and kubectl, and {there} by the rules of YAML 1.2"
            ))
            .at(&place)
            .help(match here.as_str() {
                "a text" => format!("put it in quotes: `\"{text}\"`"),
                _ => format!("write {here}, or `\"{text}\"` where text is meant"),
            }),
        );
    }
    found
}

fn next(wants_key: &mut [Option<bool>]) {
    if let Some(Some(wants)) = wants_key.last_mut() {
        *wants = !*wants;
    }
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
