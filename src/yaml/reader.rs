//! Nodes from texts: the documents of a text, or its first.

use std::sync::Arc;

use super::builder::{Builder, Step};
use super::closing::{self, Moved};
use super::complaint;
use super::event::{Event, EventKind, ScalarStyle};
use super::events::Events;
use super::limits::Options;
use super::node::{Map, Node, Value};
use crate::diagnostic::{Diagnostic, Result};
use crate::source::{Place, Source};

/// Reads every document of a text. An empty document is null, at the place where it starts; an empty text has none.
///
/// # Errors
/// All duplicate keys and impossible scalars of the text; a syntax error or a limit ends the search.
pub fn read_documents(source: &Arc<Source>) -> Result<Vec<Node>> {
    read_documents_with(source, &Options::default())
}

/// [`read_documents`] with other limits.
///
/// # Errors
/// As [`read_documents`].
pub fn read_documents_with(source: &Arc<Source>, options: &Options) -> Result<Vec<Node>> {
    closing::read(source, |moved| {
        all_documents(Reader::new(source, moved, *options))
    })
}

fn all_documents(mut reader: Reader<'_>) -> Result<Vec<Node>> {
    let mut documents = Vec::new();
    loop {
        match reader.document() {
            Ok(Some(document)) => documents.push(document),
            Ok(None) => return reader.builder.finish(documents),
            Err(diagnostic) => return Err(reader.builder.fail(diagnostic)),
        }
    }
}

/// Reads the first document of a text and nothing after it; null where there is none.
///
/// # Errors
/// As [`read_documents`], for the first document only.
pub fn read_document(source: &Arc<Source>) -> Result<Node> {
    read_document_with(source, &Options::default())
}

/// [`read_document`] with other limits.
///
/// # Errors
/// As [`read_document`].
pub fn read_document_with(source: &Arc<Source>, options: &Options) -> Result<Node> {
    closing::read(source, |moved| {
        first_document(Reader::new(source, moved, *options), source, options)
    })
}

fn first_document(mut reader: Reader<'_>, source: &Arc<Source>, options: &Options) -> Result<Node> {
    match reader.document() {
        Ok(document) => reader
            .builder
            .finish(document.unwrap_or_else(|| Node::new(Value::Null, Place::whole(source)))),
        Err(diagnostic) => {
            let shorter = options
                .ends_with_bracket
                .then(|| up_to(source, &diagnostic, options));
            shorter
                .flatten()
                .map_or_else(|| Err(reader.builder.fail(diagnostic)), Ok)
        }
    }
}

/// The document before what a complaint is about, where that stands behind its last bracket.
fn up_to(source: &Arc<Source>, complaint: &Diagnostic, options: &Options) -> Option<Node> {
    let place = complaint
        .place()
        .filter(|_| complaint::is_of_what_follows(complaint))?;
    let line = source.line_range(place.line)?;
    let column = usize::try_from(place.column).ok()?.checked_sub(1)?;
    let mut characters = source.text().get(line.clone())?.char_indices();
    let before = characters.nth(column).map_or(line.end, |(at, _)| line.start + at);
    let shorter = Source::new(source.name(), source.text().get(..before)?);
    let options = Options {
        ends_with_bracket: false,
        ..*options
    };
    let node = read_document_with(&shorter, &options).ok()?;
    complaint::is_in_brackets(&node.place).then_some(node)
}

/// Reads a values file as Helm does: the first document, which is a map, or null or nothing for an empty map.
///
/// # Errors
/// As [`read_document`], and `values-not-a-map`.
pub fn read_values(source: &Arc<Source>) -> Result<Node> {
    let node = read_document(source)?;
    match node.value {
        Value::Map(_) => Ok(node),
        Value::Null => Ok(Node::new(Map::new(), node.place)),
        _ => Err(Diagnostic::error(
            "values-not-a-map",
            format!("values have to be a map of keys, and this is {}", node.kind()),
        )
        .at(&node.place)
        .into()),
    }
}

/// Where the documents after the first begin to say something, which [`read_values`] leaves out.
pub fn after_first_document(source: &Arc<Source>) -> Option<Place> {
    // Most files have one document, and need not be read again for that.
    if !source.text().contains("\n---") {
        return None;
    }
    let found = closing::read(source, |moved| {
        second_document(Events::of(source, moved, Options::default().limits))
    });
    let (line, column) = found.ok()??;
    Some(Place::new(source, line, column))
}

/// The line and column at which a document after the first begins to say something.
fn second_document(events: Events<'_>) -> Result<Option<(u32, u32)>> {
    let mut documents = 0;
    for event in events {
        let event = event?;
        match &event.kind {
            EventKind::DocumentStart => documents += 1,
            EventKind::DocumentEnd => {}
            // An empty document says nothing.
            EventKind::Scalar { text, .. } if text.is_empty() => {}
            _ if documents > 1 => return Ok(Some((event.line, event.column))),
            _ => {}
        }
    }
    Ok(None)
}

struct Reader<'a> {
    source: &'a Arc<Source>,
    events: Events<'a>,
    builder: Builder<'a>,
}

impl<'a> Reader<'a> {
    /// A reader of a source, or of its text with lines moved in.
    fn new(source: &'a Arc<Source>, moved: Option<(&'a str, &'a Moved)>, options: Options) -> Self {
        Reader {
            source,
            events: Events::of(source, moved, options.limits),
            builder: Builder::new(source, options),
        }
    }

    /// The next event of a document, which ends with its own event.
    #[inline]
    fn event(&mut self) -> Step<Event<'a>> {
        match self.events.next() {
            Some(event) => event,
            None => {
                Err(Diagnostic::error("yaml-syntax", "the text ends too early")
                    .at(&Place::whole(self.source)))
            }
        }
    }

    fn document(&mut self) -> Step<Option<Node>> {
        let start = match self.events.next() {
            None => return Ok(None),
            Some(event) => event?,
        };
        let mut event = self.event()?;
        let empty = matches!(&event.kind, EventKind::Scalar { text, style: ScalarStyle::Plain, anchor: 0, tag: None }
            if text.is_empty());
        let mut open = Vec::new();
        let mut node = loop {
            if let Some(root) = self.builder.take(event, &mut open)? {
                break root;
            }
            event = self.event()?;
        };
        if empty {
            node.place = Place::new(self.source, start.line, start.column);
        }
        // The end of the document, which shows whether something follows that cannot.
        self.event()?;
        Ok(Some(node))
    }
}
