//! Arithmetic with whole numbers (`int64`) and numbers.

use num_bigint::BigInt;

use super::convert::{printed, to_float, to_int};
use super::{Arguments, Call, Function, Type};
use crate::render::go::error::{Error, Result};
use crate::render::go::text::Text;
use crate::render::go::value::{List, Slot, Value};

/// What this family holds.
pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("int", &[Type::Any], int),
    Function::new("int64", &[Type::Any], int64),
    Function::new("float64", &[Type::Any], float64),
    Function::new("atoi", &[Type::String], atoi),
    Function::new("toDecimal", &[Type::Any], to_decimal),
    Function::variadic("add", &[], Type::Any, add),
    Function::new("add1", &[Type::Any], add1),
    Function::new("sub", &[Type::Any, Type::Any], sub),
    Function::new("div", &[Type::Any, Type::Any], div),
    Function::new("mod", &[Type::Any, Type::Any], modulo),
    Function::variadic("mul", &[Type::Any], Type::Any, mul),
    Function::variadic("max", &[Type::Any], Type::Any, max),
    Function::variadic("biggest", &[Type::Any], Type::Any, max),
    Function::variadic("min", &[Type::Any], Type::Any, min),
    Function::variadic("maxf", &[Type::Any], Type::Any, maxf),
    Function::variadic("minf", &[Type::Any], Type::Any, minf),
    Function::variadic("addf", &[], Type::Any, addf),
    Function::new("add1f", &[Type::Any], add1f),
    Function::variadic("subf", &[Type::Any], Type::Any, subf),
    Function::variadic("mulf", &[Type::Any], Type::Any, mulf),
    Function::variadic("divf", &[Type::Any], Type::Any, divf),
    Function::new("ceil", &[Type::Any], ceil),
    Function::new("floor", &[Type::Any], floor),
    Function::variadic("round", &[Type::Any, Type::Int], Type::Float, round),
    Function::new("until", &[Type::Int], until),
    Function::new("untilStep", &[Type::Int, Type::Int, Type::Int], until_step),
    Function::variadic("seq", &[], Type::Int, seq),
];

fn int(_: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    Ok(Value::Int(to_int(arguments.get(0))))
}

fn int64(_: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    Ok(Value::Int64(to_int(arguments.get(0))))
}

fn float64(_: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    Ok(Value::Float(to_float(arguments.get(0))))
}

/// The number that a text is in decimal digits; 0 for what is not one, the nearest for what is too large.
fn atoi(_: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    let text = arguments.str(0);
    let digits = text.strip_prefix(['+', '-']).unwrap_or(&text);
    let number = if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        0
    } else if text.starts_with('-') {
        text.parse().unwrap_or(i64::MIN)
    } else {
        digits.parse().unwrap_or(i64::MAX)
    };
    Ok(Value::Int(number))
}

/// The number that the octal digits of a value's text are; 0 for what has others.
fn to_decimal(call: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    let text = printed(call, arguments.get(0))?;
    let number = text.as_str().and_then(|text| i64::from_str_radix(text, 8).ok());
    Ok(Value::Int64(number.unwrap_or(0)))
}

fn add(_: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    let numbers = arguments.from(0).iter().map(to_int);
    Ok(Value::Int64(numbers.fold(0, i64::wrapping_add)))
}

fn add1(_: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    Ok(Value::Int64(to_int(arguments.get(0)).wrapping_add(1)))
}

fn sub(_: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    let (one, other) = (to_int(arguments.get(0)), to_int(arguments.get(1)));
    Ok(Value::Int64(one.wrapping_sub(other)))
}

/// Both numbers of a division.
fn divided(arguments: &Arguments) -> Result<(i64, i64)> {
    match (to_int(arguments.get(0)), to_int(arguments.get(1))) {
        (_, 0) => Err(Error::new("the second argument is 0")),
        numbers => Ok(numbers),
    }
}

fn div(_: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    let (one, other) = divided(&arguments)?;
    Ok(Value::Int64(one.wrapping_div(other)))
}

fn modulo(_: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    let (one, other) = divided(&arguments)?;
    Ok(Value::Int64(one.wrapping_rem(other)))
}

fn mul(_: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    let numbers = arguments.from(0).iter().map(to_int);
    Ok(Value::Int64(numbers.fold(1, i64::wrapping_mul)))
}

fn max(_: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    Ok(Value::Int64(
        arguments.from(0).iter().map(to_int).max().unwrap_or(0),
    ))
}

fn min(_: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    Ok(Value::Int64(
        arguments.from(0).iter().map(to_int).min().unwrap_or(0),
    ))
}

/// The number that is chosen again and again from two; what is not a number is contagious.
fn chosen(arguments: &Arguments, choose: fn(f64, f64) -> f64) -> Value {
    let mut numbers = arguments.from(0).iter().map(to_float);
    let first = numbers.next().unwrap_or(0.0);
    let choose = |one: f64, other: f64| {
        if one.is_nan() || other.is_nan() {
            f64::NAN
        } else {
            choose(one, other)
        }
    };
    Value::Float(numbers.fold(first, choose))
}

fn maxf(_: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    Ok(chosen(&arguments, f64::max))
}

fn minf(_: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    Ok(chosen(&arguments, f64::min))
}

fn ceil(_: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    Ok(Value::Float(to_float(arguments.get(0)).ceil()))
}

fn floor(_: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    Ok(Value::Float(to_float(arguments.get(0)).floor()))
}

/// Rounds to places after the point (before it, where negative): up from a fraction on, which is a half or given.
fn round(_: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    let number = to_float(arguments.get(0));
    let places = arguments.int(1);
    let half = if arguments.len() > 2 {
        arguments.float(2)
    } else {
        0.5
    };
    let power = power_of_ten(places);
    let shifted = power * number;
    let up = shifted.is_finite() && shifted - shifted.trunc() >= half;
    let rounded = if up { shifted.ceil() } else { shifted.floor() };
    Ok(Value::Float(rounded / power))
}

/// 10 to a power, with the rounding of repeated squaring.
fn power_of_ten(exponent: i64) -> f64 {
    let mut power = 1.0_f64;
    let mut square = 10.0_f64;
    let mut rest = exponent.unsigned_abs();
    while rest > 0 {
        if rest & 1 == 1 {
            power *= square;
        }
        rest >>= 1;
        square *= square;
    }
    if exponent < 0 { 1.0 / power } else { power }
}

/// An exact number: a whole one times a power of ten.
struct Decimal {
    number: BigInt,
    exponent: i32,
}

/// How many digits after the point a quotient has.
const QUOTIENT_DIGITS: i32 = 16;

impl Decimal {
    /// The shortest decimal number that is read as this one.
    fn of(value: &Value) -> Result<Decimal> {
        let number = to_float(value);
        if !number.is_finite() {
            return Err(Error::new(format!("it does not calculate with {number}")));
        }
        let written = format!("{number:e}");
        let (digits, exponent) = written.split_once('e').unwrap_or((&written, "0"));
        let places = digits.split_once('.').map_or(0, |(_, fraction)| fraction.len());
        let number = digits.replace('.', "").parse::<BigInt>().unwrap_or_default();
        let exponent = exponent.parse::<i32>().unwrap_or(0) - i32::try_from(places).unwrap_or(0);
        Ok(Decimal { number, exponent })
    }

    fn to_value(&self) -> Value {
        let written = format!("{}e{}", self.number, self.exponent);
        Value::Float(written.parse().unwrap_or(0.0))
    }

    /// Both whole numbers, times one power of ten.
    fn aligned(self, other: Decimal) -> (BigInt, BigInt, i32) {
        let exponent = self.exponent.min(other.exponent);
        let scaled = |decimal: Decimal| decimal.number * ten_to(decimal.exponent - exponent);
        (scaled(self), scaled(other), exponent)
    }

    fn plus(self, other: Decimal) -> Result<Decimal> {
        let (one, other, exponent) = self.aligned(other);
        let number = one + other;
        Ok(Decimal { number, exponent })
    }

    fn minus(self, other: Decimal) -> Result<Decimal> {
        let (one, other, exponent) = self.aligned(other);
        let number = one - other;
        Ok(Decimal { number, exponent })
    }

    fn times(self, other: Decimal) -> Result<Decimal> {
        Ok(Decimal {
            number: self.number * other.number,
            exponent: self.exponent.saturating_add(other.exponent),
        })
    }

    /// Rounded to [`QUOTIENT_DIGITS`], half away from zero.
    fn over(self, other: Decimal) -> Result<Decimal> {
        use num_bigint::Sign;
        if other.number.sign() == Sign::NoSign {
            return Err(Error::new("it does not divide by 0"));
        }
        let shift = self.exponent - other.exponent + QUOTIENT_DIGITS;
        let (mut one, mut other) = (self.number, other.number);
        if shift >= 0 {
            one *= ten_to(shift);
        } else {
            other *= ten_to(-shift);
        }
        let negative = (one.sign() == Sign::Minus) != (other.sign() == Sign::Minus);
        let (one, other) = (
            one.magnitude() * 2_u32 + other.magnitude(),
            other.magnitude() * 2_u32,
        );
        let sign = if negative { Sign::Minus } else { Sign::Plus };
        Ok(Decimal {
            number: BigInt::from_biguint(sign, one / other),
            exponent: -QUOTIENT_DIGITS,
        })
    }
}

fn ten_to(exponent: i32) -> BigInt {
    BigInt::from(10).pow(u32::try_from(exponent).unwrap_or(0))
}

/// A calculation in exact decimals, whose result alone is rounded.
fn calculated(
    call: &mut Call<'_>,
    first: Decimal,
    further: &[Value],
    step: fn(Decimal, Decimal) -> Result<Decimal>,
) -> Result<Value> {
    // Numbers grow with each argument.
    call.spend(further.len().saturating_mul(further.len() + 8))?;
    let mut result = first;
    for value in further {
        result = step(result, Decimal::of(value)?)?;
    }
    Ok(result.to_value())
}

fn addf(call: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    let zero = Decimal::of(&Value::Int(0))?;
    calculated(call, zero, arguments.from(0), Decimal::plus)
}

fn add1f(call: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    let one = Decimal::of(&Value::Int(1))?;
    calculated(call, one, arguments.from(0), Decimal::plus)
}

fn subf(call: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    let first = Decimal::of(arguments.get(0))?;
    calculated(call, first, arguments.from(1), Decimal::minus)
}

fn mulf(call: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    let first = Decimal::of(arguments.get(0))?;
    calculated(call, first, arguments.from(1), Decimal::times)
}

fn divf(call: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    let first = Decimal::of(arguments.get(0))?;
    calculated(call, first, arguments.from(1), Decimal::over)
}

/// The numbers from a start on, by a step, before a stop.
struct Steps {
    start: i64,
    step: i64,
    count: usize,
}

impl Steps {
    fn new(start: i64, stop: i64, step: i64) -> Self {
        let distance = i128::from(stop) - i128::from(start);
        let count = if step == 0 || (distance < 0) != (step < 0) {
            0
        } else {
            distance.unsigned_abs().div_ceil(u128::from(step.unsigned_abs()))
        };
        Steps {
            start,
            step,
            count: usize::try_from(count).unwrap_or(usize::MAX),
        }
    }

    /// As a list; its size is counted before it is made.
    fn list(self, call: &mut Call<'_>) -> Result<Value> {
        call.spend(self.count)?;
        call.reserve(self.count.saturating_mul(size_of::<Slot>()))?;
        Ok(List::from_ints(self.numbers()).into())
    }

    fn numbers(&self) -> impl Iterator<Item = i64> + use<> {
        let (start, step) = (self.start, self.step);
        std::iter::successors(Some(start), move |number| number.checked_add(step)).take(self.count)
    }
}

fn until(call: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    let count = arguments.int(0);
    Steps::new(0, count, if count < 0 { -1 } else { 1 }).list(call)
}

fn until_step(call: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    Steps::new(arguments.int(0), arguments.int(1), arguments.int(2)).list(call)
}

/// The numbers to an end, from a start (1) by a step (1 or -1), with blanks between them.
fn seq(call: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    let towards = |start: i64, end: i64| if end < start { -1 } else { 1 };
    let (start, step, end) = match arguments.len() {
        1 => (1, towards(1, arguments.int(0)), arguments.int(0)),
        2 => {
            let (start, end) = (arguments.int(0), arguments.int(1));
            (start, towards(start, end), end)
        }
        3 => (arguments.int(0), arguments.int(1), arguments.int(2)),
        _ => return Ok(Value::from("")),
    };
    // The step may be larger than one, but the end is moved by one.
    let stop = end.saturating_add(towards(start, end));
    let steps = Steps::new(start, stop, step);
    call.spend(steps.count)?;
    call.reserve(steps.count.saturating_mul(8))?;
    let mut out = String::new();
    for number in steps.numbers() {
        use std::fmt::Write as _;
        if !out.is_empty() {
            out.push(' ');
        }
        let _ = write!(out, "{number}");
    }
    Ok(Value::String(Text::from(out)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::go::functions::tests::call;

    fn float(name: &str, arguments: &[f64]) -> f64 {
        to_float(&call(name, arguments.iter().map(|number| Value::Float(*number))).unwrap())
    }

    #[test]
    #[expect(clippy::float_cmp, reason = "the results are exact")]
    fn calculates_in_decimals() {
        assert_eq!(float("addf", &[0.1, 0.2]), 0.3);
        assert_eq!(float("mulf", &[0.1, 0.2]), 0.02);
        assert_eq!(float("subf", &[0.3, 0.1]), 0.2);
        assert_eq!(float("add1f", &[0.1]), 1.1);
        assert_eq!(float("divf", &[1.0, 3.0]), 0.333_333_333_333_333_3);
        assert_eq!(float("divf", &[-2.0, 3.0]), -0.666_666_666_666_666_7);
        assert_eq!(float("divf", &[1.0, 1e-20]), 1e20);
        assert_eq!(float("divf", &[1.0, 1e20]), 0.0);
        assert_eq!(float("mulf", &[1e300, 1e300]), f64::INFINITY);
        assert!(call("divf", [Value::Int(1), Value::Int(0)]).is_err());
        assert!(call("addf", [Value::from("inf")]).is_err());
    }

    #[test]
    fn wraps_whole_numbers() {
        let int = |name, one, other| to_int(&call(name, [Value::Int(one), Value::Int(other)]).unwrap());
        assert_eq!(int("add", i64::MAX, 1), i64::MIN);
        assert_eq!(int("mul", i64::MAX, 2), -2);
        assert_eq!(int("div", i64::MIN, -1), i64::MIN);
        assert_eq!(int("mod", i64::MIN, -1), 0);
        assert_eq!(int("mod", -5, 3), -2);
        assert!(call("div", [Value::Int(1), Value::Int(0)]).is_err());
        let of_text = |text| to_int(&call("atoi", [Value::from(text)]).unwrap());
        assert_eq!(of_text("99999999999999999999"), i64::MAX);
        assert_eq!((of_text("+5"), of_text("0x10"), of_text("1_0")), (5, 0, 0));
    }

    #[test]
    #[expect(clippy::float_cmp, reason = "the results are exact")]
    fn rounds() {
        let rounded = |number, places, half| {
            let arguments = [Value::Float(number), Value::Int(places), Value::Float(half)];
            to_float(&call("round", arguments).unwrap())
        };
        assert_eq!(rounded(2.5, 0, 0.5), 3.0);
        assert_eq!(rounded(-2.5, 0, 0.5), -3.0);
        assert_eq!(rounded(123.555_555, 3, 0.5), 123.556);
        assert_eq!(rounded(123.555_555, 3, 0.6), 123.555);
        assert_eq!(rounded(155.0, -2, 0.5), 200.0);
    }

    #[test]
    fn counts() {
        let listed = |name, arguments: &[i64]| {
            let list = call(name, arguments.iter().map(|number| Value::Int(*number))).unwrap();
            list.as_list().unwrap().iter().map(to_int).collect::<Vec<_>>()
        };
        assert_eq!(listed("until", &[-3]), [0, -1, -2]);
        assert_eq!(listed("untilStep", &[3, 10, 3]), [3, 6, 9]);
        assert_eq!(listed("untilStep", &[10, 3, -3]), [10, 7, 4]);
        assert!(listed("untilStep", &[1, 2, 0]).is_empty());
        assert!(listed("untilStep", &[1, 5, -2]).is_empty());
        let written = |arguments: &[i64]| {
            let text = call("seq", arguments.iter().map(|number| Value::Int(*number))).unwrap();
            text.as_text().unwrap().lossy().into_owned()
        };
        assert_eq!(written(&[-3]), "1 0 -1 -2 -3");
        assert_eq!(written(&[0]), "1 0");
        assert_eq!(written(&[5, 1]), "5 4 3 2 1");
        assert_eq!(written(&[1, 2, 9]), "1 3 5 7 9");
        assert_eq!(written(&[9, -2, 1]), "9 7 5 3 1");
        assert_eq!(written(&[9, 2, 1]), "");
        assert!(call("until", [Value::Int(i64::MAX)]).unwrap_err().is_limit());
        assert!(call("seq", [Value::Int(i64::MIN)]).unwrap_err().is_limit());
    }
}
