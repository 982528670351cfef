//! What charts may read, in both languages.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on may panic")]

use super::may_read;
use super::reads::Reads;
use crate::chart::{Chart, ChartFile, Engine, Metadata};
use crate::source::Source;

fn chart(engine: Engine, files: &[(&str, &str)]) -> Chart {
    let file = |(name, text): &(&str, &str)| {
        ChartFile::of_text(format!("templates/{name}"), &Source::new(*name, *text))
    };
    Chart {
        metadata: Metadata {
            name: "demo".to_owned(),
            ..Metadata::default()
        },
        engine,
        templates: files.iter().map(file).collect(),
        ..Chart::default()
    }
}

fn reads(engine: Engine, files: &[(&str, &str)]) -> Option<Reads> {
    may_read(&chart(engine, files)).pop().unwrap()
}

/// Holds that a template reads some paths, and that it does not read others.
#[track_caller]
fn check(engine: Engine, helpers: &str, template: &str, read: &[&str], unread: &[&str]) {
    let helper_file = match engine {
        Engine::Go => "_helpers.tpl",
        Engine::Jinja => "_helpers.yaml",
    };
    let reads = reads(engine, &[(helper_file, helpers), ("a.yaml", template)]).unwrap();
    for path in read {
        assert!(reads.may_read(path.split('.')), "`{path}` is read: {template}");
    }
    for path in unread {
        assert!(
            !reads.may_read(path.split('.')),
            "`{path}` is not read: {template}"
        );
    }
}

#[track_caller]
fn go(template: &str, read: &[&str], unread: &[&str]) {
    check(Engine::Go, "", template, read, unread);
}

#[track_caller]
fn jinja(template: &str, read: &[&str], unread: &[&str]) {
    check(Engine::Jinja, "", template, read, unread);
}

#[test]
fn branches_that_are_not_taken_count() {
    go(
        "{{ if .Values.on }}{{ .Values.a.b }}{{ else if .Values.other }}{{ else }}{{ .Values.c }}{{ end }}",
        &["on", "a", "a.b", "other", "c"],
        &["a.c", "d", "on.x"],
    );
    jinja(
        "{% if Values.on %}a: {{ Values.a.b }}\n{% elif Values.other %}{% else %}c: {{ Values.c }}\n{% endif %}",
        &["on", "a", "a.b", "other", "c"],
        &["a.c", "d", "on.x"],
    );
}

#[test]
fn what_is_put_out_as_a_whole_is_read_with_all_in_it() {
    go("{{ toYaml .Values.a }}{{ .Values.b }}", &["a.x.y", "b.x"], &["c"]);
    go("{{ .Values | toYaml }}", &["a.x.y"], &[]);
    go("{{ toJson . }}", &["a.x.y"], &[]);
    jinja(
        "a: {{ Values.a }}\nb: {{ Values.b | to_yaml }}\n",
        &["a.x.y", "b.x"],
        &["c"],
    );
    jinja(
        "{% for key in Values.a %}{{ Values[key] }}{% endfor %}",
        &["b.c"],
        &[],
    );
}

#[test]
fn variables_and_contexts_are_followed() {
    go(
        "{{ $x := .Values.a }}{{ $x.b }}{{ with $x.c }}{{ .d }}{{ $.Values.e }}{{ end }}",
        &["a.b", "a.c.d", "e"],
        &["a.x", "a.c.x", "c", "d"],
    );
    go(
        "{{ $x := .Values.a }}{{ if .Values.on }}{{ $x = .Values.b }}{{ end }}{{ $x.c }}",
        &["a.c", "b.c"],
        &["a.d", "b.d"],
    );
    jinja(
        "{% set x = Values.a %}{% set y = x.c or {} %}x: {{ x.b }}\ny: {{ y.d }}\n",
        &["a.b", "a.c.d"],
        &["a.x", "a.c.x"],
    );
    jinja(
        "{% set x = Values.a if Values.on else Values.b %}x: {{ x.c }}\n",
        &["a.c", "b.c", "on"],
        &["a.d", "b.d"],
    );
}

#[test]
fn loops_look_at_all_keys_and_items() {
    go(
        "{{ range $name, $job := .Values.jobs }}{{ $name }}{{ $job.image }}{{ end }}{{ range .Values.list }}{{ .a }}{{ end }}",
        &["jobs.any", "jobs.any.image", "list.any.a"],
        &["jobs.any.other", "list.any.b"],
    );
    jinja(
        "{% for name, job in Values.jobs | items if job.on %}\n\"{{ name }}\": {{ job.image }}\n{% endfor %}",
        &["jobs.any", "jobs.any.image", "jobs.any.on"],
        &["jobs.any.other"],
    );
    // What one turn sets the next one sees.
    go(
        "{{ $x := .Values.a }}{{ $y := .Values.b }}{{ range .Values.list }}{{ $x.c }}{{ $x = $y }}{{ $y = $.Values.z }}{{ end }}",
        &["a.c", "b.c", "z.c"],
        &["b.d", "z.d"],
    );
}

#[test]
fn helpers_are_followed_with_what_they_are_given() {
    let helpers = r#"{{ define "image" }}{{ .image.tag }}{{ .context.Values.registry }}{{ end }}{{ define "for.others" }}{{ .Values.unused }}{{ end }}"#;
    check(
        Engine::Go,
        helpers,
        r#"{{ include "image" (dict "image" .Values.server.image "context" $) }}"#,
        &["server.image.tag", "registry", "unused"],
        &["server.image.other", "image", "other"],
    );
    let helpers = "{% macro image(of, extra=Values.extra) %}\n{{ of.tag }}{{ extra.a }}\n{% endmacro %}\n{% set name = Values.nameOverride or \"x\" %}\n";
    check(
        Engine::Jinja,
        helpers,
        "image: {{ helpers.image(Values.server.image) }}\nname: {{ helpers.name }}\n",
        &["server.image.tag", "extra.a", "nameOverride"],
        &["server.image.other", "extra.b"],
    );
}

#[test]
fn a_template_that_is_not_known_may_be_any() {
    let helpers = r#"{{ define "a.b" }}{{ .Values.b }}{{ end }}"#;
    let by_name = r#"{{ include (printf "a.%s" .Values.name) . }}"#;
    check(Engine::Go, helpers, by_name, &["b", "name"], &["c"]);
    // A chart's own files are gone through anyhow.
    let checksum = r#"{{ include (print $.Template.BasePath "/config.yaml") . | sha256sum }}"#;
    check(Engine::Go, helpers, checksum, &[], &["a", "c"]);
    check(Engine::Go, "", r#"{{ include "elsewhere" . }}"#, &["a.b"], &[]);
    check(
        Engine::Go,
        "",
        r#"{{ include "elsewhere" .Values.a }}"#,
        &["a.b"],
        &["b"],
    );
}

#[test]
fn lists_that_grow_in_a_loop_are_followed() {
    go(
        "{{ $all := list }}{{ range .Values.list }}{{ $all = append $all (dict \"x\" . \"y\" $.Values.y) }}{{ end }}{{ range $all }}{{ .x.a }}{{ .y.a }}{{ end }}",
        &["list.0.a", "y.a"],
        &["list.0.b", "y.b", "other"],
    );
}

#[test]
fn paths_that_grow_in_a_loop_are_followed() {
    go(
        "{{ $at := .Values }}{{ range list \"a\" \"b\" }}{{ $at = index $at . }}{{ end }}{{ $at.size }}",
        &["size", "a.size", "a.b.size", "a.b.c.d.e.f.g"],
        &[],
    );
    let template =
        "{{ $at := .Values }}{{ range list \"a\" \"b\" }}{{ $at = index $at . }}{{ end }}{{ $at.size }}";
    let reads = reads(Engine::Go, &[("a.yaml", template)]).unwrap();
    for (path, expected) in [
        ("a.b.size", true),
        ("a.b.other", false),
        ("other", false),
        ("size", true),
    ] {
        assert_eq!(reads.may_read_scalar(path.split('.')), expected, "{path}");
    }
}

#[test]
fn texts_that_are_not_known_look_at_what_they_are_given() {
    let template = r#"{{ tpl .Values.text (dict "Values" .Values.part "root" $ "x" .Values.x) }}"#;
    go(template, &["text", "part.a", "x.a"], &["other"]);
    let template = r#"{{ tpl (.Files.Get "a") (dict "Values" .Values "Template" .Template) }}"#;
    go(template, &[], &["a"]);
}

#[test]
fn functions_that_give_on_what_they_are_given() {
    for (expression, read, unread) in [
        ("(index .Values \"a\" \"b-c\").d", "a.b-c.d", "a.b-c.e"),
        ("(index .Values.a .Values.key).d", "a.x.d", "a.x.e"),
        ("(get .Values.a \"b\").c", "a.b.c", "a.c"),
        ("dig \"a\" \"b\" \"none\" .Values.x", "x.a.b", "x.a.c"),
        ("(.Values.a | default dict).b", "a.b", "a.c"),
        ("(merge (dict) .Values.a .Values.b).c", "b.c", "b.d"),
        ("(first .Values.a).b", "a.x.b", "a.x.c"),
        ("(pluck .Values.env .Values.a | first).b", "a.x.b", "a.x.c"),
        ("(ternary .Values.a .Values.b true).c", "b.c", "b.d"),
        ("(coalesce .Values.a .Values.b).c", "b.c", "b.d"),
        ("(required \"a\" .Values.a).b", "a.b", "a.c"),
        ("(deepCopy .Values.a | omit \"c\").b", "a.b", "b"),
        ("tpl \"{{ .Values.a.b }}\" .", "a.b", "a.c"),
        ("(set .Values.a \"k\" .Values.b).c", "b.x", "a.d"),
        ("(list .Values.a .Values.b | first).c", "b.c", "b.d"),
        ("hasKey .Values.a \"b\"", "a.b", "a.c"),
        ("ternary 1 2 (empty .Values.a)", "a", "a.b"),
        ("ternary 1 2 (kindIs \"map\" .Values.a)", "a", "a.b"),
        (".Files.Get .Values.a", "a.b", "b"),
    ] {
        go(&format!("{{{{ {expression} }}}}"), &[read], &[unread]);
    }
    for (expression, read, unread) in [
        ("Values.a | default({})", "a.b", "b"),
        ("(Values.a | merge(Values.b)).c", "b.c", "b.d"),
        ("(Values[\"a\"]).b", "a.b", "a.c"),
        ("(Values.a | without(\"x\")).b", "a.b", "a.c.d"),
        ("(Values.a + Values.b) | length", "b", "b.c.d"),
        ("Values.a is defined", "a", "a.b"),
        ("\"x\" in Values.a", "a.b", "b"),
        ("{\"x\": Values.a, \"y\": Values.b}[Values.kind].c", "b.c", "b.d"),
        ("Values.a[1:].b", "a.b", "b"),
        ("Files.get(Values.a)", "a.b", "b"),
    ] {
        jinja(&format!("x: {{{{ {expression} }}}}\n"), &[read], &[unread]);
    }
}

#[test]
fn what_cannot_be_parsed_is_not_known() {
    assert!(reads(Engine::Go, &[("a.yaml", "{{ if }}")]).is_none());
    assert!(reads(Engine::Jinja, &[("a.yaml", "{% if %}")]).is_none());
    // Notes that are still Helm's say nothing of a Jinja chart.
    assert!(
        reads(
            Engine::Jinja,
            &[("NOTES.txt", "{{ if .Values.a }}{{ end }}"), ("a.yaml", "a: 1")]
        )
        .is_some()
    );
}

#[test]
fn what_grows_without_end_is_read_at_last() {
    let endless = r#"{{ define "a" }}{{ include "a" (dict "x" . "y" .) }}{{ end }}{{ define "b" }}{{ include "b" .next }}{{ end }}"#;
    check(
        Engine::Go,
        endless,
        r#"{{ include "a" .Values.a }}{{ include "b" .Values.b }}"#,
        &["a.b", "b.next"],
        &["c"],
    );
}

/// The paths that templates ask for, with their places.
fn asked(engine: Engine, files: &[(&str, &str)]) -> Vec<String> {
    let reads = reads(engine, files).unwrap();
    let shown = reads
        .asked()
        .map(|asked| format!("{} {}", asked.place, asked.path.join(".")));
    let mut shown: Vec<String> = shown.collect();
    shown.sort();
    shown.dedup();
    shown
}

#[test]
fn what_is_asked_for_has_its_place() {
    let helper = "{{ define \"h\" }}\n{{ .own }}{{ end }}";
    let template = "a: {{ .Values.a.b }}\nb: {{ include \"h\" .Values.c }}\n{{ with .Values.d }}{{ .e }}{{ end }}{{ index .Values \"f\" \"g\" }}";
    assert_eq!(
        asked(Engine::Go, &[("_h.tpl", helper), ("a.yaml", template)]),
        [
            "_h.tpl:2:4 c.own",
            "a.yaml:1:7 a.b",
            "a.yaml:2:19 c",
            "a.yaml:3:24 d.e",
            "a.yaml:3:41 f.g",
            "a.yaml:3:9 d",
        ]
    );
    let template = "{% set x = Values.a %}\nb: {{ x.b }}\nc: {{ Values.c is defined and Values.c.d }}\n";
    assert_eq!(
        asked(Engine::Jinja, &[("a.yaml", template)]),
        ["a.yaml:1:12 a", "a.yaml:2:7 a.b"]
    );
    // What templates put there themselves is not asked for.
    let template = "{{ $_ := set .Values \"x\" 1 }}{{ .Values.x }}{{ if hasKey .Values \"y\" }}{{ .Values.y.z }}{{ end }}";
    assert!(asked(Engine::Go, &[("a.yaml", template)]).is_empty());
}

#[test]
fn notes_read_what_they_name() {
    let notes = r#"{{ .Values.told }}{{ $v := .Values }}{{ range splitList "." .Values.path }}{{ $v = index $v . }}{{ end }}{{ $v }}"#;
    let files = [("NOTES.txt", notes), ("a.yaml", "a: {{ .Values.a.x }}")];
    let reads = reads(Engine::Go, &files).unwrap();
    for (path, is_read) in [("told", true), ("path", true), ("a", true), ("other", false)] {
        assert_eq!(reads.may_read([path]), is_read, "{path}");
    }
}
