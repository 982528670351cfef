//! What a repository held at a revision. Only git's own data is read: the work tree, the index and references stay as they are.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::{Ran, run};
use crate::diagnostic::{Diagnostic, Result};

/// A repository, seen from a folder in it.
#[derive(Debug, Clone)]
pub struct Repository {
    folder: PathBuf,
    /// The folder's path in the repository, with a slash at its end; empty for the root.
    pub prefix: String,
}

/// What stood at a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The path from the repository's root.
    pub path: String,
    /// What it is.
    pub kind: EntryKind,
    /// The name of its content.
    id: String,
}

/// What stands at a path of a revision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntryKind {
    /// A file.
    File,
    /// A symbolic link, whose content is where it leads.
    Link,
    /// A repository of its own.
    Submodule,
}

/// The branches that others are merged into, the likeliest first.
const DEFAULT_BRANCHES: &[&str] = &["origin/HEAD", "origin/main", "origin/master", "main", "master"];

impl Repository {
    /// The repository that a folder is in.
    ///
    /// # Errors
    /// `program-missing`, `not-a-repository`.
    pub fn of(folder: &Path) -> Result<Repository> {
        let folder = match folder.as_os_str().is_empty() {
            true => PathBuf::from("."),
            false => folder.to_owned(),
        };
        let repository = Repository {
            folder,
            prefix: String::new(),
        };
        let ran = repository.git(&["rev-parse", "--show-prefix"], None)?;
        if !ran.is_success {
            let message = format!(
                "`{}` is not in a git repository: {}",
                repository.folder.display(),
                ran.complaint()
            );
            return Err(Diagnostic::error("not-a-repository", message)
                .help("run it in a clone, or give the old side as files: `--against-chart PATH`, `--against-values FILE`")
                .into());
        }
        Ok(Repository {
            prefix: ran.text(),
            ..repository
        })
    }

    fn git(&self, arguments: &[&str], input: Option<Vec<u8>>) -> Result<Ran> {
        let mut command = Command::new("git");
        command
            .arg("-C")
            .arg(&self.folder)
            .args(["--no-pager", "--literal-pathspecs"])
            .args(arguments)
            .env("GIT_OPTIONAL_LOCKS", "0")
            .env("GIT_TERMINAL_PROMPT", "0")
            .env("LC_ALL", "C");
        run(command, input)
    }

    /// The commit that a revision names.
    ///
    /// # Errors
    /// `unknown-revision`.
    pub fn commit(&self, revision: &str) -> Result<String> {
        match self.found(revision)? {
            Some(commit) => Ok(commit),
            None => {
                let help = match self.is_shallow()? {
                    true => {
                        "the clone is shallow: fetch the revision first, as with `git fetch --depth=1 origin +main:refs/remotes/origin/main`"
                    }
                    false => "`git fetch` gets what the clone does not have yet",
                };
                let message = format!("git knows no revision `{revision}`");
                Err(Diagnostic::error("unknown-revision", message).help(help).into())
            }
        }
    }

    fn found(&self, revision: &str) -> Result<Option<String>> {
        let commit = format!("{revision}^{{commit}}");
        let ran = self.git(
            &["rev-parse", "--verify", "--quiet", "--end-of-options", &commit],
            None,
        )?;
        Ok(ran.is_success.then(|| ran.text()))
    }

    fn is_shallow(&self) -> Result<bool> {
        Ok(self.git(&["rev-parse", "--is-shallow-repository"], None)?.text() == "true")
    }

    /// Where the current branch left the default one: the commit, the default branch's name, and whether it is the branch's own end because a
    /// shallow clone does not reach back to where they part.
    ///
    /// # Errors
    /// `no-default-branch`.
    pub fn merge_base(&self) -> Result<(String, &'static str, bool)> {
        for branch in DEFAULT_BRANCHES {
            let Some(end) = self.found(branch)? else { continue };
            let ran = self.git(&["merge-base", "HEAD", &end], None)?;
            return Ok(match ran.is_success {
                true => (ran.text(), *branch, false),
                false => (end, *branch, true),
            });
        }
        let message = format!(
            "there is no default branch: none of {} exists",
            DEFAULT_BRANCHES.join(", ")
        );
        Err(Diagnostic::error("no-default-branch", message)
            .help("name a revision: `--against-git REV`; in CI fetch the branch first, as with `git fetch --depth=1 origin +main:refs/remotes/origin/main`")
            .into())
    }

    /// All files at a path of a commit and below it; the path is from the repository's root, empty for all.
    ///
    /// # Errors
    /// `program-failed`.
    pub fn list(&self, commit: &str, path: &str) -> Result<Vec<Entry>> {
        let mut arguments = vec!["ls-tree", "-r", "-z", "--full-tree", commit];
        let path = path.trim_end_matches('/');
        if !path.is_empty() {
            arguments.extend(["--", path]);
        }
        let ran = succeeded("ls-tree", self.git(&arguments, None)?)?;
        let text = String::from_utf8_lossy(&ran.stdout);
        Ok(text.split('\0').filter_map(entry).collect())
    }

    /// What files hold.
    ///
    /// # Errors
    /// `program-failed`, as where a partial clone cannot fetch one.
    pub fn contents(&self, entries: &[Entry]) -> Result<Vec<Vec<u8>>> {
        if entries.is_empty() {
            return Ok(Vec::new());
        }
        let names: String = entries.iter().map(|entry| format!("{}\n", entry.id)).collect();
        let ran = succeeded(
            "cat-file",
            self.git(&["cat-file", "--batch"], Some(names.into_bytes()))?,
        )?;
        let mut rest = ran.stdout.as_slice();
        let mut contents = Vec::with_capacity(entries.len());
        for entry in entries {
            let content = next_content(&mut rest).ok_or_else(|| {
                let message = format!("git has no content of `{}`", entry.path);
                Diagnostic::error("program-failed", message)
                    .help("the clone may be partial or damaged: `git fsck` tells")
            })?;
            contents.push(content);
        }
        Ok(contents)
    }

    /// The path that a file had in a commit which has another name now, both from the repository's root.
    ///
    /// # Errors
    /// `program-failed`.
    pub fn former_path(&self, commit: &str, path: &str) -> Result<Option<String>> {
        let arguments = [
            "diff",
            "--no-ext-diff",
            "--no-textconv",
            "--find-renames",
            "--diff-filter=R",
            "--name-status",
            "-z",
            commit,
        ];
        let ran = succeeded("diff", self.git(&arguments, None)?)?;
        let text = String::from_utf8_lossy(&ran.stdout);
        let words: Vec<&str> = text.split('\0').collect();
        let found = words.chunks_exact(3).find(|words| words.get(2) == Some(&path));
        Ok(found
            .and_then(|words| words.get(1))
            .map(|path| (*path).to_owned()))
    }
}

fn succeeded(command: &str, ran: Ran) -> Result<Ran> {
    if ran.is_success {
        return Ok(ran);
    }
    let message = format!("`git {command}` failed: {}", ran.complaint());
    Err(Diagnostic::error("program-failed", message).into())
}

/// A line of `git ls-tree -z`: `100644 blob ID<tab>PATH`.
fn entry(line: &str) -> Option<Entry> {
    let (about, path) = line.split_once('\t')?;
    let mut words = about.split(' ');
    let (mode, id) = (words.next()?, words.nth(1)?);
    Some(Entry {
        path: path.to_owned(),
        kind: match mode {
            "120000" => EntryKind::Link,
            "160000" => EntryKind::Submodule,
            _ => EntryKind::File,
        },
        id: id.to_owned(),
    })
}

/// The next content of `git cat-file --batch`: `ID blob SIZE`, a newline, the bytes and another newline.
fn next_content(rest: &mut &[u8]) -> Option<Vec<u8>> {
    let end = rest.iter().position(|byte| *byte == b'\n')?;
    let head = std::str::from_utf8(rest.get(..end)?).ok()?;
    let size: usize = head.rsplit_once(' ')?.1.parse().ok()?;
    let content = rest.get(end + 1..end + 1 + size)?.to_vec();
    *rest = rest.get(end + size + 2..)?;
    Some(content)
}
