//! The variables that a template declares, while it is parsed.

use std::collections::HashMap;
use std::sync::Arc;

use ahash::RandomState;

/// The variables that are there for Go's parser. Names are looked up in no time, however many there are.
#[derive(Debug)]
pub(super) struct Scope {
    /// Those after `$`, which is always there and has the number 0.
    names: Vec<Arc<str>>,
    places: HashMap<Arc<str>, Places, RandomState>,
    /// The most that there were at one time.
    pub(super) most: usize,
    /// How many `range` are around.
    pub(super) loops: usize,
}

/// Where the declarations of a name are.
#[derive(Debug, Default)]
struct Places {
    /// How many of them there are.
    all: usize,
    /// The numbers of those that have run where the parser stands: not in their own pipeline, nor in an `else` after the branch
    /// that declares them. Go's parser takes the name there; only using it is a mistake.
    run: Vec<usize>,
}

impl Default for Scope {
    fn default() -> Self {
        Scope {
            names: Vec::new(),
            places: HashMap::default(),
            most: 1,
            loops: 0,
        }
    }
}

impl Scope {
    /// Adds a variable, whose declaration has run or will not.
    pub(super) fn declare(&mut self, name: Arc<str>, has_run: bool) {
        let number = self.len();
        let places = self.places.entry(Arc::clone(&name)).or_default();
        places.all += 1;
        if has_run {
            places.run.push(number);
        }
        self.names.push(name);
    }

    /// Counts those that are there now as room that the template needs.
    pub(super) fn make_room(&mut self) {
        self.most = self.most.max(self.len());
    }

    pub(super) fn len(&self) -> usize {
        1 + self.names.len()
    }

    /// The latest of a name whose declaration has run.
    pub(super) fn number_of(&self, name: &str) -> Option<usize> {
        let declared = self
            .places
            .get(name)
            .and_then(|places| places.run.last().copied());
        declared.or((name == "$").then_some(0))
    }

    /// Whether the name was declared at all.
    pub(super) fn knows(&self, name: &str) -> bool {
        self.places.get(name).is_some_and(|places| places.all > 0)
    }

    /// The names but `$`.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(|name| &**name)
    }

    /// Takes those from a number on away.
    pub(super) fn truncate(&mut self, length: usize) {
        if length >= self.len() {
            return;
        }
        self.has_not_run(length);
        for name in self.names.drain(length.saturating_sub(1)..) {
            if let Some(places) = self.places.get_mut(&name) {
                places.all -= 1;
            }
        }
    }

    /// The declarations of those from a number on have not run where the parser stands now.
    pub(super) fn has_not_run(&mut self, first: usize) {
        for name in self.names.iter().skip(first.saturating_sub(1)) {
            if let Some(places) = self.places.get_mut(name) {
                while places.run.last().is_some_and(|number| *number >= first) {
                    places.run.pop();
                }
            }
        }
    }
}
