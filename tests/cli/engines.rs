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
    fixture.refuses(
        &["render", "--chart", "demo"],
        r"
error: the chart `demo` holds Go templates, Helm's own, which promchart does not render [go-template-chart]
  --> demo/templates/cm.yaml:4:9
  4 |   name: {{ .Release.Name }}
    |         ^
  help: render it with `helm template`; where its templates are Jinja, write `engine: jinja` into its Chart.yaml
",
    );
    // What renders nothing works on it.
    assert_eq!(
        fixture
            .run(&["show", "templates", "cm.yaml", "--chart", "demo"])
            .done(),
        GO
    );
    fixture.run(&["deps", "list", "--chart", "demo"]).done();
    fixture
        .file("demo/Chart.yaml", "name: demo\nversion: 0.1.0\nengine: gotpl\n")
        .refuses(
            &["render", "--chart", "demo"],
            r"
error: the chart `demo` holds Go templates, Helm's own, which promchart does not render [go-template-chart]
  --> demo/Chart.yaml:3:9
  3 | engine: gotpl
    |         ^
  help: render it with `helm template`; where its templates are Jinja, write `engine: jinja` into its Chart.yaml
",
        );
}

#[test]
fn a_go_chart_counts_only_where_it_is_enabled() {
    let fixture = mixed();
    fixture.refuses(
        &["render", "--chart", "demo"],
        r"
error: the chart `demo.sub` holds Go templates, Helm's own, which promchart does not render [go-template-chart]
  --> demo/charts/sub/templates/cm.yaml:4:9
  4 |   name: {{ .Release.Name }}
    |         ^
  help: switch it off by its condition; where its templates are Jinja, write `engine: jinja` into its Chart.yaml
",
    );
    assert!(
        fixture
            .render_demo(&["--set", "sub.enabled=false"])
            .objects()
            .contains(&"ConfigMap/demo-cm".to_owned())
    );
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
