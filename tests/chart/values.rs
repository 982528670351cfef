//! values.yaml and values.schema.json of each chart say the same, and say it to people.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use promchart::pipeline::{self, Request};
use promchart::source::Source;
use promchart::values;
use promchart::yaml::{self, Node};
use serde_json::Value as Json;

use crate::rendered;

/// The charts that have values: where they are in the repository.
const CHARTS: &[&str] = &[
    "",
    "charts/alertmanager/",
    "charts/kube-state-metrics/",
    "charts/prometheus-node-exporter/",
    "charts/prometheus-pushgateway/",
];

struct Values {
    source: Arc<Source>,
    node: Node,
    schema: Json,
}

fn load(chart: &str) -> Values {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let text = |name: &str| fs::read_to_string(root.join(chart).join(name)).unwrap();
    let source = Source::new(format!("{chart}values.yaml"), text("values.yaml"));
    Values {
        node: yaml::read_values(&source).unwrap(),
        source,
        schema: serde_json::from_str(&text("values.schema.json")).unwrap(),
    }
}

fn all() -> Vec<Values> {
    CHARTS.iter().map(|chart| load(chart)).collect()
}

/// A schema and those that it takes in by `$ref` and `allOf`.
fn parts<'s>(schema: &'s Json, root: &'s Json) -> Vec<&'s Json> {
    let mut parts = vec![schema];
    if let Some(reference) = schema["$ref"].as_str() {
        let target = root.pointer(reference.strip_prefix('#').unwrap());
        parts.extend(self::parts(
            target.unwrap_or_else(|| panic!("no {reference}")),
            root,
        ));
    }
    for part in schema["allOf"].as_array().into_iter().flatten() {
        parts.extend(self::parts(part, root));
    }
    parts
}

/// The properties that a schema names, with their schemas.
fn properties<'s>(schema: &'s Json, root: &'s Json) -> Vec<(&'s String, &'s Json)> {
    parts(schema, root)
        .into_iter()
        .filter_map(|part| part["properties"].as_object())
        .flatten()
        .collect()
}

/// The schema of what a map holds under a key that it does not name, or of a list's items.
fn any<'s>(schema: &'s Json, root: &'s Json, keyword: &str) -> Option<&'s Json> {
    parts(schema, root)
        .into_iter()
        .map(|part| &part[keyword])
        .find(|found| found.is_object())
}

/// What a schema fails to say about a value: its type, and what it is for.
fn unsaid(schema: &Json, root: &Json) -> Option<&'static str> {
    let parts = parts(schema, root);
    let has = |keyword: &str| parts.iter().any(|part| !part[keyword].is_null());
    if !["type", "enum", "const", "anyOf", "oneOf"]
        .iter()
        .any(|keyword| has(keyword))
    {
        return Some("has no type");
    }
    let is_described = parts.iter().any(|part| {
        part["description"]
            .as_str()
            .is_some_and(|text| !text.trim().is_empty())
    });
    (!is_described).then_some("has no description")
}

/// Every key of the node is in the schema, with a type and a description; where `is_open`, a map of which the
/// schema names no key may hold any: people choose the keys of labels, flags and the like, and a list's items are
/// Kubernetes' own.
fn covered(node: &Node, schema: &Json, root: &Json, path: &str, is_open: bool, wrong: &mut Vec<String>) {
    if let Some(map) = node.as_map() {
        let named = properties(schema, root);
        let others = any(schema, root, "additionalProperties");
        for (key, entry) in map.iter() {
            let path = format!("{path}{key}");
            let found = named.iter().find(|(name, _)| name.as_str() == &**key);
            match (found, others) {
                (Some((_, schema)), _) => {
                    if let Some(what) = unsaid(schema, root) {
                        wrong.push(format!("{}: `{path}` {what}", entry.key_place));
                    }
                    covered(&entry.node, schema, root, &format!("{path}."), is_open, wrong);
                }
                (None, Some(schema)) => {
                    covered(&entry.node, schema, root, &format!("{path}."), is_open, wrong)
                }
                (None, None) if is_open && named.is_empty() => {}
                (None, None) => wrong.push(format!("{}: `{path}` is not in the schema", entry.key_place)),
            }
        }
    }
    if let (Some(list), Some(schema)) = (node.as_list(), any(schema, root, "items")) {
        for (index, item) in list.iter().enumerate() {
            covered(item, schema, root, &format!("{path}{index}."), true, wrong);
        }
    }
}

#[test]
fn every_key_is_in_the_schema() {
    let mut wrong = Vec::new();
    for Values { node, schema, .. } in all() {
        covered(&node, &schema, &schema, "", false, &mut wrong);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The lines from the comment above a key to the end of its block, which are all that people read about it.
fn block<'t>(lines: &[&'t str], line: usize) -> Vec<&'t str> {
    let indent = |text: &str| text.len() - text.trim_start().len();
    let own = indent(lines[line - 1]);
    let is_comment = |text: &&str| text.trim_start().starts_with('#');
    let above = lines[..line - 1]
        .iter()
        .rev()
        .take_while(|text| is_comment(text))
        .count();
    let below = lines[line..]
        .iter()
        .take_while(|text| {
            let is_item = text.trim_start().starts_with("- ") && indent(text) == own;
            text.trim().is_empty() || indent(text) > own || is_item
        })
        .count();
    lines[line - 1 - above..line + below].to_vec()
}

/// Whether comments speak of a key: as `key:`, or as `key` in backticks.
fn is_mentioned(lines: &[&str], key: &str) -> bool {
    let quoted = format!("`{key}`");
    let is_key = |text: &str| {
        text.match_indices(key).any(|(at, _)| {
            let before = text[..at].chars().next_back().unwrap_or(' ');
            let after = &text[at + key.len()..];
            after.starts_with(':') && (" {,-.`#\"'".contains(before))
        })
    };
    lines
        .iter()
        .filter_map(|line| Some(line.split_once('#')?.1))
        .any(|comment| comment.contains(&quoted) || is_key(comment))
}

/// Every property of a schema is a key of values.yaml, or the comments of the block that it belongs to speak of it.
/// Of what a list holds there are examples only; and a scrape job has whatever Prometheus knows, as the comment
/// above all of them says.
fn mentioned(
    values: &Values,
    lines: &[&str],
    (node, schema): (&Node, &Json),
    path: &str,
    about: &[&str],
    wrong: &mut Vec<String>,
) {
    for (name, schema) in properties(schema, &values.schema) {
        let path = format!("{path}{name}");
        if path.starts_with("scrapeConfigs.") {
            continue;
        }
        match node.as_map().and_then(|map| map.entry(name)) {
            Some(entry) => {
                let about = block(lines, entry.key_place.line as usize);
                mentioned(
                    values,
                    lines,
                    (&entry.node, schema),
                    &format!("{path}."),
                    &about,
                    wrong,
                );
            }
            None if is_mentioned(about, name) => {}
            None => wrong.push(format!("{}: `{path}`", values.source.name())),
        }
    }
}

#[test]
fn every_property_is_in_the_values() {
    let mut wrong = Vec::new();
    for values in all() {
        let lines: Vec<&str> = values.source.text().lines().collect();
        mentioned(
            &values,
            &lines,
            (&values.node, &values.schema),
            "",
            &lines,
            &mut wrong,
        );
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Whether the line above holds a comment that is not the end of another key's.
fn is_commented(lines: &[&str], line: usize) -> bool {
    line >= 2 && {
        let comment = lines[line - 2].trim_start();
        comment.len() > 1 && comment.starts_with('#')
    }
}

/// Every key has a comment in the line above, or the key of the block that it stands in has. In a list, and below a
/// scrape job, whose forms are Kubernetes' and Prometheus' own, that of the list or job is enough.
fn commented(
    lines: &[&str],
    node: &Node,
    path: &[&str],
    above: bool,
    in_list: bool,
    wrong: &mut Vec<String>,
) {
    if let Some(map) = node.as_map() {
        for (key, entry) in map.iter() {
            let own = is_commented(lines, entry.key_place.line as usize);
            let path: Vec<&str> = path.iter().copied().chain([&**key]).collect();
            if !own && !above {
                wrong.push(format!("{}: `{}`", entry.key_place, path.join(".")));
            }
            let is_job = path.len() >= 2 && path[0] == "scrapeConfigs";
            let is_enough = own || (above && (is_job || in_list));
            commented(lines, &entry.node, &path, is_enough, in_list, wrong);
        }
    }
    for item in node.as_list().into_iter().flatten() {
        commented(lines, item, path, above, true, wrong);
    }
}

#[test]
fn every_key_has_a_comment() {
    let mut wrong = Vec::new();
    for values in all() {
        let lines: Vec<&str> = values.source.text().lines().collect();
        commented(&lines, &values.node, &[], false, false, &mut wrong);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_defaults_are_valid() {
    for Values { source, node, schema } in all() {
        jsonschema::meta::validate(&schema).unwrap();
        let validator = jsonschema::validator_for(&schema).unwrap();
        let instance = yaml::to_json(&node);
        let errors: Vec<String> = validator
            .iter_errors(&instance)
            .map(|error| format!("{}: {}: {error}", source.name(), error.instance_path()))
            .collect();
        assert!(errors.is_empty(), "{}", errors.join("\n"));
    }
}

#[test]
fn the_environments_are_valid() {
    for env in rendered::ENVIRONMENTS {
        let request = Request {
            env: Some((*env).to_owned()),
            ..Request::default()
        };
        let prepared = pipeline::prepare(&request).unwrap();
        values::validate(&prepared.resolved).unwrap();
    }
}

/// The schemas let in what they do not know, so that values of other versions go on working; what is shipped has no
/// such key, nor has what the other tests switch on.
#[test]
fn the_environments_set_only_what_the_schemas_know() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut layers = vec![Source::new("everything.yaml", rendered::EVERYTHING)];
    for env in rendered::ENVIRONMENTS {
        let name = format!("values/{env}.yaml");
        let text = fs::read_to_string(root.join(&name)).unwrap();
        layers.push(Source::new(name, text));
    }
    let mut wrong = Vec::new();
    for layer in &layers {
        let mut node = yaml::read_values(layer).unwrap();
        let values = node.as_map_mut().unwrap();
        // Every chart has the globals that it uses.
        values.remove("global");
        for chart in &CHARTS[1..] {
            let key = chart.trim_start_matches("charts/").trim_end_matches('/');
            let schema = load(chart).schema;
            // The subchart's own schema is the one that knows its keys.
            if let Some(entry) = values.remove(key) {
                covered(
                    &entry.node,
                    &schema,
                    &schema,
                    &format!("{key}."),
                    true,
                    &mut wrong,
                );
            }
        }
        let schema = load("").schema;
        covered(&node, &schema, &schema, "", true, &mut wrong);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
