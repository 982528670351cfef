//! Goes through an object along its structure, and asks the rules about each value.

use super::at::At;
use super::review::{Known, Review};
use super::unknown_field::Above;
use super::{
    duplicate_item, invalid_base64, invalid_choice, invalid_field_value, invalid_quantity, missing_field,
    unknown_field, wrong_type,
};
use crate::kubernetes::{List, ListKind, Object, Scalar, Shape, Type, metadata};
use crate::values::Step;
use crate::yaml::Value;

/// How deep objects are looked at; the reader lets no deeper ones through.
const DEEPEST: usize = 200;

pub(super) fn check(review: &mut Review<'_, '_>) {
    let (structure, is_custom) = match review.known {
        Some(Known::Kind(kind)) => (
            kind.structure(),
            kind.origin != crate::kubernetes::Origin::Kubernetes,
        ),
        Some(Known::Custom(structure)) => (structure, true),
        None => return,
    };
    let mut walk = Walk {
        review,
        is_custom,
        above: Vec::new(),
    };
    let root = walk.review.root();
    walk.value(&root, structure);
}

struct Walk<'r, 'w, 'a> {
    review: &'r mut Review<'w, 'a>,
    /// Whether the API server holds all of the structure against the object; of its own kinds, it leaves enums and required fields
    /// to other code, to which an empty text is nothing.
    is_custom: bool,
    above: Vec<Above<'w>>,
}

impl<'w, 'a> Walk<'_, 'w, 'a> {
    fn value(&mut self, at: &At<'a>, of: Type<'w>) {
        if self.above.len() > DEEPEST {
            return;
        }
        let schema = of.schema();
        let is_kind = match (&schema.shape, &at.node.value) {
            (Shape::Anything, _) => return,
            (_, Value::Null) => {
                let is_item = matches!(at.path.last(), Some(Step::Index(_)));
                if is_item || self.is_custom && !schema.nullable && schema.default.is_none() {
                    wrong_type::tell(self.review, at, &schema.shape);
                }
                return;
            }
            (Shape::AnyMap | Shape::Map(_) | Shape::Object(_), Value::Map(_))
            | (Shape::List(_), Value::List(_)) => true,
            (Shape::Scalar(scalar), value) => self.scalar(at, *scalar, value),
            _ => false,
        };
        if !is_kind {
            wrong_type::tell(self.review, at, &schema.shape);
            return;
        }
        self.bounds(at, of);
        self.above.push(Above {
            of,
            depth: at.path.len(),
        });
        match &schema.shape {
            Shape::Object(object) => self.object(at, of, object),
            Shape::Map(_) => {
                for (key, entry) in at.entries() {
                    if let Some(of) = of.field(key) {
                        self.value(&entry, of);
                    }
                }
            }
            Shape::List(list) => self.list(at, of, list),
            _ => {}
        }
        self.above.pop();
    }

    fn object(&mut self, at: &At<'a>, of: Type<'w>, object: &Object) {
        for (key, entry) in at.entries() {
            // Metadata has the same structure everywhere.
            let inner = match (key, self.above.len()) {
                ("metadata", 1) => metadata(),
                _ => of.field(key),
            };
            match inner {
                Some(inner) => self.value(&entry, inner),
                None if object.is_open => {}
                None => unknown_field::tell(self.review, &entry, key, &self.above),
            }
        }
        for field in object.fields.iter().filter(|field| field.is_required) {
            let is_there = at.node.get(&field.name).is_some_and(|node| !node.is_null());
            let has_default = of
                .field(&field.name)
                .is_some_and(|of| of.schema().default.is_some());
            if !is_there && (!self.is_custom || !has_default) {
                missing_field::tell(self.review, at, &field.name, self.is_custom);
            }
        }
    }

    fn list(&mut self, at: &At<'a>, of: Type<'w>, list: &List) {
        let Some(item_type) = of.item() else { return };
        let items = at.items();
        for item in &items {
            if let (ListKind::Map(_) | ListKind::Set, Value::Null) = (&list.kind, &item.node.value) {
                wrong_type::tell(self.review, item, &item_type.schema().shape);
                continue;
            }
            // Null is an item with nothing in it, which is one where nothing is required.
            let has_required = match &item_type.schema().shape {
                Shape::Object(object) => object.fields.iter().any(|field| field.is_required),
                _ => false,
            };
            if item.node.is_null() && !self.is_custom && !has_required {
                continue;
            }
            self.value(item, item_type);
        }
        match &list.kind {
            ListKind::Map(keys) => duplicate_item::check(self.review, &items, keys, item_type),
            ListKind::Set => duplicate_item::check_set(self.review, &items),
            ListKind::Atomic => {}
        }
    }

    /// Whether a value is of the kind of a scalar; says what is wrong with it where it is nearly.
    fn scalar(&mut self, at: &At<'a>, scalar: Scalar, value: &Value) -> bool {
        match (scalar, value) {
            (Scalar::String, Value::String(_))
            | (Scalar::Boolean, Value::Bool(_))
            | (Scalar::Number, Value::Int(_) | Value::Float(_))
            | (Scalar::IntOrString, Value::String(_)) => true,
            (Scalar::Int32 | Scalar::IntOrString, Value::Int(number)) => {
                if i32::try_from(*number).is_err() && !(self.is_custom && scalar == Scalar::IntOrString) {
                    invalid_field_value::tell(
                        self.review,
                        at,
                        "is a number that does not fit into 32 bits",
                        "",
                    );
                }
                true
            }
            (Scalar::Int64 | Scalar::Integer, Value::Int(number)) => {
                if i64::try_from(*number).is_err() {
                    invalid_field_value::tell(
                        self.review,
                        at,
                        "is a number that does not fit into 64 bits",
                        "",
                    );
                }
                true
            }
            (Scalar::Quantity, Value::String(_) | Value::Int(_) | Value::Float(_)) => {
                invalid_quantity::check(self.review, at);
                true
            }
            (Scalar::Bytes, Value::String(text)) => {
                invalid_base64::check(self.review, at, text);
                true
            }
            (Scalar::Time, Value::String(text)) => {
                if text.parse::<jiff::Timestamp>().is_err() || !text.contains(['T', 't']) {
                    let help = "write it as `2025-01-31T12:00:00Z`";
                    invalid_field_value::tell(self.review, at, "is not a time", help);
                }
                true
            }
            _ => false,
        }
    }

    fn bounds(&mut self, at: &At<'a>, of: Type<'w>) {
        let schema = of.schema();
        let is_nothing = !self.is_custom && at.is_empty() && !is_told_apart(at);
        if !is_nothing && !schema.allows_choice(&at.node.value) {
            invalid_choice::tell(self.review, at, &schema.bounds.one_of);
        } else if self.is_custom {
            invalid_field_value::check(self.review, at, &schema.bounds);
        }
    }
}

/// Whether an empty text is something else to Kubernetes than no text, and none of the choices.
fn is_told_apart(at: &At<'_>) -> bool {
    const FIELDS: &[&str] = &[
        "internalTrafficPolicy",
        "ipFamilyPolicy",
        "mountPropagation",
        "podReplacementPolicy",
        "volumeMode",
    ];
    match at.path.last() {
        Some(Step::Key(key)) => FIELDS.contains(&&**key),
        Some(Step::Index(_)) => true,
        None => false,
    }
}
