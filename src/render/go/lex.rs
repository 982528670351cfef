//! The words of a Go template: text, and what stands between `{{` and `}}`.

use std::borrow::Cow;

use memchr::{memchr3, memmem};

/// Where something stands: the offset in bytes, and the line, from 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct At {
    /// The offset in bytes.
    pub offset: u32,
    /// The line, from 1.
    pub line: u32,
}

/// What a word is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Word {
    /// Text outside of actions, after trimming.
    Text,
    /// `{{/* ... */}}`, the inside.
    Comment,
    /// `{{`.
    Open,
    /// `}}`.
    Close,
    /// White space inside an action: it separates operands.
    Space,
    /// A name: a function.
    Name,
    /// A name with a meaning of its own.
    Keyword(Keyword),
    /// `true` or `false`.
    Bool(bool),
    /// `.`.
    Dot,
    /// `.name`.
    Field,
    /// `$` or `$name`.
    Variable,
    /// A number.
    Number,
    /// A character in single quotes.
    Character,
    /// A text in double quotes.
    Quoted,
    /// A text in back quotes.
    Raw,
    /// `|`.
    Pipe,
    /// `=`.
    Assign,
    /// `:=`.
    Declare,
    /// `(`.
    OpenParenthesis,
    /// `)`.
    CloseParenthesis,
    /// `,`.
    Comma,
    /// Another printable ASCII character.
    Other,
    /// The end of the text.
    End,
    /// What is wrong is in [`Tokens::problem`].
    Error,
}

/// Names with a meaning of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Keyword {
    Block,
    Break,
    Continue,
    Define,
    Else,
    End,
    If,
    Nil,
    Range,
    Template,
    With,
}

impl Keyword {
    fn of(name: &[u8]) -> Option<Keyword> {
        Some(match name {
            b"block" => Keyword::Block,
            b"break" => Keyword::Break,
            b"continue" => Keyword::Continue,
            b"define" => Keyword::Define,
            b"else" => Keyword::Else,
            b"end" => Keyword::End,
            b"if" => Keyword::If,
            b"nil" => Keyword::Nil,
            b"range" => Keyword::Range,
            b"template" => Keyword::Template,
            b"with" => Keyword::With,
            _ => return None,
        })
    }
}

/// A word and where it stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token {
    pub word: Word,
    pub at: At,
    /// The end of the word in bytes.
    pub end: u32,
}

/// The words of a text, which are read as they are asked for: those of an action with the text before it at a time.
pub(super) struct Lexer<'t> {
    text: &'t str,
    /// Where the lexer looks.
    position: usize,
    /// Where the word begins.
    start: usize,
    /// The line at `counted`.
    line: u32,
    counted: usize,
    parentheses: u32,
    /// Finds what begins an action.
    open: memmem::Finder<'static>,
    /// The words that were read last.
    words: Vec<Token>,
    /// What is wrong, where the last of them is an error.
    pub problem: Cow<'static, str>,
    is_done: bool,
}

impl Lexer<'_> {
    /// The words that [`Lexer::read_on`] read; the last ones of a text end with its end or an error.
    pub fn words(&self) -> &[Token] {
        &self.words
    }

    /// Takes the next words in place of those that are there; says whether there are any.
    pub fn read_on(&mut self) -> bool {
        if self.is_done {
            return false;
        }
        self.words.clear();
        let read = match u32::try_from(self.text.len()) {
            Ok(_) => self.text_and_action(),
            Err(_) => self.fail("the template is larger than 4 GiB").map(|()| false),
        };
        if let Ok(false) = read {
            self.count_lines(self.text.len());
            self.push(Word::End);
        }
        self.is_done = !matches!(read, Ok(true));
        true
    }
}

/// Where an error has been pushed, nothing follows.
struct Failed;

type Lexed = Result<(), Failed>;

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

/// Which bytes are ASCII characters of names.
const IS_OF_NAME: [bool; 256] = {
    let mut is_of_name = [false; 256];
    let mut byte = 0;
    while byte < 128 {
        is_of_name[byte as usize] = byte == b'_' || byte.is_ascii_alphanumeric();
        byte += 1;
    }
    is_of_name
};

/// Which bytes can follow a name, but for `}}`.
const ENDS_NAME: [bool; 256] = {
    let mut ends = [false; 256];
    let ending = b" \t\r\n.,|:)(";
    let mut at = 0;
    while at < ending.len() {
        ends[ending[at] as usize] = true;
        at += 1;
    }
    ends
};

/// What a name is.
fn word_of(name: &[u8]) -> Word {
    match name {
        b"true" => Word::Bool(true),
        b"false" => Word::Bool(false),
        _ => Keyword::of(name).map_or(Word::Name, Word::Keyword),
    }
}

fn is_alphanumeric(character: char) -> bool {
    character == '_' || character.is_alphabetic() || character.is_numeric()
}

impl<'t> Lexer<'t> {
    pub fn new(text: &'t str) -> Self {
        Lexer {
            text,
            position: 0,
            start: 0,
            line: 1,
            counted: 0,
            parentheses: 0,
            open: memmem::Finder::new("{{"),
            // Most actions have fewer.
            words: Vec::with_capacity(64),
            problem: Cow::Borrowed(""),
            is_done: false,
        }
    }

    fn rest(&self) -> &'t str {
        self.text.get(self.position..).unwrap_or_default()
    }

    fn byte(&self, ahead: usize) -> Option<u8> {
        self.text.as_bytes().get(self.position + ahead).copied()
    }

    fn peek(&self) -> Option<char> {
        match self.byte(0)? {
            byte if byte.is_ascii() => Some(char::from(byte)),
            _ => self.rest().chars().next(),
        }
    }

    /// Counts the lines up to a place. Whoever goes past what may hold a newline, which few words do, calls it before the next word.
    fn count_lines(&mut self, to: usize) {
        let skipped = self.text.as_bytes().get(self.counted..to).unwrap_or_default();
        // Few enough at a time for a byte to count them, so that the compiler looks at 16 together.
        for bytes in skipped.chunks(128) {
            self.line += u32::from(bytes.iter().map(|byte| u8::from(*byte == b'\n')).sum::<u8>());
        }
        self.counted = self.counted.max(to);
    }

    #[expect(
        clippy::cast_possible_truncation,
        reason = "texts of more than 4 GiB are refused first"
    )]
    fn push_range(&mut self, word: Word, start: usize, end: usize) {
        self.words.push(Token {
            word,
            at: At {
                offset: start as u32,
                line: self.line,
            },
            end: end as u32,
        });
    }

    fn push(&mut self, word: Word) {
        self.push_range(word, self.start, self.position);
        self.start = self.position;
    }

    fn fail(&mut self, message: impl Into<Cow<'static, str>>) -> Lexed {
        self.problem = message.into();
        self.push(Word::Error);
        Err(Failed)
    }

    /// The text up to the next action or comment, and this; says whether there was one.
    fn text_and_action(&mut self) -> Result<bool, Failed> {
        self.count_lines(self.start);
        let Some(found) = self.open.find(self.rest().as_bytes()) else {
            self.position = self.text.len();
            if self.position > self.start {
                self.push(Word::Text);
            }
            return Ok(false);
        };
        self.position += found;
        let trims = self.byte(2) == Some(b'-') && self.byte(3).is_some_and(is_space);
        let before = self.text.get(self.start..self.position).unwrap_or_default();
        let kept = if trims {
            let last = before.bytes().rposition(|byte| !is_space(byte));
            last.map_or(0, |last| last + 1)
        } else {
            before.len()
        };
        if kept > 0 {
            self.push_range(Word::Text, self.start, self.start + kept);
        }
        self.start = self.position;
        self.count_lines(self.start);
        let marker = if trims { 2 } else { 0 };
        let inside = self.text.get(self.position + 2 + marker..);
        if inside.is_some_and(|inside| inside.starts_with("/*")) {
            self.position += 2 + marker;
            self.comment()?;
        } else {
            self.position += 2;
            self.push(Word::Open);
            self.position += marker;
            self.start = self.position;
            if trims && self.text.as_bytes().get(self.start - 1) == Some(&b'\n') {
                self.count_lines(self.start);
            }
            self.parentheses = 0;
            self.action()?;
        }
        Ok(true)
    }

    fn comment(&mut self) -> Lexed {
        let Some(end) = memmem::find(self.rest().as_bytes(), b"*/") else {
            return self.fail("the comment does not end with `*/}}`");
        };
        self.start = self.position + 2;
        self.count_lines(self.start);
        self.position += end;
        let inside = (self.start, self.position.max(self.start));
        self.position += 2;
        let Some(trims) = self.close_here() else {
            self.start = self.position;
            self.count_lines(self.start);
            return self.fail("`*/` of a comment is not followed by `}}`");
        };
        self.push_range(Word::Comment, inside.0, inside.1);
        self.skip_close(trims);
        Ok(())
    }

    fn is_at(&self, ahead: usize, text: &[u8]) -> bool {
        let rest = self.text.as_bytes().get(self.position + ahead..);
        rest.is_some_and(|rest| rest.starts_with(text))
    }

    /// Whether an action or comment ends here, and whether that trims the white space behind it.
    fn close_here(&self) -> Option<bool> {
        match self.byte(0)? {
            b'}' => (self.byte(1) == Some(b'}')).then_some(false),
            byte => (is_space(byte) && self.is_at(1, b"-}}")).then_some(true),
        }
    }

    /// Goes past `}}` or ` -}}`, and past white space after the latter.
    fn skip_close(&mut self, trims: bool) {
        self.position += 2;
        if trims {
            self.position += 2;
            while self.byte(0).is_some_and(is_space) {
                self.position += 1;
            }
        }
        self.start = self.position;
    }

    /// `}}` or ` -}}`, which ends an action.
    fn close(&mut self, trims: bool) -> Lexed {
        if self.parentheses > 0 {
            return self.fail("a parenthesis is not closed");
        }
        let start = self.position + usize::from(trims);
        if trims && self.byte(0) == Some(b'\n') {
            self.count_lines(start);
        }
        self.push_range(Word::Close, start, start + 2);
        self.counted = start + 2;
        self.skip_close(trims);
        Ok(())
    }

    /// What stands between `{{` and `}}`, with the latter.
    fn action(&mut self) -> Lexed {
        loop {
            let Some(first) = self.byte(0) else {
                return self.fail("the action does not end with `}}`");
            };
            let next = self.byte(1);
            match first {
                b' ' | b'\t' | b'\r' | b'\n' => {
                    if self.space() {
                        return self.close(true);
                    }
                }
                b'.' if !next.is_some_and(|byte| byte.is_ascii_digit()) => {
                    self.position += 1;
                    self.name(|name| if name.len() == 1 { Word::Dot } else { Word::Field })?;
                }
                b'$' => {
                    self.position += 1;
                    self.name(|_| Word::Variable)?;
                }
                b'}' if next == Some(b'}') => return self.close(false),
                b'.' | b'+' | b'-' | b'0'..=b'9' => self.number()?,
                _ if IS_OF_NAME[usize::from(first)] => self.name(word_of)?,
                _ if first.is_ascii() => {
                    self.position += 1;
                    self.mark(first)?;
                }
                _ => {
                    let character = self.peek().unwrap_or_default();
                    if !is_alphanumeric(character) {
                        self.position += character.len_utf8();
                        return self.not_of_action(character);
                    }
                    self.name(word_of)?;
                }
            }
        }
    }

    #[cold]
    fn not_of_action(&mut self, character: char) -> Lexed {
        let character = character.escape_debug();
        self.fail(format!("an action cannot hold the character `{character}`"))
    }

    /// What begins with an ASCII character that is none of a name, which has been read.
    fn mark(&mut self, first: u8) -> Lexed {
        match first {
            b'=' => self.push(Word::Assign),
            b':' if self.byte(0) == Some(b'=') => {
                self.position += 1;
                self.push(Word::Declare);
            }
            b':' => return self.fail("`:` is not followed by `=`"),
            b'|' => self.push(Word::Pipe),
            b',' => self.push(Word::Comma),
            b'"' => {
                let problem = "the text in double quotes does not end on its line";
                self.quoted(first, Word::Quoted, problem)?;
            }
            b'\'' => {
                let problem = "the character in single quotes does not end on its line";
                self.quoted(first, Word::Character, problem)?;
            }
            b'`' => {
                let Some(end) = self.rest().find('`') else {
                    return self.fail("the text in back quotes does not end");
                };
                self.position += end + 1;
                self.push(Word::Raw);
                self.count_lines(self.position);
            }
            b'(' => {
                self.parentheses += 1;
                self.push(Word::OpenParenthesis);
            }
            b')' => {
                if self.parentheses == 0 {
                    return self.fail("`)` closes no parenthesis");
                }
                self.parentheses -= 1;
                self.push(Word::CloseParenthesis);
            }
            b'!'..=b'~' => self.push(Word::Other),
            _ => return self.not_of_action(char::from(first)),
        }
        Ok(())
    }

    /// White space; says whether the action ends behind it, of whose mark its last byte is a part.
    fn space(&mut self) -> bool {
        let mut has_line_end = false;
        while let Some(byte) = self.byte(0).filter(|byte| is_space(*byte)) {
            has_line_end |= byte == b'\n';
            self.position += 1;
        }
        let ends = self.is_at(0, b"-}}");
        self.position -= usize::from(ends);
        if self.position > self.start {
            self.push(Word::Space);
            if has_line_end {
                self.count_lines(self.position);
            }
        }
        ends
    }

    fn quoted(&mut self, quote: u8, word: Word, problem: &'static str) -> Lexed {
        let bytes = self.text.as_bytes();
        while let Some(found) = memchr3(
            quote,
            b'\\',
            b'\n',
            bytes.get(self.position..).unwrap_or_default(),
        ) {
            self.position += found + 1;
            match bytes.get(self.position - 1) {
                Some(b'\\') if self.byte(0) != Some(b'\n') => self.position += 1,
                Some(byte) if *byte == quote => {
                    self.push(word);
                    return Ok(());
                }
                Some(b'\n') => break,
                _ => {}
            }
        }
        self.position = self.start + 1;
        self.fail(problem)
    }

    /// What is left of a name or a field or variable, which `of` tells from one another by what is written.
    fn name(&mut self, of: impl FnOnce(&[u8]) -> Word) -> Lexed {
        self.skip_alphanumeric();
        let end = self.byte(0);
        let ends = match end {
            None => true,
            Some(b'}') => self.byte(1) == Some(b'}'),
            Some(byte) => ENDS_NAME[usize::from(byte)],
        };
        let name = self.text.as_bytes().get(self.start..self.position);
        if ends {
            self.push(of(name.unwrap_or_default()));
            return Ok(());
        }
        self.not_of_name()
    }

    #[cold]
    fn not_of_name(&mut self) -> Lexed {
        let name = self.text.get(self.start..self.position).unwrap_or_default();
        let character = self.peek().unwrap_or_default();
        let message = format!("`{name}` cannot be followed by `{}`", character.escape_debug());
        self.start = self.position;
        self.fail(message)
    }

    fn skip_alphanumeric(&mut self) {
        while let Some(byte) = self.byte(0) {
            if IS_OF_NAME[usize::from(byte)] {
                self.position += 1;
            } else if byte.is_ascii() {
                return;
            } else {
                let rest = self.rest();
                self.position += rest.find(|c| !is_alphanumeric(c)).unwrap_or(rest.len());
                return;
            }
        }
    }

    fn accept(&mut self, wanted: fn(u8) -> bool) -> bool {
        let found = self.byte(0).is_some_and(wanted);
        self.position += usize::from(found);
        found
    }

    fn digits(&mut self, of: fn(u8) -> bool) {
        while self.byte(0).is_some_and(|byte| byte == b'_' || of(byte)) {
            self.position += 1;
        }
    }

    fn number(&mut self) -> Lexed {
        self.accept(|byte| matches!(byte, b'+' | b'-'));
        let mut of: fn(u8) -> bool = |byte| byte.is_ascii_digit();
        let (mut decimal, mut hexadecimal) = (true, false);
        if self.accept(|byte| byte == b'0') {
            let prefixed = if self.accept(|byte| matches!(byte, b'x' | b'X')) {
                hexadecimal = true;
                of = |byte| byte.is_ascii_hexdigit();
                true
            } else if self.accept(|byte| matches!(byte, b'o' | b'O')) {
                of = |byte| matches!(byte, b'0'..=b'7');
                true
            } else if self.accept(|byte| matches!(byte, b'b' | b'B')) {
                of = |byte| matches!(byte, b'0' | b'1');
                true
            } else {
                false
            };
            decimal = !prefixed;
        }
        self.digits(of);
        if self.accept(|byte| byte == b'.') {
            self.digits(of);
        }
        let exponent = (decimal && self.accept(|byte| matches!(byte, b'e' | b'E')))
            || (hexadecimal && self.accept(|byte| matches!(byte, b'p' | b'P')));
        if exponent {
            self.accept(|byte| matches!(byte, b'+' | b'-'));
            self.digits(|byte| byte.is_ascii_digit());
        }
        if self.peek().is_some_and(is_alphanumeric) {
            self.skip_alphanumeric();
            let number = self.text.get(self.start..self.position).unwrap_or_default();
            let message = format!("`{number}` is not a number");
            return self.fail(message);
        }
        self.push(Word::Number);
        Ok(())
    }
}
