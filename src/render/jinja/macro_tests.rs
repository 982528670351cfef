//! Macros of helper files: each is compiled by itself, and sees what its file exports.

use super::tests::{error_of, json, many, render_either};

#[test]
fn macros_of_a_file_call_one_another_by_plain_names_whatever_their_order() {
    let helpers = "{% set base = \"b\" %}\n{% macro first(n) %}\nhere: {{ n }}\nnext: {{ second(n - 1) if n > 0 else omit }}\n{% endmacro %}\n{% macro second(n) %}\n<<: {{ first(n) }}\nbase: {{ base }}\nlast: {{ last() }}\n{% endmacro %}\n{% macro last() %}\n{% if Values.last %}\nx\n{% endif %}\n{% endmacro %}\n";
    let templates = [("_h.yaml", helpers), ("a.yaml", "a: {{ helpers.first(2) }}\n")];
    // What `<<` merges stands behind the map's own keys.
    let inner = r#"{"base":"b","here":0}"#;
    let expected = format!(r#"{{"a":{{"here":2,"next":{{"base":"b","here":1,"next":{inner}}}}}}}"#);
    assert_eq!(many(&templates, ""), expected);
    assert!(many(&templates, "last: true").contains(r#"{"base":"b","last":"x","here":0}"#));
}

#[test]
fn a_macro_that_calls_itself_without_end_is_stopped() {
    for helpers in [
        "{% macro f(n) %}\na: {{ f(n) }}\n{% endmacro %}\n",
        "{% macro f(n) %}\na: {{ g(n) }}\n{% endmacro %}\n{% macro g(n) %}\na: {{ f(n) }}\n{% endmacro %}\n",
        "{% macro f(n) %}\na: {{ helpers.f(n) }}\n{% endmacro %}\n",
    ] {
        let told = error_of(&[("_h.yaml", helpers), ("a.yaml", "{{ helpers.f(1) }}\n")], "");
        assert!(told.starts_with("chart/templates/_h.yaml:"), "{told}");
        assert!(told.contains("deep"), "{told}");
    }
}

#[test]
fn a_mistake_in_a_macro_stands_at_its_place_in_the_file() {
    let file = "{% set a = 1 %}\n{% macro one() %}\nx: 1\n{% endmacro %}\n\n{# two #} {% macro two(v) %}\ny: 2\nz: {{ v.none }}\n{% endmacro %}{% macro three() %}w: {{ Values.none }}{% endmacro %}\n";
    let place = |call: &str| {
        let call = format!("c: {{{{ {call} }}}}\n");
        error_of(&[("_h.yaml", file), ("a.yaml", &call)], "")
            .split(": [")
            .next()
            .unwrap_or("")
            .to_owned()
    };
    assert_eq!(place("helpers.two({})"), "chart/templates/_h.yaml:8:7");
    assert_eq!(place("helpers.three()"), "chart/templates/_h.yaml:9:40");
    let unclosed = error_of(
        &[("_h.yaml", "{% macro f() %}\na: 1\n"), ("a.yaml", "a: 1\n")],
        "",
    );
    assert!(
        unclosed.contains("[template-syntax]") && unclosed.contains("_h.yaml:"),
        "{unclosed}"
    );
}

#[test]
fn helpers_give_the_same_where_a_record_is_kept() {
    let helpers = "{% set name = Values.name or \"n\" %}\n{% set labels %}\napp: {{ Values.name or omit }}\nall: {{ Values.tree }}\nown: {{ name }}\n{% endset %}\n{% macro unused() %}\na: {{ 1 }}\n{% endmacro %}\n{% macro pod(x) %}\ntext: \"{{ Values.name }}-{{ x }}\"\nblock: |\n  {{ Values.tree }}\n  {{ x }}\nomitted: {{ Values.missing or omit }}\n{% for item in Values.list %}\n{{ item }}: {{ Values.list }}\n{% endfor %}\n{% endmacro %}\n";
    let templates = [
        ("_h.yaml", helpers),
        ("a.yaml", "{{ helpers.pod(Values.name) }}\n"),
        (
            "b.yaml",
            "b: {{ helpers.labels }}\nc: {{ helpers.pod(2) }}\nd: {{ Values.list or helpers.name }}\n",
        ),
        (
            "c.yaml",
            "c: {{ helpers.name }}\nd: {{ helpers.missing or omit }}\n",
        ),
    ];
    for values in [
        "name: x\ntree: {a: [1, {b: c}]}\nlist: [p, q]\n",
        "name: \"{{ no }}\"\ntree: 1.50\nlist: []\n",
    ] {
        let rendered = |is_recorded| json(&render_either(&templates, values, is_recorded).unwrap());
        assert_eq!(rendered(true), rendered(false), "{values}");
    }
}

#[test]
fn of_two_macros_with_one_name_the_last_counts() {
    let helpers = "{% macro f() %}\na: 1\n{% endmacro %}\n{% macro f() %}\na: 2\n{% endmacro %}\n";
    let templates = [("_h.yaml", helpers), ("a.yaml", "{{ helpers.f() }}\n")];
    assert_eq!(many(&templates, ""), r#"{"a":2}"#);
}

#[test]
fn a_file_of_very_many_macros_is_refused() {
    let helpers = "{% macro f() %}{% endmacro %}".repeat(20_000);
    let told = error_of(&[("_h.yaml", &helpers), ("a.yaml", "a: 1\n")], "");
    assert!(
        told.contains("[template-macros]") && told.contains("_h.yaml"),
        "{told}"
    );
}
