//! Templates: Jinja that writes YAML, not text. The only module that knows minijinja.
//!
//! Everything to the right of this module knows [`Renderer`], [`render`], [`RenderInput`], [`Libraries`] and [`Document`] only, so
//! that another engine can stand beside this one.

mod engine;
mod error;
mod expression;
mod fill;
mod filters;
mod globals;
mod go;
mod helpers;
#[cfg(test)]
mod macro_tests;
mod marks;
mod origin;
mod outline;
mod outlines;
mod prepared;
mod reduce;
mod shared;
#[cfg(test)]
mod tests;
mod timings;
mod tpl;
mod value;

use std::sync::Arc;

use crate::chart::{Capabilities, Chart};
use crate::diagnostic::Result;
use crate::source::Source;
use crate::yaml::Node;

pub use engine::Renderer;
pub use prepared::Libraries;
pub use shared::Limits;
pub use timings::Timings;

/// The release that is rendered.
#[derive(Debug, Clone)]
pub struct Release {
    /// Its name.
    pub name: String,
    /// Its namespace.
    pub namespace: String,
    /// Whether this is an upgrade of an installed release.
    pub is_upgrade: bool,
}

/// What a chart's rendering reads.
pub struct RenderInput<'a> {
    /// The chart, under the name that it goes by in its parent.
    pub chart: &'a Chart,
    /// The path of the chart from the root chart: `prometheus/charts/alertmanager`.
    pub path: String,
    /// Its values, coalesced.
    pub values: &'a Node,
    /// The release.
    pub release: &'a Release,
    /// What the cluster can do.
    pub capabilities: &'a Capabilities,
    /// The library charts among its dependencies.
    pub libraries: &'a Libraries,
    /// The templates to render, by the name that `# Source:` shows; all where there are none.
    pub only: Option<&'a (dyn Fn(&str) -> bool + Sync)>,
    /// Whether all templates are known to compile, as those of the built-in chart are: what is switched off is not compiled
    /// then. In other charts a mistake is told wherever it stands.
    pub is_trusted: bool,
    /// Bounds on time and memory.
    pub limits: Limits,
    /// Where to count the time of each stage, for benchmarks.
    pub timings: Option<&'a Timings>,
}

impl RenderInput<'_> {
    fn wants(&self, template: &str) -> bool {
        self.only.is_none_or(|only| only(template))
    }
}

/// A YAML document that a template wrote.
#[derive(Debug, Clone)]
pub struct Document {
    /// The template's name from the root chart: `prometheus/templates/deploy.yaml`.
    pub template: String,
    /// The template's path in its chart: `templates/deploy.yaml`.
    pub path: String,
    /// The template.
    pub source: Arc<Source>,
    /// What it wrote. Nodes that come from values keep the place where the value was written.
    pub node: Node,
    /// The node as YAML, where it has been written already.
    pub yaml: Option<String>,
}

/// Renders the templates of one chart one after another, in the order of their paths.
///
/// # Errors
/// What is wrong in the first template that cannot be rendered, or with the values that it was given, at the template's
/// file, line and column.
pub fn render(input: &RenderInput<'_>) -> Result<Vec<Document>> {
    let renderer = Renderer::new(input)?;
    let mut documents = Vec::new();
    for index in 0..renderer.len() {
        documents.extend(renderer.render(index)?);
    }
    Ok(documents)
}
