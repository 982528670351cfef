//! Routes that Alertmanager refuses.

use std::collections::HashSet;

use super::{matcher, undefined_interval, undefined_receiver};
use crate::diagnostic::Severity;
use crate::lint::Rule;
use crate::lint::configuration::checker::{Checker, has};
use crate::lint::configuration::http::is_set;
use crate::lint::configuration::scalars::written;
use crate::lint::units::{duration, shown};
use crate::yaml::{Map, Node};

/// The rule.
pub const RULE: Rule = Rule {
    code: "alertmanager-route",
    severity: Severity::Error,
    meaning: "A route is one that Alertmanager refuses.",
    reason: "The root of the routes takes every alert: it needs a receiver, and can have neither matchers nor times. `group_by` names each \
             label once. Alertmanager refuses the configuration otherwise: it does not start, and on a reload it keeps the former one.",
    action: "Correct the route as the message says.",
};

/// Looks at a configuration.
pub fn check(map: &Map, checker: &mut Checker) {
    let Some(root) = map.get("route").and_then(Node::as_map) else {
        checker.missing(map, "alertmanager.yml needs `route`".to_owned());
        return;
    };
    let receivers = names(map, &["receivers"]);
    let intervals = names(map, &["mute_time_intervals", "time_intervals"]);
    checker.within_key(map, "route", |checker, _| {
        if !has(root, "receiver") {
            checker.report_key(
                &RULE,
                root,
                "receiver",
                "the root route needs `receiver`, which takes what no other route takes".to_owned(),
                None,
            );
        }
        let empty = |key: &str| match root.get(key).map(|node| (node.as_map(), node.as_list())) {
            Some((Some(map), _)) => map.is_empty(),
            Some((_, Some(list))) => list.is_empty(),
            _ => true,
        };
        for key in [
            "match",
            "match_re",
            "matchers",
            "mute_time_intervals",
            "active_time_intervals",
        ] {
            if !empty(key) {
                checker.report_key(
                    &RULE,
                    root,
                    key,
                    format!("the root route takes every alert, and cannot have `{key}`"),
                    None,
                );
            }
        }
        if root.get("continue").and_then(Node::as_bool) == Some(true) {
            checker.report_key(
                &RULE,
                root,
                "continue",
                "the root route cannot have `continue`".to_owned(),
                None,
            );
        }
        references(root, &receivers, &intervals, checker);
    });
}

/// The names in lists of a configuration.
fn names(map: &Map, keys: &[&str]) -> HashSet<String> {
    let lists = keys.iter().filter_map(|key| map.get(key)?.as_list());
    lists
        .flatten()
        .filter_map(|item| item.get("name").and_then(written))
        .map(|name| name.into_owned())
        .collect()
}

/// What a route and those below it refer to.
fn references(route: &Map, receivers: &HashSet<String>, intervals: &HashSet<String>, checker: &mut Checker) {
    undefined_receiver::check(route, receivers, checker);
    undefined_interval::check(route, intervals, checker);
    checker.each_item(route, "routes", |checker, inner| {
        if let Some(inner) = inner.as_map() {
            references(inner, receivers, intervals, checker);
        }
    });
}

/// Looks at a route.
pub fn one(map: &Map, checker: &mut Checker) {
    matcher::filled(map, &["match_re"], checker);
    let mut seen = HashSet::new();
    let labels = map.get("group_by").and_then(Node::as_list).unwrap_or_default();
    let all = labels.iter().any(|label| label.as_str() == Some("..."));
    checker.each_item(map, "group_by", |checker, label| {
        let name = written(label).unwrap_or_default().into_owned();
        if name.is_empty() {
            checker.report(
                &RULE,
                &label.place,
                "the name of a label is empty".to_owned(),
                None,
            );
        } else if all && name != "..." {
            checker.report(
                &RULE,
                &label.place,
                "`...` groups by all labels, and stands alone".to_owned(),
                None,
            );
        } else if name != "..." && !seen.insert(name.clone()) {
            checker.report(
                &RULE,
                &label.place,
                format!("the label `{}` stands twice in `group_by`", shown(&name)),
                None,
            );
        }
    });
    for key in ["group_interval", "repeat_interval"] {
        let time = map.get(key).filter(|_| is_set(map, key)).and_then(written);
        if time.is_some_and(|time| duration(&time) == Ok(0)) {
            checker.report_key(&RULE, map, key, format!("`{key}` cannot be nothing"), None);
        }
    }
}
