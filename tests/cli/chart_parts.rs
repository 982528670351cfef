//! `show` and `eject`: the chart as its author wrote it.

use std::path::Path;

use crate::support::{Fixture, documents, read};

#[test]
fn show_prints_the_charts_own_files() {
    let fixture = Fixture::new();
    for (arguments, text) in [
        (&["chart"][..], include_str!("../../Chart.yaml")),
        (&["values"], include_str!("../../values.yaml")),
        (&["schema"], include_str!("../../values.schema.json")),
        (
            &["values", "--subchart", "alertmanager"],
            include_str!("../../charts/alertmanager/values.yaml"),
        ),
        (
            &["chart", "--subchart", "alertmanager.common"],
            include_str!("../../charts/common/Chart.yaml"),
        ),
        (
            &["templates", "deploy.yaml"],
            include_str!("../../templates/deploy.yaml"),
        ),
        (
            &["templates", "templates/_helpers.yaml"],
            include_str!("../../templates/_helpers.yaml"),
        ),
    ] {
        let run = fixture.run(&[&["show"], arguments].concat());
        assert!(run.done() == text, "{arguments:?} differs from the file");
    }
}

#[test]
fn show_values_is_a_values_file() {
    let fixture = Fixture::new();
    let values = fixture.run(&["show", "values"]).stdout;
    let run = fixture.run_with_stdin(&["render", "-f", "-"], &values);
    assert_eq!(run.done(), fixture.run(&["render"]).done());
}

#[test]
fn show_templates_lists_what_show_only_takes() {
    let fixture = Fixture::with_chart();
    let run = fixture.run(&["show", "templates", "--chart", "demo"]);
    assert_eq!(
        run.done(),
        "templates/cm.yaml\ntemplates/hook.yaml\ntemplates/svc.yaml\ntemplates/tests/probe.yaml\n"
    );
    for template in run.stdout.lines() {
        fixture.render_demo(&["-s", template]).done();
    }
}

#[test]
fn show_says_what_there_is_not() {
    let fixture = Fixture::with_chart();
    for (arguments, told) in [
        (
            &["show", "templates", "deplo.yaml"][..],
            "error: the chart has no template `deplo.yaml` [missing-part]\n  help: did you mean `deploy.yaml`?\n",
        ),
        (
            &["show", "templates", "nope"],
            "error: the chart has no template `nope` [missing-part]\n  help: `promchart show templates` lists them\n",
        ),
        (
            &["show", "values", "--subchart", "alertmanagr"],
            "error: `prometheus` has no subchart `alertmanagr` [unknown-subchart]\n  help: did you mean `alertmanager`?\n",
        ),
        (
            &["show", "schema", "--chart", "demo"],
            "error: the chart has no values.schema.json [missing-part]\n",
        ),
        (
            &["show", "values", "--chart", "demo", "--subchart", "x"],
            "error: `demo` has no subchart `x` [unknown-subchart]\n  help: it has no subcharts\n",
        ),
    ] {
        fixture.refuses(arguments, told);
    }
}

#[test]
fn what_is_ejected_renders_the_same() {
    let fixture = Fixture::new();
    let run = fixture.run(&["eject", "a/mychart"]);
    assert_eq!((run.status, run.stdout.as_str()), (Some(0), ""));
    assert!(
        run.stderr
            .ends_with(" files to a/mychart; render them with `promchart render --chart a/mychart`\n"),
        "{}",
        run.stderr
    );
    for more in [&[][..], &["--env", "prod"], &["--include-crds", "--is-upgrade"]] {
        let ejected = fixture.run(&[&["render", "--chart", "a/mychart"], more].concat());
        let built_in = fixture.run(&[&["render"], more].concat());
        assert_eq!(ejected.done(), built_in.done(), "{more:?}");
    }
    // An empty folder is as good as none.
    std::fs::create_dir(fixture.path("empty")).unwrap();
    assert_eq!(fixture.run(&["eject", "empty"]).status, Some(0));
    // The second time it would write over somebody's work.
    fixture.run(&["eject", "a/mychart"]).refused();
}

#[test]
fn a_new_chart_renders_and_has_no_findings() {
    let fixture = Fixture::new();
    let run = fixture.run(&["create", "shop"]);
    assert_eq!((run.status, run.stdout.as_str()), (Some(0), ""));
    let kinds = |environment: &[&str]| {
        let run = fixture.run(&[&["render", "--chart", "shop", "--strict"], environment].concat());
        let mut kinds: Vec<String> = run
            .done()
            .lines()
            .filter_map(|line| Some(line.strip_prefix("kind: ")?.to_owned()))
            .collect();
        kinds.sort();
        kinds
    };
    let always = ["ConfigMap", "Deployment", "Pod", "Service", "ServiceAccount"];
    assert_eq!(kinds(&[]), always);
    assert_eq!(kinds(&["--env", "dev"]), always);
    assert_eq!(
        kinds(&["--env", "staging", "--skip-tests"]).join(" "),
        "ConfigMap Deployment Ingress Service ServiceAccount ServiceMonitor"
    );
    assert_eq!(
        kinds(&["--env", "prod", "--skip-tests"]).join(" "),
        "ConfigMap CronJob Deployment HorizontalPodAutoscaler Ingress PodDisruptionBudget Service ServiceAccount ServiceMonitor"
    );
    for environment in [
        &[][..],
        &["--env", "dev"],
        &["--env", "staging"],
        &["--env", "prod"],
    ] {
        let run = fixture.run(&[&["lint", "--chart", "shop"], environment].concat());
        assert_eq!(run.done(), "no findings\n", "{environment:?}");
    }
    // Nothing of the placeholder is left, and nothing is written over.
    let shown = fixture.run(&["render", "--chart", "shop", "--env", "prod"]);
    assert!(!shown.done().contains("NAME"), "{}", shown.stdout);
    fixture.run(&["create", "shop"]).refused();
}

#[test]
fn the_guides_chart_can_be_had() {
    let fixture = Fixture::new();
    fixture.run(&["create", "shop", "--from", "docs"]);
    // As the guide shows it, all of it.
    let guide = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/docs/guide/shop");
    let mut open = vec![guide.clone()];
    let mut files = 0;
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
                continue;
            }
            files += 1;
            let below = path.strip_prefix(&guide).unwrap();
            let written = fixture.path("shop").join(below);
            assert_eq!(
                std::fs::read(written).unwrap(),
                std::fs::read(&path).unwrap(),
                "{}",
                below.display()
            );
        }
    }
    assert_eq!(files, 13);
    let run = fixture.run(&["create", "books", "--from", "docs"]);
    assert!(
        run.stderr.starts_with("wrote 13 files to books; "),
        "{}",
        run.stderr
    );
    for environment in [&[][..], &["--env", "prod"]] {
        let run = fixture.run(&[&["lint", "--chart", "books"], environment].concat());
        assert_eq!(run.done(), "no findings\n", "{environment:?}");
    }
    let run = fixture.run(&["render", "--chart", "books", "--env", "prod"]);
    assert!(!run.done().contains("shop"), "{}", run.stdout);
}

#[test]
fn a_new_library_serves_a_chart() {
    let fixture = Fixture::new()
        .file(
            "app/Chart.yaml",
            "apiVersion: v2\nname: app\nversion: 0.1.0\nappVersion: \"1\"\nengine: jinja\ndependencies:\n  - {name: my-base, version: 0.1.x, repository: \"file://../my-base\"}\n",
        )
        .file("app/values.yaml", "env: {A: 1}\n")
        .file(
            "app/templates/pod.yaml",
            "apiVersion: v1\nkind: Pod\nmetadata:\n  name: {{ my_base.fullname }}\n  labels: {{ my_base.labels }}\nspec:\n  automountServiceAccountToken: false\n  securityContext: {{ my_base.pod_security }}\n  containers:\n    - name: app\n      image: example.com/app:1.0\n      env: {{ my_base.env(Values.env) }}\n      securityContext: {{ my_base.container_security }}\n",
        );
    let run = fixture.run(&["create", "my-base", "--from", "library"]);
    assert_eq!(
        run.stderr,
        "wrote 3 files to my-base; my-base/templates/_names.yaml says how charts use them\n"
    );
    let names = read(&fixture.path("my-base/templates/_names.yaml"));
    assert!(
        names.contains("{{ my_base.fullname }}") && names.contains("- name: my-base"),
        "{names}"
    );
    let run = fixture.run(&["render", "--chart", "app", "--release", "r", "--strict"]);
    let pod = &documents(run.done())[0];
    assert_eq!(pod["metadata"]["name"], "r-app");
    assert_eq!(pod["metadata"]["labels"]["app.kubernetes.io/instance"], "r");
    assert_eq!(pod["spec"]["securityContext"]["runAsNonRoot"], true);
    assert_eq!(pod["spec"]["containers"][0]["env"][0]["value"], "1");
    let run = fixture.run(&["lint", "--chart", "app", "--level", "warning"]);
    assert_eq!(run.done(), "no findings\n");
    // It can be handed on alone, and with the chart.
    fixture.run(&["package", "my-base"]).done();
    fixture.run(&["package", "app"]).done();
}

#[test]
fn a_new_charts_name_is_one_that_objects_can_have() {
    for name in ["My_App", "", "1st", "a-", "../x", "shop/web", &"a".repeat(41)] {
        let run = Fixture::new().run(&["create", name]);
        assert!(
            run.refused().contains("[new-chart-name]"),
            "{name}: {}",
            run.stderr
        );
    }
    let fixture = Fixture::new();
    assert_eq!(fixture.run(&["create", "my-app", "charts/app"]).status, Some(0));
    fixture.run(&["render", "--chart", "charts/app"]).done();
}
