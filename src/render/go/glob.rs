//! Patterns of `.Files.Glob`, as Helm's library reads them: `**` is any text at any place, `*` and `?` stop at slashes, `{a,b}` is
//! either, and of `[abc]`, `[!abc]` and `[a-c]` a class has one range or single characters.

use std::iter::Peekable;
use std::str::Chars;

use regex::Regex;

/// A pattern as a regular expression; nothing where it cannot be read.
pub(super) fn matcher(pattern: &str) -> Option<Regex> {
    let mut found = String::from(r"(?s)\A");
    let mut chars = pattern.chars().peekable();
    let mut open = 0;
    while let Some(c) = chars.next() {
        match c {
            '*' if chars.next_if_eq(&'*').is_some() => found.push_str(".*"),
            '*' => found.push_str("[^/]*"),
            '?' => found.push_str("[^/]"),
            '[' => class(&mut chars, &mut found)?,
            '{' => {
                open += 1;
                found.push_str("(?:");
            }
            ',' if open > 0 => found.push('|'),
            '}' if open > 0 => {
                open -= 1;
                found.push(')');
            }
            // A backslash at the end is nothing.
            '\\' => chars.next().into_iter().for_each(|c| push_literal(c, &mut found)),
            c => push_literal(c, &mut found),
        }
    }
    found.push_str(&")".repeat(open));
    found.push_str(r"\z");
    Regex::new(&found).ok()
}

fn push_literal(c: char, into: &mut String) {
    into.push_str(&regex::escape(c.encode_utf8(&mut [0; 4])));
}

/// A class behind its bracket, to the one that closes it.
fn class(chars: &mut Peekable<Chars<'_>>, into: &mut String) -> Option<()> {
    into.push('[');
    if chars.next_if_eq(&'!').is_some() {
        into.push('^');
    }
    let first = *chars.peek()?;
    let mut after = chars.clone();
    after.next();
    if after.next() == Some('-') {
        chars.nth(1);
        let last = chars.next()?;
        if last < first || chars.next() != Some(']') {
            return None;
        }
        push_in_class(first, into);
        into.push('-');
        push_in_class(last, into);
    } else {
        let mut is_empty = true;
        loop {
            match chars.next()? {
                ']' => break,
                '\\' => push_in_class(chars.next()?, into),
                c => push_in_class(c, into),
            }
            is_empty = false;
        }
        if is_empty {
            return None;
        }
    }
    into.push(']');
    Some(())
}

fn push_in_class(c: char, into: &mut String) {
    // What means something in a class is ASCII; letters and digits would mean something behind a backslash.
    if c.is_ascii_punctuation() {
        into.push('\\');
    }
    into.push(c);
}

#[cfg(test)]
mod tests {
    use super::matcher;

    const PATHS: &[&str] = &[
        "a.txt",
        "d/a.txt",
        "d/e/a.yaml",
        "b.yaml",
        "[x].txt",
        "{a}",
        "d/.a",
        "-",
    ];

    /// As Helm 4.3.1 answered.
    #[test]
    fn paths_match_as_in_helm() {
        for (pattern, expected) in [
            ("*", "a.txt b.yaml [x].txt {a} -"),
            ("**", "a.txt d/a.txt d/e/a.yaml b.yaml [x].txt {a} d/.a -"),
            ("**.yaml", "d/e/a.yaml b.yaml"),
            ("d/**.yaml", "d/e/a.yaml"),
            ("d/**", "d/a.txt d/e/a.yaml d/.a"),
            ("d/*", "d/a.txt d/.a"),
            ("**/a.*", "d/a.txt d/e/a.yaml"),
            ("?.txt", "a.txt"),
            ("{a,b}.{txt,yaml}", "a.txt b.yaml"),
            ("{a.txt,d/{a.txt,e/**}}", "a.txt d/a.txt d/e/a.yaml"),
            ("[ab].*", "a.txt b.yaml"),
            ("[!a].*", "b.yaml"),
            ("[a-b].*", "a.txt b.yaml"),
            ("\\[x\\].txt", "[x].txt"),
            ("\\{a}", "{a}"),
            ("d[/]a.txt", "d/a.txt"),
            ("d[!x]a.txt", "d/a.txt"),
            ("[-]", "-"),
            ("a.txt\\", "a.txt"),
            ("{a.txt", "a.txt"),
            ("nothing", ""),
        ] {
            let matcher = matcher(pattern).expect(pattern);
            let found: Vec<&str> = (PATHS.iter().copied())
                .filter(|path| matcher.is_match(path))
                .collect();
            assert_eq!(found.join(" "), expected, "{pattern}");
        }
        // Of those that it cannot read Helm takes all files.
        for pattern in ["[a", "[]", "[b-a]", "[a-c0-9]", "[!]", "[a-"] {
            assert!(matcher(pattern).is_none(), "{pattern}");
        }
    }
}
