//! What a render looked at, and which line wrote what.

use super::*;
use crate::yaml::Node;

const VALUES: &str = "name: word\nuse: true\nlabels: {a: '1', b: '2'}\nlist: [{p: 1}, {p: 2}]\nunused: x\n";

/// The values with notes, and the path of each note.
fn noted(node: &Node, path: &str, paths: &mut Vec<String>) -> Node {
    let note = u32::try_from(paths.len()).unwrap();
    paths.push(path.to_owned());
    let value = match &node.value {
        yaml::Value::Map(map) => {
            let entries = map.iter().map(|(key, entry)| {
                let node = noted(&entry.node, &format!("{path}.{key}"), paths);
                (Arc::clone(key), node)
            });
            entries.collect::<yaml::Map>().into()
        }
        yaml::Value::List(list) => {
            let items = list.iter().enumerate();
            let items = items.map(|(index, item)| noted(item, &format!("{path}.{index}"), paths));
            items.collect::<Vec<_>>().into()
        }
        scalar => scalar.clone(),
    };
    Node::new(value, node.place.noted(note))
}

/// Each piece of output: its text, the line that wrote it, what it read, what it stands under and the way that it came.
fn told(files: &[(&str, &str)]) -> Vec<String> {
    let program = program(files).unwrap();
    let mut paths = Vec::new();
    let node = yaml::read_values(&Source::new("values.yaml", VALUES)).unwrap();
    let values = from_node(&noted(&node, "", &mut paths));
    let root = Value::Map(Map::from_values([("Values", values)]));
    let output = Run::new(&program, Limits::default())
        .render(files[0].0, root, true)
        .unwrap();
    let record = output.record.unwrap();
    let reads = |range: &std::ops::Range<u32>| {
        let reads = &record.reads[range.start as usize..range.end as usize];
        let reads = reads.iter().map(|read| {
            let file = record.files[read.by.file as usize].name();
            let path = &paths[read.origin.note().unwrap() as usize];
            let missing = read
                .missing
                .as_ref()
                .map_or(String::new(), |key| format!(".{key}?"));
            format!("{path}{missing}@{file}:{}", read.by.line)
        });
        reads.collect::<Vec<_>>().join(",")
    };
    let conditions = |first: Option<u32>| {
        let mut told = String::new();
        let mut next = first;
        while let Some(position) = next {
            let condition = &record.conditions[position as usize];
            told.push_str(&format!(" under {}", reads(&condition.reads)));
            next = condition.parent;
        }
        told
    };
    let text = output.text.lossy();
    let mut at = 0;
    let told = record.spans.iter().map(|span| {
        assert_eq!(span.bytes.start, at, "no gaps");
        at = span.bytes.end;
        let text = &text[span.bytes.clone()];
        let file = record.files[span.by.file as usize].name();
        let mut told = format!(
            "{text:?} {file}:{} {}{}",
            span.by.line,
            reads(&span.reads),
            conditions(span.under)
        );
        let mut next = span.way;
        while let Some(position) = next {
            let way = &record.ways[position as usize];
            told.push_str(&format!(
                " by {} {}{}",
                way.by.line,
                reads(&way.reads),
                conditions(way.under)
            ));
            next = way.before;
        }
        told
    });
    let told = told.collect();
    assert_eq!(at, text.len());
    told
}

#[test]
fn each_piece_of_output_knows_its_line_and_values() {
    assert_eq!(
        told(&[(
            "a",
            "name: {{ .Values.name }}\n{{- $x := .Values.use }}\non: {{ $x }}\n"
        )]),
        [
            r#""name: " a:1 "#,
            r#""word" a:1 .name@a:1"#,
            r#""\non: " a:2 "#,
            r#""true" a:3 .use@a:3"#,
            r#""\n" a:3 "#,
        ]
    );
}

#[test]
fn what_a_condition_reads_belongs_to_all_under_it() {
    assert_eq!(
        told(&[(
            "a",
            "{{ if .Values.use }}x{{ range .Values.list }}{{ .p }}{{ end }}{{ end }}y"
        )]),
        [
            r#""x" a:1  under .use@a:1"#,
            r#""1" a:1 .list.0@a:1,.list.0.p@a:1 under .list@a:1 under .use@a:1"#,
            r#""2" a:1 .list.1@a:1,.list.1.p@a:1 under .list@a:1 under .use@a:1"#,
            r#""y" a:1 "#,
        ]
    );
}

#[test]
fn a_variable_is_read_for_what_is_written_next() {
    assert_eq!(
        told(&[(
            "a",
            "{{ $x := .Values.name }}{{ if .Values.use }}{{ if .Values.list }}{{ $x }}{{ end }}{{ end }}"
        )]),
        [r#""word" a:1 .name@a:1 under .list@a:1 under .use@a:1"#]
    );
}

#[test]
fn what_is_written_whole_is_read_whole_through_includes_and_functions() {
    assert_eq!(
        told(&[
            (
                "a",
                "l: {{ include \"h\" .Values }}{{ toJson (index .Values \"labels\") }}"
            ),
            (
                "_h",
                "{{ define \"h\" }}{{ .name }}{{ if .use }}{{ print .list }}{{ end }}{{ end }}"
            ),
        ]),
        [
            r#""l: " a:1 "#,
            r#""word" _h:1 .name@_h:1 by 1 "#,
            r#""[map[p:1] map[p:2]]" _h:1 .list@_h:1,.list.0@_h:1,.list.1@_h:1,.list.0.p@_h:1,.list.1.p@_h:1 under .use@_h:1 by 1 "#,
            r#""{\"a\":\"1\",\"b\":\"2\"}" a:1 .labels@a:1,.labels.a@a:1,.labels.b@a:1"#,
        ]
    );
}

/// The way of nearly all that charts write.
#[test]
fn lines_that_functions_shift_keep_what_made_them() {
    let helpers = "{{ define \"labels\" -}}\napp: {{ .Values.name }}\n{{ with .Values.labels }}\n{{- toYaml . }}\n{{- end \
                   }}\n{{- end }}";
    assert_eq!(
        told(&[
            (
                "a",
                "m:\n  {{- include \"labels\" . | nindent 2 | trimSuffix \"x\" }}\n{{ toYaml .Values.list | indent 4 }}"
            ),
            ("_h", helpers),
        ]),
        [
            r#""m:" a:1 "#,
            r#""\n  " a:2  by 2 "#,
            r#""app: " _h:2  by 2 "#,
            r#""word\n  " _h:2 .name@_h:2 by 2 "#,
            r#""a: \"1\"\n  " _h:4 .labels.a@_h:4 under .labels@_h:3 by 2  by 4 .labels@_h:4 under .labels@_h:3"#,
            r#""b: \"2\"" _h:4 .labels.b@_h:4 under .labels@_h:3 by 2  by 4 .labels@_h:4 under .labels@_h:3"#,
            r#""\n" a:2 "#,
            r#""    " a:3  by 3 .list@a:3,.list.0@a:3,.list.1@a:3"#,
            r#""- p: 1\n    " a:3 .list.0.p@a:3 by 3 .list@a:3,.list.0@a:3,.list.1@a:3"#,
            r#""- p: 2" a:3 .list.1.p@a:3 by 3 .list@a:3,.list.0@a:3,.list.1@a:3"#,
        ]
    );
}

#[test]
fn parts_of_a_line_keep_what_made_them() {
    assert_eq!(
        told(&[
            (
                "a",
                "{{ printf \"%s-%v\" (include \"n\" .) .Values.use | quote }}{{ .Values.labels.c }}!"
            ),
            ("_h", "{{ define \"n\" }}{{ .Values.name }}{{ end }}"),
        ]),
        [
            r#""\"" a:1  by 1 .use@a:1"#,
            r#""word" _h:1 .name@_h:1 by 1 .use@a:1"#,
            r#""-true" a:1  by 1 .use@a:1"#,
            r#""\"" a:1  by 1 .use@a:1"#,
            // Taken out at the end.
            r#""" a:1 .labels@a:1,.labels.c?@a:1"#,
            r#""!" a:1 "#,
        ]
    );
}

#[test]
fn what_is_taken_out_shifts_what_follows() {
    assert_eq!(
        told(&[("a", "a{{ .Values.nosuch }}b{{ .Values.name }}")]),
        [
            r#""a" a:1 "#,
            r#""" a:1 .nosuch?@a:1"#,
            r#""b" a:1 "#,
            r#""word" a:1 .name@a:1"#,
        ]
    );
}
