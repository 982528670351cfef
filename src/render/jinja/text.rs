//! The text of a scalar with holes in it.

use std::borrow::Cow;

use super::holes::{self, Filled, Hole};
use super::marks::{self, HOLE_END, HOLE_START};
use super::measure::Measure;
use super::parts::Parts;
use super::rendered::Spot;
use super::shared::{Shared, bytes_exhausted};
use super::value::scalar_text;
use crate::diagnostic::{Diagnostic, Result};
use crate::source::Place;
use crate::yaml::{self, Node, Value};

/// A piece of a scalar's text.
enum Piece<'a> {
    Text(&'a str),
    Hole(usize),
}

/// Joins texts with what goes into their holes, at a place of the template.
pub(super) struct Joiner<'a> {
    pub(super) shared: &'a Shared,
    pub(super) place: &'a Place,
}

impl Joiner<'_> {
    /// What goes into a hole.
    pub(super) fn hole(&self, index: usize) -> Result<Hole> {
        holes::get(index).ok_or_else(|| {
            Diagnostic::error("template-hole", "a value was lost while rendering")
                .at(self.place)
                .into()
        })
    }

    /// Counts bytes that are put out.
    pub(super) fn take_bytes(&self, count: u64) -> Result<()> {
        self.shared
            .budget
            .take_bytes(count)
            .map_err(|exhausted| bytes_exhausted(exhausted, self.place).into())
    }

    /// The text with its holes' texts; nothing where one of them is omitted.
    pub(super) fn join(&self, text: &str, parts: &mut Parts) -> Result<Option<String>> {
        let mut out = String::new();
        for piece in pieces(text) {
            let index = match piece {
                Piece::Text(text) => {
                    out.push_str(text);
                    continue;
                }
                Piece::Hole(index) => index,
            };
            let hole = self.hole(index)?;
            let Filled::Node(node) = &hole.filled else {
                return Ok(None);
            };
            let Some(text) = scalar_text(node) else {
                return Err(Diagnostic::error(
                    "template-text",
                    format!("{} cannot stand inside a text", node.kind()),
                )
                .at(self.place)
                .label(&node.place, format!("{} comes from here", node.kind()))
                .help("insert it as a whole value, or make it a text with `join` or `to_json`")
                .into());
            };
            self.take_bytes(to_u64(text.len()))?;
            let start = out.len();
            out.push_str(&text);
            parts.add(start..out.len(), &hole, || self.place.clone());
        }
        Ok(Some(out))
    }

    /// A block scalar's text: lists and maps as YAML, every line indented to its hole's column. A line that holds
    /// nothing but an omitted value is left out.
    pub(super) fn join_block(
        &self,
        text: &str,
        parts: &mut Parts,
        spot: &dyn Fn(u32) -> Spot,
    ) -> Result<Option<String>> {
        let mut out = String::new();
        let mut omitted = false;
        for (number, line) in (0..).zip(text.split_inclusive('\n')) {
            let start = out.len();
            omitted = false;
            for piece in pieces(line) {
                match piece {
                    Piece::Text(text) => out.push_str(text),
                    Piece::Hole(index) => {
                        let hole = self.hole(index)?;
                        match &hole.filled {
                            Filled::Omit => omitted = true,
                            Filled::Node(node) => {
                                self.take_bytes(Measure::of(node).bytes)?;
                                let from = insert_in_block(&mut out, start, node);
                                parts.add(from..out.len(), &hole, || spot(number).place);
                            }
                        }
                    }
                }
            }
            if omitted {
                if !out[start..].trim().is_empty() {
                    return Ok(None);
                }
                out.truncate(start);
            }
            parts.add_line(start..out.len(), || spot(number));
        }
        // A block that ends without a line break does so, too, where its last line is left out.
        if omitted && !text.ends_with('\n') && out.ends_with('\n') {
            out.pop();
        }
        Ok(Some(out))
    }
}

/// Inserts a value into the text of a block and gives where it begins.
fn insert_in_block(out: &mut String, line_start: usize, node: &Node) -> usize {
    let before = &out[line_start..];
    let column = before.chars().count();
    let (text, is_tree): (Cow<'_, str>, bool) = match &node.value {
        Value::List(items) => (yaml::write_helm(node).into(), !items.is_empty()),
        Value::Map(map) => (yaml::write_helm(node).into(), !map.is_empty()),
        _ => (scalar_text(node).unwrap_or_default().into(), false),
    };
    let indent = if is_tree && before.trim_end().ends_with(':') {
        let indent = before.len() - before.trim_start().len() + 2;
        out.truncate(out.trim_end().len());
        out.push('\n');
        out.push_str(&" ".repeat(indent));
        indent
    } else {
        column
    };
    let text = text.strip_suffix('\n').unwrap_or(&text);
    let start = out.len();
    for (index, line) in text.split('\n').enumerate() {
        if index > 0 {
            out.push('\n');
            if !line.is_empty() {
                out.push_str(&" ".repeat(indent));
            }
        }
        out.push_str(line);
    }
    start
}

/// Whether a text has holes.
pub(super) fn has_holes(text: &str) -> bool {
    text.as_bytes().contains(&marks::MARK_BYTE) && text.contains(HOLE_START)
}

/// The number of the hole that is the whole text.
pub(super) fn sole_hole(text: &str) -> Option<usize> {
    text.strip_prefix(HOLE_START)?
        .strip_suffix(HOLE_END)?
        .parse()
        .ok()
}

fn pieces(text: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if let Some(hole) = rest.strip_prefix(HOLE_START) {
            let (index, after) = hole.split_once(HOLE_END).unwrap_or((hole, ""));
            rest = after;
            return Some(Piece::Hole(index.parse().unwrap_or(usize::MAX)));
        }
        let (before, after) = rest.split_at(rest.find(HOLE_START).unwrap_or(rest.len()));
        rest = after;
        (!before.is_empty()).then_some(Piece::Text(before))
    })
}

fn to_u64(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}
