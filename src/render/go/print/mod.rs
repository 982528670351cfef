//! Go's `fmt`: how values are printed, and what its verbs make of them. What it makes of mistakes is output, too.

mod float;
mod quote;
mod verbs;

use super::error::{DEEPEST, Error, Result};
use super::text::Text;
use super::value::call::Call;
use super::value::{Kind, Value};

pub(super) use float::json as json_float;
pub(super) use quote::{is_printable, quoted, quoted_character};
pub(super) use verbs::format;

/// What `%p` and a pointer inside of something else print: Go has an address there, another one each time.
const ADDRESS: &[u8] = b"0xc000000000";

/// What an action prints of a value.
pub(super) fn shown(value: &Value, call: &mut Call<'_>) -> Result<Vec<u8>> {
    let mut printer = Printer::new(call);
    printer.default(value, 0)?;
    Ok(printer.out)
}

/// `print`: a space between two that are not texts.
pub(super) fn print(values: &[Value], call: &mut Call<'_>) -> Result<Text> {
    let mut printer = Printer::new(call);
    let mut after_text = true;
    for (index, value) in values.iter().enumerate() {
        let is_text = value.kind() == Kind::String;
        if index > 0 && !is_text && !after_text {
            printer.out.push(b' ');
        }
        printer.default(value, 0)?;
        after_text = is_text;
    }
    Ok(Text::from_bytes(printer.out))
}

/// `println`: a space between all, a newline at the end.
pub(super) fn println(values: &[Value], call: &mut Call<'_>) -> Result<Text> {
    let mut printer = Printer::new(call);
    for (index, value) in values.iter().enumerate() {
        if index > 0 {
            printer.out.push(b' ');
        }
        printer.default(value, 0)?;
    }
    printer.out.push(b'\n');
    Ok(Text::from_bytes(printer.out))
}

/// What stands between `%` and the verb.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Flags {
    pub width: Option<usize>,
    pub precision: Option<usize>,
    pub minus: bool,
    pub plus: bool,
    pub sharp: bool,
    pub space: bool,
    pub zero: bool,
    /// `%+v`: names of fields.
    pub plus_v: bool,
    /// `%#v`: as Go writes it.
    pub sharp_v: bool,
}

/// What is being printed.
pub(super) struct Printer<'p, 'c> {
    pub out: Vec<u8>,
    pub flags: Flags,
    call: &'p mut Call<'c>,
}

impl<'p, 'c> Printer<'p, 'c> {
    pub fn new(call: &'p mut Call<'c>) -> Self {
        Printer {
            out: Vec::new(),
            flags: Flags::default(),
            call,
        }
    }

    /// A value as `%v` prints it.
    pub fn default(&mut self, value: &Value, depth: usize) -> Result<()> {
        self.value(value, 'v', depth)
    }

    /// A value as a verb prints it.
    pub fn value(&mut self, value: &Value, verb: char, depth: usize) -> Result<()> {
        if depth > DEEPEST {
            return Err(Error::too_deep());
        }
        match (verb, value) {
            ('T', Value::Nil | Value::Absent) => self.pad(b"<nil>")?,
            ('T', _) => self.string(&Text::from(value.type_name()), 's')?,
            ('p', Value::Map(_) | Value::List(_) | Value::Bytes(_)) => self.pad(ADDRESS)?,
            ('p', Value::Object(object)) if object.kind() != Kind::Struct => self.pad(ADDRESS)?,
            ('p' | 'w', _) => self.bad(value, verb, depth)?,
            (_, Value::Nil | Value::Absent) => match verb {
                'v' => self.pad(b"<nil>")?,
                _ => self.bad(value, verb, depth)?,
            },
            (_, Value::Bool(truth)) => match verb {
                't' | 'v' => self.pad(if *truth { b"true" } else { b"false" })?,
                _ => self.bad(value, verb, depth)?,
            },
            (_, Value::Int(number) | Value::Int64(number)) => {
                self.integer(value, i128::from(*number), verb, depth)?;
            }
            (_, Value::Byte(number)) => self.integer(value, i128::from(*number), verb, depth)?,
            (_, Value::Uint64(number)) => self.integer(value, i128::from(*number), verb, depth)?,
            (_, Value::Float(number)) => self.float(value, *number, verb, depth)?,
            (_, Value::String(text)) => match verb {
                'v' if self.flags.sharp_v => self.string(text, 'q')?,
                'v' | 's' | 'q' | 'x' | 'X' => self.string(text, verb)?,
                _ => self.bad(value, verb, depth)?,
            },
            ('s' | 'q' | 'x' | 'X', Value::Bytes(bytes)) => {
                self.string(bytes, verb)?;
            }
            (_, Value::Bytes(bytes)) => self.items(
                "[]byte",
                &bytes.iter().map(|byte| Value::Byte(*byte)).collect::<Vec<_>>(),
                verb,
                depth,
            )?,
            (_, Value::List(list)) => {
                self.hold(list.len())?;
                for slot in list.slots() {
                    self.call.note(slot);
                }
                if self.flags.sharp_v && list.is_nil {
                    self.out.extend_from_slice(list.of.name().as_bytes());
                    self.out.extend_from_slice(b"(nil)");
                } else {
                    let items: Vec<Value> = list.iter().cloned().collect();
                    self.items(list.of.name(), &items, verb, depth)?;
                }
            }
            (_, Value::Map(map)) => {
                let entries = map.entries();
                self.hold(entries.len())?;
                for (_, slot) in &entries {
                    self.call.note(slot);
                }
                let entries = entries.into_iter().map(|(key, slot)| (key, slot.value)).collect();
                self.map(map.of.name(), entries, verb, depth)?;
            }
            (_, Value::Object(object)) => {
                let string = object.string();
                match string {
                    Some(text) if matches!(verb, 'v' | 's' | 'x' | 'X' | 'q') && !self.flags.sharp_v => {
                        self.string(&text, if verb == 'v' { 's' } else { verb })?;
                    }
                    _ if depth > 0 && object.kind() == Kind::Ptr => self.pad(ADDRESS)?,
                    _ => match object.entries() {
                        None if object.number().is_some() => {
                            let number = object.number().unwrap_or_default();
                            self.integer(value, i128::from(number), verb, depth)?;
                        }
                        Some(entries) => self.map(object.type_name(), entries, verb, depth)?,
                        None => self.structure(object.type_name(), object.fields(), verb, depth)?,
                    },
                }
            }
        }
        Ok(())
    }

    /// Counts the items of a list or map.
    fn hold(&mut self, items: usize) -> Result<()> {
        self.call.spend(items)?;
        self.call.reserve(items.saturating_add(1).saturating_mul(8))
    }

    fn items(&mut self, name: &str, items: &[Value], verb: char, depth: usize) -> Result<()> {
        let sharp = self.flags.sharp_v;
        if sharp {
            self.out.extend_from_slice(name.as_bytes());
        }
        self.out.push(if sharp { b'{' } else { b'[' });
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                self.out.extend_from_slice(if sharp { b", " } else { b" " });
            }
            self.nested(item, verb, depth)?;
        }
        self.out.push(if sharp { b'}' } else { b']' });
        Ok(())
    }

    fn map(&mut self, name: &str, entries: Vec<(Text, Value)>, verb: char, depth: usize) -> Result<()> {
        let sharp = self.flags.sharp_v;
        if sharp {
            self.out.extend_from_slice(name.as_bytes());
            self.out.push(b'{');
        } else {
            self.out.extend_from_slice(b"map[");
        }
        for (index, (key, value)) in entries.into_iter().enumerate() {
            if index > 0 {
                self.out.extend_from_slice(if sharp { b", " } else { b" " });
            }
            self.value(&Value::String(key), verb, depth + 1)?;
            self.out.push(b':');
            self.nested(&value, verb, depth)?;
        }
        self.out.push(if sharp { b'}' } else { b']' });
        Ok(())
    }

    fn structure(
        &mut self,
        name: &str,
        fields: Vec<(&'static str, Value)>,
        verb: char,
        depth: usize,
    ) -> Result<()> {
        if depth == 0 && name.starts_with('*') {
            self.out.push(b'&');
        }
        if self.flags.sharp_v {
            self.out
                .extend_from_slice(name.trim_start_matches('*').as_bytes());
        }
        self.out.push(b'{');
        for (index, (name, value)) in fields.into_iter().enumerate() {
            if index > 0 {
                self.out
                    .extend_from_slice(if self.flags.sharp_v { b", " } else { b" " });
            }
            if self.flags.plus_v || self.flags.sharp_v {
                self.out.extend_from_slice(name.as_bytes());
                self.out.push(b':');
            }
            self.nested(&value, verb, depth)?;
        }
        self.out.push(b'}');
        Ok(())
    }

    /// A value inside another.
    fn nested(&mut self, value: &Value, verb: char, depth: usize) -> Result<()> {
        match value {
            Value::Nil | Value::Absent if self.flags.sharp_v => {
                self.out.extend_from_slice(b"interface {}(nil)");
                Ok(())
            }
            Value::Nil | Value::Absent => {
                self.out.extend_from_slice(b"<nil>");
                Ok(())
            }
            _ => self.value(value, verb, depth + 1),
        }
    }

    /// What Go prints for a verb that a value does not take: `%!d(string=x)`.
    pub fn bad(&mut self, value: &Value, verb: char, depth: usize) -> Result<()> {
        self.out.extend_from_slice(b"%!");
        self.out
            .extend_from_slice(verb.encode_utf8(&mut [0; 4]).as_bytes());
        self.out.push(b'(');
        if value.is_nil() {
            self.out.extend_from_slice(b"<nil>");
        } else {
            self.out.extend_from_slice(value.type_name().as_bytes());
            self.out.push(b'=');
            self.value(value, 'v', depth + 1)?;
        }
        self.out.push(b')');
        Ok(())
    }

    /// Writes bytes, padded with spaces, or with zeros in front where that is asked for.
    pub fn pad(&mut self, bytes: &[u8]) -> Result<()> {
        let width = self.flags.width.unwrap_or(0);
        let characters = String::from_utf8_lossy(bytes).chars().count();
        let padding = width.saturating_sub(characters);
        self.call.reserve(bytes.len().saturating_add(padding))?;
        if self.flags.minus {
            self.out.extend_from_slice(bytes);
            self.out.extend(std::iter::repeat_n(b' ', padding));
        } else {
            let with = if self.flags.zero { b'0' } else { b' ' };
            self.out.extend(std::iter::repeat_n(with, padding));
            self.out.extend_from_slice(bytes);
        }
        Ok(())
    }

    /// A text as `%s`, `%q`, `%x` or `%X` prints it.
    pub fn string(&mut self, text: &Text, verb: char) -> Result<()> {
        let cut = |text: &Text| match self.flags.precision {
            Some(precision) => Text::from(first_characters(text.as_bytes(), precision)),
            None => text.clone(),
        };
        match verb {
            'q' => {
                let text = cut(text);
                let raw = self.flags.sharp && quote::may_be_raw(&text);
                let written = if raw {
                    [b"`".as_slice(), text.as_bytes(), b"`"].concat()
                } else {
                    quoted(&text, self.flags.plus).into_bytes()
                };
                self.pad(&written)
            }
            'x' | 'X' => {
                let length = self.flags.precision.unwrap_or(usize::MAX).min(text.len());
                let mut written = String::new();
                for (index, byte) in text.as_bytes().iter().take(length).enumerate() {
                    let prefix = match (self.flags.sharp, self.flags.space, index) {
                        (true, true, _) | (true, false, 0) => {
                            if verb == 'x' {
                                "0x"
                            } else {
                                "0X"
                            }
                        }
                        _ => "",
                    };
                    if self.flags.space && index > 0 {
                        written.push(' ');
                    }
                    written.push_str(prefix);
                    written.push_str(&if verb == 'x' {
                        format!("{byte:02x}")
                    } else {
                        format!("{byte:02X}")
                    });
                }
                self.pad(written.as_bytes())
            }
            _ => {
                let text = cut(text);
                self.pad(text.as_bytes())
            }
        }
    }
}

/// The first characters of a text, of which each byte that is not UTF-8 is one.
fn first_characters(bytes: &[u8], count: usize) -> &[u8] {
    let mut end = 0;
    let mut left = count;
    for chunk in bytes.utf8_chunks() {
        let lengths = chunk.valid().chars().map(char::len_utf8);
        for length in lengths.chain(chunk.invalid().iter().map(|_| 1)) {
            if left == 0 {
                return bytes.get(..end).unwrap_or_default();
            }
            end += length;
            left -= 1;
        }
    }
    bytes
}
