//! Loading: a folder, an archive or the binary's own chart, and all that is under their charts/, into one [`Chart`].
//!
//! Each of the three becomes a [`FileTree`], and [`tree`] makes charts of those: there is one set of rules. Limits hold
//! for everything that one load reads.

mod archive;
mod embedded;
mod folder;
mod given;
mod package;
mod tree;

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::file::Content;
use super::model::Chart;
use super::{dependencies, lock};
use crate::diagnostic::{Diagnostic, Diagnostics, Result};
use crate::files::{self, human_size};
use crate::secret;
use crate::source::Source;
use crate::yaml::Node;

pub use embedded::{EMBEDDED, EmbeddedChart, embedded_path, is_embedded_name};
pub use given::{GivenFiles, given_archive, load_given};
pub use package::Package;

/// A chart, and what its author should know though it loads.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// The chart with its subcharts.
    pub chart: Arc<Chart>,
    /// Warnings, in the order in which they were met.
    pub warnings: Vec<Diagnostic>,
}

/// Loads a chart from a folder or an archive (.tgz), with all of its dependencies.
///
/// # Errors
/// All that is wrong with the chart: files, Chart.yaml, values.yaml, and dependencies that are missing or of a version
/// that Chart.yaml does not allow.
pub fn load_path(path: &Path) -> Result<Loaded> {
    load_path_and(path, &|_| ())
}

/// [`load_path`], which calls `also` with templates of a large folder as soon as they are read, on any thread, so that what they are
/// read for need not wait for the others.
///
/// # Errors
/// As [`load_path`].
pub fn load_path_and(path: &Path, also: &(dyn Fn(&Arc<Source>) + Sync)) -> Result<Loaded> {
    complete(Loader::and(also).load(path)?)
}

/// Loads a chart from a folder or an archive, whether or not charts/ holds what Chart.yaml asks for: for commands that
/// show or fetch dependencies.
///
/// # Errors
/// All that is wrong with the chart itself.
pub fn load_incomplete(path: &Path) -> Result<Loaded> {
    Loader::default().load(path)
}

/// Reads the file of an archive.
fn archive_bytes(path: &Path, name: &str) -> Result<Vec<u8>> {
    if name.contains("://") && !path.exists() {
        return Err(not_local(&secret::masked(name)).into());
    }
    files::read_bytes(path, TOTAL_LIMIT)
}

/// An address where a path should be.
fn not_local(address: &str) -> Diagnostic {
    let message = format!("`{address}` is an address; charts are read from folders and archives");
    let help = match address.strip_prefix("file://") {
        Some(path) => format!("write the path alone: `{path}`"),
        None => format!("fetch it first: `helm pull {address}`, and give the archive that this writes"),
    };
    Diagnostic::error("chart-not-local", message).help(help)
}

/// Loads a chart that is compiled into the program, with all of its dependencies.
///
/// # Errors
/// As [`load_path`].
pub fn load_embedded(chart: &EmbeddedChart) -> Result<Loaded> {
    let mut loader = Loader::default();
    if chart.files.is_empty() {
        return Err(Diagnostic::error(
            "no-embedded-chart",
            "this build of promchart has no built-in chart",
        )
        .help("name a chart with `--chart PATH`")
        .into());
    }
    let files = chart.files.iter().map(|(path, text)| {
        (
            (*path).to_owned(),
            Content::of_static(Label::Embedded.display(path), text),
        )
    });
    let tree = loader.add(Label::Embedded, None, files.collect())?;
    if let Some(tree) = loader.trees.get_mut(tree) {
        tree.packed = chart.packed;
    }
    complete(loader.finish(tree)?)
}

fn complete(mut loaded: Loaded) -> Result<Loaded> {
    loaded.warnings.extend(lock::check_lock(&loaded.chart));
    let dependencies::Check { errors, warnings } = dependencies::check(&loaded.chart);
    if !errors.is_empty() {
        return Err(Diagnostics(errors));
    }
    loaded.warnings.extend(warnings);
    Ok(loaded)
}

/// The largest file of a chart, as in Helm.
const FILE_LIMIT: u64 = 5 << 20;
/// The most that all files of a chart with its subcharts may hold together, as in Helm for archives.
pub const TOTAL_LIMIT: u64 = 100 << 20;
/// The most files and folders that a chart with its subcharts may have.
const COUNT_LIMIT: usize = 10_000;
/// The longest path within a chart, in bytes.
const PATH_LIMIT: usize = 1024;
/// How deep charts may stand within charts.
const DEPTH_LIMIT: usize = 32;
/// The most charts that a tree may come to, each alias and each use of a shared one counted.
const CHARTS_LIMIT: usize = 1000;

/// What the files of a tree are called.
#[derive(Debug, Clone)]
enum Label {
    /// `FOLDER/path`; the folder as the user gave it, empty for the current one.
    Folder(String),
    /// `ARCHIVE:path`.
    Archive(String),
    /// `embedded:path`.
    Embedded,
}

impl Label {
    fn display(&self, path: &str) -> String {
        match self {
            Label::Folder(folder) if folder.is_empty() && path.is_empty() => ".".to_owned(),
            Label::Folder(folder) if folder.is_empty() => path.to_owned(),
            Label::Folder(folder) if path.is_empty() => folder.clone(),
            Label::Folder(folder) if folder.ends_with('/') => format!("{folder}{path}"),
            Label::Folder(folder) => [folder, "/", path].concat(),
            Label::Archive(name) if path.is_empty() => name.clone(),
            Label::Archive(name) => format!("{name}:{path}"),
            Label::Embedded => format!("{}{path}", embedded::PREFIX),
        }
    }
}

type Files = BTreeMap<String, Content>;

/// The files of one folder, archive or embedded chart, subcharts and all, by path.
#[derive(Debug)]
struct FileTree {
    label: Label,
    /// The real path of the folder; none for archives and the embedded chart, which nothing may lead out of.
    folder: Option<PathBuf>,
    files: Files,
    /// Files that need no parsing: [`EmbeddedChart::packed`].
    packed: &'static [(&'static str, &'static [u8])],
    /// What files of values hold, where that was found out while they were read.
    values: Values,
}

/// Values by the path of their file.
type Values = HashMap<String, Result<Node>>;

/// A chart's root: which tree, and the path within it that ends with `/`, or is empty.
type Location = (usize, String);

/// One load: its trees, its charts, what it has read so far and what went wrong.
struct Loader<'a> {
    /// What is done with templates as they are read.
    also: &'a (dyn Fn(&Arc<Source>) + Sync),
    trees: Vec<FileTree>,
    /// Trees of folders by their real path.
    folders: HashMap<PathBuf, usize>,
    /// Charts that were made, none for those with errors; each is made once however many ask for it.
    charts: HashMap<Location, Option<Made>>,
    /// Charts that are being made, outermost first.
    open: Vec<Location>,
    /// Which charts were found through `file://`.
    shared: Vec<package::Shared>,
    bytes: u64,
    count: usize,
    problems: Vec<Diagnostic>,
    warnings: Vec<Diagnostic>,
}

/// A chart and how many charts its tree comes to, itself included.
#[derive(Debug, Clone)]
struct Made {
    chart: Arc<Chart>,
    charts: usize,
}

impl Default for Loader<'_> {
    fn default() -> Self {
        Loader::and(&|_| ())
    }
}

impl<'a> Loader<'a> {
    fn and(also: &'a (dyn Fn(&Arc<Source>) + Sync)) -> Self {
        Loader {
            also,
            trees: Vec::new(),
            folders: HashMap::new(),
            charts: HashMap::new(),
            open: Vec::new(),
            shared: Vec::new(),
            bytes: 0,
            count: 0,
            problems: Vec::new(),
            warnings: Vec::new(),
        }
    }

    /// Loads a folder or an archive.
    fn load(mut self, path: &Path) -> Result<Loaded> {
        let tree = if path.is_dir() {
            self.open_folder(path)?
        } else {
            let name = path.display().to_string();
            let bytes = archive_bytes(path, &name)?;
            archive::check_magic(&name, &bytes)?;
            self.open_archive(&name, &bytes)?.1
        };
        self.finish(tree)
    }

    fn finish(self, tree: usize) -> Result<Loaded> {
        self.finish_at((tree, String::new()))
    }

    fn finish_at(mut self, location: Location) -> Result<Loaded> {
        self.loaded_at(&location)
    }

    fn loaded_at(&mut self, location: &Location) -> Result<Loaded> {
        let root = self.chart_at(location.clone());
        match root {
            Some(root) if self.problems.is_empty() => Ok(Loaded {
                chart: root.chart,
                warnings: std::mem::take(&mut self.warnings),
            }),
            _ => Err(Diagnostics(std::mem::take(&mut self.problems))),
        }
    }

    fn add(&mut self, label: Label, folder: Option<PathBuf>, files: Files) -> Result<usize> {
        if let Label::Embedded = label {
            // The others are counted while they are read, so that reading stops at a limit.
            for (path, content) in &files {
                self.count_file(&label, path, content.size())?;
            }
        }
        self.trees.push(FileTree {
            label,
            folder,
            files,
            packed: &[],
            values: Values::new(),
        });
        Ok(self.trees.len() - 1)
    }

    /// Counts a file or folder against the limits.
    fn count_file(&mut self, label: &Label, path: &str, size: u64) -> Result<()> {
        self.count_path(label, path)?;
        self.count_size(label, path, size)
    }

    fn count_path(&mut self, label: &Label, path: &str) -> Result<()> {
        if path.len() > PATH_LIMIT {
            let start: String = path.chars().take(60).collect();
            let message = format!(
                "the path `{}...` is longer than {PATH_LIMIT} bytes",
                label.display(&start)
            );
            return Err(Diagnostic::error("chart-path-too-long", message).into());
        }
        self.count += 1;
        if self.count > COUNT_LIMIT {
            let message = format!(
                "`{}` has more than {COUNT_LIMIT} files and folders",
                label.display("")
            );
            return Err(Diagnostic::error("chart-too-large", message)
                .help(TOO_LARGE_HELP)
                .into());
        }
        Ok(())
    }

    fn count_size(&mut self, label: &Label, path: &str, size: u64) -> Result<()> {
        check_size(label, path, size)?;
        self.bytes = self.bytes.saturating_add(size);
        match self.bytes > TOTAL_LIMIT {
            true => Err(total_too_large(label).into()),
            false => Ok(()),
        }
    }
}

/// Refuses a file that is too large.
fn check_size(label: &Label, path: &str, size: u64) -> Result<()> {
    match size > FILE_LIMIT {
        true => Err(files::too_large(&label.display(path), Some(size), FILE_LIMIT)
            .help("charts hold templates and small files; exclude large ones with .helmignore")
            .into()),
        false => Ok(()),
    }
}

const TOO_LARGE_HELP: &str = "exclude files that are not part of the chart with .helmignore";

fn total_too_large(label: &Label) -> Diagnostic {
    let message = format!(
        "the files of `{}` are larger than {} together",
        label.display(""),
        human_size(TOTAL_LIMIT)
    );
    Diagnostic::error("chart-too-large", message).help(TOO_LARGE_HELP)
}

#[cfg(test)]
mod tests;
