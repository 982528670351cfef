//! Renders a chart: the environment, the helpers, the templates, one after another.

use std::any::Any;
use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::io;
use std::sync::Arc;

use minijinja::{Environment, Error, ErrorKind, Template, Value};

use super::error::{self, Explainer};
use super::fill::{self, Filled};
use super::helpers::{FileScope, HelperFunction, Helpers};
use super::marks::Macro;
use super::prepared::{HelperFile, HelperFiles, LIBRARY, Prepared, Templates, YAML_MODE, is_object_template};
use super::shared::Shared;
use super::timings::{Stage, Timings};
use super::value::{NotData, Omit, is_omit, to_node, to_value};
use super::{Document, RenderInput, filters, globals, marks, reduce, tpl};
use crate::diagnostic::{Diagnostic, Diagnostics, Result};
use crate::files;
use crate::source::{Place, Source};
use crate::yaml::Node;

/// A chart whose helpers have been evaluated and whose templates can be rendered, each by itself and on any thread.
pub struct Renderer<'a> {
    input: &'a RenderInput<'a>,
    templates: Templates,
    helpers: Vec<HelperFiles>,
    /// The templates to render: their numbers among all, and their paths in the chart.
    wanted: Vec<(usize, &'a str)>,
    shared: Arc<Shared>,
    env: Environment<'static>,
    roots: Vec<(&'static str, Node)>,
    /// The names that templates start from, minijinja's own aside.
    globals: Vec<(String, Value)>,
    /// What the chart's own helpers are called.
    names: Vec<String>,
}

impl<'a> Renderer<'a> {
    /// Finds the templates that are wanted and evaluates the chart's helpers, where any is.
    ///
    /// # Errors
    /// What is wrong in the helpers, or with the values that they were given.
    pub fn new(input: &'a RenderInput<'a>) -> Result<Renderer<'a>> {
        let mut templates = Templates::of_libraries(input.libraries);
        let mut found = Vec::new();
        for file in input
            .chart
            .templates
            .iter()
            .filter(|file| is_object_template(&file.path))
        {
            let name = format!("{}/{}", input.path, file.path);
            if input.wants(&name) {
                found.push((name, file));
            }
        }
        let mut helpers = Vec::new();
        if !found.is_empty() {
            helpers.clone_from(&input.libraries.helpers);
            helpers.push(templates.add_helpers(input.chart, "helpers", &input.path)?);
        }
        let mut wanted = Vec::with_capacity(found.len());
        for (name, file) in found {
            wanted.push((templates.add(input.chart, file, name)?, file.path.as_str()));
        }
        let shared = Arc::new(Shared::new(templates.sources(), input.limits));
        let mut renderer = Renderer {
            input,
            helpers,
            wanted,
            env: input.libraries.env.clone(),
            roots: globals::roots(input),
            globals: Vec::new(),
            names: Vec::new(),
            templates,
            shared,
        };
        // Where no template is wanted, the helpers serve nobody.
        if !renderer.wanted.is_empty() {
            renderer.set_up();
            Shared::on_its_own(|| renderer.evaluate_helpers())?;
        }
        Ok(renderer)
    }

    /// What is of no use once all is rendered, and takes a while to free.
    pub fn into_remains(self) -> Arc<dyn Any + Send + Sync> {
        Arc::new((self.env, self.templates, self.shared, self.roots, self.globals))
    }

    /// How many templates there are to render.
    pub fn len(&self) -> usize {
        self.wanted.len()
    }

    /// Whether there is nothing to render.
    pub fn is_empty(&self) -> bool {
        self.wanted.is_empty()
    }

    /// Renders one template, by its index in the order of the templates' paths.
    ///
    /// # Errors
    /// What is wrong in the template, or with the values that it was given, at its file, line and column.
    pub fn render(&self, index: usize) -> Result<Vec<Document>> {
        let Some(&(template, path)) = self.wanted.get(index) else {
            return Ok(Vec::new());
        };
        let prepared = self.templates.get(template);
        self.measure(Stage::Compile, || self.reduce(prepared));
        if !prepared.has_content() {
            return Ok(Vec::new());
        }
        let nodes = Shared::on_its_own(|| {
            let text = match prepared.as_text() {
                Some(text) => Cow::from(text),
                None => Cow::from(self.evaluate(prepared)?),
            };
            self.measure(Stage::Fill, || fill::documents(&text, &self.shared))
        })?;
        Ok(nodes
            .into_iter()
            .map(|node| Document {
                template: prepared.name.clone(),
                path: path.to_owned(),
                source: Arc::clone(&prepared.source),
                node,
                yaml: None,
            })
            .collect())
    }

    /// Puts into a template what is known of it with this chart's values.
    fn reduce(&self, prepared: &Prepared) {
        if self.input.is_trusted {
            reduce_with(prepared, &|name| global(&self.globals, name), &self.shared);
        }
    }

    /// Gives the templates a name to start from.
    fn add_global(&mut self, name: &str, value: Value) {
        self.env.add_global(name.to_owned(), value.clone());
        self.globals.push((name.to_owned(), value));
    }

    fn evaluate(&self, prepared: &Prepared) -> Result<String> {
        let template = self.compile(prepared)?;
        self.measure(Stage::Evaluate, || self.render_template(&template, prepared))
            .map_err(|error| self.explainer(self.names.clone()).explain(&error))
            .map_err(|Diagnostics(list)| at_least_in(list, &prepared.source))
    }

    /// Compiles a template; minijinja has those of libraries already.
    fn compile<'s>(&'s self, prepared: &'s Prepared) -> Result<Template<'s, 's>> {
        let env: &Environment<'s> = &self.env;
        self.measure(Stage::Compile, || {
            match prepared.name.starts_with(LIBRARY) {
                true => env.get_template(&prepared.name),
                false => env.template_from_named_str(&prepared.name, prepared.text()),
            }
            .map_err(|error| error::of_syntax(&error, self.templates.all()))
        })
    }

    /// Adds the names that depend on the chart.
    fn set_up(&mut self) {
        self.env.set_fuel(Some(self.input.limits.fuel));
        let shared = Arc::clone(&self.shared);
        self.env.set_formatter(move |out, state, value| {
            if value.is_undefined() {
                return Err(Error::from(ErrorKind::UndefinedError));
            }
            let filled = filled(value, &shared)?;
            if *state.auto_escape() == YAML_MODE {
                marks::write_hole(out, Shared::add_hole(filled)).map_err(Error::from)
            } else {
                tpl::write_text(out, &filled)
            }
        });
        filters::add(&mut self.env, &self.shared);
        let roots: Vec<(&str, Value)> = self
            .roots
            .iter()
            .map(|(name, node)| (*name, to_value(node)))
            .collect();
        for (name, value) in roots {
            self.add_global(name, value);
        }
        self.add_global("omit", Value::from_object(Omit));
        self.add_global("Files", globals::files(self.input.chart));
        self.add_macro_loader();
    }

    fn evaluate_helpers(&mut self) -> Result<()> {
        for group in std::mem::take(&mut self.helpers) {
            let helpers = Arc::new(Helpers::default());
            self.add_global(&group.global, Value::from_dyn_object(Arc::clone(&helpers)));
            for file in &group.files {
                self.evaluate_file(&helpers, file)?;
            }
            self.names = helpers.names();
        }
        Ok(())
    }

    fn measure<T>(&self, stage: Stage, work: impl FnOnce() -> T) -> T {
        Timings::measure(self.input.timings, stage, work)
    }

    fn explainer(&self, helpers: Vec<String>) -> Explainer<'_> {
        Explainer {
            templates: self.templates.all(),
            roots: &self.roots,
            helpers,
            filters: filters::NAMES,
        }
    }

    /// Gives minijinja the macros, when they are called.
    fn add_macro_loader(&mut self) {
        let files = self.helpers.iter().flat_map(|group| &group.files);
        let macros: HashMap<String, Arc<Prepared>> = files
            .flat_map(HelperFile::macros)
            .map(|index| self.templates.get(index))
            .map(|prepared| (prepared.name.clone(), Arc::clone(prepared)))
            .collect();
        // A macro is called when there are more helpers than now.
        let globals = self.input.is_trusted.then(|| self.globals.clone());
        let shared = Arc::clone(&self.shared);
        self.env.set_loader(move |name| {
            let Some(prepared) = macros.get(name) else {
                return Ok(None);
            };
            if let Some(globals) = &globals {
                reduce_with(prepared, &|name| global(globals, name), &shared);
            }
            Ok(Some(prepared.text().to_owned()))
        });
    }

    fn evaluate_file(&self, helpers: &Arc<Helpers>, file: &HelperFile) -> Result<()> {
        let prepared = self.templates.get(file.template);
        let mut values = BTreeMap::new();
        if file.exports.has_values {
            self.reduce(prepared);
            let template = self.compile(prepared)?;
            values = self
                .measure(Stage::Evaluate, || {
                    self.helper_values(&template, prepared, helpers, file)
                })
                .map_err(|error| self.explainer(helpers.names()).explain(&error))?;
        } else if !self.input.is_trusted {
            // So that a mistake in a macro that nothing calls is told, too. minijinja keeps them for calls.
            for index in file.macros() {
                self.measure(Stage::Compile, || {
                    self.env.get_template(&self.templates.get(index).name)
                })
                .map_err(|error| error::of_syntax(&error, self.templates.all()))?;
            }
        }
        let macros = &file.exports.macros;
        let context = Value::from_object(FileScope {
            values,
            macros: macros.iter().map(|known| known.name.clone()).collect(),
            helpers: Arc::downgrade(helpers),
        });
        for (index, Macro { name, .. }) in macros.iter().enumerate() {
            let function = HelperFunction {
                shared: Arc::clone(&self.shared),
                module: self.templates.get(file.first_macro + index).name.as_str().into(),
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
        template: &Template<'_, '_>,
        prepared: &Prepared,
        helpers: &Arc<Helpers>,
        file: &HelperFile,
    ) -> std::result::Result<BTreeMap<String, Value>, Error> {
        let captured = template.render_captured(self.template_context(prepared))?;
        self.shared.spend(captured.state().fuel_levels())?;
        let state = captured.state();
        let mut values = BTreeMap::new();
        for name in state.exports() {
            if file.exports.macros.iter().any(|known| known.name == name) {
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
        template: &Template<'_, '_>,
        prepared: &Prepared,
    ) -> std::result::Result<String, Error> {
        let mut out = Bounded {
            bytes: Vec::new(),
            limit: self.input.limits.output,
        };
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

/// Puts into a template what is known of it. Those of libraries serve several charts.
fn reduce_with(prepared: &Prepared, global: &dyn Fn(&str) -> Option<Value>, shared: &Shared) {
    if !prepared.name.starts_with(LIBRARY) {
        let filled = |value: &Value| filled(value, shared).ok();
        prepared.reduce(|text, tags| reduce::reduce(text, tags, global, &filled), shared);
    }
}

/// A name that templates start from.
fn global(globals: &[(String, Value)], name: &str) -> Option<Value> {
    let (_, value) = globals.iter().find(|(global, _)| *global == name)?;
    Some(value.clone())
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
