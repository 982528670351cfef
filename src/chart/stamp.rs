//! Chart.yaml with other versions in it, and everything else as its author wrote it.

use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Result};
use crate::source::Source;
use crate::yaml::{self, Node};

/// The text of Chart.yaml with other texts for some of its keys. A key that is not there is added at the end.
///
/// # Errors
/// `chart-yaml-not-changed` where a value stands in a way that a line cannot be changed for it: in a flow map, over several lines.
pub(super) fn stamped<'c>(
    source: &Arc<Source>,
    changes: impl Iterator<Item = (&'c str, &'c str)>,
) -> Result<String> {
    let mut text = source.text().to_owned();
    let mut wanted = yaml::to_json(&yaml::read_values(source)?);
    for (key, value) in changes {
        let written = yaml::write_indented(&Node::computed(value.to_owned()), 0);
        let changed = with(&text, key, &written);
        if let Some(map) = wanted.as_object_mut() {
            map.insert(key.to_owned(), value.into());
        }
        let read = changed.and_then(|changed| {
            let node = yaml::read_values(&Source::new(source.name(), changed.clone())).ok()?;
            (yaml::to_json(&node) == wanted).then_some(changed)
        });
        text = read.ok_or_else(|| {
            let message = format!("`{key}` in `{}` cannot be changed", source.name());
            Diagnostic::error("chart-yaml-not-changed", message)
                .help(format!("write it on a line of its own: `{key}: ...`"))
        })?;
    }
    Ok(text)
}

/// The text with another value on the line of a key of the outermost map.
fn with(text: &str, key: &str, value: &str) -> Option<String> {
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if let Some(rest) = line.strip_prefix(key).and_then(|rest| rest.strip_prefix(':')) {
            let blank = rest.len() - rest.trim_start_matches([' ', '\t']).len();
            let old = rest.get(blank..).map_or(0, length);
            let start = at + key.len() + 1 + blank;
            let space = if blank == 0 { " " } else { "" };
            let (before, after) = (text.get(..start)?, text.get(start + old..)?);
            return Some(format!("{before}{space}{value}{after}"));
        }
        at += line.len();
    }
    let end = if text.is_empty() || text.ends_with('\n') {
        ""
    } else {
        "\n"
    };
    Some(format!("{text}{end}{key}: {value}\n"))
}

/// How long a value on the rest of a line is, which a comment may follow.
fn length(rest: &str) -> usize {
    let line = rest.trim_end_matches(['\n', '\r']);
    match line.chars().next() {
        Some(quote @ ('"' | '\'')) => quoted(line, quote),
        Some('#') => 0,
        _ => {
            let value = line.find(" #").and_then(|end| line.get(..end));
            value.unwrap_or(line).trim_end().len()
        }
    }
}

/// How long a text in quotes is, at the start of a line.
fn quoted(line: &str, quote: char) -> usize {
    let mut letters = line.char_indices().skip(1).peekable();
    while let Some((at, c)) = letters.next() {
        let is_doubled = quote == '\'' && letters.peek().is_some_and(|(_, next)| *next == quote);
        if (c == '\\' && quote == '"') || (c == quote && is_doubled) {
            letters.next();
        } else if c == quote {
            return at + quote.len_utf8();
        }
    }
    line.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn changed(text: &str, version: &str, app_version: Option<&str>) -> std::result::Result<String, String> {
        let changes = [("version", Some(version)), ("appVersion", app_version)];
        let changes = changes.into_iter().filter_map(|(key, value)| Some((key, value?)));
        stamped(&Source::new("Chart.yaml", text), changes).map_err(|error| error.to_string())
    }

    #[test]
    fn all_but_the_values_stays_as_it_is() {
        assert_eq!(
            changed(
                "# Ours.\nname: a\r\nversion:   \"1.0.0\"  # by hand\r\nappVersion: 'it''s' # old\n",
                "1.2.3-rc.1+5",
                Some("1.10")
            ),
            Ok(
                "# Ours.\nname: a\r\nversion:   1.2.3-rc.1+5  # by hand\r\nappVersion: \"1.10\" # old\n"
                    .to_owned()
            )
        );
    }

    #[test]
    fn what_is_not_there_is_added() {
        assert_eq!(
            changed("name: a\nversion: 1.0.0", "2.0.0", Some("v2")),
            Ok("name: a\nversion: 2.0.0\nappVersion: v2\n".to_owned())
        );
        assert_eq!(
            changed("name: a\nversion:\n", "2.0.0", None),
            Ok("name: a\nversion: 2.0.0\n".to_owned())
        );
    }

    #[test]
    fn a_text_that_would_say_something_else_is_refused() {
        for text in [
            "{name: a, version: 1.0.0}\n",
            "name: a\nversion:\n  1.0.0\n",
            "name: a\nversion: >-\n  1.0.0\n",
            "name: a\n\"version\": 1.0.0\n",
            "name: a\nversion: &v 1.0.0\nappVersion: *v\n",
        ] {
            let error = changed(text, "2.0.0", None).unwrap_err();
            assert!(error.contains("cannot be changed"), "{text:?}: {error}");
        }
    }
}
