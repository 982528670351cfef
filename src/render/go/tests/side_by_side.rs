//! Large charts are rendered on several threads; what they give is what one thread gives.

use super::engine::rendered_within;
use crate::render::Limits;

/// What a chart gives: a document's template and content each, or what is told.
fn given(limits: Limits, templates: &[(&str, &str)], values: &str) -> Result<Vec<String>, String> {
    match rendered_within(limits, templates, values, None) {
        Ok(documents) => Ok(documents
            .iter()
            .map(|document| format!("{}: {}", document.template, crate::yaml::write(&document.node)))
            .collect()),
        Err(diagnostics) => Err(diagnostics.to_string()),
    }
}

/// The same of the chart as it is, and of the chart with so much text that threads are begun.
#[track_caller]
fn both(limits: Limits, templates: &[(&str, &str)], values: &str) -> Result<Vec<String>, String> {
    let alone = given(limits, templates, values);
    let large = format!("{{{{/* {} */}}}}", "x".repeat(200_000));
    let with_more: Vec<(&str, &str)> = templates
        .iter()
        .copied()
        .chain([("top/_large.tpl", &*large)])
        .collect();
    for _ in 0..10 {
        assert_eq!(given(limits, &with_more, values), alone);
    }
    alone
}

const VALUES: &str = "a: 1\nm: {x: 1}\nl: [{x: 1}]\nsub: {m: {x: 1}}\n";

#[test]
fn a_change_that_others_see_is_seen_by_those_after_it() {
    for change in [
        "set .Values \"a\" 2",
        "set .Values.m \"x\" 2",
        "unset .Values.m \"x\"",
        "set (dict \"m\" .Values.m).m \"x\" 2",
        "set (list .Values.m | first) \"x\" 2",
        "set (first .Values.l) \"x\" 2",
        "mergeOverwrite .Values (dict \"m\" (dict \"x\" 2))",
        "merge .Values.m (dict \"y\" 2)",
        "mergeOverwrite (dict \"m\" .Values.m) (dict \"m\" (dict \"x\" 2))",
        "set .Values.sub.m \"x\" 2",
        "set . \"own\" 2",
        "set .Release \"Name\" \"other\"",
        "set .Chart \"own\" 2",
        "set .Subcharts.sub.Values.m \"x\" 2",
        "set .Subcharts.sub.Chart \"own\" 2",
        "tpl \"{{ $_ := set .Values.m \\\"x\\\" 2 }}\" .",
        "toToml (set .Values.m \"x\" 2)",
    ] {
        let changing = format!("{{{{ $_ := {change} }}}}c: 1\n");
        let all = "v: {{ list .Values .own .Release.Name .Chart.own ((.Subcharts.sub).Chart).own | toJson | quote }}\n";
        let templates = [
            ("top/z.yaml", &*changing),
            ("top/a.yaml", all),
            ("top/b.yaml", all),
            ("top/zz.yaml", all),
            ("sub/a.yaml", all),
        ];
        let found = both(Limits::default(), &templates, VALUES).unwrap();
        let of = |path: &str| {
            let found = found.iter().find_map(|text| text.strip_prefix(path));
            found.unwrap_or_else(|| panic!("{path} of {change}"))
        };
        // Helm begins with the last file of the deepest folder, and ends with the first.
        assert_ne!(
            of("top/templates/a.yaml"),
            of("top/templates/zz.yaml"),
            "{change}"
        );
        assert_eq!(of("top/templates/a.yaml"), of("top/templates/b.yaml"), "{change}");
    }
}

#[test]
fn own_maps_are_changed_as_ever() {
    let template = "{{ $d := dict \"m\" (deepCopy .Values.m) }}{{ $_ := set $d.m \"x\" 2 }}{{ $_ := merge $d (dict \"y\" .Values.l) }}\
                    v: {{ toJson $d | quote }}\nw: {{ mergeOverwrite (dict) .Values.m (dict \"x\" 3) | toJson | quote }}\n\
                    t: {{ .Template.Name }}\n";
    let names = ["a", "b", "c", "d", "e"].map(|name| format!("top/{name}.yaml"));
    let templates: Vec<(&str, &str)> = names.iter().map(|name| (&**name, template)).collect();
    let found = both(Limits::default(), &templates, VALUES).unwrap();
    assert_eq!(
        found[1],
        "top/templates/b.yaml: v: '{\"m\":{\"x\":2},\"y\":[{\"x\":1}]}'\nw: '{\"x\":3}'\nt: top/templates/b.yaml\n"
    );
}

#[test]
fn the_first_mistake_in_helms_order_is_told() {
    let templates = [
        ("top/a.yaml", "{{ fail \"a\" }}"),
        ("top/b.yaml", "{{ fail \"b\" }}"),
        ("top/c.yaml", "c: [\n"),
        ("top/d.yaml", "d: 1\n"),
    ];
    let told = both(Limits::default(), &templates, VALUES).unwrap_err();
    assert!(told.contains("b.yaml:1:4") && !told.contains("a.yaml"), "{told}");
}

#[test]
fn a_bound_is_reached_in_the_same_template() {
    let limits = Limits {
        steps: 3_000,
        ..Limits::default()
    };
    let loops = "{{ range until 500 }}{{ . }}{{ end }}: 1\n";
    let names: Vec<String> = (0..40).map(|number| format!("top/{number:02}.yaml")).collect();
    let templates: Vec<(&str, &str)> = names.iter().map(|name| (&**name, loops)).collect();
    let told = both(limits, &templates, VALUES).unwrap_err();
    assert!(told.contains("more than 30000 steps"), "{told}");
}
