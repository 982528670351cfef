//! Rule files that are not there.

use crate::diagnostic::Severity;
use crate::lint::Rule;
use crate::lint::configuration::checker::Checker;
use crate::lint::configuration::files::Container;
use crate::lint::configuration::scalars::written;
use crate::lint::units::shown;
use crate::yaml::Map;

/// The rule.
pub const RULE: Rule = Rule {
    code: "prometheus-rule-file-missing",
    severity: Severity::Warning,
    meaning: "`rule_files` names a file that is not mounted.",
    reason: "Prometheus takes a path that leads to no file, and loads no rules from it: alerts are missing, and nothing says so. Patterns with `*` are \
             left alone.",
    action: "Mount the file where the path says, or correct the path.",
};

/// Looks at a configuration.
pub fn check(map: &Map, container: &Container<'_>, checker: &mut Checker) {
    let config = container.argument("config.file").unwrap_or_default();
    let folder = config.rsplit_once('/').map_or("", |(folder, _)| folder);
    checker.each_item(map, "rule_files", |checker, item| {
        let text = written(item).unwrap_or_default();
        if text.is_empty() || text.contains(['*', '?', '[']) {
            return;
        }
        let path = match text.starts_with('/') {
            true => text.into_owned(),
            false => format!("{folder}/{text}"),
        };
        if container.file(&path).is_none() && container.knows(&path) {
            checker.report(
                &RULE,
                &item.place,
                format!("no rule file is mounted at `{}`", shown(&path)),
                None,
            );
        }
    });
}
