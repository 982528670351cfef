//! The reader and writer against what Helm 3.17.3 and kubectl make of the same texts.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on may panic")]

#[path = "support/readers.rs"]
mod readers;
#[path = "support/tools.rs"]
mod tools;

use std::process::Command;

use promchart::source::Source;
use promchart::yaml::{self, Map, Node};
use readers::{same, second_reader, through};
use serde_json::Value as Json;

/// Documents of which we make something else, with the reason.
const CHOSEN: &[(&str, &str)] = &[
    (
        "a: 1\na: 2\n",
        "a duplicate key is an error: Helm takes the last without a word",
    ),
    (
        "m:\n  a: 1\n  a: 2\n",
        "a duplicate key is an error, at any depth",
    ),
    (
        "a: \"\\/\"\n",
        "`\\/` is good JSON and YAML 1.2, so it is read; go-yaml refuses it",
    ),
];

#[test]
fn documents_read_as_helm_reads_them() {
    let cases: Vec<Json> = serde_json::from_str(include_str!("yaml/read.json")).unwrap();
    assert_eq!(cases.len(), 195);
    let mut wrong = Vec::new();
    for case in &cases {
        let text = case["yaml"].as_str().unwrap();
        let ours = yaml::read_values(&Source::new("values.yaml", text));
        let agrees = match (&ours, case.get("helm")) {
            (Ok(node), Some(theirs)) => same(&yaml::to_json(node), theirs),
            (Err(_), None) => true,
            _ => false,
        };
        if agrees == CHOSEN.iter().any(|(chosen, _)| *chosen == text) {
            let text: String = text.chars().take(80).collect();
            wrong.push(format!("{text:?}: {ours:?}, Helm: {:?}", case.get("helm")));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn strings() -> Vec<String> {
    let strings: Vec<String> = serde_json::from_str(include_str!("yaml/strings.json")).unwrap();
    assert_eq!(strings.len(), 196);
    strings
}

/// A string as a value, in a list, as a key, and in a list in a map in a list.
fn around(text: &str) -> Node {
    let leaf = || Node::computed(text);
    let map = |key: &str, value: Node| Node::computed([(key, value)].into_iter().collect::<Map>());
    let list = |items: Vec<Node>| Node::computed(items);
    let all: Map = [
        ("value", leaf()),
        (
            "list",
            list(vec![
                leaf(),
                list(vec![leaf(), leaf()]),
                map("k", leaf()),
                map(text, leaf()),
            ]),
        ),
        ("map", map("inner", map("most", leaf()))),
        ("key", map(text, map(text, list(vec![leaf()])))),
        ("last", leaf()),
    ]
    .into_iter()
    .collect();
    Node::computed(all)
}

#[test]
fn strings_come_back_unchanged() {
    for text in strings() {
        let node = around(&text);
        for written in [
            yaml::write(&node),
            yaml::write_json(&node),
            yaml::write_json_pretty(&node),
        ] {
            let read = yaml::read_document(&Source::new("written", written.as_str()));
            assert_eq!(
                read.as_ref().ok(),
                Some(&node),
                "{text:?} in:\n{written}\n{read:?}"
            );
        }
        let alone = Node::computed(text.as_str());
        let written = yaml::write(&alone);
        assert_eq!(
            yaml::read_document(&Source::new("written", written.as_str())),
            Ok(alone),
            "{written}"
        );
    }
}

#[test]
fn documents_come_back_unchanged() {
    let cases: Vec<Json> = serde_json::from_str(include_str!("yaml/read.json")).unwrap();
    for case in &cases {
        let text = case["yaml"].as_str().unwrap();
        let Ok(node) = yaml::read_document(&Source::new("values.yaml", text)) else {
            continue;
        };
        for written in [yaml::write(&node), yaml::write_json(&node)] {
            assert_eq!(
                yaml::read_document(&Source::new("written", written.as_str())),
                Ok(node.clone()),
                "{written}"
            );
        }
    }
}

#[test]
fn a_second_reader_reads_what_is_written() {
    for text in strings() {
        let node = around(&text);
        assert_eq!(
            second_reader(&yaml::write(&node)),
            Some(yaml::to_json(&node)),
            "{text:?}"
        );
    }
    let cases: Vec<Json> = serde_json::from_str(include_str!("yaml/read.json")).unwrap();
    for case in &cases {
        let text = case["yaml"].as_str().unwrap();
        if let Ok(node) = yaml::read_document(&Source::new("values.yaml", text)) {
            let written = yaml::write(&node);
            let read = second_reader(&written);
            assert!(
                read.is_none_or(|read| same(&yaml::to_json(&node), &read)),
                "{written}"
            );
        }
    }
}

#[test]
fn a_second_reader_reads_the_manifests_of_each_environment() {
    for environment in ["dev", "staging", "prod"] {
        let render = |form: &str| {
            let output = Command::new(env!("CARGO_BIN_EXE_promchart"))
                .args(["render", "--quiet", "--env", environment, "-o", form])
                .output()
                .unwrap();
            assert!(output.status.success(), "{output:?}");
            String::from_utf8(output.stdout).unwrap()
        };
        let list: Json = serde_json::from_str(&render("json")).unwrap();
        let stream = render("yaml");
        let documents: Vec<Json> = serde_yaml::Deserializer::from_str(&stream)
            .map(|document| serde::Deserialize::deserialize(document).unwrap())
            .collect();
        assert_eq!(list["items"], Json::Array(documents), "{environment}");
    }
}

#[test]
fn kubectl_reads_strings_unchanged() {
    let Some(kubectl) = tools::find(&["kubectl"], "kubectl_reads_strings_unchanged") else {
        return;
    };
    let spec: Map = strings()
        .iter()
        .enumerate()
        .map(|(index, text)| (format!("string-{index}"), around(text)))
        .collect();
    let head = "apiVersion: promchart.example/v1\nkind: Strings\nmetadata:\n  name: strings\n";
    let written = format!(
        "{head}{}",
        yaml::write(&Node::computed(
            [("spec", Node::computed(spec.clone()))]
                .into_iter()
                .collect::<Map>()
        ))
    );
    let read = through(&kubectl, &written);
    for (key, entry) in spec.iter() {
        assert_eq!(
            yaml::from_json(read["spec"][&**key].clone()),
            entry.node,
            "{}",
            yaml::write(&entry.node)
        );
    }
}
