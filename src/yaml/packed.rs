//! Nodes as few bytes that are read quickly: how the program carries the Chart.yaml and values.yaml files of its own
//! chart, so that no start of it parses them. build.rs packs what [`super::read_values`] gives.
//!
//! First come all texts: how many there are and how long each is, then their bytes. A node is its place, its kind and its
//! content. Numbers are written in groups of seven bits, the lowest first; lines as the difference from the line before;
//! texts by their number.

use std::sync::Arc;

use indexmap::IndexMap;

use super::node::{Entry, Map, Node, Value};
use crate::source::{Place, Source};

const NULL: u8 = 0;
const FALSE: u8 = 1;
const TRUE: u8 = 2;
const INT: u8 = 3;
const FLOAT: u8 = 4;
const STRING: u8 = 5;
const LIST: u8 = 6;
const MAP: u8 = 7;

/// Packs a node whose places are all in one source.
pub fn pack(node: &Node) -> Vec<u8> {
    let mut nodes = Packer::default();
    nodes.node(node);
    let mut packer = Packer::default();
    packer.number(nodes.texts.len() as u64);
    for text in nodes.texts.keys() {
        packer.number(text.len() as u64);
    }
    for text in nodes.texts.keys() {
        packer.out.extend(text.as_bytes());
    }
    packer.out.append(&mut nodes.out);
    packer.out
}

/// The node that [`pack`] packed, with places in `source`; `None` where the bytes are not from [`pack`].
pub fn unpack(bytes: &[u8], source: &Arc<Source>) -> Option<Node> {
    let mut unpacker = Unpacker {
        bytes,
        source,
        line: 0,
        texts: Vec::new(),
        no_items: Arc::default(),
        no_keys: Arc::default(),
    };
    unpacker.texts = unpacker.texts()?;
    let node = unpacker.node()?;
    unpacker.bytes.is_empty().then_some(node)
}

#[derive(Default)]
struct Packer {
    out: Vec<u8>,
    line: u32,
    /// In the order of their numbers.
    texts: IndexMap<Arc<str>, ()>,
}

impl Packer {
    fn node(&mut self, node: &Node) {
        self.place(&node.place);
        match &node.value {
            Value::Null => self.out.push(NULL),
            Value::Bool(false) => self.out.push(FALSE),
            Value::Bool(true) => self.out.push(TRUE),
            Value::Int(value) => {
                self.out.push(INT);
                self.out.extend(value.to_le_bytes());
            }
            Value::Float(value) => {
                self.out.push(FLOAT);
                self.out.extend(value.to_le_bytes());
            }
            Value::String(text) => {
                self.out.push(STRING);
                self.text(text);
            }
            Value::List(items) => {
                self.out.push(LIST);
                self.number(items.len() as u64);
                for item in items.iter() {
                    self.node(item);
                }
            }
            Value::Map(map) => {
                self.out.push(MAP);
                self.number(map.len() as u64);
                for (key, entry) in map.iter() {
                    self.text(key);
                    self.place(&entry.key_place);
                    self.node(&entry.node);
                }
            }
        }
    }

    fn place(&mut self, place: &Place) {
        self.signed(i64::from(place.line) - i64::from(self.line));
        self.number(u64::from(place.column));
        self.line = place.line;
    }

    fn text(&mut self, text: &Arc<str>) {
        let (number, _) = self.texts.insert_full(Arc::clone(text), ());
        self.number(number as u64);
    }

    /// The sign goes into the lowest bit.
    fn signed(&mut self, value: i64) {
        self.number(value.unsigned_abs() << 1 | u64::from(value < 0));
    }

    fn number(&mut self, mut value: u64) {
        while value > 0x7f {
            self.out.push(0x80 | (value & 0x7f) as u8);
            value >>= 7;
        }
        self.out.push(value as u8);
    }
}

struct Unpacker<'a> {
    bytes: &'a [u8],
    source: &'a Arc<Source>,
    line: u32,
    texts: Vec<Arc<str>>,
    /// Most lists and maps of values are empty: they are all the same ones.
    no_items: Arc<Vec<Node>>,
    no_keys: Arc<Map>,
}

impl<'a> Unpacker<'a> {
    fn node(&mut self) -> Option<Node> {
        let place = self.place()?;
        let value = match self.take(1)? {
            [NULL] => Value::Null,
            [FALSE] => Value::Bool(false),
            [TRUE] => Value::Bool(true),
            [INT] => Value::Int(i128::from_le_bytes(self.take(16)?.try_into().ok()?)),
            [FLOAT] => Value::Float(f64::from_le_bytes(self.take(8)?.try_into().ok()?)),
            [STRING] => Value::String(self.text()?),
            [LIST] => {
                let count = self.count()?;
                if count == 0 {
                    Value::List(Arc::clone(&self.no_items))
                } else {
                    let items: Option<Vec<Node>> = (0..count).map(|_| self.node()).collect();
                    Value::from(items?)
                }
            }
            [MAP] => {
                let count = self.count()?;
                if count == 0 {
                    Value::Map(Arc::clone(&self.no_keys))
                } else {
                    Value::from(self.map(count)?)
                }
            }
            _ => return None,
        };
        Some(Node { value, place })
    }

    fn map(&mut self, count: usize) -> Option<Map> {
        let mut map = Map::with_capacity(count);
        for _ in 0..count {
            let key = self.text()?;
            let key_place = self.place()?;
            let node = self.node()?;
            map.insert_entry(key, Entry { key_place, node });
        }
        Some(map)
    }

    fn place(&mut self) -> Option<Place> {
        let line = i64::from(self.line).checked_add(self.signed()?)?;
        self.line = u32::try_from(line).ok()?;
        let column = u32::try_from(self.number()?).ok()?;
        Some(Place::new(self.source, self.line, column))
    }

    fn texts(&mut self) -> Option<Vec<Arc<str>>> {
        let count = self.count()?;
        let lengths: Option<Vec<usize>> = (0..count).map(|_| self.count()).collect();
        let lengths = lengths?;
        let total = lengths
            .iter()
            .try_fold(0usize, |total, length| total.checked_add(*length))?;
        let mut rest = std::str::from_utf8(self.take(total)?).ok()?;
        let mut texts = Vec::with_capacity(count);
        for length in lengths {
            let (text, after) = rest.split_at_checked(length)?;
            texts.push(text.into());
            rest = after;
        }
        Some(texts)
    }

    fn text(&mut self) -> Option<Arc<str>> {
        let index = usize::try_from(self.number()?).ok()?;
        self.texts.get(index).cloned()
    }

    /// How many bytes or items follow; no more than there are bytes.
    fn count(&mut self) -> Option<usize> {
        let count = usize::try_from(self.number()?).ok()?;
        (count <= self.bytes.len()).then_some(count)
    }

    fn signed(&mut self) -> Option<i64> {
        let number = self.number()?;
        let value = i64::try_from(number >> 1).ok()?;
        Some(if number & 1 == 0 { value } else { -value })
    }

    #[inline]
    fn number(&mut self) -> Option<u64> {
        // Nearly all numbers are short.
        if let [byte @ ..=0x7f, rest @ ..] = self.bytes {
            self.bytes = rest;
            return Some(u64::from(*byte));
        }
        self.long_number()
    }

    fn long_number(&mut self) -> Option<u64> {
        let mut value = 0;
        let mut shift = 0;
        loop {
            let byte = *self.take(1)?.first()?;
            value |= u64::from(byte & 0x7f).checked_shl(shift)?;
            if byte & 0x80 == 0 {
                return Some(value);
            }
            shift += 7;
        }
    }

    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.bytes.split_at_checked(count)?;
        self.bytes = rest;
        Some(taken)
    }
}
