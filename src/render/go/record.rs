//! What a render looked at, and which line of which template wrote what: filled while a template runs, where wanted.

use std::ops::Range;
use std::sync::Arc;

use super::value::Origin;
use crate::source::Source;

/// A line of a template's file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Line {
    /// The file, as a position in [`Record::files`].
    pub file: u32,
    /// The line, from 1.
    pub line: u32,
}

/// A value that was looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Read {
    /// The value.
    pub origin: Origin,
    /// Who looked.
    pub by: Line,
}

/// A condition (`if`, `with`, `range`) that output stands under.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition {
    /// The condition around it, as a position in [`Record::conditions`].
    pub parent: Option<u32>,
    /// Where it stands.
    pub by: Line,
    /// What it read, as positions in [`Record::reads`].
    pub reads: Range<u32>,
}

/// A piece of output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// Where it stands in the output, in bytes.
    pub bytes: Range<usize>,
    /// The line that wrote it; of text of several lines its first.
    pub by: Line,
    /// What was read for it since the piece before, as positions in [`Record::reads`].
    pub reads: Range<u32>,
    /// What it stands under, as a position in [`Record::conditions`].
    pub under: Option<u32>,
}

/// What happened in one render.
#[derive(Clone, Debug, Default)]
pub struct Record {
    /// The files of the templates that had a part in it.
    pub files: Vec<Arc<Source>>,
    /// What was looked at, in order.
    pub reads: Vec<Read>,
    /// What was written, in order and without gaps.
    pub spans: Vec<Span>,
    /// The conditions that came up.
    pub conditions: Vec<Condition>,
}

/// A record that is being filled.
#[derive(Debug, Default)]
pub(super) struct Recorder {
    pub record: Record,
    /// The condition that is around.
    pub under: Option<u32>,
    /// The line that is at work.
    pub at: Line,
    /// How many of the reads belong to pieces of output.
    told: u32,
}

fn count<T>(items: &[T]) -> u32 {
    u32::try_from(items.len()).unwrap_or(u32::MAX)
}

impl Recorder {
    /// A line of a file.
    pub fn line(&mut self, source: &Arc<Source>, line: u32) -> Line {
        let files = &mut self.record.files;
        let known = files
            .iter()
            .rposition(|known| Arc::ptr_eq(known, source))
            .unwrap_or_else(|| {
                files.push(Arc::clone(source));
                files.len() - 1
            });
        Line {
            file: u32::try_from(known).unwrap_or(u32::MAX),
            line,
        }
    }

    pub fn read(&mut self, origin: Origin) {
        let read = Read { origin, by: self.at };
        if self.record.reads.last() != Some(&read) {
            self.record.reads.push(read);
        }
    }

    /// How many reads there are.
    pub fn reads(&self) -> u32 {
        count(&self.record.reads)
    }

    /// A piece of output.
    pub fn wrote(&mut self, bytes: Range<usize>, by: Line) {
        let reads = self.told..self.reads();
        self.told = reads.end;
        match self.record.spans.last_mut() {
            Some(last)
                if reads.is_empty() && last.by == by && last.under == self.under && last.reads.is_empty() =>
            {
                last.bytes.end = bytes.end;
            }
            _ => self.record.spans.push(Span {
                bytes,
                by,
                reads,
                under: self.under,
            }),
        }
    }

    /// A condition that has read what came after `first`; what is written next stands under it.
    pub fn enter(&mut self, first: u32, by: Line) {
        let position = count(&self.record.conditions);
        let now = self.reads();
        self.record.conditions.push(Condition {
            parent: self.under,
            by,
            reads: first..now,
        });
        self.under = Some(position);
        // What was read before the condition, for a variable say, still belongs to the next piece of output.
        let at = |position: u32| usize::try_from(position).unwrap_or(usize::MAX);
        let reads = &mut self.record.reads;
        let waiting = reads.get(at(self.told)..at(first)).unwrap_or_default().to_vec();
        reads.extend(waiting);
        self.told = now;
    }
}

impl Record {
    /// Takes ranges of bytes out of the output that is recorded; `removed` is in order.
    pub(super) fn remove(&mut self, removed: &[Range<usize>]) {
        let shift = |offset: usize| {
            let before: usize = removed
                .iter()
                .take_while(|range| range.start < offset)
                .map(|range| range.end.min(offset) - range.start)
                .sum();
            offset - before
        };
        if !removed.is_empty() {
            for span in &mut self.spans {
                span.bytes = shift(span.bytes.start)..shift(span.bytes.end);
            }
        }
    }
}
