//! Regular expressions in Go's syntax, translated for the `regex` crate.
//!
//! Both descend from RE2, with differences: in Go a `{` that begins no count is a letter, `\d`, `\s`, `\w` and `\b` know
//! ASCII alone, `[` and `&` mean nothing within a class, there are octal escapes and `\Q...\E`, and two repetitions
//! cannot follow each other.

use std::iter::Peekable;
use std::str::Chars;

/// How often something may be repeated, repetitions within repetitions multiplied. Go's number.
const MAX_REPEAT: u32 = 1000;

/// How deep groups may be nested.
const MAX_DEPTH: usize = 200;

/// The letters that stand for themselves behind a backslash alone.
const META: &str = r"\.+*?()|[]{}^$#&-~";

/// A pattern before it is compiled.
#[derive(Debug)]
pub(super) struct Translated {
    /// The pattern as the crate reads it.
    pub pattern: String,
    /// The names of the groups, from group 1 on.
    pub names: Vec<Option<String>>,
    /// How large the program will be, about: known before it is made.
    pub size: usize,
}

impl Translated {
    /// Translates a pattern of Go's.
    ///
    /// # Errors
    /// What is wrong with it, in a few words.
    pub fn of(pattern: &str) -> Result<Translated, String> {
        let mut translator = Translator {
            rest: pattern.chars().peekable(),
            out: String::with_capacity(pattern.len() + 16),
            names: Vec::new(),
            open: vec![Group::default()],
            last: None,
        };
        translator.run()?;
        let size = translator.open.first().map_or(0, |group| group.size);
        Ok(Translated {
            pattern: translator.out,
            names: translator.names,
            size,
        })
    }
}

/// What a repetition applies to.
#[derive(Clone, Copy, Default)]
struct Atom {
    size: usize,
    /// The largest product of repetitions within each other.
    repeats: u32,
}

/// A group that is being read, or the whole.
#[derive(Default)]
struct Group {
    size: usize,
    repeats: u32,
}

struct Translator<'p> {
    rest: Peekable<Chars<'p>>,
    out: String,
    names: Vec<Option<String>>,
    open: Vec<Group>,
    /// What stands before a repetition.
    last: Option<Atom>,
}

type Done = Result<(), String>;

impl Translator<'_> {
    fn run(&mut self) -> Done {
        while let Some(letter) = self.rest.next() {
            match letter {
                '(' => self.group()?,
                ')' => self.close()?,
                '|' => {
                    self.settle();
                    self.out.push('|');
                }
                '*' | '+' | '?' => self.repeat(letter, None)?,
                '{' => match self.count()? {
                    Some(count) => self.repeat('{', Some(count))?,
                    None => self.literal('{'),
                },
                '[' => self.class()?,
                '\\' => self.escape()?,
                '.' | '^' | '$' => {
                    let size = if letter == '.' { 16 } else { 1 };
                    self.atom(size, |out| out.push(letter));
                }
                _ => self.literal(letter),
            }
        }
        if self.open.len() > 1 {
            return Err("a `)` is missing".to_owned());
        }
        self.settle();
        Ok(())
    }

    /// What was read last belongs to its group now.
    fn settle(&mut self) {
        if let (Some(atom), Some(group)) = (self.last.take(), self.open.last_mut()) {
            group.size = group.size.saturating_add(atom.size);
            group.repeats = group.repeats.max(atom.repeats);
        }
    }

    fn atom(&mut self, size: usize, write: impl FnOnce(&mut String)) {
        self.settle();
        write(&mut self.out);
        self.last = Some(Atom { size, repeats: 1 });
    }

    fn literal(&mut self, letter: char) {
        self.atom(letter.len_utf8(), |out| {
            if META.contains(letter) {
                out.push('\\');
            }
            out.push(letter);
        });
    }

    fn group(&mut self) -> Done {
        self.settle();
        if self.open.len() > MAX_DEPTH {
            return Err(format!("groups are nested more than {MAX_DEPTH} deep"));
        }
        if self.rest.next_if_eq(&'?').is_none() {
            self.names.push(None);
            self.out.push('(');
            self.open.push(Group::default());
            return Ok(());
        }
        let named = match self.rest.peek() {
            Some('<') => true,
            Some('P') => {
                self.rest.next();
                if self.rest.peek() != Some(&'<') {
                    return Err("`(?P` is not followed by a name in `<>`".to_owned());
                }
                true
            }
            _ => false,
        };
        if named {
            self.rest.next();
            let mut name = String::new();
            loop {
                match self.rest.next() {
                    Some('>') if !name.is_empty() => break,
                    Some(letter) if letter.is_ascii_alphanumeric() || letter == '_' => name.push(letter),
                    _ => return Err("the name of a group is not letters, digits and `_` in `<>`".to_owned()),
                }
            }
            self.names.push(Some(name));
            self.out.push('(');
            self.open.push(Group::default());
            return Ok(());
        }
        self.flags()
    }

    /// `i`, `m`, `s` and `U`, on or off, for the rest of the group or for a group of its own.
    fn flags(&mut self) -> Done {
        let (mut on, mut off) = (String::new(), String::new());
        let mut negative = false;
        let mut any = false;
        loop {
            match self.rest.next() {
                Some(flag @ ('i' | 'm' | 's' | 'U')) => {
                    any = true;
                    on.retain(|other| other != flag);
                    off.retain(|other| other != flag);
                    if negative { off.push(flag) } else { on.push(flag) }
                }
                Some('-') if !negative => {
                    negative = true;
                    any = false;
                }
                Some(end @ (':' | ')')) if any || !negative => {
                    if end == ':' || !(on.is_empty() && off.is_empty()) {
                        self.out.push_str("(?");
                        self.out.push_str(&on);
                        if !off.is_empty() {
                            self.out.push('-');
                            self.out.push_str(&off);
                        }
                        self.out.push(end);
                    }
                    if end == ':' {
                        self.open.push(Group::default());
                    }
                    return Ok(());
                }
                _ => return Err("what follows `(?` is not known; flags are `i`, `m`, `s` and `U`".to_owned()),
            }
        }
    }

    fn close(&mut self) -> Done {
        self.settle();
        if self.open.len() < 2 {
            return Err("a `)` closes no group".to_owned());
        }
        let group = self.open.pop().unwrap_or_default();
        self.out.push(')');
        self.last = Some(Atom {
            size: group.size.saturating_add(2),
            repeats: group.repeats.max(1),
        });
        Ok(())
    }

    /// The count after a `{`: at least, and at most where that is bounded. `None`, with nothing read, where it is none.
    fn count(&mut self) -> Result<Option<(u32, Option<u32>)>, String> {
        let mut ahead = self.rest.clone();
        let mut number = || {
            let mut digits = String::new();
            while let Some(digit) = ahead.next_if(char::is_ascii_digit) {
                digits.push(digit);
            }
            (digits, ahead.next())
        };
        let counted = |digits: &str| {
            let valid = !digits.is_empty() && (digits.len() == 1 || !digits.starts_with('0'));
            valid.then(|| digits.parse().unwrap_or(u32::MAX))
        };
        let (digits, after) = number();
        let Some(at_least) = counted(&digits) else {
            return Ok(None);
        };
        let at_most = match after {
            Some('}') => Some(at_least),
            Some(',') => match number() {
                (digits, Some('}')) if digits.is_empty() => None,
                (digits, Some('}')) => match counted(&digits) {
                    Some(at_most) => Some(at_most),
                    None => return Ok(None),
                },
                _ => return Ok(None),
            },
            _ => return Ok(None),
        };
        self.rest = ahead;
        let largest = at_most.unwrap_or(at_least);
        if largest > MAX_REPEAT || at_least > largest {
            let shown = at_most.map_or_else(|| format!("{at_least},"), |most| format!("{at_least},{most}"));
            return Err(format!(
                "the count {{{shown}}} is not in order, or larger than {MAX_REPEAT}"
            ));
        }
        Ok(Some((at_least, at_most)))
    }

    fn repeat(&mut self, operator: char, count: Option<(u32, Option<u32>)>) -> Done {
        use std::fmt::Write as _;
        let Some(mut atom) = self.last.take() else {
            return Err(format!(
                "nothing stands before a `{operator}` that it could repeat"
            ));
        };
        match count {
            None => self.out.push(operator),
            Some((at_least, at_most)) => {
                let _ = match at_most {
                    Some(most) if most == at_least => write!(self.out, "{{{most}}}"),
                    Some(most) => write!(self.out, "{{{at_least},{most}}}"),
                    None => write!(self.out, "{{{at_least},}}"),
                };
                let largest = at_most.unwrap_or(at_least);
                atom.repeats = if largest == 0 {
                    1
                } else {
                    atom.repeats.saturating_mul(largest)
                };
                if atom.repeats > MAX_REPEAT {
                    return Err(format!("it repeats repetitions more than {MAX_REPEAT} times"));
                }
                atom.size = atom.size.saturating_mul(largest.max(1) as usize);
            }
        }
        atom.size = atom.size.saturating_add(1);
        if self.rest.next_if_eq(&'?').is_some() {
            self.out.push('?');
        }
        let again = match self.rest.peek() {
            Some('*' | '+' | '?') => true,
            Some('{') => {
                self.rest.next();
                let counts = self.count()?.is_some();
                if !counts {
                    self.last = Some(atom);
                    self.literal('{');
                    return Ok(());
                }
                true
            }
            _ => false,
        };
        if again {
            return Err("two repetitions follow each other".to_owned());
        }
        self.last = Some(atom);
        Ok(())
    }

    /// What follows a backslash, outside of a class.
    fn escape(&mut self) -> Done {
        match self.rest.peek().copied() {
            Some(letter @ ('b' | 'B')) => {
                self.rest.next();
                self.atom(1, |out| {
                    out.push_str("(?-u:\\");
                    out.push(letter);
                    out.push(')');
                });
            }
            Some(letter @ ('A' | 'z')) => {
                self.rest.next();
                self.atom(1, |out| {
                    out.push('\\');
                    out.push(letter);
                });
            }
            Some('Q') => {
                self.rest.next();
                while let Some(letter) = self.rest.next() {
                    if letter == '\\' && self.rest.peek() == Some(&'E') {
                        self.rest.next();
                        break;
                    }
                    self.literal(letter);
                }
            }
            _ => {
                let mut class = String::new();
                if let Some(size) = self.letter_class(&mut class)? {
                    self.atom(size, |out| {
                        out.push('[');
                        out.push_str(&class);
                        out.push(']');
                    });
                } else {
                    let letter = self.escaped()?;
                    self.literal(letter);
                }
            }
        }
        Ok(())
    }

    /// `d`, `s`, `w` and `p` with their opposites, after a backslash: what they are within a class, and their size.
    fn letter_class(&mut self, out: &mut String) -> Result<Option<usize>, String> {
        let Some(letter @ ('d' | 'D' | 's' | 'S' | 'w' | 'W' | 'p' | 'P')) = self.rest.peek().copied() else {
            return Ok(None);
        };
        self.rest.next();
        if let 'p' | 'P' = letter {
            self.property(letter == 'P', out)?;
            return Ok(Some(1000));
        }
        let ranges = match letter.to_ascii_lowercase() {
            'd' => "0-9",
            's' => r"\t\n\x0c\r ",
            _ => "0-9A-Za-z_",
        };
        if letter.is_ascii_uppercase() {
            out.push_str("[^");
            out.push_str(ranges);
            out.push(']');
            Ok(Some(16))
        } else {
            out.push_str(ranges);
            Ok(Some(1))
        }
    }

    /// The name of a category or script: one letter, or letters in braces.
    fn property(&mut self, mut negative: bool, out: &mut String) -> Done {
        let mut name = String::new();
        match self.rest.next() {
            Some('{') => {
                if self.rest.next_if_eq(&'^').is_some() {
                    negative = !negative;
                }
                loop {
                    match self.rest.next() {
                        Some('}') => break,
                        Some(letter) if letter.is_ascii_alphanumeric() || letter == '_' => name.push(letter),
                        _ => return Err(r"`\p{` is not followed by a name and `}`".to_owned()),
                    }
                }
            }
            Some(letter) if letter.is_ascii_alphabetic() => name.push(letter),
            _ => return Err(r"`\p` is not followed by the name of a class of letters".to_owned()),
        }
        out.push_str(if negative { r"\P{" } else { r"\p{" });
        out.push_str(&name);
        out.push('}');
        Ok(())
    }

    /// The letter that an escape stands for.
    fn escaped(&mut self) -> Result<char, String> {
        let Some(letter) = self.rest.next() else {
            return Err(r"nothing follows the last `\`".to_owned());
        };
        let wrong = || Err(format!(r"the escape `\{letter}` is not known"));
        match letter {
            'a' => Ok('\u{7}'),
            'f' => Ok('\u{c}'),
            'n' => Ok('\n'),
            'r' => Ok('\r'),
            't' => Ok('\t'),
            'v' => Ok('\u{b}'),
            '0'..='7' => {
                let is_octal = |letter: &char| ('0'..='7').contains(letter);
                // A single digit but 0 would refer to a group, which the language cannot.
                if letter != '0' && !self.rest.peek().is_some_and(is_octal) {
                    return wrong();
                }
                let mut number = letter.to_digit(8).unwrap_or(0);
                for _ in 0..2 {
                    if let Some(digit) = self.rest.next_if(is_octal) {
                        number = number * 8 + digit.to_digit(8).unwrap_or(0);
                    }
                }
                char::from_u32(number).map_or_else(wrong, Ok)
            }
            'x' => {
                let mut digits = String::new();
                if self.rest.next_if_eq(&'{').is_some() {
                    while let Some(digit) = self.rest.next_if(char::is_ascii_hexdigit) {
                        digits.push(digit);
                    }
                    if self.rest.next() != Some('}') {
                        return wrong();
                    }
                } else {
                    for _ in 0..2 {
                        match self.rest.next_if(char::is_ascii_hexdigit) {
                            Some(digit) => digits.push(digit),
                            None => return wrong(),
                        }
                    }
                }
                let number = u32::from_str_radix(&digits, 16).ok();
                number.and_then(char::from_u32).map_or_else(wrong, Ok)
            }
            _ if letter.is_ascii() && !letter.is_ascii_alphanumeric() => Ok(letter),
            _ => wrong(),
        }
    }

    /// What follows a `[`.
    fn class(&mut self) -> Done {
        let mut class = "[".to_owned();
        let mut size: usize = 2;
        if self.rest.next_if_eq(&'^').is_some() {
            class.push('^');
            size = 16;
        }
        let missing = || "a `]` is missing".to_owned();
        let mut first = true;
        loop {
            let next = *self.rest.peek().ok_or_else(missing)?;
            if next == ']' && !first {
                self.rest.next();
                break;
            }
            first = false;
            if next == '[' && self.posix_class(&mut class)? {
                size = size.saturating_add(2);
                continue;
            }
            if next == '\\' {
                let mut ahead = self.rest.clone();
                ahead.next();
                std::mem::swap(&mut self.rest, &mut ahead);
                if let Some(more) = self.letter_class(&mut class)? {
                    size = size.saturating_add(more);
                    continue;
                }
                std::mem::swap(&mut self.rest, &mut ahead);
            }
            let low = self.class_letter()?;
            let mut high = low;
            let mut ahead = self.rest.clone();
            if ahead.next() == Some('-') && ahead.peek().is_some_and(|letter| *letter != ']') {
                self.rest = ahead;
                high = self.class_letter()?;
                if high < low {
                    return Err(format!("the range `{low}-{high}` is not in order"));
                }
            }
            class_range(&mut class, low, high);
            size = size.saturating_add(if high.is_ascii() { 1 } else { 8 });
        }
        class.push(']');
        self.atom(size, |out| out.push_str(&class));
        Ok(())
    }

    fn class_letter(&mut self) -> Result<char, String> {
        match self.rest.next() {
            Some('\\') => self.escaped(),
            Some(letter) => Ok(letter),
            None => Err("a `]` is missing".to_owned()),
        }
    }

    /// `[:alpha:]` and its kind.
    fn posix_class(&mut self, out: &mut String) -> Result<bool, String> {
        const NAMES: [&str; 14] = [
            "alnum", "alpha", "ascii", "blank", "cntrl", "digit", "graph", "lower", "print", "punct",
            "space", "upper", "word", "xdigit",
        ];
        let mut ahead = self.rest.clone();
        ahead.next();
        if ahead.next() != Some(':') {
            return Ok(false);
        }
        let text: String = ahead.clone().collect();
        let Some(end) = text.find(":]") else {
            return Ok(false);
        };
        let name = text.get(..end).unwrap_or_default();
        if !NAMES.contains(&name.strip_prefix('^').unwrap_or(name)) {
            return Err(format!("the class `[:{name}:]` is not known"));
        }
        for _ in 0..name.len() + 2 {
            ahead.next();
        }
        self.rest = ahead;
        out.push_str("[:");
        out.push_str(name);
        out.push_str(":]");
        Ok(true)
    }
}

/// Writes a letter or a range of letters into a class.
fn class_range(out: &mut String, low: char, high: char) {
    use std::fmt::Write as _;
    let _ = write!(out, "\\x{{{:x}}}", u32::from(low));
    if high > low {
        let _ = write!(out, "-\\x{{{:x}}}", u32::from(high));
    }
}
