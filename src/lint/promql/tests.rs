//! Tests of PromQL: what promtool 3.14 takes and refuses, as it said itself.

use super::{Expression, Features, Kind, Refused, parse};

const TAKEN: &[&str] = &[
    "1",
    "-2 ^ 2",
    "0x1F + 1e3 + .5 + 1_000",
    "Inf - NaN",
    "up",
    "sum",
    "up{}",
    "{__name__=~\"a.+\"}",
    "{\"a metric\", job='x'}",
    "up{job=~\"a|b\", instance!='c',} offset 5m",
    "up @ 5 offset -1h30m",
    "up @ start()",
    "up @ end()[5m]",
    "rate(x[5m] offset 1h)",
    "rate(x[300])",
    "rate(x[(9m30s+30s)*3])",
    "x[max_of(min_of(step()+1,1h),-1ms):step()] offset -range()",
    "x offset -(1^2)",
    "max_over_time(rate(x[5m])[1h:1m])",
    "max_over_time((a + b)[1h:] @ 3)",
    "sum by (job, le) (x)",
    "sum(x) without (job,)",
    "topk(3, x)",
    "count_values(\"v\", x)",
    "quantile by (a) (0.9, x)",
    "a + on (job) group_left (x, y) b",
    "a / ignoring (x) group_right b",
    "a and on () b or c unless d",
    "a == bool on (x) b",
    "1 > bool 2",
    "label_replace(x, \"a\", \"$1\", \"b\", \"(.*)\")",
    "time() - x",
    "round(x) + round(x, 5)",
    "day_of_week()",
    "a:b:c # a comment",
    "x == 5m",
    "a atan2 b",
    "- - x",
];

const REFUSED: &[(&str, &str)] = &[
    ("", "empty"),
    ("(", "ends"),
    ("a b", "operator"),
    ("a +", "ends"),
    ("1 == 2", "bool"),
    ("a + bool b", "bool"),
    ("1 and a", "instant vectors only"),
    ("a + on (x) 1", "instant vectors only"),
    ("a and on (x) group_left b", "group_left"),
    ("a + on (x) group_left (x) b", "stands in `on`"),
    ("\"a\" + 1", "a text"),
    ("rate(x)", "a range vector"),
    ("x[5m] + 1", "a range vector"),
    ("rate(x[5m], 1)", "1 arguments"),
    ("rat(x[5m])", "did you mean `rate`"),
    ("sum(x, y)", "1 arguments"),
    ("topk(x)", "2 arguments"),
    ("topk(x, y)", "a number"),
    ("sum by (a) by (b) (x)", "`(`"),
    ("{}", "all series"),
    ("{job=\"\"}", "all series"),
    ("{job=~\".*\"}", "all series"),
    ("x{__name__=\"y\"}", "twice"),
    ("x{job=~\"(\"}", "regular expression"),
    ("x{job==\"a\"}", "`==` stands"),
    ("x{job}", "`=`"),
    ("x[5]m", "operator"),
    ("x[5m][5m]", "only series"),
    ("x[0s]", "longer than nothing"),
    ("x[5x]", "neither a number nor a time"),
    ("(x + y)[5m]", "only series"),
    ("x offset 5m[5m]", "behind the range"),
    ("x offset 5m offset 5m", "two `offset`"),
    ("sum(x) offset 5m", "`offset` stands"),
    ("x @ 5 @ 6", "two `@`"),
    ("x @ 5[5m]", "behind the range"),
    ("x on (a)", "operator"),
    ("on", "a series"),
    ("'a", "not closed"),
    ("\"\\q\"", "backslash"),
    ("a ? b", "`?`"),
    ("limitk(2, x)", "enable-feature"),
    ("max_of(1, 2)", "enable-feature"),
    ("rate(x[5m +])", "a time"),
    ("rate(x[5m / 0])", "divided by nothing"),
    ("rate(x[-5m])", "longer than nothing"),
    ("x offset 9.5e10", "too long"),
    ("sort_by_label(x, \"a\")", "enable-feature"),
];

#[test]
fn what_promtool_takes_is_taken() {
    for text in TAKEN {
        let found = parse(text, Features::default());
        assert!(found.is_ok(), "{text}: {:?}", found.err());
    }
}

#[test]
fn what_promtool_refuses_is_refused_with_a_reason() {
    for (text, reason) in REFUSED {
        match parse(text, Features::default()) {
            Err(Refused::Wrong { message, .. }) => assert!(message.contains(reason), "{text}: {message}"),
            other => panic!("{text}: {other:?}"),
        }
    }
}

/// An expression with all its parentheses.
fn grouped(expression: &Expression) -> String {
    match &expression.kind {
        Kind::Binary(binary) => {
            let (left, right) = (grouped(&binary.left), grouped(&binary.right));
            format!("({left} {} {right})", binary.operator.as_str())
        }
        Kind::Unary(inner) => format!("-{}", grouped(inner)),
        Kind::Vector(selector) => selector.name.clone().unwrap_or_default(),
        Kind::Number(number) => number.to_string(),
        _ => String::new(),
    }
}

#[test]
fn operators_bind_as_in_prometheus() {
    for (text, expected) in [
        ("a + b * c", "(a + (b * c))"),
        ("a - b - c", "((a - b) - c)"),
        ("a ^ b ^ c", "(a ^ (b ^ c))"),
        ("-a ^ b", "-(a ^ b)"),
        ("-a * b", "(-a * b)"),
        ("a or b and c", "(a or (b and c))"),
        ("a and b unless c", "((a and b) unless c)"),
        ("a > b + c", "(a > (b + c))"),
        ("a == b > c", "((a == b) > c)"),
        ("a atan2 b * c", "((a atan2 b) * c)"),
    ] {
        let expression = parse(text, Features::default()).unwrap();
        assert_eq!(grouped(&expression), expected, "{text}");
    }
}

#[test]
fn features_allow_what_is_experimental() {
    let features = Features {
        functions: true,
        ranges: true,
        fill: true,
    };
    assert!(parse("limitk(2, x)", features).is_ok());
    assert!(parse("sort_by_label(x, \"a\")", features).is_ok());
    assert!(parse("rate(x[5m] smoothed)", features).is_ok());
    assert!(parse("a + fill (0) b", features).is_ok());
}

#[test]
fn large_expressions_are_left_alone() {
    for text in [
        "(".repeat(100_000),
        "-".repeat(100_000),
        format!("a{}", " + a".repeat(100_000)),
        format!("sum{}", "(sum".repeat(5_000)),
    ] {
        assert_eq!(parse(&text, Features::default()).err(), Some(Refused::Unknown));
    }
}
