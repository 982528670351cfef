//! Writing whole or not at all: into a staging folder first, then each file into place by renaming.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Component, Path, PathBuf};

use super::plain;
use crate::diagnostic::{Diagnostic, Diagnostics, Result};

/// The name of the folder that files are written to before they are moved into place.
const STAGING: &str = ".promchart-staging";

/// Writes files below a folder, all of them or none.
///
/// `files` are paths from `dir` with forward slashes, and texts. The folder is made where it is missing; other files in
/// it are left alone. On any error, what was written is removed again and the files that were there before are back.
///
/// # Errors
/// `output-path-invalid` for a path that is empty, absolute, given twice or leaves the folder (by `..` or through a
/// symbolic link), `output-not-folder` where `dir` is a file, `output-failed` for whatever the system refuses.
pub fn write_tree(dir: &Path, files: &[(String, String)]) -> Result<()> {
    check_paths(dir, files)?;
    match fs::metadata(dir) {
        Ok(metadata) if metadata.is_dir() => write_into(dir, files),
        Ok(_) => {
            let message = format!("cannot write to `{}`: it is a file, not a folder", dir.display());
            Err(Diagnostic::error("output-not-folder", message).into())
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => write_new(dir, files),
        Err(error) => Err(failed(dir, &error)),
    }
}

/// Writes one file whole or not at all: beside it first, then by renaming.
///
/// # Errors
/// `output-failed` with the path and the system's words.
pub fn write_file_atomic(path: &Path, text: &str) -> Result<()> {
    let name = path
        .file_name()
        .and_then(|name| name.to_str())
        .unwrap_or("output");
    if path.is_dir() {
        let message = format!("cannot write `{}`: it is a folder", path.display());
        return Err(Diagnostic::error("output-failed", message).into());
    }
    let staged = path.with_file_name(format!(".{name}.{}.promchart", std::process::id()));
    let result = write_file(&staged, text).and_then(|()| fs::rename(&staged, path));
    result.map_err(|error| {
        // The file is in the way of nobody if it cannot be removed either.
        let _ = fs::remove_file(&staged);
        failed(path, &error)
    })
}

fn write_file(path: &Path, text: &str) -> io::Result<()> {
    File::create(path)?.write_all(text.as_bytes())
}

fn failed(path: &Path, error: &io::Error) -> Diagnostics {
    let message = format!("cannot write `{}`: {}", path.display(), plain(error));
    Diagnostic::error("output-failed", message).into()
}

fn check_paths(dir: &Path, files: &[(String, String)]) -> Result<()> {
    let mut seen = BTreeSet::new();
    let mut problems = Vec::new();
    for (path, _) in files {
        let whole = Path::new(path);
        let inside = !path.is_empty()
            && !path.contains(['\\', '\0'])
            && whole
                .components()
                .all(|part| matches!(part, Component::Normal(_)));
        let problem = if !inside {
            format!(
                "cannot write `{path}`: the path leaves the folder `{}`",
                dir.display()
            )
        } else if !seen.insert(whole) {
            format!("cannot write `{path}` twice to the folder `{}`", dir.display())
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

/// Writes a folder that does not exist: beside its place, then one rename.
fn write_new(dir: &Path, files: &[(String, String)]) -> Result<()> {
    let mut undo = Undo::default();
    let parent = match dir.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    undo.make_folders(parent)?;
    let staging = parent.join(format!("{STAGING}-{}", std::process::id()));
    undo.make_folder(&staging, dir)?;
    let result = stage(&staging, dir, files)
        .and_then(|()| fs::rename(&staging, dir).map_err(|error| failed(dir, &error)));
    if result.is_err() {
        let _ = fs::remove_dir_all(&staging);
        undo.roll_back();
    }
    result
}

/// Writes into a folder that exists: below it first (the same file system, and the folder's parent need not be
/// writable), then each file into place.
fn write_into(dir: &Path, files: &[(String, String)]) -> Result<()> {
    let staging = dir.join(format!("{STAGING}-{}", std::process::id()));
    fs::create_dir(&staging).map_err(|error| failed(dir, &error))?;
    let mut undo = Undo::default();
    let result = stage(&staging.join("new"), dir, files).and_then(|()| {
        let old = staging.join("old");
        fs::create_dir(&old).map_err(|error| failed(dir, &error))?;
        let real_dir = fs::canonicalize(dir).map_err(|error| failed(dir, &error))?;
        for (index, (path, _)) in files.iter().enumerate() {
            let target = dir.join(path);
            if let Some(parent) = target.parent() {
                undo.make_folders(parent)?;
                let real = fs::canonicalize(parent).map_err(|error| failed(&target, &error))?;
                if !real.starts_with(&real_dir) {
                    let message = format!(
                        "cannot write `{path}`: a symbolic link leads out of the folder `{}`",
                        dir.display()
                    );
                    return Err(Diagnostic::error("output-path-invalid", message).into());
                }
            }
            undo.replace(
                &staging.join("new").join(path),
                &target,
                &old.join(index.to_string()),
            )?;
        }
        Ok(())
    });
    if result.is_err() {
        undo.roll_back();
    }
    // Left-overs are the old files only; the result stands either way.
    let _ = fs::remove_dir_all(&staging);
    result
}

/// Writes the files below the staging folder; errors name the path that the user will look for.
fn stage(staging: &Path, dir: &Path, files: &[(String, String)]) -> Result<()> {
    fs::create_dir_all(staging).map_err(|error| failed(dir, &error))?;
    for (path, text) in files {
        let staged = staging.join(path);
        let written = match staged.parent() {
            Some(parent) => fs::create_dir_all(parent),
            None => Ok(()),
        };
        written
            .and_then(|()| write_file(&staged, text))
            .map_err(|error| failed(&dir.join(path), &error))?;
    }
    Ok(())
}

/// What was done to the target so far, to be undone in the opposite order.
#[derive(Default)]
struct Undo(Vec<Step>);

enum Step {
    MadeFolder(PathBuf),
    Wrote(PathBuf),
    Replaced { target: PathBuf, old: PathBuf },
}

impl Undo {
    /// Makes a folder; `shown` is the path that the user will look for where that fails.
    fn make_folder(&mut self, path: &Path, shown: &Path) -> Result<()> {
        fs::create_dir(path).map_err(|error| {
            self.roll_back();
            failed(shown, &error)
        })?;
        self.0.push(Step::MadeFolder(path.to_owned()));
        Ok(())
    }

    fn make_folders(&mut self, path: &Path) -> Result<()> {
        let missing: Vec<&Path> = path
            .ancestors()
            .take_while(|ancestor| !ancestor.as_os_str().is_empty() && !ancestor.is_dir())
            .collect();
        missing
            .into_iter()
            .rev()
            .try_for_each(|folder| self.make_folder(folder, folder))
    }

    fn replace(&mut self, new: &Path, target: &Path, old: &Path) -> Result<()> {
        let refused = |error: io::Error| failed(target, &error);
        match fs::symlink_metadata(target) {
            Ok(metadata) if metadata.is_dir() => Err(refused(io::Error::other("it is a folder"))),
            Ok(_) => {
                // A second name keeps the old file readable until the new one takes its place.
                fs::hard_link(target, old)
                    .or_else(|_| fs::rename(target, old))
                    .map_err(refused)?;
                self.0.push(Step::Replaced {
                    target: target.to_owned(),
                    old: old.to_owned(),
                });
                fs::rename(new, target).map_err(refused)
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                fs::rename(new, target).map_err(refused)?;
                self.0.push(Step::Wrote(target.to_owned()));
                Ok(())
            }
            Err(error) => Err(refused(error)),
        }
    }

    /// Undoes as much as can be undone; there is nobody to tell of a second error.
    fn roll_back(&mut self) {
        while let Some(step) = self.0.pop() {
            let _ = match step {
                Step::MadeFolder(path) => fs::remove_dir(path),
                Step::Wrote(path) => fs::remove_file(path),
                Step::Replaced { target, old } => fs::rename(old, target),
            };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(paths: &[(&str, &str)]) -> Vec<(String, String)> {
        paths
            .iter()
            .map(|(path, text)| ((*path).to_owned(), (*text).to_owned()))
            .collect()
    }

    /// Every path below a folder with its text, so that a left-over would show.
    fn tree(folder: &Path) -> Vec<(String, String)> {
        let mut found = Vec::new();
        let mut open = vec![folder.to_owned()];
        while let Some(next) = open.pop() {
            for entry in fs::read_dir(next).unwrap() {
                let path = entry.unwrap().path();
                let name = path.strip_prefix(folder).unwrap().display().to_string();
                if path.is_dir() {
                    found.push((format!("{name}/"), String::new()));
                    open.push(path);
                } else {
                    found.push((name, fs::read_to_string(&path).unwrap()));
                }
            }
        }
        found.sort();
        found
    }

    fn error(result: Result<()>) -> String {
        result.unwrap_err().to_string()
    }

    #[test]
    fn writes_a_new_folder_with_its_parents() {
        let root = tempfile::tempdir().unwrap();
        write_tree(
            &root.path().join("a/b"),
            &files(&[("t/x.yaml", "x\n"), ("y.yaml", "y\n")]),
        )
        .unwrap();
        let expected = files(&[
            ("a/", ""),
            ("a/b/", ""),
            ("a/b/t/", ""),
            ("a/b/t/x.yaml", "x\n"),
            ("a/b/y.yaml", "y\n"),
        ]);
        assert_eq!(tree(root.path()), expected);
    }

    #[test]
    fn replaces_files_and_leaves_others_alone() {
        let root = tempfile::tempdir().unwrap();
        fs::write(root.path().join("x.yaml"), "old").unwrap();
        fs::write(root.path().join("other"), "other").unwrap();
        write_tree(root.path(), &files(&[("x.yaml", "new"), ("t/y.yaml", "y")])).unwrap();
        assert_eq!(
            tree(root.path()),
            files(&[
                ("other", "other"),
                ("t/", ""),
                ("t/y.yaml", "y"),
                ("x.yaml", "new")
            ])
        );
    }

    #[test]
    fn changes_nothing_when_a_file_cannot_take_its_place() {
        let root = tempfile::tempdir().unwrap();
        fs::write(root.path().join("a.yaml"), "old a").unwrap();
        fs::write(root.path().join("file"), "in the way").unwrap();
        fs::create_dir_all(root.path().join("z.yaml/sub")).unwrap();
        let before = tree(root.path());
        let result = write_tree(
            root.path(),
            &files(&[("a.yaml", "new a"), ("new/b.yaml", "b"), ("z.yaml", "z")]),
        );
        let target = root.path().join("z.yaml").display().to_string();
        assert_eq!(
            error(result),
            format!("error: cannot write `{target}`: it is a folder")
        );
        assert_eq!(tree(root.path()), before);

        let result = write_tree(root.path(), &files(&[("a.yaml", "new a"), ("file/b.yaml", "b")]));
        let target = root.path().join("file").display().to_string();
        assert_eq!(
            error(result),
            format!("error: cannot write `{target}`: File exists")
        );
        assert_eq!(tree(root.path()), before);
    }

    #[test]
    fn removes_the_parents_that_it_made() {
        let root = tempfile::tempdir().unwrap();
        // Two files that need the same name, once as a file and once as a folder.
        let result = write_tree(&root.path().join("a/b"), &files(&[("x", "1"), ("x/y", "2")]));
        let target = root.path().join("a/b/x/y").display().to_string();
        assert_eq!(
            error(result),
            format!("error: cannot write `{target}`: File exists")
        );
        assert_eq!(tree(root.path()), []);
    }

    #[test]
    fn says_where_a_file_is_in_the_way() {
        let root = tempfile::tempdir().unwrap();
        let file = root.path().join("file");
        fs::write(&file, "text").unwrap();
        let shown = file.display().to_string();
        let result = write_tree(&file, &files(&[("a", "a")]));
        assert_eq!(
            error(result),
            format!("error: cannot write to `{shown}`: it is a file, not a folder")
        );
        let result = write_tree(&file.join("sub"), &files(&[("a", "a")]));
        assert_eq!(
            error(result),
            format!("error: cannot write `{shown}/sub`: Not a directory")
        );
        assert_eq!(tree(root.path()), files(&[("file", "text")]));
    }

    #[test]
    fn names_the_folder_that_the_system_refuses() {
        // Nobody can make files there, not even root.
        let result = write_tree(Path::new("/proc/promchart"), &files(&[("a", "a")]));
        assert!(error(result).starts_with("error: cannot write `/proc/promchart`: "));
    }

    #[test]
    fn refuses_paths_that_leave_the_folder() {
        let root = tempfile::tempdir().unwrap();
        let dir = root.path().join("out");
        let shown = dir.display();
        let result = write_tree(
            &dir,
            &files(&[("../a", ""), ("/b", ""), ("", ""), ("ok", ""), ("ok", "")]),
        );
        let expected = format!(
            "error: cannot write `../a`: the path leaves the folder `{shown}`\n\
             error: cannot write `/b`: the path leaves the folder `{shown}`\n\
             error: cannot write ``: the path leaves the folder `{shown}`\n\
             error: cannot write `ok` twice to the folder `{shown}`"
        );
        assert_eq!(error(result), expected);
        assert_eq!(tree(root.path()), []);
    }

    #[cfg(unix)]
    #[test]
    fn does_not_follow_a_link_out_of_the_folder() {
        let root = tempfile::tempdir().unwrap();
        let (inside, outside) = (root.path().join("in"), root.path().join("outside"));
        fs::create_dir(&inside).unwrap();
        fs::create_dir(&outside).unwrap();
        std::os::unix::fs::symlink(&outside, inside.join("t")).unwrap();
        let result = write_tree(&inside, &files(&[("a", "a"), ("t/x", "x")]));
        let expected = format!(
            "error: cannot write `t/x`: a symbolic link leads out of the folder `{}`",
            inside.display()
        );
        assert_eq!(error(result), expected);
        assert_eq!(tree(&outside), []);
        assert!(!inside.join("a").exists());
    }

    #[test]
    fn writes_one_file_whole_or_not_at_all() {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("x");
        write_file_atomic(&path, "one").unwrap();
        write_file_atomic(&path, "two").unwrap();
        assert_eq!(tree(root.path()), files(&[("x", "two")]));
        let below = path.join("y");
        let expected = format!("error: cannot write `{}`: Not a directory", below.display());
        assert_eq!(error(write_file_atomic(&below, "three")), expected);
        let expected = format!("error: cannot write `{}`: it is a folder", root.path().display());
        assert_eq!(error(write_file_atomic(root.path(), "three")), expected);
        assert_eq!(tree(root.path()), files(&[("x", "two")]));
    }
}
