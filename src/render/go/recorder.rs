//! A record while it is filled.

use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::sync::Arc;

use ahash::RandomState;

use super::align::{Made, align};
use super::record::{Condition, Line, Read, Record, Span, Way};
use super::text::Text;
use super::value::{Origin, Value};
use crate::source::Source;

/// Fills a record.
#[derive(Debug, Default)]
pub(super) struct Recorder {
    pub record: Record,
    /// The condition that is around.
    pub under: Option<u32>,
    /// The line that is at work.
    pub at: Line,
    /// How many of the reads belong to pieces of output.
    told: u32,
    /// The conditions under which nothing was written since the last piece of output.
    skipped: Vec<u32>,
    /// What is known of texts that were made, by where they are in memory. They are kept, so that nothing else comes there.
    made: HashMap<(usize, usize), Made, RandomState>,
}

/// What a recorder puts aside while a text is made.
pub(super) struct Aside {
    spans: Vec<Span>,
    told: u32,
    under: Option<u32>,
    at: Line,
    skipped: Vec<u32>,
}

fn count<T>(items: &[T]) -> u32 {
    u32::try_from(items.len()).unwrap_or(u32::MAX)
}

fn index(position: u32) -> usize {
    usize::try_from(position).unwrap_or(usize::MAX)
}

fn place(text: &Text) -> (usize, usize) {
    (text.as_bytes().as_ptr().addr(), text.len())
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

    /// A value was looked at.
    pub fn read(&mut self, origin: Origin) {
        self.looked(origin, None);
    }

    /// A value was asked for a key that it does not have.
    pub fn missed(&mut self, origin: Origin, key: &Text) {
        self.looked(origin, Some(key.clone()));
    }

    fn looked(&mut self, origin: Origin, missing: Option<Text>) {
        let read = Read {
            origin,
            missing,
            by: self.at,
            decides: false,
        };
        // What was read for something else, a condition say, is read again.
        let is_noted = self.reads() > self.told && self.record.reads.last() == Some(&read);
        if !is_noted {
            self.record.reads.push(read);
        }
    }

    /// Nothing was written under the conditions that have been entered since `outer` was the innermost.
    pub fn skip(&mut self, outer: Option<u32>) {
        let mut next = self.under;
        while let Some(position) = next.filter(|_| next != outer) {
            self.skipped.push(position);
            let condition = self.record.conditions.get(index(position));
            next = condition.and_then(|condition| condition.parent);
        }
    }

    /// The record, when all of an output that is so long has been written. What was skipped behind it could stand at its end.
    pub fn finish(mut self, end: usize) -> Record {
        let skipped = self.take_skipped(&(0..0));
        if !skipped.is_empty() {
            self.record.spans.push(Span {
                bytes: end..end,
                by: self.at,
                is_text: false,
                reads: 0..0,
                under: None,
                way: None,
                skipped,
            });
        }
        self.record
    }

    /// What was skipped before a piece of output, besides what it knows of that itself.
    fn take_skipped(&mut self, own: &Range<u32>) -> Range<u32> {
        if self.skipped.is_empty() {
            return own.clone();
        }
        let start = count(&self.record.skipped);
        let own = self.record.skipped.get(index(own.start)..index(own.end));
        let own = own.unwrap_or_default().to_vec();
        self.record.skipped.append(&mut self.skipped);
        self.record.skipped.extend(own);
        start..count(&self.record.skipped)
    }

    /// Values are read again of which something was made.
    pub fn read_again(&mut self, reads: &[Read]) {
        for read in reads {
            self.looked(read.origin, read.missing.clone());
        }
    }

    /// What was read from a position on.
    pub fn reads_since(&self, first: u32) -> &[Read] {
        self.record.reads.get(index(first)..).unwrap_or_default()
    }

    /// What was read from a position on belongs to no piece of output; what was read before still belongs to the next one.
    pub fn leave_out(&mut self, first: u32) {
        let reads = &mut self.record.reads;
        let waiting = reads
            .get(index(self.told)..index(first))
            .unwrap_or_default()
            .to_vec();
        let now = count(reads);
        reads.extend(waiting);
        self.told = now;
    }

    /// How many reads there are.
    pub fn reads(&self) -> u32 {
        count(&self.record.reads)
    }

    /// A piece of output, which stands in the template as it is (`is_text`) or was made by an action.
    pub fn wrote(&mut self, bytes: Range<usize>, by: Line, is_text: bool) {
        let reads = self.told..self.reads();
        self.told = reads.end;
        let skipped = self.take_skipped(&(0..0));
        match self.record.spans.last_mut() {
            // A text that a loop writes again begins at its first line again.
            Some(last)
                if !is_text
                    && reads.is_empty()
                    && skipped.is_empty()
                    && last.reads.is_empty()
                    && last.way.is_none()
                    && (last.by, last.is_text, last.under) == (by, false, self.under) =>
            {
                last.bytes.end = bytes.end;
            }
            _ => self.record.spans.push(Span {
                bytes,
                by,
                is_text,
                reads,
                under: self.under,
                way: None,
                skipped,
            }),
        }
    }

    /// A text of which it is known how it was made, as a piece of output from `start` on; whether it is.
    pub fn wrote_made(&mut self, start: usize, text: &Text, by: Line) -> bool {
        let Some((_, spans)) = self.made.get(&place(text)).cloned() else {
            return false;
        };
        let reads = self.besides(&spans);
        let mut ways: HashMap<Option<u32>, u32, RandomState> = HashMap::default();
        for span in spans.iter() {
            let skipped = self.take_skipped(&span.skipped);
            let way = *ways.entry(span.way).or_insert_with(|| {
                self.record.ways.push(Way {
                    by,
                    reads: reads.clone(),
                    under: self.under,
                    before: span.way,
                });
                count(&self.record.ways) - 1
            });
            self.record.spans.push(Span {
                bytes: start + span.bytes.start..start + span.bytes.end,
                way: Some(way),
                skipped,
                ..span.clone()
            });
        }
        true
    }

    /// What was read since the last piece of output and belongs to none of the spans.
    fn besides(&mut self, spans: &[Span]) -> Range<u32> {
        let now = self.reads();
        let mut known = vec![false; index(now).saturating_sub(index(self.told))];
        let mut mark = |reads: &Range<u32>| {
            let from = index(reads.start).saturating_sub(index(self.told));
            let to = index(reads.end).saturating_sub(index(self.told));
            if let Some(known) = known.get_mut(from..to) {
                known.fill(true);
            }
        };
        let mut conditions = Vec::new();
        // What is known of the ways that parts came was copied there.
        let mut on_ways: HashSet<Read, RandomState> = HashSet::default();
        let mut seen_ways: HashSet<u32, RandomState> = HashSet::default();
        for span in spans {
            mark(&span.reads);
            if conditions.last() != Some(&span.under) {
                conditions.push(span.under);
            }
            let mut next = span.way;
            while let Some(position) = next.filter(|position| seen_ways.insert(*position)) {
                let Some(way) = self.record.ways.get(index(position)) else {
                    break;
                };
                let range = index(way.reads.start)..index(way.reads.end);
                on_ways.extend(self.record.reads.get(range).unwrap_or_default().iter().cloned());
                mark(&way.reads);
                conditions.push(way.under);
                next = way.before;
            }
        }
        let mut seen: HashSet<u32, RandomState> = HashSet::default();
        for first in conditions {
            let mut next = first;
            while let Some(position) = next.filter(|position| seen.insert(*position)) {
                let Some(condition) = self.record.conditions.get(index(position)) else {
                    break;
                };
                mark(&condition.reads);
                next = condition.parent;
            }
        }
        let rest: Vec<Read> = (index(self.told)..)
            .zip(&known)
            .filter(|(_, known)| !**known)
            .filter_map(|(position, _)| self.record.reads.get(position).cloned())
            .filter(|read| !on_ways.contains(read))
            .collect();
        self.record.reads.extend(rest);
        self.told = self.reads();
        now..self.told
    }

    /// A condition that has read what came after `first`; what is written next stands under it.
    pub fn enter(&mut self, first: u32, by: Line) {
        let position = count(&self.record.conditions);
        let now = self.reads();
        let reads = self.record.reads.get_mut(index(first)..).unwrap_or_default();
        reads.iter_mut().for_each(|read| read.decides = true);
        self.record.conditions.push(Condition {
            parent: self.under,
            by,
            reads: first..now,
        });
        self.under = Some(position);
        self.leave_out(first);
    }

    /// A text begins to be made: what is written now is told of it.
    pub fn begin(&mut self) -> Aside {
        let aside = Aside {
            spans: std::mem::take(&mut self.record.spans),
            told: self.told,
            under: self.under,
            at: self.at,
            skipped: std::mem::take(&mut self.skipped),
        };
        self.told = self.reads();
        aside
    }

    /// The text has been made. What was read for it was read for whatever becomes of it.
    pub fn end(&mut self, aside: Aside) -> Vec<Span> {
        self.told = aside.told;
        self.under = aside.under;
        self.at = aside.at;
        let within = std::mem::replace(&mut self.skipped, aside.skipped);
        self.skipped.extend(within);
        std::mem::replace(&mut self.record.spans, aside.spans)
    }

    /// Keeps how a text was made.
    pub fn keep(&mut self, text: &Text, spans: Vec<Span>) {
        if !text.is_empty() && !spans.is_empty() {
            self.made.insert(place(text), (text.clone(), spans.into()));
        }
    }

    /// A text was made of values as YAML; `marks` tells where each ends in it. `first` is how many reads there were before.
    pub fn wrote_yaml(&mut self, text: &Text, marks: &[(usize, Origin)], first: u32) {
        let reads = self.record.reads.get(index(first)..).unwrap_or_default();
        let known: HashMap<Origin, u32, RandomState> = reads
            .iter()
            .zip(first..)
            .map(|(read, position)| (read.origin, position))
            .collect();
        let mut from = 0;
        let mut spans: Vec<Span> = Vec::with_capacity(marks.len());
        for (end, origin) in marks {
            let end = (*end).min(text.len());
            let reads = known.get(origin).map_or(0..0, |position| *position..position + 1);
            spans.push(Span {
                bytes: from..end,
                by: self.at,
                is_text: false,
                reads,
                under: self.under,
                way: None,
                skipped: 0..0,
            });
            from = end;
        }
        if let Some(last) = spans.last_mut() {
            last.bytes.end = text.len();
        }
        self.keep(text, spans);
    }

    /// A function made a text of its arguments, which may be texts of which it is known how they were made.
    pub fn transformed(&mut self, result: &Text, arguments: &[Value]) {
        if result.is_empty() || self.made.contains_key(&place(result)) {
            return;
        }
        let of: Vec<Made> = arguments
            .iter()
            .filter_map(Value::as_text)
            .filter_map(|text| self.made.get(&place(text)).cloned())
            .collect();
        if of.is_empty() {
            return;
        }
        let gap = Span {
            bytes: 0..0,
            by: self.at,
            is_text: false,
            reads: 0..0,
            under: self.under,
            way: None,
            skipped: 0..0,
        };
        let spans = align(result.as_bytes(), &of, &gap);
        self.keep(result, spans);
    }
}
