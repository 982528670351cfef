//! The tree of charts that take part, as values go through it.

use std::sync::Arc;

use crate::chart::{Chart, Dependency, Engine};
use crate::yaml::Node;

/// The key whose map every subchart sees.
pub(super) const GLOBAL: &str = "global";

/// A chart as it takes part: with its aliases and imports applied.
#[derive(Debug, Clone)]
pub(super) struct Branch {
    /// The chart; its name is the alias, where it has one.
    pub chart: Arc<Chart>,
    /// Its defaults, with what it imports from its subcharts.
    pub defaults: Node,
    /// The entries of Chart.yaml's `dependencies` that are switched on.
    pub dependencies: Vec<Dependency>,
    /// Its subcharts.
    pub subcharts: Vec<Branch>,
}

impl Branch {
    /// The key of its section in the parent's values.
    pub(super) fn name(&self) -> &str {
        &self.chart.metadata.name
    }

    /// Whether Go templates read its values: its own, or of a chart that has none those of its subcharts, or of its parent.
    pub(super) fn is_for_go(&self, parent: bool) -> bool {
        let chart = &self.chart;
        let is_below = |branch: &Branch| branch.is_for_go(false);
        chart.engine == Engine::Go
            || chart.templates.is_empty() && (parent || self.subcharts.iter().any(is_below))
    }

    /// The subchart that a key of its values is the section of.
    pub(super) fn subchart(&self, name: &str) -> Option<&Branch> {
        self.subcharts.iter().find(|subchart| subchart.name() == name)
    }

    pub(super) fn has_subchart(&self, name: &str) -> bool {
        self.subchart(name).is_some()
    }
}
