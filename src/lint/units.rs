//! Times and sizes as Prometheus writes them.

use std::borrow::Cow;

/// A text as a message shows it.
pub fn shown(text: &str) -> Cow<'_, str> {
    const MOST: usize = 60;
    match text.char_indices().nth(MOST) {
        Some((end, _)) => Cow::Owned(format!("{}...", text.get(..end).unwrap_or_default())),
        None => Cow::Borrowed(text),
    }
}

/// The units of Prometheus' times, the largest first, in milliseconds.
const UNITS: &[(&str, u64)] = &[
    ("y", 365 * 24 * 60 * 60 * 1000),
    ("w", 7 * 24 * 60 * 60 * 1000),
    ("d", 24 * 60 * 60 * 1000),
    ("h", 60 * 60 * 1000),
    ("m", 60 * 1000),
    ("s", 1000),
    ("ms", 1),
];

/// A time of Prometheus' in milliseconds.
///
/// # Errors
/// What is wrong with it, in a few words.
pub fn duration(text: &str) -> Result<u64, String> {
    // Go's times have 63 bits of nanoseconds.
    const MOST: u64 = i64::MAX as u64 / 1_000_000;
    if text == "0" {
        return Ok(0);
    }
    if text.is_empty() {
        return Err("it is empty".to_owned());
    }
    let mut total: u64 = 0;
    let mut units = UNITS.iter();
    let mut rest = text;
    while !rest.is_empty() {
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let (count, after) = rest.split_at(digits);
        let Ok(count) = count.parse::<u64>() else {
            return Err("a number has to stand before each unit".to_owned());
        };
        let end = after.find(|c: char| c.is_ascii_digit()).unwrap_or(after.len());
        let (unit, after) = after.split_at(end);
        if unit.is_empty() {
            return Err("a unit is missing: ms, s, m, h, d, w or y".to_owned());
        }
        if !UNITS.iter().any(|(name, _)| *name == unit) {
            return Err(format!(
                "its unit `{}` is not ms, s, m, h, d, w or y",
                shown(unit)
            ));
        }
        let Some((_, factor)) = units.find(|(name, _)| *name == unit) else {
            return Err("its units have to go from the largest to the smallest, each once".to_owned());
        };
        total = count
            .checked_mul(*factor)
            .and_then(|part| total.checked_add(part))
            .filter(|total| *total <= MOST)
            .ok_or_else(|| "it is too long".to_owned())?;
        rest = after;
    }
    Ok(total)
}

/// The number and the unit, which may be empty, that a text starts with, and what follows.
fn amount(text: &str) -> Result<(f64, &str, &str), String> {
    let is_of_number = |c: char| c.is_ascii_digit() || c == '.';
    let end = text.find(|c| !is_of_number(c)).unwrap_or(text.len());
    let (count, after) = text.split_at(end);
    let is_number = count.bytes().any(|byte| byte.is_ascii_digit()) && count.matches('.').count() < 2;
    let count: f64 = match format!("0{count}").parse() {
        Ok(count) if is_number => count,
        _ => return Err("a number has to stand before each unit".to_owned()),
    };
    let end = after.find(is_of_number).unwrap_or(after.len());
    let (unit, after) = after.split_at(end);
    Ok((count, unit, after))
}

/// A time of Go's in milliseconds.
///
/// # Errors
/// What is wrong with it, in a few words.
pub fn go_duration(text: &str) -> Result<f64, String> {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    if unsigned == "0" {
        return Ok(0.0);
    }
    let mut total = 0.0;
    let mut rest = unsigned;
    if rest.is_empty() {
        return Err("it is empty".to_owned());
    }
    while !rest.is_empty() {
        let (count, unit, after) = amount(rest)?;
        let factor = match unit {
            "ns" => 1e-6,
            "us" | "µs" | "μs" => 1e-3,
            "ms" => 1.0,
            "s" => 1e3,
            "m" => 6e4,
            "h" => 3.6e6,
            "" => return Err("a unit is missing: ns, us, ms, s, m or h".to_owned()),
            _ => return Err(format!("its unit `{}` is not ns, us, ms, s, m or h", shown(unit))),
        };
        total += count * factor;
        rest = after;
    }
    match total < 9.2e12 {
        true => Ok(total),
        false => Err("it is too long".to_owned()),
    }
}

/// A number of bytes as Prometheus reads it: `1GB` and `1GiB` are 1024 MiB.
///
/// # Errors
/// What is wrong with it, in a few words.
pub fn bytes(text: &str) -> Result<f64, String> {
    const NAMES: &str = "its unit is not B, KB, MB, GB, TB, PB or EB";
    if text == "0" {
        return Ok(0.0);
    }
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let sign = if text.starts_with('-') { -1.0 } else { 1.0 };
    let mut total = 0.0;
    let mut rest = unsigned;
    if rest.is_empty() {
        return Err("it is empty".to_owned());
    }
    while !rest.is_empty() {
        let (count, unit, after) = amount(rest)?;
        let Some((letter, rest_of_unit)) = unit.split_at_checked(1) else {
            return Err("a unit is missing: B, KB, MB, GB, TB, PB or EB".to_owned());
        };
        let power = match letter {
            "B" => 0,
            "K" => 1,
            "M" => 2,
            "G" => 3,
            "T" => 4,
            "P" => 5,
            "E" => 6,
            _ => return Err(NAMES.to_owned()),
        };
        match (letter, rest_of_unit) {
            ("B", "") | ("K" | "M" | "G" | "T" | "P" | "E", "B" | "iB") => {}
            _ => return Err(NAMES.to_owned()),
        }
        total += count * 1024_f64.powi(power);
        rest = after;
    }
    match total < 9.2e18 {
        true => Ok(sign * total),
        false => Err("it is too large".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::{bytes, duration, go_duration};

    #[test]
    fn times_are_those_of_prometheus() {
        assert_eq!(duration("1h30m"), Ok(5_400_000));
        assert_eq!(duration("1y2w3d4h5m6s7ms"), Ok(33_019_506_007));
        assert_eq!(duration("0"), Ok(0));
        for wrong in ["", "5", "5x", "5 m", "m", "1m1h", "1m1m", "-5m", "1.5h", "300y"] {
            assert!(duration(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn times_are_those_of_go() {
        assert_eq!(go_duration("1.5h"), Ok(5_400_000.0));
        assert_eq!(go_duration("-1m30s"), Ok(90_000.0));
        assert_eq!(go_duration("0"), Ok(0.0));
        for wrong in ["", "5", "1d", "h", "1.2.3s", "."] {
            assert!(go_duration(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn sizes_are_powers_of_1024() {
        assert_eq!(bytes("10KB"), Ok(10_240.0));
        assert_eq!(bytes("1GiB512MiB"), Ok(1_610_612_736.0));
        assert_eq!(bytes("0"), Ok(0.0));
        for wrong in ["", "10", "10K", "10kb", "GB", "10XB", "1 GB"] {
            assert!(bytes(wrong).is_err(), "{wrong}");
        }
    }
}
