//! What the renderings of one chart's templates share: the template sources and the budgets. Each thread has its own
//! holes and its own depth, as it renders one template after another.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use minijinja::{Error, ErrorKind};

use super::fill::{self, Filled};
use crate::diagnostic::{Diagnostics, Result};
use crate::source::Source;
use crate::yaml::Node;

/// Bounds on the time and memory that a chart's templates may take.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Instructions and items that all templates of a chart may take together.
    pub fuel: u64,
    /// Bytes that one template may write.
    pub output: usize,
    /// Helper functions calling one another, and texts rendered within texts.
    pub depth: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            fuel: 10_000_000,
            output: 64 << 20,
            depth: 48,
        }
    }
}

thread_local! {
    /// What goes into the holes of the template that this thread renders.
    static HOLES: RefCell<Vec<Filled>> = const { RefCell::new(Vec::new()) };
    /// How deep the renderings within that one are.
    static DEPTH: Cell<u32> = const { Cell::new(0) };
}

/// See the module's text.
#[derive(Debug)]
pub(super) struct Shared {
    /// Template sources by the number that line marks carry.
    pub(super) sources: Vec<Arc<Source>>,
    pub(super) limits: Limits,
    fuel_used: AtomicU64,
    /// What goes into the holes that templates' texts hold before they are evaluated.
    known: RwLock<Vec<Filled>>,
    /// The fingerprints of what `tpl` made, with those of what it made it of.
    tpl_sources: Mutex<HashMap<u64, u64>>,
}

/// Goes one level deeper until it is dropped.
pub(super) struct Level(());

impl Drop for Level {
    fn drop(&mut self) {
        DEPTH.set(DEPTH.get().saturating_sub(1));
    }
}

impl Shared {
    pub(super) fn new(sources: Vec<Arc<Source>>, limits: Limits) -> Self {
        Shared {
            // With room, as what one thread has taken from the system another one widens slowly.
            known: RwLock::new(Vec::with_capacity(sources.len() * 8)),
            sources,
            limits,
            fuel_used: AtomicU64::new(0),
            tpl_sources: Mutex::default(),
        }
    }

    /// Keeps what goes into a hole of the template that this thread renders and gives the hole's number, which is even.
    pub(super) fn add_hole(value: Filled) -> usize {
        HOLES.with_borrow_mut(|holes| {
            holes.push(value);
            (holes.len() - 1) * 2
        })
    }

    /// Keeps what goes into the holes of a template's text, before it is evaluated, for all renderings of the chart, and
    /// gives the holes' numbers, which are odd.
    pub(super) fn add_known(&self, values: Vec<Filled>) -> impl Iterator<Item = usize> + use<> {
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        let first = known.len();
        known.extend(values);
        (first..known.len()).map(|index| index * 2 + 1)
    }

    /// What goes into a hole.
    pub(super) fn hole(&self, number: usize) -> Option<Filled> {
        let index = number / 2;
        if number.is_multiple_of(2) {
            return HOLES.with_borrow(|holes| holes.get(index).cloned());
        }
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        known.get(index).cloned()
    }

    /// Renders a template of its own on this thread: with no holes yet, which are forgotten in the end.
    pub(super) fn on_its_own<T>(render: impl FnOnce() -> T) -> T {
        HOLES.with_borrow_mut(Vec::clear);
        DEPTH.set(0);
        let result = render();
        HOLES.with_borrow_mut(Vec::clear);
        result
    }

    /// Reads a text that a macro or a captured block wrote; nothing where it is empty or omitted.
    pub(super) fn fragment(&self, text: &str) -> Result<Option<Node>> {
        fill::fragment(text, self)
    }

    /// Remembers what `tpl` made of a text.
    pub(super) fn note_tpl(&self, source: u64, rendered: u64) {
        self.tpl_sources
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .entry(rendered)
            .or_insert(source);
    }

    /// The text that `tpl` made another of, both by their fingerprints.
    pub(super) fn tpl_source(&self, rendered: u64) -> Option<u64> {
        self.tpl_sources
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&rendered)
            .copied()
    }

    /// Enters a nested rendering.
    pub(super) fn enter(&self) -> std::result::Result<Level, Error> {
        let level = Level(());
        if DEPTH.replace(DEPTH.get() + 1) >= self.limits.depth {
            return Err(Error::new(
                ErrorKind::InvalidOperation,
                format!(
                    "helpers and tpl call one another more than {} levels deep",
                    self.limits.depth
                ),
            ));
        }
        Ok(level)
    }

    /// Counts the fuel of a finished rendering against the chart's budget.
    pub(super) fn spend(&self, fuel: Option<(u64, u64)>) -> std::result::Result<(), Error> {
        let used = fuel.map_or(0, |(consumed, _)| consumed);
        if self.fuel_used.fetch_add(used, Ordering::Relaxed) + used > self.limits.fuel {
            return Err(Error::from(ErrorKind::OutOfFuel));
        }
        Ok(())
    }
}

/// Diagnostics on their way through minijinja.
pub(super) fn carry(diagnostics: Diagnostics) -> Error {
    Error::new(ErrorKind::InvalidOperation, diagnostics.to_string()).with_source(diagnostics)
}
