//! Rules about Alertmanager's configuration.

mod conflicting_fields;
mod integrations;
mod intervals;
mod matcher;
mod missing_field;
mod receivers;
mod route;
mod tables;
mod template_missing;
mod undefined_interval;
mod undefined_receiver;
mod unknown_field;
mod unused_receiver;
mod wrong_value;
mod yaml_text;

use super::configuration::Told;
use super::configuration::checker::{Checker, Rules};
use super::configuration::programs::{Configurations, Program};
use super::promql::Features;
use super::{Group, Subject};
use crate::diagnostic::Diagnostic;

/// The rules about Alertmanager.
#[rustfmt::skip]
pub const GROUP: Group = Group {
    title: "Alertmanager",
    set: None,
    rules: &[
        &conflicting_fields::RULE,
        &matcher::RULE,
        &missing_field::RULE,
        &receivers::RULE,
        &route::RULE,
        &template_missing::RULE,
        &undefined_receiver::RULE,
        &undefined_interval::RULE,
        &unknown_field::RULE,
        &unused_receiver::RULE,
        &wrong_value::RULE,
        &yaml_text::RULE,
    ],
    check,
};

static RULES: Rules = Rules {
    not_yaml: &yaml_text::RULE,
    unknown_field: &unknown_field::RULE,
    wrong_value: &wrong_value::RULE,
    missing_field: &missing_field::RULE,
    conflicting_fields: &conflicting_fields::RULE,
};

fn check(subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
    let configurations = Configurations::find(subject);
    for (_, file, container) in configurations.of(Program::Alertmanager) {
        let mut checker = Checker::new(&RULES, Features::default());
        let config = checker.text(&tables::CONFIG, &file.text);
        if let Some(config) = config.as_ref().and_then(|config| config.as_map()) {
            unused_receiver::check(config, &mut checker);
            template_missing::check(config, container, &mut checker);
        }
        Told::Text(file).tell(subject, checker, findings);
    }
}
