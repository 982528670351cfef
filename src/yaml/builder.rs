//! Nodes from events: scalars resolved, anchors and merge keys followed, duplicate keys refused.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::complaint::{not_a_key, too_deep};
use super::event::{Event, EventKind, ScalarStyle, Tag};
use super::keys::Keys;
use super::limits::{DuplicateKeys, Options};
use super::node::{Entry, Map, Node, Value};
use super::resolve::{is_merge_key, resolve_key, resolve_scalar};
use crate::diagnostic::{Diagnostic, Diagnostics, Result};
use crate::source::{Place, Source};

/// How many errors one text can have before the reader gives up.
const MOST_ERRORS: usize = 50;

/// Builds the documents of a text.
pub(super) struct Builder<'a> {
    source: &'a Arc<Source>,
    options: Options,
    keys: Keys,
    anchors: HashMap<usize, Built>,
    repeated: Size,
    errors: Vec<Diagnostic>,
    /// How many events there were.
    seen: u64,
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
pub(super) struct Open {
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

pub(super) type Step<T> = std::result::Result<T, Diagnostic>;

impl<'a> Builder<'a> {
    /// Starts with the first document of a text.
    pub(super) fn new(source: &'a Arc<Source>, options: Options) -> Self {
        Builder {
            source,
            options,
            keys: Keys::default(),
            anchors: HashMap::new(),
            repeated: Size::default(),
            errors: Vec::new(),
            seen: 0,
        }
    }

    /// The result, where nothing was wrong on the way.
    pub(super) fn finish<T>(self, result: T) -> Result<T> {
        if self.errors.is_empty() {
            Ok(result)
        } else {
            Err(Diagnostics(self.errors))
        }
    }

    /// All that was wrong, with what ended the reading.
    pub(super) fn fail(mut self, last: Diagnostic) -> Diagnostics {
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

    /// Takes an event between the start and the end of a document; gives the document where that completes it. `open` is
    /// empty for the first one, and the same for all others.
    ///
    /// # Errors
    /// What ends the reading. What does not is kept for [`Builder::finish`].
    #[inline]
    pub(super) fn take(&mut self, event: Event<'_>, open: &mut Vec<Open>) -> Step<Option<Node>> {
        self.seen += 1;
        if open.is_empty() {
            // Anchors end with their document.
            self.anchors.clear();
        }
        match self.step(event, open)? {
            Some(built) => self.deliver(built, open.last_mut()),
            None => Ok(None),
        }
    }

    /// Takes an event; gives the value that it completes, if any.
    fn step(&mut self, event: Event<'_>, open: &mut Vec<Open>) -> Step<Option<Built>> {
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
                    Content::List(mut list) => {
                        list.shrink_to_fit();
                        Value::from(list)
                    }
                    Content::Map { mut map, .. } => {
                        map.shrink_to_fit();
                        Value::from(map)
                    }
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
            .max(limits.alias_nodes_per_event.saturating_mul(self.seen));
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
