//! The dependency tree and its state as rows: what `deps` shows.

use std::sync::Arc;

use super::dependencies::{DecidedBy, Match, decide, find, with_own_tags};
use super::model::{Chart, Dependency};
use crate::source::Place;
use crate::yaml::Node;

/// One dependency of the tree.
#[derive(Debug, Clone)]
pub struct Row {
    /// The names that lead to it from the root chart, its own included; the root's is left out.
    pub path: Vec<String>,
    /// The chart's own name.
    pub name: String,
    /// The alias.
    pub alias: Option<String>,
    /// The version range of Chart.yaml; none where no entry names the chart.
    pub version_wanted: Option<String>,
    /// The version of the chart that is there.
    pub version_found: Option<String>,
    /// The repository, as written.
    pub repository: String,
    /// Where the chart was found.
    pub source: Option<String>,
    /// Whether it can be used.
    pub status: Status,
    /// Whether it takes part with these values.
    pub enabled: bool,
    /// What decided that.
    pub reason: DecidedBy,
    /// The entry in Chart.yaml; unknown where there is none.
    pub place: Place,
}

/// Whether a dependency can be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// It is there in a version that Chart.yaml allows.
    Ok,
    /// It is not there.
    Missing,
    /// It is there in another version.
    WrongVersion,
    /// Its version range is missing or cannot be read.
    InvalidVersion,
    /// It is there though no entry names it.
    NotListed,
}

impl Status {
    /// The words that people read; those of `helm dependency list` where it has any.
    pub fn as_str(self) -> &'static str {
        match self {
            Status::Ok => "ok",
            Status::Missing => "missing",
            Status::WrongVersion => "wrong version",
            Status::InvalidVersion => "invalid version",
            Status::NotListed => "not listed",
        }
    }
}

/// The dependencies of a chart and of the charts below it, each before its own; those of disabled charts too.
///
/// `root_values` are the root chart's coalesced values.
pub fn dependency_report(chart: &Chart, root_values: &Node) -> Vec<Row> {
    let mut rows = Vec::new();
    add(chart, root_values, true, &mut Vec::new(), &mut rows);
    rows
}

/// The number of charts in a tree is bounded when it is loaded, and so is this.
fn add(chart: &Chart, root_values: &Node, takes_part: bool, prefix: &mut Vec<String>, rows: &mut Vec<Row>) {
    let mut named: Vec<&Arc<Chart>> = Vec::new();
    for dependency in &chart.metadata.dependencies {
        let (status, found) = match find(chart, dependency) {
            Match::Fits(found) => (Status::Ok, Some(found)),
            Match::WrongVersion(found) => (Status::WrongVersion, Some(found)),
            Match::BadRange(_) => (Status::InvalidVersion, None),
            Match::Missing => (Status::Missing, None),
        };
        named.extend(found);
        // What is odd about conditions is said when charts are enabled.
        let (enabled, reason) = decide(dependency, root_values, prefix, &mut Vec::new());
        // What a disabled chart depends on takes no part either.
        let enabled = enabled && takes_part;
        rows.push(listed(
            dependency,
            found.map(Arc::as_ref),
            prefix,
            status,
            (enabled, reason),
        ));
        if let Some(found) = found {
            prefix.push(dependency.local_name().to_owned());
            add(found, &with_own_tags(root_values, found), enabled, prefix, rows);
            prefix.pop();
        }
    }
    for found in &chart.subcharts {
        let name = &found.metadata.name;
        if named.iter().any(|named| Arc::ptr_eq(named, found))
            || chart
                .metadata
                .dependencies
                .iter()
                .any(|dependency| dependency.name == *name)
        {
            continue;
        }
        prefix.push(name.clone());
        rows.push(Row {
            path: prefix.clone(),
            name: name.clone(),
            alias: None,
            version_wanted: None,
            version_found: Some(found.metadata.version.clone()),
            repository: String::new(),
            source: Some(found.location.clone()),
            status: Status::NotListed,
            enabled: takes_part,
            reason: DecidedBy::Default,
            place: Place::NONE,
        });
        add(
            found,
            &with_own_tags(root_values, found),
            takes_part,
            prefix,
            rows,
        );
        prefix.pop();
    }
}

fn listed(
    dependency: &Dependency,
    found: Option<&Chart>,
    prefix: &[String],
    status: Status,
    (enabled, reason): (bool, DecidedBy),
) -> Row {
    let mut path = prefix.to_vec();
    path.push(dependency.local_name().to_owned());
    Row {
        path,
        name: dependency.name.clone(),
        alias: dependency.alias.clone(),
        version_wanted: Some(dependency.version.clone()),
        version_found: found.map(|chart| chart.metadata.version.clone()),
        repository: dependency.repository.clone(),
        source: found.map(|chart| chart.location.clone()),
        status,
        enabled,
        reason,
        place: dependency.place.clone(),
    }
}
