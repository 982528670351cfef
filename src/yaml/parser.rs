//! The parser crate behind one door: its events with places, our limits and our words for its errors.

use std::sync::Arc;

use saphyr_parser::{Event as Raw, Parser as Crate, ScalarStyle as RawStyle, Span, Tag as RawTag};

use super::closing::Moved;
use super::complaint;
use super::event::{Event, EventKind, ScalarStyle, Tag, number};
use super::flow::{self, Cursor};
use super::input::Text;
use super::limits::Limits;
use super::lines::Lines;
use crate::diagnostic::Diagnostic;
use crate::source::{Place, Source};

/// Reads a text with the parser crate.
pub(super) struct Parser<'a> {
    source: &'a Arc<Source>,
    inner: Crate<'a, Text<'a>>,
    limits: Limits,
    lines: Lines<'a>,
    cursor: Cursor<'a>,
    open: Vec<Open>,
    /// The greatest anchor number of the former documents: anchors end with their document.
    former_anchors: usize,
    last_anchor: usize,
    /// Where the former event ended: line from 1, column from 0.
    former_end: (usize, usize),
    /// How many characters there are, where the last line has no newline.
    open_end: Option<usize>,
    seen: u64,
    /// Lines of `text` that are indented more than in the source.
    moved: Option<&'a Moved>,
}

/// A collection that has begun and not ended.
#[derive(Debug)]
struct Open {
    mapping: bool,
    /// Whether it is in brackets.
    flow: bool,
    /// In a map: whether a key comes next.
    key_next: bool,
    /// In a map: where its latest key starts, from 0.
    key_column: usize,
    line: u32,
    column: u32,
}

impl<'a> Parser<'a> {
    /// Starts to read `text`, which is the source's without a byte order mark.
    pub(super) fn new(source: &'a Arc<Source>, text: &'a str, limits: Limits) -> Self {
        Parser {
            source,
            inner: Crate::new(Text::new(text)),
            limits,
            lines: Lines::new(text),
            cursor: Cursor::new(text),
            open: Vec::new(),
            former_anchors: 0,
            last_anchor: 0,
            former_end: (0, 0),
            open_end: (!text.ends_with('\n')).then(|| text.chars().count()),
            seen: 0,
            moved: None,
        }
    }

    /// Starts to read a text that is the source's but for lines that were moved in; places are those of the source.
    pub(super) fn moved(source: &'a Arc<Source>, text: &'a str, moved: &'a Moved, limits: Limits) -> Self {
        Parser {
            moved: Some(moved),
            ..Parser::new(source, text, limits)
        }
    }

    /// The column in the source of a place in the text.
    fn in_source(&self, line: usize, column: usize) -> usize {
        self.moved.map_or(column, |moved| moved.before(line, column))
    }

    /// The next event; none at the end of the text.
    pub(super) fn advance(&mut self) -> Result<Option<Event<'a>>, Diagnostic> {
        loop {
            let Some(next) = self.inner.next_event() else {
                return Ok(None);
            };
            let (raw, span) = next.map_err(|error| self.complain(&error))?;
            if let Some(event) = self.convert(raw, span)? {
                self.seen += 1;
                if self.seen > self.limits.events {
                    let what = format!("{} values", self.limits.events);
                    let place = Place::new(self.source, event.line, event.column);
                    return Err(complaint::too_much(&place, "the text has", what));
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
                self.check_name(&span)?;
                self.step_in_map(column);
                EventKind::Alias(anchor)
            }
            Raw::Scalar(mut text, style, anchor, tag) => {
                if text.len() > self.limits.scalar {
                    let what = format!("{} bytes", self.limits.scalar);
                    return Err(complaint::too_much(&self.at(line, column), "a text has", what));
                }
                self.note_properties(anchor, tag.is_some(), &span)?;
                let style = match style {
                    RawStyle::Plain => ScalarStyle::Plain,
                    RawStyle::SingleQuoted => ScalarStyle::SingleQuoted,
                    RawStyle::DoubleQuoted => ScalarStyle::DoubleQuoted,
                    RawStyle::Literal => ScalarStyle::Literal,
                    RawStyle::Folded => ScalarStyle::Folded,
                };
                if self.open.last().is_some_and(|open| open.flow) {
                    let (plain, has_lines) =
                        (style == ScalarStyle::Plain, span.start.line() < span.end.line());
                    let after = self.cursor.at(span.end.index());
                    let text = plain.then_some(&*text);
                    if let Some((message, help)) = flow::wrong_in_brackets(text, after, has_lines) {
                        let error = Diagnostic::error("yaml-brackets", message);
                        return Err(error.at(&self.at(line, column)).help(help));
                    }
                }
                let is_block = matches!(style, ScalarStyle::Literal | ScalarStyle::Folded);
                if is_block && anchor == 0 && tag.is_none() {
                    // The parser gives the first line of the content.
                    let empty = text.bytes().all(|byte| byte == b'\n');
                    (line, column) = self.lines.block_header((line, column), self.former_end, empty);
                }
                if is_block && self.open_end == Some(span.end.index()) {
                    let end = (span.end.line(), span.end.col());
                    let parent = self.indent();
                    if self.lines.is_newline_added(&text, (line, column), end, parent) {
                        text.to_mut().pop();
                    }
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
                self.note_properties(anchor, tag.is_some(), &span)?;
                let parent = self
                    .open
                    .last()
                    .filter(|parent| parent.mapping && !parent.key_next);
                let column_of_keys = parent.map(|parent| parent.key_column);
                // A list that is not indented under its key: the parser gives the place after the dash, where a bracket is the first item's.
                let has_dash =
                    column_of_keys.filter(|column| span.is_empty() && self.lines.is_dash(line, *column));
                column = has_dash.unwrap_or(column);
                let is_flow = has_dash.is_none() && self.is_bracket(&span);
                self.open(false, is_flow, (line, column), &span)?;
                EventKind::SequenceStart {
                    anchor,
                    tag: tag.map(|tag| Tag::of(&tag)),
                }
            }
            Raw::MappingStart(anchor, tag) => {
                self.note_properties(anchor, tag.is_some(), &span)?;
                let is_flow = self.is_bracket(&span);
                self.open(true, is_flow, (line, column), &span)?;
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
            column: number(self.in_source(line, column) + 1),
        }))
    }

    /// Whether a bracket is where a collection begins.
    fn is_bracket(&mut self, span: &Span) -> bool {
        flow::is_bracket(self.cursor.at(span.start.index()))
    }

    /// Opens a collection, with a bracket of its own or without.
    fn open(
        &mut self,
        mapping: bool,
        is_flow: bool,
        (line, column): (usize, usize),
        span: &Span,
    ) -> Result<(), Diagnostic> {
        // A map of one key in a list in brackets has none of its own.
        let flow = is_flow || self.open.last().is_some_and(|parent| parent.flow);
        // The parser takes a tab before the first key of a map; nobody else does.
        let (first, indent) = (span.end.line(), span.end.col());
        if !flow && indent > 0 && self.lines.is_tab_indented(first) {
            return Err(complaint::tab(&self.at(first, 0)));
        }
        if self.open.len() >= self.limits.depth {
            return Err(complaint::too_deep(&self.at(line, column), self.limits.depth));
        }
        self.step_in_map(column);
        self.open.push(Open {
            mapping,
            flow,
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

    /// The column, from 0, of the keys or dashes of the innermost collection.
    fn indent(&mut self) -> usize {
        let Some(open) = self.open.last() else { return 0 };
        let column = (open.column as usize).saturating_sub(1);
        let line = self.lines.get(open.line as usize).unwrap_or_default();
        match open.mapping && line.chars().nth(column) != Some('?') {
            true => open.key_column,
            false => column,
        }
    }

    fn note_properties(&mut self, anchor: usize, has_tag: bool, span: &Span) -> Result<(), Diagnostic> {
        self.last_anchor = self.last_anchor.max(anchor);
        match anchor == 0 && !has_tag {
            true => Ok(()),
            false => self.check_name(span),
        }
    }

    /// Refuses the name of an anchor or tag that go-yaml does not take.
    fn check_name(&mut self, span: &Span) -> Result<(), Diagnostic> {
        let Some(name) = flow::wrong_property(self.cursor.at(span.start.index())) else {
            return Ok(());
        };
        let name: String = name.chars().take(60).collect();
        let what = if name.starts_with('!') {
            "a tag"
        } else {
            "an anchor"
        };
        let error = Diagnostic::error("yaml-anchor", format!("`{name}` is not the name of {what}"));
        let place = self.at(span.start.line(), span.start.col());
        Err(error.at(&place).help(
            "use letters, digits, `-` and `_`, and a space behind it; put text that begins with `&`, `*` or `!` in quotes",
        ))
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

    fn at(&mut self, line: usize, column: usize) -> Place {
        let (line, column) = self.in_text(line, column);
        let column = self.in_source(line, column);
        Place::new(self.source, number(line), number(column + 1))
    }

    /// The crate takes the end of a text without a newline for a line of its own: what would be beyond the last line is at its end.
    fn in_text(&mut self, line: usize, column: usize) -> (usize, usize) {
        if self.open_end.is_none() || self.lines.get(line).is_some() {
            return (line, column);
        }
        let last = self.source.text().split('\n').count();
        (last, self.lines.get(last).unwrap_or_default().chars().count())
    }

    fn complain(&mut self, error: &saphyr_parser::ScanError) -> Diagnostic {
        let marker = error.marker();
        let place = self.at(marker.line(), marker.col());
        let opening = self.open.last().map(|open| {
            let column = self.in_source(open.line as usize, open.column as usize - 1);
            Place::new(self.source, open.line, number(column + 1))
        });
        complaint::syntax(error.info(), &place, opening.as_ref())
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
            "merge" => Tag::Merge,
            _ if raw.handle.is_empty() && raw.suffix == "!" => Tag::NonSpecific,
            _ => Tag::Other(format!("{}{}", raw.handle, raw.suffix).into()),
        }
    }
}
