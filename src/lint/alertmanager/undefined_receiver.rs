//! Routes to receivers that do not exist.

use std::collections::HashSet;

use crate::diagnostic::{Severity, nearest};
use crate::lint::Rule;
use crate::lint::configuration::checker::Checker;
use crate::lint::configuration::scalars::written;
use crate::lint::units::shown;
use crate::yaml::Map;

/// The rule.
pub const RULE: Rule = Rule {
    code: "alertmanager-undefined-receiver",
    severity: Severity::Error,
    meaning: "A route leads to a receiver that does not exist.",
    reason: "Alertmanager refuses the configuration: it does not start, and on a reload it keeps the former one. A list such as `receivers` \
             replaces the default list as a whole, while `route` is merged key by key, so the chart's `default-receiver` may be gone.",
    action: "Name a receiver of the list, or add one of that name.",
};

/// Looks at a route.
pub fn check(route: &Map, receivers: &HashSet<String>, checker: &mut Checker) {
    let name = route.get("receiver").and_then(written).unwrap_or_default();
    if name.is_empty() || receivers.contains(&*name) {
        return;
    }
    let mut known: Vec<&str> = receivers.iter().map(String::as_str).collect();
    known.sort_unstable();
    let help = match nearest(&name, known.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None if known.is_empty() => "there are no receivers".to_owned(),
        None => format!("there is {}", known.join(", ")),
    };
    checker.report_key(
        &RULE,
        route,
        "receiver",
        format!("there is no receiver `{}`", shown(&name)),
        Some(&help),
    );
}
