//! Secrets within a line: keys in brackets, `name=value`, names and passwords in addresses.

use std::ops::Range;

use super::{Way, is_secret_key, is_secret_path};

/// The brackets and the quote that are open at the end of a line.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Open {
    depth: usize,
    quote: Option<char>,
}

impl Open {
    pub(super) fn is_open(self) -> bool {
        self.depth > 0 || self.quote.is_some()
    }

    /// Goes over a text to where nothing is open any more; to its end where that does not come.
    fn close(&mut self, text: &str) -> usize {
        let mut before = ' ';
        let mut is_escaped = false;
        for (at, c) in text.char_indices() {
            match self.quote {
                Some(_) if is_escaped => is_escaped = false,
                Some('"') if c == '\\' => is_escaped = true,
                Some(quote) if c == quote => self.quote = None,
                Some(_) => {}
                None => match c {
                    '{' | '[' => self.depth += 1,
                    '}' | ']' => self.depth = self.depth.saturating_sub(1),
                    // Within a word it is an apostrophe.
                    '"' | '\'' if matches!(before, ' ' | '{' | '[' | ',' | ':') => self.quote = Some(c),
                    _ => {}
                },
            }
            if !self.is_open() {
                return at + c.len_utf8();
            }
            before = c;
        }
        text.len()
    }

    /// Goes over a further line.
    pub(super) fn pass(&mut self, line: &str) {
        self.close(line);
    }
}

/// How long the value is that a text begins with, and what it leaves open. A plain one ends where `is_end` says so.
pub(super) fn value_length(text: &str, is_end: impl Fn(char) -> bool) -> (usize, Open) {
    let mut open = Open::default();
    let first = text.chars().next();
    let length = match first {
        Some(quote @ ('"' | '\'')) => {
            open.quote = Some(quote);
            open.close(text.get(1..).unwrap_or_default()) + 1
        }
        Some('{' | '[') => open.close(text),
        _ => text.find(is_end).unwrap_or(text.len()),
    };
    (length, open)
}

/// The key that a text begins with, and where its value does.
pub(super) fn key(text: &str, at: usize, end: usize) -> Option<(&str, usize)> {
    let rest = text.get(at..end)?;
    let (key, colon) = match rest.chars().next()? {
        '"' | '\'' => {
            let (length, open) = value_length(rest, |_| true);
            let after = rest.get(length..).filter(|_| !open.is_open())?;
            let colon = length + (after.len() - after.trim_start().len());
            (rest.get(1..length - 1)?, colon)
        }
        '{' if rest.starts_with("{{") => {
            let close = rest.find("}}")? + 2;
            ("", close + rest.get(close..)?.find(':')?)
        }
        '{' | '[' | '|' | '>' => return None,
        _ => {
            let mut colons = rest.match_indices(':').map(|(index, _)| index);
            let colon = colons.find(|index| is_before_value(rest.get(index + 1..).unwrap_or_default()))?;
            (rest.get(..colon)?.trim_end(), colon)
        }
    };
    let value = rest.get(colon..)?.strip_prefix(':')?;
    Some((key, end - value.trim_start().len()))
}

fn is_before_value(rest: &str) -> bool {
    rest.is_empty() || rest.starts_with([' ', '\t'])
}

/// Whether a value is none that anybody would have to hide: a word of YAML's, nothing, or the beginning of more.
pub(super) fn says_nothing(value: &str) -> bool {
    let value = value.split(" #").next().unwrap_or_default();
    let value = value.trim_end_matches([',', ' ']);
    let header = value.strip_prefix(['|', '>']).unwrap_or("?");
    value.starts_with('#')
        || header.chars().all(|c| matches!(c, '0'..='9' | '+' | '-'))
        || matches!(
            value,
            "" | "true" | "false" | "null" | "~" | "{}" | "[]" | "\"\"" | "''" | "{" | "[" | "}" | "]"
        )
}

/// Whether a value in brackets stands for a Secret, and says no more of it than its name: `{secretName: a, optional: true}`.
pub(super) fn is_reference(way: Way, value: &str) -> bool {
    let inner = value
        .trim_end()
        .strip_prefix('{')
        .and_then(|rest| rest.strip_suffix('}'));
    let Some(inner) = inner.filter(|_| way == Way::Reference) else {
        return false;
    };
    inner.split(',').all(|pair| {
        let (key, value) = pair.split_once(':').unwrap_or_default();
        let is_known = matches!(key.trim(), "name" | "secretName" | "optional" | "defaultMode");
        is_known && !value.contains(['{', '[', '}', ']', '"', '\'', ':', '#'])
    })
}

/// Hides a range but for the expressions of templates in it, of which the quoted texts are hidden.
pub(super) fn hide(text: &str, range: Range<usize>, parts: &mut Vec<Range<usize>>) {
    let Range { start: mut at, end } = range;
    let mut push = |start: usize, end: usize| {
        let part = text.get(start..end).unwrap_or_default();
        let end = end - (part.len() - part.trim_end().len());
        if start < end {
            parts.push(start..end);
        }
    };
    while let Some((open, close)) = hole(text, at, end) {
        push(at, open);
        let mut inner = open;
        while let Some(found) = text.get(inner..close).and_then(|rest| rest.find(['"', '\''])) {
            let start = inner + found;
            let (length, _) = value_length(text.get(start..close).unwrap_or_default(), |_| true);
            inner = start + length;
            push(start, inner);
        }
        at = close + 2;
    }
    push(at, end);
}

/// The next `{{ }}`: where it starts, and where its inner text ends.
fn hole(text: &str, at: usize, end: usize) -> Option<(usize, usize)> {
    let open = at + text.get(at..end)?.find("{{")?;
    let close = open + text.get(open..end)?.find("}}")?;
    Some((open, close))
}

/// Finds the secrets in a range that is not one as a whole; gives what the last one leaves open.
pub(super) fn parts(text: &str, range: Range<usize>, parts: &mut Vec<Range<usize>>) -> Open {
    let mut found = Vec::new();
    let open = keys(text, range.clone(), &mut found);
    let line = text.get(range.clone()).unwrap_or_default();
    assignments(line, range.start, &mut found);
    addresses(line, range.start, &mut found);
    tokens(line, range.start, &mut found);
    found.sort_by_key(|part| (part.start, std::cmp::Reverse(part.end)));
    let mut end = 0;
    for part in found {
        let part = part.start.max(end)..part.end;
        if part.start < part.end {
            end = part.end;
            parts.push(part);
        }
    }
    open
}

/// `key: value`, in brackets or not.
fn keys(text: &str, range: Range<usize>, parts: &mut Vec<Range<usize>>) -> Open {
    let Range { start, end } = range;
    let mut at = start;
    // `kind: Secret` or a `name` that sounds like a secret stood before: `data` and `value` are hidden then.
    let (mut is_secret, mut is_named) = (false, false);
    for (index, _) in text.get(start..end).unwrap_or_default().match_indices(':') {
        let colon = start + index;
        // What is hidden already.
        let Some(before) = text.get(at..colon) else {
            continue;
        };
        let after = text.get(colon + 1..end).unwrap_or_default();
        if !before.ends_with(['"', '\'']) && !is_before_value(after) {
            continue;
        }
        let key = before.trim_end_matches(['"', '\'', ' ']);
        let key = key
            .rsplit(['{', '[', ',', '"', '\'', ' '])
            .next()
            .unwrap_or_default();
        at = end - after.trim_start().len();
        let value = text.get(at..end).unwrap_or_default();
        let word = || {
            let word = value.trim_start_matches(['"', '\'']);
            word.split([',', '}', '"', '\'', ' ']).next().unwrap_or_default()
        };
        match key {
            "kind" => is_secret |= word() == "Secret",
            "name" => is_named = is_secret_key(word()),
            _ => {}
        }
        let is_hidden = match key {
            "stringData" => true,
            "data" => is_secret,
            "value" => is_named,
            key => is_secret_key(key),
        };
        if is_hidden {
            let (length, open) = value_length(value, |c| matches!(c, ',' | '}' | ']' | '"' | '\''));
            if is_reference(Way::Open.below(key), value.get(..length).unwrap_or_default()) {
                at += length;
                continue;
            }
            if !says_nothing(value.get(..length).unwrap_or_default()) {
                hide(text, at..at + length, parts);
            }
            at += length;
            if open.is_open() {
                return open;
            }
        }
    }
    Open::default()
}

/// `--password=x`, `token=x&b=1`, `password = x`. What compares (`==`, `=~`) is not meant.
fn assignments(line: &str, start: usize, parts: &mut Vec<Range<usize>>) {
    let is_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.');
    let mut done = 0;
    for (index, _) in line.match_indices('=') {
        // What is hidden already.
        let Some(before) = line.get(done..index) else {
            continue;
        };
        let before = before.trim_end_matches([' ', '\t']);
        let name = before.trim_end_matches(is_name).len();
        let rest = line.get(index + 1..).unwrap_or_default();
        let value = rest.trim_start_matches([' ', '\t']);
        let from = index + 1 + (rest.len() - value.len());
        if !is_secret_path(before.get(name..).unwrap_or_default()) || value.starts_with(['=', '~', '{']) {
            continue;
        }
        let is_end =
            |c: char| c.is_whitespace() || matches!(c, ',' | ';' | '&' | '"' | '\'' | '`' | ')' | ']' | '}');
        let (length, _) = value_length(value, is_end);
        done = from + length;
        if length > 0 {
            parts.push(start + from..start + done);
        }
    }
}

/// `https://name:password@host`
fn addresses(line: &str, start: usize, parts: &mut Vec<Range<usize>>) {
    for (index, mark) in line.match_indices("://") {
        let from = index + mark.len();
        let rest = line.get(from..).unwrap_or_default();
        let authority = rest.find(|c: char| c.is_whitespace() || matches!(c, '/' | '?' | '#' | '"' | '\''));
        let authority = rest.get(..authority.unwrap_or(rest.len())).unwrap_or_default();
        let Some((user, _)) = authority.rsplit_once('@') else {
            continue;
        };
        if let Some(colon) = user.find(':').filter(|colon| colon + 1 < user.len()) {
            parts.push(start + from + colon + 1..start + from + user.len());
        }
    }
}

/// `Bearer x`, as in the header `Authorization`.
fn tokens(line: &str, start: usize, parts: &mut Vec<Range<usize>>) {
    for (index, word) in line.match_indices("Bearer ") {
        let from = index + word.len();
        let rest = line.get(from..).unwrap_or_default();
        let length = rest
            .find(|c: char| c.is_whitespace() || matches!(c, ',' | '"' | '\'' | '{' | '}'))
            .unwrap_or(rest.len());
        if length > 0 {
            parts.push(start + from..start + from + length);
        }
    }
}
