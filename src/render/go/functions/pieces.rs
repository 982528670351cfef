//! Texts and lists of them: cut apart, put together, in order.

use super::convert::{printed, to_text, to_texts};
use super::{Arguments, Call, Function, Type};
use crate::render::go::error::Result;
use crate::render::go::text::Text;
use crate::render::go::value::{List, Map, MapType, Value};

/// What this family holds.
pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("toString", &[Type::Any], to_string),
    Function::new("toStrings", &[Type::Any], to_strings),
    Function::new("join", &[Type::String, Type::Any], join),
    Function::new("sortAlpha", &[Type::Any], sort_alpha),
    Function::new("split", &[Type::String, Type::String], split),
    Function::new("splitn", &[Type::String, Type::Int, Type::String], splitn),
    Function::new("splitList", &[Type::String, Type::String], split_list),
];

fn to_string(call: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    to_text(call, arguments.get(0)).map(Value::String)
}

fn to_strings(call: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    Ok(List::from_strings(to_texts(call, arguments.get(0))?).into())
}

fn join(call: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    let separator = arguments.text(0);
    let texts = to_texts(call, arguments.get(1))?;
    let size = texts.iter().map(|text| text.len() + separator.len()).sum();
    call.reserve(size)?;
    let mut out = Vec::with_capacity(size);
    for (index, text) in texts.iter().enumerate() {
        if index > 0 {
            out.extend_from_slice(&separator);
        }
        out.extend_from_slice(text);
    }
    Ok(Value::text(out))
}

/// The texts of a list in order; the text of anything else.
fn sort_alpha(call: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    let mut texts = match arguments.get(0) {
        Value::Nil | Value::Absent => vec![printed(call, &Value::Nil)?],
        value => to_texts(call, value)?,
    };
    texts.sort();
    Ok(List::from_strings(texts).into())
}

/// The parts of a text between separators, at most so many; of an empty separator the letters.
fn parts(call: &mut Call<'_>, separator: &Text, text: &Text, limit: usize) -> Result<Vec<Text>> {
    if limit == 0 {
        return Ok(Vec::new());
    }
    let mut parts = Vec::new();
    let mut rest = text.as_bytes();
    if separator.is_empty() {
        call.reserve(text.len().min(limit).saturating_mul(size_of::<Value>() * 2))?;
        while !rest.is_empty() {
            let length = if parts.len() + 1 == limit {
                rest.len()
            } else {
                first_letter_length(rest)
            };
            let (letter, after) = rest.split_at(length);
            parts.push(Text::from(letter));
            rest = after;
        }
        return Ok(parts);
    }
    let finder = memchr::memmem::Finder::new(separator.as_bytes());
    let count = finder.find_iter(rest).take(limit - 1).count();
    call.reserve((count + 1).saturating_mul(size_of::<Value>() * 2))?;
    for _ in 0..count {
        let Some(place) = finder.find(rest) else { break };
        parts.push(Text::from(rest.get(..place).unwrap_or_default()));
        rest = rest.get(place + separator.len()..).unwrap_or_default();
    }
    parts.push(Text::from(rest));
    Ok(parts)
}

/// How many bytes the first letter has; 1 where it is not UTF-8.
fn first_letter_length(bytes: &[u8]) -> usize {
    (1..=bytes.len().min(4))
        .find(|length| {
            bytes
                .get(..*length)
                .is_some_and(|letter| std::str::from_utf8(letter).is_ok())
        })
        .unwrap_or(1)
}

/// A map of parts by number: `_0`, `_1` and on.
fn numbered(parts: Vec<Text>) -> Value {
    let entries = parts
        .into_iter()
        .enumerate()
        .map(|(index, part)| (Text::from(format!("_{index}")), Value::String(part).into()));
    Map::of(MapType::Strings, entries).into()
}

fn split(call: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    parts(call, &arguments.text(0), &arguments.text(1), usize::MAX).map(numbered)
}

fn splitn(call: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    let limit = usize::try_from(arguments.int(1)).unwrap_or(usize::MAX);
    parts(call, &arguments.text(0), &arguments.text(2), limit).map(numbered)
}

fn split_list(call: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    let parts = parts(call, &arguments.text(0), &arguments.text(1), usize::MAX)?;
    Ok(List::from_strings(parts).into())
}

#[cfg(test)]
mod tests {
    use crate::render::go::functions::tests::call;
    use crate::render::go::value::Value;

    fn of(text: &str) -> Value {
        Value::from(text)
    }

    #[test]
    fn splits() {
        let listed = |separator: &str, whole: &str| {
            let list = call("splitList", [of(separator), of(whole)]).unwrap();
            let list = list.as_list().unwrap().clone();
            list.iter()
                .map(|part| part.as_text().unwrap().lossy().into_owned())
                .collect::<Vec<_>>()
        };
        assert_eq!(listed(",", ""), [""]);
        assert_eq!(listed("", "aé"), ["a", "é"]);
        assert!(listed("", "").is_empty());
        assert_eq!(listed(", ", "a, b, "), ["a", "b", ""]);
        let map = call("splitn", [of("$"), Value::Int(2), of("a$b$c")]).unwrap();
        assert!(
            map.as_map()
                .unwrap()
                .get(b"_1")
                .unwrap()
                .as_text()
                .unwrap()
                .is("b$c")
        );
    }
}
