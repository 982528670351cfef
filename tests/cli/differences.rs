//! `promchart diff`: its sides, its forms and its exit status.

use std::path::Path;
use std::process::Command;

use super::support::{Fixture, Run, read};

/// A chart whose Deployment, claim and ConfigMap hang on three values.
fn chart() -> Fixture {
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

const NEW: &str = "tag: '2'\nsize: 500Mi\nlevel: debug\npassword: hunter3\n";

fn differs(run: &Run) -> &str {
    assert_eq!(run.status, Some(1), "{}{}", run.stdout, run.stderr);
    &run.stdout
}

#[test]
fn dangers_come_first_and_each_field_names_its_value() {
    let fixture = chart().file("new.yaml", NEW).file("old.yaml", "");
    let run = fixture.run(&[
        "diff",
        "--chart",
        "demo",
        "-f",
        "new.yaml",
        "--against-values",
        "old.yaml",
    ]);
    assert_eq!(
        differs(&run),
        "\
Dangers: 1 error
  error: PersistentVolumeClaim/default/data: a claim cannot shrink: the API server refuses the update [claim-shrinks]
    at spec.resources.requests.storage
    because of size (new.yaml:2)
    help: Keep the size; for a smaller volume make another claim and copy the data

Pods restart: Deployment/default/web one by one

~ Secret/default/login  ~1
  ~ stringData.password: *** (changed, hidden)
      because of password (new.yaml:4)

~ ConfigMap/default/config  ~1
  ~ data.\"app.yaml\" > log.level: info -> debug
      because of level (new.yaml:3)

~ PersistentVolumeClaim/default/data  ~1
  ~ spec.resources.requests.storage: 1Gi -> 500Mi
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

/// git in a folder, as somebody.
fn git(folder: &Path, arguments: &[&str]) -> String {
    let output = Command::new("git")
        .arg("-C")
        .arg(folder)
        .args([
            "-c",
            "user.name=a",
            "-c",
            "user.email=a@example.com",
            "-c",
            "init.defaultBranch=main",
        ])
        .args(["-c", "protocol.file.allow=always"])
        .args(arguments)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{arguments:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap()
}

fn commit(folder: &Path) {
    git(folder, &["add", "-A"]);
    git(folder, &["commit", "-qm", "x"]);
}

/// A repository with the chart in `deploy/`, and a branch that changes what is asked for.
fn repository() -> Fixture {
    let fixture = chart().file("staging.yaml", "tag: '1'\n");
    let root = fixture.path(".");
    std::fs::create_dir(fixture.path("deploy")).unwrap();
    std::fs::rename(fixture.path("demo"), fixture.path("deploy/demo")).unwrap();
    git(&root, &["init", "-q"]);
    commit(&root);
    git(&root, &["switch", "-qc", "topic"]);
    fixture
}

#[test]
fn a_revision_is_an_old_side() {
    let fixture = repository().file("staging.yaml", "tag: '2'\n");
    let root = fixture.path(".");
    commit(&root);
    let tree = fixture.tree();
    let expected = "~ Deployment/default/web  ~1, pods restart one by one
  ~ spec.template.spec.containers[name=web].image: web:1 -> web:2
      because of tag (staging.yaml:1)
";
    // A branch, a commit before, and where the branch left the default one.
    for revision in [
        &["--against-git", "main"][..],
        &["--against-git=HEAD~1"],
        &["--against-git"],
    ] {
        let all = [
            &["diff", "--chart", "deploy/demo", "-f", "staging.yaml"],
            revision,
        ]
        .concat();
        let run = fixture.run(&all);
        assert!(differs(&run).contains(expected), "{revision:?}: {}", run.stdout);
        assert_eq!(run.stderr, "", "{revision:?}");
    }
    assert_eq!(
        fixture.tree(),
        tree,
        "the work tree and git's data stay as they are"
    );
    // From within the chart's folder.
    let mut command = fixture.command(&[
        "diff",
        "--chart",
        ".",
        "-f",
        "../../staging.yaml",
        "--against-git",
        "main",
    ]);
    let run = Run::of(command.current_dir(fixture.path("deploy/demo")));
    assert!(run.stdout.contains("web:1 -> web:2"), "{run:?}");
    // A work tree of its own.
    git(&root, &["worktree", "add", "-q", "other", "topic~0", "--detach"]);
    let mut command = fixture.command(&[
        "diff",
        "--chart",
        "deploy/demo",
        "-f",
        "staging.yaml",
        "--against-git",
        "main",
    ]);
    let run = Run::of(command.current_dir(fixture.path("other")));
    assert!(run.stdout.contains(expected), "{run:?}");
    let unknown = fixture.run(&["diff", "--chart", "deploy/demo", "--against-git", "no-such"]);
    assert_eq!(unknown.status, Some(2));
    assert!(
        unknown.stderr.contains("git knows no revision `no-such`"),
        "{}",
        unknown.stderr
    );
}

#[test]
fn a_chart_that_changes_is_compared_with_what_it_was() {
    let fixture = repository();
    let template = fixture.path("deploy/demo/templates/all.yaml");
    std::fs::write(&template, read(&template).replace("format: json", "format: text")).unwrap();
    let run = fixture.run(&["diff", "--chart", "deploy/demo", "--against-git"]);
    assert!(
        differs(&run).contains(
            "log.format: json -> text\n      because of the template (deploy/demo/templates/all.yaml:21)"
        ),
        "{}",
        run.stdout
    );
}

#[test]
fn files_that_were_renamed_deleted_or_not_there_are_told() {
    let fixture = repository();
    let root = fixture.path(".");
    git(&root, &["mv", "staging.yaml", "stage.yaml"]);
    commit(&root);
    let run = fixture.run(&[
        "diff",
        "--chart",
        "deploy/demo",
        "-f",
        "stage.yaml",
        "--against-git",
    ]);
    assert_eq!(run.status, Some(0), "{run:?}");
    assert!(
        run.stderr
            .contains("info: `stage.yaml` was `staging.yaml` at `main ("),
        "{}",
        run.stderr
    );
    let run = fixture.run(&[
        "diff",
        "--chart",
        "deploy/demo",
        "-f",
        "staging.yaml",
        "--against-git",
        "main",
    ]);
    assert!(
        run.stderr.contains("info: `staging.yaml` is not there any more"),
        "{}",
        run.stderr
    );
    let fixture = fixture.file("fresh.yaml", "tag: '3'\n");
    let run = fixture.run(&[
        "diff",
        "--chart",
        "deploy/demo",
        "-f",
        "fresh.yaml",
        "--against-git",
        "main",
    ]);
    assert!(run.stdout.contains("web:1 -> web:3"), "{run:?}");
    assert!(
        run.stderr.contains("info: `fresh.yaml` did not exist at `main`"),
        "{}",
        run.stderr
    );
}

#[test]
fn a_shallow_clone_is_enough() {
    let fixture = repository().file("staging.yaml", "tag: '2'\n");
    commit(&fixture.path("."));
    git(&fixture.path("."), &["switch", "-q", "main"]);
    let source = format!("file://{}", fixture.path(".").display());
    let clones = Fixture::new();
    let root = clones.path(".");
    git(
        &root,
        &["clone", "-q", "--depth=1", "--branch=topic", &source, "clone"],
    );
    let clone = clones.path("clone");
    let diff = |more: &[&str]| {
        let all = [
            &[
                "diff",
                "--chart",
                "deploy/demo",
                "-f",
                "staging.yaml",
                "--against-git",
            ],
            more,
        ]
        .concat();
        Run::of(clones.command(&all).current_dir(&clone))
    };
    let nothing = diff(&[]);
    assert_eq!(nothing.status, Some(2), "{nothing:?}");
    assert!(
        nothing.stderr.contains("there is no default branch"),
        "{}",
        nothing.stderr
    );
    git(
        &clone,
        &[
            "fetch",
            "-q",
            "--depth=1",
            "origin",
            "main:refs/remotes/origin/main",
        ],
    );
    let run = diff(&[]);
    assert!(run.stdout.contains("web:1 -> web:2"), "{run:?}");
    assert!(
        run.stderr.contains("the clone does not reach back"),
        "{}",
        run.stderr
    );
    let named = diff(&["origin/main"]);
    assert!(named.stdout.contains("web:1 -> web:2"), "{named:?}");
    assert_eq!(named.stderr, "");
}

#[test]
fn secrets_stay_hidden_in_every_form() {
    let fixture = chart().file("new.yaml", NEW);
    for form in ["text", "json"] {
        let run = fixture.run(&[
            "diff",
            "--chart",
            "demo",
            "-f",
            "new.yaml",
            "--against-values",
            "/dev/null",
            "--format",
            form,
        ]);
        assert!(!differs(&run).contains("hunter"), "{}", run.stdout);
        assert!(run.stdout.contains("stringData.password"), "{}", run.stdout);
    }
    let open = fixture.run(&[
        "diff",
        "--chart",
        "demo",
        "-f",
        "new.yaml",
        "--against-values",
        "/dev/null",
        "--show-secrets",
    ]);
    assert!(differs(&open).contains("hunter2 -> hunter3"), "{}", open.stdout);
}
