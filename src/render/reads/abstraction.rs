//! What is known of a value of a template without the values: where it comes from.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::super::provenance::Depth;
use super::{DEEPEST, Key, Reads};

/// The most things that a value may be.
const MOST_CHOICES: usize = 16;
/// The most parts of something that a template made.
const MOST_PARTS: usize = 400;

/// See the module's text.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(in crate::render) enum Abstract {
    /// Nothing of the values.
    Other,
    /// All that the templates of a chart see: `.` in Go, the names of Jinja.
    Root,
    /// A piece of the path of a template.
    FileName,
    /// The charts below.
    Subcharts,
    /// A value at a path from the chart's values.
    At(Vec<Key>),
    /// A map that a template made.
    Map(BTreeMap<Arc<str>, Abstract>),
    /// A list that a template made.
    List(Vec<Abstract>),
    /// A text.
    Text(Arc<str>),
    /// One of several, each once.
    Either(Vec<Abstract>),
}

impl Abstract {
    /// One of several; too many count as read.
    pub(in crate::render) fn either(
        choices: impl IntoIterator<Item = Abstract>,
        reads: &mut Reads,
    ) -> Abstract {
        let mut all = Vec::new();
        for choice in choices {
            match choice {
                Abstract::Either(more) => all.extend(more),
                other => all.push(other),
            }
        }
        all.sort();
        all.dedup();
        match all.len() {
            0 => Abstract::Other,
            1 => all.swap_remove(0),
            2..=MOST_CHOICES => Abstract::Either(all).bounded(reads),
            _ => {
                all.iter().for_each(|choice| choice.look(Depth::Whole, reads));
                Abstract::Other
            }
        }
    }

    /// What it may be.
    pub(in crate::render) fn choices(&self) -> &[Abstract] {
        match self {
            Abstract::Either(choices) => choices,
            other => std::slice::from_ref(other),
        }
    }

    /// A map or list that a template made; where it is too large, what is in it counts as read.
    pub(in crate::render) fn bounded(self, reads: &mut Reads) -> Abstract {
        if self.parts() <= MOST_PARTS {
            return self;
        }
        self.look(Depth::Whole, reads);
        Abstract::Other
    }

    fn parts(&self) -> usize {
        let inner: usize = match self {
            Abstract::Map(map) => map.values().map(Abstract::parts).sum(),
            Abstract::List(items) | Abstract::Either(items) => items.iter().map(Abstract::parts).sum(),
            _ => 0,
        };
        inner + 1
    }

    /// A list with an item more, where it has none of the kind.
    pub(in crate::render) fn with_item(self, item: Abstract, reads: &mut Reads) -> Abstract {
        match self {
            Abstract::List(items) if items.contains(&item) => Abstract::List(items),
            Abstract::List(mut items) => {
                items.push(item);
                Abstract::List(items).bounded(reads)
            }
            other => Abstract::either([other, Abstract::List(vec![item])], reads),
        }
    }

    /// Notes that it is looked at.
    pub(in crate::render) fn look(&self, depth: Depth, reads: &mut Reads) {
        match self {
            Abstract::Other | Abstract::Text(_) | Abstract::FileName => {}
            Abstract::Root | Abstract::Subcharts if depth < Depth::Whole => {}
            Abstract::Root | Abstract::Subcharts => reads.read(&[], Depth::Whole),
            Abstract::At(path) => reads.read(path, depth),
            Abstract::Either(choices) => choices.iter().for_each(|choice| choice.look(depth, reads)),
            Abstract::Map(_) | Abstract::List(_) if depth < Depth::Whole => {}
            Abstract::Map(map) => map.values().for_each(|value| value.look(depth, reads)),
            Abstract::List(items) => items.iter().for_each(|item| item.look(depth, reads)),
        }
    }

    /// Notes that a text which is not known may look at it. What it says of `Values` is found in its own words.
    pub(in crate::render) fn look_from_text(&self, reads: &mut Reads) {
        match self {
            Abstract::Root => {}
            Abstract::Either(parts) | Abstract::List(parts) => {
                parts.iter().for_each(|part| part.look_from_text(reads));
            }
            Abstract::Map(map) => {
                let is_values = |key: &str, value: &Abstract| {
                    key == "Values" && matches!(value, Abstract::At(path) if path.is_empty())
                };
                let others = map.iter().filter(|(key, value)| !is_values(key, value));
                others.for_each(|(_, value)| value.look_from_text(reads));
            }
            other => other.look(Depth::Whole, reads),
        }
    }

    /// The value of a key.
    pub(in crate::render) fn step(&self, key: &Key, reads: &mut Reads) -> Abstract {
        match (self, key) {
            (Abstract::Root, Key::Named(name)) => match &**name {
                "Values" => Abstract::At(Vec::new()),
                "Subcharts" => Abstract::Subcharts,
                "Template" => Abstract::FileName,
                _ => Abstract::Other,
            },
            (Abstract::FileName, _) => Abstract::FileName,
            (Abstract::Subcharts, _) => {
                reads.read(std::slice::from_ref(key), Depth::Whole);
                Abstract::Other
            }
            (Abstract::At(path), _) if path.len() >= DEEPEST => {
                reads.read(path, Depth::Whole);
                Abstract::Other
            }
            (Abstract::At(path), _) => Abstract::At(path.iter().chain([key]).cloned().collect()),
            (Abstract::Map(map), Key::Named(name)) => map.get(name).cloned().unwrap_or(Abstract::Other),
            (Abstract::Map(_) | Abstract::List(_), _) => self.item(reads),
            (Abstract::Either(choices), _) => {
                let stepped: Vec<Abstract> = choices.iter().map(|choice| choice.step(key, reads)).collect();
                Abstract::either(stepped, reads)
            }
            (Abstract::Root, Key::Any) => {
                reads.read(&[], Depth::Whole);
                Abstract::Other
            }
            (Abstract::Other | Abstract::Text(_), _) => Abstract::Other,
        }
    }

    /// Any of its items.
    pub(in crate::render) fn item(&self, reads: &mut Reads) -> Abstract {
        match self {
            Abstract::Map(map) => Abstract::either(map.values().cloned(), reads),
            Abstract::List(items) => Abstract::either(items.iter().cloned(), reads),
            Abstract::Either(choices) => {
                let items: Vec<Abstract> = choices.iter().map(|choice| choice.item(reads)).collect();
                Abstract::either(items, reads)
            }
            other => other.step(&Key::Any, reads),
        }
    }

    /// The key that it is.
    pub(in crate::render) fn as_key(&self) -> Key {
        match self {
            Abstract::Text(text) => Key::Named(Arc::clone(text)),
            _ => Key::Any,
        }
    }

    /// Notes that templates put something under a key of it.
    pub(in crate::render) fn write(&self, key: &Key, reads: &mut Reads) {
        match self {
            Abstract::At(path) => {
                let path: Vec<Key> = path.iter().chain([key]).cloned().collect();
                reads.write(&path);
            }
            Abstract::Root if matches!(key, Key::Any) || *key == Key::Named("Values".into()) => {
                reads.replace()
            }
            Abstract::Either(choices) => choices.iter().for_each(|choice| choice.write(key, reads)),
            _ => {}
        }
    }
}
