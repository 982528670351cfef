//! Bounds on what the templates of a release may take: one budget for time, one for bytes, for all of them together.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::files;

/// Bounds on the time and memory that a release's templates may take.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Steps that all templates may take together: a step is an instruction, an item that is looked at, or 64 bytes of text. What
    /// takes longer costs more: parsing YAML, compiling a pattern, hashing a password.
    pub steps: u64,
    /// Bytes that all templates may write together, values that they insert included.
    pub bytes: u64,
    /// Helpers that call one another, and texts rendered within texts.
    pub depth: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            steps: 20_000_000,
            bytes: 64 << 20,
            depth: 48,
        }
    }
}

/// What a release has left of its [`Limits`].
#[derive(Debug)]
pub struct Budget {
    limits: Limits,
    steps: AtomicU64,
    bytes: AtomicU64,
}

/// Which budget is used up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exhausted {
    /// The one for time.
    Steps,
    /// The one for bytes, which is so large.
    Bytes(u64),
}

impl Budget {
    /// The whole of what the limits allow.
    pub fn new(limits: Limits) -> Budget {
        Budget {
            limits,
            steps: AtomicU64::new(0),
            bytes: AtomicU64::new(0),
        }
    }

    /// The limits.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Whether there is nothing left of one of them.
    pub fn is_exhausted(&self) -> bool {
        self.steps.load(Ordering::Relaxed) > self.limits.steps
            || self.bytes.load(Ordering::Relaxed) > self.limits.bytes
    }

    /// How many steps and bytes are left.
    pub fn left(&self) -> (u64, u64) {
        let left = |limit: u64, used: &AtomicU64| limit.saturating_sub(used.load(Ordering::Relaxed));
        (
            left(self.limits.steps, &self.steps),
            left(self.limits.bytes, &self.bytes),
        )
    }

    /// Takes steps.
    ///
    /// # Errors
    /// Where there are none left; there will be none from then on.
    pub fn take_steps(&self, count: u64) -> Result<(), Exhausted> {
        match take(&self.steps, count, self.limits.steps) {
            true => Ok(()),
            false => Err(Exhausted::Steps),
        }
    }

    /// Takes bytes.
    ///
    /// # Errors
    /// Where there are not so many left.
    pub fn take_bytes(&self, count: u64) -> Result<(), Exhausted> {
        match take(&self.bytes, count, self.limits.bytes) {
            true => Ok(()),
            false => Err(Exhausted::Bytes(self.limits.bytes)),
        }
    }
}

/// Adds to a counter; whether it stays within its limit.
fn take(used: &AtomicU64, count: u64, limit: u64) -> bool {
    // Once there is nothing left, there never is again: the counter must not wrap.
    let count = count.min(limit.saturating_add(1));
    let before = used.fetch_add(count, Ordering::Relaxed);
    before.saturating_add(count) <= limit
}

impl std::fmt::Display for Exhausted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Exhausted::Steps => f.write_str("the templates take too long"),
            Exhausted::Bytes(limit) => {
                write!(f, "the templates write more than {}", files::human_size(*limit))
            }
        }
    }
}
