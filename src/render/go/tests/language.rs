//! The language: what a reader of Go's documentation expects, and what Helm's charts build on.

use super::*;

const VALUES: &str = "num: 5\nf: 2.5\nbig: 1000000\ns: text\nempty: ''\nnil: null\ntruth: true\nlist: [b, a]\nmap: {b: 1, \
                      a: {x: z}}\nobjects: [{name: p}, {name: q}]\ntemplate: '{{ .Values.s }}!'\n";

fn says(template: &str, expected: &str) {
    assert_eq!(render(template, VALUES), expected, "{template}");
}

#[test]
fn trims_white_space_where_the_marks_say_so() {
    says("a {{- 1 -}} b", "a1b");
    says("a \n\t{{- 1 }} b", "a1 b");
    says("a {{ 1 -}} \n b", "a 1b");
    says("a {{/* c */}} b", "a  b");
    says("a {{- /* c */ -}} b", "ab");
    // Without the space it is a number.
    says("{{-3}}", "-3");
    says("{{ \"}}\" }}{{ `}}` }}", "}}}}");
    says("{{\n 1\n}}", "1");
}

#[test]
fn pipelines_hand_on_the_last_argument() {
    says("{{ \"a\" | printf \"%s-%s\" \"b\" | print }}", "b-a");
    says("{{ 1 | }}", "1");
    says("{{ (index .Values.list 0) | print \"x\" }}", "xb");
}

#[test]
fn conditions_follow_go() {
    let truth = "{{ if X }}y{{ else }}n{{ end }}";
    for (of, expected) in [
        ("0", "n"),
        ("0.0", "n"),
        ("1", "y"),
        ("\"\"", "n"),
        ("nil", "n"),
        (".Values.nil", "n"),
        (".Values.missing", "n"),
        (".Values.map", "y"),
        (".Values.f", "y"),
        ("(fromJson \"{}\")", "n"),
        (".Values.truth", "y"),
    ] {
        if of != "nil" {
            says(&truth.replace('X', of), expected);
        }
    }
    says("{{ if eq .Values.s \"a\" \"text\" }}1{{ end }}", "1");
    says(
        "{{ if 0 }}a{{ else if 0 }}b{{ else if 1 }}c{{ else }}d{{ end }}",
        "c",
    );
    says(
        "{{ with .Values.map.a }}{{ .x }}{{ $.Values.num }}{{ end }}",
        "z5",
    );
    says(
        "{{ with .Values.nil }}a{{ else with .Values.s }}{{ . }}{{ else }}c{{ end }}",
        "text",
    );
    says("{{ with $x := .Values.s }}{{ $x }}{{ end }}", "text");
}

#[test]
fn ranges_go_over_lists_maps_and_numbers() {
    says("{{ range .Values.list }}{{ . }},{{ end }}", "b,a,");
    says(
        "{{ range $i, $x := .Values.list }}{{ $i }}={{ $x }},{{ end }}",
        "0=b,1=a,",
    );
    says(
        "{{ range $k, $v := .Values.map }}{{ $k }}={{ $v }},{{ end }}",
        "a=map[x:z],b=1,",
    );
    says("{{ range $x := 3 }}{{ $x }}{{ end }}", "012");
    says("{{ range .Values.nil }}a{{ else }}none{{ end }}", "none");
    says(
        "{{ range 9 }}{{ if eq . 2 }}{{ continue }}{{ end }}{{ if eq . 4 }}{{ break }}{{ end }}{{ . }}{{ end }}",
        "013",
    );
    says(
        "{{ range .Values.list }}{{ range $.Values.objects }}{{ break }}{{ end }}{{ . }}{{ end }}",
        "ba",
    );
}

#[test]
fn variables_live_as_long_as_what_they_stand_in() {
    says("{{ $x := 1 }}{{ if true }}{{ $x = 2 }}{{ end }}{{ $x }}", "2");
    says("{{ $x := 1 }}{{ if true }}{{ $x := 2 }}{{ end }}{{ $x }}", "1");
    says("{{ $x := 1 }}{{ $x := print $x 2 }}{{ $x }}", "1 2");
    says(
        "{{ $x := 0 }}{{ range $x, $y := .Values.list }}{{ end }}{{ $x }}",
        "0",
    );
    says("{{ $m := .Values.map }}{{ $m.a.x }}", "z");
    says("{{ define \"t\" }}{{ $ }}{{ end }}{{ template \"t\" 3 }}", "3");
}

#[test]
fn missing_keys_are_nil_and_the_next_key_is_an_error() {
    says("[{{ .Values.missing }}{{ .Values.nil }}]", "[]");
    says(
        "{{ printf \"%s %v\" .Values.missing .Values.nil }}",
        "%!s(<nil>) <nil>",
    );
    // In parentheses, nothing is asked of nothing.
    says("[{{ ((.Values.missing).a).b }}]", "[]");
    says("{{ $x := .Values.missing }}[{{ $x.a.b }}]", "[]");
    assert_eq!(
        render_files(&[("a", "{{ .Values.missing.a }}")], "")
            .unwrap_err()
            .to_string(),
        "a:1:4: `.a` is asked of something that is nil or missing"
    );
}

#[test]
fn nil_is_printed_inside_include_and_taken_out_at_the_end() {
    says(
        "{{ define \"t\" }}{{ .Values.nil }}{{ end }}[{{ include \"t\" . }}]{{ len (include \"t\" .) }}",
        "[]10",
    );
    says(
        "[{{ tpl \"{{ .Values.nil }}\" . }}]{{ len (tpl \"{{ .Values.nil }}\" .) }}",
        "[]0",
    );
}

#[test]
fn numbers_keep_their_go_types() {
    says(
        "{{ .Values.big }} {{ .Values.num }} {{ .Values.f }}",
        "1e+06 5 2.5",
    );
    says(
        "{{ typeOf .Values.num }} {{ typeOf 5 }} {{ typeOf 5.0 }} {{ typeOf 'a' }}",
        "float64 int float64 int",
    );
    says(
        "{{ typeOf .Values }} {{ typeOf .Values.map }}",
        "common.Values map[string]interface {}",
    );
    says("{{ index \"abc\" 1 }} {{ kindOf (index \"abc\" 1) }}", "98 uint8");
    assert!(wrong("{{ eq 1.0 1 }}").contains("a `float64` and a `int` cannot be compared"));
}

#[test]
fn and_and_or_stop_early() {
    says("{{ or 1 (fail \"no\") }} {{ and 0 (fail \"no\") }}", "1 0");
    says("{{ or 0 \"\" nil }}|{{ and 1 2 3 }}|{{ 5 | or 0 }}", "|3|5");
}

#[test]
fn templates_are_global_and_the_last_definition_wins() {
    // Deeper folders come first, then the alphabet backwards: the one that is parsed last wins.
    let files = [
        ("c/templates/a.yaml", "{{ template \"x\" }}"),
        ("c/templates/_b.tpl", "{{ define \"x\" }}from b{{ end }}"),
        ("c/templates/_z.tpl", "{{ define \"x\" }}from z{{ end }}"),
        (
            "c/charts/d/templates/_a.tpl",
            "{{ define \"x\" }}from a subchart{{ end }}",
        ),
        (
            "c/templates/_0.tpl",
            "{{ define \"x\" }}  {{/* an empty one counts not */}}{{ end }}",
        ),
    ];
    assert_eq!(render_files(&files, "").unwrap(), "from b");
    says(
        "{{ block \"b\" .Values.num }}<{{ . }}>{{ end }}{{ template \"b\" 1 }}",
        "<5><1>",
    );
}

#[test]
fn texts_of_tpl_see_and_define_templates() {
    says("{{ tpl .Values.template . }}", "text!");
    says(
        "{{ define \"x\" }}1{{ end }}{{ tpl \"{{ define \\\"x\\\" }}2{{ end }}{{ include \\\"x\\\" . }}\" . }}{{ include \
         \"x\" . }}",
        "21",
    );
}

#[test]
fn printing_follows_fmt() {
    for (call, expected) in [
        ("print 1 2 \"a\" 3 nil", "1 2a3 <nil>"),
        (
            "printf \"%05d|%-5s|%5.1f|%+d|%q|%x\" 42 \"ab\" 2.25 7 \"a\\\"b\" \"hi\"",
            "00042|ab   |  2.2|+7|\"a\\\"b\"|6869",
        ),
        ("printf \"%d %s\" \"x\" 1", "%!d(string=x) %!s(int=1)"),
        ("printf \"%s\"", "%!s(MISSING)"),
        ("printf \"a\" 1 nil", "a%!(EXTRA int=1, <nil>)"),
        ("printf \"%[2]s %[1]s\" \"a\" \"b\"", "b a"),
        (
            "printf \"%v %T %t %%\" .Values.map .Values.f true",
            "map[a:map[x:z] b:1] float64 true %",
        ),
        (
            "printf \"%e %g %G %.3g\" 1.5 1e6 1e-7 1234.5",
            "1.500000e+00 1e+06 1E-07 1.23e+03",
        ),
        ("printf \"%*d|%.*f\" 4 1 2 1.005", "   1|1.00"),
        ("printf \"%c%c %U %o %b\" 72 105 72 8 5", "Hi U+0048 10 101"),
        (
            "printf \"%#v\" (fromJson \"{\\\"a\\\":[1,null,\\\"x\\\"]}\")",
            "map[string]interface {}{\"a\":[]interface {}{1, interface {}(nil), \"x\"}}",
        ),
        ("printf \"%6v|%-6v|%06d\" true nil -5", "  true|<nil> |-00005"),
    ] {
        says(&format!("{{{{ {call} }}}}"), expected);
    }
}

#[test]
fn bytes_that_are_not_utf8_pass_through() {
    let program = program(&[("a", "{{ \"a\\xffb\" }}")]).unwrap();
    let output = Run::new(&program, Limits::default())
        .render("a", Value::Nil, false)
        .unwrap();
    assert!(matches!(output.text, Wrote::Bytes(bytes) if *bytes == *b"a\xffb"));
    says(
        "{{ len \"\\xff\" }}{{ printf \"%q\" \"\\xff\" }}{{ toJson \"\\xff\" }}",
        "1\"\\xff\"\"\\ufffd\"",
    );
}

#[test]
fn addresses_are_always_the_same() {
    says("{{ printf \"%p\" .Values.map }}", "0xc000000000");
    says("{{ printf \"%p\" 1 }}", "%!p(int=1)");
}

#[test]
fn a_name_is_known_before_its_declaration_has_run() {
    // Go's parser takes it; only what is run can be a mistake.
    says("{{ if false }}{{ $x := $x }}{{ end }}.", ".");
    says("{{ if true }}a{{ else }}{{ $x = 1 }}{{ $x }}{{ end }}", "a");
    says("{{ range $x := until 0 }}{{ else }}b{{ end }}", "b");
    says("{{ $x := 1 }}{{ $x := add $x 1 }}{{ $x }}", "2");
    says(
        "{{ $x := 1 }}{{ if false }}{{ $x := 2 }}{{ else }}{{ $x }}{{ end }}",
        "1",
    );
    says("{{ if $c := .Values.empty }}{{ else }}[{{ $c }}]{{ end }}", "[]");
}

#[test]
fn merge_takes_over_what_is_empty_by_its_type() {
    says("{{ merge (dict) (dict \"a\" nil \"b\" .Release.Nope) }}", "map[]");
}

/// Helm's reader of YAML ends with the document's last bracket; only what is no word of YAML at all is told.
#[test]
fn from_yaml_leaves_out_what_stands_behind_brackets() {
    for (text, expected) in [
        (r"{a: 1} x", r#"{"a":1}"#),
        (r"{a: 1}\nb: 2", r#"{"a":1}"#),
        (r"{}\nb: 2", "{}"),
        (r"{a: 1}\n- b", r#"{"a":1}"#),
        (r"{a: 1}}", r#"{"a":1}"#),
        (r"{a: 1},", r#"{"a":1}"#),
        (r"{a: 1}\n... x", r#"{"a":1}"#),
        (r"--- {a: 1}\nb", r#"{"a":1}"#),
        (r"&a {a: 1} x", r#"{"a":1}"#),
        (r"!!map {a: 1} x", r#"{"a":1}"#),
        (r"{a: 1} {b: 2}", r#"{"a":1}"#),
    ] {
        let template = format!(r#"{{{{ fromYaml "{text}" | toJson }}}}"#);
        says(&template, expected);
    }
    for (text, expected) in [
        (r"[1] x", "[1]"),
        (r"[1]]", "[1]"),
        (r"[1],2", "[1]"),
        (r"[]interface {}", "[]"),
        (r"# c\n[1] x", "[1]"),
        (r"[1] [2", "[1]"),
    ] {
        let template = format!(r#"{{{{ fromYamlArray "{text}" | toJson }}}}"#);
        says(&template, expected);
    }
    for text in [
        r"{a: 1} @",
        r"{a: 1} `",
        r"{a: 1} 'b",
        r"{a: 1]",
        r"a: 1\n- b",
        r"- 1\nb: 1",
    ] {
        let template = format!(r#"{{{{ (fromYaml "{text}").Error | empty }}}}"#);
        says(&template, "false");
    }
}

#[test]
fn what_was_read_of_yaml_is_anew_for_each_that_reads_it() {
    for (template, expected) in [
        (
            r#"{{ $t := "a: {b: 1}\nc: 2" }}{{ $x := fromYaml $t }}{{ $_ := set $x "c" 3 }}{{ $_ := set $x.a "b" 4 }}{{ fromYaml $t | toJson }} {{ $x | toJson }}"#,
            r#"{"a":{"b":1},"c":2} {"a":{"b":4},"c":3}"#,
        ),
        (
            r#"{{ $t := "[{a: 1}]" }}{{ $x := fromYamlArray $t }}{{ $_ := set (first $x) "a" 2 }}{{ fromYamlArray $t | toJson }} {{ $x | toJson }}"#,
            r#"[{"a":1}] [{"a":2}]"#,
        ),
        (
            r#"{{ $t := "[1]" }}{{ fromYamlArray $t | toJson }} {{ (fromYaml $t).Error | empty }} {{ fromYamlArray $t | toJson }}"#,
            "[1] false [1]",
        ),
        (
            r#"{{ range (list "a: 1" "b: 2" "a: 1" "" "b: 2" "b: 2" "a: [") }}{{ fromYaml . | keys }}{{ end }}"#,
            "[a][b][a][][b][b][Error]",
        ),
    ] {
        says(template, expected);
    }
}

/// Texts that are so large that they are held without being copied are as any other.
#[test]
fn large_texts_are_as_small_ones() {
    let large = "0123456789abcde\n".repeat(8 << 10);
    let end = "{{ if .Values.truth }}end{{ end }}";
    let define = format!("{{{{ define \"large\" }}}}{large}{end}{{{{ end }}}}");
    let written = format!("{large}end");
    // What `tpl` makes of a large text, of one that it made itself, and of what `include` made.
    let template = format!(
        "{define}{{{{ tpl .Values.large . }}}}|{{{{ tpl (tpl .Values.large .) . }}}}|{{{{ include \"large\" . | upper | lower }}}}"
    );
    let values = format!("truth: true\nlarge: |-\n  {}{end}\n", large.replace('\n', "\n  "));
    assert!(render(&template, &values) == format!("{written}|{written}|{written}"));
    // Both are one key, and neither changes.
    let keys = format!(
        "{define}{{{{ $d := dict (include \"large\" .) 1 }}}}{{{{ $d = set $d (tpl .Values.large .) 2 }}}}{{{{ len $d }}}}{{{{ get $d (include \"large\" .) }}}}"
    );
    assert_eq!(render(&keys, &values), "12");
}

#[test]
fn a_mistake_in_a_large_text_of_tpl_has_its_line() {
    let line = "0123456789abcde\n";
    let template = format!(
        "{{{{ tpl (printf \"%s{{{{ fail `no` }}}}\" (repeat {} \"{}\")) . }}}}",
        8 << 10,
        line.escape_debug()
    );
    let told = render_files(&[("a.yaml", &template)], "")
        .unwrap_err()
        .to_string();
    assert!(told.contains("the text of `tpl`:8193:"), "{told}");
}
