//! What the type of a field says: its shape, its bounds, and what its list's items are known by.

use std::sync::OnceLock;

use regex::Regex;

use crate::yaml::{Node, Value};

/// The number of a type among those that name one another, because some hold themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TypeId(pub(super) u32);

/// The type of a field.
#[derive(Debug, Default)]
pub struct Schema {
    /// What values look like.
    pub shape: Shape,
    /// Whether null is a value; elsewhere null is as if the field were not there.
    pub nullable: bool,
    /// What else values have to keep to.
    pub bounds: Bounds,
    /// What the API server writes where nothing is given.
    pub default: Option<Node>,
}

/// What values of a type look like.
#[derive(Debug, Default, Clone)]
pub enum Shape {
    /// Not known, or anything.
    #[default]
    Anything,
    /// A map of anything.
    AnyMap,
    /// A single value.
    Scalar(Scalar),
    /// A list.
    List(List),
    /// A map whose keys are free.
    Map(TypeId),
    /// A map whose keys are fields.
    Object(Object),
}

/// The kinds of single values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scalar {
    /// A text.
    String,
    /// Bytes, as base64.
    Bytes,
    /// A moment as of RFC 3339.
    Time,
    /// A whole number of 32 bits.
    Int32,
    /// A whole number of 64 bits.
    Int64,
    /// A whole number.
    Integer,
    /// A number.
    Number,
    /// `true` or `false`.
    Boolean,
    /// An amount such as `500m` or `1Gi`; a number, too.
    Quantity,
    /// A whole number or a text, such as a port or a percentage.
    IntOrString,
}

impl Scalar {
    /// What a value has to be, in people's words: `a string`.
    pub fn words(self) -> &'static str {
        match self {
            Scalar::String => "a string",
            Scalar::Bytes => "base64 text",
            Scalar::Time => "a time such as `2025-01-31T12:00:00Z`",
            Scalar::Int32 | Scalar::Int64 | Scalar::Integer => "a whole number",
            Scalar::Number => "a number",
            Scalar::Boolean => "`true` or `false`",
            Scalar::Quantity => "a quantity such as `500m` or `1Gi`",
            Scalar::IntOrString => "a whole number or a string",
        }
    }
}

/// A list.
#[derive(Debug, Clone)]
pub struct List {
    /// The type of its items.
    pub items: TypeId,
    /// Whose items they are when it is applied.
    pub kind: ListKind,
    /// The field by which `kubectl apply` without server side knows an item, where it is another one.
    pub patch_key: Option<Box<str>>,
}

/// How a list is merged when it is applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ListKind {
    /// As a whole.
    Atomic,
    /// Item by item, each once.
    Set,
    /// Item by item, known by these fields.
    Map(Vec<Box<str>>),
}

/// A map whose keys are fields.
#[derive(Debug, Clone, Default)]
pub struct Object {
    /// The fields, sorted by name.
    pub fields: Vec<Field>,
    /// Whether other fields are kept, too.
    pub is_open: bool,
    /// Whether it is replaced as a whole when it is applied.
    pub is_atomic: bool,
}

/// A field.
#[derive(Debug, Clone)]
pub struct Field {
    /// Its name.
    pub name: Box<str>,
    /// Its type.
    pub of: TypeId,
    /// Whether it has to be there.
    pub is_required: bool,
}

impl Object {
    /// The field of a name.
    pub fn field(&self, name: &str) -> Option<&Field> {
        let index = self
            .fields
            .binary_search_by(|field| (*field.name).cmp(name))
            .ok()?;
        self.fields.get(index)
    }
}

/// What a value has to keep to beside its shape.
#[derive(Debug, Default)]
pub struct Bounds {
    /// The only values; empty for any.
    pub one_of: Vec<Node>,
    /// The least number.
    pub minimum: Option<f64>,
    /// The greatest number.
    pub maximum: Option<f64>,
    /// The fewest characters, items or keys.
    pub fewest: Option<usize>,
    /// The most characters, items or keys.
    pub most: Option<usize>,
    /// What is found in the text.
    pub pattern: Option<Pattern>,
}

/// A pattern, compiled when it is first asked.
#[derive(Debug)]
pub struct Pattern {
    /// As it is written.
    pub text: Box<str>,
    compiled: OnceLock<Option<Regex>>,
}

impl Pattern {
    /// A pattern that is not compiled yet.
    pub fn new(text: &str) -> Self {
        Pattern {
            text: text.into(),
            compiled: OnceLock::new(),
        }
    }

    /// Whether a text has what the pattern wants; so it is where the pattern cannot be compiled.
    pub fn allows(&self, text: &str) -> bool {
        const MOST_BYTES: usize = 1 << 20;
        let compiled = self.compiled.get_or_init(|| {
            let mut builder = regex::RegexBuilder::new(&self.text);
            builder.size_limit(MOST_BYTES).build().ok()
        });
        compiled.as_ref().is_none_or(|regex| regex.is_match(text))
    }
}

impl Schema {
    /// The type of what nothing is known of.
    pub(super) const ANYTHING: Schema = Schema {
        shape: Shape::Anything,
        nullable: false,
        bounds: Bounds {
            one_of: Vec::new(),
            minimum: None,
            maximum: None,
            fewest: None,
            most: None,
            pattern: None,
        },
        default: None,
    };

    /// A type of a shape and nothing else.
    pub fn plain(shape: Shape) -> Self {
        Schema {
            shape,
            ..Schema::default()
        }
    }

    /// The only texts that a value may be; empty for any.
    pub fn choices(&self) -> Vec<&str> {
        self.bounds.one_of.iter().filter_map(Node::as_str).collect()
    }

    /// Whether a value is one of those that the type allows.
    pub fn allows_choice(&self, value: &Value) -> bool {
        let one_of = &self.bounds.one_of;
        one_of.is_empty() || one_of.iter().any(|allowed| allowed.value == *value)
    }
}
