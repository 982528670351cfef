//! Times and days of time intervals.

use super::wrong_value;
use crate::lint::configuration::checker::{Checker, Names};
use crate::lint::configuration::scalars::written;
use crate::lint::units::shown;
use crate::source::Place;
use crate::yaml::{Map, Node};

const WEEKDAYS: &[&str] = &[
    "sunday",
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
];

const MONTHS: &[&str] = &[
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// Names that come twice.
pub fn names(map: &Map, checker: &mut Checker) {
    let mut names = Names::new();
    for key in ["mute_time_intervals", "time_intervals"] {
        checker.each_item(map, key, |checker, item| {
            let Some(item) = item.as_map() else { return };
            let message = |name: &str, _: &Place| format!("a second time interval has the name `{name}`");
            checker.unique(&mut names, &wrong_value::RULE, (item, "name"), message, None);
        });
    }
}

/// The two ends of `a:b`, or one for both.
fn ends<T>(text: &str, read: impl Fn(&str) -> Option<T>) -> Option<(T, T)> {
    let text = text.to_lowercase();
    let (first, last) = text.split_once(':').unwrap_or((&text, &text));
    Some((read(first)?, read(last)?))
}

fn looked_at(node: &Node, checker: &mut Checker, what: &str, problem: impl Fn(&str) -> Option<&'static str>) {
    let Some(text) = written(node) else {
        checker.wrong(node, format!("{} stands where {what} belong", node.kind()));
        return;
    };
    if let Some(problem) = problem(&text) {
        checker.wrong(node, format!("`{}` is not {what}: {problem}", shown(&text)));
    }
}

/// `monday:friday`.
pub fn weekdays(node: &Node, checker: &mut Checker) {
    looked_at(node, checker, "weekdays", |text| {
        match ends(text, |day| WEEKDAYS.iter().position(|known| *known == day)) {
            None => Some("a weekday is monday, tuesday and so on; from one to another `monday:friday`"),
            Some((first, last)) if first > last => {
                Some("the week begins with sunday here, so the last day is before the first")
            }
            Some(_) => None,
        }
    });
}

/// `1:7`, or `-3:-1` from the end.
pub fn days(node: &Node, checker: &mut Checker) {
    looked_at(node, checker, "days of the month", |text| {
        let Some((first, last)) = ends(text, number) else {
            return Some("a day is a number; from one to another `1:7`");
        };
        let is_day = |day: i64| day != 0 && (-31..=31).contains(&day);
        let from_start = |day: i64| if day < 0 { 28 + day } else { day };
        if !is_day(first) || !is_day(last) {
            Some("a day is from 1 to 31, or from -31 to -1 counted from the end")
        } else if first < 0 && last > 0 {
            Some("where the first day counts from the end, the last one does too")
        } else if from_start(first) > from_start(last) {
            Some("the last day is before the first")
        } else {
            None
        }
    });
}

/// `january:march`, or `1:3`.
pub fn months(node: &Node, checker: &mut Checker) {
    looked_at(node, checker, "months", |text| {
        let read = |month: &str| {
            let named = MONTHS.iter().position(|known| *known == month);
            named
                .and_then(|index| i64::try_from(index + 1).ok())
                .or_else(|| number(month))
        };
        match ends(text, read) {
            None => Some("a month is january, february and so on, or a number"),
            Some((first, last)) if first > last => Some("the last month is before the first"),
            Some(_) => None,
        }
    });
}

/// `2026:2028`.
pub fn years(node: &Node, checker: &mut Checker) {
    looked_at(node, checker, "years", |text| match ends(text, number) {
        None => Some("a year is a number; from one to another `2026:2028`"),
        Some((first, last)) if first > last => Some("the last year is before the first"),
        Some(_) => None,
    });
}

/// A time zone.
pub fn location(node: &Node, checker: &mut Checker) {
    looked_at(node, checker, "a time zone", |text| {
        let is_name = |c: char| c.is_ascii_alphanumeric() || "_+-/".contains(c);
        let is_path = text.starts_with(['/', '\\']) || text.contains("..");
        // A name may be of a zone that is newer than this program.
        match is_path || !text.chars().all(is_name) {
            true => Some("a zone is `UTC`, `Local` or a name such as `Europe/Berlin`"),
            false => None,
        }
    });
}

fn number(text: &str) -> Option<i64> {
    text.parse().ok()
}

/// `start_time` and `end_time`.
pub fn times(map: &Map, checker: &mut Checker) {
    let mut minutes = Vec::new();
    for key in ["start_time", "end_time"] {
        if !checker.require(map, "an item of `times`", key) {
            continue;
        }
        let text = map.get(key).and_then(written).unwrap_or_default();
        match minute_of(&text) {
            Some(minute) => minutes.push(minute),
            None => checker.wrong_key(
                map,
                key,
                format!("`{}` is not a time such as `09:00`", shown(&text)),
            ),
        }
    }
    if let [start, end] = minutes.as_slice()
        && start >= end
    {
        checker.wrong_key(
            map,
            "end_time",
            "`end_time` has to be after `start_time`; a night takes two items, to 24:00 and from 00:00"
                .to_owned(),
        );
    }
}

fn minute_of(text: &str) -> Option<u32> {
    let (hours, minutes) = text.split_once(':')?;
    let is_pair = |part: &str| part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
    if !is_pair(hours) || !is_pair(minutes) {
        return None;
    }
    let (hours, minutes): (u32, u32) = (hours.parse().ok()?, minutes.parse().ok()?);
    let fits = (hours < 24 && minutes < 60) || (hours == 24 && minutes == 0);
    fits.then_some(hours * 60 + minutes)
}
