//! Where the parts of a document stand in a template's output.

use std::ops::Range;
use std::sync::Arc;

use crate::source::{Place, Source};
use crate::yaml::{Node, Value};

/// Where the keys and values of a document stand in the template's output.
pub(super) struct Positions {
    /// Lines and columns in the document, in order, with their offsets in the output.
    known: Vec<((u32, u32), usize)>,
    /// Where the document ends.
    pub(super) end: usize,
}

impl Positions {
    /// Those of a document that was read from a part of the output. `before` tells where in that part a byte of the document's text stood.
    pub(super) fn of(
        node: &Node,
        source: &Arc<Source>,
        before: &dyn Fn(usize) -> usize,
        range: Range<usize>,
    ) -> Positions {
        fn collect(node: &Node, found: &mut Vec<(u32, u32)>) {
            found.push((node.place.line, node.place.column));
            match &node.value {
                Value::List(list) => list.iter().for_each(|item| collect(item, found)),
                Value::Map(map) => {
                    for (_, entry) in map.iter() {
                        found.push((entry.key_place.line, entry.key_place.column));
                        collect(&entry.node, found);
                    }
                }
                _ => {}
            }
        }
        let mut found = Vec::new();
        collect(node, &mut found);
        found.sort_unstable();
        found.dedup();
        let mut known = Vec::with_capacity(found.len());
        // The column that was reached on a line, and its offset.
        let mut reached = (0, 1, 0);
        for (line, column) in found {
            if reached.0 != line {
                let start = source.line_range(line).map_or(0, |range| range.start);
                reached = (line, 1, start);
            }
            let rest = source.text().get(reached.2..).unwrap_or_default();
            let further = usize::try_from(column.saturating_sub(reached.1)).unwrap_or_default();
            let bytes: usize = rest.chars().take(further).map(char::len_utf8).sum();
            reached = (line, column.max(1), reached.2 + bytes);
            known.push(((line, column), (range.start + before(reached.2)).min(range.end)));
        }
        Positions {
            known,
            end: range.end,
        }
    }

    /// The offset of a place.
    pub(super) fn offset(&self, place: &Place) -> Option<usize> {
        self.bounds(place).map(|range| range.start)
    }

    /// The offset of a place, and that of the next one.
    pub(super) fn bounds(&self, place: &Place) -> Option<Range<usize>> {
        let position = (place.line, place.column);
        let index = self
            .known
            .binary_search_by_key(&position, |(known, _)| *known)
            .ok()?;
        let (_, start) = self.known.get(index)?;
        let next = self.known.get(index + 1).map_or(self.end, |(_, next)| *next);
        Some(*start..next)
    }
}
