//! All that has been noted.

use std::collections::HashMap;
use std::sync::Arc;

use super::{Condition, LineRecord, NoteId, Origin, Read, Step};
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
    pub(super) line_numbers: HashMap<LineRecord, u32>,
    /// Who read what.
    pub(super) log: Vec<(Read, Place)>,
    /// The values of each chart, by its section of the root's values.
    pub(super) scopes: Vec<(Vec<String>, Node)>,
}

impl Notes {
    pub(super) fn add(&mut self, note: Note) -> NoteId {
        self.notes.push(note);
        number(self.notes.len() - 1)
    }

    /// The note of the root chart's values.
    pub(super) fn root(&mut self) -> NoteId {
        if self.notes.is_empty() {
            self.add(Note::Value {
                above: None,
                place: Place::NONE,
            });
        }
        0
    }

    /// The note of a value; there is one for each path.
    pub(super) fn value(&mut self, parent: NoteId, step: Step, place: &Place) -> NoteId {
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

    pub(super) fn annotate(&mut self, node: &Node, note: NoteId) -> Node {
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

pub(super) fn number(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}
