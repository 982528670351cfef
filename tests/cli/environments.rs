//! Several environments in one run.

use crate::support::Fixture;

/// A chart with two environments, of which one can be made to fail.
fn demo() -> Fixture {
    let template = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: x\ndata:\n  size: {{ Values.size | required(\"give a size\") }}\n";
    Fixture::with_template("size: null\n", template)
        .file("demo/values/dev.yaml", "size: small\n")
        .file("demo/values/prod.yaml", "size: large\n")
        .file("demo/values/none.yaml", "sise: large\n")
}

fn run(fixture: &Fixture, environments: &[&str], more: &[&str]) -> crate::support::Run {
    let mut arguments = vec!["render", "--chart", "demo", "--output-dir", "out"];
    for environment in environments {
        arguments.extend(["--env", environment]);
    }
    fixture.run(&[&arguments[..], more].concat())
}

#[test]
fn each_is_written_into_a_folder_of_its_own() {
    let fixture = demo();
    let several = run(&fixture, &["dev", "prod"], &[]);
    assert_eq!(several.status, Some(0), "{}", several.stderr);
    for (environment, size) in [("dev", "small"), ("prod", "large")] {
        let written = fixture.path(&format!("out/{environment}/demo/configmap-x.yaml"));
        let text = crate::support::read(&written);
        assert!(text.contains(&format!("size: {size}\n")), "{text}");
        let alone = fixture.run(&["render", "--chart", "demo", "--env", environment]);
        assert!(alone.done().ends_with(&text), "{text}");
    }
    // One alone has no folder of its own.
    run(&fixture, &["dev"], &[]);
    assert!(fixture.path("out/demo/configmap-x.yaml").is_file());
}

#[test]
fn nothing_is_written_where_one_fails() {
    let fixture = demo();
    let failed = run(&fixture, &["dev", "none"], &[]);
    assert!(failed.refused().contains("give a size"), "{}", failed.stderr);
    assert!(!fixture.path("out").exists());
}

#[test]
fn what_all_have_to_tell_is_told_once() {
    let fixture = demo().file("values.yaml", "colour: red\n");
    let told = run(&fixture, &["dev", "prod"], &["-f", "values.yaml"]);
    assert_eq!(told.status, Some(0), "{}", told.stderr);
    assert_eq!(told.stderr.matches("[unknown-key]").count(), 1, "{}", told.stderr);
}

#[test]
fn several_need_a_folder_and_are_different() {
    let fixture = demo();
    for command in ["render", "lint", "values"] {
        let run = fixture.run(&[command, "--chart", "demo", "--env", "dev", "--env", "prod"]);
        assert!(run.refused().contains("[several-environments]"), "{}", run.stderr);
    }
    let twice = run(&fixture, &["dev", "dev"], &[]);
    assert!(
        twice.refused().contains("the environment `dev` is given twice"),
        "{}",
        twice.stderr
    );
    let unknown = run(&fixture, &["dev", "../dev"], &[]);
    assert!(
        unknown.refused().contains("[unknown-environment]"),
        "{}",
        unknown.stderr
    );
}
