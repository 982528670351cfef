//! What the user gave and nothing read.

use std::sync::Arc;

use super::layer::Layers;
use super::switch::{self, Switch};
use super::{Subject, key};
use crate::chart::Decision;
use crate::render::Provenance;
use crate::render::provenance::FieldPath;
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

/// The values that the user gave and nothing read: no template, and no condition or tag of Chart.yaml.
pub fn unused(subject: &Subject<'_>, provenance: &Provenance) -> Vec<Unused> {
    let layers = Layers::new(subject.root, subject.user);
    let switches = switch::all(subject.root);
    let mut unused = Vec::new();
    for path in provenance.unread() {
        // A subchart's copy of a global is told as its parent's.
        let is_given = find(&subject.user.values, &path.0).is_some();
        let Some(value) = find(&subject.root.values, &path.0) else {
            continue;
        };
        if !is_given || !layers.is_users(&value.place) || is_switch(&switches, &path.0) {
            continue;
        }
        unused.push(Unused {
            reason: reason(subject, &path.0),
            place: value.place.clone(),
            value: value.clone(),
            path,
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
