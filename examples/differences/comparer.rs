//! A small comparer of its own: which paths differ between two lists of objects.

use std::collections::{BTreeMap, BTreeSet};

use promchart::manifest::Object;
use promchart::source::Source;
use promchart::yaml::{self, Node, Value};
use serde_json::Value as Json;

/// Lists and the keys of their items; other lists count as a whole.
const KEYS: &[(&str, &[&str])] = &[
    ("containers", &["name"]),
    ("initContainers", &["name"]),
    ("volumes", &["name"]),
    ("env", &["name"]),
    ("imagePullSecrets", &["name"]),
    ("volumeMounts", &["mountPath"]),
    ("hostAliases", &["ip"]),
    ("topologySpreadConstraints", &["topologyKey", "whenUnsatisfiable"]),
];

/// The key of an object in all tables here.
pub fn identity(object: &Json) -> String {
    let text = |key: &str| object[key].as_str().unwrap_or_default();
    format!("{}/{}/{}", text("kind"), text("namespace"), text("name"))
}

fn by_identity(objects: &[Object]) -> BTreeMap<String, &Object> {
    let named = objects.iter().map(|object| {
        let identity = &object.identity;
        (
            format!("{}/{}/{}", identity.kind, identity.namespace, identity.name),
            object,
        )
    });
    named.collect()
}

/// `Kind/namespace/name path` for all that differs; nothing behind the object where only one side has it.
pub fn paths(old: &[Object], new: &[Object]) -> BTreeSet<String> {
    let (old, new) = (by_identity(old), by_identity(new));
    let mut found = BTreeSet::new();
    for key in old.keys().chain(new.keys()) {
        match (old.get(key), new.get(key)) {
            (Some(old), Some(new)) => {
                let mut differing = BTreeSet::new();
                both(&old.node, &new.node, "", "", &mut differing);
                found.extend(differing.into_iter().map(|path| format!("{key} {path}")));
            }
            _ => {
                found.insert(format!("{key} "));
            }
        }
    }
    found
}

fn both(old: &Node, new: &Node, path: &str, name: &str, found: &mut BTreeSet<String>) {
    let inside = path.contains(" > ");
    if old == new {
        return;
    }
    match (&old.value, &new.value) {
        (Value::Map(a), Value::Map(b)) => {
            for key in a.keys().chain(b.keys()) {
                let shown = if key.contains('.') || key.is_empty() {
                    format!("\"{key}\"")
                } else {
                    key.to_string()
                };
                let glue = if path.is_empty() || path.ends_with(" > ") {
                    ""
                } else {
                    "."
                };
                let below = format!("{path}{glue}{shown}");
                match (a.get(key), b.get(key)) {
                    (Some(old), Some(new)) => both(old, new, &below, key, found),
                    (Some(one), None) | (None, Some(one)) if inside || !is_nothing(one, key) => {
                        found.insert(below);
                    }
                    _ => {}
                }
            }
        }
        (Value::List(a), Value::List(b)) => lists(a, b, path, name, found),
        (Value::String(a), Value::String(b)) if path.starts_with("data.") && !inside => {
            let read = |text: &str| yaml::read_document(&Source::new("text", text)).ok();
            let is_tree = |node: &Node| matches!(node.value, Value::Map(_) | Value::List(_));
            match (read(a).filter(is_tree), read(b).filter(is_tree)) {
                (Some(a), Some(b)) if a != b => both(&a, &b, &format!("{path} > "), "", found),
                _ => {
                    found.insert(path.to_owned());
                }
            }
        }
        (Value::Null, _) if !inside && is_nothing(new, name) => {}
        (_, Value::Null) if !inside && is_nothing(old, name) => {}
        _ => {
            found.insert(path.to_owned());
        }
    }
}

fn lists(old: &[Node], new: &[Node], path: &str, name: &str, found: &mut BTreeSet<String>) {
    let keys: Vec<&str> = match KEYS.iter().find(|(list, _)| *list == name) {
        Some((_, keys)) => keys.to_vec(),
        None if name == "ports" && path.contains("ontainers[") => vec!["containerPort", "protocol"],
        None if name == "ports" && path == "spec.ports" => vec!["port", "protocol"],
        None if path.contains(" > ") => vec!["name", "job_name", "alert", "record"],
        None => Vec::new(),
    };
    // Of data in texts, one of the keys; of Kubernetes' lists, all of them.
    let told: Vec<Vec<&str>> = match path.contains(" > ") {
        true => keys.iter().map(|key| vec![*key]).collect(),
        false if keys.is_empty() => Vec::new(),
        false => vec![keys],
    };
    let named = |list: &[Node], keys: &[&str]| -> Option<BTreeMap<String, Node>> {
        let mut named = BTreeMap::new();
        for item in list {
            let values: Option<Vec<String>> = keys
                .iter()
                .map(|key| match item.get(key).map(|node| &node.value) {
                    Some(Value::String(text)) => Some(format!("{key}={text}")),
                    Some(Value::Int(number)) => Some(format!("{key}={number}")),
                    None if *key == "protocol" => Some("protocol=TCP".to_owned()),
                    _ => None,
                })
                .collect();
            named.insert(format!("[{}]", values?.join(",")), item.clone());
        }
        (named.len() == list.len()).then_some(named)
    };
    let pair = told
        .iter()
        .find_map(|keys| named(old, keys).zip(named(new, keys)));
    let Some((old_named, new_named)) = pair else {
        found.insert(path.to_owned());
        return;
    };
    for key in old_named.keys().chain(new_named.keys()) {
        let below = format!("{path}{key}");
        match (old_named.get(key), new_named.get(key)) {
            (Some(old), Some(new)) => both(old, new, &below, "", found),
            _ => {
                found.insert(below);
            }
        }
    }
}

/// Maps of which the server keeps nothing where they are empty, and what it writes itself where nothing is said.
const EMPTY: &[&str] = &[
    "labels",
    "annotations",
    "nodeSelector",
    "matchLabels",
    "resources",
    "limits",
    "requests",
    "data",
];
const DEFAULTS: &[(&str, &str)] = &[
    ("sessionAffinity", "None"),
    ("terminationMessagePath", "/dev/termination-log"),
    ("terminationMessagePolicy", "File"),
];

/// Whether the server keeps nothing of what stands under a key, or would write it itself.
fn is_nothing(node: &Node, key: &str) -> bool {
    match &node.value {
        Value::Null => true,
        Value::List(list) => list.is_empty(),
        Value::Map(map) => map.is_empty() && EMPTY.contains(&key),
        Value::String(text) => is_default(key, text),
        _ => false,
    }
}

pub fn is_default(key: &str, text: &str) -> bool {
    DEFAULTS.contains(&(key, text))
}

/// What a report says, in the same form: lists without keys count as a whole.
pub fn reported(report: &Json) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for object in report["objects"].as_array().into_iter().flatten() {
        let identity = identity(object);
        if object["change"] == "renamed" {
            let was = &object["was"];
            found.insert(format!("{identity} "));
            found.insert(format!("{} ", self::identity(was)));
            continue;
        }
        let fields = object["fields"].as_array().into_iter().flatten();
        let mut is_whole = true;
        for field in fields {
            is_whole = false;
            if field["change"] != "moved" {
                found.insert(format!(
                    "{identity} {}",
                    cut(&field["steps"], field["path"].as_str().unwrap_or_default())
                ));
            }
        }
        if is_whole {
            found.insert(format!("{identity} "));
        }
    }
    found
}

/// The path up to the first list whose items have no keys.
fn cut(steps: &Json, path: &str) -> String {
    let steps = steps.as_array().map(Vec::as_slice).unwrap_or_default();
    let is_unkeyed =
        |step: &&Json| step.is_object() && step.get("inside").is_none() && step.get("keys").is_none();
    match steps.iter().find(is_unkeyed) {
        Some(step) => {
            let index = step
                .get("new")
                .or_else(|| step.get("old"))
                .and_then(Json::as_u64)
                .unwrap_or_default();
            let mark = format!("[{index}]");
            path.split_once(&mark)
                .map_or(path, |(before, _)| before)
                .to_owned()
        }
        None => path.to_owned(),
    }
}

/// The objects and paths that a report speaks of.
pub fn touched(report: &Json) -> BTreeSet<(String, String)> {
    let mut found = BTreeSet::new();
    for object in report["objects"].as_array().into_iter().flatten() {
        let fields = object["fields"].as_array().into_iter().flatten();
        let mut names = vec![identity(object)];
        if object["was"].is_object() {
            names.push(identity(&object["was"]));
        }
        for name in names {
            if object["change"] != "changed" {
                found.insert((name.clone(), String::new()));
            }
            found.extend(fields.clone().map(|field| {
                (
                    name.clone(),
                    field["path"].as_str().unwrap_or_default().to_owned(),
                )
            }));
        }
    }
    found
}

/// The paths of the leaves of values; lists count as one.
pub fn leaves(node: &Node) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    let mut open = vec![(node, Vec::new())];
    while let Some((node, path)) = open.pop() {
        match node.as_map() {
            Some(map) if !map.is_empty() => {
                open.extend(map.iter().map(|(key, entry)| {
                    let mut below: Vec<String> = path.clone();
                    below.push(key.to_string());
                    (&entry.node, below)
                }));
            }
            _ => found.push(path),
        }
    }
    found
}

/// A path of keys as reports write it.
pub fn dotted(path: &[String]) -> String {
    let quoted = path.iter().map(|key| match key.contains('.') || key.is_empty() {
        true => format!("\"{key}\""),
        false => key.clone(),
    });
    quoted.collect::<Vec<_>>().join(".")
}
