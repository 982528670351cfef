//! The mistakes that authors of templates make, and what they are told: the place, what is wrong, the way out.

use super::tests::{error_of, render_either};

const HELPERS: &str = "{% macro image(repo, tag=\"v1\") %}\nimage: {{ repo }}:{{ tag }}\n{% endmacro %}\n{% set fullname = Release.Name ~ \"-x\" %}\n{% macro wrap() %}\nx: {{ caller() }}\n{% endmacro %}\n";

const VALUES: &str = "empty: ''\nlist: [a, b]\nname: web\nnum: 3\nmap: {a: 1}\nitems: [{name: q}]\n";

/// Each template with what is told of it, the template's path left out.
#[track_caller]
fn told(cases: &[(&str, &str)]) {
    for (template, expected) in cases {
        let told = error_of(&[("_h.yaml", HELPERS), ("a.yaml", template)], VALUES);
        assert_eq!(told.replace("chart/templates/", ""), *expected, "{template}");
    }
}

#[test]
fn arguments_of_macros() {
    told(&[
        (
            "a: {{ helpers.image(\"x\", tagg=\"v\") }}\n",
            "a.yaml:1:14: [template-error] `image` has no parameter `tagg` -- did you mean `tag`? it is called as `image(repo, tag)`",
        ),
        (
            "a: {{ helpers.image(1, 2, 3) }}\n",
            "a.yaml:1:14: [template-error] `image` takes 2 arguments, and this call has 3 -- it is called as `image(repo, tag)`",
        ),
        (
            "a: {{ helpers.image(1, repo=2) }}\n",
            "a.yaml:1:14: [template-error] the argument `repo` of `image` is given twice, by its place and by its name -- it is called as `image(repo, tag)`",
        ),
        (
            "a: {{ helpers.image() }}\n",
            "_h.yaml:2:11: [undefined-value] the macro `image` was called without `repo` (called from here a.yaml:1:14) -- give it in the call, or give it a default: `{% macro image(repo=none) %}`",
        ),
        (
            "{% macro m(p) %}{{ p }}{% endmacro %}\na: {{ m(1, 2) }}\n",
            "a.yaml:2:7: [template-error] `m` takes 1 argument, and this call has 2 -- it is called as `m(p)`",
        ),
        (
            "{% macro m() %}x{% endmacro %}\na: {{ m(q=1) }}\n",
            "a.yaml:2:7: [template-error] `m` has no parameter `q` -- `m` has no parameters",
        ),
        (
            "a: {% call helpers.image(1) %}b{% endcall %}\n",
            "a.yaml:1:19: [template-error] `image` is not called with `{% call %}`: it does not use `caller()` -- write `{{ image(...) }}`, or put `{{ caller() }}` into the macro",
        ),
        (
            "a: {{ helpers.image }}\n",
            "a.yaml:1:7: [template-error] `image` is a macro, not a value -- call it: `image(...)`",
        ),
        (
            "a: {{ helpers.fullname() }}\n",
            "a.yaml:1:14: [template-error] `helpers.fullname` is not a function -- write it without parentheses: `helpers.fullname`",
        ),
        (
            "a: {{ image(\"x\") }}\n",
            "a.yaml:1:7: [template-function] there is no function `image` -- it is a helper: write `helpers.image(...)`",
        ),
        (
            "a: {{ fullname }}\n",
            "a.yaml:1:7: [undefined-value] `fullname` is not defined -- it is a helper: write `helpers.fullname`",
        ),
        (
            "a: {{ imgae(\"x\") }}\n",
            "a.yaml:1:7: [template-function] there is no function `imgae` -- did you mean `helpers.image`?",
        ),
    ]);
}

#[test]
fn values_that_are_not_defined() {
    let nope = "[undefined-value] `Values.nope` is not defined -- `Values` has no key `nope`; add it to values.yaml, or write `or omit` behind it";
    for filter in [
        "b64encode",
        "quote",
        "upper",
        "trunc(63)",
        "int",
        "length",
        "to_json",
    ] {
        let template = format!("a: {{{{ Values.nope | {filter} }}}}\n");
        told(&[(&template, &format!("a.yaml:1:7: {nope}"))]);
    }
    told(&[
        (
            "a: {{ Values.map | merge(Values.nope) }}\n",
            &format!("a.yaml:1:26: {nope}"),
        ),
        (
            "a: {{ Values.map | merge(Values.nope.more) }}\n",
            &format!("a.yaml:1:26: {nope}").replace("nope` is not", "nope.more` is not"),
        ),
        ("a: {{ Values.nope + 1 }}\n", &format!("a.yaml:1:7: {nope}")),
        ("a: {{ range(Values.nope) }}\n", &format!("a.yaml:1:13: {nope}")),
        ("a: {{ \"x\" ~ Values.nope }}\n", &format!("a.yaml:1:13: {nope}")),
        (
            "a: {{ Values.list | groupby(\"x\") }}\n",
            "a.yaml:1:7: [undefined-value] `groupby` asks each item of a list for a key, and one of them does not have it (`Values.list` is a list values.yaml:2:7) -- it works on a list of maps that all have the key; leave the others out with `selectattr(\"key\")`",
        ),
        (
            "a: {{ Values.list | map(attribute=\"x\") | list }}\n",
            "a.yaml:1:7: [undefined-value] `map` asks each item of a list for a key, and one of them does not have it (`Values.list` is a list values.yaml:2:7) -- it works on a list of maps that all have the key; leave the others out with `selectattr(\"key\")`",
        ),
        (
            "a: {{ \"x\" if Values.empty }}\n",
            "a.yaml:1:7: [undefined-value] there is no value: the condition of `if` is false, and there is no `else` -- write what stands there otherwise, such as `else omit`, which drops the key or item",
        ),
        (
            "{% if Values.map[\"a-b\"].c %}\na: 1\n{% endif %}\n",
            "a.yaml:1:7: [undefined-value] `Values.map[\"a-b\"]` is not defined, and `.c` is asked of it -- where it may be missing write `(Values.map[\"a-b\"] or {}).c`",
        ),
        (
            "a: {{ Values.list[5].c or omit }}\n",
            "a.yaml:1:7: [undefined-value] `Values.list[5]` is not defined, and `.c` is asked of it -- where it may be missing write `(Values.list[5] or {}).c`",
        ),
        (
            "{% if Values.name != null %}\na: 1\n{% endif %}\n",
            "a.yaml:1:22: [undefined-value] `null` is not defined -- write `none`",
        ),
        (
            "a: {{ loop.index }}\n",
            "a.yaml:1:7: [undefined-value] `loop.index` is not defined -- `loop` is there only within `{% for %}`",
        ),
        (
            "a: {{ Values.map.a-b }}\n",
            "a.yaml:1:7: [template-error] `-` does not work on a number and a value that is not defined (`Values.map.a` is a number values.yaml:5:10) -- a key with a hyphen is written `map[\"a-b\"]`",
        ),
    ]);
}

#[test]
fn a_way_out_of_a_missing_key_is_one() {
    let template = "a: {{ (Values.map[\"a-b\"] or {}).c or 1 }}\nb: {{ \"x\" if Values.empty else omit }}\n";
    assert_eq!(super::tests::many(&[("a.yaml", template)], VALUES), r#"{"a":1}"#);
}

#[test]
fn templates_of_helm() {
    for (go, jinja) in [
        ("a: {{ .Values.name }}", "{{ Values.name }}"),
        ("a: {{ include \"x.fullname\" . }}", "{{ helpers.fullname }}"),
        ("a: {{ Values.map | nindent 4 }}", "{{ Values.map }}"),
        ("a: {{ toYaml .Values.map | nindent 4 }}", "{{ Values.map }}"),
        ("a: {{ Values.x | default \"x\" }}", "{{ Values.x or \"x\" }}"),
        (
            "a: {{ printf \"%s-x\" .Values.name }}",
            "{{ Values.name ~ \"-x\" }}",
        ),
        (
            "a: {{ required \"set it\" .Values.x }}",
            "{{ Values.x | required(\"set it\") }}",
        ),
        ("a: {{ toYaml .Values.map }}", "{{ Values.map }}"),
        ("{{- $x := .Values.name }}", "{% set x = Values.name %}"),
        ("{{/* a comment */}}", "{# a comment #}"),
        (
            "{% if and Values.a Values.b %}\n{% endif %}",
            "{% if Values.a and Values.b %}",
        ),
        (
            "{% for x in .Values.list %}\n{% endfor %}",
            "{% for x in Values.list %}",
        ),
        (
            "{% if 1 %}\n{% else if Values.a %}\n{% endif %}",
            "{% elif Values.a %}",
        ),
    ] {
        let told = error_of(&[("a.yaml", &format!("{go}\n"))], VALUES);
        let expected = format!(
            "[template-syntax] this is the syntax of Helm's Go templates, not of Jinja -- write `{jinja}`"
        );
        assert!(told.ends_with(&expected), "{go}: {told}");
    }
    told(&[
        (
            "{{- if .Values.on }}\na: 1\n{{- else }}\na: 2\n{{- end }}\n",
            "a.yaml:1:1: [template-syntax] this is the syntax of Helm's Go templates, not of Jinja -- write `{% if Values.on %}`\na.yaml:3:1: [template-syntax] this is the syntax of Helm's Go templates, not of Jinja -- write `{% else %}`\na.yaml:5:1: [template-syntax] this is the syntax of Helm's Go templates, not of Jinja -- write `{% endif %}`",
        ),
        (
            "{{ range .Values.list }}\n- {{ . }}\n{{ end }}\n",
            "a.yaml:1:1: [template-syntax] this is the syntax of Helm's Go templates, not of Jinja -- write `{% for item in Values.list %}`\na.yaml:3:1: [template-syntax] this is the syntax of Helm's Go templates, not of Jinja -- write `{% endfor %}`",
        ),
        // Even where it is not evaluated.
        (
            "{% if Values.empty %}\na: 1\n{{ else }}\na: 2\n{% endif %}\n",
            "a.yaml:3:1: [template-syntax] this is the syntax of Helm's Go templates, not of Jinja -- write `{% else %}`",
        ),
        (
            "a: {{ Values.map | toYaml }}\n",
            "a.yaml:1:20: [template-filter] there is no filter `toYaml` -- leave `| toYaml` out: a value is inserted as YAML, at its place",
        ),
        (
            "a: {{ Values.name | b64enc }}\n",
            "a.yaml:1:21: [template-filter] there is no filter `b64enc` -- did you mean `b64encode`?",
        ),
        (
            "a: {{ Values.a && !Values.b }}\n",
            "a.yaml:1:16: [template-syntax] operators are the words `and`, `or` and `not` -- write `{{ Values.a and not Values.b }}`",
        ),
        (
            "{% if !Values.a %}\n{% endif %}\n",
            "a.yaml:1:7: [template-syntax] operators are the words `and`, `or` and `not` -- write `{% if not Values.a %}`",
        ),
        (
            "a: \"{{ $labels.x }}\"\n",
            "a.yaml:1:5: [template-syntax] names do not begin with `$` -- for a text that another program reads write `{% raw %}{{ $labels.x }}{% endraw %}`",
        ),
    ]);
    // A name may be called so.
    assert_eq!(
        super::tests::many(&[("a.yaml", "{% set end = 5 %}\na: {{ end }}\n")], ""),
        r#"{"a":5}"#
    );
}

#[test]
fn templates_of_python() {
    told(&[
        (
            "a: {{ len(Values.list) }}\n",
            "a.yaml:1:7: [template-function] there is no function `len` -- write `value | length`",
        ),
        (
            "{% if Values.name is not None %}\n{% endif %}\n",
            "a.yaml:1:26: [template-test] there is no test `None` -- write `is none`, or `is not none`",
        ),
        (
            "{% if Values.name is strng %}\n{% endif %}\n",
            "a.yaml:1:22: [template-test] there is no test `strng` -- did you mean `string`?",
        ),
        (
            "a: {{ Values.name.upper() }}\n",
            "a.yaml:1:18: [template-method] a string has no method `upper` -- write `Values.name | upper`",
        ),
        (
            "{% for k, v in Values.map.items() %}\n{% endfor %}\n",
            "a.yaml:1:26: [template-method] a map has no method `items` -- write `Values.map | items`",
        ),
        (
            "{% do Values.list.append(1) %}\n",
            "a.yaml:1:18: [template-method] a list has no method `append` -- lists do not change: write `Values.list + [...]`, within a loop as an attribute of a `namespace()`",
        ),
        (
            "a: {{ f\"{Values.name}\" }}\n",
            "a.yaml:1:8: [template-syntax] there are no f-strings -- join texts with `~`: `a ~ \"-\" ~ b`",
        ),
        (
            "a: {{ [x for x in Values.list] }}\n",
            "a.yaml:1:10: [template-syntax] there are no list comprehensions -- write `list | map(...)` or `list | select(...)`, or a loop: `{% for item in list %}`",
        ),
        (
            "a: {{ Values.num ? 1 : 2 }}\n",
            "a.yaml:1:18: [template-syntax] there is no operator `? :` -- write `a if condition else b`",
        ),
        (
            "{% set x += 1 %}\n",
            "a.yaml:1:10: [template-syntax] a name is set with `=` alone -- write `{% set x = x + 1 %}`",
        ),
        (
            "{% if Values.name = 1 %}\n{% endif %}\n",
            "a.yaml:1:19: [template-syntax] `=` sets a name -- write `==` to compare",
        ),
        (
            "{% if 1 %}\n{% elseif Values.num %}\n{% endif %}\n",
            "a.yaml:2:4: [template-syntax] there is no tag `{% elseif %}` -- write `{% elif Values.num %}`",
        ),
        (
            "{% set Values.x = 1 %}\n",
            "a.yaml:1:15: [template-error] values do not change: only the attributes of a `namespace()` can be set -- give the new value a name of its own: `{% set name = ... %}`",
        ),
    ]);
    // What Python and Jinja have in common.
    let template =
        "a: {{ True }}\nb: {{ 1 if Values.name is not none else 2 }}\nc: {{ Values.name != None }}\n";
    assert_eq!(
        super::tests::many(&[("a.yaml", template)], VALUES),
        r#"{"a":true,"b":1,"c":true}"#
    );
}

#[test]
fn letters_of_several_bytes() {
    told(&[
        (
            "a: {{ größe }}\n",
            "a.yaml:1:9: [template-syntax] the template does not parse: unexpected character",
        ),
        (
            "a: {{ Values.größe && 1 }}\n",
            "a.yaml:1:20: [template-syntax] operators are the words `and`, `or` and `not`",
        ),
        (
            "{% if en\u{a0}| groupby(f %}\n{% endif %}\n",
            "a.yaml:1:22: [template-syntax] a `)` is missing -- write `)` before `%}`",
        ),
    ]);
}

#[test]
fn what_does_not_parse_is_told_the_same_with_a_record() {
    for template in [
        "a: {{ f{1} }}\n",
        "{% if Values.num %}\n{% for x in %}\n{% endfor %}\n{% endif %}\n",
        "{% set x = f{1} %}\n",
        "a: {{ Values.num, Values.name }}\n",
        "a: {{ Values.missing }}\nb: {{ Values.num , 1 }}\n",
    ] {
        let told = |is_recorded| {
            let templates = [("a.yaml", template), ("_b.yaml", template)];
            render_either(&templates, VALUES, is_recorded).unwrap_err()
        };
        assert_eq!(told(false), told(true), "{template}");
    }
}

#[test]
fn blocks_that_do_not_fit() {
    told(&[
        (
            "b: 1\n{% if 1 %}\na: 1\n",
            "a.yaml:2:1: [template-syntax] the block `if` is not closed -- write `{% endif %}` where it ends",
        ),
        (
            "{% for x in Values.list %}\n{% if 1 %}\na: 1\n{% endfor %}\n",
            "a.yaml:2:1: [template-syntax] the block `if` is not closed (the block around it ends here, with `endfor` a.yaml:4:1) -- write `{% endif %}` where it ends",
        ),
        (
            "{% if 1 %}\na: 1\n{% endfor %}\n",
            "a.yaml:3:1: [template-syntax] `{% endfor %}` does not end the block that is open, `if` (the block `if` begins here a.yaml:1:1) -- write `{% endif %}`",
        ),
        (
            "{% if 1 %}\na: 1\n{% end %}\n",
            "a.yaml:3:1: [template-syntax] `{% end %}` does not end the block that is open, `if` (the block `if` begins here a.yaml:1:1) -- write `{% endif %}`",
        ),
        (
            "a: 1\n{% endif %}\n",
            "a.yaml:2:1: [template-syntax] `{% endif %}` ends a block that is not open -- remove it",
        ),
        (
            "{% for x in Values.list %}\n{% elif x %}\n{% endfor %}\n",
            "a.yaml:2:1: [template-syntax] `{% elif %}` belongs to no `{% if %}` that is open (the block `for` is open a.yaml:1:1)",
        ),
        (
            "{% set x %}\na: 1\n",
            "a.yaml:1:1: [template-syntax] the block `set` is not closed -- write `{% endset %}` where it ends",
        ),
        (
            "a: 1\n{% raw %}\nb: 1\n",
            "a.yaml:2:1: [template-syntax] the block `raw` is not closed -- write `{% endraw %}` where it ends",
        ),
    ]);
}

#[test]
fn tags_that_do_not_end() {
    told(&[
        (
            "a: {{ Values.name\nb: 1\n",
            "a.yaml:1:4: [template-syntax] `{{` is not closed -- write `}}` at its end",
        ),
        (
            "a: {{ Values.name\nb: {{ Values.num }}\n",
            "a.yaml:1:4: [template-syntax] `{{` is not closed -- write `}}` at its end",
        ),
        (
            "a: {{ Values.name }\nb: 1\n",
            "a.yaml:1:4: [template-syntax] `{{` is not closed -- write `}}` where the line ends with `}`",
        ),
        (
            "{% if 1\na: 1\n{% endif %}\n",
            "a.yaml:1:1: [template-syntax] `{%` is not closed -- write `%}` at its end",
        ),
        (
            "{# a comment\nkind: A\n",
            "a.yaml:1:1: [template-syntax] `{#` is not closed -- write `#}` behind the comment",
        ),
        (
            "a: {{ \"x }}\nb: 1\n",
            "a.yaml:1:7: [template-syntax] the text in quotes does not end -- write the same quote behind it; within it, `\\\"`",
        ),
        (
            "{% if {{ Values.num }} %}\n{% endif %}\n",
            "a.yaml:1:7: [template-syntax] `{{` stands within `{% %}` -- within a tag names stand without braces",
        ),
        (
            "a: {{ (1 + 2 }}\n",
            "a.yaml:1:14: [template-syntax] a `)` is missing -- write `)` before `}}`",
        ),
        (
            "a: {{ }}\n",
            "a.yaml:1:7: [template-syntax] there is nothing within the braces -- write an expression, or remove them",
        ),
    ]);
}

#[test]
fn output_that_is_not_yaml_because_of_a_tag() {
    told(&[
        (
            "a: {% raw %}{{ $labels.x }}{% endraw %}\n",
            "a.yaml:1:4: [complex-key] the raw text is not a text in YAML without quotes -- write `\"{% raw %}{{ $labels.x }}{% endraw %}\"`",
        ),
        (
            "data:\n  a: 1\n  {% call helpers.wrap() %}\n  b\n  {% endcall %}\n",
            "a.yaml:3:3: [yaml-syntax] what this `{% call %}` writes stands at the start of a line -- write it behind a key, `key: {% call ... %}`, or merge it into the map, `<<: {% call ... %}`",
        ),
        (
            "data:\n  <<: {{ [{\"a\": 1}, {\"a\": 2}] }}\n",
            "a.yaml:2:3: [merge-list] `<<` merges a list of maps, and two of them have the key `a` -- for a list of maps write `{{ list }}` as the value of a key; to let later maps win, the filter `merge`",
        ),
    ]);
    let right = "a: \"{% raw %}{{ $labels.x }}{% endraw %}\"\n<<: {% call helpers.wrap() %}b{% endcall %}\n";
    let templates = [("_h.yaml", HELPERS), ("a.yaml", right)];
    assert_eq!(
        super::tests::many(&templates, VALUES),
        r#"{"a":"{{ $labels.x }}","x":"b"}"#
    );
}

#[test]
fn filters_and_functions_that_are_used_otherwise() {
    told(&[
        (
            "a: {{ [1] | int }}\n",
            "a.yaml:1:13: [template-error] `int` works on numbers and texts, and this is a list",
        ),
        (
            "a: {{ \"x\" | trunc }}\n",
            "a.yaml:1:13: [template-error] an argument of `trunc` is missing -- it is written `text | trunc(length)`",
        ),
        (
            "a: {{ \"x\" | trunc(\"y\") }}\n",
            "a.yaml:1:13: [template-error] `trunc` asks for a whole number, and this is a string -- it is written `text | trunc(length)`",
        ),
        (
            "a: {{ \"x\" + 1 }}\n",
            "a.yaml:1:7: [template-error] `+` does not work on a string and a number -- join texts with `~`; make a number of a text with `| int`",
        ),
        (
            "{% for k, v in Values.map %}\n{% endfor %}\n",
            "a.yaml:1:8: [template-error] the items of the loop are not pairs (`Values.map` is a map values.yaml:5:6) -- for the keys and values of a map write `in map | items`",
        ),
        (
            "a: {{ \"x\" | safe }}\n",
            "a.yaml:1:13: [template-filter] there is no filter `safe` -- leave `| safe` out: a value is inserted as it is, and nothing is escaped",
        ),
        (
            "{% extends \"x\" %}\n",
            "a.yaml:1:4: [template-missing] there is no template `x` -- share with a helper: a `set` or `macro` of a `_*.yaml` file under templates/",
        ),
        (
            "a: {{ \"x\" | regex_match(\"(\") }}\n",
            "a.yaml:1:13: [template-error] the pattern is not a regular expression: unclosed group",
        ),
    ]);
}

#[test]
fn files_that_are_not_there() {
    told(&[
        (
            "a: {{ Files.get(\"rules/b.yml\") }}\n",
            "a.yaml:1:12: [template-error] the chart has no file of this path -- did you mean `rules/a.yml`? to ask whether a file is there write `if Files.glob(\"path\")`",
        ),
        (
            "a: {{ Files.lines(\"other\") }}\n",
            "a.yaml:1:12: [template-error] the chart has no file of this path -- `Files` leaves out templates and what .helmignore names; to ask whether a file is there write `if Files.glob(\"path\")`",
        ),
        (
            "a: {{ Files.get(Values.nope) }}\n",
            "a.yaml:1:17: [undefined-value] `Values.nope` is not defined -- `Values` has no key `nope`; add it to values.yaml, or write `or omit` behind it",
        ),
    ]);
    let template =
        "a: {{ Files.get(\"b\") if Files.glob(\"b\") else omit }}\nb: {{ Files.get(\"rules/a.yml\") }}\n";
    assert_eq!(
        super::tests::many(&[("a.yaml", template)], ""),
        r#"{"b":"one\ntwo\n"}"#
    );
}

#[test]
fn what_writes_nothing_is_told_too() {
    told(&[
        ("{% set _ = fail(\"no\") %}\n", "a.yaml:1:12: [template-error] no"),
        (
            "{% set x = Values.nope | required(\"set nope\") %}\n",
            "a.yaml:1:26: [template-error] set nope",
        ),
        (
            "{% if 1\nkind: A\n",
            "a.yaml:1:1: [template-syntax] `{%` is not closed -- write `%}` at its end",
        ),
    ]);
}

#[test]
fn mistakes_of_all_templates_are_told_in_one_run() {
    let templates = [
        ("a.yaml", "a: {{ Values.nope }}\n"),
        ("b.yaml", "b: {{ .Values.x }}\n"),
        ("c.yaml", "c: {{ 1 | uper }}\n"),
        ("d.yaml", "d: e: f\n"),
        ("e.yaml", "{% if 1 %}\n"),
    ];
    let told = error_of(&templates, "");
    for (file, _) in templates {
        assert!(
            told.contains(&format!("chart/templates/{file}:")),
            "{file}: {told}"
        );
    }
    // What helpers give to templates is not known then, but what does not parse is.
    let helpers = [
        ("_a.yaml", "{% macro a() %}{{ 1 | }}{% endmacro %}\n"),
        ("_b.yaml", "{% set b = Values.nope ~ 1 %}\n"),
        ("_c.yaml", "{% set c = %}\n"),
        ("d.yaml", "d: {{ helpers.c }}\n"),
        ("e.yaml", "e: {{ 1 + }}\n"),
    ];
    let told = error_of(&helpers, "");
    for file in ["_a.yaml", "_c.yaml", "e.yaml"] {
        assert!(
            told.contains(&format!("chart/templates/{file}:")),
            "{file}: {told}"
        );
    }
    assert!(!told.contains("d.yaml"), "{told}");
}

#[test]
fn no_message_shows_a_value() {
    let values = "password: hunter2\nlist: [hunter2]\nmap: {token: hunter2}\n";
    for template in [
        "a: {{ Values.password + 1 }}\n",
        "a: {{ Values.password() }}\n",
        "a: {{ Values.password.x }}\n",
        "a: {{ Values.password.upper() }}\n",
        "a: {{ Values.password | from_yaml | merge({}) }}\n",
        "a: {{ Values.password | b64decode }}\n",
        "a: {{ Values.password | semver_compare(\">=1\") }}\n",
        "a: {{ \"1\" | semver_compare(Values.password) }}\n",
        "a: {{ \"x\" | regex_match(Values.password ~ \"(\") }}\n",
        "a: {{ Values.list | groupby(\"x\") }}\n",
        "a: {{ Values.map | trunc(1) }}\n",
        "a: {{ Values.map | trunc(Values.password) }}\n",
        "a: {{ Files.get(Values.password) }}\n",
        "a: x-{{ Values.map }}\n",
        "{% for k, v in Values.list %}\n{% endfor %}\n",
        "<<: {{ Values.password }}\n",
    ] {
        let told = error_of(&[("a.yaml", template)], values);
        assert!(!told.contains("hunter2"), "{template}: {told}");
    }
}

#[test]
fn what_is_not_there_has_no_order() {
    for comparison in [
        "Values.nope > 1",
        "1 < Values.nope",
        "Values.nope <= Values.a",
        "Values.a >= Values.nope",
    ] {
        let told = super::tests::error(&format!("a: {{{{ {comparison} }}}}\n"), "a: 1\n");
        assert!(told.starts_with("chart/templates/a.yaml:1:"), "{told}");
        assert!(
            told.contains("[undefined-value] `Values.nope` is not defined"),
            "{told}"
        );
        let text = super::tests::error(
            "a: {{ Values.t | tpl }}\n",
            &format!("a: 1\nt: '{{{{ {comparison} }}}}'\n"),
        );
        assert!(text.starts_with("values.yaml:2:"), "{text}");
        assert!(
            text.contains("[undefined-value] `Values.nope` is not defined"),
            "{text}"
        );
    }
    let block = super::tests::error(
        "{% if Values.a and Values.nope > 1 %}\na: 1\n{% endif %}\n",
        "a: 1\n",
    );
    assert!(
        block.starts_with("chart/templates/a.yaml:1:20: [undefined-value] `Values.nope`"),
        "{block}"
    );
    let fine = "a: {{ Values.nope == 1 }}\nb: {{ (Values.nope or 2) > 1 }}\nc: {{ Values.a < 2 }}\n";
    assert_eq!(
        super::tests::many(&[("a.yaml", fine)], "a: 1\n"),
        r#"{"a":false,"b":true,"c":true}"#
    );
}
