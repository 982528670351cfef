//! What a render looked at, and which line wrote what.

use std::cell::RefCell;
use std::rc::Rc;

use super::*;
use crate::yaml::Node;

/// Paths under the numbers that they were given.
struct Paths(Rc<RefCell<Vec<String>>>);

impl Paths {
    fn add(&self, parent: Origin, key: &str) -> Origin {
        let mut paths = self.0.borrow_mut();
        let before = paths.get(parent.0 as usize).cloned().unwrap_or_default();
        paths.push(format!("{before}.{key}"));
        Origin(u32::try_from(paths.len()).unwrap() - 1)
    }
}

impl Origins for Paths {
    fn of_key(&mut self, parent: Origin, key: &Arc<str>, _: &Node) -> Origin {
        self.add(parent, key)
    }

    fn of_item(&mut self, parent: Origin, index: usize, _: &Node) -> Origin {
        self.add(parent, &index.to_string())
    }
}

const VALUES: &str = "name: word\nuse: true\nlabels: {a: '1', b: '2'}\nlist: [{p: 1}, {p: 2}]\nunused: x\n";

/// Each piece of output: its text, the line that wrote it, what it read and what it stands under.
fn told(files: &[(&str, &str)]) -> Vec<String> {
    let program = program(files).unwrap();
    let paths = Rc::new(RefCell::new(vec![String::new()]));
    let node = yaml::read_values(&Source::new("values.yaml", VALUES)).unwrap();
    let values = with_origins(&node, Origin::NONE, &mut Paths(Rc::clone(&paths)));
    let root = Value::Map(Map::from_values([("Values", values)]));
    let output = Run::new(&program, Limits::default())
        .render(files[0].0, root, true)
        .unwrap();
    let record = output.record.unwrap();
    let paths = paths.borrow();
    let reads = |range: &std::ops::Range<u32>| {
        let reads = &record.reads[range.start as usize..range.end as usize];
        let reads = reads.iter().map(|read| {
            let file = record.files[read.by.file as usize].name();
            format!("{}@{file}:{}", paths[read.origin.0 as usize], read.by.line)
        });
        reads.collect::<Vec<_>>().join(",")
    };
    let mut at = 0;
    let told = record.spans.iter().map(|span| {
        assert_eq!(span.bytes.start, at, "no gaps");
        at = span.bytes.end;
        let text = String::from_utf8_lossy(&output.text.as_bytes()[span.bytes.clone()]).into_owned();
        let mut under = String::new();
        let mut next = span.under;
        while let Some(position) = next {
            let condition = &record.conditions[position as usize];
            under.push_str(&format!(" under {}", reads(&condition.reads)));
            next = condition.parent;
        }
        format!(
            "{text:?} line {} read {}{under}",
            span.by.line,
            reads(&span.reads)
        )
    });
    let told = told.collect();
    assert_eq!(at, output.text.len());
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
            r#""name: " line 1 read "#,
            r#""word" line 1 read .name@a:1"#,
            r#""\non: " line 2 read .use@a:2"#,
            r#""true\n" line 3 read "#,
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
            r#""x" line 1 read  under .use@a:1"#,
            r#""1" line 1 read .list.0@a:1,.list.0.p@a:1 under .list@a:1 under .use@a:1"#,
            r#""2" line 1 read .list.1@a:1,.list.1.p@a:1 under .list@a:1 under .use@a:1"#,
            r#""y" line 1 read "#,
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
        [r#""word" line 1 read .name@a:1 under .list@a:1 under .use@a:1"#]
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
            r#""l: " line 1 read "#,
            r#""word[map[p:1] map[p:2]]" line 1 read .name@_h:1,.use@_h:1,.list@_h:1,.list.0@_h:1,.list.1@_h:1,.list.0.p@_h:1,.list.1.p@_h:1"#,
            r#""{\"a\":\"1\",\"b\":\"2\"}" line 1 read .labels@a:1,.labels.a@a:1,.labels.b@a:1"#,
        ]
    );
}

#[test]
fn what_is_taken_out_shifts_what_follows() {
    assert_eq!(
        told(&[("a", "a{{ .Values.nosuch }}b{{ .Values.name }}")]),
        [r#""ab" line 1 read "#, r#""word" line 1 read .name@a:1"#,]
    );
}
