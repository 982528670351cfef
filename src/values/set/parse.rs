//! From an argument to paths and values.

use std::cell::Cell;
use std::sync::Arc;

use super::edit::path_text;
use super::{Edit, Flag, MAX_INDEX, MAX_NESTING, Mark, Parsed, Step, To, place};
use crate::diagnostic::{Diagnostic, Diagnostics, Result};
use crate::source::{Place, Source};
use crate::values::json;
use crate::yaml::{Node, Value};

/// The most nulls that one argument may fill lists with: many indexes together could ask for any amount of memory.
const MAX_PADDING: usize = 1_000_000;

/// Parses the argument of a flag. Fails with the first error in it; `read_file` is for [`Flag::File`].
pub(in crate::values) fn parse(
    flag: Flag,
    source: &Arc<Source>,
    read_file: &dyn Fn(&str) -> Result<Arc<Source>>,
) -> Result<Parsed> {
    if flag == Flag::Json && source.text().trim_start().starts_with('{') {
        return object(source).map(Parsed::Object);
    }
    let mut parser = Parser {
        flag,
        source,
        at: 0,
        padding: 0,
        mark: Cell::default(),
        read_file,
    };
    let mut edits = Vec::new();
    while parser.peek().is_some() {
        let place = parser.place(parser.at);
        let path = parser.path()?;
        let value = parser.value(&path)?;
        edits.push(Edit {
            source: Arc::clone(source),
            place,
            path,
            value,
        });
    }
    Ok(Parsed::Edits(edits))
}

/// The form of `--set-json` that is one JSON object.
fn object(source: &Arc<Source>) -> Result<Node> {
    match serde_json::from_str(source.text()) {
        Ok(value) => Ok(json::node(value, &Place::whole(source))),
        Err(error) => Err(bad_json(source, 0, &error).into()),
    }
}

struct Parser<'a> {
    flag: Flag,
    source: &'a Arc<Source>,
    /// How many bytes are read.
    at: usize,
    /// The sum of the indexes so far.
    padding: usize,
    /// The place that was asked for last.
    mark: Cell<Mark>,
    read_file: &'a dyn Fn(&str) -> Result<Arc<Source>>,
}

impl Parser<'_> {
    fn error(&self, code: &'static str, message: impl Into<String>, at: usize) -> Diagnostic {
        Diagnostic::error(code, message).at(&place(self.source, at))
    }

    /// The place of a byte of the argument.
    fn place(&self, at: usize) -> Place {
        let mark = self.mark.get().forward(self.source, at);
        self.mark.set(mark);
        mark.place(self.source)
    }

    /// A value that starts at a byte of the argument.
    fn node(&self, value: impl Into<Value>, start: usize) -> Node {
        Node::new(value, self.place(start))
    }

    fn rest(&self) -> &str {
        self.source.text().get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn next(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += c.len_utf8();
        Some(c)
    }

    /// Reads up to one of `stop`, which is taken and given too, or to the end. A backslash takes the next character
    /// as it is, except in `--set-literal`.
    fn until(&mut self, stop: &[char]) -> Result<(String, Option<char>)> {
        let mut text = String::new();
        while let Some(c) = self.next() {
            if stop.contains(&c) {
                return Ok((text, Some(c)));
            }
            if c != '\\' || self.flag == Flag::Literal {
                text.push(c);
            } else if let Some(escaped) = self.next() {
                text.push(escaped);
            } else {
                return Err(self
                    .error(
                        "set-dangling-escape",
                        "the backslash at the end escapes nothing",
                        self.at - 1,
                    )
                    .help("write `\\\\` for a backslash")
                    .into());
            }
        }
        Ok((text, None))
    }

    /// Reads a key and its `=`.
    fn path(&mut self) -> Result<Vec<Step>> {
        let mut path: Vec<Step> = Vec::new();
        let first = self.at;
        let mut dots = 0;
        let mut indexes = 0;
        let mut after_index = false;
        loop {
            let start = self.at;
            // After an index a comma is no end of a key, for Helm: `a[0],b=1` has data where `.`, `[` or `=` should be.
            let comma = !after_index && self.flag != Flag::Literal;
            let (text, end) = self.until(if comma {
                &['=', '[', ',', '.']
            } else {
                &['=', '[', '.']
            })?;
            if !after_index {
                if text.is_empty() && matches!(end, Some('=' | '[' | '.')) {
                    return Err(self.empty_key(&path, start, end).into());
                }
                path.push(Step {
                    to: To::Key(text.into()),
                    start,
                });
            } else if !text.is_empty() {
                let message = format!("`{text}` after `{}` is not understood", path_text(&path));
                return Err(self
                    .error("set-bad-index", message, start)
                    .help("after an index comes `.`, `[` or `=`")
                    .into());
            }
            match end {
                Some('=') => return Ok(path),
                Some('.') => {
                    dots += 1;
                    if dots > MAX_NESTING {
                        let message = format!("the key has more than {MAX_NESTING} dots");
                        return Err(self
                            .error("set-limit", message, self.at - 1)
                            .help("use a values file, or write `\\.` for a dot that belongs to the key")
                            .into());
                    }
                    after_index = false;
                }
                Some('[') => {
                    indexes += 1;
                    if indexes > MAX_NESTING {
                        let message = format!("the key has more than {MAX_NESTING} indexes");
                        return Err(self.error("set-limit", message, self.at - 1).into());
                    }
                    let start = self.at;
                    let index = self.index(&path)?;
                    path.push(Step {
                        to: To::Index(index),
                        start,
                    });
                    after_index = true;
                }
                _ => return Err(self.no_value(&path, first).into()),
            }
        }
    }

    /// Reads an index and its `]`.
    fn index(&mut self, path: &[Step]) -> Result<usize> {
        let start = self.at;
        let list = path_text(path);
        let (text, end) = self.until(&[']'])?;
        if end.is_none() {
            return Err(self
                .error(
                    "set-bad-index",
                    format!("the index of `{list}` has no `]`"),
                    start.saturating_sub(1),
                )
                .help("write `\\[` for a bracket that belongs to the key")
                .into());
        }
        let index = match text.parse::<i64>() {
            Ok(number) if number < 0 => {
                let message = format!("the index of `{list}` is negative: {number}");
                return Err(self
                    .error("set-bad-index", message, start)
                    .help("indexes count from 0")
                    .into());
            }
            Ok(number) => usize::try_from(number).unwrap_or(usize::MAX),
            Err(_) => {
                return Err(self
                    .error(
                        "set-bad-index",
                        format!("the index of `{list}` is not a whole number: `{text}`"),
                        start,
                    )
                    .help("write `\\[` for a bracket that belongs to the key")
                    .into());
            }
        };
        self.padding = self.padding.saturating_add(index);
        if index > MAX_INDEX {
            let message = format!("the index of `{list}` is {index}; the largest is {MAX_INDEX}");
            return Err(self.error("set-limit", message, start).into());
        }
        if self.padding > MAX_PADDING {
            let message = format!("the indexes add up to lists of more than {MAX_PADDING} items");
            return Err(self.error("set-limit", message, start).into());
        }
        Ok(index)
    }

    fn empty_key(&self, path: &[Step], start: usize, end: Option<char>) -> Diagnostic {
        let message = if path.is_empty() {
            "the key is empty".to_owned()
        } else {
            format!("a key is empty after `{}.`", path_text(path))
        };
        let help = match end {
            Some('.') if path.is_empty() => "leave out the dot in front",
            Some('.') => "leave out one of the dots, or write `\\.` for a dot that belongs to the key",
            _ => "write the name of the value in front",
        };
        self.error("set-empty-key", message, start).help(help)
    }

    fn no_value(&self, path: &[Step], start: usize) -> Diagnostic {
        let key = path_text(path);
        let flag = self.flag.name();
        let empty = matches!(path, [Step { to: To::Key(key), .. }] if key.is_empty());
        let (message, help) = if empty {
            (
                "a comma has no key and value before it".to_owned(),
                "leave out one of the commas, or write `\\,`".into(),
            )
        } else if start > 0 {
            (
                format!("`{key}` has no value"),
                "a comma starts the next key: write `\\,` for one that belongs to the value, or `{a,b}` for a list"
                    .to_owned(),
            )
        } else {
            (
                format!("`{key}` has no value"),
                format!("write `{flag} {key}=VALUE`; `{flag} {key}=` sets an empty text"),
            )
        };
        self.error("set-no-value", message, start).help(help)
    }

    /// Reads a value and the comma after it.
    fn value(&mut self, path: &[Step]) -> Result<Node> {
        match self.flag {
            Flag::Json => return self.json(),
            Flag::Literal => {
                let (text, start) = (self.rest().to_owned(), self.at);
                self.at += text.len();
                return Ok(self.node(text, start));
            }
            Flag::Typed | Flag::Text | Flag::File => {}
        }
        let start = self.at;
        match self.peek() {
            None => return Ok(self.node("", start)),
            Some('{') => self.at += 1,
            Some(_) => {
                let (text, _) = self.until(&[','])?;
                return self.scalar(&text, start);
            }
        }
        let mut items = Vec::new();
        loop {
            let start_item = self.at;
            let (text, end) = self.until(&[',', '}'])?;
            if end.is_none() {
                return Err(self
                    .error(
                        "set-unclosed-list",
                        format!("the list of `{}` has no `}}`", path_text(path)),
                        start,
                    )
                    .help("write `\\{` for a brace that starts a text")
                    .into());
            }
            items.push(self.scalar(&text, start_item)?);
            if end == Some('}') {
                break;
            }
        }
        if self.peek() == Some(',') {
            self.at += 1;
        }
        Ok(self.node(items, start))
    }

    fn scalar(&self, text: &str, start: usize) -> Result<Node> {
        match self.flag {
            Flag::Typed => Ok(self.node(typed(text), start)),
            Flag::File => match (self.read_file)(text) {
                Ok(file) => Ok(self.node(file.text(), start)),
                Err(Diagnostics(errors)) => {
                    let place = place(self.source, start);
                    Err(Diagnostics(
                        errors
                            .into_iter()
                            .map(|error| error.label(&place, "read for this"))
                            .collect(),
                    ))
                }
            },
            Flag::Text | Flag::Json | Flag::Literal => Ok(self.node(text, start)),
        }
    }

    /// Reads one JSON value, with the blanks and the comma after it; nothing is null.
    fn json(&mut self) -> Result<Node> {
        let start = self.at;
        if self.blank_to_comma() {
            return Ok(self.node(Value::Null, start));
        }
        let start = self.at;
        let mut stream = serde_json::Deserializer::from_str(self.rest()).into_iter::<serde_json::Value>();
        match stream.next() {
            None => Ok(self.node(Value::Null, start)),
            Some(Err(error)) => Err(bad_json(self.source, start, &error).into()),
            Some(Ok(value)) => {
                self.at += stream.byte_offset();
                self.blank_to_comma();
                Ok(json::node(value, &self.place(start)))
            }
        }
    }

    /// Skips blanks and one comma; says whether nothing else was there.
    fn blank_to_comma(&mut self) -> bool {
        while let Some(c) = self.peek() {
            if c != ',' && !c.is_whitespace() {
                return false;
            }
            self.at += c.len_utf8();
            if c == ',' {
                return true;
            }
        }
        true
    }
}

/// The type that `--set` sees in a text: true, false and null in any case, whole numbers without a zero in front,
/// else a string.
fn typed(text: &str) -> Value {
    if text.eq_ignore_ascii_case("true") {
        return Value::Bool(true);
    }
    if text.eq_ignore_ascii_case("false") {
        return Value::Bool(false);
    }
    if text.eq_ignore_ascii_case("null") {
        return Value::Null;
    }
    if text == "0" {
        return Value::Int(0);
    }
    if !text.starts_with('0')
        && let Ok(number) = text.parse::<i64>()
    {
        return Value::Int(number.into());
    }
    text.into()
}

/// A JSON error in an argument, where the JSON starts `start` bytes into it.
fn bad_json(source: &Arc<Source>, start: usize, error: &serde_json::Error) -> Diagnostic {
    // serde_json counts lines from 1 and columns in bytes from 1.
    let json = source.text().get(start..).unwrap_or_default();
    let before: usize = json
        .split_inclusive('\n')
        .take(error.line().saturating_sub(1))
        .map(str::len)
        .sum();
    let text = error.to_string();
    let reason = text.split(" at line ").next().unwrap_or_default();
    Diagnostic::error("set-invalid-json", format!("the value is not JSON: {reason}"))
        .at(&place(source, start + before + error.column().saturating_sub(1)))
        .help("strings need double quotes in JSON, and the shell wants the whole argument in single quotes")
}
