//! Diagnostics for people and programs, one file a format.

pub mod text;
