//! Rendering: from a release's charts and values to the documents that its templates write.
//!
//! This module owns what all engines share: the release, the input, documents, budgets, and the interface [`Engine`]. Nothing
//! to its right knows which engine rendered a chart.

mod budget;
mod check;
pub mod go;
mod jinja;
mod outside;
pub mod provenance;
#[cfg(test)]
mod read_tests;
pub mod reads;

use std::any::Any;
use std::sync::Arc;

use crate::chart::{self, Capabilities, Chart};
use crate::diagnostic::{Diagnostic, Diagnostics, Result};
use crate::source::Source;
use crate::values::Scope;
use crate::yaml::{self, Map, Node};

pub use budget::{Budget, Exhausted, Limits};
pub use check::check;
pub use go::Ahead;
use go::Go;
use jinja::Jinja;
pub use outside::{Cluster, Outside};
pub use provenance::{Provenance, Read, Recorder};
use reads::Reads;

/// The release that is rendered.
#[derive(Debug, Clone)]
pub struct Release {
    /// Its name.
    pub name: String,
    /// Its namespace.
    pub namespace: String,
    /// Whether this is an upgrade of an installed release.
    pub is_upgrade: bool,
}

/// What a render reads.
pub struct Input<'a> {
    /// The charts that take part, each with its values.
    pub root: &'a Scope,
    /// What the user gave on top of the charts' defaults.
    pub given: &'a Node,
    /// The release.
    pub release: &'a Release,
    /// What the cluster can do.
    pub capabilities: &'a Capabilities,
    /// What templates may ask of the world outside.
    pub outside: &'a Outside,
    /// Templates that were parsed when the chart was loaded, if some were.
    pub ahead: Option<&'a Ahead>,
    /// Whether the root chart's NOTES.txt is wanted.
    pub with_notes: bool,
    /// Which templates to render, by the name that `# Source:` shows.
    pub wants: &'a (dyn Fn(&str) -> bool + Sync),
    /// Bounds on time and memory.
    pub limits: Limits,
    /// Whether documents are wanted as YAML alone: written by the threads that render, with what identifies them as their nodes.
    /// An engine may save itself the lines behind it, and place all at the template as a whole.
    pub written: bool,
    /// Takes down what is read and made, where a command asks for it.
    pub recorder: Option<&'a Arc<Recorder>>,
}

/// A YAML document that a template wrote.
#[derive(Debug, Clone)]
pub struct Document {
    /// The template's name from the root chart: `prometheus/templates/deploy.yaml`.
    pub template: String,
    /// The template.
    pub source: Arc<Source>,
    /// What it wrote. Nodes that come from values keep the place where the value was written.
    pub node: Node,
    /// The node as YAML, where that was written already; `node` then has only what identifies it.
    pub written: Option<Arc<yaml::Pieces>>,
}

impl Document {
    /// The keys that identify an object.
    const IDENTITY: [&str; 3] = ["apiVersion", "kind", "metadata"];

    /// What a template wrote; `template` is its name from the root chart.
    pub fn new(template: impl Into<String>, source: &Arc<Source>, node: Node) -> Self {
        Document {
            template: template.into(),
            source: Arc::clone(source),
            node,
            written: None,
        }
    }

    /// The documents of a text, written, as [`Document::write`] leaves them; nothing where they have to be read for that.
    pub(crate) fn copied(template: &str, source: &Arc<Source>, text: &Arc<Source>) -> Option<Vec<Document>> {
        let copied = yaml::copy_documents(text, &Document::IDENTITY)?.into_iter();
        let documents = copied.map(|copied| Document {
            written: Some(Arc::new(copied.text)),
            ..Document::new(template, source, copied.node)
        });
        Some(documents.collect())
    }

    /// Writes the node and lets go of all but what identifies it. What is no map stays.
    pub(crate) fn write(&mut self) {
        let Some(map) = self.node.as_map() else { return };
        self.written = Some(Arc::new(yaml::write(&self.node).into()));
        let mut kept = Map::new();
        for key in Document::IDENTITY {
            if let Some(entry) = map.entry(key) {
                kept.insert_entry(key, entry.clone());
            }
        }
        self.node = Node::new(kept, self.node.place.clone());
    }
}

/// What the templates of a chart, or of a release, made.
#[derive(Debug, Default)]
pub struct Rendered {
    /// The documents.
    pub documents: Vec<Document>,
    /// What looks wrong.
    pub warnings: Vec<Diagnostic>,
    /// The root chart's NOTES.txt, where it has one and it is wanted.
    pub notes: Option<String>,
    /// What is left behind.
    pub leftovers: Leftovers,
}

/// What engines leave behind, such as parsed templates. Freeing it takes a tenth of the time of a render, which a command that ends
/// can save itself.
#[derive(Debug, Clone, Default)]
pub struct Leftovers(Vec<Arc<dyn Any + Send + Sync>>);

/// What an engine makes of one chart.
type ChartResult = Result<Rendered>;

/// A template language. An engine is given the whole tree, as templates of one chart may see those of another, and chooses its
/// own order and its own use of threads.
trait Engine {
    /// Renders those of the tree's charts that are written in the engine's language, `charts`; gives what became of each, in
    /// their order, with the documents in the order of the templates' paths.
    fn render(&self, input: &Input<'_>, charts: &[&Scope]) -> Vec<ChartResult>;
}

/// Where a chart's notes for people are.
const NOTES: &str = "templates/NOTES.txt";

/// Renders the templates of a release that are wanted; the documents come in the order of the charts, parents first, and of
/// their templates' paths.
///
/// # Errors
/// What is wrong in the templates, or with the values that they were given, of all charts at once.
pub fn render(input: &Input<'_>) -> Result<Rendered> {
    let charts: Vec<&Scope> = input
        .root
        .in_order()
        .into_iter()
        .filter(|scope| !scope.chart.metadata.is_library)
        .collect();
    let mut rendered = Rendered::default();
    let languages = Languages::of(input.root);
    let (go, jinja): (Vec<_>, Vec<_>) = (0..)
        .zip(charts)
        .partition::<Vec<(usize, &Scope)>, _>(|(_, scope)| languages.engine(scope) == chart::Engine::Go);
    let mut results = render_with(&Jinja, input, &jinja);
    results.extend(render_with(&Go, input, &go));
    results.sort_by_key(|(position, _)| *position);
    let mut errors = Vec::new();
    for (_, result) in results {
        match result {
            Ok(more) => {
                rendered.documents.extend(more.documents);
                rendered.warnings.extend(more.warnings);
                rendered.notes = rendered.notes.or(more.notes);
                rendered.leftovers.0.extend(more.leftovers.0);
            }
            Err(Diagnostics(more)) => errors.extend(more),
        }
    }
    if errors.is_empty() {
        rendered.warnings = without_repeats(rendered.warnings);
        Ok(rendered)
    } else {
        Err(Diagnostics(without_repeats(errors)))
    }
}

/// Renders the charts of an engine, and keeps their positions among all.
fn render_with<'a>(
    engine: &dyn Engine,
    input: &Input<'a>,
    charts: &[(usize, &'a Scope)],
) -> Vec<(usize, ChartResult)> {
    if charts.is_empty() {
        return Vec::new();
    }
    let scopes: Vec<&Scope> = charts.iter().map(|(_, scope)| *scope).collect();
    let results = engine.render(input, &scopes).into_iter();
    let hinted = |(result, (position, scope)): (ChartResult, &(usize, &Scope))| {
        let result = result.map_err(|errors| match scope.chart.engine_place.is_known() {
            true => errors,
            false => with_language_hint(errors),
        });
        (*position, result)
    };
    results.zip(charts).map(hinted).collect()
}

/// The mistakes that a template seems to have which is read in the wrong language.
const OF_LANGUAGE: &[&str] = &[
    "template-syntax",
    "template-filter",
    "template-function",
    "undefined-value",
];

/// Says what to do about mistakes of the language, where nothing tells which one templates are in.
fn with_language_hint(Diagnostics(mut errors): Diagnostics) -> Diagnostics {
    for error in errors
        .iter_mut()
        .filter(|error| OF_LANGUAGE.contains(&error.code))
    {
        let hint = "if the chart's templates are Helm's, which nothing in them tells, write `engine: gotpl` in Chart.yaml";
        error.help = Some(match error.help.take() {
            Some(help) => format!("{hint}; otherwise, {help}"),
            None => hint.to_owned(),
        });
    }
    Diagnostics(errors)
}

/// Which engine renders which chart of a tree.
#[derive(Debug, Clone, Copy)]
pub struct Languages {
    /// Whether charts in either language are Go's.
    either_is_go: bool,
}

impl Languages {
    /// Those of a tree's charts. Charts without tags are the same in either language, but for Helm's leniency with
    /// YAML: in a tree with Go templates they are read as Helm reads them.
    pub fn of(root: &Scope) -> Languages {
        let mut scopes = root.in_order().into_iter();
        Languages {
            either_is_go: scopes.any(|scope| scope.chart.engine == chart::Engine::Go),
        }
    }

    /// The engine of a chart of the tree.
    pub fn engine(self, scope: &Scope) -> chart::Engine {
        match scope.chart.engine_place.is_known() {
            false if self.either_is_go => chart::Engine::Go,
            _ => scope.chart.engine,
        }
    }
}

/// What the templates of each chart of a tree may read under any switch, charts that do not take part included; charts come before those in them.
/// Nothing of a chart of which it cannot be found out.
pub fn may_read(root: &Chart) -> Vec<Option<Reads>> {
    let go = go::Templates::of(root);
    let mut all = Vec::new();
    add_reads(root, &root.metadata.name, go.as_ref(), &mut all);
    all
}

fn add_reads(chart: &Chart, folder: &str, go: Option<&go::Templates>, all: &mut Vec<Option<Reads>>) {
    all.push(match chart.engine {
        chart::Engine::Go => go.and_then(|go| go.reads(chart, folder)),
        chart::Engine::Jinja => jinja::reads(chart),
    });
    for subchart in &chart.subcharts {
        let folder = format!("{folder}/charts/{}", subchart.metadata.name);
        add_reads(subchart, &folder, go, all);
    }
}

/// One mistake in a helper is met by every template that calls it: it is told once.
fn without_repeats(errors: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let mut seen = std::collections::HashSet::new();
    errors
        .into_iter()
        .filter(|error| {
            seen.insert((
                error.code,
                error.message.clone(),
                error.place().map(ToString::to_string),
            ))
        })
        .collect()
}
