//! Labels of alerts that hold the value.

use super::query::Query;
use crate::diagnostic::Severity;
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule {
    code: "alert-value-in-label",
    severity: Severity::Warning,
    meaning: "A label of an alert holds the value, so the alert is another one at each evaluation.",
    reason: "An alert is known by its labels. With the value in one of them it ends and begins anew whenever the value changes, so `for` never passes and people are told again and again.",
    action: "Put the value into an annotation.",
};

/// Looks at a rule.
pub fn check(query: &mut Query<'_>) {
    if query.alert().is_none() {
        return;
    }
    let mut found = Vec::new();
    for (name, text) in query.texts("labels") {
        let inside = text
            .split("{{")
            .skip(1)
            .filter_map(|part| part.split("}}").next());
        // A condition makes few labels of many values.
        let shows = |action: &str| {
            let words = action.trim_start_matches('-').trim_start();
            let decides = ["if", "else", "with", "range", "end"]
                .iter()
                .any(|word| words.starts_with(word));
            !decides && (action.contains("$value") || action.split_whitespace().any(|word| word == ".Value"))
        };
        if inside.clone().any(shows) {
            found.push(name);
        }
    }
    for name in found {
        query.report_at(
            &RULE,
            &["labels", name],
            format!("the label `{name}` holds the value of the alert"),
        );
    }
}
