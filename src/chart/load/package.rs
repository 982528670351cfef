//! A chart as an archive: the files that go into it, and the archive's bytes, which are a function of those files.

use std::collections::BTreeMap;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use flate2::read::MultiGzDecoder;
use flate2::{Compression, GzBuilder};

use super::folder::read_ignore;
use super::{
    COUNT_LIMIT, Loaded, Loader, Location, PATH_LIMIT, TOTAL_LIMIT, archive, complete, total_too_large,
};
use crate::chart::stamp::stamped;
use crate::chart::version::Version;
use crate::diagnostic::{Diagnostic, Result};
use crate::files;

const CHART_YAML: &str = "Chart.yaml";
/// 1980-01-01, which every program takes for a time: some complain about 1970.
const TIME: u64 = 315_532_800;

/// A chart with the files that its archive holds.
#[derive(Debug)]
pub struct Package {
    /// The chart as it was read.
    pub loaded: Loaded,
    /// The folder that all files of the archive are in, where it was read from one.
    pub folder: Option<String>,
    /// By path from the chart's root.
    files: BTreeMap<String, Vec<u8>>,
    /// The chart's folder, where it was read from one.
    root: Option<PathBuf>,
}

/// A dependency on a chart that is not in charts/ and was found through `file://`.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) asker: Location,
    pub(super) name: String,
    pub(super) found: Location,
    /// Whether the path counts from the chart that asks.
    pub(super) is_relative: bool,
}

impl Package {
    /// Reads a chart's folder, or its archive, with all of its dependencies; those that `file://` names and that are not under
    /// charts/ are put there.
    ///
    /// # Errors
    /// As [`super::load_path`], and `package-path` for files that no archive can hold under their names.
    pub fn of_path(path: &Path) -> Result<Package> {
        if !path.is_dir() {
            let name = path.display().to_string();
            return Package::of_archive(&name, &super::archive_bytes(path, &name)?);
        }
        let mut loader = Loader::default();
        let tree = loader.open_folder(path)?;
        Package::of_tree(loader, tree, None)
    }

    /// Reads an archive.
    ///
    /// # Errors
    /// As [`Package::of_path`].
    pub fn of_archive(name: &str, bytes: &[u8]) -> Result<Package> {
        archive::check_magic(name, bytes)?;
        let mut loader = Loader::default();
        let (folder, tree) = loader.open_archive(name, bytes)?;
        Package::of_tree(loader, tree, Some(folder))
    }

    fn of_tree(mut loader: Loader, tree: usize, folder: Option<String>) -> Result<Package> {
        let at = (tree, String::new());
        let loaded = complete(loader.loaded_at(&at)?)?;
        let mut gathered = Gathered::default();
        gathered.add(&loader, &at, "")?;
        Ok(Package {
            loaded,
            folder,
            files: gathered.files,
            root: loader.trees.get(tree).and_then(|tree| tree.folder.clone()),
        })
    }

    /// The name of the archive's file: `NAME-VERSION.tgz`. `version` takes the place of the chart's own.
    pub fn file_name(&self, version: Option<&str>) -> String {
        let metadata = &self.loaded.chart.metadata;
        format!(
            "{}-{}.tgz",
            metadata.name,
            version.unwrap_or(metadata.version.as_str())
        )
    }

    /// Whether a file of this name in a folder would be one of the chart's own files, as it is next packed.
    pub fn would_hold(&self, folder: &Path, name: &str) -> Result<bool> {
        let Some(root) = &self.root else {
            return Ok(false);
        };
        // A folder that is yet to be made is in the one above it that is there.
        let mut below = PathBuf::from(name);
        let mut open = Some(folder);
        while let Some(at) = open {
            let at = if at.as_os_str().is_empty() {
                Path::new(".")
            } else {
                at
            };
            if let Ok(real) = std::fs::canonicalize(at) {
                let whole = real.join(below);
                let Some(path) = whole.strip_prefix(root).ok().and_then(Path::to_str) else {
                    return Ok(false);
                };
                return Ok(!read_ignore(&root.join(".helmignore"))?.leaves_out(path));
            }
            below = match at.file_name() {
                Some(name) => Path::new(name).join(below),
                None => return Ok(false),
            };
            open = at.parent();
        }
        Ok(false)
    }

    /// Writes other versions into Chart.yaml.
    ///
    /// # Errors
    /// `chart-version-invalid`, and `chart-yaml-not-changed` where Chart.yaml is not written in a way that lets a line of it be changed.
    pub fn stamp(&mut self, version: Option<&str>, app_version: Option<&str>) -> Result<()> {
        if let Some(Err(reason)) = version.map(Version::parse) {
            let message = format!(
                "`--version {}` is not a version: {reason}",
                version.unwrap_or_default()
            );
            return Err(Diagnostic::error("chart-version-invalid", message)
                .help("write three numbers, such as `1.2.3`")
                .into());
        }
        let Some(source) = self.loaded.chart.metadata.node.place.source() else {
            return Ok(());
        };
        let changes = [("version", version), ("appVersion", app_version)];
        let changes = changes.into_iter().filter_map(|(key, value)| Some((key, value?)));
        let text = stamped(source, changes)?;
        if text != source.text() {
            self.files.insert(CHART_YAML.to_owned(), text.into_bytes());
        }
        Ok(())
    }

    /// The archive: the same bytes for the same files, whoever makes it, wherever and when.
    ///
    /// # Errors
    /// `package-path` for files that no archive can hold under their names.
    pub fn bytes(&self) -> Result<Vec<u8>> {
        let mut zip = GzBuilder::new().mtime(0).write(Vec::new(), Compression::best());
        let written = zip.write_all(&self.tar()?).and_then(|()| zip.finish());
        written.map_err(|error| not_written(&error).into())
    }

    /// Whether other bytes are the same archive as `own`, which [`Package::bytes`] gave, and differ only in how they are compressed.
    ///
    /// # Errors
    /// As [`Package::bytes`].
    pub fn is_compressed_otherwise(&self, own: &[u8], bytes: &[u8]) -> Result<bool> {
        /// Those of the header that say nothing but how it is compressed, and on what system.
        const ABOUT_COMPRESSION: std::ops::Range<usize> = 8..10;
        let head = |bytes: &[u8]| -> Vec<u8> {
            let head = bytes.iter().take(10).enumerate();
            head.filter(|(at, _)| !ABOUT_COMPRESSION.contains(at))
                .map(|(_, byte)| *byte)
                .collect()
        };
        if head(bytes) != head(own) {
            return Ok(false);
        }
        let tar = self.tar()?;
        let limit = u64::try_from(tar.len()).unwrap_or(u64::MAX);
        let read = files::read_limited(MultiGzDecoder::new(bytes), "", limit);
        Ok(read.is_ok_and(|read| read == tar))
    }

    fn tar(&self) -> Result<Vec<u8>> {
        let name = &self.loaded.chart.metadata.name;
        let mut tar = tar::Builder::new(Vec::new());
        let first = self.files.get_key_value(CHART_YAML);
        let others = self.files.iter().filter(|(path, _)| *path != CHART_YAML);
        for (path, content) in first.into_iter().chain(others) {
            // What reads archives takes the one for a separator, and the other for a drive.
            if path.contains('\\') || path.as_bytes().get(1) == Some(&b':') {
                let message = format!("an archive cannot hold a file of the name `{path}`");
                return Err(Diagnostic::error("package-path", message)
                    .help("rename it, or exclude it with .helmignore")
                    .into());
            }
            let mut header = tar::Header::new_gnu();
            header.set_entry_type(tar::EntryType::Regular);
            header.set_size(u64::try_from(content.len()).unwrap_or(u64::MAX));
            header.set_mode(0o644);
            header.set_mtime(TIME);
            header.set_uid(0);
            header.set_gid(0);
            tar.append_data(&mut header, format!("{name}/{path}"), content.as_slice())
                .map_err(|error| not_written(&error))?;
        }
        tar.into_inner().map_err(|error| not_written(&error).into())
    }
}

fn not_written(error: &io::Error) -> Diagnostic {
    let message = format!("the archive cannot be made: {}", files::plain(error));
    Diagnostic::error("package-path", message)
}

/// Files that are gathered from the trees of a load.
#[derive(Default)]
struct Gathered {
    files: BTreeMap<String, Vec<u8>>,
    bytes: u64,
}

impl Gathered {
    /// Adds a chart under a path that ends with `/`, or is empty, with the charts that it and those in it name by `file://`. How often
    /// a chart can be named by others is bounded when they are loaded.
    fn add(&mut self, loader: &Loader, from: &Location, to: &str) -> Result<()> {
        let (tree, prefix) = from;
        let Some(read) = loader.trees.get(*tree) else {
            return Ok(());
        };
        let own = read.files.range(prefix.clone()..);
        for (path, content) in own.take_while(|(path, _)| path.starts_with(prefix.as_str())) {
            let rest = path.strip_prefix(prefix.as_str()).unwrap_or_default();
            self.bytes = self.bytes.saturating_add(content.size());
            if self.bytes > TOTAL_LIMIT || self.files.len() >= COUNT_LIMIT {
                return Err(total_too_large(&read.label).into());
            }
            let path = format!("{to}{rest}");
            if path.len() > PATH_LIMIT {
                let message = format!(
                    "the path of `{}` is longer than {PATH_LIMIT} bytes in the archive",
                    read.label.display(rest)
                );
                return Err(Diagnostic::error("chart-path-too-long", message).into());
            }
            self.files.insert(path, content.bytes()?.to_vec());
        }
        // Charts that stay where they are below this one: those in its charts/, and those that these name by `file://`.
        let mut staying = vec![prefix.as_str()];
        let mut next = 0;
        while let Some(at) = staying.get(next).copied() {
            next += 1;
            for shared in loader.shared.iter().filter(|shared| shared.asker.0 == *tree) {
                let is_asker = shared.asker.1.strip_prefix(at).is_some_and(is_within_charts);
                let Some(below) = shared.asker.1.strip_prefix(prefix.as_str()).filter(|_| is_asker) else {
                    continue;
                };
                let (found_tree, found) = &shared.found;
                let comes_along =
                    shared.is_relative && found_tree == tree && found.starts_with(prefix.as_str());
                // Helm looks for the dependencies of the chart that it installs, and for no others.
                if comes_along && !(to.is_empty() && below.is_empty()) {
                    if !staying.contains(&found.as_str()) {
                        staying.push(found);
                    }
                    continue;
                }
                self.add_named(loader, shared, &format!("{to}{below}charts/{}/", shared.name))?;
            }
        }
        Ok(())
    }

    /// Adds a chart that `file://` names.
    fn add_named(&mut self, loader: &Loader, shared: &Shared, to: &str) -> Result<()> {
        let first = self.files.range(to.to_owned()..).next();
        if first.is_some_and(|(path, _)| path.starts_with(to)) {
            let message = format!(
                "the chart `{}` that `file://` names has no place in the archive: `{to}` is another one",
                shared.name
            );
            return Err(Diagnostic::error("package-path", message)
                .help("rename the folder: a chart's folder is called like the chart")
                .into());
        }
        self.add(loader, &shared.found, to)
    }
}

/// Whether a path leads from a chart to itself or to one in its charts/, however deep.
fn is_within_charts(path: &str) -> bool {
    let mut parts = path.split_terminator('/');
    while let Some(part) = parts.next() {
        if part != "charts" || parts.next().is_none() {
            return false;
        }
    }
    true
}
