//! The conditions and tags of Chart.yaml: values that decide which subcharts take part.

use crate::chart::{DecidedBy, Decision};
use crate::source::Place;
use crate::values::{Scope, Step};

/// A value that a dependency of a chart names as its condition, or as one of its tags.
#[derive(Debug, Clone, PartialEq)]
pub struct Switch {
    /// The names from the root chart to the one that it switches, without the root's.
    pub chart: Vec<String>,
    /// The path of the value from the root's values.
    pub value: Vec<Step>,
    /// The line of Chart.yaml that names it.
    pub place: Place,
    /// Whether the chart takes part.
    pub is_on: bool,
    /// Whether this value decided that.
    pub decides: bool,
}

/// All switches of the charts that take part.
pub(super) fn all(root: &Scope) -> Vec<Switch> {
    let key = |name: &str| Step::Key(name.into());
    let mut switches = Vec::new();
    for scope in root.all() {
        let section = scope.section();
        for dependency in &scope.chart.metadata.dependencies {
            let Some(decision) = decision(scope, dependency.local_name()) else {
                continue;
            };
            let mut chart = section.to_vec();
            chart.push(dependency.local_name().to_owned());
            let switch = |value: Vec<Step>, place: &Place, decides: bool| Switch {
                chart: chart.clone(),
                value,
                place: place.clone(),
                is_on: decision.enabled,
                decides,
            };
            let paths = dependency.condition.split(',').map(str::trim);
            for path in paths.filter(|path| !path.is_empty()) {
                let names = section.iter().map(String::as_str).chain(path.split('.'));
                let full = section.iter().map(String::as_str).chain([path]);
                let full: String = full.collect::<Vec<_>>().join(".");
                let decides = matches!(&decision.reason, DecidedBy::Condition { path, .. } if *path == full);
                switches.push(switch(
                    names.map(key).collect(),
                    &dependency.condition_place,
                    decides,
                ));
            }
            for tag in &dependency.tags {
                let decides = matches!(&decision.reason, DecidedBy::Tag { name, .. } if name == tag);
                switches.push(switch(vec![key("tags"), key(tag)], &dependency.place, decides));
            }
        }
    }
    switches
}

/// Why a subchart of a chart takes part or not.
fn decision<'s>(scope: &'s Scope, name: &str) -> Option<&'s Decision> {
    let enabled = scope
        .subcharts
        .iter()
        .filter_map(|subchart| subchart.decision.as_ref());
    enabled
        .chain(&scope.disabled)
        .find(|decision| decision.local_name() == name)
}

/// The subchart that is switched off and in whose section a path leads, with why.
pub(super) fn disabled<'s>(root: &'s Scope, path: &[Step]) -> Option<&'s Decision> {
    let mut scope = root;
    for step in path {
        let Step::Key(key) = step else { return None };
        if let Some(decision) = scope.disabled.iter().find(|it| *it.local_name() == **key) {
            return Some(decision);
        }
        let is_next = |next: &&Scope| next.path.last().is_some_and(|name| **name == **key);
        scope = scope.subcharts.iter().find(is_next)?;
    }
    None
}
