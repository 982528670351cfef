//! Every expected text here was written by `toYaml` of Helm 3.17.3, except where a test says that we differ.
//! tests/layout_helm.rs asks Helm itself.

use super::super::{Map, Node, Value, read_document};
use super::timestamp::is_timestamp;
use super::{WIDTH, write_helm, write_helm_marked, write_helm_pretty};
use crate::source::Source;

fn read(text: &str) -> Node {
    read_document(&Source::new("v.yaml", text)).unwrap()
}

fn map<'a>(entries: impl IntoIterator<Item = (&'a str, Node)>) -> Node {
    Node::computed(entries.into_iter().collect::<Map>())
}

/// A text as the value of a short key.
fn value(text: &str) -> String {
    let node = map([("k", Node::computed(text))]);
    let written = write_helm(&node);
    assert_eq!(read(&written), node, "{written}");
    written
        .strip_prefix("k: ")
        .unwrap()
        .strip_suffix('\n')
        .unwrap()
        .to_owned()
}

fn keys(keys: &[&str]) -> Vec<String> {
    let written = write_helm(&map(keys.iter().map(|key| (*key, Node::computed(true)))));
    written
        .lines()
        .map(|line| line.strip_suffix(": true").unwrap().replace('"', ""))
        .collect()
}

#[test]
fn collections() {
    let text = "a:\n- x\n- - v\n  - w\n- c: 1\n  d:\n  - e\n- []\n- {}\nb: 1\nempty:\n  list: []\n  map: {}\n  nothing: null\nyes-no:\n- true\n- 1.5\n";
    assert_eq!(write_helm(&read(text)), text);
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
        "|-\n  a\n  b\n",
        "|\n  a\n  b\n",
        "|2-\n   a\n  b\n",
        "|2+\n\n",
    ] {
        assert_eq!(write_helm(&read(text)), text);
    }
}

#[test]
fn keys_in_natural_order() {
    let ordered = [
        "_x",
        "9",
        "10",
        "B",
        "Z",
        "a",
        "a_b",
        "a1",
        "a2",
        "a10",
        "a020",
        "a100",
        "aa",
        "b",
        "foo_5min",
        "foo_15min",
        "v1.9",
        "v1.10",
        "x-y",
        "x.y",
        "xy",
        "é",
    ];
    let mut given = ordered;
    given.reverse();
    assert_eq!(keys(&given), ordered);
    given.sort_unstable();
    assert_eq!(keys(&given), ordered);
}

/// Helm gives one of `v1b v9 v10`, `v10 v1b v9` by chance: each of the three is before the next.
#[test]
fn keys_whose_order_has_circles() {
    assert_eq!(keys(&["v1b", "v9", "v10"]), keys(&["v10", "v9", "v1b"]));
    let many: Vec<String> = (0..500)
        .map(|number| format!("v{}{}", number * 7 % 501, ["", "b", "_"][number % 3]))
        .collect();
    let mut many: Vec<&str> = many.iter().map(String::as_str).collect();
    let first = keys(&many);
    many.reverse();
    assert_eq!(keys(&many), first);
    assert_eq!(first.len(), 500);
}

#[test]
fn quotes() {
    for (text, written) in [
        ("", "\"\""),
        ("yes", "\"yes\""),
        ("~", "\"~\""),
        ("012", "\"012\""),
        ("1_000", "\"1_000\""),
        ("12:30:45", "\"12:30:45\""),
        ("2024-01-01", "\"2024-01-01\""),
        ("2024-02-30", "2024-02-30"),
        ("0x", "0x"),
        ("1e3", "\"1e3\""),
        (".5", "\".5\""),
        (" a", "' a'"),
        ("a ", "'a '"),
        ("#a", "'#a'"),
        ("a #b", "'a #b'"),
        ("a: b", "'a: b'"),
        ("a:", "'a:'"),
        ("*a", "'*a'"),
        ("%a", "'%a'"),
        ("@a", "'@a'"),
        ("- a", "'- a'"),
        ("-a", "-a"),
        ("?a", "?a"),
        ("---", "'---'"),
        ("...a", "'...a'"),
        ("'a'", "'''a'''"),
        ("=", "="),
        ("<<", "<<"),
        ("a\\b", "a\\b"),
        ("a\tb", "\"a\\tb\""),
        ("é", "é"),
        ("😀", "\"\\U0001F600\""),
        ("\u{feff}a", "\"\\uFEFF\\x61\""),
        ("a\u{feff}", "\"a\\uFEFF\""),
        ("a\u{a0}", "a\u{a0}"),
        ("\u{200b}", "\u{200b}"),
        ("\0\u{1b}\r", "\"\\0\\e\\r\""),
    ] {
        assert_eq!(value(text), written, "{text:?}");
    }
}

#[test]
fn blocks() {
    for (text, written) in [
        ("a\n  b\n", "|\n  a\n    b"),
        ("a\nb", "|-\n  a\n  b"),
        ("a\n\n", "|+\n  a\n"),
        ("\n", "|2+\n"),
        ("  a\nb\n", "|2\n    a\n  b"),
        ("\na\n", "|2\n\n  a"),
        ("a \nb\n", "\"a \\nb\\n\""),
        ("a\n\tb\n", "\"a\\n\\tb\\n\""),
    ] {
        assert_eq!(value(text), written, "{text:?}");
    }
}

#[test]
fn long_texts_are_folded() {
    let expr = "sum(rate(node_cpu_seconds_total{mode!=\"idle\"}[5m])) by (instance) / count(node_cpu_seconds_total{mode=\"idle\"}) by (instance) * 100 > 80";
    let rule = map([("expr", Node::computed(expr)), ("for", Node::computed("10m"))]);
    let folded = "rules:
- expr: sum(rate(node_cpu_seconds_total{mode!=\"idle\"}[5m])) by (instance) / count(node_cpu_seconds_total{mode=\"idle\"})
    by (instance) * 100 > 80
  for: 10m
";
    let rules = map([("rules", Node::computed(vec![rule]))]);
    assert_eq!(write_helm(&rules), folded);
    assert_eq!(read(folded), rules);

    let words = "word ".repeat(20);
    assert_eq!(
        value(&format!("# {words}end ")),
        "'# word word word word word word word word word word word word word word word word
  word word word word end '"
    );
    assert_eq!(
        value(&format!("yes\t{words} two spaces")),
        "\"yes\\tword word word word word word word word word word word word word word word
  word word word word word  two spaces\""
    );
    let long = "x".repeat(90);
    assert_eq!(value(&format!("{long}  y z")), format!("{long}  y\n  z"));
    assert_eq!(
        value(&format!("{long}\t  y z")),
        format!("\"{long}\\t\n  \\ y z\"")
    );
}

#[test]
fn keys_after_a_question_mark() {
    let (k, l, m) = ("k".repeat(129), "l".repeat(129), "m".repeat(128));
    let text =
        format!("? |-\n  a\n  b\n: 1\n? {k}\n: a: 1\n  b:\n  - c\n? {l}\n: - a\n  - b\n{m}: 1\n\"yes\": 1\n");
    assert_eq!(write_helm(&read(&text)), text);
}

#[test]
fn numbers() {
    for (number, written) in [
        ("-0.0", "0"),
        ("1e3", "1000"),
        ("123456.5", "123456.5"),
        ("1234567.5", "1.2345675e+06"),
        ("-0.0001", "-0.0001"),
        ("0.00001", "1e-05"),
        ("1e15", "1000000000000000"),
        ("1e19", "10000000000000000000"),
        ("12345678901234567000.0", "12345678901234567000"),
        ("1e20", "1e+20"),
        ("-1e19", "-1e+19"),
        // Half-way between two shortest forms.
        ("2.98023223876953125e-08", "2.9802322387695312e-08"),
    ] {
        assert_eq!(write_helm(&read(number)), format!("{written}\n"), "{number}");
    }
}

/// Where Helm would lose something.
#[test]
fn differences() {
    // Helm: `a b`.
    assert_eq!(value("a\u{85}b"), "\"a\\Nb\"");
    // Helm: the character itself, a line's indentation, and the rest.
    assert_eq!(value("a\u{2028}b\nc"), "\"a\\Lb\\nc\"");
    assert_eq!(value("a\u{2029}b"), "\"a\\Pb\"");
    // Helm: nothing.
    assert_eq!(value("a\u{7f}b"), "\"a\\x7Fb\"");
    let long = "k".repeat(1025);
    assert_eq!(
        write_helm(&map([(long.as_str(), Node::computed(true))])),
        format!("? {long}\n: true\n")
    );
    // Helm: `<<: true`.
    assert_eq!(write_helm(&map([("<<", Node::computed(true))])), "\"<<\": true\n");
    // Helm: `9007199254740992` and `1e+20`.
    assert_eq!(write_helm(&read("9007199254740993")), "9007199254740993\n");
    assert_eq!(
        write_helm(&read("100000000000000000000")),
        "100000000000000000000\n"
    );
}

#[test]
fn timestamps() {
    for text in [
        "2024-1-2",
        "2024-02-29",
        "2024-1-1  3:4:5,5",
        "2024-1-1 03:04:05.123456789012",
        "2024-1-1t3:4:5+24:60",
        "2024-01-01T00:00:00Z",
    ] {
        assert!(is_timestamp(text), "{text}");
    }
    for text in [
        "2023-02-29",
        "2024-13-01",
        "2024-00-01",
        "2024-1-0",
        "2024-1",
        "24-1-1",
        "2024-1-1 3:4",
        "2024-1-1 3:4:5Z",
        "2024-1-1 24:00:00",
        "2024-1-1T3:4:5",
        "2024-1-1T3:4:5z",
        "2024-1-1T3:4:5.Z",
        "2024-1-1T3:4:5-25:00",
        "2024-1-1T3:4:5+1:00",
        "2001-12-14 21:59:43.10 -5",
        "2024-é",
    ] {
        assert!(!is_timestamp(text), "{text}");
    }
}

#[test]
fn the_pretty_layout_indents_lists_and_folds_nothing() {
    let long = "word ".repeat(30) + "end";
    let node = read(&format!("a:\n- 1\n- b: [x]\n- [[], {{}}]\nf: 1.5\nl: {long}\n"));
    let expected = format!("a:\n  - 1\n  - b:\n      - x\n  - - []\n    - {{}}\nf: 1.5\nl: {long}\n");
    assert_eq!(write_helm_pretty(&node), expected);
    // Values of Helm are floats, which that layout shows.
    assert_eq!(write_helm_pretty(&Node::computed(Value::Float(1e6))), "1e+06\n");
    assert_eq!(write_helm(&Node::computed(Value::Float(1e6))), "1000000\n");
}

#[test]
fn marks_tell_where_scalars_end() {
    let node = read("b: [x, {}]\na:\n  c: |\n    1\n    2\n");
    let (text, marks) = write_helm_marked(&node);
    assert_eq!(text, write_helm(&node));
    let mut from = 0;
    let pieces: Vec<_> = marks
        .iter()
        .map(|(end, place)| {
            let piece = &text[from..*end];
            from = *end;
            format!("{piece:?} of {}:{}", place.line, place.column)
        })
        .collect();
    assert_eq!(
        pieces,
        [
            r#""a:\n  c: |\n    1\n    2\n" of 3:6"#,
            r#""b:\n- x" of 1:5"#,
            r#""\n- {}" of 1:8"#,
        ]
    );
}

/// Character by character: a line ends at the first space after column 80 that no space stands before or behind.
fn folded_by_characters(text: &str, start: usize) -> String {
    let characters: Vec<char> = text.chars().collect();
    let (mut written, mut column) = (String::new(), start);
    for (at, character) in characters.iter().enumerate() {
        let stands_alone =
            at > 0 && characters[at - 1] != ' ' && characters.get(at + 1).is_some_and(|next| *next != ' ');
        if *character == ' ' && column > WIDTH && stands_alone {
            written.push_str("\n  ");
            column = 2;
            continue;
        }
        written.push(*character);
        column += 1;
        if *character == '\'' {
            written.push('\'');
            column += 1;
        }
    }
    written
}

#[test]
fn texts_are_folded_where_their_characters_say() {
    const WORDS: [&str; 8] = [
        "a",
        "\u{e9}\u{e9}\u{e9}\u{e9}",
        "xxxxxxxxxxxxxxxxxxxxxxxxx",
        " ",
        "  ",
        "# ",
        "it's",
        "''",
    ];
    let mut seed = 5_usize;
    let mut folded = 0;
    for number in 0..6_000 {
        // Plain, in single quotes because of the first character, and with quotes inside.
        let (first, words, quote) = [
            ("x", &WORDS[..5], ""),
            ("#", &WORDS[..6], "'"),
            ("#", &WORDS[..], "'"),
        ][number % 3];
        let mut text = String::from(first);
        while text.len() < 300 {
            seed = seed
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            text.push_str(words[(seed >> 33) % words.len()]);
            text.push_str(if seed >> 60 < 12 { " " } else { "" });
        }
        // No space is at the end.
        text.push('.');
        let written = format!("{quote}{}{quote}", folded_by_characters(&text, 3 + quote.len()));
        folded += written.matches('\n').count();
        assert_eq!(value(&text), written, "{text:?}");
    }
    assert!(folded > 10_000, "{folded}");
}
