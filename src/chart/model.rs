//! What a chart is once it is loaded.

use std::sync::Arc;

use super::file::ChartFile;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::source::{Place, Source};
use crate::yaml::Node;

/// A loaded chart with its subcharts. Subcharts are what charts/ holds, before conditions, tags and aliases are applied.
#[derive(Debug, Clone, Default)]
pub struct Chart {
    /// Chart.yaml.
    pub metadata: Metadata,
    /// The language of its templates.
    pub engine: Engine,
    /// What decided that: the line of Chart.yaml, or a tag of a template; unknown where either language would do.
    pub engine_place: Place,
    /// The default values: a map, empty where there is no values.yaml.
    pub values: Node,
    /// Whether there is a values.yaml.
    pub has_values: bool,
    /// values.schema.json, not parsed.
    pub schema: Option<Arc<Source>>,
    /// The files under templates/, sorted by path; they are UTF-8 texts.
    pub templates: Vec<ChartFile>,
    /// The files under crds/, sorted by path; they are in `files` too.
    pub crds: Vec<ChartFile>,
    /// All other files, sorted by path: what `Files` gives to templates.
    pub files: Vec<ChartFile>,
    /// Chart.lock, where there is one.
    pub lock: Option<Arc<Source>>,
    /// Where the chart was found, as people know it: `charts/alertmanager`, `prom-1.0.0.tgz`, `embedded:`.
    pub location: String,
    /// Whether it is the chart that is compiled into the program, whose defaults and templates the tests have checked.
    pub is_embedded: bool,
    /// The subcharts, in the order of Chart.yaml's dependencies, then those that no dependency names, by name.
    pub subcharts: Vec<Arc<Chart>>,
}

impl Chart {
    /// What went wrong when somebody asked for files of the chart and its subcharts: each says which file cannot be read.
    pub fn unread(&self) -> Vec<Diagnostic> {
        let own = self.files.iter().filter_map(ChartFile::unread);
        let own = own.flat_map(|Diagnostics(problems)| problems.iter().cloned());
        let mut unread: Vec<Diagnostic> = own.collect();
        for chart in &self.subcharts {
            let mut below = chart.unread();
            // A chart may be a part of several.
            below.retain(|problem| !unread.contains(problem));
            unread.extend(below);
        }
        unread
    }
}

/// The language of a chart's templates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Engine {
    /// Jinja. A chart without templates, or whose templates are plain YAML, counts as one of these.
    #[default]
    Jinja,
    /// Go templates, Helm's own.
    Go,
}

/// Whether a file's name says that it holds objects of Kubernetes.
pub fn is_manifest(path: &str) -> bool {
    [".yaml", ".yml", ".json"]
        .iter()
        .any(|ending| path.ends_with(ending))
}

/// Chart.yaml.
#[derive(Debug, Clone, Default)]
pub struct Metadata {
    /// Chart.yaml as it was read, for `Chart` in templates.
    pub node: Node,
    /// Where `name` was written.
    pub name_place: Place,
    /// The name of the chart, or the alias that it goes by in its parent.
    pub name: String,
    /// The version, as written.
    pub version: String,
    /// Where `version` was written.
    pub version_place: Place,
    /// The version of the application.
    pub app_version: Option<String>,
    /// The range of Kubernetes versions.
    pub kube_version: Option<String>,
    /// Where `kubeVersion` was written.
    pub kube_version_place: Place,
    /// The language of the templates, and where that was written; none where Chart.yaml does not say it.
    pub engine: Option<(Engine, Place)>,
    /// Whether this is a library chart, which renders nothing itself.
    pub is_library: bool,
    /// Whether its authors gave the chart up.
    pub deprecated: bool,
    /// The dependencies, in order.
    pub dependencies: Vec<Dependency>,
}

/// An entry of `dependencies` in Chart.yaml.
#[derive(Debug, Clone, Default)]
pub struct Dependency {
    /// Where the entry was written.
    pub place: Place,
    /// The chart's name.
    pub name: String,
    /// The version range, as written; empty where there is none.
    pub version: String,
    /// Where the version range was written, or the entry where there is none.
    pub version_place: Place,
    /// The repository, as written; empty where there is none.
    pub repository: String,
    /// The condition: paths separated by commas, as written.
    pub condition: String,
    /// Where the condition was written, or the entry where there is none.
    pub condition_place: Place,
    /// The tags.
    pub tags: Vec<String>,
    /// The name that the chart goes by in this parent.
    pub alias: Option<String>,
    /// The entry as it was read.
    pub node: Node,
    /// What the parent takes over from the child's values.
    pub import_values: Vec<ImportValues>,
}

/// An entry of `import-values`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportValues {
    /// The path in the child's values: `exports.NAME` for the text form.
    pub child: String,
    /// The path in the parent's values; `.` for its root.
    pub parent: String,
}

impl Dependency {
    /// The name that the chart goes by in its parent: the alias, or its own name.
    pub fn local_name(&self) -> &str {
        self.alias.as_deref().unwrap_or(&self.name)
    }
}
