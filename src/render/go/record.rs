//! What a render looked at, and which line of which template wrote what: filled while a template runs, where wanted.

use std::ops::Range;
use std::sync::Arc;

use super::text::Text;
use super::value::Origin;
use crate::source::Source;

/// A line of a template's file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Line {
    /// The file, as a position in [`Record::files`].
    pub file: u32,
    /// The line, from 1.
    pub line: u32,
}

/// A value that was looked at.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Read {
    /// The value.
    pub origin: Origin,
    /// The key that it does not have, where one was asked for.
    pub missing: Option<Text>,
    /// Who looked.
    pub by: Line,
    /// Whether a condition or a loop did, so that it counts how many it holds.
    pub decides: bool,
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

/// The way of a text that was made elsewhere (by `include`, `tpl`, `toYaml`) to where it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Way {
    /// The action that wrote it.
    pub by: Line,
    /// What that read besides, as positions in [`Record::reads`].
    pub reads: Range<u32>,
    /// The condition that the action stands under, as a position in [`Record::conditions`].
    pub under: Option<u32>,
    /// The way before, as a position in [`Record::ways`].
    pub before: Option<u32>,
}

/// A piece of output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// Where it stands in the output, in bytes.
    pub bytes: Range<usize>,
    /// The line that wrote it; of text of several lines its first.
    pub by: Line,
    /// Whether it stands in the template as it is written, so that its lines are lines of the template.
    pub is_text: bool,
    /// What was read for it since the piece before, as positions in [`Record::reads`].
    pub reads: Range<u32>,
    /// What it stands under, as a position in [`Record::conditions`].
    pub under: Option<u32>,
    /// How it came here, as a position in [`Record::ways`], where it was made elsewhere.
    pub way: Option<u32>,
    /// The conditions before it under which nothing was written, as positions in [`Record::skipped`].
    pub skipped: Range<u32>,
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
    /// The ways that texts came.
    pub ways: Vec<Way>,
    /// Conditions under which nothing was written, as positions in [`Record::conditions`].
    pub skipped: Vec<u32>,
}

impl Record {
    /// Takes ranges of bytes out of the output that is recorded; `removed` is in order.
    pub(super) fn remove(spans: &mut [Span], removed: &[Range<usize>]) {
        // How many bytes have gone before an offset; both come in order.
        let mut gone = 0;
        let mut ranges = removed.iter().peekable();
        for span in spans {
            let mut shift = |offset: usize| {
                while let Some(range) = ranges.next_if(|range| range.end <= offset) {
                    gone += range.len();
                }
                let within = ranges
                    .peek()
                    .map_or(0, |range| offset.saturating_sub(range.start));
                offset - gone - within
            };
            span.bytes = shift(span.bytes.start)..shift(span.bytes.end);
        }
    }
}
