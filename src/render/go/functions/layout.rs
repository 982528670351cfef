//! Go's layouts of times: a text in which the parts of a reference time stand for those of the time that is written
//! or read.

use super::time::Time;

/// A part of a layout.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    LongMonth,
    Month,
    NumMonth,
    ZeroMonth,
    LongWeekday,
    Weekday,
    Day,
    UnderDay,
    ZeroDay,
    UnderYearDay,
    ZeroYearDay,
    Hour,
    Hour12,
    ZeroHour12,
    Minute,
    ZeroMinute,
    Second,
    ZeroSecond,
    LongYear,
    Year,
    UpperHalf,
    LowerHalf,
    ZoneName,
    /// An offset: `Z` for none or not, whether minutes and seconds are written, whether with colons.
    Offset {
        z: bool,
        minutes: bool,
        seconds: bool,
        colons: bool,
    },
    /// Digits of a fraction with the point, which may be a comma: all of them, or those but zeros at the end.
    Fraction {
        digits: usize,
        exact: bool,
        comma: bool,
    },
}

pub(super) const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

pub(super) const DAYS: [&str; 7] = [
    "Sunday",
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
];

/// The name of a month from 1 on.
pub(super) fn month_name(month: u32) -> &'static str {
    usize::try_from(month)
        .ok()
        .and_then(|month| MONTHS.get(month.wrapping_sub(1)))
        .copied()
        .unwrap_or_default()
}

/// The name of a day of the week, Sunday being 0.
pub(super) fn day_name(day: u32) -> &'static str {
    usize::try_from(day)
        .ok()
        .and_then(|day| DAYS.get(day))
        .copied()
        .unwrap_or_default()
}

pub(super) fn short(name: &str) -> &str {
    name.get(..3).unwrap_or(name)
}

/// The parts that are plain texts, longer ones before their beginnings.
const TEXTS: [(&[u8], Part); 33] = [
    (b"January", Part::LongMonth),
    (b"Jan", Part::Month),
    (b"Monday", Part::LongWeekday),
    (b"Mon", Part::Weekday),
    (b"MST", Part::ZoneName),
    (b"01", Part::ZeroMonth),
    (b"02", Part::ZeroDay),
    (b"03", Part::ZeroHour12),
    (b"04", Part::ZeroMinute),
    (b"05", Part::ZeroSecond),
    (b"06", Part::Year),
    (b"002", Part::ZeroYearDay),
    (b"15", Part::Hour),
    (b"1", Part::NumMonth),
    (b"2006", Part::LongYear),
    (b"2", Part::Day),
    (b"__2", Part::UnderYearDay),
    (b"_2", Part::UnderDay),
    (b"3", Part::Hour12),
    (b"4", Part::Minute),
    (b"5", Part::Second),
    (b"PM", Part::UpperHalf),
    (b"pm", Part::LowerHalf),
    (b"-070000", offset(false, true, true, false)),
    (b"-07:00:00", offset(false, true, true, true)),
    (b"-0700", offset(false, true, false, false)),
    (b"-07:00", offset(false, true, false, true)),
    (b"-07", offset(false, false, false, false)),
    (b"Z070000", offset(true, true, true, false)),
    (b"Z07:00:00", offset(true, true, true, true)),
    (b"Z0700", offset(true, true, false, false)),
    (b"Z07:00", offset(true, true, false, true)),
    (b"Z07", offset(true, false, false, false)),
];

const fn offset(z: bool, minutes: bool, seconds: bool, colons: bool) -> Part {
    Part::Offset {
        z,
        minutes,
        seconds,
        colons,
    }
}

/// The first part of a layout, with what is before and after it.
pub(super) fn next_part(layout: &[u8]) -> Option<(&[u8], Part, &[u8])> {
    for index in 0..layout.len() {
        let rest = layout.get(index..).unwrap_or_default();
        if let Some((length, part)) = part_at(rest) {
            let before = layout.get(..index).unwrap_or_default();
            return Some((before, part, rest.get(length..).unwrap_or_default()));
        }
    }
    None
}

fn part_at(rest: &[u8]) -> Option<(usize, Part)> {
    if let [point @ (b'.' | b','), digit @ (b'0' | b'9'), ..] = rest {
        let digits = rest.iter().skip(1).take_while(|byte| *byte == digit).count();
        let ends = !rest.get(1 + digits).is_some_and(u8::is_ascii_digit);
        let part = Part::Fraction {
            digits,
            exact: *digit == b'0',
            comma: *point == b',',
        };
        return ends.then_some((1 + digits, part));
    }
    // In `_2006` the year is meant.
    if rest.starts_with(b"_2006") {
        return None;
    }
    let (text, part) = TEXTS.iter().find(|(text, _)| rest.starts_with(text))?;
    let followed_by_small = rest.get(text.len()).is_some_and(u8::is_ascii_lowercase);
    if matches!(part, Part::Month | Part::Weekday) && followed_by_small {
        return None;
    }
    Some((text.len(), *part))
}

/// Writes a time in a layout.
pub(super) fn format(time: &Time, layout: &[u8]) -> Vec<u8> {
    use std::io::Write as _;
    let civil = time.civil();
    let mut out = Vec::with_capacity(layout.len() + 16);
    let mut rest = layout;
    while let Some((before, part, after)) = next_part(rest) {
        out.extend_from_slice(before);
        rest = after;
        let hour12 = (civil.hour + 11) % 12 + 1;
        // Writing into memory does not fail.
        let _ = match part {
            Part::LongMonth => out.write_all(month_name(civil.month).as_bytes()),
            Part::Month => out.write_all(short(month_name(civil.month)).as_bytes()),
            Part::NumMonth => write!(out, "{}", civil.month),
            Part::ZeroMonth => write!(out, "{:02}", civil.month),
            Part::LongWeekday => out.write_all(day_name(civil.weekday).as_bytes()),
            Part::Weekday => out.write_all(short(day_name(civil.weekday)).as_bytes()),
            Part::Day => write!(out, "{}", civil.day),
            Part::UnderDay => write!(out, "{:2}", civil.day),
            Part::ZeroDay => write!(out, "{:02}", civil.day),
            Part::UnderYearDay => write!(out, "{:3}", civil.year_day),
            Part::ZeroYearDay => write!(out, "{:03}", civil.year_day),
            Part::Hour => write!(out, "{:02}", civil.hour),
            Part::Hour12 => write!(out, "{hour12}"),
            Part::ZeroHour12 => write!(out, "{hour12:02}"),
            Part::Minute => write!(out, "{}", civil.minute),
            Part::ZeroMinute => write!(out, "{:02}", civil.minute),
            Part::Second => write!(out, "{}", civil.second),
            Part::ZeroSecond => write!(out, "{:02}", civil.second),
            Part::LongYear if civil.year < 0 => write!(out, "-{:04}", civil.year.unsigned_abs()),
            Part::LongYear => write!(out, "{:04}", civil.year),
            Part::Year => write!(out, "{:02}", civil.year.unsigned_abs() % 100),
            Part::UpperHalf => out.write_all(if civil.hour < 12 { b"AM" } else { b"PM" }),
            Part::LowerHalf => out.write_all(if civil.hour < 12 { b"am" } else { b"pm" }),
            Part::ZoneName if time.zone.name.is_empty() => {
                write_offset(&mut out, time.zone.offset, true, false, false)
            }
            Part::ZoneName => out.write_all(time.zone.name.as_bytes()),
            Part::Offset { z: true, .. } if time.zone.offset == 0 => out.write_all(b"Z"),
            Part::Offset {
                minutes,
                seconds,
                colons,
                ..
            } => write_offset(&mut out, time.zone.offset, minutes, seconds, colons),
            Part::Fraction { digits, exact, comma } => {
                let point = if comma { ',' } else { '.' };
                write_fraction(&mut out, time.nanos, digits, exact, point)
            }
        };
    }
    out.extend_from_slice(rest);
    out
}

fn write_offset(
    out: &mut Vec<u8>,
    offset: i32,
    minutes: bool,
    seconds: bool,
    colons: bool,
) -> std::io::Result<()> {
    use std::io::Write as _;
    let sign = if offset / 60 < 0 { '-' } else { '+' };
    let (hour, minute) = (offset.abs() / 3600, offset.abs() / 60 % 60);
    let colon = if colons { ":" } else { "" };
    write!(out, "{sign}{hour:02}")?;
    if minutes {
        write!(out, "{colon}{minute:02}")?;
    }
    if seconds {
        write!(out, "{colon}{:02}", offset.abs() % 60)?;
    }
    Ok(())
}

/// A fraction as the layout wants it.
fn write_fraction(
    out: &mut Vec<u8>,
    nanos: u32,
    digits: usize,
    exact: bool,
    point: char,
) -> std::io::Result<()> {
    use std::io::Write as _;
    let all = format!("{nanos:09}");
    let mut shown = all.get(..digits.min(9)).unwrap_or_default();
    if !exact {
        shown = shown.trim_end_matches('0');
        if shown.is_empty() {
            return Ok(());
        }
    }
    write!(out, "{point}{shown}")
}
