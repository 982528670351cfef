//! Which language a chart's templates are in: the line of Chart.yaml, or what the templates are.

use crate::support::Fixture;

const GO: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}\n";

/// A chart of ours with a subchart of Helm's, which a condition switches.
fn mixed() -> Fixture {
    Fixture::with_chart()
        .file(
            "demo/Chart.yaml",
            "apiVersion: v2\nname: demo\nversion: 0.1.0\nengine: jinja\ndependencies:\n  - {name: sub, version: 1.x, condition: sub.enabled}\n",
        )
        .file("demo/charts/sub/Chart.yaml", "apiVersion: v2\nname: sub\nversion: 1.0.0\n")
        .file("demo/charts/sub/templates/cm.yaml", GO)
}

#[test]
fn a_chart_of_go_templates() {
    let fixture = Fixture::new()
        .file("demo/Chart.yaml", "apiVersion: v2\nname: demo\nversion: 0.1.0\n")
        .file("demo/templates/cm.yaml", GO);
    assert_eq!(
        fixture.render_demo(&["--release", "r"]).objects(),
        ["ConfigMap/r"]
    );
    assert_eq!(
        fixture
            .run(&["show", "templates", "cm.yaml", "--chart", "demo"])
            .done(),
        GO
    );
    fixture.run(&["deps", "list", "--chart", "demo"]).done();
    let fixture = fixture.file("demo/Chart.yaml", "name: demo\nversion: 0.1.0\nengine: gotpl\n");
    assert_eq!(
        fixture.render_demo(&["--release", "r"]).objects(),
        ["ConfigMap/r"]
    );
}

#[test]
fn a_subchart_of_go_templates() {
    let fixture = mixed();
    let objects = fixture.render_demo(&["--release", "r"]).objects();
    assert!(objects.contains(&"ConfigMap/r".to_owned()), "{objects:?}");
    assert!(objects.contains(&"ConfigMap/r-cm".to_owned()), "{objects:?}");
    let objects = fixture
        .render_demo(&["--release", "r", "--set", "sub.enabled=false"])
        .objects();
    assert!(!objects.contains(&"ConfigMap/r".to_owned()), "{objects:?}");
    fixture.run(&["deps", "tree", "--chart", "demo"]).done();
    fixture.run(&["show", "values", "--chart", "demo"]).done();
}

#[test]
fn a_chart_that_lost_its_line_renders_the_same() {
    // What `helm package` does to a chart: keys that it does not know go.
    let fixture = Fixture::with_chart();
    let before = fixture.render_demo(&[]);
    let fixture = fixture
        .file(
            "demo/Chart.yaml",
            "apiVersion: v2\nkubeVersion: '>=1.25'\nname: demo\nversion: 0.1.0\n",
        )
        .archive("demo-0.1.0.tgz", "demo");
    for chart in ["demo", "demo-0.1.0.tgz"] {
        assert_eq!(fixture.run(&["render", "--chart", chart]).done(), before.done());
    }
}

#[test]
fn the_built_in_chart_and_each_of_its_subcharts_are_recognised_without_the_line() {
    let fixture = Fixture::new();
    fixture.run(&["eject", "mine"]);
    let before = fixture.run(&["render", "--chart", "mine"]).stdout;
    let mut fixture = fixture;
    for chart in [
        "",
        "charts/common/",
        "charts/alertmanager/",
        "charts/kube-state-metrics/",
        "charts/prometheus-node-exporter/",
        "charts/prometheus-pushgateway/",
    ] {
        let path = format!("mine/{chart}Chart.yaml");
        let text = crate::support::read(&fixture.path(&path));
        assert!(text.contains("\nengine: jinja\n"), "{path}");
        fixture = fixture.file(&path, text.replace("\nengine: jinja\n", "\n"));
    }
    assert_eq!(fixture.run(&["render", "--chart", "mine"]).done(), before);
}

#[test]
fn show_works_on_a_chart_whose_dependencies_are_missing() {
    let fixture = Fixture::with_chart().file(
        "demo/Chart.yaml",
        "name: demo\nversion: 0.1.0\ndependencies:\n  - {name: gone, version: 1.x, repository: https://example.com}\n",
    );
    assert!(
        fixture
            .run(&["show", "values", "--chart", "demo"])
            .done()
            .starts_with("greeting: hello\n")
    );
}

#[test]
fn a_template_that_may_be_in_either_language_is_told_with_the_line_that_says_so() {
    let yaml = "apiVersion: v2\nname: demo\nversion: 0.1.0\n";
    let object =
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  a: {{ upper \"b\" | quote }}\n";
    let fixture = Fixture::new()
        .file("demo/Chart.yaml", yaml)
        .file("demo/templates/cm.yaml", object);
    let told = fixture.run(&["render", "--chart", "demo"]).refused().to_owned();
    assert!(told.contains("demo/templates/cm.yaml:5:6"), "{told}");
    assert!(
        told.contains("; otherwise, write `{{ \"b\" | upper | string }}`"),
        "{told}"
    );
    assert!(told.contains("write `engine: gotpl` in Chart.yaml"), "{told}");
    let mut fixture = fixture;
    for (tag, help) in [
        ("genPrivateKey \"rsa\"", ""),
        ("uuidv4", ""),
        ("\"a\" | b64enc", "; otherwise, did you mean `b64encode`?"),
    ] {
        fixture = fixture.file("demo/templates/cm.yaml", format!("a: {{{{ {tag} }}}}\n"));
        let told = fixture.run(&["render", "--chart", "demo"]).refused().to_owned();
        assert!(
            told.contains("  help: if the chart's templates are Helm's"),
            "{told}"
        );
        assert!(
            told.contains(&format!("write `engine: gotpl` in Chart.yaml{help}\n")),
            "{told}"
        );
    }
    let fixture = fixture.file("demo/templates/cm.yaml", object);
    let fixture = fixture.file("demo/Chart.yaml", format!("{yaml}engine: gotpl\n"));
    assert_eq!(fixture.render_demo(&[]).objects(), ["ConfigMap/a"]);
    // Where the line is there nothing has to be told about it.
    let fixture = fixture.file("demo/Chart.yaml", format!("{yaml}engine: jinja\n"));
    let told = fixture.run(&["render", "--chart", "demo"]).refused().to_owned();
    assert!(!told.contains("gotpl"), "{told}");
}
