//! Documents with their places and notes, by way of the interface that all engines share.

use super::charts::{file, scope};
use crate::chart::Capabilities;
use crate::diagnostic::Diagnostics;
use crate::render::provenance::{FieldPath, Provenance, Step, ValueAt};
use crate::render::{self, Document, Input, Limits, Outside, Recorder, Release};
use crate::yaml::Node;
use std::sync::Arc;

/// The documents of a chart with a subchart, both of Go templates.
pub(super) fn rendered(
    templates: &[(&str, &str)],
    values: &str,
    recorder: Option<&Arc<Recorder>>,
) -> Result<Vec<Document>, Diagnostics> {
    rendered_within(Limits::default(), templates, values, recorder)
}

/// [`rendered`] within other bounds.
pub(super) fn rendered_within(
    limits: Limits,
    templates: &[(&str, &str)],
    values: &str,
    recorder: Option<&Arc<Recorder>>,
) -> Result<Vec<Document>, Diagnostics> {
    let of = |prefix: &str| {
        let files = templates
            .iter()
            .filter_map(|(path, text)| Some((path.strip_prefix(prefix)?, text)));
        files
            .map(|(path, text)| file(&format!("templates/{path}"), text))
            .collect::<Vec<_>>()
    };
    let go = |mut scope: crate::values::Scope| {
        let mut chart = (*scope.chart).clone();
        chart.engine = crate::chart::Engine::Go;
        scope.chart = Arc::new(chart);
        scope
    };
    let all = crate::yaml::read_values(&crate::source::Source::new("values.yaml", values)).unwrap();
    let mut sub = go(scope(&["top", "sub"], of("sub/"), "{}", Vec::new()));
    if let Some(section) = all.get("sub") {
        sub.values = section.clone();
    }
    let root = go(scope(&["top"], of("top/"), values, vec![sub]));
    let release = Release {
        name: "r".to_owned(),
        namespace: "ns".to_owned(),
        is_upgrade: false,
    };
    render::render(&Input {
        root: &root,
        given: &Node::default(),
        release: &release,
        capabilities: &Capabilities::default(),
        outside: &Outside::default(),
        ahead: None,
        with_notes: false,
        wants: &|_| true,
        limits,
        written: false,
        recorder,
    })
    .map(|rendered| rendered.documents)
}

fn recorded(templates: &[(&str, &str)], values: &str) -> (Vec<Document>, Provenance) {
    let recorder = Arc::new(Recorder::default());
    let documents = rendered(templates, values, Some(&recorder)).unwrap();
    (documents, Provenance::of(&recorder))
}

fn path(text: &str) -> FieldPath {
    let step = |part: &str| match part.parse() {
        Ok(index) => Step::Index(index),
        Err(_) => Step::Key(part.into()),
    };
    FieldPath(text.split('.').map(step).collect())
}

fn names(values: &[ValueAt]) -> String {
    let names: Vec<String> = values.iter().map(|value| value.cause.path.to_string()).collect();
    names.join(" ")
}

/// What made a field of the first document: the template's place, the values, and the values of its conditions.
fn made(templates: &[(&str, &str)], values: &str, field: &str) -> String {
    let (documents, provenance) = recorded(templates, values);
    let made = provenance.made(&documents[0].node, &path(field)).unwrap();
    let conditions: Vec<String> = made.conditions.iter().map(|(_, values)| names(values)).collect();
    format!(
        "{} = {} if {}",
        made.template,
        names(&made.values),
        conditions.join(", ")
    )
}

#[test]
fn documents_come_by_charts_and_paths_with_the_templates_places() {
    let templates = [
        (
            "top/b.yaml",
            "x: 1\n---\n{{ if true }}\nv:\n  - {{ .Values.a }}\n{{ end }}---\n# nothing\n",
        ),
        ("top/a.yaml", "{{ include \"h\" . }}"),
        (
            "top/_h.tpl",
            "{{ define \"h\" }}\n\nz: {{ .Values.a }}\n{{ end }}",
        ),
        ("top/NOTES.txt", "not: an object"),
        ("sub/c.yaml", "w: {{ .Values.q }}"),
    ];
    let documents = rendered(&templates, "a: 1\nsub: {q: 2}", None).unwrap();
    let told: Vec<String> = documents
        .iter()
        .map(|document| {
            let (key, entry) = document.node.as_map().unwrap().iter().next().unwrap();
            format!("{} {key} {}", document.template, entry.node.place)
        })
        .collect();
    assert_eq!(
        told,
        [
            "top/templates/a.yaml z templates/_h.tpl:3",
            "top/templates/b.yaml x templates/b.yaml:1",
            "top/templates/b.yaml v templates/b.yaml:5",
            "top/charts/sub/templates/c.yaml w templates/c.yaml:1",
        ]
    );
}

#[test]
fn a_field_knows_its_values_and_conditions() {
    let template = "a: {{ .Values.num }}\nb: --{{ .Values.k }}={{ .Values.tree.v }}\n{{- if .Values.use }}\nc: fixed\n{{- else }}\nd: 1\n{{- end }}\n{{- range $key, $item := .Values.each }}\n{{ $key }}: {{ $item }}\n{{- end }}\ne:\n  {{- toYaml .Values.tree | nindent 2 }}\n{{- $x := .Values.late }}\nf: {{ $x }}\ng: plain\n";
    let values = "num: 1\nk: x\ntree: {v: y, w: 2}\nuse: true\neach: {p: 1}\nlate: z\n";
    let made = |field| made(&[("top/a.yaml", template)], values, field);
    assert_eq!(made("a"), "templates/a.yaml:1 = num if ");
    assert_eq!(made("b"), "templates/a.yaml:2 = k tree.v if ");
    assert_eq!(made("c"), "templates/a.yaml:4 =  if use");
    assert_eq!(made("p"), "templates/a.yaml:9 = each each.p if each");
    assert_eq!(made("e.v"), "templates/a.yaml:12 = tree tree.v if ");
    assert_eq!(made("e.w"), "templates/a.yaml:12 = tree tree.w if ");
    assert_eq!(made("f"), "templates/a.yaml:14 = late if ");
    assert_eq!(made("g"), "templates/a.yaml:15 =  if ");
}

#[test]
fn fields_of_helpers_know_the_conditions_of_both() {
    let templates = [
        (
            "top/a.yaml",
            "{{- if .Values.use }}\nlabels:\n  {{- include \"h\" . | nindent 2 }}\n{{- end }}\n",
        ),
        (
            "top/_h.tpl",
            "{{ define \"h\" -}}\n{{ with .Values.team -}}\nteam: {{ . | quote }}\n{{- end }}\n{{- end }}",
        ),
    ];
    assert_eq!(
        made(&templates, "use: 1\nteam: blue", "labels.team"),
        "templates/_h.tpl:3 = team if use, team"
    );
}

/// A variable is read where it is used, and hangs on what decided what it holds.
#[test]
fn variables_carry_what_went_into_them() {
    let template = "{{- $a := .Values.a | upper }}{{ $b := \"x\" }}{{ if .Values.use }}{{ $b = .Values.b }}{{ end -}}\n\
                    xx: 1\nyy: {{ $a }}\nzz: {{ $b }}\n{{ $c := dict \"k\" .Values.a \"l\" .Values.b }}ww: {{ $c.l }}\n";
    for (values, of_b) in [
        ("a: one\nb: two\nuse: true\n", "b use"),
        ("a: one\nb: two\nuse: false\n", "use"),
    ] {
        let made = |field| made(&[("top/a.yaml", template)], values, field);
        assert_eq!(made("xx"), "templates/a.yaml:2 =  if ");
        assert_eq!(made("yy"), "templates/a.yaml:3 = a if ");
        assert_eq!(made("zz"), format!("templates/a.yaml:4 = {of_b} if "));
        assert_eq!(made("ww"), "templates/a.yaml:5 = b if ");
    }
}

/// What could stand in a list or map and does not is missing from it, not from all of the document.
#[test]
fn what_is_not_written_is_missing_where_it_could_stand() {
    let template = "meta:\n  notes:\n  {{- if .Values.use }}\n    a: 1\n  {{- end }}\n  name: n\nspec:\n  list:\n  {{- range .Values.list }}\n  - {{ . }}\n  {{- end }}\n  \
                    sum: {{ include \"h\" . | sha256sum }}\n";
    let templates = [
        ("top/a.yaml", template),
        (
            "top/_h.tpl",
            "{{ define \"h\" }}x: 1\n{{ with .Values.labels }}l: {{ toYaml . | nindent 2 }}{{ end }}{{ end }}",
        ),
    ];
    let made = |field| made(&templates, "use: false\nlist: [1]\nlabels: {a: b}\n", field);
    assert_eq!(made("meta.notes"), "templates/a.yaml:2 = use if ");
    assert_eq!(made("meta.name"), "templates/a.yaml:6 =  if ");
    assert_eq!(made("spec.list"), "templates/a.yaml:8 = list if ");
    assert_eq!(made("spec.sum"), "templates/a.yaml:12 = labels labels.a if ");
}

#[test]
fn the_dot_of_a_block_is_the_value_that_it_is() {
    let template = "{{ with .Values.a }}a: {{ . }}{{ end }}\n{{ range .Values.list }}k{{ . }}: {{ . | quote }}\n{{ end }}\n\
                    {{ include \"h\" (dict \"a\" .Values.a \"b\" .Values.b) }}\nl: {{ list .Values.a .Values.b | last }}\n";
    let templates = [
        ("top/a.yaml", template),
        ("top/_h.tpl", "{{ define \"h\" }}h: {{ .b }}{{ end }}"),
    ];
    let made = |field| made(&templates, "a: one\nb: two\nlist: [1, 2]\n", field);
    assert_eq!(made("a"), "templates/a.yaml:1 = a if a");
    assert_eq!(made("k2"), "templates/a.yaml:2 = list[1] if list");
    assert!(
        made("h").starts_with("templates/_h.tpl:1 = a b if"),
        "{}",
        made("h")
    );
    assert!(made("l").contains("b"), "{}", made("l"));
}

#[test]
fn a_place_in_a_text_knows_the_value_behind_it() {
    let template = "f: |\n  x: 1\n  {{- toYaml .Values.tree | nindent 2 }}\n  end: {{ .Values.end }}\n  {{- range .Values.list }}\n  - {{ . }}\n  {{- end }}\ng: 1\n";
    let (documents, provenance) = recorded(
        &[("top/a.yaml", template)],
        "tree: {a: one, b: [two]}\nend: three\nlist: [four, five]",
    );
    let node = &documents[0].node;
    let text = node.get("f").and_then(|node| node.as_str()).unwrap();
    let behind = |word: &str| {
        let at = text.find(word).unwrap();
        names(&provenance.made_in_text(node, &path("f"), at).unwrap().values)
    };
    assert!(behind("one").starts_with("tree.a"), "{}", behind("one"));
    assert!(!behind("one").contains("tree.b[0]"), "{}", behind("one"));
    assert!(behind("two").ends_with("tree.b[0]"), "{}", behind("two"));
    assert_eq!(behind("three"), "end");
    assert_eq!(behind("five"), "list[1]");
    assert_eq!(behind("x: 1"), "");
}

#[test]
fn what_nothing_reads_and_where_a_value_is_read() {
    let templates = [
        (
            "top/a.yaml",
            "a: {{ .Values.a }}\n{{ if .Values.gone }}\nb: {{ .Values.b }}\n{{ end }}\nc: {{ .Values.tree.x | default 1 }}\n",
        ),
        ("sub/s.yaml", "q: {{ .Values.q }}\n"),
        ("top/NOTES.txt", "{{ .Values.told }}"),
    ];
    let (documents, provenance) = recorded(
        &templates,
        "a: 1\ngone: false\nb: 2\ntree: {why: 3}\nsub: {q: 1, rest: 2}\ntold: 1\n",
    );
    let unread: Vec<String> = provenance.unread().iter().map(ToString::to_string).collect();
    assert_eq!(unread, ["b", "tree.why", "sub.rest"]);
    let readers = |value| -> Vec<String> {
        let readers = provenance.readers(&path(value));
        readers.iter().map(ToString::to_string).collect()
    };
    assert_eq!(readers("a"), ["templates/a.yaml:1"]);
    assert_eq!(readers("gone"), ["templates/a.yaml:2"]);
    assert_eq!(readers("sub.q"), ["templates/s.yaml:1"]);
    let nodes: Vec<_> = documents.iter().map(|document| &document.node).collect();
    let reached = provenance.reached(&nodes, &path("sub.q"));
    let reached: Vec<String> = reached.iter().map(|reached| reached.field.to_string()).collect();
    assert_eq!(reached, ["q"]);
    // What would bring a field.
    let missing = provenance
        .made(&documents[0].node, &FieldPath::default())
        .unwrap();
    assert!(names(&missing.values).contains("gone"), "{missing:?}");
}

#[test]
fn a_mistake_is_told_with_where_the_text_was_inserted() {
    let templates = [
        (
            "top/a.yaml",
            "a: 1\n\n{{ include \"h\" . | indent 2 }}\n---\nx: [\n",
        ),
        (
            "top/_h.tpl",
            "{{ define \"h\" -}}\nb: {{ .Values.a }}: 2\n{{- end }}",
        ),
    ];
    let Diagnostics(list) = rendered(&templates, "a: 1", None).unwrap_err();
    let places = |index: usize| -> Vec<String> {
        let labels: &[crate::diagnostic::Label] = &list[index].labels;
        labels
            .iter()
            .map(|label| label.place.line_alone().to_string())
            .collect()
    };
    assert_eq!(list.len(), 2, "{list:?}");
    assert_eq!(
        places(0),
        [
            "templates/_h.tpl:2",
            "templates/a.yaml:3",
            "templates/a.yaml (document 1 of its output):3"
        ]
    );
    assert_eq!(places(1)[0], "templates/a.yaml:5");
}

/// Each turn of a loop without actions begins at the text's first line again.
#[test]
fn a_text_that_a_loop_repeats_has_its_own_lines() {
    let template = "{{ range until 3 }}\n---\nkind: A\nlast: b\n{{ end }}";
    let documents = rendered(&[("top/a.yaml", template)], "{}", None).unwrap();
    let lines = documents.iter().map(|document| document.node.place.line);
    assert_eq!(lines.collect::<Vec<_>>(), [3, 3, 3]);
}
