//! Which differences are wanted.

use globset::{GlobBuilder, GlobMatcher};

use super::model::ObjectChange;
use super::path::{PathStep, Trail};
use crate::diagnostic::{Diagnostic, Diagnostics, Result};
use crate::manifest::Identity;
use crate::yaml::{Map, Node, Value};

/// Which objects and fields are wanted: all, where nothing is said.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    kinds: Vec<String>,
    names: Vec<GlobMatcher>,
    paths: Vec<(String, GlobMatcher)>,
}

impl Filter {
    /// Reads a filter: kinds in any case, names with `*`, paths as they are shown, with `*`; a path stands for all below it.
    ///
    /// # Errors
    /// Patterns that cannot be used.
    pub fn new(kinds: &[String], names: &[String], paths: &[String]) -> Result<Filter> {
        let mut errors = Vec::new();
        let mut glob = |flag: &str, pattern: &str| {
            // Brackets are those of lists.
            let plain = pattern.replace('[', "[[]");
            match GlobBuilder::new(&plain).backslash_escape(false).build() {
                Ok(glob) => Some(glob.compile_matcher()),
                Err(error) => {
                    let message = format!("`{flag} {pattern}` is not a pattern: {}", error.kind());
                    errors.push(
                        Diagnostic::error("diff-pattern", message)
                            .help("`*` stands for any text, `?` for a character"),
                    );
                    None
                }
            }
        };
        let split = |list: &[String]| -> Vec<String> {
            let all = list.iter().flat_map(|entry| entry.split(','));
            all.map(str::trim)
                .filter(|entry| !entry.is_empty())
                .map(str::to_owned)
                .collect()
        };
        let filter = Filter {
            kinds: split(kinds).iter().map(|kind| kind.to_lowercase()).collect(),
            names: names.iter().filter_map(|name| glob("--name", name)).collect(),
            paths: paths
                .iter()
                .filter_map(|path| Some((path.clone(), glob("--path", path)?)))
                .collect(),
        };
        if errors.is_empty() {
            Ok(filter)
        } else {
            Err(Diagnostics(errors))
        }
    }

    /// Whether an object is wanted.
    pub fn wants_object(&self, identity: &Identity) -> bool {
        let kind = identity.kind.to_lowercase();
        let is_kind = self.kinds.is_empty() || self.kinds.contains(&kind);
        is_kind && (self.names.is_empty() || self.names.iter().any(|name| name.is_match(&identity.name)))
    }

    /// Whether what stands at a path is wanted.
    pub fn wants_path(&self, path: &str) -> bool {
        let is_below = |known: &str| {
            path.strip_prefix(known)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[', ' ']))
        };
        self.paths.is_empty()
            || self
                .paths
                .iter()
                .any(|(text, glob)| is_below(text) || glob.is_match(path))
    }

    /// Takes what is not wanted out of an object that differs; false where nothing is left.
    pub(super) fn narrow(&self, change: &mut ObjectChange) -> bool {
        let of = |identity: Option<&Identity>| identity.is_some_and(|identity| self.wants_object(identity));
        let is_wanted = of(change.new.as_ref().map(|object| &object.identity))
            || of(change.old.as_ref().map(|object| &object.identity));
        if !is_wanted || self.paths.is_empty() {
            return is_wanted;
        }
        change
            .fields
            .retain(|field| self.wants_path(&field.path.to_string()));
        match (&change.old, &change.new) {
            (Some(_), Some(_)) => !change.fields.is_empty(),
            (Some(object), None) | (None, Some(object)) => self.is_in(&object.node, &mut Vec::new()),
            (None, None) => false,
        }
    }

    /// Whether an object has a field that is wanted.
    fn is_in(&self, node: &Node, path: &mut Vec<PathStep>) -> bool {
        if !path.is_empty() && self.wants_path(&Trail(path.clone()).to_string()) {
            return true;
        }
        let mut inner = |step: PathStep, node: &Node| {
            path.push(step);
            let found = self.is_in(node, path);
            path.pop();
            found
        };
        match &node.value {
            Value::Map(map) => {
                Map::iter(map).any(|(key, entry)| inner(PathStep::Key(key.clone()), &entry.node))
            }
            Value::List(list) => list.iter().enumerate().any(|(index, item)| {
                let step = super::path::Item {
                    new: Some(index),
                    ..Default::default()
                };
                inner(PathStep::Item(step), item)
            }),
            _ => false,
        }
    }
}
