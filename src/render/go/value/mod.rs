//! Values as Go's templates see them: maps by reference, lists, texts and numbers with their Go types.
//!
//! A world of values belongs to one thread ([`Rc`]): Helm's functions change maps in place, and every thread would need
//! its own copy anyway. What threads share is the tree of nodes that the values are made of, and the parsed templates.

pub mod call;
mod list;
mod map;
mod object;
mod of_node;
mod sorted;

use std::num::NonZeroU32;
use std::rc::Rc;
use std::sync::Arc;

pub use list::{List, ListType};
pub use map::{Map, MapType, View};
pub use object::Object;
pub use of_node::from_node;

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
    Bytes(Text),
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
