//! What the comments of a values.yaml say of its keys: the one above a key, as helm-docs (`# -- text`) and Bitnami's
//! (`## @param key text`) read it and as people write it without either, or the one behind it.

use crate::source::{Place, Source};

/// The most lines of a comment that are looked at.
const MOST_LINES: usize = 60;

/// What the comment at a key says of it, and where it begins. Examples, which are indented within the comment, and lines for other
/// tools (`@default`, `@schema`) are left out.
pub(super) fn of_key(key: &Place) -> Option<(String, Place)> {
    let source = key.source()?;
    let block = block(source, key);
    let first = key.line.checked_sub(u32::try_from(block.len()).ok()?)?;
    // helm-docs reads on from its own mark.
    let mark = block
        .iter()
        .rposition(|line| line.trim_start().starts_with("-- "));
    let start = mark.unwrap_or(0);
    let text = prose(block.get(start..)?, mark.is_some());
    if !text.is_empty() {
        let line = first + u32::try_from(start).ok()?;
        return Some((text, Place::new(source, line, 0)));
    }
    let behind = behind(source.line(key.line)?)?;
    Some((behind.to_owned(), key.line_alone()))
}

/// What the comment above a key says of the key at a dotted path below it: `## @param image.tag The tag`.
pub(super) fn of_param(key: &Place, path: &str) -> Option<(String, Place)> {
    let source = key.source()?;
    let block = block(source, key);
    let first = key.line.checked_sub(u32::try_from(block.len()).ok()?)?;
    (first..).zip(block).find_map(|(line, text)| {
        let rest = text.trim_start().strip_prefix("@param ")?;
        let rest = rest.trim_start().strip_prefix(path)?;
        let text = rest.strip_prefix(' ')?.trim_start();
        // `[string] text`: what kind of value it is.
        let text = match text.strip_prefix('[') {
            Some(kind) => kind.split_once(']')?.1.trim_start(),
            None => text,
        };
        (!text.is_empty()).then(|| (text.to_owned(), Place::new(source, line, 0)))
    })
}

/// The lines of the comment that ends above a key, without their signs.
fn block<'s>(source: &'s Source, key: &Place) -> Vec<&'s str> {
    let mut lines = Vec::new();
    let mut line = key.line;
    while lines.len() < MOST_LINES {
        line = line.saturating_sub(1);
        let Some(text) = source.line(line) else { break };
        let Some(comment) = text.trim_start().strip_prefix('#') else {
            break;
        };
        // What is less indented belongs to something else, such as the end of the map before.
        let indent = text.len() - text.trim_start().len();
        if key.column > 0 && u32::try_from(indent).is_ok_and(|indent| indent + 1 != key.column) {
            break;
        }
        lines.push(comment.trim_start_matches('#'));
    }
    lines.reverse();
    lines
}

/// The sentences of a comment's lines: an empty line ends a paragraph.
fn prose(lines: &[&str], has_mark: bool) -> String {
    let mut text = String::new();
    let mut in_schema = false;
    let mut paragraph = false;
    let indent = |line: &str| line.len() - line.trim_start().len();
    let first = lines
        .iter()
        .find(|line| !line.trim().is_empty())
        .map_or(0, |line| indent(line));
    for (index, line) in lines.iter().enumerate() {
        let is_example = indent(line) >= first + 2 && !text.is_empty();
        let mut words = line.trim();
        if words.starts_with("@schema") {
            in_schema = words == "@schema" && !in_schema;
            continue;
        }
        if in_schema || is_example || words.starts_with('@') {
            continue;
        }
        if has_mark && index == 0 {
            words = words.trim_start_matches("--").trim_start();
            // `-- (string) text`: what kind of value it is.
            if let Some((kind, rest)) = words.strip_prefix('(').and_then(|rest| rest.split_once(')'))
                && kind
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || byte == b'/')
            {
                words = rest.trim_start();
            }
        }
        let is_rule = !words.is_empty() && words.chars().all(|c| matches!(c, '-' | '=' | '#' | '*' | '~'));
        if words.is_empty() || is_rule {
            paragraph = !text.is_empty();
            continue;
        }
        if !text.is_empty() {
            text.push(if paragraph { '\n' } else { ' ' });
        }
        paragraph = false;
        text.push_str(words);
    }
    text
}

/// The comment behind a key and its value.
fn behind(line: &str) -> Option<&str> {
    let (mut quote, mut before) = (None, ' ');
    for (at, c) in line.char_indices() {
        match (quote, c) {
            (None, '#') if before.is_whitespace() => {
                let text = line.get(at..)?.trim_start_matches('#').trim();
                return (!text.is_empty()).then_some(text);
            }
            (None, '"' | '\'') if matches!(before, ' ' | ':' | '[' | '{' | ',') => quote = Some(c),
            (Some(open), c) if open == c => quote = None,
            _ => {}
        }
        before = c;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Source;
    use crate::yaml;

    fn said(text: &str, key: &str) -> Option<String> {
        let source = Source::new("values.yaml", text);
        let values = yaml::read_document(&source).unwrap();
        let path: Vec<&str> = key.split('.').collect();
        let (last, above) = path.split_last().unwrap();
        let entry = values.at_path(above).unwrap().as_map().unwrap().entry(last);
        of_key(&entry.unwrap().key_place).map(|(text, _)| text)
    }

    #[test]
    fn the_comment_above_a_key_is_about_it() {
        let text = "\
# The licence.

# How many
# pods.
#   a: 1
#
# Not two.
replicas: 1
image:
  # -- (string) The tag
  # of the image
  # @default -- the chart's
  tag: x
  # old
  # -- New.
  pull: y
  other: 1 # behind it
  text: 'a # b'
  # @schema
  # type: integer
  # @schema
  # A port.
  port: 1
# -----
# Section
# -----
last: 1
";
        for (key, expected) in [
            ("replicas", Some("How many pods.\nNot two.")),
            ("image", None),
            ("image.tag", Some("The tag of the image")),
            ("image.pull", Some("New.")),
            ("image.other", Some("behind it")),
            ("image.text", None),
            ("image.port", Some("A port.")),
            ("last", Some("Section")),
        ] {
            assert_eq!(said(text, key).as_deref(), expected, "{key}");
        }
    }

    #[test]
    fn parameters_are_described_above_what_holds_them() {
        let source = Source::new(
            "values.yaml",
            "## @param image.tag [string] The tag\n## @param image.tags More\nimage:\n  tag: x\n",
        );
        let key = Place::new(&source, 3, 1);
        let said = |path| of_param(&key, path).map(|(text, place)| (text, place.line));
        assert_eq!(said("image.tag"), Some(("The tag".to_owned(), 1)));
        assert_eq!(said("image.tags"), Some(("More".to_owned(), 2)));
        assert_eq!(said("image.ta"), None);
    }
}
