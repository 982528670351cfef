use super::*;

fn string(text: &str) -> String {
    write(&Node::computed(
        [("k", Node::computed(text))].into_iter().collect::<Map>(),
    ))
}

#[test]
fn maps_and_lists() {
    let text = "b: 1\na:\n- x\n- - v\n  - w\n- c: 1\n  d:\n  - e\nempty:\n  list: []\n  map: {}\n  nothing: null\nyes-no:\n- true\n- 1.5\n";
    assert_eq!(write(&read(text)), text);
}

#[test]
fn roots() {
    for text in [
        "a\n",
        "null\n",
        "[]\n",
        "{}\n",
        "- a\n",
        "\"yes\"\n",
        "|\n  a\n  b\n",
        "\" a\\nb\"\n",
    ] {
        assert_eq!(write(&read(text)), text);
    }
}

#[test]
fn plain_where_nobody_misreads_it() {
    for text in [
        "a",
        "a b",
        "1.2.3",
        "10.0.0.1",
        "5m",
        "15d",
        "a:b",
        "http://x/y?z#q",
        "it's",
        "say \"x\"",
        "--flag=1",
        "-x",
        "é😀",
        "a,b]",
        "nan",
        "on-call",
        "$x",
        "2001:db8::1",
        "/a",
        "_1",
    ] {
        assert_eq!(string(text), format!("k: {text}\n"));
    }
}

#[test]
fn quoted_where_somebody_does() {
    for text in [
        "yes",
        "Y",
        "off",
        "tRUE",
        "null",
        "~",
        "",
        "0644",
        "0o17",
        "1_000",
        "1,000",
        "1e3",
        "1e400",
        "+1",
        ".5",
        "5.",
        "-.inf",
        ".NaN",
        "0x",
        "12:30:45",
        "8080:80",
        "2024-01-01",
        "2001-12-14 21:59:43.10 -5",
        "=",
        "<<",
        "-",
        "- a",
        "?",
        ": a",
        "a: b",
        "a:",
        "a #b",
        "#a",
        "{{ x }}",
        "[a",
        "*a",
        "&a",
        "!a",
        "%a",
        "@a",
        "`a",
        "|",
        ">",
        " a",
        "a ",
        "---",
        "... a",
        "'a'",
    ] {
        assert_eq!(string(text), format!("k: \"{text}\"\n"));
    }
}

#[test]
fn single_quotes_where_double_ones_would_need_backslashes() {
    assert_eq!(string("\"a\""), "k: '\"a\"'\n");
    assert_eq!(string("C:\\: 'x'"), "k: 'C:\\: ''x'''\n");
    assert_eq!(string("C:\\x\\"), "k: C:\\x\\\n");
}

#[test]
fn escapes() {
    assert_eq!(
        string("a\tb\r\u{0}\u{1b}\u{85}\u{2028}\u{feff}\u{202e}\u{1fffe}\"\\"),
        "k: \"a\\tb\\r\\u0000\\u001B\\u0085\\u2028\\uFEFF\\u202E\\U0001FFFE\\\"\\\\\"\n"
    );
}

#[test]
fn blocks_of_text() {
    assert_eq!(string("a\nb"), "k: |-\n  a\n  b\n");
    assert_eq!(string("a\n"), "k: |\n  a\n");
    assert_eq!(string("a\n\n b\n\n"), "k: |+\n  a\n\n   b\n\n");
    assert_eq!(string(" a\nb\n"), "k: |2\n   a\n  b\n");
    assert_eq!(string("\na"), "k: |2-\n\n  a\n");
    assert_eq!(string("a \nb\tc\n"), "k: |\n  a \n  b\tc\n");
}

#[test]
fn lines_that_a_block_cannot_hold() {
    assert_eq!(string("\n"), "k: \"\\n\"\n");
    assert_eq!(string("a\n  "), "k: \"a\\n  \"\n");
    assert_eq!(string("a\r\nb\n"), "k: \"a\\r\\nb\\n\"\n");
}

#[test]
fn keys_are_on_one_line() {
    let map = |key: &str| write(&Node::computed([(key, read("[1]"))].into_iter().collect::<Map>()));
    assert_eq!(map("on"), "\"on\":\n- 1\n");
    assert_eq!(map("a\nb"), "\"a\\nb\":\n- 1\n");
    let long = "k".repeat(1001);
    assert_eq!(map(&long), format!("? {long}\n:\n- 1\n"));
}

#[test]
fn long_lines_are_not_folded() {
    let long = "word ".repeat(100);
    assert_eq!(string(long.trim()), format!("k: {}\n", long.trim()));
}

#[test]
fn numbers() {
    let float = |value: f64| write(&Node::computed(Value::Float(value)));
    assert_eq!(float(1.5), "1.5\n");
    assert_eq!(float(0.0001), "0.0001\n");
    assert_eq!(float(0.000_001), "1e-06\n");
    assert_eq!(float(-1.5e-7), "-1.5e-07\n");
    assert_eq!(float(1e20), "1e+20\n");
    assert_eq!(float(-0.0), "0\n");
    assert_eq!(
        write(&Node::computed(i128::from(u64::MAX) + 1)),
        "18446744073709551616\n"
    );
}

#[test]
fn indented_for_a_place_in_a_text() {
    let node = read("a:\n- b\nc: |\n  x\n\n  y\n");
    assert_eq!(
        write_indented(&node, 4),
        "a:\n    - b\n    c: |\n      x\n\n      y"
    );
    assert_eq!(write_indented(&read("[a, b]"), 2), "- a\n  - b");
    assert_eq!(write_indented(&read("a"), 2), "a");
}

#[test]
fn json_in_the_order_of_keys() {
    let node = read("b: [1, 1.5, {}]\na: {x: \"\\\"\\u2028\\x01é😀\", z: []}\n");
    assert_eq!(
        write_json(&node),
        r#"{"b":[1,1.5,{}],"a":{"x":"\"\u2028\u0001é😀","z":[]}}"#
    );
    assert_eq!(
        write_json_pretty(&node),
        "{\n  \"b\": [\n    1,\n    1.5,\n    {}\n  ],\n  \"a\": {\n    \"x\": \"\\\"\\u2028\\u0001é😀\",\n    \"z\": []\n  }\n}"
    );
}

#[test]
fn json_values_and_back() {
    let node = read("a: [1, -1, 1.5, 18446744073709551615, text, true, null]\n");
    assert_eq!(from_json(to_json(&node)), node);
    assert_eq!(
        to_json(&read("18446744073709551616")).to_string(),
        "1.8446744073709552e+19"
    );
    assert_eq!(from_json(serde_json::json!(1.0)).value, Value::Int(1));
}
