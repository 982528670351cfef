//! Values as Go's templates see them: maps by reference, lists, texts and numbers with their Go types.
//!
//! A world of values belongs to one thread ([`Rc`]): Helm's functions change maps in place, and every thread would need
//! its own copy anyway. What threads share is the tree of nodes that the values are made of, and the parsed templates.

use std::any::Any;
use std::cell::{Ref, RefCell};
use std::collections::BTreeMap;
use std::collections::btree_map;
use std::fmt;
use std::num::NonZeroU32;
use std::rc::Rc;
use std::sync::Arc;

use super::functions::Function;
use super::text::Text;

/// A value. Clones are cheap, and clones of a map are the same map.
#[derive(Clone, Debug, Default)]
pub enum Value {
    /// `nil`: what a missing key of a map of anything gives.
    #[default]
    Nil,
    /// No value at all, not even nil: what a pipeline makes of nil. Its fields are absent too, where those of nil are an
    /// error. Functions never see it: their arguments are nil then.
    Absent,
    /// A truth value.
    Bool(bool),
    /// `int`: numbers without a fraction that a template writes, lengths, what `int` gives.
    Int(i64),
    /// `int64`: what Helm's arithmetic gives.
    Int64(i64),
    /// `uint8`: a byte of a text.
    Byte(u8),
    /// `uint64`: the numbers of a version.
    Uint64(u64),
    /// `float64`: every number that comes from YAML or JSON, and numbers with a fraction.
    Float(f64),
    /// A text.
    String(Text),
    /// `[]byte`.
    Bytes(Rc<[u8]>),
    /// A list, which nothing changes in place.
    List(List),
    /// A map, which functions change in place.
    Map(Map),
    /// Anything else: a time, a version, a chart's files.
    Object(Rc<dyn Object>),
}

/// What reflection calls a value's kind, as `kindOf` names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// No value.
    Invalid,
    /// A truth value.
    Bool,
    /// `int`.
    Int,
    /// `int64`.
    Int64,
    /// `uint8`.
    Uint8,
    /// `uint64`.
    Uint64,
    /// `float64`.
    Float64,
    /// A text.
    String,
    /// A list.
    Slice,
    /// A map.
    Map,
    /// A pointer.
    Ptr,
    /// A structure.
    Struct,
}

impl Kind {
    /// The name that Go gives it.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Invalid => "invalid",
            Kind::Bool => "bool",
            Kind::Int => "int",
            Kind::Int64 => "int64",
            Kind::Uint8 => "uint8",
            Kind::Uint64 => "uint64",
            Kind::Float64 => "float64",
            Kind::String => "string",
            Kind::Slice => "slice",
            Kind::Map => "map",
            Kind::Ptr => "ptr",
            Kind::Struct => "struct",
        }
    }
}

/// Which value of the charts' values something is: the number of its note (see [`crate::render::provenance`]), or none for a
/// computed one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Origin(Option<NonZeroU32>);

impl Origin {
    /// A computed value.
    pub const NONE: Origin = Origin(None);

    /// The origin of a value with a note.
    pub fn new(note: u32) -> Self {
        Origin(note.checked_add(1).and_then(NonZeroU32::new))
    }

    /// The note.
    pub fn note(self) -> Option<u32> {
        self.0.map(|number| number.get() - 1)
    }

    /// Whether the value has a note.
    pub fn is_known(self) -> bool {
        self.0.is_some()
    }
}

/// A value where it is held, with where it was written: what functions hand from one map or list to another.
#[derive(Clone, Debug, Default)]
pub struct Slot {
    /// The value.
    pub value: Value,
    /// Where it was written.
    pub origin: Origin,
}

impl From<Value> for Slot {
    fn from(value: Value) -> Self {
        Slot {
            value,
            origin: Origin::NONE,
        }
    }
}

/// The Go type of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum ListType {
    /// `[]interface {}`.
    #[default]
    Any,
    /// `[]string`.
    Strings,
    /// `[]int`.
    Ints,
    /// Another, by its whole name: `[][]interface {}`, `common.VersionSet`.
    Named(&'static str),
}

impl ListType {
    /// The name that `typeOf` gives.
    pub fn name(self) -> &'static str {
        match self {
            ListType::Any => "[]interface {}",
            ListType::Strings => "[]string",
            ListType::Ints => "[]int",
            ListType::Named(name) => name,
        }
    }
}

/// A list. Nothing changes its items; functions make new lists.
#[derive(Clone, Debug, Default)]
pub struct List {
    items: Rc<Items>,
    /// Its Go type.
    pub of: ListType,
    /// Whether it is Go's nil slice, which JSON writes as `null`.
    pub is_nil: bool,
}

#[derive(Debug, Default)]
struct Items(Vec<Slot>);

impl List {
    /// A list of anything.
    pub fn new(items: Vec<Slot>) -> Self {
        List::of(ListType::Any, items)
    }

    /// A list of a type.
    pub fn of(of: ListType, items: Vec<Slot>) -> Self {
        List {
            items: Rc::new(Items(items)),
            of,
            is_nil: false,
        }
    }

    /// Go's nil slice.
    pub fn nil(of: ListType) -> Self {
        List {
            is_nil: true,
            ..List::of(of, Vec::new())
        }
    }

    /// A list of anything, of values without an origin.
    pub fn from_values(values: impl IntoIterator<Item = Value>) -> Self {
        List::new(values.into_iter().map(Slot::from).collect())
    }

    /// `[]string`.
    pub fn from_strings<T: Into<Text>>(texts: impl IntoIterator<Item = T>) -> Self {
        let items = texts
            .into_iter()
            .map(|text| Value::String(text.into()).into())
            .collect();
        List::of(ListType::Strings, items)
    }

    /// `[]int`.
    pub fn from_ints(numbers: impl IntoIterator<Item = i64>) -> Self {
        let items = numbers
            .into_iter()
            .map(|number| Value::Int(number).into())
            .collect();
        List::of(ListType::Ints, items)
    }

    /// The items with their origins.
    pub fn slots(&self) -> &[Slot] {
        &self.items.0
    }

    /// The items.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Value> + ExactSizeIterator {
        self.items.0.iter().map(|slot| &slot.value)
    }

    /// An item.
    pub fn get(&self, index: usize) -> Option<&Value> {
        self.items.0.get(index).map(|slot| &slot.value)
    }

    /// The number of items.
    pub fn len(&self) -> usize {
        self.items.0.len()
    }

    /// Whether there are no items.
    pub fn is_empty(&self) -> bool {
        self.items.0.is_empty()
    }
}

/// The Go type of a map.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum MapType {
    /// `map[string]interface {}`.
    #[default]
    Any,
    /// `common.Values`: a map of anything under another name, which functions take all the same.
    Values,
    /// `map[string]string`, whose missing keys are the empty text.
    Strings,
}

impl MapType {
    /// The name that `typeOf` gives.
    pub fn name(self) -> &'static str {
        match self {
            MapType::Any => "map[string]interface {}",
            MapType::Values => "common.Values",
            MapType::Strings => "map[string]string",
        }
    }
}

/// A map by reference: clones are the same map, and changes are seen through all of them. Keys are in byte order.
#[derive(Clone, Debug, Default)]
pub struct Map {
    entries: Rc<Entries>,
    /// The Go type that it is seen as here.
    pub of: MapType,
    /// Whether it is Go's nil map, which JSON writes as `null`.
    pub is_nil: bool,
}

#[derive(Debug, Default)]
struct Entries {
    map: RefCell<BTreeMap<Text, Slot>>,
    /// Which of the charts' values it is, to tell of keys that it does not have.
    origin: Origin,
}

impl Map {
    /// An empty map of anything.
    pub fn new() -> Self {
        Map::default()
    }

    /// A map of a type.
    pub fn of(of: MapType, entries: impl IntoIterator<Item = (Text, Slot)>) -> Self {
        Map::with_origin(of, entries, Origin::NONE)
    }

    /// A map of a type that is one of the charts' values.
    pub fn with_origin(of: MapType, entries: impl IntoIterator<Item = (Text, Slot)>, origin: Origin) -> Self {
        Map {
            entries: Rc::new(Entries {
                map: RefCell::new(entries.into_iter().collect()),
                origin,
            }),
            of,
            is_nil: false,
        }
    }

    /// Which of the charts' values it is.
    pub fn origin(&self) -> Origin {
        self.entries.origin
    }

    /// A map of anything, of values without an origin.
    pub fn from_values<K: Into<Text>>(entries: impl IntoIterator<Item = (K, Value)>) -> Self {
        let entries = entries.into_iter().map(|(key, value)| (key.into(), value.into()));
        Map::of(MapType::Any, entries)
    }

    /// Go's nil map: empty, and nothing can be set in it.
    pub fn nil(of: MapType) -> Self {
        Map {
            of,
            is_nil: true,
            ..Map::default()
        }
    }

    /// The same map, seen as another type.
    #[must_use]
    pub fn seen_as(&self, of: MapType) -> Self {
        Map { of, ..self.clone() }
    }

    /// Another map with the same entries, which may be changed by itself. What entries hold is shared.
    #[must_use]
    pub fn copied(&self) -> Self {
        let entries = self.entries.map.borrow().clone();
        Map::with_origin(self.of, entries, self.entries.origin)
    }

    /// Whether both are one and the same map.
    pub fn is_same(&self, other: &Map) -> bool {
        Rc::ptr_eq(&self.entries, &other.entries)
    }

    /// Something that is the same for one and the same map alone.
    pub fn identity(&self) -> usize {
        Rc::as_ptr(&self.entries).addr()
    }

    /// The value of a key with its origin. Functions that read for a template ask their call, which notes it.
    pub fn slot(&self, key: &[u8]) -> Option<Slot> {
        self.entries.map.borrow().get(key).cloned()
    }

    /// The value of a key. Functions that read for a template ask their call, which notes it.
    pub fn get(&self, key: &[u8]) -> Option<Value> {
        self.entries.map.borrow().get(key).map(|slot| slot.value.clone())
    }

    /// Whether a key is there.
    pub fn has(&self, key: &[u8]) -> bool {
        self.entries.map.borrow().contains_key(key)
    }

    /// Sets a key, in place.
    pub fn set(&self, key: impl Into<Text>, slot: impl Into<Slot>) {
        self.entries.map.borrow_mut().insert(key.into(), slot.into());
    }

    /// Removes a key, in place.
    pub fn unset(&self, key: &[u8]) -> Option<Slot> {
        self.entries.map.borrow_mut().remove(key)
    }

    /// The number of keys.
    pub fn len(&self) -> usize {
        self.entries.map.borrow().len()
    }

    /// Whether there are no keys.
    pub fn is_empty(&self) -> bool {
        self.entries.map.borrow().is_empty()
    }

    /// The keys in order.
    pub fn keys(&self) -> Vec<Text> {
        self.entries.map.borrow().keys().cloned().collect()
    }

    /// The entries in order, as they are now: what changes the map while they are gone through does not change them.
    pub fn entries(&self) -> Vec<(Text, Slot)> {
        let entries = self.entries.map.borrow();
        entries
            .iter()
            .map(|(key, slot)| (key.clone(), slot.clone()))
            .collect()
    }

    /// The entries in order, without a copy: nothing may change the map meanwhile.
    pub fn view(&self) -> View<'_> {
        View(self.entries.map.borrow())
    }
}

/// A look at a map's entries.
pub struct View<'m>(Ref<'m, BTreeMap<Text, Slot>>);

impl View<'_> {
    /// Keys and slots in order.
    pub fn iter(&self) -> btree_map::Iter<'_, Text, Slot> {
        self.0.iter()
    }
}

/// Takes nested values apart without recursion: templates may nest them as deeply as their budget lets them.
fn take_apart(first: Vec<Value>) {
    let mut rest = first;
    while let Some(value) = rest.pop() {
        match value {
            Value::List(mut list) => {
                if let Some(items) = Rc::get_mut(&mut list.items) {
                    rest.extend(items.take_nested());
                }
            }
            Value::Map(mut map) => {
                if let Some(entries) = Rc::get_mut(&mut map.entries) {
                    rest.extend(entries.take_nested());
                }
            }
            _ => {}
        }
    }
}

fn is_nested(value: &Value) -> bool {
    matches!(value, Value::List(_) | Value::Map(_))
}

impl Items {
    fn take_nested(&mut self) -> Vec<Value> {
        if !self.0.iter().any(|slot| is_nested(&slot.value)) {
            return Vec::new();
        }
        std::mem::take(&mut self.0)
            .into_iter()
            .map(|slot| slot.value)
            .filter(is_nested)
            .collect()
    }
}

impl Entries {
    fn take_nested(&mut self) -> Vec<Value> {
        let entries = self.map.get_mut();
        if !entries.values().any(|slot| is_nested(&slot.value)) {
            return Vec::new();
        }
        std::mem::take(entries)
            .into_values()
            .map(|slot| slot.value)
            .filter(is_nested)
            .collect()
    }
}

impl Drop for Items {
    fn drop(&mut self) {
        take_apart(self.take_nested());
    }
}

impl Drop for Entries {
    fn drop(&mut self) {
        take_apart(self.take_nested());
    }
}

/// A value with fields and methods of its own.
pub trait Object: fmt::Debug {
    /// Its Go type, as `typeOf` names it: `time.Time`, `*semver.Version`.
    fn type_name(&self) -> &'static str;

    /// Its kind: a structure or a pointer, for `.Files` a map.
    fn kind(&self) -> Kind {
        if self.type_name().starts_with('*') {
            Kind::Ptr
        } else {
            Kind::Struct
        }
    }

    /// A field.
    fn field(&self, name: &str) -> Option<Value> {
        let _ = name;
        None
    }

    /// A method: a function whose first argument is the object.
    fn method(&self, name: &str) -> Option<&'static Function> {
        let _ = name;
        None
    }

    /// What its `String` method gives, where it has one: how it is printed.
    fn string(&self) -> Option<Text> {
        None
    }

    /// What an action prints of it: methods of pointers count there, too.
    fn shown(&self) -> Option<Text> {
        self.string()
    }

    /// Its entries, where it is a map.
    fn entries(&self) -> Option<Vec<(Text, Value)>> {
        None
    }

    /// Its fields in the order of their declaration: printed as `{a b}`, and what JSON and YAML are made of.
    fn fields(&self) -> Vec<(&'static str, Value)> {
        Vec::new()
    }

    /// What JSON is made of where it is not the fields.
    fn json(&self) -> Option<Value> {
        None
    }

    /// Whether it is equal to another object of its type.
    fn is_equal(&self, other: &dyn Object) -> bool {
        let _ = other;
        false
    }

    /// Whether conditions take it for true: structures and pointers that are not nil are.
    fn is_true(&self) -> bool {
        true
    }

    /// The object itself, to find out which one it is.
    fn as_any(&self) -> &dyn Any;
}

impl Value {
    /// A text.
    pub fn text(text: impl Into<Text>) -> Self {
        Value::String(text.into())
    }

    /// An object.
    pub fn object(object: impl Object + 'static) -> Self {
        Value::Object(Rc::new(object))
    }

    /// The kind.
    pub fn kind(&self) -> Kind {
        match self {
            Value::Nil | Value::Absent => Kind::Invalid,
            Value::Bool(_) => Kind::Bool,
            Value::Int(_) => Kind::Int,
            Value::Int64(_) => Kind::Int64,
            Value::Byte(_) => Kind::Uint8,
            Value::Uint64(_) => Kind::Uint64,
            Value::Float(_) => Kind::Float64,
            Value::String(_) => Kind::String,
            Value::Bytes(_) | Value::List(_) => Kind::Slice,
            Value::Map(_) => Kind::Map,
            Value::Object(object) => object.kind(),
        }
    }

    /// The Go type, as `typeOf` and `%T` name it.
    pub fn type_name(&self) -> &'static str {
        match self {
            Value::Nil | Value::Absent => "<nil>",
            Value::Bool(_) => "bool",
            Value::Int(_) => "int",
            Value::Int64(_) => "int64",
            Value::Byte(_) => "uint8",
            Value::Uint64(_) => "uint64",
            Value::Float(_) => "float64",
            Value::String(_) => "string",
            Value::Bytes(_) => "[]uint8",
            Value::List(list) => list.of.name(),
            Value::Map(map) => map.of.name(),
            Value::Object(object) => object.type_name(),
        }
    }

    /// Whether conditions take it for true: not nil, false, zero, nor empty.
    pub fn is_true(&self) -> bool {
        match self {
            Value::Nil | Value::Absent => false,
            Value::Bool(value) => *value,
            Value::Int(number) | Value::Int64(number) => *number != 0,
            Value::Byte(number) => *number != 0,
            Value::Uint64(number) => *number != 0,
            Value::Float(number) => *number != 0.0,
            Value::String(text) => !text.is_empty(),
            Value::Bytes(bytes) => !bytes.is_empty(),
            Value::List(list) => !list.is_empty(),
            Value::Map(map) => !map.is_empty(),
            Value::Object(object) => object.is_true(),
        }
    }

    /// Whether it is nil; nil slices and maps are not.
    pub fn is_nil(&self) -> bool {
        matches!(self, Value::Nil | Value::Absent)
    }

    /// The text, where it is one.
    pub fn as_text(&self) -> Option<&Text> {
        match self {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// The map, where it is one.
    pub fn as_map(&self) -> Option<&Map> {
        match self {
            Value::Map(map) => Some(map),
            _ => None,
        }
    }

    /// The list, where it is one.
    pub fn as_list(&self) -> Option<&List> {
        match self {
            Value::List(list) => Some(list),
            _ => None,
        }
    }

    /// The object of a type, where it is one.
    pub fn as_object<T: Object + 'static>(&self) -> Option<&T> {
        match self {
            Value::Object(object) => object.as_any().downcast_ref(),
            _ => None,
        }
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Value::Bool(value)
    }
}

impl From<f64> for Value {
    fn from(number: f64) -> Self {
        Value::Float(number)
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

impl From<Arc<str>> for Value {
    fn from(text: Arc<str>) -> Self {
        Value::String(text.into())
    }
}

impl From<Text> for Value {
    fn from(text: Text) -> Self {
        Value::String(text)
    }
}

impl From<List> for Value {
    fn from(list: List) -> Self {
        Value::List(list)
    }
}

impl From<Map> for Value {
    fn from(map: Map) -> Self {
        Value::Map(map)
    }
}
