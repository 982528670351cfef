//! Where types are kept, and the way from one to those that it names.

use std::sync::OnceLock;

use super::schema::{ListKind, Scalar, Schema, Shape, TypeId};
use crate::values::Step;

/// The types that need no line of their own, each by the letter that the table names it by; they come first everywhere.
const PLAIN: &[(char, Shape)] = &[
    ('*', Shape::Anything),
    ('o', Shape::AnyMap),
    ('s', Shape::Scalar(Scalar::String)),
    ('B', Shape::Scalar(Scalar::Bytes)),
    ('T', Shape::Scalar(Scalar::Time)),
    ('i', Shape::Scalar(Scalar::Int32)),
    ('l', Shape::Scalar(Scalar::Int64)),
    ('I', Shape::Scalar(Scalar::Integer)),
    ('n', Shape::Scalar(Scalar::Number)),
    ('b', Shape::Scalar(Scalar::Boolean)),
    ('q', Shape::Scalar(Scalar::Quantity)),
    ('x', Shape::Scalar(Scalar::IntOrString)),
];

impl TypeId {
    /// Anything.
    pub(super) const ANYTHING: TypeId = TypeId(0);

    /// The type of a letter.
    pub(super) fn of_letter(letter: char) -> Option<TypeId> {
        let index = PLAIN.iter().position(|(known, _)| *known == letter)?;
        u32::try_from(index).ok().map(TypeId)
    }

    /// The type of a line of the table.
    pub(super) fn of_line(line: usize) -> TypeId {
        u32::try_from(line + PLAIN.len()).map_or(TypeId::ANYTHING, TypeId)
    }
}

/// The shape of a letter.
pub(super) fn shape_of_letter(letter: char) -> Option<Shape> {
    let (_, shape) = PLAIN.iter().find(|(known, _)| *known == letter)?;
    Some(shape.clone())
}

/// Types.
pub struct Types {
    cells: Vec<OnceLock<Schema>>,
    /// Reads the type of a line when it is first asked for.
    read: fn(usize) -> Schema,
}

impl Types {
    /// `count` types that are read when they are first asked for.
    pub(super) fn read_later(count: usize, read: fn(usize) -> Schema) -> Self {
        Types {
            cells: (0..PLAIN.len() + count).map(|_| OnceLock::new()).collect(),
            read,
        }
    }

    /// No types but the plain ones.
    pub(super) fn new() -> Self {
        Types::read_later(0, |_| Schema::default())
    }

    /// Adds a type.
    pub(super) fn push(&mut self, schema: Schema) -> TypeId {
        let line = self.cells.len() - PLAIN.len();
        self.cells.push(OnceLock::from(schema));
        TypeId::of_line(line)
    }

    fn schema(&self, id: TypeId) -> &Schema {
        static ANYTHING: Schema = Schema::ANYTHING;
        let Some((index, cell)) = usize::try_from(id.0)
            .ok()
            .and_then(|index| Some((index, self.cells.get(index)?)))
        else {
            return &ANYTHING;
        };
        cell.get_or_init(|| match PLAIN.get(index) {
            Some((_, shape)) => Schema::plain(shape.clone()),
            None => (self.read)(index - PLAIN.len()),
        })
    }
}

/// A type, with those that it names.
#[derive(Clone, Copy)]
pub struct Type<'t> {
    types: &'t Types,
    id: TypeId,
}

impl<'t> Type<'t> {
    pub(super) fn new(types: &'t Types, id: TypeId) -> Self {
        Type { types, id }
    }

    /// What it says.
    pub fn schema(self) -> &'t Schema {
        self.types.schema(self.id)
    }

    fn other(self, id: TypeId) -> Type<'t> {
        Type { id, ..self }
    }

    /// The type of what stands under a key: of a field, or of any entry of a map.
    pub fn field(self, name: &str) -> Option<Type<'t>> {
        match &self.schema().shape {
            Shape::Object(object) => Some(self.other(object.field(name)?.of)),
            Shape::Map(of) => Some(self.other(*of)),
            _ => None,
        }
    }

    /// The type of a list's items.
    pub fn item(self) -> Option<Type<'t>> {
        match &self.schema().shape {
            Shape::List(list) => Some(self.other(list.items)),
            _ => None,
        }
    }

    /// The type of what stands at a path; `None` where nothing is known of it.
    pub fn at(self, path: &[Step]) -> Option<Type<'t>> {
        path.iter().try_fold(self, |of, step| match step {
            Step::Key(key) => of.field(key),
            Step::Index(_) => of.item(),
        })
    }

    /// The fields by which a list's items are known when it is applied: its map keys. Empty for other types.
    pub fn merge_keys(self) -> &'t [Box<str>] {
        match &self.schema().shape {
            Shape::List(list) => match &list.kind {
                ListKind::Map(keys) => keys,
                _ => &[],
            },
            _ => &[],
        }
    }

    /// Whether it is an amount such as `1Gi`, which can be written in several ways.
    pub fn is_quantity(self) -> bool {
        matches!(self.schema().shape, Shape::Scalar(Scalar::Quantity))
    }
}
