//! Lines that are copied as they stand.

use std::borrow::Cow;

use super::{After, Copier};
use crate::yaml::eight::Eight;
use crate::yaml::event::ScalarStyle;
use crate::yaml::scanner::{Begins, Scanner, Sink};
use crate::yaml::style::{Style, is_word, style};
use crate::yaml::writer::indent;

/// The longest key that is looked for.
const LONGEST: usize = 200;

/// A key and a value that are written as they stand, but for the indentation of lines below the key.
struct Simple<'a> {
    key: &'a str,
    /// Where the key begins.
    at: usize,
    /// Where the last line ends.
    end: usize,
    /// How many lines there are below that of the key.
    lines: usize,
    value: Value,
}

/// What a simple key has.
#[derive(Clone, Copy)]
enum Value {
    /// What begins in the line below.
    Below,
    /// A text or another scalar in the line of the key.
    Line,
    /// A plain text that goes on in the lines below: where its first line ends.
    Lines(usize),
    /// A block after `|`: where its first line begins, and the column of its lines.
    Block(usize, usize),
}

/// Whether a byte can begin a key or value, but not one of another type in some reader.
const fn can_begin(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || matches!(byte, b'_' | b'/' | b'$')
}

/// Whether a byte can begin a value that no reader takes for one of another type, but not a key.
const fn can_begin_pattern(byte: u8) -> bool {
    matches!(byte, b'^' | b'(')
}

impl Copier<'_, '_> {
    /// Takes the entry that begins at a place of a line, up to an end, as it stands.
    fn take_entry(&mut self, line_start: usize, at: usize, end: usize) -> Option<()> {
        if self.is_same(line_start, at) {
            let from = std::mem::replace(&mut self.settled.read, end);
            self.pieces.add_same(from..end);
            self.levels.last_mut()?.is_empty = false;
        } else {
            self.entry()?;
            self.writer.out.push_str(self.source.text().get(at..end)?);
        }
        Some(())
    }

    /// Whether what is written before a key or dash is what stands in the text, up to the start of the line and from there.
    fn is_same(&self, line_start: usize, at: usize) -> bool {
        let is_settled = self.settled.written == self.writer.out.len();
        is_settled
            && self.levels.last().is_some_and(|level| {
                let is_first = level.is_empty;
                let line_ends = usize::from(is_first && level.after == After::Key);
                level.column == at - line_start
                    && line_start - self.settled.read == line_ends
                    && (!is_first || level.after == After::Key)
            })
    }
}

impl<'a> Scanner<'a, Copier<'a, '_>> {
    /// Copies lines as long as they are simple; what comes then is a unit or the end.
    pub(super) fn simple_lines(&mut self) -> Option<()> {
        loop {
            self.sink.settle(self.position);
            let at = self.after_spaces(self.position);
            if self.byte(at) == Some(b'-') {
                let Some(end) = self.simple_item(at) else {
                    return Some(());
                };
                self.item(at, end)?;
                continue;
            }
            let Some(simple) = self.simple_line(at) else {
                return Some(());
            };
            let Simple { key, at, end, .. } = simple;
            self.begin(at - self.line_start, Begins::Key)?;
            if !self.sink.is_fine() || self.sink.keeps || self.sink.levels.len() == 1 {
                // The first level may have what is kept.
                self.key(at, at + key.len(), Cow::Borrowed(key), ScalarStyle::Plain)?;
            } else {
                let sink = &mut self.sink;
                sink.left = sink.left.checked_sub(2)?;
                sink.add_key(key)?;
                let has_value = !matches!(simple.value, Value::Below);
                // The end of the line after a key without a value comes with what is below.
                let end_written = end + usize::from(has_value);
                match simple.value {
                    Value::Below | Value::Line => sink.take_entry(self.line_start, at, end_written)?,
                    Value::Block(_, column)
                        if column == at - self.line_start + 2 && sink.is_same(self.line_start, at) =>
                    {
                        sink.take_entry(self.line_start, at, end_written)?;
                    }
                    Value::Lines(first) => {
                        sink.entry()?;
                        let out = &mut sink.writer.out;
                        out.push_str(self.text.get(at..first)?);
                        for line in lines(self.text.get(first + 1..end)?) {
                            out.push(' ');
                            out.push_str(line.trim_start_matches(' '));
                        }
                        out.push('\n');
                    }
                    Value::Block(first, indented) => {
                        let column = sink.entry()?.column + 2;
                        let out = &mut sink.writer.out;
                        out.push_str(self.text.get(at..first)?);
                        for line in lines(self.text.get(first..end)?) {
                            if let Some(text) = line.get(indented..) {
                                indent(out, column);
                                out.push_str(text);
                            }
                            out.push('\n');
                        }
                    }
                }
                sink.levels.last_mut()?.has_key = !has_value;
                if !has_value {
                    self.pend((self.line, 0));
                }
                self.line += simple.lines;
                self.start_line(end + 1);
            }
            if !self.sink.is_fine() {
                return None;
            }
        }
    }

    /// Copies the line of an item.
    fn item(&mut self, at: usize, end: usize) -> Option<()> {
        self.begin(at - self.line_start, Begins::Dash)?;
        let sink = &mut self.sink;
        if !sink.is_fine() || sink.keeps {
            return self.line_content(at);
        }
        sink.left = sink.left.checked_sub(1)?;
        sink.take_entry(self.line_start, at, end + 1)?;
        self.start_line(end + 1);
        Some(())
    }

    /// Where the line of an item ends that is a simple value.
    fn simple_item(&self, at: usize) -> Option<usize> {
        let value = at + 2;
        let end = (self.byte(at + 1)? == b' ').then(|| self.simple_value(value))??;
        (!self.goes_on(end, at - self.line_start)).then_some(end)
    }

    /// Where a value of one line ends that is written as it stands.
    fn simple_value(&self, at: usize) -> Option<usize> {
        if let quote @ (b'"' | b'\'') = self.byte(at)? {
            return self.simple_quoted(at, quote);
        }
        let end = self.plain_end(at)?;
        self.is_simple(self.text.get(at..end)?).then_some(end)
    }

    /// Whether a plain value is written as it stands.
    fn is_simple(&self, text: &str) -> bool {
        let is_written_so = match text.bytes().next() {
            Some(b'0'..=b'9') => is_number(text),
            Some(first) if can_begin(first) => matches!(text, "true" | "false") || !is_word(text),
            Some(first) => can_begin_pattern(first),
            None => false,
        };
        is_written_so && text.len() <= self.longest_scalar
    }

    /// Where a text in quotes ends that needs just these, and no escapes.
    fn simple_quoted(&self, at: usize, quote: u8) -> Option<usize> {
        let (needed, escape) = match quote {
            b'"' => (Style::Double, b'\\'),
            _ => (Style::Single, b'\''),
        };
        let marks = |eight: Eight| eight.equal(quote) | eight.equal(escape);
        let inside = at + 1;
        let close = inside + self.length(inside, marks, |byte| byte == quote || byte == escape);
        let text = self.text.get(inside..close)?;
        let is_so = self.byte(close) == Some(quote)
            && self.byte(close + 1) == Some(b'\n')
            && text.len() <= self.longest_scalar
            && style(text, false) == needed;
        is_so.then_some(close + 1)
    }

    /// The line at a place, where it is simple.
    fn simple_line(&self, at: usize) -> Option<Simple<'a>> {
        if !can_begin(self.byte(at)?) {
            return None;
        }
        let colon = at + self.plain_length(at);
        let key = self.text.get(at..colon)?;
        if self.byte(colon) != Some(b':') || key.len() > LONGEST || key.ends_with(' ') || is_word(key) {
            return None;
        }
        let simple = |value, end, lines| Simple {
            key,
            at,
            end,
            lines,
            value,
        };
        let value = match self.byte(colon + 1)? {
            b'\n' => return Some(simple(Value::Below, colon + 1, 0)),
            b' ' => colon + 2,
            _ => return None,
        };
        let column = at - self.line_start;
        let first = self.byte(value)?;
        if first == b'|' {
            let (first, indented, end, lines) = self.block(value + 1, column)?;
            return Some(simple(Value::Block(first, indented), end, lines));
        }
        if matches!(first, b'"' | b'\'') {
            let end = self.simple_quoted(value, first)?;
            return Some(simple(Value::Line, end, 0));
        }
        let first_end = self.plain_end(value)?;
        if !self.goes_on(first_end, column) {
            let is_simple = self.is_simple(self.text.get(value..first_end)?);
            return is_simple.then(|| simple(Value::Line, first_end, 0));
        }
        let (mut end, mut lines) = (first_end, 0);
        while self.goes_on(end, column) {
            let next = self.after_spaces(end + 1);
            if !can_begin(first) || matches!(self.byte(next)?, b'\n' | b':' | b'#') {
                return None;
            }
            end = self.plain_end(next)?;
            lines += 1;
        }
        let is_allowed = end - value <= self.longest_scalar;
        is_allowed.then(|| simple(Value::Lines(first_end), end, lines))
    }

    /// Whether what stands in the line below is indented more than a column, or that line is empty and cannot tell.
    fn goes_on(&self, line_end: usize, column: usize) -> bool {
        let next = self.after_spaces(line_end + 1);
        self.byte(next) == Some(b'\n') || next - (line_end + 1) > column
    }

    /// Where a line of a plain text ends that begins at a place, if it has no comment and is nothing but that text.
    fn plain_end(&self, at: usize) -> Option<usize> {
        let mut end = at + self.plain_length(at);
        while let Some(b':' | b'#') = self.byte(end)
            && self.byte(end - 1) != Some(b' ')
            && self.byte(end + 1).is_some_and(|next| next.is_ascii_graphic())
        {
            end += 1 + self.plain_length(end + 1);
        }
        (self.byte(end) == Some(b'\n') && self.byte(end - 1) != Some(b' ')).then_some(end)
    }

    /// A block of text after `|` that is written so, too: where its first line begins, its column, where its last line ends, and
    /// how many lines it has.
    fn block(&self, at: usize, parent: usize) -> Option<(usize, usize, usize, usize)> {
        let is_stripped = self.byte(at) == Some(b'-');
        let header_end = at + usize::from(is_stripped);
        let first = header_end + 1;
        let column = self.after_spaces(first) - first;
        if self.byte(header_end) != Some(b'\n') || column <= parent {
            return None;
        }
        let (mut end, mut lines, mut next) = (header_end, 0, first);
        let mut count = 0;
        loop {
            count += 1;
            let text = self.after_spaces(next);
            let is_empty = self.byte(text) == Some(b'\n');
            if is_empty && text == next {
                next += 1;
                continue;
            }
            if text - next < column {
                let is_over = !is_empty && text - next <= parent && self.byte(text) != Some(b'\t');
                // Without its newline, a single line is no block.
                let is_block = !is_stripped || lines > 1;
                let is_allowed = end - first <= self.longest_scalar;
                return (is_over && is_block && is_allowed).then_some((first, column, end, lines));
            }
            let length = self.ascii_length(text);
            if length == 0 || self.byte(text + length) != Some(b'\n') {
                return None;
            }
            end = text + length;
            lines = count;
            next = end + 1;
        }
    }

    /// How many bytes stand before the next line end, control or character beyond ASCII.
    fn ascii_length(&self, at: usize) -> usize {
        self.length(at, |_| 0, |_| false)
    }
}

/// The lines of a text.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    let mut from = 0;
    let ends = memchr::memchr_iter(b'\n', text.as_bytes()).chain([text.len()]);
    ends.map(move |end| {
        text.get(std::mem::replace(&mut from, end + 1)..end)
            .unwrap_or_default()
    })
}

/// Whether a text is a whole number in the form that is written.
fn is_number(text: &str) -> bool {
    (1..10).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_digit())
        && (text == "0" || !text.starts_with('0'))
}
