//! One walker for the configurations of Prometheus and Alertmanager: it looks at what was read from one with the tables of [`Shape`],
//! and takes down what the program would refuse.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use super::scalars::{http_address, number, whole, written};
use crate::diagnostic::{Diagnostics, nearest};
use crate::lint::promql::Features;
use crate::lint::rule::Rule;
use crate::lint::units::{bytes, duration, go_duration, shown};
use crate::render::go::functions::{address, check_pattern};
use crate::render::provenance::FieldPath;
use crate::source::{Place, Source};
use crate::values::Step;
use crate::yaml::{self, Map, Node, Value};

/// What a value has to be. Null is always possible: it is what is not there.
#[derive(Debug)]
pub enum Kind {
    /// Any scalar; numbers and truth values are read as the text that they are written with.
    Text,
    /// A text that no message shows.
    Secret,
    /// `true` or `false`.
    Bool,
    /// A whole number.
    Int,
    /// A whole number from 0 on.
    Uint,
    /// A number.
    Float,
    /// A time of Prometheus': `1h30m`.
    Duration,
    /// A time of Go's: `1.5h`. A number counts nanoseconds.
    GoDuration,
    /// A number of bytes of Prometheus': `10GB`.
    Bytes,
    /// A regular expression.
    Regex,
    /// An address of any kind.
    Url,
    /// An address with a host, for HTTP.
    HttpUrl,
    /// The same, which no message shows.
    SecretUrl,
    /// One of some words.
    Word(&'static [&'static str]),
    /// The name of a label.
    LabelName,
    /// Anything.
    Any,
    /// A list, whose items may be null as all values.
    List(&'static Kind),
    /// A list of maps, each of which is there.
    Items(&'static Shape),
    /// A map with keys of the user's: what may be wrong with a key, and the values.
    Map(Option<fn(&str) -> Option<String>>, &'static Kind),
    /// A map with known fields.
    Shape(&'static Shape),
    /// What a function looks at.
    Own(fn(&Node, &mut Checker)),
}

/// A list of texts.
pub const TEXTS: Kind = Kind::List(&Kind::Text);
/// A map of texts.
pub const TEXT_MAP: Kind = Kind::Map(None, &Kind::Text);

/// A map with known fields.
#[derive(Debug)]
pub struct Shape {
    /// What messages call it, with an article.
    pub name: &'static str,
    /// Shapes whose fields it has as well.
    pub parts: &'static [&'static Shape],
    /// Its fields: names with white space between them, by what they hold.
    pub fields: &'static [(Kind, &'static str)],
    /// What no table says.
    pub check: Option<fn(&Map, &mut Checker)>,
}

impl Shape {
    /// What the field of a name holds.
    pub fn field(&self, name: &str) -> Option<&'static Kind> {
        let own = self.fields.iter();
        let own = own.filter(|(_, names)| names.split_whitespace().any(|known| known == name));
        own.map(|(kind, _)| kind)
            .next()
            .or_else(|| self.parts.iter().find_map(|part| part.field(name)))
    }

    /// All fields' names.
    pub fn names(&self) -> Vec<&'static str> {
        let own = self.fields.iter().flat_map(|(_, names)| names.split_whitespace());
        own.chain(self.parts.iter().flat_map(|part| part.names()))
            .collect()
    }
}

/// How much is said of one configuration. More would help nobody.
const MOST_MISTAKES: usize = 100;

/// How many names are listed where none is like the wrong one.
const MOST_NAMES: usize = 12;

/// The rules by which what any table can say is reported.
#[derive(Debug)]
pub struct Rules {
    /// A text that is not YAML.
    pub not_yaml: &'static Rule,
    /// A field that the program does not know.
    pub unknown_field: &'static Rule,
    /// A value that a field cannot have.
    pub wrong_value: &'static Rule,
    /// A field that has to be there.
    pub missing_field: &'static Rule,
    /// Fields that exclude each other.
    pub conflicting_fields: &'static Rule,
}

/// Something wrong in a configuration.
#[derive(Debug, Clone)]
pub struct Mistake {
    /// The rule.
    pub rule: &'static Rule,
    /// Where in the text that was read.
    pub place: Place,
    /// The path to it, from what was read.
    pub path: FieldPath,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
    /// Where the first of two stands that are the same: the place in the text, and the path.
    pub first: Option<(Place, FieldPath)>,
}

/// The names of items that have to differ, with where each stood first.
pub type Names = HashMap<String, (Place, FieldPath)>;

/// Walks through a configuration.
#[derive(Debug)]
pub struct Checker {
    rules: &'static Rules,
    /// What PromQL may use.
    pub features: Features,
    path: Vec<Step>,
    mistakes: Vec<Mistake>,
}

impl Checker {
    /// A walker that reports by some rules.
    pub fn new(rules: &'static Rules, features: Features) -> Self {
        Checker {
            rules,
            features,
            path: Vec::new(),
            mistakes: Vec::new(),
        }
    }

    /// Reads a text and looks at it with a table. Gives what was read.
    pub fn text(&mut self, shape: &'static Shape, text: &Arc<Source>) -> Option<Node> {
        match yaml::read_document(text) {
            Ok(node) => {
                self.shape(shape, &node);
                Some(node)
            }
            Err(Diagnostics(problems)) => {
                // Go's reader takes these.
                let is_ours = |code: &str| {
                    matches!(
                        code,
                        "not-finite" | "yaml-size" | "yaml-depth" | "yaml-aliases" | "yaml-tag"
                    )
                };
                for problem in problems.iter().filter(|problem| !is_ours(problem.code)) {
                    let place = problem.place().cloned().unwrap_or_default();
                    self.report(
                        self.rules.not_yaml,
                        &place,
                        problem.message.clone(),
                        problem.help.as_deref(),
                    );
                }
                None
            }
        }
    }

    /// What was found.
    pub fn finish(self) -> Vec<Mistake> {
        self.mistakes
    }

    /// Goes one step down for as long as `inside` takes.
    pub fn within(&mut self, step: Step, inside: impl FnOnce(&mut Self)) {
        self.path.push(step);
        inside(self);
        self.path.pop();
    }

    /// Goes into the value of a key, where the key is there with a value.
    pub fn within_key(&mut self, map: &Map, key: &str, inside: impl FnOnce(&mut Self, &Node)) {
        if let Some(node) = map.get(key).filter(|node| !node.is_null()) {
            self.within(Step::Key(key.into()), |checker| inside(checker, node));
        }
    }

    /// Goes into each item of the list under a key.
    pub fn each_item(&mut self, map: &Map, key: &str, mut inside: impl FnMut(&mut Self, &Node)) {
        self.within_key(map, key, |checker, node| {
            for (index, item) in node.as_list().unwrap_or_default().iter().enumerate() {
                checker.within(Step::Index(index), |checker| inside(checker, item));
            }
        });
    }

    /// Reports what is wrong at the place where the walker stands.
    pub fn report(&mut self, rule: &'static Rule, place: &Place, message: String, help: Option<&str>) {
        if self.mistakes.len() < MOST_MISTAKES {
            self.mistakes.push(Mistake {
                rule,
                place: place.clone(),
                path: FieldPath(self.path.clone()),
                message,
                help: help.map(str::to_owned),
                first: None,
            });
        }
    }

    /// Reports what is wrong with a key of the map where the walker stands: at the key, or at the map where it is not there.
    pub fn report_key(
        &mut self,
        rule: &'static Rule,
        map: &Map,
        key: &str,
        message: String,
        help: Option<&str>,
    ) {
        match map.entry(key) {
            Some(entry) => self.within(Step::Key(key.into()), |checker| {
                checker.report(rule, &entry.key_place, message, help);
            }),
            None => self.report(rule, &place_of(map), message, help),
        }
    }

    /// Reports the name of an item, under a key of the map where the walker stands, that another item has, too: at both places. The
    /// message is made of the name and of the first place.
    pub fn unique(
        &mut self,
        names: &mut Names,
        rule: &'static Rule,
        (map, key): (&Map, &str),
        message: impl FnOnce(&str, &Place) -> String,
        help: Option<&str>,
    ) {
        let Some(entry) = map.entry(key) else { return };
        let name = written(&entry.node).unwrap_or_default();
        if name.is_empty() {
            return;
        }
        let Some(first) = names.get(&*name) else {
            let mut path = self.path.clone();
            path.push(Step::Key(key.into()));
            names.insert(name.into_owned(), (entry.key_place.clone(), FieldPath(path)));
            return;
        };
        let count = self.mistakes.len();
        self.report_key(rule, map, key, message(&shown(&name), &first.0), help);
        for mistake in self.mistakes.iter_mut().skip(count) {
            mistake.first = Some(first.clone());
        }
    }

    /// Reports a value that cannot be.
    pub fn wrong(&mut self, node: &Node, message: String) {
        self.report(self.rules.wrong_value, &node.place, message, None);
    }

    /// Reports the value of a key that cannot be.
    pub fn wrong_key(&mut self, map: &Map, key: &str, message: String) {
        self.report_key(self.rules.wrong_value, map, key, message, None);
    }

    /// Reports a field that has to be there.
    pub fn missing(&mut self, map: &Map, message: String) {
        self.report(self.rules.missing_field, &place_of(map), message, None);
    }

    /// Reports fields that exclude each other, at one of them.
    pub fn conflict(&mut self, map: &Map, key: &str, message: String) {
        self.report_key(self.rules.conflicting_fields, map, key, message, None);
    }

    /// Reports that a field of a map has to be there, where it is not or is empty.
    pub fn require(&mut self, map: &Map, what: &str, key: &str) -> bool {
        let there = has(map, key);
        if !there {
            self.missing(map, format!("{what} needs `{key}`"));
        }
        there
    }

    /// Reports that one of some fields has to be there, where none is.
    pub fn require_one(&mut self, map: &Map, what: &str, keys: &[&str]) {
        if !keys.iter().any(|key| has(map, key)) {
            self.missing(map, format!("{what} needs {}", listed(keys, "or")));
        }
    }

    /// Reports more than one of some fields, where at most one may be there.
    pub fn at_most_one(&mut self, map: &Map, keys: &[&str]) {
        let there: Vec<&str> = keys.iter().copied().filter(|key| has(map, key)).collect();
        if let [first, second, ..] = there.as_slice() {
            let message = format!("`{first}` and `{second}` exclude each other");
            self.conflict(map, second, message);
        }
    }

    /// Looks at a value.
    pub fn value(&mut self, kind: &'static Kind, node: &Node) {
        if node.is_null() {
            return;
        }
        match kind {
            Kind::Shape(shape) => self.shape(shape, node),
            Kind::List(inner) => match node.as_list() {
                Some(items) => {
                    for (index, item) in items.iter().enumerate() {
                        self.within(Step::Index(index), |checker| checker.value(inner, item));
                    }
                }
                None => self.wrong(node, format!("{} stands where a list belongs", node.kind())),
            },
            Kind::Items(shape) => match node.as_list() {
                Some(items) => {
                    for (index, item) in items.iter().enumerate() {
                        self.within(Step::Index(index), |checker| match item.is_null() {
                            true => checker.wrong(
                                item,
                                format!("an item of the list is empty, and has to be {}", shape.name),
                            ),
                            false => checker.shape(shape, item),
                        });
                    }
                }
                None => self.wrong(node, format!("{} stands where a list belongs", node.kind())),
            },
            Kind::Map(keys, values) => match node.as_map() {
                Some(map) => {
                    for (key, entry) in map.iter() {
                        self.within(Step::Key(Arc::clone(key)), |checker| {
                            if let Some(problem) = keys.and_then(|check| check(key)) {
                                checker.report(checker.rules.wrong_value, &entry.key_place, problem, None);
                            }
                            checker.value(values, &entry.node);
                        });
                    }
                }
                None => self.wrong(node, format!("{} stands where a map belongs", node.kind())),
            },
            Kind::Any => {}
            Kind::Own(check) => check(node, self),
            _ => {
                if let Some(problem) = problem(kind, node) {
                    self.wrong(node, problem);
                }
            }
        }
    }

    /// Looks at a map with known fields.
    pub fn shape(&mut self, shape: &'static Shape, node: &Node) {
        let Some(map) = node.as_map() else {
            if !node.is_null() {
                self.wrong(
                    node,
                    format!(
                        "{} stands where {} belongs, which is a map",
                        node.kind(),
                        shape.name
                    ),
                );
            }
            return;
        };
        for (key, entry) in map.iter() {
            self.within(Step::Key(Arc::clone(key)), |checker| match shape.field(key) {
                Some(kind) => checker.value(kind, &entry.node),
                None => checker.unknown_field(shape, key, &entry.key_place),
            });
        }
        self.special(shape, map);
    }

    fn special(&mut self, shape: &'static Shape, map: &Map) {
        for part in shape.parts {
            self.special(part, map);
        }
        if let Some(check) = shape.check {
            check(map, self);
        }
    }

    fn unknown_field(&mut self, shape: &'static Shape, key: &str, place: &Place) {
        let names = shape.names();
        let help = match nearest(key, names.iter().copied()) {
            Some(near) => Some(format!("did you mean `{near}`?")),
            None if names.len() <= MOST_NAMES => Some(format!("it has {}", names.join(", "))),
            None => None,
        };
        let message = format!("{} does not have a field `{key}`", shape.name);
        self.report(self.rules.unknown_field, place, message, help.as_deref());
    }
}

/// Whether a key is there with something other than null and an empty text, list or map.
pub fn has(map: &Map, key: &str) -> bool {
    map.get(key).is_some_and(|node| {
        let is_empty = node.is_null()
            || node.as_str().is_some_and(str::is_empty)
            || node.as_list().is_some_and(<[Node]>::is_empty);
        !is_empty
    })
}

/// Where a map begins: at its first key.
pub fn place_of(map: &Map) -> Place {
    let first = map.iter().next();
    first
        .map(|(_, entry)| entry.key_place.clone())
        .unwrap_or_default()
}

/// Names in a sentence: `a`, `b` or `c`.
pub fn listed(names: &[&str], word: &str) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    match quoted.split_last() {
        Some((last, first)) if !first.is_empty() => format!("{} {word} {last}", first.join(", ")),
        Some((last, _)) => last.clone(),
        None => String::new(),
    }
}

/// What is wrong with a scalar of a kind.
fn problem(kind: &Kind, node: &Node) -> Option<String> {
    let Some(text) = written(node) else {
        return Some(format!("{} stands where {} belongs", node.kind(), expected(kind)));
    };
    let reason = match kind {
        Kind::Bool => node.as_bool().is_none().then(String::new),
        Kind::Int => whole(node).is_none().then(String::new),
        Kind::Uint => whole(node).is_none_or(|number| number < 0.0).then(String::new),
        Kind::Float => number(node).is_none().then(String::new),
        Kind::Duration => duration(&text).err(),
        Kind::GoDuration => match &node.value {
            Value::Int(_) | Value::Float(_) => None,
            _ => go_duration(&text).err(),
        },
        Kind::Bytes => bytes(&text).err(),
        Kind::Regex => check_pattern(&text).err(),
        Kind::Url => address(&text).err(),
        Kind::HttpUrl => http_address(&text).err(),
        Kind::SecretUrl if *text == *"<secret>" => None,
        Kind::SecretUrl => {
            return http_address(&text)
                .err()
                .map(|reason| format!("this is not an address for HTTP: {}", without_text(&reason)));
        }
        Kind::Word(words) => (!words.contains(&&*text)).then(|| format!("it is one of {}", words.join(", "))),
        Kind::LabelName => text.is_empty().then(String::new),
        _ => None,
    }?;
    let message = format!("`{}` is not {}", shown(&text), expected(kind));
    Some(match reason.is_empty() {
        true => message,
        false => format!("{message}: {reason}"),
    })
}

/// What a kind is called.
fn expected(kind: &Kind) -> &'static str {
    match kind {
        Kind::Bool => "`true` or `false`",
        Kind::Int => "a whole number",
        Kind::Uint => "a whole number from 0 on",
        Kind::Float => "a number",
        Kind::Duration => "a time such as `30s` or `1h30m`",
        Kind::GoDuration => "a time such as `30s` or `1.5h`",
        Kind::Bytes => "a number of bytes such as `512MB`",
        Kind::Regex => "a regular expression",
        Kind::Url => "an address",
        Kind::HttpUrl | Kind::SecretUrl => "an address for HTTP",
        Kind::Word(_) => "known here",
        Kind::LabelName => "the name of a label",
        _ => "a text",
    }
}

/// A reason without what it quotes, which may be a secret.
fn without_text(reason: &str) -> Cow<'_, str> {
    match reason.contains('`') {
        true => Cow::Owned(reason.split('`').step_by(2).collect::<Vec<_>>().join("...")),
        false => Cow::Borrowed(reason),
    }
}
