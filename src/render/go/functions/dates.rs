//! Dates and spans of time.

use super::convert::{described, parse_float};
use super::moments::{Span, time_of};
use super::reading;
use super::time::{Time, Zone};
use super::{Arguments, Call, Function, Type};
use crate::render::go::error::{Error, Result};
use crate::render::go::value::Value;

const TIME: Type = Type::Object("time.Time");

/// What this family holds.
pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("now", &[], now),
    Function::new("ago", &[Type::Any], ago),
    Function::new("date", &[Type::String, Type::Any], date),
    Function::new(
        "dateInZone",
        &[Type::String, Type::Any, Type::String],
        date_in_zone,
    ),
    Function::new(
        "date_in_zone",
        &[Type::String, Type::Any, Type::String],
        date_in_zone,
    ),
    Function::new("htmlDate", &[Type::Any], html_date),
    Function::new("htmlDateInZone", &[Type::Any, Type::String], html_date_in_zone),
    Function::new("dateModify", &[Type::String, TIME], date_modify),
    Function::new("date_modify", &[Type::String, TIME], date_modify),
    Function::new("mustDateModify", &[Type::String, TIME], must_date_modify),
    Function::new("must_date_modify", &[Type::String, TIME], must_date_modify),
    Function::new("toDate", &[Type::String, Type::String], to_date),
    Function::new("mustToDate", &[Type::String, Type::String], must_to_date),
    Function::new("unixEpoch", &[TIME], unix_epoch),
    Function::new("duration", &[Type::Any], duration),
    Function::new("durationRound", &[Type::Any], duration_round),
    Function::new("mustToDuration", &[Type::Any], must_to_duration),
    Function::new("durationSeconds", &[Type::Any], |_, arguments| {
        units(&arguments, SECOND)
    }),
    Function::new("durationMinutes", &[Type::Any], |_, arguments| {
        units(&arguments, 60 * SECOND)
    }),
    Function::new("durationHours", &[Type::Any], |_, arguments| {
        units(&arguments, HOUR)
    }),
    Function::new("durationDays", &[Type::Any], |_, arguments| days(&arguments, 1.0)),
    Function::new("durationWeeks", &[Type::Any], |_, arguments| {
        days(&arguments, 7.0)
    }),
    Function::new("durationMilliseconds", &[Type::Any], |_, arguments| {
        whole_units(&arguments, 1_000_000)
    }),
    Function::new("durationMicroseconds", &[Type::Any], |_, arguments| {
        whole_units(&arguments, 1000)
    }),
    Function::new("durationNanoseconds", &[Type::Any], |_, arguments| {
        whole_units(&arguments, 1)
    }),
    Function::new("durationRoundTo", &[Type::Any, Type::Any], |_, arguments| {
        Ok(Value::object(span(&arguments, 0).rounded(span(&arguments, 1))))
    }),
    Function::new("durationTruncateTo", &[Type::Any, Type::Any], |_, arguments| {
        Ok(Value::object(span(&arguments, 0).truncated(span(&arguments, 1))))
    }),
];

const SECOND: i64 = 1_000_000_000;
const HOUR: i64 = 3600 * SECOND;

fn current(call: &Call<'_>) -> Time {
    Time::of_system(call.host.now())
}

fn now(call: &mut Call<'_>, _: Arguments) -> Result<Value> {
    Ok(Value::object(current(call)))
}

/// A time, or a whole number of seconds since 1970; now for anything else.
fn moment(call: &Call<'_>, value: &Value) -> Time {
    match value {
        Value::Int(seconds) | Value::Int64(seconds) => Time::unix(*seconds),
        other => other.as_object().cloned().unwrap_or_else(|| current(call)),
    }
}

/// How long ago a time was.
fn ago(call: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    let time = moment(call, arguments.get(0));
    let passed = current(call).since(&time).rounded(Span(SECOND));
    Ok(Value::from(passed.text()))
}

/// A time in a zone. What is not a zone that the machine knows is UTC; so is the machine's own, for results that do not
/// depend on where they are made.
fn in_zone(time: &Time, name: &str) -> Time {
    let zone = Some(name)
        .filter(|name| !matches!(*name, "" | "UTC" | "Local"))
        .and_then(|name| jiff::tz::TimeZone::get(name).ok())
        // The file system of most machines tells capitals and small letters apart.
        .filter(|zone| zone.iana_name() == Some(name))
        .map(|zone| {
            // After 400 years the calendar is the same: what is out of range has the offset that it has then.
            let (min, max) = (jiff::Timestamp::MIN.as_second(), jiff::Timestamp::MAX.as_second());
            let cycle = 146_097 * 86_400;
            let seconds = if time.seconds > max {
                max - cycle + (time.seconds - max) % cycle
            } else {
                time.seconds.max(min)
            };
            let info = zone.to_offset_info(jiff::Timestamp::from_second(seconds).unwrap_or_default());
            Zone {
                name: info.abbreviation().to_owned(),
                offset: info.offset().seconds(),
            }
        });
    Time {
        zone: zone.unwrap_or_else(Zone::utc),
        ..time.clone()
    }
}

fn written(call: &mut Call<'_>, value: &Value, layout: &[u8], zone: &str) -> Result<Value> {
    call.spend(layout.len())?;
    call.reserve(layout.len().saturating_mul(4))?;
    let time = in_zone(&moment(call, value), zone);
    Ok(Value::String(time.format(layout)))
}

fn date(call: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    written(call, arguments.get(1), &arguments.text(0), "Local")
}

fn date_in_zone(call: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    written(call, arguments.get(1), &arguments.text(0), &arguments.str(2))
}

fn html_date(call: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    written(call, arguments.get(0), b"2006-01-02", "Local")
}

fn html_date_in_zone(call: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    written(call, arguments.get(0), b"2006-01-02", &arguments.str(1))
}

/// The time later by a duration; the same where that is not one.
fn date_modify(_: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    let time = time_of(&arguments, 1)?;
    let span = Span::parse(&arguments.str(0)).unwrap_or(Span(0));
    Ok(Value::object(time.plus(i128::from(span.0))))
}

fn must_date_modify(_: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    let time = time_of(&arguments, 1)?;
    let text = arguments.str(0);
    let span = Span::parse(&text).ok_or_else(|| not_a_duration(&text))?;
    Ok(Value::object(time.plus(i128::from(span.0))))
}

fn not_a_duration(text: &str) -> Error {
    Error::new(format!("`{text}` is not a duration such as `1h30m`"))
}

/// The time that a text is in a layout; the first moment of the year 1 where it is none.
fn to_date(call: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    call.spend(arguments.text(0).len() + arguments.text(1).len())?;
    let time = reading::parse(&arguments.text(0), &arguments.text(1));
    Ok(Value::object(time.unwrap_or_else(|_| Time::zero())))
}

fn must_to_date(call: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    call.spend(arguments.text(0).len() + arguments.text(1).len())?;
    reading::parse(&arguments.text(0), &arguments.text(1))
        .map(Value::object)
        .map_err(|reason| {
            let (layout, text) = (arguments.str(0), arguments.str(1));
            Error::new(format!("`{text}` is not a time as `{layout}` has it: {reason}"))
        })
}

fn unix_epoch(_: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    Ok(Value::from(time_of(&arguments, 0)?.seconds.to_string()))
}

/// Seconds, as `int64` or a text, as a duration's text.
fn duration(_: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    let seconds = match arguments.get(0) {
        Value::Int64(seconds) => *seconds,
        Value::String(text) => {
            let text = text.lossy();
            let digits = text.strip_prefix(['+', '-']).unwrap_or(&text);
            if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
                0
            } else {
                let largest = if text.starts_with('-') { i64::MIN } else { i64::MAX };
                text.parse().unwrap_or(largest)
            }
        }
        _ => 0,
    };
    Ok(Value::from(Span(seconds.wrapping_mul(SECOND)).text()))
}

/// The largest unit of a duration that it is longer than, with the number of it.
fn duration_round(call: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    let span = match arguments.get(0) {
        Value::String(text) => Span::parse(&text.lossy()).unwrap_or(Span(0)),
        Value::Int64(nanos) => Span(*nanos),
        other => match other.as_object::<Time>() {
            Some(time) => current(call).since(time),
            None => Span(0),
        },
    };
    let nanos = span.0.unsigned_abs();
    let units = [
        (365 * 24 * HOUR, "y"),
        (30 * 24 * HOUR, "mo"),
        (24 * HOUR, "d"),
        (HOUR, "h"),
        (60 * SECOND, "m"),
        (SECOND, "s"),
    ];
    let found = units
        .iter()
        .map(|(unit, name)| (unit.unsigned_abs(), name))
        .find(|(unit, _)| nanos > *unit);
    Ok(Value::from(match found {
        Some((unit, name)) => format!("{}{name}", nanos / unit),
        None => "0s".to_owned(),
    }))
}

/// A duration: itself, a text such as `1h30m`, or a number of seconds.
fn to_span(value: &Value) -> Result<Span> {
    let too_long = |shown: &dyn std::fmt::Display| Error::new(format!("{shown} seconds are too long a time"));
    let of_whole = |seconds: i64| {
        let nanos = seconds.checked_mul(SECOND);
        nanos.map(Span).ok_or_else(|| too_long(&seconds))
    };
    let of_float = |seconds: f64| {
        let nanos = seconds * 1e9;
        #[expect(clippy::cast_possible_truncation, reason = "the range was checked")]
        if nanos.abs() < 9_223_372_036_854_775_808.0 {
            Ok(Span(nanos as i64))
        } else {
            Err(too_long(&seconds))
        }
    };
    match value {
        Value::Int(seconds) | Value::Int64(seconds) => of_whole(*seconds),
        Value::Byte(seconds) => of_whole(i64::from(*seconds)),
        Value::Uint64(seconds) => of_whole(i64::try_from(*seconds).unwrap_or(i64::MAX)),
        Value::Float(seconds) => of_float(*seconds),
        Value::String(text) => {
            let text = text.lossy();
            let text = text.trim();
            match parse_float(text) {
                Some(seconds) => of_float(seconds),
                None => Span::parse(text).ok_or_else(|| not_a_duration(text)),
            }
        }
        other => other.as_object().copied().ok_or_else(|| {
            Error::new(format!(
                "it takes a duration or a number of seconds, not {}",
                described(other)
            ))
        }),
    }
}

fn must_to_duration(_: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    to_span(arguments.get(0)).map(Value::object)
}

/// A duration; none for what is not one.
fn span(arguments: &Arguments, index: usize) -> Span {
    to_span(arguments.get(index)).unwrap_or(Span(0))
}

fn units(arguments: &Arguments, unit: i64) -> Result<Value> {
    Ok(Value::Float(span(arguments, 0).in_units(unit)))
}

/// Units of so many days.
fn days(arguments: &Arguments, days: f64) -> Result<Value> {
    Ok(Value::Float(span(arguments, 0).in_units(HOUR) / 24.0 / days))
}

fn whole_units(arguments: &Arguments, unit: i64) -> Result<Value> {
    Ok(Value::Int64(span(arguments, 0).0 / unit))
}

#[cfg(test)]
mod tests {
    use crate::render::go::functions::tests::call;
    use crate::render::go::value::Value;

    fn text(name: &str, arguments: impl IntoIterator<Item = Value>) -> String {
        let found = call(name, arguments).unwrap_or_else(|error| panic!("{name}: {error}"));
        match &found {
            Value::Object(object) => object.string().unwrap().lossy().into_owned(),
            other => other.as_text().unwrap().lossy().into_owned(),
        }
    }

    #[test]
    fn writes_times_in_layouts() {
        let date = |layout: &str, seconds| text("date", [layout.into(), Value::Int64(seconds)]);
        assert_eq!(
            date("2006-01-02T15:04:05Z07:00", 1_000_000_000),
            "2001-09-09T01:46:40Z"
        );
        assert_eq!(
            date("Januaryx Janx Jan Mondayx Monx Mon", 0),
            "Januaryx Janx Jan Thursdayx Monx Thu"
        );
        assert_eq!(
            date("002 02 2 _2 __2 _2006 20060 006", 0),
            "001 01 1  1   1 _1970 19700 070"
        );
        assert_eq!(date("15 3 03 PM pm P p", 0), "00 12 12 AM am P p");
        assert_eq!(
            date("05.000 05,999 05.0001 .000 .999 05.00x", 0),
            "00.000 00 00.0001 .000  00.00x"
        );
        assert_eq!(
            date("-07 -0700 -07:00 Z070000 -07:00:00", 0),
            "+00 +0000 +00:00 Z +00:00:00"
        );
        assert_eq!(date("2006-01-02", 253_402_300_800), "10000-01-01");
        assert_eq!(date("2006-01-02", -99_999_999_999), "-1199-02-15");
        assert_eq!(date("2006 06", i64::MAX), "292277026596 96");
        assert_eq!(text("htmlDate", [Value::Int(951_782_400)]), "2000-02-29");
    }

    #[test]
    fn knows_time_zones() {
        let date = |layout: &str, zone: &str| {
            text(
                "dateInZone",
                [layout.into(), Value::Int64(1_000_000_000), zone.into()],
            )
        };
        assert_eq!(date("15 MST", "Nowhere/At_All"), "01 UTC");
        assert_eq!(date("15 MST", "../UTC"), "01 UTC");
        // Machines may have no time zones, as Helm's may.
        if std::path::Path::new("/usr/share/zoneinfo/Europe/Berlin").exists() {
            assert_eq!(date("15:04 MST -07:00", "Europe/Berlin"), "03:46 CEST +02:00");
            assert_eq!(date("15 MST", "europe/berlin"), "01 UTC");
        }
    }

    #[test]
    fn reads_times_in_layouts() {
        for (layout, given, expected) in [
            ("2006-01-02", "2021-03-04", "2021-03-04 00:00:00 +0000 UTC"),
            (
                "2006-01-02 15:04:05 MST",
                "2021-03-04 05:06:07 CET",
                "2021-03-04 05:06:07 +0000 CET",
            ),
            (
                "2006-01-02 15:04:05 -0700",
                "2021-03-04 05:06:07 +0130",
                "2021-03-04 05:06:07 +0130 +0130",
            ),
            (
                "2006-01-02T15:04:05Z07:00",
                "2021-03-04T05:06:07.123456Z",
                "2021-03-04 05:06:07.123456 +0000 UTC",
            ),
            (
                "Jan _2 2006 3:04PM",
                "Mar  4 2021 5:06AM",
                "2021-03-04 05:06:00 +0000 UTC",
            ),
            ("2006 002", "2021 100", "2021-04-10 00:00:00 +0000 UTC"),
            ("2006 MST", "2020 GMT+3", "2020-01-01 03:00:00 +0300 GMT+3"),
            ("2006 MST", "2020 +03", "2020-01-01 00:00:00 +0000 +03"),
            ("15:04", "10:30", "0000-01-01 10:30:00 +0000 UTC"),
            ("06-1-2", "70-2-3", "1970-02-03 00:00:00 +0000 UTC"),
            (
                "Mon Jan _2 2006",
                "thu Mar  4 2021",
                "2021-03-04 00:00:00 +0000 UTC",
            ),
            ("2006 __2", "2020  60", "2020-02-29 00:00:00 +0000 UTC"),
            ("2006-01-02", "2021-02-29", "0001-01-01 00:00:00 +0000 UTC"),
            (
                "2006-01-02 002",
                "2021-03-04 064",
                "0001-01-01 00:00:00 +0000 UTC",
            ),
            ("2006 -0700", "2020 +2500", "0001-01-01 00:00:00 +0000 UTC"),
            ("2006 MST", "2020 ABCDEF", "0001-01-01 00:00:00 +0000 UTC"),
        ] {
            assert_eq!(
                text("toDate", [layout.into(), given.into()]),
                expected,
                "{given} as {layout}"
            );
        }
        let error = call("mustToDate", ["2006-01-02".into(), "2021-13-04".into()]).unwrap_err();
        assert!(error.message().contains("month 13 is out of range"), "{error}");
    }

    #[test]
    fn calculates_with_times() {
        let time = call(
            "toDate",
            ["2006-01-02T15:04:05Z07:00".into(), "2021-03-04T05:06:07Z".into()],
        )
        .unwrap();
        assert_eq!(
            text("dateModify", ["-1.5h".into(), time.clone()]),
            "2021-03-04 03:36:07 +0000 UTC"
        );
        assert_eq!(
            text("dateModify", ["x".into(), time.clone()]),
            "2021-03-04 05:06:07 +0000 UTC"
        );
        assert!(call("mustDateModify", ["x".into(), time.clone()]).is_err());
        assert_eq!(text("unixEpoch", [time]), "1614834367");
    }

    #[test]
    fn writes_durations() {
        assert_eq!(text("duration", [Value::from("95")]), "1m35s");
        assert_eq!(text("duration", [Value::Int(95)]), "0s");
        assert_eq!(text("duration", [Value::from("99999999999999999999")]), "-1s");
        for (given, expected) in [
            ("2h10m5s", "2h"),
            ("1h", "60m"),
            ("800h", "1mo"),
            ("9000h", "1y"),
            ("-90m", "1h"),
        ] {
            assert_eq!(text("durationRound", [Value::from(given)]), expected);
        }
    }

    #[test]
    fn reads_durations() {
        let span = |value: Value| call("mustToDuration", [value]).ok().map(|_| ());
        for (given, expected) in [
            (Value::from("1h30m"), "1h30m0s"),
            (Value::from(" 1e3 "), "16m40s"),
            (Value::from("-.5h"), "-30m0s"),
            (Value::from("1.s"), "1s"),
            (Value::from("1μs"), "1µs"),
            (Value::from("1_0"), "10s"),
            (Value::Float(1.000_000_001_9), "1.000000001s"),
            (Value::Int(5), "5s"),
        ] {
            assert_eq!(text("mustToDuration", [given]), expected);
        }
        for wrong in [
            "",
            "x",
            ".s",
            "1d",
            "1h 30m",
            "0x10",
            "inf",
            "99999999999",
            "99999999999h",
        ] {
            assert!(span(Value::from(wrong)).is_none(), "{wrong}");
        }
        assert!(span(Value::Nil).is_none());
        assert!(span(Value::Bool(true)).is_none());
        assert_eq!(
            text("durationRoundTo", [Value::from("-1h30m"), Value::from("1h")]),
            "-2h0m0s"
        );
        assert_eq!(
            text("durationTruncateTo", [Value::from("1h34m"), Value::from("-1h")]),
            "1h34m0s"
        );
    }
}
