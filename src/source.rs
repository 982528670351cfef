//! Texts and places in them: who said what, at which file, line and column.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

/// A text that values or templates came from, with the name that people know it by.
#[derive(Debug)]
pub struct Source {
    name: String,
    text: Text,
    /// Where each line starts; made when a line is first asked for.
    lines: OnceLock<Vec<usize>>,
    /// Of a place with a note: the source that the place is in.
    noted: Option<Noted>,
}

/// The text of a source.
#[derive(Debug)]
enum Text {
    /// Its own.
    Own(Cow<'static, str>),
    /// That of another, which has it itself.
    Of(Arc<Source>),
}

/// A note on a place: see [`Place::noted`].
#[derive(Debug)]
struct Noted {
    source: Option<Arc<Source>>,
    note: u32,
}

/// Equal names and texts.
impl PartialEq for Source {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name && self.text() == other.text()
    }
}

impl Eq for Source {}

impl Source {
    /// Makes a source of a display name (a path as the user gave it, `<stdin>`, a flag) and its text.
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Arc<Self> {
        Source::make(name.into(), Text::Own(Cow::Owned(text.into())))
    }

    /// Makes a source of a text that the program itself holds, which is not copied.
    pub fn of_static(name: impl Into<String>, text: &'static str) -> Arc<Self> {
        Source::make(name.into(), Text::Own(Cow::Borrowed(text)))
    }

    /// Makes a source of another one's text under a name of its own. The text is not copied.
    pub fn called(name: impl Into<String>, other: &Arc<Source>) -> Arc<Self> {
        let owner = match &other.text {
            Text::Own(_) => other,
            Text::Of(owner) => owner,
        };
        Source::make(name.into(), Text::Of(Arc::clone(owner)))
    }

    fn make(name: String, text: Text) -> Arc<Self> {
        Arc::new(Source {
            name,
            text,
            lines: OnceLock::new(),
            noted: None,
        })
    }

    /// The name to show to people.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether this is the argument of a flag, by whose name it is known.
    pub fn is_flag(&self) -> bool {
        self.name.starts_with("--")
    }

    /// The source with a newline behind its text, which is copied only where others have it, too.
    pub fn with_newline(mut self: Arc<Self>) -> Arc<Self> {
        if let Some(source) = Arc::get_mut(&mut self)
            && let Text::Own(Cow::Owned(text)) = &mut source.text
        {
            text.push('\n');
            source.lines = OnceLock::new();
            return self;
        }
        Source::new(self.name.as_str(), [self.text(), "\n"].concat())
    }

    /// The whole text, without a byte order mark.
    pub fn text(&self) -> &str {
        match &self.text {
            Text::Own(text) => text,
            Text::Of(owner) => owner.text(),
        }
    }

    /// The text of a line, counted from 1, without its line end; `None` past the end.
    pub fn line(&self, line: u32) -> Option<&str> {
        self.text().get(self.line_range(line)?)
    }

    /// The bytes of a line, counted from 1, without its line end; `None` past the end.
    pub fn line_range(&self, line: u32) -> Option<Range<usize>> {
        let index = usize::try_from(line).ok()?.checked_sub(1)?;
        let starts = self.lines.get_or_init(|| line_starts(self.text()));
        let start = *starts.get(index)?;
        let end = starts.get(index + 1).map_or(self.text().len(), |next| next - 1);
        let line = self
            .text()
            .get(start..end)
            .filter(|_| start < self.text().len())?;
        Some(start..end - usize::from(line.ends_with('\r')))
    }
}

/// Where each line of a text starts.
fn line_starts(text: &str) -> Vec<usize> {
    let mut starts = Vec::with_capacity(text.len() / 32 + 1);
    starts.push(0);
    let mut note = |from: usize, bytes: &[u8]| {
        let newlines = bytes.iter().enumerate().filter(|(_, byte)| **byte == b'\n');
        starts.extend(newlines.map(|(at, _)| from + at + 1));
    };
    let (chunks, rest) = text.as_bytes().as_chunks::<16>();
    for (index, chunk) in chunks.iter().enumerate() {
        // Without branches, so that the compiler looks at all bytes at once: half of the chunks have no newline.
        let found = chunk
            .iter()
            .fold(0, |found, byte| found | u8::from(*byte == b'\n'));
        if found != 0 {
            note(index * 16, chunk);
        }
    }
    note(text.len() - rest.len(), rest);
    starts
}

/// A place in a source. Lines and columns count from 1; line 0 means the source as a whole.
#[derive(Clone, Default)]
pub struct Place {
    /// The source, or none where a value was computed and has no place of its own.
    source: Option<Arc<Source>>,
    /// The line, from 1; 0 for the whole source.
    pub line: u32,
    /// The column in characters, from 1; 0 for the whole line.
    pub column: u32,
}

/// Notes do not count.
impl PartialEq for Place {
    fn eq(&self, other: &Self) -> bool {
        self.line == other.line && self.column == other.column && self.source() == other.source()
    }
}

impl Eq for Place {}

impl Place {
    /// No place: a computed value.
    pub const NONE: Place = Place {
        source: None,
        line: 0,
        column: 0,
    };

    /// A place at a line and column.
    pub fn new(source: &Arc<Source>, line: u32, column: u32) -> Self {
        Place {
            source: Some(Arc::clone(source)),
            line,
            column,
        }
    }

    /// A source as a whole, such as a flag.
    pub fn whole(source: &Arc<Source>) -> Self {
        Place::new(source, 0, 0)
    }

    /// The place with a note, a number by which whoever made the place finds more about what stands there. An older note is
    /// forgotten.
    #[must_use]
    pub fn noted(&self, note: u32) -> Self {
        let noted = Noted {
            source: self.source().cloned(),
            note,
        };
        Place {
            source: Some(Arc::new(Source {
                name: String::new(),
                text: Text::Own(Cow::Borrowed("")),
                lines: OnceLock::new(),
                noted: Some(noted),
            })),
            line: self.line,
            column: self.column,
        }
    }

    /// The note of the place, where it has one.
    pub fn note(&self) -> Option<u32> {
        Some(self.source.as_ref()?.noted.as_ref()?.note)
    }

    /// The source, whether the place has a note or not.
    pub fn source(&self) -> Option<&Arc<Source>> {
        let source = self.source.as_ref()?;
        match &source.noted {
            Some(noted) => noted.source.as_ref(),
            None => Some(source),
        }
    }

    /// The place's line as a whole.
    #[must_use]
    pub fn line_alone(&self) -> Self {
        Place {
            column: 0,
            ..self.clone()
        }
    }

    /// Whether the place names a source.
    pub fn is_known(&self) -> bool {
        self.source().is_some()
    }

    /// The text of the line, where there is one.
    pub fn line_text(&self) -> Option<&str> {
        self.source()?.line(self.line)
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(source) = self.source() else {
            return f.write_str("<computed>");
        };
        f.write_str(source.name())?;
        // A flag is one line, and numbers behind it would look like a part of it.
        if self.line > 0 && !source.is_flag() {
            write!(f, ":{}", self.line)?;
            if self.column > 0 {
                write!(f, ":{}", self.column)?;
            }
        }
        Ok(())
    }
}

impl fmt::Debug for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_under_another_name_has_the_text_of_the_first() {
        let first = Source::new("a", "x\ny\n");
        let second = Source::called("b", &first);
        let third = Source::called("c", &second);
        assert_eq!(
            (third.name(), third.text(), third.line(2)),
            ("c", "x\ny\n", Some("y"))
        );
        assert_eq!(*third, *Source::new("c", "x\ny\n"));
        assert_ne!(*third, *first);
        drop((first, second));
        assert_eq!(third.text(), "x\ny\n");
    }

    #[test]
    fn a_newline_comes_behind_a_text_and_nobody_else_sees_it() {
        let shared = Source::new("a", "x");
        let called = Source::called("b", &shared);
        for (source, name) in [
            (Arc::clone(&shared), "a"),
            (called, "b"),
            (Source::of_static("c", "x"), "c"),
            (Source::new("d", "x"), "d"),
        ] {
            assert_eq!(*source.with_newline(), *Source::new(name, "x\n"));
        }
        assert_eq!(shared.text(), "x");
    }
}
