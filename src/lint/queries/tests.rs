//! Tests of what labels an expression keeps.

use super::labels::{Labels, of};
use crate::lint::promql::{Features, parse};

fn labels(text: &str) -> Labels {
    of(&parse(text, Features::default()).unwrap())
}

#[test]
fn labels_are_those_that_prometheus_keeps() {
    for (text, label, expected) in [
        ("x", "a", true),
        ("sum(x)", "a", false),
        ("sum by (a) (x)", "a", true),
        ("sum by (a) (x)", "b", false),
        ("sum without (a) (x)", "a", false),
        ("sum without (a) (x)", "b", true),
        ("topk(1, x)", "a", true),
        ("count_values(\"a\", x)", "a", true),
        ("rate(x[5m]) > 1", "a", true),
        ("1 < sum by (a) (x)", "a", true),
        ("sum by (a) (x) / on (b) y", "a", false),
        ("x / on (a) y", "a", true),
        ("x / ignoring (a) y", "a", false),
        ("x * on (a) group_left (c) sum by (a) (y)", "b", true),
        ("sum by (a) (y) * on (a) group_right x", "b", true),
        ("sum by (a) (x) and y", "b", false),
        ("sum by (a) (x) or sum by (b) (y)", "b", true),
        ("sum(x) or y", "b", true),
        ("absent(x{a=\"b\", c!=\"d\"})", "a", true),
        ("absent(x{a=\"b\", c!=\"d\"})", "c", false),
        ("label_replace(sum(x), \"a\", \"b\", \"\", \"\")", "a", true),
        ("histogram_quantile(0.9, sum by (le, a) (x))", "a", true),
        ("histogram_quantile(0.9, sum by (le, a) (x))", "le", false),
        ("vector(1)", "a", false),
        ("max_over_time(sum by (a) (x)[1h:])", "a", true),
    ] {
        assert_eq!(labels(text).can_have(label), expected, "{label} in {text}");
    }
}
