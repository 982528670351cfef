//! The files of a chart. One that few charts ask for, such as a CRD or a page of documentation, is read when it is asked for.

use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use crate::diagnostic::{Diagnostics, Result};
use crate::files::{self, Opened};
use crate::source::Source;

/// A file of a chart.
#[derive(Debug, Clone)]
pub struct ChartFile {
    /// The path from the chart's root, with forward slashes: `templates/deploy.yaml`.
    pub path: String,
    content: Content,
}

impl ChartFile {
    pub(super) fn new(path: impl Into<String>, content: Content) -> Self {
        ChartFile {
            path: path.into(),
            content,
        }
    }

    /// A file whose text is known.
    #[cfg(test)]
    pub fn of_text(path: impl Into<String>, source: &Arc<Source>) -> Self {
        let content = Content::of_source(source.name(), Arc::clone(source));
        ChartFile::new(path, content)
    }

    /// The name that people know it by.
    pub fn name(&self) -> &str {
        &self.content.0.name
    }

    /// How many bytes it has, as far as is known without reading it.
    pub fn size(&self) -> u64 {
        self.content.size()
    }

    /// Its text.
    ///
    /// # Errors
    /// What keeps the file from being read, and `file-not-utf8`.
    pub fn text(&self) -> Result<&Arc<Source>> {
        self.content.text()
    }

    /// Its text; none where it is not UTF-8, or cannot be read, which [`ChartFile::unread`] then tells.
    pub fn source(&self) -> Option<&Arc<Source>> {
        match self.content.held() {
            Held::Text(source) => Some(source),
            Held::Bytes(_) | Held::Unreadable(_) => None,
        }
    }

    /// Its bytes, without a byte order mark; empty where it cannot be read.
    pub fn bytes(&self) -> &[u8] {
        self.content.bytes().unwrap_or_default()
    }

    /// What went wrong when somebody asked for what it holds.
    pub fn unread(&self) -> Option<&Diagnostics> {
        match self.content.0.held.get() {
            Some(Held::Unreadable(problems)) => Some(problems),
            _ => None,
        }
    }
}

/// What a file holds, shared by all that have the file.
#[derive(Debug, Clone)]
pub(super) struct Content(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    name: String,
    held: OnceLock<Held>,
    /// Of a file that is read later.
    later: Option<Later>,
}

#[derive(Debug)]
struct Later {
    path: PathBuf,
    size: u64,
    limit: u64,
}

#[derive(Debug)]
enum Held {
    /// A text, without a byte order mark.
    Text(Arc<Source>),
    /// What is not UTF-8.
    Bytes(Vec<u8>),
    Unreadable(Diagnostics),
}

impl Held {
    fn new(name: &str, bytes: Vec<u8>) -> Self {
        match files::text_if_it_is_one(name, bytes) {
            Ok(source) => Held::Text(source),
            Err(bytes) => Held::Bytes(bytes),
        }
    }
}

impl Content {
    fn make(name: String, held: Option<Held>, later: Option<Later>) -> Self {
        let held = held.map_or_else(OnceLock::new, OnceLock::from);
        Content(Arc::new(Shared { name, held, later }))
    }

    /// What was read, known to people by a name.
    pub(super) fn read(name: String, bytes: Vec<u8>) -> Self {
        let held = Held::new(&name, bytes);
        Content::make(name, Some(held), None)
    }

    /// A text that is compiled in, which nobody has to copy or to check for UTF-8.
    pub(super) fn of_static(name: String, text: &'static str) -> Self {
        let text = text.strip_prefix(files::BOM).unwrap_or(text);
        let source = Source::of_static(name.as_str(), text);
        Content::of_source(name, source)
    }

    fn of_source(name: impl Into<String>, source: Arc<Source>) -> Self {
        Content::make(name.into(), Some(Held::Text(source)), None)
    }

    /// What a file of `size` bytes on disk holds, `limit` at most, which is read when it is first asked for.
    pub(super) fn later(name: String, path: PathBuf, size: u64, limit: u64) -> Self {
        Content::make(name, None, Some(Later { path, size, limit }))
    }

    fn held(&self) -> &Held {
        let Shared { name, held, later } = &*self.0;
        held.get_or_init(|| {
            let Some(Later { path, limit, .. }) = later else {
                return Held::Bytes(Vec::new());
            };
            match Opened::new(path).and_then(|opened| opened.read(*limit)) {
                Ok(bytes) => Held::new(name, bytes),
                Err(problems) => Held::Unreadable(problems),
            }
        })
    }

    /// As [`ChartFile::size`].
    pub(super) fn size(&self) -> u64 {
        let size = |bytes: usize| u64::try_from(bytes).unwrap_or(u64::MAX);
        match (&self.0.later, self.0.held.get()) {
            (Some(later), _) => later.size,
            (None, Some(Held::Text(source))) => size(source.text().len()),
            (None, Some(Held::Bytes(bytes))) => size(bytes.len()),
            (None, _) => 0,
        }
    }

    /// The bytes, without a byte order mark where they are UTF-8.
    ///
    /// # Errors
    /// What keeps the file from being read.
    pub(super) fn bytes(&self) -> Result<&[u8]> {
        match self.held() {
            Held::Text(source) => Ok(source.text().as_bytes()),
            Held::Bytes(bytes) => Ok(bytes),
            Held::Unreadable(problems) => Err(problems.clone()),
        }
    }

    /// The text.
    ///
    /// # Errors
    /// What keeps the file from being read, and `file-not-utf8`.
    pub(super) fn text(&self) -> Result<&Arc<Source>> {
        match self.held() {
            Held::Text(source) => Ok(source),
            Held::Bytes(bytes) => Err(files::not_utf8(&self.0.name, bytes).into()),
            Held::Unreadable(problems) => Err(problems.clone()),
        }
    }
}
