//! `promchart diff --against-git`: clones, work trees and checkouts as people and CI have them.

use std::path::Path;
use std::process::Command;

use super::differences::{chart, differs};
use super::support::{Fixture, Run, read};

/// git in a folder, as somebody.
pub fn git(folder: &Path, arguments: &[&str]) -> String {
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

/// Commits all that is there.
pub fn commit(folder: &Path) {
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
