//! Texts of Go, which are bytes: nearly always UTF-8, but `trunc` cuts characters and `b64dec` gives anything.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use std::borrow::{Borrow, Cow};
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::Deref;
use std::sync::Arc;

use crate::source::Source;

/// A text: cheap to clone, compared and ordered by its bytes.
#[derive(Clone)]
pub struct Text(Bytes);

#[derive(Clone)]
enum Bytes {
    /// All that is UTF-8.
    Utf8(Arc<str>),
    /// All of a file, and what else is large: it is not copied.
    Large(Arc<Source>),
    /// Only what is not UTF-8.
    Other(Arc<[u8]>),
}

/// From which size on a text that is made is not copied to share it: less would leave more of its room unused than it is long.
const LARGE: usize = 64 << 10;

impl Text {
    /// The text of bytes, which may be anything.
    pub fn from_bytes(bytes: Vec<u8>) -> Self {
        match String::from_utf8(bytes) {
            Ok(text) => Text::from(text),
            Err(error) => Text(Bytes::Other(error.into_bytes().into())),
        }
    }

    /// The bytes.
    pub fn as_bytes(&self) -> &[u8] {
        match &self.0 {
            Bytes::Utf8(text) => text.as_bytes(),
            Bytes::Large(source) => source.text().as_bytes(),
            Bytes::Other(bytes) => bytes,
        }
    }

    /// The text, where it is UTF-8.
    pub fn as_str(&self) -> Option<&str> {
        match &self.0 {
            Bytes::Utf8(text) => Some(text),
            Bytes::Large(source) => Some(source.text()),
            Bytes::Other(_) => None,
        }
    }

    /// The text; what is not UTF-8 is replaced by U+FFFD.
    pub fn lossy(&self) -> Cow<'_, str> {
        match &self.0 {
            Bytes::Utf8(text) => Cow::Borrowed(text),
            Bytes::Large(source) => Cow::Borrowed(source.text()),
            Bytes::Other(bytes) => String::from_utf8_lossy(bytes),
        }
    }

    /// [`Text::lossy`], shared.
    pub fn to_shared(&self) -> Arc<str> {
        match &self.0 {
            Bytes::Utf8(text) => Arc::clone(text),
            Bytes::Large(source) => source.text().into(),
            Bytes::Other(bytes) => String::from_utf8_lossy(bytes).into(),
        }
    }

    /// [`Text::lossy`] as a source of a name.
    pub(super) fn source(&self, name: &str) -> Arc<Source> {
        match &self.0 {
            Bytes::Large(source) => Source::called(name, source),
            _ => Source::new(name, self.lossy()),
        }
    }

    /// The number of bytes.
    pub fn len(&self) -> usize {
        self.as_bytes().len()
    }

    /// Whether there are no bytes.
    pub fn is_empty(&self) -> bool {
        self.as_bytes().is_empty()
    }

    /// Whether the bytes are these.
    pub fn is(&self, text: &str) -> bool {
        self.as_bytes() == text.as_bytes()
    }
}

impl Default for Text {
    fn default() -> Self {
        Text::from("")
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Text(Bytes::Utf8(text.into()))
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Text(match text.len() {
            0..LARGE => Bytes::Utf8(text.into()),
            _ => Bytes::Large(Source::new("", text)),
        })
    }
}

impl From<Arc<str>> for Text {
    fn from(text: Arc<str>) -> Self {
        Text(Bytes::Utf8(text))
    }
}

impl From<&Arc<Source>> for Text {
    fn from(source: &Arc<Source>) -> Self {
        Text(Bytes::Large(Arc::clone(source)))
    }
}

impl From<Cow<'_, str>> for Text {
    fn from(text: Cow<'_, str>) -> Self {
        Text(Bytes::Utf8(text.into()))
    }
}

impl From<Vec<u8>> for Text {
    fn from(bytes: Vec<u8>) -> Self {
        Text::from_bytes(bytes)
    }
}

impl From<&[u8]> for Text {
    fn from(bytes: &[u8]) -> Self {
        match std::str::from_utf8(bytes) {
            Ok(text) => Text::from(text),
            Err(_) => Text(Bytes::Other(bytes.into())),
        }
    }
}

impl PartialEq for Text {
    fn eq(&self, other: &Self) -> bool {
        self.as_bytes() == other.as_bytes()
    }
}

impl Eq for Text {}

impl PartialOrd for Text {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Text {
    fn cmp(&self, other: &Self) -> Ordering {
        self.as_bytes().cmp(other.as_bytes())
    }
}

impl Hash for Text {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_bytes().hash(state);
    }
}

impl Borrow<[u8]> for Text {
    fn borrow(&self) -> &[u8] {
        self.as_bytes()
    }
}

impl Deref for Text {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        self.as_bytes()
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.lossy())
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.lossy())
    }
}

/// Bytes as Go's JSON has them.
pub(super) fn base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}
