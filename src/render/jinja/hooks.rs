//! The calls that a record wants in the templates: what is entered and left, and what goes into names.

use minijinja::{Environment, Error, Value};

use super::record::{self, Level, LineNumber, Read, Recording, with_recording};
use super::value::NodeObject;

/// Adds the functions and filters that [`super::rewrite`] calls where a record is kept.
pub(super) fn add(env: &mut Environment<'_>) {
    env.add_filter("__out", |value: Value, names: Value| -> Result<Value, Error> {
        let names = texts(&names);
        with_recording(|recording| recording.mention(&names));
        Ok(value)
    });
    env.add_function("__line", || {
        Value::from_object(LineNumber(with_recording(Recording::line)))
    });
    env.add_function("__if", |depth: usize, file: usize, line: u32, names: Value| {
        let names = texts(&names);
        with_recording(|recording| {
            recording.mention(&names);
            let reads = std::mem::take(&mut recording.pending);
            recording.enter_condition(depth, file, line, reads, false);
        });
    });
    // After it: names that were bound within hang on its conditions, whether they were or not.
    env.add_function("__endif", |depth: usize, file: usize, line: u32, bound: Value| {
        let bound = texts(&bound);
        with_recording(|recording| recording.end_if(depth, (file, line), &bound));
    });
    env.add_function(
        "__for",
        |depth: usize, file: usize, line: u32, targets: Value, is_filtered: bool| {
            let targets = texts(&targets);
            with_recording(|recording| recording.enter_loop(depth, (file, line), &targets, is_filtered));
        },
    );
    env.add_function(
        "__endfor",
        |depth: usize, file: usize, line: u32, bound: Value| {
            let bound = texts(&bound);
            with_recording(|recording| recording.end_for(depth, (file, line), &bound));
        },
    );
    env.add_function("__with", |depth: usize, targets: Value, names: Value| {
        let (targets, names) = (texts(&targets), texts(&names));
        with_recording(|recording| {
            recording.mention(&names);
            let reads = std::mem::take(&mut recording.pending);
            recording.enter(Level {
                depth,
                is_scope: true,
                ..Level::default()
            });
            for target in &targets {
                recording.bind(target, &reads, false);
            }
        });
    });
    env.add_function("__end", |depth: usize| {
        with_recording(|recording| recording.leave(depth))
    });
    env.add_function("__set", |targets: Value, file: usize, line: u32, names: Value| {
        let (targets, names) = (texts(&targets), texts(&names));
        with_recording(|recording| recording.set(&targets, (file, line), &names));
    });
    env.add_function("__arguments", |targets: Value| {
        let targets = texts(&targets);
        with_recording(|recording| {
            let reads = recording.frame().arguments.clone();
            for target in &targets {
                recording.bind(target, &reads, false);
            }
        });
    });
}

/// A loop is about to go over a value: what was read for it belongs to all that the loop writes.
pub(super) fn each(value: &Value, arguments: &[Value]) {
    let [depth, names] = arguments else { return };
    let depth = depth.as_usize().unwrap_or(1);
    let names = texts(names);
    if let Some(object) = value.downcast_object_ref::<NodeObject>() {
        record::keys(&object.node);
    }
    with_recording(|recording| {
        recording.mention(&names);
        let each = std::mem::take(&mut recording.pending);
        let each = recording.folded(each);
        recording.enter(Level {
            depth,
            each,
            ..Level::default()
        });
    });
}

fn texts(value: &Value) -> Vec<String> {
    let items = value.try_iter().into_iter().flatten();
    items
        .filter_map(|item| item.as_str().map(str::to_owned))
        .collect()
}

impl Recording {
    fn enter_condition(&mut self, depth: usize, file: usize, line: u32, reads: Vec<Read>, is_scope: bool) {
        let place = self.place(file, line);
        let condition = self.condition(place, reads);
        self.enter(Level {
            depth,
            condition,
            is_scope,
            ..Level::default()
        });
    }

    /// All that the block at a depth read to be entered, or, where it was not, what is still pending.
    fn end_if(&mut self, depth: usize, at: (usize, u32), bound: &[String]) {
        let entered = self.frame().levels.iter().any(|level| level.depth == depth);
        let mut reads = std::mem::take(&mut self.pending);
        if entered {
            let condition = self
                .frame()
                .levels
                .iter()
                .find(|level| level.depth == depth)
                .and_then(|level| level.condition);
            if let Some(condition) = condition {
                reads.extend(self.recorder.reads_of_condition(condition));
            }
        } else {
            let place = self.place(at.0, at.1);
            self.recorder.log(&reads, &place);
            self.skipped.extend(&reads);
        }
        self.leave(depth);
        for name in bound {
            self.add_to(name, &reads);
        }
    }

    fn enter_loop(&mut self, depth: usize, at: (usize, u32), targets: &[String], is_filtered: bool) {
        let item = std::mem::take(&mut self.pending);
        let item = self.folded(item);
        let mut each = Vec::new();
        if let Some(level) = self.frame().levels.iter_mut().find(|level| level.depth == depth) {
            if is_filtered && !level.is_scope {
                // Which items there are was asked for all of them before the first.
                level.each.extend(&item);
            }
            each.clone_from(&level.each);
        }
        let mut reads = each.clone();
        reads.extend(&item);
        let place = self.place(at.0, at.1);
        let condition = self.condition(place, reads.clone());
        self.enter(Level {
            depth,
            condition,
            is_scope: true,
            each,
            ..Level::default()
        });
        for target in targets {
            self.bind(target, &reads, false);
        }
    }

    fn end_for(&mut self, depth: usize, at: (usize, u32), bound: &[String]) {
        let mut reads = std::mem::take(&mut self.pending);
        if let Some(level) = self.frame().levels.iter().find(|level| level.depth == depth) {
            reads.extend(&level.each);
        }
        // With an item or more, that is told already.
        let place = self.place(at.0, at.1);
        self.recorder.log(&reads, &place);
        self.leave(depth);
        self.skipped.extend(&reads);
        for name in bound {
            self.add_to(name, &reads);
        }
    }

    fn set(&mut self, targets: &[String], at: (usize, u32), names: &[String]) {
        self.mention(names);
        let mut reads = std::mem::take(&mut self.pending);
        let place = self.place(at.0, at.1);
        self.recorder.log(&reads, &place);
        for condition in self.conditions() {
            reads.extend(self.recorder.reads_of_condition(condition));
        }
        for target in targets {
            match target.strip_suffix('.') {
                // An attribute of a namespace.
                Some(namespace) => self.add_to(namespace, &reads),
                None => self.bind(target, &reads, false),
            }
        }
    }
}
