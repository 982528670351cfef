//! Looks through the text of expressions: quotes, brackets, commas and words.

use std::ops::Range;

use super::outline;

/// A range without the blanks at its ends.
pub(super) fn trimmed(text: &str, range: Range<usize>) -> Range<usize> {
    let part = text.get(range.clone()).unwrap_or("");
    let start = range.start + (part.len() - part.trim_start().len());
    start..start + part.trim().len()
}

/// What stands between the delimiters of an expression, blanks aside.
pub(super) fn trimmed_of_delimiters(text: &str, range: Range<usize>) -> Range<usize> {
    let inside = &text[range.clone()];
    let start = inside.strip_prefix("{{").unwrap_or(inside);
    let start = start.strip_prefix(['-', '+']).unwrap_or(start);
    let body = start.strip_suffix("}}").unwrap_or(start);
    let body = body.strip_suffix(['-', '+']).unwrap_or(body);
    let from = range.start + (inside.len() - start.len());
    trimmed(text, from..from + body.len())
}

/// The first bytes of the characters of an expression that stand outside of quotes, with the depth of brackets.
pub(super) fn outside_quotes(text: &str) -> impl Iterator<Item = (usize, u8, usize)> {
    let mut quote = None;
    let mut escaped = false;
    let mut depth = 0_usize;
    text.bytes().enumerate().filter_map(move |(at, byte)| {
        if let Some(open) = quote {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                _ if byte == open => quote = None,
                _ => {}
            }
            return None;
        }
        match byte {
            b'"' | b'\'' => {
                quote = Some(byte);
                return None;
            }
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        // What begins here can be sliced: the other bytes of a character are left out.
        let begins = byte & 0b1100_0000 != 0b1000_0000;
        begins.then_some((at, byte, depth))
    })
}

/// The parts of a list, without its commas.
pub(super) fn split_at_commas(text: &str) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    let mut from = 0;
    for (at, byte, depth) in outside_quotes(text) {
        if byte == b',' && depth == 0 {
            parts.push(from..at);
            from = at + 1;
        }
    }
    parts.push(from..text.len());
    parts
}

/// Where the `=` of an assignment stands.
pub(super) fn assignment(text: &str) -> Option<usize> {
    let (at, ..) = outside_quotes(text).find(|(_, byte, depth)| *byte == b'=' && *depth == 0)?;
    let is_comparison = text[at + 1..].starts_with('=') || text[..at].ends_with(['!', '<', '>', '=']);
    (!is_comparison).then_some(at)
}

/// Where the bracket closes that opens at a place.
pub(super) fn closing(text: &str, open: usize) -> Option<usize> {
    let (at, ..) = outside_quotes(&text[open..]).find(|(_, byte, depth)| *byte == b')' && *depth == 0)?;
    Some(open + at)
}

/// The words of an expression outside of quotes and brackets, attributes and filters' names left out.
pub(super) struct Words<'t>(Vec<(usize, &'t str)>);

impl<'t> Words<'t> {
    pub(super) fn of(text: &'t str) -> Words<'t> {
        let mut words = Vec::new();
        let mut end = 0;
        for (at, byte, depth) in outside_quotes(text) {
            if depth > 0 || at < end || !(byte.is_ascii_alphabetic() || byte == b'_') {
                continue;
            }
            let word = outline::first_word(&text[at..]);
            end = at + word.len().max(1);
            if !text[..at].ends_with(['.', '|']) {
                words.push((at, word));
            }
        }
        Words(words)
    }

    pub(super) fn find(&self, wanted: &str, from: usize) -> Option<usize> {
        self.0
            .iter()
            .find(|(at, word)| *at >= from && *word == wanted)
            .map(|(at, _)| *at)
    }
}
