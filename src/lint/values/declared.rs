//! Which keys the charts of a tree have: what their default values and their schemas say.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, OnceLock};

use serde_json::Value as Json;

use crate::chart::Chart;
use crate::yaml::{Map, Node, Value};

/// References of a schema that are followed from one to the next, and how deep a combination of schemas goes.
const MOST_REFERENCES: usize = 16;
/// The most parts of schemas that speak of one value.
const MOST_PARTS: usize = 64;

/// The keys of a chart and of all charts below it, those that do not take part included.
pub(crate) struct Declared<'c> {
    chart: &'c Chart,
    /// The schemas of the charts, by the address of the chart, read when they are first asked.
    schemas: HashMap<*const Chart, OnceLock<Option<Json>>>,
    deciders: OnceLock<HashSet<String>>,
}

/// What is said of one value: everything that has a word on it.
#[derive(Clone)]
pub(crate) struct At<'d> {
    /// Default values: those of the charts above for this chart, the highest first, then its own.
    defaults: Vec<&'d Node>,
    /// The chart whose value it is.
    pub(super) chart: &'d Chart,
    /// The keys that lead to it from there: none for the chart's values as a whole.
    pub(super) keys: Vec<Arc<str>>,
    /// Something that only conditions, tags or other charts read, which may hold anything.
    is_anything: bool,
}

/// A schema, and the document that its references lead into.
type Part<'d> = (&'d Json, &'d Json);

impl<'c> Declared<'c> {
    /// The keys of a tree of charts. Schemas that are not JSON say nothing; that is told elsewhere.
    pub(crate) fn of(chart: &'c Chart) -> Declared<'c> {
        let mut declared = Declared {
            chart,
            schemas: HashMap::new(),
            deciders: OnceLock::new(),
        };
        let mut open = vec![chart];
        while let Some(chart) = open.pop() {
            open.extend(chart.subcharts.iter().map(AsRef::as_ref));
            declared
                .schemas
                .insert(std::ptr::from_ref(chart), OnceLock::new());
        }
        declared
    }

    /// Whether a value, by its path as people write it, decides about a subchart.
    pub(crate) fn decides(&self, path: &str) -> bool {
        let deciders = self
            .deciders
            .get_or_init(|| deciders(self.chart, &mut Vec::new()));
        deciders.contains(path)
    }

    /// The root chart's values.
    pub(crate) fn root(&self) -> At<'_> {
        section(self.chart, Vec::new())
    }

    /// What is said at a path of keys; nothing where a key on the way is not known.
    pub(crate) fn at<'k>(&self, path: impl IntoIterator<Item = &'k str>) -> Option<At<'_>> {
        path.into_iter()
            .try_fold(self.root(), |at, key| self.step(&at, key))
    }

    /// What is said of the value under a key; nothing where nothing knows the key.
    pub(crate) fn step<'d>(&'d self, at: &At<'d>, key: &str) -> Option<At<'d>> {
        let next = self.step_by_defaults(at, key);
        if next.is_anything || !next.defaults.is_empty() || next.keys.is_empty() {
            return Some(next);
        }
        let is_known = !self.schemas(&next).is_empty();
        is_known.then_some(next)
    }

    /// [`Declared::step`] without a look at schemas: there may be no such key, which then has no defaults.
    fn step_by_defaults<'d>(&'d self, at: &At<'d>, key: &str) -> At<'d> {
        let mut defaults: Vec<&Node> = at.defaults.iter().filter_map(|node| node.get(key)).collect();
        let mut is_anything = at.is_anything;
        if at.keys.is_empty() {
            if let Some(subchart) = subchart(at.chart, key) {
                return section(subchart, defaults);
            }
            defaults.extend(imported(at.chart, key));
            let mut dependencies = at.chart.metadata.dependencies.iter();
            // The section of a chart that is not there, which is told elsewhere.
            is_anything |= dependencies.any(|dependency| dependency.local_name() == key);
            is_anything |= matches!(key, "tags" | "global") && defaults.is_empty();
        }
        At {
            defaults,
            chart: at.chart,
            keys: at.keys.iter().cloned().chain([Arc::from(key)]).collect(),
            is_anything,
        }
    }

    /// Whether a value may hold any key: no default and no schema lists them.
    pub(crate) fn is_open(&self, at: &At<'_>) -> bool {
        if at.keys.is_empty() {
            return false;
        }
        if at.is_anything {
            return true;
        }
        let is_empty = |node: &&Node| node.as_map().is_none_or(Map::is_empty);
        let parts = self.schemas(at);
        let has = |word: &str| parts.iter().any(|(schema, _)| schema.get(word).is_some());
        let is_closed =
            |(schema, _): &Part<'_>| schema.get("additionalProperties") == Some(&Json::Bool(false));
        if has("patternProperties") || (has("additionalProperties") && !parts.iter().any(is_closed)) {
            return true;
        }
        let lists_keys = has("properties") || parts.iter().any(is_closed);
        !lists_keys && (!parts.is_empty() || at.defaults.iter().any(is_empty))
    }

    /// The names of the keys that a value can have.
    pub(crate) fn names<'d>(&'d self, at: &At<'d>) -> Vec<&'d str> {
        let defaults = at.defaults.iter().filter_map(|node| node.as_map());
        let mut names: Vec<&str> = defaults.flat_map(|map| map.keys().map(AsRef::as_ref)).collect();
        for (schema, _) in self.schemas(at) {
            let properties = schema.get("properties").and_then(Json::as_object);
            names.extend(
                properties
                    .into_iter()
                    .flat_map(|map| map.keys().map(String::as_str)),
            );
        }
        if at.keys.is_empty() {
            let dependencies = at.chart.metadata.dependencies.iter();
            names.extend(dependencies.map(crate::chart::Dependency::local_name));
            names.extend(
                at.chart
                    .subcharts
                    .iter()
                    .map(|chart| chart.metadata.name.as_str()),
            );
        }
        names.sort_unstable();
        names.dedup();
        names
    }

    /// What the schema of the chart says of a value.
    fn schemas<'d>(&'d self, at: &At<'_>) -> Vec<Part<'d>> {
        let Some(document) = self.schema(at.chart) else {
            return Vec::new();
        };
        let mut parts = Vec::new();
        spread(document, document, 0, &mut parts);
        for key in &at.keys {
            let mut next = Vec::new();
            for (schema, _) in &parts {
                let known = schema
                    .get("properties")
                    .and_then(|properties| properties.get(&**key));
                let others = || {
                    schema
                        .get("additionalProperties")
                        .filter(|others| others.is_object())
                };
                if let Some(known) = known.or_else(others) {
                    spread(known, document, 0, &mut next);
                }
            }
            parts = next;
        }
        parts
    }

    fn schema(&self, chart: &Chart) -> Option<&Json> {
        let schema = self.schemas.get(&std::ptr::from_ref(chart))?;
        let read = || serde_json::from_str(chart.schema.as_ref()?.text()).ok();
        schema.get_or_init(read).as_ref()
    }
}

impl<'d> At<'d> {
    /// Whether a default value has the key.
    pub(super) fn lists(&self, key: &str) -> bool {
        self.defaults.iter().any(|node| node.get(key).is_some())
    }

    /// Whether the default values have no keys at all.
    pub(super) fn is_empty(&self) -> bool {
        !self.keys.is_empty()
            && self
                .defaults
                .iter()
                .all(|node| node.as_map().is_none_or(Map::is_empty))
    }

    /// The default value.
    pub(crate) fn default(&self) -> Option<&'d Node> {
        self.defaults.first().copied()
    }
}

fn section<'d>(chart: &'d Chart, mut defaults: Vec<&'d Node>) -> At<'d> {
    defaults.push(&chart.values);
    At {
        defaults,
        chart,
        keys: Vec::new(),
        is_anything: false,
    }
}

/// The paths of the conditions and tags of a tree of charts, which decide about subcharts.
fn deciders(chart: &Chart, section: &mut Vec<String>) -> HashSet<String> {
    let mut found = HashSet::new();
    let prefix: String = section.iter().map(|name| format!("{name}.")).collect();
    for dependency in &chart.metadata.dependencies {
        let paths = dependency
            .condition
            .split(',')
            .map(str::trim)
            .filter(|path| !path.is_empty());
        found.extend(paths.map(|path| format!("{prefix}{path}")));
        found.extend(dependency.tags.iter().map(|tag| format!("tags.{tag}")));
    }
    for subchart in &chart.subcharts {
        section.push(subchart.metadata.name.clone());
        found.extend(deciders(subchart, section));
        section.pop();
    }
    found
}

/// A value of which nothing is known.
static ANYTHING: Node = Node {
    value: Value::Null,
    place: crate::source::Place::NONE,
};

fn subchart<'c>(chart: &'c Chart, name: &str) -> Option<&'c Chart> {
    let mut all = chart.subcharts.iter().map(AsRef::as_ref);
    let by_alias = chart
        .metadata
        .dependencies
        .iter()
        .find(|dependency| dependency.local_name() == name)
        .map_or(name, |dependency| &dependency.name);
    all.find(|subchart: &&Chart| subchart.metadata.name == by_alias)
}

/// What a chart takes over from its subcharts under a key.
fn imported<'c>(chart: &'c Chart, key: &str) -> Vec<&'c Node> {
    let mut found = Vec::new();
    for dependency in &chart.metadata.dependencies {
        let Some(subchart) = subchart(chart, dependency.local_name()) else {
            continue;
        };
        for import in &dependency.import_values {
            let child: Vec<&str> = import.child.split('.').collect();
            let imported = subchart.values.at_path(&child);
            match import.parent.as_str() {
                "." => found.extend(imported.and_then(|node| node.get(key))),
                // What is below is not followed.
                parent if parent.split('.').next() == Some(key) => found.push(&ANYTHING),
                _ => {}
            }
        }
    }
    found
}

/// A schema with all that it refers to and combines.
fn spread<'j>(schema: &'j Json, document: &'j Json, depth: usize, found: &mut Vec<(&'j Json, &'j Json)>) {
    if depth > MOST_REFERENCES || found.len() > MOST_PARTS {
        return;
    }
    found.push((schema, document));
    if let Some(target) = schema.get("$ref").and_then(Json::as_str)
        && let Some(target) = target
            .strip_prefix('#')
            .and_then(|pointer| document.pointer(pointer))
    {
        spread(target, document, depth + 1, found);
    }
    for word in ["allOf", "anyOf", "oneOf"] {
        for branch in schema.get(word).and_then(Json::as_array).into_iter().flatten() {
            spread(branch, document, depth + 1, found);
        }
    }
    for word in ["then", "else"] {
        if let Some(branch) = schema.get(word) {
            spread(branch, document, depth + 1, found);
        }
    }
}
