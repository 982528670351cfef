//! Queries within texts of alerts.

use super::labels;
use super::query::Query;
use crate::diagnostic::Severity;
use crate::lint::Rule;
use crate::lint::promql::{self, Features, Refused};
use crate::lint::units::shown;

/// The rule.
pub const RULE: Rule = Rule {
    code: "alert-template-query",
    severity: Severity::Warning,
    meaning: "A query within a text of an alert is not PromQL, or its result lacks the label that the text shows.",
    reason: "The text is made when the alert fires: a query that cannot be read leaves the error in place of the text, and a label that is not there is shown as nothing.",
    action: "Correct the query, or keep the label in its aggregation.",
};

/// Looks at a rule.
pub fn check(query: &mut Query<'_>, features: Features) {
    if query.alert().is_none() {
        return;
    }
    for key in ["labels", "annotations"] {
        let texts: Vec<(&str, String)> = query.texts(key).collect();
        for (name, text) in texts {
            if let Some(problem) = problem(&text, features) {
                query.report_at(&RULE, &[key, name], format!("`{name}` {problem}"));
            }
        }
    }
}

fn problem(text: &str, features: Features) -> Option<String> {
    let asked = literals(text, "query");
    for one in &asked {
        // What is put together by `printf` is not known before.
        let expression = match promql::parse(one, features) {
            Ok(expression) => expression,
            Err(Refused::Unknown) => continue,
            Err(_) if one.contains('%') => continue,
            Err(Refused::Wrong { message, .. }) => {
                return Some(format!("asks `{}`, which is not PromQL: {message}", shown(one)));
            }
        };
        let [_] = asked.as_slice() else { continue };
        let there = labels::of(&expression);
        if let Some(label) = literals(text, "label")
            .into_iter()
            .find(|label| !there.can_have(label))
        {
            return Some(format!(
                "shows the label `{}` of `{}`, which does not keep it",
                shown(&label),
                shown(one)
            ));
        }
    }
    None
}

/// The texts in quotes or backticks that follow a function's name within `{{ }}`.
fn literals(text: &str, function: &str) -> Vec<String> {
    let mut found = Vec::new();
    for hole in text
        .split("{{")
        .skip(1)
        .filter_map(|rest| rest.split("}}").next())
    {
        for (at, _) in hole.match_indices(function) {
            let before = hole.get(..at).unwrap_or_default();
            let rest = hole.get(at + function.len()..).unwrap_or_default();
            let inner = rest.trim_start();
            let is_word = before.ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == '.' || c == '$');
            let Some(quote) = inner.chars().next().filter(|c| matches!(c, '"' | '`')) else {
                continue;
            };
            if is_word || inner.len() == rest.len() {
                continue;
            }
            let mut literal = String::new();
            let mut letters = inner.chars().skip(1);
            while let Some(letter) = letters.next().filter(|letter| *letter != quote) {
                match letter {
                    '\\' if quote == '"' => literal.extend(letters.next()),
                    letter => literal.push(letter),
                }
            }
            found.push(literal);
        }
    }
    found
}
