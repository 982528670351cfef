//! Rules about Prometheus: its configuration, and the files of rules that it loads.

mod alertmanager_missing;
mod conflicting_fields;
mod discovery;
mod duplicate_job;
mod kubernetes_discovery;
mod missing_field;
mod relabel;
mod retention_size;
mod rule_expression;
mod rule_file_missing;
mod rule_file_not_loaded;
mod rule_shape;
mod rule_template;
mod scrape_timeout;
mod special;
mod tables;
mod unknown_field;
mod wrong_flag;
mod wrong_value;
mod yaml_text;

use std::collections::BTreeSet;
use std::sync::Arc;

use super::configuration::Told;
use super::configuration::checker::{Checker, Rules};
use super::configuration::files::Container;
use super::configuration::programs::{Configurations, Program, features};
use super::configuration::rules::loaded;
use super::{Group, Subject};
use crate::diagnostic::Diagnostic;
use crate::render::provenance::FieldPath;
use crate::values::Step;
use crate::yaml::Node;

/// The rules about Prometheus.
#[rustfmt::skip]
pub const GROUP: Group = Group {
    title: "Prometheus",
    set: None,
    rules: &[
        &alertmanager_missing::RULE,
        &conflicting_fields::RULE,
        &duplicate_job::RULE,
        &missing_field::RULE,
        &relabel::RULE,
        &retention_size::RULE,
        &rule_shape::RULE,
        &rule_expression::RULE,
        &rule_file_missing::RULE,
        &rule_file_not_loaded::RULE,
        &rule_template::RULE,
        &scrape_timeout::RULE,
        &unknown_field::RULE,
        &wrong_flag::RULE,
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
    let mut rule_files = BTreeSet::new();
    for (_, file, container) in configurations.of(Program::Prometheus) {
        let mut checker = Checker::new(&RULES, features(container));
        let config = checker.text(&tables::CONFIG, &file.text);
        let map = config.as_ref().and_then(Node::as_map);
        if let Some(map) = map {
            alertmanager_missing::check(subject, map, &mut checker);
        }
        if let Some(container) = container {
            if let Some(map) = map {
                rule_file_missing::check(map, container, &mut checker);
            }
            retention_size::check(subject, map, container, findings);
            wrong_flag::check(subject, container, findings);
        }
        Told::Text(file).tell(subject, checker, findings);
        let Some(config) = config else { continue };
        for (index, rules) in loaded(&configurations, &config, "rule_files", file, container) {
            if rule_files.insert(index) {
                let mut checker = Checker::new(&RULES, features(container));
                checker.text(&tables::RULES, &rules.text);
                Told::Text(rules).tell(subject, checker, findings);
            }
        }
        if let Some(container) = container {
            not_loaded(subject, &configurations, container, &rule_files, findings);
        }
        for (_, jobs) in loaded(&configurations, &config, "scrape_config_files", file, container) {
            let mut checker = Checker::new(&RULES, features(container));
            checker.text(&tables::SCRAPE_FILE, &jobs.text);
            Told::Text(jobs).tell(subject, checker, findings);
        }
    }
    let spec = FieldPath(vec![Step::Key(Arc::from("spec"))]);
    for object in subject.objects() {
        let identity = &object.identity;
        if identity.kind == "PrometheusRule"
            && identity.api_version.starts_with("monitoring.coreos.com/")
            && let Some(node) = object.node.get("spec")
        {
            let mut checker = Checker::new(&RULES, features(None));
            checker.shape(&tables::OPERATOR_RULES, node);
            Told::Field(object, &spec).tell(subject, checker, findings);
        }
    }
}

/// The rule files that are mounted and not loaded.
fn not_loaded(
    subject: &Subject<'_>,
    configurations: &Configurations<'_>,
    container: &Container<'_>,
    loaded: &BTreeSet<usize>,
    findings: &mut Vec<Diagnostic>,
) {
    for (path, index) in &container.files {
        let file = configurations
            .files
            .get(*index)
            .filter(|_| !loaded.contains(index));
        if let Some(file) = file.filter(|file| rule_file_not_loaded::is_rules(file.text.text())) {
            let message = format!("no pattern of `rule_files` means `{path}`, so its rules are not loaded");
            let mut finding = rule_file_not_loaded::RULE
                .finding(message)
                .help("add its path to `rule_files`");
            finding.labels = subject.blame(file.object, &file.field);
            findings.push(finding);
        }
    }
}
