//! Matchers that cannot be read.

use crate::diagnostic::Severity;
use crate::lint::Rule;
use crate::lint::configuration::checker::Checker;
use crate::lint::configuration::scalars::{is_plain_label, written};
use crate::lint::units::shown;
use crate::render::go::functions::check_pattern;
use crate::yaml::{Map, Node};

/// The rule.
pub const RULE: Rule = Rule {
    code: "alertmanager-matcher",
    severity: Severity::Error,
    meaning: "A matcher of a route or an inhibit rule cannot be read.",
    reason: "Alertmanager 0.34 reads a matcher in its newer language, then in the classic one, and refuses the configuration where neither \
             can: it does not start, and on a reload it keeps the former configuration.",
    action: "Write it as `severity=\"critical\"` or `team=~\"a|b\"`, with the value in double quotes.",
};

/// What is wrong with the name of a label in `match` and its kind, which know the letters of old only.
pub fn label(name: &str) -> Option<String> {
    (!is_plain_label(name)).then(|| {
        format!(
            "`{}` is not the name of a label that can stand here; `matchers` take others",
            shown(name)
        )
    })
}

/// What is wrong with the name of a label.
pub fn any_label(name: &str) -> Option<String> {
    name.is_empty().then(|| "the name of a label is empty".to_owned())
}

/// The value of a label in `match_re`.
pub fn required_regex(node: &Node, checker: &mut Checker) {
    let reason = match written(node) {
        None => Some(format!(
            "{} stands where a regular expression belongs",
            node.kind()
        )),
        Some(text) => check_pattern(&text)
            .err()
            .map(|reason| format!("`{}` is not a regular expression: {reason}", shown(&text))),
    };
    if let Some(reason) = reason {
        checker.report(&RULE, &node.place, reason, None);
    }
}

/// Labels whose regular expression is left empty, which is not the same as an empty one.
pub fn filled(map: &Map, keys: &[&str], checker: &mut Checker) {
    for key in keys {
        checker.within_key(map, key, |checker, labels| {
            let Some(labels) = labels.as_map() else { return };
            for (name, entry) in labels.iter().filter(|(_, entry)| entry.node.is_null()) {
                let message = format!("the label `{}` needs a regular expression", shown(name));
                checker.report(&RULE, &entry.key_place, message, None);
            }
        });
    }
}

/// An item of `matchers`, which may hold several.
pub fn matchers(node: &Node, checker: &mut Checker) {
    let Some(text) = written(node) else {
        checker.report(
            &RULE,
            &node.place,
            format!("{} stands where a matcher belongs", node.kind()),
            None,
        );
        return;
    };
    if let (Err(newer), Err(classic)) = (newer(&text), classic(&text)) {
        let reason = if is_plain_label(first_word(&text)) {
            newer
        } else {
            classic
        };
        let message = format!("`{}` is not a matcher: {reason}", shown(&text));
        checker.report(
            &RULE,
            &node.place,
            message,
            Some("write it as `severity=\"critical\"` or `team=~\"a|b\"`"),
        );
    }
}

fn first_word(text: &str) -> &str {
    text.trim_start_matches(['{', ' '])
        .split([' ', '=', '!', '~'])
        .next()
        .unwrap_or_default()
}

fn regex(text: &str) -> Result<(), String> {
    check_pattern(text).map_err(|reason| format!("its regular expression is wrong: {reason}"))
}

/// The language that knows all letters.
fn newer(text: &str) -> Result<(), String> {
    let mut rest = text.trim_start();
    let opened = rest.strip_prefix('{');
    rest = opened.unwrap_or(rest).trim_start();
    let closes = |rest: &str| -> Result<(), String> {
        let after = rest.strip_prefix('}');
        match (opened, after) {
            (Some(_), Some(after)) if after.trim().is_empty() => Ok(()),
            (None, None) if rest.is_empty() => Ok(()),
            (Some(_), None) if rest.is_empty() => Err("a `}` is missing".to_owned()),
            _ => Err(format!("`{}` is too much", shown(rest))),
        }
    };
    if rest.is_empty() || rest.starts_with('}') {
        return closes(rest);
    }
    loop {
        let (_, after) = word(rest).ok_or_else(|| "the name of a label is missing".to_owned())??;
        let operator = ["=~", "!=", "!~", "="]
            .into_iter()
            .find(|operator| after.starts_with(operator));
        let operator = operator.ok_or_else(|| "`=`, `!=`, `=~` or `!~` is missing".to_owned())?;
        let after = after.get(operator.len()..).unwrap_or_default().trim_start();
        let (value, after) = word(after).ok_or_else(|| "the value is missing".to_owned())??;
        if operator.ends_with('~') {
            regex(&value)?;
        }
        rest = after;
        match rest.strip_prefix(',') {
            Some(after) => rest = after.trim_start(),
            None => return closes(rest),
        }
        if rest.is_empty() || rest.starts_with('}') {
            return closes(rest);
        }
    }
}

/// A word in quotes or without, and what follows it.
fn word(text: &str) -> Option<Result<(String, &str), String>> {
    let is_plain = |c: char| !(c.is_whitespace() || "{}!=~,\\\"'`".contains(c));
    if !text.starts_with('"') {
        let end = text.find(|c| !is_plain(c)).unwrap_or(text.len());
        let (word, rest) = text.split_at(end);
        return (!word.is_empty()).then(|| Ok((word.to_owned(), rest.trim_start())));
    }
    Some(crate::lint::promql::read_quoted(text, '"').map(|(word, length)| {
        let rest = text.get(length..).unwrap_or_default();
        (word, rest.trim_start())
    }))
}

/// The language of old.
fn classic(text: &str) -> Result<(), String> {
    let inner = text.strip_prefix('{').unwrap_or(text);
    let inner = inner.strip_suffix('}').unwrap_or(inner);
    let mut parts = vec![String::new()];
    let (mut quoted, mut escaped) = (false, false);
    for letter in inner.chars() {
        match letter {
            ',' if !quoted => {
                parts.push(String::new());
                continue;
            }
            '"' if escaped => escaped = false,
            '"' => quoted = !quoted,
            '\\' => escaped = !escaped,
            _ => escaped = false,
        }
        if let Some(part) = parts.last_mut() {
            part.push(letter);
        }
    }
    if parts.last().is_some_and(|part| part.trim().is_empty()) {
        parts.pop();
    }
    parts.iter().try_for_each(|part| classic_one(part))
}

fn classic_one(text: &str) -> Result<(), String> {
    let text = text.trim();
    let is_start = |c: char| c.is_ascii_alphabetic() || c == '_' || c == ':';
    let end = text
        .find(|c: char| !is_start(c) && !c.is_ascii_digit())
        .unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    if !name.starts_with(is_start) {
        return Err("it does not begin with the name of a label".to_owned());
    }
    let rest = rest.trim_start();
    let operator = ["=~", "!=", "!~", "="]
        .into_iter()
        .find(|operator| rest.starts_with(operator));
    let operator =
        operator.ok_or_else(|| "`=`, `!=`, `=~` or `!~` is missing behind the label".to_owned())?;
    let raw = rest.get(operator.len()..).unwrap_or_default().trim();
    let value =
        unquoted(raw).ok_or_else(|| "a `\"` within the value stands without a backslash".to_owned())?;
    match operator.ends_with('~') {
        true => regex(&value),
        false => Ok(()),
    }
}

/// A value without its quotes.
fn unquoted(raw: &str) -> Option<String> {
    let (text, mut open) = match raw.strip_prefix('"') {
        Some(rest) => (rest, true),
        None => (raw, false),
    };
    let mut value = String::new();
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match (letter, letters.peek().copied()) {
            ('\\', Some('n')) => {
                letters.next();
                value.push('\n');
            }
            ('\\', Some(next @ ('"' | '\\'))) => {
                letters.next();
                value.push(next);
            }
            ('"', None) if open => open = false,
            ('"', _) => return None,
            _ => value.push(letter),
        }
    }
    (!open).then_some(value)
}

#[cfg(test)]
mod tests {
    use super::{classic, newer};

    /// As amtool 0.34 says.
    #[test]
    fn both_languages_are_read() {
        let is_read = |text: &str| newer(text).is_ok() || classic(text).is_ok();
        for taken in [
            "a=b",
            "a = \"b c\"",
            "{a=b}",
            "{a=\"b\",c!=d,}",
            "a=~b|c",
            "a!~\"b.*\"",
            "\"a b\"=c",
            "ä=ö",
            "a=",
            "",
            "{}",
            "a=\"{x}\"",
            "foo = bar, dings != bums",
            "1=b",
            "a==b",
            "a==~",
            "a=b,",
        ] {
            assert!(is_read(taken), "{taken}");
        }
        for refused in ["a", "=b", "a=~(", "a ~ b", "{\"a b\"=c", "a=b,,", "a=b\""] {
            assert!(!is_read(refused), "{refused}");
        }
    }
}
