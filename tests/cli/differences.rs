//! `promchart diff`: its sides, its causes and its exit status.

use super::support::{Fixture, Run, read};

/// A chart whose Deployment, claim and ConfigMap hang on three values.
pub fn chart() -> Fixture {
    Fixture::new()
        .file(
            "demo/Chart.yaml",
            "apiVersion: v2\nname: demo\nversion: 0.1.0\nengine: jinja\n",
        )
        .file(
            "demo/values.yaml",
            "tag: '1'\nsize: 1Gi\nlevel: info\npassword: hunter2\nreplicas: 2\n",
        )
        .file("demo/values/prod.yaml", "level: warn\n")
        .file(
            "demo/templates/all.yaml",
            "\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: {{ Release.Namespace }}}
spec:
  replicas: {{ Values.replicas }}
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers: [{name: web, image: \"web:{{ Values.tag }}\"}]
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data, namespace: {{ Release.Namespace }}}
spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: {{ Values.size }}}}}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: config, namespace: {{ Release.Namespace }}}
data:
  app.yaml: |
    log: {level: {{ Values.level }}, format: json}
---
apiVersion: v1
kind: Secret
metadata: {name: login, namespace: {{ Release.Namespace }}}
stringData: {password: {{ Values.password }}}
",
        )
}

/// Other values for it.
pub const NEW: &str = "tag: '2'\nsize: 500Mi\nlevel: debug\npassword: hunter3\n";

/// The chart `demo` with new.yaml against it with other values.
pub fn against_values(fixture: &Fixture, old: &str, more: &[&str]) -> Run {
    let all = [
        "diff",
        "--chart",
        "demo",
        "-f",
        "new.yaml",
        "--against-values",
        old,
    ];
    fixture.run(&[&all[..], more].concat())
}

#[test]
fn no_values_files_are_the_charts_defaults() {
    let fixture = chart().file("new.yaml", NEW);
    let bare = fixture.run(&["diff", "--chart", "demo", "-f", "new.yaml", "--against-values"]);
    assert!(
        differs(&bare).contains("~ Deployment/default/web"),
        "{}",
        bare.stdout
    );
    assert_eq!(bare.stdout, against_values(&fixture, "/dev/null", &[]).stdout);
}

#[test]
fn what_several_fields_of_an_object_have_in_common_is_said_once() {
    let template = "apiVersion: v1\nkind: Pod\nmetadata: {name: ask, annotations: {helm.sh/hook: test}}\nspec:\n  \
                    containers: [{name: a, image: 'a:1', imagePullPolicy: {{ Values.policy }}, workingDir: {{ Values.dir }}}]\n";
    let fixture = Fixture::with_template("policy: Always\ndir: /a\n", template);
    let run = fixture.run(&[
        "diff",
        "--chart",
        "demo",
        "--set",
        "policy=Never,dir=/b",
        "--against-values",
        "--no-why",
    ]);
    let expected = "\
Dangers: 2 errors
  error: Pod/ask: `spec.containers` cannot be changed: the API server refuses the update [immutable-field]
    at spec.containers[name=a].imagePullPolicy
    at spec.containers[name=a].workingDir
    help: it is a hook: leave hooks out with `--no-hooks`, or tests alone with `--skip-tests`; what runs hooks makes them anew each time
";
    assert!(differs(&run).starts_with(expected), "{}", run.stdout);
}

#[test]
fn the_old_side_has_to_be_named() {
    let run = chart().run(&["diff", "--chart", "demo"]);
    let told = "error: `diff` is not told what to compare with [no-old-side]\n  help: write `--live` for the cluster,";
    assert!(run.refused().starts_with(told), "{}", run.stderr);
}

#[test]
fn an_old_side_without_objects_is_told() {
    let fixture = chart();
    let run = fixture.run_with_stdin(&["diff", "--chart", "demo", "--against", "-"], "");
    let told = "warning: there are no objects in `<stdin>`: all that is rendered counts as new [empty-manifests]\n  \
                help: where another command printed it, look whether that failed\n";
    assert!(run.stderr.starts_with(told), "{}", run.stderr);
    assert!(
        differs(&run).contains("+ Deployment/default/web  added"),
        "{}",
        run.stdout
    );
}

pub fn differs(run: &Run) -> &str {
    assert_eq!(run.status, Some(1), "{}{}", run.stdout, run.stderr);
    &run.stdout
}

#[test]
fn dangers_come_first_and_each_field_names_its_value() {
    let fixture = chart().file("new.yaml", NEW).file("old.yaml", "");
    let run = against_values(&fixture, "old.yaml", &[]);
    assert_eq!(
        differs(&run),
        "\
Dangers: 1 error
  error: PersistentVolumeClaim/default/data: a claim cannot shrink: the API server refuses the update [claim-shrinks]
    at spec.resources.requests.storage
    because of size (new.yaml:2)
    help: keep the size; for a smaller volume make another claim and copy the data

Pods restart: Deployment/default/web one by one

~ Secret/default/login  ~1
  ~ stringData.password: *** (changed, hidden)
      because of password (new.yaml:4)

~ ConfigMap/default/config  ~1
  ~ data.\"app.yaml\" > log.level: info -> debug
      because of level (new.yaml:3)

~ PersistentVolumeClaim/default/data  ~1
  ~ spec.resources.requests.storage: 1Gi -> 500Mi  [error: claim-shrinks]
      because of size (new.yaml:2)

~ Deployment/default/web  ~1, pods restart one by one
  ~ spec.template.spec.containers[name=web].image: web:1 -> web:2
      because of tag (new.yaml:1)

4 changed.
"
    );
    assert_eq!(run.stderr, "");
}

#[test]
fn the_same_is_status_0_and_no_exit_code_always_is() {
    let fixture = chart().file("new.yaml", NEW);
    let old = fixture.run(&["render", "--chart", "demo"]).done().to_owned();
    let against = |arguments: &[&str]| {
        let all = [&["diff", "--chart", "demo", "--against", "-"], arguments].concat();
        fixture.run_with_stdin(&all, &old)
    };
    assert_eq!(against(&[]).done(), "4 the same.\n");
    assert_eq!(against(&["-f", "new.yaml"]).status, Some(1));
    assert_eq!(against(&["-f", "new.yaml", "--no-exit-code"]).status, Some(0));
    // A filter decides about the status, too.
    assert_eq!(against(&["-f", "new.yaml", "--kind", "Service"]).status, Some(0));
    assert_eq!(
        against(&["-f", "new.yaml", "--path", "spec.replicas"]).status,
        Some(0)
    );
    assert_eq!(against(&["-f", "new.yaml", "--name", "we*"]).status, Some(1));
    let nothing = against(&["-f", "new.yaml", "--kind", "deployments"]);
    assert_eq!(nothing.status, Some(0));
    assert_eq!(
        nothing.stderr,
        "warning: no object on either side has a kind and name that `--kind` and `--name` ask for [nothing-compared]\n  help: kinds are written as in manifests, such as `Deployment`; names may have `*`\n"
    );
    let trouble = fixture.run_with_stdin(&["diff", "--chart", "demo", "--against", "-"], "just words");
    assert_eq!(trouble.status, Some(2), "{trouble:?}");
    assert_eq!(fixture.run(&["diff", "--chart", "demo"]).status, Some(2));
}

#[test]
fn environments_charts_and_folders_are_old_sides() {
    let fixture = chart().file("new.yaml", "level: debug\n");
    let line =
        "  ~ data.\"app.yaml\" > log.level: info -> warn\n      because of level (demo/values/prod.yaml:1)\n";
    let run = fixture.run(&[
        "diff",
        "--chart",
        "demo",
        "--env",
        "prod",
        "--against-values",
        "/dev/null",
    ]);
    assert_eq!(run.status, Some(0), "the environment is on both sides: {run:?}");
    let fixture = fixture.file("demo/values/dev.yaml", "{}\n");
    let run = fixture.run(&["diff", "--chart", "demo", "--env", "prod", "--against-env", "dev"]);
    assert!(differs(&run).contains(line), "{}", run.stdout);
    // Another chart, whose template says something else.
    let template = read(&fixture.path("demo/templates/all.yaml")).replace("format: json", "format: text");
    let chart = read(&fixture.path("demo/Chart.yaml"));
    let values = read(&fixture.path("demo/values.yaml"));
    let fixture = fixture
        .file("other/Chart.yaml", chart)
        .file("other/values.yaml", values)
        .file("other/templates/all.yaml", template);
    let run = fixture.run(&["diff", "--chart", "demo", "--against-chart", "other"]);
    assert!(
        differs(&run).contains(
            "log.format: text -> json\n      because of the template (demo/templates/all.yaml:21)\n"
        ),
        "{}",
        run.stdout
    );
    let written = fixture.run(&["render", "--chart", "demo", "--output-dir", "old"]);
    assert_eq!(written.status, Some(0));
    let run = fixture.run(&["diff", "--chart", "demo", "--against", "old"]);
    assert_eq!(run.done(), "4 the same.\n");
}

/// A key of a Secret is text in a template and encoded in a cluster.
#[test]
fn a_secret_is_the_same_in_either_form() {
    let fixture = chart().file("new.yaml", "password: other\n");
    let old = fixture.run(&["render", "--chart", "demo"]).stdout.replace(
        "stringData:\n  password: hunter2",
        "data:\n  password: aHVudGVyMg==\n  more: eA==",
    );
    let against = |more: &[&str]| {
        let all = [
            &["diff", "--chart", "demo", "--against", "-", "--kind", "Secret"],
            more,
        ]
        .concat();
        fixture.run_with_stdin(&all, &old)
    };
    assert_eq!(
        differs(&against(&[])),
        "~ Secret/default/login  -1\n  - data.more: *** (removed, hidden)\n\n1 changed.\n"
    );
    assert_eq!(
        differs(&against(&["-f", "new.yaml", "--show-secrets"])),
        "\
~ Secret/default/login  -1 ~1
  ~ data.password: aHVudGVyMg== -> b3RoZXI=
      because of password (new.yaml:1)
  - data.more: eA==

1 changed.
"
    );
}

/// A list whose values all differ is named itself, with the line of its first, and not the empty one that was in its place.
#[test]
fn a_cause_is_no_longer_than_it_has_to_be() {
    let fixture = Fixture::new()
        .file("demo/Chart.yaml", "apiVersion: v2\nname: demo\nversion: 0.1.0\nengine: jinja\n")
        .file("demo/values.yaml", "config:\n  level: info\n  routes: []\nextra: {}\n")
        .file(
            "demo/templates/all.yaml",
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c, annotations: {{ Values.extra }}}\ndata:\n  app.yaml: {{ Values.config | to_yaml }}\n",
        )
        .file(
            "new.yaml",
            "config:\n  routes:\n    - to: b\n      from: a\n    - {to: c, from: d}\nextra:\n  one: '1'\n  two: '2'\n",
        );
    let run = against_values(&fixture, "/dev/null", &[]);
    let causes: Vec<&str> = differs(&run)
        .lines()
        .map(str::trim)
        .filter(|line| {
            line.starts_with("because of") || line.starts_with("+ metadata") || line.starts_with("+ data")
        })
        .collect();
    assert_eq!(
        causes,
        [
            "+ metadata.annotations.one: \"1\"",
            "because of extra.one (new.yaml:7)",
            "+ metadata.annotations.two: \"2\"",
            "because of extra.two (new.yaml:8)",
            "+ data.\"app.yaml\" > routes[0]:",
            "because of config.routes (new.yaml:3)",
            "+ data.\"app.yaml\" > routes[1]:",
            "because of config.routes (new.yaml:3)",
        ]
    );
}
