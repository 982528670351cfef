//! Secrets in the argument of a `--set` flag.

use std::ops::Range;

use super::{is_secret_path, text};

/// The parts of an argument that are not to be shown. What follows a secret by a comma and has no `=` belongs to it: somebody forgot
/// a backslash.
pub(super) fn parts(flag: &str, argument: &str) -> Vec<Range<usize>> {
    // The value of this one is a path.
    if flag == "--set-file" {
        return Vec::new();
    }
    if flag == "--set-json" && argument.trim_start().starts_with('{') {
        return text::parts(argument);
    }
    let mut parts = Vec::new();
    let mut after_secret = false;
    let mut start = 0;
    while start < argument.len() {
        let end = match flag {
            "--set-literal" => argument.len(),
            _ => start + item_end(argument.get(start..).unwrap_or_default(), flag == "--set-json"),
        };
        let item = argument.get(start..end).unwrap_or_default();
        let value = match find_unescaped(item, '=') {
            Some(at) => {
                after_secret = is_secret_path(item.get(..at).unwrap_or_default());
                start + at + 1
            }
            None => start,
        };
        if after_secret {
            if value < end {
                parts.push(value..end);
            }
        } else {
            let found = text::parts(argument.get(value..end).unwrap_or_default());
            parts.extend(found.into_iter().map(|part| value + part.start..value + part.end));
        }
        start = end + 1;
    }
    parts
}

/// Where the first item of an argument ends: at a comma that is not escaped and not in brackets, or in quotes where these count.
fn item_end(text: &str, has_quotes: bool) -> usize {
    let mut depth = 0_usize;
    let mut in_quotes = false;
    let mut is_escaped = false;
    for (at, c) in text.char_indices() {
        if is_escaped {
            is_escaped = false;
            continue;
        }
        match c {
            '\\' => is_escaped = true,
            '"' if has_quotes => in_quotes = !in_quotes,
            _ if in_quotes => {}
            '{' | '[' => depth += 1,
            '}' | ']' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => return at,
            _ => {}
        }
    }
    text.len()
}

fn find_unescaped(text: &str, wanted: char) -> Option<usize> {
    let mut is_escaped = false;
    for (at, c) in text.char_indices() {
        if is_escaped {
            is_escaped = false;
        } else if c == '\\' {
            is_escaped = true;
        } else if c == wanted {
            return Some(at);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use crate::secret::masked_argument;

    #[test]
    fn values_of_secret_keys_are_hidden() {
        for (flag, argument, shown) in [
            ("--set", "password=hunter2", "password=***"),
            (
                "--set",
                "a.b=1,server.adminPassword=hunter2,c=2",
                "a.b=1,server.adminPassword=***,c=2",
            ),
            ("--set", r"password=hun\,ter2,c=2", "password=***,c=2"),
            ("--set", "password=hun,ter2,c=2", "password=***,***,c=2"),
            ("--set", "tokens={a,b},c={d,e}", "tokens=***,c={d,e}"),
            ("--set", "tokens={a,b", "tokens=***"),
            ("--set", "a.password", "a.password"),
            ("--set", "env[0].name=x", "env[0].name=x"),
            ("--set", "credentials[0].x=hunter2", "credentials[0].x=***"),
            ("--set-string", "pwd=1", "pwd=***"),
            (
                "--set",
                "args={--password=hunter2,-v}",
                "args={--password=***,-v}",
            ),
            ("--set-literal", "token=a,b={c", "token=***"),
            ("--set-file", "token=path/to", "token=path/to"),
            (
                "--set-json",
                r#"a=1,token={"x": "a,b"},c=[1]"#,
                "a=1,token=***,c=[1]",
            ),
            (
                "--set-json",
                r#"a={"token": "x", "b": 1}"#,
                r#"a={"token": ***, "b": 1}"#,
            ),
            (
                "--set-json",
                r#"{"a": {"token": "x"}}"#,
                r#"{"a": {"token": ***}}"#,
            ),
            (
                "--set",
                "url=https://me:hunter2@host/x",
                "url=https://me:***@host/x",
            ),
        ] {
            assert_eq!(masked_argument(flag, argument), shown, "{flag} {argument}");
        }
    }
}
