//! Labels in texts of alerts that are not there.

use super::labels;
use super::query::Query;
use crate::diagnostic::Severity;
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule {
    code: "alert-label-dropped",
    severity: Severity::Warning,
    meaning: "A label or annotation of an alert shows a label that the expression does not keep.",
    reason: "An aggregation keeps the labels of `by` only, and `on` those that it names. A label that is not there is shown as nothing, without an error, just when somebody has to know where to look.",
    action: "Add the label to the aggregation, or leave it out of the text.",
};

/// Looks at a rule.
pub fn check(query: &mut Query<'_>) {
    if query.alert().is_none() {
        return;
    }
    let kept = labels::of(query.expression);
    let parts = labels::branches(query.expression).into_iter();
    let parts: Vec<_> = parts.map(|part| (part, labels::of(part))).collect();
    for key in ["labels", "annotations"] {
        for (name, text) in query.texts(key) {
            let used = used(&text);
            if let Some(label) = used.iter().find(|label| !kept.can_have(label)) {
                let message =
                    format!("`{name}` shows the label `{label}`, which the expression does not keep");
                query.report_at(&RULE, &[key, name], message);
                continue;
            }
            // Who asks for a label, or gives another one instead, knows that it may not be there.
            if ["if ", "or ", "with "].iter().any(|word| text.contains(word)) {
                continue;
            }
            let lacking = parts.iter().find_map(|(part, labels)| {
                let label = used.iter().find(|label| !labels.can_have(label))?;
                Some(format!(
                    "`{name}` shows the label `{label}`, which is not there where `{}` is what the expression gives",
                    query.part(part)
                ))
            });
            if let Some(message) = lacking {
                query.report_at(&RULE, &[key, name], message);
            }
        }
    }
}

/// The labels that a template shows of the alert itself.
fn used(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    // Within these a dot is something else.
    let is_plain = !["range", "with", "query", "define"]
        .iter()
        .any(|word| text.contains(word));
    for (before, counts) in [("$labels.", true), (".Labels.", is_plain)] {
        if !counts {
            continue;
        }
        for (at, _) in text.match_indices(before) {
            let rest = text.get(at + before.len()..).unwrap_or_default();
            let end = rest
                .find(|c: char| !c.is_ascii_alphanumeric() && c != '_')
                .unwrap_or(rest.len());
            let open = text.get(..at).unwrap_or_default();
            if open.rfind("{{") > open.rfind("}}") {
                found.push(rest.get(..end).unwrap_or_default());
            }
        }
    }
    found
}
