//! The reader and writer against what Helm 3.17.3 and kubectl make of the same texts.

use promchart::source::Source;
use promchart::yaml;
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

fn same(ours: &Json, theirs: &Json) -> bool {
    match (ours, theirs) {
        // Helm makes every number a float.
        (Json::Number(a), Json::Number(b)) => a.as_f64() == b.as_f64(),
        (Json::Array(a), Json::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        (Json::Object(a), Json::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(key, a)| b.get(key).is_some_and(|b| same(a, b)))
        }
        _ => ours == theirs,
    }
}

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
