//! Which keys the charts of a tree have: what their default values and their schemas say.

use std::collections::HashMap;

use serde_json::Value as Json;

use crate::chart::Chart;
use crate::yaml::{Node, Value};

/// References of a schema that are followed from one to the next, and how deep a combination of schemas goes.
const MOST_REFERENCES: usize = 16;
/// The most parts of schemas that speak of one value.
const MOST_PARTS: usize = 64;

/// The keys of a chart and of all charts below it, those that do not take part included.
pub(super) struct Declared<'c> {
    chart: &'c Chart,
    /// The schemas of the charts, by the address of the chart.
    schemas: HashMap<*const Chart, Json>,
}

/// What is said of one value: everything that has a word on it.
#[derive(Default, Clone)]
pub(super) struct At<'d> {
    /// Default values, those of parents for this chart too.
    defaults: Vec<&'d Node>,
    /// Schemas, with the document that their references lead into.
    schemas: Vec<(&'d Json, &'d Json)>,
    /// The chart whose values these are, where this is a chart's section.
    chart: Option<&'d Chart>,
    /// Something that a condition or a tag reads: it may be there, and holds nothing.
    is_switch: bool,
}

impl<'c> Declared<'c> {
    /// Reads the schemas of a tree of charts. Those that are not JSON say nothing; that is told elsewhere.
    pub(super) fn of(chart: &'c Chart) -> Declared<'c> {
        let mut declared = Declared {
            chart,
            schemas: HashMap::new(),
        };
        let mut open = vec![chart];
        while let Some(chart) = open.pop() {
            open.extend(chart.subcharts.iter().map(AsRef::as_ref));
            let schema = chart.schema.as_ref();
            if let Some(schema) = schema.and_then(|source| serde_json::from_str(source.text()).ok()) {
                declared.schemas.insert(std::ptr::from_ref(chart), schema);
            }
        }
        declared
    }

    /// The root chart's values.
    pub(super) fn root(&self) -> At<'_> {
        self.section(self.chart, Vec::new())
    }

    fn section<'d>(&'d self, chart: &'d Chart, mut defaults: Vec<&'d Node>) -> At<'d> {
        defaults.push(&chart.values);
        let schema = self.schemas.get(&std::ptr::from_ref(chart));
        let mut at = At {
            defaults,
            chart: Some(chart),
            ..At::default()
        };
        if let Some(schema) = schema {
            spread(schema, schema, 0, &mut at.schemas);
        }
        at
    }

    /// What is said of the value under a key; nothing where nothing knows the key.
    pub(super) fn step<'d>(&'d self, at: &At<'d>, key: &str) -> Option<At<'d>> {
        let mut next = At::default();
        for node in &at.defaults {
            next.defaults.extend(node.get(key));
        }
        if let Some(chart) = at.chart {
            next.defaults.extend(imported(chart, key));
            if let Some(subchart) = subchart(chart, key) {
                return Some(self.section(subchart, next.defaults));
            }
            let dependencies = &chart.metadata.dependencies;
            // Not there, which is told elsewhere: nothing is known of its values.
            if dependencies
                .iter()
                .any(|dependency| dependency.local_name() == key)
            {
                next.defaults.push(&ANYTHING);
            }
            next.is_switch = (key == "tags" || key == "global") && next.defaults.is_empty();
        }
        for (schema, document) in &at.schemas {
            let known = schema
                .get("properties")
                .and_then(|properties| properties.get(key));
            let known = known.or_else(|| {
                schema
                    .get("additionalProperties")
                    .filter(|other| other.is_object())
            });
            if let Some(known) = known {
                spread(known, document, 0, &mut next.schemas);
            }
        }
        let is_known = next.is_switch || !next.defaults.is_empty() || !next.schemas.is_empty();
        is_known.then_some(next)
    }
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

impl<'d> At<'d> {
    /// Whether the value may hold any key: no default and no schema lists them.
    pub(super) fn is_open(&self) -> bool {
        let by_default = |node: &&Node| match &node.value {
            Value::Map(map) => map.is_empty() && self.chart.is_none(),
            _ => true,
        };
        let mut lists_keys = self.defaults.iter().any(|node| node.as_map().is_some());
        for (schema, _) in &self.schemas {
            match schema.get("additionalProperties") {
                Some(Json::Bool(false)) => lists_keys = true,
                Some(_) => return true,
                None if schema.get("patternProperties").is_some() => return true,
                None if schema.get("properties").is_some() => lists_keys = true,
                None => {}
            }
        }
        match self.chart {
            Some(_) => false,
            None if self.is_switch => true,
            None => {
                self.defaults.iter().any(by_default) && !self.has_properties()
                    || !lists_keys
                    || self.says_nothing()
            }
        }
    }

    fn has_properties(&self) -> bool {
        self.schemas
            .iter()
            .any(|(schema, _)| schema.get("properties").is_some())
    }

    /// Whether schemas speak of the value, and none of its keys.
    fn says_nothing(&self) -> bool {
        !self.schemas.is_empty() && !self.has_properties()
    }

    /// The names of the keys.
    pub(super) fn names(&self) -> Vec<&'d str> {
        let defaults = self.defaults.iter().filter_map(|node| node.as_map());
        let mut names: Vec<&str> = defaults.flat_map(|map| map.keys().map(AsRef::as_ref)).collect();
        for (schema, _) in &self.schemas {
            let properties = schema.get("properties").and_then(Json::as_object);
            names.extend(
                properties
                    .into_iter()
                    .flat_map(|map| map.keys().map(String::as_str)),
            );
        }
        if let Some(chart) = self.chart {
            let dependencies = chart.metadata.dependencies.iter();
            names.extend(dependencies.map(|dependency| dependency.local_name()));
            names.extend(chart.subcharts.iter().map(|chart| chart.metadata.name.as_str()));
        }
        names.sort_unstable();
        names.dedup();
        names
    }
}
