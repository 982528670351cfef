//! A stream of events with places: from our own scanner as long as the text is ordinary, else from the parser crate.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use super::check;
use super::limits::Limits;
use super::parser::Parser;
use super::scanner::{Next, Scanner};
use crate::diagnostic::Diagnostic;
use crate::source::{Place, Source};

/// How a scalar is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScalarStyle {
    /// Without quotes.
    Plain,
    /// In `'`.
    SingleQuoted,
    /// In `"`.
    DoubleQuoted,
    /// A block after `|`.
    Literal,
    /// A block after `>`.
    Folded,
}

/// A tag that a scalar can have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tag {
    /// `!!str`
    Str,
    /// `!!int`
    Int,
    /// `!!float`
    Float,
    /// `!!bool`
    Bool,
    /// `!!null`
    Null,
    /// `!!binary`
    Binary,
    /// `!!timestamp`
    Timestamp,
    /// `!!merge`
    Merge,
    /// `!`, which says that the scalar is text.
    NonSpecific,
    /// Any other, which says nothing here.
    Other(Box<str>),
}

/// What is next in the text.
#[derive(Debug, Clone, PartialEq)]
pub enum EventKind<'a> {
    /// A document begins.
    DocumentStart,
    /// A document ends.
    DocumentEnd,
    /// A scalar; one that is not there, as in `key:`, is plain and empty.
    Scalar {
        /// The text, with quotes, escapes and indentation undone.
        text: Cow<'a, str>,
        /// How it is written.
        style: ScalarStyle,
        /// Its tag.
        tag: Option<Tag>,
        /// The number of its anchor; 0 for none.
        anchor: usize,
    },
    /// A list begins.
    SequenceStart {
        /// The number of its anchor; 0 for none.
        anchor: usize,
        /// Its tag.
        tag: Option<Tag>,
    },
    /// A list ends.
    SequenceEnd,
    /// A map begins; keys and values follow in turn.
    MappingStart {
        /// The number of its anchor; 0 for none.
        anchor: usize,
        /// Its tag.
        tag: Option<Tag>,
    },
    /// A map ends.
    MappingEnd,
    /// An alias of the anchor with this number.
    Alias(usize),
}

/// An event and where it is; lines and columns count from 1, columns in characters.
#[derive(Debug, Clone, PartialEq)]
pub struct Event<'a> {
    /// What it is.
    pub kind: EventKind<'a>,
    /// The line where it starts.
    pub line: u32,
    /// The column where it starts.
    pub column: u32,
}

/// The events of a text. The first error ends them.
pub struct Events<'a> {
    source: &'a Arc<Source>,
    text: &'a str,
    limits: Limits,
    reading: Reading<'a>,
    seen: u64,
}

/// Who reads the text.
enum Reading<'a> {
    /// Our scanner, which gives up on whatever it is not certain about.
    Scanner(Scanner<'a>),
    /// The parser crate, which takes over from the scanner and has all words for what is wrong.
    Parser(Box<Parser<'a>>),
    /// Nobody yet: the text as a whole is refused.
    Refused(Diagnostic),
    /// Nobody any more.
    Finished,
}

impl<'a> Events<'a> {
    /// Starts to read a text.
    pub fn new(source: &'a Arc<Source>, limits: Limits) -> Self {
        let text = source.text();
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let reading = match check::check(source, text, &limits) {
            Err(diagnostic) => Reading::Refused(diagnostic),
            Ok(found) if found.is_ordinary => Reading::Scanner(Scanner::new(text, found.is_ascii, &limits)),
            Ok(_) => Reading::Parser(Box::new(Parser::new(source, text, limits))),
        };
        Events {
            source,
            text,
            limits,
            reading,
            seen: 0,
        }
    }

    /// As [`Events::new`], but reads with the parser crate from the start.
    #[cfg(test)]
    pub(super) fn parsed(source: &'a Arc<Source>, limits: Limits) -> Self {
        let mut events = Events::new(source, limits);
        if matches!(events.reading, Reading::Scanner(_)) {
            events.reading = Reading::Parser(Box::new(Parser::new(source, events.text, limits)));
        }
        events
    }

    /// Whether the parser crate reads the text, or read it to its end.
    #[cfg(test)]
    pub(super) fn is_parsed(&self) -> bool {
        matches!(self.reading, Reading::Parser(_))
    }

    /// The place of an event.
    pub fn place(&self, event: &Event<'_>) -> Place {
        Place::new(self.source, event.line, event.column)
    }

    /// How many events there were so far.
    pub fn seen(&self) -> u64 {
        self.seen
    }

    #[inline]
    fn advance(&mut self) -> Result<Option<Event<'a>>, Diagnostic> {
        if let Reading::Scanner(scanner) = &mut self.reading {
            if self.seen < self.limits.events {
                match scanner.next() {
                    Next::Event(event) => return Ok(Some(event)),
                    Next::End => return Ok(None),
                    Next::GiveUp => {}
                }
            }
            self.hand_over()?;
        }
        match &mut self.reading {
            Reading::Parser(parser) => parser.advance(),
            Reading::Refused(diagnostic) => Err(diagnostic.clone()),
            Reading::Scanner(_) | Reading::Finished => Ok(None),
        }
    }

    /// Has the parser crate read the text up to where the scanner gave up.
    fn hand_over(&mut self) -> Result<(), Diagnostic> {
        let mut parser = Parser::new(self.source, self.text, self.limits);
        for _ in 0..self.seen {
            parser.advance()?;
        }
        self.reading = Reading::Parser(Box::new(parser));
        Ok(())
    }
}

impl<'a> Iterator for Events<'a> {
    type Item = Result<Event<'a>, Diagnostic>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        let next = self.advance();
        if matches!(next, Ok(Some(_))) {
            self.seen += 1;
        } else {
            self.reading = Reading::Finished;
        }
        next.transpose()
    }
}

impl fmt::Display for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Tag::Str => "!!str",
            Tag::Int => "!!int",
            Tag::Float => "!!float",
            Tag::Bool => "!!bool",
            Tag::Null => "!!null",
            Tag::Binary => "!!binary",
            Tag::Timestamp => "!!timestamp",
            Tag::Merge => "!!merge",
            Tag::NonSpecific => "!",
            Tag::Other(name) => name,
        })
    }
}

/// A number of lines or columns as events and places have it.
pub(super) fn number(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}
