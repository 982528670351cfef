//! Prepares a template's text for minijinja: line marks, so that rendered lines lead back to the template, and blocks
//! whose lines vanish when nothing else stands on them.
//!
//! minijinja drops the newline after a block tag (`trim_blocks`) and the blanks before one (`lstrip_blocks`). Both are
//! wanted only where a line holds nothing but block tags. On every other line a mark stands between the tag and the
//! newline (or before the blanks), which keeps them and tells the line's number later.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

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

/// Which tag a piece of a template is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Tag {
    Expression,
    Block,
    Comment,
}

impl Tag {
    /// The tag that a text starts with.
    fn at_start(text: &str) -> Option<Tag> {
        match text.as_bytes() {
            [b'{', b'{', ..] => Some(Tag::Expression),
            [b'{', b'%', ..] => Some(Tag::Block),
            [b'{', b'#', ..] => Some(Tag::Comment),
            _ => None,
        }
    }

    /// The first of the two characters that close it.
    fn closing(self) -> u8 {
        match self {
            Tag::Expression => b'}',
            Tag::Block => b'%',
            Tag::Comment => b'#',
        }
    }
}

/// The first byte that is wanted. Lines and tags are short: vector instructions would find it no sooner.
fn find(bytes: &[u8], wanted: impl Fn(u8) -> bool) -> Option<usize> {
    bytes.iter().position(|byte| wanted(*byte))
}

/// How many lines end in a text.
fn count_lines(text: &str) -> usize {
    text.bytes().filter(|byte| *byte == b'\n').count()
}

/// What has been seen of the current line.
#[derive(Default)]
struct LineState {
    /// Where the line starts in the output.
    start: usize,
    /// It holds text or an expression.
    has_content: bool,
    /// Its first tag is a block tag or comment, with only blanks before it.
    starts_with_block: bool,
    /// Something but blanks has been seen.
    seen_any: bool,
    /// The last tag asks for the newline to be trimmed (`-%}`).
    trims_end: bool,
}

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

/// Adds line marks to a template's text, which [`refuse`] has nothing against, without some of its lines. `file` is the
/// number that the marks carry; the text has no byte order mark.
pub(super) fn prepare(text: &str, file: usize, leave_out: &[Range<usize>]) -> Marked {
    let mut marked = Marked::default();
    let mut out = String::with_capacity(text.len() + text.len() / 2);
    let mut leave_out = leave_out.iter().peekable();
    let mut line = 1usize;
    let mut state = LineState::default();
    let mut rest = text;
    while !rest.is_empty() {
        if state.start == out.len()
            && let Some(lines) = leave_out.next_if(|lines| lines.start == text.len() - rest.len())
        {
            let count = count_lines(&rest[..lines.len()]);
            let before: usize = marked.left_out.iter().map(|(_, count)| count).sum();
            marked.left_out.push((line - before, count));
            line += count;
            rest = &rest[lines.len()..];
            continue;
        }
        let Some(next) = find(rest.as_bytes(), |byte| matches!(byte, b'\n' | b'{')) else {
            note_text(rest, &mut state);
            out.push_str(rest);
            break;
        };
        let (before, from) = rest.split_at(next);
        note_text(before, &mut state);
        out.push_str(
            before
                .strip_suffix('\r')
                .filter(|_| from.starts_with('\n'))
                .unwrap_or(before),
        );
        if let Some(after) = from.strip_prefix('\n') {
            marked.has_content |= state.has_content;
            end_line(&mut out, &state, file, line);
            out.push('\n');
            rest = after;
            line += 1;
            state = LineState {
                start: out.len(),
                ..LineState::default()
            };
            continue;
        }
        let Some(tag) = Tag::at_start(from) else {
            note_text("{", &mut state);
            out.push('{');
            rest = &from[1..];
            continue;
        };
        let length = tag_length(from, tag);
        let (inside, after) = from.split_at(length);
        note_tag(tag, inside, &mut state);
        push_tag(&mut out, tag, inside);
        line += count_lines(inside);
        rest = after;
        if tag == Tag::Block && block_name(inside) == "raw" {
            let end = raw_end(rest);
            let (raw, after) = rest.split_at(end);
            for piece in raw.split_inclusive('\n') {
                out.push_str(piece);
                line += usize::from(piece.ends_with('\n'));
            }
            state.has_content |= !raw.trim().is_empty();
            rest = after;
        }
    }
    if state.has_content {
        marked.has_content = true;
        end_line(&mut out, &state, file, line);
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

pub(super) fn to_u32(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// Whether there is nothing but white space.
pub(super) fn is_blank(text: &str) -> bool {
    let rest = text.trim_ascii_start();
    // Only then is there other white space to look for.
    rest.is_empty() || (!rest.starts_with(|c: char| c.is_ascii()) && rest.trim().is_empty())
}

fn note_text(text: &str, state: &mut LineState) {
    if !is_blank(text) {
        state.has_content = true;
        state.seen_any = true;
        state.trims_end = false;
    }
}

fn note_tag(tag: Tag, inside: &str, state: &mut LineState) {
    match tag {
        Tag::Expression => state.has_content = true,
        Tag::Block | Tag::Comment => {
            if !state.seen_any && !inside.starts_with("{%-") && !inside.starts_with("{#-") {
                state.starts_with_block = true;
            }
        }
    }
    state.seen_any = true;
    state.trims_end = inside.len() >= 5 && inside.as_bytes()[inside.len() - 3] == b'-';
}

fn end_line(out: &mut String, state: &LineState, file: usize, line: usize) {
    if !state.has_content || state.trims_end {
        return;
    }
    let end = out.len();
    push_mark(out, file, line);
    if state.starts_with_block {
        let mark = out[end..].to_owned();
        out.insert_str(state.start, &mark);
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

/// Copies a tag; a `{% set name %}` without a filter gets the one that makes its block a value.
fn push_tag(out: &mut String, tag: Tag, inside: &str) {
    if tag == Tag::Block && block_name(inside) == "set" && !inside.contains('=') && !inside.contains('|') {
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
    } else {
        out.push_str(inside);
    }
}

/// The word that a block tag starts with.
pub(super) fn block_name(inside: &str) -> &str {
    let body = inside.strip_prefix("{%").unwrap_or(inside);
    first_word(body.trim_start_matches(['-', '+']))
}

/// The word that a text starts with, after blanks.
fn first_word(text: &str) -> &str {
    let text = text.trim_start();
    let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    let ascii = text.bytes().take_while(is_word).count();
    if text.as_bytes().get(ascii).is_none_or(u8::is_ascii) {
        return &text[..ascii];
    }
    let end = text.find(|c: char| !c.is_alphanumeric() && c != '_');
    &text[..end.unwrap_or(text.len())]
}

/// The length of a tag from its opening to its closing delimiter, strings inside skipped; the rest of the text where
/// it never closes (minijinja reports that).
fn tag_length(text: &str, tag: Tag) -> usize {
    let bytes = text.as_bytes();
    let mut position = 2;
    while let Some(rest) = bytes.get(position..)
        && let Some(found) = match tag {
            Tag::Comment => find(rest, |byte| byte == b'#'),
            _ => find(rest, |byte| byte == tag.closing() || matches!(byte, b'"' | b'\'')),
        }
    {
        position += found;
        let byte = bytes[position];
        position += 1;
        if byte == tag.closing() {
            if bytes.get(position) == Some(&b'}') {
                return position + 1;
            }
            continue;
        }
        // A text, to its closing quote.
        while let Some(&inside) = bytes.get(position)
            && inside != byte
        {
            position += if inside == b'\\' { 2 } else { 1 };
        }
        position += 1;
    }
    text.len()
}

/// Where the `{% endraw %}` of a raw block starts.
fn raw_end(text: &str) -> usize {
    let mut from = 0;
    while let Some(found) = text[from..].find("{%") {
        let position = from + found;
        if block_name(&text[position..]) == "endraw" {
            return position;
        }
        from = position + 2;
    }
    text.len()
}

/// The tags of a text: where each starts, which it is and its own text. Those in a raw block count too.
pub(super) fn tags(text: &str) -> impl Iterator<Item = (usize, Tag, &str)> {
    let mut from = 0;
    std::iter::from_fn(move || {
        loop {
            let start = from + text[from..].find('{')?;
            if let Some(tag) = Tag::at_start(&text[start..]) {
                let inside = &text[start..][..tag_length(&text[start..], tag)];
                from = start + inside.len();
                return Some((start, tag, inside));
            }
            from = start + 1;
        }
    })
}

/// Keeps only the macros of a helper file; all else becomes blank, lines stay where they are.
pub(super) fn only_macros(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut depth = 0usize;
    let mut done = 0;
    for (start, tag, inside) in tags(text) {
        push_if(&mut out, &text[done..start], depth > 0);
        let name = if tag == Tag::Block { block_name(inside) } else { "" };
        if name == "macro" {
            depth += 1;
        }
        push_if(&mut out, inside, depth > 0);
        if name == "endmacro" {
            depth = depth.saturating_sub(1);
        }
        done = start + inside.len();
    }
    push_if(&mut out, &text[done..], depth > 0);
    out
}

/// What a helper file exports.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct Exports {
    /// The names of its macros.
    pub(super) macros: Vec<String>,
    /// Whether it does anything but define macros, as `{% set %}` does.
    pub(super) has_values: bool,
}

/// What a helper file exports, to judge by its text.
pub(super) fn exports(text: &str) -> Exports {
    let mut exports = Exports::default();
    let mut depth = 0usize;
    for (_, tag, inside) in tags(text) {
        match (tag, if tag == Tag::Block { block_name(inside) } else { "" }) {
            (Tag::Comment, _) => {}
            (Tag::Block, "macro") => {
                let after = inside.split_once("macro").map_or("", |(_, after)| after);
                exports.macros.push(first_word(after).to_owned());
                depth += 1;
            }
            (Tag::Block, "endmacro") => depth = depth.saturating_sub(1),
            _ => exports.has_values |= depth == 0,
        }
    }
    exports
}

fn push_if(out: &mut String, text: &str, keep: bool) {
    if keep {
        out.push_str(text);
    } else {
        out.extend(text.chars().filter(|c| *c == '\n'));
    }
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
        } else if let Some(mark) = rendered[position..].strip_prefix(LINE_MARK)
            && let Some((mark, _)) = mark.split_once(LINE_MARK)
        {
            if let Some((file, number)) = mark.split_once(':') {
                line.origin = (file.parse().unwrap_or(0), number.parse().unwrap_or(0));
            }
            unmarked.text.push_str(&rendered[copied..position]);
            at = position + mark.len() + 2 * LINE_MARK.len_utf8();
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

/// The first byte of [`LINE_MARK`], and of a hole's marks.
pub(super) const MARK_BYTE: u8 = 0xEF;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_macros_and_comments_sets_nothing() {
        let text = "{# {% macro no() %} #}\n{% macro a(x) %}\nb: {{ x }}\n{% set y = 1 %}\n{%- endmacro %}\n{% macro b() %}{% endmacro %}\n";
        let expected = Exports {
            macros: vec!["a".to_owned(), "b".to_owned()],
            has_values: false,
        };
        assert_eq!(exports(text), expected);
    }

    #[test]
    fn whatever_stands_outside_of_a_macro_is_evaluated() {
        assert!(exports("{% set a = 1 %}{% macro b() %}{% endmacro %}").has_values);
        assert!(exports("{% macro b() %}{% endmacro %}{{ b() }}").has_values);
    }

    #[test]
    fn only_macros_are_kept_and_lines_stay() {
        let text = "{% set a = \"{% macro\" %}\n{ {% macro b(x) %}\n{ {{ \"}}\" }}\n{% endmacro %} c\n";
        assert_eq!(
            only_macros(text),
            "\n{% macro b(x) %}\n{ {{ \"}}\" }}\n{% endmacro %}\n"
        );
    }
}
