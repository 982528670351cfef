//! Nodes to YAML: block style, keys in their order, lists not indented under their key, long lines never folded.

use std::fmt::Write;

use super::node::{Map, Node, Value};
use super::number::general;
use super::style::{Style, is_escaped, style};

/// The longest key that is written before its colon: readers give up after 1024 characters.
const LONGEST_SIMPLE_KEY: usize = 1000;

/// One document in block style, without `---`; ends with a newline.
pub fn write(node: &Node) -> String {
    let mut out = write_indented(node, 0);
    out.push('\n');
    out
}

/// [`write`] for a place in a text that is indented by `column`: each line but the first begins with that many
/// spaces, and there is no final newline. The final newlines of a block scalar at the end are kept but one.
pub fn write_indented(node: &Node, column: usize) -> String {
    let mut writer = Writer { out: String::new() };
    writer.node(node, column);
    writer.out
}

/// Writes the parts of a document.
#[derive(Default)]
pub(super) struct Writer {
    /// What is written so far.
    pub(super) out: String,
}

impl Writer {
    /// A whole node, without its last newline.
    fn node(&mut self, node: &Node, column: usize) {
        match &node.value {
            Value::Map(map) if !map.is_empty() => self.map(map, column),
            Value::List(list) if !list.is_empty() => self.list(list, column),
            value => self.scalar(value, column, true),
        }
        self.out.pop();
    }

    /// A map whose first key goes where the text ends now, and the others to `column`.
    fn map(&mut self, map: &Map, column: usize) {
        for (index, (key, entry)) in map.iter().enumerate() {
            if index > 0 {
                indent(&mut self.out, column);
            }
            self.key(key, column);
            match &entry.node.value {
                Value::Map(map) if !map.is_empty() => {
                    self.out.push('\n');
                    indent(&mut self.out, column + 2);
                    self.map(map, column + 2);
                }
                Value::List(list) if !list.is_empty() => {
                    self.out.push('\n');
                    indent(&mut self.out, column);
                    self.list(list, column);
                }
                _ => {
                    self.out.push(' ');
                    self.scalar(&entry.node.value, column, false);
                }
            }
        }
    }

    /// A key and its colon; `column` is where the key is.
    pub(super) fn key(&mut self, key: &str, column: usize) {
        let start = self.out.len();
        self.text(key, None);
        if self.out.len() - start > LONGEST_SIMPLE_KEY {
            self.out.insert_str(start, "? ");
            self.out.push('\n');
            indent(&mut self.out, column);
        }
        self.out.push(':');
    }

    /// A list whose first dash goes where the text ends now, and the others to `column`.
    fn list(&mut self, list: &[Node], column: usize) {
        for (index, item) in list.iter().enumerate() {
            if index > 0 {
                indent(&mut self.out, column);
            }
            self.out.push_str("- ");
            match &item.value {
                Value::Map(map) if !map.is_empty() => self.map(map, column + 2),
                Value::List(list) if !list.is_empty() => self.list(list, column + 2),
                value => self.scalar(value, column, false),
            }
        }
    }

    /// A scalar or an empty collection and the end of the line; `column` is that of the key or dash before it.
    pub(super) fn scalar(&mut self, value: &Value, column: usize, root: bool) {
        match value {
            Value::Null => self.out.push_str("null"),
            Value::Bool(value) => self.out.push_str(if *value { "true" } else { "false" }),
            Value::Int(value) => {
                // A string takes all that is written to it.
                let _ = write!(self.out, "{value}");
            }
            Value::Float(value) => self.out.push_str(&write_float(*value)),
            Value::String(text) => return self.text_line(text, column, root),
            Value::List(_) => self.out.push_str("[]"),
            Value::Map(_) => self.out.push_str("{}"),
        }
        self.out.push('\n');
    }

    /// A text that is a value, and the end of the line; `column` as for [`Writer::scalar`].
    pub(super) fn text_line(&mut self, text: &str, column: usize, root: bool) {
        match style(text, true) {
            // Readers disagree on what an indentation of the whole document counts from.
            Style::Literal { indicated: true } if root => self.double(text),
            Style::Literal { indicated } => return self.literal(text, indicated, column + 2),
            style => self.text(text, Some(style)),
        }
        self.out.push('\n');
    }

    /// A text on one line.
    fn text(&mut self, text: &str, known: Option<Style>) {
        match known.unwrap_or_else(|| style(text, false)) {
            Style::Plain => self.out.push_str(text),
            Style::Single => {
                self.out.push('\'');
                self.out.push_str(&text.replace('\'', "''"));
                self.out.push('\'');
            }
            Style::Double | Style::Literal { .. } => self.double(text),
        }
    }

    fn double(&mut self, text: &str) {
        self.out.push('"');
        let is_itself = |byte: u8| matches!(byte, b' '..=b'~') && !matches!(byte, b'"' | b'\\');
        let plain = text
            .bytes()
            .position(|byte| !is_itself(byte))
            .unwrap_or(text.len());
        let (plain, rest) = text.split_at(plain);
        self.out.push_str(plain);
        for character in rest.chars() {
            match character {
                '"' => self.out.push_str("\\\""),
                '\\' => self.out.push_str("\\\\"),
                '\n' => self.out.push_str("\\n"),
                '\t' => self.out.push_str("\\t"),
                '\r' => self.out.push_str("\\r"),
                _ if is_escaped(character) => {
                    let number = u32::from(character);
                    let _ = if number > 0xffff {
                        write!(self.out, "\\U{number:08X}")
                    } else {
                        write!(self.out, "\\u{number:04X}")
                    };
                }
                _ => self.out.push(character),
            }
        }
        self.out.push('"');
    }

    fn literal(&mut self, text: &str, indicated: bool, column: usize) {
        self.out.push('|');
        if indicated {
            self.out.push('2');
        }
        let (lines, chomping) = match text.strip_suffix('\n') {
            None => (text, "-"),
            Some(lines) if lines.ends_with('\n') => (lines, "+"),
            Some(lines) => (lines, ""),
        };
        self.out.push_str(chomping);
        self.out.push('\n');
        for line in lines.split('\n') {
            if !line.is_empty() {
                indent(&mut self.out, column);
                self.out.push_str(line);
            }
            self.out.push('\n');
        }
    }
}

/// Writes the spaces before a column.
pub(super) fn indent(out: &mut String, column: usize) {
    const SPACES: &str = "                                ";
    let mut left = column;
    while left > 0 {
        let count = left.min(SPACES.len());
        out.push_str(&SPACES[..count]);
        left -= count;
    }
}

/// A float in the shortest form that gives it back, as Helm writes it: `1.5`, `1e-06`, `1e+20`.
pub(super) fn write_float(value: f64) -> String {
    general(value, 18)
}
