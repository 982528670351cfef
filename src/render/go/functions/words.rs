//! Words in texts: `snakecase`, `kebabcase`, `camelcase`, `wrap`.

use super::letters;
use super::{Arguments, Call, Function, Type};
use crate::render::go::error::Result;
use crate::render::go::value::Value;

/// What this family holds.
pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("snakecase", &[Type::String], snake_case),
    Function::new("kebabcase", &[Type::String], kebab_case),
    Function::new("camelcase", &[Type::String], camel_case),
    Function::new("wrap", &[Type::Int, Type::String], wrap),
    Function::new("wrapWith", &[Type::Int, Type::String, Type::String], wrap_with),
];

/// What letters of a word are.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    /// The end of the text.
    End,
    /// `-`, `_` and white space.
    Connector,
    Punctuation,
    /// A capital, with small letters after it, or more capitals.
    Capital,
    Letter,
    Number,
    /// Symbols, and letters that have no case.
    Other,
}

fn is_connector(letter: char) -> bool {
    letter == '-' || letter == '_' || letter.is_whitespace()
}

/// Whether it is a letter of a script that has words: not a Han character.
fn is_alphabetic(letter: char) -> bool {
    letters::is_letter(letter)
        && !matches!(letter, '\u{4e00}'..='\u{9fcc}' | '\u{3400}'..='\u{4d85}' | '\u{20000}'..='\u{2b81d}')
}

fn class(letter: char) -> Class {
    if is_connector(letter) {
        Class::Connector
    } else if letters::is_punctuation(letter) {
        Class::Punctuation
    } else if letters::is_upper(letter) {
        Class::Capital
    } else if is_alphabetic(letter) {
        Class::Letter
    } else if letters::is_number(letter) {
        Class::Number
    } else {
        Class::Other
    }
}

/// The words of a text one after another.
struct Words<'t> {
    rest: &'t str,
}

impl<'t> Words<'t> {
    fn next(&mut self) -> (Class, &'t str) {
        let mut letters = self.rest.chars();
        let Some(first) = letters.next() else {
            return (Class::End, "");
        };
        let class = class(first);
        let more = letters.as_str();
        let end_of = |goes_on: fn(char) -> bool| {
            let rest = more.trim_start_matches(goes_on);
            self.rest.len() - rest.len()
        };
        let end = match class {
            Class::Connector => end_of(is_connector),
            Class::Punctuation => end_of(letters::is_punctuation),
            Class::Letter => end_of(|letter| is_alphabetic(letter) && !letters::is_upper(letter)),
            Class::Number => end_of(letters::is_number),
            Class::Capital => match more.chars().next() {
                Some(second) if letters::is_upper(second) => {
                    let end = end_of(letters::is_upper);
                    let after = self.rest.get(end..).and_then(|rest| rest.chars().next());
                    // The last capital of `HTTPStatus`'s first word begins the second.
                    let last = self.rest.get(..end).and_then(|word| word.chars().next_back());
                    match (after, last) {
                        (Some(after), Some(last)) if is_alphabetic(after) => end - last.len_utf8(),
                        _ => end,
                    }
                }
                _ => end_of(|letter| is_alphabetic(letter) && !letters::is_upper(letter)),
            },
            Class::Other | Class::End => end_of(|letter| {
                !is_connector(letter)
                    && !is_alphabetic(letter)
                    && !letters::is_number(letter)
                    && !letters::is_punctuation(letter)
            }),
        };
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest;
        (class, word)
    }
}

fn snake_case(call: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    joined_words(call, &arguments.str(0), '_')
}

fn kebab_case(call: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    joined_words(call, &arguments.str(0), '-')
}

/// The words in lower case with connectors between them. A number belongs to the word before it unless small letters
/// follow it: `Bld4Floor3rd` is `bld4_floor_3rd`.
fn joined_words(call: &mut Call<'_>, text: &str, connector: char) -> Result<Value> {
    call.spend(text.len() / 4)?;
    let mut out = String::with_capacity(text.len() + text.len() / 4);
    let write = |out: &mut String, class: Class, word: &str| match class {
        Class::Capital => out.extend(word.chars().map(letters::lower)),
        Class::Connector => out.extend(word.chars().map(|_| connector)),
        _ => out.push_str(word),
    };
    let is_word = |class| !matches!(class, Class::End | Class::Punctuation | Class::Connector);
    let mut words = Words { rest: text };
    let (mut class, mut word) = words.next();
    while class != Class::End {
        write(&mut out, class, word);
        let before = class;
        (class, word) = words.next();
        match before {
            Class::Number => {
                while matches!(class, Class::Letter | Class::Number) {
                    write(&mut out, class, word);
                    (class, word) = words.next();
                }
                if is_word(class) {
                    out.push(connector);
                }
            }
            Class::Connector | Class::Punctuation | Class::End => {}
            _ if class != Class::Number => {
                if is_word(class) {
                    out.push(connector);
                }
            }
            _ => {
                let number = word;
                (class, word) = words.next();
                if class == Class::Letter {
                    out.push(connector);
                    out.push_str(number);
                    while matches!(class, Class::Letter | Class::Number) {
                        write(&mut out, class, word);
                        (class, word) = words.next();
                    }
                } else {
                    out.push_str(number);
                }
                if is_word(class) {
                    out.push(connector);
                }
            }
        }
    }
    Ok(Value::from(out))
}

/// Words that connectors separate, with capitals at their beginnings and without the connectors; of several connectors
/// all but one stay.
fn camel_case(call: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    let text = arguments.str(0);
    call.spend(text.len() / 4)?;
    let mut out = String::with_capacity(text.len());
    let mut letters = text.chars();
    let mut before = None;
    let mut capital_before = false;
    // Connectors at the start stay.
    for letter in letters.by_ref() {
        before = Some(letter);
        if !is_connector(letter) {
            capital_before = letters::is_upper(letter);
            before = Some(letters::upper(letter));
            break;
        }
        out.push(letter);
    }
    for letter in letters {
        let last = before.unwrap_or(letter);
        let mut next = letter;
        if is_connector(letter) && is_connector(last) {
            out.push(last);
        } else if is_connector(last) {
            capital_before = letters::is_upper(letter);
            next = letters::upper(letter);
        } else {
            if letters::is_upper(letter) {
                // `HTTP` is a word as `Http` is.
                if capital_before {
                    next = letters::lower(letter);
                }
            } else {
                capital_before = false;
            }
            out.push(last);
        }
        before = Some(next);
    }
    out.extend(before);
    Ok(Value::from(out))
}

fn wrap(call: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    wrapped(call, &arguments.text(1), arguments.int(0), b"\n", false)
}

fn wrap_with(call: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    let separator = arguments.text(1);
    let separator: &[u8] = if separator.is_empty() { b"\n" } else { &separator };
    wrapped(call, &arguments.text(2), arguments.int(0), separator, true)
}

/// The text in lines of at most `width` bytes, broken at blanks. Words that are longer stay whole, or are cut.
fn wrapped(call: &mut Call<'_>, text: &[u8], width: i64, separator: &[u8], cut: bool) -> Result<Value> {
    let width = usize::try_from(width).unwrap_or(0).max(1);
    let most = text.len().saturating_mul(separator.len() + 1);
    call.reserve(most)?;
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    let is_blank = |byte: &u8| *byte == b' ';
    while rest.len() > width {
        if let Some(after) = rest.strip_prefix(b" ") {
            rest = after;
            continue;
        }
        let line = rest.get(..=width).unwrap_or(rest);
        let (end, next) = if let Some(blank) = line.iter().rposition(is_blank) {
            (blank, blank + 1)
        } else if cut {
            (width, width)
        } else {
            match rest
                .get(width..)
                .and_then(|after| after.iter().position(is_blank))
            {
                Some(blank) => (width + blank, width + blank + 1),
                None => break,
            }
        };
        call.spend(1 + end / 64)?;
        out.extend_from_slice(rest.get(..end).unwrap_or_default());
        out.extend_from_slice(separator);
        rest = rest.get(next..).unwrap_or_default();
    }
    out.extend_from_slice(rest);
    Ok(Value::text(out))
}

#[cfg(test)]
mod tests {
    use crate::render::go::functions::tests::call;
    use crate::render::go::value::Value;

    fn check(name: &str, cases: &[(&str, &str)]) {
        for (given, expected) in cases {
            let found = call(name, [Value::from(*given)]).unwrap();
            assert_eq!(found.as_text().unwrap().lossy(), *expected, "{name} of {given}");
        }
    }

    #[test]
    fn joins_words() {
        check(
            "snakecase",
            &[
                ("HTTPServer", "http_server"),
                ("HELLO_WORLD", "hello_world"),
                ("Hello-World_foo.bar", "hello_world_foo.bar"),
                ("__a__b__", "__a__b__"),
                ("aBC", "a_bc"),
                ("a b  c", "a_b__c"),
                ("HTTP20xOK", "http_20x_ok"),
                ("Duration2m3s", "duration_2m3s"),
                ("Bld4Floor3rd", "bld4_floor_3rd"),
                ("ünï-cÖdé ✓", "ünï_c_ödé_✓"),
            ],
        );
        check(
            "kebabcase",
            &[("FirstName", "first-name"), ("first_name", "first-name")],
        );
    }

    #[test]
    fn makes_camel_case() {
        check(
            "camelcase",
            &[
                ("HTTPServer", "Httpserver"),
                ("HELLO_WORLD", "HelloWorld"),
                ("ABCdEF", "AbcdEF"),
                ("aBC", "ABC"),
                ("A1B", "A1B"),
                ("__a__b__", "__A_B__"),
                ("a_b_", "AB_"),
                ("a b  c", "AB C"),
                ("a- _b", "A- B"),
                ("-_a", "-_A"),
                ("_", "__"),
                ("-_ ", "-_  "),
                ("", ""),
            ],
        );
    }

    #[test]
    fn wraps_at_blanks() {
        let wrapped = |width, text: &str| {
            let found = call("wrap", [Value::Int(width), Value::from(text)]).unwrap();
            found.as_text().unwrap().lossy().into_owned()
        };
        assert_eq!(
            wrapped(5, "hello world foo barbazqux a b c"),
            "hello\nworld\nfoo\nbarbazqux\na b c"
        );
        assert_eq!(wrapped(3, "a  b   c    d"), "a \nb  \nc  \n d");
        assert_eq!(wrapped(0, "hello world"), "hello\nworld");
        let cut = [
            Value::Int(5),
            Value::from("\t"),
            Value::from("hello world foobarbaz"),
        ];
        let found = call("wrapWith", cut).unwrap();
        assert!(found.as_text().unwrap().is("hello\tworld\tfooba\trbaz"));
    }
}
