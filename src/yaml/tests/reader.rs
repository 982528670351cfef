use super::*;

#[test]
fn the_first_document_ends_the_reading() {
    assert_eq!(json("a: 1\n---\nb: [\n"), r#"{"a":1}"#);
    assert_eq!(json("a: 1\n...\nb: [\n"), r#"{"a":1}"#);
    assert_eq!(json(""), "null");
}

#[test]
fn a_text_without_documents_has_none() {
    assert_eq!(read_documents(&source("")), Ok(vec![]));
    assert_eq!(read_documents(&source("# c\n\n")), Ok(vec![]));
    assert_eq!(read_documents(&source("a\n--- b\n---\n")).unwrap().len(), 3);
}

/// The first text of each is for our scanner, the second, with a tag, for the crate.
#[test]
fn brackets_may_close_at_the_column_of_their_key() {
    for (text, expected) in [
        ("a: [\n  \"x\"\n]\nb: 1\n", r#"{"a":["x"],"b":1}"#),
        (
            "a:\n  b: [\n    \"x\",\n    'y' # c\n  ]\n",
            r#"{"a":{"b":["x","y"]}}"#,
        ),
        (
            "a:\n- {\n  \"x\": 1\n}\n- [\n  [\n    \"y\"\n  ], 'z'\n]\n",
            r#"{"a":[{"x":1},[["y"],"z"]]}"#,
        ),
        (
            "a: {\n  \"x\": [\n  \"y\"\n], z: \"é\"\n} # c\n",
            r#"{"a":{"x":["y"],"z":"é"}}"#,
        ),
    ] {
        assert_eq!(json(text), expected);
        assert_eq!(json(&text.replace('\n', "\r\n")), expected, "{text}");
        let tagged = format!("t: !!str x\n{text}");
        assert_eq!(json(&tagged), expected.replacen('{', r#"{"t":"x","#, 1));
        let all = read_documents(&source(&format!("{tagged}---\n{tagged}"))).unwrap();
        assert_eq!(all.len(), 2);
    }
}

#[test]
fn a_document_behind_a_moved_bracket_is_told() {
    for first in ["a: [\n  \"x\"\n]\n", "t: !!str x\na: [\n  \"x\"\n]\n"] {
        let place = after_first_document(&source(&format!("{first}---\nb: 1\n"))).unwrap();
        assert_eq!(place.line_text(), Some("b: 1"), "{first}");
        assert_eq!(after_first_document(&source(&format!("{first}---\n"))), None);
    }
}

#[test]
fn places_behind_a_moved_bracket_are_those_of_the_text() {
    let node = read_document(&source("t: !!str x\na: [\n  \"x\"\n]\nb: [[\"y\"\n], 'z']\n")).unwrap();
    let last = node.get("b").unwrap().as_list().unwrap();
    assert_eq!(last[1].place.to_string(), "v.yaml:6:4");
    assert_eq!(
        wrong("t: !!str x\na: [\n  \"x\"\n]\nb: [[\"y\"\n], 'z'\n] ]\n"),
        wrong("t: !!str x\na: [\n  \"x\"\n  ]\nb: [[\"y\"\n ], 'z'\n] ]\n").as_str(),
    );
}

#[test]
fn anchors_end_with_their_document() {
    assert_eq!(
        wrong("a: &x 1\n---\nb: *x\n"),
        "unknown-anchor v.yaml:3:4 `*x` repeats an anchor that is not there | help: put `*x` in quotes where it is \
         text; otherwise write `&x` before a value above it\n"
    );
    assert_eq!(json("a: &x 1\nb: &x 2\nc: *x\n"), r#"{"a":1,"b":2,"c":2}"#);
}

#[test]
fn an_alias_can_be_a_key() {
    assert_eq!(json("a: &x yes\n*x : 1\n"), r#"{"a":true,"true":1}"#);
    assert_eq!(json("&k a: 1\nb: *k\n"), r#"{"a":1,"b":"a"}"#);
}

/// The parser gives the place behind the dash for such a list.
#[test]
fn a_list_below_its_key_is_not_in_brackets_for_its_first_item() {
    assert_eq!(
        json("a:\n- []\n- ?x\n- &y b?c\n- d:[]\n"),
        r#"{"a":[[],"?x","b?c","d:[]"]}"#
    );
    assert_eq!(
        json("a:\n- {b: [c]}\n- :x\nd: ?y\n"),
        r#"{"a":[{"b":["c"]},":x"],"d":"?y"}"#
    );
    assert!(wrong("a:\n- [?x]\n").contains("a `?` in brackets"));
}

#[test]
fn whole_numbers_stay_exact() {
    for number in ["9007199254740993", "18446744073709551616", "-9223372036854775809"] {
        assert_eq!(json(number), number);
    }
    assert_eq!(read("1e3").value, Value::Int(1000));
    assert_eq!(read("-0.0").value, Value::Int(0));
    assert_eq!(read("1e19").value, Value::Float(1e19));
}

#[test]
fn keys_are_text_as_in_json() {
    assert_eq!(
        json("1000000: a\n1e6: b\n.5: c\n0x10: d\n2024-01-01: e\n0.0001: f\n1e-5: g\n.inf: h\n"),
        r#"{"1000000":"a","1e+06":"b","0.5":"c","16":"d","2024-01-01":"e","0.0001":"f","1e-05":"g",".inf":"h"}"#
    );
}

#[test]
fn an_earlier_map_of_a_merged_list_wins_and_keeps_its_order() {
    assert_eq!(
        json("{<<: [{a: 1, b: 2}, {b: 3, c: 4}], d: 5}"),
        r#"{"a":1,"b":2,"c":4,"d":5}"#
    );
}

#[test]
fn a_merge_after_a_key_wins_as_in_go_yaml() {
    assert_eq!(json("{a: 1, <<: {a: 2}}"), r#"{"a":2}"#);
    assert_eq!(json("{<<: {a: 2}, a: 1}"), r#"{"a":1}"#);
    assert_eq!(json("{'<<': {a: 2}}"), r#"{"<<":{"a":2}}"#);
}

#[test]
fn a_key_after_a_merge_is_no_duplicate_but_two_keys_are() {
    assert_eq!(
        wrong("<<: {a: 2}\na: 1\na: 3\n"),
        "duplicate-key v.yaml:3:1 the key `a` is there twice in the same map | v.yaml:2:1 it is here already | help: \
         remove one of the two; kubectl and Helm silently take the last\n"
    );
}

#[test]
fn of_duplicate_keys_the_last_may_count() {
    let options = Options {
        duplicate_keys: DuplicateKeys::Last,
        ..Options::default()
    };
    let node = read_document_with(&source("a: 1\nb: 2\na: {c: 3}\n"), &options).unwrap();
    assert_eq!(write_json(&node), r#"{"a":{"c":3},"b":2}"#);
}

#[test]
fn tags_that_say_something() {
    assert_eq!(
        json("[!!str 1, !!int '5', !!float 3, !!binary aGk=, ! 5, !x 5, !!str ]"),
        r#"["1",5,3,"hi","5","5",""]"#
    );
}

#[test]
fn a_tab_may_stand_between_a_key_and_its_value() {
    assert_eq!(
        json("a:\t1\nb:\t\t-x\nc: {d:\te}\n"),
        r#"{"a":1,"b":"-x","c":{"d":"e"}}"#
    );
}

#[test]
fn values_are_a_map_or_nothing() {
    assert_eq!(write_json(&read_values(&source("# c\n")).unwrap()), "{}");
    assert_eq!(write_json(&read_values(&source("~\n")).unwrap()), "{}");
    assert_eq!(
        said(&read_values(&source("\n- a\n")).unwrap_err()),
        "values-not-a-map v.yaml:2:1 values have to be a map of keys, and this is a list\n"
    );
}

#[test]
fn events_tell_style_and_place() {
    let source = source("a: 'x'\n\u{fdd0}1\u{fdd1}: |\n  b\n");
    let events: Vec<_> = Events::new(&source, Limits::default())
        .map(|event| event.unwrap())
        .filter_map(|event| match event.kind {
            EventKind::Scalar { text, style, .. } => {
                Some((text.into_owned(), style, event.line, event.column))
            }
            _ => None,
        })
        .collect();
    assert_eq!(
        events,
        [
            ("a".to_owned(), ScalarStyle::Plain, 1, 1),
            ("x".to_owned(), ScalarStyle::SingleQuoted, 1, 4),
            ("\u{fdd0}1\u{fdd1}".to_owned(), ScalarStyle::Plain, 2, 1),
            ("b\n".to_owned(), ScalarStyle::Literal, 2, 6),
        ]
    );
}

/// Each as Helm 4.3 reads it; the properties have the parser crate read what the scanner reads without them.
#[test]
fn a_block_of_text_has_no_newline_that_was_not_written() {
    for (block, expected) in [
        ("|\n  hunter", "hunter"),
        ("|\n  hunter\n", "hunter\n"),
        ("|+\n  x", "x"),
        ("|+\n  x\n\n", "x\n\n"),
        ("|+\n  x\n  ", "x\n"),
        ("|+\n  x\n\n  ", "x\n\n"),
        ("|\n  x\n ", "x\n"),
        ("|\n  x\n   ", "x\n "),
        ("|-\n  x", "x"),
        (">\n  x", "x"),
        (">\n  x\n    y", "x\n  y"),
        ("|2\n    x", "  x"),
        ("|2\n  x\n  ", "x\n"),
        ("|+\n", ""),
        ("|+\n  ", ""),
        ("|+\n\n  ", "\n"),
        ("|+", ""),
        ("|\n  x\n  # y", "x\n# y"),
    ] {
        for before in ["a: ", "a: !!str ", "a: &x ", "a: &x !!str\n  "] {
            let text = format!("{before}{block}");
            assert_eq!(
                read(&text).get("a").and_then(Node::as_str),
                Some(expected),
                "{text:?}"
            );
            let text = text.replace('\n', "\r\n");
            assert_eq!(
                read(&text).get("a").and_then(Node::as_str),
                Some(expected),
                "{text:?}"
            );
        }
    }
}

/// Each as Helm 4.3 reads it.
#[test]
fn a_merge_may_have_a_tag_and_an_anchor() {
    for (map, expected) in [
        ("{<<: *a}", r#"{"x":1,"z":2}"#),
        ("{!!merge <<: *a}", r#"{"x":1,"z":2}"#),
        ("{!<tag:yaml.org,2002:merge> <<: *a}", r#"{"x":1,"z":2}"#),
        ("{!!merge '<<': *a}", r#"{"x":1,"z":2}"#),
        ("{! <<: *a}", r#"{"x":1,"z":2}"#),
        ("{! \"<<\": *a}", r#"{"x":1,"z":2}"#),
        ("{&k !!merge <<: *a}", r#"{"x":1,"z":2}"#),
        ("{'<<': *a}", r#"{"<<":{"x":1,"z":2}}"#),
        ("{!!str <<: *a}", r#"{"<<":{"x":1,"z":2}}"#),
        ("{!other <<: *a}", r#"{"<<":{"x":1,"z":2}}"#),
        ("{!!merge x: *a}", r#"{"x":{"x":1,"z":2}}"#),
        ("[!!merge <<]", r#"["<<"]"#),
        // The earlier map of a list wins, and what comes later in the map.
        ("{<<: [*a, *b]}", r#"{"x":1,"z":2,"v":4}"#),
        ("{!!merge <<: [*b, *a]}", r#"{"x":3,"v":4,"z":2}"#),
        ("{<<: [{x: 5}, *a]}", r#"{"x":5,"z":2}"#),
        ("{<<: *b, <<: *a}", r#"{"x":1,"v":4,"z":2}"#),
        ("{x: 0, <<: [*a, *b]}", r#"{"x":1,"z":2,"v":4}"#),
        ("{<<: [*a, *b], x: 0}", r#"{"x":0,"z":2,"v":4}"#),
        ("{<<: []}", "{}"),
    ] {
        let node = read(&format!("a: &a {{x: 1, z: 2}}\nb: &b {{x: 3, v: 4}}\nc: {map}\n"));
        assert_eq!(write_json(node.get("c").unwrap()), expected, "{map}");
    }
}
