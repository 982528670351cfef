//! `lint`: its two streams, its statuses, its forms.

use crate::support::Fixture;

const TYPO: &str = "server:\n  retnetion: 30d\n";

const FOUND: &str = "\
error: the chart has no value `server.retnetion`, and nothing reads it [unknown-key]
  --> values.yaml:2:3
  2 |   retnetion: 30d
    |   ^
  help: did you mean `retention`?
1 error
";

#[test]
fn findings_are_data_and_make_status_1() {
    let run = Fixture::with_values(TYPO).run(&["lint", "-f", "values.yaml"]);
    assert_eq!(
        (run.status, run.stdout.as_str(), run.stderr.as_str()),
        (Some(1), FOUND, "")
    );
}

#[test]
fn nothing_to_find_is_status_0() {
    let run = Fixture::new().run(&["lint"]);
    assert_eq!(run.done(), "no findings\n");
}

#[test]
fn what_cannot_be_read_as_yaml_is_a_finding() {
    let run = Fixture::with_values("server: [\n").run(&["lint", "-f", "values.yaml"]);
    assert_eq!((run.status, run.stderr.as_str()), (Some(1), ""));
    assert!(run.stdout.contains("[yaml-syntax]"), "{}", run.stdout);
}

#[test]
fn a_file_that_is_not_there_is_status_2() {
    Fixture::new().refuses(
        &["lint", "-f", "values.yaml"],
        "error: there is no `values.yaml` [file-not-found]\n",
    );
}

#[test]
fn other_rules_run_where_the_schema_or_a_section_is_violated() {
    let values = "server:\n  retnetion: 30d\n  replicaCount: many\n";
    let run = Fixture::with_values(values).run(&["lint", "-f", "values.yaml"]);
    assert_eq!(run.status, Some(1));
    for code in ["[unknown-key]", "[invalid-value]", "2 errors"] {
        assert!(run.stdout.contains(code), "{}", run.stdout);
    }
    let values = "server:\n  retnetion: 30d\nalertmanager: 1\n";
    let run = Fixture::with_values(values).run(&["lint", "-f", "values.yaml"]);
    assert_eq!(run.status, Some(1));
    for code in ["[unknown-key]", "[section-not-a-map]", "2 errors"] {
        assert!(run.stdout.contains(code), "{}", run.stdout);
    }
}

#[test]
fn json_has_places_and_no_secrets() {
    let fixture = Fixture::with_values("server:\n  retnetion: 30d\n  adminPassword: hunter2\n");
    let run = fixture.run(&["lint", "-f", "values.yaml", "--format", "json", "--set", "x.y=1"]);
    assert_eq!((run.status, run.stderr.as_str()), (Some(1), ""));
    assert!(!run.stdout.contains("hunter2"));
    let report: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(report["version"], 1);
    assert_eq!(
        report["summary"],
        serde_json::json!({"errors": 3, "warnings": 0, "infos": 0})
    );
    let found = &report["findings"];
    assert_eq!(
        found[1]["places"],
        serde_json::json!([{"file": "values.yaml", "line": 2, "column": 3}])
    );
    assert_eq!(found[0]["places"], serde_json::json!([{"file": "--set x.y=1"}]));
    assert_eq!(found[1]["help"], "did you mean `retention`?");
}

#[test]
fn codes_of_rules_and_others_are_explained() {
    let fixture = Fixture::new();
    for code in ["unknown-key", "not-a-table"] {
        let run = fixture.run(&["lint", "--explain", code]);
        assert!(run.done().starts_with(code), "{}", run.stdout);
        assert!(run.stdout.contains("What to do: "), "{}", run.stdout);
    }
    fixture.refuses(
        &["lint", "--explain", "unknown-kye"],
        "error: there is no code `unknown-kye` [unknown-code]\n  help: did you mean `unknown-key`?\n",
    );
}
