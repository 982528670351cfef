//! A chart's archive (.tgz) as files.
//!
//! Decompression is counted as it streams, so that an archive that swells stops at the limit; every path is checked.

use std::io::{self, Read};

use flate2::read::MultiGzDecoder;
use tar::EntryType;

use super::{Content, FILE_LIMIT, Files, Label, Loader, PATH_LIMIT, TOTAL_LIMIT, total_too_large};
use crate::diagnostic::{Diagnostic, Result};
use crate::files::{plain, too_large};

/// Headers and padding come on top of the files.
const STREAM_LIMIT: u64 = TOTAL_LIMIT + (16 << 20);

/// Refuses what is not a gzip file.
pub(super) fn check_magic(name: &str, bytes: &[u8]) -> Result<()> {
    if bytes.starts_with(&[0x1f, 0x8b, 0x08]) {
        return Ok(());
    }
    let help = if name.ends_with("Chart.yaml") {
        "name the folder that it is in"
    } else {
        "name a chart's folder, or its archive as `helm package` makes it"
    };
    let message = format!("`{name}` is neither a chart's folder nor its archive (.tgz)");
    Err(Diagnostic::error("chart-not-archive", message).help(help).into())
}

impl Loader<'_> {
    /// Reads an archive: the folder that all its files are in, and the tree of those.
    pub(super) fn open_archive(&mut self, name: &str, bytes: &[u8]) -> Result<(String, usize)> {
        let label = Label::Archive(name.to_owned());
        let stream = Counted {
            inner: MultiGzDecoder::new(bytes),
            left: STREAM_LIMIT,
        };
        let mut archive = tar::Archive::new(stream);
        let mut files = Files::new();
        let mut base: Option<String> = None;
        let broken = |error: &io::Error| broken(&label, error);
        for entry in archive.entries().map_err(|error| broken(&error))? {
            let mut entry = entry.map_err(|error| broken(&error))?;
            let kind = entry.header().entry_type();
            if matches!(
                kind,
                EntryType::Directory | EntryType::XGlobalHeader | EntryType::XHeader
            ) {
                continue;
            }
            let raw = entry.path_bytes().into_owned();
            let refuse = |reason: &str| {
                let shown: String = String::from_utf8_lossy(&raw)
                    .chars()
                    .take(100)
                    .flat_map(char::escape_debug)
                    .collect();
                let message = format!("`{name}` holds `{shown}`, {reason}");
                Diagnostic::error("chart-archive-path", message)
            };
            if !matches!(kind, EntryType::Regular | EntryType::Continuous) {
                return Err(refuse("which is neither a file nor a folder").into());
            }
            let (folder, path) = split_path(&raw).map_err(|reason| refuse(&reason))?;
            match &base {
                Some(base) if *base != folder => {
                    return Err(
                        refuse(&format!("which is not in its folder `{base}/` as the others are")).into(),
                    );
                }
                Some(_) => {}
                None => base = Some(folder),
            }
            self.count_file(&label, &path, entry.size())?;
            let mut content = Vec::new();
            (&mut entry)
                .take(FILE_LIMIT + 1)
                .read_to_end(&mut content)
                .map_err(|error| broken(&error))?;
            let size = u64::try_from(content.len()).unwrap_or(u64::MAX);
            if size > FILE_LIMIT {
                return Err(too_large(&label.display(&path), None, FILE_LIMIT).into());
            }
            let content = Content::read(label.display(&path), content);
            if files.insert(path, content).is_some() {
                return Err(refuse("twice").into());
            }
        }
        // The checksum stands at the end, behind what the archive needs.
        io::copy(&mut archive.into_inner(), &mut io::sink()).map_err(|error| broken(&error))?;
        let Some(base) = base else {
            let message = format!("`{name}` holds no files");
            return Err(Diagnostic::error("chart-archive-empty", message).into());
        };
        Ok((base, self.add(label, None, files)?))
    }
}

fn broken(label: &Label, error: &io::Error) -> Diagnostic {
    if error.kind() == io::ErrorKind::FileTooLarge {
        return total_too_large(label);
    }
    let message = format!("`{}` cannot be unpacked: {}", label.display(""), plain(error));
    Diagnostic::error("chart-archive-broken", message)
}

/// The archive's one top folder and the path below it, or why the path is refused. A path with backslashes takes them
/// for separators, as in Helm.
fn split_path(raw: &[u8]) -> std::result::Result<(String, String), String> {
    let path = std::str::from_utf8(raw).map_err(|_| "whose name is not UTF-8".to_owned())?;
    if path.len() > PATH_LIMIT {
        return Err(format!("whose path is longer than {PATH_LIMIT} bytes"));
    }
    let path = path.replace('\\', "/");
    if path.chars().any(char::is_control) {
        return Err("whose name has control characters".to_owned());
    }
    if path.starts_with('/') {
        return Err("which is an absolute path".to_owned());
    }
    let mut parts = path.split('/').filter(|part| !part.is_empty() && *part != ".");
    let base = parts.next().unwrap_or_default().to_owned();
    let rest: Vec<&str> = parts.collect();
    let is_drive = |part: &str| matches!(part.as_bytes(), [letter, b':', ..] if letter.is_ascii_alphabetic());
    if base == ".." || rest.contains(&"..") {
        return Err("which leaves the archive".to_owned());
    }
    if is_drive(&base) || rest.first().is_some_and(|part| is_drive(part)) {
        return Err("which names a drive".to_owned());
    }
    if rest.is_empty() {
        return Err(
            "which is not in a folder: all files stand in one folder with the chart's name".to_owned(),
        );
    }
    Ok((base, rest.join("/")))
}

/// Reads up to a limit, and then fails.
struct Counted<R> {
    inner: R,
    left: u64,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        match self.left.checked_sub(u64::try_from(read).unwrap_or(u64::MAX)) {
            Some(left) => self.left = left,
            None => return Err(io::Error::from(io::ErrorKind::FileTooLarge)),
        }
        Ok(read)
    }
}
