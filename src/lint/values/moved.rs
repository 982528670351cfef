//! Keys of older generations of charts: the table that a chart may have in `moved-values.yaml`.

use std::cell::OnceCell;
use std::sync::Arc;

use serde::Deserialize;

use crate::chart::Chart;
use crate::diagnostic::{Diagnostic, Result};
use crate::source::Source;
use crate::yaml::{self, Node};

const FILE: &str = "moved-values.yaml";

/// An entry as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    from: String,
    to: Option<String>,
    note: Option<String>,
    gone: Option<String>,
}

/// Where a key went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Went {
    /// To a path from the root of all values.
    To {
        /// The keys of the path.
        path: Vec<String>,
        /// What has to be changed besides the path.
        note: Option<String>,
    },
    /// Nowhere, for a reason.
    Nowhere(String),
}

/// A key that a chart had once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    /// Its path from the root of all values.
    pub(super) from: Vec<String>,
    /// Where it went.
    pub(super) went: Went,
}

/// The keys that the charts of a tree had once.
pub(super) struct Moved<'c> {
    chart: &'c Chart,
    /// The entries, and what is wrong with the tables, once they are asked for.
    tables: OnceCell<(Vec<Entry>, Vec<Diagnostic>)>,
}

impl<'c> Moved<'c> {
    /// The tables of a tree of charts, which are read when they are first asked.
    pub(super) fn of(chart: &'c Chart) -> Moved<'c> {
        Moved {
            chart,
            tables: OnceCell::new(),
        }
    }

    fn tables(&self) -> &(Vec<Entry>, Vec<Diagnostic>) {
        self.tables.get_or_init(|| {
            let mut tables = Default::default();
            add(self.chart, &mut Vec::new(), &mut tables);
            tables
        })
    }

    /// All of them.
    pub(super) fn entries(&self) -> &[Entry] {
        &self.tables().0
    }

    /// What is wrong with the tables that have been read.
    pub(super) fn told(self) -> Vec<Diagnostic> {
        self.tables.into_inner().map(|(_, told)| told).unwrap_or_default()
    }

    /// Whether there is an entry of something below a path.
    pub(super) fn has_below<P: AsRef<str>>(&self, path: &[P]) -> bool {
        self.entries().iter().any(|entry| {
            entry.from.len() > path.len() && entry.from.iter().zip(path).all(|(a, b)| a == b.as_ref())
        })
    }

    /// The entry of a path.
    pub(super) fn get<P: AsRef<str>>(&self, path: &[P]) -> Option<&Entry> {
        let is_same = |entry: &&Entry| {
            entry.from.len() == path.len() && entry.from.iter().zip(path).all(|(a, b)| a == b.as_ref())
        };
        self.entries().iter().find(is_same)
    }
}

fn add(chart: &Chart, section: &mut Vec<String>, tables: &mut (Vec<Entry>, Vec<Diagnostic>)) {
    let file = chart.files.iter().find(|file| file.path == FILE);
    if let Some(source) = file.and_then(|file| file.source()) {
        match read(source) {
            Ok(entries) => tables
                .0
                .extend(entries.into_iter().map(|entry| below(section, entry))),
            Err(errors) => tables.1.extend(errors.0),
        }
    }
    for subchart in &chart.subcharts {
        section.push(subchart.metadata.name.clone());
        add(subchart, section, tables);
        section.pop();
    }
}

fn below(section: &[String], entry: Entry) -> Entry {
    let join = |path: Vec<String>| section.iter().cloned().chain(path).collect();
    Entry {
        from: join(entry.from),
        went: match entry.went {
            Went::To { path, note } => Went::To {
                path: join(path),
                note,
            },
            nowhere @ Went::Nowhere(_) => nowhere,
        },
    }
}

fn read(source: &Arc<Source>) -> Result<Vec<Entry>> {
    let document = yaml::read_document(source)?;
    let mut entries = Vec::new();
    for item in document.as_list().unwrap_or_default() {
        entries.push(entry(item)?);
    }
    Ok(entries)
}

fn entry(item: &Node) -> Result<Entry> {
    let written: Written = yaml::from_node(item, "moved-values-invalid")?;
    let went = match (written.to, written.gone) {
        (Some(to), None) => Went::To {
            path: keys(&to),
            note: written.note,
        },
        (None, Some(reason)) => Went::Nowhere(reason),
        _ => {
            let message = "an entry says either `to`, where the key went, or `gone`, why it went away";
            return Err(Diagnostic::error("moved-values-invalid", message)
                .at(&item.place)
                .into());
        }
    };
    Ok(Entry {
        from: keys(&written.from),
        went,
    })
}

/// The keys of a dotted path; those with dots of their own stand in quotes.
fn keys(path: &str) -> Vec<String> {
    let mut keys = Vec::new();
    let mut rest = path;
    while !rest.is_empty() {
        let (key, after) = match rest.strip_prefix('"').and_then(|rest| rest.split_once('"')) {
            Some((key, after)) => (key, after.strip_prefix('.').unwrap_or(after)),
            None => rest.split_once('.').unwrap_or((rest, "")),
        };
        keys.push(key.to_owned());
        rest = after;
    }
    keys
}
