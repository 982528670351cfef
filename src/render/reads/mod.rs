//! Which values the templates of a chart may read under any switch: what engines find out by going through all branches of their
//! templates without values.
//!
//! What is not followed counts as read whole, so that what is not in a [`Reads`] is certainly read by no template that makes objects: of
//! NOTES.txt only what it names counts.

mod abstraction;

use std::collections::BTreeMap;
use std::sync::Arc;

pub(super) use abstraction::Abstract;

use super::provenance::Depth;
use crate::source::Place;

/// The most steps of a path that is followed.
const DEEPEST: usize = 40;

/// A step of a path to a value.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Key {
    /// The key of that name.
    Named(Arc<str>),
    /// Any key or item, which a loop or a computed name chooses.
    Any,
}

/// What templates may read of a chart's values, by paths from `Values`.
#[derive(Debug, Default)]
pub struct Reads {
    values: Looked,
    asked: Vec<Asked>,
    /// Paths at which templates themselves put something.
    written: Looked,
    /// Templates put other values in the place of all.
    are_replaced: bool,
}

/// A value that a template asks for by its path.
#[derive(Debug, Clone, PartialEq)]
pub struct Asked {
    /// The path.
    pub path: Vec<Arc<str>>,
    /// Where it stands in the template.
    pub place: Place,
}

/// What is looked at of a value and of those in it.
#[derive(Debug, Default)]
struct Looked {
    depth: Option<Depth>,
    keys: BTreeMap<Arc<str>, Looked>,
    any: Option<Box<Looked>>,
}

impl Reads {
    /// Whether the value at a path, or something in it, may be read.
    pub fn may_read<'k>(&self, path: impl IntoIterator<Item = &'k str>) -> bool {
        self.may_read_so(path, |_| true)
    }

    /// Whether a number or boolean at a path may be read: there is nothing in it.
    pub fn may_read_scalar<'k>(&self, path: impl IntoIterator<Item = &'k str>) -> bool {
        self.may_read_so(path, |looked| looked.depth.is_some())
    }

    fn may_read_so<'k>(
        &self,
        path: impl IntoIterator<Item = &'k str>,
        is_read: impl Fn(&Looked) -> bool,
    ) -> bool {
        let mut here = vec![&self.values];
        let mut path = path.into_iter().peekable();
        while let Some(key) = path.next() {
            let is_at_least = |depth: Depth| here.iter().any(|looked| looked.depth >= Some(depth));
            if is_at_least(Depth::Whole) {
                return true;
            }
            let found = below(&here, key);
            if found.is_empty() {
                return path.peek().is_none() && is_at_least(Depth::Keys);
            }
            here = found;
        }
        here.iter().any(|looked| is_read(looked))
    }

    /// Whether a value is read as a whole, so that anything may stand in it.
    pub fn is_whole<'k>(&self, path: impl Iterator<Item = &'k str>) -> bool {
        self.values
            .holds(path, |looked| looked.depth == Some(Depth::Whole))
    }

    /// What templates ask for by paths of names, leaving out what they check for before or put there themselves.
    pub fn asked(&self) -> impl Iterator<Item = &Asked> {
        let all = self.asked.iter().filter(|_| !self.are_replaced);
        all.filter(|asked| {
            let keys = asked.path.iter().map(AsRef::as_ref);
            !self.written.holds(keys, |looked| looked.depth.is_some())
        })
    }

    /// Adds that a value is looked at.
    pub(super) fn read(&mut self, path: &[Key], depth: Depth) {
        self.values.add(path, depth);
    }

    /// Adds that a template asks for a value by its path.
    pub(super) fn ask(&mut self, path: &[Key], place: Place) {
        let names = path.iter().map(|key| match key {
            Key::Named(name) => Some(Arc::clone(name)),
            Key::Any => None,
        });
        if let Some(path) = names.collect::<Option<Vec<_>>>().filter(|path| !path.is_empty()) {
            self.asked.push(Asked { path, place });
        }
    }

    /// Adds what other templates read by its name: all of them may look at all values, to warn of some that they do not name.
    pub(super) fn add_named(&mut self, other: Reads) {
        let Reads {
            mut values,
            asked,
            written,
            ..
        } = other;
        values.depth = None;
        values.any = None;
        self.values.merge(values);
        self.written.merge(written);
        self.asked.extend(asked);
    }

    /// Adds that templates put something there, or look whether there is something.
    pub(super) fn write(&mut self, path: &[Key]) {
        self.written.add(path, Depth::Whole);
    }

    /// Adds that templates put other values in the place of all.
    pub(super) fn replace(&mut self) {
        self.are_replaced = true;
    }
}

impl Looked {
    fn merge(&mut self, other: Looked) {
        let Looked { depth, keys, any } = other;
        self.depth = self.depth.max(depth);
        for (key, looked) in keys {
            self.keys.entry(key).or_default().merge(looked);
        }
        if let Some(looked) = any {
            self.any.get_or_insert_default().merge(*looked);
        }
    }

    fn add(&mut self, path: &[Key], depth: Depth) {
        let mut here = self;
        for key in path {
            here = match key {
                Key::Named(name) => here.keys.entry(Arc::clone(name)).or_default(),
                Key::Any => here.any.get_or_insert_default(),
            };
        }
        here.depth = here.depth.max(Some(depth));
    }

    /// Whether something is so of a value on the way to a path, or at it.
    fn holds<'k>(&self, path: impl Iterator<Item = &'k str>, is_so: impl Fn(&Looked) -> bool) -> bool {
        let mut here = vec![self];
        for key in path {
            if here.iter().any(|looked| is_so(looked)) {
                return true;
            }
            here = below(&here, key);
        }
        here.iter().any(|looked| is_so(looked))
    }
}

/// What is known of the values under a key.
fn below<'l>(looked: &[&'l Looked], key: &str) -> Vec<&'l Looked> {
    let named = looked.iter().filter_map(|looked| looked.keys.get(key));
    named
        .chain(looked.iter().filter_map(|looked| looked.any.as_deref()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(text: &str) -> Vec<Key> {
        let keys = text.split('.').filter(|key| !key.is_empty());
        keys.map(|key| match key {
            "*" => Key::Any,
            key => Key::Named(key.into()),
        })
        .collect()
    }

    #[test]
    fn what_is_read_is_at_below_or_above_a_path() {
        let mut reads = Reads::default();
        reads.read(&path("a"), Depth::Value);
        reads.read(&path("b.c"), Depth::Whole);
        reads.read(&path("d"), Depth::Keys);
        reads.read(&path("e.*.f"), Depth::Value);
        for (keys, expected) in [
            ("a", true),
            ("a.b", false),
            ("b", true),
            ("b.c.d.e", true),
            ("b.d", false),
            ("d.x", true),
            ("d.x.y", false),
            ("e.x", true),
            ("e.x.f", true),
            ("e.x.g", false),
            ("f", false),
        ] {
            assert_eq!(reads.may_read(keys.split('.')), expected, "{keys}");
        }
    }

    #[test]
    fn what_templates_put_there_is_not_asked_for() {
        let mut reads = Reads::default();
        for asked in ["a.b", "c.b", "d", "e.*"] {
            reads.ask(&path(asked), Place::NONE);
        }
        reads.write(&path("c.*"));
        reads.write(&path("d"));
        let asked: Vec<String> = reads.asked().map(|asked| asked.path.join(".")).collect();
        assert_eq!(asked, ["a.b"]);
        reads.replace();
        assert_eq!(reads.asked().count(), 0);
    }
}
