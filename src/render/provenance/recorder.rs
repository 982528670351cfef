//! The record while it is kept, by any number of threads.

use std::sync::{Mutex, MutexGuard, PoisonError};

use super::notes::{Note, Notes, index, number};
use super::{Condition, Depth, LineRecord, NoteId, Origin, Read, Step};
use crate::source::Place;
use crate::yaml::Node;

/// Takes down what a render reads and makes.
#[derive(Debug, Default)]
pub struct Recorder(Mutex<Notes>);

impl Recorder {
    /// Takes out all that was noted.
    pub(super) fn take_notes(&self) -> Notes {
        std::mem::take(&mut *self.notes())
    }

    fn notes(&self) -> MutexGuard<'_, Notes> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Gives the values of a chart notes: what is read of them later is known by its path. `section` is the path of the chart's
    /// section in the root's values.
    pub fn values(&self, section: &[String], values: &Node) -> Node {
        let mut notes = self.notes();
        let mut root = notes.root();
        for key in section {
            root = notes.value(root, Step::Key(key.as_str().into()), &Place::NONE);
        }
        if !notes.scopes.iter().any(|(known, _)| known == section) {
            notes.scopes.push((section.to_vec(), values.clone()));
        }
        notes.annotate(values, root)
    }

    /// The note of a key below something with a note that does not have it.
    pub fn missing(&self, parent: NoteId, key: &str) -> Read {
        let mut notes = self.notes();
        match notes.notes.get(index(parent)) {
            Some(Note::Value { .. }) => Read {
                note: notes.value(parent, Step::Key(key.into()), &Place::NONE),
                depth: Depth::Value,
            },
            _ => Read {
                note: parent,
                depth: Depth::Keys,
            },
        }
    }

    /// Whether a note is of a value that another one's value holds.
    pub fn is_in(&self, note: NoteId, holder: NoteId) -> bool {
        let notes = self.notes();
        matches!(notes.notes.get(index(note)), Some(Note::Value { above: Some((above, _)), .. }) if *above == holder)
    }

    /// Notes something that a template made.
    pub fn made(&self, origin: Origin) -> NoteId {
        let mut notes = self.notes();
        if origin.place.is_known() {
            let reads = origin.reads.iter();
            notes.log.extend(reads.map(|read| (*read, origin.place.clone())));
        }
        notes.add(Note::Made(origin))
    }

    /// Notes a condition or loop that is entered.
    pub fn condition(&self, condition: Condition) -> u32 {
        let mut notes = self.notes();
        let place = condition.place.clone();
        notes
            .log
            .extend(condition.reads.iter().map(|read| (*read, place.clone())));
        notes.conditions.push(condition);
        number(notes.conditions.len() - 1)
    }

    /// What was read before a line for something that then was not written, by the number of the line's record.
    pub fn skipped(&self, line: u32) -> Vec<Read> {
        let notes = self.notes();
        let record = index(line).checked_sub(1).and_then(|line| notes.lines.get(line));
        record.map(|record| record.skipped.clone()).unwrap_or_default()
    }

    /// What is known so far of something that a template made.
    pub fn origin(&self, note: NoteId) -> Option<Origin> {
        match self.notes().notes.get(index(note))? {
            Note::Made(origin) => Some(origin.clone()),
            Note::Value { .. } => None,
        }
    }

    /// What a condition read, by its number.
    pub fn reads_of_condition(&self, condition: u32) -> Vec<Read> {
        let notes = self.notes();
        let known = notes.conditions.get(index(condition));
        known.map(|condition| condition.reads.clone()).unwrap_or_default()
    }

    /// Notes that something was read at a place, whatever came of it.
    pub fn log(&self, reads: &[Read], place: &Place) {
        let mut notes = self.notes();
        notes.log.extend(reads.iter().map(|read| (*read, place.clone())));
    }

    /// The number of what a line stands under; 0 for nothing.
    pub fn line(&self, record: LineRecord) -> u32 {
        if record == LineRecord::default() {
            return 0;
        }
        let mut notes = self.notes();
        if let Some(known) = notes.line_numbers.get(&record) {
            return *known;
        }
        notes.lines.push(record.clone());
        let line = number(notes.lines.len());
        notes.line_numbers.insert(record, line);
        line
    }
}
