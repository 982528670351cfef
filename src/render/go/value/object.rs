//! Values with fields and methods of their own.

use std::any::Any;
use std::fmt;

use super::call::Function;
use super::{Kind, Value};
use crate::render::go::text::Text;

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

    /// The number that it is under a name of its own: a duration, a month.
    fn number(&self) -> Option<i64> {
        None
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
