//! The built-in chart: its values and schemas, what it renders, and what the programs that it runs say to that.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on may panic")]

mod agreed;
mod bytes;
mod differences;
mod environments;
mod programs;
mod references;
mod rendered;
mod templates;
#[path = "../support/tools.rs"]
mod tools;
mod values;
