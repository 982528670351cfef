//! Mistakes are told in one sentence, at their place.

use super::*;

#[test]
fn mistakes_of_grammar_have_a_place() {
    for (template, expected) in [
        ("a\n  {{ if .x }}b", "a.yaml:2:6: it is not closed by an `end`"),
        ("{{ end }}", "a.yaml:1:4: this `end` closes nothing"),
        ("{{ else }}", "a.yaml:1:4: this `else` belongs to nothing"),
        (
            "{{ if 1 }}{{ else }}{{ else }}{{ end }}",
            "a.yaml:1:28: there is an `else` already; an `end` is missing",
        ),
        ("é {{ .x", "a.yaml:1:8: the action does not end with `}}`"),
        ("{{/* x", "a.yaml:1:1: the comment does not end with `*/}}`"),
        (
            "{{/* x */ y }}",
            "a.yaml:1:10: `*/` of a comment is not followed by `}}`",
        ),
        (
            "{{ \"a }}",
            "a.yaml:1:4: the text in double quotes does not end on its line",
        ),
        ("{{ `a }}", "a.yaml:1:4: the text in back quotes does not end"),
        ("{{ (1 }}", "a.yaml:1:7: a parenthesis is not closed"),
        ("{{ 1) }}", "a.yaml:1:5: `)` closes no parenthesis"),
        ("{{ 1_ }}", "a.yaml:1:4: `1_` is not a number"),
        ("{{ 1i }}", "a.yaml:1:4: `1i` is not a number"),
        ("{{ 1x }}", "a.yaml:1:4: `1x` is not a number"),
        ("{{ a!b }}", "a.yaml:1:5: `a` cannot be followed by `!`"),
        ("{{ xyz 1 }}", "a.yaml:1:4: there is no function `xyz`"),
        (
            "{{ includ \"a\" . }}",
            "a.yaml:1:4: there is no function `includ`; did you mean `include`?",
        ),
        ("{{ $x }}", "a.yaml:1:4: there is no variable `$x`"),
        (
            "{{ $name := 1 }}{{ $nam }}",
            "a.yaml:1:20: there is no variable `$nam`; did you mean `$name`?",
        ),
        ("{{ }}", "a.yaml:1:4: an action has no value"),
        ("{{ if }}{{ end }}", "a.yaml:1:7: `if` has no value"),
        (
            "{{ 1 | 2 }}",
            "a.yaml:1:8: `2` cannot stand after `|`: it is not a function",
        ),
        ("{{ | print }}", "a.yaml:1:4: `|` does not belong in an action"),
        ("{{ break }}", "a.yaml:1:4: `break` stands outside of any `range`"),
        (
            "{{ if 1 }}{{ define \"a\" }}{{ end }}{{ end }}",
            "a.yaml:1:14: `define` cannot stand inside of something else",
        ),
        (
            "{{ template x }}",
            "a.yaml:1:13: `template` needs a name in quotes",
        ),
        (
            "{{ define \"x\" }}1{{ end }}{{ define \"x\" }}2{{ end }}",
            "a.yaml:1:36: the template `x` is defined twice in this file",
        ),
        ("{{ $a, $b := 1 }}", "a.yaml:1:4: too many variables in an action"),
        (
            "{{ 18446744073709551616 }}",
            "a.yaml:1:4: 18446744073709551616 does not fit 64 bits",
        ),
        (
            "{{ \"\\q\" }}",
            "a.yaml:1:4: the text \"\\q\" has an escape that Go does not know",
        ),
        ("{{ \"a\".b }}", "a.yaml:1:4: this has no fields"),
    ] {
        assert_eq!(wrong(template), expected, "{template}");
    }
}

#[test]
fn mistakes_of_values_have_a_place() {
    for (template, expected) in [
        (
            "{{ .Values.a.b }}",
            "a.yaml:1:4: `.a.b` is asked of something that is nil or missing",
        ),
        (
            "{{ index .Values 1 }}",
            "a.yaml:1:4: `index`: a key of a map is a text, not a `int`",
        ),
        (
            "{{ index \"abc\" 3 }}",
            "a.yaml:1:4: `index`: there is no item 3: there are 3",
        ),
        (
            "{{ index nil 1 }}",
            "a.yaml:1:4: `index`: something that is nil or missing has no items",
        ),
        ("{{ nil }}", "a.yaml:1:4: `nil` is not a command"),
        (
            "{{ $x := $x }}",
            "a.yaml:1:10: `$x` has no value here: its declaration has not run",
        ),
        (
            "{{ if false }}{{ $x := 1 }}{{ else if $x }}{{ end }}",
            "a.yaml:1:39: `$x` has no value here: its declaration has not run",
        ),
        ("{{ len 3 }}", "a.yaml:1:4: `len`: a `int` has no length"),
        (
            "{{ \"a\" | len 1 }}",
            "a.yaml:1:10: `len` takes 1 argument, not 2",
        ),
        (
            "{{ printf }}",
            "a.yaml:1:4: `printf` takes at least 1 argument, not 0",
        ),
        (
            "{{ printf 1 }}",
            "a.yaml:1:11: a text is wanted here, not a number",
        ),
        (
            "{{ 1 | printf }}",
            "a.yaml:1:8: `printf`: a text is wanted here, not a `int`",
        ),
        (
            "{{ lt 1 \"a\" }}",
            "a.yaml:1:4: `lt`: a `int` and a `string` cannot be compared",
        ),
        ("{{ fail \"so it is\" }}", "a.yaml:1:4: `fail`: so it is"),
        (
            "{{ required \"give x\" .Values.x }}",
            "a.yaml:1:4: `required`: give x",
        ),
        (
            "{{ include \"nosuch\" . }}",
            "a.yaml:1:4: `include`: there is no template `nosuch`",
        ),
        (
            "{{ template \"nosuch\" }}",
            "a.yaml:1:4: there is no template `nosuch`",
        ),
        (
            "{{ range 1.5 }}{{ end }}",
            "a.yaml:1:10: `range` cannot go over a `float64`",
        ),
        (
            "{{ $x = 1 }}",
            "a.yaml:1:4: `$x` was not declared; that is done with `:=`",
        ),
        (
            "{{ .Values 1 }}",
            "a.yaml:1:4: `.Values` is not a method, and takes no arguments",
        ),
        (
            "{{ 1 2 }}",
            "a.yaml:1:4: this is not a function, and takes no arguments",
        ),
        (
            "{{ \"a\" | print | .Values }}",
            "a.yaml:1:18: `.Values` is not a method, and takes no arguments",
        ),
    ] {
        // The last key is named alone.
        let expected = expected.replace("`.a.b`", "`.b`");
        assert_eq!(wrong(template), expected, "{template}");
    }
}

#[test]
fn an_error_tells_what_led_to_it() {
    let files = [
        ("c/templates/a.yaml", "x: 1\ny: {{ include \"outer\" . }}"),
        (
            "c/templates/_h.tpl",
            "{{ define \"outer\" }}\n{{ template \"inner\" .Values }}{{ end }}\n{{ define \"inner\" }}{{ if .a.b }}{{ end \
             }}{{ end }}",
        ),
    ];
    let error = render_files(&files, "").unwrap_err();
    assert_eq!(
        error.message(),
        "`.b` is asked of something that is nil or missing"
    );
    let frames: Vec<_> = error
        .frames()
        .iter()
        .map(|frame| {
            format!(
                "{} {}:{}:{}",
                frame.template, frame.file, frame.line, frame.column
            )
        })
        .collect();
    assert_eq!(
        frames,
        [
            "inner c/templates/_h.tpl:3:27",
            "outer c/templates/_h.tpl:2:4",
            "c/templates/a.yaml c/templates/a.yaml:2:7",
        ]
    );
}
