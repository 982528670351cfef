use super::*;

/// Every value of a text as `path line:column`, keys as `path? line:column`.
fn places(text: &str) -> String {
    fn walk(node: &Node, path: &str, out: &mut Vec<String>) {
        out.push(format!("{path}={}:{}", node.place.line, node.place.column));
        for (index, item) in node.as_list().unwrap_or_default().iter().enumerate() {
            walk(item, &format!("{path}/{index}"), out);
        }
        for (key, entry) in node.as_map().iter().flat_map(|map| map.iter()) {
            let path = format!("{path}/{key}");
            out.push(format!(
                "{path}?{}:{}",
                entry.key_place.line, entry.key_place.column
            ));
            walk(&entry.node, &path, out);
        }
    }
    let mut out = Vec::new();
    walk(&read(text), "", &mut out);
    out.join(" ")
}

#[test]
fn scalars_and_collections() {
    assert_eq!(
        places("a: 1\nb:\n  c: [x, {d: e}]\n"),
        "=1:1 /a?1:1 /a=1:4 /b?2:1 /b=3:3 /b/c?3:3 /b/c=3:6 /b/c/0=3:7 /b/c/1=3:10 /b/c/1/d?3:11 /b/c/1/d=3:14"
    );
}

#[test]
fn columns_count_characters() {
    assert_eq!(
        places("\"é😀\": ö # ü\nb: 'x'\n"),
        "=1:1 /é😀?1:1 /é😀=1:7 /b?2:1 /b=2:4"
    );
}

#[test]
fn line_ends_of_windows_and_a_byte_order_mark() {
    assert_eq!(
        places("\u{feff}a: 1\r\nb: 2\r\n"),
        "=1:1 /a?1:1 /a=1:4 /b?2:1 /b=2:4"
    );
}

#[test]
fn lists_that_are_not_indented() {
    assert_eq!(
        places("a:\n- x\n- - y\n"),
        "=1:1 /a?1:1 /a=2:1 /a/0=2:3 /a/1=3:3 /a/1/0=3:5"
    );
    assert_eq!(
        places("m:\n  a:\n  - - x\n"),
        "=1:1 /m?1:1 /m=2:3 /m/a?2:3 /m/a=3:3 /m/a/0=3:5 /m/a/0/0=3:7"
    );
    assert_eq!(places("a:\n- # c\n  x\n"), "=1:1 /a?1:1 /a=2:1 /a/0=3:3");
    assert_eq!(
        places("- a:\n  - x\n"),
        "=1:1 /0=1:3 /0/a?1:3 /0/a=2:3 /0/a/0=2:5"
    );
}

#[test]
fn lists_that_are_indented() {
    assert_eq!(places("a:\n  - x\n"), "=1:1 /a?1:1 /a=2:3 /a/0=2:5");
}

#[test]
fn blocks_of_text_are_where_their_mark_is() {
    assert_eq!(
        places("a: |\n  x\nb: >-  # c\n\n\n  y\n"),
        "=1:1 /a?1:1 /a=1:4 /b?3:1 /b=3:4"
    );
    assert_eq!(
        places("- |\n  | x\n- |2\n   y\n- >\n"),
        "=1:1 /0=1:3 /1=3:3 /2=5:3"
    );
    assert_eq!(
        places("a | b: |\n  x\n\"c | d\": |\n  y\n"),
        "=1:1 /a | b?1:1 /a | b=1:8 /c | d?3:1 /c | d=3:10"
    );
    assert_eq!(places("a: |\nb: 1\n"), "=1:1 /a?1:1 /a=1:4 /b?2:1 /b=2:4");
}

#[test]
fn a_value_starts_at_its_anchor_or_tag() {
    assert_eq!(
        places("a: &x 1\nb: !!str |\n  x\n"),
        "=1:1 /a?1:1 /a=1:4 /b?2:1 /b=2:4"
    );
}

#[test]
fn nothing_is_after_its_colon() {
    assert_eq!(places("a:\nb: # c\n"), "=1:1 /a?1:1 /a=1:2 /b?2:1 /b=2:2");
}

#[test]
fn aliases_are_where_they_are_written_and_what_they_repeat_where_it_was() {
    assert_eq!(
        places("a: &x\n  k: 1\nb: *x\n"),
        "=1:1 /a?1:1 /a=1:4 /a/k?2:3 /a/k=2:6 /b?3:1 /b=3:4 /b/k?2:3 /b/k=2:6"
    );
}

#[test]
fn merged_keys_keep_their_places() {
    assert_eq!(
        places("a: &x {k: 1, l: 2}\nb:\n  <<: *x\n  l: 3\n"),
        "=1:1 /a?1:1 /a=1:4 /a/k?1:8 /a/k=1:11 /a/l?1:14 /a/l=1:17 /b?2:1 /b=3:3 /b/k?1:8 /b/k=1:11 /b/l?4:3 /b/l=4:6"
    );
}

#[test]
fn empty_documents() {
    let documents = read_documents(&source("---\n---\n# c\n---\na: 1\n")).unwrap();
    let places: Vec<_> = documents
        .iter()
        .map(|node| (node.kind(), node.place.to_string()))
        .collect();
    assert_eq!(
        places,
        [
            ("null", "v.yaml:1:1".to_owned()),
            ("null", "v.yaml:2:1".to_owned()),
            ("a map", "v.yaml:5:1".to_owned())
        ]
    );
    assert_eq!(read("# nothing\n").place.to_string(), "v.yaml");
}
