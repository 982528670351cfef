//! The scanner's events one by one. Those of a unit are given out when the unit after it is scanned, too, since the parser crate
//! looks ahead: so none is given that the crate, having found a mistake, would not give.

use std::collections::VecDeque;

use super::event::Event;
use super::limits::Limits;
use super::scanner::{Scanner, Sink};

/// How many events may wait, which is what a value in brackets can come to.
const MOST_WAITING: usize = 4096;

/// What comes next.
pub(super) enum Next<'a> {
    /// An event.
    Event(Event<'a>),
    /// The end of the text.
    End,
    /// Something that is not for the scanner.
    GiveUp,
}

/// A scanner and the events that it found.
pub(super) struct Waiting<'a> {
    scanner: Scanner<'a, Queue<'a>>,
    /// How many of the events can be given out.
    ready: usize,
    state: State,
}

#[derive(Default)]
struct Queue<'a>(VecDeque<Event<'a>>);

/// How far the scanner has come.
#[derive(Clone, Copy, PartialEq)]
enum State {
    Scanning,
    Ended,
    GaveUp,
}

impl<'a> Sink<'a> for Queue<'a> {
    #[inline]
    fn take(&mut self, event: Event<'a>) {
        self.0.push_back(event);
    }

    fn is_fine(&self) -> bool {
        self.0.len() <= MOST_WAITING
    }
}

impl<'a> Waiting<'a> {
    /// Starts to scan a text, of which [`Scanner::new`] says what it is.
    pub(super) fn new(text: &'a str, is_ascii: bool, limits: &Limits) -> Self {
        Waiting {
            scanner: Scanner::new(text, is_ascii, limits, Queue::default()),
            ready: 0,
            state: State::Scanning,
        }
    }

    /// The next event. Where the scanner gives up, it does so for good.
    #[inline]
    pub(super) fn next(&mut self) -> Next<'a> {
        if self.ready == 0
            && let Some(last) = self.fill()
        {
            return last;
        }
        self.ready -= 1;
        match self.scanner.sink.0.pop_front() {
            Some(event) => Next::Event(event),
            None => Next::GiveUp,
        }
    }

    /// Scans on until an event is ready; else says how the scanning ended.
    fn fill(&mut self) -> Option<Next<'a>> {
        while self.ready == 0 {
            match self.state {
                State::Ended => return Some(Next::End),
                State::GaveUp => return Some(Next::GiveUp),
                State::Scanning => {}
            }
            let before = self.scanner.sink.0.len();
            match self.scanner.unit() {
                Some(true) => self.ready = before,
                Some(false) => {
                    self.ready = self.scanner.sink.0.len();
                    self.state = State::Ended;
                }
                None => self.state = State::GaveUp,
            }
        }
        None
    }
}
