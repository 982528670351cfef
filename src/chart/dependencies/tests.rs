//! Tags, conditions and aliases, as the table of Helm's behaviour has them.

use super::*;
use crate::chart::listing::dependency_report;
use crate::chart::metadata;
use crate::source::Source;
use crate::yaml;

fn chart(name: &str, version: &str, dependencies: &str, subcharts: Vec<Arc<Chart>>) -> Arc<Chart> {
    let yaml = format!("engine: jinja\nname: {name}\nversion: {version}\n{dependencies}");
    let mut warnings = Vec::new();
    let source = Source::new(format!("{name}/Chart.yaml"), yaml);
    let metadata = metadata::read(&source, None, &mut warnings).unwrap();
    Arc::new(Chart {
        metadata,
        subcharts,
        location: format!("charts/{name}"),
        ..Chart::default()
    })
}

fn leaf(name: &str) -> Arc<Chart> {
    chart(name, "1.0.0", "", Vec::new())
}

fn values(yaml: &str) -> Node {
    yaml::read_values(&Source::new("values.yaml", yaml)).unwrap()
}

/// The local names that take part.
fn names(chart: &Chart, yaml: &str) -> Vec<String> {
    let enabled = enabled_subcharts(chart, &values(yaml), &[]);
    enabled
        .subcharts
        .iter()
        .map(|sub| sub.chart.metadata.name.clone())
        .collect()
}

fn one(entry: &str) -> Arc<Chart> {
    chart(
        "root",
        "1.0.0",
        &format!("dependencies:\n- {{name: a, version: 1.x, {entry}}}\n"),
        vec![leaf("a")],
    )
}

#[test]
fn conditions_decide() {
    let root = one("condition: 'x.a, z.a'");
    for (yaml, expected) in [
        ("{}", true),
        ("x: {a: false}", false),
        ("x: {a: true}\nz: {a: false}", true),
        ("z: {a: false}", false),
        // Not a boolean: the next path is asked.
        ("x: {a: 'false'}\nz: {a: false}", false),
        ("x: {a: null}", true),
        ("x: {a: {}}", true),
        ("x: 1", true),
    ] {
        assert_eq!(names(&root, yaml).len(), usize::from(expected), "{yaml}");
    }
}

#[test]
fn tags_decide_where_conditions_do_not() {
    let root = one("tags: [t, u], condition: a.enabled");
    for (yaml, expected) in [
        ("tags: {t: false}", false),
        ("tags: {t: false, u: true}", true),
        ("tags: {v: false}", true),
        ("tags: {t: 'false'}", true),
        ("tags: {t: false}\na: {enabled: true}", true),
        ("tags: {t: true}\na: {enabled: false}", false),
    ] {
        assert_eq!(names(&root, yaml).len(), usize::from(expected), "{yaml}");
    }
}

#[test]
fn the_reason_has_its_place() {
    let root = one("tags: [t], condition: a.enabled");
    let enabled = enabled_subcharts(&root, &values("a:\n  enabled: false\n"), &[]);
    let decision = &enabled.disabled[0];
    assert_eq!(
        (decision.local_name(), &*decision.version_found, &*decision.source),
        ("a", "1.0.0", "charts/a")
    );
    let DecidedBy::Condition { path, place } = &decision.reason else {
        panic!("{decision:?}")
    };
    assert_eq!((&**path, &*place.to_string()), ("a.enabled", "values.yaml:2:12"));
    let enabled = enabled_subcharts(&root, &values("tags: {t: true}"), &[]);
    let DecidedBy::Tag { name, place } = &enabled.subcharts[0].decision.reason else {
        panic!()
    };
    assert_eq!((&**name, &*place.to_string()), ("t", "values.yaml:1:11"));
    let enabled = enabled_subcharts(&root, &values("{}"), &[]);
    assert_eq!(enabled.subcharts[0].decision.reason, DecidedBy::Default);
}

#[test]
fn conditions_and_tags_that_are_no_booleans_are_said() {
    let root = one("tags: [t], condition: a.enabled");
    let enabled = enabled_subcharts(&root, &values("a: {enabled: 'no'}\ntags: {t: 1}\n"), &[]);
    let found: Vec<String> = enabled
        .warnings
        .iter()
        .map(|w| format!("{}: {}", w.place().unwrap(), w.message))
        .collect();
    let expected = [
        "values.yaml:1:14: `a.enabled` is a string, not true or false: it does not decide whether `a` is enabled",
        "values.yaml:2:11: `tags.t` is a number, not true or false: it does not decide whether `a` is enabled",
    ];
    assert_eq!(found, expected);
}

#[test]
fn deeper_charts_look_below_their_own_name() {
    // A chart two levels down; its condition stands below `a`, its tags at the root.
    let inner = chart(
        "a",
        "1.0.0",
        "dependencies:\n- {name: g, version: 1.x, condition: g.enabled, tags: [gt]}\n",
        vec![leaf("g")],
    );
    let is_on = |yaml: &str| {
        !enabled_subcharts(&inner, &values(yaml), &["a".to_owned()])
            .subcharts
            .is_empty()
    };
    assert!(is_on("{}"));
    assert!(!is_on("a: {g: {enabled: false}}"));
    assert!(is_on("g: {enabled: false}"));
    assert!(!is_on("tags: {gt: false}"));
    assert!(is_on("a: {tags: {gt: false}}"));
    let enabled = enabled_subcharts(&inner, &values("a: {g: {enabled: false}}"), &["a".to_owned()]);
    let DecidedBy::Condition { path, .. } = &enabled.disabled[0].reason else {
        panic!()
    };
    assert_eq!(path, "a.g.enabled");
}

#[test]
fn one_chart_may_go_by_several_names() {
    let root = chart(
        "root",
        "1.0.0",
        "dependencies:\n\
         - {name: a, version: 1.x, alias: one, condition: one.enabled}\n\
         - {name: a, version: 1.x, alias: two}\n\
         - {name: a, version: 1.x}\n",
        vec![leaf("a")],
    );
    assert_eq!(names(&root, "one: {enabled: true}"), ["one", "two", "a"]);
    assert_eq!(names(&root, "one: {enabled: false}"), ["two", "a"]);
    let enabled = enabled_subcharts(&root, &values("{}"), &[]);
    assert_eq!(enabled.subcharts[0].decision.name, "a");
    assert_eq!(enabled.subcharts[0].decision.alias.as_deref(), Some("one"));
}

#[test]
fn versions_choose_between_charts_of_one_name() {
    let root = chart(
        "root",
        "1.0.0",
        "dependencies:\n- {name: a, version: 1.x, alias: old}\n- {name: a, version: 2.x, alias: new}\n",
        vec![
            chart("a", "1.5.0", "", Vec::new()),
            chart("a", "2.5.0", "", Vec::new()),
        ],
    );
    let enabled = enabled_subcharts(&root, &values("{}"), &[]);
    let found: Vec<(&str, &str)> = enabled
        .subcharts
        .iter()
        .map(|sub| (&*sub.chart.metadata.name, &*sub.decision.version_found))
        .collect();
    assert_eq!(found, [("old", "1.5.0"), ("new", "2.5.0")]);
    assert_eq!(check(&root).errors, []);
}

#[test]
fn charts_that_no_entry_names_are_enabled_and_said() {
    let root = chart("root", "1.0.0", "", vec![leaf("a")]);
    assert_eq!(names(&root, "a: {enabled: false}"), ["a"]);
    let found = check(&root);
    assert_eq!(found.errors, []);
    assert_eq!(found.warnings[0].code, "dependency-not-listed");
    assert_eq!(
        found.warnings[0].help.as_deref(),
        Some("add an entry with `name: a` and `version: 1.0.0`")
    );
}

#[test]
fn one_name_for_two_charts_is_refused() {
    let dependencies = "dependencies:\n- {name: a, version: 1.x, alias: b}\n";
    let root = chart("root", "1.0.0", dependencies, vec![leaf("a"), leaf("b")]);
    let found = check(&root);
    assert_eq!(
        found.errors[0].message,
        "`charts/a` and `charts/b` are both called `b`"
    );
}

#[test]
fn rows_show_the_whole_tree() {
    let inner = chart(
        "a",
        "1.0.0",
        "dependencies:\n- {name: g, version: 2.x}\n",
        vec![leaf("g")],
    );
    let root = chart(
        "root",
        "1.0.0",
        "dependencies:\n\
         - {name: a, version: 1.x, alias: x, condition: x.enabled}\n\
         - {name: m, version: 1.x, repository: 'https://example.com'}\n\
         - {name: k, version: one}\n",
        vec![inner, leaf("k"), leaf("u")],
    );
    let rows = dependency_report(&root, &values("x: {enabled: false}"));
    let found: Vec<String> = rows
        .iter()
        .map(|row| {
            format!(
                "{} {} {}",
                row.path.join("."),
                row.status.as_str(),
                if row.enabled { "on" } else { "off" }
            )
        })
        .collect();
    assert_eq!(
        found,
        [
            "x ok off",
            "x.g wrong version off",
            "m missing on",
            "k invalid version on",
            "u not listed on"
        ]
    );
    assert_eq!(rows[1].version_found.as_deref(), Some("1.0.0"));
    assert_eq!(rows[2].repository, "https://example.com");
}
