//! A template's output and the way back from its places.

use super::positions::Positions;
use super::record::{Line, Record, Span};
use super::run::TEXT;
use crate::diagnostic::{Diagnostic, Label};
use crate::source::{Place, Source};
use crate::yaml::Node;
use std::cell::OnceCell;
use std::ops::Range;
use std::sync::Arc;

/// How many of the lines that inserted something are told.
const MOST_WAYS: usize = 4;

/// A template's output and how it came to be.
pub(super) struct Written<'a> {
    pub(super) text: &'a str,
    record: Option<&'a Record>,
    template: &'a Arc<Source>,
    /// Where the lines of the text begin, but for the first; found when they are asked for.
    lines: OnceCell<Vec<usize>>,
}

impl<'a> Written<'a> {
    pub(super) fn new(text: &'a str, record: Option<&'a Record>, template: &'a Arc<Source>) -> Self {
        Written {
            text,
            record,
            template,
            lines: OnceCell::new(),
        }
    }

    /// The piece of output at an offset, by its position.
    pub(super) fn span_at(&self, offset: usize) -> Option<(usize, &'a Span)> {
        let spans = &self.record?.spans;
        let position = spans.partition_point(|span| span.bytes.end <= offset);
        Some((position, spans.get(position)?))
    }

    /// The line of a template's file; nothing for the texts of `tpl`.
    pub(super) fn in_file(&self, line: Line) -> Option<Place> {
        let file = usize::try_from(line.file).ok()?;
        let source = self.record?.files.get(file)?;
        (source.name() != TEXT).then(|| Place::new(source, line.line, 0))
    }

    /// The line of a template; the template itself where a text of `tpl` is at work.
    pub(super) fn place(&self, line: Line) -> Place {
        self.in_file(line).unwrap_or_else(|| Place::whole(self.template))
    }

    /// The line of a template that wrote what stands at an offset.
    pub(super) fn place_at(&self, offset: usize) -> Place {
        let Some((_, span)) = self.span_at(offset) else {
            return Place::whole(self.template);
        };
        let mut by = span.by;
        if span.is_text {
            let lines = self.lines.get_or_init(|| {
                memchr::memchr_iter(b'\n', self.text.as_bytes())
                    .map(|at| at + 1)
                    .collect()
            });
            let line = |offset: usize| lines.partition_point(|start| *start <= offset);
            let further = line(offset).saturating_sub(line(span.bytes.start));
            by.line = by.line.saturating_add(u32::try_from(further).unwrap_or(u32::MAX));
        }
        let ways = self.ways(span).into_iter();
        let place = self
            .in_file(by)
            .or_else(|| ways.filter_map(|by| self.in_file(by)).next());
        place.unwrap_or_else(|| Place::whole(self.template))
    }

    /// The lines by which a piece of output came where it is, the innermost first.
    pub(super) fn ways(&self, span: &Span) -> Vec<Line> {
        let ways = self.record.map(|record| record.ways.as_slice());
        let mut found = Vec::new();
        let mut next = span.way;
        while let Some(way) = next.and_then(|way| ways?.get(usize::try_from(way).ok()?)) {
            found.push(way.by);
            next = way.before;
        }
        found.reverse();
        found
    }

    /// Puts a document at the template's places; where nothing was recorded, all of it at the template as a whole.
    pub(super) fn place_document(
        &self,
        node: &mut Node,
        source: &Arc<Source>,
        before: &dyn Fn(usize) -> usize,
        range: Range<usize>,
    ) {
        if self.record.is_none() {
            self.place_whole(node);
            return;
        }
        let positions = Positions::of(node, source, before, range);
        put(node, &|place| match positions.offset(place) {
            Some(offset) => self.place_at(offset),
            None => place.clone(),
        });
    }

    /// Puts a document at the template as a whole.
    pub(super) fn place_whole(&self, node: &mut Node) {
        put(node, &|_| Place::whole(self.template));
    }

    /// What is wrong with a document, at the template's line, with the line that was written.
    pub(super) fn told(&self, mut diagnostic: Diagnostic, source: &Arc<Source>, start: usize) -> Diagnostic {
        let labels = std::mem::take(&mut diagnostic.labels);
        let mut is_main = true;
        for Label { place, text } in labels {
            let is_written = place.source().is_some_and(|known| Arc::ptr_eq(known, source));
            if is_written && is_main {
                let range = source.line_range(place.line).unwrap_or_default();
                let line = source.text().get(range.clone()).unwrap_or_default();
                // The first word of the line: what stands before it may be of another line's making.
                let offset = start + range.start + line.len() - line.trim_start().len();
                let offset = offset.min((start + range.end).saturating_sub(1)).max(start);
                let place = self.place_at(offset);
                let ways = self.span_at(offset).map(|(_, span)| self.ways(span));
                let mut inserted: Vec<Place> = ways
                    .unwrap_or_default()
                    .into_iter()
                    .filter_map(|by| self.in_file(by))
                    .filter(|by| *by != place)
                    .collect();
                inserted.dedup();
                diagnostic = diagnostic.at(&place);
                for by in inserted.iter().take(MOST_WAYS) {
                    diagnostic = diagnostic.label(by, "inserted here");
                }
                is_main = false;
            }
            diagnostic = diagnostic.label(&place, text);
        }
        match diagnostic.labels.is_empty() {
            true => diagnostic.at(&Place::whole(self.template)),
            false => diagnostic,
        }
    }
}

/// Gives all parts of a node another place.
fn put(node: &mut Node, place: &dyn Fn(&Place) -> Place) {
    node.place = place(&node.place);
    if let Some(list) = node.as_list_mut() {
        list.iter_mut().for_each(|item| put(item, place));
    } else if let Some(map) = node.as_map_mut() {
        for entry in map.entries_mut() {
            entry.key_place = place(&entry.key_place);
            put(&mut entry.node, place);
        }
    }
}
