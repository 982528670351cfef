//! Alertmanagers that nothing provides.

use crate::diagnostic::Severity;
use crate::lint::configuration::checker::Checker;
use crate::lint::configuration::scalars::written;
use crate::lint::units::shown;
use crate::lint::{Rule, Subject};
use crate::yaml::{Map, Node};

/// The rule.
pub const RULE: Rule = Rule {
    code: "prometheus-alertmanager-missing",
    severity: Severity::Warning,
    meaning: "Prometheus sends alerts to an Alertmanager that nothing provides.",
    reason: "Alerts fire, and nobody is told: Prometheus goes on and counts what it could not send. Only names within the release's own \
             namespace are looked at, as nobody else makes Services there.",
    action: "Correct the name of the Service, or enable Alertmanager.",
};

/// Looks at a configuration.
pub fn check(subject: &Subject<'_>, map: &Map, checker: &mut Checker) {
    let services: Vec<&str> = subject
        .objects()
        .iter()
        .filter(|object| object.identity.kind == "Service")
        .map(|object| object.identity.name.as_str())
        .collect();
    let namespace = subject.release.namespace.as_str();
    let release = subject.release.name.as_str();
    let Some(alerting) = map.get("alerting").and_then(Node::as_map) else {
        return;
    };
    checker.within_key(map, "alerting", |checker, _| {
        checker.each_item(alerting, "alertmanagers", |checker, item| {
            let Some(item) = item.as_map() else { return };
            checker.each_item(item, "static_configs", |checker, group| {
                let Some(group) = group.as_map() else { return };
                checker.each_item(group, "targets", |checker, target| {
                    let text = written(target).unwrap_or_default();
                    let host = text.split(':').next().unwrap_or_default();
                    let mut parts = host.split('.');
                    let name = parts.next().unwrap_or_default();
                    let is_here = parts.next().is_none_or(|of| of == namespace)
                        && parts.next().is_none_or(|svc| svc == "svc");
                    // A Service of another release may have any name; one of this release begins with its name.
                    let is_ours = name.starts_with(&format!("{release}-"));
                    if is_here && is_ours && !services.contains(&name) {
                        let message = format!(
                            "alerts go to `{}`, and no Service `{}` is rendered",
                            shown(&text),
                            shown(name)
                        );
                        checker.report(&RULE, &target.place, message, None);
                    }
                });
            });
        });
    });
}
