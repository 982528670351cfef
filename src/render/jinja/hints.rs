//! Functions, filters and methods of other languages: what Jinja has in their place.

use super::foreign::FILTERS;

/// A function of Python's, or another language's, as Jinja writes it.
pub(super) fn function(name: &str) -> Option<String> {
    let filter = match name {
        "len" | "size" => "length",
        "str" | "toString" => "string",
        "sorted" => "sort",
        "set" => "unique",
        "reversed" => "reverse",
        "any" | "all" => return Some("loop over the list, or use `| select | list`".to_owned()),
        "enumerate" => return Some("within `{% for %}`, `loop.index0` counts from 0".to_owned()),
        "zip" | "print" | "open" | "eval" => return None,
        "isinstance" | "type" => {
            return Some("write a test: `value is string`, `value is mapping`".to_owned());
        }
        "include" => return Some("write `helpers.NAME`".to_owned()),
        "hasKey" => return Some("write `\"key\" in map`".to_owned()),
        "toYaml" => return Some("write the value alone: it is inserted as YAML".to_owned()),
        "printf" => return Some("join texts with `~`: `a ~ \"-\" ~ b`".to_owned()),
        "lookup" => return Some("templates do not see the cluster".to_owned()),
        "now" | "randAlphaNum" | "uuidv4" => {
            return Some("the same input gives the same output: take it from a value".to_owned());
        }
        _ => {
            let (_, filter) = FILTERS.iter().find(|(go, filter)| *go == name && go != filter)?;
            filter
        }
    };
    Some(format!("write `value | {filter}`"))
}

/// A filter of Go's, as Jinja writes it.
pub(super) fn filter(name: &str) -> Option<String> {
    Some(match name {
        "toYaml" | "nindent" => {
            format!("leave `| {name}` out: a value is inserted as YAML, at its place")
        }
        "safe" | "escape" | "e" => {
            format!("leave `| {name}` out: a value is inserted as it is, and nothing is escaped")
        }
        "squote" => "write `\"{{ value }}\"`, which is always a string".to_owned(),
        "tojson" => "did you mean `to_json`?".to_owned(),
        _ => {
            let (_, filter) = FILTERS.iter().find(|(go, filter)| *go == name && go != filter)?;
            format!("did you mean `{filter}`?")
        }
    })
}

/// A method of Python's, called on `value`, as Jinja writes it.
pub(super) fn method(name: &str, value: &str) -> Option<String> {
    let filter = match name {
        "upper" | "lower" | "title" | "capitalize" | "items" | "replace" | "split" | "join" => name,
        "strip" | "lstrip" | "rstrip" => "trim",
        "startswith" => "has_prefix(\"...\")",
        "endswith" => "has_suffix(\"...\")",
        "keys" => "list",
        "count" | "len" => "length",
        "splitlines" => "lines",
        "update" => "merge(...)",
        "pop" => "without(...)",
        "get" => {
            return Some(format!(
                "write `{value}.key or ...`, or `{value} | dig(\"key\", default=...)`"
            ));
        }
        "append" | "extend" | "insert" => {
            return Some(format!(
                "lists do not change: write `{value} + [...]`, within a loop as an attribute of a `namespace()`"
            ));
        }
        "format" => return Some("join texts with `~`: `a ~ \"-\" ~ b`".to_owned()),
        "Has" => return Some(format!("write `\"...\" in {value}`")),
        _ => return None,
    };
    Some(match filter {
        "replace" => format!("write `{value} | replace(\"a\", \"b\")`"),
        "split" => format!("write `{value} | split(\",\")`"),
        "join" => "write `list | join(\",\")`".to_owned(),
        _ => format!("write `{value} | {filter}`"),
    })
}
