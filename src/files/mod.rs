//! Reading and writing of files for the whole program. Every error names the path as the user gave it.
//!
//! Reads are bounded: a file that is larger than its limit is refused before it fills the memory, and so is a pipe
//! that never ends.

mod folder;
mod index;
mod interrupt;
mod journal;
mod write;

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Result};
use crate::source::{Place, Source};

pub use folder::list;
pub use index::sum;
pub use interrupt::obey_signal;
pub use write::{Written, write_recorded, write_tree};

/// The largest values file, or any other file that a user names: 64 MiB.
pub const INPUT_LIMIT: u64 = 64 << 20;

/// The name that standard input goes by.
pub const STDIN_NAME: &str = "<stdin>";

/// Reads a text file that the user named, `-` being standard input, of at most [`INPUT_LIMIT`].
///
/// # Errors
/// What [`read_text`] refuses; for standard input, whatever fails in reading it.
pub fn read_input(path: &Path) -> Result<Arc<Source>> {
    if path.as_os_str() == "-" {
        let bytes = read_limited(io::stdin().lock(), STDIN_NAME, INPUT_LIMIT)?;
        return text(STDIN_NAME, bytes);
    }
    read_text(path, INPUT_LIMIT)
}

/// Reads a text file of at most `limit` bytes. The byte order mark is left out.
///
/// # Errors
/// `file-not-found`, `file-is-folder`, `file-unreadable`, `file-too-large` and `file-not-utf8`, the last with the
/// place of the first byte that is wrong.
pub fn read_text(path: &Path, limit: u64) -> Result<Arc<Source>> {
    text(path.display().to_string(), read_bytes(path, limit)?)
}

/// Reads a file of at most `limit` bytes. A file whose size is known to be larger is not read at all.
///
/// # Errors
/// `file-not-found`, `file-is-folder`, `file-unreadable` and `file-too-large`.
pub fn read_bytes(path: &Path, limit: u64) -> Result<Vec<u8>> {
    Opened::new(path)?.read(limit)
}

/// A file that is open and not read yet.
#[derive(Debug)]
pub struct Opened {
    file: File,
    name: String,
    /// The size of a regular file.
    size: Option<u64>,
}

impl Opened {
    /// Opens a file.
    ///
    /// # Errors
    /// `file-not-found`, `file-is-folder` and `file-unreadable`.
    pub fn new(path: &Path) -> Result<Self> {
        // The text is taken as it is; `display` writes it letter by letter.
        let name = path
            .to_str()
            .map_or_else(|| path.display().to_string(), str::to_owned);
        let opened = File::open(path).and_then(|file| file.metadata().map(|metadata| (file, metadata)));
        let (file, metadata) = opened.map_err(|error| unreadable(&name, &error))?;
        if metadata.is_dir() {
            return Err(
                Diagnostic::error("file-is-folder", format!("`{name}` is a folder, not a file")).into(),
            );
        }
        let size = metadata.is_file().then_some(metadata.len());
        Ok(Opened { file, name, size })
    }

    /// The size that the system tells; 0 for a pipe, which has none.
    pub fn size(&self) -> u64 {
        self.size.unwrap_or_default()
    }

    /// Reads it to the end, or refuses where that is more than `limit` bytes.
    ///
    /// # Errors
    /// `file-too-large` and `file-unreadable`.
    pub fn read(self, limit: u64) -> Result<Vec<u8>> {
        let Opened { file, name, size } = self;
        match size {
            Some(size) if size > limit => Err(too_large(&name, Some(size), limit).into()),
            Some(size) => read_expecting(file, size, &name, limit),
            None => read_limited(file, &name, limit),
        }
    }
}

/// Reads as [`read_limited`] does, with room for `size` bytes from the start: in one piece where that is the size.
fn read_expecting(mut reader: impl Read, size: u64, name: &str, limit: u64) -> Result<Vec<u8>> {
    // A byte more than there should be shows the end. The system gives the memory when it is written to.
    let expected = usize::try_from(size.min(limit)).unwrap_or_default();
    let mut bytes = vec![0; expected + 1];
    let mut filled = 0;
    while let Some(rest) = bytes.get_mut(filled..).filter(|rest| !rest.is_empty()) {
        match reader.read(rest) {
            // What was asked for was more: the file ends where it said.
            Ok(read) if read == 0 || filled + read == expected => {
                bytes.truncate(filled + read);
                return Ok(bytes);
            }
            Ok(read) => filled += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(unreadable(name, &error).into()),
        }
    }
    // It has grown, or is one of those that the system makes while they are read.
    append_limited(bytes, reader, name, limit)
}

/// Reads to the end, or refuses after `limit` bytes.
///
/// # Errors
/// `file-too-large` and `file-unreadable`.
pub fn read_limited(reader: impl Read, name: &str, limit: u64) -> Result<Vec<u8>> {
    append_limited(Vec::new(), reader, name, limit)
}

fn append_limited(mut bytes: Vec<u8>, reader: impl Read, name: &str, limit: u64) -> Result<Vec<u8>> {
    let read = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    reader
        .take(limit.saturating_add(1).saturating_sub(read))
        .read_to_end(&mut bytes)
        .map_err(|error| unreadable(name, &error))?;
    if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > limit {
        return Err(too_large(name, None, limit).into());
    }
    Ok(bytes)
}

/// Makes a source of a name and bytes; the byte order mark is left out.
///
/// # Errors
/// `file-not-utf8`, with the line and column of the first byte that is not UTF-8.
pub fn text(name: impl Into<String>, bytes: Vec<u8>) -> Result<Arc<Source>> {
    let name = name.into();
    text_if_it_is_one(&name, bytes).map_err(|bytes| not_utf8(&name, &bytes).into())
}

/// [`text`], or the bytes where they are not UTF-8.
pub(crate) fn text_if_it_is_one(name: &str, bytes: Vec<u8>) -> std::result::Result<Arc<Source>, Vec<u8>> {
    let mut text = String::from_utf8(bytes).map_err(std::string::FromUtf8Error::into_bytes)?;
    if text.starts_with(BOM) {
        text.drain(..BOM.len_utf8());
    }
    Ok(Source::new(name, text))
}

/// The byte order mark that some editors write before a text.
pub const BOM: char = '\u{feff}';

/// The diagnostic for bytes that are not UTF-8.
pub(crate) fn not_utf8(name: &str, bytes: &[u8]) -> Diagnostic {
    let valid = std::str::from_utf8(bytes).map_or_else(|error| error.valid_up_to(), str::len);
    let before = String::from_utf8_lossy(bytes.get(..valid).unwrap_or_default());
    let line_start = before.rfind('\n').map_or(0, |index| index + 1);
    let line = before.matches('\n').count() + 1;
    let in_line = before
        .get(line_start..)
        .unwrap_or_default()
        .trim_start_matches(BOM);
    let column = in_line.chars().count() + 1;
    let byte = bytes.get(valid).copied().unwrap_or_default();
    let source = Source::new(name, String::from_utf8_lossy(bytes));
    let place = Place::new(&source, to_u32(line), to_u32(column));
    let help = if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        "this looks like UTF-16; save the file as UTF-8"
    } else {
        "save the file as UTF-8"
    };
    Diagnostic::error("file-not-utf8", format!("byte 0x{byte:02x} is not UTF-8 text"))
        .at(&place)
        .help(help)
}

fn to_u32(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// The diagnostic for a path that could not be opened or read.
pub(crate) fn unreadable(name: &str, error: &io::Error) -> Diagnostic {
    match error.kind() {
        io::ErrorKind::NotFound => Diagnostic::error("file-not-found", format!("there is no `{name}`")),
        io::ErrorKind::IsADirectory => {
            Diagnostic::error("file-is-folder", format!("`{name}` is a folder, not a file"))
        }
        _ => Diagnostic::error(
            "file-unreadable",
            format!("cannot read `{name}`: {}", plain(error)),
        ),
    }
}

/// Whether a path leads to a name below the folder that it starts from.
fn is_inside(path: &str) -> bool {
    !path.is_empty()
        && !path.contains(|c: char| c == '\\' || c.is_control())
        && Path::new(path)
            .components()
            .all(|part| matches!(part, std::path::Component::Normal(_)))
}

/// The system's words without its number: `Permission denied`, not `Permission denied (os error 13)`.
pub(crate) fn plain(error: &io::Error) -> String {
    let text = error.to_string();
    match text.split_once(" (os error ") {
        Some((words, _)) => words.to_owned(),
        None => text,
    }
}

/// The diagnostic for something that is larger than its limit.
pub(crate) fn too_large(name: &str, size: Option<u64>, limit: u64) -> Diagnostic {
    let size = size.map_or_else(String::new, |size| format!(" ({})", human_size(size)));
    let message = format!("`{name}` is too large{size}: the limit is {}", human_size(limit));
    Diagnostic::error("file-too-large", message)
}

/// A size for people: `512 bytes`, `5 MiB`, `1.5 MiB`.
pub(crate) fn human_size(bytes: u64) -> String {
    let (unit, name) = match bytes {
        0..1024 => return format!("{bytes} bytes"),
        1024..0x10_0000 => (1024, "KiB"),
        0x10_0000..0x4000_0000 => (0x10_0000, "MiB"),
        _ => (0x4000_0000, "GiB"),
    };
    let (whole, tenth) = (bytes / unit, bytes % unit * 10 / unit);
    if tenth == 0 {
        format!("{whole} {name}")
    } else {
        format!("{whole}.{tenth} {name}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(result: Result<Arc<Source>>) -> String {
        result.unwrap_err().to_string()
    }

    #[test]
    fn reads_text_without_the_byte_order_mark() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("values.yaml");
        std::fs::write(&path, "\u{feff}a: é\n").unwrap();
        let source = read_input(&path).unwrap();
        assert_eq!(source.text(), "a: é\n");
        assert_eq!(source.name(), path.display().to_string());
    }

    #[test]
    fn names_the_path_that_is_missing_or_a_folder() {
        assert_eq!(
            error(read_input(Path::new("no/such.yaml"))),
            "error: there is no `no/such.yaml`"
        );
        assert_eq!(
            error(read_input(Path::new("src"))),
            "error: `src` is a folder, not a file"
        );
        let below = error(read_input(Path::new("Cargo.toml/values.yaml")));
        assert_eq!(
            below,
            "error: cannot read `Cargo.toml/values.yaml`: Not a directory"
        );
    }

    #[test]
    fn shows_the_byte_that_is_not_utf8() {
        let name = "values.yaml";
        let found = text(name, b"a: \xc3\xa9\nb: \xc3\xa9\xff\n".to_vec());
        assert_eq!(
            error(found),
            "values.yaml:2:5: error: byte 0xff is not UTF-8 text"
        );
        let utf16 = text(name, b"\xff\xfea\0".to_vec()).unwrap_err();
        assert_eq!(
            utf16.to_string(),
            "values.yaml:1:1: error: byte 0xff is not UTF-8 text"
        );
        assert_eq!(
            utf16.0[0].help.as_deref(),
            Some("this looks like UTF-16; save the file as UTF-8")
        );
        let marked = text(name, b"\xef\xbb\xbfa\xfe".to_vec());
        assert_eq!(
            error(marked),
            "values.yaml:1:2: error: byte 0xfe is not UTF-8 text"
        );
    }

    #[test]
    fn refuses_a_large_file_by_its_size_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("big.yaml");
        // A sparse file: it would take long to read, and takes no room.
        File::create(&path).unwrap().set_len(200 << 30).unwrap();
        let expected = format!(
            "error: `{}` is too large (200 GiB): the limit is 64 MiB",
            path.display()
        );
        assert_eq!(error(read_input(&path)), expected);
    }

    #[test]
    fn refuses_a_stream_that_does_not_end() {
        let found = read_limited(io::repeat(b'a'), "pipe", 1000)
            .unwrap_err()
            .to_string();
        assert_eq!(found, "error: `pipe` is too large: the limit is 1000 bytes");
        assert_eq!(read_limited(&b"abc"[..], "pipe", 3).unwrap(), b"abc");
    }

    #[test]
    fn reads_a_file_whose_size_was_told_wrong() {
        let read = |size, limit| read_expecting(&b"0123456789"[..], size, "grows", limit);
        for size in [0, 1, 9, 10, 11, 1000] {
            assert_eq!(read(size, 10).unwrap(), b"0123456789", "told {size}");
            let refused = read(size, 9).unwrap_err().to_string();
            assert_eq!(refused, "error: `grows` is too large: the limit is 9 bytes");
        }
        assert_eq!(read_expecting(&b""[..], 0, "empty", 10).unwrap(), b"");
        // Reads that give less than they were asked for.
        let pieces = (&b"012"[..]).chain(&b"345"[..]);
        assert_eq!(read_expecting(pieces, 6, "pieces", 10).unwrap(), b"012345");
        // Less than the file said.
        let pieces = (&b"012"[..]).chain(&b"34"[..]);
        assert_eq!(read_expecting(pieces, 6, "pieces", 10).unwrap(), b"01234");
    }

    /// Fails where it is asked for more than one read.
    struct Once<'a>(Option<&'a [u8]>);

    impl io::Read for Once<'_> {
        fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
            let mut all = self.0.take().ok_or_else(|| io::Error::other("a second read"))?;
            all.read(to)
        }
    }

    #[test]
    fn asks_once_for_a_file_of_the_size_that_was_told() {
        let once = Once(Some(b"0123456789"));
        assert_eq!(read_expecting(once, 10, "file", 10).unwrap(), b"0123456789");
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn reads_what_the_system_makes_while_it_is_read() {
        let path = Path::new("/proc/self/status");
        assert_eq!(Opened::new(path).unwrap().size(), 0);
        let text = read_text(path, INPUT_LIMIT).unwrap();
        assert!(text.text().starts_with("Name:"), "{}", text.text());
        assert!(text.text().len() > 100);
    }

    #[test]
    fn sizes_read_well() {
        assert_eq!(human_size(1023), "1023 bytes");
        assert_eq!(human_size(5 << 20), "5 MiB");
        assert_eq!(human_size((5 << 20) + (1 << 19)), "5.5 MiB");
        assert_eq!(human_size(1 << 40), "1024 GiB");
    }
}
