//! `lint`: its two streams, its statuses, its forms.

use crate::support::Fixture;

const TYPO: &str = "server:\n  retnetion: 30d\n";

/// A small chart in the folder `demo`, of which nothing is to be said, and values for it.
fn demo(values: &str) -> Fixture {
    let template = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: x\ndata:\n  retention: {{ Values.server.retention }}\n  gateway: {{ Values.gateway.enabled | string }}\n";
    let defaults = "# The server.\nserver:\n  retention: 15d\n# The gateway.\ngateway:\n  enabled: true\n";
    let chart =
        "apiVersion: v2\nname: demo\nversion: 0.1.0\nicon: https://example.com/x.png\nengine: jinja\n";
    Fixture::with_template(defaults, template)
        .file("demo/Chart.yaml", chart)
        .file("demo/moved-values.yaml", "- {from: pushgateway, to: gateway}\n")
        .file("values.yaml", values)
}

const FOUND: &str = "\
error: the chart has no value `server.retnetion`, and nothing reads it [unknown-key]
  --> values.yaml:2:3
  2 |   retnetion: 30d
    |   ^
  help: did you mean `retention`?

1 error; `--fix` mends it
";

#[test]
fn findings_are_data_and_make_status_1() {
    let run = demo(TYPO).run(&["lint", "--chart", "demo", "-f", "values.yaml"]);
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
    let run = demo("server: [\n").run(&["lint", "--chart", "demo", "-f", "values.yaml"]);
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
    let fixture = demo("server:\n  retnetion: 30d\n  adminPassword: hunter2\n");
    let run = fixture.run(&[
        "lint",
        "--chart",
        "demo",
        "-f",
        "values.yaml",
        "--format",
        "json",
        "--set",
        "x.y=1",
    ]);
    assert_eq!((run.status, run.stderr.as_str()), (Some(1), ""));
    assert!(!run.stdout.contains("hunter2"));
    let report: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(report["version"], 1);
    assert_eq!(
        report["summary"],
        serde_json::json!({"errors": 3, "warnings": 1, "infos": 0})
    );
    let found = &report["findings"];
    assert_eq!(
        found[0]["places"],
        serde_json::json!([{"file": "values.yaml", "line": 2, "column": 3}])
    );
    assert_eq!(found[3]["places"], serde_json::json!([{"file": "--set x.y=1"}]));
    assert_eq!(found[0]["help"], "did you mean `retention`?");
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

#[test]
fn a_configuration_sets_levels_and_excludes_files() {
    let config =
        "severity:\n  unknown-key: warning\nexclude:\n  - path: legacy/*.yaml\n    codes: [moved-key]\n";
    let fixture = demo(TYPO)
        .file(".promchart.yaml", config)
        .file("legacy/values.yaml", "pushgateway:\n  enabled: false\n");
    let run = fixture.run(&[
        "lint",
        "--chart",
        "demo",
        "-f",
        "values.yaml",
        "-f",
        "legacy/values.yaml",
    ]);
    assert_eq!((run.status, run.stderr.as_str()), (Some(0), ""));
    assert!(run.stdout.starts_with("warning: "), "{}", run.stdout);
    assert!(
        run.stdout.ends_with("\n1 warning; `--fix` mends it\n"),
        "{}",
        run.stdout
    );
    // Flags win, and warnings may be denied.
    let arguments = [
        "lint",
        "--chart",
        "demo",
        "-f",
        "values.yaml",
        "--severity",
        "unknown-key=off",
    ];
    assert_eq!(fixture.run(&arguments).done(), "no findings\n");
    let run = fixture.run(&[
        "lint",
        "--chart",
        "demo",
        "-f",
        "values.yaml",
        "--deny",
        "warnings",
    ]);
    assert_eq!(run.status, Some(1));
}

#[test]
fn what_is_below_the_level_is_not_told() {
    let fixture = demo(TYPO);
    let lint = |flags: &[&str]| {
        let all = [&["lint", "--chart", "demo", "-f", "values.yaml"], flags].concat();
        fixture.run(&all)
    };
    assert_eq!(lint(&["--level", "error"]).stdout, FOUND);
    let warning = ["--severity", "unknown-key=warning", "--deny", "warnings"];
    assert_eq!(lint(&warning).status, Some(1));
    assert_eq!(
        lint(&[&warning[..], &["--level", "warning"]].concat()).status,
        Some(1)
    );
    assert_eq!(
        lint(&[&warning[..], &["--level", "error"]].concat()).done(),
        "no findings\n"
    );
}

#[test]
fn the_configuration_is_that_of_the_repository() {
    let fixture = Fixture::new()
        .file(".promchart.yaml", "severity: {unknown-key: info}\n")
        .file("deep/er/values.yaml", TYPO);
    let lint = |fixture: &Fixture| {
        let mut command = fixture.command(&["lint", "-f", "values.yaml"]);
        crate::support::Run::of(command.current_dir(fixture.path("deep/er"))).stdout
    };
    assert!(lint(&fixture).starts_with("error: "), "no repository");
    let fixture = fixture.file(".git/HEAD", "");
    assert!(lint(&fixture).starts_with("info: "));
}

#[test]
fn mistakes_in_the_configuration_have_places() {
    let fixture = demo(TYPO).file(".promchart.yaml", "severity:\n  unknown-kye: info\n");
    fixture.refuses(
        &["lint", "--chart", "demo", "-f", "values.yaml"],
        "
error: there is no code `unknown-kye` [config-invalid]
  --> .promchart.yaml:2:3
  2 |   unknown-kye: info
    |   ^
  help: did you mean `unknown-key`?
",
    );
    Fixture::new().refuses(
        &["lint", "--severity", "unknown-key=bad"],
        "error: `bad` is not a level [severity-flag]\n  help: the level is error, warning, info or off\n",
    );
}

#[test]
fn comments_ignore_what_is_meant_and_are_told_when_they_do_not() {
    let values = "server:\n  # promchart: ignore unknown-key read by a fork\n  retnetion: 30d\n  sice: 1 # promchart: ignore moved-key not that\n";
    let run = demo(values).run(&["lint", "--chart", "demo", "-f", "values.yaml"]);
    let expected = "\
error: the chart has no value `server.sice`, and nothing reads it [unknown-key]
  --> values.yaml:4:3
  4 |   sice: 1 # promchart: ignore moved-key not that
    |   ^
  help: remove it, or change its name

info: there is no `moved-key` to ignore here [unused-ignore]
  --> values.yaml:4:11
  4 |   sice: 1 # promchart: ignore moved-key not that
    |           ^
  help: remove the comment, or put it at the end of the line that it is about, or above it

1 error, 1 info
";
    assert_eq!(run.stdout, expected);
}

#[test]
fn a_render_tells_what_looks_wrong_with_values() {
    let fixture = Fixture::with_values(
        "pushgateway:\n  enabled: false\nserver:\n  securityContext:\n    supplementalGroups: [1]\n",
    );
    let run = fixture.run(&["render", "-f", "values.yaml"]);
    assert_eq!(run.status, Some(0));
    assert_eq!(run.stderr.matches("error: ").count(), 1, "{}", run.stderr);
    assert!(run.stderr.contains("[moved-key]"), "{}", run.stderr);
    assert!(run.stdout.contains("supplementalGroups"));
    let run = fixture.run(&["render", "-f", "values.yaml", "--quiet"]);
    assert_eq!((run.status, run.stderr.as_str()), (Some(0), ""));
    let run = fixture.run(&["render", "-f", "values.yaml", "--strict"]);
    assert_eq!((run.status, run.stdout.as_str()), (Some(2), ""));
    assert!(run.stderr.contains("[strict]"), "{}", run.stderr);
    let run = Fixture::with_values(
        "# promchart: ignore moved-key kept for others\npushgateway:\n  enabled: false\n",
    )
    .run(&["render", "-f", "values.yaml", "--strict"]);
    assert_eq!((run.status, run.stderr.as_str()), (Some(0), ""));
}

#[test]
fn messages_can_be_had_as_json() {
    let fixture = Fixture::with_values("pushgateway: {}\nserver: [\n");
    let run = fixture.run(&["render", "-f", "values.yaml", "--message-format", "json"]);
    assert_eq!((run.status, run.stdout.as_str()), (Some(2), ""));
    let messages: Vec<serde_json::Value> = run
        .stderr
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(messages[0]["code"], "yaml-syntax");
    assert_eq!(messages[0]["places"][0]["file"], "values.yaml");
}

#[test]
fn other_forms_say_the_same() {
    let fixture = demo(TYPO);
    let lint = |form: &str| {
        fixture
            .run(&["lint", "--chart", "demo", "-f", "values.yaml", "--format", form])
            .stdout
    };
    assert_eq!(
        lint("github"),
        "::error title=unknown-key,file=values.yaml,line=2,col=3::the chart has no value `server.retnetion`, and nothing reads it%0Adid you mean `retention`?\n"
    );
    let sarif: serde_json::Value = serde_json::from_str(&lint("sarif")).unwrap();
    let run = &sarif["runs"][0];
    assert_eq!(run["tool"]["driver"]["rules"][0]["id"], "unknown-key");
    let result = &run["results"][0];
    assert_eq!(result["ruleId"], "unknown-key");
    assert_eq!(result["level"], "error");
    assert_eq!(
        result["locations"][0]["physicalLocation"],
        serde_json::json!({
            "artifactLocation": {"uri": "values.yaml"},
            "region": {"startLine": 2, "startColumn": 3, "endColumn": 12},
        })
    );
    let junit = lint("junit");
    assert!(
        junit.contains("<testsuite name=\"promchart lint\" tests=\"1\" failures=\"1\">"),
        "{junit}"
    );
    assert!(junit.contains("name=\"values.yaml:2:3\""), "{junit}");
}

#[test]
fn certain_changes_are_made_in_the_file_itself() {
    let values = "# Ours.\npushgateway:   # not wanted\n  enabled: false\nserver:\n  retnetion: 30d\n  adminPassword: hunter2\nnodeExporter:\n  hostRootfs: false\n";
    let fixed = values
        .replace("pushgateway", "prometheus-pushgateway")
        .replace("retnetion", "retention");
    let fixture = Fixture::with_values(values);
    let run = fixture.run(&["lint", "-f", "values.yaml", "--level", "error"]);
    assert!(
        run.stdout.ends_with("\n4 errors; `--fix` mends 2 of them\n"),
        "{}",
        run.stdout
    );
    let dry = fixture.run(&["lint", "-f", "values.yaml", "--fix", "--dry-run"]);
    let diff = "\
--- values.yaml
+++ values.yaml
@@ -1,7 +1,7 @@
 # Ours.
-pushgateway:   # not wanted
+prometheus-pushgateway:   # not wanted
   enabled: false
 server:
-  retnetion: 30d
+  retention: 30d
   adminPassword: ***
 nodeExporter:
";
    assert!(dry.stdout.starts_with(diff), "{}", dry.stdout);
    assert_eq!(crate::support::read(&fixture.path("values.yaml")), values);
    let run = fixture.run(&["lint", "-f", "values.yaml", "--fix"]);
    assert!(run.stdout.starts_with(diff), "{}", run.stdout);
    // What is not certain is left and told.
    assert!(run.stdout.contains("`nodeExporter.hostRootfs`"), "{}", run.stdout);
    assert!(
        !run.stdout.contains("[moved-key]\n  --> values.yaml:2"),
        "{}",
        run.stdout
    );
    assert_eq!((run.status, run.stderr.as_str()), (Some(1), ""));
    assert_eq!(crate::support::read(&fixture.path("values.yaml")), fixed);
    assert_eq!(fixture.tree().len(), 1);
}

#[test]
fn a_set_of_rules_is_off_until_somebody_asks() {
    let values = "server:\n  image:\n    # promchart: ignore image-pull-policy the registry is far away\n    pullPolicy: IfNotPresent\n";
    let fixture = Fixture::with_values(values);
    let codes = |arguments: &[&str]| {
        let run = fixture.run(&[&["lint", "-f", "values.yaml", "--format", "json"], arguments].concat());
        let report: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
        let found = report["findings"].as_array().unwrap().iter();
        let told = found.map(|finding| format!("{} {}", finding["severity"], finding["code"]));
        told.collect::<std::collections::BTreeSet<_>>()
    };
    // Neither its findings nor a comment about one of them.
    let usual = codes(&[]);
    assert!(
        !usual
            .iter()
            .any(|code| code.contains("seccomp") || code.contains("unused-ignore")),
        "{usual:?}"
    );
    let one = codes(&["--severity", "no-seccomp-profile=warning"]);
    assert_eq!(
        one.difference(&usual).collect::<Vec<_>>(),
        [r#""warning" "no-seccomp-profile""#]
    );
    let all = codes(&[
        "--severity",
        "hardening=info",
        "--severity",
        "no-seccomp-profile=off",
    ]);
    assert!(all.contains(r#""info" "no-network-policy""#), "{all:?}");
    assert!(!all.iter().any(|code| code.contains("seccomp")), "{all:?}");
    let run = fixture.run(&["lint", "--explain", "hardening"]);
    assert!(run.done().contains("\nno-network-policy: "), "{}", run.stdout);
}

#[test]
fn a_configuration_switches_a_set_on() {
    let config = "severity:\n  hardening: info\n  no-cpu-limit: \"off\"\n  no-seccomp-profile: error\n";
    let run = Fixture::new().file(".promchart.yaml", config).run(&["lint"]);
    assert_eq!(run.status, Some(1));
    assert!(run.stdout.contains("[image-pull-policy]"), "{}", run.stdout);
    assert!(!run.stdout.contains("[no-cpu-limit]"), "{}", run.stdout);
    assert!(run.stdout.contains("error: the container"), "{}", run.stdout);
}
