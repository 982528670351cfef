//! The grammar of `--set`, `--set-string`, `--set-file`, `--set-json` and `--set-literal`, as Helm 3.17 reads it
//! (`pkg/strvals`). What Helm drops without a word is an error here: an empty key, an index without a value, and a
//! backslash at the end.

mod edit;
mod parse;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use super::path::Step as To;
use crate::secret;
use crate::source::{Place, Source};
use crate::yaml::Node;

pub(super) use edit::apply;
pub(super) use parse::parse;

/// The largest index of a list.
const MAX_INDEX: usize = 65_536;
/// The largest number of dots in a key, and of indexes.
const MAX_NESTING: usize = 30;
/// The longest name of a flag in messages, in characters.
const MAX_NAME: usize = 80;

/// Which flag an argument came with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Flag {
    /// `--set-json`
    Json,
    /// `--set`
    Typed,
    /// `--set-string`
    Text,
    /// `--set-file`
    File,
    /// `--set-literal`
    Literal,
}

impl Flag {
    pub(super) fn name(self) -> &'static str {
        match self {
            Flag::Json => "--set-json",
            Flag::Typed => "--set",
            Flag::Text => "--set-string",
            Flag::File => "--set-file",
            Flag::Literal => "--set-literal",
        }
    }

    /// The argument as a source, by the name of `--set a.b=1`: one line, shortened where it is long, without secrets.
    pub(super) fn source(self, argument: &str) -> Arc<Source> {
        let mut name = format!("{} ", self.name());
        let shown = secret::masked_argument(self.name(), argument);
        let mut rest = shown.chars();
        name.extend(
            rest.by_ref()
                .take(MAX_NAME)
                .map(|c| if c.is_control() { ' ' } else { c }),
        );
        if rest.next().is_some() {
            name.push('…');
        }
        Source::new(name, argument)
    }
}

/// What an argument says.
#[derive(Debug)]
pub(super) enum Parsed {
    /// A map to merge: the form of `--set-json` that is one JSON object.
    Object(Node),
    /// Paths and what to put there, in order.
    Edits(Vec<Edit>),
}

/// A path and what to put there.
#[derive(Debug, Clone)]
pub(super) struct Edit {
    pub source: Arc<Source>,
    /// Where the assignment begins.
    pub place: Place,
    pub path: Vec<Step>,
    pub value: Node,
}

/// One step of a path, and where it starts in the argument (in bytes, from 0).
#[derive(Debug, Clone)]
pub(super) struct Step {
    pub to: To,
    pub start: usize,
}

/// The place of a byte of an argument, counted from 0.
fn place(source: &Arc<Source>, offset: usize) -> Place {
    Mark::default().forward(source, offset).place(source)
}

/// A byte of an argument, with its line and column: places that are asked for in order take one pass.
#[derive(Debug, Clone, Copy)]
struct Mark {
    offset: usize,
    line: u32,
    column: u32,
}

impl Default for Mark {
    fn default() -> Self {
        Mark {
            offset: 0,
            line: 1,
            column: 1,
        }
    }
}

impl Mark {
    /// The mark at a byte, which may be before this one.
    fn forward(self, source: &Source, offset: usize) -> Mark {
        let mut mark = match offset < self.offset {
            true => Mark::default(),
            false => self,
        };
        let passed = source.text().get(mark.offset..offset).unwrap_or_default();
        for character in passed.chars() {
            if character == '\n' {
                mark.line = mark.line.saturating_add(1);
                mark.column = 1;
            } else {
                mark.column = mark.column.saturating_add(1);
            }
        }
        mark.offset = offset;
        mark
    }

    fn place(self, source: &Arc<Source>) -> Place {
        Place::new(source, self.line, self.column)
    }
}
