//! External labels that there are not.

use super::query::Query;
use crate::diagnostic::Severity;
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule {
    code: "alert-external-label-missing",
    severity: Severity::Warning,
    meaning: "A text of an alert shows one of the server's `external_labels` that the server does not have.",
    reason: "It is shown as nothing, without an error.",
    action: "Add it to `server.global.external_labels`, or leave it out of the text.",
};

/// Looks at a rule.
pub fn check(query: &mut Query<'_>) {
    let Some(external) = query
        .server
        .external_labels
        .as_ref()
        .filter(|_| query.alert().is_some())
    else {
        return;
    };
    for key in ["labels", "annotations"] {
        let texts: Vec<(&str, String)> = query.texts(key).collect();
        for (name, text) in texts {
            let shown = text
                .split("{{")
                .skip(1)
                .filter_map(|rest| rest.split("}}").next());
            let shown = shown.flat_map(|hole| hole.split("$externalLabels.").skip(1));
            let mut labels = shown.map(|rest| {
                let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
                rest.get(..end.unwrap_or(rest.len())).unwrap_or_default()
            });
            if let Some(label) = labels.find(|label| !external.contains(*label)) {
                let message =
                    format!("`{name}` shows the external label `{label}`, which the server does not have");
                query.report_at(&RULE, &[key, name], message);
            }
        }
    }
}
