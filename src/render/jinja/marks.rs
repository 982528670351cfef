//! Prepares a template's text for minijinja: line marks, so that rendered lines lead back to the template, and blocks
//! whose lines vanish when nothing else stands on them.
//!
//! minijinja drops the newline after a block tag (`trim_blocks`) and the blanks before one (`lstrip_blocks`). Both are
//! wanted only where a line holds nothing but block tags. On every other line a mark stands between the tag and the
//! newline (or before the blanks), which keeps them and tells the line's number later.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use super::edited::Edited;
use super::outline::{self, Kind, Outline, find, to_u32};
use super::rewrite::{Piece, Rewriter};
use crate::diagnostic::{Diagnostic, Result};
use crate::source::{Place, Source};

/// Opens a hole; the index of its value and [`HOLE_END`] follow. A Unicode noncharacter, which no text may hold.
pub(super) const HOLE_START: char = '\u{FDD0}';
/// Closes a hole.
pub(super) const HOLE_END: char = '\u{FDD1}';
/// Opens and closes a line mark: `FILE:LINE` in decimal.
pub(super) const LINE_MARK: char = '\u{FDD2}';
/// Opens and closes the number of a line's record.
const RECORD_MARK: char = '\u{FDD3}';

/// Adds line marks to a part of a template's text, which [`refuse`] has nothing against, and rewrites its tags. `file` is the number
/// that the marks carry; `keep` is the whole text or a single macro of it.
pub(super) fn prepare(
    text: &str,
    outline: &Outline,
    file: usize,
    keep: Range<usize>,
    is_recorded: bool,
) -> Edited {
    let mut out = Edited::with_capacity(keep.len() + keep.len() / 2);
    let mut mark = Mark::of(file);
    let mut pieces = Vec::new();
    let mut rewriter = Rewriter::new(text, keep != (0..text.len()), is_recorded.then_some(file));
    let mut from = keep.start;
    // Looked up, not walked to: a file may hold many parts.
    let first_tag = outline.tags.partition_point(|tag| (tag.start as usize) < from);
    let mut tags = outline.tags[first_tag..].iter().peekable();
    let first_line = outline.lines.partition_point(|line| (line.end as usize) < from);
    for line in &outline.lines[first_line..] {
        if from >= keep.end {
            break;
        }
        let end = (line.end as usize).min(keep.end);
        let is_marked = line.has_content && !line.trims_end;
        if is_marked && line.starts_with_block {
            mark.push(&mut out, line.number as usize);
        }
        // On a line of nothing but block tags the blanks between them are nothing, too.
        let mut is_alone = false;
        while let Some(tag) = tags.next_if(|tag| (tag.start as usize) < end) {
            is_alone = !line.has_content;
            if !is_alone {
                out.copy(text, from..tag.start as usize);
            }
            rewriter.tag(tag, is_alone, line.number, &mut pieces);
            for piece in pieces.drain(..) {
                match piece {
                    Piece::Copy(range) => out.copy(text, range),
                    Piece::Insert(inserted) => out.insert(&inserted),
                }
            }
            from = tag.end as usize;
        }
        let has_newline = end < keep.end;
        let rest = text.get(from..end).unwrap_or("");
        let rest = rest.strip_suffix('\r').filter(|_| has_newline).unwrap_or(rest);
        if !is_alone {
            out.copy(text, from..from + rest.len());
        }
        if is_marked {
            mark.push(&mut out, line.number as usize);
            if is_recorded {
                out.insert("{{ __line() }}");
            }
        }
        if has_newline {
            out.copy(text, end..end + 1);
        }
        from = end + 1;
    }
    if is_recorded && keep.end == text.len() {
        // What was read after the last line.
        out.insert("{{ __line() }}");
    }
    out
}

/// Refuses a template with characters that serve as marks.
///
/// # Errors
/// The first of them.
pub(super) fn refuse(source: &Arc<Source>) -> Result<()> {
    if source.text().is_ascii() {
        return Ok(());
    }
    let is_mark = |c: char| ('\u{FDD0}'..='\u{FDEF}').contains(&c);
    for (index, text) in source.text().lines().enumerate() {
        if let Some(column) = text.chars().position(is_mark) {
            let place = Place::new(source, to_u32(index + 1), to_u32(column + 1));
            return Err(Diagnostic::error(
                "template-character",
                "the template holds a character that Unicode reserves",
            )
            .at(&place)
            .help("remove it: U+FDD0 to U+FDEF are no characters")
            .into());
        }
    }
    Ok(())
}

/// The marks of a file's lines.
struct Mark {
    /// What all of them start with, and the last one's rest.
    text: String,
    start: usize,
}

impl Mark {
    fn of(file: usize) -> Mark {
        let mut text = String::with_capacity(24);
        text.push(LINE_MARK);
        push_number(&mut text, file);
        text.push(':');
        Mark {
            start: text.len(),
            text,
        }
    }

    fn push(&mut self, out: &mut Edited, line: usize) {
        self.text.truncate(self.start);
        push_number(&mut self.text, line);
        self.text.push(LINE_MARK);
        out.insert(&self.text);
    }
}

/// Writes a hole.
pub(super) fn write_hole(out: &mut impl fmt::Write, index: usize) -> fmt::Result {
    // `write!` would take longer than all the rest.
    let mut hole = String::with_capacity(2 * HOLE_START.len_utf8() + 20);
    hole.push(HOLE_START);
    push_number(&mut hole, index);
    hole.push(HOLE_END);
    out.write_str(&hole)
}

const DIGITS: [char; 10] = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'];

/// Writes a number in decimal: for each line of each template, where `write!` would take as long as all the rest.
fn push_number(out: &mut String, number: usize) {
    if number > 9 {
        push_number(out, number / 10);
    }
    out.push(DIGITS[number % 10]);
}

/// What a helper file exports.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct Exports {
    /// Its macros.
    pub(super) macros: Vec<Macro>,
    /// Whether it does anything but define macros, as `{% set %}` does.
    pub(super) has_values: bool,
}

/// A macro of a helper file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Macro {
    pub(super) name: String,
    /// Whether it has parameters.
    pub(super) has_parameters: bool,
    /// Where it stands, both of its tags included.
    pub(super) range: Range<usize>,
}

/// What a helper file exports, to judge by its text.
pub(super) fn exports(text: &str, outline: &Outline) -> Exports {
    let mut exports = Exports::default();
    let mut depth = 0usize;
    for tag in outline.tags.iter() {
        match (tag.kind, tag.name(text)) {
            (Kind::Comment, _) => {}
            (Kind::Block, "macro") => {
                let head = tag.rest(text).trim_start();
                let name = outline::first_word(head);
                if depth == 0 {
                    let behind = head.get(name.len()..).unwrap_or_default().trim_start();
                    let parameters = behind.strip_prefix('(').unwrap_or_default();
                    exports.macros.push(Macro {
                        name: name.to_owned(),
                        has_parameters: !parameters.trim_start().is_empty()
                            && !parameters.trim_start().starts_with(')'),
                        range: tag.range().start..text.len(),
                    });
                }
                depth += 1;
            }
            (Kind::Block, "endmacro") if depth == 1 => {
                depth = 0;
                if let Some(last) = exports.macros.last_mut() {
                    last.range.end = tag.range().end;
                }
            }
            (Kind::Block, "endmacro") if depth > 1 => depth -= 1,
            _ => exports.has_values |= depth == 0,
        }
    }
    exports
}

/// A rendered text without its marks, and where its lines come from.
#[derive(Default)]
pub(super) struct Unmarked {
    /// The text, holes still in it.
    pub text: String,
    /// For each line of it, from 0.
    pub lines: Vec<Line>,
    /// File number and template line of the last line with a mark.
    pub last: (usize, u32),
}

/// A rendered line.
#[derive(Clone, Copy, Default)]
pub(super) struct Line {
    /// Where it starts in the text.
    pub start: usize,
    /// File number and template line. A line without a mark has those of the next line with one; line 0 where there is
    /// none.
    pub origin: (usize, u32),
    /// The number of what is recorded of the line; 0 where nothing is.
    pub record: u32,
}

/// Takes the line marks out of a rendered text.
pub(super) fn unmark(rendered: &str) -> Unmarked {
    let mut unmarked = Unmarked {
        text: String::with_capacity(rendered.len()),
        lines: Vec::with_capacity(rendered.len() / 32),
        ..Unmarked::default()
    };
    let mut line = Line::default();
    // What has been seen of the rendered text, and what of it is in the other one.
    let (mut at, mut copied) = (0, 0);
    while let Some(found) = find(&rendered.as_bytes()[at..], |byte| {
        matches!(byte, b'\n' | MARK_BYTE)
    }) {
        let position = at + found;
        at = position + 1;
        if rendered.as_bytes()[position] == b'\n' {
            unmarked.text.push_str(&rendered[copied..at]);
            copied = at;
            unmarked.lines.push(line);
            line = Line {
                start: unmarked.text.len(),
                ..Line::default()
            };
        } else if let Some((length, record)) = record_at(&rendered.as_bytes()[position..]) {
            line.record = record;
            unmarked.text.push_str(&rendered[copied..position]);
            at = position + length;
            copied = at;
        } else if let Some((length, origin)) = mark_at(&rendered.as_bytes()[position..]) {
            line.origin = origin;
            unmarked.text.push_str(&rendered[copied..position]);
            at = position + length;
            copied = at;
        }
    }
    unmarked.text.push_str(&rendered[copied..]);
    if unmarked.text.len() > line.start || line.origin.1 > 0 || line.record > 0 {
        unmarked.lines.push(line);
    }
    let mut next = (0, 0);
    for Line { origin, .. } in unmarked.lines.iter_mut().rev() {
        if origin.1 == 0 {
            *origin = next;
        } else if next.1 == 0 {
            unmarked.last = *origin;
        }
        next = *origin;
    }
    unmarked
}

/// The line mark that a text starts with: its length, and the file and line that it names.
fn mark_at(bytes: &[u8]) -> Option<(usize, (usize, u32))> {
    const MARK: [u8; 3] = *b"\xEF\xB7\x92";
    let inside = bytes.strip_prefix(&MARK)?;
    let (file, after) = number_at(inside);
    let (line, after) = number_at(after.strip_prefix(b":")?);
    let after = after.strip_prefix(&MARK)?;
    Some((bytes.len() - after.len(), (file, to_u32(line))))
}

/// The number of a line's record that a text starts with, and its length.
fn record_at(bytes: &[u8]) -> Option<(usize, u32)> {
    const MARK: [u8; 3] = *b"\xEF\xB7\x93";
    let (number, after) = number_at(bytes.strip_prefix(&MARK)?);
    let after = after.strip_prefix(&MARK)?;
    Some((bytes.len() - after.len(), to_u32(number)))
}

/// Writes the number of a line's record.
pub(super) fn write_record(out: &mut impl fmt::Write, number: u32) -> fmt::Result {
    write!(out, "{RECORD_MARK}{number}{RECORD_MARK}")
}

/// The number that a text starts with, and what follows it.
fn number_at(bytes: &[u8]) -> (usize, &[u8]) {
    let mut number = 0_usize;
    let mut rest = bytes;
    while let [digit @ b'0'..=b'9', after @ ..] = rest {
        number = number
            .saturating_mul(10)
            .saturating_add(usize::from(digit - b'0'));
        rest = after;
    }
    (number, rest)
}

/// The first byte of [`LINE_MARK`], and of a hole's marks.
pub(super) const MARK_BYTE: u8 = 0xEF;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_macros_and_comments_sets_nothing() {
        let first = "{% macro a(x) %}\nb: {{ x }}\n{% set y = 1 %}\n{%- endmacro %}";
        let second = "{% macro b() %}{% endmacro %}";
        let text = format!("{{# {{% macro no() %}} #}}\n{first}\n{second}\n");
        let exports = exports(&text, &Outline::of(&text));
        let macros = exports
            .macros
            .iter()
            .map(|found| (&*found.name, &text[found.range.clone()]));
        assert_eq!(macros.collect::<Vec<_>>(), [("a", first), ("b", second)]);
        assert!(!exports.has_values);
    }

    #[test]
    fn whatever_stands_outside_of_a_macro_is_evaluated() {
        for text in [
            "{% set a = 1 %}{% macro b() %}{% endmacro %}",
            "{% macro b() %}{% endmacro %}{{ b() }}",
            "{% endmacro %}",
        ] {
            assert!(exports(text, &Outline::of(text)).has_values, "{text}");
        }
    }

    #[test]
    fn a_line_mark_is_read_as_it_is_written() {
        let mut text = Edited::default();
        Mark::of(7).push(&mut text, 120);
        let text = text.text();
        assert_eq!(text.chars().next(), Some(LINE_MARK));
        assert_eq!(
            mark_at(format!("{text}x").as_bytes()),
            Some((text.len(), (7, 120)))
        );
        assert_eq!(mark_at(text.trim_end_matches(LINE_MARK).as_bytes()), None);
    }

    fn prepared(text: &str) -> String {
        prepare(text, &Outline::of(text), 7, 0..text.len(), false)
            .text()
            .replace(LINE_MARK, "|")
    }

    #[test]
    fn a_part_of_a_template_keeps_its_lines() {
        let text = "{% set a = 1 %}\nx {% macro b(x) %}\nc: {{ x }}\n{% endmacro %} d\n{{ a }}\n";
        let outline = Outline::of(text);
        let exported = exports(text, &outline);
        let range = exported.macros[0].range.clone();
        assert_eq!(
            &text[range.clone()],
            "{% macro b(x) %}\nc: {{ x }}\n{% endmacro %}"
        );
        let marked = prepare(text, &outline, 7, range, false);
        let expected = "{% macro b(x) %}|7:2|\nc: {{ x }}|7:3|\n|7:4|{% endmacro %}|7:4|";
        assert_eq!(marked.text().replace(LINE_MARK, "|"), expected);
        let at = marked.text().find("x }}").unwrap();
        assert_eq!(marked.original(at), text.find("x }}").unwrap());
    }

    #[test]
    fn a_line_of_block_tags_vanishes_with_dashes_or_without() {
        let plain = "a:\n  {% if x %}\n  b: 1\n  {% endif %}\n";
        for tagged in ["{%- if x %}", "{% if x -%}", "{%- if x -%}"] {
            let text = plain.replace("{% if x %}", tagged);
            assert_eq!(
                prepared(&text).replace(' ', ""),
                prepared(plain).replace(' ', ""),
                "{tagged}"
            );
        }
        assert_eq!(
            prepared("{% if a %} {%- if b %}\nc\n"),
            "{% if a %}{% if b %}\nc|7:2|\n"
        );
        // Beside other text they trim as in Jinja.
        assert_eq!(prepared("a {%- if x -%} b"), "a {%- if x -%} b|7:1|");
    }
}
