//! `promchart schema`: what editors are given.

use std::fs;
use std::path::{Path, PathBuf};

use crate::support::{Fixture, documents, read};
use crate::tools::skip;
use serde_json::{Value as Json, json};

fn schema_of(fixture: &Fixture, arguments: &[&str]) -> Json {
    serde_json::from_str(fixture.run(&[&["schema"], arguments].concat()).done()).unwrap()
}

fn validator(schema: &Json) -> jsonschema::Validator {
    jsonschema::meta::validate(schema).unwrap();
    jsonschema::options().offline().build(schema).unwrap()
}

/// What a schema has against a values file.
fn complaints(validator: &jsonschema::Validator, text: &str) -> Vec<String> {
    let values = documents(text).pop().unwrap_or_else(|| json!({}));
    validator
        .iter_errors(&values)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect()
}

#[test]
fn a_chart_without_a_schema() {
    let fixture = Fixture::new()
        .file(
            "demo/Chart.yaml",
            "apiVersion: v2\nname: demo\nversion: 0.1.0\nengine: jinja\n",
        )
        .file(
            "demo/values.yaml",
            "\
# How many.
replicas: 1
image:
  # -- What to pull.
  tag: v1
  pullSecret: ''
on: # The truth.
  - a
nothing: null
password: hunter2
",
        );
    assert_eq!(
        schema_of(&fixture, &["--chart", "demo"]),
        json!({
            "$schema": "http://json-schema.org/draft-07/schema#",
            "title": "Values of the chart demo",
            "type": "object",
            "properties": {
                "replicas": {"type": ["number", "null"], "description": "How many.", "default": 1},
                "image": {
                    "type": ["object", "null"],
                    "properties": {
                        "tag": {"type": ["string", "null"], "description": "What to pull.", "default": "v1"},
                        "pullSecret": {},
                    }
                },
                "true": {"type": ["array", "null"], "description": "The truth."},
                "nothing": {},
                "password": {"type": ["string", "null"]},
            }
        })
    );
}

#[test]
fn a_chart_with_a_schema_and_subcharts() {
    let fixture = Fixture::new()
        .file(
            "demo/Chart.yaml",
            "apiVersion: v2\nname: demo\nversion: 0.1.0\nengine: jinja\ndependencies:\n  \
             - {name: store, version: 0.1.0, condition: store.enabled, tags: [data]}\n  \
             - {name: store, version: 0.1.0, alias: second}\n",
        )
        .file(
            "demo/values.yaml",
            "# How many.\nreplicas: 1\nmode: a\nstore: {enabled: true}\n",
        )
        .file(
            "demo/values.schema.json",
            r##"{"type": "object", "required": ["replicas"], "properties": {
                "replicas": {"type": "integer"},
                "mode": {"$ref": "#/definitions/mode"}},
                "definitions": {"mode": {"enum": ["a", "b"], "description": "Which."}}}"##,
        )
        .file(
            "demo/charts/store/Chart.yaml",
            "apiVersion: v2\nname: store\nversion: 0.1.0\nengine: jinja\ndescription: Keeps.\n",
        )
        .file("demo/charts/store/values.yaml", "size: {value: 1}\n")
        .file(
            "demo/charts/store/values.schema.json",
            r##"{"additionalProperties": false, "properties": {"size": {"required": ["value"], "allOf": [{"$ref": "#/definitions/size"}]}},
                "definitions": {"size": {"type": "object", "properties": {"value": {"type": "integer"}}}}}"##,
        );
    let schema = schema_of(&fixture, &["--chart", "demo"]);
    assert_eq!(
        schema["properties"]["replicas"],
        json!({"type": ["integer", "null"], "description": "How many."})
    );
    // It has a text of its own.
    assert_eq!(
        schema["properties"]["mode"],
        json!({"anyOf": [{"$ref": "#/definitions/mode"}, {"type": "null"}]})
    );
    assert_eq!(
        schema["properties"]["second"],
        json!({"description": "Keeps.", "type": "object", "allOf": [{"$ref": "#/definitions/subchart.second"}]})
    );
    let validator = validator(&schema);
    for good in [
        "",
        "mode: b",
        "mode: null",
        "store: {enabled: false, size: {value: 2}, global: {a: 1}}",
        "store: {size: null}",
        "store: {size: {}}",
        "second: {size: {value: 3}}",
        "tags: {data: false}\nglobal: {a: 1}\nunknown: 1",
    ] {
        assert_eq!(complaints(&validator, good), [""; 0], "{good}");
    }
    for bad in [
        "mode: c",
        "replicas: two",
        "store: {size: {value: x}}",
        "store: {sise: 1}",
        "store: 1",
        // Only the parent's condition reads it, and this one has none.
        "second: {enabled: true}",
        "tags: {data: 1}",
    ] {
        assert_ne!(complaints(&validator, bad), [""; 0], "{bad}");
    }
}

#[test]
fn the_built_in_charts_own_values_fit() {
    let schema = schema_of(&Fixture::new(), &[]);
    let validator = validator(&schema);
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = vec![root.join("values.yaml")];
    let environments = fs::read_dir(root.join("values")).unwrap();
    files.extend(environments.map(|entry| entry.unwrap().path()));
    assert!(files.len() > 3);
    for file in files {
        let found = complaints(&validator, &read(&file));
        assert_eq!(found, [""; 0], "{}", file.display());
    }
    for bad in [
        "server: {retention: []}",
        "alertmanager: {replicaCount: many}",
        "prometheus-node-exporter: {service: {port: x}}",
    ] {
        assert_ne!(complaints(&validator, bad), [""; 0], "{bad}");
    }
    // Every key of every chart is described.
    let described = |pointer: &str| schema.pointer(pointer).and_then(|text| text.as_str()).is_some();
    for pointer in [
        "/properties/server/properties/retention/description",
        "/properties/alertmanager/description",
        "/definitions/subchart.alertmanager/properties/replicaCount/description",
    ] {
        assert!(described(pointer), "{pointer}");
    }
}

/// Values that people have and that promchart takes are not complained about in their editors.
#[test]
fn real_values_that_are_taken_fit() {
    let test = "real_values_that_are_taken_fit";
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/parity/cases/real");
    let folder =
        std::env::var_os("PROMCHART_CASES").map_or(folder, |cases| PathBuf::from(cases).join("real"));
    let Ok(cases) = fs::read_dir(&folder) else {
        return skip(test, "../shared/parity/cases/real is not there");
    };
    let fixture = Fixture::new();
    let validator = validator(&schema_of(&fixture, &[]));
    let mut count = 0;
    for case in cases {
        let file = case.unwrap().path().join("values.yaml");
        if !file.is_file() {
            continue;
        }
        let run = fixture.run(&["values", "-f", file.to_str().unwrap()]);
        // A number in quotes is taken with a warning, and an editor says the same.
        if run.status != Some(0) || run.stderr.contains("[quoted-") {
            continue;
        }
        count += 1;
        let found = complaints(&validator, &read(&file));
        assert_eq!(found, [""; 0], "{}", file.display());
    }
    assert!(count > 20, "{count}");
}

/// The hook looks at each file and fails where one of them has an error.
#[cfg(unix)]
#[test]
fn the_hook_of_pre_commit() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let hooks = documents(&read(&root.join(".pre-commit-hooks.yaml"))).remove(0);
    let entry = hooks[0]["entry"].as_str().unwrap();
    let script = entry
        .strip_prefix("sh -c '")
        .and_then(|rest| rest.split_once('\''));
    let (script, name) = script.unwrap();
    let program = Path::new(crate::support::PROGRAM).parent().unwrap();
    let fixture = Fixture::new()
        .file("values.yaml", "server: {retention: 30d}\n")
        .file("other-values.yaml", "server: {retention: []}\n");
    let run = |files: &[&str]| {
        let mut command = std::process::Command::new("/bin/sh");
        command.args(["-c", script, name.trim()]).args(files);
        command.env("PATH", program).current_dir(fixture.path("."));
        command.output().unwrap()
    };
    assert_eq!(run(&["values.yaml"]).status.code(), Some(0));
    let failed = run(&["other-values.yaml", "values.yaml"]);
    assert_eq!(failed.status.code(), Some(1));
    let said = String::from_utf8_lossy(&[failed.stdout, failed.stderr].concat()).into_owned();
    assert!(said.contains("other-values.yaml:1:"), "{said}");
    // What could be better in the chart itself is not asked of whoever commits values.
    assert!(!said.contains("info:"), "{said}");
    let pattern = regex::Regex::new(hooks[0]["files"].as_str().unwrap()).unwrap();
    for (name, is_meant) in [
        ("values.yaml", true),
        ("a/values-prod.yaml", true),
        ("prod.values.yml", true),
        ("values.prod.eu.yaml", true),
        ("myvalues.yaml", false),
        ("templates/cm.yaml", false),
    ] {
        assert_eq!(pattern.is_match(name), is_meant, "{name}");
    }
}
