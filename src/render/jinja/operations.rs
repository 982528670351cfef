//! What is said of an operation, a call or an argument that does not fit.

use minijinja::ErrorKind;

use super::explain::{Explainer, Spot, helped};
use super::outline::first_word;
use super::paths::{paths, shown};
use super::value::kind_words;
use crate::diagnostic::Diagnostic;

/// The code of what does not fit.
const CODE: &str = "template-error";

/// How filters and functions of ours are written.
const USAGES: &[(&str, &str)] = &[
    ("bcrypt", "bcrypt(password, salt=text)"),
    ("contains", "text | contains(part)"),
    ("dig", "map | dig(\"a\", \"b\", default=none)"),
    ("fail", "fail(message)"),
    ("has_prefix", "text | has_prefix(part)"),
    ("has_suffix", "text | has_suffix(part)"),
    ("join", "list | join(\",\")"),
    ("range", "range(stop)"),
    ("regex_match", "text | regex_match(pattern)"),
    ("replace", "text | replace(old, new)"),
    ("required", "value | required(message)"),
    ("semver_compare", "version | semver_compare(range)"),
    ("split", "text | split(separator)"),
    ("trim_prefix", "text | trim_prefix(part)"),
    ("trim_suffix", "text | trim_suffix(part)"),
    ("trunc", "text | trunc(length)"),
];

impl Explainer<'_> {
    /// Says what does not fit, in the words of the template's author.
    pub(super) fn operation(&self, kind: ErrorKind, detail: &str, spot: &Spot<'_>) -> Diagnostic {
        // What is not there is minijinja's plain object: it says of a number that it cannot be added to that.
        if (detail.contains("plain object") || detail.contains("undefined"))
            && let Some(diagnostic) = self.missing_in_tag(spot)
        {
            return diagnostic;
        }
        let (message, help) = self
            .arguments(kind, detail, spot)
            .or_else(|| operator(detail))
            .or_else(|| self.calls(detail, spot))
            .or_else(|| loops(detail, spot))
            .unwrap_or_else(|| (plain(detail), None));
        let diagnostic = Diagnostic::error(CODE, message).at(&spot.place);
        self.with_values(helped(diagnostic, help), spot)
    }

    /// The arguments of filters, tests and functions.
    fn arguments(&self, kind: ErrorKind, detail: &str, spot: &Spot<'_>) -> Option<(String, Option<String>)> {
        let name = first_word(spot.expression.trim_start());
        if name.is_empty() {
            return None;
        }
        let usage = USAGES.iter().find(|(known, _)| *known == name);
        let usage = usage.map(|(_, usage)| format!("it is written `{usage}`"));
        let message = match kind {
            ErrorKind::MissingArgument => format!("an argument of `{name}` is missing"),
            ErrorKind::TooManyArguments => match detail
                .rsplit_once(['`', '\''])
                .and_then(|(rest, _)| rest.rsplit_once(['`', '\'']))
            {
                Some((_, argument)) => format!("`{name}` has no argument `{argument}`"),
                None => format!("`{name}` has too many arguments"),
            },
            _ => {
                let (from, to) = detail.strip_prefix("cannot convert ")?.split_once(" to ")?;
                let to = match to {
                    "i64" | "i32" | "u32" | "u64" | "isize" | "usize" | "integer" => "a whole number",
                    "f64" | "float" => "a number",
                    "bool" => "true or false",
                    _ => "a text",
                };
                format!("`{name}` asks for {to}, and this is {}", kind_words(from))
            }
        };
        Some((message, usage))
    }

    /// Values that are called, and what cannot be set.
    fn calls(&self, detail: &str, spot: &Spot<'_>) -> Option<(String, Option<String>)> {
        if detail.contains("is not callable") {
            let called = spot.expression.split('(').next().unwrap_or("").trim();
            let path = paths(spot.tag()?)
                .into_iter()
                .find(|path| !called.is_empty() && shown(path).ends_with(called.trim_start_matches('.')))?;
            let path = shown(&path);
            return Some((
                format!("`{path}` is not a function"),
                Some(format!("write it without parentheses: `{path}`")),
            ));
        }
        if detail.starts_with("can only assign to namespaces") {
            return Some((
                "values do not change: only the attributes of a `namespace()` can be set".to_owned(),
                Some("give the new value a name of its own: `{% set name = ... %}`".to_owned()),
            ));
        }
        if detail == "recursion limit exceeded" {
            return Some(("macros call one another too deeply".to_owned(), None));
        }
        None
    }
}

/// An operator on values that it does not work on.
fn operator(detail: &str) -> Option<(String, Option<String>)> {
    let rest = detail.strip_prefix("tried to use ")?;
    let (sign, kinds) = rest.split_once(" operator on unsupported types ")?;
    let (left, right) = kinds.split_once(" and ")?;
    let message = format!(
        "`{sign}` does not work on {} and {}",
        kind_words(left),
        kind_words(right)
    );
    let help = match sign {
        "+" if left == "string" || right == "string" => {
            Some("join texts with `~`; make a number of a text with `| int`".to_owned())
        }
        "-" if right == "undefined" => Some("a key with a hyphen is written `map[\"a-b\"]`".to_owned()),
        _ => None,
    };
    Some((message, help))
}

/// Loops over what is not a list.
fn loops(detail: &str, spot: &Spot<'_>) -> Option<(String, Option<String>)> {
    let tag = spot.tag()?;
    let is_pair = |text: &str| {
        text.split(" in ")
            .next()
            .is_some_and(|target| target.contains(','))
    };
    if tag.starts_with("{%") && tag.contains("for ") && is_pair(tag) {
        let is_unpacked = detail == "value is not iterable" || detail.contains("wrong length");
        if is_unpacked {
            let message = "the items of the loop are not pairs".to_owned();
            return Some((
                message,
                Some("for the keys and values of a map write `in map | items`".to_owned()),
            ));
        }
    }
    let kind = detail.strip_suffix(" is not iterable")?;
    Some((format!("{} has no items to loop over", kind_words(kind)), None))
}

fn plain(detail: &str) -> String {
    for (start, words) in [
        ("cannot calculate length of value of type ", "has no length"),
        ("cannot join value of type ", "has no items to join"),
        ("cannot reverse values of type ", "cannot be reversed"),
    ] {
        if let Some(kind) = detail.strip_prefix(start) {
            return format!("{} {words}", kind_words(kind));
        }
    }
    detail.to_owned()
}
