//! What made a field, by example.

use std::sync::Arc;

use super::tests::render_recorded;
use crate::render::provenance::{FieldPath, Provenance, Step};
use crate::render::{Document, Limits, Recorder};

fn rendered(templates: &[(&str, &str)], values: &str) -> (Vec<Document>, Provenance) {
    let recorder = Arc::new(Recorder::default());
    let documents = render_recorded(templates, values, &[], Limits::default(), Some(&recorder)).unwrap();
    (documents, Provenance::of(&recorder))
}

fn path(text: &str) -> FieldPath {
    let step = |part: &str| match part.parse() {
        Ok(index) => Step::Index(index),
        Err(_) => Step::Key(part.into()),
    };
    FieldPath(
        text.split('.')
            .filter(|part| !part.is_empty())
            .map(step)
            .collect(),
    )
}

/// What made a field: the template's place, the values, and the values of its conditions.
pub(super) fn made(templates: &[(&str, &str)], values: &str, field: &str) -> String {
    let (documents, provenance) = rendered(templates, values);
    let made = provenance.made(&documents[0].node, &path(field)).unwrap();
    let names = |values: &[crate::render::provenance::ValueAt]| {
        let names: Vec<String> = values.iter().map(|value| value.cause.path.to_string()).collect();
        names.join(" ")
    };
    let conditions: Vec<String> = made.conditions.iter().map(|(_, values)| names(values)).collect();
    format!(
        "{} = {} if {}",
        made.template,
        names(&made.values),
        conditions.join(", ")
    )
}

#[test]
fn a_value_in_its_place_and_parts_of_a_text() {
    let template = "a: {{ Values.num }}\nb: --{{ Values.k }}={{ Values.v }}\nc: {{ Values.k | upper }}\nd: {{ Values.m }}\n";
    let values = "num: 1\nk: x\nv: x\nm: {p: {q: 1}}";
    let made = |field| made(&[("a.yaml", template)], values, field);
    assert_eq!(made("a"), "chart/templates/a.yaml:1:4 = num if ");
    assert_eq!(made("b"), "chart/templates/a.yaml:2:4 = k v if ");
    assert_eq!(made("c"), "chart/templates/a.yaml:3:4 = k if ");
    assert_eq!(made("d.p.q"), "chart/templates/a.yaml:4:4 = m m.p.q if ");
}

#[test]
fn conditions_and_loops_stand_around_what_is_in_them() {
    let template = "{% if Values.first %}\na: 1\n{% elif Values.other %}\na: 2\n{% else %}\na: 3\n{% endif %}\n{% for k, v in Values.each | items %}\n{{ k }}: {{ v }}\n{% endfor %}\nz: 1\n";
    let made = |values, field| made(&[("a.yaml", template)], values, field);
    assert_eq!(
        made("first: true\neach: {}", "a"),
        "chart/templates/a.yaml:2:4 =  if first"
    );
    assert_eq!(
        made("other: true\neach: {}", "a"),
        "chart/templates/a.yaml:4:4 =  if first other"
    );
    assert_eq!(
        made("each: {}", "a"),
        "chart/templates/a.yaml:6:4 =  if first other"
    );
    assert_eq!(
        made("each: {x: 1}", "x"),
        "chart/templates/a.yaml:9:10 = each each.x if each each.x"
    );
    assert_eq!(
        made("first: true\neach: {}", "z"),
        "chart/templates/a.yaml:11:4 =  if "
    );
}

#[test]
fn names_carry_what_went_into_them() {
    let helpers = "{% set name = Values.name or Chart.Name %}\n{% macro image(i, tag) %}\n{{ i.repository }}:{{ tag }}\n{% endmacro %}\n";
    let template = "{% set mode = \"a\" %}\n{% if Values.b %}\n{% set mode = \"b\" %}\n{% endif %}\na: {{ mode }}\nb: {{ helpers.name }}\nc: {{ helpers.image(Values.image, Values.tag) }}\n";
    let values = "image: {repository: r, other: 1}\ntag: t";
    let made = |field| made(&[("_h.yaml", helpers), ("a.yaml", template)], values, field);
    // Whether it was set anew or not.
    assert_eq!(made("a"), "chart/templates/a.yaml:5:4 = b if ");
    assert_eq!(made("b"), "chart/templates/a.yaml:6:4 = name if ");
    assert_eq!(
        made("c"),
        "chart/templates/a.yaml:7:4 = image image.repository tag if "
    );
}

#[test]
fn a_name_of_its_file_goes_into_the_line_of_a_macro_that_names_it() {
    let helpers = "{% set image = Values.image %}\n{% macro container(name) %}\nname: {{ name }}\nimage: {{ image }}\nother: 1\n{% endmacro %}\n";
    let template = "<<: {{ helpers.container(Values.name) }}\n";
    let made = |field| {
        made(
            &[("_h.yaml", helpers), ("a.yaml", template)],
            "image: i\nname: n",
            field,
        )
    };
    assert!(made("name").ends_with(" = name if "), "{}", made("name"));
    assert!(made("image").contains("= image"), "{}", made("image"));
    assert!(!made("other").contains("image"), "{}", made("other"));
}

#[test]
fn a_place_in_a_text_knows_the_value_behind_it() {
    let template = "f: |\n  x: 1\n  {{ Values.tree }}\n  end: {{ Values.end }}\n";
    let (documents, provenance) = rendered(&[("a.yaml", template)], "tree: {a: one, b: [two]}\nend: three");
    let node = &documents[0].node;
    let text = node.get("f").and_then(|node| node.as_str()).unwrap();
    let behind = |word: &str| {
        let made = provenance
            .made_in_text(node, &path("f"), text.find(word).unwrap())
            .unwrap();
        let names: Vec<String> = made
            .values
            .iter()
            .map(|value| value.cause.path.to_string())
            .collect();
        names.join(" ")
    };
    assert_eq!(behind("one"), "tree tree.a");
    assert_eq!(behind("two"), "tree tree.b tree.b[0]");
    assert_eq!(behind("three"), "end");
    assert_eq!(behind("x: 1"), "");
}

#[test]
fn what_could_stand_in_a_text_counts_for_the_text() {
    let helpers = "{% macro config() %}\nalerting:\n  <<: {{ Values.relabel or omit }}\n  managers: {{ 1 }}\n{% endmacro %}\n";
    let template = "{% for name in [\"f\"] %}\n{{ name }}: |\n  {{ helpers.config() }}\n{% endfor %}\n";
    let made = made(&[("_h.yaml", helpers), ("a.yaml", template)], "relabel: {}", "f");
    assert!(made.contains("= relabel if"), "{made}");
}

#[test]
fn what_is_put_out_as_a_whole_is_read() {
    let template =
        "a: {{ Values.tree | default(omit) }}\nb: {{ Values.list or omit }}\nc: |\n  {{ Values.text }}\n";
    let values = "tree: {x: {y: 1}}\nlist: [{z: 1}]\ntext: {w: [1]}\n";
    let (_, provenance) = rendered(&[("a.yaml", template)], values);
    assert_eq!(provenance.unread(), []);
}

#[test]
fn what_nothing_reads_and_where_a_value_is_read() {
    let template = "a: {{ Values.a }}\n{% if Values.gone %}\nb: {{ Values.b }}\n{% endif %}\nc: {{ Values.tree.x or omit }}\n";
    let (documents, provenance) =
        rendered(&[("a.yaml", template)], "a: 1\ngone: false\nb: 2\ntree: {why: 3}");
    let unread: Vec<String> = provenance.unread().iter().map(ToString::to_string).collect();
    assert_eq!(unread, ["b", "tree.why"]);
    let readers = |value| -> Vec<String> {
        provenance
            .readers(&path(value))
            .iter()
            .map(ToString::to_string)
            .collect()
    };
    assert_eq!(readers("a"), ["chart/templates/a.yaml:1:4"]);
    assert_eq!(readers("gone"), ["chart/templates/a.yaml:2"]);
    let nodes: Vec<_> = documents.iter().map(|document| &document.node).collect();
    let reached: Vec<String> = provenance
        .reached(&nodes, &path("a"))
        .iter()
        .map(|reached| reached.field.to_string())
        .collect();
    assert_eq!(reached, ["a"]);
}

#[test]
fn what_long_loops_hand_on_is_known_for_each_item() {
    let items: Vec<String> = (0..300)
        .map(|number| format!("k{number}: {{v: {number}}}"))
        .collect();
    let values = format!("each: {{{}}}\n", items.join(", "));
    let template = "{% for k, each in Values.each | items %}\n{{ k }}: {{ each.v }}\n{% endfor %}\n";
    let (documents, provenance) = rendered(&[("a.yaml", template)], &values);
    let made = provenance.made(&documents[0].node, &path("k299")).unwrap();
    assert!(provenance.is_named(&made, &path("each.k299.v")));
    // Which items there are decides about each of them, what is in another one does not go into it.
    assert!(provenance.is_named(&made, &path("each")));
    let into = made.values.iter().map(|value| value.cause.path.to_string());
    assert!(!into.collect::<Vec<_>>().contains(&"each.k1.v".to_owned()));
    let readers = provenance.readers(&path("each.k7.v"));
    assert!(
        readers
            .iter()
            .any(|place| place.to_string() == "chart/templates/a.yaml:2:10"),
        "{readers:?}"
    );
}
