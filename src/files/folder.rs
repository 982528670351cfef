//! The files below a folder.

use std::fs;
use std::path::{Path, PathBuf};

use super::unreadable;
use crate::diagnostic::{Diagnostic, Result};

/// The most files and folders that are looked at.
const MOST: usize = 100_000;

/// The files at a path that a name's test wants: the path itself, whatever its name, where it is not a folder; else those in it and below it,
/// sorted. What begins with a dot is left out, and links to folders are not followed.
///
/// # Errors
/// `file-unreadable` and its kind, and `too-many-files`.
pub fn list(path: &Path, wants: &dyn Fn(&str) -> bool) -> Result<Vec<PathBuf>> {
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let mut found = Vec::new();
    let mut open = vec![path.to_owned()];
    let mut seen = 0;
    while let Some(folder) = open.pop() {
        let failed = |error: &std::io::Error| unreadable(&folder.display().to_string(), error);
        for entry in fs::read_dir(&folder).map_err(|error| failed(&error))? {
            let entry = entry.map_err(|error| failed(&error))?;
            seen += 1;
            if seen > MOST {
                let message = format!("`{}` holds more than {MOST} files and folders", path.display());
                return Err(Diagnostic::error("too-many-files", message)
                    .help("name the folder that holds the manifests alone")
                    .into());
            }
            let name = entry.file_name().to_string_lossy().into_owned();
            if name.starts_with('.') {
                continue;
            }
            let kind = entry.file_type().map_err(|error| failed(&error))?;
            if kind.is_dir() {
                open.push(entry.path());
            } else if wants(&name) && entry.path().is_file() {
                found.push(entry.path());
            }
        }
    }
    found.sort();
    Ok(found)
}
