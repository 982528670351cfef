//! Times and spans of time as templates hold them, with their methods.

use std::time::SystemTime;

use crate::render::go::error::{Error, Result};

const DAY: i64 = 86_400;

/// A time zone at a time: its abbreviation, which may be empty, and its offset in seconds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Zone {
    pub name: String,
    pub offset: i32,
}

impl Zone {
    pub fn utc() -> Self {
        Zone {
            name: "UTC".to_owned(),
            offset: 0,
        }
    }
}

/// A moment, seen in a time zone.
#[derive(Clone, Debug)]
pub(super) struct Time {
    /// Seconds since 1970.
    pub seconds: i64,
    pub nanos: u32,
    pub zone: Zone,
}

/// A moment by the calendar.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Civil {
    pub year: i64,
    /// From 1.
    pub month: u32,
    /// From 1.
    pub day: u32,
    pub hour: u32,
    pub minute: u32,
    pub second: u32,
    /// From Sunday, which is 0.
    pub weekday: u32,
    /// From 1.
    pub year_day: u32,
}

pub(super) fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

pub(super) fn days_in_month(year: i64, month: u32) -> u32 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days from 1970 to the first day of a year.
fn days_to_year(year: i64) -> i64 {
    let before = year - 1;
    365 * (year - 1970) + (before.div_euclid(4) - 492) - (before.div_euclid(100) - 19)
        + (before.div_euclid(400) - 4)
}

/// Days from 1970 to a day. The month may be any number, and so may the day.
fn days_to(year: i64, month: i64, day: i64) -> i64 {
    let months = month - 1;
    let year = year + months.div_euclid(12);
    let month = u32::try_from(months.rem_euclid(12) + 1).unwrap_or(1);
    let before: u32 = (1..month).map(|month| days_in_month(year, month)).sum();
    days_to_year(year) + i64::from(before) + day - 1
}

impl Time {
    /// A moment by seconds since 1970, in UTC.
    pub fn unix(seconds: i64) -> Self {
        Time {
            seconds,
            nanos: 0,
            zone: Zone::utc(),
        }
    }

    /// The first moment of the year 1: what Go has for no time.
    pub fn zero() -> Self {
        Time::unix(-62_135_596_800)
    }

    pub fn of_system(time: SystemTime) -> Self {
        match time.duration_since(SystemTime::UNIX_EPOCH) {
            Ok(since) => Time {
                seconds: i64::try_from(since.as_secs()).unwrap_or(i64::MAX),
                nanos: since.subsec_nanos(),
                zone: Zone::utc(),
            },
            Err(before) => Time::unix(0).plus(-i128::try_from(before.duration().as_nanos()).unwrap_or(0)),
        }
    }

    /// A moment by the calendar of a zone.
    pub fn of_civil(civil: &Civil, nanos: u32, zone: Zone) -> Self {
        let days = days_to(civil.year, i64::from(civil.month), i64::from(civil.day));
        let of_day = civil.hour * 3600 + civil.minute * 60 + civil.second;
        Time {
            seconds: days * DAY + i64::from(of_day) - i64::from(zone.offset),
            nanos,
            zone,
        }
    }

    /// The same moment by the calendar.
    pub fn civil(&self) -> Civil {
        let local = self.seconds.saturating_add(i64::from(self.zone.offset));
        let days = local.div_euclid(DAY);
        let of_day = u32::try_from(local.rem_euclid(DAY)).unwrap_or(0);
        // 400 years always have as many days.
        let mut year = 1970 + days.div_euclid(146_097) * 400;
        let mut rest = days.rem_euclid(146_097);
        let guess = rest / 366;
        year += guess;
        rest = days - days_to_year(year);
        while rest >= if is_leap(year) { 366 } else { 365 } {
            rest -= if is_leap(year) { 366 } else { 365 };
            year += 1;
        }
        let mut day = u32::try_from(rest).unwrap_or(0) + 1;
        let year_day = day;
        let mut month = 1;
        while day > days_in_month(year, month) {
            day -= days_in_month(year, month);
            month += 1;
        }
        Civil {
            year,
            month,
            day,
            hour: of_day / 3600,
            minute: of_day / 60 % 60,
            second: of_day % 60,
            weekday: u32::try_from((days + 4).rem_euclid(7)).unwrap_or(0),
            year_day,
        }
    }

    pub fn nanos_since_1970(&self) -> i128 {
        i128::from(self.seconds) * 1_000_000_000 + i128::from(self.nanos)
    }

    /// The moment that many nanoseconds later.
    pub fn plus(&self, nanos: i128) -> Self {
        let sum = self.nanos_since_1970() + nanos;
        let seconds = sum.div_euclid(1_000_000_000);
        Time {
            seconds: i64::try_from(seconds).unwrap_or(if seconds < 0 { i64::MIN } else { i64::MAX }),
            nanos: u32::try_from(sum.rem_euclid(1_000_000_000)).unwrap_or(0),
            zone: self.zone.clone(),
        }
    }

    pub fn in_utc(&self) -> Self {
        Time {
            zone: Zone::utc(),
            ..self.clone()
        }
    }

    /// Years, months and days later by the calendar.
    pub fn plus_days(&self, years: i64, months: i64, days: i64) -> Result<Self> {
        let bound = 1_000_000_000;
        if [years, months, days].iter().any(|number| number.abs() > bound) {
            return Err(Error::new("the time is out of range"));
        }
        let civil = self.civil();
        let day = days_to(
            civil.year.saturating_add(years),
            i64::from(civil.month) + months,
            i64::from(civil.day) + days,
        );
        let of_day = i64::from(civil.hour * 3600 + civil.minute * 60 + civil.second);
        let seconds = day
            .checked_mul(DAY)
            .and_then(|seconds| seconds.checked_add(of_day - i64::from(self.zone.offset)))
            .ok_or_else(|| Error::new("the time is out of range"))?;
        Ok(Time {
            seconds,
            ..self.clone()
        })
    }
}
