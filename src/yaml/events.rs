//! The parser crate behind one door: a stream of events with places, our limits and our words for its errors.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use saphyr_parser::{Event as Raw, Parser, ScalarStyle as RawStyle, Span, Tag as RawTag};

use super::check;
use super::complaint;
use super::input::Text;
use super::limits::Limits;
use super::lines::Lines;
use crate::diagnostic::Diagnostic;
use crate::source::{Place, Source};

/// How a scalar is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScalarStyle {
    /// Without quotes.
    Plain,
    /// In `'`.
    SingleQuoted,
    /// In `"`.
    DoubleQuoted,
    /// A block after `|`.
    Literal,
    /// A block after `>`.
    Folded,
}

/// A tag that a scalar can have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tag {
    /// `!!str`
    Str,
    /// `!!int`
    Int,
    /// `!!float`
    Float,
    /// `!!bool`
    Bool,
    /// `!!null`
    Null,
    /// `!!binary`
    Binary,
    /// `!!timestamp`
    Timestamp,
    /// `!`, which says that the scalar is text.
    NonSpecific,
    /// Any other, which says nothing here.
    Other(Box<str>),
}

/// What is next in the text.
#[derive(Debug, Clone, PartialEq)]
pub enum EventKind<'a> {
    /// A document begins.
    DocumentStart,
    /// A document ends.
    DocumentEnd,
    /// A scalar; one that is not there, as in `key:`, is plain and empty.
    Scalar {
        /// The text, with quotes, escapes and indentation undone.
        text: Cow<'a, str>,
        /// How it is written.
        style: ScalarStyle,
        /// Its tag.
        tag: Option<Tag>,
        /// The number of its anchor; 0 for none.
        anchor: usize,
    },
    /// A list begins.
    SequenceStart {
        /// The number of its anchor; 0 for none.
        anchor: usize,
        /// Its tag.
        tag: Option<Tag>,
    },
    /// A list ends.
    SequenceEnd,
    /// A map begins; keys and values follow in turn.
    MappingStart {
        /// The number of its anchor; 0 for none.
        anchor: usize,
        /// Its tag.
        tag: Option<Tag>,
    },
    /// A map ends.
    MappingEnd,
    /// An alias of the anchor with this number.
    Alias(usize),
}

/// An event and where it is; lines and columns count from 1, columns in characters.
#[derive(Debug, Clone, PartialEq)]
pub struct Event<'a> {
    /// What it is.
    pub kind: EventKind<'a>,
    /// The line where it starts.
    pub line: u32,
    /// The column where it starts.
    pub column: u32,
}

/// The events of a text. The first error ends them.
pub struct Events<'a> {
    source: &'a Arc<Source>,
    parser: Parser<'a, Text<'a>>,
    limits: Limits,
    lines: Lines<'a>,
    /// The error of the text as a whole, until it is given.
    refused: Option<Diagnostic>,
    finished: bool,
    open: Vec<Open>,
    /// The greatest anchor number of the former documents: anchors end with their document.
    former_anchors: usize,
    last_anchor: usize,
    /// Where the former event ended: line from 1, column from 0.
    former_end: (usize, usize),
    seen: u64,
}

/// A collection that has begun and not ended.
#[derive(Debug)]
struct Open {
    mapping: bool,
    /// In a map: whether a key comes next.
    key_next: bool,
    /// In a map: where its latest key starts, from 0.
    key_column: usize,
    line: u32,
    column: u32,
}

impl<'a> Events<'a> {
    /// Starts to read a text.
    pub fn new(source: &'a Arc<Source>, limits: Limits) -> Self {
        let text = source.text();
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let refused = check::check(source, text, &limits).err();
        Events {
            source,
            parser: Parser::new(Text::new(text)),
            limits,
            lines: Lines::new(text),
            refused,
            finished: false,
            open: Vec::new(),
            former_anchors: 0,
            last_anchor: 0,
            former_end: (0, 0),
            seen: 0,
        }
    }

    /// The place of an event.
    pub fn place(&self, event: &Event<'_>) -> Place {
        Place::new(self.source, event.line, event.column)
    }

    /// How many events there were so far.
    pub fn seen(&self) -> u64 {
        self.seen
    }

    fn advance(&mut self) -> Result<Option<Event<'a>>, Diagnostic> {
        if let Some(diagnostic) = self.refused.take() {
            return Err(diagnostic);
        }
        loop {
            let Some(next) = self.parser.next_event() else {
                return Ok(None);
            };
            let (raw, span) = next.map_err(|error| self.complain(&error))?;
            if let Some(event) = self.convert(raw, span)? {
                self.seen += 1;
                if self.seen > self.limits.events {
                    let what = format!("{} values", self.limits.events);
                    return Err(complaint::too_much(&self.place(&event), "the text has", what));
                }
                return Ok(Some(event));
            }
        }
    }

    fn convert(&mut self, raw: Raw<'a>, span: Span) -> Result<Option<Event<'a>>, Diagnostic> {
        let (mut line, mut column) = (span.start.line(), span.start.col());
        let kind = match raw {
            Raw::Nothing | Raw::StreamStart | Raw::StreamEnd => return Ok(None),
            Raw::DocumentStart(explicit) => {
                self.former_anchors = self.last_anchor;
                if explicit {
                    self.check_version(line)?;
                }
                EventKind::DocumentStart
            }
            Raw::DocumentEnd => EventKind::DocumentEnd,
            Raw::Alias(anchor) => {
                if anchor <= self.former_anchors {
                    return Err(complaint::unknown_anchor(&self.at(line, column)));
                }
                self.step_in_map(column);
                EventKind::Alias(anchor)
            }
            Raw::Scalar(text, style, anchor, tag) => {
                if text.len() > self.limits.scalar {
                    let what = format!("{} bytes", self.limits.scalar);
                    return Err(complaint::too_much(&self.at(line, column), "a text has", what));
                }
                self.note_anchor(anchor);
                let style = match style {
                    RawStyle::Plain => ScalarStyle::Plain,
                    RawStyle::SingleQuoted => ScalarStyle::SingleQuoted,
                    RawStyle::DoubleQuoted => ScalarStyle::DoubleQuoted,
                    RawStyle::Literal => ScalarStyle::Literal,
                    RawStyle::Folded => ScalarStyle::Folded,
                };
                let block = matches!(style, ScalarStyle::Literal | ScalarStyle::Folded);
                if block && anchor == 0 && tag.is_none() {
                    // The parser gives the first line of the content.
                    let empty = text.bytes().all(|byte| byte == b'\n');
                    (line, column) = self.lines.block_header((line, column), self.former_end, empty);
                }
                self.step_in_map(column);
                EventKind::Scalar {
                    text,
                    style,
                    tag: tag.map(|tag| Tag::of(&tag)),
                    anchor,
                }
            }
            Raw::SequenceStart(anchor, tag) => {
                self.note_anchor(anchor);
                if let Some(parent) = self.open.last()
                    && parent.mapping
                    && !parent.key_next
                    && span.is_empty()
                    && self.lines.is_dash(line, parent.key_column)
                {
                    // A list that is not indented under its key: the parser gives the place after the dash.
                    column = parent.key_column;
                }
                self.open(false, line, column)?;
                EventKind::SequenceStart {
                    anchor,
                    tag: tag.map(|tag| Tag::of(&tag)),
                }
            }
            Raw::MappingStart(anchor, tag) => {
                self.note_anchor(anchor);
                self.open(true, line, column)?;
                EventKind::MappingStart {
                    anchor,
                    tag: tag.map(|tag| Tag::of(&tag)),
                }
            }
            Raw::SequenceEnd => {
                self.open.pop();
                EventKind::SequenceEnd
            }
            Raw::MappingEnd => {
                self.open.pop();
                EventKind::MappingEnd
            }
        };
        self.former_end = (span.end.line(), span.end.col());
        Ok(Some(Event {
            kind,
            line: number(line),
            column: number(column + 1),
        }))
    }

    fn open(&mut self, mapping: bool, line: usize, column: usize) -> Result<(), Diagnostic> {
        // The parser takes a tab before the first key of a map; nobody else does.
        if self.open.is_empty() && column > 0 && self.lines.is_tab_indented(line) {
            return Err(complaint::tab(&self.at(line, 0)));
        }
        if self.open.len() >= self.limits.depth {
            return Err(complaint::too_deep(&self.at(line, column), self.limits.depth));
        }
        self.step_in_map(column);
        self.open.push(Open {
            mapping,
            key_next: true,
            key_column: 0,
            line: number(line),
            column: number(column + 1),
        });
        Ok(())
    }

    /// Notes that a node begins in the innermost collection.
    fn step_in_map(&mut self, column: usize) {
        if let Some(parent) = self.open.last_mut() {
            if parent.key_next {
                parent.key_column = column;
            }
            parent.key_next = !parent.key_next;
        }
    }

    fn note_anchor(&mut self, anchor: usize) {
        self.last_anchor = self.last_anchor.max(anchor);
    }

    /// Refuses a `%YAML` line that promises other rules, as go-yaml does.
    fn check_version(&mut self, line: usize) -> Result<(), Diagnostic> {
        for number in (1..line).rev() {
            let Some(text) = self.lines.get(number) else { break };
            if let Some(version) = text.strip_prefix("%YAML") {
                let version = version.split('#').next().unwrap_or_default().trim();
                if version != "1.1" {
                    return Err(complaint::wrong_version(&self.at(number, 0), version));
                }
            } else if !(text.starts_with(['%', '#']) || text.trim().is_empty()) {
                break;
            }
        }
        Ok(())
    }

    fn at(&self, line: usize, column: usize) -> Place {
        Place::new(self.source, number(line), number(column + 1))
    }

    fn complain(&self, error: &saphyr_parser::ScanError) -> Diagnostic {
        let marker = error.marker();
        let place = self.at(marker.line(), marker.col());
        let opening = self
            .open
            .last()
            .map(|open| Place::new(self.source, open.line, open.column));
        complaint::syntax(error.info(), &place, opening.as_ref())
    }
}

impl<'a> Iterator for Events<'a> {
    type Item = Result<Event<'a>, Diagnostic>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.finished {
            return None;
        }
        let next = self.advance().transpose();
        self.finished = !matches!(next, Some(Ok(_)));
        next
    }
}

impl Tag {
    fn of(raw: &RawTag) -> Tag {
        let full = match raw.handle.as_str() {
            "tag:yaml.org,2002:" => raw.suffix.as_str(),
            "" => raw.suffix.strip_prefix("tag:yaml.org,2002:").unwrap_or_default(),
            _ => "",
        };
        match full {
            "str" => Tag::Str,
            "int" => Tag::Int,
            "float" => Tag::Float,
            "bool" => Tag::Bool,
            "null" => Tag::Null,
            "binary" => Tag::Binary,
            "timestamp" => Tag::Timestamp,
            _ if raw.handle.is_empty() && raw.suffix == "!" => Tag::NonSpecific,
            _ => Tag::Other(format!("{}{}", raw.handle, raw.suffix).into()),
        }
    }
}

impl fmt::Display for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Tag::Str => "!!str",
            Tag::Int => "!!int",
            Tag::Float => "!!float",
            Tag::Bool => "!!bool",
            Tag::Null => "!!null",
            Tag::Binary => "!!binary",
            Tag::Timestamp => "!!timestamp",
            Tag::NonSpecific => "!",
            Tag::Other(name) => name,
        })
    }
}

fn number(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}
