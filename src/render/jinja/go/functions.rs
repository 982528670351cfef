//! The functions of Go's templates and of Helm that people use in values.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::is_true;
use crate::render::jinja::filters::quoted;
use crate::render::jinja::value::scalar_text;
use crate::yaml::{self, Node, Value};

/// A value as Go prints it; null prints nothing, as Helm has it.
pub(super) fn text(node: &Node) -> String {
    scalar_text(node).unwrap_or_else(|| yaml::write_json(node))
}

fn argument<'a>(name: &str, arguments: &'a [Node], index: usize) -> Result<&'a Node, String> {
    arguments
        .get(index)
        .ok_or_else(|| format!("`{name}` is missing an argument"))
}

/// Calls a function; the piped value is the last argument.
pub(super) fn call(name: &str, arguments: &[Node]) -> Result<Node, String> {
    let get = |index| argument(name, arguments, index);
    let string = |index| get(index).map(text);
    let result = match name {
        "quote" => Value::from(
            arguments
                .iter()
                .map(|a| quoted(&text(a)))
                .collect::<Vec<_>>()
                .join(" "),
        ),
        "squote" => Value::from(
            arguments
                .iter()
                .map(|a| format!("'{}'", text(a)))
                .collect::<Vec<_>>()
                .join(" "),
        ),
        "default" => {
            let default = get(0)?;
            return Ok(arguments
                .get(1)
                .filter(|value| is_true(value))
                .unwrap_or(default)
                .clone());
        }
        "required" => {
            let value = get(1)?;
            if value.is_null() || value.as_str() == Some("") {
                return Err(string(0)?);
            }
            return Ok(value.clone());
        }
        "fail" => return Err(string(0)?),
        "tpl" => return get(0).cloned(),
        "not" => Value::from(!is_true(get(0)?)),
        "empty" => Value::from(!is_true(get(0)?)),
        "eq" => {
            let first = get(0)?;
            Value::from(arguments.iter().skip(1).any(|other| other == first))
        }
        "ne" => Value::from(get(0)? != get(1)?),
        "lt" | "le" | "gt" | "ge" => {
            let ordering =
                compare(get(0)?, get(1)?).ok_or_else(|| format!("`{name}` compares numbers or texts"))?;
            Value::from(match name {
                "lt" => ordering.is_lt(),
                "le" => ordering.is_le(),
                "gt" => ordering.is_gt(),
                _ => ordering.is_ge(),
            })
        }
        "ternary" => return Ok(get(if is_true(get(2)?) { 0 } else { 1 })?.clone()),
        "upper" => Value::from(string(0)?.to_uppercase()),
        "lower" => Value::from(string(0)?.to_lowercase()),
        "trim" => Value::from(string(0)?.trim().to_owned()),
        "trimSuffix" => {
            let (suffix, value) = (string(0)?, string(1)?);
            Value::from(value.strip_suffix(suffix.as_str()).unwrap_or(&value))
        }
        "trimPrefix" => {
            let (prefix, value) = (string(0)?, string(1)?);
            Value::from(value.strip_prefix(prefix.as_str()).unwrap_or(&value))
        }
        "trunc" => {
            let length = string(0)?
                .parse::<usize>()
                .map_err(|_| "`trunc` needs a length".to_owned())?;
            Value::from(string(1)?.chars().take(length).collect::<String>())
        }
        "replace" => Value::from(string(2)?.replace(&string(0)?, &string(1)?)),
        "contains" => Value::from(string(1)?.contains(&string(0)?)),
        "hasPrefix" => Value::from(string(1)?.starts_with(&string(0)?)),
        "hasSuffix" => Value::from(string(1)?.ends_with(&string(0)?)),
        "toString" => Value::from(string(0)?),
        "print" => Value::from(arguments.iter().map(text).collect::<String>()),
        "printf" => Value::from(printf(&string(0)?, &arguments[1..])?),
        "int" | "int64" => Value::from(string(0)?.parse::<i128>().unwrap_or(0)),
        "len" => {
            let node = get(0)?;
            let length = match &node.value {
                Value::List(list) => list.len(),
                Value::Map(map) => map.len(),
                Value::String(text) => text.len(),
                _ => return Err(format!("`len` does not work on {}", node.kind())),
            };
            Value::from(i128::try_from(length).unwrap_or(0))
        }
        "index" => {
            let mut node = get(0)?;
            for key in &arguments[1..] {
                let next = match (&node.value, &key.value) {
                    (Value::List(list), Value::Int(at)) => {
                        usize::try_from(*at).ok().and_then(|at| list.get(at))
                    }
                    _ => node.get(&text(key)),
                };
                match next {
                    Some(next) => node = next,
                    None => return Ok(Node::default()),
                }
            }
            return Ok(node.clone());
        }
        "join" => {
            let list = get(1)?.as_list().ok_or("`join` needs a list")?;
            Value::from(list.iter().map(text).collect::<Vec<_>>().join(&string(0)?))
        }
        "b64enc" => Value::from(STANDARD.encode(string(0)?)),
        "toYaml" => {
            let text = yaml::write_helm(get(0)?);
            Value::from(text.strip_suffix('\n').unwrap_or(&text))
        }
        "toJson" => Value::from(yaml::write_json(get(0)?)),
        "indent" | "nindent" => {
            let width = string(0)?
                .parse::<usize>()
                .ok()
                .filter(|width| *width <= 200)
                .ok_or("the indentation is no number")?;
            let pad = " ".repeat(width);
            let body = string(1)?
                .split('\n')
                .map(|line| format!("{pad}{line}"))
                .collect::<Vec<_>>()
                .join("\n");
            Value::from(if name == "nindent" {
                format!("\n{body}")
            } else {
                body
            })
        }
        _ => return Err(format!("the function `{name}` is not understood here")),
    };
    Ok(Node::computed(result))
}

fn compare(a: &Node, b: &Node) -> Option<std::cmp::Ordering> {
    match (&a.value, &b.value) {
        (Value::Int(a), Value::Int(b)) => Some(a.cmp(b)),
        (Value::String(a), Value::String(b)) => Some(a.cmp(b)),
        _ => text(a)
            .parse::<f64>()
            .ok()?
            .partial_cmp(&text(b).parse::<f64>().ok()?),
    }
}

fn printf(format: &str, arguments: &[Node]) -> Result<String, String> {
    let mut out = String::new();
    let mut arguments = arguments.iter();
    let mut letters = format.chars();
    while let Some(c) = letters.next() {
        if c != '%' {
            out.push(c);
            continue;
        }
        match letters.next() {
            Some('%') => out.push('%'),
            Some(verb @ ('s' | 'd' | 'v' | 'q')) => {
                let argument = arguments
                    .next()
                    .ok_or_else(|| format!("`printf {format:?}` has too few arguments"))?;
                out.push_str(&if verb == 'q' {
                    quoted(&text(argument))
                } else {
                    text(argument)
                });
            }
            Some(other) => return Err(format!("`%{other}` in `printf` is not understood here")),
            None => return Err("`printf` ends with `%`".to_owned()),
        }
    }
    Ok(out)
}
