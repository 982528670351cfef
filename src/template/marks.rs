//! Prepares a template's text for minijinja: line marks, so that rendered lines lead back to the template, and blocks
//! whose lines vanish when nothing else stands on them.
//!
//! minijinja drops the newline after a block tag (`trim_blocks`) and the blanks before one (`lstrip_blocks`). Both are
//! wanted only where a line holds nothing but block tags. On every other line a mark stands between the tag and the
//! newline (or before the blanks), which keeps them and tells the line's number later.

use std::fmt::Write as _;
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
enum Tag {
    Expression,
    Block,
    Comment,
}

impl Tag {
    fn closing(self) -> &'static str {
        match self {
            Tag::Expression => "}}",
            Tag::Block => "%}",
            Tag::Comment => "#}",
        }
    }
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

/// Adds line marks to a template. `file` is the number that the marks carry; the text has no byte order mark.
///
/// # Errors
/// Characters that serve as marks.
pub(super) fn prepare(source: &Arc<Source>, file: usize) -> Result<String> {
    let text = source.text();
    refuse_marks(source)?;
    let mut out = String::with_capacity(text.len() + text.len() / 4);
    let mut line = 1usize;
    let mut state = LineState::default();
    let mut rest = text;
    while !rest.is_empty() {
        let Some(next) = rest.bytes().position(|byte| byte == b'\n' || byte == b'{') else {
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
        let tag = match from.as_bytes().get(1) {
            Some(b'{') => Tag::Expression,
            Some(b'%') => Tag::Block,
            Some(b'#') => Tag::Comment,
            _ => {
                note_text("{", &mut state);
                out.push('{');
                rest = &from[1..];
                continue;
            }
        };
        let length = tag_length(from, tag);
        let (inside, after) = from.split_at(length);
        note_tag(tag, inside, &mut state);
        push_tag(&mut out, tag, inside);
        line += inside.matches('\n').count();
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
        end_line(&mut out, &state, file, line);
    }
    Ok(out)
}

fn refuse_marks(source: &Arc<Source>) -> Result<()> {
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

fn note_text(text: &str, state: &mut LineState) {
    if !text.trim().is_empty() {
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
    if state.starts_with_block {
        out.insert_str(state.start, &format!("{LINE_MARK}{file}:{line}{LINE_MARK}"));
    }
    // Writing to a String does not fail.
    let _ = write!(out, "{LINE_MARK}{file}:{line}{LINE_MARK}");
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
    let body = inside
        .trim_start_matches("{%")
        .trim_start_matches(['-', '+'])
        .trim_start();
    body.split(|c: char| !c.is_alphanumeric() && c != '_')
        .next()
        .unwrap_or("")
}

/// The length of a tag from its opening to its closing delimiter, strings inside skipped; the rest of the text where
/// it never closes (minijinja reports that).
fn tag_length(text: &str, tag: Tag) -> usize {
    let closing = tag.closing();
    let mut position = 2;
    let bytes = text.as_bytes();
    while position < bytes.len() {
        if bytes[position..].starts_with(closing.as_bytes()) {
            return position + 2;
        }
        if tag != Tag::Comment && (bytes[position] == b'"' || bytes[position] == b'\'') {
            let quote = bytes[position];
            position += 1;
            while position < bytes.len() && bytes[position] != quote {
                position += if bytes[position] == b'\\' { 2 } else { 1 };
            }
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

/// Keeps only the macros of a helper file; all else becomes blank, lines stay where they are.
pub(super) fn only_macros(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut depth = 0usize;
    let mut rest = text;
    while !rest.is_empty() {
        let next = rest.bytes().position(|byte| byte == b'{').unwrap_or(rest.len());
        let (before, from) = rest.split_at(next);
        push_if(&mut out, before, depth > 0);
        let tag = match from.as_bytes().get(1) {
            Some(b'{') => Tag::Expression,
            Some(b'%') => Tag::Block,
            Some(b'#') => Tag::Comment,
            _ => {
                push_if(&mut out, &from[..from.len().min(1)], depth > 0);
                rest = from.get(1..).unwrap_or("");
                continue;
            }
        };
        let (inside, after) = from.split_at(tag_length(from, tag));
        let name = if tag == Tag::Block { block_name(inside) } else { "" };
        if name == "macro" {
            depth += 1;
        }
        push_if(&mut out, inside, depth > 0);
        if name == "endmacro" {
            depth = depth.saturating_sub(1);
        }
        rest = after;
    }
    out
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
    /// For each line of it, from 0: file number and template line; line 0 where no mark told.
    pub lines: Vec<(usize, u32)>,
}

/// Takes the line marks out of a rendered text.
pub(super) fn unmark(rendered: &str) -> Unmarked {
    let mut unmarked = Unmarked {
        text: String::with_capacity(rendered.len()),
        lines: Vec::new(),
    };
    for line in rendered.split_inclusive('\n') {
        let mut origin = (0, 0);
        let mut pieces = line.split(LINE_MARK);
        unmarked.text.push_str(pieces.next().unwrap_or(""));
        while let (Some(mark), Some(after)) = (pieces.next(), pieces.next()) {
            if let Some((file, number)) = mark.split_once(':') {
                origin = (file.parse().unwrap_or(0), number.parse().unwrap_or(0));
            }
            unmarked.text.push_str(after);
        }
        unmarked.lines.push(origin);
    }
    unmarked
}
