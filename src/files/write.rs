//! Writing whole or not at all: into a staging folder first, then each file into place by renaming.
//!
//! A folder is locked while it is written to. What is to be done is written down first, so that an error or a signal undoes it,
//! and after a process that was killed the next one does.

use std::collections::{BTreeMap, HashSet};
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::{Duration, Instant};

use super::index::{self, Entry, INDEX, Index};
use super::interrupt::Waiting;
use super::journal::{self, Stage, Step, remove_empty_folders};
use super::{is_inside, plain};
use crate::diagnostic::{Diagnostic, Diagnostics, Result};

/// The name of the folder that files are written to before they are moved into place.
const STAGING: &str = ".promchart-staging";

/// How long another process may take to write to the same folder.
const PATIENCE: Duration = Duration::from_secs(10);

/// The largest index or journal that is read.
const RECORD_LIMIT: u64 = 64 << 20;

/// What was done, by paths from the folder.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// Files that were written, each with whether it was there already with the same content.
    pub files: Vec<(String, bool)>,
    /// Files of an earlier run that were removed.
    pub removed: Vec<String>,
    /// Files of an earlier run that somebody changed, and that were left alone.
    pub kept: Vec<String>,
}

/// Writes files below a folder, all of them or none.
///
/// `files` are paths from `dir` with forward slashes, and contents. The folder is made where it is missing; other files in
/// it are left alone. On any error, and on SIGINT, SIGTERM and SIGHUP, what was written is removed again and the files that were
/// there before are back; after a process that was killed the next one does that.
///
/// # Errors
/// `output-path-invalid` for a path that is empty, absolute, given twice, leaves the folder (by `..` or through a
/// symbolic link) or is one of promchart's own, `output-not-folder` where `dir` is a file, `output-locked` where another process
/// writes to it, `interrupted`, `output-failed` for whatever the system refuses.
pub fn write_tree<T: AsRef<[u8]>>(dir: &Path, files: &[(String, T)]) -> Result<()> {
    write(dir, &borrowed(files), None).map(|_| ())
}

/// Writes as [`write_tree`] does, and keeps a record of it in the folder, under the name of `owner`, one line. With `prune`, files that the
/// record has of the same owner, that are not among `files` and that nobody changed are removed.
///
/// # Errors
/// As [`write_tree`].
pub fn write_recorded<T: AsRef<[u8]>>(
    dir: &Path,
    files: &[(String, T)],
    owner: &str,
    prune: bool,
) -> Result<Written> {
    write(dir, &borrowed(files), Some(Record { owner, prune }))
}

/// A file's path and its content.
type Given<'a> = (&'a str, &'a [u8]);

fn borrowed<T: AsRef<[u8]>>(files: &[(String, T)]) -> Vec<Given<'_>> {
    files
        .iter()
        .map(|(path, content)| (path.as_str(), content.as_ref()))
        .collect()
}

#[derive(Clone, Copy)]
struct Record<'a> {
    owner: &'a str,
    prune: bool,
}

fn write(dir: &Path, files: &[Given<'_>], record: Option<Record<'_>>) -> Result<Written> {
    check_paths(dir, files)?;
    match fs::metadata(dir) {
        Ok(metadata) if metadata.is_dir() => {}
        Ok(_) => {
            let message = format!("cannot write to `{}`: it is a file, not a folder", dir.display());
            return Err(Diagnostic::error("output-not-folder", message).into());
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(failed(dir, &error)),
    }
    let mut transaction = Transaction {
        dir,
        made: Vec::new(),
        signals: Waiting::begin(),
    };
    let result = transaction.run(files, record);
    if result.is_err() {
        for folder in transaction.made.iter().rev() {
            // One that somebody else has put something into stays.
            let _ = fs::remove_dir(folder);
        }
    }
    result
}

fn failed(path: &Path, error: &io::Error) -> Diagnostics {
    let message = format!("cannot write `{}`: {}", path.display(), plain(error));
    Diagnostic::error("output-failed", message).into()
}

fn check_paths(dir: &Path, files: &[Given<'_>]) -> Result<()> {
    let mut seen = HashSet::new();
    let mut problems = Vec::new();
    for (path, _) in files {
        let shown = dir.display();
        let problem = if !is_inside(path) {
            format!("cannot write `{path}`: the path leaves the folder `{shown}`")
        } else if *path == INDEX || path.split('/').next() == Some(STAGING) {
            format!("cannot write `{path}`: the name is reserved for promchart")
        } else if !seen.insert(path) {
            format!("cannot write `{path}` twice to the folder `{shown}`")
        } else {
            continue;
        };
        problems.push(Diagnostic::error("output-path-invalid", problem));
    }
    if problems.is_empty() {
        Ok(())
    } else {
        Err(Diagnostics(problems))
    }
}

/// Files by name, as they are to stand in a folder.
#[derive(Default)]
struct Folder<'a>(BTreeMap<&'a str, Item<'a>>);

enum Item<'a> {
    File(&'a [u8]),
    Folder(Folder<'a>),
}

impl<'a> Folder<'a> {
    /// Adds a file; false where a file stands where a folder has to be, or the other way round.
    fn add(&mut self, path: &'a str, content: &'a [u8]) -> bool {
        match path.split_once('/') {
            None => self.0.insert(path, Item::File(content)).is_none(),
            Some((name, rest)) => match self.0.entry(name).or_insert(Item::Folder(Folder::default())) {
                Item::Folder(folder) => folder.add(rest, content),
                Item::File(_) => false,
            },
        }
    }
}

impl Item<'_> {
    /// The paths and contents of a file, or of all files in a folder.
    fn files<'s>(&'s self, path: &str, found: &mut Vec<(String, &'s [u8])>) {
        match self {
            Item::File(content) => found.push((path.to_owned(), content)),
            Item::Folder(folder) => {
                for (name, item) in &folder.0 {
                    item.files(&format!("{path}/{name}"), found);
                }
            }
        }
    }
}

/// What a run is going to do.
#[derive(Default)]
struct Plan {
    steps: Vec<Step>,
    /// The files that have to be written for that.
    contents: Vec<(String, Vec<u8>)>,
    /// The files that are there already, with the same content.
    unchanged: HashSet<String>,
}

struct Transaction<'a> {
    dir: &'a Path,
    /// Folders that were made, outermost first: the folder itself and those above it.
    made: Vec<PathBuf>,
    signals: Waiting,
}

impl Transaction<'_> {
    fn run(&mut self, files: &[Given<'_>], record: Option<Record<'_>>) -> Result<Written> {
        let _lock = self.lock()?;
        let staging = self.dir.join(STAGING);
        let stage = Stage {
            dir: self.dir,
            staging: &staging,
        };
        self.recover(&stage)?;
        let (plan, written) = self.plan(files, record)?;
        if plan.steps.is_empty() {
            return Ok(written);
        }
        let result = self.perform(&stage, &plan);
        if result.is_err() {
            stage.undo(&plan.steps);
        }
        // The result stands either way; what is left over goes with the next run.
        let _ = fs::remove_file(staging.join(JOURNAL));
        let _ = fs::remove_dir_all(&staging);
        result?;
        for path in &written.removed {
            remove_empty_folders(self.dir, path, "");
        }
        Ok(written)
    }

    /// Makes the folder where it is missing and locks it: the lock ends with the process, whatever ends that.
    fn lock(&mut self) -> Result<Option<File>> {
        let started = Instant::now();
        loop {
            self.make_folders()?;
            // A system that does not open folders, or does not lock, is written to without a lock.
            let Ok(file) = File::open(self.dir) else {
                return Ok(None);
            };
            match file.try_lock() {
                // Whoever had it may have removed the folder that he had made.
                Ok(()) if is_same(&file, self.dir) => return Ok(Some(file)),
                Ok(()) => {}
                Err(fs::TryLockError::Error(_)) => return Ok(None),
                Err(fs::TryLockError::WouldBlock) if started.elapsed() > PATIENCE => {
                    let message = format!("another process is writing to `{}`", self.dir.display());
                    return Err(Diagnostic::error("output-locked", message)
                        .help("run again when it is done; nothing was written")
                        .into());
                }
                Err(fs::TryLockError::WouldBlock) => {
                    self.check_signals()?;
                    sleep(Duration::from_millis(20));
                }
            }
        }
    }

    fn check_signals(&self) -> Result<()> {
        self.signals
            .check(&format!("nothing in `{}` was changed", self.dir.display()))
    }

    fn make_folders(&mut self) -> Result<()> {
        let missing: Vec<&Path> = self
            .dir
            .ancestors()
            .take_while(|ancestor| !ancestor.as_os_str().is_empty() && !ancestor.is_dir())
            .collect();
        for folder in missing.into_iter().rev() {
            match fs::create_dir(folder) {
                Ok(()) => self.made.push(folder.to_owned()),
                // Another process was quicker.
                Err(_) if folder.is_dir() => {}
                Err(error) => return Err(failed(folder, &error)),
            }
        }
        Ok(())
    }

    /// Undoes what a process that was killed began.
    fn recover(&self, stage: &Stage<'_>) -> Result<()> {
        let removed = match fs::symlink_metadata(stage.staging) {
            Err(_) => return Ok(()),
            Ok(metadata) if metadata.is_dir() => {
                let journal = stage.staging.join(JOURNAL);
                // Without a journal nothing was done yet, or everything.
                if fs::symlink_metadata(&journal).is_ok_and(|metadata| metadata.is_file()) {
                    let steps = journal::read(super::read_text(&journal, RECORD_LIMIT)?.text());
                    if steps.iter().all(Step::is_inside) {
                        stage.undo(&steps);
                    }
                }
                fs::remove_dir_all(stage.staging)
            }
            Ok(_) => fs::remove_file(stage.staging),
        };
        removed.map_err(|error| failed(stage.staging, &error))
    }

    fn plan(&self, files: &[Given<'_>], record: Option<Record<'_>>) -> Result<(Plan, Written)> {
        let real = fs::canonicalize(self.dir).map_err(|error| failed(self.dir, &error))?;
        let mut folder = Folder::default();
        for (path, content) in files {
            if !folder.add(path, content) {
                return Err(failed(&self.dir.join(path), &in_the_way()));
            }
        }
        let mut plan = Plan::default();
        self.plan_folder(&folder, "", &real, &mut plan)?;
        let mut written = Written::default();
        if let Some(record) = record {
            let text = self.plan_record(files, record, &real, &mut plan, &mut written)?;
            let mut folder = Folder::default();
            folder.add(INDEX, text.as_bytes());
            self.plan_folder(&folder, "", &real, &mut plan)?;
        }
        let unchanged = &plan.unchanged;
        written.files = files
            .iter()
            .map(|(path, _)| ((*path).to_owned(), unchanged.contains(*path)))
            .collect();
        Ok((plan, written))
    }

    /// Finds the fewest renames: a folder that is not there yet is moved with all that it holds, and a file that is the same stays.
    fn plan_folder(&self, folder: &Folder<'_>, prefix: &str, real: &Path, plan: &mut Plan) -> Result<()> {
        for (name, item) in &folder.0 {
            let path = format!("{prefix}{name}");
            let target = self.dir.join(&path);
            let metadata = match fs::symlink_metadata(&target) {
                Ok(metadata) => metadata,
                Err(error) if error.kind() == io::ErrorKind::NotFound => {
                    let mut files = Vec::new();
                    item.files(&path, &mut files);
                    plan.steps.push(Step::Add {
                        path,
                        files: files.iter().map(|(path, _)| path.clone()).collect(),
                    });
                    plan.contents.extend(
                        files
                            .into_iter()
                            .map(|(path, content)| (path, content.to_owned())),
                    );
                    continue;
                }
                Err(error) => return Err(failed(&target, &error)),
            };
            match item {
                Item::File(_) if metadata.is_dir() => {
                    return Err(failed(&target, &io::Error::other("it is a folder")));
                }
                Item::File(content) if metadata.is_file() && has_content(&target, &metadata, content) => {
                    plan.unchanged.insert(path);
                }
                Item::File(content) => {
                    plan.steps.push(Step::Replace { path: path.clone() });
                    plan.contents.push((path, (*content).to_owned()));
                }
                Item::Folder(_) if !target.is_dir() => return Err(failed(&target, &in_the_way())),
                Item::Folder(folder) => {
                    if !fs::canonicalize(&target).is_ok_and(|target| target.starts_with(real)) {
                        let message = format!(
                            "cannot write `{path}`: a symbolic link leads out of the folder `{}`",
                            self.dir.display()
                        );
                        return Err(Diagnostic::error("output-path-invalid", message).into());
                    }
                    self.plan_folder(folder, &format!("{path}/"), real, plan)?;
                }
            }
        }
        Ok(())
    }

    /// Adds what is to be removed, and gives the text of the new record.
    fn plan_record(
        &self,
        files: &[Given<'_>],
        record: Record<'_>,
        real: &Path,
        plan: &mut Plan,
        written: &mut Written,
    ) -> Result<String> {
        let path = self.dir.join(INDEX);
        let mut index = match fs::symlink_metadata(&path) {
            Ok(metadata) if metadata.is_file() => Index::read(super::read_text(&path, RECORD_LIMIT)?.text()),
            Ok(_) => return Err(failed(&path, &io::Error::other("it is not a file"))),
            Err(_) => Index::default(),
        };
        let now: BTreeMap<&str, &[u8]> = files.iter().copied().collect();
        if record.prune {
            index.0.retain(|path, entry| {
                if entry.owner != record.owner || now.contains_key(path.as_str()) || !is_inside(path) {
                    return true;
                }
                match self.is_as_written(path, entry, real) {
                    Some(true) => {
                        plan.steps.push(Step::Remove { path: path.clone() });
                        written.removed.push(path.clone());
                    }
                    Some(false) => written.kept.push(path.clone()),
                    None => {}
                }
                false
            });
        }
        for (path, content) in now {
            let entry = Entry {
                owner: record.owner.to_owned(),
                sum: index::sum(content),
            };
            index.0.insert(path.to_owned(), entry);
        }
        Ok(index.write())
    }

    /// Whether a file of the record is what was written; none where it is not there, or not in the folder any more.
    fn is_as_written(&self, path: &str, entry: &Entry, real: &Path) -> Option<bool> {
        let target = self.dir.join(path);
        let metadata = fs::symlink_metadata(&target).ok()?;
        let parent = fs::canonicalize(target.parent()?).ok()?;
        if !parent.starts_with(real) {
            return None;
        }
        let content = || super::read_bytes(&target, RECORD_LIMIT).ok();
        Some(metadata.is_file() && content().is_some_and(|content| index::sum(&content) == entry.sum))
    }

    fn perform(&self, stage: &Stage<'_>, plan: &Plan) -> Result<()> {
        fs::create_dir(stage.staging).map_err(|error| failed(self.dir, &error))?;
        for name in ["new", "old"] {
            fs::create_dir(stage.staging.join(name)).map_err(|error| failed(self.dir, &error))?;
        }
        for (path, content) in &plan.contents {
            let staged = stage.staging.join("new").join(path);
            let folder = staged.parent().map_or(Ok(()), fs::create_dir_all);
            folder
                .and_then(|()| fs::write(&staged, content))
                .map_err(|error| failed(&self.dir.join(path), &error))?;
        }
        fs::write(stage.staging.join(JOURNAL), journal::write(&plan.steps))
            .map_err(|error| failed(self.dir, &error))?;
        for (index, step) in plan.steps.iter().enumerate() {
            self.check_signals()?;
            stage
                .perform(index, step)
                .map_err(|error| failed(&self.dir.join(step.path()), &error))?;
        }
        self.check_signals()
    }
}

/// The name of the file in the staging folder that says what is done.
const JOURNAL: &str = "journal";

fn in_the_way() -> io::Error {
    io::Error::other("a file is in the way of a folder")
}

fn has_content(path: &Path, metadata: &fs::Metadata, wanted: &[u8]) -> bool {
    u64::try_from(wanted.len()).is_ok_and(|length| length == metadata.len())
        && fs::read(path).is_ok_and(|content| content == wanted)
}

/// Whether an open file is what stands at a path.
#[cfg(unix)]
fn is_same(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;

    let identity = |metadata: fs::Metadata| (metadata.dev(), metadata.ino());
    match (file.metadata(), fs::metadata(path)) {
        (Ok(file), Ok(path)) => identity(file) == identity(path),
        _ => false,
    }
}

#[cfg(not(unix))]
fn is_same(_file: &File, _path: &Path) -> bool {
    true
}

#[cfg(test)]
mod tests;
