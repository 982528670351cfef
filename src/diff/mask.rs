//! Takes secrets out of what is shown. What differs was compared before.

use std::sync::Arc;

use super::model::{Field, ObjectChange};
use super::path::{PathStep, Trail, Which};
use super::structure::Structure;
use super::text::hunks;
use crate::manifest::Object;
use crate::secret::{self, MASK, is_secret_key};
use crate::values::{Step, find as value_at};
use crate::yaml::{Entry, Map, Node, Value};

/// Hides the secrets of an object that differs, and of its fields.
pub(super) fn hide(change: &mut ObjectChange) {
    let Some(kind) = change.object().map(Kind::of) else {
        return;
    };
    for object in [&mut change.old, &mut change.new].into_iter().flatten() {
        object.node = hidden_object(&object.node, kind);
    }
    let (old, new) = (change.old.as_ref(), change.new.as_ref());
    for field in &mut change.fields {
        let is_argument = [(old, Which::Old), (new, Which::New)]
            .into_iter()
            .any(|(object, which)| object.is_some_and(|object| is_argument(object, &field.path, which)));
        hide_field(field, kind, is_argument);
    }
}

/// Whether a path leads to the argument of a flag that sounds like a secret: `--token` and what follows it.
fn is_argument(object: &Object, path: &Trail, which: Which) -> bool {
    let (mut steps, _) = path.steps(which);
    let before = match steps.last_mut() {
        Some(Step::Index(index)) => index.checked_sub(1).map(|before| *index = before),
        _ => None,
    };
    before
        .and_then(|()| value_at(&object.node, &steps))
        .is_some_and(is_secret_flag)
}

/// Whether an argument is a flag whose value is the next one, and a secret.
fn is_secret_flag(node: &Node) -> bool {
    let flag = node.as_str().and_then(|text| text.strip_prefix('-'));
    flag.is_some_and(|flag| !flag.contains('=') && is_secret_key(flag.trim_start_matches('-')))
}

/// What of an object can hold secrets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// A Secret: its data.
    Secret,
    /// Of Kubernetes itself: texts, and values with a name beside them. Keys such as `secret` and `automountServiceAccountToken` are its own.
    BuiltIn,
    /// Anything else: whatever stands under a key that sounds like a secret.
    Free,
}

impl Kind {
    fn of(object: &Object) -> Kind {
        match object.identity.kind.as_str() {
            "Secret" => Kind::Secret,
            _ if Structure::of(&object.identity).is_kubernetes() => Kind::BuiltIn,
            _ => Kind::Free,
        }
    }
}

fn hide_field(field: &mut Field, kind: Kind, is_argument: bool) {
    let is_secret = is_argument || is_secret_trail(&field.path, kind);
    let inner = match field
        .path
        .0
        .iter()
        .any(|step| matches!(step, PathStep::Inside(_)))
    {
        true => Kind::Free,
        false => kind,
    };
    let masked = |node: &Option<Node>| {
        node.as_ref().map(|node| match is_secret {
            true => all_hidden(node),
            false => hidden(node, inner, &field.path.keys()),
        })
    };
    let (old, new) = (masked(&field.old), masked(&field.new));
    field.is_hidden = is_secret || old != field.old || new != field.new;
    if field.is_hidden && !field.hunks.is_empty() {
        field.hunks = match (
            old.as_ref().and_then(Node::as_str),
            new.as_ref().and_then(Node::as_str),
        ) {
            (Some(old), Some(new)) => hunks(old, new),
            _ => Vec::new(),
        };
    }
    (field.old, field.new) = (old, new);
}

/// Whether a path leads to a secret.
fn is_secret_trail(path: &Trail, kind: Kind) -> bool {
    if kind == Kind::Secret && (path.starts_with(&["data"]) || path.starts_with(&["stringData"])) {
        return true;
    }
    let mut is_free = kind == Kind::Free;
    let mut named = false;
    for (index, step) in path.0.iter().enumerate() {
        match step {
            PathStep::Inside(_) => is_free = true,
            PathStep::Item(item) => {
                named = item
                    .keys
                    .iter()
                    .any(|(key, value)| key == "name" && is_secret_key(value));
            }
            PathStep::Key(key) => {
                let before = path.0.get(..index).unwrap_or_default();
                let is_free_key = is_free || is_free_map(before);
                if (is_free_key && is_secret_key(key)) || (named && **key == *"value") {
                    return true;
                }
            }
        }
    }
    false
}

/// Whether the keys of what stands at a path are people's own words.
fn is_free_map(path: &[PathStep]) -> bool {
    matches!(path.last(), Some(PathStep::Key(key)) if matches!(&**key, "annotations" | "labels" | "data"))
}

fn hidden_object(node: &Node, kind: Kind) -> Node {
    let Some(map) = node.as_map() else {
        return node.clone();
    };
    let entries = map.iter().map(|(key, entry)| {
        let inner = match kind {
            Kind::Secret if matches!(&**key, "data" | "stringData") => all_hidden(&entry.node),
            _ => hidden(&entry.node, kind, &[key]),
        };
        (Arc::clone(key), inner)
    });
    Node::new(Map::from_iter(entries), node.place.clone())
}

/// A value with what sounds like a secret hidden. `path` is where it stands.
fn hidden(node: &Node, kind: Kind, path: &[&str]) -> Node {
    let value = match &node.value {
        Value::String(text) => {
            let masked = secret::masked(text);
            if masked == **text {
                return node.clone();
            }
            Value::from(masked)
        }
        Value::List(list) => {
            let before = std::iter::once(None).chain(list.iter().map(Some));
            let items = list.iter().zip(before).map(|(item, before)| {
                match item.as_str().is_some() && before.is_some_and(is_secret_flag) {
                    true => all_hidden(item),
                    false => hidden(item, kind, path),
                }
            });
            Value::from(items.collect::<Vec<_>>())
        }
        Value::Map(map) => {
            let is_free =
                kind == Kind::Free || matches!(path.last(), Some(&("annotations" | "labels" | "data")));
            let is_named = map.get("name").and_then(Node::as_str).is_some_and(is_secret_key);
            let mut shown = Map::with_capacity(map.len());
            for (key, entry) in map.iter() {
                let is_secret = (is_free && is_secret_key(key)) || (is_named && **key == *"value");
                let node = match is_secret && !is_reference(&entry.node) {
                    true => all_hidden(&entry.node),
                    false => hidden(&entry.node, kind, &[key]),
                };
                let key_place = entry.key_place.clone();
                shown.insert_entry(Arc::clone(key), Entry { key_place, node });
            }
            Value::from(shown)
        }
        _ => return node.clone(),
    };
    Node::new(value, node.place.clone())
}

/// Whether a value names a key of a Secret.
fn is_reference(node: &Node) -> bool {
    node.as_map().is_some_and(|map| {
        !map.is_empty()
            && map
                .keys()
                .all(|key| matches!(&**key, "name" | "key" | "optional"))
    })
}

/// A value of which only the form is shown.
fn all_hidden(node: &Node) -> Node {
    let value = match &node.value {
        Value::List(list) => Value::from(list.iter().map(all_hidden).collect::<Vec<_>>()),
        Value::Map(map) => {
            let entries = map
                .iter()
                .map(|(key, entry)| (Arc::clone(key), all_hidden(&entry.node)));
            Value::from(Map::from_iter(entries))
        }
        Value::String(_) | Value::Int(_) | Value::Float(_) => Value::from(MASK),
        Value::Null | Value::Bool(_) => return node.clone(),
    };
    Node::new(value, node.place.clone())
}
