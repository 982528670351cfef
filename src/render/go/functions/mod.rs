//! The functions of Helm's templates: one family a file, each with its table.

mod certificates;
mod compare;
mod convert;
mod crypto;
mod data;
mod dates;
mod der;
mod dicts;
mod encoding;
mod flow;
mod format;
mod json;
mod keys;
mod layout;
mod letters;
mod lists;
mod math;
mod moments;
mod node;
mod paths;
mod pattern;
mod pieces;
mod random;
mod reading;
mod regexes;
mod strings;
mod templates;
mod time;
mod toml;
mod translated;
mod types;
mod urls;
mod versions;
mod words;

pub use crate::render::go::value::call::{Arguments, Call, Function, Host, Type, Values};
pub(super) use dicts::CHANGING;
pub(super) use node::to_node;
pub use pattern::{check_pattern, pattern_matches};
pub use urls::{Address, address};

use super::error::Error;

/// The tables of all families.
const FAMILIES: &[&[Function]] = &[
    certificates::FUNCTIONS,
    compare::FUNCTIONS,
    crypto::FUNCTIONS,
    data::FUNCTIONS,
    dates::FUNCTIONS,
    dicts::FUNCTIONS,
    encoding::FUNCTIONS,
    flow::FUNCTIONS,
    format::FUNCTIONS,
    lists::FUNCTIONS,
    math::FUNCTIONS,
    paths::FUNCTIONS,
    pieces::FUNCTIONS,
    random::FUNCTIONS,
    regexes::FUNCTIONS,
    strings::FUNCTIONS,
    templates::FUNCTIONS,
    toml::FUNCTIONS,
    types::FUNCTIONS,
    urls::FUNCTIONS,
    versions::FUNCTIONS,
    words::FUNCTIONS,
];

/// Room for twice as many functions as there are: a name that is not there is soon known not to be.
const SLOTS: usize = 512;

/// The functions by their names, made by the compiler: each stands where its name points, or behind others that were there first.
static BY_NAME: [Option<&Function>; SLOTS] = {
    let mut table = [None; SLOTS];
    let mut family = 0;
    while family < FAMILIES.len() {
        let functions = FAMILIES[family];
        let mut number = 0;
        while number < functions.len() {
            let function = &functions[number];
            let mut slot = first_slot(function.name);
            while table[slot].is_some() {
                slot = (slot + 1) % SLOTS;
            }
            table[slot] = Some(function);
            number += 1;
        }
        family += 1;
    }
    table
};

/// Where the search for a name begins: FNV-1a of its bytes.
const fn first_slot(name: &str) -> usize {
    let bytes = name.as_bytes();
    let mut hash = 0x811c_9dc5_u32;
    let mut at = 0;
    while at < bytes.len() {
        hash = (hash ^ bytes[at] as u32).wrapping_mul(0x0100_0193);
        at += 1;
    }
    (hash ^ hash >> 16) as usize % SLOTS
}

/// The function of a name.
pub fn find(name: &str) -> Option<&'static Function> {
    let first = first_slot(name);
    let (before, behind) = BY_NAME.split_at(first);
    let mut known = behind.iter().chain(before).map_while(|slot| *slot);
    known.find(|function| function.name == name)
}

/// The names of all functions, in any order.
pub fn names() -> impl Iterator<Item = &'static str> {
    BY_NAME.iter().flatten().map(|function| function.name)
}

/// An error for arguments whose number is wrong, for functions that count them themselves.
pub(super) fn wrong_number(wanted: &str, got: usize) -> Error {
    Error::new(format!("it takes {wanted}, not {got} arguments"))
}

#[cfg(test)]
pub(super) mod tests {
    use std::time::{Duration, SystemTime};

    use super::*;
    use crate::render::go::error::Result;
    use crate::render::go::text::Text;
    use crate::render::go::value::{Map, Origin, Value};
    use crate::yaml::Node;

    /// A host without templates, where the time is the year 2001 and chance counts.
    #[derive(Default)]
    pub(in crate::render::go) struct Alone {
        last_yaml: Option<(Text, Node)>,
    }

    impl Host for Alone {
        fn last_yaml(&mut self) -> &mut Option<(Text, Node)> {
            &mut self.last_yaml
        }

        fn spend(&mut self, steps: u64) -> Result<()> {
            let within = steps < 1 << 24;
            if within {
                Ok(())
            } else {
                Err(Error::limit("too many steps"))
            }
        }

        fn reserve(&mut self, bytes: u64) -> Result<()> {
            let within = bytes < 1 << 24;
            if within {
                Ok(())
            } else {
                Err(Error::limit("too many bytes"))
            }
        }

        fn read(&mut self, _: Origin) {}

        fn missed(&mut self, _: Origin, _: &Text) {}

        fn reads(&self) -> Option<u32> {
            None
        }

        fn wrote_yaml(&mut self, _: &Text, _: &[(usize, Origin)], _: u32) {}

        fn random(&mut self, bytes: &mut [u8]) -> Result<()> {
            for (byte, number) in bytes.iter_mut().zip((0..=u8::MAX).cycle()) {
                *byte = number;
            }
            Ok(())
        }

        fn now(&self) -> SystemTime {
            SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000)
        }

        fn include(&mut self, _: &Text, _: Value) -> Result<Text> {
            Err(Error::new("there are no templates here"))
        }

        fn tpl(&mut self, _: &Text, _: Value) -> Result<Text> {
            Err(Error::new("there are no templates here"))
        }

        fn lookup(&mut self, _: &str, _: &str, _: &str, _: &str) -> Result<Value> {
            Ok(Map::new().into())
        }
    }

    /// The text that a function gives.
    pub(in crate::render::go) fn text(name: &str, arguments: impl IntoIterator<Item = Value>) -> String {
        let found = call(name, arguments).unwrap_or_else(|error| panic!("{name}: {error}"));
        found.as_text().unwrap().lossy().into_owned()
    }

    /// Calls a function with arguments of the types that it takes.
    pub(in crate::render::go) fn call(
        name: &str,
        arguments: impl IntoIterator<Item = Value>,
    ) -> Result<Value> {
        let function = find(name).unwrap_or_else(|| panic!("no function {name}"));
        let arguments = Arguments::new(arguments.into_iter().collect());
        (function.run)(
            &mut Call {
                host: &mut Alone::default(),
            },
            arguments,
        )
    }

    #[test]
    fn has_each_function_once() {
        let all: usize = FAMILIES.iter().map(|family| family.len()).sum();
        assert_eq!(names().count(), all);
        for function in FAMILIES.iter().copied().flatten() {
            assert_eq!(find(function.name).unwrap().name, function.name);
        }
        for unknown in ["", "quot", "quotes", "Quote"] {
            assert!(find(unknown).is_none(), "{unknown}");
        }
    }

    #[test]
    fn each_function_has_a_line_in_the_documentation() {
        let table = include_str!("../../../../docs/go-functions.md");
        let mut documented: Vec<&str> = table
            .lines()
            .filter_map(|line| line.strip_prefix("| `")?.split_once('`'))
            .map(|(name, _)| name)
            .collect();
        documented.sort_unstable();
        // The evaluator runs these two itself: they do not evaluate all of their arguments.
        let mut known: Vec<&str> = names().chain(["and", "or"]).collect();
        known.sort_unstable();
        assert_eq!(documented, known);
    }
}
