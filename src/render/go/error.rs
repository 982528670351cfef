//! Why a template could not be rendered.

use std::sync::Arc;

/// A result whose error is a template's.
pub type Result<T> = std::result::Result<T, Error>;

/// How deep values may be nested where something goes through all of them. Go has no bound, and dies of a map that holds itself.
pub const DEEPEST: usize = 500;

/// A place in a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    /// The template's file, by its source's name.
    pub file: Arc<str>,
    /// The named template that was being executed, or the file.
    pub template: Arc<str>,
    /// The line, from 1.
    pub line: u32,
    /// The column in characters, from 1.
    pub column: u32,
}

/// What is wrong, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error(Box<Inner>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Inner {
    message: String,
    frames: Vec<Frame>,
    kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// A mistake.
    Mistake,
    /// A bound was reached.
    Limit,
    /// What other templates can see would be changed.
    Shared,
}

impl Error {
    /// What is wrong, in one sentence without a final period. The evaluator adds where.
    pub fn new(message: impl Into<String>) -> Self {
        Error(Box::new(Inner {
            message: message.into(),
            frames: Vec::new(),
            kind: Kind::Mistake,
        }))
    }

    /// A bound that was reached: nothing goes on after it, whatever a template does about errors.
    pub fn limit(message: impl Into<String>) -> Self {
        Error::new(message).of(Kind::Limit)
    }

    /// A map would be changed that other templates have, while these are rendered side by side. Nothing goes on after it.
    pub(super) fn shared() -> Self {
        Error::new("a map would be changed that all templates have").of(Kind::Shared)
    }

    fn of(mut self, kind: Kind) -> Self {
        self.0.kind = kind;
        self
    }

    /// The error for values that are nested more than [`DEEPEST`] levels deep, among them maps that hold themselves.
    pub fn too_deep() -> Self {
        Error::new(format!(
            "the value is nested more than {DEEPEST} levels deep, or holds itself"
        ))
    }

    /// Says which function failed, unless the place of it is known already.
    #[must_use]
    pub fn in_call(mut self, function: &str) -> Self {
        if self.0.frames.is_empty() && self.0.kind == Kind::Mistake {
            self.0.message = format!("`{function}`: {}", self.0.message);
        }
        self
    }

    /// Says where, outside of what is known already: the first place is the innermost.
    #[must_use]
    pub fn within(mut self, frame: Frame) -> Self {
        self.0.frames.push(frame);
        self
    }

    /// What is wrong.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// Where: the innermost place first, then the places that led there.
    pub fn frames(&self) -> &[Frame] {
        &self.0.frames
    }

    /// Whether a bound was reached.
    pub fn is_limit(&self) -> bool {
        self.0.kind == Kind::Limit
    }

    /// Whether a template may go on after it: functions like `toToml` give the message for a text.
    pub(super) fn is_mistake(&self) -> bool {
        self.0.kind == Kind::Mistake
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if let Some(frame) = self.0.frames.first() {
            write!(f, "{}:{}:{}: ", frame.file, frame.line, frame.column)?;
        }
        f.write_str(&self.0.message)
    }
}

impl std::error::Error for Error {}

impl From<String> for Error {
    fn from(message: String) -> Self {
        Error::new(message)
    }
}

impl From<&str> for Error {
    fn from(message: &str) -> Self {
        Error::new(message)
    }
}
