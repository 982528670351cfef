//! Rules that are there twice.

use std::collections::HashMap;

use super::query::Query;
use crate::diagnostic::Severity;
use crate::lint::Rule;
use crate::lint::configuration::scalars::written;

/// The rule.
pub const RULE: Rule = Rule {
    code: "rule-duplicate",
    severity: Severity::Warning,
    meaning: "Two rules have the same name, expression and labels.",
    reason: "Both are evaluated and make the same series: one of two recorded samples is refused, and an alert is sent twice. Whoever changes one of \
             the two will wonder.",
    action: "Remove one of the two.",
};

/// The rules that were seen, by all that makes them the same.
pub type Seen = HashMap<(String, String, Vec<(String, String)>), ()>;

/// Looks at a rule.
pub fn check(query: &mut Query<'_>, seen: &mut Seen) {
    let key = if query.alert().is_some() {
        "alert"
    } else {
        "record"
    };
    let name = query
        .map
        .get(key)
        .and_then(written)
        .unwrap_or_default()
        .into_owned();
    let mut labels: Vec<(String, String)> = query
        .texts("labels")
        .map(|(name, text)| (name.to_owned(), text))
        .collect();
    labels.sort();
    let text = query.text.split_whitespace().collect::<Vec<_>>().join(" ");
    let known = seen.insert((format!("{key} {name}"), text, labels), ()).is_some();
    if known && !name.is_empty() {
        query.report_at(
            &RULE,
            &[key],
            format!("a second rule has the name `{name}`, the same expression and the same labels"),
        );
    }
}
