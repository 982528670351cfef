//! Charts in Go templates: rendered as Helm renders them, with the places of what is wrong.

use std::process::Command;

use crate::support::{Fixture, documents, objects};
use crate::tools;

/// A chart with helpers, a subchart that calls one of them, values, notes, a CRD and a hook.
fn chart() -> Fixture {
    Fixture::new()
        .file(
            "demo/Chart.yaml",
            "apiVersion: v2\nname: demo\nversion: 0.1.0\ndependencies:\n  - {name: sub, version: 1.x, condition: sub.enabled}\n",
        )
        .file(
            "demo/values.yaml",
            "port: 8080\nmany: 5000000\nlabels: {team: blue, tier: web}\nlines: |\n  one\n  two\nextra: ''\nsub: {enabled: true, greeting: hi}\n",
        )
        .file(
            "demo/templates/_helpers.tpl",
            "{{- define \"demo.labels\" -}}\napp: {{ .Chart.Name }}\n{{- with .Values.labels }}\n{{ toYaml . }}\n{{- end }}\n{{- end }}\n",
        )
        .file(
            "demo/templates/cm.yaml",
            "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}-cm\n  labels:\n    {{- include \"demo.labels\" . | nindent 4 }}\ndata:\n  port: {{ .Values.port | quote }}\n  many: \"{{ .Values.many }}\"\n  {{- if .Values.extra }}\n  extra: {{ .Values.extra }}\n  {{- end }}\n  text: |\n    begin\n    {{- .Values.lines | nindent 4 }}\n    end {{ .Values.port }}\n  twice: a\n  twice: b\n---\n---\napiVersion: v1\nkind: Service\nmetadata:\n  name: {{ .Release.Name }}\nspec:\n  ports:\n    - port: {{ .Values.port }}\n",
        )
        .file("demo/templates/NOTES.txt", "Port {{ .Values.port }}\n")
        .file(
            "demo/templates/hook.yaml",
            "apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: migrate\n  annotations: {helm.sh/hook: pre-install}\n",
        )
        .file(
            "demo/crds/thing.yaml",
            "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata:\n  name: things.example.com\n",
        )
        .file("demo/charts/sub/Chart.yaml", "apiVersion: v2\nname: sub\nversion: 1.0.0\n")
        .file(
            "demo/charts/sub/templates/cm.yaml",
            "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}-sub\ndata:\n  greeting: {{ .Values.greeting }}\n  labels: |\n{{ include \"demo.labels\" . | indent 4 }}\n",
        )
}

#[test]
fn a_chart_of_helms_renders() {
    let fixture = chart().file("mine.yaml", "port: 9090\nlabels: {team: green}\n");
    let run = fixture.render_demo(&["-f", "mine.yaml", "--include-crds"]);
    assert_eq!(
        objects(run.done()),
        [
            "CustomResourceDefinition/things.example.com",
            "ConfigMap/demo-sub",
            "ConfigMap/demo-cm",
            "Service/demo",
            "Job/migrate"
        ]
    );
    let objects = documents(run.done());
    assert_eq!(
        objects[1]["data"],
        serde_json::json!({"greeting": "hi", "labels": "app: sub\n"})
    );
    assert_eq!(
        objects[2]["metadata"]["labels"],
        serde_json::json!({"app": "demo", "team": "green", "tier": "web"})
    );
    assert_eq!(
        objects[2]["data"],
        // Numbers are floats, and of a key that is written twice the last counts, as Helm has it.
        serde_json::json!({"port": "9090", "many": "5e+06", "text": "begin\none\ntwo\n\nend 9090\n", "twice": "b"})
    );
    assert_eq!(objects[3]["spec"]["ports"], serde_json::json!([{"port": 9090}]));
    let alone = fixture.render_demo(&["--show-only", "templates/hook.yaml"]);
    assert_eq!(alone.objects(), ["Job/migrate"]);
}

/// The same objects as Helm's own.
#[test]
fn helm_makes_the_same_objects() {
    let Some(helm) = tools::helm("helm_makes_the_same_objects") else {
        return;
    };
    let fixture = chart();
    let mut command = Command::new(helm);
    command.args(["template", "demo", "demo", "--include-crds"]);
    let (succeeded, theirs) = tools::run(command.current_dir(fixture.path("")));
    assert!(succeeded, "{theirs}");
    let sorted = |stream: &str| {
        let source = promchart::source::Source::new("stream", stream);
        let options = promchart::yaml::Options {
            duplicate_keys: promchart::yaml::DuplicateKeys::Last,
            ..promchart::yaml::Options::default()
        };
        let nodes = promchart::yaml::read_documents_with(&source, &options).unwrap();
        let mut found: Vec<String> = nodes
            .iter()
            .filter(|node| !node.is_null())
            .map(|node| promchart::yaml::to_json(node).to_string())
            .collect();
        found.sort();
        found
    };
    let ours = fixture.render_demo(&["--include-crds"]);
    assert_eq!(sorted(ours.done()), sorted(&theirs));
}

#[test]
fn charts_of_both_languages_stand_in_one_tree() {
    let fixture = chart()
        .file(
            "demo/charts/ours/Chart.yaml",
            "apiVersion: v2\nname: ours\nversion: 1.0.0\nengine: jinja\n",
        )
        .file("demo/charts/ours/values.yaml", "size: 3\n")
        .file(
            "demo/charts/ours/templates/a.yaml",
            "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ours\ndata:\n  size: \"{{ Values.size }}\"\n",
        )
        .file("demo/charts/plain/Chart.yaml", "apiVersion: v2\nname: plain\nversion: 1.0.0\n")
        // Without tags, read as Helm reads it.
        .file(
            "demo/charts/plain/templates/a.yaml",
            "apiVersion: v1\nkind: ConfigMap\nmetadata: &m\n  name: plain\ndata: *m\n",
        )
        .file(
            "demo/Chart.yaml",
            "apiVersion: v2\nname: demo\nversion: 0.1.0\ndependencies:\n  - {name: sub, version: 1.x}\n  - {name: ours, version: 1.x}\n  - {name: plain, version: 1.x}\n",
        );
    assert_eq!(
        fixture.render_demo(&[]).objects(),
        [
            "ConfigMap/ours",
            "ConfigMap/plain",
            "ConfigMap/demo-sub",
            "ConfigMap/demo-cm",
            "Service/demo",
            "Job/migrate"
        ]
    );
}

#[test]
fn a_mistake_in_a_template_is_told_with_the_includes_that_led_there() {
    let fixture = chart()
        .file(
            "demo/templates/_name.tpl",
            "{{ define \"demo.name\" }}\n{{ required \"a name is needed\" .Values.name }}{{ end }}\n",
        )
        .file(
            "demo/templates/x.yaml",
            "a: 1\nb: {{ include \"demo.name\" . }}\n",
        );
    fixture.refuses(
        &["render", "--chart", "demo"],
        r#"
error: `required`: a name is needed [go-template]
  --> demo/templates/_name.tpl:2:4
  2 | {{ required "a name is needed" .Values.name }}{{ end }}
    |    ^
  ::: demo/templates/x.yaml:2:7
  2 | b: {{ include "demo.name" . }}
    |       ^ `demo.name` is included here
"#,
    );
}

#[test]
fn a_mistake_in_a_text_of_tpl_is_told_where_it_is_rendered() {
    let fixture = chart().file(
        "demo/templates/NOTES.txt",
        "{{ tpl \"x {{ .Values.a.b }}\" . }}\n",
    );
    fixture.refuses(
        &["render", "--chart", "demo"],
        r#"
error: `.b` is asked of something that is nil or missing, in the text of `tpl` at its line 1 [go-template]
  --> demo/templates/NOTES.txt:1:4
  1 | {{ tpl "x {{ .Values.a.b }}" . }}
    |    ^
"#,
    );
}

/// What a template may read is known from its tree, not from the words in its text: the comment and the condition above name the key.
#[test]
fn a_key_that_no_template_reads_is_told_though_its_words_stand_in_one() {
    let fixture = chart()
        .file(
            "demo/templates/x.yaml",
            "kind: ConfigMap\n{{/* .Values.lables, toYaml .Values.web */}}\nport: {{ .Values.port }}\n\
             hints: {{ .Files.Get \"lables\" | quote }}\nlate: {{ .Values.late }}\n",
        )
        .file(
            "demo/templates/NOTES.txt",
            "{{ include \"all\" .Values }}{{ define \"all\" }}{{ . }}{{ end }}\n",
        )
        .file("values.yaml", "lables: a\nlate: 1\n");
    let run = fixture.run(&["render", "--chart", "demo", "-f", "values.yaml"]);
    assert!(
        run.stderr
            .contains("the chart has no value `lables`, and nothing reads it"),
        "{}",
        run.stderr
    );
    assert!(!run.stderr.contains("`late`"), "{}", run.stderr);
}

#[test]
fn a_mistake_of_syntax_is_told_at_its_place() {
    let fixture = chart().file("demo/templates/x.yaml", "a: {{ .Values.port }\n");
    fixture.refuses(
        &["render", "--chart", "demo"],
        r"
error: `}` does not belong in an operand [go-template]
  --> demo/templates/x.yaml:1:20
  1 | a: {{ .Values.port }
    |                    ^
",
    );
}

#[test]
fn a_mistake_in_yaml_is_told_at_the_lines_that_wrote_it() {
    let fixture = chart().file(
        "demo/templates/x.yaml",
        "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: x\n  labels:\n  {{- include \"demo.labels\" . | nindent 3 }}\n    more: x\n",
    );
    fixture.refuses(
        &["render", "--chart", "demo"],
        r"
error: a `:` is not allowed here [yaml-syntax]
  --> demo/templates/x.yaml:7
  7 |     more: x
  ::: demo/templates/x.yaml (document 1 of its output):9:9
  9 |     more: x
    |         ^
  help: check the line above: its indentation, and whether it has a value already or no `: ` after its key
",
    );
    let fixture = fixture
        .file(
            "demo/templates/_bad.tpl",
            "{{ define \"demo.bad\" -}}\nb: 1\nc: {{ .Values.labels }}\nd: [\n{{- end }}\n",
        )
        .file("demo/templates/x.yaml", "a: 1\n{{ include \"demo.bad\" . }}\n");
    let run = fixture.render_demo(&[]);
    let told = run.refused();
    assert!(
        told.contains("  --> demo/templates/_bad.tpl:4\n  4 | d: [\n"),
        "{told}"
    );
    assert!(
        told.contains(
            "  ::: demo/templates/x.yaml:2\n  2 | {{ include \"demo.bad\" . }}\n    | inserted here\n"
        ),
        "{told}"
    );
}

#[test]
fn a_document_that_is_not_an_object() {
    let fixture = chart().file(
        "demo/templates/x.yaml",
        "{{ if true }}\n\n- a: {{ .Values.port }}\n{{ end }}",
    );
    fixture.refuses(
        &["render", "--chart", "demo"],
        r"
error: the template wrote a list, and an object is a map [not-an-object]
  --> demo/templates/x.yaml:3
  3 | - a: {{ .Values.port }}
  help: begin with `apiVersion:` and `kind:`; between objects stands `---`
",
    );
}

#[test]
fn hostile_templates_end() {
    for (template, told) in [
        (
            "{{ define \"r\" }}{{ include \"r\" . }}{{ end }}{{ include \"r\" . }}",
            "`r` includes itself more than 1000 levels deep [go-template]",
        ),
        (
            "{{ $m := dict }}{{ $_ := set $m \"m\" $m }}{{ $m }}",
            "nested more than 500 levels deep, or holds itself [go-template]",
        ),
        (
            "{{ range until 100000 }}{{ range until 100000 }}{{ end }}{{ end }}",
            "[go-template-limit]",
        ),
    ] {
        let run = chart().file("demo/templates/x.yaml", template).render_demo(&[]);
        assert!(
            run.refused().lines().next().unwrap().ends_with(told),
            "{}",
            run.stderr
        );
    }
}

/// Helm takes no notice of what a chart lists whose parent lists nothing.
#[test]
fn what_an_unlisted_chart_lists_counts() {
    let lists = "apiVersion: v2\nname: sub\nversion: 1.0.0\ndependencies:\n  - {name: deep, version: 1.x, alias: other, condition: use.it}\n";
    let fixture = Fixture::new()
        .file("demo/Chart.yaml", "apiVersion: v2\nname: demo\nversion: 0.1.0\n")
        .file("demo/charts/sub/Chart.yaml", lists)
        .file(
            "demo/charts/sub/charts/deep/Chart.yaml",
            "apiVersion: v2\nname: deep\nversion: 1.0.0\n",
        )
        .file(
            "demo/charts/sub/charts/deep/templates/cm.yaml",
            "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Chart.Name }}\n",
        );
    let run = fixture.render_demo(&[]);
    assert_eq!(objects(&run.stdout), ["ConfigMap/other"]);
    let run = fixture.render_demo(&["--set", "sub.use.it=false"]);
    assert_eq!(objects(&run.stdout), [""; 0]);
}

/// Values that nothing is made of, and charts of YAML alone, are read as Helm reads them.
#[test]
fn a_chart_without_tags_is_read_as_helm_reads_it() {
    let fixture = Fixture::new()
        .file("demo/Chart.yaml", "apiVersion: v2\nname: demo\nversion: 0.1.0\nengine: ''\n")
        .file(
            "demo/templates/cm.yaml",
            "apiVersion: v1\nkind: ConfigMap\nmetadata: &m\n  name: a\ndata:\n  twice: one\n  twice: two\n  again:\n    <<: *m\n  list: [\n    z\n  ]\n",
        );
    let run = fixture.render_demo(&[]);
    assert!(run.done().contains("  twice: two\n"), "{}", run.stdout);
    assert!(run.stdout.contains("  again:\n    name: a\n"), "{}", run.stdout);
}

/// Each ends with what is wrong at its place.
#[test]
fn hostile_templates_end_with_status_2() {
    for (template, column, told) in [
        (
            "{{ $_ := set .Values \"x\" .Values }}a: {{ .Values }}",
            42,
            "holds itself",
        ),
        (
            "{{ define \"a\" }}{{ include \"a\" . }}{{ end }}a: {{ include \"a\" . }}",
            20,
            "more than 1000 levels deep",
        ),
        (
            "{{ $t := \"{{ tpl . . }}\" }}a: {{ tpl $t . }}",
            34,
            "the text of `tpl`",
        ),
        ("a: {{ until 9223372036854775807 }}", 7, "steps"),
        ("a: {{ repeat 9223372036854775807 \"a\" }}", 7, "bytes"),
        (
            "a: {{ index (list 1) 9223372036854775807 }}",
            7,
            "there is no item",
        ),
        (
            "{{ .Values.a }}{{ genPrivateKey \"dsa\" }}",
            19,
            "not made any more",
        ),
    ] {
        let fixture = Fixture::new()
            .file(
                "demo/Chart.yaml",
                "apiVersion: v2\nname: demo\nversion: 0.1.0\nengine: gotpl\n",
            )
            .file("demo/templates/a.yaml", template);
        let run = fixture.render_demo(&[]);
        assert_eq!(run.status, Some(2), "{template}: {}", run.stderr);
        assert!(run.stderr.contains(told), "{template}: {}", run.stderr);
        assert!(
            run.stderr.contains(&format!("templates/a.yaml:1:{column}")),
            "{template}: {}",
            run.stderr
        );
    }
}

/// `render` finds out the lines of templates only where they are to be told.
#[test]
fn what_is_told_of_objects_has_its_line() {
    let fixture = chart().file(
        "demo/templates/w.yaml",
        "{{ if true }}\n\napiVersion: v1\nmetadata: {name: x}\n{{ end }}",
    );
    let run = fixture.render_demo(&[]);
    assert_eq!(run.status, Some(0), "{}", run.stderr);
    assert!(
        run.stderr.contains("--> demo/templates/w.yaml:3\n"),
        "{}",
        run.stderr
    );
    let again =
        "{{ if true }}\n\napiVersion: v1\nkind: Service\nmetadata:\n  name: {{ .Release.Name }}\n{{ end }}";
    let run = chart().file("demo/templates/w.yaml", again).render_demo(&[]);
    assert_eq!(run.status, Some(2), "{}", run.stderr);
    assert!(run.stderr.contains("demo/templates/w.yaml:3\n"), "{}", run.stderr);
    assert!(
        run.stderr.contains("demo/templates/cm.yaml:21\n"),
        "{}",
        run.stderr
    );
    let run = chart().file("demo/templates/w.yaml", "a: [1\n").render_demo(&[]);
    assert!(run.stderr.contains("demo/templates/w.yaml:1\n"), "{}", run.stderr);
}
