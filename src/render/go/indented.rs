//! Lines within brackets or quotes that are not indented under the key before them. YAML forbids them, and so do we in what people
//! write; Helm reads them, and charts have them.

use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Diagnostics, Result};
use crate::source::Source;
use crate::yaml::{self, Node, Options, Unindented};

/// How many bytes may be read again for such lines, for one document.
const MOST_READ: usize = 16 << 20;

/// A text that was read, perhaps with lines moved in.
pub(super) struct Read {
    pub(super) documents: Vec<Node>,
    pub(super) source: Arc<Source>,
    /// Where blanks were put in: before which byte of the text as it is now, and how many; in order.
    moved: Vec<(usize, usize)>,
}

impl Read {
    /// Where a byte of the text stood before lines were moved in.
    pub(super) fn before(&self, offset: usize) -> usize {
        let moved = self.moved.iter().take_while(|(at, _)| *at < offset);
        // A place among the blanks is that of the line's first word.
        moved.fold(offset, |offset_before, (at, count)| {
            offset_before - (*count).min(offset - at)
        })
    }
}

/// Reads the documents of a text.
///
/// # Errors
/// Those of the text as it is, where it cannot be read with such lines moved in either.
pub(super) fn read(source: Arc<Source>, options: &Options) -> Result<Read> {
    let first = match yaml::read_documents_with(&source, options) {
        Ok(documents) => {
            return Ok(Read {
                documents,
                source,
                moved: Vec::new(),
            });
        }
        Err(diagnostics) => diagnostics,
    };
    let Some(mut line) = told_line(&first, source.text()) else {
        return Err(first);
    };
    let blanks = 1
        + (source.text().lines())
            .map(|line| line.len() - line.trim_start_matches(' ').len())
            .max()
            .unwrap_or_default();
    let mut lines: Vec<String> = source.text().split_inclusive('\n').map(str::to_owned).collect();
    let mut is_moved = vec![false; lines.len()];
    let mut read = 0;
    while read < MOST_READ {
        for number in line {
            // Moved once, a line is indented more than any other.
            match (lines.get_mut(number), is_moved.get_mut(number)) {
                (Some(text), Some(moved)) if !*moved => {
                    text.insert_str(0, &" ".repeat(blanks));
                    *moved = true;
                }
                _ => return Err(first),
            }
        }
        let text = lines.concat();
        read += text.len();
        let source = Source::new(source.name(), text);
        match yaml::read_documents_with(&source, options) {
            Ok(documents) => {
                let mut at = 0;
                let mut moved = Vec::new();
                for (text, is_moved) in lines.iter().zip(is_moved) {
                    if is_moved {
                        moved.push((at, blanks));
                    }
                    at += text.len();
                }
                return Ok(Read {
                    documents,
                    source,
                    moved,
                });
            }
            Err(next) => match told_line(&next, source.text()) {
                Some(next) => line = next,
                None => return Err(first),
            },
        }
    }
    Err(first)
}

/// The lines to move in, counted from 0, where that is what is wrong.
fn told_line(Diagnostics(list): &Diagnostics, text: &str) -> Option<std::ops::RangeInclusive<usize>> {
    let [diagnostic] = list.as_slice() else {
        return None;
    };
    let kind = yaml::unindented(diagnostic)?;
    let line = usize::try_from(place(diagnostic)?.0).ok()?.checked_sub(1)?;
    match kind {
        Unindented::Brackets => Some(line..=line),
        Unindented::Quotes => {
            let column = usize::try_from(place(diagnostic)?.1).ok()?.checked_sub(1)?;
            let from: String = text.lines().nth(line)?.chars().skip(column).collect();
            let rest = text.lines().skip(line + 1);
            let more = std::iter::once(from.as_str()).chain(rest);
            let last = line + quoted_lines(more)?;
            (last > line).then_some(line + 1..=last)
        }
    }
}

fn place(diagnostic: &Diagnostic) -> Option<(u32, u32)> {
    let place = &diagnostic.labels.first()?.place;
    Some((place.line, place.column))
}

/// How many lines after its first a text in quotes has, which begins the first line.
fn quoted_lines<'t>(lines: impl Iterator<Item = &'t str>) -> Option<usize> {
    let mut quote = None;
    for (number, line) in lines.enumerate() {
        let mut chars = line.chars().peekable();
        while let Some(c) = chars.next() {
            match quote {
                None => quote = Some(c),
                Some('"') if c == '\\' => {
                    chars.next();
                }
                Some('\'') if c == '\'' && chars.peek() == Some(&'\'') => {
                    chars.next();
                }
                Some(quote) if c == quote => return Some(number),
                Some(_) => {}
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::read;
    use crate::source::Source;
    use crate::yaml::{self, Options};

    #[track_caller]
    fn check(text: &str, json: &str) {
        let read = read(Source::new("t", text), &Options::default()).unwrap();
        let found: Vec<String> = (read.documents.iter())
            .map(|node| yaml::to_json(node).to_string())
            .collect();
        assert_eq!(found, [json], "{text}");
    }

    #[test]
    fn brackets_and_quotes_may_go_on_at_any_column() {
        check("a:\n  b: [\n    x,\n  ]\n", r#"{"a":{"b":["x"]}}"#);
        check(
            "a:\n  b: [\n    x,\nw\n]\nc: {\nq: 1\n}\n",
            r#"{"a":{"b":["x","w"]},"c":{"q":1}}"#,
        );
        check(
            "a:\n  - \"x \\\n  y\"\n  - 'z\n\nit''s'\n",
            r#"{"a":["x y","z\nit's"]}"#,
        );
        check(
            "a:\n    b: [x,\n  \"u\nv\",\n  {c:\n  1}]\nd: 2\n",
            r#"{"a":{"b":["x","u v",{"c":1}]},"d":2}"#,
        );
    }

    #[test]
    fn places_are_those_of_the_text_as_it_was_written() {
        let text = "a:\n  b: [\n    x,\n  y]\nc: 1\n";
        let read = read(Source::new("t", text), &Options::default()).unwrap();
        let moved = read.source.text().find('y').unwrap();
        assert!(moved > text.find('y').unwrap());
        assert_eq!(read.before(moved), text.find('y').unwrap());
        assert_eq!(read.before(1), 1);
        let last = read.source.text().find('c').unwrap();
        assert_eq!(read.before(last), text.find('c').unwrap());
        // Among the blanks.
        assert_eq!(read.before(moved - 3), text.find("  y").unwrap());
    }

    #[test]
    fn what_is_never_closed_is_told_as_it_is() {
        for text in ["a:\n  b: [\n  x\nc: 1\n", "a:\n  b: \"x\ny\nc: 1\n", "a: [\nb\n"] {
            let Err(error) = read(Source::new("t", text), &Options::default()) else {
                panic!("{text}");
            };
            let plain = yaml::read_documents(&Source::new("t", text)).unwrap_err();
            assert_eq!(error.0[0].message, plain.0[0].message, "{text}");
        }
    }
}
