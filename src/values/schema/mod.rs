//! Values against the charts' values.schema.json: the root's with all of the root's values, then each subchart's that
//! takes part with its section, as Helm does. Every violation is reported at the file or flag that caused it.
//!
//! Nothing is fetched: a `$ref` that leads out of the schema is an error. Things that Helm's strict schemas are
//! disliked for do not count as unknown keys of a subchart: a `global` that only came down from its parent, and the key
//! that the parent's `condition` reads. Nor does the section of a subchart that nobody wrote.

mod bounds;
#[cfg(test)]
mod bounds_tests;
mod fits;
mod invalid;
mod plain;
#[cfg(test)]
mod plain_tests;
mod quoted;
#[cfg(test)]
mod quoted_tests;
#[cfg(test)]
mod tests;
mod words;

use std::collections::HashSet;
use std::sync::Arc;

use jsonschema::{PatternOptions, Validator};
use serde_json::Value as Json;

use self::bounds::Effort;
pub use self::words::MISSING_KEY;
use self::words::{Told, Words};
use super::resolve::{Resolved, Scope, resolve_with};
use super::unquote::Unquoted;
use crate::chart::{self, Chart};
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
        let found = check(&resolved);
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
/// # Errors
/// The violations, and the schemas that are not valid themselves.
pub fn validate(resolved: &Resolved) -> Result<()> {
    let found = check(resolved);
    match found.violations.is_empty() {
        true => Ok(()),
        false => Err(Diagnostics(found.violations)),
    }
}

/// What a look at all charts found.
#[derive(Default)]
struct Found {
    violations: Vec<Diagnostic>,
    /// What would fit without its quotes, each with its copies in other charts.
    unquoted: Vec<(Unquoted, Vec<Unquoted>)>,
}

fn check(resolved: &Resolved) -> Found {
    let mut all = Found::default();
    let mut told = Told::default();
    let mut open: Vec<(&Scope, Option<&Scope>)> = vec![(&resolved.root, None)];
    let mut next = 0;
    while let Some((scope, parent)) = open.get(next).copied() {
        next += 1;
        open.extend(scope.subcharts.iter().map(|subchart| (subchart, Some(scope))));
        if let Some(source) = &scope.chart.schema {
            all.unquoted.extend(check_scope(scope, parent, source, &mut told));
        }
    }
    told.list
        .sort_by_cached_key(|diagnostic| diagnostic.place().and_then(order));
    all.violations = told.into_list();
    all
}

/// The order of places in messages.
fn order(place: &Place) -> Option<(String, u32, u32)> {
    Some((place.source()?.name().to_owned(), place.line, place.column))
}

/// Whether all of a value was written in the built-in chart's files. `known` is one of them, which most of it is in.
fn is_built_in<'n>(node: &'n Node, known: &mut Option<&'n Arc<Source>>) -> bool {
    let is_own = match node.place.source() {
        Some(source) if known.is_some_and(|known| Arc::ptr_eq(known, source)) => true,
        Some(source) if chart::embedded_path(source).is_some() => {
            *known = Some(source);
            true
        }
        Some(_) => false,
        // Put together of what others have.
        None => matches!(node.value, yaml::Value::Map(_)),
    };
    is_own
        && match &node.value {
            yaml::Value::List(list) => list.iter().all(|item| is_built_in(item, known)),
            yaml::Value::Map(map) => map.iter().all(|(_, entry)| is_built_in(&entry.node, known)),
            _ => true,
        }
}

/// Checks one chart's values: tells what does not fit, and gives what would fit without its quotes, each with its copies
/// in other charts.
fn check_scope(
    scope: &Scope,
    parent: Option<&Scope>,
    source: &Arc<Source>,
    told: &mut Told,
) -> Vec<(Unquoted, Vec<Unquoted>)> {
    // The built-in chart's own values fit its own schemas, which a test says: reading the schemas takes longer than the render.
    if chart::embedded_path(source).is_some() && is_built_in(&scope.values, &mut None) {
        return Vec::new();
    }
    if plain::Root::read(source.text()).is_some_and(|root| fits::fits(&root, &scope.values)) {
        return Vec::new();
    }
    let schema: Json = match serde_json::from_str(source.text()) {
        Ok(schema) => schema,
        Err(error) => {
            told.push(invalid::json(source, &error));
            return Vec::new();
        }
    };
    if let Err(too_much) = bounds::schema(&schema) {
        told.push(invalid::too_large(source, &schema, &too_much));
        return Vec::new();
    }
    let validator = match compile(&schema) {
        Ok(validator) => validator,
        Err(error) => {
            invalid::schema(source, &error)
                .into_iter()
                .for_each(|error| told.push(error));
            return Vec::new();
        }
    };
    let effort = match bounds::values(&schema, &scope.values) {
        Ok(effort) => effort,
        Err(too_much) => {
            told.push(invalid::too_large(source, &schema, &too_much));
            return Vec::new();
        }
    };
    let instance = yaml::to_json(&scope.values);
    let words = Words::new(&scope.values, scope.section(), &schema, exempt(scope, parent))
        .with_defaults(&scope.chart.values);
    if matches!(effort, Effort::Any) {
        if !validator.is_valid(&instance) {
            told.push(words.too_many(source));
        }
        return Vec::new();
    }
    let mut unquoted = Vec::new();
    for error in validator.iter_errors(&instance) {
        words.tell(&error, told);
        for found in quoted::of_complaint(&error, &words) {
            let copies = quoted::copies(scope, &found);
            unquoted.push((found, copies));
        }
    }
    unquoted
}

/// The largest program of a pattern, in bytes, and how often a match may turn back.
const MAX_PATTERN: usize = 256 << 10;
const MAX_TURNS: usize = 10_000;

fn compile(schema: &Json) -> std::result::Result<Validator, jsonschema::ValidationError<'static>> {
    let patterns = PatternOptions::fancy_regex()
        .size_limit(MAX_PATTERN)
        .dfa_size_limit(MAX_PATTERN)
        .backtrack_limit(MAX_TURNS);
    jsonschema::options()
        .offline()
        .with_pattern_options(patterns)
        .build(schema)
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
