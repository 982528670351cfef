//! Texts that are numbers or booleans in quotes where the schema asks for one: found among the complaints, so that
//! nothing is changed that fits its schema as it is.

use std::sync::Arc;

use jsonschema::error::ValidationErrorKind as Kind;
use jsonschema::{JsonType, ValidationError};

use super::super::path::{Step, dotted, find};
use super::super::resolve::Scope;
use super::super::unquote::Unquoted;
use super::words::{Words, types_of};
use crate::diagnostic::Diagnostic;
use crate::secret::is_secret_path;
use crate::yaml::Value;

/// How many warnings are told; the others are counted.
const MOST_TOLD: usize = 50;

/// What a complaint asks to take out of its quotes: nothing where the complaint is about something else, or stays
/// whatever is unquoted.
pub(super) fn of_complaint(error: &ValidationError<'_>, words: &Words<'_>) -> Vec<Unquoted> {
    match error.kind() {
        Kind::Type { kind } => {
            let types = types_of(kind);
            let is_whole = !types.contains(&JsonType::Number);
            let wants_number = !is_whole || types.contains(&JsonType::Integer);
            let wants_boolean = types.contains(&JsonType::Boolean);
            let (path, node) = words.node(error.instance_path());
            let text = match node.map(|node| &node.value) {
                Some(Value::String(text)) => Arc::clone(text),
                _ => return Vec::new(),
            };
            let value = Unquoted::read(&text, wants_number, wants_boolean, is_whole);
            let place = node.map(|node| node.place.clone()).unwrap_or_default();
            let unquoted = value.map(|value| Unquoted {
                path,
                place,
                text,
                value,
            });
            unquoted.into_iter().collect()
        }
        // The first form that then fits.
        Kind::AnyOf { context } | Kind::OneOfNotValid { context } => context
            .iter()
            .find_map(|form| {
                let each: Vec<Vec<Unquoted>> = form.iter().map(|error| of_complaint(error, words)).collect();
                let is_enough = each.iter().all(|found| !found.is_empty());
                is_enough.then(|| each.into_iter().flatten().collect())
            })
            .unwrap_or_default(),
        _ => Vec::new(),
    }
}

/// The same texts where a chart's globals came down to the charts below it.
pub(super) fn copies(scope: &Scope, unquoted: &Unquoted) -> Vec<Unquoted> {
    let rest = unquoted.path.get(scope.section().len()..).unwrap_or_default();
    if !matches!(rest.first(), Some(Step::Key(key)) if **key == *"global") {
        return Vec::new();
    }
    let below = scope.all().into_iter().skip(1);
    below
        .filter(|below| find(&below.values, rest).is_some_and(|node| unquoted.is_in(node)))
        .map(|below| Unquoted {
            path: section(below).chain(rest.iter().cloned()).collect(),
            ..unquoted.clone()
        })
        .collect()
}

/// The path of a chart's section.
fn section(scope: &Scope) -> impl Iterator<Item = Step> {
    scope.section().iter().map(|name| Step::Key(Arc::from(&**name)))
}

/// What is said of the texts that became numbers and booleans.
pub(super) fn warnings(unquoted: &[Unquoted]) -> Vec<Diagnostic> {
    let mut told: Vec<Diagnostic> = unquoted.iter().take(MOST_TOLD).map(warning).collect();
    if let Some(more) = unquoted.get(MOST_TOLD..).and_then(<[Unquoted]>::first) {
        let mut last = warning(more);
        let count = unquoted.len() - MOST_TOLD;
        last.message =
            format!("{count} more values in quotes are taken as numbers or booleans, this one first");
        told.push(last);
    }
    told
}

fn warning(unquoted: &Unquoted) -> Diagnostic {
    let path = dotted(&unquoted.path);
    let (code, wanted, shown) = match &unquoted.value {
        Value::Bool(value) => ("quoted-boolean", "true or false", value.to_string()),
        Value::Int(value) => ("quoted-number", "a number", value.to_string()),
        Value::Float(value) => ("quoted-number", "a number", value.to_string()),
        _ => ("quoted-number", "a number", String::new()),
    };
    let taken = match is_secret_path(&path) {
        true => "it is taken as that".to_owned(),
        false => format!("it is taken as {shown}"),
    };
    let source = unquoted.place.source();
    let is_flag = source.is_some_and(|source| source.is_flag());
    Diagnostic::warning(
        code,
        format!("`{path}` is a string, and the chart asks for {wanted}: {taken}"),
    )
    .at(&unquoted.place)
    .help(match is_flag {
        true => format!("`--set-json {path}=...` sets a number or a boolean"),
        false => "remove the quotes".to_owned(),
    })
}
