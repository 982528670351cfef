//! A chart's folder as files.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use super::{Content, FILE_LIMIT, Files, Label, Loader, TOTAL_LIMIT, Values, check_size, total_too_large};
use crate::chart::ignore::Ignore;
use crate::diagnostic::{Diagnostic, Result};
use crate::files::{self, Opened, unreadable};
use crate::workers::while_made;
use crate::yaml;

/// The largest `.helmignore`: its rules are held against every path.
const IGNORE_LIMIT: u64 = 64 << 10;

impl Loader<'_> {
    /// Reads a folder, once however often it is asked for.
    pub(super) fn open_folder(&mut self, path: &Path) -> Result<usize> {
        let shown = path.display().to_string();
        let real = fs::canonicalize(path).map_err(|error| unreadable(&shown, &error))?;
        if let Some(tree) = self.folders.get(&real) {
            return Ok(*tree);
        }
        let label = Label::Folder(match shown.strip_prefix("./").unwrap_or(&shown) {
            "." => String::new(),
            shown if shown.len() > 1 => shown.trim_end_matches('/').to_owned(),
            shown => shown.to_owned(),
        });
        let ignore = read_ignore(&path.join(".helmignore"))?;
        let (files, values) = self.read_files(&label, path, &real, &ignore)?;
        let tree = self.add(label, Some(real.clone()), files)?;
        if let Some(tree) = self.trees.get_mut(tree) {
            tree.values = values;
        }
        self.folders.insert(real, tree);
        Ok(tree)
    }

    /// Finds the files of a folder, and reads those that every render asks for. Where they are many or large, that is done on all
    /// processors while others are still looked for; values are read as YAML at once, as a rule the longest text of a chart that has to
    /// be read by itself, and templates are handed on.
    fn read_files(
        &mut self,
        label: &Label,
        folder: &Path,
        real: &Path,
        ignore: &Ignore,
    ) -> Result<(Files, Values)> {
        let total = AtomicU64::new(self.bytes);
        let also = self.also;
        let read = |mut file: Found| -> Result<_> {
            let (content, not_counted) = match file.content.take() {
                Some(content) => (content, 0),
                None => {
                    let opened = Opened::new(&file.on_disk)?;
                    let size = opened.size();
                    check_size(label, &file.path, size)?;
                    if total.fetch_add(size, Ordering::Relaxed) > TOTAL_LIMIT {
                        return Err(total_too_large(label).into());
                    }
                    let content = file.read(label, opened)?;
                    let size = content.size();
                    (content, size)
                }
            };
            let text = content.text().ok();
            if let Some(template) = text.filter(|_| file.is_template()) {
                also(template);
            }
            let values = text.filter(|_| file.is_values()).map(yaml::read_values);
            Ok((file.path, content, not_counted, values))
        };
        let (found, read): (Result<_>, Vec<_>) = while_made(
            |hand_on| {
                let mut walk = Walk {
                    loader: self,
                    label,
                    root: real,
                    ignore,
                    files: Files::new(),
                    few: Some(Vec::new()),
                    bytes: 0,
                    hand_on,
                };
                walk.folder(folder, "", &mut vec![real.to_path_buf()])?;
                Ok((walk.files, walk.few.unwrap_or_default()))
            },
            1,
            &read,
        );
        let (mut files, few) = found?;
        files.extend(
            few.into_iter()
                .filter_map(|file| Some((file.path, file.content?))),
        );
        let mut values = Values::new();
        for read in read {
            let (path, content, not_counted, of_values) = read?;
            self.count_size(label, &path, not_counted)?;
            values.extend(of_values.map(|of_values| (path.clone(), of_values)));
            files.insert(path, content);
        }
        Ok((files, values))
    }
}

/// How many files take longer to read, and how many bytes longer to read and to parse, than beginning threads for them.
const FILES_ALONE: usize = 160;
const BYTES_ALONE: u64 = 24 << 10;

/// A file that is to be read.
struct Found {
    /// Its path within the chart.
    path: String,
    on_disk: PathBuf,
    /// What it holds, once it is read.
    content: Option<Content>,
}

/// The path within the chart that a file belongs to.
fn within_chart(path: &str) -> &str {
    let mut path = path;
    while let Some((_, below)) = path.strip_prefix("charts/").and_then(|path| path.split_once('/')) {
        path = below;
    }
    path
}

/// Whether loading a chart, or every render of it, asks for what the file at a path holds: not for CRDs, and not for what
/// templates may ask `Files` for.
fn is_always_read(path: &str) -> bool {
    let path = within_chart(path);
    match path.split_once('/') {
        Some((folder, _)) => folder == "templates" || folder == "charts",
        None => [".yaml", ".json", ".lock"]
            .iter()
            .any(|ending| path.ends_with(ending)),
    }
}

impl Found {
    /// Whether it holds the values of the chart, or of one in a folder `charts`.
    fn is_values(&self) -> bool {
        self.path.strip_suffix("values.yaml").is_some_and(|folder| {
            let mut names = folder.rsplit('/').skip(2);
            folder.is_empty() || folder.ends_with('/') && names.next() == Some("charts")
        })
    }

    fn is_template(&self) -> bool {
        within_chart(&self.path).starts_with("templates/")
    }

    fn read(&self, label: &Label, opened: Opened) -> Result<Content> {
        let bytes = opened.read(FILE_LIMIT)?;
        Ok(Content::read(label.display(&self.path), bytes))
    }
}

/// The rules of a `.helmignore`, none where there is none.
pub(super) fn read_ignore(path: &Path) -> Result<Ignore> {
    match fs::metadata(path) {
        // Opening a pipe would wait for somebody to write to it.
        Ok(metadata) if !metadata.is_file() && !metadata.is_dir() => {
            Err(not_a_file(&path.display().to_string()).into())
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Ignore::default()),
        _ => Ignore::parse(&files::read_text(path, IGNORE_LIMIT)?),
    }
}

fn not_a_file(shown: &str) -> Diagnostic {
    let message = format!("`{shown}` is neither a file nor a folder");
    Diagnostic::error("chart-path-invalid", message)
}

struct Walk<'a, 'l> {
    loader: &'a mut Loader<'l>,
    label: &'a Label,
    root: &'a Path,
    ignore: &'a Ignore,
    /// Files that are read when somebody asks for them.
    files: Files,
    /// Files that were read as they were found, as long as these are few and small.
    few: Option<Vec<Found>>,
    /// How many bytes these have.
    bytes: u64,
    /// Where others are handed on to be read.
    hand_on: &'a mut dyn FnMut(Found, usize),
}

impl Walk<'_, '_> {
    /// Finds the files of a folder and of those below it. `parents` are the real paths from the root to this folder:
    /// a link to one of them would never end. Depth is bounded by the limit on a path's length.
    fn folder(&mut self, folder: &Path, prefix: &str, parents: &mut Vec<PathBuf>) -> Result<()> {
        let failed =
            |error: &std::io::Error| unreadable(&self.label.display(prefix.trim_end_matches('/')), error);
        // Where the kind does not stand in the folder the system is asked for it, once for each entry.
        let is_folder = |entry: &fs::DirEntry| entry.file_type().is_ok_and(|kind| kind.is_dir());
        let entries: std::io::Result<Vec<(bool, OsString, fs::DirEntry)>> = fs::read_dir(folder)
            .map_err(|error| failed(&error))?
            .map(|entry| entry.map(|entry| (is_folder(&entry), entry.file_name(), entry)))
            .collect();
        let mut entries = entries.map_err(|error| failed(&error))?;
        // Files first: those of values take longest.
        entries.sort_unstable_by(|a, b| (a.0, &a.1).cmp(&(b.0, &b.1)));
        for (_, name, entry) in entries {
            let Some(name) = name.to_str() else {
                let message = format!(
                    "the name of `{}` is not UTF-8",
                    self.label.display(&format!("{prefix}{}", name.display()))
                );
                return Err(Diagnostic::error("chart-path-invalid", message).into());
            };
            self.entry(&entry, [prefix, name].concat(), parents)?;
        }
        Ok(())
    }

    fn entry(&mut self, entry: &fs::DirEntry, found: String, parents: &mut Vec<PathBuf>) -> Result<()> {
        let path = found.as_str();
        let failed = |error: &std::io::Error| unreadable(&self.label.display(path), error);
        let on_disk = entry.path();
        let mut kind = entry.file_type().map_err(|error| failed(&error))?;
        // Rules are asked first: what is left out may be anything.
        if self.ignore.is_ignored(path, kind.is_dir()) {
            return Ok(());
        }
        // The name of a template stands in the output, in a comment that a line's end would close.
        if path.contains(char::is_control) {
            let message = format!(
                "the name of `{}` has control characters",
                self.label.display(path)
            );
            return Err(Diagnostic::error("chart-path-invalid", message)
                .help("rename it, or exclude it with .helmignore")
                .into());
        }
        let mut linked = None;
        if kind.is_symlink() {
            let target = fs::canonicalize(&on_disk).map_err(|error| failed(&error))?;
            kind = fs::metadata(&on_disk)
                .map_err(|error| failed(&error))?
                .file_type();
            if kind.is_dir() && self.ignore.is_ignored(path, true) {
                return Ok(());
            }
            if !target.starts_with(self.root) {
                let message = format!(
                    "`{}` is a symbolic link that leads out of the chart's folder",
                    self.label.display(path)
                );
                return Err(Diagnostic::error("chart-link-outside", message)
                    .help("copy the file into the chart, or exclude the link with .helmignore; for a subchart write `repository: file://...`")
                    .into());
            }
            if parents.contains(&target) {
                let message = format!(
                    "`{}` is a symbolic link to a folder that contains it",
                    self.label.display(path)
                );
                return Err(Diagnostic::error("chart-link-loop", message).into());
            }
            linked = Some(target);
        }
        if kind.is_dir() {
            // git's own data is never a chart's, and may be large.
            if path == ".git" {
                return Ok(());
            }
            self.loader.count_file(self.label, path, 0)?;
            // Through the real path: names that lead through many links cost the system more and more.
            let (real, below) = match (linked, parents.last()) {
                (Some(target), _) => (target.clone(), target),
                (None, Some(parent)) => (parent.join(entry.file_name()), on_disk),
                (None, None) => (on_disk.clone(), on_disk),
            };
            parents.push(real);
            self.folder(&below, &format!("{path}/"), parents)?;
            parents.pop();
            return Ok(());
        }
        if !kind.is_file() {
            return Err(not_a_file(&self.label.display(path)).into());
        }
        self.loader.count_path(self.label, path)?;
        if is_always_read(path) {
            return self.read(Found {
                path: found,
                on_disk,
                content: None,
            });
        }
        // Of a link it would be the link's own.
        let metadata = match linked {
            Some(_) => fs::metadata(&on_disk),
            None => entry.metadata(),
        };
        let size = metadata.map_err(|error| failed(&error))?.len();
        self.loader.count_size(self.label, path, size)?;
        let content = Content::later(self.label.display(path), on_disk, size, FILE_LIMIT);
        self.files.insert(found, content);
        Ok(())
    }

    /// Reads a file, or hands it on.
    fn read(&mut self, mut file: Found) -> Result<()> {
        let Some(few) = &mut self.few else {
            (self.hand_on)(file, 1);
            return Ok(());
        };
        let opened = Opened::new(&file.on_disk)?;
        self.loader.count_size(self.label, &file.path, opened.size())?;
        let content = file.read(self.label, opened)?;
        self.bytes += content.size();
        file.content = Some(content);
        few.push(file);
        if few.len() > FILES_ALONE || self.bytes >= BYTES_ALONE {
            let few = self.few.take().into_iter().flatten();
            few.for_each(|file| (self.hand_on)(file, 1));
        }
        Ok(())
    }
}
