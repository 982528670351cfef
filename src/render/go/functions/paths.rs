//! Paths with forward slashes (Go's `path`, and `path/filepath` on Unix for the `os` names).

use super::{Arguments, Call, Function, Type};
use crate::render::go::error::Result;
use crate::render::go::text::Text;
use crate::render::go::value::Value;

/// What this family holds.
pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("base", &[Type::String], base),
    Function::new("osBase", &[Type::String], base),
    Function::new("dir", &[Type::String], dir),
    Function::new("osDir", &[Type::String], dir),
    Function::new("clean", &[Type::String], clean),
    Function::new("osClean", &[Type::String], clean),
    Function::new("ext", &[Type::String], ext),
    Function::new("osExt", &[Type::String], ext),
    Function::new("isAbs", &[Type::String], is_abs),
    Function::new("osIsAbs", &[Type::String], is_abs),
];

fn is_slash(byte: &u8) -> bool {
    *byte == b'/'
}

/// The last element; `.` of an empty path, `/` of one that is slashes alone.
fn base(_: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    let path = arguments.text(0);
    let end = path
        .iter()
        .rposition(|byte| !is_slash(byte))
        .map_or(0, |last| last + 1);
    let trimmed = path.get(..end).unwrap_or_default();
    let base = match trimmed.rsplit(is_slash).next() {
        Some(b"") | None if path.is_empty() => b".",
        Some(b"") | None => b"/",
        Some(last) => last,
    };
    Ok(Value::text(base))
}

/// All but the last element, cleaned.
fn dir(call: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    let path = arguments.text(0);
    let end = path.iter().rposition(is_slash).map_or(0, |slash| slash + 1);
    cleaned(call, path.get(..end).unwrap_or_default()).map(Value::String)
}

fn clean(call: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    cleaned(call, &arguments.text(0)).map(Value::String)
}

/// The path without empty elements, `.` and, where something is before them, `..`.
fn cleaned(call: &mut Call<'_>, path: &[u8]) -> Result<Text> {
    call.spend(path.len() / 32)?;
    let rooted = path.starts_with(b"/");
    let mut kept: Vec<&[u8]> = Vec::new();
    for element in path.split(is_slash) {
        match element {
            b"" | b"." => {}
            b".." => match kept.last() {
                Some(last) if *last != b".." => {
                    kept.pop();
                }
                _ if rooted => {}
                _ => kept.push(element),
            },
            _ => kept.push(element),
        }
    }
    let joined = kept.join(&b'/');
    Ok(match (rooted, joined.is_empty()) {
        (true, _) => Text::from([b"/", joined.as_slice()].concat()),
        (false, true) => Text::from("."),
        (false, false) => Text::from(joined),
    })
}

/// What follows the last dot of the last element, with the dot.
fn ext(_: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    let path = arguments.text(0);
    let name = path.rsplit(is_slash).next().unwrap_or_default();
    let dot = name.iter().rposition(|byte| *byte == b'.');
    Ok(Value::text(
        dot.and_then(|dot| name.get(dot..)).unwrap_or_default(),
    ))
}

fn is_abs(_: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    Ok(Value::Bool(arguments.text(0).starts_with(b"/")))
}

#[cfg(test)]
mod tests {
    use crate::render::go::functions::tests::call;
    use crate::render::go::value::Value;

    fn check(name: &str, cases: &[(&str, &str)]) {
        for (path, expected) in cases {
            let found = call(name, [Value::from(*path)]).unwrap();
            assert_eq!(found.as_text().unwrap().lossy(), *expected, "{name} of {path}");
        }
    }

    #[test]
    fn takes_paths_apart() {
        check(
            "base",
            &[("", "."), ("//", "/"), ("/etc/a/b.yaml", "b.yaml"), ("a/", "a")],
        );
        check(
            "dir",
            &[
                ("", "."),
                ("/a/b/", "/a/b"),
                ("a", "."),
                ("/", "/"),
                ("a//b", "a"),
                ("a/../b/c", "b"),
            ],
        );
        check(
            "ext",
            &[("a.b.c", ".c"), ("a.b/c", ""), (".x", ".x"), ("a.", ".")],
        );
    }

    #[test]
    fn cleans_paths() {
        check(
            "clean",
            &[
                ("", "."),
                ("a/../../b", "../b"),
                ("/../a", "/a"),
                ("a//b/./c/..", "a/b"),
                ("//a", "/a"),
                ("..", ".."),
            ],
        );
    }
}
