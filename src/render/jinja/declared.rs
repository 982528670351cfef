//! Which keys a chart's values can have: what its default values, its schema and what the user gave say.

use std::sync::{Arc, OnceLock};

use serde_json::Value as Json;

use super::paths::is_index;
use crate::render::Input;
use crate::source::Source;
use crate::values::Scope;
use crate::yaml::{Node, Value};

/// References of a schema that are followed from one to the next.
const MOST_REFERENCES: usize = 16;

/// See the module's text.
#[derive(Default)]
pub(super) struct Declared {
    /// Default values, those of parents for this chart too.
    defaults: Vec<Node>,
    /// What the user gave.
    given: Option<Node>,
    schema: Option<Arc<Source>>,
    parsed: OnceLock<Option<Json>>,
    /// The names of the charts below, whose sections are theirs.
    subcharts: Vec<String>,
}

impl Declared {
    /// What is declared for a chart of the tree.
    pub(super) fn of(input: &Input<'_>, scope: &Scope) -> Declared {
        let section: Vec<&str> = scope.section().iter().map(String::as_str).collect();
        let dependencies = scope.chart.metadata.dependencies.iter();
        let mut declared = Declared {
            defaults: vec![scope.chart.values.clone()],
            given: input.given.at_path(&section).cloned(),
            schema: scope.chart.schema.clone(),
            parsed: OnceLock::new(),
            subcharts: dependencies
                .map(|dependency| dependency.local_name().to_owned())
                .collect(),
        };
        let mut parent = input.root;
        for depth in 0..section.len() {
            let (above, below) = section.split_at(depth);
            if let Some(name) = above.last() {
                let mut inner = parent.subcharts.iter();
                match inner.find(|sub| sub.path.last().is_some_and(|last| last == name)) {
                    Some(inner) => parent = inner,
                    None => break,
                }
            }
            let defaults = parent.chart.values.at_path(below).cloned();
            declared.defaults.extend(defaults);
        }
        declared
    }

    /// Whether the values could have a key and all on the way to it, by the path from `Values`.
    pub(super) fn has_all(&self, keys: &[&str]) -> bool {
        (1..=keys.len()).all(|length| self.has(&keys[..length]))
    }

    /// Whether the values, which have the map around a key, could have the key, by the path from `Values`. They could where nothing that knows of the map around the key
    /// says otherwise, such as in a map that is empty by default, or in one that only the user gave.
    pub(super) fn has(&self, keys: &[&str]) -> bool {
        self.knows(keys).unwrap_or(true)
    }

    /// Whether there is such a key; nothing where nothing is known of what holds it.
    fn knows(&self, keys: &[&str]) -> Option<bool> {
        let (first, _) = keys.split_first()?;
        // Whoever uses the chart may put anything under `global`.
        if *first == "global" || self.subcharts.iter().any(|name| name == first) {
            return None;
        }
        let given = self.given.as_ref().and_then(|given| in_values(given, keys, true));
        let answers = self
            .defaults
            .iter()
            .map(|defaults| in_values(defaults, keys, true));
        let answers = answers.chain([given.filter(|found| *found)]);
        let mut known = None;
        for answer in answers {
            match answer {
                Some(true) => return Some(true),
                Some(false) => known = Some(false),
                None => {}
            }
        }
        // Read only where the values do not say, and where the key does not stand in it at all: that takes as long as rendering.
        let key = keys.last().map(|key| format!("\"{key}\""));
        if let (Some(source), Some(key)) = (&self.schema, key)
            && source.text().contains(&key)
        {
            return Some(true);
        }
        let schema = self.parsed.get_or_init(|| {
            let source = self.schema.as_ref()?;
            serde_json::from_str(source.text()).ok()
        });
        match schema
            .as_ref()
            .and_then(|schema| in_schema(schema, schema, keys, 0))
        {
            Some(true) => Some(true),
            Some(false) => Some(false),
            None => known,
        }
    }
}

fn in_values(node: &Node, keys: &[&str], is_root: bool) -> Option<bool> {
    let Some((key, below)) = keys.split_first() else {
        return Some(true);
    };
    match &node.value {
        Value::Map(map) if map.is_empty() && !is_root => Some(true),
        Value::Map(map) => match map.get(key) {
            Some(inner) => in_values(inner, below, false),
            None => below.is_empty().then_some(false),
        },
        Value::Null if is_root => None,
        Value::Null | Value::List(_) => Some(true),
        _ => Some(false),
    }
}

fn in_schema(root: &Json, schema: &Json, keys: &[&str], references: usize) -> Option<bool> {
    let map = match schema {
        Json::Bool(anything) => return anything.then_some(true),
        Json::Object(map) => map,
        _ => return None,
    };
    let Some((key, below)) = keys.split_first() else {
        return Some(true);
    };
    let mut known = None;
    let mut told = |answer: Option<bool>| {
        match answer {
            Some(true) => return true,
            Some(false) => known = Some(false),
            None => {}
        }
        false
    };
    if let Some(target) = map.get("$ref").and_then(Json::as_str) {
        let target = target.strip_prefix('#').and_then(|pointer| root.pointer(pointer));
        let answer = match target {
            Some(target) if references < MOST_REFERENCES => in_schema(root, target, keys, references + 1),
            _ => Some(true),
        };
        if told(answer) {
            return Some(true);
        }
    }
    for word in ["allOf", "anyOf", "oneOf"] {
        for branch in map.get(word).and_then(Json::as_array).into_iter().flatten() {
            if references < MOST_REFERENCES && told(in_schema(root, branch, keys, references + 1)) {
                return Some(true);
            }
        }
    }
    if is_index(key)
        && let Some(items) = map.get("items")
    {
        return in_schema(root, items, below, references);
    }
    let properties = map.get("properties").and_then(Json::as_object);
    if let Some(inner) = properties.and_then(|properties| properties.get(*key)) {
        return in_schema(root, inner, below, references);
    }
    match map.get("additionalProperties") {
        Some(Json::Bool(false)) => told(Some(false)),
        Some(Json::Bool(true)) => return Some(true),
        Some(inner) => return in_schema(root, inner, below, references),
        None if map.contains_key("patternProperties") => return Some(true),
        None if properties.is_some() => told(below.is_empty().then_some(false)),
        // Nothing is said of its keys.
        None if !map.contains_key("$ref")
            && ["allOf", "anyOf", "oneOf"]
                .iter()
                .all(|word| !map.contains_key(*word)) =>
        {
            return Some(true);
        }
        None => false,
    };
    known
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::yaml;

    fn declared(values: &str, schema: &str) -> Declared {
        Declared {
            defaults: vec![yaml::read_values(&Source::new("values.yaml", values)).unwrap()],
            schema: (!schema.is_empty()).then(|| Source::new("values.schema.json", schema)),
            ..Declared::default()
        }
    }

    #[test]
    fn defaults_say_which_keys_there_are() {
        let declared = declared("a: {b: 1}\nopen: {}\nnone: null\nlist: [{x: 1}]\n", "");
        for keys in [
            &["a", "b"][..],
            &["open", "x"],
            &["none", "x", "y"],
            &["list", "0", "y"],
            &["global", "x"],
            // Only the user can have put the map around it there.
            &["a", "c", "d"],
        ] {
            assert!(declared.has(keys), "{keys:?}");
        }
        for keys in [&["lables"][..], &["a", "c"], &["a", "b", "c"]] {
            assert!(!declared.has(keys), "{keys:?}");
        }
    }

    #[test]
    fn schemas_say_which_keys_there_are() {
        let schema = r##"{
            "$defs": {"image": {"properties": {"tag": {}}, "additionalProperties": false}, "loop": {"$ref": "#/$defs/loop"}},
            "properties": {
                "image": {"$ref": "#/$defs/image"},
                "loop": {"$ref": "#/$defs/loop"},
                "labels": {"type": "object", "additionalProperties": {"type": "string"}},
                "list": {"items": {"properties": {"x": {}}, "additionalProperties": false}},
                "any": {},
                "either": {"oneOf": [{"type": "string"}, {"properties": {"z": {}}}]}
            }
        }"##;
        let declared = declared("", schema);
        for keys in [
            &["image", "tag"][..],
            &["labels", "x"],
            &["list", "0", "x"],
            &["any", "x", "y"],
            &["loop", "x"],
            &["either", "z"],
        ] {
            assert!(declared.has(keys), "{keys:?}");
        }
        for keys in [&["lables"][..], &["image", "tga"], &["list", "0", "y"]] {
            assert!(!declared.has(keys), "{keys:?}");
        }
    }
}
