//! JSON as Go's `encoding/json` writes and reads it.

mod read;

use super::Call;
use crate::render::go::error::{DEEPEST, Error, Result};
use crate::render::go::print::json_float;
use crate::render::go::text::{Text, base64};
use crate::render::go::value::Value;

pub(super) use read::{of_type, read};

/// How JSON is laid out.
#[derive(Clone, Copy)]
pub(super) struct Layout {
    /// Whether it is on several lines, indented by two spaces.
    pub pretty: bool,
    /// Whether `<`, `>` and `&` are escaped.
    pub html: bool,
}

/// The JSON of a value; what a map holds is noted as read.
///
/// # Errors
/// It is nested too deeply or holds itself, or holds a number that is not finite.
pub(super) fn write(value: &Value, layout: Layout, call: &mut Call<'_>) -> Result<String> {
    let mut writer = Writer {
        out: String::new(),
        layout,
        call,
    };
    writer.value(value, 0)?;
    Ok(writer.out)
}

struct Writer<'w, 'c> {
    out: String,
    layout: Layout,
    call: &'w mut Call<'c>,
}

impl Writer<'_, '_> {
    fn value(&mut self, value: &Value, depth: usize) -> Result<()> {
        if depth > DEEPEST {
            return Err(Error::too_deep());
        }
        match value {
            Value::Nil | Value::Absent => self.out.push_str("null"),
            Value::Bool(value) => self.out.push_str(if *value { "true" } else { "false" }),
            Value::Int(number) | Value::Int64(number) => self.out.push_str(&number.to_string()),
            Value::Byte(number) => self.out.push_str(&number.to_string()),
            Value::Uint64(number) => self.out.push_str(&number.to_string()),
            Value::Float(number) if number.is_finite() => self.out.push_str(&json_float(*number)),
            Value::Float(_) => return Err(Error::new("the number is not finite")),
            Value::String(text) => self.text(text)?,
            Value::Bytes(bytes) => {
                self.out.push('"');
                self.out.push_str(&base64(bytes));
                self.out.push('"');
            }
            Value::List(list) if list.is_nil => self.out.push_str("null"),
            Value::List(list) => {
                self.hold(list.len(), depth)?;
                self.out.push('[');
                for (index, slot) in list.slots().iter().enumerate() {
                    self.call.note(slot);
                    self.separate(index, depth);
                    self.value(&slot.value, depth + 1)?;
                }
                self.close(']', list.is_empty(), depth);
            }
            Value::Map(map) if map.is_nil => self.out.push_str("null"),
            Value::Map(map) => {
                let entries = map.view();
                self.hold(entries.iter().len(), depth)?;
                self.out.push('{');
                for (index, (key, slot)) in entries.iter().enumerate() {
                    self.call.note(slot);
                    self.separate(index, depth);
                    self.key(key)?;
                    self.value(&slot.value, depth + 1)?;
                }
                self.close('}', entries.iter().len() == 0, depth);
            }
            Value::Object(object) => match object.json() {
                Some(value) => self.value(&value, depth + 1)?,
                None => {
                    let fields = object.fields();
                    self.out.push('{');
                    for (index, (name, value)) in fields.iter().enumerate() {
                        self.separate(index, depth);
                        self.key(&Text::from(*name))?;
                        self.value(value, depth + 1)?;
                    }
                    self.close('}', fields.is_empty(), depth);
                }
            },
        }
        Ok(())
    }

    /// Counts the items of a list or map.
    fn hold(&mut self, items: usize, depth: usize) -> Result<()> {
        let line = if self.layout.pretty { 2 * depth + 4 } else { 1 };
        self.call.spend(items)?;
        self.call.reserve(items.saturating_add(1).saturating_mul(line))
    }

    fn key(&mut self, key: &Text) -> Result<()> {
        self.text(key)?;
        self.out.push(':');
        if self.layout.pretty {
            self.out.push(' ');
        }
        Ok(())
    }

    fn separate(&mut self, index: usize, depth: usize) {
        if index > 0 {
            self.out.push(',');
        }
        self.line(depth + 1);
    }

    fn close(&mut self, bracket: char, is_empty: bool, depth: usize) {
        if !is_empty {
            self.line(depth);
        }
        self.out.push(bracket);
    }

    fn line(&mut self, depth: usize) {
        if self.layout.pretty {
            self.out.push('\n');
            self.out.extend(std::iter::repeat_n("  ", depth));
        }
    }

    fn text(&mut self, text: &Text) -> Result<()> {
        self.call.reserve(text.len())?;
        self.out.push('"');
        for chunk in text.as_bytes().utf8_chunks() {
            for character in chunk.valid().chars() {
                let short = match character {
                    '"' | '\\' => character,
                    '\n' => 'n',
                    '\r' => 'r',
                    '\t' => 't',
                    '\u{8}' => 'b',
                    '\u{c}' => 'f',
                    '\0'..='\u{1f}' | '\u{2028}' | '\u{2029}' => {
                        self.out.push_str(&format!("\\u{:04x}", u32::from(character)));
                        continue;
                    }
                    '<' | '>' | '&' if self.layout.html => {
                        self.out.push_str(&format!("\\u{:04x}", u32::from(character)));
                        continue;
                    }
                    _ => {
                        self.out.push(character);
                        continue;
                    }
                };
                self.out.push('\\');
                self.out.push(short);
            }
            for _ in chunk.invalid() {
                self.out.push_str("\\ufffd");
            }
        }
        self.out.push('"');
        Ok(())
    }
}
