//! The part of Go's template language that people write in values for Helm's `tpl`: fields, pipes, `if`, `with`,
//! `range` and the common functions. Everything else is an error that says so.

mod eval;
mod functions;
mod parse;

use crate::yaml::Node;

pub(super) use eval::render;

/// Whether a text with `{{` is written for Go rather than for Jinja: its first expression starts with a dot, a dollar or
/// a word that only Go's templates have.
pub(super) fn looks_like_go(text: &str) -> bool {
    text.split("{{").skip(1).any(|after| {
        let inside = after.trim_start_matches('-').trim_start();
        let word = inside
            .split(|c: char| !c.is_alphanumeric() && c != '_')
            .next()
            .unwrap_or("");
        inside.starts_with(['.', '$', '(', '"', '`', '/'])
            || matches!(
                word,
                "if" | "else"
                    | "end"
                    | "range"
                    | "with"
                    | "include"
                    | "template"
                    | "define"
                    | "printf"
                    | "print"
                    | "toYaml"
                    | "quote"
                    | "default"
                    | "tpl"
                    | "index"
                    | "eq"
                    | "required"
            ) && !after.contains("%}")
                && is_go_call(word, inside)
    })
}

/// `default` and the like are functions in Go (`default "x" .Values.y`) and calls with parentheses in Jinja.
fn is_go_call(word: &str, inside: &str) -> bool {
    !inside[word.len()..].trim_start().starts_with('(') || inside[word.len()..].starts_with(" (")
}

/// Gives the text of a named template (`include "name" .`), where there is one.
pub(super) type Include<'a> = dyn FnMut(&str) -> Option<String> + 'a;

/// Go's falsehood: null, false, zero, and empty texts, lists and maps.
fn is_true(node: &Node) -> bool {
    use crate::yaml::Value;
    match &node.value {
        Value::Null => false,
        Value::Bool(value) => *value,
        Value::Int(value) => *value != 0,
        Value::Float(value) => *value != 0.0,
        Value::String(text) => !text.is_empty(),
        Value::List(list) => !list.is_empty(),
        Value::Map(map) => !map.is_empty(),
    }
}
