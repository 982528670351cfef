//! The configurations of Prometheus and Alertmanager within rendered objects: where they are, tables of what they may hold, and the
//! walker that compares the two.
//!
//! The arrows run one way: files -> programs; scalars -> checker -> http; told at the end.

pub mod checker;
pub mod files;
pub mod http;
pub mod programs;
pub mod rules;
pub mod scalars;
mod told;

pub use told::Told;
