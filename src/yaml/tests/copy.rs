//! What is copied is what the reader and the writer make of it.

use super::*;
use crate::source::{Place, Source};

const KEPT: [&str; 3] = ["apiVersion", "kind", "metadata"];

/// Compares a copy of a text with what is written of its nodes; says whether there is a copy.
pub(super) fn compare(text: &str) -> bool {
    let source = Source::new("text.yaml", text);
    let Some(copied) = copy_documents(&source, &KEPT) else {
        return false;
    };
    let read =
        read_documents(&source).unwrap_or_else(|error| panic!("{text:?} is copied, and has {error:?}"));
    let mut read = read.into_iter().filter(|node| !node.is_null());
    for Copied { text: written, node } in copied {
        let whole = read.next().unwrap();
        assert_eq!(written.to_string(), write(&whole), "{text:?}");
        let map = whole.as_map().unwrap();
        let mut kept = Map::new();
        for (key, entry) in map.iter().filter(|(key, _)| KEPT.contains(&&***key)) {
            kept.insert_entry(&**key, entry.clone());
        }
        let kept = Node::new(kept, whole.place.clone());
        assert_eq!(node, kept, "{text:?}");
        assert_eq!(places(&node), places(&kept), "{text:?}");
    }
    assert_eq!(read.next(), None, "{text:?}");
    true
}

fn places(node: &Node) -> Vec<Place> {
    let mut found = vec![node.place.clone()];
    for item in node.as_list().unwrap_or_default() {
        found.extend(places(item));
    }
    for (_, entry) in node.as_map().into_iter().flat_map(Map::iter) {
        found.push(entry.key_place.clone());
        found.extend(places(&entry.node));
    }
    found
}

/// Else the speed would be lost, and no test would say so.
#[test]
fn what_charts_write_is_copied() {
    for text in [
        "a: 1\nb:\n    c: d # e\n    f:\n      - g: h\n        i: j\n      - k\n",
        "---\n# a\nkind: b\nmetadata:\n  name: 'c'\n  labels:\n    d: \"1\"\n---\n\n---\nkind: e\n",
        "a: |\n  b\n\n    c\nd: >-\n  e\n  f\ng: |-\n  h\ni: \"j \\\"k\\\"\"\nl: m\n  n\n  o\np: 'q\n\n  r'\n",
        "a: [b, {c: d}, []]\ne: {}\nf:\n  - []\n  - - g\n    -\n  -\n    h: {i: j}\nk:\n",
        "a: 0x1F\nb: 1e3\nc: 1.50\nd: 007\ne: yes\nf: ~\n'true': y\n\"no\": \"off\"\nn: -1\no: 12:30\n",
        "a: b:c#d\nb: e#f\nc: g # h\nd: i #\n",
        "type: object\nname: n\nfalse-ish: nullable\nnode: on-call\nnull-able: true\nt: True\n",
        "a: b\n\n  # c\nd: e\n\n# f\ng: h\n  i\n\nj: k\n",
        "description: the end:of it's \"use\"\nä: ü\n",
    ] {
        assert!(compare(text), "not copied: {text}");
    }
    let many: String = (0..100)
        .map(|number| format!("  key{number}: {number}\n"))
        .collect();
    assert!(compare(&format!("spec:\n{many}")));
}

/// All texts of up to `most` lines below a first one.
fn each_text(first: &str, lines: &[&str], most: usize, check: &mut impl FnMut(&str)) {
    check(first);
    if most > 0 {
        for line in lines {
            each_text(&format!("{first}{line}\n"), lines, most - 1, check);
        }
    }
}

/// What is written of values that lines below go on with, however they are indented and whatever is between them.
#[test]
fn values_of_several_lines_are_copied_as_they_are_read() {
    let (mut copied, mut all) = (0, 0);
    let mut check = |text: &str| {
        all += 1;
        copied += usize::from(compare(text) && compare(&format!("{text}z: 1\n")));
    };
    let lines = [
        "    x",
        "   x y ",
        "  x: y",
        "w:",
        "",
        "  ",
        "      - x",
        "    \tx",
        "    \u{e9}",
        "    # c",
        "  # c",
    ];
    for value in ["|", "|-", "|+", "|1", ">-", "b", "b:c#d", "1", "true", "'b"] {
        each_text(&format!("a:\n  v: {value}\n"), &lines, 3, &mut check);
        each_text(&format!("a:\n- v: 1\n  k: {value}\n"), &lines, 2, &mut check);
        each_text(&format!("a:\n    v: {value}\n"), &lines, 2, &mut check);
    }
    assert!(copied * 4 > all, "{copied} of {all}");
}

/// What is written of values and items of one line, whatever quotes they have and need, and whatever comes below.
#[test]
fn values_of_one_line_are_copied_as_they_are_read() {
    let (mut copied, mut all) = (0, 0);
    let values = [
        "b",
        "1",
        "01",
        "1.0",
        "true",
        "True",
        "yes",
        "~",
        "null",
        "",
        "b c",
        "b:c#d",
        "b: c",
        "b:",
        "b #c",
        "b ",
        "^b$",
        "^(b|c): d",
        "^b #c",
        "^",
        "(b)",
        "(b):",
        "-b",
        "?b",
        "'b'",
        "'1'",
        "'b: c'",
        "'it''s: b'",
        "''",
        r"'b: \d'",
        r"'\d'",
        r#"'b: "c"'"#,
        r#"'"b"'"#,
        "'b\tc'",
        "'b: \u{e9}'",
        r#""b""#,
        r#""1""#,
        r#""b: c""#,
        r#""""#,
        r#""b #c""#,
        r#""b: \"c""#,
        r#""b: 'c'""#,
        r#""b:\n""#,
        r#""b: c" "#,
        r#""b: c" # d"#,
        r#""b: c"d"#,
        r#""b: c": d"#,
        r#""b: c"#,
    ];
    let forms = [
        "a:\n- {}\n",
        "a:\n  - {}\n",
        "a:\n- c\n- {}\n- d\n",
        "a:\n    - c\n    - {}\n",
        "a:\n- - c\n  - {}\n",
        "a:\n- - {}\n  - c\n",
        "a:\n-\n  - {}\n",
        "a:\n  b:\n  - c\n  - {}\n",
        "metadata:\n- c\n- {}\n",
        "metadata:\n  b:\n    - {}\nspec:\n- {}\n",
        "a:\n- c: {}\n",
        "a:\n  c: {}\n",
        "metadata:\n  c: {}\n",
        "a: {}\n",
        "- {}\n",
    ];
    let lines = ["", "  x", "- x", "  - x", "x: y", "  x: y", "# c", "  # c"];
    for value in values {
        for form in forms {
            each_text(&form.replace("{}", value), &lines, 2, &mut |text| {
                all += 1;
                copied += usize::from(compare(text));
            });
        }
    }
    assert!(copied * 4 > all, "{copied} of {all}");
}

#[test]
fn what_needs_a_look_as_a_whole_is_not_copied() {
    let many: String = (0..100)
        .map(|number| format!("  key{number}: {number}\n"))
        .collect();
    for text in [
        "a: 1\na: 2\n",
        "a:\n  b: 1\n  c: 2\n  b: 3\n",
        "1: a\n01: b\n",
        "a: &b\n  c: d\ne: *b\n",
        "<<: {a: b}\n",
        "a: !!str 1\n",
        "a: .inf\n",
        "~: a\n",
        "a: b\n c: d\n",
        "a: b: c\n",
        "- a\n",
        "text\n",
        "a: [b\n",
        "a: \"b\n",
        "a:\n\tb: c\n",
        "a\u{feff}: b\n",
        "a: b\r\n",
        &format!("a:\n{many}  key7: 1\n"),
        &format!("a:\n{many}  key99: 1\n"),
    ] {
        let source = Source::new("text.yaml", text);
        assert!(copy_documents(&source, &KEPT).is_none(), "{text:?}");
    }
}

#[test]
fn nothing_is_copied_beyond_the_limits() {
    let deep = |levels| -> String {
        (0..levels)
            .map(|level| format!("{}a:\n", " ".repeat(level)))
            .collect()
    };
    assert!(compare(&deep(256)));
    assert!(!compare(&deep(257)));
    assert!(!compare(&format!("{}: b\n", "a".repeat(2000))));
    assert!(!compare(&format!("a:\n  b: {}\n", "c".repeat((64 << 20) + 1))));
    assert!(!compare(&format!("a: [{}1]\n", "1, ".repeat(1_100_000))));
}
