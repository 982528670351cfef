//! A rule with its expression, as the rules about expressions look at it.

use crate::lint::configuration::checker::Mistake;
use crate::lint::configuration::rules::Server;
use crate::lint::configuration::scalars::written;
use crate::lint::promql::Expression;
use crate::lint::rule::Rule;
use crate::lint::units::{duration, shown};
use crate::render::provenance::FieldPath;
use crate::values::Step;
use crate::yaml::{Map, Node};

/// A rule with its expression.
pub struct Query<'q> {
    /// The rule.
    pub map: &'q Map,
    /// Its path within its file.
    pub path: FieldPath,
    /// The text of its expression.
    pub text: &'q str,
    /// The expression.
    pub expression: &'q Expression,
    /// What evaluates it.
    pub server: &'q Server,
    /// What was found.
    pub mistakes: Vec<Mistake>,
}

impl<'q> Query<'q> {
    /// The name of the alert; nothing where it records.
    pub fn alert(&self) -> Option<String> {
        let name = self.map.get("alert").and_then(written)?;
        (!name.is_empty()).then(|| name.into_owned())
    }

    /// The text of a part of the expression, on one line.
    pub fn part(&self, expression: &Expression) -> String {
        let text = self.text.get(expression.span.clone()).unwrap_or_default();
        let line: Vec<&str> = text.split_whitespace().collect();
        shown(&line.join(" ")).into_owned()
    }

    /// The time of a field of the rule, in milliseconds; 0 where it is not there.
    pub fn time(&self, key: &str) -> u64 {
        let node = self.map.get(key).filter(|node| !node.is_null());
        let time = node.and_then(written).and_then(|time| duration(&time).ok());
        time.unwrap_or(0)
    }

    /// Reports something about the expression.
    pub fn report(&mut self, rule: &'static Rule, message: String) {
        self.report_at(rule, &["expr"], message);
    }

    /// Reports something about a field of the rule.
    pub fn report_at(&mut self, rule: &'static Rule, keys: &[&str], message: String) {
        let mut path = self.path.clone();
        let mut map = Some(self.map);
        let mut place = None;
        for key in keys {
            let entry = map.and_then(|map| map.entry(key));
            map = entry.and_then(|entry| entry.node.as_map());
            place = entry.map(|entry| entry.node.place.clone()).or(place);
            path.0.push(Step::Key((*key).into()));
        }
        self.mistakes.push(Mistake {
            rule,
            place: place.unwrap_or_default(),
            path,
            message,
            help: Some(as_help(rule.action)),
            first: None,
        });
    }

    /// The texts of a field such as `annotations`, with their names.
    pub fn texts(&self, key: &str) -> impl Iterator<Item = (&'q str, String)> + use<'q> {
        let map = self.map.get(key).and_then(Node::as_map);
        map.into_iter()
            .flat_map(Map::iter)
            .filter_map(|(name, entry)| Some((&**name, written(&entry.node)?.into_owned())))
    }
}

/// What to do, in the form of a help: no sentence.
fn as_help(action: &str) -> String {
    let text = action.trim_end_matches('.');
    let mut letters = text.chars();
    match letters.next() {
        Some(first) => first.to_lowercase().chain(letters).collect(),
        None => String::new(),
    }
}
