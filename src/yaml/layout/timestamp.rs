//! What go-yaml v2 takes for a time, by way of Go's `time.Parse`, and therefore writes in quotes.

/// Whether a text has one of the forms `2006-1-2`, `2006-1-2 15:4:5.9` and `2006-1-2T15:4:5.9Z07:00` and is a time
/// that exists. Leading zeros and the fraction are optional, a comma may stand for its dot, `t` for `T`.
pub(super) fn is_timestamp(text: &str) -> bool {
    // What `-` has at its fifth byte is seldom anything else.
    text.as_bytes().get(4) == Some(&b'-') && parse(text).is_some()
}

fn parse(text: &str) -> Option<()> {
    let (year, rest) = text.split_at_checked(4)?;
    if !year.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let (month, rest) = number(rest.strip_prefix('-')?)?;
    let (day, rest) = number(rest.strip_prefix('-')?)?;
    if !(1..=days(year.parse().ok()?, month)?).contains(&day) {
        return None;
    }
    if rest.is_empty() {
        return Some(());
    }
    if rest.starts_with(' ') {
        return time(rest.trim_start_matches(' '))?.is_empty().then_some(());
    }
    zone(time(rest.strip_prefix(['T', 't'])?)?)
}

/// One digit or two, and the rest.
fn number(text: &str) -> Option<(u32, &str)> {
    let digits = text.bytes().take(2).take_while(u8::is_ascii_digit).count();
    let (number, rest) = text.split_at_checked(digits)?;
    Some((number.parse().ok()?, rest))
}

fn days(year: u32, month: u32) -> Option<u32> {
    match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => Some(31),
        4 | 6 | 9 | 11 => Some(30),
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => Some(29),
        2 => Some(28),
        _ => None,
    }
}

/// What follows a time of the day.
fn time(text: &str) -> Option<&str> {
    let (hour, rest) = number(text)?;
    let (minute, rest) = number(rest.strip_prefix(':')?)?;
    let (second, rest) = number(rest.strip_prefix(':')?)?;
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    Some(match rest.strip_prefix(['.', ',']) {
        Some(fraction) if fraction.starts_with(|first: char| first.is_ascii_digit()) => {
            fraction.trim_start_matches(|character: char| character.is_ascii_digit())
        }
        _ => rest,
    })
}

/// `Z` or `+07:00`; Go lets 24 hours and 60 minutes pass.
fn zone(text: &str) -> Option<()> {
    if text == "Z" {
        return Some(());
    }
    let (hours, minutes) = text.strip_prefix(['+', '-'])?.split_once(':')?;
    let fits = |digits: &str, most: u32| {
        digits.len() == 2
            && digits.bytes().all(|byte| byte.is_ascii_digit())
            && digits.parse().is_ok_and(|number: u32| number <= most)
    };
    (fits(hours, 24) && fits(minutes, 60)).then_some(())
}
