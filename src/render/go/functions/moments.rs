//! The methods of times, months, days of the week and spans of time.

use std::any::Any;

use super::layout;
use super::time::Time;
use super::{Arguments, Function, Type};
use crate::render::go::error::{Error, Result};
use crate::render::go::text::Text;
use crate::render::go::value::{Kind, Object, Value};

impl Time {
    pub fn format(&self, layout: &[u8]) -> Text {
        Text::from(layout::format(self, layout))
    }

    /// The span from an earlier moment to this one; the longest one for what is longer.
    pub fn since(&self, earlier: &Time) -> Span {
        let nanos = self.nanos_since_1970() - earlier.nanos_since_1970();
        Span(i64::try_from(nanos).unwrap_or(if nanos < 0 { i64::MIN } else { i64::MAX }))
    }
}

/// The time that is an argument.
pub(super) fn time_of(arguments: &Arguments, index: usize) -> Result<&Time> {
    let time = arguments.get(index).as_object();
    time.ok_or_else(|| Error::new("it takes a time, which `now` and `toDate` make"))
}

const TIME: Type = Type::Object("time.Time");

fn whole(number: u32) -> Value {
    Value::Int(i64::from(number))
}

static TIME_METHODS: [Function; 23] = [
    Function::new("Year", &[TIME], |_, arguments| {
        Ok(Value::Int(time_of(&arguments, 0)?.civil().year))
    }),
    Function::new("Month", &[TIME], |_, arguments| {
        let month = time_of(&arguments, 0)?.civil().month;
        Ok(Value::object(Named::new(
            "time.Month",
            month,
            layout::month_name(month),
        )))
    }),
    Function::new("Weekday", &[TIME], |_, arguments| {
        let day = time_of(&arguments, 0)?.civil().weekday;
        Ok(Value::object(Named::new(
            "time.Weekday",
            day,
            layout::day_name(day),
        )))
    }),
    Function::new("Day", &[TIME], |_, arguments| {
        Ok(whole(time_of(&arguments, 0)?.civil().day))
    }),
    Function::new("Hour", &[TIME], |_, arguments| {
        Ok(whole(time_of(&arguments, 0)?.civil().hour))
    }),
    Function::new("Minute", &[TIME], |_, arguments| {
        Ok(whole(time_of(&arguments, 0)?.civil().minute))
    }),
    Function::new("Second", &[TIME], |_, arguments| {
        Ok(whole(time_of(&arguments, 0)?.civil().second))
    }),
    Function::new("Nanosecond", &[TIME], |_, arguments| {
        Ok(whole(time_of(&arguments, 0)?.nanos))
    }),
    Function::new("YearDay", &[TIME], |_, arguments| {
        Ok(whole(time_of(&arguments, 0)?.civil().year_day))
    }),
    Function::new("Unix", &[TIME], |_, arguments| {
        Ok(Value::Int64(time_of(&arguments, 0)?.seconds))
    }),
    Function::new("UnixMilli", &[TIME], |_, arguments| scaled(&arguments, 1_000_000)),
    Function::new("UnixMicro", &[TIME], |_, arguments| scaled(&arguments, 1000)),
    Function::new("UnixNano", &[TIME], |_, arguments| scaled(&arguments, 1)),
    Function::new("Format", &[TIME, Type::String], |call, arguments| {
        let layout = arguments.text(1);
        call.spend(layout.len())?;
        Ok(Value::String(time_of(&arguments, 0)?.format(&layout)))
    }),
    Function::new("String", &[TIME], |_, arguments| {
        Ok(Value::String(
            time_of(&arguments, 0)?.string().unwrap_or_default(),
        ))
    }),
    Function::new("UTC", &[TIME], |_, arguments| {
        Ok(Value::object(time_of(&arguments, 0)?.in_utc()))
    }),
    Function::new("Local", &[TIME], |_, arguments| {
        Ok(Value::object(time_of(&arguments, 0)?.in_utc()))
    }),
    Function::new("Add", &[TIME, Type::Any], |_, arguments| {
        let span = Span::of(arguments.get(1)).ok_or_else(|| Error::new("it adds a duration"))?;
        Ok(Value::object(time_of(&arguments, 0)?.plus(i128::from(span.0))))
    }),
    Function::new(
        "AddDate",
        &[TIME, Type::Int, Type::Int, Type::Int],
        |_, arguments| {
            let time = time_of(&arguments, 0)?;
            let later = time.plus_days(arguments.int(1), arguments.int(2), arguments.int(3))?;
            Ok(Value::object(later))
        },
    ),
    Function::new("Sub", &[TIME, TIME], |_, arguments| {
        Ok(Value::object(
            time_of(&arguments, 0)?.since(time_of(&arguments, 1)?),
        ))
    }),
    Function::new("After", &[TIME, TIME], |_, arguments| {
        let (one, other) = (time_of(&arguments, 0)?, time_of(&arguments, 1)?);
        Ok(Value::Bool(one.nanos_since_1970() > other.nanos_since_1970()))
    }),
    Function::new("Before", &[TIME, TIME], |_, arguments| {
        let (one, other) = (time_of(&arguments, 0)?, time_of(&arguments, 1)?);
        Ok(Value::Bool(one.nanos_since_1970() < other.nanos_since_1970()))
    }),
    Function::new("IsZero", &[TIME], |_, arguments| {
        let time = time_of(&arguments, 0)?;
        Ok(Value::Bool(
            time.nanos_since_1970() == Time::zero().nanos_since_1970(),
        ))
    }),
];

/// The time since 1970 in units of so many nanoseconds.
fn scaled(arguments: &Arguments, unit: i128) -> Result<Value> {
    let nanos = time_of(arguments, 0)?.nanos_since_1970().div_euclid(unit);
    Ok(Value::Int64(i64::try_from(nanos).unwrap_or(0)))
}

impl Object for Time {
    fn type_name(&self) -> &'static str {
        "time.Time"
    }

    fn method(&self, name: &str) -> Option<&'static Function> {
        TIME_METHODS.iter().find(|method| method.name == name)
    }

    fn string(&self) -> Option<Text> {
        Some(self.format(b"2006-01-02 15:04:05.999999999 -0700 MST"))
    }

    fn json(&self) -> Option<Value> {
        Some(self.format(b"2006-01-02T15:04:05.999999999Z07:00").into())
    }

    fn is_equal(&self, other: &dyn Object) -> bool {
        other.as_any().downcast_ref::<Time>().is_some_and(|other| {
            self.nanos_since_1970() == other.nanos_since_1970() && self.zone == other.zone
        })
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// A span of time in nanoseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Span(pub i64);

const UNITS: [(&str, u64); 8] = [
    ("ns", 1),
    ("us", 1000),
    ("µs", 1000),
    ("μs", 1000),
    ("ms", 1_000_000),
    ("s", 1_000_000_000),
    ("m", 60_000_000_000),
    ("h", 3_600_000_000_000),
];

impl Span {
    /// A span that a value is, by itself or as a number of nanoseconds.
    fn of(value: &Value) -> Option<Span> {
        match value {
            Value::Int(nanos) => Some(Span(*nanos)),
            other => other.as_object().copied(),
        }
    }

    /// Reads numbers with units one after another: `1h30m`, `-1.5s`.
    pub fn parse(text: &str) -> Option<Span> {
        let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
        if unsigned == "0" {
            return Some(Span(0));
        }
        if unsigned.is_empty() {
            return None;
        }
        let mut rest = unsigned;
        let mut sum = 0_u64;
        while !rest.is_empty() {
            let end = |text: &str| {
                text.find(|letter: char| !letter.is_ascii_digit())
                    .unwrap_or(text.len())
            };
            let (whole, after) = rest.split_at(end(rest));
            let (fraction, after) = match after.strip_prefix('.') {
                Some(after) => after.split_at(end(after)),
                None => ("", after),
            };
            if whole.is_empty() && fraction.is_empty() {
                return None;
            }
            let unit_end = after
                .find(|letter: char| letter == '.' || letter.is_ascii_digit())
                .unwrap_or(after.len());
            let (unit, after) = after.split_at(unit_end);
            let (_, unit) = UNITS.iter().find(|(name, _)| *name == unit)?;
            let whole: u64 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
            sum = sum.checked_add(whole.checked_mul(*unit)?)?;
            sum = sum.checked_add(fraction_of(fraction, *unit))?;
            if sum > 1 << 63 {
                return None;
            }
            rest = after;
        }
        if text.starts_with('-') {
            Some(Span(0_i64.wrapping_sub_unsigned(sum)))
        } else {
            i64::try_from(sum).ok().map(Span)
        }
    }

    /// The text that Go has for it: `1h30m0s`.
    pub fn text(self) -> String {
        let nanos = self.0.unsigned_abs();
        let sign = if self.0 < 0 { "-" } else { "" };
        // The whole part of a number in a unit of nanoseconds, with the fraction.
        let decimal = |unit: u64, digits: usize| {
            let fraction = format!("{:0digits$}", nanos % unit);
            let fraction = fraction.trim_end_matches('0');
            let dot = if fraction.is_empty() { "" } else { "." };
            format!("{dot}{fraction}")
        };
        match nanos {
            0 => "0s".to_owned(),
            1..1000 => format!("{sign}{nanos}ns"),
            1000..1_000_000 => format!("{sign}{}{}µs", nanos / 1000, decimal(1000, 3)),
            1_000_000..1_000_000_000 => format!("{sign}{}{}ms", nanos / 1_000_000, decimal(1_000_000, 6)),
            _ => {
                let seconds = nanos / 1_000_000_000;
                let last = format!("{}{}s", seconds % 60, decimal(1_000_000_000, 9));
                let (hours, minutes) = (seconds / 3600, seconds / 60 % 60);
                if hours > 0 {
                    format!("{sign}{hours}h{minutes}m{last}")
                } else if minutes > 0 {
                    format!("{sign}{minutes}m{last}")
                } else {
                    format!("{sign}{last}")
                }
            }
        }
    }

    /// To the nearest multiple of another span, halves away from zero; itself where that is not positive.
    pub fn rounded(self, to: Span) -> Span {
        if to.0 <= 0 {
            return self;
        }
        let (nanos, unit) = (i128::from(self.0), i128::from(to.0));
        let rest = nanos % unit;
        let rounded = if rest.abs() * 2 < unit {
            nanos - rest
        } else {
            nanos - rest + unit * nanos.signum()
        };
        Span(i64::try_from(rounded).unwrap_or(if rounded < 0 { i64::MIN } else { i64::MAX }))
    }

    /// Towards zero to a multiple of another span; itself where that is not positive.
    pub fn truncated(self, to: Span) -> Span {
        if to.0 <= 0 {
            self
        } else {
            Span(self.0 - self.0 % to.0)
        }
    }

    /// In units of so many nanoseconds.
    pub fn in_units(self, unit: i64) -> f64 {
        #[expect(
            clippy::cast_precision_loss,
            reason = "so does Go: whole units and rest apart"
        )]
        let (whole, rest) = ((self.0 / unit) as f64, (self.0 % unit) as f64 / unit as f64);
        whole + rest
    }
}

/// The fraction of a unit that digits after a point are.
fn fraction_of(digits: &str, unit: u64) -> u64 {
    let mut number = 0_u64;
    let mut scale = 1.0_f64;
    for digit in digits.bytes() {
        let next = number
            .checked_mul(10)
            .and_then(|number| number.checked_add(u64::from(digit - b'0')))
            .filter(|number| *number <= 1 << 63);
        match next {
            Some(next) => {
                number = next;
                scale *= 10.0;
            }
            // Further digits do not count.
            None => break,
        }
    }
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "so does Go, and the result is below the unit"
    )]
    let nanos = (number as f64 * (unit as f64 / scale)) as u64;
    nanos
}

const SPAN: Type = Type::Object("time.Duration");

/// The span that is an argument.
fn span_of(arguments: &Arguments, index: usize) -> Result<Span> {
    Span::of(arguments.get(index))
        .ok_or_else(|| Error::new("it takes a duration, which `mustToDuration` makes"))
}

static SPAN_METHODS: [Function; 10] = [
    Function::new("Hours", &[SPAN], |_, arguments| {
        Ok(Value::Float(span_of(&arguments, 0)?.in_units(3_600_000_000_000)))
    }),
    Function::new("Minutes", &[SPAN], |_, arguments| {
        Ok(Value::Float(span_of(&arguments, 0)?.in_units(60_000_000_000)))
    }),
    Function::new("Seconds", &[SPAN], |_, arguments| {
        Ok(Value::Float(span_of(&arguments, 0)?.in_units(1_000_000_000)))
    }),
    Function::new("Milliseconds", &[SPAN], |_, arguments| {
        Ok(Value::Int64(span_of(&arguments, 0)?.0 / 1_000_000))
    }),
    Function::new("Microseconds", &[SPAN], |_, arguments| {
        Ok(Value::Int64(span_of(&arguments, 0)?.0 / 1000))
    }),
    Function::new("Nanoseconds", &[SPAN], |_, arguments| {
        Ok(Value::Int64(span_of(&arguments, 0)?.0))
    }),
    Function::new("String", &[SPAN], |_, arguments| {
        Ok(Value::from(span_of(&arguments, 0)?.text()))
    }),
    Function::new("Round", &[SPAN, Type::Any], |_, arguments| {
        Ok(Value::object(
            span_of(&arguments, 0)?.rounded(span_of(&arguments, 1)?),
        ))
    }),
    Function::new("Truncate", &[SPAN, Type::Any], |_, arguments| {
        Ok(Value::object(
            span_of(&arguments, 0)?.truncated(span_of(&arguments, 1)?),
        ))
    }),
    Function::new("Abs", &[SPAN], |_, arguments| {
        Ok(Value::object(Span(span_of(&arguments, 0)?.0.saturating_abs())))
    }),
];

impl Object for Span {
    fn type_name(&self) -> &'static str {
        "time.Duration"
    }

    fn kind(&self) -> Kind {
        Kind::Int64
    }

    fn number(&self) -> Option<i64> {
        Some(self.0)
    }

    fn method(&self, name: &str) -> Option<&'static Function> {
        SPAN_METHODS.iter().find(|method| method.name == name)
    }

    fn string(&self) -> Option<Text> {
        Some(Text::from(self.text()))
    }

    fn json(&self) -> Option<Value> {
        Some(Value::Int64(self.0))
    }

    fn is_equal(&self, other: &dyn Object) -> bool {
        other.as_any().downcast_ref() == Some(self)
    }

    fn is_true(&self) -> bool {
        self.0 != 0
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// A number that has a name: a month or a day of the week.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Named {
    of: &'static str,
    pub number: i64,
    name: &'static str,
}

impl Named {
    fn new(of: &'static str, number: u32, name: &'static str) -> Self {
        Named {
            of,
            number: i64::from(number),
            name,
        }
    }
}

static NAMED_METHODS: [Function; 1] = [Function::new("String", &[Type::Any], |_, arguments| {
    let named = arguments.get(0).as_object::<Named>();
    Ok(Value::from(named.map(|named| named.name).unwrap_or_default()))
})];

impl Object for Named {
    fn type_name(&self) -> &'static str {
        self.of
    }

    fn kind(&self) -> Kind {
        Kind::Int
    }

    fn number(&self) -> Option<i64> {
        Some(self.number)
    }

    fn method(&self, name: &str) -> Option<&'static Function> {
        NAMED_METHODS.iter().find(|method| method.name == name)
    }

    fn string(&self) -> Option<Text> {
        Some(Text::from(self.name))
    }

    fn json(&self) -> Option<Value> {
        Some(Value::Int(self.number))
    }

    fn is_equal(&self, other: &dyn Object) -> bool {
        other.as_any().downcast_ref() == Some(self)
    }

    fn is_true(&self) -> bool {
        self.number != 0
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
