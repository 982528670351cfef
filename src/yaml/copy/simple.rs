//! Lines that are copied as they stand.

use std::borrow::Cow;

use super::{After, Copier};
use crate::yaml::eight::Eight;
use crate::yaml::event::ScalarStyle;
use crate::yaml::scanner::{Begins, Scanner, Sink};
use crate::yaml::style::is_word;

/// The longest key that is looked for.
const LONGEST: usize = 200;

/// A line with a key and a value that are written as they stand.
struct Simple<'a> {
    key: &'a str,
    /// Where the key begins.
    at: usize,
    /// Where the line ends.
    end: usize,
    /// Whether the value is in the line, or begins below it.
    has_value: bool,
}

/// Whether a byte can begin a key or value, but not one of another type in some reader.
const fn can_begin(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || matches!(byte, b'_' | b'/' | b'$')
}

impl Copier<'_, '_> {
    /// Whether what is written before a key is what stands in the text, up to the start of the line and from there.
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
            let Some(Simple {
                key,
                at,
                end,
                has_value,
            }) = self.simple_line()
            else {
                return Some(());
            };
            self.begin(at - self.line_start, Begins::Key)?;
            if !self.sink.is_fine() || self.sink.keeps || self.sink.levels.len() == 1 {
                // The first level may have what is kept.
                self.key(at, at + key.len(), Cow::Borrowed(key), ScalarStyle::Plain)?;
            } else {
                let sink = &mut self.sink;
                sink.left = sink.left.checked_sub(2)?;
                sink.add_key(key)?;
                // The end of the line after a key without a value comes with what is below.
                let end_written = end + usize::from(has_value);
                if sink.is_same(self.line_start, at) {
                    let from = std::mem::replace(&mut sink.settled.read, end_written);
                    sink.pieces.add_same(from..end_written);
                } else {
                    sink.entry()?;
                    sink.writer.out.push_str(self.text.get(at..end_written)?);
                }
                let level = sink.levels.last_mut()?;
                level.is_empty = false;
                level.has_key = !has_value;
                if !has_value {
                    self.pend((self.line, 0));
                }
                self.start_line(end + 1);
            }
            if !self.sink.is_fine() {
                return None;
            }
        }
    }

    /// The next line, where it is simple.
    fn simple_line(&self) -> Option<Simple<'a>> {
        let at = self.after_spaces(self.position);
        if !can_begin(self.byte(at)?) {
            return None;
        }
        let colon = at + self.plain_length(at);
        let key = self.text.get(at..colon)?;
        if self.byte(colon) != Some(b':') || key.len() > LONGEST || key.ends_with(' ') || is_word(key) {
            return None;
        }
        let value = match self.byte(colon + 1)? {
            b'\n' => {
                return Some(Simple {
                    key,
                    at,
                    end: colon + 1,
                    has_value: false,
                });
            }
            b' ' => colon + 2,
            _ => return None,
        };
        let first = self.byte(value)?;
        if !can_begin(first) && !first.is_ascii_digit() {
            return None;
        }
        let mut end = value + self.plain_length(value);
        while let Some(b':' | b'#') = self.byte(end)
            && self.byte(end - 1) != Some(b' ')
            && self.byte(end + 1).is_some_and(|next| next.is_ascii_graphic())
        {
            end += 1 + self.plain_length(end + 1);
        }
        let text = self.text.get(value..end)?;
        let is_simple = self.byte(end) == Some(b'\n')
            && !text.ends_with(' ')
            && text.len() <= self.longest_scalar
            && match can_begin(first) {
                true => matches!(text, "true" | "false") || !is_word(text),
                false => is_number(text),
            };
        // The text may go on in the lines below.
        let next = self.after_spaces(end + 1);
        let goes_on = self.byte(next) == Some(b'\n') || next - (end + 1) > at - self.line_start;
        (is_simple && !goes_on).then_some(Simple {
            key,
            at,
            end,
            has_value: true,
        })
    }

    /// How many bytes stand before the next colon, `#`, line end or character beyond ASCII.
    fn plain_length(&self, at: usize) -> usize {
        let mut length = 0;
        while let Some(eight) = Eight::at(self.bytes, at + length) {
            let marks = eight.equal(b':') | eight.equal(b'#') | eight.control() | eight.wide();
            if let Some(found) = eight.first(marks) {
                return length + found;
            }
            length += 8;
        }
        let last = self.bytes.get(at + length..).unwrap_or_default();
        let is_plain = |byte: &u8| matches!(byte, b' '..=b'~') && !matches!(byte, b':' | b'#');
        length + last.iter().take_while(|byte| is_plain(byte)).count()
    }
}

/// Whether a text is a whole number in the form that is written.
fn is_number(text: &str) -> bool {
    (1..10).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_digit())
        && (text == "0" || !text.starts_with('0'))
}
