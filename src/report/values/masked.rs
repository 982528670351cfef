//! Values without those that sound like secrets.

use std::sync::Arc;

use crate::report::shown::Shown;
use crate::secret::{self, MASK, Way};
use crate::source::Source;
use crate::values::Step;
use crate::yaml::{Entry, Map, Node, Value};

/// What may be shown of values: everything, or all but secrets.
pub struct Masked {
    /// The secrets of what people gave; nothing where secrets are shown.
    hidden: Option<Shown>,
}

impl Masked {
    /// Hides what sounds like a secret: by its key, and wherever a secret of the sources stands in a text.
    pub fn hiding(sources: &[Arc<Source>]) -> Masked {
        Masked {
            hidden: Some(Shown::of(&[], sources)),
        }
    }

    /// Hides nothing.
    pub fn nothing() -> Masked {
        Masked { hidden: None }
    }

    /// A text of others', as it may be shown.
    pub(super) fn text(&self, text: &str) -> String {
        match &self.hidden {
            Some(hidden) => hidden.masked(&secret::masked(text)),
            None => text.to_owned(),
        }
    }

    /// Whether anything is hidden.
    pub(super) fn is_hiding(&self) -> bool {
        self.hidden.is_some()
    }

    /// The value at a path, as it may be shown.
    pub(super) fn node(&self, path: &[Step], node: &Node) -> Node {
        let way = path.iter().fold(Way::Open, |way, step| match step {
            Step::Key(key) => way.below(key),
            Step::Index(_) => way,
        });
        match &self.hidden {
            Some(hidden) => masked(hidden, way, node),
            None => node.clone(),
        }
    }

    /// The value of a field of an object of a kind, as it may be shown.
    pub(super) fn field(&self, kind: &str, path: &[Step], node: &Node) -> Node {
        let is_data = |step: Option<&Step>| matches!(step, Some(Step::Key(key)) if matches!(&**key, "data" | "stringData"));
        match &self.hidden {
            Some(hidden) if kind == "Secret" && is_data(path.first()) => masked(hidden, Way::Sealed, node),
            _ => self.node(path, node),
        }
    }
}

fn masked(hidden: &Shown, way: Way, node: &Node) -> Node {
    let is_secret = way.is_secret();
    let value = match &node.value {
        Value::Map(map) => {
            let name = map.get("name").and_then(Node::as_str);
            let is_named_so = name.is_some_and(secret::is_secret_key);
            let mut shown = Map::with_capacity(map.len());
            for (key, entry) in map.iter() {
                let way = match is_named_so && **key == *"value" {
                    true => Way::Sealed,
                    false => way.below(key),
                };
                let entry = Entry {
                    key_place: entry.key_place.clone(),
                    node: masked(hidden, way, &entry.node),
                };
                shown.insert_entry(key.clone(), entry);
            }
            Value::from(shown)
        }
        Value::List(list) => {
            let items = list.iter().map(|item| masked(hidden, way, item));
            Value::from(items.collect::<Vec<_>>())
        }
        Value::String(text) if is_secret && !text.is_empty() => Value::String(MASK.into()),
        Value::Int(_) | Value::Float(_) if is_secret => Value::String(MASK.into()),
        Value::String(text) => Value::String(hidden.masked(&secret::masked(text)).into()),
        other => other.clone(),
    };
    Node::new(value, node.place.clone())
}
