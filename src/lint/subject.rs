//! What rules look at.

use std::cell::OnceCell;

use crate::chart::Capabilities;
use crate::explain::Rendered;
use crate::manifest::Object;
use crate::render::reads::Reads;
use crate::render::{self, Release};
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
    /// What the templates of each chart may read, once a rule asks.
    pub reads: OnceCell<Vec<Option<Reads>>>,
}

impl<'a> Subject<'a> {
    /// What the templates of each chart may read, in the order of [`render::may_read`]. Going through all of them takes its time: it is
    /// done once for all rules.
    pub fn may_read(&self) -> &[Option<Reads>] {
        self.reads.get_or_init(|| render::may_read(&self.root.chart))
    }

    /// The objects; none where rendering failed.
    pub fn objects(&self) -> &'a [Object] {
        self.rendered.map_or(&[], |rendered| rendered.objects)
    }
}
