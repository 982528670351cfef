//! Which subcharts take part: Chart.yaml's entries matched to charts, then tags and conditions.
//!
//! The rules are Helm's (pkg/chartutil/dependencies.go), except for what it passes over in silence: an entry whose
//! chart is missing or of the wrong version is an error (Helm leaves the entry out, and with it alias, condition and
//! tags), blanks around the commas of a condition do not count, and charts without `dependencies` have their
//! subcharts' own entries looked at as well.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::constraint::Constraint;
use super::model::{Chart, Dependency};
use super::repository::Repository;
use super::version::Version;
use crate::diagnostic::Diagnostic;
use crate::source::Place;
use crate::yaml::Node;

/// The subcharts of one chart that take part, those that do not, and why.
#[derive(Debug, Clone, Default)]
pub struct Enabled {
    /// Those that take part, in the order of `dependencies`, then the ones that no entry names.
    pub subcharts: Vec<EnabledSubchart>,
    /// Those that do not.
    pub disabled: Vec<Decision>,
    /// Conditions and tags whose values are not booleans.
    pub warnings: Vec<Diagnostic>,
}

/// A subchart that takes part.
#[derive(Debug, Clone)]
pub struct EnabledSubchart {
    /// The chart; its `metadata.name` is the alias where there is one.
    pub chart: Arc<Chart>,
    /// Why it takes part.
    pub decision: Decision,
}

/// Whether a subchart takes part, and why.
#[derive(Debug, Clone)]
pub struct Decision {
    /// The chart's own name.
    pub name: String,
    /// The alias.
    pub alias: Option<String>,
    /// The version range of Chart.yaml; none where no entry names the chart.
    pub version_wanted: Option<String>,
    /// The chart's version.
    pub version_found: String,
    /// The repository, as written.
    pub repository: String,
    /// Where the chart was found.
    pub source: String,
    /// Whether it takes part.
    pub enabled: bool,
    /// What decided.
    pub reason: DecidedBy,
    /// The entry in Chart.yaml; unknown where there is none.
    pub place: Place,
}

impl Decision {
    /// The name that the chart goes by in its parent.
    pub fn local_name(&self) -> &str {
        self.alias.as_deref().unwrap_or(&self.name)
    }
}

/// What decided whether a subchart takes part.
#[derive(Debug, Clone, PartialEq)]
pub enum DecidedBy {
    /// The first path of its condition that is there and is a boolean.
    Condition {
        /// The path from the root of all values: `alertmanager.enabled`.
        path: String,
        /// Where the value was set.
        place: Place,
    },
    /// One of its tags; conditions win over tags.
    Tag {
        /// The tag.
        name: String,
        /// Where its value was set.
        place: Place,
    },
    /// Nothing: subcharts take part unless something says otherwise.
    Default,
}

/// What [`check`] found.
#[derive(Debug, Clone, Default)]
pub(super) struct Check {
    pub(super) errors: Vec<Diagnostic>,
    pub(super) warnings: Vec<Diagnostic>,
}

/// The subcharts of a chart that take part.
///
/// `root_values` are the root chart's coalesced values; `prefix` are the names that lead from the root to this chart.
/// An entry whose chart is missing or does not fit is passed over: loading has refused such charts already.
pub fn enabled_subcharts(chart: &Chart, root_values: &Node, prefix: &[String]) -> Enabled {
    let mut enabled = Enabled::default();
    let mut named: HashSet<*const Chart> = HashSet::new();
    for dependency in &chart.metadata.dependencies {
        let Match::Fits(subchart) = find(chart, dependency) else {
            continue;
        };
        named.insert(Arc::as_ptr(subchart));
        let (is_enabled, reason) = decide(dependency, root_values, prefix, &mut enabled.warnings);
        let decision = Decision {
            name: dependency.name.clone(),
            alias: dependency.alias.clone(),
            version_wanted: Some(dependency.version.clone()),
            version_found: subchart.metadata.version.clone(),
            repository: dependency.repository.clone(),
            source: subchart.location.clone(),
            enabled: is_enabled,
            reason,
            place: dependency.place.clone(),
        };
        if is_enabled {
            let chart = renamed(subchart, dependency.local_name());
            enabled.subcharts.push(EnabledSubchart { chart, decision });
        } else {
            enabled.disabled.push(decision);
        }
    }
    for subchart in &chart.subcharts {
        if !named.contains(&Arc::as_ptr(subchart)) {
            let decision = unnamed(subchart);
            enabled.subcharts.push(EnabledSubchart {
                chart: Arc::clone(subchart),
                decision,
            });
        }
    }
    enabled
}

/// The root's values with a chart's own default `tags` below the root's: what Helm looks tags up in where it decides for
/// that chart's subcharts. Not for the root chart, whose defaults are in its values, unless they were deleted.
pub fn with_own_tags(root_values: &Node, chart: &Chart) -> Node {
    const TAGS: &str = "tags";
    let Some(own) = chart.values.as_map().and_then(|map| map.entry(TAGS)) else {
        return root_values.clone();
    };
    let mut tags = own.clone();
    match root_values.get(TAGS).map(|tags| (tags, tags.as_map())) {
        None => {}
        Some((_, Some(given))) if tags.node.as_map().is_some() => {
            for (tag, entry) in given.iter() {
                if let Some(map) = tags.node.as_map_mut() {
                    map.insert_entry(Arc::clone(tag), entry.clone());
                }
            }
        }
        Some((given, _)) => tags.node = given.clone(),
    }
    let mut values = root_values.clone();
    if let Some(map) = values.as_map_mut() {
        map.insert_entry(TAGS, tags);
    }
    values
}

fn unnamed(subchart: &Chart) -> Decision {
    Decision {
        name: subchart.metadata.name.clone(),
        alias: None,
        version_wanted: None,
        version_found: subchart.metadata.version.clone(),
        repository: String::new(),
        source: subchart.location.clone(),
        enabled: true,
        reason: DecidedBy::Default,
        place: Place::NONE,
    }
}

fn renamed(chart: &Arc<Chart>, name: &str) -> Arc<Chart> {
    if chart.metadata.name == name {
        return Arc::clone(chart);
    }
    let mut copy = Chart::clone(chart);
    name.clone_into(&mut copy.metadata.name);
    Arc::new(copy)
}

/// Whether a chart of the right name and version is there for an entry.
pub(super) enum Match<'c> {
    /// It is.
    Fits(&'c Arc<Chart>),
    /// There are charts of the name, but of other versions; the first of them.
    WrongVersion(&'c Arc<Chart>),
    /// The entry's version range is missing or cannot be read; the reason.
    BadRange(String),
    /// No chart has the name.
    Missing,
}

pub(super) fn find<'c>(chart: &'c Chart, dependency: &Dependency) -> Match<'c> {
    let mut candidates = chart
        .subcharts
        .iter()
        .filter(|sub| sub.metadata.name == dependency.name)
        .peekable();
    let Some(first) = candidates.peek().copied() else {
        return Match::Missing;
    };
    if dependency.version.trim().is_empty() {
        return Match::BadRange("it is missing".to_owned());
    }
    let range = match Constraint::parse(&dependency.version) {
        Ok(range) => range,
        Err(reason) => return Match::BadRange(reason),
    };
    let fits = |sub: &&Arc<Chart>| {
        Version::parse(&sub.metadata.version).is_ok_and(|version| range.matches(&version))
    };
    candidates
        .find(fits)
        .map_or(Match::WrongVersion(first), Match::Fits)
}

/// Whether an entry's chart takes part, by its condition, then its tags.
pub(super) fn decide(
    dependency: &Dependency,
    root_values: &Node,
    prefix: &[String],
    warnings: &mut Vec<Diagnostic>,
) -> (bool, DecidedBy) {
    let mut decide = Decide {
        root_values,
        prefix,
        warnings,
    };
    decide
        .condition(dependency)
        .or_else(|| decide.tags(dependency))
        .unwrap_or((true, DecidedBy::Default))
}

struct Decide<'a> {
    root_values: &'a Node,
    prefix: &'a [String],
    warnings: &'a mut Vec<Diagnostic>,
}

impl Decide<'_> {
    /// The first path that is there and is a boolean decides.
    fn condition(&mut self, dependency: &Dependency) -> Option<(bool, DecidedBy)> {
        for path in dependency
            .condition
            .split(',')
            .map(str::trim)
            .filter(|path| !path.is_empty())
        {
            let start = self
                .prefix
                .iter()
                .try_fold(self.root_values, |node, key| node.get(key));
            let Some(value) = path.split('.').try_fold(start?, |node, key| node.get(key)) else {
                continue;
            };
            let full: Vec<&str> = self.prefix.iter().map(String::as_str).chain([path]).collect();
            let full = full.join(".");
            if let Some(decided) = value.as_bool() {
                return Some((
                    decided,
                    DecidedBy::Condition {
                        path: full,
                        place: value.place.clone(),
                    },
                ));
            }
            let message = format!(
                "`{full}` is {}, not true or false: it does not decide whether `{}` is enabled",
                value.kind(),
                dependency.local_name()
            );
            self.warnings.push(
                Diagnostic::warning("condition-not-boolean", message)
                    .at(&value.place)
                    .label(&dependency.condition_place, "the condition"),
            );
        }
        None
    }

    /// One tag that is true is enough; without one, a tag that is false disables.
    fn tags(&mut self, dependency: &Dependency) -> Option<(bool, DecidedBy)> {
        let tags = self.root_values.get("tags")?;
        let mut off = None;
        for tag in &dependency.tags {
            // A null is not there, as with Helm.
            let Some(value) = tags.get(tag).filter(|value| !value.is_null()) else {
                continue;
            };
            let reason = DecidedBy::Tag {
                name: tag.clone(),
                place: value.place.clone(),
            };
            match value.as_bool() {
                Some(true) => return Some((true, reason)),
                Some(false) => off = off.or(Some((false, reason))),
                None => {
                    let message = format!(
                        "`tags.{tag}` is {}, not true or false: it does not decide whether `{}` is enabled",
                        value.kind(),
                        dependency.local_name()
                    );
                    self.warnings
                        .push(Diagnostic::warning("tag-not-boolean", message).at(&value.place));
                }
            }
        }
        off
    }
}

/// Looks at all entries of a chart and of the charts below it: what is missing, does not fit or is there unasked.
pub(super) fn check(root: &Arc<Chart>) -> Check {
    let mut found = Check::default();
    let mut seen: HashSet<*const Chart> = HashSet::new();
    let mut open = vec![root];
    while let Some(chart) = open.pop() {
        if seen.insert(Arc::as_ptr(chart)) {
            check_chart(chart, &mut found);
            open.extend(chart.subcharts.iter().rev());
        }
    }
    found
}

fn check_chart(chart: &Chart, found: &mut Check) {
    let mut named: HashSet<*const Chart> = HashSet::new();
    for dependency in &chart.metadata.dependencies {
        match find(chart, dependency) {
            Match::Fits(subchart) => {
                named.insert(Arc::as_ptr(subchart));
            }
            Match::WrongVersion(subchart) => found.errors.push(wrong_version(dependency, subchart)),
            Match::BadRange(reason) => found.errors.push(bad_range(dependency, &reason)),
            Match::Missing => found.errors.push(missing(chart, dependency)),
        }
    }
    let mut names: HashMap<&str, &Chart> = HashMap::new();
    for dependency in &chart.metadata.dependencies {
        if let Match::Fits(subchart) = find(chart, dependency) {
            names.insert(dependency.local_name(), subchart);
        }
    }
    for subchart in chart
        .subcharts
        .iter()
        .filter(|sub| !named.contains(&Arc::as_ptr(sub)))
    {
        let metadata = &subchart.metadata;
        if let Some(other) = names.insert(&metadata.name, subchart) {
            let message = format!(
                "`{}` and `{}` are both called `{}`",
                other.location, subchart.location, metadata.name
            );
            found.errors.push(
                Diagnostic::error("duplicate-subchart", message)
                    .at(&metadata.name_place)
                    .label(&other.metadata.name_place, "the other one"),
            );
            continue;
        }
        // A wrong version is said already; a library that a neighbour names is there for that neighbour.
        let is_wanted = chart
            .metadata
            .dependencies
            .iter()
            .any(|dependency| dependency.name == metadata.name);
        let is_shared = chart
            .subcharts
            .iter()
            .any(|sub| sub.subcharts.iter().any(|sub| Arc::ptr_eq(sub, subchart)));
        if is_wanted || (metadata.is_library && is_shared) {
            continue;
        }
        let message = format!(
            "`{}` is enabled though no entry of `dependencies` in the Chart.yaml of `{}` names it",
            subchart.location, chart.metadata.name
        );
        found.warnings.push(
            Diagnostic::warning("dependency-not-listed", message)
                .at(&metadata.name_place)
                .help(format!(
                    "add an entry with `name: {}` and `version: {}`",
                    metadata.name, metadata.version
                )),
        );
    }
}

fn wrong_version(dependency: &Dependency, subchart: &Chart) -> Diagnostic {
    let found = &subchart.metadata.version;
    let message = format!(
        "`{}` is at version {found}, which `{}` does not allow",
        subchart.location, dependency.version
    );
    let is_pre_release = Version::parse(found).is_ok_and(|version| version.is_pre_release());
    let problem = Diagnostic::error("dependency-version-mismatch", message)
        .at(&dependency.version_place)
        .label(&subchart.metadata.version_place, "the chart's version");
    if is_pre_release && !dependency.version.contains('-') {
        problem.help("a range matches pre-releases only where it names one, such as `>=1.0.0-0`")
    } else {
        problem
    }
}

fn bad_range(dependency: &Dependency, reason: &str) -> Diagnostic {
    let message = if dependency.version.trim().is_empty() {
        format!("the dependency `{}` has no `version`", dependency.name)
    } else {
        format!("`{}` is not a version range: {reason}", dependency.version)
    };
    Diagnostic::error("dependency-version-invalid", message)
        .at(&dependency.version_place)
        .help("write a range such as `1.2.x`, `^1.2.0` or `>=1.2.0 <2.0.0`; `*` for any release")
}

fn missing(chart: &Chart, dependency: &Dependency) -> Diagnostic {
    let message = format!(
        "the dependency `{}` of `{}` is not in its charts/",
        dependency.name, chart.metadata.name
    );
    let help = match Repository::parse(&dependency.repository) {
        Repository::None | Repository::File(_) | Repository::Unknown(_) => {
            format!(
                "put the chart into charts/{}, as a folder or an archive",
                dependency.name
            )
        }
        Repository::Http(_) | Repository::Oci(_) | Repository::Named(_) => {
            format!(
                "fetch it from `{}` into charts/, as `helm dependency build` does",
                dependency.repository
            )
        }
    };
    Diagnostic::error("dependency-missing", message)
        .at(&dependency.place)
        .help(help)
}

#[cfg(test)]
mod tests;
