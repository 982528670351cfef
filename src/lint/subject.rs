//! What rules look at.

use crate::chart::Capabilities;
use crate::explain::Rendered;
use crate::manifest::Object;
use crate::render::Release;
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
    /// What was rendered, CRDs and hooks included; nothing where rendering failed, which is told elsewhere.
    pub rendered: Option<Rendered<'a>>,
}

impl<'a> Subject<'a> {
    /// The objects; none where rendering failed.
    pub fn objects(&self) -> &'a [Object] {
        self.rendered.map_or(&[], |rendered| rendered.objects)
    }
}
