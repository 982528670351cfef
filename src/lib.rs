//! promchart renders Kubernetes manifests from charts whose templates cannot write broken YAML.
//!
//! The flow is one sentence, and a module imports only what stands to its left:
//!
//! ```text
//! source -> workers -> secret -> diagnostic -> files -> programs -> yaml -> chart -> values -> render -> manifest -> kubernetes -> explain -> (lint | diff | emit) -> create -> pipeline -> report -> cli
//! ```
//!
//! Library code never prints, never exits and never panics on input: it gives values or [`diagnostic::Diagnostics`].

pub mod chart;
pub mod cli;
pub mod create;
pub mod diagnostic;
pub mod diff;
pub mod emit;
pub mod explain;
pub mod files;
pub mod kubernetes;
pub mod lint;
pub mod manifest;
pub mod pipeline;
pub mod programs;
pub mod render;
pub mod report;
pub mod secret;
pub mod source;
pub mod values;
mod workers;
pub mod yaml;
