//! The template language, by example: what goes in, what comes out, and what errors say.

use std::sync::Arc;

use crate::chart::{Capabilities, Chart, ChartFile, KubeVersion, Metadata};
use crate::diagnostic::{Diagnostic, Diagnostics, Result};
use crate::render::{self, Document, Input, Limits, Outside, Recorder, Release, Rendered};
use crate::source::{Place, Source};
use crate::values::Scope;
use crate::yaml::{self, Map, Node};

fn chart(name: &str, templates: &[(&str, &str)]) -> Chart {
    let templates = templates.iter().map(|(path, text)| {
        let path = format!("templates/{path}");
        ChartFile::of_text(path.as_str(), &Source::new(format!("chart/{path}"), *text))
    });
    Chart {
        metadata: Metadata {
            node: Node::computed(Map::from_iter([
                ("name", Node::computed(name)),
                ("appVersion", Node::computed("v1")),
            ])),
            name: name.to_owned(),
            version: "1.2.3".to_owned(),
            app_version: Some("v1".to_owned()),
            ..Metadata::default()
        },
        engine_place: Place::new(&Source::new("chart/Chart.yaml", "engine: jinja\n"), 1, 9),
        templates: templates.collect(),
        files: vec![ChartFile::of_text(
            "rules/a.yml",
            &Source::new("chart/rules/a.yml", "one\ntwo\n"),
        )],
        ..Chart::default()
    }
}

fn render_with(
    templates: &[(&str, &str)],
    values: &str,
    libraries: &[Arc<Chart>],
    limits: Limits,
) -> Result<Vec<Document>> {
    render_recorded(templates, values, libraries, limits, None)
}

pub(super) fn render_recorded(
    templates: &[(&str, &str)],
    values: &str,
    libraries: &[Arc<Chart>],
    limits: Limits,
    recorder: Option<&Arc<Recorder>>,
) -> Result<Vec<Document>> {
    render_all(templates, values, libraries, limits, recorder).map(|rendered| rendered.documents)
}

fn render_all(
    templates: &[(&str, &str)],
    values: &str,
    libraries: &[Arc<Chart>],
    limits: Limits,
    recorder: Option<&Arc<Recorder>>,
) -> Result<Rendered> {
    let values = yaml::read_values(&Source::new("values.yaml", values))?;
    let capabilities = Capabilities {
        kube_version: KubeVersion {
            version: "v1.32.0".into(),
            major: "1".into(),
            minor: "32".into(),
        },
        api_versions: vec!["v1".to_owned(), "policy/v1".to_owned()],
    };
    let library = |chart: &Arc<Chart>| {
        let mut chart = Chart::clone(chart);
        chart.metadata.is_library = true;
        Scope {
            path: vec!["demo".to_owned(), chart.metadata.name.clone()],
            ..scope(Arc::new(chart), Node::computed(Map::new()))
        }
    };
    let root = Scope {
        subcharts: libraries.iter().map(library).collect(),
        ..scope(
            Arc::new(Chart {
                values: values.clone(),
                ..chart("demo", templates)
            }),
            values,
        )
    };
    render::render(&Input {
        root: &root,
        given: &Node::default(),
        release: &Release {
            name: "rel".to_owned(),
            namespace: "ns".to_owned(),
            is_upgrade: false,
        },
        capabilities: &capabilities,
        outside: &Outside::default(),
        ahead: None,
        with_notes: false,
        wants: &|_| true,
        limits,
        written: false,
        recorder,
    })
}

fn scope(chart: Arc<Chart>, values: Node) -> Scope {
    Scope {
        path: vec![chart.metadata.name.clone()],
        chart,
        values,
        decision: None,
        subcharts: Vec::new(),
        disabled: Vec::new(),
    }
}

/// Renders with a record of what is read, or without.
pub(super) fn render_either(
    templates: &[(&str, &str)],
    values: &str,
    is_recorded: bool,
) -> Result<Vec<Document>> {
    let recorder = Arc::new(Recorder::default());
    let recorder = is_recorded.then_some(&recorder);
    render_recorded(templates, values, &[], Limits::default(), recorder)
}

pub(super) fn json(documents: &[Document]) -> String {
    documents
        .iter()
        .map(|document| yaml::write_json(&document.node))
        .collect::<Vec<_>>()
        .join("\n")
}

/// Renders one template.
fn one(template: &str, values: &str) -> String {
    many(&[("a.yaml", template)], values)
}

pub(super) fn many(templates: &[(&str, &str)], values: &str) -> String {
    match render_with(templates, values, &[], Limits::default()) {
        Ok(documents) => json(&documents),
        Err(diagnostics) => panic!("{diagnostics}"),
    }
}

/// The error of one template, with its help.
pub(super) fn error(template: &str, values: &str) -> String {
    error_of(&[("a.yaml", template)], values)
}

pub(super) fn error_of(templates: &[(&str, &str)], values: &str) -> String {
    let small = Limits {
        steps: 200_000,
        bytes: 100_000,
        depth: 20,
    };
    let Diagnostics(errors) = render_with(templates, values, &[], small).unwrap_err();
    shown(&errors)
}

/// What looks wrong in templates that are rendered.
pub(super) fn warnings_of(templates: &[(&str, &str)], values: &str) -> String {
    let rendered = render_all(templates, values, &[], Limits::default(), None).unwrap();
    shown(&rendered.warnings)
}

fn shown(diagnostics: &[Diagnostic]) -> String {
    diagnostics
        .iter()
        .map(|d| {
            let place = d
                .place()
                .map_or_else(|| "nowhere".to_owned(), ToString::to_string);
            let others: String = d
                .labels
                .iter()
                .skip(1)
                .map(|l| format!(" ({} {})", l.text, l.place))
                .collect();
            let help = d
                .help
                .as_ref()
                .map_or_else(String::new, |help| format!(" -- {help}"));
            format!("{place}: [{}] {}{others}{help}", d.code, d.message)
        })
        .collect::<Vec<_>>()
        .join("\n")
}

#[test]
fn a_whole_plain_scalar_takes_the_value_with_its_type() {
    let values =
        "num: 3\nb: true\nz: null\ns: 'yes'\no: '0644'\nl: [1, a]\nm: {k: v}\ntext: \"a: b # c\\nd\"\n";
    let template = "num: {{ Values.num }}\nb: {{ Values.b }}\nz: {{ Values.z }}\ns: {{ Values.s }}\no: {{ Values.o }}\nl: {{ Values.l }}\nm: {{ Values.m }}\ntext: {{ Values.text }}\n";
    assert_eq!(
        one(template, values),
        r##"{"num":3,"b":true,"z":null,"s":"yes","o":"0644","l":[1,"a"],"m":{"k":"v"},"text":"a: b # c\nd"}"##
    );
}

#[test]
fn quoted_scalars_and_parts_of_scalars_are_text() {
    let template = "a: \"{{ Values.num }}\"\nb: '{{ Values.b }}'\nc: --{{ Values.k }}={{ Values.num }}\nd: \"x{{ Values.num }}\"\ne: {{ Values.num }}{{ Values.num }}\n";
    assert_eq!(
        one(template, "num: 3\nb: false\nk: key"),
        r#"{"a":"3","b":"false","c":"--key=3","d":"x3","e":"33"}"#
    );
}

#[test]
fn block_scalars_take_text_and_trees_at_the_column_of_the_hole() {
    let template = "a: |\n  jobs:\n  {% for job in Values.jobs %}\n  - {{ job }}\n  {% endfor %}\n  global: {{ Values.global }}\n  {{ Values.text }}\n  {{ omit }}\n  end\n";
    let values = "jobs:\n- name: x\n  port: 1\n- name: z\nglobal: {interval: 1m}\ntext: |\n  one\n  two\n";
    let value = one(template, values);
    let node = yaml::read_document(&Source::new("out", value.as_str())).unwrap();
    assert_eq!(
        node.get("a").and_then(Node::as_str),
        Some("jobs:\n- name: x\n  port: 1\n- name: z\nglobal:\n  interval: 1m\none\ntwo\nend\n")
    );
}

#[test]
fn keys_are_text_and_merge_keys_take_maps() {
    let template = "m:\n  {{ Values.k }}: 1\n  {{ Values.num }}: 2\n  x-{{ Values.k }}: 3\n  <<: {{ Values.m }}\n  a: mine\n";
    assert_eq!(
        one(template, "k: key\nnum: 8080\nm: {a: theirs, b: 2}"),
        r#"{"m":{"key":1,"8080":2,"x-key":3,"a":"mine","b":2}}"#
    );
}

#[test]
fn omit_drops_what_it_would_fill() {
    let template = "a: {{ Values.a or omit }}\nb: [1, {{ omit }}, 2]\nc:\n  - {{ omit }}\n  - x\n{{ omit }}: 1\nd: x-{{ omit }}\n<<: {{ omit }}\n---\n{{ omit }}\n---\ne: {{ Values.e or omit }}\n";
    assert_eq!(
        one(template, "a: {}\ne: 1"),
        "{\"b\":[1,2],\"c\":[\"x\"]}\n{\"e\":1}"
    );
}

#[test]
fn lines_of_block_tags_vanish_and_other_lines_stay() {
    let template = "a:\n  {% if Values.up %}\n  b: 1\n  {% endif %}\n  {# a comment #}\n  c: {% if Values.up %}2{% else %}3{% endif %}\n  d: 4\nl:\n  {% if Values.up %}- x{% endif %}\n  - z\n";
    assert_eq!(
        one(template, "up: true"),
        r#"{"a":{"b":1,"c":2,"d":4},"l":["x","z"]}"#
    );
}

#[test]
fn a_whole_document_is_a_map_or_a_list_of_maps() {
    assert_eq!(
        one("{{ Values.objects }}\n", "objects: [{kind: A}, {kind: B}]"),
        "{\"kind\":\"A\"}\n{\"kind\":\"B\"}"
    );
    assert_eq!(
        one("{{ Values.object }}\n", "object: {kind: A}"),
        r#"{"kind":"A"}"#
    );
    assert_eq!(one("{% if false %}\nkind: A\n{% endif %}\n", ""), "");
}

#[test]
fn nothing_that_a_value_holds_breaks_out() {
    let values = "evil: \"x\\nkind: Secret\\n---\\n{{ 1 }} {% raw %}\"\n";
    assert_eq!(
        one("a: {{ Values.evil }}\nb: pre {{ Values.evil }}\n", values),
        r#"{"a":"x\nkind: Secret\n---\n{{ 1 }} {% raw %}","b":"pre x\nkind: Secret\n---\n{{ 1 }} {% raw %}"}"#
    );
}

#[test]
fn maps_iterate_in_byte_order() {
    let template = "keys:\n{% for key, value in Values.m | items %}\n- {{ key }}={{ value }}\n{% endfor %}\n";
    assert_eq!(
        one(template, "m: {b: 2, a: 1, B: 3}"),
        r#"{"keys":["B=3","a=1","b=2"]}"#
    );
}

#[test]
fn helpers_export_values_and_functions() {
    let helpers = "{% set name = Release.Name ~ \"-x\" %}\n{% set labels %}\napp: {{ name }}\n<<: {{ Values.extra or omit }}\n{% endset %}\n{% macro port(number, name=none) %}\ncontainerPort: {{ number }}\nname: {{ name or omit }}\n{% endmacro %}\n{% macro nothing() %}\n{% endmacro %}\n{% macro nested(n) %}\nports: [{{ port(n) }}]\napp: {{ name }}\n{% endmacro %}\n";
    let template = "name: {{ helpers.name }}\nlabels: {{ helpers.labels | merge({\"z\": 1}) }}\nports:\n  - {{ helpers.port(80) }}\n  - {{ helpers.port(81, name=\"b\") }}\nnothing: {{ helpers.nothing() }}\nnested: {{ helpers.nested(5) }}\n";
    assert_eq!(
        many(
            &[("_helpers.yaml", helpers), ("a.yaml", template)],
            "extra: {e: 1}"
        ),
        r#"{"name":"rel-x","labels":{"app":"rel-x","e":1,"z":1},"ports":[{"containerPort":80},{"containerPort":81,"name":"b"}],"nested":{"ports":[{"containerPort":5}],"app":"rel-x"}}"#
    );
}

#[test]
fn a_macro_gives_the_value_of_its_yaml_wherever_it_is_called() {
    let template = "{% macro probe(path) %}\nhttpGet:\n  path: {{ path }}\n{% endmacro %}\nspec:\n  deep:\n    liveness: {{ probe(\"/a\") }}\n    merged: {{ probe(\"/b\") | merge({\"x\": 1}) }}\n";
    assert_eq!(
        one(template, ""),
        r#"{"spec":{"deep":{"liveness":{"httpGet":{"path":"/a"}},"merged":{"httpGet":{"path":"/b"},"x":1}}}}"#
    );
}

#[test]
fn a_library_works_on_the_values_of_the_chart_that_uses_it() {
    let library = chart(
        "my-lib",
        &[(
            "_names.yaml",
            "{% set fullname = Values.name or Chart.Name %}\n{% macro image(i) %}\n{{ i.repository }}:{{ i.tag }}\n{% endmacro %}\n",
        )],
    );
    let documents = render_with(
        &[
            (
                "a.yaml",
                "a: {{ my_lib.fullname }}\nb: {{ my_lib.image(Values.image) }}\nc: {{ helpers.x }}\n",
            ),
            ("_h.yaml", "{% set x = my_lib.fullname ~ \"!\" %}\n"),
        ],
        "image: {repository: r, tag: 1}",
        &[Arc::new(library)],
        Limits::default(),
    )
    .unwrap();
    assert_eq!(json(&documents), r#"{"a":"demo","b":"r:1","c":"demo!"}"#);
}

#[test]
fn globals_are_helms() {
    let template = "a: {{ Release.Name }}/{{ Release.Namespace }}/{{ Release.IsInstall }}\nb: {{ Chart.Name }}-{{ Chart.Version }}-{{ Chart.AppVersion }}\nc: {{ Capabilities.KubeVersion.Version }}\nd: {{ \"policy/v1\" in Capabilities.APIVersions }}\ne: {{ Template.Name }} {{ Template.BasePath }}\nf: {{ Files.get(\"rules/a.yml\") }}\ng: {{ Files.glob(\"rules/*.yml\") }}\nh: {{ Files.lines(\"rules/a.yml\") }}\n";
    assert_eq!(
        one(template, ""),
        r#"{"a":"rel/ns/true","b":"demo-1.2.3-v1","c":"v1.32.0","d":true,"e":"demo/templates/a.yaml demo/templates","f":"one\ntwo\n","g":{"rules/a.yml":"one\ntwo\n"},"h":["one","two"]}"#
    );
}

#[test]
fn filters_on_maps() {
    let template = "a: {{ Values.a | merge(Values.b, none, omit) }}\nb: {{ Values.a | without(\"x\") }}\nc: {{ Values.a | pick(\"x\") }}\nd: {{ Values.a | dig(\"m\", \"k\") }}\ne: {{ Values.a | dig(\"m\", \"no\", default=7) }}\nf: {{ [1, 2, 3] | without(2) }}\ng: {{ {\"a\": 1, \"b\": omit} }}\n";
    assert_eq!(
        one(template, "a: {x: 1, m: {k: 1, l: 2}}\nb: {m: {k: 3}, z: 4}"),
        r#"{"a":{"x":1,"m":{"k":3,"l":2},"z":4},"b":{"m":{"k":1,"l":2}},"c":{"x":1},"d":1,"e":7,"f":[1,3],"g":{"a":1}}"#
    );
}

#[test]
fn filters_on_texts_and_values() {
    let template = "a: {{ \"abcdef\" | trunc(3) }}{{ \"abcdef\" | trunc(-2) }}\nb: {{ \"x-\" | trim_suffix(\"-\") }}{{ \"v1\" | trim_prefix(\"v\") }}\nc: {{ \"hi\" | b64encode }} {{ \"aGk=\" | b64decode }}\nd: {{ \"\" | sha256 }}\ne: {{ \"12\" | int + 1 }} {{ \"x\" | int }} {{ 3.9 | int }}\nf: {{ \"a: [1, yes]\" | from_yaml }}\ng: {{ {\"b\": 1, \"a\": [true]} | to_json }}\nh: {{ 'say \"x\"' | quote }}\ni: {{ \"job_1\" | regex_match(\"^[a-z]+_[0-9]$\") }}\nj: {{ \"a\" ~ 1 }}\nk: {{ [1] + Values.l }}\n";
    assert_eq!(
        one(template, "l: [2]"),
        r#"{"a":"abcef","b":"x1","c":"aGk= hi","d":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855","e":"13 0 3","f":{"a":[1,true]},"g":"{\"a\":[true],\"b\":1}","h":"\"say \\\"x\\\"\"","i":true,"j":"a1","k":[1,2]}"#
    );
}

#[test]
fn tpl_renders_texts_in_the_callers_context() {
    let template = "a: {{ Values.jinja | tpl(x=5) }}\nb: {{ Values.go | tpl }}\nc: {{ Values.plain | tpl }}\nd: {{ Values.tree | tpl }}\ne: {{ Values.pipe | tpl }}\n";
    let values = "jinja: '{{ Release.Name }}-{{ x }}'\ngo: '{{ .Values.plain }}-{{.Release.Name}}'\nplain: text\ntree: {'{{ Release.Name }}': ['{{ .Chart.Name }}', 3]}\npipe: '{{ .Values.missing | default \"d\" | quote }}{{- if .Values.plain }} yes{{ else }}no{{ end }} {{ printf \"%s-%d\" .Release.Name 7 }} {{ include \"demo.fullname\" . }}'\n";
    assert_eq!(
        many(
            &[
                ("_h.yaml", "{% macro demo_fullname() %}full{% endmacro %}\n"),
                ("a.yaml", template)
            ],
            values
        ),
        r#"{"a":"rel-5","b":"text-rel","c":"text","d":{"rel":["demo",3]},"e":"\"d\" yes rel-7 full"}"#
    );
}

#[test]
fn nodes_keep_the_place_of_their_value() {
    let documents = render_with(
        &[("a.yaml", "a: x\nb: {{ Values.m }}\n")],
        "m:\n  k: 1\n",
        &[],
        Limits::default(),
    )
    .unwrap();
    let node = &documents[0].node;
    assert_eq!(
        node.at_path(&["b", "k"]).unwrap().place.to_string(),
        "values.yaml:2:6"
    );
    assert_eq!(
        node.get("a").unwrap().place.to_string(),
        "chart/templates/a.yaml:1:4"
    );
}

#[test]
fn printing_an_undefined_value_names_the_nearest_key() {
    assert_eq!(
        error(
            "a: 1\nb: {{ Values.server.replicaCout }}\n",
            "server: {replicaCount: 1}"
        ),
        "chart/templates/a.yaml:2:7: [undefined-value] `Values.server.replicaCout` is not defined -- did you mean `Values.server.replicaCount`?"
    );
    assert_eq!(
        error("b: {{ Vales.x }}\n", ""),
        "chart/templates/a.yaml:1:7: [undefined-value] `Vales.x` is not defined -- did you mean `Values`?"
    );
    assert_eq!(
        error("b: x-{{ helpers.fulname }}\n", ""),
        "chart/templates/a.yaml:1:9: [undefined-value] `helpers.fulname` is not defined -- a `_*.yaml` file under templates/ exports helpers with `set` and `macro`"
    );
    assert_eq!(
        one(
            "b: {{ Values.a.b.c or omit }}\nc: {{ 1 if Values.x else 2 }}\n",
            ""
        ),
        r#"{"c":2}"#
    );
}

#[test]
fn the_undefined_part_of_an_expression_is_named() {
    let values = "server: {port: 1, up: true}";
    assert_eq!(
        error(
            "b: {{ omit if not Values.server.up else Values.server.prt }}\n",
            values
        ),
        "chart/templates/a.yaml:1:41: [undefined-value] `Values.server.prt` is not defined -- did you mean `Values.server.port`?"
    );
    assert_eq!(
        error("b: {{ Values.a or Values.server.no }}\n", values),
        "chart/templates/a.yaml:1:19: [undefined-value] `Values.server.no` is not defined -- `Values.server` has no key `no`; add it to values.yaml, or write `or omit` behind it"
    );
}

#[test]
fn a_key_with_a_hyphen_gets_a_hint() {
    assert_eq!(
        error(
            "b: {{ Values.kube-state-metrics }}\n",
            "kube-state-metrics: {enabled: true}"
        ),
        "chart/templates/a.yaml:1:7: [hyphen-key] `Values.kube-state-metrics` is a subtraction, not a key -- write `Values[\"kube-state-metrics\"]`"
    );
}

#[test]
fn syntax_errors_name_the_place() {
    let message = error("a: 1\nb: {{ Values.x | }}\n", "");
    assert!(message.starts_with("chart/templates/a.yaml:2:"), "{message}");
    assert!(
        message.contains("[template-syntax] the template does not parse: "),
        "{message}"
    );
    assert_eq!(
        error("a: {{ 1 | uper }}\n", ""),
        "chart/templates/a.yaml:1:11: [template-filter] there is no filter `uper` -- did you mean `upper`?"
    );
}

#[test]
fn output_that_is_not_yaml_is_told_at_the_templates_line() {
    let message = error("a: 1\n{% if true %}\n\n{% endif %}\nb: [1, 2\nc: 3\n", "");
    assert!(
        message.starts_with("chart/templates/a.yaml:5:") || message.starts_with("chart/templates/a.yaml:6:"),
        "{message}"
    );
    assert_eq!(
        error("a: 1\n{% set x = 1 %}\nb: {{ x }}\na: 2\n", ""),
        "chart/templates/a.yaml:4:1: [duplicate-key] the key `a` is written twice (first here chart/templates/a.yaml:1:1) -- remove one of them, or merge the maps with `<<` or the filter `merge`"
    );
    assert_eq!(
        error("a: x-{{ Values.l }}\n", "l: [1]"),
        "chart/templates/a.yaml:1:4: [template-text] a list cannot stand inside a text (a list comes from here values.yaml:1:4) -- insert it as a whole value, or make it a text with `join` or `to_json`"
    );
}

#[test]
fn errors_in_helpers_name_the_helper_and_the_caller() {
    let helpers = "{% macro image(i) %}\nimage: {{ i.repo.name }}\n{% endmacro %}\n";
    let message = error_of(
        &[
            ("_h.yaml", helpers),
            ("a.yaml", "a: 1\nb: {{ helpers.image(Values.i) }}\n"),
        ],
        "i: {repo: {}}",
    );
    assert!(
        message.starts_with(
            "chart/templates/_h.yaml:2:11: [undefined-value] `Values.i.repo.name` is not defined"
        ),
        "{message}"
    );
    assert!(
        message.contains("(called from here chart/templates/a.yaml:2:14)"),
        "{message}"
    );
}

#[test]
fn fail_and_required_say_what_the_author_says() {
    assert_eq!(
        error("a: {{ Values.x | required(\"set x\") }}\n", ""),
        "chart/templates/a.yaml:1:18: [template-error] set x"
    );
    assert_eq!(
        error("{{ fail(\"no way\") }}\n", ""),
        "chart/templates/a.yaml:1:4: [template-error] no way"
    );
}

#[test]
fn marks_in_a_template_are_refused() {
    assert_eq!(
        error("a: \u{FDD0}1\n", ""),
        "chart/templates/a.yaml:1:4: [template-character] the template holds a character that Unicode reserves -- remove it: U+FDD0 to U+FDEF are no characters"
    );
}

#[test]
fn aliases_and_functions_are_refused_in_templates() {
    let alias = error("a: &x {}\nb: *x\n", "");
    assert!(
        alias.starts_with("chart/templates/a.yaml:2:4: [template-alias]"),
        "{alias}"
    );
    let function = error("{% macro f() %}x{% endmacro %}\na: {{ f }}\n", "");
    assert!(
        function.contains("`f` is a macro, not a value -- call it: `f(...)`"),
        "{function}"
    );
}

#[test]
fn a_mistake_in_what_is_switched_off_is_told() {
    for broken in [
        [("a.yaml", "{% if Values.on %}\na: {{ 1 + }}\n{% endif %}\n")],
        [("_a.yaml", "{% macro a() %}\na: {{ 1 + }}\n{% endmacro %}\n")],
    ] {
        let templates = [broken[0], ("b.yaml", "b: 1\n")];
        let told = error_of(&templates, "on: false\n");
        assert!(
            told.contains("[template-syntax]") && told.contains("a.yaml:2"),
            "{told}"
        );
    }
}

#[test]
fn what_is_rendered_is_the_same_where_a_record_is_kept() {
    let templates = [
        (
            "a.yaml",
            "{% set on = Values.on %}\n{% if on %}\na: {{ on }}\n{% endif %}\n",
        ),
        (
            "b.yaml",
            "{% for name, item in Values.of | items if item %}\n---\nb: {{ name }}\n{% endfor %}\n",
        ),
        ("c.yaml", "{% if Values.on.missing.key %}\nc: 1\n{% endif %}\n"),
    ];
    for values in [
        "on: true\nof: {x: true, y: false, z: 1}\n",
        "on: false\nof: {}\n",
        "of: {}\n",
    ] {
        let rendered = |is_recorded| json(&render_either(&templates, values, is_recorded).unwrap());
        assert_eq!(rendered(true), rendered(false), "{values}");
    }
    // Places are those of the whole template.
    for failing in [
        "{% if Values.a | int > 1 %}\na: 1\n{% endif %}\n",
        "{% if Values.no %}\n\nb: 1\n{% endif %}\nc: {{ Values.missing }}\n",
        "{% if Values.no %}\nb: 1\n{% else %}\nb: 2\n{% endif %}\n{% if Values.b %}\nc: {{ 1 | fail_it }}\n{% endif %}\n",
        "{% if Values.no %}\nb: 1\n{% endif %}\nc: d: e\n",
        "{% if Values.no %}\nb: 1\n{% endif %}\nc: {{ helpers.broken() }}\n",
    ] {
        let templates = [
            (
                "_h.yaml",
                "{% macro broken() %}\n{% if Values.no %}\na: 1\n{% endif %}\nb: {{ Values.missing }}\n{% endmacro %}\n",
            ),
            ("a.yaml", failing),
        ];
        let told = |is_recorded| {
            let result = render_either(&templates, "a: [1]\nb: 1\n", is_recorded);
            format!("{:?}", result.unwrap_err())
        };
        assert_eq!(told(true), told(false));
    }
}
