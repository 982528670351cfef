//! A document as YAML: pieces of the text that it was copied from, and what is written otherwise.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use crate::source::Source;

/// A document as YAML.
#[derive(Debug, Clone)]
pub struct Pieces {
    /// The text that pieces are of.
    source: Arc<Source>,
    /// What is not in that text, all of it in one.
    own: String,
    pieces: Vec<Piece>,
}

#[derive(Debug, Clone)]
enum Piece {
    /// Bytes of the text.
    Same(Range<usize>),
    /// So many bytes of what is written otherwise.
    Own(usize),
}

impl Pieces {
    /// Pieces of a text, none so far.
    pub(super) fn new(source: &Arc<Source>) -> Self {
        Pieces {
            source: Arc::clone(source),
            own: String::new(),
            pieces: Vec::new(),
        }
    }

    /// Adds bytes of the text.
    pub(super) fn add_same(&mut self, bytes: Range<usize>) {
        match self.pieces.last_mut() {
            _ if bytes.is_empty() => {}
            Some(Piece::Same(last)) if last.end == bytes.start => last.end = bytes.end,
            _ => self.pieces.push(Piece::Same(bytes)),
        }
    }

    /// Adds so many bytes of what is written otherwise.
    pub(super) fn add_own(&mut self, length: usize) {
        match self.pieces.last_mut() {
            _ if length == 0 => {}
            Some(Piece::Own(last)) => *last += length,
            _ => self.pieces.push(Piece::Own(length)),
        }
    }

    /// The document, with what is written otherwise.
    pub(super) fn with(mut self, own: String) -> Self {
        self.own = own;
        self
    }

    fn iter(&self) -> impl Iterator<Item = &str> {
        let mut at = 0;
        self.pieces.iter().map(move |piece| match piece {
            Piece::Same(bytes) => self.source.text().get(bytes.clone()).unwrap_or_default(),
            Piece::Own(length) => {
                let from = at;
                at += length;
                self.own.get(from..at).unwrap_or_default()
            }
        })
    }
}

/// One that was written as a whole.
impl From<String> for Pieces {
    fn from(text: String) -> Self {
        Pieces {
            source: Source::of_static("", ""),
            pieces: vec![Piece::Own(text.len())],
            own: text,
        }
    }
}

impl fmt::Display for Pieces {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.iter().try_for_each(|piece| f.write_str(piece))
    }
}
