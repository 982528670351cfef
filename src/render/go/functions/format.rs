//! Printing, and escaping for other languages: Go's own functions.

use super::{Arguments, Call, Function, Type};
use crate::render::go::error::Result;
use crate::render::go::print;
use crate::render::go::text::Text;
use crate::render::go::value::Value;

/// What this family holds.
pub(super) const FUNCTIONS: &[Function] = &[
    Function::variadic("print", &[], Type::Any, |call, arguments| {
        Ok(Value::String(print::print(arguments.from(0), call)?))
    }),
    Function::variadic("println", &[], Type::Any, |call, arguments| {
        Ok(Value::String(print::println(arguments.from(0), call)?))
    }),
    Function::variadic("printf", &[Type::String], Type::Any, |call, arguments| {
        Ok(Value::String(print::format(
            &arguments.text(0),
            arguments.from(1),
            call,
        )?))
    }),
    Function::variadic("html", &[], Type::Any, html),
    Function::variadic("js", &[], Type::Any, js),
    Function::variadic("urlquery", &[], Type::Any, urlquery),
];

/// One text as it is; anything else as `print` has it, with nil as an action prints it.
fn written(call: &mut Call<'_>, arguments: &Arguments) -> Result<Text> {
    if let [Value::String(text)] = arguments.from(0) {
        return Ok(text.clone());
    }
    let values: Vec<Value> = arguments
        .from(0)
        .iter()
        .map(|value| match value {
            Value::Nil | Value::Absent => Value::from("<no value>"),
            Value::Object(object) => object.shown().map_or_else(|| value.clone(), Value::String),
            _ => value.clone(),
        })
        .collect();
    print::print(&values, call)
}

fn html(call: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    let text = written(call, &arguments)?;
    let mut out = Vec::with_capacity(text.len());
    for byte in text.as_bytes() {
        out.extend_from_slice(match byte {
            0 => "\u{fffd}".as_bytes(),
            b'"' => b"&#34;",
            b'\'' => b"&#39;",
            b'&' => b"&amp;",
            b'<' => b"&lt;",
            b'>' => b"&gt;",
            _ => {
                out.push(*byte);
                continue;
            }
        });
    }
    Ok(Value::String(Text::from_bytes(out)))
}

fn js(call: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    let text = written(call, &arguments)?;
    let mut out = String::with_capacity(text.len());
    for character in text.lossy().chars() {
        match character {
            '\\' | '\'' | '"' => {
                out.push('\\');
                out.push(character);
            }
            '<' | '>' | '&' | '=' | '\0'..='\u{1f}' => {
                out.push_str(&format!("\\u{:04X}", u32::from(character)))
            }
            _ if character.is_ascii() || print::is_printable(character) => out.push(character),
            _ => out.push_str(&format!("\\u{:04X}", u32::from(character))),
        }
    }
    Ok(Value::from(out))
}

/// For the query of a URL: a space is `+`.
fn urlquery(call: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    let text = written(call, &arguments)?;
    let mut out = String::with_capacity(text.len());
    for byte in text.as_bytes() {
        match byte {
            b' ' => out.push('+'),
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                out.push(char::from(*byte))
            }
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    Ok(Value::from(out))
}
