//! A quick yes is one of the real validator too.

use super::plain::Root;
use super::*;

/// Whether a schema is read as a plain one, and whether a value certainly fits it.
fn quick(schema: &str, value: &Node) -> (bool, bool) {
    let root = Root::read(schema);
    (root.is_some(), root.is_some_and(|root| fits::fits(&root, value)))
}

fn value(text: &str) -> Node {
    yaml::read_document(&Source::new("user.yaml", text)).unwrap()
}

const VALUES: [&str; 20] = [
    "1",
    "5",
    "12",
    "1.5",
    "-3",
    "''",
    "a",
    "b1",
    "aa",
    "null",
    "true",
    "[]",
    "[1]",
    "[a]",
    "[1, 2]",
    "{}",
    "{a: 1}",
    "{a: x}",
    "{a: 1, b: x}",
    "{b: {a: 5}, c: [a]}",
];

#[test]
fn what_fits_is_known_by_hand() {
    // The schema and which of the values certainly fit.
    let cases = [
        (
            r#"{"type": "integer", "description": "x\"\n", "minimum": 1, "maximum": 9}"#,
            "1 5",
        ),
        (r#"{"type": ["string", "null"], "minLength": 1}"#, "a b1 aa null"),
        (
            r#"{"type": "object", "properties": {"a": {"type": "integer"}}, "additionalProperties": false}"#,
            "{} {a: 1}",
        ),
        (
            r#"{"type": "object", "properties": {"a": {"type": "integer"}}, "additionalProperties": {"type": "string"}, "required": ["a"]}"#,
            "{a: 1} {a: 1, b: x}",
        ),
        (
            r#"{"type": "array", "items": {"type": "integer"}, "minItems": 1}"#,
            "[1] [1, 2]",
        ),
        (r#"{"enum": ["a", 1, null, [1]]}"#, "1 a null"),
        (r#"{"const": 5}"#, "5"),
        (
            r#"{"oneOf": [{"type": "string"}, {"type": "object", "required": ["b"]}, {"type": "object", "required": ["c"]}]}"#,
            "'' a b1 aa {a: 1, b: x}",
        ),
        (
            r#"{"oneOf": [{"properties": {"b": {"enum": ["x"]}}, "required": ["b"]}, {"properties": {"b": {"type": "object"}}, "required": ["b"]}, {"const": "z"}]}"#,
            "{a: 1, b: x} {b: {a: 5}, c: [a]}",
        ),
        (
            r#"{"if": {"type": "object", "required": ["b"]}, "then": {"maxProperties": 1}, "else": {"type": "integer", "exclusiveMaximum": 5}}"#,
            "1 -3",
        ),
        (
            r#"{"exclusiveMinimum": 1, "exclusiveMaximum": 12, "type": "integer"}"#,
            "5",
        ),
        (
            r#"{"type": ["string", "array"], "maxLength": 1, "maxItems": 1}"#,
            "'' a [] [1] [a]",
        ),
        (r#"{"type": "array", "uniqueItems": true}"#, "[] [1] [a] [1, 2]"),
        (
            r#"{"$id": "https://example.com/values.schema.json", "type": "boolean"}"#,
            "true",
        ),
        (
            r#"{"anyOf": [{"type": "string"}, {"type": "object", "minProperties": 2}]}"#,
            "'' a b1 aa {a: 1, b: x} {b: {a: 5}, c: [a]}",
        ),
        (
            r##"{"definitions": {"n": {"type": "number"}}, "allOf": [{"$ref": "#/definitions/n"}, {"minimum": 5}]}"##,
            "5 12",
        ),
        (
            r##"{"definitions": {"a": {"b": {"type": "string"}, "c": {"d": {"type": "null"}}}}, "anyOf": [{"$ref": "#/definitions/a/b"}, {"$ref": "#/definitions/a/c/d"}]}"##,
            "'' a b1 aa null",
        ),
        (
            r#"{"$schema": "http://json-schema.org/schema#", "minimum": 5, "type": "number", "x-note": {}}"#,
            "5 12",
        ),
        (r#"{"type": "string", "pattern": "^[a-b]([0-9]+)?$"}"#, "a b1"),
        (
            r#"{"type": "array", "items": true, "default": {"a": [1]}, "examples": [1]}"#,
            "[] [1] [a] [1, 2]",
        ),
        (r#"{"type": "string", "not": {"enum": ["a", ""]}}"#, "b1 aa"),
        (
            r#"{"not": {"type": ["string", "object", "array", "boolean"]}}"#,
            "1 5 12 -3 null",
        ),
        (
            r#"{"type": "object", "propertyNames": {"not": {"const": "b"}}}"#,
            "{} {a: 1} {a: x}",
        ),
        (r#"{"type": "string", "pattern": "^\\w\\d?$"}"#, "a b1"),
        (r#"{"type": "string", "pattern": "^.a?$"}"#, "a aa"),
        (
            r#"{"type": "object", "patternProperties": {"a": {"type": "integer"}}}"#,
            "{} {a: 1} {a: 1, b: x} {b: {a: 5}, c: [a]}",
        ),
        (
            r#"{"type": "object", "properties": {"b": {"type": "string"}}, "patternProperties": {"^\\w$": true, "^a": {"type": "integer"}}, "additionalProperties": false}"#,
            "{} {a: 1} {a: 1, b: x}",
        ),
        (
            r#"{"type": "object", "patternProperties": {"^b": {"minLength": 1}}, "additionalProperties": {"type": "integer"}}"#,
            "{} {a: 1} {a: 1, b: x}",
        ),
        (
            r##"{"$schema": "https://json-schema.org/draft-07/schema#", "description": "\u003cb\u00e9", "form": true, "hidden": {"type": "x", "value": 1}, "minimum": 5, "type": "number", "step": 5}"##,
            "5 12",
        ),
        (
            r##"{"type": "string", "pattern": "^\\s*([-#\\[{a]|$)"}"##,
            "'' a aa",
        ),
        ("false", ""),
    ];
    for (schema, expected) in cases {
        let fitting: Vec<&str> = VALUES
            .into_iter()
            .filter(|text| {
                let (is_plain, fits) = quick(schema, &value(text));
                assert!(is_plain, "{schema}");
                fits
            })
            .collect();
        assert_eq!(fitting.join(" "), expected, "{schema}");
    }
}

#[test]
fn what_is_not_plain_is_left_to_the_validator() {
    for schema in [
        r#"{"patternProperties": {"^a": {"type": "integer"}}, "patternProperties": {}}"#,
        r#"{"patternProperties": {"^a": 5}}"#,
        r#"{"patternProperties": []}"#,
        r##"{"$ref": "#"}"##,
        r##"{"$ref": "#/definitions/x"}"##,
        r##"{"definitions": {"x": {"y": {}}}, "$ref": "#/definitions/x/z"}"##,
        r##"{"definitions": {"x": {"y": {"dependencies": {}}}}, "$ref": "#/definitions/x/y"}"##,
        r##"{"definitions": {"x": {"properties": {"y": {}}}}, "$ref": "#/definitions/x/properties/y"}"##,
        r##"{"definitions": {"x": {"y": 5}}, "$ref": "#/definitions/x/y"}"##,
        r#"{"x-note": text}"#,
        r#"{"description": "\ud800"}"#,
        r#"{"description": "\u+123"}"#,
        r#"{"description": "\u12"}"#,
        r#"{"$schema": "ftp://json-schema.org/schema"}"#,
        r##"{"properties": {"a": {"minimum": 1}}, "$ref": "#/properties/a"}"##,
        r#"{"type": "strng"}"#,
        r#"{"type": []}"#,
        r#"{"type": ["null", "null"]}"#,
        r#"{"properties": {"a": 5}}"#,
        r#"{"required": ["a", "a"]}"#,
        r#"{"enum": []}"#,
        r#"{"minimum": "1"}"#,
        r#"{"minLength": -1}"#,
        r#"{"allOf": []}"#,
        r#"{"description": 5}"#,
        r#"{"description": "\q"}"#,
        "{\"description\": \"a\nb\"}",
        r#"{"type": "string"} x"#,
        r#"{"type": "string",}"#,
        r#"{"$schema": "http://json-schema.org/draft-04/schema#"}"#,
        r#"{"$id": "x", "type": "string"}"#,
        r#"{"$id": "https://json-schema.org/draft/2020-12/schema"}"#,
        r#"{"properties": {"a": {"$id": "https://example.com/a"}}}"#,
        r#"{"oneOf": []}"#,
        r#"{"exclusiveMinimum": true}"#,
        r#"{"format": "uri"}"#,
        r#"{"items": [{"type": "string"}]}"#,
        "",
        "{",
    ] {
        assert!(Root::read(schema).is_none(), "{schema}");
    }
    // Whether these are one letter depends on who reads.
    for text in ["\"\\r\"", "\"\\L\"", "\u{e9}"] {
        assert_eq!(
            quick(r#"{"pattern": "^.$"}"#, &value(text)),
            (true, false),
            "{text:?}"
        );
    }
    // Patterns that are not read alike everywhere, or not valid, are known by those who fit.
    for pattern in [
        "(?i)a",
        "a++",
        "[[]",
        "[a&&b]",
        "[]a]",
        "(",
        "a{,2}",
        "é",
        "a{1000}{1000}",
    ] {
        let schema = format!(r#"{{"properties": {{"a": {{"pattern": "{pattern}"}}}}}}"#);
        assert_eq!(quick(&schema, &value("{}")), (true, false), "{schema}");
    }
}

#[test]
fn what_only_some_readers_refuse_is_left_to_the_validator() {
    for (schema, text) in [
        // Draft 7 does not look at what stands beside a reference.
        (
            r##"{"$schema": "http://json-schema.org/draft-07/schema#", "definitions": {"any": {}}, "not": {"$ref": "#/definitions/any", "type": "string"}}"##,
            "1",
        ),
        (
            r##"{"$schema": "http://json-schema.org/draft-07/schema#", "definitions": {"any": {}}, "oneOf": [{"$ref": "#/definitions/any", "required": ["a"]}, {"type": "object"}]}"##,
            "{}",
        ),
        // Of two properties of one name the last counts.
        (
            r#"{"not": {"properties": {"a": {"type": "string"}, "a": {}}}}"#,
            "{a: 1}",
        ),
    ] {
        assert_eq!(quick(schema, &value(text)), (true, false), "{schema}");
        let validator = compile(&serde_json::from_str(schema).unwrap()).unwrap();
        assert!(!validator.is_valid(&yaml::to_json(&value(text))), "{schema}");
    }
}

#[test]
fn choices_among_many_properties_end_at_the_bound() {
    let properties: Vec<String> = (0..20_000).map(|index| format!(r#""k{index}": {{}}"#)).collect();
    let one = format!(r#"{{"properties": {{{}}}}}"#, properties.join(", "));
    let schema = format!(r#"{{"items": {{"oneOf": [{one}, {{"type": "string"}}]}}}}"#);
    let list = format!("[{}]", "{a: 1}, ".repeat(20_000));
    assert_eq!(quick(&schema, &value(&list)), (true, false));
}

#[test]
fn what_is_no_schema_on_many_levels_is_left_to_the_validator() {
    let nested = |levels: usize| {
        let text = format!(
            "{}1{}",
            r#"{"x": "#.repeat(levels),
            r#", "type": 5}"#.repeat(levels)
        );
        format!(r#"{{"x": {text}}}"#)
    };
    assert_eq!(quick(&nested(2), &value("1")), (true, true));
    assert_eq!(quick(&nested(50), &value("1")), (false, false));
}

/// Numbers without a pattern, the same every time.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % limit
    }

    fn schema(&mut self, levels: usize) -> String {
        let mut keywords: Vec<String> = Vec::new();
        for _ in 0..self.below(4) {
            let inner = if levels == 0 {
                "true".to_owned()
            } else {
                self.schema(levels - 1)
            };
            let other = if levels == 0 {
                "{}".to_owned()
            } else {
                self.schema(levels - 1)
            };
            keywords.push(match self.below(34) {
                0 => r#""type": "integer""#.to_owned(),
                1 => r#""type": ["object", "array", "null"]"#.to_owned(),
                2 => r#""type": ["string", "number"]"#.to_owned(),
                3 => format!(r#""properties": {{"a": {inner}, "b": {other}}}"#),
                4 => format!(r#""additionalProperties": {inner}"#),
                5 => format!(r#""items": {inner}"#),
                6 => format!(r#""allOf": [{inner}, {other}]"#),
                7 => format!(r#""anyOf": [{inner}, {other}]"#),
                8 => r##""$ref": "#/definitions/d""##.to_owned(),
                9 => r#""required": ["a"]"#.to_owned(),
                10 => r#""enum": ["a", 1, 5, null, {"a": 1}]"#.to_owned(),
                11 => r#""const": "a""#.to_owned(),
                12 => r#""minimum": 2"#.to_owned(),
                13 => r#""maximum": 5.5"#.to_owned(),
                14 => r#""minLength": 1"#.to_owned(),
                15 => r#""pattern": "^a+[0-9]?$""#.to_owned(),
                16 => r#""minItems": 1, "minProperties": 1"#.to_owned(),
                18 => "\"description\" : \"\\\"x\",\n \"title\":\"\"".to_owned(),
                17 => format!(r#""propertyNames": {inner}"#),
                19 => format!(r#""x": {inner}"#),
                20 => r##""$ref": "#/definitions/d/x""##.to_owned(),
                21 | 22 => format!(r#""oneOf": [{inner}, {other}]"#),
                23 | 24 => format!(r#""if": {inner}, "then": {other}"#),
                25 => format!(r#""if": {inner}, "else": {other}"#),
                26 => r#""exclusiveMinimum": 1, "exclusiveMaximum": 12"#.to_owned(),
                27 => r#""maxLength": 1, "maxItems": 1, "maxProperties": 1"#.to_owned(),
                28 => r#""uniqueItems": true"#.to_owned(),
                30 => format!(r#""patternProperties": {{"^a": {inner}, "b|c": {other}}}"#),
                31 => r#""form": true, "hidden": {"type": "x", "pattern": "("}, "step": [5]"#.to_owned(),
                29 => r#""oneOf": [{"type": "string"}, {"type": "integer"}, {"required": ["a"]}]"#.to_owned(),
                _ => format!(r#""not": {inner}"#),
            });
        }
        format!("{{{}}}", keywords.join(", "))
    }
}

#[test]
fn a_quick_yes_is_one_of_the_validator() {
    let mut random = Random(1);
    let (mut yes, mut missed) = (0, 0);
    for _ in 0..800 {
        let schema = random.schema(3);
        let definition = random
            .schema(1)
            .replacen('{', "{\"x\": {\"type\": \"string\"}, ", 1)
            .replace(", }", "}");
        let schema = match schema.strip_suffix('}') {
            Some("{") => format!(r#"{{"definitions": {{"d": {definition}}}}}"#),
            Some(start) => format!(r#"{start}, "definitions": {{"d": {definition}}}}}"#),
            None => schema,
        };
        let json: Json = serde_json::from_str(&schema).unwrap();
        let compiled = compile(&json);
        for text in VALUES {
            let value = value(text);
            let is_valid = compiled
                .as_ref()
                .is_ok_and(|validator| validator.is_valid(&yaml::to_json(&value)));
            let (is_plain, fits) = quick(&schema, &value);
            assert!(is_valid || !fits, "{schema} {text}");
            yes += usize::from(fits);
            missed += usize::from(is_plain && is_valid && !fits);
        }
    }
    // Else it would be of no use. Lists and maps among choices are left to the validator, and circles, and which of several schemas
    // of any kind does not fit.
    assert!(yes > 4000 && missed < yes / 5, "{yes} {missed}");
}

#[test]
fn every_schema_of_the_built_in_chart_is_plain_and_its_defaults_fit() {
    let chart = crate::chart::load_embedded(&crate::chart::EMBEDDED)
        .unwrap()
        .chart;
    let on = "alertmanager: {enabled: true}\nkube-state-metrics: {enabled: true}\n\
              prometheus-node-exporter: {enabled: true}\nprometheus-pushgateway: {enabled: true}\n";
    let user = yaml::read_values(&Source::new("user.yaml", on)).unwrap();
    let resolved = super::super::resolve(&chart, &user).unwrap();
    let mut count = 0;
    for scope in resolved.root.all() {
        if let Some(source) = &scope.chart.schema {
            count += 1;
            assert_eq!(
                quick(source.text(), &scope.values),
                (true, true),
                "{}",
                source.name()
            );
        }
    }
    assert_eq!(count, 5);
}
