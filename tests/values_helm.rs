//! Asks a real Helm what values its charts see, and compares.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on may panic")]

#[path = "support/tools.rs"]
mod tools;

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use promchart::chart::load_path;
use promchart::diagnostic::{Diagnostic, Result};
use promchart::source::Source;
use promchart::values::{Inputs, Scope, UserValues, resolve};
use promchart::yaml;

/// What every chart renders: where it is, and what it sees.
const TEMPLATE: &str = "apiVersion: v1
kind: ConfigMap
metadata: {name: test}
path: {{ .Template.BasePath | quote }}
values: {{ .Values | toJson }}
";

/// A chart to be written: its values.yaml, its `dependencies` in Chart.yaml (none where empty) and its subcharts.
struct Tree {
    name: String,
    values: String,
    dependencies: String,
    subcharts: Vec<Tree>,
}

fn tree(name: &str, values: &str, dependencies: &str, subcharts: Vec<Tree>) -> Tree {
    Tree {
        name: name.into(),
        values: values.into(),
        dependencies: dependencies.into(),
        subcharts,
    }
}

fn leaf(name: &str, values: &str) -> Tree {
    tree(name, values, "", vec![])
}

/// A chart that lists all of its subcharts.
fn listing(name: &str, values: &str, subcharts: Vec<Tree>) -> Tree {
    let list = subcharts
        .iter()
        .map(|subchart| format!("- {{name: {}, version: '*'}}\n", subchart.name))
        .collect::<String>();
    tree(name, values, &list, subcharts)
}

impl Tree {
    fn write(&self, folder: &Path) {
        fs::create_dir_all(folder.join("templates")).unwrap();
        let mut chart = format!(
            "apiVersion: v2\nname: {}\nversion: 1.0.0\nengine: jinja\n",
            self.name
        );
        if !self.dependencies.is_empty() {
            write!(chart, "dependencies:\n{}", self.dependencies).unwrap();
        }
        fs::write(folder.join("Chart.yaml"), chart).unwrap();
        fs::write(folder.join("values.yaml"), &self.values).unwrap();
        fs::write(folder.join("templates/values.yaml"), TEMPLATE).unwrap();
        for subchart in &self.subcharts {
            subchart.write(&folder.join("charts").join(&subchart.name));
        }
    }
}

/// A chart's path and what it sees.
type Seen = (String, serde_json::Value);

/// Takes out every `global: {}`. Helm makes none in a subchart where the parent's `global` is no map; here subcharts
/// always have one.
fn without_empty_globals(mut value: serde_json::Value) -> serde_json::Value {
    if let Some(map) = value.as_object_mut() {
        map.retain(|key, value| key != "global" || value.as_object().is_none_or(|map| !map.is_empty()));
        for value in map.values_mut() {
            *value = without_empty_globals(value.take());
        }
    }
    value
}

/// What is given to a chart.
#[derive(Default)]
struct Given<'a> {
    files: &'a [&'a str],
    flags: &'a [(&'a str, &'a str)],
}

/// What each chart sees, by its path; none where it fails.
fn ask(helm: &Path, folder: &Path, given: &Given<'_>) -> Option<Vec<Seen>> {
    let mut command = Command::new(helm);
    command.args(["template", "test"]).arg(folder.join("chart"));
    for index in 0..given.files.len() {
        command.arg("-f").arg(folder.join(format!("{index}.yaml")));
    }
    for (flag, argument) in given.flags {
        command.args([flag, argument]);
    }
    let output = command.current_dir(folder).output().unwrap();
    if !output.status.success() {
        return None;
    }
    let documents =
        yaml::read_documents(&Source::new("helm", String::from_utf8(output.stdout).unwrap())).unwrap();
    let mut seen: Vec<Seen> = documents
        .iter()
        .filter_map(|document| {
            let path = document
                .get("path")?
                .as_str()?
                .trim_end_matches("/templates")
                .to_owned();
            Some((
                path,
                without_empty_globals(yaml::to_json(document.get("values")?)),
            ))
        })
        .collect();
    seen.sort_by(|a, b| a.0.cmp(&b.0));
    Some(seen)
}

fn promchart(folder: &Path, given: &Given<'_>) -> Option<Vec<Seen>> {
    let read = |path: &str| -> Result<Arc<Source>> {
        let text = fs::read_to_string(folder.join(path))
            .map_err(|error| Diagnostic::error("cannot-read", format!("cannot read `{path}`: {error}")))?;
        Ok(Source::new(path, text))
    };
    let flags = |name: &str| {
        let flags = given.flags.iter().filter(|(flag, _)| *flag == name);
        flags.map(|(_, argument)| (*argument).to_owned()).collect()
    };
    let inputs = Inputs {
        environment: None,
        files: given
            .files
            .iter()
            .enumerate()
            .map(|(index, text)| Source::new(format!("{index}.yaml"), *text))
            .collect(),
        set_json: flags("--set-json"),
        set: flags("--set"),
        set_string: flags("--set-string"),
        set_file: flags("--set-file"),
        set_literal: flags("--set-literal"),
    };
    let user = UserValues::read(&inputs, &read).ok()?;
    let loaded = load_path(&folder.join("chart")).unwrap();
    let resolved = resolve(&loaded.chart, &user.values).ok()?;
    let see = |scope: &&Scope| {
        let values = without_empty_globals(yaml::to_json(&scope.values));
        (scope.path.join("/charts/"), values)
    };
    let mut seen: Vec<Seen> = resolved.root.all().iter().map(see).collect();
    seen.sort_by(|a, b| a.0.cmp(&b.0));
    Some(seen)
}

/// Compares one case; gives the difference.
fn compare(helm: &Path, chart: &Tree, given: &Given<'_>) -> std::result::Result<(), String> {
    let folder = tempfile::tempdir().unwrap();
    chart.write(&folder.path().join("chart"));
    fs::write(folder.path().join("text"), "one\ntwo,\n").unwrap();
    for (index, text) in given.files.iter().enumerate() {
        fs::write(folder.path().join(format!("{index}.yaml")), text).unwrap();
    }
    let (theirs, ours) = (ask(helm, folder.path(), given), promchart(folder.path(), given));
    if theirs == ours {
        return Ok(());
    }
    let text = |seen: Option<Vec<Seen>>| {
        let lines = seen.map(|seen| {
            seen.iter()
                .map(|(path, value)| format!("{path}: {value}"))
                .collect::<Vec<_>>()
        });
        lines.map_or("refuses".to_owned(), |lines| lines.join("\n     "))
    };
    let given = format!("{:?} {:?}", given.files, given.flags);
    Err(format!("{given}\nhelm {}\nours {}\n", text(theirs), text(ours)))
}

fn compare_all<'a>(helm: &Path, chart: &Tree, cases: impl IntoIterator<Item = Given<'a>>) {
    let differences: String = cases
        .into_iter()
        .filter_map(|given| compare(helm, chart, &given).err())
        .collect();
    assert_eq!(differences, "");
}

#[test]
fn flags_are_read_as_helm_reads_them() {
    let Some(helm) = tools::helm("flags_are_read_as_helm_reads_them") else {
        return;
    };
    let chart = leaf("c", "a: {b: 1}\nl: [1, 2]\nd: null\n");
    let arguments = [
        "e={},f={x,y,1,true,null},g={1,2}x=3",
        r"x\=1=2,a\.b\.c=1,d=x\,y,e=back\\slash,f=\{q,g=\n",
        "x=True,y=FALSE,z=Null,w=0,v=00,u=-0,t=+5,s=-007,r=0x1,q=1_0,p=1.5,o=9223372036854775808",
        "l[1]=X,m[2]=z,n[0][1]=q,o[0].b=1,p[1].a=1,p[0].b=2",
        "a=null",
        "a.b=null,d=null,e=null",
        "a.b.c=1",
        "a=1,",
        " a = b ,c=d=e",
        "x=1,x.y=2",
        "x.y=1,x=2",
        "a",
        ",a=1",
        "a=1,,b=2",
        "q[-1]=1",
        "q[x]=1",
        "q[0=1",
        "q[0]x=1",
        "q[65537]=1",
        "q={1,2",
        "a..b=1",
    ];
    let flags: Vec<[(&str, &str); 1]> = arguments
        .iter()
        .flat_map(|argument| [[("--set", *argument)], [("--set-string", *argument)]])
        .collect();
    compare_all(
        &helm,
        &chart,
        flags.iter().map(|flags| Given {
            files: &["l: [7]\n"],
            flags,
        }),
    );
    let others = [
        (
            "--set-json",
            r#"a={"x":1},b=[1,{"d":null}],c="x,y",d= ,e=2.0 f=1e2,g[1]={"q":1}"#,
        ),
        ("--set-json", r#"a={"x":1"#),
        ("--set-json", "a=tru"),
        ("--set-literal", r"q=x,y={z}\n[1]"),
        ("--set-literal", r"a\.b[1].c=1"),
        ("--set-literal", "q"),
        ("--set-file", "q=text,r={text,text},s="),
        ("--set-file", "q=missing"),
    ];
    compare_all(
        &helm,
        &chart,
        others.iter().map(|flag| Given {
            flags: std::slice::from_ref(flag),
            ..Given::default()
        }),
    );
    let order: &[(&str, &str)] = &[
        ("--set-literal", "z=literal"),
        ("--set-string", "a=2"),
        ("--set-file", "z=text"),
        ("--set", "a=1"),
        ("--set-json", "a=0"),
    ];
    compare_all(
        &helm,
        &chart,
        [Given {
            files: &["a: 9\nz: 9\n", "a: {b: null, c: 1}"],
            flags: order,
        }],
    );
}

#[test]
fn values_are_coalesced_as_helm_does() {
    let Some(helm) = tools::helm("values_are_coalesced_as_helm_does") else {
        return;
    };
    let grandchild = || leaf("g", "x: {a: 1, b: 2}\nk: null\nglobal: {deep: 1, m: {a: g}}\n");
    let child = |list: bool| {
        let values =
            "a: 1\nt: {a: 1, b: {c: 1}}\nnothing: null\nglobal: {x: sub, m: {a: s, b: s}}\ng: {x: {b: 3}}\n";
        if list {
            listing("s", values, vec![grandchild()])
        } else {
            tree("s", values, "", vec![grandchild()])
        }
    };
    let parent = "a: p\nm: {k: 1, q: {z: 1}}\nl: [1]\nempty: null\ns: {a: 7, t: {b: {c: 2}}, own: {k: 1}}\n\
                  global: {x: root, m: {a: r}, scalar: 1}\n";
    let charts = [
        tree("p", parent, "", vec![child(false)]),
        tree("p", parent, "", vec![child(true)]),
        listing("p", parent, vec![child(false)]),
        listing("p", parent, vec![child(true)]),
    ];
    let files = [
        "",
        "a: null\nm: {k: null, q: null, r: null}\nl: {x: 1}\nempty: {k: 1}\nnew: {n: null}\n",
        "m: 5\na: {b: 1}\n",
        "s: {a: null, t: {a: null, b: null}, own: {k: null}}\n",
        "s: {t: null, own: null, g: {x: {a: null}, k: 1}}\n",
        "s: {g: {x: null}}\n",
        "s: null\n",
        "s: {g: null}\n",
        "s: {g: 5}\n",
        "global: null\n",
        "global: {x: null, m: null}\n",
        "global: {x: user, m: {c: u}, deep: {a: 1}}\n",
        "global: 5\n",
        "s: {global: {x: s, m: {d: s}, only: 1}}\n",
        "s: {global: 5}\n",
        "s: {global: null}\n",
        "s: {global: {m: 5, scalar: {a: 1}}, g: {global: {deep: null}}}\n",
    ];
    for chart in &charts {
        compare_all(
            &helm,
            chart,
            files.iter().map(|file| Given {
                files: std::slice::from_ref(file),
                ..Given::default()
            }),
        );
    }
}

#[test]
fn subcharts_take_part_and_are_imported_as_in_helm() {
    let Some(helm) = tools::helm("subcharts_take_part_and_are_imported_as_in_helm") else {
        return;
    };
    // Helm writes what the second import adds to a map into the subchart's map of the first, too: there is no such
    // case here.
    let child = "k: 1\nenabled: true\nm: {x: 1, w: 2}\nfoo: {bar: {v: 1}, sc: 5}\nexports:\n  \
                 data: {k: child, m: {x: 1, q: null}}\n  two: {k: second, m: {x: 5}}\n";
    let off = "enabled: false\nv: 1\n";
    let dependencies = "- {name: s, version: 1.x, condition: s.enabled, tags: [front], import-values: [data, two, \
                        {child: foo.bar, parent: my.bar}, {child: foo.sc, parent: x}]}\n\
                        - {name: s, version: '*', alias: other, condition: 'other.on,other.enabled', tags: [front, back]}\n\
                        - {name: opt, version: '*', condition: opt.enabled}\n";
    let parent = "my: {bar: {v: 0}}\nopt: {p: 1}\nother: {k: 3}\n";
    let chart = tree(
        "p",
        parent,
        dependencies,
        vec![leaf("s", child), leaf("opt", off), leaf("extra", "e: 1\n")],
    );
    let files = [
        "",
        "k: null\nm: {x: null}\n",
        "k: user\nm: {z: null, q: 1}\nmy: null\n",
        "s: {exports: {data: {k: U}}}\n",
        "s: {enabled: false, k: null, extra: 1}\n",
        "tags: {front: false}\n",
        "tags: {front: false, back: true}\nother: {enabled: null}\ns: {enabled: null}\n",
        "tags: {front: false}\nother: {enabled: null}\ns: {enabled: null}\n",
        "other: {on: false, enabled: true}\n",
        "other: {on: 'no', enabled: false}\nopt: {enabled: true}\n",
        "opt: {p: null, v: 2}\n",
        "opt: 5\n",
        "opt: null\n",
        "extra: {enabled: false, e: 2}\n",
    ];
    compare_all(
        &helm,
        &chart,
        files.iter().map(|file| Given {
            files: std::slice::from_ref(file),
            ..Given::default()
        }),
    );

    let grand = tree(
        "a",
        "tags: {deep: false}\n",
        "- {name: g, version: '*', condition: g.enabled, tags: [deep], import-values: [up]}\n",
        vec![leaf("g", "exports: {up: {exports: {top: {far: 1}}}}\n")],
    );
    let chart = tree(
        "p",
        "",
        "- {name: a, version: '*', import-values: [top]}\n",
        vec![grand],
    );
    let files = [
        "",
        "tags: {deep: true}\n",
        "a: {g: {enabled: true}}\n",
        "a: {tags: {deep: true}}\n",
    ];
    compare_all(
        &helm,
        &chart,
        files.iter().map(|file| Given {
            files: std::slice::from_ref(file),
            ..Given::default()
        }),
    );
}

/// A generator of numbers that is the same in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }

    /// A map in YAML with some of a few keys, so that layers meet often.
    fn map(&mut self, keys: &[&str], depth: u64) -> String {
        let mut entries = Vec::new();
        for key in keys {
            if self.below(3) > 0 {
                continue;
            }
            // A section that is no map is an error and would hide everything else.
            let section = matches!(*key, "s" | "g");
            let value = match self.below(7) {
                // A `global` that is no map gives a warning and is another matter. In maps deeper inside, Helm writes
                // a subchart's globals into its parent's.
                _ if *key == "global" => self.map(&["a", "b", "c"], 1),
                kind if section || (kind < 3 && depth > 0) => {
                    let below: &[&str] = match *key {
                        "s" => &["a", "b", "c", "g", "global"],
                        _ if keys.contains(&"global") => &["a", "b", "c", "global"],
                        _ => &["a", "b", "c"],
                    };
                    self.map(below, depth.saturating_sub(1))
                }
                3 | 4 => "null".to_owned(),
                5 => "[1, null]".to_owned(),
                _ => self.below(9).to_string(),
            };
            entries.push(format!("{key}: {value}"));
        }
        format!("{{{}}}", entries.join(", "))
    }
}

#[test]
fn random_layers_come_out_as_in_helm() {
    let Some(helm) = tools::helm("random_layers_come_out_as_in_helm") else {
        return;
    };
    let count = std::env::var("PROMCHART_HELM_CASES")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(40);
    let mut differences = String::new();
    for seed in 0..count {
        let mut random = Random(seed * 7919 + 1);
        let grandchild = leaf("g", &random.map(&["a", "b", "c", "global"], 3));
        let values = random.map(&["a", "b", "c", "global", "g"], 3);
        let child = if random.below(2) == 0 {
            listing("s", &values, vec![grandchild])
        } else {
            tree("s", &values, "", vec![grandchild])
        };
        let values = random.map(&["a", "b", "c", "global", "s"], 4);
        let parent = if random.below(2) == 0 {
            listing("p", &values, vec![child])
        } else {
            tree("p", &values, "", vec![child])
        };
        let files = [
            random.map(&["a", "b", "c", "global", "s"], 4),
            random.map(&["a", "b", "c", "global", "s"], 4),
        ];
        let given = Given {
            files: &[&files[0], &files[1]],
            ..Given::default()
        };
        if let Err(difference) = compare(&helm, &parent, &given) {
            write!(
                differences,
                "seed {seed}: {:?} / {:?} / {:?}\n{difference}",
                parent.values, parent.subcharts[0].values, parent.subcharts[0].subcharts[0].values
            )
            .unwrap();
        }
    }
    assert_eq!(differences, "");
}
