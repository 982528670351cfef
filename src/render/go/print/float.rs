//! Floats as Go's `strconv` writes them.

/// The digits of a number that give it back, without trailing zeros, and the exponent of the first: 12.5 is `125` and 1.
fn shortest(value: f64) -> (String, i32) {
    split(&shortest_scientific(value.abs()))
}

fn shortest_scientific(value: f64) -> String {
    let found = format!("{value:e}");
    let digits = found
        .bytes()
        .take_while(|byte| *byte != b'e')
        .filter(u8::is_ascii_digit)
        .count();
    // Of two that are as short and as near, Go takes the even one, and so does rounding.
    let even = format!("{value:.*e}", digits.saturating_sub(1));
    if even.parse() == Ok(value) { even } else { found }
}

/// The digits with `count` after the first, rounded.
fn rounded(value: f64, count: usize) -> (String, i32) {
    split(&format!("{:.*e}", count, value.abs()))
}

fn split(scientific: &str) -> (String, i32) {
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((scientific, "0"));
    let digits = mantissa.chars().filter(char::is_ascii_digit).collect();
    (digits, exponent.parse().unwrap_or(0))
}

/// A number that is not finite.
pub(super) fn special(value: f64) -> Option<&'static str> {
    match value {
        _ if value.is_nan() => Some("NaN"),
        f64::INFINITY => Some("+Inf"),
        f64::NEG_INFINITY => Some("-Inf"),
        _ => None,
    }
}

/// `%x`: hexadecimal digits and a power of two.
pub(super) fn hexadecimal(value: f64, precision: Option<usize>, upper: bool) -> String {
    const FRACTION: u32 = 52;
    let bits = value.abs().to_bits();
    let raw = bits >> FRACTION;
    let fraction = bits & ((1 << FRACTION) - 1);
    // The mantissa has its leading 1 at bit 52.
    let (mut mantissa, mut exponent) = match (raw, fraction) {
        (0, 0) => (0, 0),
        (0, _) => {
            let shift = fraction.leading_zeros() - (63 - FRACTION);
            (fraction << shift, -1022 - i64::from(shift))
        }
        _ => (fraction | 1 << FRACTION, i64::try_from(raw).unwrap_or(0) - 1023),
    };
    let mut digits = 13;
    if let Some(precision) = precision
        && precision < digits
    {
        let dropped = (digits - precision) * 4;
        let half = 1_u64 << (dropped - 1);
        let rest = mantissa & ((1 << dropped) - 1);
        mantissa >>= dropped;
        if rest > half || (rest == half && mantissa & 1 == 1) {
            mantissa += 1;
        }
        mantissa <<= dropped;
        if mantissa >> (FRACTION + 1) > 0 {
            mantissa >>= 1;
            exponent += 1;
        }
        digits = precision;
    }
    let whole = mantissa >> FRACTION;
    let fraction = format!("{:013x}", mantissa & ((1 << FRACTION) - 1));
    let fraction = match precision {
        None => fraction.trim_end_matches('0').to_owned(),
        Some(precision) => {
            let kept = fraction.get(..digits).unwrap_or_default();
            format!("{kept:0<precision$}")
        }
    };
    let point = if fraction.is_empty() { "" } else { "." };
    let sign_of_exponent = if exponent < 0 { '-' } else { '+' };
    let written = format!(
        "0x{whole}{point}{fraction}p{sign_of_exponent}{:02}",
        exponent.unsigned_abs()
    );
    sign(value) + &if upper { written.to_uppercase() } else { written }
}

/// `%b`: a whole mantissa and a power of two.
pub(super) fn binary(value: f64) -> String {
    let bits = value.abs().to_bits();
    let raw = i64::try_from(bits >> 52).unwrap_or(0);
    let fraction = bits & ((1 << 52) - 1);
    let (mantissa, exponent) = if raw == 0 {
        (fraction, -1074)
    } else {
        (fraction | 1 << 52, raw - 1075)
    };
    format!("{}{mantissa}p{exponent:+}", sign(value))
}

/// `%e`: the digits with a point after the first.
pub(super) fn scientific(value: f64, precision: Option<usize>, letter: char) -> String {
    let (digits, exponent) = match precision {
        Some(precision) => rounded(value, precision),
        None => shortest(value),
    };
    sign(value) + &with_exponent(&digits, exponent, letter)
}

/// `%f`: without an exponent.
pub(super) fn positional(value: f64, precision: Option<usize>) -> String {
    match precision {
        Some(precision) => format!("{value:.precision$}"),
        None => {
            let (digits, exponent) = shortest(value);
            sign(value) + &without_exponent(&digits, exponent)
        }
    }
}

/// `%g`: with an exponent where that is below -4 or not below the precision, which is 6 for the shortest form.
pub(super) fn general(value: f64, precision: Option<usize>, letter: char) -> String {
    if let Some(special) = special(value) {
        return special.to_owned();
    }
    let (mut digits, exponent) = match precision {
        Some(precision) => rounded(value, precision.max(1) - 1),
        None => shortest(value),
    };
    let kept = digits.trim_end_matches('0').len().max(1);
    digits.truncate(kept);
    let limit = match precision {
        None => 6,
        Some(precision) => {
            // A precision beyond the digits of a whole number does not count.
            let count = digits.len();
            let before = usize::try_from(exponent + 1).unwrap_or(0);
            if precision > count && count >= before {
                count
            } else {
                precision.max(1)
            }
        }
    };
    let scientific = exponent < -4 || usize::try_from(exponent).is_ok_and(|exponent| exponent >= limit);
    let written = if scientific {
        with_exponent(&digits, exponent, if letter == 'G' { 'E' } else { 'e' })
    } else {
        without_exponent(&digits, exponent)
    };
    sign(value) + &written
}

fn sign(value: f64) -> String {
    if value.is_sign_negative() && !value.is_nan() {
        "-"
    } else {
        ""
    }
    .to_owned()
}

fn with_exponent(digits: &str, exponent: i32, letter: char) -> String {
    let (first, rest) = digits.split_at_checked(1).unwrap_or((digits, ""));
    let point = if rest.is_empty() { "" } else { "." };
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{first}{point}{rest}{letter}{sign}{:02}", exponent.unsigned_abs())
}

fn without_exponent(digits: &str, exponent: i32) -> String {
    let zeros = |count: usize| "0".repeat(count);
    let Ok(before) = usize::try_from(exponent) else {
        let count = usize::try_from(exponent.unsigned_abs())
            .unwrap_or(0)
            .saturating_sub(1);
        return format!("0.{}{digits}", zeros(count));
    };
    match digits.split_at_checked(before + 1) {
        Some((whole, "")) => whole.to_owned(),
        Some((whole, fraction)) => format!("{whole}.{fraction}"),
        None => format!("{digits}{}", zeros(before + 1 - digits.len())),
    }
}

/// As Go's JSON has it: with an exponent below 1e-6 and from 1e21 on.
pub(in crate::render::go) fn json(value: f64) -> String {
    let (digits, exponent) = shortest(value);
    let written = if value != 0.0 && !(-6..21).contains(&exponent) {
        let written = with_exponent(&digits, exponent, 'e');
        // 1e-09 is 1e-9 there.
        match written.split_once("e-0") {
            Some((mantissa, exponent)) => format!("{mantissa}e-{exponent}"),
            None => written,
        }
    } else {
        without_exponent(&digits, exponent)
    };
    sign(value) + &written
}
