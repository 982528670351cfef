//! Alerts that do not say how bad they are.

use super::query::Query;
use crate::diagnostic::Severity;
use crate::lint::Rule;
use crate::yaml::Node;

/// The rule.
pub const RULE: Rule = Rule {
    code: "alert-without-severity",
    severity: Severity::Info,
    meaning: "An alert does not have the label `severity`.",
    reason: "Routes of Alertmanager choose by `severity` who is told and how soon. An alert without it goes to the receiver of the root route.",
    action: "Add `labels: {severity: warning}`, or what your routes know.",
};

/// Looks at a rule.
pub fn check(query: &mut Query<'_>, group_labels: Option<&Node>) {
    let Some(alert) = query.alert() else { return };
    let of_group = group_labels.is_some_and(|labels| labels.get("severity").is_some());
    let own = query
        .map
        .get("labels")
        .is_some_and(|labels| labels.get("severity").is_some());
    if !own && !of_group {
        query.report_at(
            &RULE,
            &["alert"],
            format!("the alert `{alert}` does not have the label `severity`"),
        );
    }
}
