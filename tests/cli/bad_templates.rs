//! Templates that do not parse, do not end, or write what is no object.

use crate::support::Fixture;

const DEMO: &[&str] = &["render", "--chart", "demo"];

/// The start of a ConfigMap, of six lines; what is added begins line 7.
const CONFIG_MAP: &str = "\
# A comment.
apiVersion: v1
kind: ConfigMap
metadata:
  name: x
data:
";

#[track_caller]
fn refused(values: &str, template: &str, stderr: &str) {
    Fixture::with_template(values, template).refuses(DEMO, stderr);
}

#[track_caller]
fn data_refused(values: &str, data: &str, stderr: &str) {
    refused(values, &format!("{CONFIG_MAP}{data}"), stderr);
}

#[test]
fn a_syntax_error() {
    data_refused(
        "",
        "  a: {{ Values.name }\n",
        r"
error: `{{` is not closed [template-syntax]
  --> demo/templates/a.yaml:7:6
  7 |   a: {{ Values.name }
    |      ^
  help: write `}}` where the line ends with `}`
",
    );
    data_refused(
        "",
        "  {% fro x in y %}\n",
        r"
error: there is no tag `{% fro %}` [template-syntax]
  --> demo/templates/a.yaml:7:6
  7 |   {% fro x in y %}
    |      ^
",
    );
}

#[test]
fn a_template_of_helm() {
    refused(
        "up: true\n",
        "{{- if .Values.up }}\nkind: A\n{{- end }}\n",
        r"
error: this is the syntax of Helm's Go templates, not of Jinja [template-syntax]
  --> demo/templates/a.yaml:1:1
  1 | {{- if .Values.up }}
    | ^
  help: write `{% if Values.up %}`

error: this is the syntax of Helm's Go templates, not of Jinja [template-syntax]
  --> demo/templates/a.yaml:3:1
  3 | {{- end }}
    | ^
  help: write `{% endif %}`

2 errors
",
    );
}

#[test]
fn a_block_that_is_not_closed_shows_both_places() {
    data_refused(
        "",
        "  {% for x in [1] %}\n  {% if x %}\n  a: 1\n  {% endfor %}\n",
        r"
error: the block `if` is not closed [template-syntax]
  --> demo/templates/a.yaml:8:3
  8 |   {% if x %}
    |   ^
  ::: demo/templates/a.yaml:10:3
  10 |   {% endfor %}
     |   ^ the block around it ends here, with `endfor`
  help: write `{% endif %}` where it ends
",
    );
}

#[test]
fn a_value_that_the_chart_does_not_have_is_a_warning() {
    let object = format!("{CONFIG_MAP}  a: {{{{ Values.lables or omit }}}}\n");
    let run = Fixture::with_template("labels: {}\n", &object).run(DEMO);
    assert_eq!(run.status, Some(0));
    assert_eq!(
        run.stderr,
        r"warning: the chart `demo` has no value `Values.lables`, and a template asks for it [undeclared-value]
  --> demo/templates/a.yaml:7:9
  7 |   a: {{ Values.lables or omit }}
    |         ^
  help: did you mean `Values.labels`?
"
    );
    let known = |fixture: Fixture| assert_eq!(fixture.run(DEMO).stderr, "");
    known(Fixture::with_template("", &object).file(
        "demo/values.schema.json",
        r#"{"properties": {"lables": {"type": "object"}}}"#,
    ));
    let given = Fixture::with_template("labels: {}\n", &object);
    let flags = ["render", "--chart", "demo", "--set", "lables.x=1"];
    assert_eq!(given.run(&flags).stderr, "");
}

#[test]
fn an_undefined_value() {
    data_refused(
        "image:\n  repository: x\n",
        "  a: {{ Values.image.repositry }}\n",
        r"
error: `Values.image.repositry` is not defined [undefined-value]
  --> demo/templates/a.yaml:7:9
  7 |   a: {{ Values.image.repositry }}
    |         ^
  help: did you mean `Values.image.repository`?
",
    );
    data_refused(
        "image:\n  tag: v1\n",
        "  a: b\n  c: x-{{ Values.image.tag.name }}\n",
        r"
error: `Values.image.tag.name` is not defined [undefined-value]
  --> demo/templates/a.yaml:8:11
  8 |   c: x-{{ Values.image.tag.name }}
    |           ^
  ::: demo/values.yaml:2:8
  2 |   tag: v1
    |        ^ `Values.image.tag` is a string
  help: `Values.image.tag` is a string, which has no keys
",
    );
    data_refused(
        "list: [1, 2]\n",
        "  a: {{ Values.list[2] }}\n",
        r"
error: `Values.list[2]` is not defined [undefined-value]
  --> demo/templates/a.yaml:7:9
  7 |   a: {{ Values.list[2] }}
    |         ^
  ::: demo/values.yaml:1:7
  1 | list: [1, 2]
    |       ^ `Values.list` is a list of 2
",
    );
}

#[test]
fn what_is_not_there_to_be_used() {
    data_refused(
        "",
        "  a: {{ 1 | to_jsn }}\n",
        r"
error: there is no filter `to_jsn` [template-filter]
  --> demo/templates/a.yaml:7:13
  7 |   a: {{ 1 | to_jsn }}
    |             ^
  help: did you mean `to_json`?
",
    );
    data_refused(
        "",
        "  a: {{ required(1) }}\n",
        r"
error: there is no function `required` [template-function]
  --> demo/templates/a.yaml:7:9
  7 |   a: {{ required(1) }}
    |         ^
  help: `required` is a filter: write `value | required`
",
    );
    data_refused(
        "",
        "  a: {% include 'b.yaml' %}\n",
        r"
error: there is no template `b.yaml` [template-missing]
  --> demo/templates/a.yaml:7:9
  7 |   a: {% include 'b.yaml' %}
    |         ^
  help: share with a helper: a `set` or `macro` of a `_*.yaml` file under templates/
",
    );
}

#[test]
fn an_endless_loop() {
    data_refused(
        "",
        "{% for i in range(100000) %}{% for j in range(100000) %}\n{% endfor %}{% endfor %}\n",
        r"
error: the templates take too long [template-endless]
  --> demo/templates/a.yaml:7
  7 | {% for i in range(100000) %}{% for j in range(100000) %}
  help: look for a loop that never ends or that grows with the square of its input
",
    );
    data_refused(
        "",
        "{% macro f() %}{{ f() }}{% endmacro %}\n  a: {{ f() }}\n",
        r"
error: macros call one another too deeply [template-error]
  --> demo/templates/a.yaml:7:19
  7 | {% macro f() %}{{ f() }}{% endmacro %}
    |                   ^
",
    );
}

#[test]
fn output_without_end() {
    let line = "a".repeat(1000);
    let template = format!(
        "{{% for i in range(10000) %}}\n{{% for j in range(10) %}}\n{line}\n{{% endfor %}}\n{{% endfor %}}\n"
    );
    refused(
        "",
        &template,
        &format!(
            "error: the templates write more than 64 MiB [template-output]\n  --> demo/templates/a.yaml:3\n  3 | {}...\n  help: look for a loop over a large list that inserts large values\n",
            &line[..138]
        ),
    );
}

#[test]
fn output_that_is_not_yaml_names_the_templates_line() {
    data_refused(
        "",
        "{% for i in range(3) %}\n  a{{ i }}: b\n{% endfor %}\n   c: d\n",
        r"
error: a `:` is not allowed here [yaml-syntax]
  --> demo/templates/a.yaml:10:5
  10 |    c: d
     |     ^
  help: check the line above: its indentation, and whether it has a value already or no `: ` after its key
",
    );
    data_refused(
        "key: a\n",
        "  a: 1\n  {{ Values.key }}: 2\n",
        r"
error: a key that is made of values is there twice [duplicate-key]
  --> demo/templates/a.yaml:8:3
  8 |   {{ Values.key }}: 2
    |   ^ again here
  ::: demo/templates/a.yaml:7:3
  7 |   a: 1
    |   ^ first here
  help: remove one of them, or merge the maps with `<<` or the filter `merge`
",
    );
}

#[test]
fn output_that_is_no_object() {
    refused(
        "",
        "just text\n",
        r"
error: the template wrote a string, and an object is a map [not-an-object]
  --> demo/templates/a.yaml:1:1
  1 | just text
    | ^
  help: begin with `apiVersion:` and `kind:`; between objects stands `---`
",
    );
}

#[test]
fn two_objects_with_one_identity_show_both_places() {
    let object = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: x\n";
    Fixture::with_template("", object)
        .file("demo/templates/b.yaml", format!("# Another.\n{object}"))
        .refuses(
            DEMO,
            r"
error: two objects are `ConfigMap/x` (v1) [duplicate-object]
  --> demo/templates/b.yaml:2:1
  2 | apiVersion: v1
    | ^ again here, from demo/templates/b.yaml
  ::: demo/templates/a.yaml:1:1
  1 | apiVersion: v1
    | ^ first here, from demo/templates/a.yaml
  help: give one of them another name, or remove it
",
        );
}

#[test]
fn errors_of_several_charts_come_together() {
    let error = "a: {{ Values.nope }}\n";
    let run = Fixture::with_template("", error)
        .file(
            "demo/Chart.yaml",
            "apiVersion: v2\nname: demo\nversion: 0.1.0\nengine: jinja\ndependencies:\n  - {name: sub, version: 0.1.0}\n",
        )
        .file(
            "demo/charts/sub/Chart.yaml",
            "apiVersion: v2\nname: sub\nversion: 0.1.0\nengine: jinja\n",
        )
        .file("demo/charts/sub/templates/b.yaml", error)
        .run(DEMO);
    let told = run.refused();
    assert!(told.contains("--> demo/templates/a.yaml:1:7\n"), "{told}");
    assert!(
        told.contains("--> demo/charts/sub/templates/b.yaml:1:7\n"),
        "{told}"
    );
}

#[test]
fn an_object_that_kubernetes_will_refuse_is_a_warning() {
    let run = Fixture::with_template("", "kind: ConfigMap\n").run(DEMO);
    assert_eq!(run.status, Some(0));
    assert_eq!(
        run.stdout,
        "---\n# Source: demo/templates/a.yaml\nkind: ConfigMap\n"
    );
    assert_eq!(
        run.stderr,
        r"warning: an object has no `apiVersion`, no `metadata.name`, so Kubernetes will reject it [incomplete-object]
  --> demo/templates/a.yaml:1:1
  1 | kind: ConfigMap
    | ^
  help: it comes from demo/templates/a.yaml
"
    );
}

#[test]
fn a_hook_for_an_unknown_event_is_left_out_with_a_warning() {
    let hook = "kind: Job\napiVersion: batch/v1\nmetadata:\n  name: x\n  annotations:\n    helm.sh/hook: pre-instal\n";
    let run = Fixture::with_template("", hook).run(DEMO);
    assert_eq!((run.status, run.stdout.as_str()), (Some(0), ""));
    assert_eq!(
        run.stderr,
        r"warning: `Job/x` has the unknown hook event `pre-instal` and is left out [unknown-hook]
  --> demo/templates/a.yaml:1:1
  1 | kind: Job
    | ^
  help: hook events are pre-install, post-install, pre-delete, post-delete, pre-upgrade, post-upgrade, pre-rollback, post-rollback, test, test-success
"
    );
}
