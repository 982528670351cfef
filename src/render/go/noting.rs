//! Notes on the parts of documents: which template's line wrote them, of which values, under which conditions.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use super::positions::Positions;
use super::record::{Record, Span};
use super::written::Written;
use crate::render::provenance::{Condition, Depth, LineRecord, Origin};
use crate::render::{Read, Recorder};
use crate::source::Place;
use crate::yaml::{Entry, Map, Node, Value};

/// Gives the parts of a template's documents notes.
pub(super) struct Noting<'a> {
    record: &'a Record,
    recorder: &'a Recorder,
    written: &'a Written<'a>,
    /// What was read, by positions in the record; none for computed values. With each, whether it was read on the way to
    /// the next one, which it holds.
    reads: Vec<Option<(Read, bool)>>,
    /// The numbers of conditions, by positions in the record.
    conditions: Vec<u32>,
    /// The numbers of what pieces stand under, by their condition and way.
    lines: HashMap<(Option<u32>, Option<u32>), u32>,
    /// The conditions of those numbers.
    conditions_of: HashMap<u32, Vec<u32>>,
    /// The notes of pieces of output, by their positions in the record.
    pieces: HashMap<usize, u32>,
    /// What conditions read under which nothing was written.
    absent: Vec<Read>,
    /// The same by offsets in the output, before which it could stand.
    skipped: Vec<(usize, Vec<Read>)>,
    /// Up to where the output has been told of.
    done: usize,
}

fn index(position: u32) -> usize {
    usize::try_from(position).unwrap_or(usize::MAX)
}

/// What was read, by positions in a record; none for computed values. With each, whether it was read on the way to the next
/// one, which it holds.
fn reads_of(record: &Record, recorder: &Recorder) -> Vec<Option<(Read, bool)>> {
    let mut reads: Vec<Option<(Read, bool)>> = Vec::with_capacity(record.reads.len());
    for read in &record.reads {
        let note = read.origin.note();
        let noted = note.map(|note| match &read.missing {
            Some(key) => recorder.missing(note, &key.lossy()),
            None => Read {
                note,
                // How often a loop runs hangs on how many there are.
                depth: match read.decides {
                    true => Depth::Keys,
                    false => Depth::Value,
                },
            },
        });
        if let (Some(noted), Some(Some((last, is_way)))) = (noted, reads.last_mut()) {
            *is_way = recorder.is_in(noted.note, last.note);
        }
        reads.push(noted.map(|read| (read, false)));
    }
    reads
}

/// All that was read for a text, each once.
pub(super) fn all_reads(record: &Record, recorder: &Recorder) -> Vec<Read> {
    let known = reads_of(record, recorder);
    let mut reads = Vec::new();
    push(
        &mut reads,
        known
            .iter()
            .flatten()
            .filter(|(_, is_way)| !is_way)
            .map(|(read, _)| *read),
    );
    reads
}

impl<'a> Noting<'a> {
    /// Notes all that was read; the parts of documents follow.
    pub(super) fn new(record: &'a Record, recorder: &'a Recorder, written: &'a Written<'a>) -> Self {
        let reads = reads_of(record, recorder);
        let next = record.reads.iter().skip(1).map(Some).chain([None]);
        for ((known, next), read) in record.reads.iter().zip(next).zip(&reads) {
            let is_alone = next.is_none_or(|next| next.by != known.by);
            if let Some((read, is_way)) = read
                && (is_alone || !is_way)
            {
                recorder.log(&[*read], &written.place(known.by));
            }
        }
        let mut noting = Noting {
            record,
            recorder,
            written,
            reads,
            conditions: Vec::with_capacity(record.conditions.len()),
            lines: HashMap::new(),
            conditions_of: HashMap::new(),
            pieces: HashMap::new(),
            absent: Vec::new(),
            skipped: Vec::new(),
            done: 0,
        };
        noting.note_conditions();
        noting.note_skipped();
        noting
    }

    fn note_conditions(&mut self) {
        let mut is_written_under = vec![false; self.record.conditions.len()];
        let ways = self.record.ways.iter().map(|way| way.under);
        for under in self.record.spans.iter().map(|span| span.under).chain(ways) {
            let mut next = under;
            while let Some(position) = next
                && let Some(known) = is_written_under.get_mut(index(position))
                && !std::mem::replace(known, true)
            {
                next = self
                    .record
                    .conditions
                    .get(index(position))
                    .and_then(|condition| condition.parent);
            }
        }
        for (condition, is_written_under) in self.record.conditions.iter().zip(is_written_under) {
            let reads: Vec<Read> = self.reads_in(&condition.reads).collect();
            if !is_written_under {
                push(&mut self.absent, reads.iter().copied());
            }
            let place = self.written.place(condition.by);
            let number = self.recorder.condition(Condition { place, reads });
            self.conditions.push(number);
        }
    }

    fn note_skipped(&mut self) {
        for span in self.record.spans.iter().filter(|span| !span.skipped.is_empty()) {
            let conditions = self
                .record
                .skipped
                .get(index(span.skipped.start)..index(span.skipped.end))
                .unwrap_or_default()
                .iter()
                .filter_map(|condition| self.record.conditions.get(index(*condition)));
            let mut reads = Vec::new();
            for condition in conditions {
                push(&mut reads, self.reads_in(&condition.reads));
            }
            self.skipped.push((span.bytes.start, reads));
        }
    }

    /// What could stand in a part of the output, or behind it before anything else does.
    fn skipped_around(&self, range: Range<usize>) -> Vec<Read> {
        let rest = self.written.text.get(range.end..).unwrap_or_default();
        self.skipped_in(range.start..range.end + (rest.len() - rest.trim_start().len()))
    }

    /// What could stand in a part of the output, its ends included.
    fn skipped_in(&self, range: Range<usize>) -> Vec<Read> {
        let first = self.skipped.partition_point(|(at, _)| *at < range.start);
        let skipped = self.skipped.get(first..).unwrap_or_default().iter();
        let mut reads = Vec::new();
        for (_, more) in skipped.take_while(|(at, _)| *at <= range.end) {
            push(&mut reads, more.iter().copied());
        }
        reads
    }

    fn reads_in(&self, range: &Range<u32>) -> impl Iterator<Item = Read> + use<'_, 'a> {
        let reads = self.reads.get(index(range.start)..index(range.end));
        let reads = reads.unwrap_or_default();
        let last = reads.len().saturating_sub(1);
        let known = reads
            .iter()
            .enumerate()
            .filter_map(|(at, read)| read.as_ref().map(|read| (at, read)));
        known.filter_map(move |(at, (read, is_way))| (at == last || !is_way).then_some(*read))
    }

    /// What was read for a piece of output, and on its way.
    fn reads_of(&self, span: &Span) -> Vec<Read> {
        let mut reads = Vec::new();
        push(&mut reads, self.reads_in(&span.reads));
        let mut next = span.way;
        while let Some(way) = next.and_then(|way| self.record.ways.get(index(way))) {
            push(&mut reads, self.reads_in(&way.reads));
            next = way.before;
        }
        reads
    }

    /// The number of what a piece of output stands under.
    fn line_of(&mut self, span: &Span) -> u32 {
        if let Some(known) = self.lines.get(&(span.under, span.way)) {
            return *known;
        }
        let mut chains = vec![span.under];
        let mut next = span.way;
        let mut ways = Vec::new();
        while let Some(way) = next.and_then(|way| self.record.ways.get(index(way))) {
            ways.push(way.under);
            next = way.before;
        }
        chains.extend(ways.into_iter().rev());
        let mut conditions: Vec<u32> = Vec::new();
        // The last way is the outermost.
        for under in chains.into_iter().rev() {
            let mut chain = Vec::new();
            let mut next = under;
            while let Some(position) = next {
                chain.extend(self.conditions.get(index(position)));
                next = self
                    .record
                    .conditions
                    .get(index(position))
                    .and_then(|condition| condition.parent);
            }
            for condition in chain.into_iter().rev() {
                if !conditions.contains(condition) {
                    conditions.push(*condition);
                }
            }
        }
        let line = self.recorder.line(LineRecord {
            conditions: conditions.clone(),
            skipped: Vec::new(),
        });
        self.conditions_of.insert(line, conditions);
        self.lines.insert((span.under, span.way), line);
        line
    }

    fn line_at(&mut self, offset: usize) -> u32 {
        match self.written.span_at(offset) {
            Some((_, span)) => self.line_of(span),
            None => 0,
        }
    }

    /// A document with notes on all its parts.
    pub(super) fn document(&mut self, node: &Node, positions: &Positions) -> Node {
        let node = self.node(node, positions, None);
        // What was read behind the last field, and for what was not written, could stand in the document.
        let absent = self.reads_from(self.done..positions.end, true);
        let mut origin = node
            .place
            .note()
            .and_then(|note| self.recorder.origin(note))
            .unwrap_or_default();
        push(
            &mut origin.absent,
            absent.into_iter().chain(self.absent.iter().copied()),
        );
        // What a document stands under is what all its entries stand under.
        origin.line = 0;
        let note = self.recorder.made(origin);
        Node {
            place: node.place.noted(note),
            ..node
        }
    }

    /// A node with a note; `key` is where its key stands.
    fn node(&mut self, node: &Node, positions: &Positions, key: Option<usize>) -> Node {
        let Some(bounds) = positions.bounds(&node.place) else {
            return node.clone();
        };
        let place = self.written.place_at(key.unwrap_or(bounds.start));
        let start = key.unwrap_or(bounds.start);
        let line = self.line_at(start);
        let within = self.conditions_within(node, positions, line);
        let value = match &node.value {
            Value::List(list) if !list.is_empty() => {
                let items = list.iter().map(|item| self.node(item, positions, None));
                items.collect::<Vec<_>>().into()
            }
            Value::Map(map) if !map.is_empty() => {
                let mut noted = Map::with_capacity(map.len());
                for (name, entry) in map.iter() {
                    let key = positions.offset(&entry.key_place);
                    let key_place = key.map_or_else(Place::default, |key| self.written.place_at(key));
                    let node = self.node(&entry.node, positions, key);
                    noted.insert_entry(Arc::clone(name), Entry { key_place, node });
                }
                noted.into()
            }
            _ => return self.leaf(node, bounds, key),
        };
        let mut absent = self.skipped_around(start..self.done.max(start));
        push(&mut absent, within);
        self.noted(
            value,
            Origin {
                place,
                line,
                absent,
                ..Origin::default()
            },
        )
    }

    /// What the conditions read that entries of a list or map stand under, and it does not itself: without them it would be another.
    fn conditions_within(&mut self, node: &Node, positions: &Positions, line: u32) -> Vec<Read> {
        let starts: Vec<usize> = match &node.value {
            Value::List(list) => {
                let places = list.iter().filter_map(|item| positions.offset(&item.place));
                places.collect()
            }
            Value::Map(map) => {
                let places = map
                    .iter()
                    .filter_map(|(_, entry)| positions.offset(&entry.key_place));
                places.collect()
            }
            _ => return Vec::new(),
        };
        let mut reads = Vec::new();
        let mut last = line;
        for start in starts {
            let of_entry = self.line_at(start);
            if of_entry == last {
                continue;
            }
            last = of_entry;
            let own = self
                .conditions_of
                .get(&line)
                .map(Vec::as_slice)
                .unwrap_or_default();
            let of_entry = self.conditions_of.get(&of_entry).map(Vec::as_slice);
            let inner = of_entry
                .unwrap_or_default()
                .iter()
                .filter(|known| !own.contains(known));
            for condition in inner {
                push(&mut reads, self.recorder.reads_of_condition(*condition));
            }
        }
        reads
    }

    fn noted(&self, value: Value, origin: Origin) -> Node {
        let place = origin.place.clone();
        let note = self.recorder.made(origin);
        Node::new(value, place.noted(note))
    }

    /// A scalar, or an empty list or map.
    fn leaf(&mut self, node: &Node, bounds: Range<usize>, key: Option<usize>) -> Node {
        let start = bounds.start;
        let end = end_of(self.written.text, &bounds);
        let is_nothing = end == start || matches!(node.value, Value::Null);
        let at = key.filter(|_| is_nothing).unwrap_or(start);
        let mut origin = Origin {
            place: self.written.place_at(at),
            line: self.line_at(at),
            ..Origin::default()
        };
        // What was read since the field before, for its key or a variable, was read for it.
        let before = self.reads_from(self.done.min(start)..start, true);
        if let Value::String(text) = &node.value {
            origin.parts = self.parts(text, start..end);
        }
        let own = match origin.parts.is_empty() {
            true => self.reads_from(start..end.max(start + 1), false),
            false => Vec::new(),
        };
        push(&mut origin.reads, before.into_iter().chain(own));
        self.done = self.done.max(end);
        if is_nothing || matches!(node.value, Value::List(_) | Value::Map(_)) {
            origin.absent = self.skipped_around(at..end);
        } else if let Value::String(_) = &node.value {
            origin.absent = self.skipped_in(start..end);
        }
        self.noted(node.value.clone(), origin)
    }

    /// What was read for the pieces of a part of the output, or for those that begin there. What was read before a text of
    /// the template belongs to where the text begins.
    fn reads_from(&self, range: Range<usize>, begin_there: bool) -> Vec<Read> {
        let mut reads = Vec::new();
        let Some((first, _)) = self.written.span_at(range.start) else {
            return reads;
        };
        let spans = self.record.spans.get(first..).unwrap_or_default().iter();
        for span in spans.take_while(|span| span.bytes.start < range.end) {
            if span.bytes.start >= range.start || !(begin_there || span.is_text) {
                push(&mut reads, self.reads_of(span));
            }
        }
        reads
    }

    /// The parts of a text that several pieces of output made.
    fn parts(&mut self, text: &str, range: Range<usize>) -> Vec<(Range<usize>, u32)> {
        let Some((first, _)) = self.written.span_at(range.start) else {
            return Vec::new();
        };
        let spans = self.record.spans.get(first..).unwrap_or_default();
        let count = spans.partition_point(|span| span.bytes.start < range.end);
        if count < 2 {
            return Vec::new();
        }
        let mut parts = Vec::new();
        // How far the text has been found in what was written.
        let mut at = 0;
        for (position, span) in (first..).zip(spans.iter().take(count)) {
            let bytes = span.bytes.start.max(range.start)..span.bytes.end.min(range.end);
            let piece = self.written.text.get(bytes).unwrap_or_default();
            let mut found: Option<Range<usize>> = None;
            for line in piece.split('\n').map(str::trim).filter(|line| !line.is_empty()) {
                if let Some(start) = find(text, at, line) {
                    at = start + line.len();
                    found = Some(found.map_or(start, |found| found.start)..at);
                }
            }
            if let Some(found) = found {
                parts.push((found, self.piece(position, span)));
            }
        }
        parts
    }

    /// The note of a piece of output.
    fn piece(&mut self, position: usize, span: &Span) -> u32 {
        if let Some(known) = self.pieces.get(&position) {
            return *known;
        }
        let mut reads = self.reads_of(span);
        // What was read before a text of the template, for a variable or a loop, was read for what comes behind it.
        let before = position
            .checked_sub(1)
            .and_then(|before| self.record.spans.get(before));
        if let Some(before) = before.filter(|before| before.is_text && !span.is_text) {
            push(&mut reads, self.reads_of(before));
        }
        let origin = Origin {
            place: self.written.place_at(span.bytes.start),
            reads,
            absent: self.skipped_in(span.bytes.clone()),
            line: self.line_of(span),
            ..Origin::default()
        };
        let note = self.recorder.made(origin);
        self.pieces.insert(position, note);
        note
    }
}

/// How far behind the last part the next one is looked for.
const AHEAD: usize = 256;

/// Where a line stands in a text, not far behind an offset.
fn find(text: &str, at: usize, line: &str) -> Option<usize> {
    let mut end = text.len().min(at + line.len() + AHEAD);
    while !text.is_char_boundary(end) {
        end += 1;
    }
    Some(at + text.get(at..end)?.find(line)?)
}

fn push(reads: &mut Vec<Read>, more: impl IntoIterator<Item = Read>) {
    for read in more {
        if !reads.contains(&read) {
            reads.push(read);
        }
    }
}

/// Where a scalar ends that begins at the start of a range, before what comes next.
fn end_of(text: &str, range: &Range<usize>) -> usize {
    let rest = text.get(range.clone()).unwrap_or_default();
    let first_line = rest.split('\n').next().unwrap_or_default();
    let length = match rest.as_bytes().first() {
        // A block ends before the line of what comes next.
        Some(b'|' | b'>') => {
            match range.end == text.len() || text.as_bytes().get(range.end) == Some(&b'\n') {
                true => rest.len(),
                false => rest.rfind('\n').unwrap_or(rest.len()),
            }
        }
        Some(quote @ (b'"' | b'\'')) => closing(rest, *quote),
        _ => first_line.len(),
    };
    let scalar = rest.get(..length).unwrap_or(rest);
    range.start + scalar.trim_end().len()
}

/// How long a quoted text is.
fn closing(text: &str, quote: u8) -> usize {
    let mut bytes = text.bytes().enumerate().skip(1).peekable();
    while let Some((at, byte)) = bytes.next() {
        if byte == b'\\' && quote == b'"' {
            bytes.next();
        } else if byte == quote
            && bytes
                .next_if(|(_, next)| quote == b'\'' && *next == quote)
                .is_none()
        {
            return at + 1;
        }
    }
    text.len()
}
