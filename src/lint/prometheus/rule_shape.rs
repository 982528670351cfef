//! Groups and rules that Prometheus refuses.

use super::{rule_expression, rule_template};
use crate::diagnostic::Severity;
use crate::lint::Rule;
use crate::lint::configuration::checker::{Checker, Names, has};
use crate::lint::configuration::scalars::written;
use crate::lint::units::{duration, shown};
use crate::source::Place;
use crate::yaml::{Map, Node};

/// The rule.
pub const RULE: Rule = Rule {
    code: "prometheus-rule",
    severity: Severity::Error,
    meaning: "A group of rules or a rule is one that Prometheus refuses.",
    reason: "A group needs a name of its own within the file; a rule needs an expression and either the name of an alert or of the series \
             that it records. Prometheus refuses the whole file: it does not start, and on a reload it keeps the former rules.",
    action: "Correct the rule as the message says.",
};

/// Looks at a rule file.
pub fn file(map: &Map, checker: &mut Checker) {
    let mut names = Names::new();
    checker.each_item(map, "groups", |checker, group| {
        let Some(group) = group.as_map() else { return };
        let message = |name: &str, _: &Place| format!("a second group of the file has the name `{name}`");
        checker.unique(&mut names, &RULE, (group, "name"), message, None);
    });
}

/// Looks at a group.
pub fn group(map: &Map, checker: &mut Checker) {
    if !has(map, "name") {
        checker.report_key(
            &RULE,
            map,
            "name",
            "a group of rules needs `name`".to_owned(),
            None,
        );
    }
    labels(map, "labels", checker);
}

/// Looks at a rule.
pub fn rule(map: &Map, checker: &mut Checker) {
    let record = text(map, "record");
    let alert = text(map, "alert");
    if record.is_empty() && alert.is_empty() {
        checker.report_key(
            &RULE,
            map,
            "expr",
            "a rule needs `alert` or `record`".to_owned(),
            None,
        );
    } else if !record.is_empty() && !alert.is_empty() {
        checker.report_key(
            &RULE,
            map,
            "record",
            "a rule has either `alert` or `record`, and not both".to_owned(),
            None,
        );
    }
    if !has(map, "expr") {
        checker.report_key(&RULE, map, "expr", "a rule needs `expr`".to_owned(), None);
    } else {
        rule_expression::check(map, checker);
    }
    if !record.is_empty() {
        for key in ["for", "keep_firing_for"] {
            if map
                .get(key)
                .and_then(written)
                .is_some_and(|time| duration(&time).is_ok_and(|time| time > 0))
            {
                checker.report_key(
                    &RULE,
                    map,
                    key,
                    format!("`{key}` belongs to alerts, and this rule records"),
                    None,
                );
            }
        }
        if map
            .get("annotations")
            .and_then(Node::as_map)
            .is_some_and(|map| !map.is_empty())
        {
            checker.report_key(
                &RULE,
                map,
                "annotations",
                "`annotations` belong to alerts, and this rule records".to_owned(),
                None,
            );
        }
        if record.contains(['{', '}']) {
            let message = format!(
                "`{}` is not the name of a series: an expression belongs in `expr`",
                shown(&record)
            );
            checker.report_key(&RULE, map, "record", message, None);
        }
    }
    labels(map, "labels", checker);
    labels(map, "annotations", checker);
    if !alert.is_empty() {
        rule_template::check(map, checker);
    }
}

fn labels(map: &Map, key: &str, checker: &mut Checker) {
    checker.within_key(map, key, |checker, labels| {
        for (name, _) in labels.as_map().into_iter().flat_map(Map::iter) {
            if name.is_empty() || (&**name == "__name__" && key == "labels") {
                let Some(map) = labels.as_map() else { return };
                checker.report_key(
                    &RULE,
                    map,
                    name,
                    format!("`{name}` is not a name that `{key}` can have"),
                    None,
                );
            }
        }
    });
}

fn text(map: &Map, key: &str) -> String {
    map.get(key).and_then(written).unwrap_or_default().into_owned()
}
