//! Reads JSON. What is wrong is said in Go's words: charts have them as the value of `Error`.

use crate::render::go::error::{DEEPEST, Error, Result};
use crate::render::go::print::quoted_character;
use crate::render::go::text::Text;
use crate::render::go::value::{Kind, List, Map, Slot, Value};

/// The value of a JSON text: all numbers are `float64`.
///
/// # Errors
/// What is wrong with the text.
pub(in crate::render::go) fn read(text: &Text) -> Result<Value> {
    let mut reader = Reader {
        bytes: text.as_bytes(),
        at: 0,
    };
    let value = reader.value(0)?;
    reader.space();
    match reader.peek() {
        None => Ok(value),
        Some(byte) => Err(invalid(byte, "after top-level value")),
    }
}

/// The value, where it is of a kind or null.
///
/// # Errors
/// What Go says where it is not.
pub(in crate::render::go) fn of_type(value: Value, kind: Kind) -> Result<Value> {
    let found = match &value {
        _ if value.is_nil() || value.kind() == kind => return Ok(value),
        Value::String(_) => "string",
        Value::Bool(_) => "bool",
        Value::List(_) => "array",
        Value::Map(_) => "object",
        _ => "number",
    };
    let wanted = match kind {
        Kind::Map => "map[string]interface {}",
        _ => "[]interface {}",
    };
    Err(Error::new(format!(
        "json: cannot unmarshal {found} into Go value of type {wanted}"
    )))
}

fn invalid(byte: u8, place: &str) -> Error {
    let character = match byte {
        b'\'' => r"'\''".to_owned(),
        b'"' => "'\"'".to_owned(),
        _ => quoted_character(char::from(byte), false),
    };
    Error::new(format!("invalid character {character} {place}"))
}

struct Reader<'t> {
    bytes: &'t [u8],
    at: usize,
}

impl<'t> Reader<'t> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn next(&mut self) -> Result<u8> {
        let byte = self
            .peek()
            .ok_or_else(|| Error::new("unexpected end of JSON input"))?;
        self.at += 1;
        Ok(byte)
    }

    fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\r' | b'\n')) {
            self.at += 1;
        }
    }

    /// The next byte that is no white space.
    fn next_past_space(&mut self) -> Result<u8> {
        self.space();
        self.next()
    }

    fn value(&mut self, depth: usize) -> Result<Value> {
        if depth > DEEPEST {
            return Err(Error::new("exceeded max depth"));
        }
        match self.next_past_space()? {
            b'{' => self.map(depth),
            b'[' => self.list(depth),
            b'"' => Ok(Value::String(self.string()?)),
            b't' => self.literal("true", Value::Bool(true)),
            b'f' => self.literal("false", Value::Bool(false)),
            b'n' => self.literal("null", Value::Nil),
            byte @ (b'-' | b'0'..=b'9') => self.number(byte),
            byte => Err(invalid(byte, "looking for beginning of value")),
        }
    }

    fn map(&mut self, depth: usize) -> Result<Value> {
        let map = Map::new();
        let mut byte = self.next_past_space()?;
        if byte == b'}' {
            return Ok(Value::Map(map));
        }
        loop {
            if byte != b'"' {
                return Err(invalid(byte, "looking for beginning of object key string"));
            }
            let key = self.string()?;
            match self.next_past_space()? {
                b':' => {}
                byte => return Err(invalid(byte, "after object key")),
            }
            map.set(key, self.value(depth + 1)?);
            match self.next_past_space()? {
                b'}' => return Ok(Value::Map(map)),
                b',' => byte = self.next_past_space()?,
                byte => return Err(invalid(byte, "after object key:value pair")),
            }
        }
    }

    fn list(&mut self, depth: usize) -> Result<Value> {
        let mut items = Vec::new();
        self.space();
        if self.peek() == Some(b']') {
            self.at += 1;
            return Ok(Value::List(List::new(items)));
        }
        loop {
            items.push(Slot::from(self.value(depth + 1)?));
            match self.next_past_space()? {
                b']' => return Ok(Value::List(List::new(items))),
                b',' => {}
                byte => return Err(invalid(byte, "after array element")),
            }
        }
    }

    fn literal(&mut self, literal: &str, value: Value) -> Result<Value> {
        for wanted in literal.bytes().skip(1) {
            let byte = self.next()?;
            if byte != wanted {
                let place = format!("in literal {literal} (expecting '{}')", char::from(wanted));
                return Err(invalid(byte, &place));
            }
        }
        Ok(value)
    }

    /// Digits, one at least.
    fn digits(&mut self, place: &str) -> Result<()> {
        match self.next()? {
            b'0'..=b'9' => {}
            byte => return Err(invalid(byte, place)),
        }
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        Ok(())
    }

    fn number(&mut self, first: u8) -> Result<Value> {
        let start = self.at - 1;
        if first == b'-' {
            match self.peek() {
                Some(b'0') => self.at += 1,
                _ => self.digits("in numeric literal")?,
            }
        } else if first != b'0' {
            self.at -= 1;
            self.digits("in numeric literal")?;
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.digits("after decimal point in numeric literal")?;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            self.digits("in exponent of numeric literal")?;
        }
        let written = self.bytes.get(start..self.at).unwrap_or_default();
        let written = String::from_utf8_lossy(written);
        let number = written.parse::<f64>().ok().filter(|number| number.is_finite());
        number.map(Value::Float).ok_or_else(|| {
            Error::new(format!(
                "json: cannot unmarshal number {written} into Go value of type float64"
            ))
        })
    }

    /// A text, whose first quote has been read.
    fn string(&mut self) -> Result<Text> {
        let mut out = Vec::new();
        loop {
            match self.next()? {
                b'"' => break,
                b'\\' => self.escape(&mut out)?,
                byte @ 0..0x20 => return Err(invalid(byte, "in string literal")),
                byte => out.push(byte),
            }
        }
        // What is not UTF-8 becomes U+FFFD, a byte at a time.
        Ok(match String::from_utf8(out) {
            Ok(text) => Text::from(text),
            Err(error) => {
                let mut text = String::new();
                for chunk in error.as_bytes().utf8_chunks() {
                    text.push_str(chunk.valid());
                    text.extend(chunk.invalid().iter().map(|_| '\u{fffd}'));
                }
                Text::from(text)
            }
        })
    }

    fn escape(&mut self, out: &mut Vec<u8>) -> Result<()> {
        out.push(match self.next()? {
            b'b' => 8,
            b'f' => 12,
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            byte @ (b'"' | b'\\' | b'/') => byte,
            b'u' => {
                let first = self.code_unit()?;
                let mut code = first;
                // The second half of a pair, where one follows.
                let after = self.at;
                if (0xd800..0xdc00).contains(&first)
                    && self
                        .bytes
                        .get(after..)
                        .is_some_and(|rest| rest.starts_with(br"\u"))
                {
                    self.at += 2;
                    let second = self.code_unit()?;
                    if (0xdc00..0xe000).contains(&second) {
                        code = 0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00);
                    } else {
                        self.at = after;
                    }
                }
                let character = char::from_u32(code).unwrap_or('\u{fffd}');
                out.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
                return Ok(());
            }
            byte => return Err(invalid(byte, "in string escape code")),
        });
        Ok(())
    }

    fn code_unit(&mut self) -> Result<u32> {
        let mut code = 0;
        for _ in 0..4 {
            let byte = self.next()?;
            let digit = char::from(byte)
                .to_digit(16)
                .ok_or_else(|| invalid(byte, r"in \u hexadecimal character escape"))?;
            code = code * 16 + digit;
        }
        Ok(code)
    }
}
