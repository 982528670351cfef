//! Rules about the expressions of alerting and recording rules: what Prometheus takes, and is not what was meant.

mod absent_without_for;
mod comparison;
mod counter;
mod dropped_label;
mod duplicate_rule;
mod flapping;
mod impossible_label;
mod labels;
mod needless_for;
mod never_matches;
mod plain_regex;
mod query;
mod rate_of_sum;
mod rate_window;
mod severity;
mod value_label;

#[cfg(test)]
mod tests;

use super::configuration::programs::Configurations;
use super::configuration::rules::{each_rule, rule_sets, spec};
use super::configuration::scalars::written;
use super::{Group, Subject, promql};
use crate::diagnostic::Diagnostic;
use crate::values::Step;
use crate::yaml::Node;
use query::Query;

/// The rules about expressions.
#[rustfmt::skip]
pub const GROUP: Group = Group {
    title: "Rules' expressions",
    set: None,
    rules: &[
        &absent_without_for::RULE,
        &comparison::RULE,
        &dropped_label::RULE,
        &needless_for::RULE,
        &value_label::RULE,
        &severity::RULE,
        &counter::RULE,
        &flapping::RULE,
        &impossible_label::RULE,
        &never_matches::RULE,
        &plain_regex::RULE,
        &rate_of_sum::RULE,
        &rate_window::RULE,
        &duplicate_rule::RULE,
    ],
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
    let configurations = Configurations::find(subject);
    let spec = spec();
    let mut seen = duplicate_rule::Seen::new();
    let sets = rule_sets(subject, &configurations, &spec);
    for (number, set) in sets.iter().enumerate() {
        each_rule(&set.node, |path, map| {
            let Some(text) = map.get("expr").and_then(written) else {
                return;
            };
            let Ok(expression) = promql::parse(&text, set.features) else {
                return;
            };
            let group = match path.0.get(1) {
                Some(Step::Index(group)) => set
                    .node
                    .get("groups")
                    .and_then(Node::as_list)
                    .and_then(|list| list.get(*group)),
                _ => None,
            };
            let mut query = Query {
                map,
                path,
                text: &text,
                expression: &expression,
                intervals: &set.intervals,
                mistakes: Vec::new(),
            };
            look(&mut query);
            severity::check(&mut query, group.and_then(|group| group.get("labels")));
            let first = duplicate_rule::check(&mut query, number, &mut seen);
            findings.extend(
                query
                    .mistakes
                    .iter()
                    .map(|mistake| set.told.finding(subject, mistake)),
            );
            // It is the last one that was told, and the first may stand in another file.
            if let (Some(first), Some(finding)) = (first, findings.last_mut())
                && let Some(set) = sets.get(first.set)
            {
                set.told.add_first(subject, finding, &first.place, &first.path);
            }
        });
    }
}

fn look(query: &mut Query<'_>) {
    absent_without_for::check(query);
    comparison::check(query);
    dropped_label::check(query);
    needless_for::check(query);
    value_label::check(query);
    counter::check(query);
    flapping::check(query);
    impossible_label::check(query);
    never_matches::check(query);
    plain_regex::check(query);
    rate_of_sum::check(query);
    rate_window::check(query);
}
