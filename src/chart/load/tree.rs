//! From files to charts: which file is what, the charts under charts/, and those that `file://` names.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use super::package::Shared;
use super::{CHARTS_LIMIT, DEPTH_LIMIT, FileTree, Loader, Location, Made, archive};
use crate::chart::file::{ChartFile, Content};
use crate::chart::metadata;
use crate::chart::model::Engine;
use crate::chart::model::{Chart, Dependency, Metadata};
use crate::chart::repository::Repository;
use crate::diagnostic::{Diagnostic, Diagnostics, Result};
use crate::files;
use crate::source::Source;
use crate::yaml::{self, Node};

/// A chart's files by what they are.
#[derive(Default)]
struct Parts {
    chart_yaml: Option<Arc<Source>>,
    requirements: Option<Arc<Source>>,
    values: Option<Arc<Source>>,
    schema: Option<Arc<Source>>,
    lock: Option<Arc<Source>>,
    templates: Vec<ChartFile>,
    crds: Vec<ChartFile>,
    files: Vec<ChartFile>,
    /// Archives in charts/, by name.
    archives: BTreeMap<String, Content>,
    /// Names of the folders in charts/.
    folders: Vec<String>,
    /// Files in charts/ that do not belong there.
    strays: Vec<String>,
}

impl Loader<'_> {
    /// The chart at a place in a tree, made when it is first asked for; none where it has errors, which are noted.
    pub(super) fn chart_at(&mut self, location: Location) -> Option<Made> {
        if let Some(known) = self.charts.get(&location) {
            return known.clone();
        }
        if self.open.contains(&location) {
            self.note_cycle(&location);
            return None;
        }
        if self.open.len() >= DEPTH_LIMIT {
            let message = format!(
                "`{}` is a chart within a chart more than {DEPTH_LIMIT} deep",
                self.display(&location, "")
            );
            self.problems.push(Diagnostic::error("chart-too-deep", message));
            return None;
        }
        self.open.push(location.clone());
        let chart = self.make(&location);
        self.open.pop();
        self.charts.insert(location, chart.clone());
        chart
    }

    fn note_cycle(&mut self, location: &Location) {
        let start = self
            .open
            .iter()
            .position(|open| open == location)
            .unwrap_or_default();
        let names: Vec<String> = self
            .open
            .iter()
            .skip(start)
            .chain([location])
            .map(|location| format!("`{}`", self.display(location, "")))
            .collect();
        let message = format!("charts depend on each other in a cycle: {}", names.join(" -> "));
        self.problems.push(Diagnostic::error("dependency-cycle", message));
    }

    fn display(&self, (tree, prefix): &Location, path: &str) -> String {
        let full = format!("{prefix}{path}");
        let shown = if path.is_empty() {
            full.trim_end_matches('/')
        } else {
            &full
        };
        self.trees
            .get(*tree)
            .map_or_else(String::new, |tree| tree.label.display(shown))
    }

    fn note<T>(&mut self, result: Result<T>) -> Option<T> {
        match result {
            Ok(value) => Some(value),
            Err(Diagnostics(problems)) => {
                self.problems.extend(problems);
                None
            }
        }
    }

    fn make(&mut self, location: &Location) -> Option<Made> {
        let before = self.problems.len();
        let parts = self.parts(location);
        let Some(chart_yaml) = &parts.chart_yaml else {
            self.problems.push(self.no_chart(location));
            return None;
        };
        let requirements = parts.requirements.as_ref();
        let read = self
            .map_in(location, "Chart.yaml", chart_yaml)
            .and_then(|node| metadata::read_node(chart_yaml, &node, requirements, &mut self.warnings));
        let metadata = self.note(read);
        let values = match &parts.values {
            Some(source) => {
                let values = self.map_in(location, "values.yaml", source);
                self.note(values)
            }
            None => Some(Node::computed(yaml::Map::new())),
        };
        // The rest is looked at even where these failed, so that everything is said at once.
        let children = self.children(location, &parts);
        let metadata = metadata?;
        let shared = self.file_repositories(location, &metadata, &children);
        let found: Vec<Made> = children.into_iter().chain(shared).collect();
        let charts = count_charts(&metadata, &found);
        if charts > CHARTS_LIMIT {
            let message = format!("`{}` has more than {CHARTS_LIMIT} charts", metadata.name);
            self.problems
                .push(Diagnostic::error("too-many-charts", message).at(&metadata.name_place));
        }
        let subcharts = in_order(&metadata, found);
        if self.problems.len() > before {
            return None;
        }
        let (engine, engine_place) = Engine::decide(metadata.engine.clone(), &parts.templates);
        let chart = Chart {
            metadata,
            engine,
            engine_place,
            values: values?,
            has_values: parts.values.is_some(),
            schema: parts.schema,
            templates: parts.templates,
            crds: parts.crds,
            files: parts.files,
            lock: parts.lock,
            location: self.display(location, ""),
            is_embedded: self
                .trees
                .get(location.0)
                .is_some_and(|tree| matches!(tree.label, super::Label::Embedded)),
            subcharts,
        };
        Some(Made {
            chart: Arc::new(chart),
            charts,
        })
    }

    /// The map that a file of a chart holds, which may be packed, or read already.
    fn map_in(&mut self, (tree, prefix): &Location, name: &str, source: &Arc<Source>) -> Result<Node> {
        let Some(tree) = self.trees.get_mut(*tree) else {
            return yaml::read_values(source);
        };
        if let Some(read) = tree.values.remove(&format!("{prefix}{name}")) {
            return read;
        }
        let is_it = |path: &str| path.strip_prefix(prefix.as_str()) == Some(name);
        tree.packed
            .iter()
            .find(|(path, _)| is_it(path))
            .and_then(|(_, bytes)| yaml::unpack(bytes, source))
            .map_or_else(|| yaml::read_values(source), Ok)
    }

    fn no_chart(&self, (tree, prefix): &Location) -> Diagnostic {
        let shown = self.display(&(*tree, prefix.clone()), "");
        let message = format!("`{shown}` is not a chart: it has no Chart.yaml");
        let problem = Diagnostic::error("chart-yaml-missing", message);
        let similar = self.trees.get(*tree).and_then(|tree| {
            let names = tree
                .files
                .keys()
                .filter_map(|path| path.strip_prefix(prefix.as_str()));
            names.into_iter().find(|name| {
                name.eq_ignore_ascii_case("Chart.yaml") || name.eq_ignore_ascii_case("Chart.yml")
            })
        });
        match similar {
            Some(name) => problem.help(format!("rename `{name}` to `Chart.yaml`")),
            None if !prefix.is_empty() => {
                problem.help("charts/ holds charts only; names that start with `.` or `_` are ignored")
            }
            None => problem,
        }
    }

    /// A chart's own files in its tree, without those of the charts in its folder charts/.
    fn parts(&mut self, (tree, prefix): &Location) -> Parts {
        let mut parts = Parts::default();
        let Some(tree) = self.trees.get_mut(*tree) else {
            return parts;
        };
        let FileTree { files, .. } = tree;
        let paths: Vec<String> = files
            .range(prefix.clone()..)
            .map(|(path, _)| path)
            .take_while(|path| path.starts_with(prefix.as_str()))
            .cloned()
            .collect();
        for full in paths {
            let Some(path) = full.strip_prefix(prefix.as_str()) else {
                continue;
            };
            if let Some(below) = path.strip_prefix("charts/") {
                match below.split_once('/') {
                    Some((folder, _)) if !folder.starts_with(['_', '.']) => {
                        if parts.folders.last().is_none_or(|last| last != folder) {
                            parts.folders.push(folder.to_owned());
                        }
                        continue;
                    }
                    None if below.ends_with(".tgz") && !below.starts_with(['_', '.']) => {
                        parts.archives.extend(
                            files
                                .get(&full)
                                .map(|content| (below.to_owned(), content.clone())),
                        );
                        continue;
                    }
                    None if !below.ends_with(".prov") && !below.starts_with(['_', '.']) => {
                        parts.strays.push(below.to_owned());
                        continue;
                    }
                    // Signatures, and what Helm leaves alone in charts/.
                    _ => continue,
                }
            }
            let Some(content) = files.get(&full) else {
                continue;
            };
            if let Some(slot) = parts.slot(path) {
                match content.text() {
                    Ok(source) => *slot = Some(Arc::clone(source)),
                    Err(Diagnostics(problems)) => self.problems.extend(problems),
                }
                continue;
            }
            let is_template = path.starts_with("templates/");
            if path
                .strip_prefix("templates/")
                .is_some_and(|name| name.starts_with('.') && !name.contains('/'))
            {
                continue;
            }
            let file = ChartFile::new(path, content.clone());
            if is_template {
                match content.text() {
                    Ok(_) => parts.templates.push(file),
                    Err(Diagnostics(problems)) => self.problems.extend(problems),
                }
                continue;
            }
            if path.starts_with("crds/") {
                parts.crds.push(file.clone());
            }
            parts.files.push(file);
        }
        parts
    }

    /// The charts that the folder charts/ holds.
    fn children(&mut self, location: &Location, parts: &Parts) -> Vec<Made> {
        let (tree, prefix) = location;
        for stray in &parts.strays {
            let shown = self.display(location, &format!("charts/{stray}"));
            let message = format!("`{shown}` is not a chart");
            self.problems.push(
                Diagnostic::error("charts-stray-file", message)
                    .help("charts/ holds charts only; names that start with `.` or `_` are ignored"),
            );
        }
        let mut found = Vec::new();
        for folder in &parts.folders {
            found.extend(self.chart_at((*tree, format!("{prefix}charts/{folder}/"))));
        }
        for (name, content) in &parts.archives {
            let shown = self.display(location, &format!("charts/{name}"));
            let opened = content.bytes().and_then(|bytes| {
                archive::check_magic(&shown, bytes)?;
                self.open_archive(&shown, bytes)
            });
            if let Some((_, tree)) = self.note(opened) {
                found.extend(self.chart_at((tree, String::new())));
            }
        }
        found
    }

    /// The charts that dependencies name by `file://` and that charts/ does not hold.
    fn file_repositories(
        &mut self,
        location: &Location,
        metadata: &Metadata,
        children: &[Made],
    ) -> Vec<Made> {
        let mut found: Vec<Made> = Vec::new();
        for dependency in &metadata.dependencies {
            let is_there = |charts: &[Made]| {
                charts
                    .iter()
                    .any(|made| made.chart.metadata.name == dependency.name)
            };
            let Repository::File(path) = Repository::parse(&dependency.repository) else {
                continue;
            };
            if is_there(children) {
                continue;
            }
            let at = self.file_location(location, dependency, path);
            let Some(at) = self.note(at) else { continue };
            let Some(made) = self.chart_at(at.clone()) else {
                continue;
            };
            if made.chart.metadata.name != dependency.name {
                let message = format!(
                    "`{path}` holds the chart `{}`, not `{}`",
                    made.chart.metadata.name, dependency.name
                );
                self.problems.push(
                    Diagnostic::error("dependency-name-mismatch", message)
                        .at(&dependency.place)
                        .label(&made.chart.metadata.name_place, "the chart's name"),
                );
            } else if !found.iter().any(|known| Arc::ptr_eq(&known.chart, &made.chart)) {
                self.shared.push(Shared {
                    asker: location.clone(),
                    name: dependency.name.clone(),
                    found: at,
                    is_relative: !Path::new(path).is_absolute(),
                });
                found.push(made);
            }
        }
        found
    }

    /// Where `file://PATH` leads from a chart: within its own tree where that holds it, else into another folder.
    fn file_location(
        &mut self,
        (tree, prefix): &Location,
        dependency: &Dependency,
        path: &str,
    ) -> Result<Location> {
        let refuse = |code, message: String| Diagnostic::error(code, message).at(&dependency.place);
        let inside = if Path::new(path).is_absolute() {
            None
        } else {
            join(prefix, path)
        };
        let Some(own) = self.trees.get(*tree) else {
            return Err(refuse("dependency-missing", format!("there is no `{path}`")).into());
        };
        if let Some(inside) = &inside
            && own.files.contains_key(&format!("{inside}Chart.yaml"))
        {
            return Ok((*tree, inside.clone()));
        }
        let Some(folder) = &own.folder else {
            let shown = own.label.display("");
            let message = format!("`file://{path}` is not in `{}`", shown.trim_end_matches(':'));
            return Err(refuse("dependency-outside", message)
                .help("a chart in an archive can depend only on charts in the same archive")
                .into());
        };
        let real = folder.join(prefix).join(path);
        if !real.is_dir() {
            let message = format!("the chart `{}` is not at `{path}`", dependency.name);
            let help = "`file://` is followed by a folder's path from the chart that names it";
            return Err(refuse("dependency-missing", message).help(help).into());
        }
        // A folder that is open already holds it: the same chart is not read twice.
        let canonical = std::fs::canonicalize(&real).map_err(|error| files::unreadable(path, &error))?;
        for (root, tree) in &self.folders {
            let Ok(below) = canonical.strip_prefix(root) else {
                continue;
            };
            let mut prefix = below.to_string_lossy().into_owned();
            if !prefix.is_empty() {
                prefix.push('/');
            }
            if self
                .trees
                .get(*tree)
                .is_some_and(|tree| tree.files.contains_key(&format!("{prefix}Chart.yaml")))
            {
                return Ok((*tree, prefix));
            }
        }
        let shown = normal_path(&own.label.display(&format!("{prefix}{path}")));
        let shown = if Path::new(path).is_absolute() {
            path.to_owned()
        } else {
            shown
        };
        // The name that people see leads there from where they are, unless links are in the way.
        let shown_path = Path::new(&shown);
        let open = if std::fs::canonicalize(shown_path).is_ok_and(|real| real == canonical) {
            shown_path
        } else {
            &canonical
        };
        let tree = self.open_folder(open)?;
        if self
            .trees
            .get(tree)
            .is_some_and(|tree| !tree.files.contains_key("Chart.yaml"))
        {
            let message = format!("`{shown}` is not a chart: it has no Chart.yaml");
            return Err(refuse("dependency-missing", message).into());
        }
        Ok((tree, String::new()))
    }
}

impl Parts {
    /// Where the files with a meaning of their own go.
    fn slot(&mut self, path: &str) -> Option<&mut Option<Arc<Source>>> {
        Some(match path {
            "Chart.yaml" => &mut self.chart_yaml,
            "requirements.yaml" => &mut self.requirements,
            "values.yaml" => &mut self.values,
            "values.schema.json" => &mut self.schema,
            "Chart.lock" | "requirements.lock" => &mut self.lock,
            _ => return None,
        })
    }
}

/// How many charts a tree comes to: a chart that several entries name counts for each.
fn count_charts(metadata: &Metadata, found: &[Made]) -> usize {
    found.iter().fold(1, |sum, made| {
        let name = &made.chart.metadata.name;
        let uses = metadata
            .dependencies
            .iter()
            .filter(|dependency| dependency.name == *name)
            .count()
            .max(1);
        sum.saturating_add(uses.saturating_mul(made.charts))
    })
}

/// The order of the dependencies, then the charts that none names, by name.
fn in_order(metadata: &Metadata, mut found: Vec<Made>) -> Vec<Arc<Chart>> {
    let position = |name: &str| {
        metadata
            .dependencies
            .iter()
            .position(|dependency| dependency.name == name)
            .unwrap_or(usize::MAX)
    };
    found.sort_by(|a, b| {
        let (a, b) = (&a.chart.metadata.name, &b.chart.metadata.name);
        (position(a), a).cmp(&(position(b), b))
    });
    found.into_iter().map(|made| made.chart).collect()
}

/// Joins a prefix within a tree (`charts/a/`) and a relative path; none where the path leads out of the tree.
fn join(prefix: &str, path: &str) -> Option<String> {
    let mut parts: Vec<&str> = Vec::new();
    for part in prefix.split('/').chain(path.split('/')) {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    let mut joined = parts.join("/");
    if !joined.is_empty() {
        joined.push('/');
    }
    Some(joined)
}

/// A path without `x/..`, as people would write it.
fn normal_path(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "." => {}
            ".." if parts.last().is_some_and(|last| !matches!(*last, ".." | "")) => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    let joined = parts.join("/");
    if joined.is_empty() { ".".to_owned() } else { joined }
}

#[cfg(test)]
mod tests {
    use super::{join, normal_path};

    #[test]
    fn joins_within_a_tree() {
        assert_eq!(join("charts/a/", "../common").as_deref(), Some("charts/common/"));
        assert_eq!(join("", "./charts/common/").as_deref(), Some("charts/common/"));
        assert_eq!(join("charts/a/", "../..").as_deref(), Some(""));
        assert_eq!(join("charts/a/", "../../../x"), None);
        assert_eq!(join("", ".."), None);
    }

    #[test]
    fn shortens_paths_for_people() {
        assert_eq!(normal_path("charts/a/../common"), "charts/common");
        assert_eq!(normal_path("a/../../b"), "../b");
        assert_eq!(normal_path("/a/../b"), "/b");
        assert_eq!(normal_path("a/.."), ".");
    }
}
