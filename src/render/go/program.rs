//! The templates of a tree of charts: one name, one template.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::sync::Arc;

use ahash::RandomState;

use super::ahead::Ahead;
use super::error::Result;
use super::parse::{Parsed, parse};
use super::tree::Template;
use crate::source::Source;
use crate::workers::each;

/// How much text takes longer to parse than beginning a thread for it.
const BYTES_A_THREAD: usize = 32 << 10;

/// Parsed templates under their names, global to the tree of charts. May be shared between threads.
#[derive(Debug, Default)]
pub struct Program {
    templates: HashMap<Arc<str>, Arc<Template>, RandomState>,
    changes_values: bool,
}

impl Program {
    /// Parses files on all processors, each with the path that Helm knows it by: `chart/charts/sub/templates/a.yaml`.
    ///
    /// # Errors
    /// The first mistake of the first file that has one, in Helm's order.
    pub fn parse(files: &[(Arc<str>, Arc<Source>)]) -> Result<Program> {
        Program::parse_rest(files, None)
    }

    /// [`Program::parse`] for those that were not parsed ahead.
    ///
    /// # Errors
    /// As [`Program::parse`].
    pub fn parse_rest(files: &[(Arc<str>, Arc<Source>)], ahead: Option<&Ahead>) -> Result<Program> {
        let order = order(files.iter().map(|(path, _)| &**path));
        let files: Vec<_> = order.into_iter().filter_map(|at| files.get(at)).collect();
        let is_ahead = |source: &Arc<Source>| ahead.is_some_and(|ahead| ahead.has(source));
        let rest = files.iter().filter(|(_, source)| !is_ahead(source));
        let bytes: usize = rest.map(|(_, source)| source.text().len()).sum();
        let parsed = each(&files, bytes.div_ceil(BYTES_A_THREAD), &|(path, source)| {
            let taken = ahead.and_then(|ahead| ahead.take(path, source));
            taken.map_or_else(|| parse(path, source), Ok)
        });
        let mut program = Program::default();
        for parsed in parsed {
            program.add(parsed?);
        }
        Ok(program)
    }

    /// Adds a file's templates. Of two with one name the later one counts, unless it is empty.
    pub fn add(&mut self, parsed: Parsed) {
        self.changes_values |= parsed.changes_values;
        for template in parsed.defined.into_iter().chain([parsed.main]) {
            if !(template.is_empty() && self.templates.contains_key(&template.name)) {
                self.templates
                    .insert(Arc::clone(&template.name), Arc::new(template));
            }
        }
    }

    /// As [`Parsed::changes_values`].
    pub(super) fn changes_values(&self) -> bool {
        self.changes_values
    }

    /// The template of a name.
    pub fn get(&self, name: &str) -> Option<&Arc<Template>> {
        self.templates.get(name)
    }

    /// The names of all templates, in any order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.templates.keys().map(|name| &**name)
    }
}

/// The order in which Helm parses and renders files, as positions: those in the deepest folders first, then by their
/// paths backwards.
pub fn order<'p>(paths: impl Iterator<Item = &'p str>) -> Vec<usize> {
    let mut keyed: Vec<(Reverse<(usize, &str)>, usize)> = paths
        .enumerate()
        .map(|(position, path)| (Reverse((path.matches('/').count(), path)), position))
        .collect();
    keyed.sort_unstable();
    keyed.into_iter().map(|(_, position)| position).collect()
}
