//! Nodes from events: scalars resolved, anchors and merge keys followed, duplicate keys refused.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::complaint::{not_a_key, too_deep};
use super::events::{Event, EventKind, Events, ScalarStyle};
use super::limits::Options;
use super::node::{Entry, Map, Node, Value};
use super::resolve::{resolve_key, resolve_scalar};
use crate::diagnostic::{Diagnostic, Diagnostics, Result};
use crate::source::{Place, Source};

/// How many errors one text can have before the reader gives up.
const MOST_ERRORS: usize = 50;

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
    let mut reader = Reader::new(source, *options);
    let mut documents = Vec::new();
    loop {
        match reader.document() {
            Ok(Some(document)) => documents.push(document),
            Ok(None) => return reader.finish(documents),
            Err(diagnostic) => return Err(reader.fail(diagnostic)),
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
    let mut reader = Reader::new(source, *options);
    match reader.document() {
        Ok(document) => {
            reader.finish(document.unwrap_or_else(|| Node::new(Value::Null, Place::whole(source))))
        }
        Err(diagnostic) => Err(reader.fail(diagnostic)),
    }
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

struct Reader<'a> {
    source: &'a Arc<Source>,
    events: Events<'a>,
    options: Options,
    anchors: HashMap<usize, Built>,
    alias_nodes: u64,
    errors: Vec<Diagnostic>,
}

/// A node with what its repetition would cost.
#[derive(Clone)]
struct Built {
    node: Node,
    /// How many nodes it has, itself and repetitions included.
    size: u64,
    /// How many levels of maps and lists it has.
    height: usize,
}

/// A map being read.
#[derive(Default)]
struct Entries {
    map: Map,
    /// Keys that only merges have set so far.
    merged: HashSet<Arc<str>>,
}

type Step<T> = std::result::Result<T, Diagnostic>;

impl<'a> Reader<'a> {
    fn new(source: &'a Arc<Source>, options: Options) -> Self {
        Reader {
            source,
            events: Events::new(source, options.limits),
            options,
            anchors: HashMap::new(),
            alias_nodes: 0,
            errors: Vec::new(),
        }
    }

    fn finish<T>(self, result: T) -> Result<T> {
        if self.errors.is_empty() {
            Ok(result)
        } else {
            Err(Diagnostics(self.errors))
        }
    }

    fn fail(mut self, last: Diagnostic) -> Diagnostics {
        self.errors.push(last);
        Diagnostics(self.errors)
    }

    /// Keeps an error that reading can go on after.
    fn note(&mut self, diagnostic: Diagnostic) -> Step<()> {
        if self.errors.len() + 1 >= MOST_ERRORS {
            return Err(diagnostic);
        }
        self.errors.push(diagnostic);
        Ok(())
    }

    fn place(&self, line: u32, column: u32) -> Place {
        Place::new(self.source, line, column)
    }

    /// The next event of a document, which ends with its own event.
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
        self.anchors.clear();
        let root = self.event()?;
        let empty = matches!(&root.kind, EventKind::Scalar { text, style: ScalarStyle::Plain, anchor: 0, tag: None }
            if text.is_empty());
        let mut node = self.node(root, 0)?.node;
        if empty {
            node.place = self.place(start.line, start.column);
        }
        self.event()?;
        Ok(Some(node))
    }

    /// The node that an event begins, `depth` levels below the root.
    fn node(&mut self, event: Event<'a>, depth: usize) -> Step<Built> {
        let place = self.place(event.line, event.column);
        let (anchor, built) = match event.kind {
            EventKind::Scalar {
                text,
                style,
                tag,
                anchor,
            } => {
                let value = match resolve_scalar(&text, style, tag.as_ref()) {
                    Ok(value) => value,
                    Err(diagnostic) => {
                        self.note(diagnostic.at(&place))?;
                        Value::Null
                    }
                };
                (
                    anchor,
                    Built {
                        node: Node { value, place },
                        size: 1,
                        height: 0,
                    },
                )
            }
            EventKind::SequenceStart { anchor, .. } => (anchor, self.list(place, depth)?),
            EventKind::MappingStart { anchor, .. } => (anchor, self.map(place, depth)?),
            EventKind::Alias(anchor) => return self.alias(anchor, place, depth),
            EventKind::DocumentStart
            | EventKind::DocumentEnd
            | EventKind::SequenceEnd
            | EventKind::MappingEnd => {
                return Err(Diagnostic::error("yaml-syntax", "expected a value").at(&place));
            }
        };
        if anchor > 0 {
            self.anchors.insert(anchor, built.clone());
        }
        Ok(built)
    }

    fn list(&mut self, place: Place, depth: usize) -> Step<Built> {
        let mut list = Vec::new();
        let (mut size, mut height) = (1_u64, 1);
        loop {
            let event = self.event()?;
            if event.kind == EventKind::SequenceEnd {
                return Ok(Built {
                    node: Node::new(list, place),
                    size,
                    height,
                });
            }
            let item = self.node(event, depth + 1)?;
            size = size.saturating_add(item.size);
            height = height.max(item.height + 1);
            list.push(item.node);
        }
    }

    fn map(&mut self, place: Place, depth: usize) -> Step<Built> {
        let mut entries = Entries::default();
        let (mut size, mut height) = (1_u64, 1);
        loop {
            let event = self.event()?;
            if event.kind == EventKind::MappingEnd {
                return Ok(Built {
                    node: Node::new(entries.map, place),
                    size,
                    height,
                });
            }
            let key_place = self.place(event.line, event.column);
            let merge = matches!(&event.kind, EventKind::Scalar { text, style: ScalarStyle::Plain, tag: None, .. }
                if text == "<<");
            let key = if merge { None } else { self.key(event, depth)? };
            let event = self.event()?;
            let value = self.node(event, depth + 1)?;
            size = size.saturating_add(value.size);
            height = height.max(value.height + 1);
            if merge {
                self.merge(&mut entries, &value.node, &key_place)?;
            } else if let Some(key) = key {
                self.insert(
                    &mut entries,
                    key,
                    Entry {
                        key_place,
                        node: value.node,
                    },
                )?;
            }
        }
    }

    /// The text of a key; `None` after an error that reading can go on after.
    fn key(&mut self, event: Event<'a>, depth: usize) -> Step<Option<Arc<str>>> {
        let place = self.place(event.line, event.column);
        let key = match event.kind {
            EventKind::Scalar {
                ref text,
                style,
                ref tag,
                anchor,
            } => {
                let key = resolve_key(text, style, tag.as_ref()).map(Arc::from);
                if anchor > 0 {
                    self.node(event, depth + 1)?;
                }
                key
            }
            EventKind::Alias(_) => {
                let node = self.node(event, depth + 1)?.node;
                match node.value {
                    Value::String(text) => Ok(text),
                    Value::Bool(value) => Ok(if value { "true".into() } else { "false".into() }),
                    Value::Int(value) => {
                        resolve_key(&value.to_string(), ScalarStyle::Plain, None).map(Arc::from)
                    }
                    Value::Float(value) => {
                        resolve_key(&format!("{value:?}"), ScalarStyle::Plain, None).map(Arc::from)
                    }
                    Value::Null => resolve_key("", ScalarStyle::Plain, None).map(Arc::from),
                    Value::List(_) | Value::Map(_) => Err(not_a_key(&place, node.kind())),
                }
            }
            _ => {
                let node = self.node(event, depth + 1)?.node;
                Err(not_a_key(&place, node.kind()))
            }
        };
        match key {
            Ok(key) => Ok(Some(key)),
            Err(mut diagnostic) => {
                if diagnostic.labels.is_empty() {
                    diagnostic = diagnostic.at(&place);
                }
                self.note(diagnostic).map(|()| None)
            }
        }
    }

    fn insert(&mut self, entries: &mut Entries, key: Arc<str>, entry: Entry) -> Step<()> {
        let place = entry.key_place.clone();
        match entries.map.insert_entry(Arc::clone(&key), entry) {
            Some(former) if !entries.merged.remove(&key) => self.note(
                Diagnostic::error(
                    "duplicate-key",
                    format!("the key `{key}` is there twice in the same map"),
                )
                .at(&place)
                .label(&former.key_place, "it is here already")
                .help("remove one of the two; kubectl and Helm silently take the last"),
            ),
            _ => Ok(()),
        }
    }

    /// Takes over the entries of what `<<` names. As in go-yaml, what comes later in the map wins, whether a merge
    /// or a key; in a list of maps the earlier map wins.
    fn merge(&mut self, entries: &mut Entries, value: &Node, place: &Place) -> Step<()> {
        let all = match &value.value {
            Value::Map(map) => Arc::clone(map),
            Value::List(list) if list.iter().all(|item| item.as_map().is_some()) => {
                let mut all = Map::new();
                for (key, entry) in list.iter().filter_map(Node::as_map).flat_map(Map::iter) {
                    if !all.contains_key(key) {
                        all.insert_entry(Arc::clone(key), entry.clone());
                    }
                }
                Arc::new(all)
            }
            _ => {
                return self.note(
                    Diagnostic::error(
                        "yaml-merge",
                        format!("`<<` needs a map or a list of maps, and this is {}", value.kind()),
                    )
                    .at(&value.place)
                    .label(place, "merged here")
                    .help("put `<<` in quotes where it is an ordinary key"),
                );
            }
        };
        for (key, entry) in all.iter() {
            if entries.map.insert_entry(Arc::clone(key), entry.clone()).is_none() {
                entries.merged.insert(Arc::clone(key));
            }
        }
        Ok(())
    }

    /// The value of an anchor again, at the place of the alias.
    fn alias(&mut self, anchor: usize, place: Place, depth: usize) -> Step<Built> {
        let Some(built) = self.anchors.get(&anchor) else {
            return Err(Diagnostic::error("yaml-alias", "a value cannot repeat itself")
                .at(&place)
                .help("move the anchor to a value that is complete above this line"));
        };
        let mut built = built.clone();
        built.node.place = place;
        self.alias_nodes = self.alias_nodes.saturating_add(built.size);
        let limits = &self.options.limits;
        let most = limits
            .alias_nodes
            .max(limits.alias_nodes_per_event.saturating_mul(self.events.seen()));
        if self.alias_nodes > most {
            return Err(
                Diagnostic::error("yaml-aliases", format!("aliases repeat more than {most} values"))
                    .at(&built.node.place)
                    .help("write fewer aliases of aliases; this looks like an attack on the reader"),
            );
        }
        if depth + built.height > limits.depth {
            return Err(too_deep(&built.node.place, limits.depth));
        }
        Ok(built)
    }
}
