//! What the renderings of one chart's templates share: the sources and the budget.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use minijinja::{Error, ErrorKind};

use super::declared::Declared;
use super::holes::Level;
use super::tree::Tree;
use super::value::Path;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::render::{Budget, Exhausted, Recorder};
use crate::source::{Place, Source};

/// See the module's text.
pub(super) struct Shared {
    /// Template sources by the number that line marks carry.
    pub(super) sources: Vec<Arc<Source>>,
    pub(super) budget: Arc<Budget>,
    /// Takes down what is read and made, where it is to be.
    pub(super) recorder: Option<Arc<Recorder>>,
    /// The tree that the chart stands in.
    pub(super) tree: Arc<Tree>,
    /// Which of the tree's charts it is.
    pub(super) position: usize,
    /// Which keys the values can have.
    declared: Declared,
    /// The paths that templates asked for and that the values cannot have.
    undeclared: Mutex<BTreeSet<Vec<String>>>,
    /// The texts that `tpl` and its like made, with the places of what they were made of.
    made: Mutex<Vec<(Arc<str>, Place)>>,
}

/// Texts whose origin is remembered for a chart; what is past them is told without the line of the values.
const MOST_MADE: usize = 10_000;

impl Shared {
    pub(super) fn new(
        sources: Vec<Arc<Source>>,
        tree: &Arc<Tree>,
        position: usize,
        declared: Declared,
    ) -> Self {
        Shared {
            sources,
            budget: Arc::clone(&tree.budget),
            recorder: tree.recorder.clone(),
            tree: Arc::clone(tree),
            position,
            declared,
            undeclared: Mutex::default(),
            made: Mutex::default(),
        }
    }

    /// Remembers where a text comes from that was made of another.
    pub(super) fn note_made(&self, text: &Arc<str>, place: &Place) {
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        if made.len() < MOST_MADE && place.is_known() {
            made.push((Arc::clone(text), place.clone()));
        }
    }

    /// Where a text comes from that was made of another: this very text, not one that is like it.
    pub(super) fn made_of(&self, text: &str) -> Option<Place> {
        let made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        made.iter()
            .find(|(known, _)| std::ptr::eq(known.as_ptr(), text.as_ptr()))
            .map(|(_, place)| place.clone())
    }

    /// Whether the chart's values could have a key, by the path from a root name.
    pub(super) fn is_declared(&self, path: &[&str]) -> bool {
        match path.split_first() {
            Some((&"Values", keys)) => self.declared.has_all(keys),
            _ => false,
        }
    }

    /// Takes down which of the paths that were asked for the values cannot have.
    pub(super) fn note_undeclared(&self, asked: &[Arc<Path>]) {
        for path in asked {
            let keys = path.keys();
            let is_undeclared = keys
                .split_first()
                .is_some_and(|(root, below)| *root == "Values" && !self.declared.has(below));
            if is_undeclared {
                let keys = keys.into_iter().map(str::to_owned).collect();
                let mut undeclared = self.undeclared.lock().unwrap_or_else(PoisonError::into_inner);
                undeclared.insert(keys);
            }
        }
    }

    /// The paths that templates asked for and that the values cannot have.
    pub(super) fn undeclared(&self) -> Vec<Vec<String>> {
        let undeclared = self.undeclared.lock().unwrap_or_else(PoisonError::into_inner);
        undeclared.iter().cloned().collect()
    }

    /// Enters a nested rendering.
    pub(super) fn enter(&self) -> Result<Level, Error> {
        let most = self.budget.limits().depth;
        Level::enter(most).ok_or_else(|| {
            Error::new(
                ErrorKind::InvalidOperation,
                format!("helpers and tpl call one another more than {most} levels deep"),
            )
        })
    }

    /// Takes steps of the budget.
    pub(super) fn take_steps(&self, count: u64) -> Result<(), Error> {
        self.budget.take_steps(count).map_err(exhausted)
    }

    /// Counts the fuel of a finished rendering against the budget.
    pub(super) fn spend(&self, fuel: Option<(u64, u64)>) -> Result<(), Error> {
        self.take_steps(fuel.map_or(0, |(consumed, _)| consumed))
    }
}

/// A used-up budget on its way through minijinja.
pub(super) fn exhausted(exhausted: Exhausted) -> Error {
    match exhausted {
        Exhausted::Steps => Error::from(ErrorKind::OutOfFuel),
        Exhausted::Bytes(_) => carry(bytes_exhausted(exhausted, &Place::NONE).into()),
    }
}

/// What is said where templates write too much.
pub(super) fn bytes_exhausted(exhausted: Exhausted, place: &Place) -> Diagnostic {
    Diagnostic::error("template-output", exhausted.to_string())
        .at(place)
        .help("look for a loop over a large list that inserts large values")
}

/// Diagnostics on their way through minijinja.
pub(super) fn carry(diagnostics: Diagnostics) -> Error {
    Error::new(ErrorKind::InvalidOperation, diagnostics.to_string()).with_source(diagnostics)
}
