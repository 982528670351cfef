//! Finds the pieces of a text again in what a function made of it: `nindent` shifts lines, `trim` takes ends off, `printf`
//! puts texts side by side.

use std::ops::Range;
use std::sync::Arc;

use super::record::Span;
use super::text::Text;

/// A text and how it was made.
pub(super) type Made = (Text, Arc<[Span]>);

/// How many lines of a text are looked at to find the next line of the result.
const AHEAD: usize = 64;

/// The spans of `result`, which was made of texts with spans; what comes from none of them is a `gap`.
pub(super) fn align(result: &[u8], of: &[Made], gap: &Span) -> Vec<Span> {
    let mut found = Found {
        result,
        spans: Vec::new(),
        gap,
        at: 0,
        told: 0,
    };
    for (text, spans) in of {
        found.told = 0;
        let rest = result.get(found.at..).unwrap_or_default();
        if let Some(position) = find(rest, text.as_bytes()) {
            let from = found.at + position;
            found.piece(from..from + text.len(), 0, spans);
        } else {
            found.lines(text.as_bytes(), spans);
        }
    }
    found.fill(result.len());
    found.spans
}

struct Found<'g> {
    result: &'g [u8],
    spans: Vec<Span>,
    gap: &'g Span,
    /// Up to where the result is covered.
    at: usize,
    /// How many of a text's spans have told what was skipped before them.
    told: usize,
}

impl Found<'_> {
    /// Covers what is open up to an offset.
    fn fill(&mut self, end: usize) {
        if end <= self.at {
            return;
        }
        let between = self.result.get(self.at..end).unwrap_or_default();
        match self.spans.last_mut() {
            // White space between two lines of a text belongs to the one before.
            Some(last) if between.trim_ascii().is_empty() => last.bytes.end = end,
            _ => self.spans.push(Span {
                bytes: self.at..end,
                ..self.gap.clone()
            }),
        }
        self.at = end;
    }

    /// A part of the result that is the source from an offset on.
    fn piece(&mut self, range: Range<usize>, source: usize, spans: &[Span]) {
        self.fill(range.start);
        let source_end = source + range.len();
        let first = spans.partition_point(|span| span.bytes.end <= source);
        for (position, span) in spans.iter().enumerate().skip(first) {
            if span.bytes.start >= source_end {
                break;
            }
            let skipped = match position >= self.told {
                true => span.skipped.clone(),
                false => 0..0,
            };
            self.told = self.told.max(position + 1);
            let start = span.bytes.start.max(source) - source + range.start;
            let end = span.bytes.end.min(source_end) - source + range.start;
            match self.spans.last_mut() {
                Some(last) if skipped.is_empty() && same(last, span) => last.bytes.end = end,
                _ => self.spans.push(Span {
                    bytes: start..end,
                    skipped,
                    ..span.clone()
                }),
            }
            self.at = end;
        }
        self.fill(range.end);
    }

    /// Finds the lines of a text, in order, by what they hold between white space.
    fn lines(&mut self, text: &[u8], spans: &[Span]) {
        let source: Vec<(usize, &[u8])> = lines(text).collect();
        let mut next = 0;
        for (offset, line) in lines(self.result) {
            if line.is_empty() || offset < self.at {
                continue;
            }
            let candidates = source.iter().enumerate().skip(next).take(AHEAD);
            let mut matching = candidates.filter(|(_, (_, wanted))| *wanted == line);
            if let Some((number, (from, _))) = matching.next() {
                self.piece(offset..offset + line.len(), *from, spans);
                next = number + 1;
            }
        }
    }
}

/// Whether two spans say the same.
fn same(a: &Span, b: &Span) -> bool {
    (a.by, a.is_text, a.under, a.way, &a.reads) == (b.by, b.is_text, b.under, b.way, &b.reads)
}

/// The lines of a text without the white space around, each with its offset.
fn lines(text: &[u8]) -> impl Iterator<Item = (usize, &[u8])> {
    let mut offset = 0;
    text.split(|byte| *byte == b'\n').map(move |line| {
        let start = offset;
        offset += line.len() + 1;
        let trimmed = line.trim_ascii_start();
        (start + line.len() - trimmed.len(), trimmed.trim_ascii_end())
    })
}

fn find(text: &[u8], part: &[u8]) -> Option<usize> {
    match (std::str::from_utf8(text), std::str::from_utf8(part)) {
        (Ok(text), Ok(part)) => text.find(part),
        _ => text.windows(part.len().max(1)).position(|window| window == part),
    }
}
