//! The text that the filter `to_yaml` puts into ConfigMaps against what a real Helm's `toYaml` makes of the same
//! values, byte by byte, in one run.

#![allow(clippy::unwrap_used, reason = "tests may fail loudly")]

#[path = "support/readers.rs"]
mod readers;
#[path = "support/tools.rs"]
mod tools;

use std::fs;
use std::path::Path;
use std::process::Command;

use promchart::source::Source;
use promchart::yaml::{self, Map, Node, Value};
use readers::same;

const TEMPLATE: &str = "apiVersion: v1
kind: ConfigMap
metadata: {name: test}
data:
{{- range $index, $value := .Values.cases }}
  case-{{ $index }}: {{ toYaml $value | toJson }}
{{- end }}
";

/// Values in YAML, one document each.
const DOCUMENTS: &str = include_str!("yaml/layout.yaml");

fn strings() -> Vec<String> {
    serde_json::from_str(include_str!("yaml/strings.json")).unwrap()
}

fn map<'a>(entries: impl IntoIterator<Item = (&'a str, Node)>) -> Node {
    Node::computed(entries.into_iter().collect::<Map>())
}

fn list(items: Vec<Node>) -> Node {
    Node::computed(items)
}

/// A string alone, as values at several depths, long enough to be folded, and as a key.
fn around(text: &str) -> Vec<Node> {
    let leaf = || Node::computed(text);
    let long = || Node::computed(format!("{text} {}{text}", "word ".repeat(16)));
    vec![
        leaf(),
        map([
            ("value", leaf()),
            (
                "list",
                list(vec![leaf(), list(vec![leaf(), leaf()]), map([("k", leaf())])]),
            ),
            ("map", map([("inner", map([("most", leaf())]))])),
        ]),
        map([
            ("long", long()),
            ("longer", list(vec![list(vec![long()]), map([("k", long())])])),
        ]),
        map([(text, map([(text, list(vec![leaf()]))])), ("last", leaf())]),
        list(vec![map([(text, leaf()), ("last", leaf())])]),
    ]
}

/// Words that mean something to YAML, in texts of all lengths with all kinds of gaps, and keys in which letters,
/// digits and other characters meet. The same ones every time.
fn composed() -> Vec<Node> {
    const WORDS: &[&str] = &[
        "sum",
        "rate(x[5m])",
        "by",
        "(job)",
        "-",
        "#a",
        "a:",
        "?",
        "%",
        ">",
        "==",
        "0",
        "'",
        "\"",
        "it's",
        "\\",
        "{a=\"b\"}",
        "[",
        "...",
        "---",
        "é",
        "日本",
        "\t",
        "  ",
        "!",
        "&x",
        "*",
        "|",
        "😀",
        "\u{a0}",
        "key: v",
        "~",
        "12:30",
        "\r",
        "http://a/b?c#d",
        ",",
        "{{ $value }}",
        "averyverylongwordwithoutanyspaceinit",
    ];
    const GAPS: &[&str] = &[" ", " ", " ", "  ", "", "\n", "\n\n", " \n", "\n "];
    const CHARACTERS: &[&str] = &[
        "0", "0", "1", "2", "9", "a", "A", "b", "z", "_", "-", ".", " ", "é", "٣", "Ⅷ", "ⓐ",
    ];
    let mut state = 1_u64;
    let mut pick = |below: usize| {
        // Knuth's generator; its upper bits are good enough.
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap() % below
    };
    let mut nodes = Vec::new();
    for number in 0..600 {
        let gap = GAPS[number % GAPS.len()];
        let mut text = String::new();
        for _ in 0..=pick(30) {
            text.push_str(WORDS[pick(WORDS.len())]);
            text.push_str(gap);
        }
        if number % 4 != 0 {
            text.truncate(text.len() - gap.len());
        }
        nodes.push(map([(
            "k",
            list(vec![
                Node::computed(text.as_str()),
                map([(&*text, Node::default())]),
            ]),
        )]));
        // Two keys only: the order of three can have circles.
        let mut key = |start: &str| {
            let mut key = start.to_owned();
            for _ in 0..pick(4) {
                key.push_str(CHARACTERS[pick(CHARACTERS.len())]);
            }
            key
        };
        let start = key("");
        let (one, two) = (key(&start), key(&start));
        nodes.push(map([(&*one, Node::default()), (&*two, Node::default())]));
    }
    nodes
}

/// Whether a value has something of which Helm makes another value, or nothing at all.
fn is_lossy(node: &Node) -> bool {
    const LOST: [char; 4] = ['\u{7f}', '\u{85}', '\u{2028}', '\u{2029}'];
    match &node.value {
        Value::String(text) => text.contains(LOST),
        Value::List(items) => items.iter().any(is_lossy),
        Value::Map(map) => map
            .iter()
            .any(|(key, entry)| &**key == "<<" || key.contains(LOST) || is_lossy(&entry.node)),
        _ => false,
    }
}

/// What Helm writes for each value.
fn ask(helm: &Path, cases: &[Node]) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    fs::create_dir(path("templates")).unwrap();
    fs::write(path("Chart.yaml"), "apiVersion: v2\nname: test\nversion: 1.0.0\n").unwrap();
    fs::write(path("templates/test.yaml"), TEMPLATE).unwrap();
    let values = map([("cases", list(cases.to_vec()))]);
    fs::write(path("values.yaml"), yaml::write(&values)).unwrap();
    let output = Command::new(helm)
        .arg("template")
        .arg(folder.path())
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let written: Vec<String> = String::from_utf8(output.stdout)
        .unwrap()
        .lines()
        .filter_map(|line| line.trim_start().strip_prefix("case-")?.split_once(": "))
        .map(|(_, text)| serde_json::from_str(text).unwrap())
        .collect();
    assert_eq!(written.len(), cases.len());
    written
}

fn cases() -> Vec<Node> {
    let mut cases = yaml::read_documents(&Source::new("layout.yaml", DOCUMENTS)).unwrap();
    cases.extend(strings().iter().flat_map(|text| around(text)));
    cases.extend(composed());
    cases
}

#[test]
fn text_is_that_of_helm() {
    let Some(helm) = tools::helm("text_is_that_of_helm") else {
        return;
    };
    let cases = cases();
    let theirs = ask(&helm, &cases);
    let mut wrong = Vec::new();
    for (case, theirs) in cases.iter().zip(theirs) {
        let ours = yaml::write_helm(case);
        let same = ours.strip_suffix('\n') == Some(&theirs);
        if same == is_lossy(case) {
            wrong.push(format!("Helm:\n{theirs}\nwe:\n{ours}"));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {}:\n{}",
        wrong.len(),
        cases.len(),
        wrong.join("\n")
    );
}

#[test]
fn text_comes_back_unchanged() {
    for case in cases() {
        let written = yaml::write_helm(&case);
        let read = yaml::read_document(&Source::new("written", written.as_str()));
        assert!(
            read.as_ref()
                .is_ok_and(|read| same(&yaml::to_json(read), &yaml::to_json(&case))),
            "{written}\n{read:?}"
        );
    }
}
