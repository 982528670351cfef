//! The program as people run it: the real binary in a folder of its own, with its two streams and its status.
//!
//! A test makes a [`support::Fixture`], puts files into it, runs the program and looks at the whole of what it says.
//! Each module is a subject; a new one is named here.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on may panic")]

mod aids;
mod bad_charts;
mod bad_flags;
mod bad_output;
mod bad_templates;
mod bad_values;
mod chart_parts;
mod ci;
mod dependencies;
mod difference_forms;
mod differences;
mod engines;
mod environments;
mod go_charts;
mod hints;
mod lint;
mod live;
mod origins;
mod output_dir;
mod outside;
mod package;
mod render;
mod revisions;
mod schema;
mod secrets;
mod streams;
mod support;
#[path = "../support/tools.rs"]
mod tools;
mod values;
