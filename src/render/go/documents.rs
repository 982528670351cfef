//! The YAML that a template wrote, as documents whose parts stand at the template's lines.

use std::ops::Range;
use std::sync::Arc;

use memchr::memmem;

use super::charts::Rendered;
use super::indented;
use super::noting::Noting;
use super::output::Output;
use super::positions::Positions;
use super::written::Written;
use crate::diagnostic::{Diagnostic, Diagnostics, Result};
use crate::render::{Document, Recorder};
use crate::source::{Place, Source};
use crate::yaml::{DuplicateKeys, Options};

/// Reads the documents of a rendered template; empty ones are left out. Of a key that is written twice the last counts.
/// Notes for people have none: only what was read for them is of use. `is_written` is that of [`crate::render::Input`].
pub(super) fn documents(
    rendered: Rendered<'_>,
    recorder: Option<&Recorder>,
    is_written: bool,
) -> Result<Vec<Document>> {
    let Output { text, record } = rendered.output;
    let Some(mut output) = text.into_text() else {
        return Err(
            Diagnostic::error("template-text", "the template wrote bytes that are not UTF-8")
                .at(&Place::whole(rendered.source))
                .into(),
        );
    };
    let record = record.as_ref();
    let may_be_copied = is_written && record.is_none();
    let length = output.text().len();
    // Many templates write nothing.
    if may_be_copied && length > 0 && !output.text().ends_with('\n') {
        output = output.with_newline();
    }
    let text = output.text().get(..length).unwrap_or_default();
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
    let copied = |source: &Arc<Source>| {
        let mut copied =
            may_be_copied.then(|| Document::copied(&rendered.path, rendered.source, source))??;
        copied
            .iter_mut()
            .for_each(|document| written.place_whole(&mut document.node));
        Some(copied)
    };
    let ranges = split(text);
    // Each is read with a newline behind it.
    if is_stream(output.text(), &ranges)
        && let Some(documents) = copied(&output)
    {
        return Ok(documents);
    }
    let mut documents = Vec::new();
    let mut errors = Vec::new();
    for (number, range) in (1..).zip(ranges) {
        let piece = text.get(range.clone()).unwrap_or_default();
        let name = format!("{} (document {number} of its output)", rendered.source.name());
        let source = Source::new(name, format!("{piece}\n"));
        if let Some(copied) = copied(&source) {
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
    let blank = text.len() - text.trim_start().len();
    let first = if text.get(blank..).is_some_and(|rest| rest.starts_with("---")) {
        blank + 3
    } else {
        0
    };
    let mut from = first;
    let mut add = |from: usize, to: usize| {
        let piece = text.get(from..to).unwrap_or_default();
        let start = from + piece.len() - piece.trim_start().len();
        if start < to {
            ranges.push(start..to);
        }
    };
    for found in memmem::find_iter(text.as_bytes(), "\n---").filter(|found| *found >= first) {
        // The newline before the mark is the document's.
        add(from, found + 1);
        from = found + 4;
    }
    add(from, text.len());
    ranges
}

/// Whether YAML has the same documents in a text as there are where Helm splits it: each mark is a line of its own, each document
/// begins at the start of a line, and it makes no difference that each is read with a newline more behind it.
fn is_stream(text: &str, ranges: &[Range<usize>]) -> bool {
    let bytes = text.as_bytes();
    let starts = ranges.iter().map(|range| range.start).chain([bytes.len()]);
    let ends = [0].into_iter().chain(ranges.iter().map(|range| range.end));
    let are_lines = starts.zip(ends).all(|(start, end)| {
        let between = bytes.get(end..start).unwrap_or_default();
        between.iter().all(|byte| matches!(byte, b'-' | b'\n'))
            && between.last().is_none_or(|last| *last == b'\n')
    });
    // `|+` is the only thing that keeps the lines behind it.
    let keeps = |at: usize| {
        let before = bytes.get(..at).unwrap_or_default();
        matches!(before, [.., b'|' | b'>'] | [.., b'|' | b'>', b'0'..=b'9'])
    };
    are_lines && text.ends_with('\n') && !memchr::memchr_iter(b'+', bytes).any(keeps)
}

#[cfg(test)]
mod tests {
    use super::{indented, is_stream, split};
    use crate::source::Source;
    use crate::yaml::{self, DuplicateKeys, Options};

    /// The documents of a text that is split first, as YAML; nothing where one has a mistake.
    fn pieces(text: &str) -> Option<Vec<String>> {
        let mut written = Vec::new();
        for range in split(text) {
            let options = Options {
                duplicate_keys: DuplicateKeys::Last,
                ..Options::default()
            };
            let source = Source::new("piece", format!("{}\n", &text[range]));
            let read = indented::read(source, &options).ok()?;
            let nodes = read.documents.iter().filter(|node| !node.is_null());
            written.extend(nodes.map(yaml::write));
        }
        Some(written)
    }

    #[test]
    fn a_text_that_is_read_as_one_stream_has_the_documents_that_helm_has() {
        const PARTS: &[&str] = &[
            "---\n",
            "--- \n",
            "---",
            "----\n",
            " ---\n",
            "---a: 1\n",
            "a: 1\n",
            "  b: 2\n",
            "c: |+\n",
            "d: >1+\n",
            "e: '\n",
            "\n",
            " \n",
            "...\n",
            "%YAML 1.2\n",
            "\u{a0}\n",
            "# f\n",
        ];
        let (mut streams, mut all) = (0, 0);
        for number in 0..PARTS.len().pow(4) {
            let text: String = (0..4)
                .map(|place| PARTS[number / PARTS.len().pow(place) % PARTS.len()])
                .collect();
            all += 1;
            let whole = if text.ends_with('\n') {
                text.clone()
            } else {
                format!("{text}\n")
            };
            if is_stream(&whole, &split(&text))
                && let Some(copied) = yaml::copy_documents(&Source::new("text", whole), &[])
            {
                streams += 1;
                let copied: Vec<String> = copied.iter().map(|copied| copied.text.to_string()).collect();
                assert_eq!(Some(copied), pieces(&text), "{text:?}");
            }
        }
        assert!(streams * 200 > all, "{streams} of {all}");
    }

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
