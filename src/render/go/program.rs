//! The templates of a tree of charts: one name, one template.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::sync::Arc;

use super::error::Result;
use super::parse::{Parsed, parse};
use super::tree::Template;
use crate::source::Source;

/// Parsed templates under their names, global to the tree of charts. May be shared between threads.
#[derive(Debug, Default)]
pub struct Program {
    templates: HashMap<Arc<str>, Arc<Template>>,
}

impl Program {
    /// Parses files, each with the path that Helm knows it by: `chart/charts/sub/templates/a.yaml`.
    ///
    /// # Errors
    /// The first mistake of the first file that has one, in Helm's order.
    pub fn parse(files: &[(Arc<str>, Arc<Source>)]) -> Result<Program> {
        let mut program = Program::default();
        for position in order(files.iter().map(|(path, _)| &**path)) {
            if let Some((path, source)) = files.get(position) {
                program.add(parse(path, source)?);
            }
        }
        Ok(program)
    }

    /// Adds a file's templates. Of two with one name the later one counts, unless it is empty.
    pub fn add(&mut self, parsed: Parsed) {
        for template in parsed.defined.into_iter().chain([parsed.main]) {
            if !(template.is_empty() && self.templates.contains_key(&template.name)) {
                self.templates
                    .insert(Arc::clone(&template.name), Arc::new(template));
            }
        }
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
