//! `render`: what comes out for which values, flags and selection.

use std::fs;

use serde_json::json;

use crate::support::{Fixture, documents, objects, read};

/// All values that the demo chart sees, as its ConfigMap shows them.
fn values_with(fixture: &Fixture, more: &[&str]) -> serde_json::Value {
    let run = fixture.render_demo(&[&["-s", "templates/cm.yaml"], more].concat());
    let documents = documents(run.done());
    serde_json::from_str(documents[0]["data"]["values"].as_str().unwrap()).unwrap()
}

/// The data of the demo chart's ConfigMap.
fn data_with(more: &[&str]) -> serde_json::Value {
    let run = Fixture::with_chart().render_demo(&[&["-s", "templates/cm.yaml"], more].concat());
    documents(run.done())[0].clone()
}

#[test]
fn the_built_in_chart_needs_nothing_else() {
    let fixture = Fixture::new();
    let run = fixture.run(&["render"]);
    let names = run.objects();
    for name in [
        "Deployment/prometheus-server",
        "StatefulSet/prometheus-alertmanager",
        "Deployment/prometheus-kube-state-metrics",
        "DaemonSet/prometheus-prometheus-node-exporter",
        "Deployment/prometheus-prometheus-pushgateway",
        "ConfigMap/prometheus-server",
    ] {
        assert!(names.iter().any(|found| found == name), "{name} in {names:?}");
    }
    assert!(
        run.stdout
            .starts_with("---\n# Source: prometheus/charts/alertmanager/templates/serviceaccount.yaml\n")
    );
    assert!(fixture.tree().is_empty());
    // The other name that Helm's users look for.
    assert_eq!(fixture.run(&["template"]).done(), run.stdout);
}

#[test]
fn every_environment_renders() {
    let fixture = Fixture::new();
    let plain = fixture.run(&["render"]).stdout;
    for env in ["dev", "staging", "prod"] {
        let run = fixture.run(&["render", "--env", env]);
        assert_ne!(run.done(), plain, "{env} changes nothing");
    }
}

#[test]
fn later_files_win_over_earlier_ones_and_over_the_environment() {
    let fixture = Fixture::with_chart()
        .file("a.yaml", "greeting: a\nsection: {a: 2, b: 3}\n")
        .file("b.yaml", "greeting: b\nsection: {a: null}\n");
    assert_eq!(
        values_with(&fixture, &["--env", "dev"]),
        json!({"greeting": "dev", "port": 8080, "section": {"a": 1}})
    );
    assert_eq!(
        values_with(&fixture, &["-f", "a.yaml", "--env", "dev"]),
        json!({"greeting": "a", "port": 8080, "section": {"a": 2, "b": 3}})
    );
    assert_eq!(
        values_with(&fixture, &["-f", "a.yaml", "--values", "b.yaml"]),
        json!({"greeting": "b", "port": 80, "section": {"b": 3}})
    );
    assert_eq!(
        values_with(&fixture, &["-f", "b.yaml", "-f", "a.yaml"])["greeting"],
        "a"
    );
}

#[test]
fn standard_input_is_a_values_file() {
    let fixture = Fixture::with_chart().file("b.yaml", "port: 2\n");
    let arguments = ["render", "--chart", "demo", "-f", "-", "-f", "b.yaml"];
    let run = fixture.run_with_stdin(&arguments, "greeting: in\nport: 1\n");
    assert!(
        run.done().contains(r#"{"greeting":"in","port":2,"#),
        "{}",
        run.stdout
    );
    let run = fixture.run_with_stdin(&arguments, "a: b: c\n");
    assert!(run.refused().contains("  --> <stdin>:1:5\n"), "{}", run.stderr);
}

#[test]
fn flags_set_values_in_helms_order() {
    let fixture = Fixture::with_chart()
        .file("a.yaml", "greeting: file\n")
        .file("text.txt", "two\nlines\n");
    let more = [
        "--set-literal",
        "e={1,2}",
        "--set-file",
        "d=text.txt",
        "--set-string",
        "c=1,port=3",
        "--set",
        "b.x[1]=true,port=2,section.a=null,list={1,x}",
        "--set-json",
        r#"a={"k": [1.5]},port=1"#,
        "-f",
        "a.yaml",
    ];
    assert_eq!(
        values_with(&fixture, &more),
        json!({
            "greeting": "file",
            "port": "3",
            "section": {},
            "a": {"k": [1.5]},
            "b": {"x": [null, true]},
            "list": [1, "x"],
            "c": "1",
            "d": "two\nlines\n",
            "e": "{1,2}",
        })
    );
}

#[test]
fn release_namespace_and_cluster() {
    let object = data_with(&[]);
    assert_eq!(
        object["metadata"],
        json!({"name": "demo-cm", "namespace": "default"})
    );
    assert_eq!(object["data"]["upgrade"], "false");
    assert_eq!(object["data"]["kube"], promchart::chart::DEFAULT_KUBE_VERSION);
    assert_eq!(object["data"]["crd"], "false");
    let object = data_with(&[
        "--release",
        "web",
        "-n",
        "shop",
        "--is-upgrade",
        "--kube-version",
        "1.30",
        "-a",
        "a/v1,example.com/v1",
    ]);
    assert_eq!(object["metadata"], json!({"name": "web-cm", "namespace": "shop"}));
    assert_eq!(object["data"]["upgrade"], "true");
    assert_eq!(object["data"]["kube"], "v1.30.0");
    assert_eq!(object["data"]["crd"], "true");
}

#[test]
fn hooks_tests_and_crds() {
    let fixture = Fixture::with_chart();
    let crd = "CustomResourceDefinition/things.example.com";
    let plain = ["ConfigMap/demo-cm", "Service/demo"];
    let rendered = |more: &[&str]| fixture.render_demo(more).objects();
    assert_eq!(
        rendered(&[]),
        [&plain[..], &["Pod/probe", "Job/migrate"]].concat()
    );
    assert_eq!(
        rendered(&["--skip-tests"]),
        [&plain[..], &["Job/migrate"]].concat()
    );
    assert_eq!(rendered(&["--no-hooks"]), plain);
    assert_eq!(
        rendered(&["--no-hooks", "--include-crds"]),
        [&[crd], &plain[..]].concat()
    );
}

#[test]
fn json_is_a_list_of_the_same_objects() {
    let fixture = Fixture::new();
    let run = fixture.run(&["render", "-o", "json"]);
    let list: serde_json::Value = serde_json::from_str(run.done()).unwrap();
    assert_eq!(
        (&list["apiVersion"], &list["kind"]),
        (&json!("v1"), &json!("List"))
    );
    let yaml = documents(fixture.run(&["render", "-o", "yaml"]).done());
    assert_eq!(list["items"], json!(yaml));
}

/// Of CRDs, which may be large, only the text is kept.
#[test]
fn crds_are_whole_in_every_form() {
    let crds = "# Of both.\napiVersion: v1\nkind: A\nmetadata: {generateName: a-, labels: {x: z}}\nspec: {deep: [{b: '1'}]}\n---\n\
        apiVersion: v1\nkind: B\nmetadata: {name: bee, namespace: ns}\ndata: {}\n";
    let fixture = Fixture::with_chart().file("demo/crds/more.yaml", crds);
    let yaml = documents(fixture.render_demo(&["--include-crds"]).done());
    let json = fixture.render_demo(&["--include-crds", "-o", "json"]);
    let list: serde_json::Value = serde_json::from_str(json.done()).unwrap();
    assert_eq!(list["items"], json!(yaml));
    let of = |kind: &str| yaml.iter().find(|object| object["kind"] == kind).unwrap();
    assert_eq!(of("A")["spec"], json!({"deep": [{"b": "1"}]}));
    assert_eq!(
        of("A")["metadata"],
        json!({"generateName": "a-", "labels": {"x": "z"}})
    );
    assert_eq!(of("B")["data"], json!({}));
    fixture.render_demo(&["--include-crds", "--output-dir", "out"]);
    let written = std::fs::read_to_string(fixture.path("out/demo/b-ns-bee.yaml")).unwrap();
    assert!(written.contains("data: {}"), "{written}");
    let fixture = fixture.file(
        "demo/crds/twice.yaml",
        "apiVersion: v1\nkind: B\nmetadata: {name: bee, namespace: ns}\n",
    );
    let run = fixture.render_demo(&["--include-crds"]);
    let twice = run.refused();
    assert!(twice.contains("two objects are `B/ns/bee` (v1)"), "{twice}");
}

#[test]
fn show_only_prints_in_the_order_of_the_patterns() {
    let fixture = Fixture::with_chart();
    let only = |patterns: &[&str]| {
        let more: Vec<&str> = patterns.iter().flat_map(|pattern| ["-s", pattern]).collect();
        fixture.render_demo(&more).objects()
    };
    assert_eq!(
        only(&["templates/svc.yaml", "templates/cm.yaml"]),
        ["Service/demo", "ConfigMap/demo-cm"]
    );
    assert_eq!(
        only(&["templates/[cs]*.yaml"]),
        ["ConfigMap/demo-cm", "Service/demo"]
    );
    assert_eq!(
        only(&["templates/svc.yaml", "templates/*.yaml"]),
        ["Service/demo", "ConfigMap/demo-cm", "Job/migrate"]
    );
    assert_eq!(only(&["templates/**/probe.yaml"]), ["Pod/probe"]);
    // A template that writes nothing with these values is worth a word.
    let run = Fixture::new().run(&[
        "render",
        "-s",
        "templates/ingress.yaml",
        "-s",
        "templates/cm.yaml",
        "-s",
        "templates/c*.yaml",
    ]);
    assert_eq!(run.status, Some(0));
    assert_eq!(
        run.stderr,
        "warning: the templates of `--show-only templates/ingress.yaml` write no objects [show-only-empty]\n  \
         help: they have none with these values and flags, or are helpers\n"
    );
    assert!(run.stdout.contains("# Source: prometheus/templates/cm.yaml\n"));
    // Nor does an error elsewhere matter.
    let fixture = fixture.file("demo/templates/zzz.yaml", "a: {{ Values.nope }}\n");
    fixture.render_demo(&[]).refused();
    fixture.render_demo(&["-s", "templates/cm.yaml"]).done();
}

#[test]
fn one_file_an_object() {
    let fixture = Fixture::with_chart().file("out/demo/other.yaml", "mine\n");
    let run = fixture.render_demo(&["--output-dir", "out", "--no-hooks"]);
    assert_eq!((run.status, run.stdout.as_str()), (Some(0), ""));
    assert_eq!(
        run.stderr,
        "wrote out/demo/configmap-demo-cm.yaml\nwrote out/demo/service-demo.yaml\n"
    );
    let stream = fixture.render_demo(&["--no-hooks"]).stdout;
    let files = ["configmap-demo-cm", "service-demo"]
        .map(|name| read(&fixture.path(&format!("out/demo/{name}.yaml"))));
    assert_eq!(files.concat(), stream);
    assert_eq!(read(&fixture.path("out/demo/other.yaml")), "mine\n");
    assert_eq!(fs::read_dir(fixture.path("out/demo")).unwrap().count(), 3);
    // The folder of the chart, and the record of what was written.
    assert_eq!(fs::read_dir(fixture.path("out")).unwrap().count(), 2);
}

#[test]
fn the_files_of_the_built_in_chart_hold_all_its_objects() {
    let fixture = Fixture::new();
    let run = fixture.run(&["render", "--output-dir", "deep/out"]);
    let mut found = Vec::new();
    for line in run.stderr.lines() {
        let path = line.strip_prefix("wrote ").unwrap();
        let text = read(&fixture.path(path));
        assert_eq!(objects(&text).len(), 1, "{path}");
        found.push(text);
    }
    assert_eq!(found.concat(), fixture.run(&["render"]).done());
}

#[test]
fn a_chart_as_a_folder_and_as_an_archive_is_the_same() {
    let fixture = Fixture::with_chart().archive("demo-0.1.0.tgz", "demo");
    let folder = fixture.render_demo(&["--include-crds"]);
    let archive = fixture.run(&["render", "--chart", "demo-0.1.0.tgz", "--include-crds"]);
    assert_eq!(folder.done(), archive.done());
}

#[test]
fn same_input_same_bytes() {
    let fixture = Fixture::with_values(
        "prometheus-pushgateway:\n  webConfiguration:\n    basicAuthUsers:\n      a: b\n",
    );
    let arguments = ["render", "--env", "prod", "-f", "values.yaml"];
    let first = fixture.run(&arguments);
    first.done();
    for _ in 1..20 {
        assert_eq!(fixture.run(&arguments).stdout, first.stdout);
    }
}

#[test]
fn a_template_ends_with_a_newline_and_a_values_file_as_it_is_written() {
    // Helm ends each template's text with a newline; a values file it reads as it is.
    let template = "kind: ConfigMap\napiVersion: v1\nmetadata: {name: a}\ndata:\n  value: {{ Values.text | to_json }}\n  own: |\n    x";
    let fixture = Fixture::with_template("", template).file("v.yaml", "text: |\n  hunter");
    let run = fixture.run(&["render", "--chart", "demo", "-f", "v.yaml", "-o", "json"]);
    let object: serde_json::Value = serde_json::from_str(run.done()).unwrap();
    assert_eq!(object["items"][0]["data"]["value"], "\"hunter\"");
    assert_eq!(object["items"][0]["data"]["own"], "x\n");
}
