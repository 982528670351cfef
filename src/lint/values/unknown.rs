//! Keys of the user's that no chart has, and what they probably stand for.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::anchors;
use super::declared::{At, Declared};
use super::hints::{Hint, Hints, agrees};
use super::moved::{Moved, Went};
use crate::chart::Chart;
use crate::diagnostic::{Diagnostic, Fix};
use crate::lint::tree::LazyTree;
use crate::render::provenance::{Cause, Depth};
use crate::source::Source;
use crate::values::{Step, UserValues, dotted};
use crate::yaml::{Entry, Map, Node, Value};

/// A key of the user's that does not do what it says.
pub(super) struct Found<'s> {
    /// Its path, as people write it.
    pub(super) path: String,
    /// The key.
    pub(super) key: String,
    /// The key and its value.
    pub(super) entry: &'s Entry,
    /// What is wrong with it.
    pub(super) what: What,
    /// The name that the key has to have in its map, where that is certain.
    pub(super) rename: Option<String>,
}

/// What is wrong with a key.
pub(super) enum What {
    /// No chart has it.
    Unknown(Hint),
    /// It went to another path.
    Moved {
        /// Where to, as people write it.
        to: String,
        /// What has to be changed besides the path.
        note: Option<String>,
    },
    /// It went away, and this is why.
    Gone(String),
    /// It is the name of the chart, and holds what should stand in its place.
    Wrapper,
}

impl Found<'_> {
    /// The change that renames the key.
    pub(super) fn fix(&self) -> Option<Fix> {
        Some(Fix {
            place: self.entry.key_place.clone(),
            from: self.key.clone(),
            to: self.rename.clone()?,
        })
    }

    /// Whether the value says nothing, so that nothing is lost with it.
    pub(super) fn is_empty(&self) -> bool {
        is_empty(&self.entry.node)
    }
}

/// Whether a value says nothing.
pub(super) fn is_empty(node: &Node) -> bool {
    match &node.value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::List(list) => list.is_empty(),
        Value::Map(map) => map.is_empty(),
        _ => false,
    }
}

/// What is known of templates.
pub(super) struct Seen<'r, 't> {
    /// What a render read, where there was one.
    pub(super) read: Option<&'r BTreeSet<Cause>>,
    /// What templates may read, whatever the values are.
    pub(super) tree: &'r LazyTree<'t>,
}

/// Looks for them in all layers, and tells mistakes in the charts' tables of moved keys. Without a render it is a quick look:
/// maps that are empty by default are left alone.
pub(super) fn find<'s>(
    declared: &Declared<'_>,
    root: &Chart,
    user: &'s UserValues,
    seen: &Seen<'_, '_>,
    told: &mut Vec<Diagnostic>,
) -> Vec<Found<'s>> {
    let moved = Moved::of(root);
    let hints = Hints::new(declared);
    let mut found = Vec::new();
    for layer in &user.layers {
        let mut walk = Walk {
            root,
            declared,
            moved: &moved,
            hints: &hints,
            seen,
            source: layer.place.source(),
            anchored: None,
            path: Vec::new(),
            found: &mut found,
        };
        walk.map(&layer.values, &declared.root());
    }
    told.extend(moved.told());
    found
}

struct Walk<'w, 's, 'c, 't> {
    root: &'w Chart,
    declared: &'w Declared<'c>,
    moved: &'w Moved<'c>,
    hints: &'w Hints<'w, 'c>,
    seen: &'w Seen<'w, 't>,
    source: Option<&'w Arc<Source>>,
    /// The keys under which anchors stand, once they are asked for.
    anchored: Option<anchors::Keys>,
    path: Vec<Step>,
    found: &'w mut Vec<Found<'s>>,
}

/// What became of the things below a key that moved.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Carried {
    All,
    Some,
    None,
}

impl<'w, 's> Walk<'w, 's, '_, '_> {
    fn map(&mut self, node: &'s Node, at: &At<'w>) {
        for (key, entry) in node.as_map().into_iter().flat_map(Map::iter) {
            self.path.push(Step::Key(key.clone()));
            self.entry(key, entry, node, at);
            self.path.pop();
        }
    }

    fn entry(&mut self, key: &str, entry: &'s Entry, map: &'s Node, at: &At<'w>) {
        let is_quick = self.seen.read.is_none();
        if is_quick && at.is_empty() {
            return;
        }
        if !(is_quick && at.lists(key))
            && let Some(known) = self.moved.get(&self.keys())
        {
            return match &known.went {
                Went::Nowhere(reason) => self.push(entry, What::Gone(reason.clone())),
                Went::To { path, note } => self.went(entry, path, note.as_deref(), Some(map)),
            };
        }
        if let Some(next) = self.declared.step(at, key) {
            return match self.is_global() {
                true => self.globals(&entry.node),
                false => self.map(&entry.node, &next),
            };
        }
        if self.declared.decides(&dotted(&self.path)) {
            return;
        }
        if self.declared.is_open(at) || self.is_read() || self.is_named(at, key) || self.is_anchored(entry) {
            return;
        }
        let what = match self.is_wrapper(key, &entry.node) {
            true => What::Wrapper,
            false => What::Unknown(self.hints.of(&self.keys(), entry, map, at)),
        };
        self.push(entry, what);
    }

    fn push(&mut self, entry: &'s Entry, what: What) {
        let found = self.found_here(entry, what);
        self.found.push(found);
    }

    fn found_here(&self, entry: &'s Entry, what: What) -> Found<'s> {
        let key = self.keys().pop();
        let rename = match &what {
            What::Unknown(Hint::Spelling {
                name,
                is_certain: true,
            }) => Some(name.clone()),
            _ => None,
        };
        Found {
            path: dotted(&self.path),
            key: key.map(|key| key.to_string()).unwrap_or_default(),
            entry,
            what,
            rename,
        }
    }

    fn keys(&self) -> Vec<Arc<str>> {
        let keys = self.path.iter().filter_map(|step| match step {
            Step::Key(key) => Some(key.clone()),
            Step::Index(_) => None,
        });
        keys.collect()
    }

    /// A key that went to another path: tells it, and what of its value did not come along.
    fn went(&mut self, entry: &'s Entry, to: &[String], note: Option<&str>, map: Option<&Node>) {
        let at = self.found.len();
        let carried = match note {
            // What is to be changed is for a person to know.
            Some(_) => Carried::All,
            None => self.carry(entry, to, true),
        };
        if carried != Carried::None {
            let is_part = carried == Carried::Some;
            let note = note.or(is_part.then_some("what does not come along is told by itself"));
            let note = note.map(str::to_owned);
            let is_whole = carried == Carried::All && note.is_none();
            let mut found = self.found_here(entry, What::Moved { to: shown(to), note });
            found.rename = map.filter(|_| is_whole).and_then(|map| self.new_name(to, map));
            self.found.insert(at, found);
        }
    }

    /// The name that a path has in the map that the key stands in, where it is in that map and nothing has it there yet.
    fn new_name(&self, to: &[String], map: &Node) -> Option<String> {
        let (name, above) = to.split_last()?;
        let keys = self.keys();
        let (_, own) = keys.split_last()?;
        let is_same = above.len() == own.len() && above.iter().zip(own).all(|(a, b)| a.as_str() == &**b);
        (is_same && map.get(name).is_none()).then(|| name.clone())
    }

    /// Whether a value comes along to a path; tells what does not.
    fn carry(&mut self, entry: &'s Entry, to: &[String], is_first: bool) -> Carried {
        if !is_first && let Some(known) = self.moved.get(&self.keys()) {
            match &known.went {
                Went::Nowhere(reason) => self.push(entry, What::Gone(reason.clone())),
                Went::To { path, note } => self.went(entry, path, note.as_deref(), None),
            }
            return Carried::None;
        }
        let at = self.declared.at(to.iter().map(String::as_str));
        if let Some(map) = entry.node.as_map().filter(|map| !map.is_empty())
            && (self.moved.has_below(&self.keys()) || at.as_ref().is_some_and(|at| self.holds_keys(at)))
        {
            let mut carried = Vec::new();
            for (key, entry) in map.iter() {
                self.path.push(Step::Key(key.clone()));
                let to: Vec<String> = to.iter().cloned().chain([key.to_string()]).collect();
                carried.push(self.carry(entry, &to, false));
                self.path.pop();
            }
            return match () {
                () if carried.iter().all(|one| *one == Carried::All) => Carried::All,
                () if carried.iter().all(|one| *one == Carried::None) => Carried::None,
                () => Carried::Some,
            };
        }
        let Some(at) = at else {
            let (above, _) = to.split_at(to.len().saturating_sub(1));
            let open = self.declared.at(above.iter().map(String::as_str));
            if open.is_some_and(|open| self.declared.is_open(&open)) {
                return Carried::All;
            }
            self.push(entry, What::Gone(format!("`{}` has no such key", shown(above))));
            return Carried::None;
        };
        match at.default() {
            Some(default) if !is_empty(&entry.node) && !agrees(&entry.node, default) => {
                let note = format!("it is {} there", default.kind());
                self.push(
                    entry,
                    What::Moved {
                        to: shown(to),
                        note: Some(note),
                    },
                );
                Carried::None
            }
            _ => Carried::All,
        }
    }

    /// Whether a value is a map of known keys.
    fn holds_keys(&self, at: &At<'_>) -> bool {
        !self.declared.is_open(at) && at.default().is_none_or(|node| node.as_map().is_some())
    }

    /// Whether a template asked for the value, something in it, or all that holds it.
    fn is_read(&self) -> bool {
        self.seen.read.into_iter().flatten().any(|cause| {
            let read = &cause.path.0;
            read.starts_with(&self.path) || (cause.depth > Depth::Value && self.path.starts_with(read))
        })
    }

    /// Whether templates name the value, in a chart whose values.yaml does not have to name all.
    fn is_named(&self, at: &At<'_>, key: &str) -> bool {
        let path: Vec<&str> = at.keys.iter().map(AsRef::as_ref).chain([key]).collect();
        !at.chart.is_embedded && self.seen.tree.may_read_of(at.chart, &path)
    }

    /// Whether what stands there is there to be repeated elsewhere in the file.
    fn is_anchored(&mut self, entry: &Entry) -> bool {
        let Some(source) = self.source.filter(|source| !source.is_flag()) else {
            return false;
        };
        let anchored = self.anchored.get_or_insert_with(|| anchors::keys(source));
        anchored.contains(&(entry.key_place.line, entry.key_place.column))
    }

    fn is_global(&self) -> bool {
        matches!(self.path.as_slice(), [Step::Key(key)] if **key == *"global")
    }

    /// Any chart may read anything of the root's globals: only what stands where another section has it is told.
    fn globals(&mut self, node: &'s Node) {
        for (key, entry) in node.as_map().into_iter().flat_map(Map::iter) {
            self.path.push(Step::Key(key.clone()));
            let is_global = |chart: &Chart| chart.values.at_path(&["global", key]).is_some();
            let mut charts = vec![self.root];
            let mut is_known = false;
            while let Some(chart) = charts.pop() {
                is_known |= is_global(chart);
                charts.extend(chart.subcharts.iter().map(AsRef::as_ref));
            }
            if !is_known
                && !self.is_read()
                && let Some(hint) = self.hints.of_global(key)
                && (self.root.is_embedded || !self.seen.tree.may_read_global(key))
            {
                self.push(entry, What::Unknown(hint));
            }
            self.path.pop();
        }
    }

    /// Whether the root's key is the chart's own name, and holds what should stand in its place.
    fn is_wrapper(&self, key: &str, node: &Node) -> bool {
        let chart = self.root;
        let root = self.declared.root();
        self.path.len() == 1
            && key == chart.metadata.name
            && node
                .as_map()
                .is_some_and(|map| map.keys().any(|key| self.declared.step(&root, key).is_some()))
    }
}

/// A path as people write it.
fn shown(path: &[String]) -> String {
    let steps: Vec<Step> = path.iter().map(|key| Step::Key(key.as_str().into())).collect();
    dotted(&steps)
}
