//! The scalars of [`Scanner`]: plain ones, those in quotes, and blocks of text.

use std::borrow::Cow;

use super::event::ScalarStyle;
use super::scanner::{Scan, Scanner, Sink};

/// How the line ends at the end of a block of text are taken.
#[derive(Clone, Copy, PartialEq)]
enum Chomping {
    Strip,
    Clip,
    Keep,
}

/// What the lines of a block of text come to, as they are read.
struct Block {
    text: String,
    folded: bool,
    /// Whether a line was read, whose line end is not in the text yet.
    is_broken: bool,
    /// The empty lines after it.
    empty_lines: usize,
    /// Whether that line begins with white space.
    was_indented: bool,
}

impl<'a, S: Sink<'a>> Scanner<'a, S> {
    /// Scans a line of a plain scalar: where its text ends, and what ends it (a colon, a comment's `#`, the end of the
    /// line or of the text).
    pub(super) fn plain_line(&self, at: usize) -> Scan<(usize, usize)> {
        self.check_plain_start(at)?;
        self.plain_rest(at)
    }

    /// Refuses what cannot begin a plain scalar, or what we leave to the parser crate.
    fn check_plain_start(&self, at: usize) -> Scan<()> {
        match self.byte(at)? {
            b'[' | b']' | b'{' | b'}' | b',' | b'#' | b'&' | b'*' | b'!' | b'|' | b'>' | b'\'' | b'"'
            | b'%' | b'@' | b'`' | b'?' | b' ' | b'\t' | b'\n' => None,
            b'-' | b':' if self.is_blank(at + 1) => None,
            _ => Some(()),
        }
    }

    fn plain_rest(&self, at: usize) -> Scan<(usize, usize)> {
        let mut from = at;
        loop {
            let stop = from + self.plain_length(from);
            let ends = match self.byte(stop) {
                None | Some(b'\n') => true,
                Some(b'\t') => return None,
                Some(b':') => self.is_blank(stop + 1),
                Some(b'#') => stop > at && self.byte(stop - 1) == Some(b' '),
                Some(_) => false,
            };
            if ends {
                return Some((self.before_spaces(at, stop), stop));
            }
            from = stop + 1;
        }
    }

    /// Where the text before the spaces that end at a position ends.
    fn before_spaces(&self, start: usize, mut end: usize) -> usize {
        while end > start && self.byte(end - 1) == Some(b' ') {
            end -= 1;
        }
        end
    }

    /// A plain scalar that is a value. `end` and `stop` are what [`Scanner::plain_line`] says of its first line.
    pub(super) fn plain(&mut self, at: usize, end: usize, mut stop: usize) -> Scan<()> {
        let spot = self.spot(at);
        let mut text = Cow::Borrowed(self.text.get(at..end)?);
        while self.byte(stop) == Some(b'\n') {
            let (next, lines) = self.next_content(stop);
            let column = match self.byte(next) {
                None | Some(b'#') => break,
                Some(b'\t') => return None,
                Some(_) => next - lines.start,
            };
            match self.open.last() {
                Some(top) if column <= top.column => break,
                Some(_) => {}
                None if column == 0 && self.is_marker(next) => break,
                None => return None,
            }
            self.line += lines.count;
            self.line_start = lines.start;
            fold(text.to_mut(), lines.count);
            let (end, line_stop) = self.plain_rest(next)?;
            text.to_mut().push_str(self.text.get(next..end)?);
            stop = line_stop;
        }
        if self.byte(stop) == Some(b':') {
            return None;
        }
        self.emit_scalar(text, ScalarStyle::Plain, spot)?;
        // A `#` has a space before it.
        self.end_line(if self.byte(stop) == Some(b'#') {
            stop - 1
        } else {
            stop
        })
    }

    /// The first byte after a line end that is no white space, and the lines in between.
    fn next_content(&self, line_end: usize) -> (usize, Lines) {
        let mut lines = Lines {
            count: 1,
            start: line_end + 1,
        };
        loop {
            let at = self.after_spaces(lines.start);
            if self.byte(at) != Some(b'\n') {
                return (at, lines);
            }
            lines.count += 1;
            lines.start = at + 1;
        }
    }

    /// Where a plain scalar in brackets ends. It has to end in its line.
    pub(super) fn plain_in_brackets(&self, at: usize) -> Scan<usize> {
        self.check_plain_start(at)?;
        if matches!(self.byte(at), Some(b':' | b'|' | b'>')) {
            return None;
        }
        let mut stop = at;
        loop {
            let next = self.byte(stop + 1);
            match self.byte(stop)? {
                b'\t' | b'?' => return None,
                b'\n' | b',' | b'[' | b']' | b'{' | b'}' => break,
                b':' if matches!(next, Some(b' ')) => break,
                b':' | b'-' if self.is_blank(stop + 1) && next != Some(b' ') => return None,
                b':' | b'-' if matches!(next, Some(b',' | b'[' | b']' | b'{' | b'}')) => return None,
                b'#' if self.byte(stop - 1) == Some(b' ') => break,
                _ => stop += 1,
            }
        }
        Some(self.before_spaces(at, stop))
    }

    /// The style of a scalar that begins with a quote.
    pub(super) fn quote_style(&self, at: usize) -> ScalarStyle {
        if self.byte(at) == Some(b'\'') {
            ScalarStyle::SingleQuoted
        } else {
            ScalarStyle::DoubleQuoted
        }
    }

    /// The position after the quote that closes the one at `at`, where that is in the same line.
    pub(super) fn closing_quote(&self, at: usize) -> Option<usize> {
        self.quote_end(at + 1, self.byte(at)?).ok()
    }

    /// The position after the closing quote, or that of the line end or the end of the text before it.
    fn quote_end(&self, from: usize, quote: u8) -> Result<usize, usize> {
        let mut at = from;
        while let Some(byte) = self.byte(at) {
            match byte {
                b'\n' => return Err(at),
                b'\\' if quote == b'"' && self.byte(at + 1).is_some_and(|next| next != b'\n') => at += 1,
                _ if byte != quote => {}
                b'\'' if self.byte(at + 1) == Some(b'\'') => at += 1,
                _ => return Ok(at + 1),
            }
            at += 1;
        }
        Err(self.bytes.len())
    }

    /// The text of a scalar in quotes of one line, which `end` is after.
    pub(super) fn unquote(&self, at: usize, end: usize) -> Scan<Cow<'a, str>> {
        let raw = self.text.get(at + 1..end - 1)?;
        let mark = if self.byte(at)? == b'"' { '\\' } else { '\'' };
        if !raw.contains(mark) {
            return Some(Cow::Borrowed(raw));
        }
        let mut text = String::with_capacity(raw.len());
        unescape(raw, mark, &mut text)?;
        Some(Cow::Owned(text))
    }

    /// A scalar in quotes that is a value.
    pub(super) fn quoted(&mut self, at: usize) -> Scan<()> {
        let spot = self.spot(at);
        let style = self.quote_style(at);
        let quote = self.byte(at)?;
        let mut end = self.quote_end(at + 1, quote);
        if let Ok(end) = end {
            let text = self.unquote(at, end)?;
            self.emit_scalar(text, style, spot)?;
            return self.end_line(end);
        }
        let parent = self.open.last()?.column;
        let mark = if quote == b'"' { '\\' } else { '\'' };
        let mut text = String::new();
        let mut from = at + 1;
        let end = loop {
            let line_end = match end {
                Ok(end) => {
                    unescape(self.text.get(from..end - 1)?, mark, &mut text)?;
                    break end;
                }
                Err(line_end) => line_end,
            };
            let line = self.text.get(from..line_end)?.trim_end_matches([' ', '\t']);
            // A backslash at the end joins the lines; one before the white space keeps it.
            if mark == '\\' && line.ends_with('\\') {
                return None;
            }
            unescape(line, mark, &mut text)?;
            if line_end >= self.bytes.len() {
                return None;
            }
            let (next, lines) = self.next_content(line_end);
            if next - lines.start <= parent || matches!(self.byte(next), None | Some(b'\t')) {
                return None;
            }
            self.line += lines.count;
            self.line_start = lines.start;
            fold(&mut text, lines.count);
            from = next;
            end = self.quote_end(from, quote);
        };
        self.emit_scalar(Cow::Owned(text), style, spot)?;
        self.end_line(end)
    }

    /// A block of text after `|` or `>`.
    pub(super) fn block_scalar(&mut self, at: usize) -> Scan<()> {
        let parent = self.open.last()?.column;
        let spot = self.spot(at);
        let folded = self.byte(at)? == b'>';
        let (chomping, digit, header_end) = self.block_header(at + 1)?;
        self.end_line(header_end)?;
        let mut block = Block {
            text: String::new(),
            folded,
            is_broken: false,
            empty_lines: 0,
            was_indented: false,
        };
        let indent = match digit {
            Some(digit) => {
                block.empty_lines = self.skip_indent(parent + digit).0;
                parent + digit
            }
            None => {
                let (lines, widest) = self.skip_indent(usize::MAX);
                block.empty_lines = lines;
                widest.max(parent + 1)
            }
        };
        let style = if folded {
            ScalarStyle::Folded
        } else {
            ScalarStyle::Literal
        };
        if self.byte(self.position).is_none() {
            let text = match chomping {
                Chomping::Strip | Chomping::Clip => String::new(),
                Chomping::Keep => "\n".repeat(block.empty_lines),
            };
            return self.emit_scalar(Cow::Owned(text), style, spot);
        }
        let column = self.position - self.line_start;
        if column < indent && column > parent {
            return None;
        }
        while self.position - self.line_start == indent
            && self.byte(self.position).is_some_and(|byte| byte != b'\n')
        {
            let end = self.line_end(self.position);
            block.line(self.text.get(self.position..end.unwrap_or(self.bytes.len()))?);
            match end {
                Some(end) => {
                    block.is_broken = true;
                    self.start_line(end + 1);
                    block.empty_lines = self.skip_indent(indent).0;
                }
                None => {
                    self.position = self.bytes.len();
                    break;
                }
            }
        }
        let is_at_end = self.byte(self.position).is_none();
        self.position = if is_at_end { self.position } else { self.line_start };
        // A last line without a newline gets none, as in go-yaml.
        if chomping != Chomping::Strip && block.is_broken {
            block.text.push('\n');
        }
        if chomping == Chomping::Keep {
            block.push_empty_lines();
        }
        self.emit_scalar(Cow::Owned(block.text), style, spot)
    }

    /// What follows `|` or `>`: the chomping, the digit that says the indentation, and where it ends.
    fn block_header(&self, mut at: usize) -> Scan<(Chomping, Option<usize>, usize)> {
        let mut chomping = None;
        let mut digit = None;
        loop {
            match self.byte(at) {
                Some(b'-') if chomping.is_none() => chomping = Some(Chomping::Strip),
                Some(b'+') if chomping.is_none() => chomping = Some(Chomping::Keep),
                Some(byte @ b'1'..=b'9') if digit.is_none() => digit = Some(usize::from(byte - b'0')),
                _ => return Some((chomping.unwrap_or(Chomping::Clip), digit, at)),
            }
            at += 1;
        }
    }

    /// Skips empty lines and up to `most` spaces of the line after them: how many lines there were, and the most spaces
    /// of a line.
    fn skip_indent(&mut self, most: usize) -> (usize, usize) {
        let mut lines = 0;
        let mut widest = 0;
        loop {
            let mut at = self.position;
            while at - self.position < most && self.byte(at) == Some(b' ') {
                at += 1;
            }
            widest = widest.max(at - self.position);
            if self.byte(at) != Some(b'\n') {
                self.position = at;
                return (lines, widest);
            }
            lines += 1;
            self.start_line(at + 1);
        }
    }
}

/// Lines passed over.
struct Lines {
    count: usize,
    /// Where the last of them starts.
    start: usize,
}

impl Block {
    /// Adds a line, without its indentation and its end.
    fn line(&mut self, line: &str) {
        let is_indented = line.starts_with([' ', '\t']);
        if self.folded && self.is_broken && !self.was_indented && !is_indented {
            if self.empty_lines == 0 {
                self.text.push(' ');
            }
        } else if self.is_broken {
            self.text.push('\n');
        }
        self.push_empty_lines();
        self.text.push_str(line);
        self.is_broken = false;
        self.was_indented = is_indented;
    }

    fn push_empty_lines(&mut self) {
        for _ in 0..self.empty_lines {
            self.text.push('\n');
        }
        self.empty_lines = 0;
    }
}

/// Adds what so many line ends between two lines of a plain or quoted text come to.
fn fold(text: &mut String, line_ends: usize) {
    if line_ends == 1 {
        text.push(' ');
    }
    for _ in 1..line_ends {
        text.push('\n');
    }
}

/// Adds a piece of a text in quotes with its escapes undone. `mark` begins them: a backslash or a single quote.
fn unescape(raw: &str, mark: char, text: &mut String) -> Scan<()> {
    let mut rest = raw;
    while let Some((before, after)) = rest.split_once(mark) {
        text.push_str(before);
        let mut characters = after.chars();
        let character = characters.next()?;
        rest = characters.as_str();
        let digits = match (mark, character) {
            ('\'', '\'') => {
                text.push('\'');
                continue;
            }
            ('\'', _) => return None,
            (_, 'x') => 2,
            (_, 'u') => 4,
            (_, 'U') => 8,
            _ => {
                text.push(simple_escape(character)?);
                continue;
            }
        };
        let (number, after) = rest.split_at_checked(digits)?;
        if !number.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        text.push(char::from_u32(u32::from_str_radix(number, 16).ok()?)?);
        rest = after;
    }
    text.push_str(rest);
    Some(())
}

/// The character that a backslash and this one stand for.
fn simple_escape(character: char) -> Option<char> {
    Some(match character {
        '0' => '\0',
        'a' => '\x07',
        'b' => '\x08',
        't' => '\t',
        'n' => '\n',
        'v' => '\x0b',
        'f' => '\x0c',
        'r' => '\r',
        'e' => '\x1b',
        ' ' | '"' | '/' | '\\' => character,
        'N' => '\u{85}',
        '_' => '\u{a0}',
        'L' => '\u{2028}',
        'P' => '\u{2029}',
        _ => return None,
    })
}
