//! What hostile templates and values may take: time, memory and depth.

use super::tests::{error, error_of, many, warnings_of};

#[track_caller]
fn refused(template: &str, values: &str, expected: &str) {
    let told = error_of(&[("a.yaml", template)], values);
    assert!(told.contains(expected), "{template}: {told}");
}

#[test]
fn values_that_share_parts_are_refused_by_their_size() {
    let shared = "{% set ns = namespace(s=[1], m={\"a\": 1}) %}{% for i in range(60) %}{% set ns.s = [ns.s, ns.s] %}{% set ns.m = {\"a\": ns.m, \"b\": ns.m} %}{% endfor %}\n";
    for expression in [
        "ns.s | to_json",
        "ns.s | to_yaml",
        "ns.s | sha256",
        "ns.m | merge(ns.m)",
        "ns.m | without(\"a\")",
        "ns.s | without(ns.s)",
        "ns.m | dig(\"a\")",
    ] {
        refused(
            &format!("{shared}a: {{{{ {expression} }}}}\n"),
            "",
            "[template-output] the templates write more than 97.6 KiB",
        );
    }
    let doubled = "{% set ns = namespace(s=[1]) %}{% for i in range(60) %}{% set ns.s = ns.s + ns.s %}{% endfor %}\na: {{ ns.s | length }}\n";
    refused(doubled, "", "[template-endless]");
}

#[test]
fn work_of_filters_counts() {
    for body in [
        "{% set q = \"a\" | regex_match(\"(a{100}|b{100}){50}\" ~ i) %}",
        "{% set q = \"a\" | regex_match(\"[a-z]{1,63}\" ~ i) %}",
        "{% set q = (\"ab\" * 500) | regex_match(\"^(a{1,50}b{1,50}){1,50}$\") %}",
        "{% set q = bcrypt(\"x\", salt=\"y\") %}",
        "{% set q = Values.s | from_yaml %}",
        "{% set q = Values.s | from_json %}",
        "{% set q = \"1.2.3\" | semver_compare(\">=1 || \" * 50 ~ \">=1\") %}",
        "{% set q = Values.l | without(*Values.l) %}",
    ] {
        let template = format!("{{% for i in range(1000) %}}{body}{{% endfor %}}\na: 1\n");
        let text = format!("s: '[{}]'\nl: [{}]\n", "1, ".repeat(100), "1, ".repeat(100));
        refused(&template, &text, "[template-endless] the templates take too long");
    }
    // What charts do with them is far from it.
    let template = "{% for i in range(50) %}{% set q = \"my-name\" | regex_match(\"^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$\") %}{% set r = \"v1.2.3\" | semver_compare(\">=1.25-0\") %}{% endfor %}\na: {{ bcrypt(\"x\", salt=\"y\") | length }}\n";
    assert_eq!(many(&[("a.yaml", template)], ""), r#"{"a":60}"#);
    refused(
        "a: {{ \"a\" | regex_match(\"((a{1000}){1000}){1000}\") }}\n",
        "",
        "[template-endless]",
    );
}

#[test]
fn endless_work_is_stopped() {
    let endless = error(
        "{% for i in range(100000) %}{% for j in range(100000) %}{% endfor %}{% endfor %}\na: 1\n",
        "",
    );
    assert!(
        endless.contains("[template-endless] the templates take too long"),
        "{endless}"
    );
    let deep = error_of(
        &[
            (
                "_h.yaml",
                "{% macro f(n) %}\n{{ helpers.f(n) }}\n{% endmacro %}\n",
            ),
            ("a.yaml", "a: {{ helpers.f(1) }}\n"),
        ],
        "",
    );
    assert!(
        deep.contains("helpers and tpl call one another more than 20 levels deep"),
        "{deep}"
    );
    let own = error("{% macro f(n) %}{{ f(n) }}{% endmacro %}\na: {{ f(1) }}\n", "");
    assert!(own.contains("a.yaml"), "{own}");
    let tpl = error("a: {{ Values.t | tpl }}\n", "t: '{{ Values.t | tpl }}'");
    assert!(tpl.contains("levels deep"), "{tpl}");
    let large = error(
        "{% for i in range(1000) %}\n- {{ \"x\" * 50 }} 1234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890\n{% endfor %}\n",
        "",
    );
    assert!(
        large.contains("a.yaml:2") && large.contains("write more than 97.6 KiB"),
        "{large}"
    );
}

#[test]
fn values_cannot_be_wrapped_without_end() {
    let merged = error(
        "{% set ns = namespace(x=1) %}{% for i in range(2000) %}{% set ns.x = {\"a\": ns.x} | merge({}) %}{% endfor %}\na: {{ ns.x }}\n",
        "",
    );
    assert!(merged.contains("nested too deeply"), "{merged}");
    let macros = error(
        "{% macro wrap(x) %}\na: {{ x }}\n{% endmacro %}\n{% set ns = namespace(x=1) %}{% for i in range(2000) %}{% set ns.x = wrap(ns.x) %}{% endfor %}\na: {{ ns.x }}\n",
        "",
    );
    // Whichever bound is met first.
    assert!(
        macros.contains("deep") || macros.contains("write more"),
        "{macros}"
    );
}

#[test]
fn a_release_that_has_nothing_left_is_told_once() {
    let endless = "{% for i in range(100000) %}{% for j in range(100000) %}{% endfor %}{% endfor %}\na: 1\n";
    let names: Vec<String> = (0..40).map(|index| format!("a{index}.yaml")).collect();
    let templates: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), endless)).collect();
    let told = error_of(&templates, "");
    assert_eq!(told.matches("[template-endless]").count(), 1, "{told}");
    assert!(told.contains("a0.yaml"), "{told}");
}

#[test]
fn a_namespace_is_not_kept_in_another() {
    for template in [
        "{% set ns = namespace() %}{% set ns.a = ns %}\n",
        "{% set ns = namespace() %}{% set ns.a = [ns] %}\n",
        "{% set ns = namespace() %}{% set ns.a = {\"b\": [1, ns]} %}\n",
        "{% set ns = namespace() %}{% set l = [ns] %}\n",
        "{% set ns = namespace() %}{% set other = namespace(a=ns) %}\n",
        "{% macro m() %}{% endmacro %}{% set ns = namespace() %}{% set ns.a = [m, ns] %}\n",
    ] {
        refused(template, "", "a.yaml:1:");
        refused(
            template,
            "",
            "[template-error] a namespace cannot be kept in another one, in a list or in a map -- keep the values of its attributes",
        );
    }
    let template =
        "{% set ns = namespace(a=1) %}{% set other = ns %}{% set other.a = ns.a + 1 %}\na: {{ ns.a }}\n";
    assert_eq!(many(&[("a.yaml", template)], ""), r#"{"a":2}"#);
}

#[test]
fn long_expressions_are_refused_at_their_place() {
    for chain in ["Values.b or ", "1 ~ ", "not ", "- ", "1 if 0 else "] {
        for count in [1_000, 30_000] {
            let chain = chain.repeat(count);
            let too_long = "[template-expression] the expression has more than 1000 names and operators -- give parts of it names with `{% set %}`, or loop over a list";
            let template = format!("a: 1\nb: {{{{ {chain}1 }}}}\n");
            refused(&template, "", "chart/templates/a.yaml:2:4: ");
            refused(&template, "", too_long);
            let helper = format!("{{% macro m() %}}{{{{ {chain}1 }}}}{{% endmacro %}}\n");
            let told = error_of(&[("_h.yaml", &helper), ("a.yaml", "a: 1\n")], "");
            assert!(told.contains("_h.yaml:1:16: [template-expression]"), "{told}");
            let values = format!("t: '{{{{ Values.b or {chain}1 }}}}'\n");
            let told = error_of(&[("a.yaml", "a: {{ Values.t | tpl }}\n")], &values);
            assert!(told.contains("values.yaml:1:4: [template-expression]"), "{told}");
        }
    }
    let branches = format!(
        "{{% if 0 %}}\n{}{{% endif %}}\n",
        "{% elif 0 %}\n".repeat(100_000)
    );
    refused(&branches, "", "[template-expression] more than 1000 branches");
}

#[test]
fn what_no_value_of_the_chart_is_called_is_a_warning() {
    let warnings = |template: &str, values: &str| warnings_of(&[("a.yaml", template)], values);
    assert_eq!(
        warnings("a: {{ Values.lables or omit }}\n", "labels: {}\n"),
        "chart/templates/a.yaml:1:7: [undeclared-value] the chart `demo` has no value `Values.lables`, and a template asks for it -- did you mean `Values.labels`?"
    );
    assert_eq!(
        warnings(
            "{% set s = Values.server %}\na: {{ s.prt or 1 }}{{ s.prt or 2 }}\n",
            "server: {port: 1}\n"
        ),
        "chart/templates/a.yaml:2:8: [undeclared-value] the chart `demo` has no value `Values.server.prt`, and a template asks for it -- did you mean `Values.server.port`?"
    );
    assert_eq!(
        warnings("a: {{ Values.x | default(1) }}\n", ""),
        "chart/templates/a.yaml:1:7: [undeclared-value] the chart `demo` has no value `Values.x`, and a template asks for it -- neither values.yaml nor the schema has it: add it there, or remove it from the template"
    );
    for (template, values) in [
        ("a: {{ Values.labels.x or 1 }}\n", "labels: {}\n"),
        ("a: {{ Values.none.x or 1 }}\n", "none: null\n"),
        (
            "{% for x in Values.list %}\n{{ x.b or 1 }}: 1\n{% endfor %}\n",
            "list: [{a: 1}]\n",
        ),
        ("a: {{ Values.global.x or 1 }}\n", "a: 1\n"),
        ("a: {{ 1 if \"x\" in Values else 2 }}\n", "a: 1\n"),
        ("a: {{ Values.a or Values.b }}\n", "a: 1\nb: 2\n"),
        // What Chart.yaml may leave out is nobody's mistake.
        ("a: {{ Chart.Icon or 1 }}\n", "a: 1\n"),
    ] {
        assert_eq!(warnings(template, values), "", "{template}");
    }
}
