//! Paths of names and keys in the text of expressions: `Values.a["b.c"].d[0]`.

use crate::yaml::Node;

/// The value of a key of a map, or of an index of a list.
pub(super) fn step<'n>(node: &'n Node, key: &str) -> Option<&'n Node> {
    match node.as_list() {
        Some(list) => list.get(key.parse::<usize>().ok()?),
        None => node.get(key),
    }
}

pub(super) fn is_index(key: &str) -> bool {
    key.chars().all(|c| c.is_ascii_digit())
}

/// A path as one would write it.
pub(super) fn shown(path: &[&str]) -> String {
    let (first, rest) = path.split_first().unwrap_or((&"", &[]));
    rest.iter()
        .fold((*first).to_owned(), |path, key| join_key(&path, key))
}

/// The dotted paths of an expression, texts in quotes and words of the language left out; `x["a-b"]` counts as a key.
pub(super) fn paths(expression: &str) -> Vec<Vec<&str>> {
    const WORDS: &[&str] = &[
        "and", "else", "false", "if", "in", "is", "none", "not", "omit", "or", "true",
    ];
    let mut paths = Vec::new();
    let mut rest = expression;
    while let Some(first) = rest.chars().next() {
        if first == '"' || first == '\'' {
            rest = rest[1..].split_once(first).map_or("", |(_, after)| after);
        } else if first.is_alphabetic() || first == '_' {
            let (path, after) = leading_path(rest);
            if !WORDS.contains(&path[0]) {
                paths.push(path);
            }
            rest = after;
        } else if first == '|' {
            // The name of a filter is not a path.
            rest = rest[1..]
                .trim_start()
                .trim_start_matches(|c: char| c.is_alphanumeric() || c == '_');
        } else {
            rest = &rest[first.len_utf8()..];
        }
    }
    paths
}

/// The dotted path that a text starts with, which is not empty, and what comes after it.
pub(super) fn leading_path(text: &str) -> (Vec<&str>, &str) {
    let mut path = Vec::new();
    let mut rest = text;
    loop {
        let end = rest
            .find(|c: char| !c.is_alphanumeric() && c != '_')
            .unwrap_or(rest.len());
        path.push(&rest[..end]);
        rest = &rest[end..];
        while let Some(quoted) = rest.strip_prefix("[\"").or_else(|| rest.strip_prefix("['")) {
            let Some(end) = quoted.find(['"', '\'']) else {
                return (path, "");
            };
            path.push(&quoted[..end]);
            rest = quoted[end + 1..].strip_prefix(']').unwrap_or("");
        }
        while let Some(indexed) = rest.strip_prefix('[')
            && let Some((index, after)) = indexed.split_once(']')
            && !index.is_empty()
            && is_index(index)
        {
            path.push(index);
            rest = after;
        }
        match rest.strip_prefix('.') {
            Some(after) if after.starts_with(|c: char| c.is_alphabetic() || c == '_') => rest = after,
            _ => return (path, rest),
        }
    }
}

pub(super) fn join_key(path: &str, key: &str) -> String {
    if is_index(key) {
        return format!("{path}[{key}]");
    }
    if key.chars().all(|c| c.is_alphanumeric() || c == '_') {
        format!("{path}.{key}")
    } else {
        format!("{path}[\"{key}\"]")
    }
}
