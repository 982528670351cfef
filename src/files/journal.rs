//! What is to be done to a folder, step by step, and how each step is undone. The steps are written down before they are done, so
//! that the next run can undo what a killed one began.

use std::fs;
use std::io;
use std::path::Path;

use super::is_inside;

/// A change of one name in the folder. Paths are those from the folder, with forward slashes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    /// A new file, or a new folder with all its files, takes its place.
    Add {
        path: String,
        /// The files: the path itself, or all below it.
        files: Vec<String>,
    },
    /// A file takes the place of another one.
    Replace { path: String },
    /// A file goes.
    Remove { path: String },
}

/// A folder, and the one in it where files wait for their places (`new`) and those are kept that had to go (`old`).
#[derive(Debug, Clone, Copy)]
pub(super) struct Stage<'a> {
    pub(super) dir: &'a Path,
    pub(super) staging: &'a Path,
}

impl Step {
    pub(super) fn path(&self) -> &str {
        match self {
            Step::Add { path, .. } | Step::Replace { path } | Step::Remove { path } => path,
        }
    }

    /// Whether all that it touches is below the folder.
    pub(super) fn is_inside(&self) -> bool {
        let files = match self {
            Step::Add { files, .. } => files.as_slice(),
            _ => &[],
        };
        is_inside(self.path()) && files.iter().all(|file| is_inside(file))
    }
}

impl Stage<'_> {
    pub(super) fn perform(&self, index: usize, step: &Step) -> io::Result<()> {
        let new = self.staging.join("new").join(step.path());
        let old = self.staging.join("old").join(index.to_string());
        let target = self.dir.join(step.path());
        match step {
            Step::Add { .. } => fs::rename(new, target),
            Step::Replace { .. } => {
                // A second name keeps the old file readable until the new one takes its place.
                fs::hard_link(&target, &old).or_else(|_| fs::rename(&target, &old))?;
                fs::rename(new, target)
            }
            Step::Remove { .. } => fs::rename(target, old),
        }
    }

    /// Undoes what was done of the steps, as much as can be undone: there is nobody to tell of a second error. Which were done is seen
    /// by where the files are.
    pub(super) fn undo(&self, steps: &[Step]) {
        for (index, step) in steps.iter().enumerate().rev() {
            let target = self.dir.join(step.path());
            match step {
                Step::Add { path, files } => {
                    if fs::symlink_metadata(self.staging.join("new").join(path)).is_err() {
                        self.remove_added(path, files);
                    }
                }
                Step::Replace { .. } | Step::Remove { .. } => {
                    let old = self.staging.join("old").join(index.to_string());
                    if fs::symlink_metadata(&old).is_ok() {
                        let _ = target.parent().map_or(Ok(()), fs::create_dir_all);
                        let _ = fs::rename(old, target);
                    }
                }
            }
        }
    }

    /// Removes files and the folders that they leave empty: others may have put theirs into them since.
    fn remove_added(&self, path: &str, files: &[String]) {
        for file in files {
            let _ = fs::remove_file(self.dir.join(file));
            remove_empty_folders(self.dir, file, path);
        }
    }
}

/// Removes the folders above a file that are empty, up to the one called `top`, or to the folder itself where that is empty.
pub(super) fn remove_empty_folders(dir: &Path, file: &str, top: &str) {
    let mut path = file;
    while let Some((folder, _)) = path.rsplit_once('/') {
        if folder.len() < top.len() || fs::remove_dir(dir.join(folder)).is_err() {
            return;
        }
        path = folder;
    }
}

/// The steps as text, a line each.
pub(super) fn write(steps: &[Step]) -> String {
    let mut text = String::new();
    for step in steps {
        let word = match step {
            Step::Add { .. } => "add",
            Step::Replace { .. } => "replace",
            Step::Remove { .. } => "remove",
        };
        text.push_str(&format!("{word} {}\n", step.path()));
        if let Step::Add { files, .. } = step {
            for file in files {
                text.push_str(&format!("holds {file}\n"));
            }
        }
    }
    text.push_str(END);
    text
}

/// The last line: a journal without it was not written to its end, and nothing was done yet.
const END: &str = "end\n";

/// Reads the steps; none where the journal is not whole.
pub(super) fn read(text: &str) -> Vec<Step> {
    let Some(text) = text.strip_suffix(END) else {
        return Vec::new();
    };
    let mut steps = Vec::new();
    for line in text.lines() {
        let Some((word, path)) = line.split_once(' ') else {
            return Vec::new();
        };
        let path = path.to_owned();
        match (word, steps.last_mut()) {
            ("add", _) => steps.push(Step::Add {
                path,
                files: Vec::new(),
            }),
            ("holds", Some(Step::Add { files, .. })) => files.push(path),
            ("replace", _) => steps.push(Step::Replace { path }),
            ("remove", _) => steps.push(Step::Remove { path }),
            _ => return Vec::new(),
        }
    }
    steps
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_journal_says_the_steps_again() {
        let text = |text: &str| text.to_owned();
        let steps = vec![
            Step::Add {
                path: text("a b"),
                files: vec![text("a b/x"), text("a b/y z")],
            },
            Step::Replace { path: text("r") },
            Step::Remove { path: text("d/x") },
        ];
        let written = write(&steps);
        assert_eq!(read(&written), steps);
        for length in 0..written.len() {
            assert_eq!(read(&written[..length]), [], "{length}");
        }
    }
}
