//! What a template wrote.

use std::borrow::Cow;
use std::sync::Arc;

use super::record::Record;
use crate::source::Source;

/// What a template wrote.
#[derive(Clone, Debug)]
pub struct Output {
    /// The text.
    pub text: Wrote,
    /// How it came to be, where that was wanted.
    pub record: Option<Record>,
}

/// A text that a template wrote, which can be large: it is not copied for those who read it.
#[derive(Clone, Debug)]
pub enum Wrote {
    /// Nearly all: the template itself where nothing else is in it, or a text that has its name.
    Text(Arc<Source>),
    /// What is not UTF-8.
    Bytes(Arc<[u8]>),
}

impl Wrote {
    /// What the template of a name wrote.
    pub(super) fn new(name: &str, bytes: Vec<u8>) -> Self {
        match String::from_utf8(bytes) {
            Ok(text) => Wrote::Text(Source::new(name, text)),
            Err(error) => Wrote::Bytes(error.into_bytes().into()),
        }
    }

    /// How many bytes it has.
    pub fn len(&self) -> usize {
        match self {
            Wrote::Text(source) => source.text().len(),
            Wrote::Bytes(bytes) => bytes.len(),
        }
    }

    /// Whether nothing was written.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The text, where it is UTF-8.
    pub fn into_text(self) -> Option<Arc<Source>> {
        match self {
            Wrote::Text(source) => Some(source),
            Wrote::Bytes(_) => None,
        }
    }

    /// The text; what is not UTF-8 is replaced by U+FFFD.
    pub fn lossy(&self) -> Cow<'_, str> {
        match self {
            Wrote::Text(source) => Cow::Borrowed(source.text()),
            Wrote::Bytes(bytes) => String::from_utf8_lossy(bytes),
        }
    }
}
