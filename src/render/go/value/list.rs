//! Lists, which nothing changes in place.

use std::rc::Rc;

use super::{Slot, Value, is_nested, take_apart};
use crate::render::go::text::Text;

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
    pub(super) items: Rc<Items>,
    /// Its Go type.
    pub of: ListType,
    /// Whether it is Go's nil slice, which JSON writes as `null`.
    pub is_nil: bool,
}

#[derive(Debug, Default)]
pub(super) struct Items(Vec<Slot>);

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

impl Items {
    pub(super) fn take_nested(&mut self) -> Vec<Value> {
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

impl Drop for Items {
    fn drop(&mut self) {
        take_apart(self.take_nested());
    }
}
