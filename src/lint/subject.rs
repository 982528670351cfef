//! What rules look at.

use crate::chart::Capabilities;
use crate::manifest::Object;
use crate::render::{Provenance, Release};
use crate::values::{Scope, UserValues};

/// A chart with values, and what it renders.
pub struct Subject<'a> {
    /// The enabled charts, each with its values.
    pub root: &'a Scope,
    /// The layers that the user gave.
    pub user: &'a UserValues,
    /// The release.
    pub release: &'a Release,
    /// The cluster.
    pub capabilities: &'a Capabilities,
    /// What was rendered; nothing where rendering failed, which is told elsewhere.
    pub rendered: Option<Rendered<'a>>,
}

/// What a chart rendered.
#[derive(Clone, Copy)]
pub struct Rendered<'a> {
    /// The objects, CRDs and hooks included.
    pub objects: &'a [Object],
    /// What was read and made.
    pub provenance: &'a Provenance,
}

impl<'a> Subject<'a> {
    /// The objects; none where rendering failed.
    pub fn objects(&self) -> &'a [Object] {
        self.rendered.map_or(&[], |rendered| rendered.objects)
    }
}
