//! Floats as Go writes them.

use std::fmt::{Display, LowerExp};

/// A float in the shortest digits that give it back: with an exponent of two digits or more where it is below -4 or not
/// below `limit`, as Go's `%g` and its relatives write it. Never `-0`.
pub(super) fn general<F: Display + LowerExp>(value: F, limit: i32) -> String {
    let plain = value.to_string();
    match plain.as_str() {
        "NaN" => return ".nan".to_owned(),
        "inf" => return ".inf".to_owned(),
        "-inf" => return "-.inf".to_owned(),
        "-0" => return "0".to_owned(),
        _ => {}
    }
    let scientific = format!("{value:e}");
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if (-4..limit).contains(&exponent) {
        return plain;
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{mantissa}e{sign}{:02}", exponent.unsigned_abs())
}
