//! Versions and their ranges.

use std::any::Any;

use super::{Arguments, Call, Function, Type};
use crate::chart::{Constraint, Version};
use crate::render::go::error::{Error, Result};
use crate::render::go::text::Text;
use crate::render::go::value::{Object, Value};

/// What this family holds.
pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("semver", &[Type::String], semver),
    Function::new("semverCompare", &[Type::String, Type::String], semver_compare),
];

/// A version as templates hold it.
#[derive(Clone, Debug)]
struct SemVer {
    version: Version,
    original: Text,
    /// Whether it came from a function, or from a method of another version, which gives no pointer.
    is_pointer: bool,
}

const POINTER: Type = Type::Object("*semver.Version");

static METHODS: [Function; 16] = [
    Function::new("Major", &[Type::Any], |_, arguments| {
        Ok(Value::Uint64(of(&arguments, 0)?.version.major))
    }),
    Function::new("Minor", &[Type::Any], |_, arguments| {
        Ok(Value::Uint64(of(&arguments, 0)?.version.minor))
    }),
    Function::new("Patch", &[Type::Any], |_, arguments| {
        Ok(Value::Uint64(of(&arguments, 0)?.version.patch))
    }),
    Function::new("Prerelease", &[Type::Any], |_, arguments| {
        Ok(Value::from(of(&arguments, 0)?.version.pre.as_str()))
    }),
    Function::new("Metadata", &[Type::Any], |_, arguments| {
        Ok(Value::from(of(&arguments, 0)?.version.build.as_str()))
    }),
    Function::new("Original", &[Type::Any], |_, arguments| {
        Ok(Value::String(of(&arguments, 0)?.original.clone()))
    }),
    Function::new("String", &[Type::Any], |_, arguments| {
        Ok(Value::from(of(&arguments, 0)?.version.to_string()))
    }),
    Function::new("Compare", &[Type::Any, POINTER], |_, arguments| {
        let order = of(&arguments, 0)?.version.cmp(&of(&arguments, 1)?.version);
        Ok(Value::Int(order as i64))
    }),
    Function::new("Equal", &[Type::Any, POINTER], |_, arguments| {
        Ok(Value::Bool(
            of(&arguments, 0)?.version == of(&arguments, 1)?.version,
        ))
    }),
    Function::new("LessThan", &[Type::Any, POINTER], |_, arguments| {
        Ok(Value::Bool(
            of(&arguments, 0)?.version < of(&arguments, 1)?.version,
        ))
    }),
    Function::new("LessThanEqual", &[Type::Any, POINTER], |_, arguments| {
        Ok(Value::Bool(
            of(&arguments, 0)?.version <= of(&arguments, 1)?.version,
        ))
    }),
    Function::new("GreaterThan", &[Type::Any, POINTER], |_, arguments| {
        Ok(Value::Bool(
            of(&arguments, 0)?.version > of(&arguments, 1)?.version,
        ))
    }),
    Function::new("GreaterThanEqual", &[Type::Any, POINTER], |_, arguments| {
        Ok(Value::Bool(
            of(&arguments, 0)?.version >= of(&arguments, 1)?.version,
        ))
    }),
    Function::new("IncMajor", &[Type::Any], |_, arguments| {
        let version = &of(&arguments, 0)?.version;
        Ok(made(numbers(version.major.wrapping_add(1), 0, 0)))
    }),
    Function::new("IncMinor", &[Type::Any], |_, arguments| {
        let version = &of(&arguments, 0)?.version;
        Ok(made(numbers(version.major, version.minor.wrapping_add(1), 0)))
    }),
    // A pre-release becomes its release.
    Function::new("IncPatch", &[Type::Any], |_, arguments| {
        let version = &of(&arguments, 0)?.version;
        let more = u64::from(!version.is_pre_release());
        Ok(made(numbers(
            version.major,
            version.minor,
            version.patch.wrapping_add(more),
        )))
    }),
];

/// The version that is an argument.
fn of(arguments: &Arguments, index: usize) -> Result<&SemVer> {
    arguments
        .get(index)
        .as_object()
        .ok_or_else(|| Error::new("it takes a version, which `semver` makes of a text"))
}

fn numbers(major: u64, minor: u64, patch: u64) -> Version {
    Version {
        major,
        minor,
        patch,
        pre: String::new(),
        build: String::new(),
    }
}

fn made(version: Version) -> Value {
    Value::object(SemVer {
        original: Text::from(version.to_string()),
        version,
        is_pointer: false,
    })
}

impl Object for SemVer {
    fn type_name(&self) -> &'static str {
        if self.is_pointer {
            "*semver.Version"
        } else {
            "semver.Version"
        }
    }

    fn method(&self, name: &str) -> Option<&'static Function> {
        METHODS.iter().find(|method| method.name == name)
    }

    fn string(&self) -> Option<Text> {
        Some(Text::from(self.version.to_string()))
    }

    fn json(&self) -> Option<Value> {
        Some(Value::from(self.version.to_string()))
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// The version that an argument is.
fn parsed(arguments: &Arguments, index: usize) -> Result<Version> {
    let text = arguments.str(index);
    Version::parse(&text).map_err(|reason| Error::new(format!("`{text}` is not a version: {reason}")))
}

fn semver(_: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    Ok(Value::object(SemVer {
        version: parsed(&arguments, 0)?,
        original: arguments.text(0),
        is_pointer: true,
    }))
}

/// Whether a version is in a range.
fn semver_compare(call: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    let range = arguments.str(0);
    call.spend(range.len() / 8)?;
    let constraint = Constraint::parse(&range)
        .map_err(|reason| Error::new(format!("`{range}` is not a version range: {reason}")))?;
    Ok(Value::Bool(constraint.matches_as_helm_4(&parsed(&arguments, 1)?)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::go::functions::tests::call;

    #[test]
    fn versions_have_parts() {
        let version = call("semver", [Value::from("v1.2-a.1+b")]).unwrap();
        let Value::Object(object) = &version else {
            panic!("{version:?}")
        };
        assert_eq!(object.string().unwrap().lossy(), "1.2.0-a.1+b");
        let method = |name: &str| {
            let method = object.method(name).unwrap();
            let mut host = crate::render::go::functions::tests::Alone::default();
            let mut call = Call { host: &mut host };
            (method.run)(&mut call, Arguments::new([version.clone()].into_iter().collect())).unwrap()
        };
        assert!(matches!(method("Minor"), Value::Uint64(2)));
        assert!(method("Prerelease").as_text().unwrap().is("a.1"));
        assert!(method("Original").as_text().unwrap().is("v1.2-a.1+b"));
        assert_eq!(method("IncMinor").type_name(), "semver.Version");
        assert!(call("semver", [Value::from("1.29+")]).is_err());
    }

    #[test]
    fn compares_with_ranges() {
        let compare = |range: &str, version: &str| match call("semverCompare", [range.into(), version.into()])
        {
            Ok(Value::Bool(found)) => Some(found),
            _ => None,
        };
        assert_eq!(compare(">=1.19-0", "1.29.3-gke.5"), Some(true));
        assert_eq!(compare("~1.29", "1.29.3-gke.5"), Some(false));
        assert_eq!(compare(">=1.2.3-0 <2.0.0", "1.5.0-a"), Some(true));
        assert_eq!(compare("1.2 - 1.4", "1.4.5"), Some(true));
        assert_eq!(compare("bad bad", "1"), None);
        assert_eq!(compare("", "1"), None);
        assert_eq!(compare("^1.2", "bad"), None);
    }
}
