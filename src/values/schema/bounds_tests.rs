//! Schemas and values that would take too long, or too much memory.

use super::tests::{complaints, resolved, sample};
use super::*;

/// What is said of values; the schema's text is kept for ever.
fn check(schema: String, values: &str) -> Vec<String> {
    let schema = Box::leak(schema.into_boxed_str());
    complaints(validate(&resolved(sample("c", "", schema, vec![]), values, &[])))
}

/// `levels` definitions, one a line, each of which refers to the next one twice.
fn doubling(levels: usize, link: &str, last: &str) -> String {
    let lines: String = (0..levels)
        .map(|level| {
            let next = format!(r##"{{"$ref": "#/definitions/x{}"}}"##, level + 1);
            format!("\"x{level}\": {},\n", link.replace("NEXT", &next))
        })
        .collect();
    format!("{{\"definitions\": {{\n{lines}\"x{levels}\": {last}}},\n\"$ref\": \"#/definitions/x0\"}}")
}

#[test]
fn references_that_double_are_refused_at_their_line() {
    let help = "a schema that asks for the same again and again by `$ref` grows with each of them; check how it was made";
    for link in [
        r#"{"allOf": [NEXT, NEXT]}"#,
        r#"{"anyOf": [NEXT, NEXT]}"#,
        r#"{"oneOf": [NEXT, {"not": NEXT}]}"#,
        r#"{"if": NEXT, "then": NEXT}"#,
        r#"{"dependentSchemas": {"a": NEXT, "b": NEXT}}"#,
        r#"{"allOf": [NEXT, NEXT], "unevaluatedProperties": false}"#,
    ] {
        for levels in [12, 40] {
            let found = check(doubling(levels, link, r#"{"type": "string"}"#), "a: x");
            assert_eq!(found.len(), 1, "{link} {found:?}");
            assert!(found[0].starts_with("values.schema.json:"), "{link} {found:?}");
            assert!(
                found[0].ends_with(&format!(
                    "schema-too-large: the schema has a value looked at by more than 1000 schemas ({help})"
                )),
                "{link} {found:?}"
            );
        }
        // A few are nothing.
        assert_eq!(
            check(doubling(5, link, "true"), "{}"),
            Vec::<String>::new(),
            "{link}"
        );
    }
}

#[test]
fn references_that_double_with_the_values_are_refused() {
    // Each level of the values doubles what looks at the next.
    let schema = r##"{"definitions": {"x": {"properties": {"a": {"allOf": [{"$ref": "#/definitions/x"},
        {"$ref": "#/definitions/x"}]}}}}, "$ref": "#/definitions/x"}"##;
    let nested = |levels: usize| format!("{}1{}", "{a: ".repeat(levels), "}".repeat(levels));
    assert_eq!(check(schema.to_owned(), &nested(8)), Vec::<String>::new());
    let found = check(schema.to_owned(), &nested(60));
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(
        found[0].starts_with("values.schema.json:1:")
            && found[0].contains("schema-too-large: the schema takes more than"),
        "{found:?}"
    );
}

#[test]
fn patterns_are_bounded() {
    let one = |pattern: &str| format!(r#"{{"properties": {{"a": {{"pattern": "{pattern}"}}}}}}"#);
    let found = check(one("((a{500}){500}){500}"), "a: x");
    assert!(found[0].contains("invalid-schema"), "{found:?}");
    // One that turns back again and again is given up on.
    let found = check(one(r"^(a+)+\\1$"), &format!("a: {}b", "a".repeat(60)));
    assert_eq!(found.len(), 1, "{found:?}");
    let many: Vec<String> = (0..1001)
        .map(|n| format!(r#""k{n}": {{"pattern": "\\d{n}"}}"#))
        .collect();
    let found = check(format!(r#"{{"properties": {{{}}}}}"#, many.join(",\n")), "a: x");
    assert!(
        found[0].contains("schema-too-large: the schema has more than 1000 patterns"),
        "{found:?}"
    );
}

#[test]
fn violations_are_counted() {
    let schema = r#"{"additionalProperties": false, "properties": {"a": {"items": {"type": "integer"}},
        "b": {"properties": {"c": true}, "additionalProperties": false}}}"#;
    let last =
        |count: usize| format!("nowhere: more-violations: {count} more values do not fit their schemas");
    let found = check(schema.to_owned(), &format!("a: [{}]", vec!["x"; 5000].join(", ")));
    assert_eq!(found.len(), 51);
    assert_eq!(
        found[0],
        "user.yaml:1:5: invalid-value: `a[0]` has to be a whole number, but is the string `x`"
    );
    assert_eq!(found[50], last(4950));
    let keys: Vec<String> = (0..5000).map(|n| format!("k{n}: 1")).collect();
    let found = check(schema.to_owned(), &format!("b: {{{}}}", keys.join(", ")));
    assert_eq!(found.len(), 51, "{found:?}");
    assert_eq!(found[50], last(4950));
    // So many that they are not even looked for one by one.
    let found = check(schema.to_owned(), &format!("a:\n{}", "- x\n".repeat(60_000)));
    assert_eq!(
        found,
        [
            "user.yaml:1:1: invalid-value: the root does not fit its schema, and is too large to say where (give fewer \
          values to find out which they are)"
        ]
    );
}
