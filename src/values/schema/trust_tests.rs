//! What is left out where defaults are known to be valid.

use serde_json::Value as Json;

use super::super::resolve;
use super::tests::{SCHEMA, complaints, resolved, sample};
use super::*;
use crate::yaml;

/// What is left to check where defaults are trusted.
fn pruned(values: &'static str, schema: &'static str, user: &str) -> (Json, Json) {
    let resolved = resolved(sample("c", values, schema, vec![]), user, &[]);
    prune::prune(
        serde_json::from_str(schema).unwrap(),
        &resolved.root.values,
        &Trusted::defaults(&resolved),
    )
}

#[test]
fn only_what_differs_from_trusted_defaults_is_left() {
    let values = "name: x\nserver: {image: {tag: v1}, replicas: 1}\n";
    let schema = r#"{"required": ["name"], "properties": {"name": {"type": "string"}, "other": {"type": "string"},
        "server": {"additionalProperties": false, "properties": {"image": {"type": "object"}, "replicas": {"type": "integer"}}}}}"#;
    let (schema_left, values_left) = pruned(values, schema, "server: {replicas: 2}");
    assert_eq!(
        schema_left.to_string(),
        r#"{"properties":{"name":true,"server":{"additionalProperties":false,"properties":{"image":true,"replicas":{"type":"integer"}}}},"required":["name"]}"#
    );
    assert_eq!(
        values_left.to_string(),
        r#"{"name":null,"server":{"image":null,"replicas":2}}"#
    );
    assert_eq!(pruned(values, schema, ""), (Json::Bool(true), Json::Null));
    // A key that a null took away leaves its mark on the map.
    let (schema_left, values_left) = pruned(values, schema, "server: {image: {tag: null}}");
    assert_eq!(
        schema_left["properties"]["server"]["properties"]["image"].to_string(),
        r#"{"type":"object"}"#
    );
    assert_eq!(
        values_left.to_string(),
        r#"{"name":null,"server":{"image":{},"replicas":null}}"#
    );
}

#[test]
fn other_keywords_keep_a_schema_whole() {
    for keyword in [
        r#""anyOf": [true]"#,
        r##""$ref": "#/definitions/x""##,
        r#""propertyNames": true"#,
    ] {
        let schema = format!(
            r#"{{"properties": {{"m": {{{keyword}, "properties": {{"a": {{"minimum": 1}}, "b": {{"minimum": 1}}}}}}}}}}"#
        );
        let schema: &'static str = Box::leak(schema.into_boxed_str());
        let (left, values) = pruned("m: {a: 1}", schema, "m: {b: 2}");
        assert_eq!(left, serde_json::from_str::<Json>(schema).unwrap());
        assert_eq!(values.to_string(), r#"{"m":{"a":1,"b":2}}"#);
    }
    // A reference to a property needs that property.
    let schema = r##"{"properties": {"a": {"minimum": 1}, "b": {"$ref": "#/properties/a"}}}"##;
    assert_eq!(
        pruned("a: 1", schema, "b: 0").0,
        serde_json::from_str::<Json>(schema).unwrap()
    );
}

#[test]
fn pruning_finds_what_the_whole_schema_finds() {
    let values = "name: x\nserver:\n  image: {tag: v1}\n  replicas: 1\n  ports: [80]\n";
    for user in [
        "",
        "name: 5",
        "name: null",
        "server: {image: null}",
        "server: {replica: 1}",
        "server: {replicas: x, ports: [x]}",
        "server: 5",
        "server: {image: {tag: 5}}",
        "more: 1",
    ] {
        let resolved = resolved(sample("c", values, SCHEMA, vec![]), user, &[]);
        let trusting = complaints(super::check(&resolved, &Trusted::defaults(&resolved)).into_result());
        assert_eq!(trusting, complaints(validate_all(&resolved)), "{user}");
    }
}

#[test]
fn the_defaults_of_the_embedded_chart_are_valid() {
    let chart = crate::chart::load_embedded(&crate::chart::EMBEDDED)
        .unwrap()
        .chart;
    let on = "alertmanager: {enabled: true}\nkube-state-metrics: {enabled: true}\n\
              prometheus-node-exporter: {enabled: true}\nprometheus-pushgateway: {enabled: true}\n";
    let user = yaml::read_values(&Source::new("user.yaml", on)).unwrap();
    let resolved = resolve(&chart, &user).unwrap();
    assert_eq!(complaints(validate_all(&resolved)), Vec::<String>::new());
    let charts: Vec<&str> = resolved
        .root
        .all()
        .iter()
        .filter(|scope| !scope.chart.metadata.is_library)
        .map(|scope| scope.chart.metadata.name.as_str())
        .collect();
    assert_eq!(charts.len(), 5, "{charts:?}");
}

/// The quick yes for one value, whose place is not trusted.
fn is_quick(schema: &str, value: &str) -> bool {
    let value = yaml::read_document(&Source::new("user.yaml", value)).unwrap();
    quick::fits(
        &serde_json::from_str(schema).unwrap(),
        &value,
        &Trusted::nothing(),
    )
}

#[test]
fn a_quick_yes_is_one_of_the_validator_too() {
    let schemas = [
        r#"{"type": "integer", "description": "x", "minimum": 1, "maximum": 9}"#,
        r#"{"type": ["string", "null"], "minLength": 1}"#,
        r#"{"type": "object", "properties": {"a": {"type": "integer"}}, "additionalProperties": false}"#,
        r#"{"type": "object", "properties": {"a": {"type": "integer"}}, "additionalProperties": {"type": "string"}, "required": ["a"]}"#,
        r#"{"type": "array", "items": {"type": "integer"}, "minItems": 1}"#,
        r#"{"enum": ["a", 1, null, [1]]}"#,
        r#"{"const": {"a": 1}}"#,
        r#"{"anyOf": [{"type": "string"}, {"type": "object", "minProperties": 1}]}"#,
        r##"{"definitions": {"n": {"type": "integer"}}, "allOf": [{"$ref": "#/definitions/n"}, {"minimum": 5}]}"##,
        r#"{"not": {"type": "string"}}"#,
        r#"{"patternProperties": {"^a": {"type": "integer"}}, "additionalProperties": false}"#,
        r#"{"pattern": "^a"}"#,
        r##"{"$ref": "#"}"##,
        "true",
        "false",
    ];
    let values = [
        "1",
        "5",
        "12",
        "1.5",
        "''",
        "a",
        "null",
        "true",
        "[]",
        "[1]",
        "[a]",
        "{}",
        "{a: 1}",
        "{a: x}",
        "{a: 1, b: x}",
        "{b: 2}",
    ];
    let mut quick = 0;
    for schema in schemas {
        let validator = compile(&serde_json::from_str(schema).unwrap()).unwrap();
        for value in values {
            let node = yaml::read_document(&Source::new("user.yaml", value)).unwrap();
            if is_quick(schema, value) {
                quick += 1;
                assert!(validator.is_valid(&yaml::to_json(&node)), "{schema} {value}");
            }
        }
    }
    // By hand: 2, 2, 2, 2, 1, 4, 1, 6, 2, 0, 0, 14, 0, 16 and 0.
    assert_eq!(quick, 52);
}
