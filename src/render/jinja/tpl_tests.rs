//! Texts in values that are templates, by example.

use super::record_tests::made;
use super::tests::{error, error_of, many};

/// What a text gives, in a chart with some helpers.
fn text(text: &str) -> String {
    let helpers = "\
{% macro demo_fullname() %}{{ Release.Name }}-full{% endmacro %}
{% macro demo_some_labels() %}
app: {{ Values.a }}
kind: \"1\"
{% endmacro %}
{% macro demo_nothing() %}{% endmacro %}
{% macro demo_limits(of={}) %}{{ of.most or 0 }}{% endmacro %}
{% macro demo_inner() %}{{ Values.inner | tpl }}{% endmacro %}
";
    let values = format!(
        "a: A\nl: [p, q]\nm: {{x: 1}}\nt: true\nmillion: 1000000\ninner: '{{{{ .Values.a }}}}'\ntext: |-\n  {text}\n"
    );
    let json = many(
        &[("_h.yaml", helpers), ("a.yaml", "a: {{ Values.text | tpl }}\n")],
        &values,
    );
    json.strip_prefix("{\"a\":\"")
        .and_then(|rest| rest.strip_suffix("\"}"))
        .unwrap_or(&json)
        .to_owned()
}

#[test]
fn texts_in_gos_form_are_rendered_as_helm_renders_them() {
    for (template, expected) in [
        ("{{ tpl .Values.inner . }}", "A"),
        ("{{ or .Values.a .Values.inner | upper }}", "A"),
        ("{{ and .Values.l .Values.a | lower }}", "a"),
        ("{{ trim .Values.a | upper }}", "A"),
        ("{{ .Values.l }} {{ .Values.m }}", "[p q] map[x:1]"),
        ("{{ .Values.t | int }} {{ 1.9 | int }} {{ print 1 2 }}", "1 1 1 2"),
        ("{{ .Values.missing | quote }}", ""),
        ("{{ .Values.million }}", "1e+06"),
        ("{{ toJson .Values.m }}", "{\\\"x\\\":1}"),
        ("{{ range $i, $x := .Values.l }}{{ $i }}{{ $x }}{{ end }}", "0p1q"),
        (
            "{{ define \"x\" }}<{{ . }}>{{ end }}{{ template \"x\" 1 }}",
            "<1>",
        ),
        ("{{ upper \"a\" }} {{ \"{{\" }}", "A {{"),
    ] {
        assert_eq!(text(template), expected, "{template}");
    }
}

#[test]
fn texts_in_gos_form_see_what_helms_templates_see() {
    for (template, expected) in [
        (
            "{{ .Release.Name }} {{ .Release.Service }} {{ .Release.IsInstall }}",
            "rel Helm true",
        ),
        (
            "{{ .Chart.Name }} {{ .Chart.Version }} {{ .Chart.AppVersion }}",
            "demo 1.2.3 v1",
        ),
        (
            "{{ .Capabilities.KubeVersion }} {{ .Capabilities.APIVersions.Has \"policy/v1\" }}",
            "v1.32.0 true",
        ),
        (
            "{{ .Files.Get \"rules/a.yml\" | trim }} {{ len (.Files.Glob \"rules/*\") }}",
            "one\\ntwo 1",
        ),
        (
            "{{ .Template.Name }} {{ .Template.BasePath }}",
            "demo/templates/a.yaml demo/templates",
        ),
        ("{{ .Subcharts }}", "map[]"),
    ] {
        assert_eq!(text(template), expected, "{template}");
    }
}

#[test]
fn a_text_is_read_in_the_language_that_it_is_written_in() {
    for (template, expected) in [
        ("{{ Values.a | lower }}", "a"),
        ("{{ helpers.demo_fullname() }}", "rel-full"),
        ("{% if Values.a %}x{% endif %}", "x"),
        ("{{ [1, 2] | join(\"-\") }}", "1-2"),
        ("{{ \"a\" | upper }}", "A"),
    ] {
        assert_eq!(text(template), expected, "{template}");
    }
    // A name that the template gives is not a function of Go's.
    let template = "a: {{ Values.t | tpl(first=\"x\") }}\n";
    assert_eq!(many(&[("a.yaml", template)], "t: '{{ first }}'"), "{\"a\":\"x\"}");
    assert_eq!(
        error("a: {{ Values.t | tpl }}\n", "t: 'on {{ $labels.node }}'"),
        "values.yaml:1:11: [tpl] there is no variable `$labels` (used here chart/templates/a.yaml:1:18) -- \
         for two braces that are text write `{{ \"{{\" }}`"
    );
}

#[test]
fn helpers_stand_under_gos_names() {
    for (template, expected) in [
        ("{{ include \"demo.fullname\" . }}", "rel-full"),
        ("{{ template \"demo.fullname\" $ }}", "rel-full"),
        (
            "{{ range .Values.l }}{{ include \"demo.fullname\" $ }} {{ end }}",
            "rel-full rel-full ",
        ),
        ("{{ include \"demo.some-labels\" . }}", "app: A\\nkind: \\\"1\\\""),
        ("{{ include \"demo.nothing\" . }}", ""),
        (
            "{{ include \"demo.limits\" (dict \"most\" 5) }} {{ include \"demo.limits\" . }}",
            "5 0",
        ),
        // A helper that renders a text itself.
        ("{{ include \"demo.inner\" . }}{{ .Values.a }}", "AA"),
    ] {
        assert_eq!(text(template), expected, "{template}");
    }
}

#[test]
fn mistakes_in_texts_name_their_line_in_the_values() {
    let told = |values: &str| {
        error_of(
            &[
                (
                    "_h.yaml",
                    "{% macro demo_bad() %}{{ Values.nope }}{% endmacro %}\n{% macro demo_fine() %}1{% endmacro %}\n",
                ),
                ("a.yaml", "a: {{ Values.t | tpl }}\n"),
            ],
            values,
        )
    };
    assert_eq!(
        told("t: |\n  fine\n  {{ .Values.x.y }}\n"),
        "values.yaml:3:6: [tpl] `.y` is asked of something that is nil or missing (used here chart/templates/a.yaml:1:18)"
    );
    assert_eq!(
        told("t: '{{ tpl .Values.u . }}'\nu: '{{ .Values.x.y }}'\n"),
        "values.yaml:1:8: [tpl] `.y` is asked of something that is nil or missing, in a text that this one gives to `tpl` \
         (used here chart/templates/a.yaml:1:18)"
    );
    assert_eq!(
        told("t: '{{ include \"demo.fin\" . }}'\n"),
        "values.yaml:1:8: [tpl] `include`: there is no template `demo.fin`; did you mean `demo.fine`? \
         (used here chart/templates/a.yaml:1:18)"
    );
    let bad = told("t: '{{ include \"demo.bad\" . }}'\n");
    assert!(
        bad.contains("chart/templates/_h.yaml:1:26: [undefined-value] `Values.nope` is not defined"),
        "{bad}"
    );
    assert!(
        bad.contains("called from here chart/templates/a.yaml:1:18"),
        "{bad}"
    );
    let given = told("t: '{{ include \"demo.fine\" (list 1) }}'\n");
    assert!(
        given.contains("`demo.fine` takes what a chart's templates find at their root"),
        "{given}"
    );
}

#[test]
fn what_a_text_changes_is_seen_by_later_texts_of_the_template_alone() {
    let values = "x: 1\nset: '{{ $_ := set .Values \"x\" 2 }}{{ .Values.x }}'\nget: '{{ .Values.x }}'\n";
    let template = "a: {{ Values.get | tpl }}\nb: {{ Values.set | tpl }}\nc: {{ Values.get | tpl }}\nd: {{ Values.x }}\n";
    let other = "e: {{ Values.get | tpl }}\n";
    let templates = [("a.yaml", template), ("b.yaml", other), ("c.yaml", other)];
    assert_eq!(
        many(&templates, values),
        "{\"a\":\"1\",\"b\":\"2\",\"c\":\"2\",\"d\":1}\n{\"e\":\"1\"}\n{\"e\":\"1\"}"
    );
}

#[test]
fn texts_are_bounded() {
    let told = |text: &str| error("a: {{ Values.t | tpl }}\n", &format!("t: '{text}'"));
    let endless = told("{{ range 1000000000 }}{{ end }}");
    assert!(endless.contains("[template-endless]"), "{endless}");
    let large = told("{{ repeat 100000000 \"x\" }}");
    assert!(
        large.contains("[template-output] the templates write more than 97.6 KiB"),
        "{large}"
    );
    let deep = told("{{ tpl .Values.t . }}");
    assert!(deep.contains("levels deep"), "{deep}");
    let helper = error_of(
        &[
            (
                "_h.yaml",
                "{% macro demo_again() %}{{ Values.t | tpl }}{% endmacro %}\n",
            ),
            ("a.yaml", "a: {{ Values.t | tpl }}\n"),
        ],
        "t: '{{ include \"demo.again\" . }}'",
    );
    assert!(
        helper.contains("helpers and tpl call one another more than 20 levels deep"),
        "{helper}"
    );
}

#[test]
fn what_texts_read_counts_as_read() {
    let helper = (
        "_h.yaml",
        "{% macro demo_name() %}{{ Values.name }}{% endmacro %}\n",
    );
    let templates = [
        helper,
        (
            "a.yaml",
            "a: {{ Values.t | tpl }}\nb: {{ Values.m | tpl }}\nc: 1\n",
        ),
    ];
    let values = "t: '{{ if .Values.flag }}{{ .Values.x.z }}{{ end }}{{ include \"demo.name\" . }}'\nflag: true\nx: {z: 1}\nname: some\n\
                  m: {p: '{{ .Values.flag }}', '{{ .Values.name }}': 1, q: 2}\n";
    let made = |field: &str| made(&templates, values, field);
    assert_eq!(made("a"), "chart/templates/a.yaml:1:4 = flag name t x.z if ");
    assert_eq!(made("b.p"), "chart/templates/a.yaml:2:4 = flag m m.p if ");
    assert_eq!(
        made("b.some"),
        "chart/templates/a.yaml:2:4 = m m.\"{{ .Values.name }}\" name if "
    );
    assert_eq!(made("b.q"), "chart/templates/a.yaml:2:4 = m m.q if ");
}
