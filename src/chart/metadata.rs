//! Chart.yaml: from a node to [`Metadata`], with everything that is wrong in it said at once.
//!
//! Differences from Helm, all on purpose: keys are matched exactly (Helm reads `NAME:` as `name:`), and a wrong type is an
//! error at its place.

use std::collections::HashMap;
use std::sync::Arc;

use super::model::Engine;
use super::model::{Dependency, ImportValues, Metadata};
use super::version::Version;
use crate::diagnostic::{Diagnostic, Diagnostics, Result};
use crate::source::{Place, Source};
use crate::yaml::{self, Map, Node, Value};

/// The keys of Chart.yaml.
const CHART_KEYS: &[&str] = &[
    "apiVersion",
    "name",
    "version",
    "kubeVersion",
    "description",
    "type",
    "keywords",
    "home",
    "sources",
    "dependencies",
    "maintainers",
    "icon",
    "appVersion",
    "deprecated",
    "annotations",
    "engine",
];

/// The keys of an entry of `dependencies`.
const DEPENDENCY_KEYS: &[&str] = &[
    "name",
    "version",
    "repository",
    "condition",
    "tags",
    "enabled",
    "import-values",
    "alias",
];

/// Reads Chart.yaml, and requirements.yaml where there is one.
///
/// # Errors
/// Whatever is wrong with the YAML or its keys, all of it.
#[cfg(test)]
pub(crate) fn read(
    chart_yaml: &Arc<Source>,
    requirements: Option<&Arc<Source>>,
    warnings: &mut Vec<Diagnostic>,
) -> Result<Metadata> {
    read_node(
        chart_yaml,
        &yaml::read_values(chart_yaml)?,
        requirements,
        warnings,
    )
}

/// Makes of what Chart.yaml holds, and of requirements.yaml where there is one, what they say.
///
/// # Errors
/// Whatever is wrong with their keys, and with requirements.yaml, all of it.
pub(crate) fn read_node(
    chart_yaml: &Arc<Source>,
    node: &Node,
    requirements: Option<&Arc<Source>>,
    warnings: &mut Vec<Diagnostic>,
) -> Result<Metadata> {
    let mut reader = Reader {
        problems: Vec::new(),
        warnings,
    };
    let mut metadata = reader.metadata(chart_yaml, node);
    if let Some(requirements) = requirements {
        reader.requirements(requirements, node, &mut metadata);
    }
    if reader.problems.is_empty() {
        Ok(metadata)
    } else {
        Err(Diagnostics(reader.problems))
    }
}

struct Reader<'a> {
    problems: Vec<Diagnostic>,
    warnings: &'a mut Vec<Diagnostic>,
}

/// A text with its place.
struct Text {
    text: String,
    place: Place,
}

impl Reader<'_> {
    fn error(&mut self, code: &'static str, message: String, place: &Place) {
        self.problems.push(Diagnostic::error(code, message).at(place));
    }

    fn metadata(&mut self, source: &Arc<Source>, node: &Node) -> Metadata {
        let whole = Place::whole(source);
        let mut metadata = Metadata {
            node: node.clone(),
            ..Metadata::default()
        };
        let Some(map) = node.as_map() else { return metadata };
        self.check_key_case(map, CHART_KEYS);
        metadata.engine = self.engine(map);
        if let Some(name) = self.required_text(map, "name", &whole) {
            self.check_name(&name);
            (metadata.name, metadata.name_place) = (name.text, name.place);
        }
        if let Some(version) = self.required_text(map, "version", &whole) {
            if let Err(reason) = Version::parse(&version.text) {
                let message = format!("`{}` is not a version: {reason}", version.text);
                let help = "write three numbers, such as `1.2.3`";
                self.problems.push(
                    Diagnostic::error("chart-version-invalid", message)
                        .at(&version.place)
                        .help(help),
                );
            }
            (metadata.version, metadata.version_place) = (version.text, version.place);
        }
        if let Some(api) = self.text(map, "apiVersion")
            && !matches!(api.text.as_str(), "v1" | "v2")
        {
            let message = format!("`apiVersion: {}` is not known; it is read as `v2`", api.text);
            self.warnings
                .push(Diagnostic::warning("chart-api-version", message).at(&api.place));
        }
        metadata.app_version = self.text(map, "appVersion").map(|text| text.text);
        if let Some(kube_version) = self.text(map, "kubeVersion") {
            metadata.kube_version_place = kube_version.place;
            // Helm takes an empty range for none.
            metadata.kube_version = Some(kube_version.text).filter(|range| !range.is_empty());
        }
        if let Some(kind) = self.text(map, "type") {
            match kind.text.as_str() {
                "" | "application" => {}
                "library" => metadata.is_library = true,
                other => {
                    let message = format!("`type: {other}` is neither `application` nor `library`");
                    self.error("chart-yaml-invalid", message, &kind.place);
                }
            }
        }
        if let Some(deprecated) = map.get("deprecated") {
            match deprecated.value {
                Value::Bool(value) => metadata.deprecated = value,
                Value::Null => {}
                _ => self.wrong_type("deprecated", "true or false", deprecated),
            }
        }
        if metadata.deprecated {
            let place = map.get("deprecated").map_or(&Place::NONE, |node| &node.place);
            let message = format!("the chart `{}` is deprecated", metadata.name);
            self.warnings
                .push(Diagnostic::warning("chart-deprecated", message).at(place));
        }
        metadata.dependencies = self.dependencies(map);
        metadata
    }

    /// The line that Helm does not know, and Helm's own of long ago (`engine: gotpl`).
    fn engine(&mut self, map: &Map) -> Option<(Engine, Place)> {
        let node = map.get("engine")?;
        match &node.value {
            Value::Null => None,
            Value::String(word) if word.is_empty() => None,
            Value::String(word) => {
                let engine = Engine::named(word);
                if engine.is_none() {
                    let message = format!("the template engine `{word}` is not known");
                    self.problems.push(
                        Diagnostic::error("chart-engine", message)
                            .at(&node.place)
                            .help("write `engine: jinja`, or `engine: gotpl` for Helm's own templates"),
                    );
                }
                engine.map(|engine| (engine, node.place.clone()))
            }
            _ => {
                self.wrong_type("engine", "a string", node);
                None
            }
        }
    }

    fn check_name(&mut self, name: &Text) {
        let text = name.text.as_str();
        let reason = if text.contains(['/', '\\']) || matches!(text, "." | "..") {
            "it is a path"
        } else if text.chars().any(|c| c.is_control() || c.is_whitespace()) {
            "it has spaces or control characters"
        } else if text.len() > 250 {
            "it is longer than 250 bytes"
        } else {
            return;
        };
        let shown: String = text.chars().take(60).flat_map(char::escape_debug).collect();
        self.error(
            "chart-name-invalid",
            format!("`{shown}` cannot be a chart's name: {reason}"),
            &name.place,
        );
    }

    /// Helm's keys are case-insensitive; here they are not, and saying so beats ignoring the key.
    fn check_key_case(&mut self, map: &Map, known: &[&str]) {
        for (key, entry) in map.iter() {
            if known.contains(&&**key) {
                continue;
            }
            if let Some(right) = known.iter().find(|right| right.eq_ignore_ascii_case(key)) {
                let message = format!("the key `{key}` is written `{right}`");
                self.error("chart-key-case", message, &entry.key_place);
            }
        }
    }

    fn wrong_type(&mut self, key: &str, wanted: &str, node: &Node) {
        let message = format!("`{key}` is {}, not {wanted}", node.kind());
        self.error("chart-yaml-invalid", message, &node.place);
    }

    /// The text of a key; a number counts as its text, with a warning, as in Helm.
    fn text(&mut self, map: &Map, key: &str) -> Option<Text> {
        let node = map.get(key)?;
        let text = match &node.value {
            Value::Null => return None,
            Value::String(text) => text.to_string(),
            Value::Int(number) => self.number(key, number.to_string(), node),
            Value::Float(number) => self.number(key, number.to_string(), node),
            _ => {
                self.wrong_type(key, "a string", node);
                return None;
            }
        };
        Some(Text {
            text,
            place: node.place.clone(),
        })
    }

    fn number(&mut self, key: &str, text: String, node: &Node) -> String {
        let message = format!("`{key}` is a number and is read as `{text}`");
        let help = format!("put it in quotes: `{key}: \"{text}\"`");
        self.warnings.push(
            Diagnostic::warning("chart-number-as-text", message)
                .at(&node.place)
                .help(help),
        );
        text
    }

    fn required_text(&mut self, map: &Map, key: &str, whole: &Place) -> Option<Text> {
        let problems = self.problems.len();
        match self.text(map, key) {
            Some(text) if !text.text.is_empty() => Some(text),
            found => {
                // A wrong type, or a wrong spelling, is said already.
                let misspelt = map
                    .keys()
                    .any(|other| other.eq_ignore_ascii_case(key) && &**other != key);
                if self.problems.len() == problems && !misspelt {
                    let place = found.map_or_else(|| whole.clone(), |text| text.place);
                    let message = format!("`{key}` is missing");
                    self.problems.push(
                        Diagnostic::error("chart-yaml-missing-key", message)
                            .at(&place)
                            .help(format!("add a line `{key}: ...`")),
                    );
                }
                None
            }
        }
    }

    /// requirements.yaml, where charts of apiVersion v1 keep their dependencies.
    fn requirements(&mut self, source: &Arc<Source>, chart: &Node, metadata: &mut Metadata) {
        let node = match yaml::read_values(source) {
            Ok(node) => node,
            Err(Diagnostics(problems)) => {
                self.problems.extend(problems);
                return;
            }
        };
        if chart
            .get("apiVersion")
            .and_then(Node::as_str)
            .is_some_and(|version| version != "v1")
        {
            let message = "dependencies of a chart of `apiVersion: v2` belong into its Chart.yaml";
            self.warnings
                .push(Diagnostic::warning("chart-requirements", message).at(&Place::whole(source)));
        }
        let Some(map) = node.as_map() else { return };
        self.check_key_case(map, &["dependencies"]);
        let found = self.dependencies(map);
        if !found.is_empty() {
            metadata.dependencies = found;
        }
    }

    fn dependencies(&mut self, map: &Map) -> Vec<Dependency> {
        let Some(list) = self.list(map, "dependencies") else {
            return Vec::new();
        };
        let found: Vec<Dependency> = list.iter().filter_map(|node| self.dependency(node)).collect();
        let mut seen: HashMap<&str, &Dependency> = HashMap::new();
        for dependency in &found {
            if let Some(first) = seen.insert(dependency.local_name(), dependency) {
                let message = format!("two dependencies are called `{}`", dependency.local_name());
                self.problems.push(
                    Diagnostic::error("duplicate-dependency", message)
                        .at(&dependency.place)
                        .label(&first.place, "the first one")
                        .help("give one of them an `alias`"),
                );
            }
        }
        found
    }

    fn list<'n>(&mut self, map: &'n Map, key: &str) -> Option<&'n [Node]> {
        let node = map.get(key)?;
        if let Some(list) = node.as_list() {
            return Some(list);
        }
        if !node.is_null() {
            self.wrong_type(key, "a list", node);
        }
        None
    }

    fn dependency(&mut self, node: &Node) -> Option<Dependency> {
        let Some(map) = node.as_map() else {
            self.wrong_type("dependencies", "a map in each entry", node);
            return None;
        };
        self.check_key_case(map, DEPENDENCY_KEYS);
        let place = map
            .entry("name")
            .map_or(&node.place, |entry| &entry.key_place)
            .clone();
        let empty = || Text {
            text: String::new(),
            place: place.clone(),
        };
        let name = self.required_text(map, "name", &node.place);
        if let Some(name) = &name {
            self.check_name(name);
        }
        let version = self.text(map, "version").unwrap_or_else(empty);
        let repository = self.text(map, "repository").unwrap_or_else(empty);
        let condition = self.text(map, "condition").unwrap_or_else(empty);
        let alias = self.text(map, "alias").filter(|alias| !alias.text.is_empty());
        if let Some(alias) = &alias
            && !alias
                .text
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'))
        {
            let message = format!(
                "the alias `{}` may hold letters, digits, `-` and `_` only",
                alias.text
            );
            self.error("chart-alias-invalid", message, &alias.place);
        }
        let mut tags = Vec::new();
        for tag in self.list(map, "tags").unwrap_or_default() {
            match tag.as_str() {
                Some(text) => tags.push(text.to_owned()),
                None => self.wrong_type("tags", "a list of strings", tag),
            }
        }
        let imports = self.list(map, "import-values").unwrap_or_default();
        let import_values = imports
            .iter()
            .filter_map(|node| self.import_values(node))
            .collect();
        Some(Dependency {
            place,
            name: name?.text,
            version: version.text,
            version_place: version.place,
            repository: repository.text,
            condition: condition.text,
            condition_place: condition.place,
            tags,
            alias: alias.map(|alias| alias.text),
            node: node.clone(),
            import_values,
        })
    }

    fn import_values(&mut self, node: &Node) -> Option<ImportValues> {
        if let Some(name) = node.as_str() {
            return Some(ImportValues {
                child: format!("exports.{name}"),
                parent: ".".to_owned(),
            });
        }
        let Some(map) = node.as_map() else {
            self.wrong_type("import-values", "a name or a map of `child` and `parent`", node);
            return None;
        };
        self.check_key_case(map, &["child", "parent"]);
        let child = self.required_text(map, "child", &node.place);
        let parent = self.required_text(map, "parent", &node.place);
        Some(ImportValues {
            child: child?.text,
            parent: parent?.text,
        })
    }
}

#[cfg(test)]
mod tests;
