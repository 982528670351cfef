//! Files of templates that are not there.

use crate::diagnostic::Severity;
use crate::lint::Rule;
use crate::lint::configuration::checker::Checker;
use crate::lint::configuration::files::{Container, matches};
use crate::lint::configuration::scalars::written;
use crate::lint::units::shown;
use crate::yaml::{Map, Value};

/// The rule.
pub const RULE: Rule = Rule {
    code: "alertmanager-template-missing",
    severity: Severity::Warning,
    meaning: "`templates` names a file that is not mounted.",
    reason: "Alertmanager takes a path that leads to no file. Where a message calls a template that is not there, it cannot be written, \
             and nobody is told of the alert. Patterns with `*` are left alone: they say where templates may be.",
    action: "Mount the file where the path says, or correct the path.",
};

/// Looks at a configuration.
pub fn check(map: &Map, container: Option<&Container<'_>>, checker: &mut Checker) {
    let Some(container) = container else { return };
    let folder = |path: &str| {
        path.rsplit_once('/')
            .map_or(String::new(), |(folder, _)| folder.to_owned())
    };
    let config = container.argument("config.file").map(folder).unwrap_or_default();
    checker.each_item(map, "templates", |checker, item| {
        let text = written(item).unwrap_or_default();
        // Defaults name a pattern in case there are some.
        if text.contains(['*', '?', '[']) || matches!(item.value, Value::Null) {
            return;
        }
        let path = match text.starts_with('/') {
            true => text.clone().into_owned(),
            false => format!("{config}/{text}"),
        };
        let is_there = container.files.iter().any(|(known, _)| matches(&path, known));
        if !is_there && container.knows(&path) {
            checker.report(
                &RULE,
                &item.place,
                format!("no template is mounted at `{}`", shown(&path)),
                None,
            );
        }
    });
}
