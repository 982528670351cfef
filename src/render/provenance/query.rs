//! The finished record, and the questions that it answers.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::notes::{Note, Notes, index};
use super::recorder::Recorder;
use super::{Depth, FieldPath, NoteId, Origin, Part, Read, Step};
use crate::source::Place;
use crate::values::{each_leaf, find};
use crate::yaml::{Map, Node, Value};

/// What a render read and made.
#[derive(Debug)]
pub struct Provenance {
    notes: Notes,
    /// The paths of the notes of values, by note.
    paths: BTreeMap<NoteId, FieldPath>,
}

/// A value that something was made of.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cause {
    /// Its path from the root chart's values.
    pub path: FieldPath,
    /// How far it was looked at.
    pub depth: Depth,
}

/// A value and where it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValueAt {
    /// What was read.
    pub cause: Cause,
    /// Where it was written; unknown for a key that is not there.
    pub place: Place,
}

/// What made a field.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Made {
    /// The template's place.
    pub template: Place,
    /// The values that went into it.
    pub values: Vec<ValueAt>,
    /// The conditions and loops that it stands under, outermost first: the tag's place and the values read there.
    pub conditions: Vec<(Place, Vec<ValueAt>)>,
}

/// A field that a value reaches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reached {
    /// The document, by its index.
    pub document: usize,
    /// The field.
    pub field: FieldPath,
    /// Whether the value went into the field; it decides whether the field is there otherwise.
    pub is_value: bool,
}

impl Provenance {
    /// The finished record: what a recorder has noted, which is taken out of it.
    pub fn of(recorder: &Recorder) -> Provenance {
        Provenance::new(recorder.take_notes())
    }

    fn new(notes: Notes) -> Provenance {
        let mut paths: BTreeMap<NoteId, FieldPath> = BTreeMap::new();
        // What holds a value is noted before it.
        for (note, known) in (0..).zip(&notes.notes) {
            let Note::Value { above, .. } = known else {
                continue;
            };
            let mut path = FieldPath::default();
            if let Some((parent, step)) = above {
                path = paths.get(parent).cloned().unwrap_or_default();
                path.0.push(step.clone());
            }
            paths.insert(note, path);
        }
        Provenance { notes, paths }
    }

    /// What made the field at a path of a document; nothing where there is no such field.
    pub fn made(&self, document: &Node, path: &FieldPath) -> Option<Made> {
        let mut gathered = Gathered::default();
        let mut node = document;
        self.gather(node, path.0.is_empty(), &mut gathered);
        if path.0.is_empty() {
            gathered.conditions = self.of_all_entries(document);
        }
        for (depth, step) in (1..).zip(&path.0) {
            node = inner(node, step)?;
            self.gather(node, depth == path.0.len(), &mut gathered);
        }
        Some(self.finish(gathered))
    }

    /// The conditions that all entries of a document stand under: those of the document.
    fn of_all_entries(&self, document: &Node) -> Vec<u32> {
        let conditions = |node: &Node| {
            let line = self.origin(node).and_then(|origin| line_index(origin.line));
            let record = line.and_then(|line| self.notes.lines.get(line));
            record.map(|record| record.conditions.clone()).unwrap_or_default()
        };
        let entries = document.as_map().into_iter().flat_map(Map::iter);
        entries
            .map(|(_, entry)| conditions(&entry.node))
            .reduce(|common, next| common.into_iter().filter(|known| next.contains(known)).collect())
            .unwrap_or_default()
    }

    /// What made a part of the text at a path of a document: the bytes of the text from `at` on, one at least.
    pub fn made_in_text(&self, document: &Node, path: &FieldPath, at: usize) -> Option<Made> {
        let mut gathered = Gathered::default();
        let mut node = document;
        self.gather(node, false, &mut gathered);
        for step in &path.0 {
            node = inner(node, step)?;
            self.gather(node, false, &mut gathered);
        }
        let parts = self.origin(node).map(|origin| origin.parts.as_slice());
        let around = || {
            let parts = parts.unwrap_or_default().iter();
            parts.filter(|(range, _)| range.contains(&at))
        };
        let innermost = around().map(|(range, _)| range.len()).min();
        for (range, note) in around() {
            self.gather_note(*note, Some(range.len()) == innermost, &mut gathered);
        }
        let made = around().filter_map(|(range, note)| match self.notes.notes.get(index(*note)) {
            Some(Note::Made(origin)) if origin.place.is_known() => Some((range.len(), &origin.place)),
            _ => None,
        });
        if let Some((_, place)) = made.min_by_key(|(length, _)| *length) {
            gathered.template = place.clone();
        }
        Some(self.finish(gathered))
    }

    /// Adds what is known of a node: of the field itself (`is_field`), or of what holds it.
    fn gather(&self, node: &Node, is_field: bool, gathered: &mut Gathered) {
        if let Some(note) = node.place.note() {
            self.gather_note(note, is_field, gathered);
        }
        // The innermost that a template made.
        if let Some(origin) = self.origin(node).filter(|origin| origin.place.is_known()) {
            gathered.template = origin.place.clone();
        }
    }

    fn gather_note(&self, note: NoteId, is_field: bool, gathered: &mut Gathered) {
        match self.notes.notes.get(index(note)) {
            Some(Note::Value { .. }) if is_field => {
                gathered.reads.insert(Read {
                    note,
                    depth: Depth::Value,
                });
            }
            Some(Note::Made(origin)) => {
                self.flatten_but(&origin.reads, &origin.parts, &mut gathered.reads);
                if let Some(record) = line_index(origin.line).and_then(|line| self.notes.lines.get(line)) {
                    for condition in &record.conditions {
                        if !gathered.conditions.contains(condition) {
                            gathered.conditions.push(*condition);
                        }
                    }
                }
                if is_field {
                    // What could stand in it and does not is missing from it as a whole.
                    self.flatten(&origin.absent, &mut gathered.reads);
                    for (_, part) in &origin.parts {
                        self.gather_note(*part, true, gathered);
                    }
                }
            }
            _ => {}
        }
    }

    fn origin(&self, node: &Node) -> Option<&Origin> {
        match self.notes.notes.get(index(node.place.note()?))? {
            Note::Made(origin) => Some(origin),
            Note::Value { .. } => None,
        }
    }

    /// The values behind reads: those of values, and those of what templates made.
    fn flatten(&self, reads: &[Read], found: &mut BTreeSet<Read>) {
        self.flatten_but(reads, &[], found);
    }

    /// The same without what made the parts of a text, which are asked for by themselves.
    fn flatten_but(&self, reads: &[Read], parts: &[Part], found: &mut BTreeSet<Read>) {
        let mut seen = HashSet::new();
        let mut open: Vec<Read> = reads.to_vec();
        while let Some(read) = open.pop() {
            if !seen.insert(read) {
                continue;
            }
            match self.notes.notes.get(index(read.note)) {
                Some(Note::Value { .. }) => {
                    found.insert(read);
                }
                Some(Note::Made(origin)) => {
                    open.extend(&origin.reads);
                    if read.depth == Depth::Whole {
                        open.extend(&origin.absent);
                    }
                    let record = line_index(origin.line).and_then(|line| self.notes.lines.get(line));
                    for condition in record.map(|record| &record.conditions).into_iter().flatten() {
                        if let Some(condition) = self.notes.conditions.get(index(*condition)) {
                            open.extend(&condition.reads);
                        }
                    }
                    // A text that was put elsewhere has a new note with the same parts.
                    let is_same = !parts.is_empty() && origin.parts == parts;
                    let parts = origin.parts.iter().filter(|_| !is_same);
                    open.extend(parts.map(|(_, note)| Read {
                        note: *note,
                        depth: read.depth,
                    }));
                }
                None => {}
            }
        }
    }

    fn finish(&self, gathered: Gathered) -> Made {
        let conditions = gathered.conditions.iter().filter_map(|number| {
            let condition = self.notes.conditions.get(index(*number))?;
            let mut reads = BTreeSet::new();
            self.flatten(&condition.reads, &mut reads);
            Some((condition.place.clone(), self.values(&reads)))
        });
        Made {
            conditions: conditions.collect(),
            values: self.values(&gathered.reads),
            template: gathered.template,
        }
    }

    fn values(&self, reads: &BTreeSet<Read>) -> Vec<ValueAt> {
        let mut values: Vec<ValueAt> = reads.iter().filter_map(|read| self.value(*read)).collect();
        values.sort_by(|a, b| a.cause.cmp(&b.cause));
        // Who looked further at a value looked at it.
        values.reverse();
        values.dedup_by(|a, b| a.cause.path == b.cause.path);
        values.reverse();
        values
    }

    fn value(&self, read: Read) -> Option<ValueAt> {
        let Some(Note::Value { place, .. }) = self.notes.notes.get(index(read.note)) else {
            return None;
        };
        Some(ValueAt {
            cause: Cause {
                path: self.paths.get(&read.note)?.clone(),
                depth: read.depth,
            },
            place: place.clone(),
        })
    }

    /// Whether a change of the value at a path can change what was read. What a subchart reads of its `global` can be changed by
    /// the `global` of each chart above it, too.
    pub fn names(&self, cause: &Cause, value: &FieldPath) -> bool {
        let is_global = |step: &Step| matches!(step, Step::Key(key) if **key == *GLOBAL);
        self.names_at(&cause.path.0, cause.depth, &value.0)
            || value.0.iter().any(is_global)
                && (self.globals_above(&cause.path.0).iter())
                    .any(|read| self.names_at(read, cause.depth, &value.0))
    }

    /// The paths in the `global` of the charts above from which a subchart has what its own has at a path.
    fn globals_above(&self, path: &[Step]) -> Vec<Vec<Step>> {
        let sections = self.notes.scopes.iter().map(|(section, _)| section.as_slice());
        let sections: Vec<&[String]> = sections.filter(|section| leads_into(section, path)).collect();
        let Some(own) = sections.iter().map(|section| section.len()).max() else {
            return Vec::new();
        };
        let rest = path.get(own..).unwrap_or_default();
        if !matches!(rest.first(), Some(Step::Key(key)) if **key == *GLOBAL) {
            return Vec::new();
        }
        let above = sections.iter().filter(|section| section.len() < own);
        above
            .map(|section| path.iter().take(section.len()).chain(rest).cloned().collect())
            .collect()
    }

    fn names_at(&self, read: &[Step], depth: Depth, value: &[Step]) -> bool {
        if read.starts_with(value) {
            return true;
        }
        let Some(below) = value.strip_prefix(read) else {
            return false;
        };
        match depth {
            Depth::Whole => true,
            // Whether the next key is there hangs on the value where it holds nothing else.
            Depth::Keys => {
                let (first, rest) = below.split_at(1.min(below.len()));
                let first: Vec<Step> = read.iter().chain(first).cloned().collect();
                self.holds_nothing_but(&first, rest)
            }
            Depth::Value => self.holds_nothing_but(read, below),
        }
    }

    /// Whether what stands at a path is missing, empty, or holds nothing but what stands at the path below it.
    fn holds_nothing_but(&self, path: &[Step], below: &[Step]) -> bool {
        let Some(mut node) = self.value_at(path) else {
            return true;
        };
        for step in below {
            let count = match &node.value {
                Value::Map(map) => map.len(),
                Value::List(list) => list.len(),
                _ => return true,
            };
            match inner(node, step) {
                Some(next) if count == 1 => node = next,
                Some(_) => return false,
                None => return count == 0,
            }
        }
        true
    }

    /// The value at a path from the root chart's values, as the chart sees it that the path leads into.
    fn value_at(&self, path: &[Step]) -> Option<&Node> {
        let scopes = self.notes.scopes.iter();
        let scopes = scopes.filter(|(section, _)| leads_into(section, path));
        let (section, values) = scopes.max_by_key(|(section, _)| section.len())?;
        path.iter().skip(section.len()).try_fold(values, inner)
    }

    /// Whether provenance names a value for a field: a change of the value can change the field, or whether it is there.
    pub fn is_named(&self, made: &Made, value: &FieldPath) -> bool {
        let of_conditions = made.conditions.iter().flat_map(|(_, values)| values);
        made.values
            .iter()
            .chain(of_conditions)
            .any(|known| self.names(&known.cause, value))
    }

    /// The fields of documents that a value reaches: leaves, and empty lists and maps.
    pub fn reached(&self, documents: &[&Node], value: &FieldPath) -> Vec<Reached> {
        let mut reached = Vec::new();
        for (document, node) in documents.iter().enumerate() {
            for field in leaves(node) {
                let Some(made) = self.made(node, &field) else {
                    continue;
                };
                let is_value = made.values.iter().any(|known| self.names(&known.cause, value));
                if is_value || self.is_named(&made, value) {
                    reached.push(Reached {
                        document,
                        field,
                        is_value,
                    });
                }
            }
        }
        reached
    }

    /// Where templates read a value, or something in it or around it that a change of it can change.
    pub fn readers(&self, value: &FieldPath) -> Vec<Place> {
        let mut places: Vec<Place> = Vec::new();
        for (read, place) in &self.notes.log {
            if places.contains(place) {
                continue;
            }
            let mut found = BTreeSet::new();
            match self.notes.notes.get(index(read.note)) {
                // Many reads that are kept as one.
                Some(Note::Made(origin)) if !origin.place.is_known() => self.flatten(&[*read], &mut found),
                _ => found.extend([*read]),
            }
            let mut known = found.into_iter().filter_map(|read| self.value(read));
            if known.any(|known| self.names(&known.cause, value)) {
                places.push(place.clone());
            }
        }
        places
    }

    /// All that was read, keys that are not there included. What a subchart reads of its `global` is read of those above it, too.
    pub fn read(&self) -> BTreeSet<Cause> {
        let reads: BTreeSet<Read> = self.notes.log.iter().map(|(read, _)| *read).collect();
        let reads: Vec<Read> = reads.into_iter().collect();
        let mut found = BTreeSet::new();
        self.flatten(&reads, &mut found);
        let mut all = BTreeSet::new();
        for cause in found.into_iter().filter_map(|read| Some(self.value(read)?.cause)) {
            for above in self.globals_above(&cause.path.0) {
                all.insert(Cause {
                    path: FieldPath(above),
                    depth: cause.depth,
                });
            }
            all.insert(cause);
        }
        all
    }

    /// Whether there is a value at a path, or a template asked for one.
    pub fn is_asked_for(&self, value: &FieldPath) -> bool {
        self.paths.values().any(|path| path == value)
    }

    /// The conditions and loops that hang on a value: the places of their tags, each once.
    pub fn conditions(&self, value: &FieldPath) -> Vec<Place> {
        let mut places: Vec<Place> = Vec::new();
        let mut known: HashMap<Read, bool> = HashMap::new();
        for condition in &self.notes.conditions {
            let mut hangs = |read: &Read| {
                *known.entry(*read).or_insert_with(|| {
                    let mut found = BTreeSet::new();
                    self.flatten(&[*read], &mut found);
                    let mut values = found.into_iter().filter_map(|read| self.value(read));
                    values.any(|read| self.names(&read.cause, value))
                })
            };
            if !places.contains(&condition.place) && condition.reads.iter().any(&mut hangs) {
                places.push(condition.place.clone());
            }
        }
        places
    }

    /// The values that nothing read, by their paths from the root chart's values: leaves, and empty lists and maps.
    pub fn unread(&self) -> Vec<FieldPath> {
        // What was put out as a whole was read; of a map that is passed on, what was not looked at stays unread.
        let (mut read, mut whole): (HashSet<FieldPath>, HashSet<FieldPath>) = Default::default();
        for cause in self.read() {
            if cause.depth == Depth::Whole {
                whole.insert(cause.path.clone());
            }
            read.insert(cause.path);
        }
        let is_read = |leaf: &FieldPath| {
            let holders = (0..=leaf.0.len()).filter_map(|length| leaf.0.get(..length));
            read.contains(leaf)
                || holders
                    .into_iter()
                    .any(|holder| whole.contains(&FieldPath(holder.to_vec())))
        };
        let mut unread = Vec::new();
        for (section, values) in &self.notes.scopes {
            let below = self.notes.scopes.iter().map(|(other, _)| other.as_slice());
            let deeper: Vec<&[String]> = below
                .filter(|other| other.len() > section.len() && other.starts_with(section))
                .collect();
            let start: Vec<Step> = section
                .iter()
                .map(|name| Step::Key(name.as_str().into()))
                .collect();
            for leaf in leaves(values) {
                let path: Vec<Step> = start.iter().cloned().chain(leaf.0).collect();
                let is_of_subchart = deeper.iter().any(|other| leads_into(other, &path));
                let path = FieldPath(path);
                if !is_of_subchart && !is_read(&path) {
                    unread.push(path);
                }
            }
        }
        unread
    }
}

/// The key of the values that charts hand down to their subcharts.
const GLOBAL: &str = "global";

/// Whether a path leads to a chart's section of the root's values, or to something in it.
fn leads_into(section: &[String], path: &[Step]) -> bool {
    let is_key = |(name, step): (&String, &Step)| matches!(step, Step::Key(key) if **key == **name);
    section.len() <= path.len() && section.iter().zip(path).all(is_key)
}

#[derive(Default)]
struct Gathered {
    template: Place,
    reads: BTreeSet<Read>,
    conditions: Vec<u32>,
}

fn line_index(line: u32) -> Option<usize> {
    index(line).checked_sub(1)
}

/// What stands at a step of a node.
fn inner<'n>(node: &'n Node, step: &Step) -> Option<&'n Node> {
    find(node, std::slice::from_ref(step))
}

/// The paths of the leaves of a node, and of its empty lists and maps.
pub(crate) fn leaves(node: &Node) -> Vec<FieldPath> {
    let mut found = Vec::new();
    each_leaf(node, &mut Vec::new(), &mut |path, _| {
        found.push(FieldPath(path.to_vec()));
        true
    });
    found
}
