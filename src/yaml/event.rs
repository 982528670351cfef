//! Events: what is next in a text, and where it is.

use std::borrow::Cow;
use std::fmt;

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
