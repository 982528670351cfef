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
mod tests {
    use super::*;

    fn read_text(text: &str) -> (Result<Metadata>, Vec<String>) {
        let mut warnings = Vec::new();
        let found = read(&Source::new("Chart.yaml", text), None, &mut warnings);
        (
            found,
            warnings
                .iter()
                .map(|warning| Diagnostics(vec![warning.clone()]).to_string())
                .collect(),
        )
    }

    fn errors(text: &str) -> String {
        read_text(&format!("engine: jinja\n{text}"))
            .0
            .unwrap_err()
            .to_string()
    }

    fn dependency_errors(entries: &str) -> String {
        errors(&format!("name: c\nversion: 1.0.0\ndependencies:\n{entries}"))
    }

    #[test]
    fn reads_what_charts_say() {
        let (found, warnings) = read_text(
            "apiVersion: v2\nengine: jinja\nname: c\nversion: v1.2\nappVersion: \"3\"\nkubeVersion: '>=1.25.0-0'\n\
             type: library\nhome: https://example.com\nunknown: {a: 1}\n\
             dependencies:\n- name: a\n  version: 1.x\n  repository: file://../a\n  condition: a.enabled\n  \
             tags: [t]\n  alias: b\n  import-values:\n  - data\n  - child: x.y\n    parent: .\n",
        );
        let found = found.unwrap();
        assert_eq!(warnings, Vec::<String>::new());
        assert_eq!(
            (&*found.name, &*found.version, found.app_version.as_deref()),
            ("c", "v1.2", Some("3"))
        );
        assert_eq!((found.is_library, found.deprecated), (true, false));
        assert_eq!(found.kube_version_place.to_string(), "Chart.yaml:6:14");
        let entry = &found.dependencies[0];
        assert_eq!(
            (entry.local_name(), &*entry.name, &*entry.version),
            ("b", "a", "1.x")
        );
        assert_eq!(
            (&*entry.repository, &*entry.condition),
            ("file://../a", "a.enabled")
        );
        assert_eq!(entry.version_place.to_string(), "Chart.yaml:12:12");
        let pair = |child: &str, parent: &str| ImportValues {
            child: child.into(),
            parent: parent.into(),
        };
        assert_eq!(entry.import_values, [pair("exports.data", "."), pair("x.y", ".")]);
    }

    #[test]
    fn the_engine_is_what_the_line_says() {
        let engine = |line: &str| read_text(&format!("name: c\nversion: 1.0.0\n{line}")).0;
        let found = |line: &str| {
            let (engine, place) = engine(line).unwrap().engine?;
            Some((engine, place.to_string()))
        };
        let at = "Chart.yaml:3:9".to_owned();
        assert_eq!(found("engine: jinja\n"), Some((Engine::Jinja, at.clone())));
        assert_eq!(found("engine: gotpl\n"), Some((Engine::Go, at)));
        assert_eq!(found("engine:\n"), None);
        assert_eq!(found(""), None);
        let problem = engine("engine: erb\n").unwrap_err();
        assert_eq!(
            problem.to_string(),
            "Chart.yaml:3:9: error: the template engine `erb` is not known"
        );
        assert_eq!(problem.0[0].code, "chart-engine");
        assert_eq!(
            engine("engine: [jinja]\n").unwrap_err().to_string(),
            "Chart.yaml:3:9: error: `engine` is a list, not a string"
        );
    }

    #[test]
    fn names_and_versions_are_checked() {
        assert_eq!(
            errors("description: x\n"),
            "Chart.yaml: error: `name` is missing\nChart.yaml: error: `version` is missing"
        );
        assert_eq!(
            errors("Name: c\nVERSION: 1.0.0\n"),
            "Chart.yaml:2:1: error: the key `Name` is written `name`\n\
             Chart.yaml:3:1: error: the key `VERSION` is written `version`"
        );
        for (name, reason) in [
            ("../c", "it is a path"),
            ("a\\b", "it is a path"),
            ("..", "it is a path"),
            ("'a b'", "it has spaces or control characters"),
        ] {
            let found = errors(&format!("name: {name}\nversion: 1.0.0\n"));
            let name = name.trim_matches('\'').replace('\\', "\\\\");
            assert_eq!(
                found,
                format!("Chart.yaml:2:7: error: `{name}` cannot be a chart's name: {reason}")
            );
        }
        assert_eq!(
            errors("name: c\nversion: one\n"),
            "Chart.yaml:3:10: error: `one` is not a version: `one` is not a number"
        );
        assert_eq!(
            errors("name: c\nversion: 1.0.0\ntype: plugin\ndeprecated: soon\nappVersion: [1]\n"),
            "Chart.yaml:6:13: error: `appVersion` is a list, not a string\n\
             Chart.yaml:4:7: error: `type: plugin` is neither `application` nor `library`\n\
             Chart.yaml:5:13: error: `deprecated` is a string, not true or false"
        );
    }

    #[test]
    fn numbers_count_as_text_with_a_warning() {
        let (found, warnings) = read_text("engine: jinja\nname: c\nversion: 1.20\nappVersion: 3\n");
        let found = found.unwrap();
        // As in Helm, which reads the number too.
        assert_eq!(
            (&*found.version, found.app_version.as_deref()),
            ("1.2", Some("3"))
        );
        let expected = [
            "Chart.yaml:3:10: warning: `version` is a number and is read as `1.2`",
            "Chart.yaml:4:13: warning: `appVersion` is a number and is read as `3`",
        ];
        assert_eq!(warnings, expected);
    }

    #[test]
    fn deprecated_charts_say_so() {
        let (found, warnings) =
            read_text("apiVersion: v3\nengine: jinja\nname: c\nversion: 1.0.0\ndeprecated: true\n");
        assert!(found.unwrap().deprecated);
        let expected = [
            "Chart.yaml:1:13: warning: `apiVersion: v3` is not known; it is read as `v2`",
            "Chart.yaml:5:13: warning: the chart `c` is deprecated",
        ];
        assert_eq!(warnings, expected);
    }

    #[test]
    fn dependencies_are_checked() {
        assert_eq!(
            errors("name: c\nversion: 1.0.0\ndependencies: {}\n"),
            "Chart.yaml:4:15: error: `dependencies` is a map, not a list"
        );
        assert_eq!(
            dependency_errors("- a\n"),
            "Chart.yaml:5:3: error: `dependencies` is a string, not a map in each entry"
        );
        assert_eq!(
            dependency_errors("- {version: 1}\n- {name: ../a, Alias: b, alias: a.b, tags: [1]}\n"),
            "Chart.yaml:5:3: error: `name` is missing\n\
             Chart.yaml:6:16: error: the key `Alias` is written `alias`\n\
             Chart.yaml:6:10: error: `../a` cannot be a chart's name: it is a path\n\
             Chart.yaml:6:33: error: the alias `a.b` may hold letters, digits, `-` and `_` only\n\
             Chart.yaml:6:45: error: `tags` is a number, not a list of strings"
        );
        assert_eq!(
            dependency_errors("- {name: a, version: '1'}\n- {name: b, version: '1', alias: a}\n"),
            "Chart.yaml:6:4: error: two dependencies are called `a`"
        );
        assert_eq!(
            dependency_errors("- name: a\n  import-values: [1, {child: x}, {parent: x}]\n"),
            "Chart.yaml:6:19: error: `import-values` is a number, not a name or a map of `child` and `parent`\n\
             Chart.yaml:6:22: error: `parent` is missing\n\
             Chart.yaml:6:34: error: `child` is missing"
        );
    }
}
