//! Renders a chart: the environment, the helpers, the templates, one after another.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::io;
use std::sync::Arc;

use minijinja::syntax::SyntaxConfig;
use minijinja::{AutoEscape, Environment, Error, ErrorKind, UndefinedBehavior, Value};

use super::error::{self, Explainer};
use super::fill::{self, Filled};
use super::helpers::{HelperFunction, Helpers};
use super::shared::Shared;
use super::value::{NotData, Omit, is_omit, to_node, to_value};
use super::{Document, RenderInput, filters, globals, marks, tpl};
use crate::chart::{Chart, ChartFile};
use crate::diagnostic::{Diagnostic, Diagnostics, Result};
use crate::files;
use crate::source::{Place, Source};
use crate::yaml::Node;

/// The name of the escaping that means: holes, not text.
const YAML_MODE: AutoEscape = AutoEscape::Custom(Cow::Borrowed("yaml"));

/// Behind a helper file's name: the template that holds only its macros, compiled when one of them is called.
pub(super) const MACROS: &str = " (macros)";

/// A template as minijinja gets it.
pub(super) struct Prepared {
    /// The name that `# Source:` shows.
    pub(super) name: String,
    pub(super) source: Arc<Source>,
    /// The text with line marks.
    pub(super) text: String,
}

/// The helper files of one chart, and the name that templates know its helpers by.
struct HelperFiles {
    global: String,
    /// Indices into the prepared templates.
    files: Vec<usize>,
}

/// Renders the templates of one chart. See [`RenderInput`].
///
/// # Errors
/// What is wrong in the templates, or with the values that they were given.
pub(super) fn render(input: &RenderInput<'_>) -> Result<Vec<Document>> {
    let mut prepared = Vec::new();
    let mut sources = Vec::new();
    let mut helper_files = Vec::new();
    for library in input.libraries {
        let base = format!("{}/charts/{}", input.path, library.metadata.name);
        let files = prepare_helpers(library, &base, &mut prepared, &mut sources)?;
        helper_files.push(HelperFiles {
            global: library.metadata.name.replace('-', "_"),
            files,
        });
    }
    let files = prepare_helpers(input.chart, &input.path, &mut prepared, &mut sources)?;
    helper_files.push(HelperFiles {
        global: "helpers".to_owned(),
        files,
    });
    let mut templates = Vec::new();
    for file in &input.chart.templates {
        let name = format!("{}/{}", input.path, file.path);
        if kind_of(&file.path) == FileKind::Objects && input.wants(&name) {
            templates.push((prepared.len(), file.path.clone()));
            prepare(file, name, &mut prepared, &mut sources)?;
        }
    }
    let shared = Arc::new(Shared::new(sources, input.limits));
    let renderer = Renderer {
        input,
        prepared: &prepared,
        helper_files: &helper_files,
        shared,
    };
    renderer.run(&templates)
}

#[derive(PartialEq, Eq)]
enum FileKind {
    Objects,
    Helpers,
    Other,
}

fn kind_of(path: &str) -> FileKind {
    let name = path.rsplit('/').next().unwrap_or(path);
    let is_yaml = [".yaml", ".yml", ".json"]
        .iter()
        .any(|ending| name.ends_with(ending));
    match (name.starts_with('_'), is_yaml) {
        (true, true) => FileKind::Helpers,
        (false, true) => FileKind::Objects,
        _ => FileKind::Other,
    }
}

fn prepare(
    file: &ChartFile,
    name: String,
    prepared: &mut Vec<Prepared>,
    sources: &mut Vec<Arc<Source>>,
) -> Result<usize> {
    let Some(source) = &file.source else {
        return Err(Diagnostic::error(
            "template-text",
            format!("the template `{}` is not UTF-8 text", file.path),
        )
        .into());
    };
    let text = marks::prepare(source, sources.len())?;
    sources.push(Arc::clone(source));
    prepared.push(Prepared {
        name,
        source: Arc::clone(source),
        text,
    });
    Ok(prepared.len() - 1)
}

fn prepare_helpers(
    chart: &Chart,
    base: &str,
    prepared: &mut Vec<Prepared>,
    sources: &mut Vec<Arc<Source>>,
) -> Result<Vec<usize>> {
    let mut files = Vec::new();
    for file in chart
        .templates
        .iter()
        .filter(|file| kind_of(&file.path) == FileKind::Helpers)
    {
        let index = prepare(file, format!("{base}/{}", file.path), prepared, sources)?;
        files.push(index);
    }
    Ok(files)
}

struct Renderer<'a> {
    input: &'a RenderInput<'a>,
    prepared: &'a [Prepared],
    helper_files: &'a [HelperFiles],
    shared: Arc<Shared>,
}

impl<'a> Renderer<'a> {
    fn run(&self, templates: &[(usize, String)]) -> Result<Vec<Document>> {
        let mut env = self.environment();
        let roots = globals::roots(self.input);
        for (name, node) in &roots {
            env.add_global(*name, to_value(node));
        }
        env.add_global("omit", Value::from_object(Omit));
        env.add_global("Files", globals::files(self.input.chart));
        self.add_macro_loader(&mut env);
        for prepared in self.prepared {
            env.add_template(&prepared.name, &prepared.text)
                .map_err(|error| error::syntax(&error, &prepared.source, &prepared.text))?;
        }
        let mut names = Vec::new();
        for group in self.helper_files {
            let helpers = Arc::new(Helpers::default());
            env.add_global(group.global.clone(), Value::from_dyn_object(Arc::clone(&helpers)));
            for file in &group.files {
                self.evaluate_helpers(&env, &helpers, *file)
                    .map_err(|error| self.explainer(&roots, helpers.names()).explain(&error))?;
            }
            names = helpers.names();
        }
        let mut documents = Vec::new();
        for (index, path) in templates {
            let prepared = &self.prepared[*index];
            let text = self
                .render_template(&env, prepared)
                .map_err(|error| self.explainer(&roots, names.clone()).explain(&error))
                .map_err(|Diagnostics(list)| at_least_in(list, &prepared.source))?;
            let nodes = fill::documents(&text, &self.shared)?;
            self.shared.clear_holes();
            documents.extend(nodes.into_iter().map(|node| Document {
                template: prepared.name.clone(),
                path: path.clone(),
                source: Arc::clone(&prepared.source),
                node,
            }));
        }
        Ok(documents)
    }

    fn explainer<'s>(&'s self, roots: &'s [(&'static str, Node)], helpers: Vec<String>) -> Explainer<'s> {
        Explainer {
            templates: self.prepared,
            roots,
            helpers,
            filters: filters::NAMES,
        }
    }

    fn environment(&self) -> Environment<'a> {
        let mut env = Environment::new();
        env.set_debug(false);
        env.set_fuel(Some(self.input.limits.fuel));
        env.set_recursion_limit(100);
        env.set_undefined_behavior(UndefinedBehavior::Chainable);
        env.set_syntax(
            SyntaxConfig::builder()
                .trim_blocks(true)
                .lstrip_blocks(true)
                .build()
                .unwrap_or_default(),
        );
        env.set_auto_escape_callback(|name| {
            if name == tpl::NAME {
                AutoEscape::None
            } else {
                YAML_MODE
            }
        });
        let shared = Arc::clone(&self.shared);
        env.set_formatter(move |out, state, value| {
            if value.is_undefined() {
                return Err(Error::from(ErrorKind::UndefinedError));
            }
            let filled = filled(value, &shared)?;
            if *state.auto_escape() == YAML_MODE {
                let index = shared.add_hole(filled);
                write!(out, "{}{index}{}", marks::HOLE_START, marks::HOLE_END).map_err(Error::from)
            } else {
                tpl::write_text(out, &filled)
            }
        });
        filters::add(&mut env, &self.shared);
        env
    }

    fn add_macro_loader(&self, env: &mut Environment<'_>) {
        let files: HashMap<String, String> = self
            .helper_files
            .iter()
            .flat_map(|group| &group.files)
            .map(|file| &self.prepared[*file])
            .map(|prepared| (prepared.name.clone(), prepared.text.clone()))
            .collect();
        env.set_loader(move |name| {
            let file = name.strip_suffix(MACROS).and_then(|file| files.get(file));
            Ok(file.map(|text| marks::only_macros(text)))
        });
    }

    fn evaluate_helpers(
        &self,
        env: &Environment<'_>,
        helpers: &Arc<Helpers>,
        file: usize,
    ) -> std::result::Result<(), Error> {
        let prepared = &self.prepared[file];
        let macro_names = macro_names(prepared.source.text());
        let captured = env
            .get_template(&prepared.name)?
            .render_captured(self.template_context(prepared))?;
        self.shared.spend(captured.state().fuel_levels())?;
        let state = captured.state();
        let mut values = BTreeMap::new();
        for name in state.exports() {
            if macro_names.contains(&name) {
                continue;
            }
            // An undefined export stays undefined: false in a condition, an error when it is printed.
            let Some(value) = state.lookup(name).filter(|value| !value.is_undefined()) else {
                continue;
            };
            let value = match filled_or_function(&value, &self.shared)? {
                Some(Filled::Node(node)) => to_value(&node),
                Some(Filled::Omit) => Value::from_object(Omit),
                None => value,
            };
            helpers.insert(name, value.clone());
            values.insert(name.to_owned(), value);
        }
        let context = Value::from(values);
        let module: Arc<str> = format!("{}{MACROS}", prepared.name).into();
        for name in macro_names {
            let function = HelperFunction {
                shared: Arc::clone(&self.shared),
                module: Arc::clone(&module),
                name: name.to_owned(),
                context: context.clone(),
            };
            helpers.insert(name, Value::from_object(function));
        }
        Ok(())
    }

    fn template_context(&self, prepared: &Prepared) -> Value {
        let base = format!("{}/templates", self.input.path);
        let template = Value::from_pairs([("Name", prepared.name.as_str()), ("BasePath", base.as_str())]);
        Value::from_pairs([("Template", template)])
    }

    fn render_template(
        &self,
        env: &Environment<'_>,
        prepared: &Prepared,
    ) -> std::result::Result<String, Error> {
        let mut out = Bounded {
            bytes: Vec::new(),
            limit: self.input.limits.output,
        };
        let template = env.get_template(&prepared.name)?;
        let captured = template.render_captured_to(self.template_context(prepared), &mut out)?;
        self.shared.spend(captured.state().fuel_levels())?;
        String::from_utf8(out.bytes).map_err(|_| {
            Error::new(
                ErrorKind::InvalidOperation,
                "the template wrote bytes that are no text",
            )
        })
    }
}

/// What has no place stands in this template.
fn at_least_in(list: Vec<Diagnostic>, source: &Arc<Source>) -> Diagnostics {
    let placed = |diagnostic: Diagnostic| {
        if diagnostic.labels.is_empty() {
            diagnostic.at(&Place::whole(source))
        } else {
            diagnostic
        }
    };
    Diagnostics(list.into_iter().map(placed).collect())
}

/// The macros that a helper file defines.
fn macro_names(text: &str) -> Vec<&str> {
    let mut names = Vec::new();
    let mut rest = text;
    while let Some(found) = rest.find("{%") {
        let tag = &rest[found..];
        if marks::block_name(tag) == "macro" {
            let after = tag
                .split_once("macro")
                .map_or("", |(_, after)| after)
                .trim_start();
            names.push(
                after
                    .split(|c: char| !c.is_alphanumeric() && c != '_')
                    .next()
                    .unwrap_or(""),
            );
        }
        rest = &tag[2..];
    }
    names
}

/// What a value puts into a hole.
pub(super) fn filled(value: &Value, shared: &Shared) -> std::result::Result<Filled, Error> {
    filled_or_function(value, shared)?.ok_or_else(|| {
        Error::new(
            ErrorKind::InvalidOperation,
            format!("{value} is a function, not a value; call it"),
        )
    })
}

fn filled_or_function(value: &Value, shared: &Shared) -> std::result::Result<Option<Filled>, Error> {
    if is_omit(value) {
        return Ok(Some(Filled::Omit));
    }
    let failure = std::cell::RefCell::new(None);
    let fragment = |text: &str| {
        shared.fragment(text).unwrap_or_else(|diagnostics| {
            *failure.borrow_mut() = Some(diagnostics);
            None
        })
    };
    let node = to_node(value, &fragment);
    if let Some(diagnostics) = failure.into_inner() {
        return Err(super::shared::carry(diagnostics));
    }
    match node {
        Ok(node) => Ok(Some(Filled::Node(node))),
        Err(NotData::Omit) => Ok(Some(Filled::Omit)),
        Err(NotData::Undefined) => Err(Error::from(ErrorKind::UndefinedError)),
        Err(NotData::Kind) => Ok(None),
        Err(NotData::Limit) => Err(Error::new(
            ErrorKind::InvalidOperation,
            "the value is nested too deeply or is no finite number",
        )),
    }
}

/// Stops a template that writes too much.
struct Bounded {
    bytes: Vec<u8>,
    limit: usize,
}

impl io::Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.bytes.len() + bytes.len() > self.limit {
            return Err(io::Error::other(format!(
                "the template writes more than {}",
                files::human_size(u64::try_from(self.limit).unwrap_or(u64::MAX))
            )));
        }
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
