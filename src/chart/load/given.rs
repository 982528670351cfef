//! A chart whose files somebody has read already, such as those of a git revision.

use std::collections::BTreeMap;

use super::{Content, Files, Label, Loaded, Loader, archive, complete};
use crate::chart::ignore::Ignore;
use crate::diagnostic::{Diagnostic, Result};
use crate::files;

/// Files that were read already, with a chart among them.
#[derive(Debug, Clone, Default)]
pub struct GivenFiles {
    /// What people call where they come from; the files are shown as `NAME:path`.
    pub name: String,
    /// The chart's folder, with a slash at its end; empty where it is the root.
    pub root: String,
    /// The files by their paths, those outside the chart that it names by `file://` too.
    pub files: BTreeMap<String, Vec<u8>>,
}

/// Loads a chart from files that were read already, with all of its dependencies.
///
/// # Errors
/// As [`super::load_path`].
pub fn load_given(given: &GivenFiles) -> Result<Loaded> {
    let GivenFiles { name, root, files } = given;
    let label = Label::Archive(name.clone());
    let ignore = match files.get(&format!("{root}.helmignore")) {
        Some(bytes) => Ignore::parse(&files::text(
            label.display(&format!("{root}.helmignore")),
            bytes.clone(),
        )?)?,
        None => Ignore::default(),
    };
    let mut loader = Loader::default();
    let mut kept = Files::new();
    for (path, bytes) in files {
        if path
            .strip_prefix(root.as_str())
            .is_some_and(|path| ignore.leaves_out(path))
        {
            continue;
        }
        if path.contains(char::is_control) {
            let message = format!("the name of `{}` has control characters", label.display(path));
            return Err(Diagnostic::error("chart-path-invalid", message).into());
        }
        loader.count_file(&label, path, u64::try_from(bytes.len()).unwrap_or(u64::MAX))?;
        kept.insert(path.clone(), Content::read(label.display(path), bytes.clone()));
    }
    let tree = loader.add(label, None, kept)?;
    complete(loader.finish_at((tree, root.clone()))?)
}

/// The files of an archive (.tgz) that was read already.
///
/// # Errors
/// As [`super::load_path`].
pub fn given_archive(name: &str, bytes: &[u8]) -> Result<GivenFiles> {
    archive::check_magic(name, bytes)?;
    let mut loader = Loader::default();
    let (_, tree) = loader.open_archive(name, bytes)?;
    let files = loader
        .trees
        .get(tree)
        .map(|tree| &tree.files)
        .into_iter()
        .flatten();
    let files: Result<BTreeMap<_, _>> = files
        .map(|(path, content)| Ok((path.clone(), content.bytes()?.to_vec())))
        .collect();
    Ok(GivenFiles {
        name: name.to_owned(),
        root: String::new(),
        files: files?,
    })
}
