//! A tree of charts: what its templates are called, what each finds at its root, and the order in which Helm renders them.

use std::sync::Arc;

use super::ahead::Ahead;
use super::chance::Chance;
use super::error::Result;
use super::nodes::from_node;
use super::output::Output;
use super::program::{Program, order};
use super::roots;
use super::run::Run;
use super::value::{Map, MapType, Value};
use crate::chart::{Capabilities, ChartFile, Dependency};
use crate::render::Release;
use crate::source::Source;
use crate::values::Scope;
use crate::yaml::Node;

/// A template's file.
struct File<'c> {
    /// The path that Helm knows it by: `chart/charts/sub/templates/a.yaml`.
    path: Arc<str>,
    source: &'c Arc<Source>,
    /// The chart, as a position in [`Charts::scopes`].
    chart: usize,
}

/// The charts of a release with their templates.
pub struct Charts<'c> {
    scopes: Vec<&'c Scope>,
    files: Vec<File<'c>>,
    /// The values of the root chart, those of subcharts in them.
    values: Node,
}

/// A template's output.
pub struct Rendered<'c> {
    /// The path that Helm knows the template by: `chart/charts/sub/templates/a.yaml`.
    pub path: Arc<str>,
    /// The template's file.
    pub source: &'c Arc<Source>,
    /// Its chart.
    pub scope: &'c Scope,
    /// What it wrote.
    pub output: Output,
}

/// The name of a file without its folders.
fn base(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

impl<'c> Charts<'c> {
    /// The templates of a chart and its subcharts. Of library charts, those whose names begin with `_`.
    pub fn new(root: &'c Scope) -> Self {
        let scopes = root.in_order();
        let mut files = Vec::new();
        for (chart, scope) in scopes.iter().enumerate() {
            let name = scope.name();
            let is_library = scope.chart.metadata.is_library;
            let templates = scope.chart.templates.iter();
            let of_chart = templates.filter(|file| !is_library || base(&file.path).starts_with('_'));
            files.extend(of_chart.filter_map(|file: &ChartFile| {
                Some(File {
                    path: format!("{name}/{}", file.path).into(),
                    source: file.source()?,
                    chart,
                })
            }));
        }
        Charts {
            scopes,
            files,
            values: root.values.clone(),
        }
    }

    /// Leaves out the templates of charts that are not wanted.
    #[must_use]
    pub fn only(mut self, wants: impl Fn(&Scope) -> bool) -> Self {
        let scopes = &self.scopes;
        self.files
            .retain(|file| scopes.get(file.chart).is_some_and(|scope| wants(scope)));
        self
    }

    /// Takes other values for the root chart: its own with notes.
    #[must_use]
    pub fn reading(mut self, values: Node) -> Self {
        self.values = values;
        self
    }

    /// The template's file of a name that people know it by.
    pub fn source(&self, name: &str) -> Option<&'c Arc<Source>> {
        let mut sources = self.files.iter().map(|file| file.source);
        sources.find(|source| source.name() == name)
    }

    /// Parses all templates.
    ///
    /// # Errors
    /// See [`Program::parse`].
    pub fn parse(&self) -> Result<Program> {
        self.parse_rest(None)
    }

    /// Parses the templates that were not parsed ahead.
    ///
    /// # Errors
    /// See [`Program::parse`].
    pub fn parse_rest(&self, ahead: Option<&Ahead>) -> Result<Program> {
        let files: Vec<_> = self
            .files
            .iter()
            .map(|file| (Arc::clone(&file.path), Arc::clone(file.source)))
            .collect();
        Program::parse_rest(&files, ahead)
    }

    /// The files to render, as positions in Helm's order: all but those of named templates.
    pub fn order(&self) -> Vec<usize> {
        let mut order = order(self.files.iter().map(|file| &*file.path));
        order.retain(|position| {
            let file = self.files.get(*position);
            file.is_some_and(|file| !base(&file.path).starts_with('_'))
        });
        order
    }

    /// How many bytes of templates there are.
    pub fn size(&self) -> usize {
        self.files.iter().map(|file| file.source.text().len()).sum()
    }

    /// Renders all templates, in Helm's order and each seeing what those before it changed, and hands the output of each on.
    ///
    /// # Errors
    /// The first that fails.
    pub fn render(
        &self,
        run: &mut Run<'_>,
        roots: &Roots,
        recorded: bool,
        mut take: impl FnMut(Rendered<'c>),
    ) -> Result<()> {
        for position in self.order() {
            if let Some(rendered) = self.render_file(position, run, roots, recorded)? {
                take(rendered);
            }
        }
        Ok(())
    }

    /// Renders the template at a position of [`Charts::order`].
    ///
    /// # Errors
    /// It fails.
    pub fn render_file(
        &self,
        position: usize,
        run: &mut Run<'_>,
        roots: &Roots,
        recorded: bool,
    ) -> Result<Option<Rendered<'c>>> {
        let Some(file) = self.files.get(position) else {
            return Ok(None);
        };
        let (Some((root, name)), Some(scope)) = (roots.charts.get(file.chart), self.scopes.get(file.chart))
        else {
            return Ok(None);
        };
        let template = roots::template(&file.path, &format!("{name}/templates"));
        root.set("Template", Value::Map(template));
        if let Some(seed) = &roots.seed {
            run.set_chance(Chance::of_place(seed, &roots.release, &file.path));
        }
        Ok(Some(Rendered {
            path: Arc::clone(&file.path),
            source: file.source,
            scope,
            output: run.render(&file.path, Value::Map(root.clone()), recorded)?,
        }))
    }

    /// What templates find at the roots of the charts. With a seed, chance and time are a function of it, of the release and of
    /// the template's path.
    pub fn roots(&self, release: &Release, capabilities: &Capabilities, seed: Option<&str>) -> Roots {
        let charts = match self.scopes.first() {
            Some(root) => roots_of(root, &self.values, release, capabilities),
            None => Vec::new(),
        };
        Roots {
            charts,
            release: release.clone(),
            seed: seed.map(str::to_owned),
        }
    }
}

/// What templates find at the roots of the charts, for one thread.
pub struct Roots {
    /// The root of each chart, and the chart's name.
    charts: Vec<(Map, String)>,
    release: Release,
    seed: Option<String>,
}

impl Roots {
    /// Shares all maps between templates that are rendered side by side: one that would change them fails.
    #[must_use]
    pub(super) fn shared(self) -> Roots {
        self.charts.iter().for_each(|(root, _)| root.share());
        self
    }
}

/// What the templates of each chart of a tree find at their root, with the chart's name, in the order of [`Scope::in_order`].
/// `values` are the root chart's. The values of a subchart are the very map that its parent has in its own.
pub(super) fn roots_of(
    root: &Scope,
    values: &Node,
    release: &Release,
    capabilities: &Capabilities,
) -> Vec<(Map, String)> {
    let shared = Shared {
        release: roots::release(&release.name, &release.namespace, release.is_upgrade),
        capabilities: roots::capabilities(capabilities),
    };
    let values = from_node(values).as_map().cloned().unwrap_or_default();
    let mut roots = Vec::new();
    shared.add(root, &values, true, &mut roots);
    roots
}

/// What all charts of a release see.
struct Shared {
    release: Map,
    capabilities: Value,
}

impl Shared {
    /// Adds the roots of a chart and of its subcharts, in the order of [`Scope::in_order`]; gives the chart's own.
    fn add(&self, scope: &Scope, values: &Map, is_root: bool, roots: &mut Vec<(Map, String)>) -> Map {
        let subcharts = Map::new();
        let root = Map::from_values([
            (
                "Chart",
                Value::Map(roots::chart(&scope.chart.metadata, &enabled(scope), is_root)),
            ),
            ("Files", roots::files(&scope.chart)),
            ("Release", Value::Map(self.release.clone())),
            ("Capabilities", self.capabilities.clone()),
            ("Values", Value::Map(values.seen_as(MapType::Values))),
            ("Subcharts", Value::Map(subcharts.clone())),
        ]);
        roots.push((root.seen_as(MapType::Values), scope.name()));
        for subchart in &scope.subcharts {
            let name = &subchart.chart.metadata.name;
            let section = match values.get(name.as_bytes()) {
                Some(Value::Map(section)) => section,
                _ => Map::new(),
            };
            let below = self.add(subchart, &section, false, roots);
            subcharts.set(name.as_str(), Value::Map(below));
        }
        root
    }
}

/// The dependencies of a chart that take part.
fn enabled(scope: &Scope) -> Vec<&Dependency> {
    let is_enabled = |dependency: &&Dependency| {
        let mut subcharts = scope.subcharts.iter();
        subcharts.any(|subchart| subchart.chart.metadata.name == dependency.local_name())
    };
    scope
        .chart
        .metadata
        .dependencies
        .iter()
        .filter(is_enabled)
        .collect()
}
