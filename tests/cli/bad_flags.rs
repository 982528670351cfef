//! Flags that do not say what they should.

use crate::support::Fixture;

/// Refused with exactly this.
#[track_caller]
fn refused(arguments: &[&str], stderr: &str) {
    Fixture::new().refuses(&[&["render"], arguments].concat(), stderr);
}

#[test]
fn set() {
    refused(
        &["--set", "server.a=1,b"],
        r"
error: `b` has no value [set-no-value]
  --> --set server.a=1,b
  1 | server.a=1,b
    |            ^
  help: a comma starts the next key: write `\,` for one that belongs to the value, or `{a,b}` for a list
",
    );
    refused(
        &["--set", "a[x]=1"],
        r"
error: the index of `a` is not a whole number: `x` [set-bad-index]
  --> --set a[x]=1
  1 | a[x]=1
    |   ^
  help: write `\[` for a bracket that belongs to the key
",
    );
    refused(
        &["--set", "a={1,2"],
        r"
error: the list of `a` has no `}` [set-unclosed-list]
  --> --set a={1,2
  1 | a={1,2
    |   ^
  help: write `\{` for a brace that starts a text
",
    );
    refused(
        &["--set", "a[99999999]=1"],
        r"
error: the index of `a` is 99999999; the largest is 65536 [set-limit]
  --> --set a[99999999]=1
  1 | a[99999999]=1
    |   ^
",
    );
    refused(
        &["--set", "=1"],
        r"
error: the key is empty [set-empty-key]
  --> --set =1
  1 | =1
    | ^
  help: write the name of the value in front
",
    );
}

#[test]
fn set_json() {
    refused(
        &["--set-json", r#"server.x={"a":"#],
        r#"
error: the value is not JSON: EOF while parsing a value [set-invalid-json]
  --> --set-json server.x={"a":
  1 | server.x={"a":
    |              ^
  help: strings need double quotes in JSON, and the shell wants the whole argument in single quotes
"#,
    );
}

#[test]
fn set_file() {
    refused(
        &["--set-file", "server.x=missing.txt"],
        r"
error: there is no `missing.txt` [file-not-found]
  --> --set-file server.x=missing.txt
  1 | server.x=missing.txt
    |          ^ read for this
",
    );
}

#[test]
fn all_flags_at_once() {
    let run = Fixture::new().run(&[
        "render",
        "--set",
        "a",
        "--set-string",
        "b",
        "--set-json",
        "c",
        "--set-file",
        "d",
        "--set-literal",
        "e",
    ]);
    let told: Vec<&str> = run
        .refused()
        .lines()
        .filter(|line| line.starts_with("error: ") || line.starts_with("  --> "))
        .collect();
    assert_eq!(
        told,
        [
            "error: `c` has no value [set-no-value]",
            "  --> --set-json c",
            "error: `a` has no value [set-no-value]",
            "  --> --set a",
            "error: `b` has no value [set-no-value]",
            "  --> --set-string b",
            "error: `d` has no value [set-no-value]",
            "  --> --set-file d",
            "error: `e` has no value [set-no-value]",
            "  --> --set-literal e",
        ]
    );
}

#[test]
fn a_value_of_a_flag_that_the_schema_refuses_names_the_flag() {
    let run = Fixture::new().run(&["render", "--set", "server.replicaCount=abc"]);
    assert!(
        run.refused().starts_with(
            "error: `server.replicaCount` has to be a whole number, but is the string `abc` [invalid-value]\n  --> --set server.replicaCount=abc\n"
        ),
        "{}",
        run.stderr
    );
}

#[test]
fn names_of_release_and_namespace() {
    refused(
        &["--release", "Bad_Name", "--namespace", "bad.name"],
        r"
error: `Bad_Name` is not a release name [release-name]
  help: use lower-case letters, digits, `-` and `.`, with a letter or digit at both ends

error: `bad.name` is not a namespace [namespace]
  help: use up to 63 lower-case letters, digits and `-`, with a letter or digit at both ends

2 errors
",
    );
    refused(
        &["--release", "", "-n", ""],
        r"
error: the release name is empty [release-name]
  help: leave `--release` out for the chart's name

error: the namespace is empty [namespace]
  help: leave `--namespace` out for `default`

2 errors
",
    );
    let long = "a".repeat(54);
    refused(
        &["--release", &long],
        &format!(
            "error: the release name `{long}` has 54 characters [release-name]\n  help: a release name has at most 53, so that suffixes fit behind it\n"
        ),
    );
    // The longest that Helm takes.
    let run = Fixture::with_chart().render_demo(&["--release", &"a".repeat(53)]);
    assert!(run.done().contains(&"a".repeat(53)));
}

#[test]
fn kubernetes_versions() {
    refused(
        &["--kube-version", "new"],
        r"
error: `--kube-version new` is not a version: `new` is not a number [kube-version]
  help: write it as `1.32` or `v1.32.4`
",
    );
    Fixture::with_chart().refuses(
        &["render", "--chart", "demo", "--kube-version", "1.24"],
        r"
error: the chart `demo` requires Kubernetes `>=1.25`, and this is v1.24.0 [kube-version-mismatch]
  --> demo/Chart.yaml:5:14
  5 | kubeVersion: '>=1.25'
    |              ^
  help: give the version of your cluster with `--kube-version`
",
    );
}

#[test]
fn environments() {
    refused(
        &["--env", "prd"],
        "error: the chart has no environment `prd` [unknown-environment]\n  help: did you mean `prod`?\n",
    );
    refused(
        &["--env", "../values"],
        "error: the chart has no environment `../values` [unknown-environment]\n  help: it has dev, prod, staging\n",
    );
    Fixture::with_template("", "").refuses(
        &["render", "--chart", "demo", "--env", "prod"],
        "error: the chart has no environment `prod` [unknown-environment]\n  help: it would be the chart's file `values/prod.yaml`\n",
    );
}

#[test]
fn patterns_of_show_only() {
    refused(
        &["-s", "[a"],
        "error: `--show-only [a` is not a pattern: unclosed character class; missing ']' [show-only-pattern]\n",
    );
    refused(
        &["-s", "templates/deplo.yaml", "-s", "zzz"],
        r"
error: `--show-only templates/deplo.yaml` matches no template of the chart [show-only]
  help: did you mean `templates/deploy.yaml`?

error: `--show-only zzz` matches no template of the chart [show-only]
  help: `promchart show templates` lists them

2 errors
",
    );
}

#[test]
fn standard_input_twice() {
    refused(
        &["-f", "-", "-f", "-"],
        "error: standard input can be read only once [stdin-twice]\n  help: give `-f -` once\n",
    );
}

#[test]
fn arguments_that_are_unknown_or_incomplete() {
    let fixture = Fixture::new();
    for (arguments, message) in [
        (&["rendr"][..], "error: unrecognized subcommand 'rendr'"),
        (
            &["render", "--valus"],
            "error: unexpected argument '--valus' found",
        ),
        (
            &["render", "-o", "xml"],
            "error: invalid value 'xml' for '--output <FORM>'",
        ),
        (
            &["render", "-o", "json", "--output-dir", "x"],
            "error: the argument '--output <FORM>' cannot be used with '--output-dir <DIR>'",
        ),
        (
            &["show", "nothing"],
            "error: invalid value 'nothing' for '<PART>'",
        ),
        (
            &["completions", "cmd"],
            "error: invalid value 'cmd' for '<SHELL>'",
        ),
        (
            &["eject"],
            "error: the following required arguments were not provided:",
        ),
    ] {
        let run = fixture.run(arguments);
        assert!(run.refused().starts_with(message), "{}", run.stderr);
    }
    assert!(fixture.tree().is_empty());
}

#[test]
fn no_command_at_all_says_what_one_would_do_first() {
    let fixture = Fixture::new();
    let run = fixture.run(&[]);
    assert_eq!((run.status, run.stdout.as_str()), (Some(2), ""));
    let shown = run
        .stderr
        .lines()
        .filter_map(|line| line.strip_prefix("  promchart "));
    let mut commands = Vec::new();
    // Each of them works, one after another in an empty folder.
    for line in shown.filter(|line| !line.contains("values.yaml")) {
        let command = line.split("  ").next().unwrap();
        let words: Vec<&str> = command.split_whitespace().collect();
        let run = fixture.run(&words);
        assert!(matches!(run.status, Some(0 | 1)), "{command}: {}", run.stderr);
        commands.push(words[0].to_owned());
    }
    assert_eq!(commands, ["create", "render", "lint", "diff"]);
    let run = fixture.run(&["--color", "never"]);
    assert_eq!(run.status, Some(2));
    assert!(
        run.stderr.contains("Usage: promchart [OPTIONS] <COMMAND>"),
        "{}",
        run.stderr
    );
}
