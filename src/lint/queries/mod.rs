//! Rules about the expressions of alerting and recording rules: what Prometheus takes, and is not what was meant.

mod absent_without_for;
mod beyond_retention;
mod comparison;
mod counter;
mod division;
mod dropped_label;
mod duplicate_rule;
mod external_label;
mod flapping;
mod group_interval;
mod impossible_label;
mod labels;
mod missing_external_label;
mod needless_for;
mod never_matches;
mod orphaned_label;
mod other_group;
mod overlapping_alert;
mod plain_regex;
mod query;
mod rate_of_sum;
mod rate_window;
mod ratio_without_for;
mod severity;
mod template_query;
mod unformatted_value;
mod value_label;

#[cfg(test)]
mod tests;

use super::configuration::programs::Configurations;
use super::configuration::rules::{RuleSet, each_rule, rule_sets, spec};
use super::configuration::scalars::written;
use super::{Group, Subject, promql};
use crate::diagnostic::Diagnostic;
use crate::render::provenance::FieldPath;
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
        &missing_external_label::RULE,
        &dropped_label::RULE,
        &needless_for::RULE,
        &overlapping_alert::RULE,
        &ratio_without_for::RULE,
        &template_query::RULE,
        &value_label::RULE,
        &unformatted_value::RULE,
        &severity::RULE,
        &beyond_retention::RULE,
        &counter::RULE,
        &division::RULE,
        &flapping::RULE,
        &impossible_label::RULE,
        &never_matches::RULE,
        &orphaned_label::RULE,
        &plain_regex::RULE,
        &rate_of_sum::RULE,
        &rate_window::RULE,
        &duplicate_rule::RULE,
        &external_label::RULE,
        &group_interval::RULE,
        &other_group::RULE,
    ],
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
    let configurations = Configurations::find(subject);
    let spec = spec();
    let mut seen = duplicate_rule::Seen::new();
    let mut alerts = overlapping_alert::Seen::new();
    let sets = rule_sets(subject, &configurations, &spec);
    let recorded = recorded(&sets);
    for (number, set) in sets.iter().enumerate() {
        let groups = set.node.get("groups").and_then(Node::as_list).unwrap_or_default();
        for (index, group) in groups.iter().enumerate() {
            let mistake = group_interval::check(group, index, set.server.lookback);
            findings.extend(mistake.map(|mistake| set.told.finding(subject, &mistake)));
        }
        each_rule(&set.node, |path, map| {
            let Some(text) = map.get("expr").and_then(written) else {
                return;
            };
            let Ok(expression) = promql::parse(&text, set.features) else {
                return;
            };
            let of_group = group_of(&path);
            let group = groups.get(of_group);
            let mut query = Query {
                map,
                path,
                text: &text,
                expression: &expression,
                server: &set.server,
                mistakes: Vec::new(),
            };
            look(&mut query);
            template_query::check(&mut query, set.features);
            other_group::check(&mut query, (number, of_group), &recorded);
            rate_of_sum::check(&mut query, &recorded);
            severity::check(&mut query, group.and_then(|group| group.get("labels")));
            let first = duplicate_rule::check(&mut query, number, &mut seen)
                .or_else(|| overlapping_alert::check(&mut query, number, &mut alerts));
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

/// The number of the group that a rule's path leads through.
fn group_of(path: &FieldPath) -> usize {
    match path.0.get(1) {
        Some(Step::Index(group)) => *group,
        _ => 0,
    }
}

/// What records series.
fn recorded(sets: &[RuleSet<'_>]) -> other_group::Recorded {
    let mut recorded = other_group::Recorded::new();
    for (number, set) in sets.iter().enumerate() {
        each_rule(&set.node, |path, map| {
            if let Some(name) = map.get("record").and_then(written) {
                let known = recorded.entry(name.into_owned()).or_default();
                known.groups.insert((number, group_of(&path)));
                let expression = map.get("expr").and_then(written);
                let expression = expression.and_then(|text| promql::parse(&text, set.features).ok());
                known.is_sum |= expression.is_some_and(|expression| rate_of_sum::is_sum(&expression));
            }
        });
    }
    recorded
}

fn look(query: &mut Query<'_>) {
    absent_without_for::check(query);
    comparison::check(query);
    missing_external_label::check(query);
    dropped_label::check(query);
    needless_for::check(query);
    ratio_without_for::check(query);
    value_label::check(query);
    unformatted_value::check(query);
    beyond_retention::check(query);
    counter::check(query);
    division::check(query);
    external_label::check(query);
    flapping::check(query);
    impossible_label::check(query);
    never_matches::check(query);
    orphaned_label::check(query);
    plain_regex::check(query);
    rate_window::check(query);
}
