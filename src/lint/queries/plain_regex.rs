//! Regular expressions without anything regular.

use super::query::Query;
use crate::diagnostic::Severity;
use crate::lint::Rule;
use crate::lint::promql::{Expression, Kind, MatcherKind};

/// The rule.
pub const RULE: Rule = Rule {
    code: "query-plain-regex",
    severity: Severity::Info,
    meaning: "A matcher with `=~` or `!~` is given a text without anything that a regular expression needs, or `^` and `$` around it.",
    reason: "It selects the same as `=` or `!=`, takes longer, and leaves the reader looking for the pattern. The whole value is compared in any case, so `^` and `$` say nothing.",
    action: "Write `=` or `!=`, and leave `^` and `$` out.",
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
            let (label, value) = (&matcher.label, &matcher.value);
            let inner = value.strip_prefix('^').unwrap_or(value);
            let inner = match inner.strip_suffix('$') {
                Some(rest) if !rest.ends_with('\\') => rest,
                _ => inner,
            };
            if inner != value {
                found.push(format!(
                    "`{label}{is}\"{value}\"` selects what `{label}{is}\"{inner}\"` selects"
                ));
            } else if !value.is_empty() && !value.contains(special) {
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
