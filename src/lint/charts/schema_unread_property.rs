//! Properties of the schema that are nothing.

use super::schema::Described;
use crate::diagnostic::{Diagnostic, Severity};
use crate::lint::Rule;
use crate::lint::tree::{Tree, shown};

/// See its texts.
pub const RULE: Rule = Rule {
    code: "schema-unread-property",
    severity: Severity::Warning,
    meaning: "values.schema.json has a property that neither values.yaml has nor a template reads.",
    reason: "Editors offer it, and whoever sets it waits for something that does not happen.",
    action: "Remove it from the schema, or add it to values.yaml and to a template.",
};

pub(super) fn check(tree: &Tree<'_>, findings: &mut Vec<Diagnostic>) {
    for known in tree.own().filter(|known| !known.chart.metadata.is_library) {
        let Some(described) = Described::of(known.chart) else {
            continue;
        };
        let mut told: Vec<Vec<String>> = Vec::new();
        for property in described.properties() {
            let keys: Vec<&str> = property.path.iter().map(String::as_str).collect();
            let is_section = keys.first().is_some_and(|key| {
                let mut entries = known.chart.metadata.dependencies.iter();
                tree.below(known, key).is_some() || entries.any(|entry| entry.local_name() == *key)
            });
            let is_told = told.iter().any(|above| property.path.starts_with(above));
            if is_section
                || is_told
                || known.chart.values.at_path(&keys).is_some()
                || tree.may_read(known, &keys, None)
            {
                continue;
            }
            let message = format!(
                "the schema has `{}`, which neither values.yaml has nor a template reads",
                shown(keys.iter().copied())
            );
            findings.push(RULE.finding(message).at(property.place));
            told.push(property.path.clone());
        }
    }
}
