//! The fields that differ between two versions of an object.

use std::collections::BTreeSet;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::inner;
use super::lists;
use super::model::{Change, Field, Noise};
use super::path::{Item, PathStep, Trail};
use super::structure::{ListKind, Structure};
use super::text::hunks;
use crate::kubernetes::{Quantity, Type};
use crate::manifest::Object;
use crate::yaml::{Map, Node, Value};

/// The fields that differ between two versions of an object, in the order of the new one, those that are gone after them.
/// `namespace` is where objects stand that name none.
pub(super) fn differences(old: &Object, new: &Object, namespace: &str) -> Vec<Field> {
    match same_form(old, new) {
        Some((old_node, new_node)) => between(&old_node, &new_node, new, namespace),
        None => between(&old.node, &new.node, new, namespace),
    }
}

/// The fields that differ between two versions of what is called `object`.
fn between(old: &Node, new: &Node, object: &Object, namespace: &str) -> Vec<Field> {
    let mut walk = Walk {
        structure: Structure::of(&object.identity),
        holds_texts: object.identity.kind == "ConfigMap",
        namespace,
        trail: Vec::new(),
        keys: Vec::new(),
        inside: false,
        found: Vec::new(),
    };
    walk.both(old, new, walk.structure.root);
    walk.found
}

/// Two versions of a Secret in the form in which a cluster has both, where one writes as text what the other has encoded.
fn same_form(old: &Object, new: &Object) -> Option<(Node, Node)> {
    let is_secret = |object: &Object| object.identity.kind == "Secret" && object.identity.api_version == "v1";
    if !is_secret(old) || !is_secret(new) {
        return None;
    }
    let texts = |object: &'_ Object| -> BTreeSet<Arc<str>> {
        let texts = object.node.get("stringData").and_then(Node::as_map);
        texts.into_iter().flat_map(Map::keys).cloned().collect()
    };
    (texts(old) != texts(new)).then(|| (encoded(&old.node), encoded(&new.node)))
}

/// A Secret with its texts in `data`, as the API server keeps them.
fn encoded(secret: &Node) -> Node {
    let (Some(map), Some(texts)) = (secret.as_map(), secret.get("stringData").and_then(Node::as_map)) else {
        return secret.clone();
    };
    let mut map = Map::clone(map);
    let mut data = match map.get("data").and_then(Node::as_map) {
        Some(data) => Map::clone(data),
        None => Map::new(),
    };
    let mut left = Map::new();
    for (key, entry) in Map::iter(texts) {
        match entry.node.as_str() {
            Some(text) => {
                let text = Node::new(Value::from(STANDARD.encode(text)), entry.node.place.clone());
                data.insert(Arc::clone(key), text);
            }
            // Refused by the server: it stays where it is.
            None => {
                left.insert_entry(Arc::clone(key), entry.clone());
            }
        }
    }
    map.remove("stringData");
    if !left.is_empty() {
        map.insert("stringData", Node::computed(left));
    }
    map.insert("data", Node::computed(data));
    Node::new(Value::from(map), secret.place.clone())
}

/// The type of a value, where it is known.
type Of = Option<Type<'static>>;

struct Walk<'n> {
    structure: Structure,
    holds_texts: bool,
    namespace: &'n str,
    trail: Vec<PathStep>,
    /// The keys of the trail.
    keys: Vec<&'n str>,
    /// Whether this is within data in a text.
    inside: bool,
    found: Vec<Field>,
}

impl<'n> Walk<'n> {
    fn both(&mut self, old: &'n Node, new: &'n Node, of: Of) {
        if old == new {
            return;
        }
        match (&old.value, &new.value) {
            (Value::Map(old), Value::Map(new)) => self.maps(old, new, of),
            (Value::List(old), Value::List(new)) => self.lists(old, new, of),
            (Value::Null, _) if !self.inside => self.one(new, Change::Added, of),
            (_, Value::Null) if !self.inside => self.one(old, Change::Removed, of),
            (Value::String(old_text), Value::String(new_text)) if self.is_text() => {
                self.texts(old, new, old_text, new_text);
            }
            _ if of.is_some_and(Type::is_quantity) && is_same_quantity(old, new) => {}
            _ => self.push(Change::Changed, Some(old), Some(new)),
        }
    }

    fn maps(&mut self, old: &'n Map, new: &'n Map, of: Of) {
        for (key, entry) in new.iter() {
            let of = of.and_then(|of| of.field(key));
            self.key(key, |walk| match old.get(key) {
                Some(old) => walk.both(old, &entry.node, of),
                None => walk.one(&entry.node, Change::Added, of),
            });
        }
        for (key, entry) in old.iter().filter(|(key, _)| !new.contains_key(key)) {
            let of = of.and_then(|of| of.field(key));
            self.key(key, |walk| walk.one(&entry.node, Change::Removed, of));
        }
    }

    fn key(&mut self, key: &'n Arc<str>, look: impl FnOnce(&mut Self)) {
        self.trail.push(PathStep::Key(Arc::clone(key)));
        self.keys.push(key);
        look(self);
        self.keys.pop();
        self.trail.pop();
    }

    fn lists(&mut self, old: &'n [Node], new: &'n [Node], of: Of) {
        let kind = match self.inside {
            true => ListKind::Unknown,
            false => self.structure.list(&self.keys, of),
        };
        let (pairs, is_moved) = lists::pairs(kind, old, new);
        // What is new comes last in a list of its own kind: an order that pods are made by.
        if is_moved && !self.inside && self.keys.contains(&"template") {
            self.push(
                Change::Renamed,
                Some(&Node::computed(old.to_vec())),
                Some(&Node::computed(new.to_vec())),
            );
        }
        let of = of.and_then(Type::item);
        for pair in pairs {
            self.item(pair.item, |walk| match (pair.old, pair.new) {
                (Some(old), Some(new)) => walk.both(old, new, of),
                (None, Some(new)) => walk.push(Change::Added, None, Some(new)),
                (Some(old), None) => walk.push(Change::Removed, Some(old), None),
                (None, None) => {}
            });
        }
    }

    fn item(&mut self, item: Item, look: impl FnOnce(&mut Self)) {
        self.trail.push(PathStep::Item(item));
        look(self);
        self.trail.pop();
    }

    /// A value that only one side has.
    fn one(&mut self, node: &Node, change: Change, of: Of) {
        if !self.inside {
            let is_own_namespace = self.keys == ["metadata", "namespace"]
                && node.as_str().is_some_and(|text| text == self.namespace);
            if is_own_namespace || self.structure.is_void(&self.keys, of, node) {
                return;
            }
        }
        match change {
            Change::Removed => self.push(change, Some(node), None),
            _ => self.push(change, None, Some(node)),
        }
    }

    fn is_text(&self) -> bool {
        self.holds_texts && !self.inside && matches!(self.keys.as_slice(), ["data", _])
    }

    /// A text of a ConfigMap: data is compared as what it holds.
    fn texts(&mut self, old: &'n Node, new: &'n Node, old_text: &str, new_text: &str) {
        let key = self.keys.last().copied().unwrap_or_default();
        let data = inner::read(key, old_text).zip(inner::read(key, new_text));
        let Some((old_data, new_data)) = data.filter(|(old, new)| {
            matches!(
                (&old.node.value, &new.node.value),
                (Value::Map(_), Value::Map(_)) | (Value::List(_), Value::List(_))
            )
        }) else {
            return self.push(Change::Changed, Some(old), Some(new));
        };
        let mut inner = Walk {
            structure: self.structure,
            holds_texts: false,
            namespace: self.namespace,
            trail: self.trail.clone(),
            keys: self.keys.clone(),
            inside: true,
            found: Vec::new(),
        };
        inner.trail.push(PathStep::Inside(new_data.language));
        inner.both(&old_data.node, &new_data.node, None);
        let found = inner.found;
        if found.is_empty() {
            self.push(Change::Changed, Some(old), Some(new));
            if let Some(field) = self.found.last_mut() {
                field.noise = Some(Noise::Written);
            }
        }
        self.found.extend(found);
    }

    fn push(&mut self, change: Change, old: Option<&Node>, new: Option<&Node>) {
        let lines = |node: Option<&Node>| {
            node.and_then(Node::as_str)
                .filter(|text| text.contains('\n'))
                .map(str::to_owned)
        };
        let text = |node: Option<&Node>| node.and_then(Node::as_str).map(str::to_owned);
        let hunks = match (text(old), text(new)) {
            (Some(before), Some(after)) if lines(old).is_some() || lines(new).is_some() => {
                hunks(&before, &after)
            }
            _ => Vec::new(),
        };
        self.found.push(Field {
            path: Trail(self.trail.clone()),
            change,
            old: old.cloned(),
            new: new.cloned(),
            hunks,
            is_hidden: false,
            noise: None,
            causes: Vec::new(),
        });
    }
}

fn is_same_quantity(old: &Node, new: &Node) -> bool {
    Quantity::of(old).is_some_and(|old| Quantity::of(new) == Some(old))
}
