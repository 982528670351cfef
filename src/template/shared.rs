//! What one rendering of one chart shares: the holes, the template sources and the budgets.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

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

/// See the module's text.
#[derive(Debug)]
pub(super) struct Shared {
    holes: Mutex<Vec<Filled>>,
    /// Template sources by the number that line marks carry.
    pub(super) sources: Vec<Arc<Source>>,
    pub(super) limits: Limits,
    fuel_used: AtomicU64,
    depth: AtomicU32,
    /// The fingerprints of what `tpl` made, with those of what it made it of.
    tpl_sources: Mutex<HashMap<u64, u64>>,
}

/// Goes one level deeper until it is dropped.
pub(super) struct Level<'a>(&'a Shared);

impl Drop for Level<'_> {
    fn drop(&mut self) {
        self.0.depth.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Shared {
    pub(super) fn new(sources: Vec<Arc<Source>>, limits: Limits) -> Self {
        Shared {
            holes: Mutex::default(),
            sources,
            limits,
            fuel_used: AtomicU64::new(0),
            depth: AtomicU32::new(0),
            tpl_sources: Mutex::default(),
        }
    }

    fn holes(&self) -> MutexGuard<'_, Vec<Filled>> {
        self.holes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps what goes into a hole and gives the hole's number.
    pub(super) fn add_hole(&self, value: Filled) -> usize {
        let mut holes = self.holes();
        holes.push(value);
        holes.len() - 1
    }

    /// What goes into a hole.
    pub(super) fn hole(&self, index: usize) -> Option<Filled> {
        self.holes().get(index).cloned()
    }

    /// Forgets the holes: their text has been filled.
    pub(super) fn clear_holes(&self) {
        self.holes().clear();
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
    pub(super) fn enter(&self) -> std::result::Result<Level<'_>, Error> {
        let level = Level(self);
        if self.depth.fetch_add(1, Ordering::Relaxed) >= self.limits.depth {
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
