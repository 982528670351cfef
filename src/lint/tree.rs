//! The charts of a tree, which of them are one's own, and which of their values templates read.

use std::cell::LazyCell;
use std::collections::BTreeSet;

use regex::Regex;

use crate::chart::{Chart, Dependency};
use crate::lint::Subject;
use crate::render::reads::Reads;
use crate::source::Source;
use crate::values::{Step, dotted};
use crate::yaml::{Node, Value};

/// Keys of a chart's values that others read: the charts above decide by them, or take over what is under them.
const READ_ABOVE: &[&str] = &["enabled", "exports", "global", "tags"];

/// A chart of the tree, once for each name that it goes by.
pub(super) struct Known<'c> {
    pub chart: &'c Chart,
    /// The names that lead from the root's values to the chart's.
    pub section: Vec<&'c str>,
    /// Whether the chart is kept in its parent's folder, and was not fetched from elsewhere.
    pub is_own: bool,
    parent: Option<usize>,
    reads: usize,
    /// Paths that texts of the chart name: texts of values and files may be rendered, too.
    named: BTreeSet<String>,
}

/// The charts of the tree.
pub(super) struct Tree<'c> {
    pub charts: Vec<Known<'c>>,
    reads: &'c [Option<Reads>],
    /// What the render of this run read, as keys from the root.
    read: BTreeSet<Vec<String>>,
}

/// A tree that is made once somebody asks for it.
pub(super) type LazyTree<'c> = LazyCell<Tree<'c>, Box<dyn FnOnce() -> Tree<'c> + 'c>>;

impl<'c> Tree<'c> {
    pub(super) fn of(subject: &'c Subject<'_>) -> Tree<'c> {
        let mut tree = Tree::new(&subject.root.chart, subject.may_read());
        if let Some(rendered) = subject.rendered {
            let read = rendered.provenance.read();
            tree.read = read.iter().filter_map(|cause| keys(&cause.path.0)).collect();
        }
        tree
    }

    /// The tree of a chart, and what its templates may read, in the order of [`crate::render::may_read`]; nothing was rendered.
    pub(super) fn new(root: &'c Chart, reads: &'c [Option<Reads>]) -> Tree<'c> {
        let mut tree = Tree {
            charts: Vec::new(),
            reads,
            read: BTreeSet::new(),
        };
        tree.add(root, Vec::new(), None, true, 0);
        tree
    }

    /// Adds a chart and those in it; gives how many charts it is.
    fn add(
        &mut self,
        chart: &'c Chart,
        section: Vec<&'c str>,
        parent: Option<usize>,
        is_own: bool,
        reads: usize,
    ) -> usize {
        let number = self.charts.len();
        self.charts.push(Known {
            chart,
            section: section.clone(),
            is_own,
            parent,
            reads,
            named: named(chart),
        });
        let mut size = 1;
        for subchart in &chart.subcharts {
            let is_of = |dependency: &&Dependency| dependency.name == subchart.metadata.name;
            let entries: Vec<&Dependency> = chart.metadata.dependencies.iter().filter(is_of).collect();
            let is_local =
                |entry: &&Dependency| entry.repository.is_empty() || entry.repository.starts_with("file://");
            let is_own = is_own && entries.iter().all(is_local);
            let mut names: Vec<&str> = entries.iter().map(|entry| entry.local_name()).collect();
            if names.is_empty() {
                names.push(&subchart.metadata.name);
            }
            let mut below = 0;
            for name in names {
                let section = section.iter().copied().chain([name]).collect();
                below = self.add(subchart, section, Some(number), is_own, reads + size);
            }
            size += below;
        }
        size
    }

    /// The charts that one keeps oneself, each once.
    pub(super) fn own(&self) -> impl Iterator<Item = &Known<'c>> {
        let mut seen: Vec<*const Chart> = Vec::new();
        let own = self.charts.iter().filter(|known| known.is_own);
        own.filter(move |known| {
            let is_new = !seen.contains(&std::ptr::from_ref(known.chart));
            seen.push(known.chart);
            is_new
        })
    }

    /// The chart that a key of a chart's values is the section of.
    pub(super) fn below(&self, known: &Known<'c>, key: &str) -> Option<&Known<'c>> {
        let (number, _) = (0..)
            .zip(&self.charts)
            .find(|(_, other)| std::ptr::eq(*other, known))?;
        let mut below = self.charts.iter().filter(|other| other.parent == Some(number));
        below.find(|other| other.section.last() == Some(&key))
    }

    /// What templates read of a chart's values, where that could be found out.
    pub(super) fn reads(&self, known: &Known<'c>) -> Option<&Reads> {
        self.reads.get(known.reads)?.as_ref()
    }

    /// Whether templates of any chart may read a key of the globals.
    pub(super) fn may_read_global(&self, key: &str) -> bool {
        let mut all = self.charts.iter();
        all.any(|known| {
            self.reads(known)
                .is_none_or(|reads| reads.may_read(["global", key]))
        })
    }

    /// Whether something may read a value of a chart, under one of the names that it goes by.
    pub(super) fn may_read_of(&self, chart: &Chart, path: &[&str]) -> bool {
        let of_chart = self
            .charts
            .iter()
            .filter(|known| std::ptr::eq(known.chart, chart));
        let mut of_chart = of_chart.peekable();
        of_chart.peek().is_none() || of_chart.any(|known| self.may_read(known, path, None))
    }

    /// Whether something may read a value of a chart: its templates or those of a chart above, a condition, tag or import, a text that is
    /// rendered, or whoever uses the chart as a part of theirs.
    pub(super) fn may_read(&self, known: &Known<'c>, path: &[&str], default: Option<&Node>) -> bool {
        let Some((first, below)) = path.split_first() else {
            return true;
        };
        if READ_ABOVE.contains(first) && (below.is_empty() || *first != "enabled")
            || first.starts_with(['_', '.'])
            || first.starts_with("x-")
        {
            return true;
        }
        let full: Vec<String> = known
            .section
            .iter()
            .chain(path)
            .map(|key| (*key).to_owned())
            .collect();
        let is_read = self.read.range(full.clone()..).next();
        if is_read.is_some_and(|read| read.starts_with(&full)) || decides(known, path) {
            return true;
        }
        let (mut known, mut path) = (known, path.to_vec());
        loop {
            let Some(reads) = self.reads(known) else {
                return true;
            };
            let keys = path.iter().copied();
            let is_read = match default.map(|node| &node.value) {
                Some(Value::Bool(_) | Value::Int(_) | Value::Float(_)) => reads.may_read_scalar(keys),
                _ => reads.may_read(keys),
            };
            if is_read || is_named(known, &path) {
                return true;
            }
            let Some(parent) = known.parent.and_then(|parent| self.charts.get(parent)) else {
                return false;
            };
            let name = known.section.last().copied().unwrap_or_default();
            if is_imported(parent, name, &path) {
                return true;
            }
            path.insert(0, name);
            if decides(parent, &path) {
                return true;
            }
            known = parent;
        }
    }
}

/// A path as people write it.
pub(super) fn shown<'k>(path: impl Iterator<Item = &'k str>) -> String {
    let steps: Vec<Step> = path.map(|key| Step::Key(key.into())).collect();
    dotted(&steps)
}

fn keys(path: &[Step]) -> Option<Vec<String>> {
    let keys = path.iter().map(|step| match step {
        Step::Key(key) => Some(key.to_string()),
        Step::Index(_) => None,
    });
    keys.collect()
}

/// Whether a condition or a tag of a chart's dependencies asks for a value of its own.
fn decides(known: &Known<'_>, path: &[&str]) -> bool {
    let path = path.join(".");
    let mut entries = known.chart.metadata.dependencies.iter();
    entries.any(|entry| {
        entry
            .condition
            .split(',')
            .any(|condition| condition.trim() == path)
    })
}

/// Whether a chart takes over a value of the chart below that goes by a name, or something in it or around it.
fn is_imported(known: &Known<'_>, name: &str, path: &[&str]) -> bool {
    let path = path.join(".");
    let entries = known.chart.metadata.dependencies.iter();
    let mut imports = entries
        .filter(|entry| entry.local_name() == name)
        .flat_map(|entry| &entry.import_values);
    imports.any(|import| overlap(&import.child, &path))
}

fn is_named(known: &Known<'_>, path: &[&str]) -> bool {
    let path = path.join(".");
    known.named.iter().any(|named| overlap(named, &path))
}

/// Whether one of two paths leads through the other.
fn overlap(one: &str, other: &str) -> bool {
    let (short, long) = if one.len() < other.len() {
        (one, other)
    } else {
        (other, one)
    };
    long.strip_prefix(short)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// The paths of values that texts of a chart name, other than its templates: those of values, files and notes.
fn named(chart: &Chart) -> BTreeSet<String> {
    let mut named = BTreeSet::new();
    let paths = Regex::new(r"Values((?:\.[A-Za-z0-9_-]+)+)");
    // Of a path that `index` looks up the first key is enough.
    let indexed = Regex::new(r#"Values(?:\s+|\[)["'`]([A-Za-z0-9_.-]+)["'`]"#);
    let patterns: Vec<Regex> = paths.into_iter().chain(indexed).collect();
    let is_page = |path: &str| path.ends_with(".md") || path.ends_with(".gotmpl");
    let notes = chart
        .templates
        .iter()
        .filter(|file| file.path.ends_with("/NOTES.txt"));
    let files = chart
        .files
        .iter()
        .filter(|file| !is_page(&file.path))
        .chain(notes);
    let files = files.filter_map(|file| file.source().map(AsRef::as_ref));
    for text in files
        .chain(chart.values.place.source().map(AsRef::as_ref))
        .map(Source::text)
    {
        let found = patterns.iter().flat_map(|pattern| pattern.captures_iter(text));
        let found = found.filter_map(|found| found.get(1));
        named.extend(found.map(|found| found.as_str().trim_start_matches('.').to_owned()));
    }
    named
}
