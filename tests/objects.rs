//! The rules about objects against what the API server says: `tests/objects/accepted.yaml` holds objects of all common kinds that kube-apiserver
//! 1.37.2 accepts (server-side apply, dry run, strict fields), and each line of `verdicts.txt` one change to one of them, as
//! `VERDICT KIND/NAME POINTER JSON`, with `-` for a field that is taken away. `examples/verdicts.rs` does the same for the cases of the
//! comparison with Helm, field by field.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on may panic")]

use std::fs;

use promchart::chart::{Capabilities, KubeVersion};
use promchart::diagnostic::Severity;
use promchart::lint::objects::{Found, review};
use promchart::manifest::{self, Object, Selection};
use promchart::render::Document;
use promchart::source::Source;
use promchart::yaml::{self, Node};
use serde_json::Value as Json;

fn objects(nodes: impl IntoIterator<Item = Node>) -> Vec<Object> {
    let source = Source::new("objects.yaml", "");
    let documents = nodes
        .into_iter()
        .map(|node| Document::new("objects.yaml", &source, node));
    let manifests = manifest::assemble(documents.collect(), Vec::new(), Selection::default());
    manifests.unwrap().objects
}

fn cluster(version: &str, api_versions: &[String]) -> Capabilities {
    Capabilities::new(KubeVersion::parse(version).unwrap(), api_versions)
}

fn errors(objects: &[Object]) -> Vec<Found> {
    let mut found = review(objects, &cluster("1.37.2", &[]), "default");
    found.retain(|found| found.diagnostic.severity == Severity::Error);
    found
}

/// The fields and messages of what is found in a text.
fn told(text: &str) -> Vec<(String, String)> {
    let nodes = yaml::read_documents(&Source::new("objects.yaml", text)).unwrap();
    errors(&objects(nodes))
        .into_iter()
        .map(|found| (found.field.to_string(), found.diagnostic.message))
        .collect()
}

fn fields(text: &str) -> Vec<String> {
    told(text).into_iter().map(|(field, _)| field).collect()
}

/// Sets what stands at a pointer, or takes it away.
fn change(object: &mut Json, pointer: &str, value: Option<Json>) {
    let (parent, last) = pointer.rsplit_once('/').unwrap();
    let last = last.replace("~1", "/").replace("~0", "~");
    match object.pointer_mut(parent).unwrap() {
        Json::Object(map) => match value {
            Some(value) => drop(map.insert(last, value)),
            None => drop(map.remove(&last).unwrap()),
        },
        Json::Array(list) => {
            let index: usize = last.parse().unwrap();
            match value {
                Some(value) => list[index] = value,
                None => drop(list.remove(index)),
            }
        }
        other => panic!("{pointer}: {other}"),
    }
}

#[test]
fn a_text_that_holds_the_map_or_list_that_is_wanted_is_told() {
    let help = |labels: &str| {
        let text = format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: x, labels: {labels}}}\n");
        let nodes = yaml::read_documents(&Source::new("objects.yaml", text)).unwrap();
        let found = errors(&objects(nodes));
        assert_eq!(found.len(), 1, "{labels}");
        found[0].diagnostic.help.clone().unwrap_or_default()
    };
    for text in ["'a: b'", "'{\"a\":\"b\"}'"] {
        assert!(help(text).contains("`to_yaml`"), "{text}: {}", help(text));
    }
    for text in ["''", "'a'", "'- a'"] {
        assert!(!help(text).contains("to_yaml"), "{text}");
    }
}

#[test]
fn what_the_api_server_accepts_is_accepted_and_what_it_refuses_is_an_error() {
    let text = fs::read_to_string("tests/objects/accepted.yaml").unwrap();
    let accepted = yaml::read_documents(&Source::new("accepted.yaml", text)).unwrap();
    let mut wrong = Vec::new();
    for found in errors(&objects(accepted.iter().cloned())) {
        wrong.push(format!("accepted: {}", found.diagnostic.message));
    }
    let find = |name: &str| {
        let is_it = |node: &&Node| {
            let text = |path: &[&str]| node.at_path(path).and_then(Node::as_str).unwrap().to_owned();
            format!("{}/{}", text(&["kind"]), text(&["metadata", "name"])) == name
        };
        yaml::to_json(accepted.iter().find(is_it).unwrap())
    };
    for line in fs::read_to_string("tests/objects/verdicts.txt").unwrap().lines() {
        let [verdict, name, pointer, value] = line.splitn(4, ' ').collect::<Vec<_>>()[..] else {
            panic!("{line}");
        };
        let mut object = find(name);
        let value = (value != "-").then(|| serde_json::from_str(value).unwrap());
        change(&mut object, pointer, value);
        let found = errors(&objects([yaml::from_json(object)]));
        if found.is_empty() == (verdict == "refused") {
            let messages: Vec<&str> = found
                .iter()
                .map(|found| found.diagnostic.message.as_str())
                .collect();
            wrong.push(format!("{line}: {}", messages.join("; ")));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_charts_own_definitions_hold_for_its_custom_resources() {
    let definition = r"
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.example.com}
spec:
  group: example.com
  scope: Namespaced
  names: {kind: Widget, plural: widgets}
  versions:
    - name: v1
      served: true
      storage: true
      schema:
        openAPIV3Schema:
          type: object
          properties:
            spec:
              type: object
              required: [size]
              properties:
                size: {type: string, enum: [small, large]}
                count: {type: integer, minimum: 1}
---
";
    let widget = |version: &str, spec: &str| {
        format!(
            "{definition}apiVersion: example.com/{version}\nkind: Widget\nmetadata: {{name: a}}\nspec: {spec}\n"
        )
    };
    assert_eq!(fields(&widget("v1", "{size: small, count: 2}")), [""; 0]);
    assert_eq!(
        fields(&widget("v1", "{size: medium, count: 0, colour: red}")),
        ["spec.size", "spec.count", "spec.colour"]
    );
    assert_eq!(fields(&widget("v1", "{}")), ["spec.size"]);
    let told = told(&widget("v2", "{size: small}"));
    assert_eq!(told[0].0, "apiVersion");
    assert!(
        told[0].1.contains("the chart's definition has no Widget"),
        "{told:?}"
    );
}

#[test]
fn objects_in_a_list_are_looked_at() {
    let text = "apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: {x: 1}}\n";
    assert_eq!(fields(text), ["items[0].data.x"]);
}

#[test]
fn kinds_that_only_the_cluster_knows_are_left_alone() {
    let widget = "apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: a}\nspec: {anything: 1}\n";
    assert_eq!(fields(widget), [""; 0]);
    let newer = "apiVersion: apps/v2\nkind: Deployment\nmetadata: {name: a}\n";
    let nodes = yaml::read_documents(&Source::new("objects.yaml", newer)).unwrap();
    let objects = objects(nodes);
    assert_eq!(review(&objects, &cluster("1.37", &[]), "default").len(), 1);
    let given = ["apps/v2".to_owned()];
    assert_eq!(review(&objects, &cluster("1.37", &given), "default").len(), 0);
}

#[test]
fn the_chosen_version_decides_which_apis_there_are() {
    let text = "apiVersion: policy/v1beta1\nkind: PodDisruptionBudget\nmetadata: {name: a}\nspec: {}\n";
    let nodes = yaml::read_documents(&Source::new("objects.yaml", text)).unwrap();
    let objects = objects(nodes);
    // 1.24 still serves what 1.25 does not.
    let found = review(&objects, &cluster("1.24", &[]), "default");
    assert_eq!(found[0].diagnostic.code, "deprecated-api");
    assert_eq!(found.len(), 1);
    let found = review(&objects, &cluster("1.25", &[]), "default");
    assert_eq!(found[0].diagnostic.code, "unserved-api");
}

#[test]
fn a_field_is_told_where_it_belongs() {
    let pod = |text: &str| {
        let text = format!("apiVersion: v1\nkind: Pod\nmetadata: {{name: a}}\nspec:\n{text}");
        let nodes = yaml::read_documents(&Source::new("objects.yaml", text)).unwrap();
        let found = errors(&objects(nodes));
        found[0].diagnostic.help.clone().unwrap_or_default()
    };
    let container = "  containers:\n  - name: a\n    image: b\n";
    assert_eq!(
        pod(&format!("  imagePullPolicy: Always\n{container}")),
        "it belongs to `spec.containers[].imagePullPolicy`"
    );
    assert_eq!(
        pod(&format!("{container}    nodeSelector: {{a: b}}\n")),
        "it belongs to `spec.nodeSelector`"
    );
    assert_eq!(
        pod(&format!("{container}    securityContext: {{fsGroup: 1}}\n")),
        "it belongs to `spec.securityContext.fsGroup`"
    );
    assert_eq!(
        pod(&format!("{container}    resource: {{}}\n")),
        "did you mean `resources`?"
    );
    assert_eq!(
        pod(&format!("{container}    resources: {{cpu: 1}}\n")),
        "write it below `limits` or `requests`: `limits.cpu`"
    );
}

#[test]
fn no_secret_is_in_a_message() {
    let secret = "hunter2-correct-horse";
    let text = format!(
        "apiVersion: v1\nkind: Secret\nmetadata: {{name: a}}\ndata: {{password: {secret}, pin: 4711}}\ntype: kubernetes.io/tls\n---\n\
         apiVersion: v1\nkind: Pod\nmetadata: {{name: b}}\nspec: {{containers: [{{name: a, image: b, env: [{{name: PIN, value: 4711}}, {{name: X, vaule: {secret}}}]}}]}}\n"
    );
    let told = told(&text);
    assert_eq!(told.len(), 6, "{told:?}");
    for (_, message) in told {
        assert!(
            !message.contains(secret) && !message.contains("4711"),
            "{message}"
        );
    }
}
