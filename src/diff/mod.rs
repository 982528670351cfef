//! What changes between two sets of objects: objects by identity, fields by path, and what is dangerous about it.
//!
//! [`compare`] is given two [`Side`]s and gives a [`Diff`], which is data: `report` shows it, programs read it. Secrets are out of it
//! unless they are asked for.

mod align;
mod compare;
pub mod dangers;
mod fields;
mod filter;
mod inner;
mod lists;
mod mask;
mod model;
mod noise;
mod pairs;
mod path;
#[cfg(test)]
mod property_tests;
mod structure;
#[cfg(test)]
mod tests;
mod text;
mod why;

pub use compare::{Options, Side, compare};
pub use filter::Filter;
pub use model::{Cause, Change, Danger, Diff, Field, Folded, Noise, ObjectChange, Restart, Rollout, Summary};
pub use path::{Item, PathStep, Trail, Which};
pub use text::{Hunk, Line, hunks};
pub use why::Rendered;
