//! Maps by reference, which functions change in place.

use std::cell::{Cell, Ref, RefCell, RefMut};
use std::rc::Rc;
use std::sync::Arc;

use super::sorted::{Iter, Sorted};
use super::{Origin, Slot, Value, is_nested, of_node, take_apart};
use crate::render::go::text::Text;
use crate::yaml;

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
    pub(super) entries: Rc<Entries>,
    /// The Go type that it is seen as here.
    pub of: MapType,
    /// Whether it is Go's nil map, which JSON writes as `null`.
    pub is_nil: bool,
}

#[derive(Debug, Default)]
pub(super) struct Entries {
    map: RefCell<Sorted>,
    /// What the entries are made of when they are first asked for: most of a chart's values never are.
    source: RefCell<Option<Arc<yaml::Map>>>,
    /// Which of the charts' values it is, to tell of keys that it does not have.
    origin: Origin,
    /// Whether templates that are rendered side by side have it.
    is_shared: Cell<bool>,
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
                source: RefCell::default(),
                origin,
                is_shared: Cell::default(),
            }),
            of,
            is_nil: false,
        }
    }

    /// A map of anything with the entries of a node.
    pub(super) fn of_node(source: &Arc<yaml::Map>, origin: Origin, is_shared: bool) -> Self {
        Map {
            entries: Rc::new(Entries {
                map: RefCell::default(),
                source: RefCell::new(Some(Arc::clone(source))),
                origin,
                is_shared: Cell::new(is_shared),
            }),
            ..Map::default()
        }
    }

    fn sorted(&self) -> Ref<'_, Sorted> {
        self.fill();
        self.entries.map.borrow()
    }

    fn sorted_mut(&self) -> RefMut<'_, Sorted> {
        self.fill();
        self.entries.map.borrow_mut()
    }

    fn fill(&self) {
        let Some(source) = self.entries.source.take() else {
            return;
        };
        let slots = source.iter().map(|(key, entry)| {
            (
                Text::from(Arc::clone(key)),
                of_node::slot(&entry.node, self.is_shared()),
            )
        });
        *self.entries.map.borrow_mut() = slots.collect();
    }

    /// The tree that its entries would be made of, where none was asked for yet.
    pub(in crate::render::go) fn source(&self) -> Option<Arc<yaml::Map>> {
        self.entries.source.borrow().clone()
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
        let entries = self.sorted().clone();
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

    /// Whether it was shared: nothing may change it then.
    pub(in crate::render::go) fn is_shared(&self) -> bool {
        self.entries.is_shared.get()
    }

    /// Shares the map and what it holds between templates that are rendered side by side.
    pub(in crate::render::go) fn share(&self) {
        let mut open = vec![Value::Map(self.clone())];
        while let Some(value) = open.pop() {
            match &value {
                Value::Map(map)
                    if !map.entries.is_shared.replace(true) && map.entries.source.borrow().is_none() =>
                {
                    open.extend(
                        map.view()
                            .iter()
                            .map(|(_, slot)| slot.value.clone())
                            .filter(is_nested),
                    );
                }
                Value::List(list) => open.extend(list.iter().filter(|value| is_nested(value)).cloned()),
                _ => {}
            }
        }
    }

    /// The value of a key with its origin. Functions that read for a template ask their call, which notes it.
    pub fn slot(&self, key: &[u8]) -> Option<Slot> {
        self.sorted().get(key).cloned()
    }

    /// The value of a key. Functions that read for a template ask their call, which notes it.
    pub fn get(&self, key: &[u8]) -> Option<Value> {
        self.sorted().get(key).map(|slot| slot.value.clone())
    }

    /// Whether a key is there.
    pub fn has(&self, key: &[u8]) -> bool {
        self.sorted().get(key).is_some()
    }

    /// Sets a key, in place.
    pub fn set(&self, key: impl Into<Text>, slot: impl Into<Slot>) {
        self.sorted_mut().insert(key.into(), slot.into());
    }

    /// Removes a key, in place.
    pub fn unset(&self, key: &[u8]) -> Option<Slot> {
        self.sorted_mut().remove(key)
    }

    /// The number of keys.
    pub fn len(&self) -> usize {
        self.sorted().len()
    }

    /// Whether there are no keys.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The keys in order.
    pub fn keys(&self) -> Vec<Text> {
        self.view().iter().map(|(key, _)| key.clone()).collect()
    }

    /// The entries in order, as they are now: what changes the map while they are gone through does not change them.
    pub fn entries(&self) -> Vec<(Text, Slot)> {
        let entries = self.view();
        let entries = entries.iter().map(|(key, slot)| (key.clone(), slot.clone()));
        entries.collect()
    }

    /// The entries in order, without a copy: nothing may change the map meanwhile.
    pub fn view(&self) -> View<'_> {
        View(self.sorted())
    }
}

/// A look at a map's entries.
pub struct View<'m>(Ref<'m, Sorted>);

impl View<'_> {
    /// Keys and slots in order.
    pub fn iter(&self) -> Iter<'_> {
        self.0.iter()
    }
}

impl Entries {
    pub(super) fn take_nested(&mut self) -> Vec<Value> {
        let entries = self.map.get_mut();
        if !entries.iter().any(|(_, slot)| is_nested(&slot.value)) {
            return Vec::new();
        }
        std::mem::take(entries)
            .into_iter()
            .map(|(_, slot)| slot.value)
            .filter(is_nested)
            .collect()
    }
}

impl Drop for Entries {
    fn drop(&mut self) {
        take_apart(self.take_nested());
    }
}
