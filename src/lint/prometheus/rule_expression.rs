//! Expressions of rules that Prometheus cannot read.

use crate::diagnostic::Severity;
use crate::lint::Rule;
use crate::lint::configuration::checker::Checker;
use crate::lint::configuration::scalars::written;
use crate::lint::promql::{self, Refused};
use crate::lint::units::shown;
use crate::yaml::Map;

/// The rule.
pub const RULE: Rule = Rule {
    code: "prometheus-rule-expression",
    severity: Severity::Error,
    meaning: "The expression of a rule is not PromQL, or its parts do not go together.",
    reason: "Prometheus reads the expressions of all rules when it loads a rule file, and refuses the file for one that it cannot read: it \
             does not start, and on a reload it keeps the former rules. What --enable-feature of the container's arguments allows counts.",
    action: "Correct the expression at the place that the message names.",
};

/// Looks at a rule.
pub fn check(map: &Map, checker: &mut Checker) {
    let Some(entry) = map.entry("expr") else { return };
    let Some(text) = written(&entry.node) else { return };
    if let Err(Refused::Wrong { at, message }) = promql::parse(&text, checker.features) {
        checker.within_key(map, "expr", |checker, node| {
            checker.report(&RULE, &node.place, said(&text, at, &message), None);
        });
    }
}

/// What is wrong, with where in the expression.
fn said(text: &str, at: usize, message: &str) -> String {
    let rest = text.get(at..).unwrap_or_default().trim();
    let near = rest.lines().next().unwrap_or_default();
    match near.is_empty() || at == 0 {
        true => format!("the expression is not PromQL: {message}"),
        false => format!("the expression is not PromQL: {message}, at `{}`", shown(near)),
    }
}
