//! The tree that everything works on: immutable values that know where they were written.

use std::sync::Arc;

use ahash::RandomState;
use indexmap::IndexMap;

use crate::source::Place;

/// A value with the place where it was written. Clones are cheap: lists, maps and strings are shared.
#[derive(Debug, Clone, Default)]
pub struct Node {
    /// What it is.
    pub value: Value,
    /// Where it was written; [`Place::NONE`] for computed values.
    pub place: Place,
}

/// A YAML value after resolution. Numbers without a fraction are [`Value::Int`] (as long as they fit), so that
/// `1.0` and `1` are the same, as they are for Helm.
#[derive(Debug, Clone, Default)]
pub enum Value {
    /// `null`.
    #[default]
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Int(i128),
    /// Any other number; always finite.
    Float(f64),
    /// A text.
    String(Arc<str>),
    /// A list.
    List(Arc<Vec<Node>>),
    /// A map with text keys, in the order of their first writing.
    Map(Arc<Map>),
}

/// A key's place and its value.
#[derive(Debug, Clone, Default)]
pub struct Entry {
    /// Where the key was written.
    pub key_place: Place,
    /// The value.
    pub node: Node,
}

/// An ordered map with text keys.
#[derive(Debug, Clone, Default)]
pub struct Map {
    entries: Entries,
}

/// How many keys a map has before they are hashed. With fewer, looking at all of them is quicker.
const FEW: usize = 16;

/// The keys and entries of a map, in order.
#[derive(Debug, Clone)]
enum Entries {
    /// No more than [`FEW`], each key once.
    Few(Vec<(Arc<str>, Entry)>),
    /// Hashed with a secret key, as hostile texts choose their keys.
    Many(IndexMap<Arc<str>, Entry, RandomState>),
}

impl Default for Entries {
    fn default() -> Self {
        Entries::Few(Vec::new())
    }
}

impl Map {
    /// An empty map.
    pub fn new() -> Self {
        Map::default()
    }

    /// An empty map with room for `capacity` keys.
    pub fn with_capacity(capacity: usize) -> Self {
        Map {
            entries: if capacity <= FEW {
                Entries::Few(Vec::with_capacity(capacity))
            } else {
                Entries::Many(IndexMap::with_capacity_and_hasher(capacity, RandomState::new()))
            },
        }
    }

    /// Gives back the room that a few keys do not need.
    pub(super) fn shrink_to_fit(&mut self) {
        if let Entries::Few(few) = &mut self.entries {
            few.shrink_to_fit();
        }
    }

    /// The number of keys.
    pub fn len(&self) -> usize {
        match &self.entries {
            Entries::Few(few) => few.len(),
            Entries::Many(many) => many.len(),
        }
    }

    /// Whether there are no keys.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entry(key).map(|entry| &entry.node)
    }

    /// The value of a key with the key's place.
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        match &self.entries {
            Entries::Few(few) => few
                .iter()
                .find(|(known, _)| **known == *key)
                .map(|(_, entry)| entry),
            Entries::Many(many) => many.get(key),
        }
    }

    /// The value of a key, to change.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Node> {
        let entry = match &mut self.entries {
            Entries::Few(few) => few
                .iter_mut()
                .find(|(known, _)| **known == *key)
                .map(|(_, entry)| entry),
            Entries::Many(many) => many.get_mut(key),
        };
        entry.map(|entry| &mut entry.node)
    }

    /// Sets a key whose place is not known; a key that is there keeps its position. Gives the former value.
    pub fn insert(&mut self, key: impl Into<Arc<str>>, node: Node) -> Option<Node> {
        self.insert_entry(
            key,
            Entry {
                key_place: Place::NONE,
                node,
            },
        )
        .map(|entry| entry.node)
    }

    /// Sets a key with its place; a key that is there keeps its position. Gives the former entry.
    pub fn insert_entry(&mut self, key: impl Into<Arc<str>>, entry: Entry) -> Option<Entry> {
        self.insert_full(key.into(), entry).1
    }

    /// [`Map::insert_entry`] that gives the key's position, too.
    pub(super) fn insert_full(&mut self, key: Arc<str>, entry: Entry) -> (usize, Option<Entry>) {
        match &mut self.entries {
            Entries::Few(few) => {
                if let Some(index) = few.iter().position(|(known, _)| *known == key) {
                    let former = few
                        .get_mut(index)
                        .map(|(_, known)| std::mem::replace(known, entry));
                    return (index, former);
                }
                let index = few.len();
                if index < FEW {
                    few.push((key, entry));
                } else {
                    let mut many: IndexMap<_, _, _> = std::mem::take(few).into_iter().collect();
                    many.insert(key, entry);
                    self.entries = Entries::Many(many);
                }
                (index, None)
            }
            Entries::Many(many) => many.insert_full(key, entry),
        }
    }

    /// The key and entry at a position.
    pub(super) fn at(&self, index: usize) -> Option<(&Arc<str>, &Entry)> {
        match &self.entries {
            Entries::Few(few) => few.get(index).map(|(key, entry)| (key, entry)),
            Entries::Many(many) => many.get_index(index),
        }
    }

    /// Removes a key, keeping the order of the others.
    pub fn remove(&mut self, key: &str) -> Option<Entry> {
        match &mut self.entries {
            Entries::Few(few) => {
                let index = few.iter().position(|(known, _)| **known == *key)?;
                Some(few.remove(index).1)
            }
            Entries::Many(many) => many.shift_remove(key),
        }
    }

    /// Keeps the entries that the predicate wants.
    pub fn retain(&mut self, mut keep: impl FnMut(&str, &mut Entry) -> bool) {
        match &mut self.entries {
            Entries::Few(few) => few.retain_mut(|(key, entry)| keep(key, entry)),
            Entries::Many(many) => many.retain(|key, entry| keep(key, entry)),
        }
    }

    /// Whether the key is there.
    pub fn contains_key(&self, key: &str) -> bool {
        self.entry(key).is_some()
    }

    /// Keys and entries in order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (&Arc<str>, &Entry)> + ExactSizeIterator {
        match &self.entries {
            Entries::Few(few) => Iter::Few(few.iter()),
            Entries::Many(many) => Iter::Many(many.iter()),
        }
    }

    /// The entries in order, to change.
    pub fn entries_mut(&mut self) -> impl Iterator<Item = &mut Entry> {
        let (few, many) = match &mut self.entries {
            Entries::Few(few) => (Some(few.iter_mut().map(|(_, entry)| entry)), None),
            Entries::Many(many) => (None, Some(many.values_mut())),
        };
        few.into_iter().flatten().chain(many.into_iter().flatten())
    }

    /// Keys in order.
    pub fn keys(&self) -> impl DoubleEndedIterator<Item = &Arc<str>> + ExactSizeIterator {
        self.iter().map(|(key, _)| key)
    }

    /// Keys and entries by the byte order of the keys, as Helm ranges over maps.
    pub fn sorted(&self) -> Vec<(&Arc<str>, &Entry)> {
        let mut entries: Vec<_> = self.iter().collect();
        entries.sort_unstable_by(|a, b| a.0.cmp(b.0));
        entries
    }
}

/// The keys and entries of a map.
enum Iter<'a> {
    Few(std::slice::Iter<'a, (Arc<str>, Entry)>),
    Many(indexmap::map::Iter<'a, Arc<str>, Entry>),
}

impl<'a> Iterator for Iter<'a> {
    type Item = (&'a Arc<str>, &'a Entry);

    fn next(&mut self) -> Option<Self::Item> {
        match self {
            Iter::Few(few) => few.next().map(|(key, entry)| (key, entry)),
            Iter::Many(many) => many.next(),
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        match self {
            Iter::Few(few) => few.size_hint(),
            Iter::Many(many) => many.size_hint(),
        }
    }
}

impl DoubleEndedIterator for Iter<'_> {
    fn next_back(&mut self) -> Option<Self::Item> {
        match self {
            Iter::Few(few) => few.next_back().map(|(key, entry)| (key, entry)),
            Iter::Many(many) => many.next_back(),
        }
    }
}

impl ExactSizeIterator for Iter<'_> {}

impl<K: Into<Arc<str>>> FromIterator<(K, Node)> for Map {
    fn from_iter<I: IntoIterator<Item = (K, Node)>>(items: I) -> Self {
        let mut map = Map::new();
        for (key, node) in items {
            map.insert(key, node);
        }
        map
    }
}

impl Node {
    /// A value with its place.
    pub fn new(value: impl Into<Value>, place: Place) -> Self {
        Node {
            value: value.into(),
            place,
        }
    }

    /// A computed value, which has no place.
    pub fn computed(value: impl Into<Value>) -> Self {
        Node::new(value, Place::NONE)
    }

    /// The map, where this is one.
    pub fn as_map(&self) -> Option<&Map> {
        match &self.value {
            Value::Map(map) => Some(map),
            _ => None,
        }
    }

    /// The list, where this is one.
    pub fn as_list(&self) -> Option<&[Node]> {
        match &self.value {
            Value::List(list) => Some(list),
            _ => None,
        }
    }

    /// The text, where this is one.
    pub fn as_str(&self) -> Option<&str> {
        match &self.value {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// The truth value, where this is one.
    pub fn as_bool(&self) -> Option<bool> {
        match self.value {
            Value::Bool(value) => Some(value),
            _ => None,
        }
    }

    /// Whether this is null.
    pub fn is_null(&self) -> bool {
        matches!(self.value, Value::Null)
    }

    /// The map to change, copied first where it is shared; `None` where this is not a map.
    pub fn as_map_mut(&mut self) -> Option<&mut Map> {
        match &mut self.value {
            Value::Map(map) => Some(Arc::make_mut(map)),
            _ => None,
        }
    }

    /// The list to change, copied first where it is shared; `None` where this is not a list.
    pub fn as_list_mut(&mut self) -> Option<&mut Vec<Node>> {
        match &mut self.value {
            Value::List(list) => Some(Arc::make_mut(list)),
            _ => None,
        }
    }

    /// The value under a key, where this is a map that has it.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.as_map()?.get(key)
    }

    /// The value at a path of keys.
    pub fn at_path(&self, path: &[&str]) -> Option<&Node> {
        path.iter().try_fold(self, |node, key| node.get(key))
    }

    /// Whether lists and maps in it are nested more than `levels` deep. Goes no deeper than that.
    pub fn is_deeper_than(&self, levels: usize) -> bool {
        let inner = |node: &Node| levels == 0 || node.is_deeper_than(levels - 1);
        match &self.value {
            Value::List(list) => list.iter().any(inner),
            Value::Map(map) => map.iter().any(|(_, entry)| inner(&entry.node)),
            _ => false,
        }
    }

    /// What people call this kind of value: `a map`, `a list`, `a string`, ...
    pub fn kind(&self) -> &'static str {
        match self.value {
            Value::Null => "null",
            Value::Bool(_) => "a boolean",
            Value::Int(_) | Value::Float(_) => "a number",
            Value::String(_) => "a string",
            Value::List(_) => "a list",
            Value::Map(_) => "a map",
        }
    }
}

/// Equal values; places do not count, nor does the order of keys.
impl PartialEq for Node {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Value::Null, Value::Null) => true,
            (Value::Bool(a), Value::Bool(b)) => a == b,
            (Value::Int(a), Value::Int(b)) => a == b,
            (Value::Float(a), Value::Float(b)) => a == b,
            (Value::String(a), Value::String(b)) => a == b,
            (Value::List(a), Value::List(b)) => Arc::ptr_eq(a, b) || a == b,
            (Value::Map(a), Value::Map(b)) => Arc::ptr_eq(a, b) || a == b,
            _ => false,
        }
    }
}

impl PartialEq for Map {
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len()
            && self
                .iter()
                .all(|(key, entry)| other.get(key).is_some_and(|node| *node == entry.node))
    }
}

impl Value {
    /// The value of a number: [`Value::Int`] where it has no fraction and fits 64 bits, so that `1.0` and `1` are the
    /// same; `None` where it is not finite.
    pub fn from_f64(number: f64) -> Option<Value> {
        const LIMIT: f64 = 9_223_372_036_854_775_808.0;
        if !number.is_finite() {
            None
        } else if number.fract() == 0.0 && number.abs() < LIMIT {
            #[expect(clippy::cast_possible_truncation, reason = "whole and within 64 bits")]
            let whole = number as i128;
            Some(Value::Int(whole))
        } else {
            Some(Value::Float(number))
        }
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Value::Bool(value)
    }
}

impl From<i128> for Value {
    fn from(value: i128) -> Self {
        Value::Int(value)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Value::String(text.into())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Value::String(text.into())
    }
}

impl From<Vec<Node>> for Value {
    fn from(list: Vec<Node>) -> Self {
        Value::List(Arc::new(list))
    }
}

impl From<Map> for Value {
    fn from(map: Map) -> Self {
        Value::Map(Arc::new(map))
    }
}
