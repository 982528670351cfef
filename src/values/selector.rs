//! Paths as people write them, and what they lead to: `server.retention`, `data["prometheus.yml"]`,
//! `spec.template.spec.containers[prometheus-server].args[0]`.
//!
//! The dots of a key need no quotes where the map has such a key (`annotations.prometheus.io/scrape`); a backslash takes the
//! next character as it is, as in `--set`.

use std::sync::Arc;

use super::path::{Step, dotted};
use crate::diagnostic::{Diagnostic, Result, nearest};
use crate::yaml::{Node, Value};

/// The most parts of a path.
const MOST_PARTS: usize = 300;

/// A path as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Selector {
    text: String,
    parts: Vec<Part>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    /// Between dots: a key, or a part of one that has dots itself.
    Word(String),
    /// In quotes: a key as it is.
    Quoted(String),
    /// A number in brackets.
    Index(usize),
    /// A word in brackets: the item of a list with this `name`, or a key.
    Name(String),
    /// `key=value` in brackets: the item of a list with this value.
    Where(String, String),
}

impl Selector {
    /// Reads a path. A dot in front, as jq and Go templates write it, is left out.
    ///
    /// # Errors
    /// What cannot be read of it.
    pub fn parse(text: &str) -> Result<Selector> {
        let parts = Parser { text, at: 0 }.parts().map_err(|reason| {
            Diagnostic::error("path-invalid", format!("`{text}` is not a path: {reason}"))
                .help("write it as `a.b[0].c`, and a key with other characters as `a[\"b.c\"]`")
        })?;
        Ok(Selector {
            text: text.to_owned(),
            parts,
        })
    }

    /// The path without its first key, where it is that one and the rest is not empty.
    #[must_use]
    pub fn without(&self, first: &str) -> Option<Selector> {
        match self.parts.split_first() {
            Some((Part::Word(word), rest)) if word == first && !rest.is_empty() => Some(Selector {
                text: self.text.clone(),
                parts: rest.to_vec(),
            }),
            _ => None,
        }
    }

    /// The steps that the path leads along in a tree.
    ///
    /// # Errors
    /// Where the tree has no such thing: how far the path leads, and what is there.
    pub fn resolve<'n>(&self, root: &'n Node) -> std::result::Result<Vec<Step>, Lost<'n>> {
        let mut node = root;
        let mut path = Vec::new();
        let mut rest = self.parts.as_slice();
        while let Some((part, after)) = rest.split_first() {
            let found = match (&node.value, part) {
                (Value::Map(_), Part::Word(_)) => key_with_dots(node, rest),
                (Value::Map(_), Part::Quoted(key) | Part::Name(key)) => node
                    .get(key)
                    .map(|inner| (Step::Key(key.as_str().into()), inner, 1)),
                (Value::Map(_), Part::Index(number)) => {
                    let key: Arc<str> = number.to_string().into();
                    node.get(&key).map(|inner| (Step::Key(key), inner, 1))
                }
                (Value::List(list), Part::Index(number)) => item(list, *number),
                (Value::List(list), Part::Word(word)) => {
                    word.parse().ok().and_then(|number| item(list, number))
                }
                (Value::List(list), Part::Name(name) | Part::Quoted(name)) => named(list, "name", name),
                (Value::List(list), Part::Where(key, value)) => named(list, key, value),
                _ => None,
            };
            let Some((step, inner, taken)) = found else {
                return Err(Lost {
                    path,
                    node,
                    part: part.clone(),
                    rest: after.to_vec(),
                });
            };
            path.push(step);
            node = inner;
            rest = rest.get(taken..).unwrap_or_default();
        }
        Ok(path)
    }

    /// The steps as they are written, for a tree that does not have them; nothing where an item is chosen by what it holds.
    pub fn steps(&self) -> Option<Vec<Step>> {
        plain(&self.parts)
    }
}

impl std::fmt::Display for Selector {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text)
    }
}

fn plain(parts: &[Part]) -> Option<Vec<Step>> {
    let step = |part: &Part| match part {
        Part::Word(key) | Part::Quoted(key) | Part::Name(key) => Some(Step::Key(key.as_str().into())),
        Part::Index(number) => Some(Step::Index(*number)),
        Part::Where(..) => None,
    };
    parts.iter().map(step).collect()
}

type Found<'n> = Option<(Step, &'n Node, usize)>;

/// The key that one word makes, or several with dots between them: the shortest that is there.
fn key_with_dots<'n>(node: &'n Node, parts: &[Part]) -> Found<'n> {
    let mut key = String::new();
    for (taken, part) in (1..).zip(parts) {
        let Part::Word(word) = part else { break };
        if taken > 1 {
            key.push('.');
        }
        key.push_str(word);
        if let Some(inner) = node.get(&key) {
            return Some((Step::Key(key.as_str().into()), inner, taken));
        }
    }
    None
}

fn item(list: &[Node], number: usize) -> Found<'_> {
    let inner = list.get(number)?;
    Some((Step::Index(number), inner, 1))
}

fn named<'n>(list: &'n [Node], key: &str, value: &str) -> Found<'n> {
    let is_it = |item: &Node| item.get(key).and_then(text).is_some_and(|text| text == value);
    let number = list.iter().position(is_it)?;
    item(list, number)
}

/// A scalar as people write it in a path.
fn text(node: &Node) -> Option<String> {
    match &node.value {
        Value::String(text) => Some(text.to_string()),
        Value::Int(number) => Some(number.to_string()),
        Value::Bool(value) => Some(value.to_string()),
        _ => None,
    }
}

/// A path that leads to nothing.
#[derive(Debug, Clone)]
pub struct Lost<'n> {
    /// How far it leads.
    pub path: Vec<Step>,
    /// What is there.
    pub node: &'n Node,
    /// What this does not have.
    part: Part,
    /// What comes behind it.
    rest: Vec<Part>,
}

impl Lost<'_> {
    /// What the path asks for behind what was found: a path of its own. Nothing is left where the last part was not found.
    pub fn rest(&self) -> Selector {
        let mut parts = vec![self.part.clone()];
        parts.extend(self.rest.iter().cloned());
        Selector {
            text: String::new(),
            parts,
        }
    }

    /// What is wrong, in words: `root` names the tree.
    pub fn message(&self, root: &str) -> String {
        let holder = match self.path.as_slice() {
            [] => root.to_owned(),
            path => format!("`{}`", dotted(path)),
        };
        match (&self.node.value, &self.part) {
            (Value::Map(_), Part::Where(key, value)) => {
                format!("{holder} is a map, so that `[{key}={value}]` finds nothing in it")
            }
            (Value::Map(_), part) => format!("{holder} has no key `{}`", part.word()),
            (Value::List(list), Part::Index(number)) => {
                format!(
                    "{holder} has {} items, so that there is no `[{number}]`",
                    list.len()
                )
            }
            (Value::List(_), Part::Where(key, value)) => {
                format!("{holder} has no item whose `{key}` is `{value}`")
            }
            (Value::List(_), Part::Name(name)) => format!("{holder} has no item with the name `{name}`"),
            (Value::List(_), part) => {
                format!(
                    "{holder} is a list, and `{}` is not the number of an item",
                    part.word()
                )
            }
            (_, part) => format!(
                "{holder} is {}, so that there is no `{}` in it",
                self.node.kind(),
                part.word()
            ),
        }
    }

    /// What could have been meant of what is there.
    pub fn help(&self) -> Option<String> {
        const MOST_NAMES: usize = 12;
        let names: Vec<String> = match &self.node.value {
            Value::Map(map) => map.keys().map(ToString::to_string).collect(),
            Value::List(list) => {
                let key = match &self.part {
                    Part::Where(key, _) => key.as_str(),
                    _ => "name",
                };
                list.iter().filter_map(|item| text(item.get(key)?)).collect()
            }
            _ => Vec::new(),
        };
        let wanted = match &self.part {
            Part::Where(_, value) => value.clone(),
            part => part.word(),
        };
        if let Some(near) = nearest(&wanted, names.iter().map(String::as_str)) {
            return Some(format!("did you mean `{near}`?"));
        }
        let shown: Vec<&str> = names.iter().take(MOST_NAMES).map(String::as_str).collect();
        match (shown.is_empty(), &self.node.value) {
            (true, Value::List(list)) if !list.is_empty() => {
                Some(format!("its items are `[0]` to `[{}]`", list.len() - 1))
            }
            (true, _) => None,
            (false, _) if names.len() > MOST_NAMES => Some(format!("it has {}, ...", shown.join(", "))),
            (false, _) => Some(format!("it has {}", shown.join(", "))),
        }
    }
}

impl Part {
    fn word(&self) -> String {
        match self {
            Part::Word(word) | Part::Quoted(word) | Part::Name(word) => word.clone(),
            Part::Index(number) => format!("[{number}]"),
            Part::Where(key, value) => format!("[{key}={value}]"),
        }
    }
}

struct Parser<'t> {
    text: &'t str,
    at: usize,
}

impl Parser<'_> {
    fn parts(mut self) -> std::result::Result<Vec<Part>, String> {
        let mut parts = Vec::new();
        self.eat('.');
        while self.peek().is_some() {
            if parts.len() >= MOST_PARTS {
                return Err(format!("it has more than {MOST_PARTS} parts"));
            }
            let part = match self.peek() {
                Some('[') => self.brackets()?,
                Some('"' | '\'') => Part::Quoted(self.quoted()?),
                _ => Part::Word(self.word()?),
            };
            parts.push(part);
            match self.peek() {
                Some('.') => {
                    self.at += 1;
                    if self.peek().is_none() {
                        return Err("it ends in a dot".to_owned());
                    }
                }
                Some('[') | None => {}
                Some(_) => return Err("a dot is missing behind a closing bracket or quote".to_owned()),
            }
        }
        match parts.is_empty() {
            true => Err("it is empty".to_owned()),
            false => Ok(parts),
        }
    }

    fn peek(&self) -> Option<char> {
        self.text.get(self.at..)?.chars().next()
    }

    fn next(&mut self) -> Option<char> {
        let next = self.peek()?;
        self.at += next.len_utf8();
        Some(next)
    }

    fn eat(&mut self, wanted: char) -> bool {
        let is_there = self.peek() == Some(wanted);
        self.at += if is_there { wanted.len_utf8() } else { 0 };
        is_there
    }

    fn word(&mut self) -> std::result::Result<String, String> {
        let mut word = String::new();
        while let Some(next) = self.peek().filter(|next| !matches!(next, '.' | '[')) {
            self.at += next.len_utf8();
            match next {
                '\\' => word.push(
                    self.next()
                        .ok_or("nothing stands behind the backslash at its end")?,
                ),
                next => word.push(next),
            }
        }
        match word.is_empty() {
            true => Err("a key is missing between two dots".to_owned()),
            false => Ok(word),
        }
    }

    fn quoted(&mut self) -> std::result::Result<String, String> {
        let quote = self.next().unwrap_or('"');
        let mut word = String::new();
        loop {
            match self.next() {
                Some(next) if next == quote => return Ok(word),
                Some('\\') => word.extend(self.next()),
                Some(next) => word.push(next),
                None => return Err("a quote is not closed".to_owned()),
            }
        }
    }

    fn brackets(&mut self) -> std::result::Result<Part, String> {
        self.at += 1;
        if matches!(self.peek(), Some('"' | '\'')) {
            let key = self.quoted()?;
            return match self.eat(']') {
                true => Ok(Part::Quoted(key)),
                false => Err("a bracket is not closed".to_owned()),
            };
        }
        let mut inner = String::new();
        loop {
            match self.next() {
                Some(']') => break,
                Some('\\') => inner.extend(self.next()),
                Some(next) => inner.push(next),
                None => return Err("a bracket is not closed".to_owned()),
            }
        }
        let inner = inner.trim();
        if inner.is_empty() {
            return Err("there is nothing in its brackets".to_owned());
        }
        if inner.bytes().all(|byte| byte.is_ascii_digit()) {
            return match inner.parse() {
                Ok(number) => Ok(Part::Index(number)),
                Err(_) => Err(format!("`{inner}` is too large")),
            };
        }
        Ok(match inner.split_once('=') {
            Some((key, value)) => Part::Where(key.trim().to_owned(), unquoted(value.trim()).to_owned()),
            None => Part::Name(inner.to_owned()),
        })
    }
}

fn unquoted(text: &str) -> &str {
    let quotes = ['"', '\''];
    let strip = |quote| text.strip_prefix(quote)?.strip_suffix(quote);
    quotes.into_iter().find_map(strip).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Source;
    use crate::yaml;

    fn tree() -> Node {
        let text = "\
spec:
  containers:
    - name: reload
      args: [a]
    - {name: server, args: [b, c], id: 7}
  10: ten
metadata:
  annotations: {prometheus.io/scrape: 'true', a: {b.c: 1}}
data: {prometheus.yml: text}
";
        yaml::read_document(&Source::new("t", text)).unwrap()
    }

    #[track_caller]
    fn leads(written: &str, path: &str) {
        let tree = tree();
        let found = Selector::parse(written).unwrap().resolve(&tree).unwrap();
        assert_eq!(dotted(&found), path, "{written}");
    }

    #[test]
    fn paths_lead_to_what_is_there() {
        leads("spec.containers[1].args[0]", "spec.containers[1].args[0]");
        leads(".spec.containers.1.args.0", "spec.containers[1].args[0]");
        leads("spec.containers[server].args", "spec.containers[1].args");
        leads("spec.containers[name=server]", "spec.containers[1]");
        leads("spec.containers[id=7]", "spec.containers[1]");
        leads("spec.containers[name=\"reload\"]", "spec.containers[0]");
        leads("spec[10]", "spec.10");
        leads("data[\"prometheus.yml\"]", "data.\"prometheus.yml\"");
        leads("data['prometheus.yml']", "data.\"prometheus.yml\"");
        leads("data[prometheus.yml]", "data.\"prometheus.yml\"");
        leads("data.\"prometheus.yml\"", "data.\"prometheus.yml\"");
        leads("data.prometheus.yml", "data.\"prometheus.yml\"");
        leads("data.prometheus\\.yml", "data.\"prometheus.yml\"");
        leads(
            "metadata.annotations.prometheus.io/scrape",
            "metadata.annotations.\"prometheus.io/scrape\"",
        );
        leads("metadata.annotations.a.b.c", "metadata.annotations.a.\"b.c\"");
    }

    #[test]
    fn a_path_that_leads_nowhere_says_what_is_there() {
        let tree = tree();
        for (written, message, help) in [
            ("spek", "the object has no key `spek`", "did you mean `spec`?"),
            (
                "spec.containers[2]",
                "`spec.containers` has 2 items, so that there is no `[2]`",
                "it has reload, server",
            ),
            (
                "spec.containers[serve]",
                "`spec.containers` has no item with the name `serve`",
                "did you mean `server`?",
            ),
            (
                "spec.containers[id=8]",
                "`spec.containers` has no item whose `id` is `8`",
                "it has 7",
            ),
            (
                "spec.containers[0].args.x",
                "`spec.containers[0].args` is a list, and `x` is not the number of an item",
                "its items are `[0]` to `[0]`",
            ),
        ] {
            let lost = Selector::parse(written).unwrap().resolve(&tree).unwrap_err();
            assert_eq!(lost.message("the object"), message);
            assert_eq!(lost.help().as_deref(), Some(help));
        }
        let lost = Selector::parse("data.prometheus.yml.scrape_configs[0]");
        let lost = lost.unwrap().resolve(&tree).unwrap_err();
        assert_eq!(
            lost.message("x"),
            "`data.\"prometheus.yml\"` is a string, so that there is no `scrape_configs` in it"
        );
        assert_eq!(dotted(&lost.rest().steps().unwrap()), "scrape_configs[0]");
    }

    #[test]
    fn what_is_not_a_path() {
        for (written, reason) in [
            ("", "it is empty"),
            (".", "it is empty"),
            ("a..b", "a key is missing between two dots"),
            ("a.", "it ends in a dot"),
            ("a[", "a bracket is not closed"),
            ("a[]", "there is nothing in its brackets"),
            ("a[\"b]", "a quote is not closed"),
            ("a[0]b", "a dot is missing behind a closing bracket or quote"),
            ("a\\", "nothing stands behind the backslash at its end"),
            ("a[99999999999999999999]", "`99999999999999999999` is too large"),
        ] {
            let error = Selector::parse(written).unwrap_err();
            assert_eq!(
                error.to_string(),
                format!("error: `{written}` is not a path: {reason}")
            );
        }
    }
}
