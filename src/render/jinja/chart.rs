//! Renders a chart: the helpers, then the templates, each by itself.

use std::borrow::Cow;
use std::collections::HashMap;
use std::io;
use std::sync::Arc;

use minijinja::{Environment, Error, ErrorKind, State, Template, Value};

use super::capture::{check_trouble, filled_or_function};
use super::declared::Declared;
use super::environment;
use super::explain::{self, Explainer};
use super::functions::{FileScope, HelperFunction, Helpers};
use super::guard;
use super::holes::{self, Filled};
use super::libraries::Libraries;
use super::rendered::Rendered;
use super::shared::{Shared, bytes_exhausted, carry};
use super::template::{HelperFile, HelperFiles, TemplateText, Templates, is_object_template};
use super::tree::{self, Tree, Within};
use super::value::{Omit, take_asked, to_root, to_value};
use super::{assemble, filters, globals, record, syntax, tpl, undefined};
use crate::diagnostic::{Diagnostic, Diagnostics, Result};
use crate::render::{Budget, Document, Input, NOTES};
use crate::source::{Place, Source};
use crate::values::Scope;
use crate::yaml::Node;

/// A chart whose helpers have been evaluated and whose templates can be rendered, each by itself and on any thread.
pub(super) struct ChartRenderer<'a> {
    scope: &'a Scope,
    /// The path of the chart from the root chart: `prometheus/charts/alertmanager`.
    path: String,
    templates: Templates,
    helpers: Vec<HelperFiles>,
    /// The templates to render, by their numbers among all.
    wanted: Vec<usize>,
    shared: Arc<Shared>,
    env: Environment<'static>,
    roots: Vec<(&'static str, Node)>,
    /// What the chart's own helpers are called.
    names: Vec<String>,
    /// How many of the templates are those of libraries, which come first.
    library_templates: usize,
    /// What is wrong in helper files that do without it: those of a chart may not fit the values of another one, and others
    /// still do.
    failed: Option<Diagnostics>,
}

impl<'a> ChartRenderer<'a> {
    /// Finds the templates that are wanted and evaluates the chart's helpers, where any is.
    ///
    /// # Errors
    /// What is wrong in the helpers, or with the values that they were given.
    pub(super) fn new(
        input: &Input<'_>,
        scope: &'a Scope,
        libraries: &Libraries,
        tree: &Arc<Tree>,
    ) -> Result<ChartRenderer<'a>> {
        let path = scope.name();
        let mut templates = Templates::of(libraries.templates.clone(), input.recorder.is_some());
        let mut found = Vec::new();
        for file in scope
            .chart
            .templates
            .iter()
            .filter(|file| is_object_template(&file.path))
        {
            let name = format!("{path}/{}", file.path);
            if (input.wants)(&name) {
                found.push((name, file));
            }
        }
        let mut helpers = Vec::new();
        if !found.is_empty() {
            helpers.clone_from(&libraries.helpers);
            helpers.push(templates.add_helpers(&scope.chart, &path)?);
        }
        let mut wanted = Vec::with_capacity(found.len());
        for (name, file) in found {
            wanted.push(templates.add(file, name)?);
        }
        let mut renderer = ChartRenderer::of(input, scope, libraries, tree, templates, helpers);
        renderer.path = path;
        renderer.wanted = wanted;
        // Where no template is wanted, the helpers serve nobody.
        if !renderer.wanted.is_empty() {
            tpl::on_its_own(|| holes::on_its_own(|| renderer.begin(false)))
                .map_err(|errors| renderer.with_syntax(errors))?;
            renderer.note_asked();
        }
        Ok(renderer)
    }

    /// The helpers of a chart, evaluated for another one of the tree.
    fn of_helpers(
        input: &Input<'_>,
        of: &Scope,
        scope: &'a Scope,
        tree: &Arc<Tree>,
    ) -> Result<ChartRenderer<'a>> {
        let libraries = Libraries::compile(&tree::libraries(of), input.recorder.is_some())?;
        let mut templates = Templates::of(libraries.templates.clone(), input.recorder.is_some());
        let mut helpers = libraries.helpers.clone();
        helpers.push(templates.add_helpers(&of.chart, &of.name())?);
        let mut renderer = ChartRenderer::of(input, scope, &libraries, tree, templates, helpers);
        let is_lenient = of.path != scope.path;
        renderer.begin(is_lenient)?;
        Ok(renderer)
    }

    fn of(
        input: &Input<'_>,
        scope: &'a Scope,
        libraries: &Libraries,
        tree: &Arc<Tree>,
        templates: Templates,
        helpers: Vec<HelperFiles>,
    ) -> ChartRenderer<'a> {
        let shared = Shared::new(
            templates.sources(),
            tree,
            tree.position(scope),
            Declared::of(input, scope),
        );
        ChartRenderer {
            scope,
            path: scope.name(),
            helpers,
            wanted: Vec::new(),
            env: libraries.env.clone(),
            roots: globals::roots(input, scope),
            names: Vec::new(),
            library_templates: libraries.templates.len(),
            templates,
            shared: Arc::new(shared),
            failed: None,
        }
    }

    /// Evaluates the helpers; where that is lenient, those of a file that fails are not there.
    fn begin(&mut self, is_lenient: bool) -> Result<()> {
        self.set_up();
        let sources = self.shared.sources.clone();
        let recorder = self.shared.recorder.clone();
        record::with(recorder.as_ref(), &sources, || self.evaluate_helpers(is_lenient))
    }

    /// Does something within the chart that has no template of its own.
    fn within(&self, work: Within<'_>) -> std::result::Result<(), Error> {
        let template = self.env.template_from_named_str("", "")?;
        record::with(self.shared.recorder.as_ref(), &self.shared.sources, || {
            let mut captured = template.render_captured(())?;
            captured.with_state_mut(work)
        })
    }

    /// What is said of an error.
    fn explained(&self, error: &Error) -> Diagnostics {
        if let Some(failed) = &self.failed {
            return failed.clone();
        }
        self.explainer(self.names.clone()).explain(error)
    }

    /// How many templates there are to render.
    pub(super) fn len(&self) -> usize {
        self.wanted.len()
    }

    /// Renders one template, by its index in the order of the templates' paths.
    ///
    /// # Errors
    /// What is wrong in the template, or with the values that it was given, at its file, line and column.
    pub(super) fn render(&self, index: usize) -> Result<Vec<Document>> {
        let Some(&template) = self.wanted.get(index) else {
            return Ok(Vec::new());
        };
        if self.shared.budget.is_exhausted() {
            // Another template has told so.
            return Ok(Vec::new());
        }
        let prepared = self.templates.get(template);
        take_asked();
        let write = || {
            let text = self.evaluate(prepared)?;
            assemble::documents(&text, &self.shared).map_err(|diagnostics| {
                syntax::explain_output(&prepared.source, prepared.outline(), diagnostics)
            })
        };
        let nodes = record::with(self.shared.recorder.as_ref(), &self.shared.sources, || {
            tpl::on_its_own(|| holes::on_its_own(write))
        })?;
        self.note_asked();
        Ok(nodes
            .into_iter()
            .map(|node| Document::new(&*prepared.name, &prepared.source, node))
            .collect())
    }

    /// Takes down what was asked for and the values cannot have. What the built-in chart asks for has been held against its values.
    fn note_asked(&self) {
        let asked = take_asked();
        if !self.scope.chart.is_embedded {
            self.shared.note_undeclared(&asked);
        }
    }

    /// What looks wrong in the templates that were rendered.
    pub(super) fn warnings(&self) -> Vec<Diagnostic> {
        let (libraries, own) = self.shared.sources.split_at(self.library_templates);
        let name = &self.scope.chart.metadata.name;
        let told = |path: &Vec<String>| undefined::undeclared(path, name, &self.roots, libraries, own);
        self.shared.undeclared().iter().filter_map(told).collect()
    }

    /// Whether a template of the built-in chart writes nothing, as what stands around all of it says. A record of what is read
    /// wants the template itself.
    fn writes_nothing(&self, prepared: &TemplateText) -> bool {
        if !self.scope.chart.is_embedded || self.shared.recorder.is_some() {
            return false;
        }
        let Some(guard) = prepared.guard() else {
            return false;
        };
        // What is wrong is told by the template itself.
        let written = self
            .env
            .template_from_named_str(&prepared.name, guard.text())
            .and_then(|template| self.render_template(&template, prepared));
        written.is_ok_and(|text| !text.contains(guard::STANDS))
    }

    fn evaluate(&self, prepared: &TemplateText) -> Result<String> {
        if self.writes_nothing(prepared) {
            return Ok(String::new());
        }
        let template = self.compile(prepared)?;
        self.render_template(&template, prepared)
            .map_err(|error| self.explained(&error))
            .map_err(|Diagnostics(list)| at_least_in(list, &prepared.source))
    }

    /// Compiles a template; minijinja has those of libraries already.
    fn compile<'s>(&'s self, prepared: &'s TemplateText) -> Result<Template<'s, 's>> {
        // Those of the built-in chart are known to be right; those of libraries have been checked.
        if !self.scope.chart.is_embedded && !prepared.is_of_library() {
            syntax::check(&prepared.source, prepared.outline())?;
            explain::check_unrecorded(&self.env, prepared)?;
        }
        let env: &Environment<'s> = &self.env;
        match prepared.is_of_library() {
            true => env.get_template(&prepared.name),
            false => env.template_from_named_str(&prepared.name, prepared.text()),
        }
        .map_err(|error| explain::of_syntax(&error, self.templates.all()))
    }

    /// Adds the names that depend on the chart.
    fn set_up(&mut self) {
        environment::fit_out(&mut self.env, &self.shared);
        for (name, node) in &self.roots {
            self.env.add_global(*name, to_root(name, node));
        }
        self.env.add_global("omit", Value::from_object(Omit));
        self.env.add_global("Files", globals::files(&self.scope.chart));
        self.add_macro_loader();
    }

    /// Adds what does not parse in the chart's files: what else is wrong in them cannot be told without the helpers.
    fn with_syntax(&self, Diagnostics(mut errors): Diagnostics) -> Diagnostics {
        let own = self.templates.all().iter().skip(self.library_templates);
        for prepared in own.filter(|prepared| !prepared.is_macro()) {
            if let Err(Diagnostics(more)) = self.compile(prepared) {
                errors.extend(more);
            }
        }
        Diagnostics(errors)
    }

    fn evaluate_helpers(&mut self, is_lenient: bool) -> Result<()> {
        for group in std::mem::take(&mut self.helpers) {
            let helpers = Arc::new(Helpers::new(&group.global));
            self.env
                .add_global(group.global.clone(), Value::from_dyn_object(Arc::clone(&helpers)));
            // Macros are there for all values, of whatever file.
            let (values, macros): (Vec<_>, Vec<_>) =
                group.files.iter().partition(|file| file.exports.has_values);
            for file in macros.into_iter().chain(values) {
                match self.evaluate_file(&helpers, file) {
                    Err(errors) if is_lenient => drop(self.failed.get_or_insert(errors)),
                    evaluated => evaluated?,
                }
            }
            self.names = helpers.names();
        }
        Ok(())
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
        let macros: HashMap<String, Arc<TemplateText>> = files
            .flat_map(HelperFile::macros)
            .map(|index| self.templates.get(index))
            .map(|prepared| (prepared.name.clone(), Arc::clone(prepared)))
            .collect();
        self.env
            .set_loader(move |name| Ok(macros.get(name).map(|prepared| prepared.text().to_owned())));
    }

    fn evaluate_file(&self, helpers: &Arc<Helpers>, file: &HelperFile) -> Result<()> {
        let prepared = self.templates.get(file.template);
        let mut values = Vec::new();
        record::begin_file();
        if file.exports.has_values {
            let template = self.compile(prepared)?;
            values = self
                .helper_values(&template, prepared, helpers, file)
                .map_err(|error| self.explainer(helpers.names()).explain(&error))?;
        } else if !self.scope.chart.is_embedded {
            syntax::check(&prepared.source, prepared.outline())?;
            // So that a mistake in a macro that nothing calls is told, too. minijinja keeps them for calls.
            for index in file.macros() {
                let prepared = self.templates.get(index);
                explain::check_unrecorded(&self.env, prepared)?;
                self.env
                    .get_template(&prepared.name)
                    .map_err(|error| explain::of_syntax(&error, self.templates.all()))?;
            }
        }
        let macros = &file.exports.macros;
        let context = Value::from_object(FileScope {
            values,
            macros: macros.iter().map(|known| known.name.clone()).collect(),
            helpers: Arc::downgrade(helpers),
        });
        for (index, known) in macros.iter().enumerate() {
            let name = &known.name;
            let function = HelperFunction {
                shared: Arc::clone(&self.shared),
                module: self.templates.get(file.first_macro + index).name.as_str().into(),
                name: name.clone(),
                has_parameters: known.has_parameters,
                context: context.clone(),
            };
            helpers.insert(name, Value::from_object(function), Vec::new());
        }
        Ok(())
    }

    /// Evaluates a helper file; gives the names of what it sets.
    fn helper_values(
        &self,
        template: &Template<'_, '_>,
        prepared: &TemplateText,
        helpers: &Arc<Helpers>,
        file: &HelperFile,
    ) -> std::result::Result<Vec<String>, Error> {
        let captured = template.render_captured(self.template_context(prepared))?;
        self.shared.spend(captured.state().fuel_levels())?;
        check_trouble(&self.shared)?;
        let state = captured.state();
        let mut values = Vec::new();
        for name in state.exports() {
            if file.exports.macros.iter().any(|known| known.name == name) {
                continue;
            }
            // An undefined export stays undefined: false in a condition, an error when it is printed.
            let Some(value) = state.lookup(name).filter(|value| !value.is_undefined()) else {
                continue;
            };
            let value = match super::value::missing(&value) {
                Some(_) => value,
                None => match filled_or_function(&value, &self.shared)? {
                    Some(Filled::Node(node)) => to_value(&node),
                    Some(Filled::Omit) => Value::from_object(Omit),
                    None => value,
                },
            };
            helpers.insert(name, value, record::of_name(name));
            values.push(name.to_owned());
        }
        Ok(values)
    }

    fn template_context(&self, prepared: &TemplateText) -> Value {
        let base = format!("{}/templates", self.path);
        let name = match prepared.is_of_library() {
            true => Cow::from(format!("{}/{}", self.path, prepared.name)),
            false => Cow::from(&prepared.name),
        };
        let template = Value::from_pairs([("Name", name.as_ref()), ("BasePath", base.as_str())]);
        Value::from_pairs([("Template", template)])
    }

    fn render_template(
        &self,
        template: &Template<'_, '_>,
        prepared: &TemplateText,
    ) -> std::result::Result<String, Error> {
        let mut out = Bounded {
            bytes: Vec::new(),
            budget: &self.shared.budget,
            exhausted: None,
        };
        let fuel = template
            .render_captured_to(self.template_context(prepared), &mut out)
            .map(|captured| captured.state().fuel_levels());
        if let Some(reason) = out.exhausted {
            // minijinja does not tell where it was stopped: behind the last line that was written.
            let written = String::from_utf8_lossy(&out.bytes[out.bytes.len().saturating_sub(TAIL)..]);
            let place = Rendered::new(&written, &self.shared.sources).end();
            return Err(carry(bytes_exhausted(reason, &place).into()));
        }
        self.shared.spend(fuel?)?;
        check_trouble(&self.shared)?;
        String::from_utf8(out.bytes).map_err(|_| {
            Error::new(
                ErrorKind::InvalidOperation,
                "the template wrote bytes that are not UTF-8",
            )
        })
    }
}

/// The text of a chart's NOTES.txt, where it has one.
///
/// # Errors
/// What is wrong in it, or in the helpers.
pub(super) fn notes(tree: &Arc<Tree>, scope: &Scope) -> Result<Option<String>> {
    let mut files = scope.chart.templates.iter();
    let Some(source) = files
        .find(|file| file.path == NOTES)
        .and_then(|file| file.source())
    else {
        return Ok(None);
    };
    tpl::on_its_own(|| {
        holes::on_its_own(|| {
            let renderer = ChartRenderer::of_helpers(&tree.input(), scope, scope, tree)?;
            let mut text = None;
            let mut work = |state: &mut State<'_, '_>| -> std::result::Result<(), Error> {
                text = Some(tpl::file(state, &renderer.shared, source)?);
                Ok(())
            };
            renderer
                .within(&mut work)
                .map_err(|error| renderer.explained(&error))?;
            Ok(text)
        })
    })
}

/// See [`tree::Elsewhere`].
pub(super) fn elsewhere(
    tree: &Arc<Tree>,
    of: &Scope,
    scope: &Scope,
    work: Within<'_>,
) -> std::result::Result<(), Error> {
    let renderer = ChartRenderer::of_helpers(&tree.input(), of, scope, tree).map_err(carry)?;
    renderer
        .within(work)
        .map_err(|error| carry(renderer.explained(&error)))
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

/// How much of what was written is looked through for the last line's mark.
const TAIL: usize = 64 << 10;

/// Stops a template that writes too much.
struct Bounded<'a> {
    bytes: Vec<u8>,
    budget: &'a Budget,
    exhausted: Option<crate::render::Exhausted>,
}

impl io::Write for Bounded<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        if let Err(reason) = self.budget.take_bytes(count) {
            self.exhausted = Some(reason);
            return Err(io::Error::other(reason.to_string()));
        }
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
