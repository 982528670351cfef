//! Paths with forward slashes (Go's `path`, and `path/filepath` on Unix for the `os` names).

use super::{Arguments, Call, Function, Type};
use crate::render::go::error::Result;
use crate::render::go::value::Value;

/// What this family holds.
pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("base", &[Type::String], base),
    Function::new("osBase", &[Type::String], base),
];

/// The last element; `.` of an empty path, `/` of one that is slashes alone.
fn base(_: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    let path = arguments.str(0);
    let base = match path.trim_end_matches('/') {
        "" if path.is_empty() => ".",
        "" => "/",
        trimmed => trimmed.rsplit('/').next().unwrap_or(trimmed),
    };
    Ok(Value::from(base))
}

#[cfg(test)]
mod tests {
    use crate::render::go::functions::tests::call;
    use crate::render::go::value::Value;

    #[test]
    fn gives_last_elements() {
        for (path, expected) in [("", "."), ("//", "/"), ("/etc/a/b.yaml", "b.yaml"), ("a/", "a")] {
            let found = call("base", [Value::from(path)]).unwrap();
            assert_eq!(found.as_text().unwrap().lossy(), expected, "{path}");
        }
    }
}
