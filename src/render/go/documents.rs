//! The YAML that a template wrote, as documents whose parts stand at the template's lines.

use std::ops::Range;
use std::sync::Arc;

use super::charts::Rendered;
use super::indented;
use super::noting::Noting;
use super::positions::Positions;
use super::written::Written;
use crate::diagnostic::{Diagnostic, Diagnostics, Result};
use crate::render::{Document, Recorder};
use crate::source::{Place, Source};
use crate::yaml::{DuplicateKeys, Options};

/// Reads the documents of a rendered template; empty ones are left out. Of a key that is written twice the last counts.
/// Notes for people have none: only what was read for them is of use. `is_written` is that of [`crate::render::Input`].
pub(super) fn documents(
    rendered: &Rendered<'_>,
    recorder: Option<&Recorder>,
    is_written: bool,
) -> Result<Vec<Document>> {
    let Some(text) = rendered.output.text.as_str() else {
        return Err(
            Diagnostic::error("template-text", "the template wrote bytes that are not UTF-8")
                .at(&Place::whole(rendered.source))
                .into(),
        );
    };
    let record = rendered.output.record.as_ref();
    let written = Written::new(text, record, rendered.source);
    let mut noting = record
        .zip(recorder)
        .map(|(record, recorder)| Noting::new(record, recorder, &written));
    if rendered.path.ends_with("NOTES.txt") {
        return Ok(Vec::new());
    }
    let options = Options {
        duplicate_keys: DuplicateKeys::Last,
        ..Options::default()
    };
    let mut documents = Vec::new();
    let mut errors = Vec::new();
    for (number, range) in (1..).zip(split(text)) {
        let piece = text.get(range.clone()).unwrap_or_default();
        let name = format!("{} (document {number} of its output)", rendered.source.name());
        let source = Source::new(name, format!("{piece}\n"));
        if is_written
            && record.is_none()
            && let Some(mut copied) = Document::copied(&rendered.path, rendered.source, &source)
        {
            copied
                .iter_mut()
                .for_each(|document| written.place_whole(&mut document.node));
            documents.extend(copied);
            continue;
        }
        match indented::read(Arc::clone(&source), &options) {
            Ok(mut read) => {
                let nodes = std::mem::take(&mut read.documents);
                let before = |offset| read.before(offset);
                for mut node in nodes.into_iter().filter(|node| !node.is_null()) {
                    match &mut noting {
                        Some(noting) => {
                            let positions = Positions::of(&node, &read.source, &before, range.clone());
                            node = noting.document(&node, &positions);
                        }
                        None => written.place_document(&mut node, &read.source, &before, range.clone()),
                    }
                    let mut document = Document::new(&*rendered.path, rendered.source, node);
                    if is_written {
                        document.write();
                    }
                    documents.push(document);
                }
            }
            Err(Diagnostics(list)) => errors.extend(
                list.into_iter()
                    .map(|diagnostic| written.told(diagnostic, &source, range.start)),
            ),
        }
    }
    match errors.is_empty() {
        true => Ok(documents),
        false => Err(Diagnostics(errors)),
    }
}

/// Where the documents of a text stand, as Helm splits it: at each `---` that begins a line, whatever follows it, without
/// the white space before each document. What is behind it counts where a block of text keeps its last lines. Those that are
/// empty are left out.
fn split(text: &str) -> Vec<Range<usize>> {
    let mut ranges = Vec::new();
    let mut from = 0;
    let mut add = |from: usize, to: usize| {
        let piece = text.get(from..to).unwrap_or_default();
        let start = from + piece.len() - piece.trim_start().len();
        if start < to {
            ranges.push(start..to);
        }
    };
    let is_first = text.trim_start().starts_with("---");
    if is_first {
        from = text.len() - text.trim_start().len() + 3;
    }
    let mut at = from;
    while let Some(found) = text.get(at..).and_then(|rest| rest.find("\n---")) {
        // The newline before the mark is the document's.
        add(from, at + found + 1);
        from = at + found + 4;
        at = from;
    }
    add(from, text.len());
    ranges
}

#[cfg(test)]
mod tests {
    use super::split;

    #[track_caller]
    fn check(text: &str, documents: &[&str]) {
        let found: Vec<&str> = split(text).into_iter().map(|range| &text[range]).collect();
        assert_eq!(found, documents, "{text:?}");
    }

    #[test]
    fn documents_are_split_where_helm_splits_them() {
        check("", &[]);
        check("\n---\n\n---\n", &[]);
        check("a: 1", &["a: 1"]);
        check("---\na: 1\n---\nb: 2\n", &["a: 1\n", "b: 2\n"]);
        check(
            "\n\n---\na: 1\n\n\n--- # two\nb: 2\n",
            &["a: 1\n\n\n", "# two\nb: 2\n"],
        );
        // Blanks before the first line go, and with them its indentation.
        check("  a: 1\n---b: 2\n ---\n", &["a: 1\n", "b: 2\n ---\n"]);
        check("a: |\n  x\n\n\n---\n", &["a: |\n  x\n\n\n"]);
        check("a: '\u{e9}\n---\u{e9}'", &["a: '\u{e9}\n", "\u{e9}'"]);
    }
}
