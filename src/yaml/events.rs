//! A stream of events with places: from our own scanner as long as the text is ordinary, else from the parser crate.

use std::sync::Arc;

use super::check;
use super::closing::Moved;
use super::event::Event;
use super::limits::Limits;
use super::parser::Parser;
use super::waiting::{Next, Waiting};
use crate::diagnostic::Diagnostic;
use crate::source::{Place, Source};

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
    Scanner(Waiting<'a>),
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
            Ok(found) if found.is_ordinary => Reading::Scanner(Waiting::new(text, found.is_ascii, &limits)),
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

    /// Starts to read a source, or its text with lines moved in.
    pub(super) fn of(source: &'a Arc<Source>, moved: Option<(&'a str, &'a Moved)>, limits: Limits) -> Self {
        let Some((text, moved)) = moved else {
            return Events::new(source, limits);
        };
        let parser = Parser::moved(source, text, moved, limits);
        Events {
            source,
            text,
            limits,
            reading: Reading::Parser(Box::new(parser)),
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
