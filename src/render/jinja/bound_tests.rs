//! What hostile templates and values may take: time, memory and depth.

use super::tests::{error_of, many};

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
