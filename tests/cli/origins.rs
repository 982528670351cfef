//! Errors that a value causes name the line of the file that the value is written in.

use crate::support::Fixture;

/// The chart's own values are not the ones to blame here: the user's are.
#[track_caller]
fn refused(hole: &str, values: &str, stderr: &str) {
    let template =
        format!("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: x\ndata:\n  a: {{{{ {hole} }}}}\n");
    Fixture::with_template("x: null\nkube-state-metrics:\n  enabled: true\n", &template)
        .file("mine.yaml", values)
        .refuses(&["render", "--chart", "demo", "-f", "mine.yaml"], stderr);
}

#[test]
fn a_value_of_the_wrong_kind() {
    refused(
        "Values.x | trunc(3)",
        "# Mine.\nx: [1]\n",
        r"
error: `trunc` works on a text, and this is a list [template-error]
  --> demo/templates/a.yaml:6:20
  6 |   a: {{ Values.x | trunc(3) }}
    |                    ^
  ::: mine.yaml:2:4
  2 | x: [1]
    |    ^ `Values.x` is a list
",
    );
    refused(
        "Values.x.b.c",
        "x:\n  b: text\n",
        r"
error: `Values.x.b.c` is not defined [undefined-value]
  --> demo/templates/a.yaml:6:9
  6 |   a: {{ Values.x.b.c }}
    |         ^
  ::: mine.yaml:2:6
  2 |   b: text
    |      ^ `Values.x.b` is a string
  help: `Values.x.b` is a string, which has no keys
",
    );
    refused(
        "Values.x }}-{{ Values.x",
        "x:\n  - 1\n",
        r"
error: a list cannot stand inside a text [template-text]
  --> demo/templates/a.yaml:6:6
  6 |   a: {{ Values.x }}-{{ Values.x }}
    |      ^
  ::: mine.yaml:2:3
  2 |   - 1
    |   ^ a list comes from here
  help: insert it as a whole value, or make it a text with `join` or `to_json`
",
    );
}

#[test]
fn a_value_of_a_flag() {
    let fixture = Fixture::with_template("x: 1\n", "a: {{ Values.x | trunc(3) }}\n");
    fixture.refuses(
        &["render", "--chart", "demo", "--set", "x={1,2}"],
        r"
error: `trunc` works on a text, and this is a list [template-error]
  --> demo/templates/a.yaml:1:18
  1 | a: {{ Values.x | trunc(3) }}
    |                  ^
  ::: --set x={1,2}
  1 | x={1,2}
    |   ^ `Values.x` is a list
",
    );
}

#[test]
fn a_key_with_a_hyphen() {
    refused(
        "Values.kube-state-metrics.enabled",
        "",
        r#"
error: `Values.kube-state-metrics.enabled` is a subtraction, not a key [hyphen-key]
  --> demo/templates/a.yaml:6:9
  6 |   a: {{ Values.kube-state-metrics.enabled }}
    |         ^
  help: write `Values["kube-state-metrics"].enabled`
"#,
    );
    refused(
        "Values.kube-state-metrics",
        "",
        r#"
error: `Values.kube-state-metrics` is a subtraction, not a key [hyphen-key]
  --> demo/templates/a.yaml:6:9
  6 |   a: {{ Values.kube-state-metrics }}
    |         ^
  help: write `Values["kube-state-metrics"]`
"#,
    );
}

#[test]
fn tpl_of_a_text_in_a_list_and_in_a_block() {
    refused(
        "Values.x | tpl",
        "x:\n  - fine\n  - '{{ Values.nope }}'\n",
        r"
error: `Values.nope` is not defined [undefined-value]
  --> mine.yaml:3:9
  3 |   - '{{ Values.nope }}'
    |         ^ this text is rendered as a template
  ::: demo/templates/a.yaml:6:20
  6 |   a: {{ Values.x | tpl }}
    |                    ^ used here
  help: `Values` has no key `nope`; add it to values.yaml, or write `or omit` behind it
",
    );
    refused(
        "Values.x | tpl",
        "x: |\n  first\n  second {{ Release.Nam }}\n",
        r"
error: `Release.Nam` is not defined [undefined-value]
  --> mine.yaml:3:13
  3 |   second {{ Release.Nam }}
    |             ^ this text is rendered as a template
  ::: demo/templates/a.yaml:6:20
  6 |   a: {{ Values.x | tpl }}
    |                    ^ used here
  help: did you mean `Release.Name`?
",
    );
}

#[test]
fn tpl_of_a_key_and_of_a_text_that_does_not_parse() {
    refused(
        "Values.x | tpl",
        "x:\n  '{{ Values.nope }}': 1\n",
        r"
error: `Values.nope` is not defined [undefined-value]
  --> mine.yaml:2:7
  2 |   '{{ Values.nope }}': 1
    |       ^ this text is rendered as a template
  ::: demo/templates/a.yaml:6:20
  6 |   a: {{ Values.x | tpl }}
    |                    ^ used here
  help: `Values` has no key `nope`; add it to values.yaml, or write `or omit` behind it
",
    );
    refused(
        "Values.x | tpl",
        "x: \"{{ Values.\"\n",
        r#"
error: `{{` is not closed [template-syntax]
  --> mine.yaml:1:5
  1 | x: "{{ Values."
    |     ^ this text is rendered as a template
  ::: demo/templates/a.yaml:6:20
  6 |   a: {{ Values.x | tpl }}
    |                    ^ used here
  help: write `}}` at its end; for two braces that are text write `{{ "{{" }}`
"#,
    );
}

#[test]
fn tpl_of_helms_own_form() {
    refused(
        "Values.x | tpl",
        "x: '{{ .Values.a | nosuch }}'\n",
        r#"
error: there is no function `nosuch`; did you mean `nospace`? [tpl]
  --> mine.yaml:1:20
  1 | x: '{{ .Values.a | nosuch }}'
    |                    ^ this text is rendered as a template
  ::: demo/templates/a.yaml:6:20
  6 |   a: {{ Values.x | tpl }}
    |                    ^ used here
  help: for two braces that are text write `{{ "{{" }}`
"#,
    );
}

#[test]
fn yaml_within_a_text_also_behind_tpl() {
    let broken = "x: |\n  - a: {{ Release.Name }}\n   b: 1\n";
    let told = |column: u32, mark: &str, hole: &str| {
        format!(
            "\nerror: the indentation of this line does not fit the lines above it [yaml-syntax]\n  --> mine.yaml:3:4\n  3 |    b: 1\n    |    ^\n  ::: demo/templates/a.yaml:6:{column}\n  6 |   a: {{{{ {hole} }}}}\n    | {mark}^ used here\n  help: line up the `-` of all items of a list\n"
        )
    };
    let hole = "Values.x | tpl | from_yaml";
    refused(hole, broken, &told(26, &" ".repeat(25), hole));
    let hole = "Values.x | from_yaml";
    let plain = broken.replace("{{ Release.Name }}", "c");
    refused(hole, &plain, &told(20, &" ".repeat(19), hole));
}

#[test]
fn the_built_in_chart_blames_the_users_file() {
    let cases = [
        (
            "extraScrapeConfigs: |\n  - job_name: a\n   x: 1\n",
            "values.yaml:3:4",
        ),
        (
            "extraManifests:\n  - \"{{ Values.nope.x }}\"\n",
            "values.yaml:2:9",
        ),
        (
            "kube-state-metrics:\n  customLabels:\n    team: \"{{ Values.team }}\"\n",
            "values.yaml:3:15",
        ),
    ];
    for (values, place) in cases {
        let run = Fixture::with_values(values).render_values();
        let told = run.refused();
        assert_eq!(
            told.lines().nth(1).unwrap(),
            format!("  --> {place}"),
            "{values}\n{told}"
        );
    }
}
