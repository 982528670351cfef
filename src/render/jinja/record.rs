//! What the rendering on this thread reads, where a record is kept (see [`crate::render::Recorder`]): without one, each call here
//! does nothing.
//!
//! What is read between two pieces of output belongs to the second; what a condition reads belongs to what stands under it; what
//! goes into a name belongs to what the name goes into. The calls that tell so are put into the templates by
//! [`super::rewrite`] and answered in [`super::hooks`].

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use minijinja::value::{Object, ObjectRepr, Value};

use crate::render::provenance::{Condition, Depth, LineRecord, Origin};
use crate::render::{Read as ProvenanceRead, Recorder};
use crate::source::{Place, Source};
use crate::yaml::{self, Node};

/// Something that was read.
pub(super) type Read = ProvenanceRead;

thread_local! {
    static RECORDING: RefCell<Option<Recording>> = const { RefCell::new(None) };
}

pub(super) struct Recording {
    pub(super) recorder: Arc<Recorder>,
    /// The sources of templates, by the numbers that they have in calls.
    sources: Vec<Arc<Source>>,
    /// What has been read for what comes next.
    pub(super) pending: Vec<Read>,
    /// What was read for something that then was not written.
    pub(super) skipped: Vec<Read>,
    /// The macros, captured calls and files that are being evaluated, the innermost last.
    frames: Vec<Frame>,
}

#[derive(Default)]
pub(super) struct Frame {
    pub(super) levels: Vec<Level>,
    /// What was read for the arguments.
    pub(super) arguments: Vec<Read>,
}

/// A block that has been entered.
#[derive(Default)]
pub(super) struct Level {
    pub(super) depth: usize,
    pub(super) condition: Option<u32>,
    /// What went into the names that were bound there.
    pub(super) names: HashMap<String, Vec<Read>>,
    /// Whether names that are bound there are gone after it.
    pub(super) is_scope: bool,
    /// What was read for the list that a loop goes over.
    pub(super) each: Vec<Read>,
}

/// Keeps a record while something is rendered on this thread; one that is being kept goes on afterwards.
pub(super) fn with<T>(
    recorder: Option<&Arc<Recorder>>,
    sources: &[Arc<Source>],
    render: impl FnOnce() -> T,
) -> T {
    let Some(recorder) = recorder else { return render() };
    let before = RECORDING.replace(Some(Recording {
        recorder: Arc::clone(recorder),
        sources: sources.to_vec(),
        pending: Vec::new(),
        skipped: Vec::new(),
        frames: vec![Frame::new()],
    }));
    let result = render();
    RECORDING.set(before);
    result
}

pub(super) fn with_recording<T: Default>(work: impl FnOnce(&mut Recording) -> T) -> T {
    RECORDING.with_borrow_mut(|recording| recording.as_mut().map(work).unwrap_or_default())
}

/// Whether a record is kept.
pub(super) fn is_on() -> bool {
    RECORDING.with_borrow(Option::is_some)
}

/// A value of a list or map is read.
pub(super) fn read(parent: &Node, node: &Node) {
    let Some(note) = node.place.note() else { return };
    with_recording(|recording| {
        // On the way to what is below, what holds it is no more than that.
        let last = recording.pending.last().copied();
        if last.is_some_and(|read| Some(read.note) == parent.place.note() && read.depth == Depth::Value) {
            recording.pending.pop();
        }
        recording.push(Read {
            note,
            depth: Depth::Value,
        });
    });
}

/// A key is asked for that a map does not have.
pub(super) fn missing(parent: &Node, key: &str) {
    let Some(note) = parent.place.note() else { return };
    with_recording(|recording| {
        let read = recording.recorder.missing(note, key);
        recording.push(read);
    });
}

/// It is asked which keys a map has, or how many items a list.
pub(super) fn keys(node: &Node) {
    push(node, Depth::Keys);
}

/// All of a value is looked at.
pub(super) fn whole(node: &Node) {
    if !is_on() {
        return;
    }
    push(node, Depth::Whole);
    // What was put together of other values has notes in it.
    match &node.value {
        yaml::Value::List(list) => list.iter().for_each(whole),
        yaml::Value::Map(map) => map.iter().for_each(|(_, entry)| whole(&entry.node)),
        _ => {}
    }
}

fn push(node: &Node, depth: Depth) {
    let Some(note) = node.place.note() else { return };
    with_recording(|recording| recording.push(Read { note, depth }));
}

/// A computed value passes the border to minijinja, where it has no place.
pub(super) fn leaves(node: &Node) {
    let is_tree = matches!(node.value, yaml::Value::List(_) | yaml::Value::Map(_));
    if !is_tree {
        push(node, Depth::Whole);
    }
}

/// Takes what has been read for what comes next.
pub(super) fn take() -> Vec<Read> {
    with_recording(|recording| std::mem::take(&mut recording.pending))
}

/// Notes that something was read at a place.
pub(super) fn log(reads: &[Read], place: &Place) {
    with_recording(|recording| recording.recorder.log(reads, place));
}

/// A list or map is put out at a place: all that is in it is read there.
pub(super) fn put_out(node: &Node, place: &Place) {
    if is_on() && matches!(node.value, yaml::Value::List(_) | yaml::Value::Map(_)) {
        let mut reads = Vec::new();
        with_recording(|recording| recording.held(node, &mut reads));
        log(&reads, place);
    }
}

/// Adds to what has been read for what comes next.
pub(super) fn give(reads: &[Read]) {
    with_recording(|recording| {
        for read in reads {
            recording.push(*read);
        }
    });
}

/// Binds a name to what went into it.
pub(super) fn bind(name: &str, reads: &[Read]) {
    with_recording(|recording| recording.bind(name, reads, false));
}

/// How a template made a node.
pub(super) struct Making<'a> {
    /// The template's place.
    pub(super) place: &'a Place,
    /// What was read for it.
    pub(super) reads: Vec<Read>,
    /// What was read for things that could stand in it and do not.
    pub(super) absent: Vec<Read>,
    /// The number of the record of its line.
    pub(super) line: u32,
}

impl<'a> Making<'a> {
    /// At a place, on a line with a record.
    pub(super) fn at(place: &'a Place, line: u32) -> Making<'a> {
        Making {
            place,
            reads: Vec::new(),
            absent: Vec::new(),
            line,
        }
    }
}

/// A node with a note on how it was made.
pub(super) fn noted(node: Node, making: Making<'_>) -> Node {
    if !is_on() {
        return node;
    }
    let own = node.place.note();
    let says_nothing = making.reads.is_empty() && making.absent.is_empty() && making.line == 0;
    if says_nothing && own.is_some() {
        return node;
    }
    let mut reads = making.reads;
    let mut absent = making.absent;
    let mut parts = Vec::new();
    let mut place = making.place.clone();
    let mut line = making.line;
    if let Some(note) = own {
        let inner = with_recording(|recording| recording.recorder.origin(note));
        let is_told_by_inner = inner.as_ref().is_none_or(|inner| line != 0 && inner.line != 0);
        let inner = inner.unwrap_or_default();
        match is_told_by_inner {
            true => reads.push(Read {
                note,
                depth: Depth::Value,
            }),
            // All that is known of it is known of the new one.
            false => reads.extend(inner.reads),
        }
        // What is said of its inside is still so.
        absent.extend(inner.absent);
        parts = inner.parts;
        if inner.place.is_known() {
            place = inner.place;
        }
        if line == 0 {
            line = inner.line;
        }
    }
    let origin = Origin {
        place,
        reads,
        absent,
        line,
        parts,
    };
    match with_recording(|recording| Some(recording.recorder.made(origin))) {
        Some(note) => Node {
            place: node.place.noted(note),
            value: node.value,
        },
        None => node,
    }
}

/// What was read before a line for something that then was not written, by the number of the line's record.
pub(super) fn skipped(line: u32) -> Vec<Read> {
    with_recording(|recording| recording.recorder.skipped(line))
}

/// A value that is taken out of another one: what made that one made it, too.
pub(super) fn within(node: Node, outer: &Node) -> Node {
    let Some(note) = outer.place.note() else {
        return node;
    };
    let reads = vec![Read {
        note,
        depth: Depth::Value,
    }];
    noted(
        node,
        Making {
            reads,
            ..Making::at(&outer.place, 0)
        },
    )
}

/// The read of which keys a map has, where something is known of it.
pub(super) fn keys_of(node: &Node) -> Option<Read> {
    let note = node.place.note()?;
    Some(Read {
        note,
        depth: Depth::Keys,
    })
}

/// A list or map that was put together of others: it has the keys that they have.
pub(super) fn merged(node: Node, of: &[&Node]) -> Node {
    let reads: Vec<Read> = of
        .iter()
        .filter_map(|part| part.place.note())
        .map(|note| Read {
            note,
            depth: Depth::Keys,
        })
        .collect();
    if reads.is_empty() {
        return node;
    }
    noted(
        node,
        Making {
            reads,
            ..Making::at(&Place::NONE, 0)
        },
    )
}

/// Evaluates a macro or another thing that is called, with what has been read for its arguments; what it left unread by any
/// output is what its caller reads.
pub(super) fn call<T>(evaluate: impl FnOnce() -> T) -> T {
    if !is_on() {
        return evaluate();
    }
    let skipped = with_recording(|recording| {
        let arguments = std::mem::take(&mut recording.pending);
        recording.frames.push(Frame {
            arguments,
            ..Frame::new()
        });
        std::mem::take(&mut recording.skipped)
    });
    let result = evaluate();
    with_recording(|recording| {
        let arguments = recording
            .frames
            .pop()
            .map(|frame| frame.arguments)
            .unwrap_or_default();
        let left = std::mem::replace(&mut recording.skipped, skipped);
        for read in arguments.into_iter().chain(left) {
            recording.push(read);
        }
    });
    result
}

/// What went into a name of the file that has just been evaluated.
pub(super) fn of_name(name: &str) -> Vec<Read> {
    with_recording(|recording| recording.of_name(name))
}

/// Begins anew for another file.
pub(super) fn begin_file() {
    with_recording(|recording| {
        recording.pending.clear();
        recording.skipped.clear();
        recording.frames = vec![Frame::new()];
    });
}

/// The number of what the line stands under that is being written, where a record is kept.
#[derive(Debug)]
pub(super) struct LineNumber(pub(super) u32);

/// Reads that are kept one by one at most.
const MOST_READS: usize = 64;

/// See [`Recording::folded`].
fn folded(recorder: &Recorder, reads: Vec<Read>) -> Vec<Read> {
    if reads.len() <= MOST_READS {
        return reads;
    }
    let note = recorder.made(Origin {
        reads,
        ..Origin::default()
    });
    vec![Read {
        note,
        depth: Depth::Value,
    }]
}

/// Adds reads to what is known of a name.
fn add(recorder: &Recorder, known: &mut Vec<Read>, reads: &[Read]) {
    known.extend(reads);
    let mut seen = HashSet::with_capacity(known.len());
    known.retain(|read| seen.insert(*read));
    *known = folded(recorder, std::mem::take(known));
}

impl Object for LineNumber {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Plain
    }
}

/// A line's record as it is put out.
pub(super) fn line_number(value: &Value) -> Option<u32> {
    value.downcast_object_ref::<LineNumber>().map(|line| line.0)
}

impl Frame {
    fn new() -> Frame {
        Frame {
            levels: vec![Level {
                is_scope: true,
                ..Level::default()
            }],
            arguments: Vec::new(),
        }
    }
}

impl Recording {
    fn push(&mut self, read: Read) {
        // What is read again is mostly what was read just now.
        let from = self.pending.len().saturating_sub(MOST_READS);
        let is_known = self
            .pending
            .get(from..)
            .is_some_and(|recent| recent.contains(&read));
        if !is_known {
            self.pending.push(read);
        }
    }

    /// Many reads as one: of something that all of them made. What is handed on from item to item, or from name to name, stays small so.
    pub(super) fn folded(&self, reads: Vec<Read>) -> Vec<Read> {
        folded(&self.recorder, reads)
    }

    pub(super) fn frame(&mut self) -> &mut Frame {
        if self.frames.is_empty() {
            self.frames.push(Frame::new());
        }
        let last = self.frames.len() - 1;
        &mut self.frames[last]
    }

    /// Leaves the blocks that are as deep as that one.
    pub(super) fn leave(&mut self, depth: usize) {
        self.frame().levels.retain(|level| level.depth < depth);
    }

    pub(super) fn enter(&mut self, level: Level) {
        self.leave(level.depth);
        self.frame().levels.push(level);
    }

    /// What went into a name: the innermost that has it, of macros around it too, as macros see what is around them.
    fn of_name(&self, name: &str) -> Vec<Read> {
        let levels = self
            .frames
            .iter()
            .rev()
            .flat_map(|frame| frame.levels.iter().rev());
        levels
            .filter_map(|level| level.names.get(name))
            .next()
            .cloned()
            .unwrap_or_default()
    }

    /// Reads what went into names.
    pub(super) fn mention(&mut self, names: &[String]) {
        for name in names {
            for read in self.of_name(name) {
                self.push(read);
            }
        }
    }

    /// What the blocks read that have been entered.
    pub(super) fn conditions(&mut self) -> Vec<u32> {
        self.frame()
            .levels
            .iter()
            .filter_map(|level| level.condition)
            .collect()
    }

    /// Binds a name; what went into it before is forgotten, unless `adds`.
    pub(super) fn bind(&mut self, name: &str, reads: &[Read], adds: bool) {
        let recorder = Arc::clone(&self.recorder);
        let levels = &mut self.frame().levels;
        let Some(level) = levels.iter_mut().rev().find(|level| level.is_scope) else {
            return;
        };
        let known = level.names.entry(name.to_owned()).or_default();
        if !adds {
            known.clear();
        }
        add(&recorder, known, reads);
    }

    /// Adds to what went into a name that is bound anywhere.
    pub(super) fn add_to(&mut self, name: &str, reads: &[Read]) {
        let recorder = Arc::clone(&self.recorder);
        let levels = self.frame().levels.iter_mut().rev();
        match levels.filter_map(|level| level.names.get_mut(name)).next() {
            Some(known) => add(&recorder, known, reads),
            None => self.bind(name, reads, true),
        }
    }

    /// A read of all that made something, to be had as one number.
    pub(super) fn condition(&mut self, place: Place, reads: Vec<Read>) -> Option<u32> {
        (!reads.is_empty()).then(|| self.recorder.condition(Condition { place, reads }))
    }

    /// What a condition read, by its number.
    pub(super) fn place(&self, file: usize, line: u32) -> Place {
        self.sources
            .get(file)
            .map_or(Place::NONE, |source| Place::new(source, line, 0))
    }

    /// The values that a node is, or is put together of. What a template has put together was read where that was.
    fn held(&self, node: &Node, reads: &mut Vec<Read>) {
        if let Some(note) = node.place.note() {
            match self.recorder.origin(note) {
                None => {
                    reads.push(Read {
                        note,
                        depth: Depth::Whole,
                    });
                    return;
                }
                Some(origin) if origin.place.is_known() => return,
                Some(_) => {}
            }
        }
        match &node.value {
            yaml::Value::List(list) => list.iter().for_each(|item| self.held(item, reads)),
            yaml::Value::Map(map) => map.iter().for_each(|(_, entry)| self.held(&entry.node, reads)),
            _ => {}
        }
    }

    /// The number of what the line stands under that ends here.
    pub(super) fn line(&mut self) -> u32 {
        let mut skipped = std::mem::take(&mut self.skipped);
        skipped.append(&mut self.pending);
        let conditions = self.conditions();
        self.recorder.line(LineRecord { conditions, skipped })
    }
}
