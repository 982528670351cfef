//! What a schema complains of, in the user's words and at the user's places.

use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::Arc;

use jsonschema::error::{TypeKind, ValidationErrorKind as Kind};
use jsonschema::paths::Location;
use jsonschema::{JsonType, ValidationError};
use serde_json::Value as Json;

use super::super::path::{Step, dotted, dotted_key};
use crate::diagnostic::{Diagnostic, nearest};
use crate::secret::is_secret_path;
use crate::source::{Place, Source};
use crate::yaml::{Node, Value};

const INVALID_VALUE: &str = "invalid-value";
/// The code of a key that values have to have, and do not.
pub const MISSING_KEY: &str = "missing-key";
const UNKNOWN_KEY: &str = "unknown-key";

/// How much of a text or of a list of names a message shows.
const SHOWN: usize = 60;
const SHOWN_NAMES: usize = 12;
const SHOWN_CHOICES: usize = 50;

/// What the words need to know.
pub(super) struct Words<'a> {
    values: &'a Node,
    /// The path of the values from the root of all.
    section: &'a [String],
    schema: &'a Json,
    /// Keys that need not be known, by their paths in the values.
    exempt: Vec<Vec<String>>,
    /// The chart's own values.yaml, whose author has the schema, too.
    defaults: Option<&'a Arc<Source>>,
}

/// The most violations that are told.
const MOST_TOLD: usize = 50;

/// The most names among which one that is meant is looked for.
const MOST_NAMES: usize = 1000;

/// What is told, the same only once, and how much more there is.
#[derive(Default)]
pub(super) struct Told {
    pub list: Vec<Diagnostic>,
    seen: HashSet<(String, Option<String>)>,
    more: usize,
}

impl Told {
    fn is_full(&self) -> bool {
        self.list.len() >= MOST_TOLD
    }

    pub(super) fn push(&mut self, diagnostic: Diagnostic) {
        if self.is_full() {
            self.more += 1;
            return;
        }
        // A parent's schema may describe a section as the subchart's own does.
        let place = diagnostic.place().map(ToString::to_string);
        if self.seen.insert((diagnostic.message.clone(), place)) {
            self.list.push(diagnostic);
        }
    }

    pub(super) fn into_list(mut self) -> Vec<Diagnostic> {
        if self.more > 0 {
            let message = format!("{} more values do not fit their schemas", self.more);
            self.list.push(Diagnostic::error("more-violations", message));
        }
        self.list
    }
}

/// A value that a complaint is about.
struct Found<'a> {
    node: Option<&'a Node>,
    /// The path of the values from the root of all, dotted; empty for the root.
    path: String,
    /// The keys in the values themselves.
    keys: Vec<String>,
    /// Its place, or the nearest place above it.
    place: Place,
}

impl Found<'_> {
    fn subject(&self) -> String {
        if self.path.is_empty() {
            "the root".to_owned()
        } else {
            format!("`{}`", self.path)
        }
    }

    fn join(&self, key: &str) -> String {
        let key = dotted_key(key);
        if self.path.is_empty() {
            key.into_owned()
        } else {
            format!("{}.{key}", self.path)
        }
    }
}

impl<'a> Words<'a> {
    pub(super) fn new(
        values: &'a Node,
        section: &'a [String],
        schema: &'a Json,
        exempt: Vec<Vec<String>>,
    ) -> Self {
        Words {
            values,
            section,
            schema,
            exempt,
            defaults: None,
        }
    }

    /// With the chart's own default values.
    pub(super) fn with_defaults(self, defaults: &'a Node) -> Self {
        Words {
            defaults: defaults.place.source(),
            ..self
        }
    }

    /// Tells one complaint of the validator.
    pub(super) fn tell(&self, error: &ValidationError<'_>, told: &mut Told) {
        let unexpected = match error.kind() {
            Kind::AdditionalProperties { unexpected } | Kind::UnevaluatedProperties { unexpected } => {
                unexpected
            }
            _ if told.is_full() => return told.more += 1,
            _ => {
                let found = self.diagnostics(error);
                return found.into_iter().for_each(|diagnostic| told.push(diagnostic));
            }
        };
        let found = self.find(error.instance_path());
        for key in unexpected.iter().filter(|key| !self.is_exempt(&found, key)) {
            match told.is_full() {
                true => told.more += 1,
                false => told.push(self.unknown_key(error, &found, key)),
            }
        }
    }

    /// Values that do not fit and are too many to say where.
    pub(super) fn too_many(&self, source: &Arc<Source>) -> Diagnostic {
        let found = self.find(&Location::new());
        let message = format!(
            "{} does not fit its schema, and is too large to say where",
            found.subject()
        );
        Diagnostic::error(INVALID_VALUE, message)
            .at(&found.place)
            .label(&Place::new(source, 1, 1), "the schema")
            .help("give fewer values to find out which they are")
    }

    /// One complaint in words: usually one diagnostic, one a key for unknown keys.
    pub(super) fn diagnostics(&self, error: &ValidationError<'_>) -> Vec<Diagnostic> {
        let found = self.find(error.instance_path());
        match error.kind() {
            Kind::AdditionalProperties { unexpected } | Kind::UnevaluatedProperties { unexpected } => {
                unexpected
                    .iter()
                    .filter(|key| !self.is_exempt(&found, key))
                    .take(MOST_TOLD)
                    .map(|key| self.unknown_key(error, &found, key))
                    .collect()
            }
            Kind::Required { property } => vec![Self::missing_key(&found, property)],
            Kind::PropertyNames { error: inner } => {
                let key = inner.instance().as_str().unwrap_or_default().to_owned();
                let expected = expectation(inner.kind()).unwrap_or_else(|| "is not allowed here".to_owned());
                let message = format!("the key `{}` {expected}", found.join(&key));
                vec![self.finish(UNKNOWN_KEY, message, self.key_place(&found, &key), error, &found)]
            }
            Kind::AnyOf { context } | Kind::OneOfNotValid { context } => {
                self.no_branch(error, &found, context)
            }
            kind => {
                let message = self.complaint(&found, kind, error);
                vec![self.finish(INVALID_VALUE, message, &found.place, error, &found)]
            }
        }
    }

    /// The value that a location leads to, and its path from the root of all values.
    pub(super) fn node(&self, location: &Location) -> (Vec<Step>, Option<&'a Node>) {
        let mut path: Vec<Step> = self
            .section
            .iter()
            .map(|key| Step::Key(Arc::from(&**key)))
            .collect();
        let mut node = Some(self.values);
        for segment in segments(location) {
            let (step, next) = self::step(node, &segment);
            path.push(step);
            node = next.map(|(node, _)| node);
        }
        (path, node)
    }

    fn find(&self, location: &Location) -> Found<'a> {
        let mut path: Vec<Step> = self
            .section
            .iter()
            .map(|key| Step::Key(Arc::from(&**key)))
            .collect();
        let mut place = self.values.place.clone();
        let mut node = Some(self.values);
        let mut keys = Vec::new();
        for segment in segments(location) {
            let (step, next) = self::step(node, &segment);
            path.push(step);
            keys.push(segment.into_owned());
            let own = next.map(|(node, _)| &node.place).filter(|place| place.is_known());
            let key_place = next.and_then(|(_, key_place)| key_place);
            if let Some(known) = own.or(key_place.filter(|place| place.is_known())) {
                place = known.clone();
            }
            node = next.map(|(node, _)| node);
        }
        Found {
            node,
            path: dotted(&path),
            keys,
            place,
        }
    }

    fn key_place<'b>(&self, found: &'b Found<'a>, key: &str) -> &'b Place {
        let entry = found.node.and_then(Node::as_map).and_then(|map| map.entry(key));
        match entry {
            Some(entry) if entry.key_place.is_known() => &entry.key_place,
            Some(entry) if entry.node.place.is_known() => &entry.node.place,
            _ => &found.place,
        }
    }

    fn is_exempt(&self, found: &Found<'a>, key: &str) -> bool {
        let is_this = |keys: &Vec<String>| {
            keys.split_last()
                .is_some_and(|(last, above)| last == key && *above == *found.keys)
        };
        self.exempt.iter().any(is_this)
    }

    fn unknown_key(&self, error: &ValidationError<'_>, found: &Found<'a>, key: &str) -> Diagnostic {
        let message = format!("`{}` is not a key that the chart knows", found.join(key));
        let place = self.key_place(found, key);
        let is_default = (place.source().zip(self.defaults))
            .is_some_and(|(source, defaults)| Arc::ptr_eq(source, defaults));
        let diagnostic = Diagnostic::error(UNKNOWN_KEY, message).at(place);
        let known = self.keys_of(error);
        match nearest(key, known.iter().copied().take(MOST_NAMES)) {
            Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
            None if is_default => diagnostic.help("describe it in values.schema.json, too"),
            None if known.is_empty() => diagnostic,
            None => diagnostic.help(format!("{} has {}", found.subject(), names(&known, "and"))),
        }
    }

    fn missing_key(found: &Found<'a>, property: &Json) -> Diagnostic {
        let key = property.as_str().unwrap_or_default();
        let message = format!("`{}` is missing", found.join(key));
        Diagnostic::error(MISSING_KEY, message).at(&found.place)
    }

    /// None of several schemas fits: says what all of them ask for, where that is one thing, or what the only one
    /// that is for this kind of value complains of.
    fn no_branch(
        &self,
        error: &ValidationError<'_>,
        found: &Found<'a>,
        branches: &[Vec<ValidationError<'static>>],
    ) -> Vec<Diagnostic> {
        let here = error.instance_path().as_str();
        let mut types: Vec<JsonType> = Vec::new();
        let mut choices: Vec<&Json> = Vec::new();
        let mut fitting = Vec::new();
        for branch in branches {
            let of_kind = branch.iter().find(|error| {
                error.instance_path().as_str() == here
                    && matches!(
                        error.kind(),
                        Kind::Type { .. } | Kind::Enum { .. } | Kind::Constant { .. }
                    )
            });
            match of_kind.map(ValidationError::kind) {
                Some(Kind::Type { kind }) => types.extend(types_of(kind)),
                Some(Kind::Enum { options }) => choices.extend(options.as_array().into_iter().flatten()),
                Some(Kind::Constant { expected_value }) => choices.push(expected_value),
                _ => fitting.push(branch),
            }
        }
        match fitting.as_slice() {
            [] => {
                let shown = choices.iter().take(SHOWN_CHOICES);
                let mut expected: Vec<String> = shown.map(|choice| shown_json(choice)).collect();
                types.sort_unstable();
                types.dedup();
                expected.extend(types.into_iter().map(|kind| type_words(kind).to_owned()));
                let message = format!(
                    "{} has to be {}, but is {}",
                    found.subject(),
                    list(&expected, "or"),
                    self.shown(found)
                );
                vec![self.finish(INVALID_VALUE, message, &found.place, error, found)]
            }
            [branch] => branch
                .iter()
                .take(MOST_TOLD)
                .flat_map(|error| self.diagnostics(error))
                .collect(),
            _ => {
                let count = branches.len();
                let message = format!(
                    "{} fits none of the {count} forms that it may have",
                    found.subject()
                );
                let reasons: Vec<String> = fitting
                    .iter()
                    .take(SHOWN_NAMES)
                    .filter_map(|branch| branch.first())
                    .flat_map(|error| self.diagnostics(error).into_iter().next())
                    .map(|diagnostic| diagnostic.message)
                    .collect();
                let mut diagnostic = Diagnostic::error(INVALID_VALUE, message).at(&found.place);
                if !reasons.is_empty() {
                    diagnostic.help = Some(format!(
                        "one of these has to be put right: {}",
                        reasons.join("; ")
                    ));
                }
                vec![diagnostic]
            }
        }
    }

    fn complaint(&self, found: &Found<'a>, kind: &Kind, error: &ValidationError<'_>) -> String {
        let subject = found.subject();
        let Some(expected) = expectation(kind) else {
            return format!("{subject} does not fit its schema: {}", error.masked());
        };
        let count = |node: &Node| match &node.value {
            Value::List(list) => Some(list.len()),
            Value::Map(map) => Some(map.len()),
            Value::String(text) => Some(text.chars().count()),
            _ => None,
        };
        match kind {
            Kind::MinItems { .. }
            | Kind::MaxItems { .. }
            | Kind::AdditionalItems { .. }
            | Kind::MinProperties { .. }
            | Kind::MaxProperties { .. }
            | Kind::MaxLength { .. } => match found.node.and_then(count) {
                Some(count) => format!("{subject} {expected}, but has {count}"),
                None => format!("{subject} {expected}"),
            },
            Kind::Type { .. }
            | Kind::Enum { .. }
            | Kind::Constant { .. }
            | Kind::Minimum { .. }
            | Kind::Maximum { .. }
            | Kind::ExclusiveMinimum { .. }
            | Kind::ExclusiveMaximum { .. }
            | Kind::MultipleOf { .. }
            | Kind::Pattern { .. }
            | Kind::Format { .. } => format!("{subject} {expected}, but is {}", self.shown(found)),
            _ => format!("{subject} {expected}"),
        }
    }

    /// What is there. A text under a key that sounds like a secret is not shown: messages end up in logs.
    fn shown(&self, found: &Found<'a>) -> String {
        let Some(node) = found.node else {
            return "not there".to_owned();
        };
        match &node.value {
            Value::Bool(value) => format!("`{value}`"),
            Value::Int(_) | Value::Float(_) if is_secret_path(&found.path) => "another number".to_owned(),
            Value::Int(value) => format!("the number {value}"),
            Value::Float(value) => format!("the number {value}"),
            Value::String(_) if is_secret_path(&found.path) => "another text".to_owned(),
            Value::String(text) if text.is_empty() => "an empty string".to_owned(),
            Value::String(text) => format!("the string `{}`", shortened(text)),
            Value::Null | Value::List(_) | Value::Map(_) => node.kind().to_owned(),
        }
    }

    /// Adds the choice that comes nearest, or a pattern that is too long for the message.
    fn finish(
        &self,
        code: &'static str,
        message: String,
        place: &Place,
        error: &ValidationError<'_>,
        found: &Found<'a>,
    ) -> Diagnostic {
        let diagnostic = Diagnostic::error(code, message).at(place);
        if let Kind::Enum { options } = error.kind()
            && let Some(text) = found.node.and_then(Node::as_str)
            && let Some(near) = nearest(
                text,
                options
                    .as_array()
                    .into_iter()
                    .flatten()
                    .filter_map(Json::as_str)
                    .take(MOST_NAMES),
            )
        {
            return diagnostic.help(format!("did you mean `{near}`?"));
        }
        match error.kind() {
            Kind::Pattern { pattern } if pattern.len() > SHOWN => {
                diagnostic.help(format!("the pattern is `{pattern}`"))
            }
            Kind::Type { kind } if matches!(types_of(kind)[..], [JsonType::Object]) => {
                match self.keys_of(error).as_slice() {
                    [] => diagnostic,
                    keys => diagnostic.help(format!("write a map with {}", names(keys, "and"))),
                }
            }
            _ => diagnostic,
        }
    }

    /// The keys that the schema of an error knows.
    fn keys_of(&self, error: &ValidationError<'_>) -> Vec<&'a str> {
        let properties = self
            .parent_schema(error)
            .and_then(|schema| schema.get("properties"));
        let keys = properties.and_then(Json::as_object).into_iter().flatten();
        keys.map(|(key, _)| key.as_str()).collect()
    }

    /// The schema that has the keyword of an error.
    fn parent_schema(&self, error: &ValidationError<'_>) -> Option<&'a Json> {
        let path = error.schema_path().as_str();
        self.schema
            .pointer(path.rsplit_once('/').map_or("", |(parent, _)| parent))
    }
}

/// What a keyword asks for, to follow the name of a value.
fn expectation(kind: &Kind) -> Option<String> {
    Some(match kind {
        Kind::Type { kind } => {
            let words: Vec<String> = types_of(kind)
                .into_iter()
                .map(|kind| type_words(kind).to_owned())
                .collect();
            format!("has to be {}", list(&words, "or"))
        }
        Kind::Enum { options } => {
            let all = options.as_array().map_or(&[][..], Vec::as_slice);
            let mut options: Vec<String> = all.iter().take(SHOWN_CHOICES).map(shown_json).collect();
            if all.len() > SHOWN_CHOICES {
                options.push(format!("one of {} more", all.len() - SHOWN_CHOICES));
            }
            format!("has to be {}", list(&options, "or"))
        }
        Kind::Constant { expected_value } => format!("has to be {}", shown_json(expected_value)),
        Kind::Minimum { limit } => format!("has to be at least {limit}"),
        Kind::Maximum { limit } => format!("has to be at most {limit}"),
        Kind::ExclusiveMinimum { limit } => format!("has to be more than {limit}"),
        Kind::ExclusiveMaximum { limit } => format!("has to be less than {limit}"),
        Kind::MultipleOf { multiple_of } => format!("has to be a multiple of {multiple_of}"),
        Kind::MinLength { limit: 1 } => "must not be empty".to_owned(),
        Kind::MinLength { limit } => format!("has to have at least {limit} characters"),
        Kind::MaxLength { limit } => format!("has to have at most {limit} characters"),
        Kind::MinItems { limit: 1 } => "has to have at least one item".to_owned(),
        Kind::MinItems { limit } => format!("has to have at least {limit} items"),
        Kind::MaxItems { limit } => format!("has to have at most {limit} items"),
        Kind::AdditionalItems { limit } => format!("has to have at most {limit} items"),
        Kind::MinProperties { limit: 1 } => "has to have at least one key".to_owned(),
        Kind::MinProperties { limit } => format!("has to have at least {limit} keys"),
        Kind::MaxProperties { limit } => format!("has to have at most {limit} keys"),
        Kind::UniqueItems => "must not have the same item twice".to_owned(),
        Kind::Contains => "lacks an item that it has to have".to_owned(),
        Kind::Pattern { pattern } if pattern.len() > SHOWN => {
            "has to match the pattern of its schema".to_owned()
        }
        Kind::Pattern { pattern } => format!("has to match `{pattern}`"),
        Kind::Format { format } => format!("has to have the format `{format}`"),
        Kind::FalseSchema => "is not allowed here".to_owned(),
        Kind::Not { .. } => "has a form that is not allowed".to_owned(),
        Kind::OneOfMultipleValid { .. } => "has to fit exactly one of the forms that it may have".to_owned(),
        _ => return None,
    })
}

pub(super) fn types_of(kind: &TypeKind) -> Vec<JsonType> {
    match kind {
        TypeKind::Single(kind) => vec![*kind],
        TypeKind::Multiple(kinds) => kinds.iter().collect(),
    }
}

fn type_words(kind: JsonType) -> &'static str {
    match kind {
        JsonType::Null => "null",
        JsonType::Boolean => "true or false",
        JsonType::Integer => "a whole number",
        JsonType::Number => "a number",
        JsonType::String => "a string",
        JsonType::Array => "a list",
        JsonType::Object => "a map",
    }
}

fn shown_json(value: &Json) -> String {
    match value {
        Json::String(text) if text.is_empty() => "an empty string".to_owned(),
        Json::String(text) => format!("`{}`", shortened(text)),
        value => format!("`{}`", shortened(&value.to_string())),
    }
}

fn shortened(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    let mut short: String = line.chars().take(SHOWN).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}

fn names(names: &[&str], word: &str) -> String {
    let mut quoted: Vec<String> = names
        .iter()
        .take(SHOWN_NAMES)
        .map(|name| format!("`{name}`"))
        .collect();
    if names.len() > SHOWN_NAMES {
        quoted.push(format!("{} more", names.len() - SHOWN_NAMES));
    }
    list(&quoted, word)
}

/// `a, b or c`
fn list(items: &[String], word: &str) -> String {
    match items {
        [] => String::new(),
        [only] => only.clone(),
        [rest @ .., last] => format!("{} {word} {last}", rest.join(", ")),
    }
}

/// The keys and indexes of a location. The crate's own way of splitting takes keys that are numbers for indexes, and
/// leaves empty keys out.
fn segments(location: &Location) -> impl Iterator<Item = Cow<'_, str>> {
    location
        .as_str()
        .split('/')
        .skip(1)
        .map(|segment| match segment.contains('~') {
            true => segment.replace("~1", "/").replace("~0", "~").into(),
            false => segment.into(),
        })
}

/// The step of a segment, where it leads and the place of the key that leads there.
fn step<'n>(node: Option<&'n Node>, segment: &str) -> (Step, Option<(&'n Node, Option<&'n Place>)>) {
    if let Some(list) = node.and_then(Node::as_list)
        && let Ok(index) = segment.parse()
    {
        return (Step::Index(index), list.get(index).map(|node| (node, None)));
    }
    let entry = node.and_then(Node::as_map).and_then(|map| map.entry(segment));
    (
        Step::Key(segment.into()),
        entry.map(|entry| (&entry.node, Some(&entry.key_place))),
    )
}
