//! Routes with times that do not exist.

use std::collections::HashSet;

use crate::diagnostic::{Severity, nearest};
use crate::lint::Rule;
use crate::lint::configuration::checker::Checker;
use crate::lint::configuration::scalars::written;
use crate::lint::units::shown;
use crate::yaml::Map;

/// The rule.
pub const RULE: Rule = Rule {
    code: "alertmanager-undefined-time-interval",
    severity: Severity::Error,
    meaning: "A route is muted or active in a time interval that does not exist.",
    reason: "Alertmanager refuses the configuration: it does not start, and on a reload it keeps the former one.",
    action: "Name an interval of `time_intervals`, or add one of that name.",
};

/// Looks at a route.
pub fn check(route: &Map, intervals: &HashSet<String>, checker: &mut Checker) {
    for key in ["mute_time_intervals", "active_time_intervals"] {
        checker.each_item(route, key, |checker, item| {
            let name = written(item).unwrap_or_default();
            if intervals.contains(&*name) {
                return;
            }
            let near = nearest(&name, intervals.iter().map(String::as_str));
            let help = near.map(|near| format!("did you mean `{near}`?"));
            let message = format!("there is no time interval `{}`", shown(&name));
            checker.report(&RULE, &item.place, message, help.as_deref());
        });
    }
}
