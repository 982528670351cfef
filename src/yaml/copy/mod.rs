//! From YAML to YAML as the writer writes it, without a tree: what most of a large text needs is another indentation, if that.
//!
//! A text is copied as a whole or not at all. What has to be looked at as a whole (anchors, tags, keys that are there twice,
//! mistakes) is for the reader.

mod pieces;
mod simple;

use std::borrow::Cow;
use std::collections::HashSet;
use std::mem;
use std::sync::Arc;

use ahash::RandomState;

use super::builder::{Builder, Open};
use super::check;
use super::event::{Event, EventKind, ScalarStyle};
use super::limits::Options;
use super::node::Node;
use super::resolve::{Meaning, is_merge_key, meaning, resolve_key, value_of};
use super::scanner::{Scanner, Sink};
use super::writer::{Writer, indent};
use crate::source::Source;
pub use pieces::Pieces;

/// A document as [`super::write`] writes it.
#[derive(Debug)]
pub struct Copied {
    /// The document; ends with a newline.
    pub text: Pieces,
    /// The map that it is, with the keys that are wanted and no others.
    pub node: Node,
}

/// The documents of a text as [`super::write`] writes what [`super::read_documents`] reads, those that are null left out; of
/// each the top-level keys `kept` are given as nodes, too. Nothing where the text has anything unusual or wrong in it, or a document
/// that is neither a map nor null.
pub fn copy_documents(source: &Arc<Source>, kept: &[&str]) -> Option<Vec<Copied>> {
    let options = Options::default();
    let text = source.text();
    let found = check::check(source, text, &options.limits).ok()?;
    if !found.is_ordinary {
        return None;
    }
    let copier = Copier {
        source,
        kept,
        writer: Writer::default(),
        pieces: Pieces::new(source),
        settled: Settled::default(),
        levels: Vec::new(),
        keys: Vec::new(),
        builder: Builder::new(source, options),
        open: Vec::new(),
        keeps: false,
        documents: Vec::new(),
        left: options.limits.events,
        gave_up: false,
    };
    let mut scanner = Scanner::new(text, found.is_ascii, &options.limits, copier);
    loop {
        scanner.simple_lines()?;
        if !scanner.unit()? {
            return scanner.sink.finish();
        }
    }
}

/// How many keys a map has before they are hashed.
const FEW: usize = 16;

/// A map or list that has begun.
struct Level<'a> {
    is_map: bool,
    /// Where its keys or dashes are written.
    column: usize,
    /// What stands before its first key or dash.
    after: After,
    is_empty: bool,
    /// In a map: whether a value comes next.
    has_key: bool,
    /// In a map: where its keys begin among those of all.
    first_key: usize,
    /// The keys of a map that has many.
    many: Option<HashSet<&'a str, RandomState>>,
}

/// What a value is written after.
#[derive(Clone, Copy, PartialEq)]
enum After {
    Nothing,
    Key,
    Dash,
}

/// How far a document is in pieces.
#[derive(Default)]
struct Settled {
    /// Bytes of what was written.
    written: usize,
    /// Bytes of the text.
    read: usize,
}

/// Writes events as they come.
struct Copier<'a, 'k> {
    source: &'a Arc<Source>,
    kept: &'k [&'k str],
    /// Writes what is not the same as in the text, and what is not compared yet.
    writer: Writer,
    pieces: Pieces,
    settled: Settled,
    levels: Vec<Level<'a>>,
    /// The keys of the maps that are open.
    keys: Vec<&'a str>,
    /// What builds the node of what is kept, with its own open maps and lists.
    builder: Builder<'a>,
    open: Vec<Open>,
    /// Whether the value of a kept key is read.
    keeps: bool,
    documents: Vec<Copied>,
    /// How many events there may be yet.
    left: u64,
    gave_up: bool,
}

impl<'a> Sink<'a> for Copier<'a, '_> {
    #[inline]
    fn take(&mut self, event: Event<'a>) {
        if self.step(event).is_none() {
            self.gave_up = true;
        }
    }

    fn is_fine(&self) -> bool {
        !self.gave_up
    }
}

impl<'a> Copier<'a, '_> {
    /// Compares what was written with the text, at the start of a line: what is the same becomes a piece of the text.
    #[inline]
    fn settle(&mut self, line_start: usize) {
        // The end of the line after a key is written with the value, which comes below.
        let is_pending = self.levels.last().is_some_and(|level| level.has_key);
        let read = line_start.saturating_sub(usize::from(is_pending));
        if self.levels.is_empty() {
            self.settled.read = read;
        } else if self.settled.read != read {
            self.settle_to(read);
        }
    }

    fn settle_to(&mut self, read: usize) {
        let bytes = self.settled.read..read;
        let written = self.writer.out.get(self.settled.written..);
        if written.is_some() && written == self.source.text().get(bytes.clone()) {
            self.writer.out.truncate(self.settled.written);
            self.pieces.add_same(bytes);
        } else {
            self.settle_own();
        }
        self.settled.read = read;
    }

    /// Keeps what was written.
    fn settle_own(&mut self) {
        let written = self.writer.out.len();
        self.pieces.add_own(written - self.settled.written);
        self.settled.written = written;
    }

    fn finish(self) -> Option<Vec<Copied>> {
        let documents = (!self.gave_up).then_some(self.documents)?;
        self.builder.finish(documents).ok()
    }

    fn step(&mut self, event: Event<'a>) -> Option<()> {
        self.left = self.left.checked_sub(1)?;
        let wants_key = self
            .levels
            .last()
            .is_some_and(|level| level.is_map && !level.has_key);
        match &event.kind {
            EventKind::DocumentStart | EventKind::DocumentEnd => Some(()),
            EventKind::Scalar {
                text,
                style,
                anchor: 0,
                ..
            } if wants_key => {
                // A text that is not borrowed had escapes.
                let Cow::Borrowed(text) = text else {
                    return None;
                };
                let (text, style) = (*text, *style);
                if self.levels.len() == 1 && self.kept.contains(&text) {
                    self.keeps = true;
                    self.keep(&event)?;
                } else if self.keeps {
                    self.keep(&event)?;
                }
                self.key(text, style)
            }
            EventKind::Scalar {
                text,
                style,
                anchor: 0,
                ..
            } => {
                if self.keeps {
                    self.keep(&event)?;
                }
                self.scalar(text, *style)
            }
            EventKind::MappingStart { anchor: 0, tag: None }
            | EventKind::SequenceStart { anchor: 0, tag: None }
                if !wants_key =>
            {
                let is_map = matches!(event.kind, EventKind::MappingStart { .. });
                if self.keeps || self.levels.is_empty() {
                    self.keep(&event)?;
                }
                self.begin(is_map)
            }
            EventKind::MappingEnd | EventKind::SequenceEnd => self.end(&event),
            _ => None,
        }
    }

    /// Has a part of what is kept built.
    fn keep(&mut self, event: &Event<'a>) -> Option<Option<Node>> {
        self.builder.take(event.clone(), &mut self.open).ok()
    }

    /// Begins a line where an entry of the innermost map or list is the next thing.
    fn entry(&mut self) -> Option<&mut Level<'a>> {
        let level = self.levels.last_mut()?;
        if level.is_empty && level.after == After::Key {
            self.writer.out.push('\n');
        }
        if !level.is_empty || level.after == After::Key {
            indent(&mut self.writer.out, level.column);
        }
        level.is_empty = false;
        Some(level)
    }

    fn key(&mut self, text: &'a str, style: ScalarStyle) -> Option<()> {
        if is_merge_key(text, style, None) {
            return None;
        }
        let Ok(Cow::Borrowed(key)) = resolve_key(text, style, None) else {
            return None;
        };
        self.add_key(key)?;
        let level = self.entry()?;
        level.has_key = true;
        let column = level.column;
        self.writer.key(key, column);
        Some(())
    }

    /// Notes a key of the innermost map, which does not have it yet.
    fn add_key(&mut self, key: &'a str) -> Option<()> {
        let level = self.levels.last_mut()?;
        let known = self.keys.get(level.first_key..)?;
        let is_new = match &mut level.many {
            Some(many) => many.insert(key),
            None if known.len() < FEW => !known.contains(&key),
            None => {
                let mut many: HashSet<_, _> = known.iter().copied().collect();
                let is_new = many.insert(key);
                level.many = Some(many);
                is_new
            }
        };
        if !is_new {
            return None;
        }
        if level.many.is_none() {
            self.keys.push(key);
        }
        Some(())
    }

    /// Goes to where a value is written; gives the column of the key or dash before it.
    fn value(&mut self) -> Option<(usize, After)> {
        let level = self.levels.last_mut()?;
        let column = level.column;
        if level.is_map {
            level.has_key = false;
            return Some((column, After::Key));
        }
        self.entry()?;
        self.writer.out.push_str("- ");
        Some((column, After::Dash))
    }

    fn scalar(&mut self, text: &str, style: ScalarStyle) -> Option<()> {
        let meaning = match style {
            ScalarStyle::Plain => meaning(text),
            _ => Meaning::Text,
        };
        if self.levels.is_empty() {
            return (meaning == Meaning::Null).then_some(());
        }
        let (column, after) = self.value()?;
        if after == After::Key {
            self.writer.out.push(' ');
        }
        match meaning {
            Meaning::Text => self.writer.text_line(text, column, false),
            meaning => self.writer.scalar(&value_of(meaning, text).ok()?, column, false),
        }
        self.complete();
        Some(())
    }

    fn begin(&mut self, is_map: bool) -> Option<()> {
        let (column, after) = if self.levels.is_empty() {
            if !is_map {
                return None;
            }
            (0, After::Nothing)
        } else {
            let (column, after) = self.value()?;
            match is_map || after == After::Dash {
                true => (column + 2, after),
                false => (column, after),
            }
        };
        self.levels.push(Level {
            is_map,
            column,
            after,
            is_empty: true,
            has_key: false,
            first_key: self.keys.len(),
            many: None,
        });
        Some(())
    }

    fn end(&mut self, event: &Event<'a>) -> Option<()> {
        let level = self.levels.pop()?;
        self.keys.truncate(level.first_key);
        if level.is_empty {
            if level.after == After::Key {
                self.writer.out.push(' ');
            }
            self.writer
                .out
                .push_str(if level.is_map { "{}\n" } else { "[]\n" });
        }
        if self.levels.is_empty() {
            let node = self.keep(event)??;
            self.settle_own();
            self.settled.written = 0;
            let pieces = mem::replace(&mut self.pieces, Pieces::new(self.source));
            let text = pieces.with(mem::take(&mut self.writer.out));
            self.documents.push(Copied { text, node });
        } else {
            if self.keeps {
                self.keep(event)?;
            }
            self.complete();
        }
        Some(())
    }

    /// A value is complete.
    fn complete(&mut self) {
        if self.levels.len() == 1 {
            self.keeps = false;
        }
    }
}
