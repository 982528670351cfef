//! The built-in chart: its values and schemas, what it renders, and what the programs that it runs say to that.

#![allow(
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "a test that cannot go on may panic, one that is skipped says so"
)]

mod bytes;
mod differences;
mod environments;
mod programs;
mod references;
mod rendered;
mod templates;
mod tools;
mod values;
