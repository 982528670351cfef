//! Amounts as Kubernetes writes them: `1Gi`, `500m`, `1e3`, `0.5`.

use crate::yaml::{Node, Value};

/// An amount. Two that are written otherwise and mean the same are equal: `1Gi` and `1024Mi`.
///
/// The grammar is that of `k8s.io/apimachinery/pkg/api/resource`: a number, then a binary suffix (`Ki` to `Ei`), a decimal one (`n`, `u`, `m`, `k`, `M`
/// to `E`) or an exponent. What is finer than a billionth is rounded up, and what is too large is the largest, as there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Quantity {
    nanos: i128,
}

const BILLION: i128 = 1_000_000_000;
const LARGEST: i128 = (1 << 63) - 1;

impl Quantity {
    /// Nothing.
    pub const ZERO: Quantity = Quantity { nanos: 0 };

    /// Reads an amount; `None` for other texts.
    pub fn parse(text: &str) -> Option<Quantity> {
        let (is_negative, rest) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let digits_end = rest
            .find(|c: char| !c.is_ascii_digit() && c != '.')
            .unwrap_or(rest.len());
        let (number, suffix) = rest.split_at(digits_end);
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        let is_empty = whole.is_empty() && fraction.is_empty();
        if is_empty || fraction.contains('.') {
            return None;
        }
        let (twos, tens) = exponents(suffix)?;
        let nanos = scaled(whole, fraction, twos, tens + 9)?;
        let nanos = nanos.min(LARGEST * BILLION);
        Some(Quantity {
            nanos: if is_negative { -nanos } else { nanos },
        })
    }

    /// The amount of a value, which may be a number, too.
    pub fn of(node: &Node) -> Option<Quantity> {
        match &node.value {
            // Blanks around it do not count when an object is read.
            Value::String(text) => Quantity::parse(text.trim()),
            Value::Int(number) => Some(Quantity {
                nanos: (*number).clamp(-LARGEST, LARGEST) * BILLION,
            }),
            Value::Float(number) => Quantity::parse(&number.to_string()),
            _ => None,
        }
    }

    /// Whether it has no fraction.
    pub fn is_whole(self) -> bool {
        self.nanos % BILLION == 0
    }

    /// Whether it has nothing finer than a thousandth.
    pub fn is_whole_milli(self) -> bool {
        self.nanos % (BILLION / 1000) == 0
    }

    /// Whether it is below nothing.
    pub fn is_negative(self) -> bool {
        self.nanos < 0
    }
}

/// What a suffix multiplies by: 2 and 10 to these powers.
fn exponents(suffix: &str) -> Option<(u32, i32)> {
    Some(match suffix {
        "" => (0, 0),
        "n" => (0, -9),
        "u" => (0, -6),
        "m" => (0, -3),
        "k" => (0, 3),
        "M" => (0, 6),
        "G" => (0, 9),
        "T" => (0, 12),
        "P" => (0, 15),
        "E" => (0, 18),
        "Ki" => (10, 0),
        "Mi" => (20, 0),
        "Gi" => (30, 0),
        "Ti" => (40, 0),
        "Pi" => (50, 0),
        "Ei" => (60, 0),
        _ => {
            let exponent = suffix.strip_prefix(['e', 'E'])?;
            let digits = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
            if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
                return None;
            }
            // Beyond these nothing changes any more.
            (0, exponent.parse::<i32>().ok()?.clamp(-64, 64))
        }
    })
}

/// `whole.fraction` times 2 and 10 to the powers, rounded up; the largest where it is too large.
fn scaled(whole: &str, fraction: &str, twos: u32, tens: i32) -> Option<i128> {
    const MOST_DIGITS: usize = 1000;
    if whole.len() + fraction.len() > MOST_DIGITS {
        return None;
    }
    let digits = format!("{whole}{fraction}");
    let number = num_bigint::BigUint::parse_bytes(digits.as_bytes(), 10).unwrap_or_default() << twos;
    let tens = i64::from(tens) - i64::try_from(fraction.len()).ok()?;
    let power = num_bigint::BigUint::from(10_u8).pow(u32::try_from(tens.unsigned_abs()).ok()?);
    let scaled = if tens >= 0 {
        number * power
    } else {
        (number + &power - 1_u8) / power
    };
    Some(i128::try_from(scaled).unwrap_or(LARGEST * BILLION))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_amounts_are_equal() {
        let same = [
            ("1Gi", "1024Mi"),
            ("1", "1000m"),
            ("0.5", "500m"),
            ("1e3", "1k"),
            (".5Gi", "512Mi"),
            ("1.", "1"),
            ("2E3", "2000"),
            ("1Ei", "1024Pi"),
            ("+1", "1"),
            // Finer than a billionth: rounded up.
            ("1e-10", "1n"),
            // Larger than 64 bits: the largest.
            ("100E", "99E"),
        ];
        for (a, b) in same {
            assert_eq!(Quantity::parse(a), Quantity::parse(b), "{a} {b}");
            assert!(Quantity::parse(a).is_some(), "{a}");
        }
        assert!(Quantity::parse("1G") < Quantity::parse("1Gi"));
        assert!(Quantity::parse("-1") < Quantity::parse("0"));
    }

    #[test]
    fn other_texts_are_not_amounts() {
        for text in [
            "", "Gi", "1gi", "1 Gi", "1GiB", "1.2.3", "1e", "1e+", "0x10", "1_000", "--1", "1K", "e3", ".",
            "1Gi1", "١",
        ] {
            assert_eq!(Quantity::parse(text), None, "{text}");
        }
    }

    #[test]
    fn numbers_are_amounts() {
        assert_eq!(Quantity::of(&Node::computed(2)), Quantity::parse("2"));
        assert_eq!(
            Quantity::of(&Node::computed(Value::Float(0.25))),
            Quantity::parse("250m")
        );
        assert_eq!(Quantity::of(&Node::computed(true)), None);
    }
}
