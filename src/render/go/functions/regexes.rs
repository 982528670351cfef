//! Regular expressions: searching, replacing and splitting with Go's syntax.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use regex::bytes::Match;

use super::letters;
use super::pattern::Pattern;
use super::translated::Translated;
use super::{Arguments, Call, Function, Type};
use crate::render::go::error::{Error, Result};
use crate::render::go::text::Text;
use crate::render::go::value::{List, ListType, Slot, Value};

const TWO: &[Type] = &[Type::String, Type::String];
const THREE: &[Type] = &[Type::String, Type::String, Type::String];
const WITH_COUNT: &[Type] = &[Type::String, Type::String, Type::Int];

/// What this family holds.
pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("regexMatch", TWO, regex_match),
    Function::new("mustRegexMatch", TWO, must_regex_match),
    Function::new("regexFind", TWO, regex_find),
    Function::new("mustRegexFind", TWO, regex_find),
    Function::new("regexFindAll", WITH_COUNT, regex_find_all),
    Function::new("mustRegexFindAll", WITH_COUNT, regex_find_all),
    Function::new("regexReplaceAll", THREE, regex_replace_all),
    Function::new("mustRegexReplaceAll", THREE, regex_replace_all),
    Function::new("regexReplaceAllLiteral", THREE, regex_replace_all_literal),
    Function::new("mustRegexReplaceAllLiteral", THREE, regex_replace_all_literal),
    Function::new("regexSplit", WITH_COUNT, regex_split),
    Function::new("mustRegexSplit", WITH_COUNT, regex_split),
    Function::new("regexQuoteMeta", &[Type::String], regex_quote_meta),
];

/// How many patterns, and how large ones together, are kept.
const KEPT: usize = 256;
const KEPT_SIZE: usize = 1 << 16;

thread_local! {
    /// Those for any text, and those for texts of ASCII.
    static PATTERNS: [RefCell<HashMap<Text, Rc<Pattern>>>; 2] = Default::default();
}

/// The program of a pattern for a text, made once. Making it is counted by its size.
fn pattern(call: &mut Call<'_>, written: &Text, searched: &Text) -> Result<Rc<Pattern>> {
    let for_ascii = searched.is_ascii();
    let known = |patterns: &RefCell<HashMap<Text, Rc<Pattern>>>| patterns.borrow().get(written).cloned();
    if let Some(pattern) = PATTERNS.with(|patterns| known(&patterns[usize::from(for_ascii)])) {
        return Ok(pattern);
    }
    let wrong = |reason: String| {
        Error::new(format!(
            "`{}` is not a regular expression: {reason}",
            written.lossy()
        ))
    };
    call.spend(written.len())?;
    let text = written
        .as_str()
        .ok_or_else(|| wrong("it is not UTF-8".to_owned()))?;
    let translated = Translated::of(text).map_err(wrong)?;
    call.spend(translated.size.saturating_mul(16))?;
    let pattern = Rc::new(translated.compile(for_ascii).map_err(wrong)?);
    PATTERNS.with(|patterns| {
        let mut patterns = patterns[usize::from(for_ascii)].borrow_mut();
        let size: usize = patterns.values().map(|pattern| pattern.size).sum();
        if patterns.len() >= KEPT || size > KEPT_SIZE {
            patterns.clear();
        }
        patterns.insert(written.clone(), Rc::clone(&pattern));
    });
    Ok(pattern)
}

/// Counts a search of so many bytes.
fn count_search(call: &mut Call<'_>, bytes: usize) -> Result<()> {
    call.spend(1 + bytes / 64)
}

/// The matches one after another. Empty ones within a letter, which the program for bytes finds, are none.
fn found<'t>(pattern: &'t Pattern, text: &'t Text) -> impl Iterator<Item = Match<'t>> {
    let letters = text.as_str();
    pattern
        .regex
        .find_iter(text)
        .filter(move |found| letters.is_none_or(|letters| letters.is_char_boundary(found.start())))
}

fn matches(call: &mut Call<'_>, arguments: &Arguments) -> Result<Value> {
    let text = arguments.text(1);
    let pattern = pattern(call, &arguments.text(0), &text)?;
    count_search(call, text.len())?;
    Ok(Value::Bool(found(&pattern, &text).next().is_some()))
}

/// Nothing matches a pattern that is wrong.
fn regex_match(call: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    match matches(call, &arguments) {
        Err(error) if error.is_mistake() => Ok(Value::Bool(false)),
        found => found,
    }
}

fn must_regex_match(call: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    matches(call, &arguments)
}

/// The first match; the empty text where there is none.
fn regex_find(call: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    let text = arguments.text(1);
    let pattern = pattern(call, &arguments.text(0), &text)?;
    count_search(call, text.len())?;
    let found = found(&pattern, &text).next();
    Ok(Value::text(
        found.map(|found| found.as_bytes()).unwrap_or_default(),
    ))
}

/// A limit of matches, where the number is not negative.
fn limit(number: i64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

/// The places of at most so many matches. Each search goes over the rest of the text, at worst.
fn places(call: &mut Call<'_>, pattern: &Pattern, text: &Text, limit: usize) -> Result<Vec<(usize, usize)>> {
    let mut places = Vec::new();
    count_search(call, text.len())?;
    for found in found(pattern, text).take(limit) {
        count_search(call, text.len() - found.end())?;
        if places.len().is_multiple_of(1024) {
            call.reserve(1024 * size_of::<(usize, usize)>())?;
        }
        places.push((found.start(), found.end()));
    }
    Ok(places)
}

/// A list of parts of a text.
fn listed(call: &mut Call<'_>, parts: Vec<&[u8]>) -> Result<Value> {
    call.reserve(parts.len().saturating_mul(size_of::<Slot>() + 32))?;
    Ok(List::from_strings(parts).into())
}

/// At most so many matches, all with a negative number; Go's nil list where there are none.
fn regex_find_all(call: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    let text = arguments.text(1);
    let pattern = pattern(call, &arguments.text(0), &text)?;
    let places = places(call, &pattern, &text, limit(arguments.int(2)))?;
    if places.is_empty() {
        return Ok(List::nil(ListType::Strings).into());
    }
    let parts = places
        .iter()
        .map(|(start, end)| text.get(*start..*end).unwrap_or_default());
    listed(call, parts.collect())
}

/// The text with all matches replaced; `$1`, `${1}` and `${name}` stand for groups.
fn regex_replace_all(call: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    let text = arguments.text(1);
    let pattern = pattern(call, &arguments.text(0), &text)?;
    let parts = Replacement::of(&arguments.text(2), &pattern.names);
    replaced(call, &pattern, &text, &parts)
}

fn regex_replace_all_literal(call: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    let text = arguments.text(1);
    let pattern = pattern(call, &arguments.text(0), &text)?;
    replaced(call, &pattern, &text, &[Replacement::Text(arguments.text(2))])
}

/// A part of what matches are replaced by.
enum Replacement {
    Text(Text),
    /// The group of a number; 0 is the whole match.
    Group(usize),
    /// The groups of a name, of which one may have matched.
    Groups(Vec<usize>),
}

impl Replacement {
    /// Takes a text apart at its `$`.
    fn of(written: &Text, names: &[Option<String>]) -> Vec<Replacement> {
        let mut parts = Vec::new();
        let mut plain = Vec::new();
        let mut rest = written.as_bytes();
        while let Some(dollar) = memchr::memchr(b'$', rest) {
            plain.extend_from_slice(rest.get(..dollar).unwrap_or_default());
            rest = rest.get(dollar + 1..).unwrap_or_default();
            if let Some(after) = rest.strip_prefix(b"$") {
                plain.push(b'$');
                rest = after;
                continue;
            }
            let Some((name, after)) = group_name(rest) else {
                plain.push(b'$');
                continue;
            };
            if !plain.is_empty() {
                parts.push(Replacement::Text(Text::from(std::mem::take(&mut plain))));
            }
            rest = after;
            let is_number = name.bytes().all(|byte| byte.is_ascii_digit())
                && (name.len() == 1 || !name.starts_with('0'))
                && name.len() < 10;
            parts.push(if is_number {
                Replacement::Group(name.parse().unwrap_or(usize::MAX))
            } else {
                let groups = (1..).zip(names);
                Replacement::Groups(
                    groups
                        .filter(|(_, other)| other.as_deref() == Some(name))
                        .map(|(index, _)| index)
                        .collect(),
                )
            });
        }
        plain.extend_from_slice(rest);
        if !plain.is_empty() {
            parts.push(Replacement::Text(Text::from(plain)));
        }
        parts
    }
}

/// The name after a `$`: letters, digits and `_`, which may stand in braces. And what follows it.
fn group_name(text: &[u8]) -> Option<(&str, &[u8])> {
    let (braced, inner) = match text.strip_prefix(b"{") {
        Some(inner) => (true, inner),
        None => (false, text),
    };
    let valid = inner
        .utf8_chunks()
        .next()
        .map(|chunk| chunk.valid())
        .unwrap_or_default();
    let is_name = |letter: char| letter == '_' || letters::is_letter(letter) || letters::is_digit(letter);
    let end = valid.find(|letter| !is_name(letter)).unwrap_or(valid.len());
    let name = valid.get(..end).filter(|name| !name.is_empty())?;
    let after = inner.get(end..).unwrap_or_default();
    let after = if braced { after.strip_prefix(b"}")? } else { after };
    Some((name, after))
}

fn replaced(call: &mut Call<'_>, pattern: &Pattern, text: &Text, parts: &[Replacement]) -> Result<Value> {
    count_search(call, text.len())?;
    let mut out = Vec::new();
    let mut counted = 0;
    let mut end = 0;
    let mut locations = pattern.regex.capture_locations();
    let needs_groups = parts.iter().any(|part| !matches!(part, Replacement::Text(_)));
    for found in found(pattern, text) {
        count_search(call, text.len() - found.start())?;
        call.spend(parts.len())?;
        out.extend_from_slice(text.get(end..found.start()).unwrap_or_default());
        end = found.end();
        if needs_groups {
            pattern
                .regex
                .captures_read_at(&mut locations, text, found.start());
        }
        for part in parts {
            let group = |index: usize| {
                let (start, end) = locations.get(index)?;
                text.get(start..end)
            };
            match part {
                Replacement::Text(text) => out.extend_from_slice(text),
                Replacement::Group(index) => out.extend_from_slice(group(*index).unwrap_or_default()),
                Replacement::Groups(indexes) => {
                    let found = indexes.iter().find_map(|index| group(*index));
                    out.extend_from_slice(found.unwrap_or_default());
                }
            }
            if out.len() > counted + 4096 {
                call.reserve(out.len() - counted)?;
                counted = out.len();
            }
        }
    }
    if end == 0 && out.is_empty() {
        return Ok(Value::String(text.clone()));
    }
    out.extend_from_slice(text.get(end..).unwrap_or_default());
    Ok(Value::text(out))
}

/// The parts between matches, at most so many; Go's nil list where the number is 0.
fn regex_split(call: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    let written = arguments.text(0);
    let text = arguments.text(1);
    let pattern = pattern(call, &written, &text)?;
    let most = limit(arguments.int(2));
    if most == 0 {
        return Ok(List::nil(ListType::Strings).into());
    }
    if text.is_empty() && !written.is_empty() {
        return Ok(List::from_strings([""]).into());
    }
    let mut parts = Vec::new();
    let (mut begin, mut end) = (0, 0);
    for (start, stop) in places(call, &pattern, &text, most)? {
        if parts.len() + 1 == most {
            break;
        }
        end = start;
        if stop != 0 {
            parts.push(text.get(begin..end).unwrap_or_default());
        }
        begin = stop;
    }
    if end != text.len() {
        parts.push(text.get(begin..).unwrap_or_default());
    }
    listed(call, parts)
}

/// A pattern that matches the text itself.
fn regex_quote_meta(call: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    let text = arguments.text(0);
    call.reserve(text.len().saturating_mul(2))?;
    let mut out = Vec::with_capacity(text.len() + 8);
    for byte in text.iter() {
        if br"\.+*?()|[]{}^$".contains(byte) {
            out.push(b'\\');
        }
        out.push(*byte);
    }
    Ok(Value::text(out))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::go::functions::tests::call;

    fn found(pattern: &str, text: &str) -> Option<String> {
        let found = call("regexFind", [pattern.into(), text.into()]).ok()?;
        Some(found.as_text()?.lossy().into_owned())
    }

    fn replaced(pattern: &str, text: &str, by: &str) -> String {
        let found = call("regexReplaceAll", [pattern.into(), text.into(), by.into()]).unwrap();
        found.as_text().unwrap().lossy().into_owned()
    }

    #[test]
    fn reads_go_syntax() {
        for (pattern, text, expected) in [
            ("{(v[0-9])*[^}]*}}$", "x {v1a}}", "{v1a}}"),
            ("a{,2}", "a{,2}", "a{,2}"),
            ("a{2", "a{2", "a{2"),
            ("a{00002}", "a{00002}", "a{00002}"),
            ("a*{", "aa{", "aa{"),
            ("a{2}?", "aaa", "aa"),
            ("^*a", "a", "a"),
            (r"\d+", "٣1", "1"),
            (r"\w+", "éa", "a"),
            (r"\s", "\u{b} ", " "),
            (r"[\d\-x]+", "1-x", "1-x"),
            (r"[^\D]+", "1ab2", "1"),
            (r"\Qa.b\E+", "a.bbb", "a.bbb"),
            (r"\101\x41\x{41}", "AAA", "AAA"),
            (r"\_\-\<\&", "_-<&", "_-<&"),
            ("[[:alpha:]]+", "aé", "a"),
            ("[[:^alpha:]]", "a1", "1"),
            ("[]a]+", "]a", "]a"),
            ("[a&&b]+", "a&b", "a&b"),
            ("[a[b]+", "a[b", "a[b"),
            ("[a-b-c]+", "a-c", "a-c"),
            (r"\p{^Greek}", "aα", "a"),
            (r"[\pL]+", "aé", "aé"),
            ("(?i)k+", "Kk\u{212a}", "Kk\u{212a}"),
            ("(?U)a+", "aa", "a"),
            ("(?ii-s:A)b", "ab", "ab"),
            ("(?)a", "a", "a"),
            ("(?P<a>x)(?P<a>y)", "xy", "xy"),
            (r"a\b", "aé", "a"),
            ("a.b", "a\nb", ""),
            ("b$", "a\nb\n", ""),
            ("}", "}", "}"),
            ("#a b", "#a b", "#a b"),
        ] {
            assert_eq!(
                found(pattern, text).as_deref(),
                Some(expected),
                "{pattern} in {text:?}"
            );
        }
    }

    #[test]
    fn refuses_what_go_refuses() {
        for pattern in [
            "[",
            "a{1001}",
            "(a{100}){100}",
            "a**",
            "a*+",
            "a{2}{3}",
            "a{2,1}",
            "*a",
            "(?i)*a",
            "a|*",
            r"\C",
            r"\Z",
            r"\1",
            r"\x4",
            r"\e",
            r"\é",
            r"\",
            "[[:foo:]]",
            r"[a-\d]",
            "[z-a]",
            "[]",
            r"\p{Foo}",
            r"[\b]",
            "[a-[:digit:]]",
            "(?x)a",
            "(?-)a",
            "(?=a)",
            "(?<!a)b",
            "(?P<>x)",
            "(?P<a-b>x)",
            "(?P=a)",
            "a)",
            "(a",
            "a???",
            "(x{31}){33}",
        ] {
            assert_eq!(found(pattern, "a"), None, "{pattern}");
        }
        assert!(matches!(
            call("regexMatch", ["[".into(), "x".into()]),
            Ok(Value::Bool(false))
        ));
        assert!(call("mustRegexMatch", ["[".into(), "x".into()]).is_err());
    }

    #[test]
    fn replaces_with_groups() {
        assert_eq!(replaced("a(x*)b", "-ab-axxb-", "${1}W"), "-W-xxW-");
        assert_eq!(replaced("a(x*)b", "-ab-axxb-", "$1W"), "---");
        let named = replaced("a(?P<n>x*)b", "-ab-axxb-", "$n$$ $ ${n}${0}$9${");
        assert_eq!(named, "-$ $ ab${-xx$ $ xxaxxb${-");
        assert_eq!(replaced("(a)", "banana", "${01}|$01|${1_}"), "b||n||n||");
        assert_eq!(replaced("(?P<1a>a)", "banana", "[$1a]"), "b[a]n[a]n[a]");
        assert_eq!(replaced("x*", "abxc", "-"), "-a-b-c-");
    }

    #[test]
    fn splits() {
        let split = |pattern: &str, text: &str, count| {
            let list = call("regexSplit", [pattern.into(), text.into(), Value::Int(count)]).unwrap();
            let list = list.as_list().unwrap().clone();
            list.iter()
                .map(|part| part.as_text().unwrap().lossy().into_owned())
                .collect::<Vec<_>>()
        };
        assert_eq!(split("z+", "pizza", -1), ["pi", "a"]);
        assert_eq!(split("z", "pizza", 1), ["pizza"]);
        assert_eq!(split("z", "pizza", 2), ["pi", "za"]);
        assert_eq!(split("", "abc", -1), ["a", "b", "c"]);
        assert_eq!(split("x", "", -1), [""]);
        assert!(split("", "", -1).is_empty());
        assert_eq!(split("a*", "baac", -1), ["b", "c"]);
        assert_eq!(split("b$", "ab", -1), ["a", ""]);
        assert_eq!(split("|b", "éb", -1), ["é", "b"]);
        assert_eq!(replaced("a?", "é", "-"), "-é-");
        assert!(matches!(
            call("regexMatch", [r"\B".into(), "aéa".into()]),
            Ok(Value::Bool(false))
        ));
    }

    #[test]
    fn counts_huge_patterns_before_making_them() {
        let huge = r"(\pL{30}){33}".repeat(100);
        let error = call("regexFind", [huge.as_str().into(), "x".into()]).unwrap_err();
        assert!(error.is_limit(), "{error}");
    }
}
