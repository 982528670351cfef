//! The lists and maps in brackets of [`Scanner`].

use std::borrow::Cow;

use super::event::{EventKind, ScalarStyle};
use super::scanner::{Scan, Scanner, Sink};

/// The deepest nesting of brackets. The crate takes 255 levels.
const DEEPEST: usize = 200;

/// What may come next inside brackets.
#[derive(Clone, Copy, PartialEq)]
enum Wanted {
    /// A key, or the end where the map is empty.
    FirstKey,
    Key,
    /// The value of a key.
    Value,
    /// An item of a list or its end.
    Item,
    /// A comma or the end.
    Comma,
}

impl<'a, S: Sink<'a>> Scanner<'a, S> {
    /// A list or map in brackets, over any number of lines.
    pub(super) fn flow(&mut self, at: usize) -> Scan<()> {
        // Whether each open bracket is a map's.
        let mut maps: Vec<bool> = Vec::new();
        let mut wanted = Wanted::Item;
        let mut next = at;
        loop {
            let here = self.in_brackets(next)?;
            let byte = self.byte(here)?;
            match (byte, wanted) {
                (b'[' | b'{', Wanted::Item | Wanted::Value) => {
                    let is_map = byte == b'{';
                    if self.open.len() + maps.len() >= self.depth.min(DEEPEST) {
                        return None;
                    }
                    let (anchor, spot) = self.anchored(self.spot(here));
                    let start = if is_map {
                        EventKind::MappingStart { anchor, tag: None }
                    } else {
                        EventKind::SequenceStart { anchor, tag: None }
                    };
                    self.emit(start, spot);
                    maps.push(is_map);
                    wanted = if is_map { Wanted::FirstKey } else { Wanted::Item };
                    next = here + 1;
                }
                (b']', Wanted::Item | Wanted::Comma) | (b'}', Wanted::FirstKey | Wanted::Comma) => {
                    if maps.pop()? != (byte == b'}') {
                        return None;
                    }
                    let end = if byte == b'}' {
                        EventKind::MappingEnd
                    } else {
                        EventKind::SequenceEnd
                    };
                    self.emit(end, self.spot(here));
                    next = here + 1;
                    if maps.is_empty() {
                        return self.end_line(next);
                    }
                    wanted = Wanted::Comma;
                }
                (b',', Wanted::Comma) => {
                    wanted = if *maps.last()? { Wanted::Key } else { Wanted::Item };
                    next = here + 1;
                }
                (_, Wanted::Comma) => return None,
                (_, Wanted::FirstKey | Wanted::Key | Wanted::Value | Wanted::Item) => {
                    let is_quoted = matches!(byte, b'"' | b'\'');
                    let end = if is_quoted {
                        let end = self.closing_quote(here)?;
                        let text = self.unquote(here, end)?;
                        self.emit_scalar(text, self.quote_style(here), self.spot(here))?;
                        end
                    } else {
                        let end = self.plain_in_brackets(here)?;
                        let text = Cow::Borrowed(self.text.get(here..end)?);
                        self.emit_scalar(text, ScalarStyle::Plain, self.spot(here))?;
                        end
                    };
                    next = end;
                    wanted = match wanted {
                        Wanted::FirstKey | Wanted::Key => {
                            let colon = self.after_spaces(end);
                            if self.byte(colon)? != b':' || !(is_quoted || self.byte(colon + 1)? == b' ') {
                                return None;
                            }
                            next = colon + 1;
                            Wanted::Value
                        }
                        _ => Wanted::Comma,
                    };
                }
            }
            if !self.sink.is_fine() {
                return None;
            }
        }
    }

    /// Past white space, line ends and comments. A line inside brackets is indented more than the key or dash before them; one that
    /// begins with a closing bracket may stand at its column, which the crate allows behind a plain text alone.
    fn in_brackets(&mut self, at: usize) -> Scan<usize> {
        let first = self.line;
        let mut here = self.after_spaces(at);
        loop {
            match self.byte(here)? {
                b'\n' => {
                    self.start_line(here + 1);
                    here = self.after_spaces(here + 1);
                }
                b'#' if matches!(self.byte(here - 1)?, b' ' | b'\n') => {
                    here = self.line_end(here)?;
                }
                _ => break,
            }
        }
        if self.line == first {
            return Some(here);
        }
        let column = here - self.line_start;
        let is_indented = match self.open.last() {
            Some(open) if matches!(self.byte(here)?, b']' | b'}') => column >= open.column,
            Some(open) => column > open.column,
            None => !(column == 0 && self.is_marker(here)),
        };
        is_indented.then_some(here)
    }
}
