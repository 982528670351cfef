//! Texts: their letters, parts and edges.

use super::convert::{printed, to_text};
use super::letters;
use super::{Arguments, Call, Function, Type};
use crate::render::go::error::{Error, Result};
use crate::render::go::print;
use crate::render::go::text::Text;
use crate::render::go::value::Value;

/// What this family holds.
pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("hello", &[], hello),
    Function::new("trim", &[Type::String], trim),
    Function::new("trimAll", &[Type::String, Type::String], trim_all),
    Function::new("trimall", &[Type::String, Type::String], trim_all),
    Function::new("trimPrefix", &[Type::String, Type::String], trim_prefix),
    Function::new("trimSuffix", &[Type::String, Type::String], trim_suffix),
    Function::new("upper", &[Type::String], upper),
    Function::new("lower", &[Type::String], lower),
    Function::new("title", &[Type::String], title),
    Function::new("untitle", &[Type::String], untitle),
    Function::new("swapcase", &[Type::String], swap_case),
    Function::new("nospace", &[Type::String], no_space),
    Function::new("initials", &[Type::String], initials),
    Function::new("abbrev", &[Type::Int, Type::String], abbrev),
    Function::new("abbrevboth", &[Type::Int, Type::Int, Type::String], abbrev_both),
    Function::new("trunc", &[Type::Int, Type::String], trunc),
    Function::new("substr", &[Type::Int, Type::Int, Type::String], substr),
    Function::new("repeat", &[Type::Int, Type::String], repeat),
    Function::new("contains", &[Type::String, Type::String], contains),
    Function::new("hasPrefix", &[Type::String, Type::String], has_prefix),
    Function::new("hasSuffix", &[Type::String, Type::String], has_suffix),
    Function::variadic("quote", &[], Type::Any, quote),
    Function::variadic("squote", &[], Type::Any, squote),
    Function::variadic("cat", &[], Type::Any, cat),
    Function::new("indent", &[Type::Int, Type::String], indent),
    Function::new("nindent", &[Type::Int, Type::String], nindent),
    Function::new("replace", &[Type::String, Type::String, Type::String], replace),
    Function::new("plural", &[Type::String, Type::String, Type::Int], plural),
];

/// The part of a text that is between two places; a place outside of it is an error.
fn part(text: &Text, start: usize, end: usize) -> Result<Text> {
    text.as_bytes().get(start..end).map(Text::from).ok_or_else(|| {
        Error::new(format!(
            "the text of {} bytes has no part from {start} to {end}",
            text.len()
        ))
    })
}

/// Changes the letters of a text, each by itself.
fn by_letter(call: &mut Call<'_>, text: &Text, change: impl FnMut(char) -> char) -> Result<Value> {
    call.spend(text.len() / 16)?;
    Ok(Value::from(text.lossy().chars().map(change).collect::<String>()))
}

fn hello(_: &mut Call<'_>, _: Arguments) -> Result<Value> {
    Ok(Value::from("Hello!"))
}

fn trim(_: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    let text = arguments.text(0);
    Ok(match text.as_str() {
        Some(utf8) => {
            let trimmed = utf8.trim();
            if trimmed.len() == utf8.len() {
                Value::String(text)
            } else {
                Value::from(trimmed)
            }
        }
        None => Value::text(text.trim_ascii()),
    })
}

fn trim_all(_: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    let removed = arguments.str(0);
    let text = arguments.text(1);
    let is_removed = |letter: char| removed.contains(letter);
    Ok(match text.as_str() {
        Some(text) => Value::from(text.trim_matches(is_removed)),
        None => {
            let is_kept = |byte: &u8| !byte.is_ascii() || !is_removed(char::from(*byte));
            let start = text.iter().position(is_kept).unwrap_or(text.len());
            let end = text.iter().rposition(is_kept).map_or(start, |last| last + 1);
            Value::text(text.get(start..end).unwrap_or_default())
        }
    })
}

fn trim_prefix(_: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    let text = arguments.text(1);
    Ok(match text.strip_prefix(&*arguments.text(0)) {
        Some(rest) => Value::text(rest),
        None => Value::String(text),
    })
}

fn trim_suffix(_: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    let text = arguments.text(1);
    Ok(match text.strip_suffix(&*arguments.text(0)) {
        Some(rest) => Value::text(rest),
        None => Value::String(text),
    })
}

fn upper(call: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    by_letter(call, &arguments.text(0), letters::upper)
}

fn lower(call: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    by_letter(call, &arguments.text(0), letters::lower)
}

/// The first letter of each word in title case; words are separated by what is not a letter, a digit or `_`.
fn title(call: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    let mut before = ' ';
    by_letter(call, &arguments.text(0), |letter| {
        let separated = if before.is_ascii() {
            !before.is_ascii_alphanumeric() && before != '_'
        } else {
            !letters::is_letter(before) && !letters::is_digit(before) && before.is_whitespace()
        };
        before = letter;
        if separated { letters::title(letter) } else { letter }
    })
}

/// The first letter of each word in lower case; words are separated by white space.
fn untitle(call: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    let mut begins = true;
    by_letter(call, &arguments.text(0), |letter| {
        if letter.is_whitespace() {
            begins = true;
            letter
        } else if std::mem::take(&mut begins) {
            letters::lower(letter)
        } else {
            letter
        }
    })
}

/// Capitals become small letters; small letters become capitals, after white space title letters.
fn swap_case(call: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    let mut begins = true;
    by_letter(call, &arguments.text(0), |letter| {
        if letters::is_upper(letter) || letters::is_title(letter) {
            begins = false;
            letters::lower(letter)
        } else if letters::is_lower(letter) {
            if std::mem::take(&mut begins) {
                letters::title(letter)
            } else {
                letters::upper(letter)
            }
        } else {
            begins = letter.is_whitespace();
            letter
        }
    })
}

/// Without white space. Helm takes bytes for letters here, once there is white space.
fn no_space(call: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    let text = arguments.text(0);
    call.spend(text.len() / 16)?;
    let is_space = |byte: &u8| char::from(*byte).is_whitespace();
    if !text.iter().any(is_space) {
        return Ok(Value::String(text));
    }
    let kept = text.iter().filter(|byte| !is_space(byte));
    Ok(Value::from(
        kept.map(|byte| char::from(*byte)).collect::<String>(),
    ))
}

/// The first letter of each word. Helm takes bytes for letters here.
fn initials(call: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    let text = arguments.text(0);
    call.spend(text.len() / 16)?;
    let mut begins = true;
    let mut initials = String::new();
    for letter in text.iter().map(|byte| char::from(*byte)) {
        if letter.is_whitespace() {
            begins = true;
        } else if std::mem::take(&mut begins) {
            initials.push(letter);
        }
    }
    Ok(Value::from(initials))
}

fn abbrev(_: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    let text = arguments.text(1);
    abbreviated(&text, 0, arguments.int(0)).map(Value::String)
}

fn abbrev_both(_: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    let (left, right) = (arguments.int(0), arguments.int(1));
    let text = arguments.text(2);
    if right < 4 || left > 0 && right < 7 {
        return Ok(Value::String(text));
    }
    abbreviated(&text, left, right).map(Value::String)
}

/// At most `width` bytes of a text, with `...` for what is left out at the end and, before `offset`, at the start.
fn abbreviated(text: &Text, offset: i64, width: i64) -> Result<Text> {
    let length = text.len();
    let width = usize::try_from(width).unwrap_or(0);
    if width < 4 || length <= width {
        return Ok(text.clone());
    }
    let room = width - 3;
    let offset = usize::try_from(offset).unwrap_or(0).min(length - room);
    let mut out = Vec::with_capacity(width);
    if offset <= 4 {
        out.extend_from_slice(&part(text, 0, room)?);
        out.extend_from_slice(b"...");
    } else {
        out.extend_from_slice(b"...");
        if offset + room < length {
            let rest = part(text, offset, length)?;
            out.extend_from_slice(&abbreviated(&rest, 0, i64::try_from(room).unwrap_or(0))?);
        } else {
            out.extend_from_slice(&part(text, length - room, length)?);
        }
    }
    Ok(Text::from(out))
}

/// The first bytes of a text; with a negative number, the last ones.
fn trunc(_: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    let text = arguments.text(1);
    let wanted = usize::try_from(arguments.int(0).unsigned_abs()).unwrap_or(usize::MAX);
    if wanted >= text.len() {
        return Ok(Value::String(text));
    }
    let (start, end) = if arguments.int(0) < 0 {
        (text.len() - wanted, text.len())
    } else {
        (0, wanted)
    };
    Ok(Value::String(part(&text, start, end)?))
}

/// The bytes from a start to an end. A negative start is the start of the text; a negative end, or one after the text,
/// is its end.
fn substr(_: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    let text = arguments.text(2);
    let (start, end) = (arguments.int(0), arguments.int(1));
    let place = |number: i64| {
        usize::try_from(number).map_err(|_| Error::new(format!("the end {number} is negative")))
    };
    let found = if start < 0 {
        part(&text, 0, place(end)?)?
    } else if usize::try_from(end).is_ok_and(|end| end <= text.len()) {
        part(&text, place(start)?, place(end)?)?
    } else {
        part(&text, place(start)?, text.len())?
    };
    Ok(Value::String(found))
}

/// A number of times that is not negative.
fn times(count: i64) -> Result<usize> {
    usize::try_from(count).map_err(|_| Error::new(format!("the number {count} is negative")))
}

fn repeat(call: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    let count = times(arguments.int(0))?;
    let text = arguments.text(1);
    call.reserve(text.len().saturating_mul(count))?;
    Ok(Value::text(text.as_bytes().repeat(count)))
}

fn contains(call: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    let text = arguments.text(1);
    call.spend(text.len() / 64)?;
    let found = memchr::memmem::find(&text, &arguments.text(0)).is_some();
    Ok(Value::Bool(found))
}

fn has_prefix(_: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    Ok(Value::Bool(arguments.text(1).starts_with(&arguments.text(0))))
}

fn has_suffix(_: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    Ok(Value::Bool(arguments.text(1).ends_with(&arguments.text(0))))
}

/// The arguments but nil, each made a text between quotes, with blanks between them.
fn quote(call: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    let mut out = String::new();
    for value in arguments.from(0).iter().filter(|value| !value.is_nil()) {
        if !out.is_empty() {
            out.push(' ');
        }
        let text = to_text(call, value)?;
        call.reserve(text.len())?;
        out.push_str(&print::quoted(&text, false));
    }
    Ok(Value::from(out))
}

fn squote(call: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    let mut out = Vec::new();
    for value in arguments.from(0).iter().filter(|value| !value.is_nil()) {
        if !out.is_empty() {
            out.push(b' ');
        }
        out.push(b'\'');
        let text = printed(call, value)?;
        call.reserve(text.len())?;
        out.extend_from_slice(&text);
        out.push(b'\'');
    }
    Ok(Value::text(out))
}

/// The arguments but nil, printed with blanks between them.
fn cat(call: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    let mut out = Vec::new();
    for (index, value) in arguments
        .from(0)
        .iter()
        .filter(|value| !value.is_nil())
        .enumerate()
    {
        if index > 0 {
            out.push(b' ');
        }
        let text = printed(call, value)?;
        call.reserve(text.len())?;
        out.extend_from_slice(&text);
    }
    Ok(Value::text(out))
}

fn indent(call: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    indented(call, &arguments, b"")
}

fn nindent(call: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    indented(call, &arguments, b"\n")
}

/// Blanks before each line, empty ones too.
fn indented(call: &mut Call<'_>, arguments: &Arguments, before: &[u8]) -> Result<Value> {
    let width = times(arguments.int(0))?;
    let text = arguments.text(1);
    let breaks = memchr::memchr_iter(b'\n', &text).count();
    let size = width
        .saturating_mul(breaks + 1)
        .saturating_add(text.len() + before.len());
    call.reserve(size)?;
    let mut out = Vec::with_capacity(size);
    out.extend_from_slice(before);
    for (index, line) in text.split(|byte| *byte == b'\n').enumerate() {
        if index > 0 {
            out.push(b'\n');
        }
        out.resize(out.len() + width, b' ');
        out.extend_from_slice(line);
    }
    Ok(Value::text(out))
}

/// The text with a part replaced everywhere; an empty part is found around each letter.
fn replace(call: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    let (old, new, text) = (arguments.text(0), arguments.text(1), arguments.text(2));
    call.spend(text.len() / 64)?;
    if old.is_empty() {
        let lossy = text.lossy();
        let letters = lossy.chars().count();
        call.reserve(new.len().saturating_mul(letters + 1).saturating_add(text.len()))?;
        return Ok(Value::text(lossy.replace("", &new.lossy())));
    }
    let finder = memchr::memmem::Finder::new(old.as_bytes());
    let found = finder.find_iter(&text).count();
    if found == 0 {
        return Ok(Value::String(text));
    }
    let size = (text.len() - found * old.len()).saturating_add(new.len().saturating_mul(found));
    call.reserve(size)?;
    let mut out = Vec::with_capacity(size);
    let mut end = 0;
    for start in finder.find_iter(&text) {
        out.extend_from_slice(text.get(end..start).unwrap_or_default());
        out.extend_from_slice(&new);
        end = start + old.len();
    }
    out.extend_from_slice(text.get(end..).unwrap_or_default());
    Ok(Value::text(out))
}

fn plural(_: &mut Call<'_>, mut arguments: Arguments) -> Result<Value> {
    let chosen = usize::from(arguments.int(2) != 1);
    Ok(arguments.take(chosen))
}

#[cfg(test)]
mod tests {
    use crate::render::go::functions::tests::call;
    use crate::render::go::value::Value;

    fn text(name: &str, arguments: impl IntoIterator<Item = Value>) -> String {
        let found = call(name, arguments).unwrap_or_else(|error| panic!("{name}: {error}"));
        found.as_text().unwrap().lossy().into_owned()
    }

    fn of(text: &str) -> Value {
        Value::from(text)
    }

    #[test]
    fn cuts_by_bytes() {
        assert_eq!(text("trunc", [Value::Int(-2), of("hello")]), "lo");
        assert_eq!(text("trunc", [Value::Int(-20), of("hello")]), "hello");
        assert_eq!(
            text("substr", [Value::Int(-1), Value::Int(5), of("hello world")]),
            "hello"
        );
        assert_eq!(
            text("substr", [Value::Int(6), Value::Int(99), of("hello world")]),
            "world"
        );
        for (start, end) in [(-1, 50), (-1, -1), (5, 3), (50, -1)] {
            let arguments = [Value::Int(start), Value::Int(end), of("hello world")];
            assert!(call("substr", arguments).is_err(), "{start} {end}");
        }
    }

    #[test]
    fn abbreviates_at_both_ends() {
        let both = |left, right, whole| text("abbrevboth", [Value::Int(left), Value::Int(right), of(whole)]);
        assert_eq!(both(5, 10, "1234 5678 9123"), "...5678...");
        assert_eq!(both(5, 7, "1234 5678 9123"), "...5...");
        assert_eq!(both(-5, 7, "1234 5678 9123"), "1234...");
        assert_eq!(both(50, 10, "1234 5678 9123"), "...78 9123");
        assert_eq!(text("abbrev", [Value::Int(7), of("CamelCase")]), "Came...");
    }

    #[test]
    fn changes_case_by_words() {
        assert_eq!(
            text("swapcase", [of("This Is A.Test ünÏ ǆ")]),
            "tHIS iS a.tEST ÜNï ǅ"
        );
        assert_eq!(
            text("title", [of("hello wörld-foo_bar ünï'x ǆx")]),
            "Hello Wörld-Foo_bar Ünï'X ǅx"
        );
        assert_eq!(text("untitle", [of("Hello World ÜX")]), "hello world üX");
        assert_eq!(text("initials", [of("First Try")]), "FT");
        assert_eq!(
            text("nospace", [of("ünïà b")]),
            "Ã¼nÃ¯Ã\u{a0}b".replace('\u{a0}', "")
        );
    }

    #[test]
    fn quotes_what_is_not_nil() {
        let arguments = [Value::Int(1), Value::Nil, of("a\"b\n"), of("✓\u{1}\u{200b}")];
        assert_eq!(text("quote", arguments), "\"1\" \"a\\\"b\\n\" \"✓\\x01\\u200b\"");
        assert_eq!(
            text("squote", [of("a'b"), Value::Nil, Value::Int(1)]),
            "'a'b' '1'"
        );
        assert_eq!(text("cat", [of(""), Value::Nil, of("a"), of("")]), " a ");
    }

    #[test]
    fn replaces() {
        assert_eq!(text("replace", [of(""), of("-"), of("abé")]), "-a-b-é-");
        assert_eq!(text("replace", [of("aa"), of("b"), of("aaaaa")]), "bba");
    }

    #[test]
    fn refuses_huge_results_before_making_them() {
        let huge = [Value::Int(i64::MAX), of("xy")];
        assert!(call("repeat", huge.clone()).unwrap_err().is_limit());
        assert!(call("indent", huge).unwrap_err().is_limit());
        assert!(call("repeat", [Value::Int(-1), of("xy")]).is_err());
    }
}
