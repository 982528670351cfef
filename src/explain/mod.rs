//! What people ask of values: who set one, what it reaches, what nothing reads, and which values are behind a field.
//!
//! Answers are data with places, made of the layers of values, of what the charts say of them, and of the record of a render.

mod changed;
mod field;
mod inner;
mod key;
mod layer;
mod story;
mod switch;
mod unused;

use std::sync::Arc;

use crate::chart::Chart;
use crate::manifest::Object;
use crate::render::Provenance;
use crate::values::{Scope, UserValues};
use crate::yaml::Node;

pub use changed::changed;
pub use field::{Behind, ValueBehind, behind};
pub use layer::{Layers, SetBy};
pub use story::{FieldAt, ReachedObject, Story, Uses, story};
pub use switch::Switch;
pub use unused::{Reason, Unused, unused};

/// A chart with values, and what it renders.
pub struct Subject<'a> {
    /// The root chart with all of its subcharts.
    pub chart: &'a Arc<Chart>,
    /// The enabled charts, each with its values.
    pub root: &'a Scope,
    /// The root's values with every subchart in, disabled ones too.
    pub undecided: &'a Node,
    /// The layers that the user gave.
    pub user: &'a UserValues,
    /// What was rendered; nothing where rendering failed, which is told elsewhere.
    pub rendered: Option<Rendered<'a>>,
}

/// What a chart rendered.
#[derive(Clone, Copy)]
pub struct Rendered<'a> {
    /// The objects.
    pub objects: &'a [Object],
    /// What was read and made.
    pub provenance: &'a Provenance,
}
