//! Rules that are there twice.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use super::query::Query;
use crate::diagnostic::Severity;
use crate::lint::Rule;
use crate::lint::configuration::scalars::written;
use crate::render::provenance::FieldPath;
use crate::source::Place;
use crate::values::Step;

/// The rule.
pub const RULE: Rule = Rule {
    code: "rule-duplicate",
    severity: Severity::Warning,
    meaning: "Two rules have the same name, expression and labels.",
    reason: "Both are evaluated and make the same series: one of two recorded samples is refused, and an alert is sent twice. Whoever changes one of \
             the two will wonder.",
    action: "Remove one of the two.",
};

/// The rules that were seen, by all that makes them the same.
pub type Seen = HashMap<(String, String, Vec<(String, String)>), At>;

/// Where a rule stands.
#[derive(Debug, Clone)]
pub struct At {
    /// The number of its file.
    pub set: usize,
    /// The place in the file.
    pub place: Place,
    /// The path in the file.
    pub path: FieldPath,
}

/// Looks at a rule of a file with a number. Gives where the first one stands, where this is the second.
pub fn check(query: &mut Query<'_>, set: usize, seen: &mut Seen) -> Option<At> {
    let key = if query.alert().is_some() {
        "alert"
    } else {
        "record"
    };
    let name = query
        .map
        .get(key)
        .and_then(written)
        .unwrap_or_default()
        .into_owned();
    let mut labels: Vec<(String, String)> = query
        .texts("labels")
        .map(|(name, text)| (name.to_owned(), text))
        .collect();
    labels.sort();
    let text = query.text.split_whitespace().collect::<Vec<_>>().join(" ");
    if name.is_empty() {
        return None;
    }
    let mut path = query.path.clone();
    path.0.push(Step::Key(key.into()));
    match seen.entry((format!("{key} {name}"), text, labels)) {
        Entry::Vacant(entry) => {
            let place = query.map.get(key).map(|node| node.place.clone());
            let place = place.unwrap_or_default();
            entry.insert(At { set, place, path });
            None
        }
        Entry::Occupied(entry) => {
            query.report_at(
                &RULE,
                &[key],
                format!("a second rule has the name `{name}`, the same expression and the same labels"),
            );
            Some(entry.get().clone())
        }
    }
}
