//! Which parts of a text came from where.

use std::collections::HashSet;
use std::ops::Range;

use super::holes::{Filled, Hole};
use super::record::{Read, is_on, put_out, with_recording};
use super::rendered::Spot;
use crate::render::provenance::{Depth, Origin};
use crate::source::{Place, Source};
use crate::yaml::{self, EventKind, Events, Limits, Node, Value};

/// The parts of a text that is being put together.
#[derive(Default)]
pub(super) struct Parts(Vec<Part>);

enum Part {
    /// A value in its place, with what was read for it and the template's place.
    Value(Range<usize>, Node, Vec<Read>, Place),
    /// A line with a record.
    Line(Range<usize>, Spot),
}

impl Parts {
    /// What a hole put into the text.
    pub(super) fn add(&mut self, range: Range<usize>, hole: &Hole, place: impl FnOnce() -> Place) {
        if let Filled::Node(node) = &hole.filled
            && is_on()
        {
            let place = place();
            put_out(node, &place);
            let part = Part::Value(range, node.clone(), hole.reads.clone(), place);
            self.0.push(part);
        }
    }

    /// A line of the text and its record.
    pub(super) fn add_line(&mut self, range: Range<usize>, spot: impl FnOnce() -> Spot) {
        if !is_on() {
            return;
        }
        let spot = spot();
        if spot.line > 0 {
            self.0.push(Part::Line(range, spot));
        }
    }

    /// The lines of a text and their records, by their numbers from 0.
    pub(super) fn add_lines(&mut self, text: &str, spot: impl Fn(u32) -> Spot) {
        if !is_on() {
            return;
        }
        let mut start = 0;
        for (index, line) in (0..).zip(text.split_inclusive('\n')) {
            self.add_line(start..start + line.len(), || spot(index));
            start += line.len();
        }
    }

    /// All that was read for the values in the text.
    pub(super) fn reads(&self) -> Vec<Read> {
        let mut all = Vec::new();
        for part in &self.0 {
            if let Part::Value(_, node, reads, _) = part {
                all.extend(reads);
                all.extend(node.place.note().map(|note| Read {
                    note,
                    depth: Depth::Whole,
                }));
            }
        }
        all
    }

    /// The text as a node with what is known of it.
    pub(super) fn note(self, node: Node, place: &Place, line: u32) -> Node {
        if !is_on() || (self.0.is_empty() && line == 0) {
            return node;
        }
        let text = node.as_str().unwrap_or("").to_owned();
        let mut parts: Vec<(Range<usize>, u32)> = Vec::new();
        for part in self.0 {
            let (range, mut reads, spot, tree) = match part {
                Part::Line(range, spot) => (range, Vec::new(), spot, None),
                Part::Value(range, node, mut reads, place) => {
                    let is_tree = matches!(node.value, Value::List(_) | Value::Map(_));
                    reads.extend(node.place.note().map(|note| Read {
                        note,
                        depth: if is_tree { Depth::Value } else { Depth::Whole },
                    }));
                    (range, reads, Spot { place, line: 0 }, is_tree.then_some(node))
                }
            };
            if let Some(tree) = &tree {
                put_out(tree, &spot.place);
                let leaves = leaves(tree, text.get(range.clone()).unwrap_or(""), range.start);
                // What made a part of it made that part, not all of it.
                if !leaves.is_empty() {
                    let own = tree.place.note();
                    let inner: HashSet<u32> = leaves.iter().map(|(_, note)| *note).collect();
                    reads.retain(|read| Some(read.note) == own || !inner.contains(&read.note));
                }
                parts.extend(leaves);
            }
            let origin = Origin {
                place: spot.place,
                reads,
                absent: tree.as_ref().map(absent).unwrap_or_default(),
                line: spot.line,
                parts: Vec::new(),
            };
            if let Some(note) = with_recording(|recording| Some(recording.recorder.made(origin))) {
                parts.push((range, note));
            }
        }
        let origin = Origin {
            place: place.clone(),
            line,
            parts,
            ..Origin::default()
        };
        match with_recording(|recording| Some(recording.recorder.made(origin))) {
            Some(note) => Node {
                place: node.place.noted(note),
                value: node.value,
            },
            None => node,
        }
    }
}

/// What could stand in a tree and does not.
fn absent(node: &Node) -> Vec<Read> {
    let mut all = match node.place.note() {
        Some(note) => with_recording(|recording| recording.recorder.origin(note))
            .map_or_else(Vec::new, |origin| origin.absent),
        None => Vec::new(),
    };
    match &node.value {
        Value::List(list) => list.iter().for_each(|item| all.extend(absent(item))),
        Value::Map(map) => map.iter().for_each(|(_, entry)| all.extend(absent(&entry.node))),
        _ => {}
    }
    all
}

/// Where the parts of a list or map stand in the YAML that was written of it, and their notes. The YAML is read again: it has
/// its scalars in the order of the tree.
fn leaves(tree: &Node, text: &str, start: usize) -> Vec<(Range<usize>, u32)> {
    let mut order = Order::default();
    order.add(tree);
    let source = Source::new("inserted", dedented(text));
    let mut places: Vec<(u32, u32)> = Vec::new();
    for event in Events::new(&source, Limits::default()) {
        let Ok(event) = event else { return Vec::new() };
        if matches!(event.kind, EventKind::Scalar { .. }) {
            places.push((event.line, event.column));
        }
    }
    if places.len() != order.scalars {
        return Vec::new();
    }
    let lines = line_starts(text);
    let indent = indentation(text);
    let at = |number: usize| {
        let Some((line, column)) = places.get(number) else {
            return text.len();
        };
        let index = usize::try_from(*line).unwrap_or(1).saturating_sub(1);
        let extra = if index == 0 { 0 } else { indent };
        let column = usize::try_from(*column).unwrap_or(1).saturating_sub(1);
        lines
            .get(index)
            .map_or(text.len(), |from| (from + extra + column).min(text.len()))
    };
    let ranges = order.noted.into_iter().map(|(scalars, note)| {
        let (from, to) = (at(scalars.start), at(scalars.end));
        (start + from..start + to.max(from + 1), note)
    });
    ranges.collect()
}

/// The scalars of a tree, keys included, in the order in which they are written, and what is noted of which of them.
#[derive(Default)]
struct Order {
    scalars: usize,
    noted: Vec<(Range<usize>, u32)>,
}

impl Order {
    fn add(&mut self, node: &Node) {
        let start = self.scalars;
        match &node.value {
            Value::List(list) => list.iter().for_each(|item| self.add(item)),
            Value::Map(map) => {
                for (_, entry) in yaml::in_natural_order(map) {
                    let key = self.scalars;
                    self.scalars += 1;
                    self.add(&entry.node);
                    // What made the value made its key, too.
                    if let Some(note) = entry.node.place.note() {
                        self.noted.push((key..key + 1, note));
                    }
                }
            }
            _ => self.scalars += 1,
        }
        if let Some(note) = node.place.note() {
            self.noted.push((start..self.scalars, note));
        }
    }
}

fn line_starts(text: &str) -> Vec<usize> {
    std::iter::once(0)
        .chain(text.match_indices('\n').map(|(at, _)| at + 1))
        .collect()
}

/// The blanks before every line but the first.
fn indentation(text: &str) -> usize {
    let rest = text.split_once('\n').map_or("", |(_, rest)| rest);
    let lines = rest.lines().filter(|line| !line.trim().is_empty());
    lines
        .map(|line| line.len() - line.trim_start().len())
        .min()
        .unwrap_or(0)
}

fn dedented(text: &str) -> String {
    let indent = indentation(text);
    let lines = text.split('\n').enumerate().map(|(index, line)| match index {
        0 => line,
        _ => line.get(indent..).unwrap_or(""),
    });
    lines.collect::<Vec<_>>().join("\n")
}
