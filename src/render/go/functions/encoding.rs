//! Base64 and base32, and sums of bytes.

use sha1::Sha1;
use sha2::{Digest, Sha256, Sha512};

use super::{Arguments, Call, Function, Type};
use crate::render::go::error::Result;
use crate::render::go::value::Value;

/// What this family holds.
pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("b64enc", &[Type::String], b64enc),
    Function::new("b64dec", &[Type::String], b64dec),
    Function::new("b32enc", &[Type::String], b32enc),
    Function::new("b32dec", &[Type::String], b32dec),
    Function::new("sha1sum", &[Type::String], sha1sum),
    Function::new("sha256sum", &[Type::String], sha256sum),
    Function::new("sha512sum", &[Type::String], sha512sum),
    Function::new("adler32sum", &[Type::String], adler32sum),
];

/// An alphabet whose letters stand for some bits each, in groups of whole bytes.
struct Base {
    name: &'static str,
    alphabet: &'static [u8],
    /// What each byte stands for; [`NOTHING`] for one that is not in the alphabet.
    values: [u8; 256],
    /// Bits of a letter.
    bits: u32,
    /// Letters of a group.
    letters: usize,
}

const NOTHING: u8 = u8::MAX;

const LETTERS_64: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const LETTERS_32: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

static BASE64: Base = Base {
    name: "base64",
    alphabet: LETTERS_64,
    values: values(LETTERS_64),
    bits: 6,
    letters: 4,
};

static BASE32: Base = Base {
    name: "base32",
    alphabet: LETTERS_32,
    values: values(LETTERS_32),
    bits: 5,
    letters: 8,
};

const fn values(alphabet: &[u8]) -> [u8; 256] {
    let mut values = [NOTHING; 256];
    let mut index = 0_u8;
    while (index as usize) < alphabet.len() {
        values[alphabet[index as usize] as usize] = index;
        index += 1;
    }
    values
}

impl Base {
    fn encode(&self, bytes: &[u8]) -> String {
        let group = self.letters * self.bits as usize / 8;
        let mask = (1_u64 << self.bits) - 1;
        let mut out = String::with_capacity(bytes.len().div_ceil(group) * self.letters);
        for chunk in bytes.chunks(group) {
            let number = (0..group).fold(0_u64, |number, index| {
                number << 8 | u64::from(chunk.get(index).copied().unwrap_or(0))
            });
            let used = (chunk.len() * 8).div_ceil(self.bits as usize);
            for index in 0..self.letters {
                let shift = self.bits * u32::try_from(self.letters - 1 - index).unwrap_or(0);
                let letter = usize::try_from(number >> shift & mask).ok();
                match letter.and_then(|letter| self.alphabet.get(letter)) {
                    Some(letter) if index < used => out.push(char::from(*letter)),
                    _ => out.push('='),
                }
            }
        }
        out
    }

    fn value_of(&self, letter: u8) -> Option<u64> {
        let value = self.values.get(usize::from(letter)).copied()?;
        (value != NOTHING).then_some(u64::from(value))
    }

    /// The last bytes of a group that has only so many letters.
    fn decode_rest(&self, number: u64, letters: usize, out: &mut Vec<u8>) {
        let bits = self.bits as usize * letters;
        let whole = number << (64 - bits);
        out.extend_from_slice(whole.to_be_bytes().get(..bits / 8).unwrap_or_default());
    }
}

/// The bytes of base64 text. Line breaks are skipped.
///
/// # Errors
/// The place of the byte that Go finds fault with.
pub(super) fn decode_base64(text: &[u8]) -> std::result::Result<Vec<u8>, usize> {
    let mut out = Vec::with_capacity(text.len() / 4 * 3 + 3);
    let mut bytes = text
        .iter()
        .copied()
        .enumerate()
        .filter(|(_, byte)| !matches!(byte, b'\r' | b'\n'));
    loop {
        let mut number = 0;
        for count in 0..4 {
            match bytes.next() {
                None if count == 0 => return Ok(out),
                None => return Err(text.len() - count),
                Some((place, b'=')) => {
                    if count < 2 {
                        return Err(place);
                    }
                    if count == 2 {
                        match bytes.next() {
                            Some((_, b'=')) => {}
                            Some((place, _)) => return Err(place - 1),
                            None => return Err(text.len()),
                        }
                    }
                    if let Some((place, _)) = bytes.next() {
                        return Err(place);
                    }
                    BASE64.decode_rest(number, count, &mut out);
                    return Ok(out);
                }
                Some((place, byte)) => number = number << 6 | BASE64.value_of(byte).ok_or(place)?,
            }
        }
        BASE64.decode_rest(number, 4, &mut out);
    }
}

/// The bytes of base32 text. Line breaks do not count; what follows the padding is not looked at.
///
/// # Errors
/// The place of the byte that Go finds fault with, counted without line breaks.
fn decode_base32(text: &[u8]) -> std::result::Result<Vec<u8>, usize> {
    let text = text
        .iter()
        .copied()
        .filter(|byte| !matches!(byte, b'\r' | b'\n'))
        .collect::<Vec<_>>();
    let mut out = Vec::with_capacity(text.len() / 8 * 5 + 5);
    for (index, group) in text.chunks(8).enumerate() {
        let start = index * 8;
        let mut number = 0;
        for (count, byte) in group.iter().enumerate() {
            let place = start + count;
            let after = text.len() - place - 1;
            if *byte == b'=' && count >= 2 && after < 8 {
                if after + count < 7 {
                    return Err(text.len());
                }
                if let Some(wrong) = group.iter().skip(count).position(|byte| *byte != b'=') {
                    return Err(place + wrong - 1);
                }
                if matches!(count, 3 | 6) {
                    return Err(place);
                }
                BASE32.decode_rest(number, count, &mut out);
                return Ok(out);
            }
            number = number << 5 | BASE32.value_of(*byte).ok_or(place)?;
        }
        if group.len() < 8 {
            return Err(start);
        }
        BASE32.decode_rest(number, 8, &mut out);
    }
    Ok(out)
}

/// The bytes, or what is wrong in Helm's words: it is a result, not an error.
fn decoded(
    call: &mut Call<'_>,
    text: &[u8],
    base: &Base,
    decode: fn(&[u8]) -> std::result::Result<Vec<u8>, usize>,
) -> Result<Value> {
    call.spend(text.len() / 16)?;
    Ok(match decode(text) {
        Ok(bytes) => Value::text(bytes),
        Err(place) => Value::from(format!("illegal {} data at input byte {place}", base.name)),
    })
}

fn b64enc(call: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    let text = arguments.text(0);
    call.reserve(text.len().saturating_mul(4) / 3)?;
    Ok(Value::from(BASE64.encode(&text)))
}

fn b64dec(call: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    decoded(call, &arguments.text(0), &BASE64, decode_base64)
}

fn b32enc(call: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    let text = arguments.text(0);
    call.reserve(text.len().saturating_mul(8) / 5)?;
    Ok(Value::from(BASE32.encode(&text)))
}

fn b32dec(call: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    decoded(call, &arguments.text(0), &BASE32, decode_base32)
}

/// Bytes as base64.
pub(super) fn encode_base64(bytes: &[u8]) -> String {
    BASE64.encode(bytes)
}

/// Bytes as lower case hexadecimal digits.
pub(super) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut out, byte| {
            let _ = write!(out, "{byte:02x}");
            out
        })
}

fn sum<D: Digest>(call: &mut Call<'_>, arguments: &Arguments) -> Result<Value> {
    let text = arguments.text(0);
    call.spend(text.len() / 16)?;
    Ok(Value::from(hex(&D::digest(text.as_bytes()))))
}

fn sha1sum(call: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    sum::<Sha1>(call, &arguments)
}

fn sha256sum(call: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    sum::<Sha256>(call, &arguments)
}

fn sha512sum(call: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    sum::<Sha512>(call, &arguments)
}

/// The sum in decimal digits.
fn adler32sum(call: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    const PRIME: u32 = 65521;
    let text = arguments.text(0);
    call.spend(text.len() / 16)?;
    let (mut low, mut high) = (1_u32, 0_u32);
    // So many bytes cannot overflow.
    for chunk in text.chunks(5552) {
        for byte in chunk {
            low += u32::from(*byte);
            high += low;
        }
        low %= PRIME;
        high %= PRIME;
    }
    Ok(Value::from((high << 16 | low).to_string()))
}

#[cfg(test)]
mod tests {
    use crate::render::go::functions::tests::call;
    use crate::render::go::value::Value;

    fn check(name: &str, given: &str, expected: &str) {
        let found = call(name, [Value::from(given)]).unwrap();
        assert_eq!(found.as_text().unwrap().lossy(), expected, "{name} of {given:?}");
    }

    #[test]
    fn encodes() {
        for (plain, base64, base32) in [
            ("", "", ""),
            ("f", "Zg==", "MY======"),
            ("fo", "Zm8=", "MZXQ===="),
            ("foo", "Zm9v", "MZXW6==="),
            ("foob", "Zm9vYg==", "MZXW6YQ="),
            ("fooba", "Zm9vYmE=", "MZXW6YTB"),
        ] {
            check("b64enc", plain, base64);
            check("b64dec", base64, plain);
            check("b32enc", plain, base32);
            check("b32dec", base32, plain);
        }
    }

    #[test]
    fn names_the_wrong_byte_as_go_does() {
        for (given, place) in [
            ("a", 0),
            ("YQ", 0),
            ("Y!Q=", 1),
            ("YQ=", 3),
            ("YQ==x", 4),
            ("====", 0),
            ("YWJj=", 4),
            ("YQ=a", 2),
            ("YQ== ", 4),
            ("YWJjY", 4),
        ] {
            check(
                "b64dec",
                given,
                &format!("illegal base64 data at input byte {place}"),
            );
        }
        for (given, place) in [
            ("a", 0),
            ("ME", 0),
            ("M=", 1),
            ("ME=====", 7),
            ("ME====A=", 5),
            ("M=======", 1),
            ("MFR=====", 3),
            ("MFRGGZ==", 6),
            ("MFRGGZDFM", 8),
        ] {
            check(
                "b32dec",
                given,
                &format!("illegal base32 data at input byte {place}"),
            );
        }
        check("b64dec", "Y\nQ=\r=\n", "a");
        check("b64dec", "YR==", "a");
        check("b32dec", "ME======x", "a");
    }

    #[test]
    fn sums() {
        check("adler32sum", "hello", "103547413");
        check("sha1sum", "", "da39a3ee5e6b4b0d3255bfef95601890afd80709");
    }
}
