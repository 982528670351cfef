//! Reads the texts of times by Go's layouts.

use super::layout::{DAYS, MONTHS, Part, next_part, short};
use super::time::{Civil, Time, Zone, days_in_month, is_leap};

/// Why a text is not a time.
type Parsed<T> = Result<T, String>;

fn unexpected(wanted: &str, rest: &[u8]) -> String {
    format!("`{}` is not {wanted}", String::from_utf8_lossy(rest))
}

/// A number of one or two digits.
fn number(rest: &mut &[u8], two: bool, what: &str) -> Parsed<u32> {
    let digits = rest
        .iter()
        .take(2)
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    if digits == 0 || two && digits < 2 {
        return Err(unexpected(what, rest));
    }
    take_digits(rest, digits)
}

fn take_digits(rest: &mut &[u8], digits: usize) -> Parsed<u32> {
    let (number, after) = rest.split_at_checked(digits).ok_or("it is too short")?;
    if !number.iter().all(u8::is_ascii_digit) {
        return Err(unexpected("digits", number));
    }
    *rest = after;
    Ok(number
        .iter()
        .fold(0, |sum, digit| sum * 10 + u32::from(digit - b'0')))
}

fn within(number: u32, max: u32, what: &str) -> Parsed<u32> {
    if number > max {
        return Err(format!("the {what} {number} is out of range"));
    }
    Ok(number)
}

/// The position of a name that a text begins with, in any case.
fn lookup<'n>(rest: &mut &[u8], names: impl Iterator<Item = &'n str>, what: &str) -> Parsed<u32> {
    for (index, name) in (0..).zip(names) {
        if let Some((start, after)) = rest.split_at_checked(name.len())
            && start.eq_ignore_ascii_case(name.as_bytes())
        {
            *rest = after;
            return Ok(index);
        }
    }
    Err(unexpected(what, rest))
}

/// What has been read of a time.
#[derive(Default)]
struct Reading {
    year: i64,
    month: Option<u32>,
    day: Option<u32>,
    year_day: Option<u32>,
    hour: u32,
    minute: u32,
    second: u32,
    nanos: u32,
    afternoon: Option<bool>,
    utc: bool,
    offset: Option<i32>,
    zone: Option<String>,
}

/// Reads a time in a layout.
///
/// # Errors
/// What does not fit, in a few words.
pub(super) fn parse(layout: &[u8], text: &[u8]) -> Parsed<Time> {
    let mut reading = Reading::default();
    let mut rest = text;
    let mut layout = layout;
    loop {
        let Some((before, part, after)) = next_part(layout) else {
            skip(&mut rest, layout)?;
            if !rest.is_empty() {
                return Err(format!("`{}` is too much", String::from_utf8_lossy(rest)));
            }
            return reading.finish();
        };
        skip(&mut rest, before)?;
        layout = after;
        reading.part(part, &mut rest, layout)?;
    }
}

/// Skips what stands between parts. Blanks stand for any number of them.
fn skip(rest: &mut &[u8], between: &[u8]) -> Parsed<()> {
    let trimmed = |text: &mut &[u8]| {
        while let Some(after) = text.strip_prefix(b" ") {
            *text = after;
        }
    };
    let mut between = between;
    while let Some((byte, after)) = between.split_first() {
        if *byte == b' ' {
            if !rest.is_empty() && !rest.starts_with(b" ") {
                return Err(unexpected("a blank", rest));
            }
            trimmed(&mut between);
            trimmed(rest);
            continue;
        }
        match rest.split_first() {
            Some((found, more)) if found == byte => *rest = more,
            _ => {
                return Err(unexpected(
                    &format!("`{}`", String::from_utf8_lossy(between)),
                    rest,
                ));
            }
        }
        between = after;
    }
    Ok(())
}

impl Reading {
    fn part(&mut self, part: Part, rest: &mut &[u8], layout: &[u8]) -> Parsed<()> {
        match part {
            Part::Year => {
                let year = i64::from(take_digits(rest, 2)?);
                self.year = year + if year >= 69 { 1900 } else { 2000 };
            }
            Part::LongYear => self.year = i64::from(take_digits(rest, 4)?),
            Part::LongMonth => self.month = Some(1 + lookup(rest, MONTHS.into_iter(), "a month")?),
            Part::Month => self.month = Some(1 + lookup(rest, MONTHS.into_iter().map(short), "a month")?),
            Part::NumMonth | Part::ZeroMonth => {
                let month = number(rest, part == Part::ZeroMonth, "a month")?;
                if month == 0 {
                    return Err("the month 0 is out of range".to_owned());
                }
                self.month = Some(within(month, 12, "month")?);
            }
            Part::LongWeekday => {
                lookup(rest, DAYS.into_iter(), "a day of the week")?;
            }
            Part::Weekday => {
                lookup(rest, DAYS.into_iter().map(short), "a day of the week")?;
            }
            Part::Day | Part::UnderDay | Part::ZeroDay => {
                if part == Part::UnderDay {
                    *rest = rest.strip_prefix(b" ").unwrap_or(rest);
                }
                self.day = Some(number(rest, part == Part::ZeroDay, "a day")?);
            }
            Part::UnderYearDay | Part::ZeroYearDay => {
                if part == Part::UnderYearDay {
                    for _ in 0..2 {
                        *rest = rest.strip_prefix(b" ").unwrap_or(rest);
                    }
                }
                let digits = rest
                    .iter()
                    .take(3)
                    .take_while(|byte| byte.is_ascii_digit())
                    .count();
                if digits == 0 || part == Part::ZeroYearDay && digits < 3 {
                    return Err(unexpected("a day of the year", rest));
                }
                self.year_day = Some(take_digits(rest, digits)?);
            }
            Part::Hour => self.hour = within(number(rest, false, "an hour")?, 23, "hour")?,
            Part::Hour12 | Part::ZeroHour12 => {
                let hour = number(rest, part == Part::ZeroHour12, "an hour")?;
                self.hour = within(hour, 12, "hour")?;
            }
            Part::Minute | Part::ZeroMinute => {
                let minute = number(rest, part == Part::ZeroMinute, "a minute")?;
                self.minute = within(minute, 59, "minute")?;
            }
            Part::Second | Part::ZeroSecond => {
                let second = number(rest, part == Part::ZeroSecond, "a second")?;
                self.second = within(second, 59, "second")?;
                // A fraction may follow that the layout does not name.
                let is_next =
                    next_part(layout).is_some_and(|(_, part, _)| matches!(part, Part::Fraction { .. }));
                if !is_next {
                    self.fraction(rest, None);
                }
            }
            Part::UpperHalf | Part::LowerHalf => {
                let (half, after) = rest
                    .split_at_checked(2)
                    .ok_or_else(|| unexpected("a half of a day", rest))?;
                self.afternoon = Some(match (part, half) {
                    (Part::UpperHalf, b"PM") | (Part::LowerHalf, b"pm") => true,
                    (Part::UpperHalf, b"AM") | (Part::LowerHalf, b"am") => false,
                    _ => return Err(unexpected("a half of a day", rest)),
                });
                *rest = after;
            }
            Part::ZoneName => self.zone_name(rest)?,
            Part::Offset {
                z,
                minutes,
                seconds,
                colons,
            } => {
                if z && let Some(after) = rest.strip_prefix(b"Z") {
                    *rest = after;
                    self.utc = true;
                } else {
                    self.offset(rest, minutes, seconds, colons)?;
                }
            }
            Part::Fraction {
                digits, exact: true, ..
            } => {
                let found = rest
                    .iter()
                    .skip(1)
                    .take_while(|byte| byte.is_ascii_digit())
                    .count();
                if !rest.starts_with(b".") && !rest.starts_with(b",") || found < digits {
                    return Err(unexpected("a fraction", rest));
                }
                self.fraction(rest, Some(digits));
            }
            Part::Fraction { exact: false, .. } => self.fraction(rest, None),
        }
        Ok(())
    }

    /// A fraction of a second with its point, of so many digits or as many as there are; nothing where there is none.
    fn fraction(&mut self, rest: &mut &[u8], digits: Option<usize>) {
        let Some(after) = rest.strip_prefix(b".").or_else(|| rest.strip_prefix(b",")) else {
            return;
        };
        let found = after.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let digits = digits.unwrap_or(found).min(found);
        if digits == 0 {
            return;
        }
        let (number, after) = after.split_at(digits);
        let nanos = number.iter().chain(std::iter::repeat(&b'0')).take(9);
        self.nanos = nanos.fold(0, |sum, digit| sum * 10 + u32::from(digit - b'0'));
        *rest = after;
    }

    fn offset(&mut self, rest: &mut &[u8], minutes: bool, seconds: bool, colons: bool) -> Parsed<()> {
        let (sign, after) = rest.split_first().ok_or("an offset is missing")?;
        let sign = match sign {
            b'+' => 1,
            b'-' => -1,
            _ => return Err(unexpected("an offset", rest)),
        };
        *rest = after;
        let mut offset = 3600 * within(take_digits(rest, 2)?, 24, "offset of hours")?;
        for (is_there, scale) in [(minutes, 60), (seconds, 1)] {
            if is_there {
                if colons {
                    *rest = rest.strip_prefix(b":").ok_or_else(|| unexpected("`:`", rest))?;
                }
                offset += scale * within(take_digits(rest, 2)?, 60, "offset")?;
            }
        }
        self.offset = Some(sign * i32::try_from(offset).unwrap_or(0));
        Ok(())
    }

    /// A zone: `UTC`, three to five capitals, or an offset of hours.
    fn zone_name(&mut self, rest: &mut &[u8]) -> Parsed<()> {
        if let Some(after) = rest.strip_prefix(b"UTC") {
            *rest = after;
            self.utc = true;
            return Ok(());
        }
        let signed = |text: &[u8]| {
            let digits = text
                .iter()
                .skip(1)
                .take_while(|byte| byte.is_ascii_digit())
                .count();
            let number = text.get(1..=digits).unwrap_or_default();
            let hours = number.iter().fold(0_u32, |sum, digit| {
                sum.saturating_mul(10).saturating_add(u32::from(digit - b'0'))
            });
            let has_sign = text.starts_with(b"+") || text.starts_with(b"-");
            if has_sign && digits > 0 && hours <= 23 {
                1 + digits
            } else {
                0
            }
        };
        let length = if rest.starts_with(b"ChST") || rest.starts_with(b"MeST") {
            4
        } else if let Some(after) = rest.strip_prefix(b"GMT") {
            3 + signed(after)
        } else if rest.starts_with(b"+") || rest.starts_with(b"-") {
            signed(rest)
        } else {
            let capitals = rest
                .iter()
                .take(6)
                .take_while(|byte| byte.is_ascii_uppercase())
                .count();
            match capitals {
                5 if rest.get(4) == Some(&b'T') => 5,
                4 if rest.get(3) == Some(&b'T') || rest.starts_with(b"WITA") => 4,
                3 => 3,
                _ => 0,
            }
        };
        if length < 3 {
            return Err(unexpected("a time zone", rest));
        }
        let (name, after) = rest.split_at(length);
        self.zone = Some(String::from_utf8_lossy(name).into_owned());
        *rest = after;
        Ok(())
    }

    fn finish(mut self) -> Parsed<Time> {
        match self.afternoon {
            Some(true) if self.hour < 12 => self.hour += 12,
            Some(false) if self.hour == 12 => self.hour = 0,
            _ => {}
        }
        if let Some(year_day) = self.year_day {
            self.use_year_day(year_day)?;
        }
        let (month, day) = (self.month.unwrap_or(1), self.day.unwrap_or(1));
        if day < 1 || day > days_in_month(self.year, month) {
            return Err(format!("the month {month} of {} has no day {day}", self.year));
        }
        let civil = Civil {
            year: self.year,
            month,
            day,
            hour: self.hour,
            minute: self.minute,
            second: self.second,
            ..Civil::default()
        };
        let of_zone = |zone| Ok(Time::of_civil(&civil, self.nanos, zone));
        match (self.utc, self.offset, self.zone) {
            (true, ..) | (_, Some(0), None) | (_, None, None) => of_zone(Zone::utc()),
            (_, Some(offset), name) => of_zone(Zone {
                name: name.unwrap_or_default(),
                offset,
            }),
            // Go does not know the offset: it takes the time for one of UTC, and shows it in `GMT+3` three hours later.
            (_, None, Some(name)) => {
                let hours = name
                    .strip_prefix("GMT")
                    .and_then(|hours| hours.parse::<i32>().ok());
                let mut time = Time::of_civil(&civil, self.nanos, Zone::utc());
                time.zone = Zone {
                    offset: hours.unwrap_or(0) * 3600,
                    name,
                };
                Ok(time)
            }
        }
    }

    /// Month and day by the day of the year, which have to agree where they were read.
    fn use_year_day(&mut self, year_day: u32) -> Parsed<()> {
        let days = if is_leap(self.year) { 366 } else { 365 };
        if year_day < 1 || year_day > days {
            return Err(format!("the year {} has no day {year_day}", self.year));
        }
        let mut day = year_day;
        let mut month = 1;
        while day > days_in_month(self.year, month) {
            day -= days_in_month(self.year, month);
            month += 1;
        }
        if self.month.is_some_and(|other| other != month) || self.day.is_some_and(|other| other != day) {
            return Err(format!(
                "the day {year_day} of the year is another day than the one that is given"
            ));
        }
        (self.month, self.day) = (Some(month), Some(day));
        Ok(())
    }
}
