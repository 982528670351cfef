//! What goes into the holes of the text that a thread renders, and how deep the renderings within it are.

use std::cell::{Cell, RefCell};

use super::record::Read;
use crate::yaml::Node;

/// A value, or the wish to drop what would hold it.
#[derive(Debug, Clone)]
pub(super) enum Filled {
    Node(Node),
    Omit,
}

/// What goes into a hole.
#[derive(Debug, Clone)]
pub(super) struct Hole {
    pub(super) filled: Filled,
    /// The values that were read for it, where a record is kept.
    pub(super) reads: Vec<Read>,
}

thread_local! {
    static HOLES: RefCell<Vec<Hole>> = const { RefCell::new(Vec::new()) };
    static DEPTH: Cell<u32> = const { Cell::new(0) };
}

/// Renders a template of its own on this thread: with no holes yet, which are forgotten in the end.
pub(super) fn on_its_own<T>(render: impl FnOnce() -> T) -> T {
    HOLES.with_borrow_mut(Vec::clear);
    DEPTH.set(0);
    let result = render();
    HOLES.with_borrow_mut(Vec::clear);
    result
}

/// Keeps what goes into a hole and gives the hole's number.
pub(super) fn add(hole: Hole) -> usize {
    HOLES.with_borrow_mut(|holes| {
        holes.push(hole);
        holes.len() - 1
    })
}

/// What goes into a hole.
pub(super) fn get(number: usize) -> Option<Hole> {
    HOLES.with_borrow(|holes| holes.get(number).cloned())
}

/// One level of a rendering within another, until it is dropped.
pub(super) struct Level(());

impl Level {
    /// Goes one level deeper; nothing where that is too deep.
    pub(super) fn enter(most: u32) -> Option<Level> {
        let level = Level(());
        (DEPTH.replace(DEPTH.get() + 1) < most).then_some(level)
    }
}

impl Drop for Level {
    fn drop(&mut self) {
        DEPTH.set(DEPTH.get().saturating_sub(1));
    }
}
