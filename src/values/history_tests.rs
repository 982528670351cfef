//! The history of a value says what each layer did, and its last word is what the chart sees.

use std::sync::Arc;

use super::path::{Step, dotted};
use super::*;
use crate::chart::{Chart, Dependency, ImportValues, Metadata};
use crate::source::Source;
use crate::yaml::{self, Node, Value};

fn chart(name: &str, values: &str, imports: &[(&str, &str)], subcharts: Vec<Chart>) -> Chart {
    let dependencies = subcharts.iter().map(|subchart| Dependency {
        name: subchart.metadata.name.clone(),
        version: "*".to_owned(),
        import_values: imports
            .iter()
            .map(|(child, parent)| ImportValues {
                child: (*child).to_owned(),
                parent: (*parent).to_owned(),
            })
            .collect(),
        ..Dependency::default()
    });
    Chart {
        metadata: Metadata {
            name: name.to_owned(),
            version: "1.0.0".to_owned(),
            dependencies: dependencies.collect(),
            ..Metadata::default()
        },
        values: yaml::read_values(&Source::new(format!("{name}.yaml"), values)).unwrap(),
        subcharts: subcharts.into_iter().map(Arc::new).collect(),
        ..Chart::default()
    }
}

/// A chart with a subchart that has one itself.
fn tree() -> Arc<Chart> {
    let grandchild = chart("g", "port: 1\nglobal: {z: 1}\n", &[], vec![]);
    let child = chart(
        "s",
        "port: 2\nshared: {a: 1, b: {c: 2}}\ng: {port: 3}\nglobal: {x: 1, w: 1}\n",
        &[],
        vec![grandchild],
    );
    let root = chart(
        "p",
        "name: one\nlist: [1, 2]\ns: {port: 4, g: {port: 5}}\nmine: {b: {c: 9}}\nglobal: {x: 2}\n",
        &[("shared", "mine"), ("shared.b", "other")],
        vec![child],
    );
    Arc::new(root)
}

#[derive(Default)]
struct Given<'a> {
    environment: Option<&'a str>,
    files: &'a [&'a str],
    set: &'a [&'a str],
    set_json: &'a [&'a str],
}

fn read(given: &Given<'_>) -> UserValues {
    let owned = |list: &[&str]| list.iter().map(|argument| (*argument).to_owned()).collect();
    let inputs = Inputs {
        environment: given.environment.map(|text| Source::new("prod.yaml", text)),
        files: (given.files.iter().enumerate())
            .map(|(index, text)| Source::new(format!("{index}.yaml"), *text))
            .collect(),
        set: owned(given.set),
        set_json: owned(given.set_json),
        ..Inputs::default()
    };
    UserValues::read(&inputs, &|_| unreachable!()).unwrap()
}

/// `a.b[0]` as a path.
fn path(text: &str) -> Vec<Step> {
    let text = text.replace('[', ".[");
    let step = |part: &str| match part.strip_prefix('[') {
        Some(index) => Step::Index(index.trim_end_matches(']').parse().unwrap()),
        None => Step::Key(part.into()),
    };
    text.split('.').map(step).collect()
}

/// The history of a value, one setting a line: its layer, its place, its path where it is another one, its value.
fn told(given: &Given<'_>, asked: &str) -> Vec<String> {
    let user = read(given);
    let resolved = resolve(&tree(), &user.values).unwrap();
    history(&resolved.root, &user, &path(asked))
        .iter()
        .map(|setting| {
            let origin = match &setting.origin {
                Origin::Default { chart } => format!("default of {}", chart.join("/")),
                Origin::Section { chart } => format!("section in {}", chart.join("/")),
                Origin::Import { chart, from } => format!("import of {} from {from}", chart.join("/")),
                Origin::Environment => "environment".to_owned(),
                Origin::File => "file".to_owned(),
                Origin::Flag => "flag".to_owned(),
            };
            let place = &setting.place;
            let name = place.source().unwrap().name();
            let at = dotted(&setting.path);
            let at = if at == asked {
                String::new()
            } else {
                format!(" at {at}")
            };
            let value = setting.value.as_ref().map_or("gone".to_owned(), yaml::write_json);
            format!("{origin} {name}:{}:{}{at}: {value}", place.line, place.column)
        })
        .collect()
}

#[test]
fn each_kind_of_layer_in_order() {
    let given = Given {
        environment: Some("name: two\n"),
        files: &["name: three\n", "other: 1\n", "name: four\n"],
        set: &["name=five,list[0]=x,name=six"],
        set_json: &[r#"{"name": "json"}"#],
    };
    assert_eq!(
        told(&given, "name"),
        [
            "default of p p.yaml:1:7: \"one\"",
            "environment prod.yaml:1:7: \"two\"",
            "file 0.yaml:1:7: \"three\"",
            "file 2.yaml:1:7: \"four\"",
            "flag --set-json {\"name\": \"json\"}:0:0: \"json\"",
            "flag --set name=five,list[0]=x,name=six:1:6: \"five\"",
            "flag --set name=five,list[0]=x,name=six:1:26: \"six\"",
        ]
    );
    assert_eq!(told(&given, "nowhere"), Vec::<String>::new());
}

#[test]
fn subcharts_sections_and_imports() {
    let none = Given::default();
    assert_eq!(
        told(&none, "s.g.port"),
        [
            "default of p/s/g g.yaml:1:7: 1",
            "section in p/s s.yaml:3:11: 3",
            "section in p p.yaml:3:24: 5",
        ]
    );
    // What is imported is below the chart's own; the path is where the subchart has it.
    assert_eq!(
        told(&none, "mine.b.c"),
        [
            "import of p from s s.yaml:2:23 at s.shared.b.c: 2",
            "default of p p.yaml:4:15: 9"
        ]
    );
    assert_eq!(
        told(&none, "mine.a"),
        ["import of p from s s.yaml:2:13 at s.shared.a: 1"]
    );
    assert_eq!(
        told(&none, "other.c"),
        ["import of p from s s.yaml:2:23 at s.shared.b.c: 2"]
    );
    // What the user sets for the subchart is not imported.
    let given = Given {
        files: &["s: {shared: {a: 7}, g: {port: 8}}\n"],
        ..Given::default()
    };
    assert_eq!(
        told(&given, "mine.a"),
        ["import of p from s s.yaml:2:13 at s.shared.a: 1"]
    );
    assert_eq!(told(&given, "s.g.port").last().unwrap(), "file 0.yaml:1:31: 8");
}

#[test]
fn globals_come_down() {
    let given = Given {
        files: &["global: {x: 3}\ns: {global: {w: 4}}\n"],
        ..Given::default()
    };
    assert_eq!(
        told(&given, "s.global.x"),
        [
            "default of p/s s.yaml:4:13: 1",
            "default of p p.yaml:5:13 at global.x: 2",
            "file 0.yaml:1:13 at global.x: 3",
        ]
    );
    assert_eq!(
        told(&given, "s.g.global.w"),
        [
            "default of p/s s.yaml:4:19 at s.global.w: 1",
            "file 0.yaml:2:17 at s.global.w: 4"
        ]
    );
    assert_eq!(told(&given, "s.g.global.z"), ["default of p/s/g g.yaml:2:13: 1"]);
}

#[test]
fn nulls_delete_and_other_kinds_cut_off() {
    let given = Given {
        files: &["name: null\ns: {port: ~}\n", "mine: 5\n"],
        set: &["list=null"],
        ..Given::default()
    };
    assert_eq!(
        told(&given, "name"),
        ["default of p p.yaml:1:7: \"one\"", "file 0.yaml:1:7: null"]
    );
    assert_eq!(told(&given, "s.port").last().unwrap(), "file 0.yaml:2:11: null");
    assert_eq!(
        told(&given, "mine.b.c").last().unwrap(),
        "file 1.yaml:1:7 at mine: gone"
    );
    assert_eq!(
        told(&given, "list[1]"),
        [
            "default of p p.yaml:2:11: 2",
            "flag --set list=null:1:6 at list: gone"
        ]
    );
}

#[test]
fn an_index_changes_the_list_of_the_layers_before() {
    let given = Given {
        files: &["list: [a, b]\n"],
        set: &["list[1]=c,list[3]=d"],
        ..Given::default()
    };
    assert_eq!(
        told(&given, "list[1]"),
        [
            "default of p p.yaml:2:11: 2",
            "file 0.yaml:1:11: \"b\"",
            "flag --set list[1]=c,list[3]=d:1:9: \"c\"",
        ]
    );
    assert_eq!(told(&given, "list[0]").last().unwrap(), "file 0.yaml:1:8: \"a\"");
    // Filled up with a null.
    assert_eq!(
        told(&given, "list[2]").last().unwrap(),
        "flag --set list[1]=c,list[3]=d:1:19: null"
    );
}

/// All paths of a value that lead to what is no map and no list.
fn leaves(node: &Node, path: &mut Vec<Step>, found: &mut Vec<Vec<Step>>) {
    let mut inner = |step: Step, node: &Node| {
        path.push(step);
        leaves(node, path, found);
        path.pop();
    };
    match &node.value {
        Value::Map(map) => map
            .iter()
            .for_each(|(key, entry)| inner(Step::Key(Arc::clone(key)), &entry.node)),
        Value::List(list) => list
            .iter()
            .enumerate()
            .for_each(|(index, item)| inner(Step::Index(index), item)),
        _ => found.push(path.clone()),
    }
}

#[test]
fn the_last_word_is_what_the_chart_sees() {
    let built_in = crate::chart::load_embedded(&crate::chart::EMBEDDED)
        .unwrap()
        .chart;
    let given = [
        Given::default(),
        Given {
            environment: Some("s: {global: {x: 5}, new: {k: 1}}\n"),
            files: &[
                "global: {x: {deep: 1}, q: 1}\nmine: {b: null}\n",
                "s: {g: {port: null}, shared: 1}\n",
            ],
            set: &["s.g.more[1].a=1,name=x,list[0]=y", "s.shared=null,global.q=null"],
            set_json: &["mine.z=[1,{\"a\":2}]"],
        },
        Given {
            files: &[
                "server: {resources: {limits: {cpu: 1}}, image: null}\nalertmanager: {replicaCount: 3, global: {a: 1}}\n\
                      global: {a: {b: 1}}\nkube-state-metrics: {enabled: false, replicas: 2}\n",
            ],
            set: &["server.tolerations[0].key=x,server.tolerations[1].key=y"],
            ..Given::default()
        },
    ];
    let mut count = 0;
    for chart in [tree(), built_in] {
        for given in &given {
            let user = read(given);
            let resolved = resolve(&chart, &user.values).unwrap();
            let mut paths = Vec::new();
            leaves(&resolved.root.values, &mut Vec::new(), &mut paths);
            for path in paths {
                let node = super::path::find(&resolved.root.values, &path).unwrap();
                let settings = history(&resolved.root, &user, &path);
                // A map that nobody wrote is the only value without a place.
                let last = settings.last().map(|last| (&last.place, last.value.as_ref()));
                assert_eq!(last, Some((&node.place, Some(node))), "{}", dotted(&path));
                count += 1;
            }
        }
    }
    assert!(count > 2000, "{count}");
}
