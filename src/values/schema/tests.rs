use std::sync::Arc;

use super::*;
use crate::chart::{Chart, Dependency, Metadata};
use crate::diagnostic::Diagnostics;
use crate::source::Source;
use crate::values::{Inputs, UserValues, resolve};
use crate::yaml;

pub(super) struct Sample {
    name: &'static str,
    values: &'static str,
    schema: &'static str,
    subcharts: Vec<Sample>,
}

pub(super) fn sample(
    name: &'static str,
    values: &'static str,
    schema: &'static str,
    subcharts: Vec<Sample>,
) -> Sample {
    Sample {
        name,
        values,
        schema,
        subcharts,
    }
}

/// A chart as it is loaded; every subchart has the condition `NAME.enabled`.
pub(super) fn chart(sample: Sample, path: &str) -> Arc<Chart> {
    let subcharts: Vec<Arc<Chart>> = sample
        .subcharts
        .into_iter()
        .map(|subchart| {
            let path = format!("{path}charts/{}/", subchart.name);
            chart(subchart, &path)
        })
        .collect();
    let dependencies = subcharts.iter().map(|subchart| Dependency {
        name: subchart.metadata.name.clone(),
        version: "*".to_owned(),
        condition: format!("{}.enabled", subchart.metadata.name),
        ..Dependency::default()
    });
    let metadata = Metadata {
        name: sample.name.to_owned(),
        version: "1.0.0".to_owned(),
        dependencies: dependencies.collect(),
        ..Metadata::default()
    };
    let schema =
        (!sample.schema.is_empty()).then(|| Source::new(format!("{path}values.schema.json"), sample.schema));
    Arc::new(Chart {
        metadata,
        values: yaml::read_values(&Source::new(format!("{path}values.yaml"), sample.values)).unwrap(),
        schema,
        subcharts,
        ..Chart::default()
    })
}

pub(super) fn resolved(sample: Sample, user: &str, set: &[&str]) -> Resolved {
    let files = if user.is_empty() {
        vec![]
    } else {
        vec![Source::new("user.yaml", user)]
    };
    let inputs = Inputs {
        files,
        set: set.iter().map(|argument| (*argument).to_owned()).collect(),
        ..Inputs::default()
    };
    let user = UserValues::read(&inputs, &|_| unreachable!()).unwrap();
    resolve(&chart(sample, ""), &user.values).unwrap()
}

pub(super) fn complaints(result: Result<()>) -> Vec<String> {
    let describe = |diagnostic: &Diagnostic| {
        let place = diagnostic
            .place()
            .map_or("nowhere".to_owned(), ToString::to_string);
        let help = diagnostic
            .help
            .as_ref()
            .map_or(String::new(), |help| format!(" ({help})"));
        format!("{place}: {}: {}{help}", diagnostic.code, diagnostic.message)
    };
    match result {
        Ok(()) => Vec::new(),
        Err(Diagnostics(errors)) => errors.iter().map(describe).collect(),
    }
}

/// All complaints about one chart without subcharts.
fn check(values: &'static str, schema: &'static str, user: &str) -> Vec<String> {
    complaints(validate(&resolved(
        sample("c", values, schema, vec![]),
        user,
        &[],
    )))
}

#[test]
fn each_keyword_in_words() {
    let cases = [
        (
            r#"{"type": "integer"}"#,
            "three",
            "has to be a whole number, but is the string `three`",
        ),
        (
            r#"{"type": "integer"}"#,
            "1.5",
            "has to be a whole number, but is the number 1.5",
        ),
        (
            r#"{"type": ["string", "null"]}"#,
            "5",
            "has to be null or a string, but is the number 5",
        ),
        (
            r#"{"type": "boolean"}"#,
            "''",
            "has to be true or false, but is an empty string",
        ),
        (r#"{"type": "object"}"#, "[1]", "has to be a map, but is a list"),
        (r#"{"type": "array"}"#, "{a: 1}", "has to be a list, but is a map"),
        (
            r#"{"type": "number"}"#,
            "true",
            "has to be a number, but is `true`",
        ),
        (r#"{"const": 5}"#, "6", "has to be `5`, but is the number 6"),
        (
            r#"{"enum": ["one", 2, null]}"#,
            "3",
            "has to be `one`, `2` or `null`, but is the number 3",
        ),
        (
            r#"{"minimum": 1}"#,
            "0",
            "has to be at least 1, but is the number 0",
        ),
        (
            r#"{"maximum": 65535}"#,
            "70000",
            "has to be at most 65535, but is the number 70000",
        ),
        (
            r#"{"exclusiveMinimum": 0}"#,
            "0",
            "has to be more than 0, but is the number 0",
        ),
        (
            r#"{"exclusiveMaximum": 1}"#,
            "1",
            "has to be less than 1, but is the number 1",
        ),
        (
            r#"{"multipleOf": 2}"#,
            "3",
            "has to be a multiple of 2, but is the number 3",
        ),
        (r#"{"minLength": 1}"#, "''", "must not be empty"),
        (r#"{"minLength": 3}"#, "ab", "has to have at least 3 characters"),
        (
            r#"{"maxLength": 1}"#,
            "ab",
            "has to have at most 1 characters, but has 2",
        ),
        (
            r#"{"pattern": "^[0-9]+s$"}"#,
            "10x",
            "has to match `^[0-9]+s$`, but is the string `10x`",
        ),
        (
            r#"{"minItems": 1}"#,
            "[]",
            "has to have at least one item, but has 0",
        ),
        (
            r#"{"maxItems": 1}"#,
            "[1, 2]",
            "has to have at most 1 items, but has 2",
        ),
        (
            r#"{"uniqueItems": true}"#,
            "[1, 1]",
            "must not have the same item twice",
        ),
        (
            r#"{"minProperties": 1}"#,
            "{}",
            "has to have at least one key, but has 0",
        ),
        (
            r#"{"maxProperties": 1}"#,
            "{a: 1, b: 2}",
            "has to have at most 1 keys, but has 2",
        ),
        (
            r#"{"contains": {"const": 1}}"#,
            "[2]",
            "lacks an item that it has to have",
        ),
        (
            r#"{"not": {"type": "string"}}"#,
            "text",
            "has a form that is not allowed",
        ),
        (r#"false"#, "1", "is not allowed here"),
        (
            r#"{"oneOf": [{"minimum": 1}, {"maximum": 9}]}"#,
            "5",
            "has to fit exactly one of the forms that it may have",
        ),
        (
            r#"{"anyOf": [{"type": "string"}, {"type": "array"}]}"#,
            "5",
            "has to be a string or a list, but is the number 5",
        ),
        (
            r#"{"oneOf": [{"const": "auto"}, {"type": "integer"}]}"#,
            "off",
            "has to be `auto` or a whole number, but is `false`",
        ),
    ];
    for (schema, value, expected) in cases {
        let schema = format!(
            r#"{{"$schema": "http://json-schema.org/draft-07/schema#", "properties": {{"a": {schema}}}}}"#
        );
        let found = check(
            "",
            Box::leak(schema.clone().into_boxed_str()),
            &format!("a: {value}"),
        );
        assert_eq!(
            found,
            [format!("user.yaml:1:4: invalid-value: `a` {expected}")],
            "{schema}"
        );
    }
}

#[test]
fn a_long_pattern_is_for_the_help() {
    let schema = r#"{"properties": {"a": {"description": "How long.",
        "pattern": "^((([0-9]+)y)?(([0-9]+)w)?(([0-9]+)d)?(([0-9]+)h)?(([0-9]+)m)?|0)$"}}}"#;
    assert_eq!(
        check("", schema, "a: 5x"),
        [
            "user.yaml:1:4: invalid-value: `a` has to match the pattern of its schema, but is the string `5x` \
          (the pattern is `^((([0-9]+)y)?(([0-9]+)w)?(([0-9]+)d)?(([0-9]+)h)?(([0-9]+)m)?|0)$`)"
        ]
    );
}

#[test]
fn a_default_that_the_schema_does_not_know_is_for_the_schema() {
    let schema = r#"{"additionalProperties": false, "properties": {"replicas": {}}}"#;
    let told = check("replicas: 1\nnewKey: 1", schema, "");
    assert_eq!(told.len(), 1);
    assert!(
        told[0].ends_with("(describe it in values.schema.json, too)"),
        "{told:?}"
    );
    let told = check("replicas: 1", schema, "newKey: 1");
    assert!(told[0].ends_with("(the root has `replicas`)"), "{told:?}");
}

#[test]
fn the_keys_of_a_map_that_is_wanted_are_named() {
    let schema = r#"{"properties": {"hosts": {"items": {"type": "object", "properties": {"host": {}, "paths": {}}}}}}"#;
    assert_eq!(
        check("hosts: []", schema, "hosts: [a.example.com]"),
        [
            "user.yaml:1:9: invalid-value: `hosts[0]` has to be a map, but is the string `a.example.com` (write a map with `host` and `paths`)"
        ]
    );
}

#[test]
fn a_whole_float_is_a_whole_number_and_deleted_keys_are_not_checked() {
    let schema = r#"{"properties": {"a": {"type": "integer"}, "b": {"type": "string"}}}"#;
    assert_eq!(check("b: text", schema, "a: 1.0\nb: null"), Vec::<String>::new());
}

pub(super) const SCHEMA: &str = r##"{
  "type": "object",
  "required": ["name"],
  "additionalProperties": false,
  "definitions": {"port": {"type": "integer", "description": "A port.", "maximum": 65535}},
  "properties": {
    "name": {"type": "string", "description": "What it is called."},
    "server": {
      "type": "object",
      "additionalProperties": false,
      "required": ["image"],
      "properties": {
        "image": {"type": "object", "description": "The image."},
        "replicas": {"type": "integer", "description": "How many pods run."},
        "ports": {"type": "array", "items": {"$ref": "#/definitions/port"}},
        "type": {"enum": ["ClusterIP", "LoadBalancer"]},
        "a.b": {"type": "string"}
      }
    }
  }
}"##;

#[test]
fn every_violation_at_its_place_with_what_helps() {
    let values = "name: x\nserver:\n  image: {tag: v1}\n  replicas: 1\n";
    let user = "name: null\nserver:\n  image: null\n  replica: 2\n  zzz: 1\n  replicas: many\n  ports: [80, 70000, http]\n  \
                type: LoadBalanced\n  a.b: 1\n";
    assert_eq!(
        check(values, SCHEMA, user),
        [
            "user.yaml:1:1: missing-key: `name` is missing",
            "user.yaml:3:3: missing-key: `server.image` is missing",
            "user.yaml:4:3: unknown-key: `server.replica` is not a key that the chart knows (did you mean `replicas`?)",
            "user.yaml:5:3: unknown-key: `server.zzz` is not a key that the chart knows (`server` has `a.b`, `image`, \
             `ports`, `replicas` and `type`)",
            "user.yaml:6:13: invalid-value: `server.replicas` has to be a whole number, but is the string `many`",
            "user.yaml:7:15: invalid-value: `server.ports[1]` has to be at most 65535, but is the number 70000",
            "user.yaml:7:22: invalid-value: `server.ports[2]` has to be a whole number, but is the string `http`",
            "user.yaml:8:9: invalid-value: `server.type` has to be `ClusterIP` or `LoadBalancer`, but is the string \
             `LoadBalanced` (did you mean `LoadBalancer`?)",
            "user.yaml:9:8: invalid-value: `server.\"a.b\"` has to be a string, but is the number 1",
        ]
    );
}

#[test]
fn flags_and_defaults_are_places_too() {
    let sample = || sample("c", "name: 5\n", SCHEMA, vec![]);
    let found = complaints(validate(&resolved(
        sample(),
        "",
        &["server.image.tag=v1,server.replicas=x"],
    )));
    assert_eq!(
        found,
        [
            "--set server.image.tag=v1,server.replicas=x: invalid-value: `server.replicas` has to be a whole number, but \
             is the string `x`",
            "values.yaml:1:7: invalid-value: `name` has to be a string, but is the number 5",
        ]
    );
}

#[test]
fn secrets_stay_out_of_messages() {
    let schema = r#"{"properties": {"adminPassword": {"type": "string", "pattern": "^.{12,}$"}}}"#;
    assert_eq!(
        check("", schema, "adminPassword: hunter2"),
        ["user.yaml:1:16: invalid-value: `adminPassword` has to match `^.{12,}$`, but is another text"]
    );
}

#[test]
fn of_several_forms_the_one_for_this_kind_complains() {
    let schema = r#"{"properties": {"a": {"anyOf": [
        {"type": "string"},
        {"type": "object", "properties": {"port": {"type": "integer"}}, "additionalProperties": false}]}}}"#;
    assert_eq!(
        check("", schema, "a: {port: x}"),
        ["user.yaml:1:11: invalid-value: `a.port` has to be a whole number, but is the string `x`"]
    );
    let schema = r#"{"properties": {"a": {"oneOf": [{"required": ["x"]}, {"required": ["k"]}]}}}"#;
    assert_eq!(
        check("", schema, "a: {b: 1}"),
        [
            "user.yaml:1:4: invalid-value: `a` fits none of the 2 forms that it may have (one of these has to be put \
          right: `a.x` is missing; `a.k` is missing)"
        ]
    );
}

fn with_subchart(schema: &'static str) -> Sample {
    let child = sample("s", "port: 80\nglobal: {own: 1}\n", schema, vec![]);
    sample("p", "global: {shared: 1}\n", "", vec![child])
}

#[test]
fn a_strict_subchart_takes_its_parents_globals_and_condition() {
    let schema = r#"{"additionalProperties": false, "properties": {"port": {"type": "integer"}}}"#;
    let check = |user: &str| complaints(validate(&resolved(with_subchart(schema), user, &[])));
    let none = Vec::<String>::new();
    assert_eq!(check(""), none);
    assert_eq!(check("s: {enabled: true}\nglobal: {more: {a: 1}}"), none);
    // What is written there for the subchart alone is another matter.
    assert_eq!(
        check("s: {global: {mine: 1}, enabled: true, prot: 1}"),
        [
            "user.yaml:1:5: unknown-key: `s.global` is not a key that the chart knows (`s` has `port`)",
            "user.yaml:1:39: unknown-key: `s.prot` is not a key that the chart knows (did you mean `port`?)",
        ]
    );
    assert_eq!(
        check("s: {enabled: maybe}"),
        ["user.yaml:1:5: unknown-key: `s.enabled` is not a key that the chart knows (`s` has `port`)"]
    );
}

#[test]
fn a_strict_chart_need_not_know_a_section_that_nobody_wrote() {
    let schema = r#"{"additionalProperties": false, "properties": {"port": {"type": "integer"}}}"#;
    let tree = || sample("p", "port: 1", schema, vec![sample("s", "", "", vec![])]);
    assert_eq!(
        complaints(validate(&resolved(tree(), "", &[]))),
        Vec::<String>::new()
    );
    assert_eq!(
        complaints(validate(&resolved(tree(), "s: {a: 1}", &[]))),
        ["user.yaml:1:1: unknown-key: `s` is not a key that the chart knows (the root has `port`)"]
    );
}

#[test]
fn a_disabled_subchart_is_not_checked() {
    let schema = r#"{"properties": {"port": {"type": "integer"}}}"#;
    let check = |user: &str| complaints(validate(&resolved(with_subchart(schema), user, &[])));
    assert_eq!(check("s: {port: http, enabled: false}"), Vec::<String>::new());
    assert_eq!(
        check("s: {port: http}"),
        ["user.yaml:1:11: invalid-value: `s.port` has to be a whole number, but is the string `http`"]
    );
}

#[test]
fn schemas_that_are_not_valid_are_errors_at_their_file() {
    let cases = [
        (
            "{",
            "values.schema.json:1:1: invalid-schema: the schema is not JSON: EOF while parsing an object",
        ),
        (
            "{\n  \"properties\": {\"a\": {\"type\": \"strng\"}}}",
            "values.schema.json:2:32: invalid-schema: the schema is not valid: `properties.a.type` has to be `array`, \
             `boolean`, `integer`, `null`, `number`, `object`, `string` or a list, but is the string `strng`",
        ),
        (
            "{\"properties\": {\"a\":\n  {\"$ref\": \"https://example.com/x.json\"}}}",
            "values.schema.json:2:12: invalid-schema: the schema refers to `https://example.com/x.json`, which is not \
             part of it (nothing is fetched: put what it refers to into the schema's `$defs`)",
        ),
        (
            "{\"$ref\": \"#/definitions/x\"}",
            "values.schema.json:1:10: invalid-schema: the schema refers to `#/definitions/x`, which it does not have",
        ),
        (
            "{\"$schema\": \"https://example.com/draft\"}",
            "values.schema.json:1:13: invalid-schema: `https://example.com/draft` is no version of JSON Schema that \
             promchart knows (use `http://json-schema.org/draft-07/schema#` or \
             `https://json-schema.org/draft/2020-12/schema`)",
        ),
        (
            "{\"pattern\": \"(\"}",
            "values.schema.json:1:13: invalid-schema: the schema is not valid: `pattern` has to have the format \
             `regex`, but is the string `(`",
        ),
    ];
    for (schema, expected) in cases {
        assert_eq!(check("", schema, ""), [expected], "{schema}");
    }
}

#[test]
fn references_in_circles_come_to_an_end() {
    for schema in [
        r##"{"$ref": "#"}"##,
        r##"{"allOf": [{"$ref": "#"}], "properties": {"a": {"$ref": "#"}}}"##,
    ] {
        assert_eq!(check("", schema, "a: {a: {a: 1}}"), Vec::<String>::new());
    }
}
