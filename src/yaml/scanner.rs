//! Our own scanner of events, for YAML as people write it: block maps and lists, scalars, comments, brackets, anchors of values.
//! On everything else, mistakes included, it gives up, and the parser crate reads the text from its start.
//!
//! It works in units: a line with content, and the lines that its value goes on in. What becomes of the events is up to
//! the [`Sink`].

use std::borrow::Cow;

use super::eight::Eight;
use super::event::{Event, EventKind, ScalarStyle, number};
use super::limits::Limits;

/// The longest key in bytes. The crate takes 1024 characters.
const LONGEST_KEY: usize = 1000;

/// A step of scanning; nothing where the scanner has to give up.
pub(super) type Scan<T> = Option<T>;

/// What takes the events of a scanner.
pub(super) trait Sink<'a> {
    /// Takes the next event.
    fn take(&mut self, event: Event<'a>);

    /// Whether it can go on with what it took.
    fn is_fine(&self) -> bool;
}

/// Where something is: the line from 1, the column from 0.
pub(super) type Spot = (usize, usize);

/// A scanner in a text.
pub(super) struct Scanner<'a, S> {
    /// What takes the events.
    pub(super) sink: S,
    pub(super) text: &'a str,
    pub(super) bytes: &'a [u8],
    is_ascii: bool,
    pub(super) depth: usize,
    pub(super) longest_scalar: usize,
    /// Where the next unit is looked for: the start of a line, or the end of the text.
    pub(super) position: usize,
    /// The line that is scanned, from 1.
    pub(super) line: usize,
    /// Where that line starts.
    pub(super) line_start: usize,
    document: Document,
    /// The names of the document's anchors, the latest last, with their numbers.
    anchors: Vec<(&'a str, usize)>,
    last_anchor: usize,
    /// The number and place of an anchor whose value comes next in its line.
    named: Option<(usize, Spot)>,
    pub(super) open: Vec<Open>,
}

/// How far a document has come.
#[derive(Clone, Copy, PartialEq)]
enum Document {
    /// There is none yet.
    Missing,
    /// It has begun with `---`.
    Begun,
    /// Its root value has begun, and maybe ended.
    Rooted,
}

/// A block map or list that has begun and not ended.
pub(super) struct Open {
    kind: Kind,
    /// The column of its keys or dashes, from 0.
    pub(super) column: usize,
    /// After a key or dash whose value has not begun: the place of an empty value.
    pending: Option<Spot>,
    /// After a key with an anchor whose map or list has not begun: its number and place.
    anchor: Option<(usize, Spot)>,
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Map,
    List,
    /// A list whose dashes are not indented under their key.
    FlushList,
}

/// How many anchors a document may have for this scanner, which looks through all for a name.
const MOST_ANCHORS: usize = 64;

/// What begins in a block.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Begins {
    Key,
    Dash,
    Value,
}

impl<'a, S: Sink<'a>> Scanner<'a, S> {
    /// Starts to scan a text that has no carriage returns and no byte order marks. `is_ascii` says whether characters are
    /// bytes.
    pub(super) fn new(text: &'a str, is_ascii: bool, limits: &Limits, sink: S) -> Self {
        Scanner {
            sink,
            text,
            bytes: text.as_bytes(),
            is_ascii,
            depth: limits.depth,
            longest_scalar: limits.scalar,
            position: 0,
            line: 1,
            line_start: 0,
            document: Document::Missing,
            anchors: Vec::new(),
            last_anchor: 0,
            named: None,
            open: Vec::new(),
        }
    }

    pub(super) fn byte(&self, at: usize) -> Option<u8> {
        self.bytes.get(at).copied()
    }

    /// Whether there is white space, or nothing more, at a position.
    pub(super) fn is_blank(&self, at: usize) -> bool {
        matches!(self.byte(at), None | Some(b' ' | b'\n' | b'\t'))
    }

    /// Where the spaces from a position on end.
    #[inline]
    pub(super) fn after_spaces(&self, mut at: usize) -> usize {
        while let Some(eight) = Eight::at(self.bytes, at) {
            if let Some(other) = eight.others(b' ') {
                return at + other;
            }
            at += 8;
        }
        while self.byte(at) == Some(b' ') {
            at += 1;
        }
        at
    }

    /// How many bytes stand before the next colon, `#`, line end, control or character beyond ASCII.
    pub(super) fn plain_length(&self, at: usize) -> usize {
        let marks = |eight: Eight| eight.equal(b':') | eight.equal(b'#');
        self.length(at, marks, |byte| matches!(byte, b':' | b'#'))
    }

    /// How many bytes stand before the next control, character beyond ASCII, or other byte that ends them, in eight bytes and alone.
    #[inline]
    pub(super) fn length(&self, at: usize, marks: impl Fn(Eight) -> u64, ends: impl Fn(u8) -> bool) -> usize {
        let mut length = 0;
        while let Some(eight) = Eight::at(self.bytes, at + length) {
            if let Some(found) = eight.first(marks(eight) | eight.control() | eight.wide()) {
                return length + found;
            }
            length += 8;
        }
        let last = self.bytes.get(at + length..).unwrap_or_default();
        let is_inside = |byte: &&u8| matches!(byte, b' '..=b'~') && !ends(**byte);
        length + last.iter().take_while(is_inside).count()
    }

    /// The line and column of a position in the current line.
    pub(super) fn spot(&self, at: usize) -> Spot {
        let column = if self.is_ascii {
            at - self.line_start
        } else {
            let before = self.bytes.get(self.line_start..at).unwrap_or_default();
            before.iter().filter(|byte| **byte & 0xc0 != 0x80).count()
        };
        (self.line, column)
    }

    #[inline]
    pub(super) fn emit(&mut self, kind: EventKind<'a>, (line, column): Spot) {
        self.sink.take(Event {
            kind,
            line: number(line),
            column: number(column + 1),
        });
    }

    pub(super) fn emit_scalar(&mut self, text: Cow<'a, str>, style: ScalarStyle, spot: Spot) -> Scan<()> {
        if text.len() > self.longest_scalar {
            return None;
        }
        let (anchor, spot) = self.anchored(spot);
        self.emit(
            EventKind::Scalar {
                text,
                style,
                tag: None,
                anchor,
            },
            spot,
        );
        Some(())
    }

    /// The anchor of a value that begins at a place, 0 for none, and the place that the value has with it.
    pub(super) fn anchored(&mut self, spot: Spot) -> (usize, Spot) {
        self.named.take().unwrap_or((0, spot))
    }

    fn emit_empty(&mut self, spot: Spot) {
        self.emit(
            EventKind::Scalar {
                text: Cow::Borrowed(""),
                style: ScalarStyle::Plain,
                tag: None,
                anchor: 0,
            },
            spot,
        );
    }

    /// Scans the next unit; says whether there was one. Where the scanner gives up, it does so for good.
    pub(super) fn unit(&mut self) -> Scan<bool> {
        let at = loop {
            let at = self.after_spaces(self.position);
            match self.byte(at) {
                None => {
                    self.end(at)?;
                    return Some(false);
                }
                Some(b'\n') => self.start_line(at + 1),
                Some(b'#') => self.skip_comment(at),
                Some(b'\t') => return None,
                Some(_) => break at,
            }
        };
        if at == self.line_start && self.is_marker(at) {
            self.marker(at)?;
        } else {
            self.line_content(at)?;
        }
        self.sink.is_fine().then_some(true)
    }

    /// Goes on to the line that starts at a position.
    pub(super) fn start_line(&mut self, at: usize) {
        self.line += 1;
        self.line_start = at;
        self.position = at;
    }

    /// The line end at a position or behind it.
    pub(super) fn line_end(&self, at: usize) -> Option<usize> {
        let length = memchr::memchr(b'\n', self.bytes.get(at..)?)?;
        Some(at + length)
    }

    fn skip_comment(&mut self, at: usize) {
        match self.line_end(at) {
            Some(end) => self.start_line(end + 1),
            None => self.position = self.bytes.len(),
        }
    }

    /// Goes on to the next line, where there is nothing but white space and a comment up to the end of this one.
    pub(super) fn end_line(&mut self, at: usize) -> Scan<()> {
        let end = self.after_spaces(at);
        match self.byte(end) {
            None => self.position = end,
            Some(b'\n') => self.start_line(end + 1),
            Some(b'#') if end > at => self.skip_comment(end),
            Some(_) => return None,
        }
        Some(())
    }

    /// Whether `---` or `...` is at a position.
    pub(super) fn is_marker(&self, at: usize) -> bool {
        matches!(self.bytes.get(at..at + 3), Some(b"---" | b"...")) && self.is_blank(at + 3)
    }

    fn is_dash(&self, at: usize) -> bool {
        self.byte(at) == Some(b'-') && self.is_blank(at + 1)
    }

    /// A `---`, which ends what is open and begins a document.
    fn marker(&mut self, at: usize) -> Scan<()> {
        if self.byte(at) != Some(b'-') {
            return None;
        }
        let spot = (self.line, 0);
        while !self.open.is_empty() {
            self.close(spot)?;
        }
        self.end_document(spot);
        self.anchors.clear();
        self.emit(EventKind::DocumentStart, spot);
        self.document = Document::Begun;
        self.end_line(at + 3)
    }

    fn end_document(&mut self, spot: Spot) {
        if self.document == Document::Begun {
            self.emit_empty(spot);
        }
        if self.document != Document::Missing {
            self.emit(EventKind::DocumentEnd, spot);
        }
    }

    /// The end of the text. The crate ends what is indented more than the text's last column there, and all else in the
    /// line below.
    fn end(&mut self, at: usize) -> Scan<()> {
        let last = self.spot(at);
        let below = if last.1 == 0 { last } else { (last.0 + 1, 0) };
        while let Some(top) = self.open.last() {
            let spot = if top.column > last.1 { last } else { below };
            self.close(spot)?;
        }
        self.end_document(below);
        Some(())
    }

    /// Ends the innermost map or list.
    fn close(&mut self, spot: Spot) -> Scan<()> {
        let top = self.open.pop()?;
        if top.anchor.is_some() {
            return None;
        }
        if let Some(empty) = top.pending {
            self.emit_empty(empty);
        }
        let end = match top.kind {
            Kind::Map => EventKind::MappingEnd,
            Kind::List | Kind::FlushList => EventKind::SequenceEnd,
        };
        self.emit(end, spot);
        Some(())
    }

    /// What a line has from its first byte of content on.
    pub(super) fn line_content(&mut self, mut at: usize) -> Scan<()> {
        while self.is_dash(at) {
            self.begin(at - self.line_start, Begins::Dash)?;
            let next = self.after_spaces(at + 1);
            let comment = self.byte(next) == Some(b'#');
            if comment || matches!(self.byte(next), None | Some(b'\n')) {
                let end = if comment {
                    self.line_end(next).unwrap_or(self.bytes.len())
                } else {
                    next
                };
                self.pend(self.spot(end));
                return self.end_line(end);
            }
            self.pend(self.spot(next));
            at = next;
        }
        let column = at - self.line_start;
        match self.byte(at)? {
            b'"' | b'\'' => {
                if let Some(end) = self.closing_quote(at) {
                    let colon = self.after_spaces(end);
                    if self.byte(colon) == Some(b':') && self.is_blank(colon + 1) {
                        self.begin(column, Begins::Key)?;
                        let text = self.unquote(at, end)?;
                        return self.key(at, colon, text, self.quote_style(at));
                    }
                }
            }
            b'[' | b'{' | b'|' | b'>' | b'*' => {}
            _ => {
                let (end, stop) = self.plain_line(at)?;
                if self.byte(stop) == Some(b':') {
                    self.begin(column, Begins::Key)?;
                    let text = Cow::Borrowed(self.text.get(at..end)?);
                    return self.key(at, stop, text, ScalarStyle::Plain);
                }
                self.begin(column, Begins::Value)?;
                return self.plain(at, end, stop);
            }
        }
        self.begin(column, Begins::Value)?;
        self.value(at)
    }

    /// A key, and its value where that begins in the same line.
    pub(super) fn key(
        &mut self,
        at: usize,
        colon: usize,
        text: Cow<'a, str>,
        style: ScalarStyle,
    ) -> Scan<()> {
        if colon - at > LONGEST_KEY {
            return None;
        }
        self.emit_scalar(text, style, self.spot(at))?;
        let next = self.after_spaces(colon + 1);
        match self.byte(next) {
            None | Some(b'\n' | b'#') => {
                self.pend(self.spot(colon));
                self.end_line(colon + 1)
            }
            Some(b'-') if self.is_blank(next + 1) => None,
            Some(b'&') => self.anchor(next, self.spot(colon)),
            Some(_) => self.value(next),
        }
    }

    /// The end of the name of an anchor or alias.
    fn name_end(&self, at: usize) -> usize {
        let rest = self.bytes.get(at..).unwrap_or_default();
        let length = rest.iter().position(|byte| b" \t\n,[]{}".contains(byte));
        at + length.unwrap_or(rest.len())
    }

    /// An anchor after a key, and its value where that begins in the same line; else it begins in a line below, or is empty and at `empty`.
    fn anchor(&mut self, at: usize, empty: Spot) -> Scan<()> {
        let end = self.name_end(at + 1);
        let name = self.text.get(at + 1..end)?;
        let is_name_byte = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        if name.is_empty() || !name.bytes().all(is_name_byte) || self.anchors.len() >= MOST_ANCHORS {
            return None;
        }
        let spot = self.spot(at);
        self.last_anchor += 1;
        self.anchors.push((name, self.last_anchor));
        let anchor = Some((self.last_anchor, spot));
        let next = self.after_spaces(end);
        match self.byte(next) {
            None | Some(b'\n' | b'#') => {
                self.pend(empty);
                self.open.last_mut()?.anchor = anchor;
                self.end_line(end)
            }
            // The crate has the words for `&a[` and for an alias with an anchor.
            Some(first) if next == end || first == b'*' => None,
            Some(_) => {
                self.named = anchor;
                self.value(next)
            }
        }
    }

    /// An alias that is a value.
    fn alias(&mut self, at: usize) -> Scan<()> {
        let end = self.name_end(at + 1);
        let name = self.text.get(at + 1..end)?;
        let known = self.anchors.iter().rev().find(|(known, _)| *known == name)?;
        self.emit(EventKind::Alias(known.1), self.spot(at));
        self.end_line(end)
    }

    /// A value that begins at a position, and all lines that it takes.
    fn value(&mut self, at: usize) -> Scan<()> {
        match self.byte(at)? {
            b'"' | b'\'' => self.quoted(at),
            b'[' | b'{' => self.flow(at),
            b'|' | b'>' => self.block_scalar(at),
            b'*' => self.alias(at),
            _ => {
                let (end, stop) = self.plain_line(at)?;
                self.plain(at, end, stop)
            }
        }
    }

    pub(super) fn pend(&mut self, spot: Spot) {
        if let Some(top) = self.open.last_mut() {
            top.pending = Some(spot);
        }
    }

    /// Ends what a key, dash or value in a column ends, and begins the map or list that it is the first of. The current
    /// line has nothing but spaces and dashes before that column.
    pub(super) fn begin(&mut self, column: usize, begins: Begins) -> Scan<()> {
        let spot = (self.line, column);
        let mut anchor = None;
        loop {
            let Some(top) = self.open.last_mut() else {
                if self.document == Document::Rooted {
                    return None;
                }
                if self.document == Document::Missing {
                    self.emit(EventKind::DocumentStart, spot);
                }
                self.document = Document::Rooted;
                break;
            };
            if column > top.column {
                top.pending.take()?;
                anchor = top.anchor.take();
                break;
            }
            if column == top.column {
                if top.anchor.is_some() {
                    return None;
                }
                match (top.kind, begins) {
                    (Kind::Map, Begins::Key) | (Kind::List | Kind::FlushList, Begins::Dash) => {
                        if let Some(empty) = top.pending.take() {
                            self.emit_empty(empty);
                        }
                        return Some(());
                    }
                    (Kind::Map, Begins::Dash) => {
                        top.pending.take()?;
                        return self.open(Kind::FlushList, spot, None);
                    }
                    (Kind::FlushList, Begins::Key) => {}
                    _ => return None,
                }
            }
            self.close(spot)?;
        }
        match begins {
            Begins::Key => self.open(Kind::Map, spot, anchor),
            Begins::Dash => self.open(Kind::List, spot, anchor),
            Begins::Value if anchor.is_some() => None,
            Begins::Value => Some(()),
        }
    }

    fn open(&mut self, kind: Kind, spot: Spot, anchor: Option<(usize, Spot)>) -> Scan<()> {
        if self.open.len() >= self.depth {
            return None;
        }
        let (anchor, place) = anchor.unwrap_or((0, spot));
        let start = match kind {
            Kind::Map => EventKind::MappingStart { anchor, tag: None },
            Kind::List | Kind::FlushList => EventKind::SequenceStart { anchor, tag: None },
        };
        self.emit(start, place);
        self.open.push(Open {
            kind,
            column: spot.1,
            pending: None,
            anchor: None,
        });
        Some(())
    }
}
