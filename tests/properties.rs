//! What holds for any tree of values, with trees that proptest makes. The same ones in each run; PROPTEST_CASES=N makes more of them,
//! PROPTEST_RNG_SEED=N others.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on may panic")]

#[path = "support/oracle.rs"]
mod oracle;
#[path = "support/readers.rs"]
mod readers;
#[path = "support/tools.rs"]
mod tools;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

use promchart::chart::{GivenFiles, load_given};
use promchart::diff::{self, Change, Diff, PathStep, Side};
use promchart::emit;
use promchart::manifest::{self, Object, Selection, ShowOnly};
use promchart::pipeline::{self, Request};
use promchart::source::Source;
use promchart::values::{Inputs, resolve};
use promchart::yaml::{self, Map, Node, Value};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{Config, RngSeed};
use readers::{same, second_reader, through};
use serde_json::{Value as Json, json};

/// The same cases in each run, unless the environment asks for others.
fn config(cases: u32) -> Config {
    let asked = |name: &str| std::env::var_os(name).is_some();
    let mut config = Config {
        failure_persistence: None,
        ..Config::default()
    };
    if !asked("PROPTEST_CASES") {
        config.cases = cases;
    }
    if !asked("PROPTEST_RNG_SEED") {
        config.rng_seed = RngSeed::Fixed(1);
    }
    config
}

/// Any text: what YAML could take for something else, and what nobody would write.
fn text() -> impl Strategy<Value = String> {
    let strings: Vec<String> = serde_json::from_str(include_str!("yaml/strings.json")).unwrap();
    prop_oneof![
        3 => prop::sample::select(strings),
        2 => "[-a-z:#{}\\[\\],&*!|>'\"%@`? \n\t~0-9._]{0,12}",
        2 => any::<String>(),
        1 => "([a-zA-Z ]{0,90}\n){0,4}",
    ]
}

fn scalar() -> impl Strategy<Value = Node> {
    prop_oneof![
        1 => any::<bool>().prop_map(Node::computed),
        1 => any::<i64>().prop_map(|number| Node::computed(i128::from(number))),
        1 => (-100_i128..100).prop_map(Node::computed),
        1 => any::<f64>().prop_filter_map("finite", Value::from_f64).prop_map(Node::computed),
        6 => text().prop_map(Node::computed),
    ]
}

/// A tree without nulls, which delete.
fn tree() -> impl Strategy<Value = Node> {
    scalar().prop_recursive(4, 40, 6, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..6).prop_map(Node::computed),
            vec((text(), inner), 0..6)
                .prop_map(|entries| Node::computed(entries.into_iter().collect::<Map>())),
        ]
    })
}

/// A place in a template for a value `v`, and where it is in the object: keys, and `0` for the first item.
const PLACES: &[(&str, &[&str])] = &[
    ("spec: V\n", &["spec"]),
    ("spec:\n  V\n", &["spec"]),
    ("spec:\n- V\n", &["spec", "0"]),
    ("spec:\n  - a: 1\n    b: V\n", &["spec", "0", "b"]),
    ("spec: [V, 1]\n", &["spec", "0"]),
    ("spec: {a: {b: V}, c: 1}\n", &["spec", "a", "b"]),
    ("spec: {a: [x, {b: V}]}\n", &["spec", "a", "1", "b"]),
    ("spec:\n  a: # why\n      V\n  b: 1\n", &["spec", "a"]),
    ("spec:\n  - - V\n", &["spec", "0", "0"]),
    (
        "{% for item in [Values.v] %}\nspec:\n  - {{ item }}\n{% endfor %}\n",
        &["spec", "0"],
    ),
    (
        "{% set x = {'k': [Values.v]} %}\nspec: {{ x }}\n",
        &["spec", "k", "0"],
    ),
    (
        "{% with x = Values.v %}\nspec:\n  a: {{ x }}\n{% endwith %}\n",
        &["spec", "a"],
    ),
    (
        "{% macro m(x) %}\na: {{ x }}\n{% endmacro %}\nspec: {{ m(Values.v) }}\n",
        &["spec", "a"],
    ),
    (
        "{% set block %}\na: {{ Values.v }}\n{% endset %}\nspec: {{ block }}\n",
        &["spec", "a"],
    ),
    (
        "{% if true %}\nspec: {{ [Values.v, 1] | first }}\n{% endif %}\n",
        &["spec"],
    ),
    ("spec: {{ {'a': 1} | merge({'b': Values.v}) }}\n", &["spec", "b"]),
    ("spec: {{ Values.v | to_json | from_yaml }}\n", &["spec"]),
    ("? spec\n: V\n", &["spec"]),
    ("spec: !!map {a: V}\n", &["spec", "a"]),
];

const HEAD: &str = "apiVersion: example.com/v1\nkind: Tree\nmetadata: {name: tree}\n";

/// The objects of a template, as the program makes them.
fn render(template: &str, values: &Node) -> manifest::Manifests {
    let files = [
        (
            "Chart.yaml",
            "apiVersion: v2\nname: c\nversion: 1.0.0\nengine: jinja\n".to_owned(),
        ),
        ("templates/t.yaml", format!("{HEAD}{template}")),
    ];
    let files = files.map(|(path, text)| (path.to_owned(), text.into_bytes()));
    let request = Request {
        given: Some(Arc::new(GivenFiles {
            name: "properties".to_owned(),
            root: String::new(),
            files: BTreeMap::from(files),
        })),
        inputs: Inputs {
            files: vec![Source::new("values.yaml", yaml::write(values))],
            ..Inputs::default()
        },
        ..Request::default()
    };
    let told = |error| -> ! { panic!("{error}\n{template}\n{}", yaml::write(values)) };
    let prepared = pipeline::prepare(&request).unwrap_or_else(|error| told(error));
    assert_eq!(pipeline::root_values(&prepared), values);
    let all = ShowOnly::new(&[]).unwrap();
    pipeline::render(&prepared, Selection::default(), &all).unwrap_or_else(|error| told(error))
}

fn at<'n>(node: &'n Node, path: &[&str]) -> Option<&'n Node> {
    path.iter().try_fold(node, |node, step| match node.as_list() {
        Some(list) => list.get(step.parse::<usize>().unwrap()),
        None => node.get(step),
    })
}

fn map(entries: impl IntoIterator<Item = (impl Into<Arc<str>>, Node)>) -> Node {
    Node::computed(entries.into_iter().collect::<Map>())
}

proptest! {
    #![proptest_config(config(400))]

    #[test]
    fn a_tree_inserted_anywhere_reads_back_as_that_tree(value in tree(), place in 0..PLACES.len()) {
        let (template, path) = PLACES[place];
        let template = template.replace('V', "{{ Values.v }}").replace("{{ Values.v }}alues.v", "Values.v");
        let manifests = render(&template, &map([("v", value.clone())]));
        let written = emit::yaml_stream(&manifests).to_string();
        let read = yaml::read_document(&Source::new("written", written.as_str())).unwrap();
        prop_assert_eq!(at(&read, path), Some(&value), "{}\n{}", template, written);
        if let Some(other) = second_reader(&written) {
            prop_assert!(same(&yaml::to_json(&read), &other), "{}\n{}", template, written);
        }
        let list: Json = serde_json::from_str(&emit::json_list(&manifests)).unwrap();
        prop_assert!(same(&list["items"][0], &yaml::to_json(&read)), "{}", written);
    }

    #[test]
    fn a_text_within_a_text_or_a_key_stays_what_it_is(value in text(), quoted in 0..4_usize) {
        let template = [
            "spec:\n  a: x-{{ Values.v }}-y\n",
            "spec:\n  a: \"x-{{ Values.v }}-y\"\n",
            "spec:\n  a: 'x-{{ Values.v }}-y'\n",
            "spec: {a: x-{{ Values.v }}-y}\n",
        ][quoted];
        let manifests = render(template, &map([("v", Node::computed(value.as_str()))]));
        let read = yaml::read_document(&Source::new("written", emit::yaml_stream(&manifests).to_string())).unwrap();
        let expected = Node::computed(format!("x-{value}-y"));
        prop_assert_eq!(at(&read, &["spec", "a"]), Some(&expected));
        let manifests = render("spec:\n  {{ Values.v }}: 1\n", &map([("v", Node::computed(value.as_str()))]));
        let read = yaml::read_document(&Source::new("written", emit::yaml_stream(&manifests).to_string())).unwrap();
        prop_assert_eq!(at(&read, &["spec", &value]), Some(&Node::computed(1_i128)));
    }
}

#[test]
fn kubectl_reads_trees_unchanged() {
    let Some(kubectl) = tools::find(&["kubectl"], "kubectl_reads_trees_unchanged") else {
        return;
    };
    let mut runner = proptest::test_runner::TestRunner::new(config(400));
    // kubectl keeps whole numbers of 64 bits and makes floats of others: those are held against its own reading of JSON in tests/yaml.
    let trees: Vec<Node> = (0..runner.config().cases)
        .map(|_| tree().new_tree(&mut runner).unwrap().current())
        .collect();
    let manifests = render(
        "spec: {{ Values.v }}\n",
        &map([("v", Node::computed(trees.clone()))]),
    );
    let read = through(&kubectl, &emit::yaml_stream(&manifests).to_string());
    for (tree, read) in trees.iter().zip(read["spec"].as_array().unwrap()) {
        assert!(same(&yaml::to_json(tree), read), "{}\n{read}", yaml::write(tree));
    }
}

// Values as Helm puts them together.

/// A section's name and what stands in it.
type Section = (&'static str, fn() -> BoxedStrategy<Json>);

/// Values with a few keys, so that layers meet often: numbers, lists, nulls, maps, and the sections that are named.
fn layer(sections: &'static [Section]) -> BoxedStrategy<Json> {
    let plain = inner(3).prop_map(|value| value.as_object().unwrap().clone());
    let below: Vec<BoxedStrategy<Option<Json>>> = sections
        .iter()
        .map(|(_, strategy)| prop::option::weighted(0.6, strategy()).boxed())
        .collect();
    let with_sections = (plain, below).prop_map(|(mut map, below)| {
        for ((name, _), value) in sections.iter().zip(below) {
            map.extend(value.map(|value| ((*name).to_owned(), value)));
        }
        Json::Object(map)
    });
    with_sections.boxed()
}

/// A map of a, b and c.
fn inner(depth: u32) -> BoxedStrategy<Json> {
    let leaf = prop_oneof![
        Just(Json::Null),
        Just(json!([1, null])),
        (0..9).prop_map(|number| json!(number))
    ];
    let value = leaf.prop_recursive(depth, 20, 3, |below| {
        vec(prop::option::of(below), 3).prop_map(|values| of_keys(&["a", "b", "c"], values))
    });
    vec(prop::option::of(value), 3)
        .prop_map(|values| of_keys(&["a", "b", "c"], values))
        .boxed()
}

fn of_keys(keys: &[&str], values: Vec<Option<Json>>) -> Json {
    let entries = keys.iter().zip(values);
    Json::Object(
        entries
            .filter_map(|(key, value)| Some(((*key).to_owned(), value?)))
            .collect(),
    )
}

fn flat() -> BoxedStrategy<Json> {
    inner(1)
}

fn grandchild() -> BoxedStrategy<Json> {
    layer(&[("global", flat)])
}

fn child() -> BoxedStrategy<Json> {
    layer(&[("global", flat), ("g", grandchild)])
}

fn parent() -> BoxedStrategy<Json> {
    layer(&[("global", flat), ("s", child), ("other", child)])
}

/// What Chart.yaml says of the subchart: nothing, its name, its name and an alias, or what is imported from it.
const LISTED: &[&str] = &[
    "",
    "dependencies: [{name: s, version: '*'}]\n",
    "dependencies: [{name: s, version: '*'}, {name: s, version: '*', alias: other}]\n",
    "dependencies: [{name: s, version: '*', alias: other}]\n",
    "dependencies: [{name: s, version: '*', import-values: [{child: a, parent: imported}]}]\n",
    "dependencies: [{name: s, version: '*', import-values: [{child: a.b, parent: c}, {child: b, parent: a}]}]\n",
    "dependencies: [{name: s, version: '*', condition: s.a, tags: [front]}]\n",
];

proptest! {
    #![proptest_config(config(300))]

    #[test]
    fn values_come_together_as_in_helm(
        charts in (parent(), child(), grandchild()),
        given in parent(),
        listed in 0..LISTED.len(),
    ) {
        let Some(oracle) = oracle::find("values_come_together_as_in_helm") else {
            return Ok(());
        };
        let template = "{{ .Values | toJson }}";
        // A null in a parent's defaults for a subchart: COMPATIBILITY.md.
        let charts = (without_nulls_below(charts.0, &["s", "other"]), without_nulls_below(charts.1, &["g"]), charts.2);
        let head = |name: &str| format!("apiVersion: v2\nname: {name}\nversion: 1.0.0\n");
        let (parent, child, grandchild) = charts;
        let files = [
            ("Chart.yaml", format!("{}{}", head("p"), LISTED[listed])),
            ("values.yaml", parent.to_string()),
            ("templates/values.yaml", template.to_owned()),
            ("charts/s/Chart.yaml", head("s")),
            ("charts/s/values.yaml", child.to_string()),
            ("charts/s/templates/values.yaml", template.to_owned()),
            ("charts/s/charts/g/Chart.yaml", head("g")),
            ("charts/s/charts/g/values.yaml", grandchild.to_string()),
            ("charts/s/charts/g/templates/values.yaml", template.to_owned()),
        ];
        let answer = oracle.ask(&json!({"id": "1", "files": BTreeMap::from(files.clone()), "values": given, "raw": true}));
        let theirs: BTreeMap<String, Json> = answer["files"].as_object().into_iter().flatten()
            .map(|(path, text)| {
                let chart = path.strip_suffix("/templates/values.yaml").unwrap();
                (chart.to_owned(), without_empty_globals(serde_json::from_str(text.as_str().unwrap()).unwrap()))
            })
            .collect();
        let loaded = load_given(&GivenFiles {
            name: "properties".to_owned(),
            root: String::new(),
            files: files.into_iter().map(|(path, text)| (path.to_owned(), text.into_bytes())).collect(),
        }).unwrap();
        let resolved = resolve(&loaded.chart, &yaml::from_json(given.clone()));
        let ours: BTreeMap<String, Json> = resolved.iter()
            .flat_map(|resolved| resolved.root.all())
            .map(|scope| (scope.name(), without_empty_globals(yaml::to_json(&scope.values))))
            .collect();
        let mut told = String::new();
        for (chart, value) in &theirs {
            writeln!(told, "Helm {chart}: {value}\nhere {chart}: {}", ours.get(chart).unwrap_or(&Json::Null)).unwrap();
        }
        prop_assert!(
            theirs.len() == ours.len() && theirs.iter().all(|(chart, value)| ours.get(chart).is_some_and(|ours| same(ours, value))),
            "{:?} {:?} {}\n{}", answer["error"], resolved.err(), LISTED[listed], told
        );
    }
}

/// Takes the nulls out of sections.
fn without_nulls_below(mut layer: Json, sections: &[&str]) -> Json {
    fn without_nulls(value: Json) -> Json {
        match value {
            Json::Object(map) => {
                let kept = map.into_iter().filter(|(_, value)| !value.is_null());
                Json::Object(kept.map(|(key, value)| (key, without_nulls(value))).collect())
            }
            other => other,
        }
    }
    for section in sections {
        if let Some(value) = layer.get_mut(*section) {
            *value = without_nulls(value.take());
        }
    }
    layer
}

/// Takes out every `global: {}`: see tests/values_helm.rs.
fn without_empty_globals(mut value: Json) -> Json {
    if let Some(map) = value.as_object_mut() {
        map.retain(|key, value| key != "global" || value.as_object().is_none_or(|map| !map.is_empty()));
        for value in map.values_mut() {
            *value = without_empty_globals(value.take());
        }
    }
    value
}

// Differences.

/// An object of a kind that Kubernetes says nothing of.
fn widget() -> impl Strategy<Value = Node> {
    let word = || prop::sample::select(vec!["a", "b", "name", "image", "env", "spec", "labels", "ports"]);
    let leaf = prop_oneof![
        (0..3_i128).prop_map(Node::computed),
        any::<bool>().prop_map(Node::computed),
        word().prop_map(Node::computed),
        text().prop_map(Node::computed),
    ];
    let tree = leaf.prop_recursive(3, 24, 4, move |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Node::computed),
            vec((word(), inner), 0..4).prop_map(map),
        ]
    });
    vec((word(), tree), 0..5).prop_map(map)
}

fn object(spec: &Node) -> Object {
    let head = yaml::read_document(&Source::new("head", HEAD)).unwrap();
    let mut node = head;
    node.as_map_mut().unwrap().insert("spec", spec.clone());
    let written = yaml::write(&node);
    let read = manifest::read(&Source::new("object", written.as_str()));
    let read = read.unwrap_or_else(|error| panic!("{error}\n{written}"));
    read.into_iter().next().unwrap()
}

fn between(old: &Object, new: &Object) -> Diff {
    let side = |object| Side {
        name: "side",
        objects: std::slice::from_ref(object),
        rendered: None,
    };
    let options = diff::Options {
        namespace: "default".to_owned(),
        all: true,
        show_secrets: true,
        ..diff::Options::default()
    };
    diff::compare(side(old), side(new), &options)
}

/// Puts a difference into an object: nothing where it is in a list or in a text, whose items have other indexes on both sides.
fn applied(object: &Node, diff: &Diff) -> Option<Node> {
    let mut object = object.clone();
    for field in diff.objects.iter().flat_map(|object| &object.fields) {
        let mut at = &mut object;
        let (last, way) = field.path.0.split_last()?;
        for step in way {
            let PathStep::Key(key) = step else { return None };
            at = at.as_map_mut()?.get_mut(key)?;
        }
        let PathStep::Key(key) = last else { return None };
        match (field.change, &field.new) {
            (Change::Added | Change::Changed, Some(new)) => {
                drop(at.as_map_mut()?.insert(Arc::clone(key), new.clone()))
            }
            (Change::Removed, None) => drop(at.as_map_mut()?.remove(key)),
            _ => return None,
        }
    }
    Some(object)
}

proptest! {
    #![proptest_config(config(1000))]

    #[test]
    fn what_a_diff_says_makes_the_old_the_new(old in widget(), new in widget()) {
        let (old, new) = (object(&old), object(&new));
        prop_assert!(between(&old, &old).is_empty());
        let (there, back) = (between(&old, &new), between(&new, &old));
        prop_assert_eq!(there.is_empty(), back.is_empty());
        prop_assert_eq!(there.summary().changed, back.summary().changed);
        if let Some(made) = applied(&old.node, &there) {
            let made = object(made.get("spec").unwrap_or(&Node::default()));
            let left = between(&made, &new);
            prop_assert!(left.is_empty(), "{:?}\n{}", left.objects[0].fields, yaml::write(&made.node));
        }
    }
}
