//! Where the fields of documents come from, and where values go: the record that an engine keeps while it renders, and the
//! questions that it answers.
//!
//! Everything that a render makes or reads has a *note*, a number that its [`Place`] carries: a value of the charts' values, a key
//! that was asked for and is not there, or something that a template made, with what was read for it and the conditions that it
//! stood under.

mod notes;
mod query;
mod recorder;

use std::fmt;
use std::ops::Range;

pub(crate) use query::leaves;
pub use query::{Cause, Made, Provenance, Reached, ValueAt};
pub use recorder::Recorder;

use crate::source::Place;
pub use crate::values::Step;
use crate::values::dotted;

/// The number of a note.
pub type NoteId = u32;

/// A path from the root chart's values, or from a document, to a value.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct FieldPath(pub Vec<Step>);

impl fmt::Display for FieldPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&dotted(&self.0))
    }
}

/// How far something was looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Depth {
    /// A scalar as it is; of a list or map whether it is there and empty.
    Value,
    /// Which keys or how many items it has.
    Keys,
    /// All that is in it.
    Whole,
}

/// Something that was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Read {
    /// What: the number of its note.
    pub note: NoteId,
    /// How far.
    pub depth: Depth,
}

/// What is known of something that a template made.
#[derive(Debug, Clone, Default)]
pub struct Origin {
    /// The template's place.
    pub place: Place,
    /// What was read for it.
    pub reads: Vec<Read>,
    /// What was read for things that could stand in it and do not.
    pub absent: Vec<Read>,
    /// The number of what its line stood under; 0 for nothing.
    pub line: u32,
    /// Of a text, what made parts of it.
    pub parts: Vec<Part>,
}

/// A part of a text, in bytes, and the note of what made it.
pub type Part = (Range<usize>, NoteId);

/// What lines of a template stood under.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct LineRecord {
    /// The conditions and loops, outermost first, by their numbers.
    pub conditions: Vec<u32>,
    /// What was read on the way for something that then was not written.
    pub skipped: Vec<Read>,
}

/// A condition or loop that was entered.
#[derive(Debug, Clone, Default)]
pub struct Condition {
    /// The tag's place.
    pub place: Place,
    /// What it read.
    pub reads: Vec<Read>,
}
