//! TOML, written as Helm's library lays it out.

use toml::de::{DeTable, DeValue};
use toml_datetime::{Datetime, Offset};

use super::convert::{described, items};
use super::time::{Civil, Time, Zone};
use super::{Arguments, Call, Function, Type};
use crate::render::go::error::{DEEPEST, Error, Result};
use crate::render::go::text::Text;
use crate::render::go::value::{List, ListType, Map, Slot, Value};

/// What this family holds.
pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("toToml", &[Type::Any], to_toml),
    Function::new("mustToToml", &[Type::Any], must_to_toml),
    Function::new("fromToml", &[Type::String], from_toml),
];

/// The value as TOML; the reason, as a text, where TOML cannot hold it.
fn to_toml(call: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    if arguments.get(0).is_nil() {
        return Err(Error::new("TOML cannot hold nil"));
    }
    match written(call, arguments.get(0)) {
        Err(error) if error.is_mistake() => Ok(Value::from(format!("toml: {}", error.message()))),
        result => result,
    }
}

fn must_to_toml(call: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    if arguments.get(0).is_nil() {
        return Err(Error::new("TOML cannot hold nil"));
    }
    written(call, arguments.get(0))
}

fn written(call: &mut Call<'_>, value: &Value) -> Result<Value> {
    let mut writer = Writer {
        call,
        out: Vec::new(),
        counted: 0,
    };
    match form(writer.call, value)? {
        Form::Table => writer.table(&[], value, DEEPEST)?,
        Form::Tables => return Err(Error::new("top-level values must be Go maps or structs")),
        Form::Value | Form::Nothing => writer.value(value, DEEPEST)?,
    }
    Ok(Value::text(writer.out))
}

/// How a value stands in a document.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    /// Nil, which is left out.
    Nothing,
    /// After a key.
    Value,
    /// Under a header.
    Table,
    /// Each item under a header.
    Tables,
}

/// # Errors
/// A list holds nil.
fn form(call: &mut Call<'_>, value: &Value) -> Result<Form> {
    call.spend(1)?;
    Ok(match value {
        Value::Nil | Value::Absent => Form::Nothing,
        Value::Map(map) if map.is_nil => Form::Nothing,
        Value::List(list) if list.is_nil => Form::Nothing,
        Value::Map(_) => Form::Table,
        Value::Object(object) if object.json().is_none() && object.string().is_none() => Form::Table,
        Value::List(list) => {
            let mut all = !list.is_empty();
            call.spend(list.len())?;
            for slot in list.slots() {
                match &slot.value {
                    Value::Nil | Value::Absent => {
                        return Err(Error::new("cannot encode array with nil element"));
                    }
                    Value::List(_) | Value::Bytes(_) => all = false,
                    item => all = all && form(call, item)? == Form::Table,
                }
            }
            if all { Form::Tables } else { Form::Value }
        }
        _ => Form::Value,
    })
}

/// The entries of a map in order, or of a structure.
fn entries(call: &mut Call<'_>, value: &Value) -> Vec<(Text, Value)> {
    match value {
        Value::Map(map) => {
            let entries = map.entries();
            for (_, slot) in &entries {
                call.note(slot);
            }
            entries.into_iter().map(|(key, slot)| (key, slot.value)).collect()
        }
        Value::Object(object) => object.entries().unwrap_or_else(|| {
            let fields = object.fields().into_iter();
            fields.map(|(name, value)| (Text::from(name), value)).collect()
        }),
        _ => Vec::new(),
    }
}

struct Writer<'w, 'c> {
    call: &'w mut Call<'c>,
    out: Vec<u8>,
    counted: usize,
}

impl Writer<'_, '_> {
    fn count(&mut self) -> Result<()> {
        if self.out.len() > self.counted + 4096 {
            self.call.reserve(self.out.len() - self.counted)?;
            self.counted = self.out.len();
        }
        Ok(())
    }

    /// The entries of a table: those after keys first, then those under headers.
    fn table(&mut self, path: &[Text], value: &Value, depth: usize) -> Result<()> {
        let depth = depth.checked_sub(1).ok_or_else(Error::too_deep)?;
        let mut under_headers = Vec::new();
        for (key, value) in entries(self.call, value) {
            match form(self.call, &value)? {
                Form::Nothing => {}
                Form::Value => {
                    self.indent(path.len());
                    self.key(&key);
                    self.out.extend_from_slice(b" = ");
                    self.value(&value, depth)?;
                    self.out.push(b'\n');
                    self.count()?;
                }
                form => under_headers.push((key, value, form)),
            }
        }
        for (key, value, form) in under_headers {
            let mut path = path.to_vec();
            path.push(key);
            if form == Form::Table {
                if path.len() == 1 && !self.out.is_empty() {
                    self.out.push(b'\n');
                }
                self.header(&path, b"[", b"]\n")?;
                self.table(&path, &value, depth)?;
                continue;
            }
            for slot in items(&value).unwrap_or_default().iter() {
                self.call.note(slot);
                if !self.out.is_empty() {
                    self.out.push(b'\n');
                }
                self.header(&path, b"[[", b"]]\n")?;
                self.table(&path, &slot.value, depth)?;
            }
        }
        Ok(())
    }

    fn indent(&mut self, depth: usize) {
        self.out.extend(std::iter::repeat_n(b' ', 2 * depth));
    }

    fn header(&mut self, path: &[Text], open: &[u8], close: &[u8]) -> Result<()> {
        self.call.spend(path.len())?;
        self.indent(path.len() - 1);
        self.out.extend_from_slice(open);
        for (index, key) in path.iter().enumerate() {
            if index > 0 {
                self.out.push(b'.');
            }
            self.key(key);
        }
        self.out.extend_from_slice(close);
        self.count()
    }

    fn key(&mut self, key: &Text) {
        let is_bare = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
        if !key.is_empty() && key.iter().all(is_bare) {
            self.out.extend_from_slice(key);
        } else {
            self.quoted(key);
        }
    }

    fn quoted(&mut self, text: &[u8]) {
        self.out.push(b'"');
        for byte in text {
            match byte {
                b'"' => self.out.extend_from_slice(b"\\\""),
                b'\\' => self.out.extend_from_slice(b"\\\\"),
                b'\n' => self.out.extend_from_slice(b"\\n"),
                b'\r' => self.out.extend_from_slice(b"\\r"),
                b'\t' => self.out.extend_from_slice(b"\\t"),
                0x8 => self.out.extend_from_slice(b"\\b"),
                0xc => self.out.extend_from_slice(b"\\f"),
                0..=0x1f | 0x7f => self.out.extend_from_slice(format!("\\u{byte:04x}").as_bytes()),
                _ => self.out.push(*byte),
            }
        }
        self.out.push(b'"');
    }

    /// A value after its key, all of it in one line.
    fn value(&mut self, value: &Value, depth: usize) -> Result<()> {
        let depth = depth.checked_sub(1).ok_or_else(Error::too_deep)?;
        match value {
            Value::Bool(value) => self.out.extend_from_slice(value.to_string().as_bytes()),
            Value::Int(number) | Value::Int64(number) => {
                self.out.extend_from_slice(number.to_string().as_bytes());
            }
            Value::Byte(number) => self.out.extend_from_slice(number.to_string().as_bytes()),
            Value::Uint64(number) => self.out.extend_from_slice(number.to_string().as_bytes()),
            Value::Float(number) => self.out.extend_from_slice(float(*number).as_bytes()),
            Value::String(text) => self.quoted(text),
            Value::List(_) | Value::Bytes(_) => self.list(value, depth)?,
            Value::Map(_) => self.inline_table(value, depth)?,
            Value::Object(object) => {
                if let Some(time) = value.as_object::<Time>() {
                    let text = time.format(time_layout(time));
                    self.out.extend_from_slice(&text);
                } else if value.type_name() == "time.Duration" {
                    self.quoted(&object.string().unwrap_or_default());
                } else if let Some(number) = object.number() {
                    self.out.extend_from_slice(number.to_string().as_bytes());
                } else if object.json().is_some() || object.string().is_some() {
                    self.quoted(&object.string().unwrap_or_default());
                } else {
                    self.inline_table(value, depth)?;
                }
            }
            Value::Nil | Value::Absent => {
                return Err(Error::new(format!("cannot encode {}", described(value))));
            }
        }
        self.count()
    }

    fn list(&mut self, value: &Value, depth: usize) -> Result<()> {
        let _ = form(self.call, value)?;
        self.out.push(b'[');
        for (index, slot) in items(value).unwrap_or_default().iter().enumerate() {
            self.call.note(slot);
            if index > 0 {
                self.out.extend_from_slice(b", ");
            }
            self.value(&slot.value, depth)?;
        }
        self.out.push(b']');
        Ok(())
    }

    /// A table in a line: what would stand under headers comes last there, too.
    fn inline_table(&mut self, value: &Value, depth: usize) -> Result<()> {
        let mut before = Vec::new();
        let mut after = Vec::new();
        for (key, value) in entries(self.call, value) {
            match form(self.call, &value)? {
                Form::Nothing => {}
                Form::Value => before.push((key, value)),
                Form::Table | Form::Tables => after.push((key, value)),
            }
        }
        self.out.push(b'{');
        for (index, (key, value)) in before.iter().chain(&after).enumerate() {
            if index > 0 {
                self.out.extend_from_slice(b", ");
            }
            self.key(key);
            self.out.extend_from_slice(b" = ");
            self.value(value, depth)?;
        }
        self.out.push(b'}');
        Ok(())
    }
}

/// Times without a zone, which TOML has, are known by the name of their zone.
fn time_layout(time: &Time) -> &'static [u8] {
    match time.zone.name.as_str() {
        DATE => b"2006-01-02",
        CLOCK => b"15:04:05.999999999",
        DATE_TIME => b"2006-01-02T15:04:05.999999999",
        _ => b"2006-01-02T15:04:05.999999999Z07:00",
    }
}

const DATE: &str = "date-local";
const CLOCK: &str = "time-local";
const DATE_TIME: &str = "datetime-local";

/// The shortest digits, with an exponent from a million on, and a point.
fn float(number: f64) -> String {
    if number.is_nan() {
        return "nan".to_owned();
    }
    if number.is_infinite() {
        return if number > 0.0 { "inf" } else { "-inf" }.to_owned();
    }
    let scientific = format!("{number:e}");
    let (digits, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if !(-4..6).contains(&exponent) && number != 0.0 {
        let sign = if exponent < 0 { '-' } else { '+' };
        return format!("{digits}e{sign}{:02}", exponent.abs());
    }
    let plain = number.to_string();
    if plain.contains('.') {
        plain
    } else {
        format!("{plain}.0")
    }
}

/// The map that a TOML document is; a map with the reason at `Error` where it is none.
fn from_toml(call: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    let text = arguments.str(0);
    call.spend(text.len() / 4)?;
    // About what the values take.
    call.reserve(text.len().saturating_mul(16))?;
    match DeTable::parse(&text) {
        Ok(table) => match read_table(table.get_ref(), &text) {
            Ok(map) => Ok(map.into()),
            Err(reason) => Ok(failure(&reason)),
        },
        Err(error) => {
            let line = error
                .span()
                .and_then(|span| text.get(..span.start))
                .map_or(1, |before| before.matches('\n').count() + 1);
            Ok(failure(&format!("line {line}: {}", error.message())))
        }
    }
}

fn failure(reason: &str) -> Value {
    Map::from_values([("Error", Value::from(format!("toml: {reason}")))]).into()
}

type Read<T> = std::result::Result<T, String>;

fn read_table(table: &DeTable<'_>, source: &str) -> Read<Map> {
    let map = Map::new();
    for (key, value) in table {
        map.set(&**key.get_ref(), read_value(value.get_ref(), source)?);
    }
    Ok(map)
}

fn read_value(value: &DeValue<'_>, source: &str) -> Read<Value> {
    Ok(match value {
        DeValue::String(text) => Value::from(&**text),
        DeValue::Integer(number) => {
            let digits = number.as_str();
            let parsed = i64::from_str_radix(digits, number.radix());
            Value::Int64(parsed.map_err(|_| format!("{digits} is out of range for int64"))?)
        }
        DeValue::Float(number) => Value::Float(number.as_str().parse().map_err(|_| "a number is wrong")?),
        DeValue::Boolean(value) => Value::Bool(*value),
        DeValue::Datetime(time) => Value::object(read_time(time)),
        DeValue::Array(array) => {
            // Items under headers of their own make a list of maps, tables in braces do not.
            let is_tables = array.iter().next().is_some_and(|item| {
                item.get_ref().is_table() && source.as_bytes().get(item.span().start) != Some(&b'{')
            });
            let mut items = Vec::with_capacity(array.len());
            for item in array.iter() {
                items.push(Slot::from(read_value(item.get_ref(), source)?));
            }
            let of = if is_tables {
                ListType::Named("[]map[string]interface {}")
            } else {
                ListType::Any
            };
            List::of(of, items).into()
        }
        DeValue::Table(table) => read_table(table, source)?.into(),
    })
}

fn read_time(time: &Datetime) -> Time {
    let mut civil = Civil {
        month: 1,
        day: 1,
        ..Civil::default()
    };
    if let Some(date) = time.date {
        civil.year = i64::from(date.year);
        civil.month = u32::from(date.month);
        civil.day = u32::from(date.day);
    }
    let mut nanos = 0;
    if let Some(clock) = time.time {
        civil.hour = u32::from(clock.hour);
        civil.minute = u32::from(clock.minute);
        civil.second = clock.second.map_or(0, u32::from);
        nanos = clock.nanosecond.unwrap_or(0);
    }
    let zone = match (time.date, time.time, time.offset) {
        (_, _, Some(Offset::Z)) => Zone::utc(),
        (_, _, Some(Offset::Custom { minutes: 0 })) => Zone::utc(),
        (_, _, Some(Offset::Custom { minutes })) => Zone {
            name: String::new(),
            offset: i32::from(minutes) * 60,
        },
        (date, clock, None) => Zone {
            name: match (date, clock) {
                (Some(_), None) => DATE,
                (None, _) => CLOCK,
                _ => DATE_TIME,
            }
            .to_owned(),
            offset: 0,
        },
    };
    Time::of_civil(&civil, nanos, zone)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::go::functions::tests::call;

    fn text(name: &str, value: Value) -> String {
        let found = call(name, [value]).unwrap_or_else(|error| panic!("{name}: {error}"));
        found.as_text().unwrap().lossy().into_owned()
    }

    fn map<const N: usize>(entries: [(&str, Value); N]) -> Value {
        Map::from_values(entries).into()
    }

    fn list<const N: usize>(items: [Value; N]) -> Value {
        List::from_values(items).into()
    }

    #[test]
    fn lays_tables_out() {
        let inner = map([("n", map([("o", Value::Int(1))])), ("p", Value::Int(2))]);
        let rows = list([map([("v", Value::Float(1.0))]), map([])]);
        let document = map([
            ("m", inner),
            ("a", Value::from("x\"\n")),
            ("n", Value::Nil),
            ("rows", rows),
        ]);
        assert_eq!(
            text("toToml", document),
            "a = \"x\\\"\\n\"\n\n[m]\n  p = 2\n  [m.n]\n    o = 1\n\n[[rows]]\n  v = 1.0\n\n[[rows]]\n"
        );
        let mixed = list([
            Value::Int(1),
            map([("b", map([("c", Value::Int(1))])), ("z", Value::from("y"))]),
        ]);
        assert_eq!(
            text("toToml", map([("a b", mixed)])),
            "\"a b\" = [1, {z = \"y\", b = {c = 1}}]\n"
        );
    }

    #[test]
    fn writes_numbers_with_a_point() {
        let of = |number: f64| text("toToml", Value::Float(number));
        for (number, expected) in [
            (1.0, "1.0"),
            (1e6, "1e+06"),
            (100_000.0, "100000.0"),
            (1_234_567.5, "1.2345675e+06"),
            (1e-5, "1e-05"),
            (0.0001, "0.0001"),
            (-0.0, "-0.0"),
            (f64::NEG_INFINITY, "-inf"),
        ] {
            assert_eq!(of(number), expected);
        }
    }

    #[test]
    fn says_what_it_cannot_hold() {
        let nils = map([("l", list([Value::Nil]))]);
        assert_eq!(
            text("toToml", nils.clone()),
            "toml: cannot encode array with nil element"
        );
        assert!(call("mustToToml", [nils]).is_err());
        assert!(call("toToml", [Value::Nil]).is_err());
        let tables = list([map([])]);
        assert_eq!(
            text("toToml", tables),
            "toml: top-level values must be Go maps or structs"
        );
    }

    #[test]
    fn reads_documents() {
        let read = |document: &str| {
            call("fromToml", [document.into()])
                .unwrap()
                .as_map()
                .unwrap()
                .clone()
        };
        let found = read("a = 0x10\nb = 1.5\ne = [1, 'x']\n[f]\ng = true\n[[h]]\ni = 1\n");
        assert!(matches!(found.get(b"a"), Some(Value::Int64(16))));
        assert_eq!(found.get(b"h").unwrap().type_name(), "[]map[string]interface {}");
        assert_eq!(found.get(b"e").unwrap().type_name(), "[]interface {}");
        assert_eq!(
            read("a = [{b = 1}]").get(b"a").unwrap().type_name(),
            "[]interface {}"
        );
        assert!(
            read("a = 1\na = 2")
                .get(b"Error")
                .unwrap()
                .as_text()
                .unwrap()
                .lossy()
                .contains("line 2")
        );
        assert!(read("a = 9223372036854775808").has(b"Error"));
        let times =
            "a = 1979-05-27\nb = 07:32:00.5\nc = 1979-05-27T07:32:00\nd = 1979-05-27T07:32:00+02:00\n";
        assert_eq!(text("toToml", read(times).into()), times);
    }
}
