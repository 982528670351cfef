//! Calls: what a function takes and gives, and who calls it.

use std::borrow::Cow;
use std::time::SystemTime;

use smallvec::SmallVec;

use super::{List, Map, Origin, Slot, Value};
use crate::render::go::error::{Error, Result};
use crate::render::go::text::Text;
use crate::yaml::Node;

/// What a function takes at one position. The evaluator makes literals of it and refuses other values before the
/// function runs, as Go's reflection does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Type {
    /// `interface{}`: anything, nil included.
    Any,
    /// `bool`.
    Bool,
    /// `int`; a `float64` of the values is not one.
    Int,
    /// `uint32`, handed over as [`Value::Uint64`].
    Uint32,
    /// `float64`.
    Float,
    /// `string`.
    String,
    /// `map[string]interface{}`.
    Map,
    /// `[]interface{}`.
    List,
    /// An object of the type of this name: `time.Time`.
    Object(&'static str),
}

impl Type {
    /// What people call it.
    pub fn article(self) -> String {
        match self {
            Type::Any => "a value".to_owned(),
            Type::Bool => "`true` or `false`".to_owned(),
            Type::Int | Type::Uint32 => "a whole number (`int` makes one of a value's)".to_owned(),
            Type::Float => "a number".to_owned(),
            Type::String => "a text".to_owned(),
            Type::Map => "a map".to_owned(),
            Type::List => "a list".to_owned(),
            Type::Object(name) => format!("a `{name}`"),
        }
    }
}

/// A function, or a method of an object (whose first argument is the object).
pub struct Function {
    /// Its name in templates.
    pub name: &'static str,
    /// What it takes.
    pub takes: &'static [Type],
    /// What it takes after that, any number of times.
    pub rest: Option<Type>,
    /// What it does. There are as many arguments as it takes, each of its type. An error says what is wrong in one
    /// sentence, without the function's name and place.
    pub run: fn(&mut Call<'_>, Arguments) -> Result<Value>,
}

impl Function {
    /// A function of a fixed number of arguments.
    pub const fn new(
        name: &'static str,
        takes: &'static [Type],
        run: fn(&mut Call<'_>, Arguments) -> Result<Value>,
    ) -> Self {
        Function {
            name,
            takes,
            rest: None,
            run,
        }
    }

    /// A function of any number of arguments after the first.
    pub const fn variadic(
        name: &'static str,
        takes: &'static [Type],
        rest: Type,
        run: fn(&mut Call<'_>, Arguments) -> Result<Value>,
    ) -> Self {
        Function {
            name,
            takes,
            rest: Some(rest),
            run,
        }
    }
}

impl std::fmt::Debug for Function {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "function {}", self.name)
    }
}

/// The values of a call: hardly any function takes more than three.
pub type Values = SmallVec<[Value; 3]>;

/// The arguments of a call. They were checked before: what asks for a position or type that is not there gets an empty
/// value instead of a panic.
#[derive(Debug, Default)]
pub struct Arguments {
    values: Values,
    /// Which of the charts' values they are, from the first on; none behind the last.
    origins: Vec<Origin>,
}

impl Arguments {
    /// Arguments that are what the function takes.
    pub fn new(values: Values) -> Self {
        Arguments::with_origins(values, Vec::new())
    }

    /// The same, with which of the charts' values they are.
    pub fn with_origins(values: Values, origins: Vec<Origin>) -> Self {
        Arguments { values, origins }
    }

    /// An argument, moved out, as it is kept in a list or map.
    pub fn take_slot(&mut self, index: usize) -> Slot {
        Slot {
            origin: self.origins.get(index).copied().unwrap_or_default(),
            value: self.take(index),
        }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// An argument.
    pub fn get(&self, index: usize) -> &Value {
        self.values.get(index).unwrap_or(&Value::Nil)
    }

    /// An argument, moved out.
    pub fn take(&mut self, index: usize) -> Value {
        self.values.get_mut(index).map(std::mem::take).unwrap_or_default()
    }

    /// An argument of [`Type::String`].
    pub fn text(&self, index: usize) -> Text {
        self.get(index).as_text().cloned().unwrap_or_default()
    }

    /// An argument of [`Type::String`], U+FFFD for what is not UTF-8.
    pub fn str(&self, index: usize) -> Cow<'_, str> {
        self.get(index).as_text().map(Text::lossy).unwrap_or_default()
    }

    /// An argument of [`Type::Bool`].
    pub fn bool(&self, index: usize) -> bool {
        matches!(self.get(index), Value::Bool(true))
    }

    /// An argument of [`Type::Int`].
    pub fn int(&self, index: usize) -> i64 {
        match self.get(index) {
            Value::Int(number) => *number,
            _ => 0,
        }
    }

    /// An argument of [`Type::Float`].
    pub fn float(&self, index: usize) -> f64 {
        match self.get(index) {
            Value::Float(number) => *number,
            _ => 0.0,
        }
    }

    /// An argument of [`Type::Map`]: the map itself, not a copy.
    pub fn map(&self, index: usize) -> Map {
        self.get(index).as_map().cloned().unwrap_or_default()
    }

    /// An argument of [`Type::List`].
    pub fn list(&self, index: usize) -> List {
        self.get(index).as_list().cloned().unwrap_or_default()
    }

    /// The arguments from a position on.
    pub fn from(&self, index: usize) -> &[Value] {
        self.values.get(index..).unwrap_or_default()
    }
}

impl IntoIterator for Arguments {
    type Item = Value;
    type IntoIter = smallvec::IntoIter<[Value; 3]>;

    fn into_iter(self) -> Self::IntoIter {
        self.values.into_iter()
    }
}

/// What a function may ask of who calls it.
pub trait Host {
    /// Counts work against the budget: one step for each item or some hundred bytes that a function handles.
    ///
    /// # Errors
    /// The budget is spent.
    fn spend(&mut self, steps: u64) -> Result<()>;

    /// Counts memory against the budget, before it is taken.
    ///
    /// # Errors
    /// The budget is spent.
    fn reserve(&mut self, bytes: u64) -> Result<()>;

    /// Notes that a value that somebody wrote was read.
    fn read(&mut self, origin: Origin);

    /// Notes that a value that somebody wrote was asked for a key that it does not have.
    fn missed(&mut self, origin: Origin, key: &Text);

    /// How many reads have been noted, where they are.
    fn reads(&self) -> Option<u32>;

    /// Notes that a text of YAML was made of values; `marks` tells where each ends in it, and `first` how many reads there
    /// were before.
    fn wrote_yaml(&mut self, text: &Text, marks: &[(usize, Origin)], first: u32);

    /// The text that was last read as YAML, and what it holds: templates read one again for each thing that they want of it.
    fn last_yaml(&mut self) -> &mut Option<(Text, Node)>;

    /// Fills bytes by chance, or by the seed.
    ///
    /// # Errors
    /// The system gives no random bytes.
    fn random(&mut self, bytes: &mut [u8]) -> Result<()>;

    /// The time, or the seed's.
    fn now(&self) -> SystemTime;

    /// The text that a named template makes of a value.
    ///
    /// # Errors
    /// There is no such template, or it fails.
    fn include(&mut self, name: &Text, dot: Value) -> Result<Text>;

    /// The text that a template in a text makes of a value.
    ///
    /// # Errors
    /// The text is not a template, or it fails.
    fn tpl(&mut self, template: &Text, dot: Value) -> Result<Text>;

    /// The object of a cluster of an API version, kind, namespace and name; a list of them without a name.
    ///
    /// # Errors
    /// None is known yet.
    fn lookup(&mut self, api_version: &str, kind: &str, namespace: &str, name: &str) -> Result<Value>;
}

/// A call of a function.
pub struct Call<'a> {
    /// Who calls.
    pub host: &'a mut dyn Host,
}

impl Call<'_> {
    /// The value of a map's key, noted as read.
    pub fn get(&mut self, map: &Map, key: &[u8]) -> Option<Value> {
        self.slot(map, key).map(|slot| slot.value)
    }

    /// The value of a map's key with its origin, noted as read.
    pub fn slot(&mut self, map: &Map, key: &[u8]) -> Option<Slot> {
        let slot = map.slot(key);
        match &slot {
            Some(slot) => self.note(slot),
            None if map.origin().is_known() => self.host.missed(map.origin(), &Text::from(key)),
            None => {}
        }
        slot
    }

    /// Has to be asked before a map is changed.
    ///
    /// # Errors
    /// Templates that are rendered side by side have it.
    pub fn changes(&self, map: &Map) -> Result<()> {
        match map.is_shared() {
            true => Err(Error::shared()),
            false => Ok(()),
        }
    }

    /// Notes that a value was read; known ones only.
    pub fn note(&mut self, slot: &Slot) {
        if slot.origin.is_known() {
            self.host.read(slot.origin);
        }
    }

    /// See [`Host::spend`].
    ///
    /// # Errors
    /// The budget is spent.
    pub fn spend(&mut self, steps: usize) -> Result<()> {
        self.host.spend(u64::try_from(steps).unwrap_or(u64::MAX))
    }

    /// See [`Host::reserve`]. For results that may be much larger than the arguments: `repeat`, `until`, `indent`.
    ///
    /// # Errors
    /// The budget is spent.
    pub fn reserve(&mut self, bytes: usize) -> Result<()> {
        self.host.reserve(u64::try_from(bytes).unwrap_or(u64::MAX))
    }
}
