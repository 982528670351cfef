//! What the user gave and nothing read.

use std::collections::HashSet;
use std::sync::Arc;

use super::layer::Layers;
use super::switch::{self, Switch};
use super::{Subject, key};
use crate::chart::Decision;
use crate::render::Provenance;
use crate::render::provenance::{FieldPath, leaves};
use crate::source::Place;
use crate::values::{Layer, Selector, Step, describe, find};
use crate::yaml::Node;

/// A value of the user's that nothing read.
#[derive(Debug, Clone)]
pub struct Unused {
    /// Its path from the root's values.
    pub path: FieldPath,
    /// Where it was set.
    pub place: Place,
    /// The value.
    pub value: Node,
    /// Why nothing read it.
    pub reason: Reason,
}

/// Why nothing read a value.
#[derive(Debug, Clone)]
pub enum Reason {
    /// The subchart that it is for does not take part.
    Disabled(Box<Decision>),
    /// Neither the schema nor the defaults of the chart have such a key.
    Unknown {
        /// The key that was probably meant.
        near: Option<String>,
    },
    /// The chart has the key; with these values no template asks for it.
    NotAsked,
}

/// The values that the user gave and nothing read: no template, and no condition or tag of Chart.yaml. A list or map of which nothing
/// was read is one of them, not each thing in it.
pub fn unused(subject: &Subject<'_>, provenance: &Provenance) -> Vec<Unused> {
    let layers = Layers::new(subject.root, subject.user);
    let switches = switch::all(subject.root);
    let unread: Vec<FieldPath> = provenance
        .unread()
        .into_iter()
        .filter(|path| !is_switch(&switches, &path.0))
        .collect();
    let all: HashSet<&[Step]> = unread.iter().map(|path| path.0.as_slice()).collect();
    let mut seen: HashSet<&[Step]> = HashSet::new();
    let mut unused = Vec::new();
    for path in &unread {
        // A subchart's copy of a global is told as its parent's.
        let is_given = find(&subject.user.values, &path.0).is_some();
        let leaf = find(&subject.root.values, &path.0);
        if !is_given || !leaf.is_some_and(|leaf| layers.is_users(&leaf.place)) {
            continue;
        }
        let path = outermost(subject, &path.0, &all);
        let (Some(value), true) = (find(&subject.root.values, path), seen.insert(path)) else {
            continue;
        };
        unused.push(Unused {
            reason: reason(subject, path),
            place: key_place(&subject.root.values, path).unwrap_or_else(|| value.place.clone()),
            value: value.clone(),
            path: FieldPath(path.to_vec()),
        });
    }
    // In the order in which the user gave them.
    let layer = |place: &Place| {
        let is_of = |layer: &Layer| layer.place.source().map(Arc::as_ptr) == place.source().map(Arc::as_ptr);
        subject.user.layers.iter().position(is_of)
    };
    unused.sort_by_cached_key(|it| (layer(&it.place), it.place.line, it.place.column));
    unused
}

/// The outermost list or map around a leaf of which nothing was read; the leaf where something of each was.
fn outermost<'p>(subject: &Subject<'_>, leaf: &'p [Step], unread: &HashSet<&[Step]>) -> &'p [Step] {
    let is_unread = |path: &&[Step]| {
        let Some(node) = find(&subject.root.values, path) else {
            return false;
        };
        leaves(node).into_iter().all(|below| {
            let full: Vec<Step> = path.iter().cloned().chain(below.0).collect();
            unread.contains(full.as_slice())
        })
    };
    let holders = (1..leaf.len()).filter_map(|length| leaf.get(..length));
    holders.into_iter().find(is_unread).unwrap_or(leaf)
}

/// Where the key of a value was written.
fn key_place(values: &Node, path: &[Step]) -> Option<Place> {
    let (last, above) = path.split_last()?;
    let Step::Key(key) = last else { return None };
    let entry = find(values, above)?.as_map()?.entry(key)?;
    entry.key_place.is_known().then(|| entry.key_place.clone())
}

fn is_switch(switches: &[Switch], path: &[Step]) -> bool {
    switches.iter().any(|switch| switch.value == path)
}

fn reason(subject: &Subject<'_>, path: &[Step]) -> Reason {
    if let Some(decision) = switch::disabled(subject.root, path) {
        return Reason::Disabled(Box::new(decision.clone()));
    }
    // The highest key that nobody knows is the one that is wrong.
    let keys = (1..=path.len()).filter_map(|length| path.get(..length));
    let mut unknown = keys.filter(|key| describe(subject.root, key).is_none());
    let Some(unknown) = unknown.next() else {
        return Reason::NotAsked;
    };
    let defaults = &subject.chart.values;
    let near = Selector::parse(&crate::values::dotted(unknown)).ok();
    let near = near.and_then(|wanted| key::similar(defaults, &wanted));
    Reason::Unknown { near }
}
