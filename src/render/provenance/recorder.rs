//! The record while it is kept, by any number of threads.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::query::Provenance;
use super::{Condition, Depth, LineRecord, NoteId, Origin, Read, Step};
use crate::source::Place;
use crate::yaml::{Entry, Map, Node, Value};

/// What a note says.
#[derive(Debug, Clone)]
pub(super) enum Note {
    /// A value at a path.
    Value {
        /// The note of what holds it, and the step from there; none for the root chart's values.
        above: Option<(NoteId, Step)>,
        /// Where it was written; unknown where there is nothing.
        place: Place,
    },
    /// Something that a template made.
    Made(Origin),
}

/// All that has been noted.
#[derive(Debug, Default)]
pub(super) struct Notes {
    pub(super) notes: Vec<Note>,
    /// The notes below a note, by step.
    below: HashMap<(NoteId, Step), NoteId>,
    pub(super) conditions: Vec<Condition>,
    pub(super) lines: Vec<LineRecord>,
    line_numbers: HashMap<LineRecord, u32>,
    /// Who read what.
    pub(super) log: Vec<(Read, Place)>,
    /// The values of each chart, by its section of the root's values.
    pub(super) scopes: Vec<(Vec<String>, Node)>,
}

/// Takes down what a render reads and makes.
#[derive(Debug, Default)]
pub struct Recorder(Mutex<Notes>);

impl Recorder {
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
        notes.scopes.push((section.to_vec(), values.clone()));
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

    /// The finished record.
    pub fn finish(self) -> Provenance {
        Provenance::new(self.0.into_inner().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Notes {
    fn add(&mut self, note: Note) -> NoteId {
        self.notes.push(note);
        number(self.notes.len() - 1)
    }

    /// The note of the root chart's values.
    fn root(&mut self) -> NoteId {
        if self.notes.is_empty() {
            self.add(Note::Value {
                above: None,
                place: Place::NONE,
            });
        }
        0
    }

    /// The note of a value; there is one for each path.
    fn value(&mut self, parent: NoteId, step: Step, place: &Place) -> NoteId {
        let key = (parent, step.clone());
        if let Some(&known) = self.below.get(&key) {
            if let Some(Note::Value { place: noted, .. }) = self.notes.get_mut(index(known))
                && place.is_known()
            {
                *noted = place.clone();
            }
            return known;
        }
        let note = self.add(Note::Value {
            above: Some((parent, step)),
            place: place.clone(),
        });
        self.below.insert(key, note);
        note
    }

    fn annotate(&mut self, node: &Node, note: NoteId) -> Node {
        let value = match &node.value {
            Value::List(list) => {
                let items = list.iter().enumerate().map(|(index, item)| {
                    let inner = self.value(note, Step::Index(index), &item.place);
                    self.annotate(item, inner)
                });
                Value::List(Arc::new(items.collect()))
            }
            Value::Map(map) => {
                let mut annotated = Map::with_capacity(map.len());
                for (key, entry) in map.iter() {
                    let inner = self.value(note, Step::Key(Arc::clone(key)), &entry.node.place);
                    let node = self.annotate(&entry.node, inner);
                    let key_place = entry.key_place.clone();
                    annotated.insert_entry(Arc::clone(key), Entry { key_place, node });
                }
                Value::Map(Arc::new(annotated))
            }
            scalar => scalar.clone(),
        };
        Node::new(value, node.place.noted(note))
    }
}

pub(super) fn index(note: NoteId) -> usize {
    usize::try_from(note).unwrap_or(usize::MAX)
}

fn number(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}
