//! Numbers and booleans in quotes.

use super::tests::{Sample, chart, sample};
use super::*;
use crate::values::{Inputs, UserValues};
use crate::yaml;

/// The values that a chart comes to, its violations and its warnings.
fn checked(sample: Sample, user: &str, set_string: &[&str]) -> (Checked, Vec<String>, Vec<String>) {
    let inputs = Inputs {
        files: vec![Source::new("user.yaml", user)],
        set_string: set_string.iter().map(|argument| (*argument).to_owned()).collect(),
        ..Inputs::default()
    };
    let user = UserValues::read(&inputs, &|_| unreachable!()).unwrap();
    let checked = resolve_checked(&chart(sample, ""), &user.values).unwrap();
    let told = |list: &[Diagnostic]| {
        list.iter()
            .map(|found| {
                let place = found.place().map_or(String::new(), ToString::to_string);
                format!("{place}: {}: {}", found.code, found.message)
            })
            .collect()
    };
    let violations = told(&checked.violations);
    let warnings = told(&checked.resolved.warnings);
    (checked, violations, warnings)
}

fn values_of(checked: &Checked) -> String {
    yaml::write_json(&checked.resolved.root.values)
}

#[test]
fn what_the_schema_asks_for_is_taken_out_of_its_quotes() {
    // Schema, what is written, what it becomes as JSON.
    let cases = [
        (r#"{"type": "integer"}"#, "'2'", "2"),
        (r#"{"type": "integer"}"#, "'0644'", "420"),
        (r#"{"type": "integer"}"#, "'1e3'", "1000"),
        (r#"{"type": "integer"}"#, "|\n  2\n", "2"),
        (r#"{"type": "number"}"#, "'1.50'", "1.5"),
        (r#"{"type": "number"}"#, "'-2'", "-2"),
        (r#"{"type": "boolean"}"#, "'true'", "true"),
        (r#"{"type": "boolean"}"#, "\"off\"", "false"),
        (r#"{"type": ["integer", "null"]}"#, "'2'", "2"),
        (r#"{"type": ["boolean", "integer"]}"#, "'1'", "1"),
        (r#"{"type": ["boolean", "integer"]}"#, "'no'", "false"),
        (r#"{"items": {"type": "integer"}}"#, "[1, '2']", "[1,2]"),
        (
            r#"{"items": {"properties": {"port": {"type": "integer"}}}}"#,
            "[{port: '80', name: '80'}, {port: 81}]",
            r#"[{"port":80,"name":"80"},{"port":81}]"#,
        ),
        (
            r#"{"additionalProperties": {"type": "boolean"}}"#,
            "{'1': 'yes', '': 'no'}",
            r#"{"1":true,"":false}"#,
        ),
        (
            r#"{"patternProperties": {"^p": {"type": "integer"}}}"#,
            "{p: '1', q: '1'}",
            r#"{"p":1,"q":"1"}"#,
        ),
        (r##"{"$ref": "#/definitions/n"}"##, "'7'", "7"),
        (
            r##"{"allOf": [{"$ref": "#/definitions/n"}, {"minimum": 5}]}"##,
            "'7'",
            "7",
        ),
        (
            r#"{"anyOf": [{"type": "boolean"}, {"type": "integer"}]}"#,
            "'7'",
            "7",
        ),
        (
            r#"{"oneOf": [{"type": "boolean"}, {"properties": {"a": {"type": "integer"}, "b": {"type": "boolean"}}, "type": "object"}]}"#,
            "{a: '1', b: 'true'}",
            r#"{"a":1,"b":true}"#,
        ),
        (
            r#"{"if": {"required": ["x"]}, "then": {"properties": {"x": {"type": "integer"}}}}"#,
            "{x: '1'}",
            r#"{"x":1}"#,
        ),
    ];
    for (schema, written, expected) in cases {
        let schema =
            format!(r#"{{"definitions": {{"n": {{"type": "integer"}}}}, "properties": {{"a": {schema}}}}}"#);
        let sample = sample("c", "", Box::leak(schema.clone().into_boxed_str()), vec![]);
        let (checked, violations, warnings) = checked(sample, &format!("a: {written}"), &[]);
        assert_eq!(violations, Vec::<String>::new(), "{schema} {written}");
        assert_eq!(
            values_of(&checked),
            format!(r#"{{"a":{expected}}}"#),
            "{schema} {written}"
        );
        assert!(!warnings.is_empty(), "{schema} {written}");
    }
}

#[test]
fn what_fits_as_it_is_or_reads_otherwise_stays() {
    let cases = [
        (r#"{"type": "string"}"#, "'2'", true),
        (r#"{"type": ["integer", "string"]}"#, "'2'", true),
        (
            r#"{"anyOf": [{"type": "integer"}, {"type": "string"}]}"#,
            "'2'",
            true,
        ),
        (r#"{"enum": ["true", "false"]}"#, "'true'", true),
        ("{}", "'2'", true),
        (r#"{"type": "integer"}"#, "'1.5'", false),
        (r#"{"type": "integer"}"#, "two", false),
        (r#"{"type": "integer"}"#, "''", false),
        (r#"{"type": "integer"}"#, "'true'", false),
        (r#"{"type": "number"}"#, "'.inf'", false),
        (r#"{"type": "boolean"}"#, "'1'", false),
        (r#"{"type": ["integer", "null"]}"#, "'null'", false),
        (r#"{"type": "object"}"#, "'1'", false),
        (
            r#"{"anyOf": [{"type": "integer"}, {"type": "null"}]}"#,
            "x",
            false,
        ),
    ];
    for (schema, written, fits) in cases {
        let schema = format!(r#"{{"properties": {{"a": {schema}}}}}"#);
        let sample = sample("c", "", Box::leak(schema.clone().into_boxed_str()), vec![]);
        let (checked, violations, warnings) = checked(sample, &format!("a: {written}"), &[]);
        assert_eq!(violations.is_empty(), fits, "{schema} {written}: {violations:?}");
        assert_eq!(warnings, Vec::<String>::new(), "{schema} {written}");
        assert!(checked.resolved.root.values.get("a").unwrap().as_str().is_some());
    }
}

#[test]
fn each_is_told_once_at_its_place_and_keeps_it() {
    let schema = r#"{"properties": {"k": {"type": "integer"}, "adminPassword": {"type": "integer"},
        "b": {"type": "boolean"}, "f": {"type": "number"}}}"#;
    let user = "k: '2'\nb: \"yes\"\nadminPassword: '1234'\n";
    let (checked, violations, warnings) = checked(sample("c", "", schema, vec![]), user, &["f=0.5"]);
    assert_eq!(violations, Vec::<String>::new());
    assert_eq!(
        warnings,
        [
            "--set-string f=0.5: quoted-number: `f` is a string, and the chart asks for a number: it is taken as 0.5",
            "user.yaml:1:4: quoted-number: `k` is a string, and the chart asks for a number: it is taken as 2",
            "user.yaml:2:4: quoted-boolean: `b` is a string, and the chart asks for true or false: it is taken as true",
            "user.yaml:3:16: quoted-number: `adminPassword` is a string, and the chart asks for a number: it is taken \
             as that",
        ]
    );
    let node = checked.resolved.root.values.get("k").unwrap();
    assert_eq!((node.place.line, node.place.column), (1, 4));
}

#[test]
fn many_are_counted() {
    let schema = r#"{"items": {"type": "integer"}, "properties": {"a": {"items": {"type": "integer"}}}}"#;
    let user = format!("a: [{}]", vec!["'1'"; 5000].join(", "));
    let (checked, violations, warnings) = checked(sample("c", "", schema, vec![]), &user, &[]);
    assert_eq!(violations, Vec::<String>::new());
    assert_eq!(warnings.len(), 51);
    assert_eq!(
        warnings.last().unwrap(),
        "user.yaml:1:255: quoted-number: 4950 more values in quotes are taken as numbers or booleans, this one first"
    );
    let list = checked.resolved.root.values.get("a").unwrap();
    assert!(list.as_list().unwrap().iter().all(|node| node.as_str().is_none()));
}

#[test]
fn a_subchart_and_its_parent_see_the_same_value() {
    let port = r#"{"properties": {"port": {"type": "integer"}}}"#;
    let section = r#"{"properties": {"s": {"properties": {"port": {"type": "integer"}}}}}"#;
    for (parent, child) in [("", port), (section, ""), (section, port)] {
        let tree = sample("p", "", parent, vec![sample("s", "port: '80'\n", child, vec![])]);
        let (checked, violations, warnings) = checked(tree, "s: {port: '81'}", &[]);
        assert_eq!(violations, Vec::<String>::new());
        assert_eq!(warnings.len(), 1, "{warnings:?}");
        assert_eq!(values_of(&checked), r#"{"s":{"port":81,"global":{}}}"#);
        let scope = checked.resolved.root.subcharts.first().unwrap();
        assert_eq!(yaml::write_json(&scope.values), r#"{"port":81,"global":{}}"#);
    }
    // A chart's own default in quotes, too.
    let tree = sample("p", "", "", vec![sample("s", "port: '80'\n", port, vec![])]);
    let (checked, _, warnings) = checked(tree, "", &[]);
    assert_eq!(values_of(&checked), r#"{"s":{"port":80,"global":{}}}"#);
    assert_eq!(
        warnings,
        [
            "charts/s/values.yaml:1:7: quoted-number: `s.port` is a string, and the chart asks for a number: it is taken as 80"
        ]
    );
}

#[test]
fn globals_of_one_writing_become_numbers_together() {
    let schema = r#"{"properties": {"global": {"properties": {"k": {"type": "integer"}}}}}"#;
    let tree = sample(
        "p",
        "",
        schema,
        vec![sample("s", "global: {m: '1'}\n", "", vec![])],
    );
    let (checked, violations, warnings) = checked(tree, "global: {k: '2', m: '3'}", &[]);
    assert_eq!(violations, Vec::<String>::new());
    assert_eq!(
        values_of(&checked),
        r#"{"s":{"global":{"m":"3","k":2}},"global":{"k":2,"m":"3"}}"#
    );
    assert_eq!(warnings.len(), 1, "{warnings:?}");
}

#[test]
fn a_condition_in_quotes_decides() {
    let schema = r#"{"properties": {"s": {"properties": {"enabled": {"type": "boolean"}}}}}"#;
    let strict = r#"{"properties": {"port": {"type": "integer"}}}"#;
    let tree = |default| sample("p", default, schema, vec![sample("s", "", strict, vec![])]);
    let (off, violations, warnings) = checked(tree(""), "s: {enabled: 'false', port: x}", &[]);
    assert_eq!(violations, Vec::<String>::new());
    assert!(off.resolved.root.subcharts.is_empty());
    assert_eq!(warnings.len(), 1, "{warnings:?}");
    // One that brings a chart in has its schema looked at as well.
    let (on, violations, warnings) =
        checked(tree("s: {enabled: false}"), "s: {enabled: 'on', port: '80'}", &[]);
    assert_eq!(violations, Vec::<String>::new());
    assert_eq!(on.resolved.root.subcharts.len(), 1);
    assert_eq!(warnings.len(), 2, "{warnings:?}");
    assert_eq!(values_of(&on), r#"{"s":{"enabled":true,"global":{},"port":80}}"#);
}
