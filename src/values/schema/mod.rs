//! Values against the charts' values.schema.json: the root's with all of the root's values, then each subchart's that
//! takes part with its section, as Helm does. Every violation is reported at the file or flag that caused it.
//!
//! Nothing is fetched: a `$ref` that leads out of the schema is an error. Things that Helm's strict schemas are
//! disliked for do not count as unknown keys of a subchart: a `global` that only came down from its parent, and the key
//! that the parent's `condition` reads. Nor does the section of a subchart that nobody wrote.

mod invalid;
mod prune;
mod quick;
mod quoted;
#[cfg(test)]
mod quoted_tests;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod trust_tests;
mod words;

use std::collections::HashSet;
use std::sync::Arc;

use jsonschema::Validator;
use serde_json::Value as Json;

use self::prune::Trusted;
use self::words::Words;
use super::resolve::{Resolved, Scope, resolve_with};
use super::unquote::Unquoted;
use crate::chart::Chart;
use crate::diagnostic::{Diagnostic, Diagnostics, Result};
use crate::source::{Place, Source};
use crate::yaml::{self, Node};

/// What [`resolve_checked`] gives.
#[derive(Debug, Clone)]
pub struct Checked {
    /// The charts that take part, with their values.
    pub resolved: Resolved,
    /// Every violation in every chart, and every schema that is not valid itself.
    pub violations: Vec<Diagnostic>,
}

impl From<Resolved> for Checked {
    fn from(resolved: Resolved) -> Self {
        Checked {
            resolved,
            violations: Vec::new(),
        }
    }
}

/// How often values are resolved again because of what was unquoted: a condition that becomes a boolean can bring in a
/// chart with a schema of its own.
const MOST_ROUNDS: usize = 16;

/// Gives every chart that takes part its values, as [`super::resolve`] does, and checks them against the schemas. A
/// number or boolean in quotes where a schema asks for one becomes it, with a warning, before it is decided which
/// charts take part.
///
/// # Errors
/// As [`super::resolve`].
pub fn resolve_checked(chart: &Arc<Chart>, user: &Node) -> Result<Checked> {
    let mut unquoted: Vec<Unquoted> = Vec::new();
    let mut told: Vec<Unquoted> = Vec::new();
    let mut paths = HashSet::new();
    let mut round = 0;
    loop {
        let mut resolved = resolve_with(chart, user, &unquoted)?;
        let found = check(&resolved, &trusted(&resolved));
        let before = unquoted.len();
        for (more, copies) in found.unquoted {
            if round < MOST_ROUNDS && paths.insert(more.path.clone()) {
                told.push(more.clone());
                unquoted.push(more);
            }
            for copy in copies {
                if round < MOST_ROUNDS && paths.insert(copy.path.clone()) {
                    unquoted.push(copy);
                }
            }
        }
        if unquoted.len() == before {
            told.sort_by_cached_key(|unquoted| order(&unquoted.place));
            resolved.warnings.extend(quoted::warnings(&told));
            return Ok(Checked {
                resolved,
                violations: found.violations,
            });
        }
        round += 1;
    }
}

/// Checks the values of every chart that takes part against its schema.
///
/// The defaults of the chart that is compiled into the program are known to be valid (a test renders them against
/// their schemas), so only what differs from them is checked there.
///
/// # Errors
/// Every violation in every chart, and every schema that is not valid itself.
pub fn validate(resolved: &Resolved) -> Result<()> {
    check(resolved, &trusted(resolved)).into_result()
}

/// Checks all values of every chart that takes part, known to be valid or not.
///
/// # Errors
/// As [`validate`].
pub fn validate_all(resolved: &Resolved) -> Result<()> {
    check(resolved, &Trusted::nothing()).into_result()
}

fn trusted(resolved: &Resolved) -> Trusted {
    match resolved.root.chart.is_embedded {
        true => Trusted::defaults(resolved),
        false => Trusted::nothing(),
    }
}

/// What a look at all charts found.
#[derive(Default)]
struct Found {
    violations: Vec<Diagnostic>,
    /// What would fit without its quotes, each with its copies in other charts.
    unquoted: Vec<(Unquoted, Vec<Unquoted>)>,
}

impl Found {
    fn into_result(self) -> Result<()> {
        match self.violations.is_empty() {
            true => Ok(()),
            false => Err(Diagnostics(self.violations)),
        }
    }
}

fn check(resolved: &Resolved, trusted: &Trusted) -> Found {
    let mut all = Found::default();
    let mut seen = HashSet::new();
    let mut open: Vec<(&Scope, Option<&Scope>)> = vec![(&resolved.root, None)];
    let mut next = 0;
    while let Some((scope, parent)) = open.get(next).copied() {
        next += 1;
        open.extend(scope.subcharts.iter().map(|subchart| (subchart, Some(scope))));
        let Some(source) = &scope.chart.schema else {
            continue;
        };
        let found = check_scope(scope, parent, source, trusted);
        all.unquoted.extend(found.unquoted);
        for diagnostic in found.violations {
            // A parent's schema may describe a section as the subchart's own does.
            let place = diagnostic.place().map(ToString::to_string);
            if seen.insert((diagnostic.message.clone(), place)) {
                all.violations.push(diagnostic);
            }
        }
    }
    all.violations
        .sort_by_cached_key(|diagnostic| diagnostic.place().and_then(order));
    all
}

/// The order of places in messages.
fn order(place: &Place) -> Option<(String, u32, u32)> {
    Some((place.source()?.name().to_owned(), place.line, place.column))
}

fn check_scope(scope: &Scope, parent: Option<&Scope>, source: &Arc<Source>, trusted: &Trusted) -> Found {
    let mut found = Found::default();
    if trusted.has(&scope.values) {
        return found;
    }
    let schema: Json = match serde_json::from_str(source.text()) {
        Ok(schema) => schema,
        Err(error) => {
            found.violations.push(invalid::json(source, &error));
            return found;
        }
    };
    // A schema of which nothing is known may be invalid where the values do not lead.
    if !trusted.is_empty() && quick::fits(&schema, &scope.values, trusted) {
        return found;
    }
    let (schema, instance) = prune::prune(schema, &scope.values, trusted);
    let validator = match compile(&schema) {
        Ok(validator) => validator,
        Err(error) => {
            found.violations = invalid::schema(source, &error);
            return found;
        }
    };
    let mut errors = validator.iter_errors(&instance).peekable();
    if errors.peek().is_none() {
        return found;
    }
    // What was cut off is wanted for the words.
    let whole: Json = serde_json::from_str(source.text()).unwrap_or_default();
    let words = Words::new(&scope.values, scope.section(), &whole, exempt(scope, parent));
    for error in errors {
        let unquoted = quoted::of_complaint(&error, &words);
        found.unquoted.extend(unquoted.into_iter().map(|unquoted| {
            let copies = quoted::copies(scope, &unquoted);
            (unquoted, copies)
        }));
        found.violations.extend(words.diagnostics(&error));
    }
    found
}

fn compile(schema: &Json) -> std::result::Result<Validator, jsonschema::ValidationError<'static>> {
    jsonschema::options().offline().build(schema)
}

/// Paths in a chart's values that others put there or read: no schema of its own has to know them.
fn exempt(scope: &Scope, parent: Option<&Scope>) -> Vec<Vec<String>> {
    let section = |subchart: &Scope| {
        let name = &subchart.chart.metadata.name;
        let entry = scope.values.as_map()?.entry(name)?;
        let is_written = entry.key_place.is_known() || entry.node.place.is_known();
        (!is_written).then(|| vec![name.clone()])
    };
    let mut exempt: Vec<Vec<String>> = scope.subcharts.iter().filter_map(section).collect();
    let Some(parent) = parent else { return exempt };
    if is_injected(scope, parent) {
        exempt.push(vec!["global".to_owned()]);
    }
    let name = &scope.chart.metadata.name;
    let entries = parent.chart.metadata.dependencies.iter();
    for entry in entries.filter(|entry| entry.local_name() == name) {
        for path in entry.condition.split(',') {
            let mut keys = path.trim().split('.');
            if keys.next() != Some(name) {
                continue;
            }
            let keys: Vec<&str> = keys.collect();
            if scope.values.at_path(&keys).and_then(Node::as_bool).is_some() {
                exempt.push(keys.into_iter().map(str::to_owned).collect());
            }
        }
    }
    exempt
}

/// Whether all that a subchart's `global` has came from its parent's, or from the subchart's own defaults.
fn is_injected(scope: &Scope, parent: &Scope) -> bool {
    let Some(global) = scope.values.get("global").and_then(Node::as_map) else {
        return false;
    };
    let above = parent.values.get("global");
    let own = scope.chart.values.get("global");
    let is_from =
        |layer: Option<&Node>, key: &str, node: &Node| layer.and_then(|layer| layer.get(key)) == Some(node);
    global
        .iter()
        .all(|(key, entry)| is_from(above, key, &entry.node) || is_from(own, key, &entry.node))
}

/// A whole values tree as JSON.
fn to_json(node: &Node) -> Json {
    yaml::to_json(node)
}
