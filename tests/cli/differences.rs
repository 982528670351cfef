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

/// `promchart diff` of the repository's chart, with more arguments.
fn against(fixture: &Fixture, more: &[&str]) -> Run {
    fixture.run(&[&["diff", "--chart", "deploy/demo"], more].concat())
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
    let unknown = against(&fixture, &["--against-git", "no-such"]);
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
    let run = against(&fixture, &["--against-git"]);
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
    let run = against(&fixture, &["-f", "stage.yaml", "--against-git"]);
    assert_eq!(run.status, Some(0), "{run:?}");
    assert!(
        run.stderr
            .contains("info: `stage.yaml` was `staging.yaml` at `main ("),
        "{}",
        run.stderr
    );
    let run = against(&fixture, &["-f", "staging.yaml", "--against-git", "main"]);
    assert!(
        run.stderr.contains("info: `staging.yaml` is not there any more"),
        "{}",
        run.stderr
    );
    let fixture = fixture.file("fresh.yaml", "tag: '3'\n");
    let run = against(&fixture, &["-f", "fresh.yaml", "--against-git", "main"]);
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
fn without_a_revision_it_is_what_the_branch_changes() {
    let fixture = repository();
    let root = fixture.path(".");
    // The default branch goes on meanwhile.
    git(&root, &["switch", "-q", "main"]);
    let fixture = fixture.file("staging.yaml", "tag: '9'\n");
    commit(&root);
    git(&root, &["switch", "-q", "topic"]);
    let fixture = fixture.file("staging.yaml", "tag: '2'\n");
    commit(&root);
    let run = against(&fixture, &["-f", "staging.yaml", "--against-git"]);
    assert!(run.stdout.contains("web:1 -> web:2"), "{run:?}");
    let named = against(&fixture, &["-f", "staging.yaml", "--against-git", "main"]);
    assert!(named.stdout.contains("web:9 -> web:2"), "{named:?}");
}

/// What CI checks out: one commit, no branch, and the target branch fetched beside it.
#[test]
fn a_bare_checkout_of_ci_is_enough() {
    let fixture = repository().file("staging.yaml", "tag: '2'\n");
    commit(&fixture.path("."));
    let topic = git(&fixture.path("."), &["rev-parse", "topic"]);
    let source = format!("file://{}", fixture.path(".").display());
    let runner = Fixture::new();
    let checkout = runner.path("checkout");
    std::fs::create_dir(&checkout).unwrap();
    let pull = format!("+{}:refs/remotes/pull/1/merge", topic.trim());
    for arguments in [
        &["init", "-q", "."][..],
        &["remote", "add", "origin", &source],
        &["fetch", "-q", "--no-tags", "--depth=1", "origin", &pull],
        &["checkout", "-q", "--force", "refs/remotes/pull/1/merge"],
        &["fetch", "-q", "--depth=1", "origin", "main"],
    ] {
        git(&checkout, arguments);
    }
    let diff = |revision: &[&str]| {
        let all = [
            &["diff", "--chart", "deploy/demo", "-f", "staging.yaml"],
            revision,
        ]
        .concat();
        Run::of(runner.command(&all).current_dir(&checkout))
    };
    // What `git fetch origin main` of a fetch without refspec leaves.
    let run = diff(&["--against-git", "FETCH_HEAD"]);
    assert!(run.stdout.contains("web:1 -> web:2"), "{run:?}");
    git(
        &checkout,
        &[
            "fetch",
            "-q",
            "--depth=1",
            "origin",
            "main:refs/remotes/origin/main",
        ],
    );
    let run = diff(&["--against-git"]);
    assert!(run.stdout.contains("web:1 -> web:2"), "{run:?}");
}

#[test]
fn secrets_stay_hidden_in_every_form() {
    let fixture = chart().file("new.yaml", NEW);
    for form in ["text", "json", "unified", "markdown", "github", "html"] {
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
        assert!(run.stdout.contains("login"), "{}", run.stdout);
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
    let run = fixture.run(&[
        "diff",
        "--chart",
        "demo",
        "-f",
        "new.yaml",
        "--against-values",
        "/dev/null",
    ]);
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

/// All forms of the same differences.
fn form(form: &str) -> String {
    let fixture = chart().file("new.yaml", NEW).file("old.yaml", "");
    let all = [
        "diff",
        "--chart",
        "demo",
        "-f",
        "new.yaml",
        "--against-values",
        "old.yaml",
        "--format",
        form,
    ];
    differs(&fixture.run(&all)).to_owned()
}

#[test]
fn json_is_what_its_schema_says() {
    let schema = read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/diff.schema.json"));
    let schema: serde_json::Value = serde_json::from_str(&schema).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let fixture = chart();
    let old = fixture
        .run(&["render", "--chart", "demo"])
        .stdout
        .replace("name: web, n", "name: www, n");
    let renamed = fixture.run_with_stdin(
        &[
            "diff",
            "--chart",
            "demo",
            "--against",
            "-",
            "--all",
            "--format",
            "json",
        ],
        &old,
    );
    let nothing = fixture.run_with_stdin(
        &["diff", "--chart", "demo", "--against", "-", "--format", "json"],
        "",
    );
    for text in [form("json"), renamed.stdout, nothing.stdout] {
        let json = serde_json::from_str(&text).unwrap();
        let errors: Vec<String> = validator
            .iter_errors(&json)
            .map(|error| format!("{} {error}", error.instance_path()))
            .collect();
        assert!(errors.is_empty(), "{errors:?}\n{text}");
    }
    let json: serde_json::Value = serde_json::from_str(&form("json")).unwrap();
    let claim = &json["objects"][2];
    assert_eq!(claim["dangers"][0]["code"], "claim-shrinks");
    assert_eq!(
        claim["fields"][0]["causes"][0],
        serde_json::json!({"value": "size", "file": "new.yaml", "line": 2, "column": 7})
    );
    assert_eq!(json["objects"][3]["restart"]["how"], "one-by-one");
    let inside = serde_json::json!(["data", "app.yaml", {"inside": "yaml"}, "log", "level"]);
    assert_eq!(json["objects"][1]["fields"][0]["steps"], inside);
}

#[test]
fn unified_is_what_diff_prints() {
    let text = form("unified");
    assert!(
        text.contains(
            "--- PersistentVolumeClaim/default/data\n+++ PersistentVolumeClaim/default/data\n@@ -8,4 +8,4 @@\n   - ReadWriteOnce\n   resources:\n     requests:\n-      storage: 1Gi\n+      storage: 500Mi\n"
        ),
        "{text}"
    );
    assert!(
        text.contains("# Secret/default/login: 1 secret changed, hidden\n"),
        "{text}"
    );
}

#[test]
fn markdown_is_a_comment() {
    assert_eq!(
        form("markdown"),
        "\
## What this changes

**4 changed** between `old.yaml` and `this render`.

- 🛑 `PersistentVolumeClaim/default/data`: a claim cannot shrink: the API server refuses the update, at `spec.resources.requests.storage`, because of `size (new.yaml:2)`. _keep the size; for a smaller volume make another claim and copy the data_ (claim-shrinks)

| | object | fields | pods |
|---|---|---|---|
| changed | `Secret/default/login` | 1 |  |
| changed | `ConfigMap/default/config` | 1 |  |
| changed | `PersistentVolumeClaim/default/data` | 1 |  |
| changed | `Deployment/default/web` | 1 | restart one by one |

<details><summary>changed <code>Secret/default/login</code></summary>

```diff
! stringData.password: *** (changed, hidden)
# because of password (new.yaml:4)
```

</details>
<details><summary>changed <code>ConfigMap/default/config</code></summary>

```diff
@@ data.\"app.yaml\" > log.level @@
- info
+ debug
# because of level (new.yaml:3)
```

</details>
<details><summary>changed <code>PersistentVolumeClaim/default/data</code></summary>

```diff
@@ spec.resources.requests.storage @@ 🛑 claim-shrinks
- 1Gi
+ 500Mi
# because of size (new.yaml:2)
```

</details>
<details><summary>changed <code>Deployment/default/web</code></summary>

```diff
@@ spec.template.spec.containers[name=web].image @@
- web:1
+ web:2
# because of tag (new.yaml:1)
```

</details>

"
    );
}

#[test]
fn a_comment_that_is_too_long_is_cut_where_an_object_ends() {
    let objects = |text: &str| {
        (0..400)
            .map(|number| format!("---\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: c{number}}}\ndata: {{a: '{text}'}}\n"))
            .collect::<String>()
    };
    let fixture = Fixture::with_template("", &objects(&"x".repeat(200)));
    let old = objects(&"y".repeat(200));
    let run = fixture.run_with_stdin(
        &[
            "diff",
            "--chart",
            "demo",
            "--against",
            "-",
            "--format",
            "markdown",
        ],
        &old,
    );
    let text = differs(&run);
    assert!(text.chars().count() <= 65_536, "{}", text.len());
    assert!(text.contains("of 400 objects are left out**"), "{text}");
    assert_eq!(
        text.matches("<details>").count(),
        text.matches("</details>").count()
    );
}

#[test]
fn github_annotates_the_lines_of_values() {
    assert_eq!(
        form("github"),
        "\
::error file=new.yaml,line=2,title=claim-shrinks::PersistentVolumeClaim/default/data (spec.resources.requests.storage): a claim cannot shrink: the API server refuses the update. keep the size; for a smaller volume make another claim and copy the data
::notice file=new.yaml,line=1,title=what this line changes::Deployment/default/web spec.template.spec.containers[name=web].image: web:1 -> web:2
::notice file=new.yaml,line=2,title=what this line changes::PersistentVolumeClaim/default/data spec.resources.requests.storage: 1Gi -> 500Mi
::notice file=new.yaml,line=3,title=what this line changes::ConfigMap/default/config data.\"app.yaml\" > log.level: info -> debug
::notice file=new.yaml,line=4,title=what this line changes::Secret/default/login stringData.password: ***
"
    );
}

#[test]
fn html_is_one_page_that_fetches_nothing() {
    let page = form("html");
    assert!(page.starts_with("<!DOCTYPE html>\n") && page.ends_with("</body></html>\n"));
    for tag in [
        "details", "summary", "table", "tr", "td", "div", "pre", "p", "b", "code", "ul", "li",
    ] {
        let opened = page.matches(&format!("<{tag}>")).count() + page.matches(&format!("<{tag} ")).count();
        assert_eq!(
            opened,
            page.matches(&format!("</{tag}>")).count(),
            "{tag}\n{page}"
        );
    }
    assert!(
        !page.contains("<script") && !page.contains("http://") && !page.contains("https://"),
        "{page}"
    );
    let (_, body) = page.split_once("</head>").unwrap();
    assert_eq!(
        body,
        r##"<body>
<h1>What this changes</h1>
<p><b>4 changed</b> between <code>old.yaml</code> and <code>this render</code></p>
<h2>Dangers</h2>
<div class="danger error"><p><b class="error">error</b> <a href="#o2"><code>PersistentVolumeClaim/default/data</code></a>: a claim cannot shrink: the API server refuses the update</p><p>at <code>spec.resources.requests.storage</code></p><div class="why">because of size (new.yaml:2)</div><p><i>keep the size; for a smaller volume make another claim and copy the data</i> <span class="soft">claim-shrinks</span></p></div>
<h2>Pods restart</h2>
<ul>
<li><a href="#o3"><code>Deployment/default/web</code></a> one by one</li>
</ul>
<h2>Objects</h2>
<details class="group" open><summary>namespace <code>default</code> <span class="soft">4 objects</span></summary><div>
<details class="group" open><summary><code>Secret</code> <span class="soft">1 object</span></summary><div>
<details open><summary><span class="word">changed</span> <code>login</code> <span class="soft">~1</span></summary><div id="o0">
<table>
<tr><td colspan="2"><b>stringData.password</b><div class="why">because of password (new.yaml:4)</div></td></tr><tr><td class="side" colspan="2">*** (changed, hidden)</td></tr>
</table>
</div></details>
</div></details>
<details class="group" open><summary><code>ConfigMap</code> <span class="soft">1 object</span></summary><div>
<details open><summary><span class="word">changed</span> <code>config</code> <span class="soft">~1</span></summary><div id="o1">
<table>
<tr><td colspan="2"><b>data.&quot;app.yaml&quot; &gt; log.level</b><div class="why">because of level (new.yaml:3)</div></td></tr><tr><td class="side old"><pre>info</pre></td><td class="side new"><pre>debug</pre></td></tr>
</table>
</div></details>
</div></details>
<details class="group" open><summary><code>PersistentVolumeClaim</code> <span class="soft">1 object</span></summary><div>
<details open><summary><span class="word">changed</span> <code>data</code> <span class="soft">~1</span> <b class="error">claim-shrinks</b></summary><div id="o2">
<table>
<tr><td colspan="2"><b>spec.resources.requests.storage</b> <b class="error">claim-shrinks</b><div class="why">because of size (new.yaml:2)</div></td></tr><tr><td class="side old"><pre>1Gi</pre></td><td class="side new"><pre>500Mi</pre></td></tr>
</table>
</div></details>
</div></details>
<details class="group" open><summary><code>Deployment</code> <span class="soft">1 object</span></summary><div>
<details open><summary><span class="word">changed</span> <code>web</code> <span class="soft">~1 &middot; pods restart one by one</span></summary><div id="o3">
<table>
<tr><td colspan="2"><b>spec.template.spec.containers[name=web].image</b><div class="why">because of tag (new.yaml:1)</div></td></tr><tr><td class="side old"><pre>web:1</pre></td><td class="side new"><pre>web:2</pre></td></tr>
</table>
</div></details>
</div></details>
</div></details>
</body></html>
"##
    );
    // What stands in an object is text.
    let fixture = Fixture::with_template(
        "",
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata: {a: '<script>x</script>'}\n",
    );
    let old = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata: {a: b}\n";
    let run = fixture.run_with_stdin(
        &["diff", "--chart", "demo", "--against", "-", "--format", "html"],
        old,
    );
    assert!(differs(&run).contains("&lt;script&gt;x"), "{}", run.stdout);
}

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
