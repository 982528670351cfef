//! `promchart diff --live`, with a kubectl that stands in.

use super::differences::{chart, differs};
use super::support::{Fixture, Run, read};

/// kubectl that answers from files: `get -f`, `get KINDS` and the dry run.
#[cfg(unix)]
fn with_kubectl(fixture: Fixture) -> Fixture {
    use std::os::unix::fs::PermissionsExt as _;
    let fixture = fixture.file(
        "bin/kubectl",
        "#!/bin/sh\ncase \"$*\" in\n*'get -f -'*) cat >asked.yaml; cat live.json;;\n*' -l '*) echo \"$*\" >labels; cat labelled.json;;\n*--dry-run=server*) cat >/dev/null; cat dry.json; [ ! -e refused ] || { cat refused >&2; exit 1; };;\nesac\n",
    );
    std::fs::set_permissions(
        fixture.path("bin/kubectl"),
        std::fs::Permissions::from_mode(0o755),
    )
    .unwrap();
    fixture
}

#[cfg(unix)]
#[test]
fn a_cluster_is_an_old_side() {
    let live = |image: &str, replicas: u32| {
        format!(
            r#"{{"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {{"name": "web", "namespace": "default", "uid": "1", "managedFields": []}},
            "spec": {{"replicas": {replicas}, "revisionHistoryLimit": 10, "selector": {{"matchLabels": {{"app": "web"}}}}, "template": {{"metadata": {{"labels": {{"app": "web"}}}}, "spec": {{"containers": [{{"name": "side", "image": "s:1"}}, {{"name": "web", "image": "{image}"}}]}}}}}}, "status": {{"x": 1}}}}"#
        )
    };
    let left = r#"{"apiVersion": "v1", "kind": "List", "items": [
        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "left", "namespace": "default", "uid": "2"}},
        {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "made", "namespace": "default", "ownerReferences": [{"name": "x"}]}}]}"#;
    let fixture = with_kubectl(chart())
        .file("live.json", live("web:1", 5))
        .file("labelled.json", left)
        .file("dry.json", live("web:2", 2))
        .file("new.yaml", "tag: '2'\n");
    let path = format!("{}:/usr/bin:/bin", fixture.path("bin").display());
    let diff = |more: &[&str]| {
        let all = [
            &[
                "diff",
                "--chart",
                "demo",
                "-f",
                "new.yaml",
                "--live",
                "--kind",
                "Deployment,ConfigMap",
            ],
            more,
        ]
        .concat();
        Run::of(fixture.command(&all).env("PATH", &path))
    };
    let run = diff(&["--name", "web", "--name", "left"]);
    assert_eq!(
        differs(&run),
        "\
Pods restart: Deployment/default/web one by one

~ Deployment/default/web  ~2, pods restart one by one
  ~ spec.replicas: 5 -> 2
      because of replicas (demo/values.yaml:5)
  ~ spec.template.spec.containers[name=web].image: web:1 -> web:2
      because of tag (new.yaml:1)

- ConfigMap/default/left  removed

1 removed, 1 changed.
"
    );
    assert_eq!(run.stderr, "");
    assert!(read(&fixture.path("asked.yaml")).contains("namespace: default"));
    assert!(read(&fixture.path("labels")).contains("-l app.kubernetes.io/instance=demo"));
    // What the cluster refuses is told, and compared as it is rendered.
    let fixture = fixture.file("refused", "The Service \"x\" is invalid\n");
    let refused = Run::of(
        fixture
            .command(&["diff", "--chart", "demo", "--live"])
            .env("PATH", &path),
    );
    assert!(
        refused
            .stderr
            .contains("the cluster refuses an object: The Service \"x\" is invalid"),
        "{}",
        refused.stderr
    );
}

#[cfg(unix)]
#[test]
fn without_a_cluster_it_is_said() {
    use std::os::unix::fs::PermissionsExt as _;
    let fixture = chart().file(
        "bin/kubectl",
        "#!/bin/sh\ncat >/dev/null\necho 'The connection to the server localhost:8080 was refused - did you specify the right host or port?' >&2\nexit 1\n",
    );
    let mode = std::fs::Permissions::from_mode(0o755);
    std::fs::set_permissions(fixture.path("bin/kubectl"), mode).unwrap();
    let path = format!("{}:/usr/bin:/bin", fixture.path("bin").display());
    let run = Run::of(
        fixture
            .command(&["diff", "--chart", "demo", "--live"])
            .env("PATH", path),
    );
    assert_eq!(run.status, Some(2));
    assert_eq!(
        run.stderr,
        "error: kubectl does not reach a cluster: The connection to the server localhost:8080 was refused - did you specify the right host or port? [cluster-unreachable]\n  help: check `kubectl cluster-info` and `kubectl config current-context`\n"
    );
}

#[test]
fn without_kubectl_it_is_said() {
    let fixture = chart();
    let run = Run::of(
        fixture
            .command(&["diff", "--chart", "demo", "--live"])
            .env("PATH", "/nowhere"),
    );
    assert!(
        run.refused()
            .starts_with("error: `kubectl` is not installed, or not in PATH"),
        "{}",
        run.stderr
    );
}
