//! What of the findings is told, and how bad it is: a configuration file, flags, and comments in the files that are looked at.

mod config;
mod ignores;

use std::path::Path;
use std::sync::Arc;

pub use config::{Config, FILE_NAME, Level};

use super::known;
use crate::chart::Chart;
use crate::diagnostic::{Diagnostic, Severity};
use crate::source::Source;
use crate::values::UserValues;

/// What people want to hear.
#[derive(Debug, Default)]
pub struct Control {
    /// The configuration, where there is one.
    pub config: Option<Config>,
    /// Levels of codes that flags give: they win over the configuration's, later ones over earlier ones.
    pub levels: Vec<(String, Level)>,
    /// Warnings count as errors do.
    pub denies_warnings: bool,
}

impl Control {
    /// Sets the levels of findings, and takes out those that are switched off, excluded, or ignored by a comment in one of the
    /// sources. What such a comment does not ignore is told.
    pub fn apply(
        &self,
        findings: Vec<Diagnostic>,
        sources: &[Arc<Source>],
        folder: &Path,
    ) -> Vec<Diagnostic> {
        let mut ignores = ignores::Ignores::of(sources);
        let mut kept = Vec::with_capacity(findings.len());
        for mut finding in findings {
            match self.level(finding.code) {
                Some(Level::Off) => {
                    ignores.forgive(finding.code);
                    continue;
                }
                Some(Level::Error) => finding.severity = Severity::Error,
                Some(Level::Warning) => finding.severity = Severity::Warning,
                Some(Level::Info) => finding.severity = Severity::Info,
                None => {}
            }
            let is_excluded = self
                .config
                .as_ref()
                .is_some_and(|config| config.excludes(&finding, folder));
            if !ignores.ignore(&finding) && !is_excluded {
                kept.push(finding);
            }
        }
        let unused = ignores.unused(|code| known(code).is_some());
        kept.extend(
            unused
                .into_iter()
                .filter(|finding| self.level(finding.code) != Some(Level::Off)),
        );
        kept
    }

    fn level(&self, code: &str) -> Option<Level> {
        let by_flag = self.levels.iter().rev().find(|(known, _)| known == code);
        by_flag
            .map(|(_, level)| *level)
            .or_else(|| self.config.as_ref()?.severity.get(code).copied())
    }

    /// Whether a finding makes the run fail.
    pub fn denies(&self, finding: &Diagnostic) -> bool {
        match finding.severity {
            Severity::Error => true,
            Severity::Warning => self.denies_warnings,
            Severity::Info => false,
        }
    }
}

/// The texts in which comments can ignore findings: the user's layers, and the templates, values and Chart.yaml of charts that are not built in.
pub fn sources(chart: &Chart, user: &UserValues) -> Vec<Arc<Source>> {
    let layers = user
        .layers
        .iter()
        .filter_map(|layer| layer.place.source().cloned());
    let mut sources: Vec<Arc<Source>> = layers.filter(|source| !source.is_flag()).collect();
    let mut charts = vec![chart];
    while let Some(chart) = charts.pop() {
        if !chart.is_embedded {
            sources.extend(chart.templates.iter().filter_map(|file| file.source.clone()));
            sources.extend(chart.values.place.source().cloned());
            sources.extend(chart.metadata.node.place.source().cloned());
        }
        charts.extend(chart.subcharts.iter().map(AsRef::as_ref));
    }
    sources
}
