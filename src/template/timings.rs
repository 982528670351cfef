//! How long the stages of a rendering take, for benchmarks.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Time by stage, added up over charts and threads.
#[derive(Debug, Default)]
pub struct Timings {
    compile: AtomicU64,
    evaluate: AtomicU64,
    fill: AtomicU64,
}

/// A stage of a rendering.
#[derive(Debug, Clone, Copy)]
pub(super) enum Stage {
    Compile,
    Evaluate,
    Fill,
}

impl Timings {
    /// Templates into minijinja's instructions.
    pub fn compile(&self) -> Duration {
        Duration::from_nanos(self.compile.load(Ordering::Relaxed))
    }

    /// Templates and helpers into text with holes.
    pub fn evaluate(&self) -> Duration {
        Duration::from_nanos(self.evaluate.load(Ordering::Relaxed))
    }

    /// Text with holes into nodes.
    pub fn fill(&self) -> Duration {
        Duration::from_nanos(self.fill.load(Ordering::Relaxed))
    }

    /// Does some work and counts its time, where times are counted.
    pub(super) fn measure<T>(timings: Option<&Timings>, stage: Stage, work: impl FnOnce() -> T) -> T {
        let Some(timings) = timings else { return work() };
        let begun = Instant::now();
        let result = work();
        let counter = match stage {
            Stage::Compile => &timings.compile,
            Stage::Evaluate => &timings.evaluate,
            Stage::Fill => &timings.fill,
        };
        let nanos = u64::try_from(begun.elapsed().as_nanos()).unwrap_or(u64::MAX);
        counter.fetch_add(nanos, Ordering::Relaxed);
        result
    }
}
