//! Go's `Sprintf`.

use super::float;
use super::quote::quoted_character;
use super::{Flags, Printer};
use crate::render::go::error::Result;
use crate::render::go::text::Text;
use crate::render::go::value::Value;
use crate::render::go::value::call::Call;

/// The largest width and precision that Go takes.
const LARGEST: i64 = 1_000_000;

/// `printf`.
pub(in crate::render::go) fn format(format: &Text, values: &[Value], call: &mut Call<'_>) -> Result<Text> {
    let mut formatter = Formatter {
        format: format.as_bytes(),
        at: 0,
        values,
        next: 0,
        good: true,
        reordered: false,
        printer: Printer::new(call),
    };
    formatter.run()?;
    Ok(Text::from_bytes(formatter.printer.out))
}

struct Formatter<'f, 'p, 'c> {
    format: &'f [u8],
    at: usize,
    values: &'f [Value],
    /// The next value.
    next: usize,
    /// Whether the position of the value in brackets was one.
    good: bool,
    /// Whether there was a position in brackets.
    reordered: bool,
    printer: Printer<'p, 'c>,
}

impl Formatter<'_, '_, '_> {
    fn byte(&self) -> Option<u8> {
        self.format.get(self.at).copied()
    }

    fn run(&mut self) -> Result<()> {
        loop {
            let rest = self.format.get(self.at..).unwrap_or_default();
            let plain = rest.iter().position(|byte| *byte == b'%').unwrap_or(rest.len());
            self.printer
                .out
                .extend_from_slice(rest.get(..plain).unwrap_or_default());
            self.at += plain;
            if self.byte().is_none() {
                break;
            }
            self.at += 1;
            self.verb()?;
        }
        if !self.reordered && self.next < self.values.len() {
            self.extra()?;
        }
        Ok(())
    }

    /// What no verb has taken.
    fn extra(&mut self) -> Result<()> {
        self.printer.flags = Flags::default();
        self.printer.out.extend_from_slice(b"%!(EXTRA ");
        for (index, value) in self.values.iter().skip(self.next).enumerate() {
            if index > 0 {
                self.printer.out.extend_from_slice(b", ");
            }
            if value.is_nil() {
                self.printer.out.extend_from_slice(b"<nil>");
            } else {
                self.printer.out.extend_from_slice(value.type_name().as_bytes());
                self.printer.out.push(b'=');
                self.printer.value(value, 'v', 0)?;
            }
        }
        self.printer.out.push(b')');
        Ok(())
    }

    /// What follows `%`.
    fn verb(&mut self) -> Result<()> {
        self.good = true;
        let mut flags = Flags::default();
        while let Some(byte) = self.byte() {
            match byte {
                b'#' => flags.sharp = true,
                b'0' => flags.zero = true,
                b'+' => flags.plus = true,
                b'-' => flags.minus = true,
                b' ' => flags.space = true,
                _ => break,
            }
            self.at += 1;
        }
        let mut after_position = self.position();
        if self.byte() == Some(b'*') {
            self.at += 1;
            match self.integer_argument() {
                Some(width) => {
                    flags.minus |= width < 0;
                    flags.width = usize::try_from(width.unsigned_abs()).ok();
                }
                None => self.printer.out.extend_from_slice(b"%!(BADWIDTH)"),
            }
            after_position = false;
        } else {
            flags.width = self.number();
            if after_position && flags.width.is_some() {
                self.good = false;
            }
        }
        if self.byte() == Some(b'.') {
            self.at += 1;
            if after_position {
                self.good = false;
            }
            after_position = self.position();
            if self.byte() == Some(b'*') {
                self.at += 1;
                flags.precision = self
                    .integer_argument()
                    .and_then(|precision| usize::try_from(precision).ok());
                if flags.precision.is_none() {
                    self.printer.out.extend_from_slice(b"%!(BADPREC)");
                }
                after_position = false;
            } else {
                flags.precision = Some(self.number().unwrap_or(0));
            }
        }
        if !after_position {
            self.position();
        }
        let rest = self.format.get(self.at..).unwrap_or_default();
        let Some(verb) = first_character(rest) else {
            self.printer.out.extend_from_slice(b"%!(NOVERB)");
            return Ok(());
        };
        self.at += verb.len_utf8().min(rest.len());
        if flags.minus {
            flags.zero = false;
        }
        let problem = match self.values.get(self.next) {
            _ if verb == '%' => {
                self.printer.out.push(b'%');
                return Ok(());
            }
            _ if !self.good => "BADINDEX",
            None => "MISSING",
            Some(value) => {
                if matches!(verb, 'v' | 'w') {
                    flags.sharp_v = std::mem::take(&mut flags.sharp);
                    flags.plus_v = std::mem::take(&mut flags.plus);
                }
                self.printer.flags = flags;
                self.next += 1;
                return self.printer.value(value, verb, 0);
            }
        };
        self.printer
            .out
            .extend_from_slice(format!("%!{verb}({problem})").as_bytes());
        Ok(())
    }

    /// `[3]`: which value comes next. Gives whether there was one.
    fn position(&mut self) -> bool {
        if self.byte() != Some(b'[') {
            return false;
        }
        self.reordered = true;
        let rest = self.format.get(self.at + 1..).unwrap_or_default();
        let Some(end) = rest
            .iter()
            .position(|byte| *byte == b']')
            .filter(|_| rest.len() >= 2)
        else {
            self.good = false;
            self.at += 1;
            return false;
        };
        let inside = rest.get(..end).unwrap_or_default();
        self.at += end + 2;
        let number = std::str::from_utf8(inside)
            .ok()
            .filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()))
            .and_then(|text| text.parse::<usize>().ok())
            .filter(|number| i64::try_from(*number).is_ok_and(|number| number <= LARGEST));
        match number {
            Some(number) if (1..=self.values.len()).contains(&number) => {
                self.next = number - 1;
                true
            }
            found => {
                self.good = false;
                found.is_some()
            }
        }
    }

    fn number(&mut self) -> Option<usize> {
        let mut number = None;
        while let Some(byte) = self.byte().filter(u8::is_ascii_digit) {
            let next = number.unwrap_or(0) * 10 + usize::from(byte - b'0');
            if i64::try_from(next).is_ok_and(|next| next > LARGEST) {
                // Go gives the rest of the format up.
                self.at = self.format.len();
                return None;
            }
            number = Some(next);
            self.at += 1;
        }
        number
    }

    /// A width or precision that is a value.
    fn integer_argument(&mut self) -> Option<i64> {
        let number = match self.values.get(self.next)? {
            Value::Int(number) | Value::Int64(number) => Some(*number),
            Value::Byte(number) => Some(i64::from(*number)),
            Value::Uint64(number) => i64::try_from(*number).ok(),
            _ => None,
        };
        self.next += 1;
        number.filter(|number| (-LARGEST..=LARGEST).contains(number))
    }
}

fn first_character(bytes: &[u8]) -> Option<char> {
    let chunk = bytes
        .get(..bytes.len().min(4))
        .unwrap_or_default()
        .utf8_chunks()
        .next()?;
    Some(chunk.valid().chars().next().unwrap_or('\u{fffd}'))
}

impl Printer<'_, '_> {
    /// A whole number.
    pub(super) fn integer(&mut self, value: &Value, number: i128, verb: char, depth: usize) -> Result<()> {
        let is_unsigned = matches!(value, Value::Byte(_) | Value::Uint64(_));
        match verb {
            'v' if self.flags.sharp_v && is_unsigned => {
                let sharp = std::mem::replace(&mut self.flags.sharp, true);
                self.digits(number, 'x')?;
                self.flags.sharp = sharp;
            }
            'v' | 'd' | 'b' | 'o' | 'O' | 'x' | 'X' => self.digits(number, verb)?,
            'c' => {
                let mut buffer = [0; 4];
                let written = character(number).encode_utf8(&mut buffer).to_owned();
                self.pad(written.as_bytes())?;
            }
            'q' => {
                let written = quoted_character(character(number), self.flags.plus);
                self.pad(written.as_bytes())?;
            }
            'U' => {
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "Go prints the bits of a negative number"
                )]
                let code = number as u64;
                let digits = self.flags.precision.unwrap_or(4).max(4);
                let mut written = format!("U+{code:0digits$X}");
                if self.flags.sharp && !character(number).is_control() {
                    written.push_str(&format!(" '{}'", character(number)));
                }
                let zero = std::mem::take(&mut self.flags.zero);
                self.pad(written.as_bytes())?;
                self.flags.zero = zero;
            }
            _ => self.bad(value, verb, depth)?,
        }
        Ok(())
    }

    fn digits(&mut self, number: i128, verb: char) -> Result<()> {
        let magnitude = number.unsigned_abs();
        let flags = self.flags;
        let has_sign = number < 0 || flags.plus || flags.space;
        let least = match (flags.precision, flags.width) {
            (Some(0), _) if magnitude == 0 => {
                let zero = std::mem::take(&mut self.flags.zero);
                let padded = self.pad(b"");
                self.flags.zero = zero;
                return padded;
            }
            (Some(precision), _) => precision,
            (None, Some(width)) if flags.zero => width.saturating_sub(usize::from(has_sign)),
            _ => 0,
        };
        let digits = match verb {
            'b' => format!("{magnitude:b}"),
            'o' | 'O' => format!("{magnitude:o}"),
            'x' => format!("{magnitude:x}"),
            'X' => format!("{magnitude:X}"),
            _ => magnitude.to_string(),
        };
        let digits = format!("{digits:0>least$}");
        let prefix = match verb {
            'O' if flags.sharp && !digits.starts_with('0') => "0o0",
            'O' => "0o",
            'b' if flags.sharp => "0b",
            'o' if flags.sharp && !digits.starts_with('0') => "0",
            'x' if flags.sharp => "0x",
            'X' if flags.sharp => "0X",
            _ => "",
        };
        let sign = match number {
            ..0 => "-",
            _ if flags.plus => "+",
            _ if flags.space => " ",
            _ => "",
        };
        self.flags.zero = false;
        let padded = self.pad(format!("{sign}{prefix}{digits}").as_bytes());
        self.flags.zero = flags.zero;
        padded
    }

    /// A number with a fraction.
    pub(super) fn float(&mut self, value: &Value, number: f64, verb: char, depth: usize) -> Result<()> {
        let precision = self.flags.precision;
        let written = match verb {
            _ if float::special(number).is_some()
                && matches!(verb, 'v' | 'g' | 'G' | 'e' | 'E' | 'f' | 'F' | 'x' | 'X' | 'b') =>
            {
                float::special(number).unwrap_or_default().to_owned()
            }
            'v' | 'g' | 'G' => float::general(number, precision, verb),
            'e' | 'E' => float::scientific(number, precision.or(Some(6)), verb),
            'f' | 'F' => float::positional(number, precision.or(Some(6))),
            'x' | 'X' => float::hexadecimal(number, precision, verb == 'X'),
            'b' => float::binary(number),
            _ => return self.bad(value, verb, depth),
        };
        let (sign, mut unsigned) = match written.strip_prefix(['-', '+']) {
            Some(rest) if written.starts_with('-') => ('-', rest.to_owned()),
            Some(rest) => ('+', rest.to_owned()),
            None => ('+', written),
        };
        let flags = self.flags;
        if !number.is_finite() {
            self.flags.zero = false;
            let sign = match sign {
                _ if number.is_nan() && !flags.plus && !flags.space => String::new(),
                '+' if flags.space && !flags.plus => " ".to_owned(),
                sign => sign.to_string(),
            };
            self.pad(format!("{sign}{unsigned}").as_bytes())?;
            self.flags.zero = flags.zero;
            return Ok(());
        }
        if flags.sharp && verb != 'b' {
            unsigned = with_point(&unsigned, verb, precision);
        }
        let sign = match sign {
            '-' => "-",
            _ if flags.plus => "+",
            _ if flags.space => " ",
            _ => "",
        };
        let width = flags.width.unwrap_or(0);
        let length = sign.len() + unsigned.len();
        if flags.zero && !sign.is_empty() && width > length {
            let zeros = "0".repeat(width - length);
            self.out
                .extend_from_slice(format!("{sign}{zeros}{unsigned}").as_bytes());
        } else {
            self.pad(format!("{sign}{unsigned}").as_bytes())?;
        }
        Ok(())
    }
}

/// `#`: always a point, and all the digits of `%g`.
fn with_point(unsigned: &str, verb: char, precision: Option<usize>) -> String {
    let is_hexadecimal = matches!(verb, 'x' | 'X');
    let exponent_mark = if is_hexadecimal { ['p', 'P'] } else { ['e', 'E'] };
    let end = unsigned.find(exponent_mark).unwrap_or(unsigned.len());
    let (mantissa, exponent) = unsigned.split_at(end);
    let mut mantissa = mantissa.to_owned();
    if !mantissa.contains('.') {
        mantissa.push('.');
    }
    if matches!(verb, 'v' | 'g' | 'G' | 'x') {
        let wanted = precision.unwrap_or(6);
        let bare: String = mantissa.chars().filter(|digit| *digit != '.').collect();
        // Go takes the `x` of a hexadecimal number for a digit.
        let digits = match bare.trim_start_matches('0').len() {
            0 => 1,
            digits => digits,
        };
        mantissa.extend(std::iter::repeat_n('0', wanted.saturating_sub(digits)));
    }
    mantissa + exponent
}

fn character(number: i128) -> char {
    u32::try_from(number)
        .ok()
        .and_then(char::from_u32)
        .unwrap_or('\u{fffd}')
}
