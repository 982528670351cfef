//! What of the findings is told, and how bad it is: a configuration file, flags, and comments in the files that are looked at.

mod config;
mod ignores;

use std::path::Path;
use std::sync::Arc;

pub use config::{Config, FILE_NAME, Level};

use super::{GROUPS, Group, known, set_of};
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
        for group in GROUPS {
            for rule in group.rules {
                if self.level_in(rule.code, group.set) == Some(Level::Off) {
                    ignores.forgive(rule.code);
                }
            }
        }
        let mut kept = Vec::with_capacity(findings.len());
        for mut finding in findings {
            match self.level(finding.code) {
                Some(Level::Off) => continue,
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

    /// The level of a code, where anybody says one.
    fn level(&self, code: &str) -> Option<Level> {
        self.level_in(code, set_of(code))
    }

    /// [`Control::level`] of a code of a set: it is off unless the code or the set is named.
    fn level_in(&self, code: &str, set: Option<&str>) -> Option<Level> {
        let mut by_flag = self.levels.iter().rev();
        let by_flag = by_flag.find(|(known, _)| known == code || set == Some(known.as_str()));
        let in_config = |name: &str| self.config.as_ref()?.severity.get(name).copied();
        by_flag
            .map(|(_, level)| *level)
            .or_else(|| in_config(code))
            .or_else(|| in_config(set?))
            .or(set.map(|_| Level::Off))
    }

    /// Whether any of a group's rules has to look.
    pub fn wants(&self, group: &Group) -> bool {
        let is_off = |code: &str| self.level_in(code, group.set) == Some(Level::Off);
        group.set.is_none() || group.rules.iter().any(|rule| !is_off(rule.code))
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
            sources.extend(chart.templates.iter().filter_map(|file| file.source().cloned()));
            sources.extend(chart.values.place.source().cloned());
            sources.extend(chart.metadata.node.place.source().cloned());
        }
        charts.extend(chart.subcharts.iter().map(AsRef::as_ref));
    }
    sources
}
