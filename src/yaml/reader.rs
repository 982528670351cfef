//! Nodes from events: scalars resolved, anchors and merge keys followed, duplicate keys refused.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::complaint::{not_a_key, too_deep};
use super::event::{Event, EventKind, ScalarStyle, Tag};
use super::events::Events;
use super::keys::Keys;
use super::limits::{DuplicateKeys, Options};
use super::node::{Entry, Map, Node, Value};
use super::resolve::{is_merge_key, resolve_key, resolve_scalar};
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

/// Where the documents after the first begin to say something, which [`read_values`] leaves out.
pub fn after_first_document(source: &Arc<Source>) -> Option<Place> {
    // Most files have one document, and need not be read again for that.
    if !source.text().contains("\n---") {
        return None;
    }
    let mut documents = 0;
    for event in Events::new(source, Options::default().limits) {
        let event = event.ok()?;
        match &event.kind {
            EventKind::DocumentStart => documents += 1,
            EventKind::DocumentEnd => {}
            // An empty document says nothing.
            EventKind::Scalar { text, .. } if text.is_empty() => {}
            _ if documents > 1 => return Some(Place::new(source, event.line, event.column)),
            _ => {}
        }
    }
    None
}

struct Reader<'a> {
    source: &'a Arc<Source>,
    events: Events<'a>,
    options: Options,
    keys: Keys,
    anchors: HashMap<usize, Built>,
    repeated: Size,
    errors: Vec<Diagnostic>,
}

/// A node with what its repetition would cost.
#[derive(Clone)]
struct Built {
    node: Node,
    size: Size,
    /// How many levels of maps and lists it has.
    height: usize,
}

/// How large a node is where all that aliases repeat is written out.
#[derive(Debug, Clone, Copy, Default)]
struct Size {
    /// Itself and all in it.
    nodes: u64,
    /// Its keys and texts.
    bytes: u64,
}

impl Size {
    /// The size of a scalar, or of a list or map with nothing in it.
    fn of_text(length: usize) -> Self {
        Size {
            nodes: 1,
            bytes: count(length),
        }
    }
}

impl std::ops::Add for Size {
    type Output = Size;

    fn add(self, other: Size) -> Size {
        Size {
            nodes: self.nodes.saturating_add(other.nodes),
            bytes: self.bytes.saturating_add(other.bytes),
        }
    }
}

fn count(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}

/// A list or map being read. They are on a stack of our own, so that no text can exhaust the thread's.
struct Open {
    place: Place,
    anchor: usize,
    size: Size,
    height: usize,
    /// Whether this is where a key should be, or in such a place.
    wrong: bool,
    content: Content,
}

enum Content {
    List(Vec<Node>),
    Map {
        map: Map,
        /// Keys that only merges have set so far; nothing where there was no merge.
        merged: Merged,
        /// The key whose value comes next.
        key: Option<Key>,
    },
}

/// A key whose value is still to be read.
enum Key {
    /// `<<`
    Merge(Place),
    Text(Arc<str>, Place),
    /// One that cannot be a key; the error is noted.
    Wrong,
}

type Merged = Option<Box<HashSet<Arc<str>>>>;

type Step<T> = std::result::Result<T, Diagnostic>;

impl<'a> Reader<'a> {
    fn new(source: &'a Arc<Source>, options: Options) -> Self {
        Reader {
            source,
            events: Events::new(source, options.limits),
            options,
            keys: Keys::default(),
            anchors: HashMap::new(),
            repeated: Size::default(),
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
        self.anchors.clear();
        let mut event = self.event()?;
        let empty = matches!(&event.kind, EventKind::Scalar { text, style: ScalarStyle::Plain, anchor: 0, tag: None }
            if text.is_empty());
        let mut open: Vec<Open> = Vec::new();
        let mut node = loop {
            if let Some(built) = self.step(event, &mut open)?
                && let Some(root) = self.deliver(built, open.last_mut())?
            {
                break root;
            }
            event = self.event()?;
        };
        if empty {
            node.place = self.place(start.line, start.column);
        }
        // The end of the document, which shows whether something follows that cannot.
        self.event()?;
        Ok(Some(node))
    }

    /// Takes an event; gives the value that it completes, if any.
    fn step(&mut self, event: Event<'a>, open: &mut Vec<Open>) -> Step<Option<Built>> {
        let place = self.place(event.line, event.column);
        let depth = open.len();
        let key = match open.last_mut() {
            Some(Open {
                content: Content::Map { key, .. },
                ..
            }) if key.is_none() => Some(key),
            _ => None,
        };
        let (content, anchor) = match event.kind {
            EventKind::Scalar {
                text,
                style,
                tag,
                anchor,
            } => {
                if let Some(key) = key {
                    *key = Some(self.scalar_key(&text, style, tag.as_ref(), anchor, place)?);
                    return Ok(None);
                }
                let node = self.scalar(&text, style, tag.as_ref(), place)?;
                return Ok(Some(self.remember(
                    anchor,
                    Built {
                        node,
                        size: Size::of_text(text.len()),
                        height: 0,
                    },
                )));
            }
            EventKind::Alias(anchor) => {
                let built = self.alias(anchor, place.clone(), depth)?;
                let Some(key) = key else { return Ok(Some(built)) };
                *key = Some(self.alias_key(&built.node, place)?);
                return Ok(None);
            }
            EventKind::SequenceEnd | EventKind::MappingEnd => {
                let Some(Open {
                    place,
                    anchor,
                    size,
                    height,
                    content,
                    ..
                }) = open.pop()
                else {
                    return Ok(None);
                };
                let value = match content {
                    Content::List(list) => Value::from(list),
                    Content::Map { map, .. } => Value::from(map),
                };
                return Ok(Some(self.remember(
                    anchor,
                    Built {
                        node: Node { value, place },
                        size,
                        height,
                    },
                )));
            }
            EventKind::SequenceStart { anchor, .. } => (Content::List(Vec::new()), anchor),
            EventKind::MappingStart { anchor, .. } => (
                Content::Map {
                    map: Map::new(),
                    merged: None,
                    key: None,
                },
                anchor,
            ),
            EventKind::DocumentStart | EventKind::DocumentEnd => return Ok(None),
        };
        let is_key = key.is_some();
        let mut wrong = open.last().is_some_and(|parent| parent.wrong);
        if is_key && !wrong {
            wrong = true;
            let kind = if matches!(content, Content::List(_)) {
                "a list"
            } else {
                "a map"
            };
            self.note(not_a_key(&place, kind))?;
        }
        open.push(Open {
            place,
            anchor,
            size: Size::of_text(0),
            height: 1,
            wrong,
            content,
        });
        Ok(None)
    }

    /// Puts a value into the list or map that it is in; gives it back where it is the root.
    fn deliver(&mut self, built: Built, parent: Option<&mut Open>) -> Step<Option<Node>> {
        let Some(parent) = parent else {
            return Ok(Some(built.node));
        };
        parent.size = parent.size + built.size;
        parent.height = parent.height.max(built.height + 1);
        match &mut parent.content {
            Content::List(list) => list.push(built.node),
            Content::Map { map, merged, key } => match key.take() {
                // A list or map where a key should be: what comes next is its value.
                None => *key = Some(Key::Wrong),
                Some(Key::Wrong) => {}
                Some(Key::Merge(place)) => self.merge(map, merged, &built.node, &place)?,
                Some(Key::Text(key, key_place)) => {
                    parent.size.bytes = parent.size.bytes.saturating_add(count(key.len()));
                    self.insert(
                        map,
                        merged,
                        key,
                        Entry {
                            key_place,
                            node: built.node,
                        },
                    )?;
                }
            },
        }
        Ok(None)
    }

    #[inline]
    fn remember(&mut self, anchor: usize, built: Built) -> Built {
        if anchor > 0 {
            self.keep(anchor, &built);
        }
        built
    }

    fn keep(&mut self, anchor: usize, built: &Built) {
        self.anchors.insert(anchor, built.clone());
    }

    #[inline]
    fn scalar(&mut self, text: &str, style: ScalarStyle, tag: Option<&Tag>, place: Place) -> Step<Node> {
        let value = match resolve_scalar(text, style, tag) {
            Ok(value) => value,
            Err(diagnostic) => {
                self.note(diagnostic.at(&place))?;
                Value::Null
            }
        };
        Ok(Node { value, place })
    }

    fn scalar_key(
        &mut self,
        text: &str,
        style: ScalarStyle,
        tag: Option<&Tag>,
        anchor: usize,
        place: Place,
    ) -> Step<Key> {
        if is_merge_key(text, style, tag) {
            return Ok(Key::Merge(place));
        }
        if anchor > 0 {
            let node = self.scalar(text, style, tag, place.clone())?;
            self.remember(
                anchor,
                Built {
                    node,
                    size: Size::of_text(text.len()),
                    height: 0,
                },
            );
        }
        let key = resolve_key(text, style, tag).map(|key| self.keys.shared(&key));
        self.key(key, place)
    }

    fn alias_key(&mut self, node: &Node, place: Place) -> Step<Key> {
        let plain = |text: &str| resolve_key(text, ScalarStyle::Plain, None).map(Arc::from);
        let key = match &node.value {
            Value::String(text) => Ok(Arc::clone(text)),
            Value::Bool(value) => plain(if *value { "true" } else { "false" }),
            Value::Int(value) => plain(&value.to_string()),
            Value::Float(value) => plain(&format!("{value:?}")),
            Value::Null => plain(""),
            Value::List(_) | Value::Map(_) => {
                return self.note(not_a_key(&place, node.kind())).map(|()| Key::Wrong);
            }
        };
        self.key(key, place)
    }

    #[inline]
    fn key(&mut self, key: Step<Arc<str>>, place: Place) -> Step<Key> {
        match key {
            Ok(key) => Ok(Key::Text(key, place)),
            Err(diagnostic) => self.note(diagnostic.at(&place)).map(|()| Key::Wrong),
        }
    }

    fn insert(&mut self, map: &mut Map, merged: &mut Merged, key: Arc<str>, entry: Entry) -> Step<()> {
        let (index, Some(former)) = map.insert_full(key, entry) else {
            return Ok(());
        };
        let Some((key, entry)) = map.at(index) else {
            return Ok(());
        };
        let was_merged = merged.as_mut().is_some_and(|merged| merged.remove(key));
        if was_merged || self.options.duplicate_keys == DuplicateKeys::Last {
            return Ok(());
        }
        self.note(
            Diagnostic::error(
                "duplicate-key",
                format!("the key `{key}` is there twice in the same map"),
            )
            .at(&entry.key_place)
            .label(&former.key_place, "it is here already")
            .help("remove one of the two; kubectl and Helm silently take the last"),
        )
    }

    /// Takes over the entries of what `<<` names. As in go-yaml, what comes later in the map wins, whether a merge
    /// or a key; in a list of maps the earlier map wins.
    fn merge(&mut self, map: &mut Map, merged: &mut Merged, value: &Node, place: &Place) -> Step<()> {
        let all = match &value.value {
            Value::Map(other) => Arc::clone(other),
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
            if map.insert_entry(Arc::clone(key), entry.clone()).is_none() {
                merged.get_or_insert_default().insert(Arc::clone(key));
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
        self.repeated = self.repeated + built.size;
        let limits = &self.options.limits;
        let most = limits
            .alias_nodes
            .max(limits.alias_nodes_per_event.saturating_mul(self.events.seen()));
        let too_much = if self.repeated.nodes > most {
            Some(format!("{most} values"))
        } else if self.repeated.bytes > limits.alias_bytes {
            Some(format!("{} bytes of text", limits.alias_bytes))
        } else {
            None
        };
        if let Some(most) = too_much {
            return Err(
                Diagnostic::error("yaml-aliases", format!("aliases repeat more than {most}"))
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
