//! A request as it stood at a git revision: the chart and the values files that it names.

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use super::Request;
use crate::chart::GivenFiles;
use crate::diagnostic::{Diagnostic, Result};
use crate::files;
use crate::programs::{Entry, EntryKind, Repository};
use crate::source::Source;
use crate::values::Inputs;
use crate::yaml::{self, Node};

/// A request at a revision.
pub struct AtRevision {
    /// The request; nothing where the chart did not exist.
    pub request: Option<Request>,
    /// What people call the revision.
    pub name: String,
    /// What stood otherwise: files that did not exist or had another name.
    pub notes: Vec<Diagnostic>,
}

/// How often a chart may name others by `file://`, one after another.
const MOST_CHARTS: usize = 100;

/// The request as it stood at a revision, or where the current branch left the default one. `values` are the values files as the user
/// gave them; the work tree is not touched.
///
/// # Errors
/// What git says, and files that cannot be used.
pub fn at_revision(request: &Request, values: &[PathBuf], revision: Option<&str>) -> Result<AtRevision> {
    let first = match (&request.chart, values.iter().find(|path| path.as_os_str() != "-")) {
        (Some(chart), _) => folder_of(chart),
        (None, Some(file)) => folder_of(file),
        (None, None) => PathBuf::from("."),
    };
    let repository = Repository::of(&first)?;
    let mut notes = Vec::new();
    let (commit, name) = match revision {
        Some(revision) => (repository.commit(revision)?, revision.to_owned()),
        None => {
            let (commit, branch, is_shallow) = repository.merge_base()?;
            let short: String = commit.chars().take(12).collect();
            if is_shallow {
                let message = format!(
                    "the clone does not reach back to where this branch left `{branch}`, so it is held against the end of `{branch}`"
                );
                notes.push(
                    Diagnostic::info("shallow-clone", message)
                        .help("fetch more of it: `git fetch --unshallow`"),
                );
            }
            (commit, format!("{branch} ({short})"))
        }
    };
    let mut at = At {
        commit,
        name: name.clone(),
        notes,
    };
    let mut old = request.clone();
    old.inputs = Inputs {
        files: Vec::new(),
        environment: None,
        ..request.inputs.clone()
    };
    if !request.inputs.set_file.is_empty() {
        let message = "the files of `--set-file` are those of the work tree on both sides";
        at.notes.push(Diagnostic::info("same-on-both-sides", message));
    }
    for path in values {
        old.inputs.files.extend(at.values_file(path, request)?);
    }
    if let Some(chart) = &request.chart {
        match at.chart(chart)? {
            Some(given) => {
                let is_missing = |env: &String| {
                    !given
                        .files
                        .contains_key(&format!("{}values/{env}.yaml", given.root))
                };
                if let Some(env) = request.env.clone().filter(is_missing) {
                    at.missing(&format!("the environment `{env}`"));
                    old.env = None;
                }
                old.given = Some(Arc::new(given));
            }
            None => {
                at.missing(&format!("the chart `{}`", chart.display()));
                return Ok(AtRevision {
                    request: None,
                    name,
                    notes: at.notes,
                });
            }
        }
    }
    Ok(AtRevision {
        request: Some(old),
        name,
        notes: at.notes,
    })
}

struct At {
    commit: String,
    name: String,
    notes: Vec<Diagnostic>,
}

impl At {
    fn missing(&mut self, what: &str) {
        let message = format!(
            "{what} did not exist at `{}`: the old side is without it",
            self.name
        );
        self.notes.push(Diagnostic::info("not-at-revision", message));
    }

    /// A values file at the revision, under its own name or the one that it had.
    fn values_file(&mut self, path: &Path, request: &Request) -> Result<Option<Arc<Source>>> {
        if path.as_os_str() == "-" {
            let message = "the values of standard input are the same on both sides";
            self.notes.push(Diagnostic::info("same-on-both-sides", message));
            let stdin = request
                .inputs
                .files
                .iter()
                .find(|source| source.name() == files::STDIN_NAME);
            return Ok(stdin.cloned());
        }
        let repository = Repository::of(&folder_of(path))?;
        let known = inside(&repository.prefix, path);
        let mut found = self.one(&repository, &known)?;
        if found.is_none()
            && let Some(former) = repository.former_path(&self.commit, &known)?
        {
            let message = format!("`{}` was `{former}` at `{}`", path.display(), self.name);
            self.notes.push(Diagnostic::info("renamed-file", message));
            found = self.one(&repository, &former)?;
        }
        match found {
            Some((path, bytes)) => Ok(Some(files::text(format!("{}:{path}", self.name), bytes)?)),
            None => {
                self.missing(&format!("`{}`", path.display()));
                Ok(None)
            }
        }
    }

    /// The file at a path of the repository.
    fn one(&self, repository: &Repository, path: &str) -> Result<Option<(String, Vec<u8>)>> {
        let entries = repository.list(&self.commit, path)?;
        let Some(entry) = entries.into_iter().find(|entry| entry.path == path) else {
            return Ok(None);
        };
        let content = repository
            .contents(std::slice::from_ref(&entry))?
            .into_iter()
            .next()
            .unwrap_or_default();
        if entry.kind == EntryKind::Link {
            let target = join(path, &String::from_utf8_lossy(&content));
            let entries = repository.list(&self.commit, &target)?;
            let files: Vec<Entry> = entries
                .into_iter()
                .filter(|entry| entry.path == target && entry.kind == EntryKind::File)
                .collect();
            let content = repository.contents(&files)?.into_iter().next();
            return Ok(content.map(|content| (target, content)));
        }
        Ok(Some((entry.path, content)))
    }

    /// The files of a chart and of those that it names by `file://`; nothing where it did not exist.
    fn chart(&mut self, chart: &Path) -> Result<Option<GivenFiles>> {
        let repository = Repository::of(&folder_of(chart))?;
        if !chart.is_dir() {
            // An archive is a file like others.
            let path = inside(&repository.prefix, chart);
            let found = self.one(&repository, &path)?;
            return Ok(match found {
                Some((path, bytes)) => Some(crate::chart::given_archive(
                    &format!("{}:{path}", self.name),
                    &bytes,
                )?),
                None => None,
            });
        }
        let root = repository.prefix.clone();
        let mut files = BTreeMap::new();
        let mut open = vec![root.clone()];
        let mut seen = Vec::new();
        while let Some(folder) = open.pop() {
            if seen.contains(&folder) || seen.len() > MOST_CHARTS {
                continue;
            }
            self.add(&repository, &folder, &mut files)?;
            open.extend(file_dependencies(&files, &folder));
            seen.push(folder);
        }
        let exists = files.contains_key(&format!("{root}Chart.yaml"));
        Ok(exists.then(|| GivenFiles {
            name: self.name.clone(),
            root,
            files,
        }))
    }

    /// Adds the files of a folder, links followed within the repository.
    fn add(
        &self,
        repository: &Repository,
        folder: &str,
        files: &mut BTreeMap<String, Vec<u8>>,
    ) -> Result<()> {
        let entries: Vec<Entry> = repository
            .list(&self.commit, folder)?
            .into_iter()
            .filter(|entry| entry.kind != EntryKind::Submodule && !files.contains_key(&entry.path))
            .collect();
        let contents = repository.contents(&entries)?;
        for (entry, content) in entries.into_iter().zip(contents) {
            if entry.kind == EntryKind::File {
                files.insert(entry.path, content);
                continue;
            }
            let target = join(&entry.path, &String::from_utf8_lossy(&content));
            let linked: Vec<Entry> = repository
                .list(&self.commit, &target)?
                .into_iter()
                .filter(|found| found.kind == EntryKind::File)
                .collect();
            for (found, content) in linked.iter().zip(repository.contents(&linked)?) {
                let below = found.path.strip_prefix(target.as_str()).unwrap_or_default();
                files.insert(format!("{}{below}", entry.path), content);
            }
        }
        Ok(())
    }
}

/// The folders of charts that all charts of a folder name by `file://`, from the repository's root.
fn file_dependencies(files: &BTreeMap<String, Vec<u8>>, folder: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (path, bytes) in files
        .range(folder.to_owned()..)
        .take_while(|(path, _)| path.starts_with(folder))
    {
        let Some(chart) = path
            .strip_suffix("Chart.yaml")
            .filter(|chart| chart.is_empty() || chart.ends_with('/'))
        else {
            continue;
        };
        let text = String::from_utf8_lossy(bytes).into_owned();
        // What is wrong with it is told when the chart is loaded.
        let Ok(node) = yaml::read_document(&Source::new(path.as_str(), text)) else {
            continue;
        };
        let dependencies = node
            .get("dependencies")
            .and_then(Node::as_list)
            .unwrap_or_default();
        let repositories = dependencies
            .iter()
            .filter_map(|dependency| dependency.get("repository")?.as_str());
        for path in repositories.filter_map(|repository| repository.strip_prefix("file://")) {
            let target = join(&format!("{chart}Chart.yaml"), path);
            let folder = if target.is_empty() {
                target
            } else {
                format!("{target}/")
            };
            if !files.contains_key(&format!("{folder}Chart.yaml")) {
                found.push(folder);
            }
        }
    }
    found
}

/// The folder of a path: itself, or the nearest one above it that is there.
fn folder_of(path: &Path) -> PathBuf {
    let mut folder = path;
    while !folder.is_dir() {
        match folder.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => folder = parent,
            _ => return PathBuf::from("."),
        }
    }
    folder.to_owned()
}

/// A path in a repository: what follows the folder that `prefix` is of.
fn inside(prefix: &str, path: &Path) -> String {
    let below = path.strip_prefix(folder_of(path)).unwrap_or(path);
    format!("{prefix}{}", below.to_string_lossy().replace('\\', "/"))
}

/// Where a relative path leads from the folder of a file, both in the repository.
fn join(file: &str, path: &str) -> String {
    let folder = Path::new(file).parent().unwrap_or(Path::new(""));
    let mut parts: Vec<String> = Vec::new();
    for part in folder.join(path).components() {
        match part {
            Component::ParentDir => {
                parts.pop();
            }
            Component::Normal(name) => parts.push(name.to_string_lossy().into_owned()),
            _ => {}
        }
    }
    parts.join("/")
}
