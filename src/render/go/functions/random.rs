//! Chance: texts, numbers and identifiers. The host says where random bytes come from.

use super::encoding::encode_base64;
use super::{Arguments, Call, Function, Type};
use crate::render::go::error::{Error, Result};
use crate::render::go::value::Value;

/// What this family holds.
pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("randAlphaNum", &[Type::Int], rand_alpha_num),
    Function::new("randAlpha", &[Type::Int], rand_alpha),
    Function::new("randNumeric", &[Type::Int], rand_numeric),
    Function::new("randAscii", &[Type::Int], rand_ascii),
    Function::new("randBytes", &[Type::Int], rand_bytes),
    Function::new("randInt", &[Type::Int, Type::Int], rand_int),
    Function::new("shuffle", &[Type::String], shuffle),
    Function::new("uuidv4", &[], uuid_v4),
];

/// Numbers below bounds, each as likely as another.
struct Chance {
    bytes: [u8; 256],
    used: usize,
}

impl Chance {
    fn new() -> Self {
        Chance {
            bytes: [0; 256],
            used: 256,
        }
    }

    fn number(&mut self, call: &mut Call<'_>) -> Result<u64> {
        if self.used >= self.bytes.len() {
            call.spend(8)?;
            call.host.random(&mut self.bytes)?;
            self.used = 0;
        }
        let next = self.bytes.iter().skip(self.used).take(8);
        self.used += 8;
        Ok(next.fold(0, |number, byte| number << 8 | u64::from(*byte)))
    }

    /// A number below a bound that is not 0.
    fn below(&mut self, call: &mut Call<'_>, bound: u64) -> Result<u64> {
        // The last numbers, which would make some results likelier, are drawn again.
        let fair = u64::MAX - u64::MAX % bound;
        loop {
            let number = self.number(call)?;
            if number < fair {
                return Ok(number % bound);
            }
        }
    }
}

/// A text of letters of an alphabet; empty where the number is negative.
fn text_of(call: &mut Call<'_>, arguments: &Arguments, alphabet: &[u8]) -> Result<Value> {
    let count = usize::try_from(arguments.int(0)).unwrap_or(0);
    call.reserve(count)?;
    call.spend(count / 4)?;
    let bound = u64::try_from(alphabet.len()).unwrap_or(1).max(1);
    let mut chance = Chance::new();
    let mut out = Vec::with_capacity(count);
    for _ in 0..count {
        let index = usize::try_from(chance.below(call, bound)?).unwrap_or(0);
        out.extend(alphabet.get(index));
    }
    Ok(Value::text(out))
}

fn rand_alpha_num(call: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    text_of(call, &arguments, alphabet)
}

fn rand_alpha(call: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    text_of(call, &arguments, alphabet)
}

fn rand_numeric(call: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    text_of(call, &arguments, b"0123456789")
}

/// The printable characters of ASCII.
fn rand_ascii(call: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    let alphabet = (b' '..=b'~').collect::<Vec<_>>();
    text_of(call, &arguments, &alphabet)
}

/// So many bytes, as base64.
fn rand_bytes(call: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    let count = arguments.int(0);
    let count =
        usize::try_from(count).map_err(|_| Error::new(format!("the number {count} of bytes is negative")))?;
    call.reserve(count.saturating_mul(3))?;
    call.spend(count / 16)?;
    let mut bytes = vec![0; count];
    call.host.random(&mut bytes)?;
    Ok(Value::from(encode_base64(&bytes)))
}

/// A number from the first on, below the second.
fn rand_int(call: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    let (min, max) = (arguments.int(0), arguments.int(1));
    let distance = max
        .checked_sub(min)
        .and_then(|distance| u64::try_from(distance).ok())
        .filter(|distance| *distance > 0)
        .ok_or_else(|| Error::new(format!("there is no number from {min} on below {max}")))?;
    let offset = Chance::new().below(call, distance)?;
    Ok(Value::Int(min.wrapping_add_unsigned(offset)))
}

/// The letters in any order.
fn shuffle(call: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    let text = arguments.str(0);
    call.reserve(text.len().saturating_mul(4))?;
    let mut letters = text.chars().collect::<Vec<_>>();
    call.spend(letters.len())?;
    let mut chance = Chance::new();
    for index in (1..letters.len()).rev() {
        let bound = u64::try_from(index + 1).unwrap_or(1);
        let other = usize::try_from(chance.below(call, bound)?).unwrap_or(0);
        letters.swap(index, other);
    }
    Ok(Value::from(letters.into_iter().collect::<String>()))
}

fn uuid_v4(call: &mut Call<'_>, _: Arguments) -> Result<Value> {
    let mut bytes = [0; 16];
    call.host.random(&mut bytes)?;
    let version = u128::from_be_bytes(bytes) & !(0xf << 76 | 0x3 << 62) | 0x4 << 76 | 0x2 << 62;
    let digits = format!("{version:032x}");
    let parts = [0..8, 8..12, 12..16, 16..20, 20..32].map(|range| digits.get(range).unwrap_or_default());
    Ok(Value::from(parts.join("-")))
}

#[cfg(test)]
mod tests {
    use crate::render::go::functions::tests::{call, text};
    use crate::render::go::value::Value;

    #[test]
    fn makes_texts_of_alphabets() {
        let digits = text("randNumeric", [Value::Int(300)]);
        assert!(digits.len() == 300 && digits.bytes().all(|byte| byte.is_ascii_digit()));
        assert_eq!(text("randAlphaNum", [Value::Int(-1)]), "");
        assert_eq!(text("randBytes", [Value::Int(3)]).len(), 4);
        assert!(call("randBytes", [Value::Int(-1)]).is_err());
        assert!(call("randAscii", [Value::Int(i64::MAX)]).unwrap_err().is_limit());
    }

    #[test]
    fn shuffles_letters() {
        let mut letters = text("shuffle", [Value::from("añb✓")]).chars().collect::<Vec<_>>();
        letters.sort_unstable();
        assert_eq!(letters, ['a', 'b', 'ñ', '✓']);
    }

    #[test]
    fn draws_numbers_in_ranges() {
        assert!(matches!(
            call("randInt", [Value::Int(-5), Value::Int(-4)]),
            Ok(Value::Int(-5))
        ));
        assert!(call("randInt", [Value::Int(5), Value::Int(5)]).is_err());
        assert!(call("randInt", [Value::Int(5), Value::Int(1)]).is_err());
    }

    #[test]
    fn identifiers_name_their_version() {
        let uuid = text("uuidv4", []);
        let parts = uuid.split('-').map(str::len).collect::<Vec<_>>();
        assert_eq!(parts, [8, 4, 4, 4, 12]);
        assert_eq!(uuid.as_bytes()[14], b'4');
        assert!(b"89ab".contains(&uuid.as_bytes()[19]));
    }
}
