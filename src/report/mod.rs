//! Diagnostics for people and programs, one file a format.

pub mod dependencies;
pub mod text;
