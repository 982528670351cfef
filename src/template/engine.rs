//! Renders a chart: the environment, the helpers, the templates, one after another.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::io;
use std::sync::Arc;

use minijinja::{Environment, Error, ErrorKind, Value};

use super::error::{self, Explainer};
use super::fill::{self, Filled};
use super::helpers::{HelperFunction, Helpers};
use super::prepared::{HelperFile, HelperFiles, LIBRARY, Prepared, Templates, YAML_MODE, is_object_template};
use super::shared::Shared;
use super::timings::{Stage, Timings};
use super::value::{NotData, Omit, is_omit, to_node, to_value};
use super::{Document, RenderInput, filters, globals, marks, tpl};
use crate::diagnostic::{Diagnostic, Diagnostics, Result};
use crate::files;
use crate::source::{Place, Source};
use crate::yaml::Node;

/// Renders the templates of one chart. See [`RenderInput`].
///
/// # Errors
/// What is wrong in the templates, or with the values that they were given.
pub(super) fn render(input: &RenderInput<'_>) -> Result<Vec<Document>> {
    let mut templates = Templates::of_libraries(input.libraries);
    let mut wanted = Vec::new();
    for file in input
        .chart
        .templates
        .iter()
        .filter(|file| is_object_template(&file.path))
    {
        let name = format!("{}/{}", input.path, file.path);
        if input.wants(&name) {
            wanted.push((name, file));
        }
    }
    if wanted.is_empty() {
        // The helpers serve nobody.
        return Ok(Vec::new());
    }
    let mut helpers = input.libraries.helpers.clone();
    helpers.push(templates.add_helpers(input.chart, "helpers", &input.path)?);
    let mut indices = Vec::with_capacity(wanted.len());
    for (name, file) in wanted {
        indices.push((templates.add(file, name)?, file.path.as_str()));
    }
    let shared = Arc::new(Shared::new(templates.sources(), input.limits));
    let renderer = Renderer {
        input,
        templates: &templates,
        helpers: &helpers,
        shared,
    };
    renderer.run(&indices)
}

struct Renderer<'a> {
    input: &'a RenderInput<'a>,
    templates: &'a Templates,
    helpers: &'a [HelperFiles],
    shared: Arc<Shared>,
}

impl<'a> Renderer<'a> {
    fn run(&self, wanted: &[(usize, &str)]) -> Result<Vec<Document>> {
        let mut env = self.environment();
        let roots = globals::roots(self.input);
        for (name, node) in &roots {
            env.add_global(*name, to_value(node));
        }
        env.add_global("omit", Value::from_object(Omit));
        env.add_global("Files", globals::files(self.input.chart));
        self.add_macro_loader(&mut env);
        // Those of the libraries are compiled already.
        self.measure(Stage::Compile, || {
            self.templates.own().iter().try_for_each(|prepared| {
                env.add_template(&prepared.name, &prepared.text)
                    .map_err(|error| error::syntax(&error, &prepared.source, &prepared.text))
            })
        })?;
        let mut names = Vec::new();
        for group in self.helpers {
            let helpers = Arc::new(Helpers::default());
            env.add_global(group.global.clone(), Value::from_dyn_object(Arc::clone(&helpers)));
            for file in &group.files {
                self.measure(Stage::Evaluate, || self.evaluate_helpers(&env, &helpers, file))
                    .map_err(|error| self.explainer(&roots, helpers.names()).explain(&error))?;
            }
            names = helpers.names();
        }
        let mut documents = Vec::new();
        for (index, path) in wanted {
            let prepared = self.templates.get(*index);
            let text = self
                .measure(Stage::Evaluate, || self.render_template(&env, prepared))
                .map_err(|error| self.explainer(&roots, names.clone()).explain(&error))
                .map_err(|Diagnostics(list)| at_least_in(list, &prepared.source))?;
            let nodes = self.measure(Stage::Fill, || fill::documents(&text, &self.shared))?;
            self.shared.clear_holes();
            documents.extend(nodes.into_iter().map(|node| Document {
                template: prepared.name.clone(),
                path: (*path).to_owned(),
                source: Arc::clone(&prepared.source),
                node,
            }));
        }
        Ok(documents)
    }

    fn measure<T>(&self, stage: Stage, work: impl FnOnce() -> T) -> T {
        Timings::measure(self.input.timings, stage, work)
    }

    fn explainer<'s>(&'s self, roots: &'s [(&'static str, Node)], helpers: Vec<String>) -> Explainer<'s> {
        Explainer {
            templates: self.templates.all(),
            roots,
            helpers,
            filters: filters::NAMES,
        }
    }

    fn environment(&self) -> Environment<'a> {
        let mut env = self.input.libraries.env.clone();
        env.set_fuel(Some(self.input.limits.fuel));
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
        let files: HashMap<String, Arc<Prepared>> = self
            .helpers
            .iter()
            .flat_map(|group| &group.files)
            .filter(|file| file.module != self.templates.get(file.template).name)
            .map(|file| (file.module.clone(), Arc::clone(self.templates.get(file.template))))
            .collect();
        env.set_loader(move |name| Ok(files.get(name).map(|prepared| marks::only_macros(&prepared.text))));
    }

    fn evaluate_helpers(
        &self,
        env: &Environment<'_>,
        helpers: &Arc<Helpers>,
        file: &HelperFile,
    ) -> std::result::Result<(), Error> {
        let values = if file.exports.has_values {
            self.helper_values(env, helpers, file)?
        } else {
            BTreeMap::new()
        };
        let context = Value::from(values);
        let module: Arc<str> = file.module.as_str().into();
        for name in &file.exports.macros {
            let function = HelperFunction {
                shared: Arc::clone(&self.shared),
                module: Arc::clone(&module),
                name: name.clone(),
                context: context.clone(),
            };
            helpers.insert(name, Value::from_object(function));
        }
        Ok(())
    }

    /// Evaluates a helper file and gives what it sets.
    fn helper_values(
        &self,
        env: &Environment<'_>,
        helpers: &Arc<Helpers>,
        file: &HelperFile,
    ) -> std::result::Result<BTreeMap<String, Value>, Error> {
        let prepared = self.templates.get(file.template);
        let captured = env
            .get_template(&prepared.name)?
            .render_captured(self.template_context(prepared))?;
        self.shared.spend(captured.state().fuel_levels())?;
        let state = captured.state();
        let mut values = BTreeMap::new();
        for name in state.exports() {
            if file.exports.macros.iter().any(|known| known == name) {
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
        Ok(values)
    }

    fn template_context(&self, prepared: &Prepared) -> Value {
        let base = format!("{}/templates", self.input.path);
        let name = match prepared.name.strip_prefix(LIBRARY) {
            Some(name) => Cow::from(format!("{}/charts/{name}", self.input.path)),
            None => Cow::from(&prepared.name),
        };
        let template = Value::from_pairs([("Name", name.as_ref()), ("BasePath", base.as_str())]);
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
