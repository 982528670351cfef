//! The layers that people give, in Helm's fixed order: files, then `--set-json`, `--set`, `--set-string`,
//! `--set-file` and `--set-literal`, whatever their order on the command line.

use std::sync::Arc;

use super::odd;
use super::set::{self, Edit, Flag};
use super::tables;
use crate::diagnostic::{Diagnostic, Diagnostics, Result};
use crate::source::{Place, Source};
use crate::yaml::{self, Node};

/// What people give, each list in the order of the command line.
#[derive(Debug, Clone, Default)]
pub struct Inputs {
    /// The chart's own file for an environment, which comes before the files.
    pub environment: Option<Arc<Source>>,
    /// Values files, the lowest first.
    pub files: Vec<Arc<Source>>,
    /// Arguments of `--set-json`: `key=JSON,...` or one JSON object.
    pub set_json: Vec<String>,
    /// Arguments of `--set`: `key=value,...`, typed.
    pub set: Vec<String>,
    /// Arguments of `--set-string`: as `--set`, every value a string.
    pub set_string: Vec<String>,
    /// Arguments of `--set-file`: `key=path,...`, the value is the file's text.
    pub set_file: Vec<String>,
    /// Arguments of `--set-literal`: `key=text`, the text as it stands.
    pub set_literal: Vec<String>,
}

impl Inputs {
    /// The files and flags as messages name them, the lowest first.
    pub fn sources(&self) -> Vec<Arc<Source>> {
        let flags = self.flags().into_iter();
        let flags =
            flags.flat_map(|(flag, arguments)| arguments.iter().map(move |argument| flag.source(argument)));
        let files = self.environment.iter().chain(&self.files).cloned();
        files.chain(flags).collect()
    }

    fn flags(&self) -> [(Flag, &[String]); 5] {
        [
            (Flag::Json, &self.set_json),
            (Flag::Typed, &self.set),
            (Flag::Text, &self.set_string),
            (Flag::File, &self.set_file),
            (Flag::Literal, &self.set_literal),
        ]
    }
}

/// What a layer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LayerKind {
    /// The chart's own file for an environment.
    Environment,
    /// A file of `-f`.
    File,
    /// A `--set` flag of any kind.
    Flag,
}

/// One file or flag and what it sets by itself.
#[derive(Debug, Clone)]
pub struct Layer {
    /// What it is.
    pub kind: LayerKind,
    /// The file or the flag as a whole.
    pub place: Place,
    /// What it sets: a map.
    pub values: Node,
    /// The assignments of a flag, in order; nothing where it is one object, or a file.
    pub(super) edits: Vec<Edit>,
}

/// The values that the user gave: all layers, and what they come to. Nulls are still in: they delete defaults later.
#[derive(Debug, Clone)]
pub struct UserValues {
    /// The layers merged: a map.
    pub values: Node,
    /// The layers, the lowest first.
    pub layers: Vec<Layer>,
    /// What looks wrong.
    pub warnings: Vec<Diagnostic>,
}

impl Default for UserValues {
    fn default() -> Self {
        UserValues {
            values: tables::empty(),
            layers: Vec::new(),
            warnings: Vec::new(),
        }
    }
}

impl UserValues {
    /// Reads and merges all layers. `read_file` gives the file that `--set-file` names. Fails with all errors of all
    /// layers at once.
    pub fn read(inputs: &Inputs, read_file: &dyn Fn(&str) -> Result<Arc<Source>>) -> Result<Self> {
        let mut user = UserValues::default();
        let mut errors = Vec::new();
        let environment = inputs
            .environment
            .iter()
            .map(|source| (LayerKind::Environment, source));
        let files = inputs.files.iter().map(|source| (LayerKind::File, source));
        for (kind, source) in environment.chain(files) {
            match yaml::read_values(source) {
                Ok(values) => {
                    user.warnings.extend(odd::boolean_keys(&values));
                    user.put(kind, values, Place::whole(source));
                    user.warnings
                        .extend(yaml::after_first_document(source).map(|place| ignored(&place)));
                }
                Err(Diagnostics(found)) => errors.extend(found),
            }
        }
        for (flag, arguments) in inputs.flags() {
            for argument in arguments {
                user.set(flag, argument, read_file, &mut errors);
            }
        }
        if errors.is_empty() {
            Ok(user)
        } else {
            Err(Diagnostics(errors))
        }
    }

    /// Puts a map over what is there.
    fn put(&mut self, kind: LayerKind, values: Node, place: Place) {
        self.values = tables::overlay(&values, &self.values);
        self.layers.push(Layer {
            kind,
            place,
            values,
            edits: Vec::new(),
        });
    }

    fn set(
        &mut self,
        flag: Flag,
        argument: &str,
        read_file: &dyn Fn(&str) -> Result<Arc<Source>>,
        errors: &mut Vec<Diagnostic>,
    ) {
        let source = flag.source(argument);
        let place = Place::whole(&source);
        let edits = match set::parse(flag, &source, read_file) {
            Ok(set::Parsed::Object(values)) => return self.put(LayerKind::Flag, values, place),
            Ok(set::Parsed::Edits(edits)) => edits,
            Err(Diagnostics(found)) => return errors.extend(found),
        };
        let mut own = tables::empty();
        for edit in &edits {
            // By itself it can only clash with what it set before, and then it does so in the whole too.
            let _ = set::apply(&mut own, edit);
            if let Err(error) = set::apply(&mut self.values, edit) {
                errors.push(error);
            }
        }
        self.layers.push(Layer {
            kind: LayerKind::Flag,
            place,
            values: own,
            edits,
        });
    }
}

fn ignored(place: &Place) -> Diagnostic {
    Diagnostic::warning(
        "values-ignored-document",
        "only the first document of a values file is used, and this is another one",
    )
    .at(place)
    .help("write it into a file of its own and give both with `-f`, or remove the `---` above it")
}
