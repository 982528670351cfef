//! `deps list` and `deps tree`.

use serde_json::json;

use crate::support::Fixture;

/// A chart with one dependency that is there, under another name, and one that is not.
fn incomplete() -> Fixture {
    Fixture::new()
        .file(
            "demo/Chart.yaml",
            "\
apiVersion: v2
name: demo
version: 0.1.0
engine: jinja
dependencies:
  - name: sub
    alias: web
    version: 1.x
    condition: web.enabled
  - name: gone
    version: ^2
    repository: https://example.com/charts
",
        )
        .file("demo/values.yaml", "web:\n  enabled: true\n")
        .file(
            "demo/charts/sub/Chart.yaml",
            "apiVersion: v2\nname: sub\nversion: 1.2.3\nengine: jinja\n",
        )
}

#[test]
fn the_built_in_chart_is_complete() {
    let fixture = Fixture::new();
    let list = fixture.run(&["deps", "list"]);
    assert!(
        list.done()
            .starts_with("NAME                             WANTED  FOUND   STATUS  ENABLED  DECIDED BY"),
        "{}",
        list.stdout
    );
    let tree = fixture.run(&["deps", "tree"]);
    assert!(tree.done().starts_with("prometheus "), "{}", tree.stdout);
    for name in [
        "alertmanager",
        "kube-state-metrics",
        "prometheus-node-exporter",
        "prometheus-pushgateway",
    ] {
        assert!(
            list.stdout.contains(&format!("condition {name}.enabled")),
            "{name}"
        );
        assert!(
            tree.stdout.contains(&format!("|-- {name} ")) || tree.stdout.contains(&format!("`-- {name} "))
        );
    }
    let off = fixture.run(&["deps", "tree", "--set", "alertmanager.enabled=false"]);
    assert!(
        off.done().lines().any(|line| line.contains("alertmanager ")
            && line.ends_with("[disabled by condition alertmanager.enabled]")),
        "{}",
        off.stdout
    );
}

#[test]
fn a_missing_one_is_a_finding() {
    let fixture = incomplete();
    let list = fixture.run(&["deps", "list", "--chart", "demo"]);
    assert_eq!((list.status, list.stderr.as_str()), (Some(1), ""));
    assert_eq!(
        list.stdout,
        "\
NAME       WANTED  FOUND  STATUS   ENABLED  DECIDED BY             FROM
web (sub)  1.x     1.2.3  ok       yes      condition web.enabled  demo/charts/sub
gone       ^2      -      missing  yes      -                      https://example.com/charts
"
    );
    let tree = fixture.run(&["deps", "tree", "--chart", "demo", "--set", "web.enabled=false"]);
    assert_eq!((tree.status, tree.stderr.as_str()), (Some(1), ""));
    assert_eq!(
        tree.stdout,
        "\
demo 0.1.0
|-- web (sub) 1.2.3 (wanted 1.x) [disabled by condition web.enabled]
`-- gone (wanted ^2) [missing]
"
    );
}

#[test]
fn json_says_the_same_to_programs() {
    let fixture = incomplete();
    for command in ["list", "tree"] {
        let run = fixture.run(&["deps", command, "--chart", "demo", "-o", "json"]);
        assert_eq!((run.status, run.stderr.as_str()), (Some(1), ""));
        let rows: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
        assert_eq!(
            rows,
            json!([
                {
                    "path": ["web"], "name": "sub", "alias": "web",
                    "versionWanted": "1.x", "versionFound": "1.2.3",
                    "repository": "", "source": "demo/charts/sub",
                    "status": "ok", "enabled": true,
                    "decidedBy": "condition web.enabled", "decidedAt": "demo/values.yaml:2:12",
                },
                {
                    "path": ["gone"], "name": "gone", "alias": null,
                    "versionWanted": "^2", "versionFound": null,
                    "repository": "https://example.com/charts", "source": null,
                    "status": "missing", "enabled": true,
                    "decidedBy": null, "decidedAt": null,
                },
            ])
        );
    }
}

#[test]
fn bad_values_are_the_same_errors_as_everywhere() {
    incomplete().file("mine.yaml", "- a\n").refuses(
        &["deps", "list", "--chart", "demo", "-f", "mine.yaml"],
        r"
error: values have to be a map of keys, and this is a list [values-not-a-map]
  --> mine.yaml:1:1
  1 | - a
    | ^
",
    );
}

#[test]
fn a_subchart_for_another_kubernetes_is_a_warning() {
    let run = Fixture::new()
        .file(
            "demo/Chart.yaml",
            "apiVersion: v2\nname: demo\nversion: 0.1.0\nengine: jinja\ndependencies:\n  - {name: sub, version: 1.x}\n",
        )
        .file(
            "demo/charts/sub/Chart.yaml",
            "apiVersion: v2\nname: sub\nversion: 1.2.3\nengine: jinja\nkubeVersion: '>=1.40'\n",
        )
        .file("demo/charts/sub/templates/a.yaml", "apiVersion: v1\nkind: A\nmetadata: {name: a}\n")
        .render_demo(&[]);
    assert_eq!(run.status, Some(0), "{}", run.stderr);
    assert!(run.stdout.contains("kind: A\n"));
    assert!(
        run.stderr.starts_with("warning: ") && run.stderr.contains("  --> demo/charts/sub/Chart.yaml:5:14\n"),
        "{}",
        run.stderr
    );
}

/// Charts `demo`, `s` and `g`, each with a ConfigMap of its name; the tag `x` decides for `s` and for `g` below it.
fn tagged(root_values: &str, own_values: &str) -> Fixture {
    let chart = |name: &str, entry: &str| {
        format!("apiVersion: v2\nname: {name}\nversion: 0.1.0\nengine: jinja\n{entry}")
    };
    let entry = |name: &str| format!("dependencies:\n- {{name: {name}, version: '*', tags: [x]}}\n");
    let template = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: '{{ Chart.Name }}'}\n";
    Fixture::new()
        .file("demo/Chart.yaml", chart("demo", &entry("s")))
        .file("demo/values.yaml", root_values)
        .file("demo/templates/a.yaml", template)
        .file("demo/charts/s/Chart.yaml", chart("s", &entry("g")))
        .file("demo/charts/s/values.yaml", own_values)
        .file("demo/charts/s/templates/a.yaml", template)
        .file("demo/charts/s/charts/g/Chart.yaml", chart("g", ""))
        .file("demo/charts/s/charts/g/templates/a.yaml", template)
}

#[test]
fn a_tag_that_is_null_is_not_there_for_both_commands() {
    let off = "tags: {x: false}\n";
    // Which charts render, as with Helm 4.3.
    for (root, own, set, expected) in [
        (off, "", "", "demo"),
        (off, "", "tags.x=null", "demo g s"),
        (off, "", "tags=null", "demo g s"),
        (off, "", "tags.x=true", "demo g s"),
        ("", off, "", "demo s"),
        ("", off, "tags.x=null", "demo g s"),
        ("", off, "tags.x=true", "demo g s"),
        (off, off, "tags.x=null", "demo s"),
    ] {
        let fixture = tagged(root, own);
        let mut arguments = vec!["render", "--chart", "demo"];
        if !set.is_empty() {
            arguments.extend(["--set", set]);
        }
        let run = fixture.run(&arguments);
        let mut names: Vec<&str> = run
            .done()
            .lines()
            .filter_map(|line| line.trim().strip_prefix("name: "))
            .collect();
        names.sort_unstable();
        assert_eq!(names.join(" "), expected, "{root:?} {own:?} {set:?}");
        arguments.splice(0..1, ["deps", "tree"]);
        let tree = fixture.run(&arguments);
        let enabled = tree
            .stdout
            .lines()
            .filter(|line| !line.contains("disabled"))
            .count();
        assert_eq!(enabled, names.len(), "{root:?} {own:?} {set:?}: {}", tree.stdout);
    }
}

#[test]
fn a_chart_that_is_used_twice_keeps_the_aliases_of_its_subcharts() {
    let chart = |name: &str, entries: &str| {
        format!("apiVersion: v2\nname: {name}\nversion: 0.1.0\nengine: jinja\n{entries}")
    };
    let fixture = Fixture::new()
        .file(
            "demo/Chart.yaml",
            chart(
                "demo",
                "dependencies:\n- {name: s, version: '*'}\n- {name: s, version: '*', alias: s2}\n",
            ),
        )
        .file(
            "demo/charts/s/Chart.yaml",
            chart("s", "dependencies:\n- {name: g, version: '*', alias: h}\n"),
        )
        .file("demo/charts/s/charts/g/Chart.yaml", chart("g", ""))
        .file(
            "demo/charts/s/charts/g/templates/a.yaml",
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: '{{ Values.name }}'}\n",
        );
    let run = fixture.run(&["render", "--chart", "demo", "--set", "s.h.name=one,s2.h.name=two"]);
    let sources: Vec<&str> = run
        .done()
        .lines()
        .filter(|line| line.starts_with("# Source"))
        .collect();
    assert_eq!(
        sources,
        [
            "# Source: demo/charts/s/charts/h/templates/a.yaml",
            "# Source: demo/charts/s2/charts/h/templates/a.yaml"
        ]
    );
}
