//! Imports of values from subcharts, as Helm 3.17.3 showed them.

use super::branch::Branch;
use super::coalesce_tests::{chart, listing, run, values};
use crate::chart::ImportValues;
use crate::source::{Place, Source};
use crate::yaml;

fn importing(defaults: &str, child: &str, imports: &[(&str, &str)]) -> Branch {
    let mut parent = listing("p", defaults, vec![chart("s", child, Vec::new())]);
    parent.dependencies[0].import_values = imports
        .iter()
        .map(|(child, parent)| ImportValues {
            child: (*child).to_owned(),
            parent: (*parent).to_owned(),
        })
        .collect();
    parent
}

const CHILD: &str = "k: 1\nm: {x: 1, w: 2}
exports: {data: {k: child, m: {x: 1, q: null}}, two: {k: second, m: {x: 5, z: 3}}}
foo: {bar: {v: 1}, sc: 5}";

/// Asserts what a parent sees at its root, the subchart's section left out.
#[track_caller]
fn assert_imported(parent: Branch, user: &str, expected: &str) {
    let (mut found, said) = run(parent, user);
    assert_eq!(said, Vec::<String>::new(), "{user}");
    found.as_map_mut().unwrap().remove("s");
    assert_eq!(
        yaml::to_json(&found),
        yaml::to_json(&values("expected", expected)),
        "{user}"
    );
}

#[test]
fn imports_rank_below_the_parent_and_the_first_wins() {
    let data = ("exports.data", ".");
    assert_imported(
        importing("", CHILD, &[data, ("exports.two", ".")]),
        "",
        "k: child\nm: {x: 1, q: null, z: 3}",
    );
    assert_imported(
        importing("k: parent\nm: {x: 9}", CHILD, &[data]),
        "",
        "k: parent\nm: {x: 9, q: null}",
    );
    assert_imported(
        importing("k: null\nm: {x: null}", CHILD, &[data]),
        "",
        "k: null\nm: {x: null, q: null}",
    );
    assert_imported(
        importing("", CHILD, &[data]),
        "k: U\nm: {x: 0}",
        "k: U\nm: {x: 0, q: null}",
    );
    assert_imported(
        importing("", CHILD, &[data]),
        "k: null\nm: {x: null}",
        "m: {q: null}",
    );
    // Only defaults are imported: the parent's for the section count, the user's do not.
    assert_imported(
        importing("", CHILD, &[data]),
        "s: {exports: {data: {k: U}}}",
        "k: child\nm: {x: 1, q: null}",
    );
    assert_imported(
        importing("s: {exports: {data: {k: PS}}}", CHILD, &[data]),
        "",
        "k: PS\nm: {x: 1, q: null}",
    );
}

#[test]
fn imports_go_where_they_are_told_to() {
    assert_imported(
        importing("my: {bar: {v: 0}}", CHILD, &[("foo.bar", "my.bar"), ("m", ".")]),
        "",
        "my: {bar: {v: 0}}\nx: 1\nw: 2",
    );
    let mut parent = importing("", CHILD, &[("foo.bar", "global")]);
    assert_imported(parent.clone(), "", "global: {v: 1}");
    let (found, _) = run(parent.clone(), "");
    assert_eq!(
        yaml::to_json(found.at_path(&["s", "global"]).unwrap()).to_string(),
        r#"{"v":1}"#
    );
    parent.dependencies[0].import_values[0].parent = "s.foo".to_owned();
    let (found, _) = run(parent, "");
    assert_eq!(
        yaml::to_json(found.at_path(&["s", "foo"]).unwrap()).to_string(),
        r#"{"bar":{"v":1},"sc":5,"v":1}"#
    );
}

/// In Helm the two are one map, so that `x` is in both.
#[test]
fn a_map_may_be_imported_to_two_places() {
    assert_imported(
        importing(
            "m: {x: 2}",
            "exports: {m: {in: 5}}",
            &[("exports", "sub"), ("exports", ".")],
        ),
        "",
        "m: {x: 2, in: 5}\nsub: {m: {in: 5}}",
    );
}

#[test]
fn imports_climb_from_grandchildren() {
    let mut child = listing("s", "", vec![chart("g", "exports: {data: {deep: 1}}", vec![])]);
    child.dependencies[0].import_values = vec![ImportValues {
        child: "exports.data".to_owned(),
        parent: "exports.up".to_owned(),
    }];
    let mut parent = listing("p", "", vec![child]);
    parent.dependencies[0].import_values = vec![ImportValues {
        child: "exports.up".to_owned(),
        parent: ".".to_owned(),
    }];
    assert_imported(parent, "", "deep: 1");
}

#[test]
fn an_import_of_nothing_is_told() {
    let mut parent = importing("", CHILD, &[("exports.nope", "."), ("foo.sc", "x")]);
    parent.dependencies[0].place = Place::new(&Source::new("p/Chart.yaml", ""), 4, 3);
    let (_, said) = run(parent, "");
    assert_eq!(
        said,
        [
            "import-not-found: `import-values` of `s` imports `exports.nope`, which the subchart's values do not have \
             [p/Chart.yaml:4:3]",
            "import-not-found: `import-values` of `s` imports `foo.sc`, which is a number and not a map \
             [p/Chart.yaml:4:3, s/values.yaml:4:24 this one]",
        ]
    );
}
