//! Tests of the module as a whole; the agreement with Helm and kubectl is in tests/yaml.rs.

mod copy;
mod de;
mod errors;
mod limits;
mod packed;
mod places;
mod reader;
mod rendered;
mod scanner;
mod writer;

use std::fmt::Write;
use std::sync::Arc;

use super::*;
use crate::diagnostic::Diagnostics;
use crate::source::Source;

fn source(text: &str) -> Arc<Source> {
    Source::new("v.yaml", text)
}

fn read(text: &str) -> Node {
    read_document(&source(text)).unwrap()
}

fn json(text: &str) -> String {
    write_json(&read(text))
}

/// All that a diagnostic says: `code place message | place label | help: ...`, one a line.
fn said(diagnostics: &Diagnostics) -> String {
    let mut said = String::new();
    for diagnostic in &diagnostics.0 {
        let place = diagnostic.place().map(ToString::to_string).unwrap_or_default();
        write!(said, "{} {place} {}", diagnostic.code, diagnostic.message).unwrap();
        for label in diagnostic.labels.iter().skip(1) {
            write!(said, " | {} {}", label.place, label.text).unwrap();
        }
        if let Some(help) = &diagnostic.help {
            write!(said, " | help: {help}").unwrap();
        }
        said.push('\n');
    }
    said
}

/// What is wrong with a text.
fn wrong(text: &str) -> String {
    said(&read_documents(&source(text)).unwrap_err())
}
