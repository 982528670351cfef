//! Which layer a value comes from, by its place.

use std::sync::Arc;

use crate::source::{Place, Source};
use crate::values::{LayerKind, Scope, UserValues};

/// The layer that set a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SetBy {
    /// The values.yaml of a chart: the names from the root to it, both included.
    Default(Vec<String>),
    /// The file of the environment that `--env` names.
    Environment,
    /// A file of `-f`.
    File,
    /// A `--set` flag.
    Flag,
    /// None that is known: the value was put together of others.
    Computed,
}

/// The layers by their sources.
pub struct Layers<'a> {
    layers: Vec<(&'a Arc<Source>, SetBy)>,
}

impl<'a> Layers<'a> {
    /// Those of a tree of charts and of the user.
    pub fn new(root: &'a Scope, user: &'a UserValues) -> Layers<'a> {
        let mut layers: Vec<(&Arc<Source>, SetBy)> = Vec::new();
        for layer in &user.layers {
            let kind = match layer.kind {
                LayerKind::Environment => SetBy::Environment,
                LayerKind::File => SetBy::File,
                LayerKind::Flag => SetBy::Flag,
            };
            layers.extend(layer.place.source().map(|source| (source, kind)));
        }
        for scope in root.all() {
            let source = scope.chart.values.place.source();
            layers.extend(source.map(|source| (source, SetBy::Default(scope.path.clone()))));
        }
        Layers { layers }
    }

    /// The layer of a place.
    pub fn of(&self, place: &Place) -> SetBy {
        let Some(source) = place.source() else {
            return SetBy::Computed;
        };
        let mut layers = self.layers.iter();
        match layers.find(|(known, _)| Arc::ptr_eq(known, source)) {
            Some((_, layer)) => layer.clone(),
            // `--set-file` puts in a text of its own.
            None if source.is_flag() => SetBy::Flag,
            None => SetBy::Computed,
        }
    }

    /// Whether a place is in something that the user gave.
    pub fn is_users(&self, place: &Place) -> bool {
        matches!(self.of(place), SetBy::Environment | SetBy::File | SetBy::Flag)
    }
}
