//! Regular expressions without anything regular.

use super::query::Query;
use crate::diagnostic::Severity;
use crate::lint::Rule;
use crate::lint::promql::{Expression, Kind, MatcherKind};

/// The rule.
pub const RULE: Rule = Rule {
    code: "query-plain-regex",
    severity: Severity::Info,
    meaning: "A matcher with `=~` or `!~` is given a text without anything that a regular expression needs.",
    reason: "It selects the same as `=` or `!=`, takes longer, and leaves the reader looking for the pattern. The whole value is compared in any case, so `^` and `$` say nothing.",
    action: "Write `=` or `!=`.",
};

/// Looks at a rule.
pub fn check(query: &mut Query<'_>) {
    let mut found = Vec::new();
    query.expression.walk(&mut |inner: &Expression| {
        let Kind::Vector(selector) = &inner.kind else {
            return;
        };
        for matcher in &selector.matchers {
            let (is, instead) = match matcher.kind {
                MatcherKind::Regex => ("=~", "="),
                MatcherKind::NotRegex => ("!~", "!="),
                _ => continue,
            };
            let special = |c: char| r"\.+*?()|[]{}^$".contains(c);
            if !matcher.value.is_empty() && !matcher.value.contains(special) {
                let (label, value) = (&matcher.label, &matcher.value);
                found.push(format!(
                    "`{label}{is}\"{value}\"` selects what `{label}{instead}\"{value}\"` selects"
                ));
            }
        }
    });
    for message in found {
        query.report(&RULE, message);
    }
}
