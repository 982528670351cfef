//! Which charts take part and what each sees. What the values come to is in `coalesce_tests`.

use std::sync::Arc;

use super::{Resolved, Scope, resolve};
use crate::chart::{Chart, Dependency, Metadata};
use crate::diagnostic::Diagnostics;
use crate::source::Source;
use crate::yaml;

fn chart(name: &str, values: &str, dependencies: Vec<Dependency>, subcharts: Vec<Arc<Chart>>) -> Arc<Chart> {
    Arc::new(Chart {
        metadata: Metadata {
            name: name.to_owned(),
            version: "1.0.0".to_owned(),
            dependencies,
            ..Metadata::default()
        },
        values: yaml::read_values(&Source::new(format!("{name}/values.yaml"), values)).unwrap(),
        subcharts,
        ..Chart::default()
    })
}

fn entry(name: &str, alias: Option<&str>, condition: &str, tags: &[&str]) -> Dependency {
    Dependency {
        name: name.to_owned(),
        version: "1.x".to_owned(),
        alias: alias.map(str::to_owned),
        condition: condition.to_owned(),
        tags: tags.iter().map(|tag| (*tag).to_owned()).collect(),
        ..Dependency::default()
    }
}

fn run(chart: &Arc<Chart>, user: &str) -> Resolved {
    resolve(
        chart,
        &yaml::read_values(&Source::new("user.yaml", user)).unwrap(),
    )
    .unwrap()
}

/// Each scope as `path: values`.
fn lines(resolved: &Resolved) -> Vec<String> {
    let line = |scope: &&Scope| format!("{}: {}", scope.path.join("/"), yaml::to_json(&scope.values));
    resolved.root.all().iter().map(line).collect()
}

#[test]
fn aliases_are_charts_of_their_own() {
    let child = chart("s", "a: 1", vec![], vec![]);
    let parent = chart(
        "p",
        "two: {a: 2}",
        vec![
            entry("s", Some("one"), "", &[]),
            entry("s", Some("two"), "two.enabled", &[]),
        ],
        vec![child],
    );
    assert_eq!(
        lines(&run(&parent, "")),
        [
            r#"p: {"one":{"a":1,"global":{}},"two":{"a":2,"global":{}}}"#,
            r#"p/one: {"a":1,"global":{}}"#,
            r#"p/two: {"a":2,"global":{}}"#,
        ]
    );
    let resolved = run(&parent, "two: {enabled: false}");
    assert_eq!(
        lines(&resolved),
        [
            r#"p: {"one":{"a":1,"global":{}},"two":{"a":2,"enabled":false}}"#,
            r#"p/one: {"a":1,"global":{}}"#
        ]
    );
    let disabled: Vec<&str> = resolved
        .root
        .disabled
        .iter()
        .map(|decision| decision.local_name())
        .collect();
    assert_eq!(disabled, ["two"]);
    assert_eq!(resolved.root.subcharts[0].section(), ["one"]);
    assert_eq!(resolved.root.section(), Vec::<String>::new());
}

#[test]
fn a_subcharts_own_default_may_switch_it_off() {
    let grandchild = chart("g", "enabled: false", vec![], vec![]);
    let aliased = chart(
        "a",
        "",
        vec![entry("g", Some("gg"), "gg.enabled", &[])],
        vec![grandchild],
    );
    let parent = chart("p", "", vec![entry("a", None, "", &[])], vec![aliased]);
    assert_eq!(
        lines(&run(&parent, "")),
        [r#"p: {"a":{"global":{}}}"#, r#"p/a: {"global":{}}"#]
    );
    assert_eq!(run(&parent, "a: {gg: {enabled: true}}").root.all().len(), 3);
}

#[test]
fn tags_are_the_roots_and_the_deciding_charts_own() {
    let grandchild = chart("g", "", vec![], vec![]);
    let child = chart(
        "a",
        "tags: {deep: false}",
        vec![entry("g", None, "", &["deep"])],
        vec![grandchild],
    );
    let parent = chart("p", "", vec![entry("a", None, "", &[])], vec![child]);
    assert_eq!(run(&parent, "").root.all().len(), 2);
    assert_eq!(run(&parent, "tags: {deep: true}").root.all().len(), 3);
    assert_eq!(run(&parent, "a: {tags: {deep: true}}").root.all().len(), 2);
}

#[test]
fn the_section_of_a_disabled_subchart_stays_as_it_was_given() {
    let child = chart("s", "b: 2", vec![], vec![]);
    let parent = chart(
        "p",
        "s: {enabled: false, a: 1}",
        vec![entry("s", None, "s.enabled", &[])],
        vec![child],
    );
    assert_eq!(
        lines(&run(&parent, "s: {z: null, q: 3}")),
        [r#"p: {"s":{"a":1,"enabled":false,"q":3,"z":null}}"#]
    );
}

#[test]
fn all_sections_that_are_no_maps_are_told_at_once() {
    let subcharts = vec![chart("a", "", vec![], vec![]), chart("b", "", vec![], vec![])];
    let parent = chart(
        "p",
        "",
        vec![entry("a", None, "on", &[]), entry("b", None, "", &[])],
        subcharts,
    );
    let user = yaml::read_values(&Source::new("user.yaml", "on: false\na: 5\nb: null\n")).unwrap();
    let Diagnostics(errors) = resolve(&parent, &user).unwrap_err();
    let errors: Vec<String> = errors
        .iter()
        .map(|error| format!("{} {:?}", error.message, error.place()))
        .collect();
    assert_eq!(
        errors,
        [
            "`a` holds the values of the subchart `a`, but is a number Some(user.yaml:2:4)",
            "`b` holds the values of the subchart `b`, but is null Some(user.yaml:3:4)",
        ]
    );
}

#[test]
fn a_condition_that_is_no_boolean_is_told_once() {
    let child = chart("s", "", vec![], vec![]);
    let parent = chart("p", "", vec![entry("s", None, "s.enabled", &[])], vec![child]);
    let resolved = run(&parent, "s: {enabled: maybe}");
    let warnings: Vec<&str> = resolved
        .warnings
        .iter()
        .map(|warning| warning.message.as_str())
        .collect();
    assert_eq!(
        warnings,
        ["`s.enabled` is a string, not true or false: it does not decide whether `s` is enabled"]
    );
}
