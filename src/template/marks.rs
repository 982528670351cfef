//! Prepares a template's text for minijinja: line marks, so that rendered lines lead back to the template, and blocks
//! whose lines vanish when nothing else stands on them.
//!
//! minijinja drops the newline after a block tag (`trim_blocks`) and the blanks before one (`lstrip_blocks`). Both are
//! wanted only where a line holds nothing but block tags. On every other line a mark stands between the tag and the
//! newline (or before the blanks), which keeps them and tells the line's number later.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use super::outline::{self, Kind, Outline, Tag, find, to_u32};
use crate::diagnostic::{Diagnostic, Result};
use crate::source::{Place, Source};

/// Opens a hole; the index of its value and [`HOLE_END`] follow. A Unicode noncharacter, which no text may hold.
pub(super) const HOLE_START: char = '\u{FDD0}';
/// Closes a hole.
pub(super) const HOLE_END: char = '\u{FDD1}';
/// Opens and closes a line mark: `FILE:LINE` in decimal.
pub(super) const LINE_MARK: char = '\u{FDD2}';
/// The filter that makes a captured `{% set %}` block a value.
pub(super) const CAPTURE_FILTER: &str = "__captured_yaml";

/// A template's text with line marks.
#[derive(Debug, Default)]
pub(super) struct Marked {
    pub(super) text: String,
    /// Whether there is anything in it but block tags, so that something can be written.
    pub(super) has_content: bool,
    /// Where lines were left out: the number of the line that stands there now, and how many they were.
    left_out: Vec<(usize, usize)>,
}

impl Marked {
    /// A text as it is.
    pub(super) fn unmarked(text: &str) -> Marked {
        Marked {
            text: text.to_owned(),
            has_content: true,
            left_out: Vec::new(),
        }
    }

    /// The number that a line of the text has in the template.
    pub(super) fn line(&self, line: usize) -> usize {
        let before = self.left_out.iter().take_while(|(at, _)| *at <= line);
        line + before.map(|(_, count)| count).sum::<usize>()
    }
}

/// The furthest column that a part of a template keeps.
const MOST_BLANKS: usize = 1000;

/// Adds line marks to a template's text, which [`refuse`] has nothing against: to the part of it that is kept, without
/// some of its lines, and with holes, which have numbers, for some of its expressions; both are given in order. `file` is the
/// number that the marks carry; the text has no byte order mark.
pub(super) fn prepare(
    text: &str,
    outline: &Outline,
    file: usize,
    keep: Range<usize>,
    leave_out: &[Range<usize>],
    put: &[(Range<usize>, usize)],
) -> Marked {
    let mut marked = Marked::default();
    let gone: usize = leave_out.iter().map(Range::len).sum();
    let left = keep.len().saturating_sub(gone);
    let mut out = String::with_capacity(left + left / 2);
    let mut leave_out = leave_out.iter().peekable();
    let mut put = put.iter().peekable();
    let mut from = keep.start;
    // Looked up, not walked to: a file may hold many parts.
    let first_tag = outline.tags.partition_point(|tag| (tag.start as usize) < from);
    let mut tags = outline.tags[first_tag..].iter().peekable();
    let first_line = outline.lines.partition_point(|line| (line.end as usize) < from);
    let mut lines = outline.lines[first_line..].iter();
    let above = first_line
        .checked_sub(1)
        .and_then(|index| outline.lines.get(index));
    let line_start = above.map_or(0, |line| line.end as usize + 1);
    let on_line = &text[line_start..from];
    let mut before = above.map_or(0, |line| line.number as usize) + outline::count_lines(on_line) as usize;
    if from > 0 {
        marked.left_out.push((1, before));
    }
    if on_line.len() <= MOST_BLANKS {
        // What is kept stands in its column.
        let column = on_line.rsplit('\n').next().unwrap_or("");
        out.extend(column.chars().map(|_| ' '));
    }
    while from < keep.end {
        if let Some(gone) = leave_out.next_if(|lines| lines.start == from) {
            let count = outline::count_lines(&text[gone.clone()]) as usize;
            let left_out: usize = marked.left_out.iter().map(|(_, count)| count).sum();
            marked.left_out.push((before + 1 - left_out, count));
            before += count;
            from = gone.end;
            continue;
        }
        let Some(line) = lines.find(|line| line.end as usize >= from) else {
            break;
        };
        let end = (line.end as usize).min(keep.end);
        let start = out.len();
        while let Some(tag) = tags.next_if(|tag| (tag.start as usize) < end) {
            let Range { start, end } = tag.range();
            if start < from {
                continue;
            }
            while put.next_if(|(expression, _)| expression.start < start).is_some() {}
            if let Some((_, hole)) = put.next_if(|(expression, _)| expression.start == start) {
                out.push_str(&text[from..start]);
                // A text can always be written to.
                let _ = write_hole(&mut out, *hole);
                from = end;
            } else if is_capture(tag, text) {
                out.push_str(&text[from..start]);
                push_capture(&mut out, tag.inside(text));
                from = end;
            }
        }
        let rest = &text[from..end];
        let has_newline = end < keep.end;
        out.push_str(rest.strip_suffix('\r').filter(|_| has_newline).unwrap_or(rest));
        marked.has_content |= line.has_content;
        if line.has_content && !line.trims_end {
            push_marks(&mut out, start, line, file);
        }
        if has_newline {
            out.push('\n');
        }
        before = line.number as usize;
        from = end + 1;
    }
    marked.text = out;
    marked
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

/// Marks the line that starts there and ends where the text does.
fn push_marks(out: &mut String, start: usize, line: &outline::Line, file: usize) {
    let end = out.len();
    push_mark(out, file, line.number as usize);
    if line.starts_with_block {
        let mark = out[end..].to_owned();
        out.insert_str(start, &mark);
    }
}

fn push_mark(out: &mut String, file: usize, line: usize) {
    out.push(LINE_MARK);
    push_number(out, file);
    out.push(':');
    push_number(out, line);
    out.push(LINE_MARK);
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

/// Whether it is a `{% set name %}` without a filter.
fn is_capture(tag: &Tag, text: &str) -> bool {
    let is_set = tag.kind == Kind::Block && tag.name(text) == "set";
    is_set && !tag.inside(text).contains(['=', '|'])
}

/// Copies a `{% set name %}` with the filter that makes its block a value.
fn push_capture(out: &mut String, inside: &str) {
    let end = if inside.ends_with("-%}") {
        inside.len() - 3
    } else {
        inside.len().saturating_sub(2)
    };
    out.push_str(inside[..end].trim_end());
    out.push_str(" | ");
    out.push_str(CAPTURE_FILTER);
    out.push(' ');
    out.push_str(&inside[end..]);
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
                let name = outline::first_word(tag.rest(text).trim_start());
                if depth == 0 {
                    exports.macros.push(Macro {
                        name: name.to_owned(),
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
        } else if let Some((length, origin)) = mark_at(&rendered.as_bytes()[position..]) {
            line.origin = origin;
            unmarked.text.push_str(&rendered[copied..position]);
            at = position + length;
            copied = at;
        }
    }
    unmarked.text.push_str(&rendered[copied..]);
    if unmarked.text.len() > line.start || line.origin.1 > 0 {
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
        let mut text = String::new();
        push_mark(&mut text, 7, 120);
        assert_eq!(text.chars().next(), Some(LINE_MARK));
        assert_eq!(
            mark_at(format!("{text}x").as_bytes()),
            Some((text.len(), (7, 120)))
        );
        assert_eq!(mark_at(text.trim_end_matches(LINE_MARK).as_bytes()), None);
    }

    #[test]
    fn a_part_of_a_template_keeps_its_lines_and_columns() {
        let text = "{% set a = 1 %}\nx {% macro b(x) %}\nc: {{ x }}\n{% endmacro %} d\n{{ a }}\n";
        let outline = Outline::of(text);
        let exported = exports(text, &outline);
        let range = exported.macros[0].range.clone();
        assert_eq!(
            &text[range.clone()],
            "{% macro b(x) %}\nc: {{ x }}\n{% endmacro %}"
        );
        let marked = prepare(text, &outline, 7, range, &[], &[]);
        let expected = "  {% macro b(x) %}|7:2|\nc: {{ x }}|7:3|\n|7:4|{% endmacro %}|7:4|";
        assert_eq!(marked.text.replace(LINE_MARK, "|"), expected);
        assert_eq!([1, 2, 3].map(|line| marked.line(line)), [2, 3, 4]);
    }
}
