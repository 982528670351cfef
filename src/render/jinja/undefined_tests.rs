//! What is undefined among several names.

use super::tests::error_of;

#[track_caller]
fn check(template: &str, expected: &str) {
    let told = error_of(&[("a.yaml", template)], "name: x\nlist: [1]\n");
    assert_eq!(told.replace("chart/templates/", ""), expected, "{template}");
}

#[test]
fn a_name_that_is_there_is_not_blamed_for_one_beside_it() {
    check(
        "a: {{ Values.name > nope }}\n",
        "a.yaml:1:21: [undefined-value] `nope` is not defined",
    );
    check(
        "a: {{ Capabilities>nope }}\n",
        "a.yaml:1:20: [undefined-value] `nope` is not defined",
    );
    check(
        "{% set x = 1 %}\na: {{ x > nope }}\n",
        "a.yaml:2:11: [undefined-value] `nope` is not defined",
    );
    check(
        "{% for item in Values.list %}\na: {{ item + nope.b }}\n{% endfor %}\n",
        "a.yaml:2:14: [undefined-value] `nope.b` is not defined",
    );
}

#[test]
fn the_second_tag_of_a_line_is_looked_at_by_itself() {
    check(
        "a: {{ Values.name }}/{{ 1 > nope }}\n",
        "a.yaml:1:29: [undefined-value] `nope` is not defined",
    );
    check(
        "a: {{ Values.name }}{% if 1 > nope %}b{% endif %}\n",
        "a.yaml:1:31: [undefined-value] `nope` is not defined",
    );
}
