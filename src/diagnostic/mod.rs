//! What went wrong or looks wrong, as data: no printing here.

pub mod codes;

use crate::source::Place;

/// How bad a diagnostic is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// Probably not what was meant; the work goes on.
    Warning,
    /// The work cannot be done, or its result would be wrong.
    Error,
}

impl Severity {
    /// The word that people read.
    pub fn as_str(self) -> &'static str {
        match self {
            Severity::Info => "info",
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }
}

/// A place and what is to be said of it; the first label of a diagnostic is its main place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// Where.
    pub place: Place,
    /// What is there, in a few words; empty for the main place where the message says it all.
    pub text: String,
}

/// One finding: what is wrong in the user's words, where, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// A stable name in kebab-case, such as `duplicate-key`, of those in [`codes`].
    pub code: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// One sentence without a final period; code and paths in backticks.
    pub message: String,
    /// Places, the main one first.
    pub labels: Vec<Label>,
    /// What to do about it.
    pub help: Option<String>,
    /// What to do about it as a change of the text, where that is certain.
    pub fix: Option<Box<Fix>>,
}

/// A change of a text that takes a finding away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// Where the key stands that gets another name.
    pub place: Place,
    /// The key.
    pub from: String,
    /// Its new name.
    pub to: String,
}

impl Diagnostic {
    /// An error without a place yet.
    pub fn error(code: &'static str, message: impl Into<String>) -> Self {
        Diagnostic {
            code,
            severity: Severity::Error,
            message: message.into(),
            labels: Vec::new(),
            help: None,
            fix: None,
        }
    }

    /// A warning without a place yet.
    pub fn warning(code: &'static str, message: impl Into<String>) -> Self {
        Diagnostic {
            severity: Severity::Warning,
            ..Diagnostic::error(code, message)
        }
    }

    /// Something worth knowing, without a place yet.
    pub fn info(code: &'static str, message: impl Into<String>) -> Self {
        Diagnostic {
            severity: Severity::Info,
            ..Diagnostic::error(code, message)
        }
    }

    /// Adds a place; unknown places are left out.
    #[must_use]
    pub fn at(self, place: &Place) -> Self {
        self.label(place, "")
    }

    /// Adds a place with what is to be said of it; unknown places are left out.
    #[must_use]
    pub fn label(mut self, place: &Place, text: impl Into<String>) -> Self {
        if place.is_known() {
            self.labels.push(Label {
                place: place.clone(),
                text: text.into(),
            });
        }
        self
    }

    /// Sets what to do about it.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Sets a change of the text that does it.
    #[must_use]
    pub fn fix(mut self, fix: Option<Fix>) -> Self {
        self.fix = fix.map(Box::new);
        self
    }

    /// The main place, where there is one.
    pub fn place(&self) -> Option<&Place> {
        self.labels.first().map(|label| &label.place)
    }
}

/// Why something could not be done: one diagnostic or several. The error type of the whole library.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostics(pub Vec<Diagnostic>);

impl From<Diagnostic> for Diagnostics {
    fn from(diagnostic: Diagnostic) -> Self {
        Diagnostics(vec![diagnostic])
    }
}

impl std::fmt::Display for Diagnostics {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (index, diagnostic) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str("\n")?;
            }
            if let Some(place) = diagnostic.place() {
                write!(f, "{place}: ")?;
            }
            write!(f, "{}: {}", diagnostic.severity.as_str(), diagnostic.message)?;
        }
        Ok(())
    }
}

impl std::error::Error for Diagnostics {}

/// A result whose error is diagnostics.
pub type Result<T> = std::result::Result<T, Diagnostics>;

/// The name that is most like `wanted`, where one is near enough.
pub fn nearest<'n>(wanted: &str, names: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    names
        .map(|name| {
            (
                strsim::jaro_winkler(&wanted.to_lowercase(), &name.to_lowercase()),
                name,
            )
        })
        .filter(|(likeness, _)| *likeness > 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, name)| name)
}
