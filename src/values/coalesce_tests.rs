//! Each cell of Helm's coalescing, as Helm 3.17.3 showed it. `tests/values_helm.rs` asks a real Helm again.

use std::sync::Arc;

use super::branch::Branch;
use super::coalesce::{self, Notes};
use super::import;
use super::tables::{self, Nulls};
use crate::chart::{Chart, Dependency, Metadata};
use crate::diagnostic::Diagnostic;
use crate::source::Source;
use crate::yaml::{self, Node, Value};

pub(super) fn values(name: &str, text: &str) -> Node {
    yaml::read_values(&Source::new(name, text)).unwrap()
}

fn dependency(name: &str) -> Dependency {
    Dependency {
        name: name.to_owned(),
        version: "*".to_owned(),
        ..Dependency::default()
    }
}

/// A chart without `dependencies:` in Chart.yaml.
pub(super) fn chart(name: &str, defaults: &str, subcharts: Vec<Branch>) -> Branch {
    let defaults = values(&format!("{name}/values.yaml"), defaults);
    let metadata = Metadata {
        name: name.to_owned(),
        version: "1.0.0".to_owned(),
        ..Metadata::default()
    };
    let chart = Chart {
        metadata,
        values: defaults.clone(),
        ..Chart::default()
    };
    Branch {
        chart: Arc::new(chart),
        defaults,
        dependencies: Vec::new(),
        subcharts,
    }
}

/// A chart in Go templates.
fn go_chart(name: &str, defaults: &str, subcharts: Vec<Branch>) -> Branch {
    let mut branch = listing(name, defaults, subcharts);
    let engine = crate::chart::Engine::Go;
    branch.chart = Arc::new(Chart {
        engine,
        ..(*branch.chart).clone()
    });
    branch
}

/// A chart whose Chart.yaml lists its subcharts.
pub(super) fn listing(name: &str, defaults: &str, subcharts: Vec<Branch>) -> Branch {
    let dependencies = subcharts
        .iter()
        .map(|subchart| dependency(subchart.name()))
        .collect();
    Branch {
        dependencies,
        ..chart(name, defaults, subcharts)
    }
}

/// The values of a chart and its subcharts, and what was said on the way.
pub(super) fn run(mut chart: Branch, user: &str) -> (Node, Vec<String>) {
    let mut notes = Notes::default();
    import::apply(&mut chart, &mut notes);
    let values = coalesce::coalesce(&chart, &values("user.yaml", user), Nulls::Delete, &mut notes);
    let said = notes.errors.into_iter().chain(notes.warnings.into_list());
    (values, said.map(|diagnostic| describe(&diagnostic)).collect())
}

fn describe(diagnostic: &Diagnostic) -> String {
    let places: Vec<String> = diagnostic
        .labels
        .iter()
        .map(|label| format!("{} {}", label.place, label.text).trim_end().to_owned())
        .collect();
    format!(
        "{}: {} [{}]",
        diagnostic.code,
        diagnostic.message,
        places.join(", ")
    )
}

/// Asserts values, in YAML, and that nothing was said.
#[track_caller]
fn assert_values(chart: Branch, user: &str, expected: &str) {
    let (found, said) = run(chart, user);
    assert_eq!(said, Vec::<String>::new(), "{user}");
    assert_eq!(
        yaml::to_json(&found),
        yaml::to_json(&values("expected", expected)),
        "{user}"
    );
}

/// Asserts values, in YAML, and all that was said.
#[track_caller]
fn assert_said(chart: Branch, user: &str, expected: &str, messages: &[&str]) {
    let (found, said) = run(chart, user);
    assert_eq!(said, messages, "{user}");
    assert_eq!(
        yaml::to_json(&found),
        yaml::to_json(&values("expected", expected)),
        "{user}"
    );
}

/// Runs a case for a parent that does not list its subchart and for one that does: Helm agrees with itself here.
#[track_caller]
fn assert_both(parent: &str, child: &str, user: &str, expected: &str) {
    for make in [chart, listing] {
        assert_values(make("p", parent, vec![chart("s", child, vec![])]), user, expected);
    }
}

#[test]
fn a_null_deletes_a_default_wherever_it_stands() {
    let cases = [
        ("a: 1\nb: 2", "a: null", "b: 2"),
        ("a: {x: 1}", "a: null", ""),
        ("a: null", "a: null", ""),
        ("m: {a: {x: 1}, b: 2}", "m: {a: null, b: null}", "m: {}"),
        // What has no default stays, as do nulls among the defaults.
        (
            "m: {a: 1}",
            "m: {q: null}\nz: null\nw: {v: null}",
            "m: {a: 1, q: null}\nz: null\nw: {v: null}",
        ),
        (
            "m: {a: null}\nd: null",
            "m: {b: 1}",
            "m: {a: null, b: 1}\nd: null",
        ),
        ("m: {a: null}", "", "m: {a: null}"),
    ];
    for (defaults, user, expected) in cases {
        assert_values(chart("c", defaults, vec![]), user, expected);
    }
}

#[test]
fn lists_and_scalars_replace_and_maps_merge() {
    let cases = [
        ("l: [1, 2]", "l: [3]", "l: [3]"),
        (
            "a: 1\nm: {x: 1, k: {z: 1}}",
            "m: {k: {w: 2}}",
            "a: 1\nm: {x: 1, k: {z: 1, w: 2}}",
        ),
        (
            "a: null\nm: {b: null}",
            "a: {k: 1}\nm: {b: {k: 1}}",
            "a: {k: 1}\nm: {b: {k: 1}}",
        ),
        ("m: {x: 1}", "m: {}", "m: {x: 1}"),
        ("m: {}", "m: {x: 1}", "m: {x: 1}"),
    ];
    for (defaults, user, expected) in cases {
        assert_values(chart("c", defaults, vec![]), user, expected);
    }
}

#[test]
fn keys_come_in_the_order_of_the_defaults_and_then_of_the_user() {
    let (found, _) = run(
        chart("c", "b: 1\na: {z: 1, x: 1}", vec![]),
        "q: 1\na: {w: 1, x: 2}\nc: 1",
    );
    let keys = |node: &Node| {
        node.as_map()
            .unwrap()
            .keys()
            .map(|key| key.to_string())
            .collect::<Vec<_>>()
    };
    assert_eq!(keys(&found), ["b", "a", "q", "c"]);
    assert_eq!(keys(found.get("a").unwrap()), ["z", "x", "w"]);
}

#[test]
fn values_keep_their_places_and_share_what_nobody_changes() {
    let defaults = chart("c", "same: {x: 1}\nchanged: {x: 1, k: 1}", vec![]);
    let same = defaults.defaults.get("same").unwrap().clone();
    let (found, _) = run(defaults, "changed: {x: 2}");
    let (Value::Map(before), Value::Map(after)) = (&same.value, &found.get("same").unwrap().value) else {
        panic!()
    };
    assert!(Arc::ptr_eq(before, after));
    let places: Vec<String> = [
        &["changed"][..],
        &["changed", "x"],
        &["changed", "k"],
        &["same", "x"],
    ]
    .iter()
    .map(|path| found.at_path(path).unwrap().place.to_string())
    .collect();
    assert_eq!(
        places,
        [
            "user.yaml:1:10",
            "user.yaml:1:14",
            "c/values.yaml:2:20",
            "c/values.yaml:1:11"
        ]
    );
}

#[test]
fn a_map_and_another_kind_give_a_warning_and_the_upper_one_wins() {
    assert_said(
        chart("c", "a: 1\nm: {x: 1,\n  k: {z: 1}}\nl: [1]", vec![]),
        "a: {b: 1}\nm: {x: {q: 1}, k: 5}\nl: {z: 1}",
        "a: {b: 1}\nm: {x: {q: 1}, k: 5}\nl: {z: 1}",
        &[
            "not-a-table: `a` is a map here, but a number by default [user.yaml:1:4, c/values.yaml:1:4 a number here]",
            "not-a-table: `m.x` is a map here, but a number by default \
             [user.yaml:2:8, c/values.yaml:2:8 a number here]",
            "not-a-table: `m.k` is a number here, but a map by default \
             [user.yaml:2:19, c/values.yaml:3:6 a map here]",
            "not-a-table: `l` is a map here, but a list by default [user.yaml:3:4, c/values.yaml:4:4 a list here]",
        ],
    );
}

#[test]
fn a_subchart_gets_its_section_and_its_parent_sees_everything() {
    let tree = || {
        let grandchild = chart("g", "x: {a: 1, b: 2}", vec![]);
        chart("p", "s: {a: 7}", vec![chart("s", "a: 1\nb: 2", vec![grandchild])])
    };
    let cases = [
        (
            "",
            "s: {a: 7, b: 2, global: {}, g: {x: {a: 1, b: 2}, global: {}}}",
        ),
        (
            "s: {a: null}",
            "s: {b: 2, global: {}, g: {x: {a: 1, b: 2}, global: {}}}",
        ),
        (
            "s: {g: {x: {a: null}}}",
            "s: {a: 7, b: 2, global: {}, g: {x: {b: 2}, global: {}}}",
        ),
        (
            "s: {g: {x: null}}",
            "s: {a: 7, b: 2, global: {}, g: {global: {}}}",
        ),
    ];
    for (user, expected) in cases {
        assert_values(tree(), user, expected);
    }
}

#[test]
fn nulls_for_a_subchart_reach_it_from_every_layer() {
    let child = "k: 1\nt: {a: 1, b: 2}";
    let cases = [
        ("s: {t: {a: null}}", "", "s: {k: 1, t: {b: 2}, global: {}}"),
        ("s: {t: null}", "", "s: {k: 1, global: {}}"),
        ("", "s: {k: null, t: {a: null}}", "s: {t: {b: 2}, global: {}}"),
        (
            "s: {t: {a: 9}}",
            "s: {t: {a: null}}",
            "s: {k: 1, t: {b: 2}, global: {}}",
        ),
        // A parent's default that the subchart does not have stays as null.
        (
            "s: {a: 1, u: {b: 1}}",
            "s: {a: null, u: {b: null}}",
            "s: {a: null, u: {b: null}, k: 1, t: {a: 1, b: 2}, global: {}}",
        ),
    ];
    for (parent, user, expected) in cases {
        assert_both(parent, child, user, expected);
    }
    // A null among the subchart's own defaults is beaten by its parent's value.
    assert_both("s: {a: 7}", "a: null", "", "s: {a: 7, global: {}}");
}

#[test]
fn nulls_among_a_subcharts_defaults_go_only_where_the_parent_lists_it() {
    let child = || vec![chart("s", "c: {z: null, w: 1}\nd: null\nl: [{a: null}]", vec![])];
    assert_values(
        chart("p", "", child()),
        "s: {c: {v: 1}}",
        "s: {c: {z: null, w: 1, v: 1}, d: null, l: [{a: null}], global: {}}",
    );
    assert_values(
        listing("p", "", child()),
        "s: {c: {v: 1}}",
        "s: {c: {w: 1, v: 1}, l: [{a: null}], global: {}}",
    );
    assert_values(
        listing("p", "", child()),
        "",
        "s: {c: {w: 1}, l: [{a: null}], global: {}}",
    );
}

/// As Helm 4.3.1 has it, but for the default `over` of the last chart, which it keeps where the user's values have no `s`.
#[test]
fn nulls_among_the_defaults_of_a_go_chart_are_as_if_they_were_not_there() {
    let cases = [
        (
            "a: null\nm: {b: null, c: 1, d: {e: null}}\nl: [{f: null}, null]",
            "",
            "m: {c: 1, d: {}}\nl: [{f: null}, null]",
        ),
        ("m: {b: null, c: 1}", "m: {c: 2}", "m: {c: 2}"),
        ("m: {b: null}", "m: {b: 3}", "m: {b: 3}"),
        ("m: {b: null}", "m: {q: null, b: null}", "m: {q: null, b: null}"),
        ("a: null", "a: null\nz: null", "z: null"),
        ("a: null", "a: {x: 1}", "a: {x: 1}"),
        ("a: null", "", ""),
    ];
    for (defaults, user, expected) in cases {
        assert_values(go_chart("c", defaults, vec![]), user, expected);
    }
    let child = || {
        go_chart(
            "s",
            "own: null\nm: {a: null, w: 1}\nover: 5\ng: {over: 6, keep: 7}",
            vec![],
        )
    };
    let parent = || {
        go_chart(
            "p",
            "s: {none: null, m: {q: null}, over: null, g: {over: null}}",
            vec![child()],
        )
    };
    assert_values(parent(), "", "s: {m: {w: 1}, g: {keep: 7}, global: {}}");
    assert_values(
        parent(),
        "s: {m: {w: 2}}",
        "s: {none: null, m: {a: null, q: null, w: 2}, g: {keep: 7}, global: {}}",
    );
}

#[test]
fn a_section_that_is_no_map_is_an_error() {
    let tree = |defaults| chart("p", defaults, vec![chart("s", "x: 1", vec![])]);
    let cases = [
        (
            "",
            "s: null",
            "section-not-a-map: `s` holds the values of the subchart `s`, but is null [user.yaml:1:4]",
        ),
        (
            "",
            "s: 1",
            "section-not-a-map: `s` holds the values of the subchart `s`, but is a number [user.yaml:1:4]",
        ),
        (
            "",
            "s: [1]",
            "section-not-a-map: `s` holds the values of the subchart `s`, but is a list [user.yaml:1:4]",
        ),
        (
            "s: null",
            "",
            "section-not-a-map: `s` holds the values of the subchart `s`, but is null [p/values.yaml:1:4]",
        ),
        (
            "s: {x: 2}",
            "s: true",
            "section-not-a-map: `s` holds the values of the subchart `s`, but is a boolean [user.yaml:1:4]",
        ),
    ];
    for (defaults, user, message) in cases {
        assert_said(tree(defaults), user, "s: {x: 1, global: {}}", &[message]);
    }
    // A null over the parent's own section only takes that section away.
    assert_values(tree("s: {x: 2}"), "s: null", "s: {x: 1, global: {}}");
}

#[test]
fn globals_go_down_and_the_parents_win() {
    let cases = [
        (
            "global: {x: G}",
            "global: {x: S, k: sub}",
            "",
            "global: {x: G}\ns: {global: {x: G, k: sub}}",
        ),
        (
            "",
            "global: {x: S}",
            "global: {x: G}",
            "global: {x: G}\ns: {global: {x: G}}",
        ),
        (
            "",
            "global: {x: S}",
            "global: {x: G}\ns: {global: {x: T}}",
            "global: {x: G}\ns: {global: {x: G}}",
        ),
        (
            "global: {m: {a: 1}}",
            "global: {m: {a: 2, b: 2}}",
            "",
            "global: {m: {a: 1}}\ns: {global: {m: {a: 1, b: 2}}}",
        ),
        ("", "", "", "s: {global: {}}"),
        (
            "global: {x: R}",
            "global: {k: sub}",
            "s: {global: {x: null, k: null}}",
            "global: {x: R}\ns: {global: {x: R}}",
        ),
        (
            "global: {x: null, z: null}",
            "global: {x: 1, z: 1}",
            "",
            "global: {x: null, z: null}\ns: {global: {}}",
        ),
    ];
    for (parent, child, user, expected) in cases {
        assert_both(parent, child, user, expected);
    }
}

#[test]
fn a_deleted_global_comes_back_in_subcharts() {
    let child = || vec![chart("s", "global: {x: sub}", vec![])];
    // With its own default; or with the parent's, where the parent lists the subchart.
    assert_values(
        chart("p", "global: {x: R}", child()),
        "global: {x: null}",
        "global: {}\ns: {global: {x: sub}}",
    );
    assert_values(
        listing("p", "global: {x: R}", child()),
        "global: {x: null}",
        "global: {}\ns: {global: {x: R}}",
    );
    assert_values(
        listing("p", "global: {x: R}", child()),
        "global: null",
        "s: {global: {x: R}}",
    );
}

#[test]
fn globals_of_other_kinds_are_told() {
    let tree = |parent, child| chart("p", parent, vec![chart("s", child, vec![])]);
    assert_said(
        tree("global: {x: R}", "global: {k: sub}"),
        "global: 5",
        "global: 5\ns: {global: {k: sub}}",
        &[
            "not-a-table: `global` is a number here, but a map by default \
             [user.yaml:1:9, p/values.yaml:1:9 a map here]",
            "global-not-a-map: `global` is a number, not a map: no subchart gets it [user.yaml:1:9]",
        ],
    );
    assert_said(
        tree("global: {x: R}", "global: {k: sub}"),
        "s: {global: 5}",
        "global: {x: R}\ns: {global: 5}",
        &[
            "global-not-a-map: `s.global` is a number, not a map: the subchart gets no globals [user.yaml:1:13]",
            "not-a-table: `s.global` is a number here, but a map by default \
             [user.yaml:1:13, s/values.yaml:1:9 a map here]",
        ],
    );
    assert_said(
        tree("global: {x: {a: 1}}\ns: {global: {x: 2}}", ""),
        "",
        "global: {x: {a: 1}}\ns: {global: {x: 2}}",
        &[
            "global-kinds-differ: `s.global.x` stays a number: the parent's global of that name is a map \
           [p/values.yaml:2:17, p/values.yaml:1:13 the parent's, a map]",
        ],
    );
    assert_said(
        tree("global: {x: 1}\ns: {global: {x: {a: 2}}}", ""),
        "",
        "global: {x: 1}\ns: {global: {x: {a: 2}}}",
        &[
            "global-kinds-differ: `s.global.x` stays a map: the parent's global of that name is a number \
           [p/values.yaml:2:17, p/values.yaml:1:13 the parent's, a number]",
        ],
    );
}

#[test]
fn layers_merge_and_keep_nulls() {
    let cases = [
        ("a: {b: {x: 1}}", "a: {b: null}", "a: {b: null}"),
        ("a: {b: null}", "a: {b: {x: 1}}", "a: {b: {x: 1}}"),
        (
            "a: {b: 1, c: 1}\nl: [1, 2]",
            "a: {b: {x: 1}}\nl: [3]",
            "a: {b: {x: 1}, c: 1}\nl: [3]",
        ),
    ];
    for (lower, upper, expected) in cases {
        let merged = tables::overlay(&values("upper", upper), &values("lower", lower));
        assert_eq!(merged, values("expected", expected), "{upper} over {lower}");
    }
}
