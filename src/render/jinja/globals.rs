//! The names that templates start from: Helm's, without the dot.

use std::sync::Arc;

use globset::GlobBuilder;
use minijinja::value::{Object, ObjectRepr};
use minijinja::{Error, ErrorKind, State, Value};

use super::capture::{told, undefined};
use super::value::is_undefined;
use crate::chart::{Chart, ChartFile, Metadata};
use crate::diagnostic::nearest;
use crate::render::Input;
use crate::values::Scope;
use crate::yaml::{self, Map, Node};

/// `Values`, `Release`, `Chart` and `Capabilities`.
pub(super) fn roots(input: &Input<'_>, scope: &Scope) -> Vec<(&'static str, Node)> {
    let values = match input.recorder {
        Some(recorder) => recorder.values(scope.section(), &scope.values),
        None => scope.values.clone(),
    };
    vec![
        ("Values", values),
        ("Release", release(input)),
        ("Chart", chart(&scope.chart.metadata)),
        ("Capabilities", capabilities(input)),
    ]
}

fn release(input: &Input<'_>) -> Node {
    let release = input.release;
    Node::computed(Map::from_iter([
        ("Name", Node::computed(release.name.as_str())),
        ("Namespace", Node::computed(release.namespace.as_str())),
        ("Service", Node::computed("promchart")),
        ("Revision", Node::computed(1)),
        ("IsInstall", Node::computed(!release.is_upgrade)),
        ("IsUpgrade", Node::computed(release.is_upgrade)),
    ]))
}

/// Chart.yaml with the names of Helm's Go structure: `appVersion` is `AppVersion`.
fn chart(metadata: &Metadata) -> Node {
    let mut map = Map::new();
    for (key, entry) in metadata.node.as_map().into_iter().flat_map(Map::iter) {
        let mut letters = key.chars();
        let name = match key.as_ref() {
            "apiVersion" => "APIVersion".to_owned(),
            _ => letters.next().map_or_else(String::new, |first| {
                first.to_ascii_uppercase().to_string() + letters.as_str()
            }),
        };
        map.insert_entry(name, entry.clone());
    }
    map.insert("Name", Node::computed(metadata.name.as_str()));
    map.insert("Version", Node::computed(metadata.version.as_str()));
    if let Some(version) = &metadata.app_version {
        map.insert("AppVersion", Node::computed(version.as_str()));
    }
    Node::computed(map)
}

fn capabilities(input: &Input<'_>) -> Node {
    let kube = &input.capabilities.kube_version;
    let versions: Vec<Node> = input
        .capabilities
        .api_versions
        .iter()
        .map(|v| Node::computed(v.as_str()))
        .collect();
    let kube_version = Map::from_iter([
        ("Version", Node::computed(kube.version.as_str())),
        ("Major", Node::computed(kube.major.as_str())),
        ("Minor", Node::computed(kube.minor.as_str())),
    ]);
    Node::computed(Map::from_iter([
        ("KubeVersion", Node::computed(kube_version)),
        ("APIVersions", Node::computed(versions)),
    ]))
}

/// `Files`: the chart's other files.
#[derive(Debug)]
struct Files(Vec<ChartFile>);

/// The object `Files` of a chart.
pub(super) fn files(chart: &Chart) -> Value {
    Value::from_object(Files(chart.files.clone()))
}

impl Files {
    fn text(file: &ChartFile) -> Value {
        match file.source() {
            Some(source) => Value::from(source.text()),
            None => Value::from_bytes(file.bytes().to_vec()),
        }
    }

    fn not_there(&self, path: &str) -> Error {
        let near = nearest(path, self.0.iter().map(|file| file.path.as_str()));
        let ask = "to ask whether a file is there write `if Files.glob(\"path\")`";
        told(
            // The path may be a value: it is not shown.
            "the chart has no file of this path",
            match near {
                Some(near) => format!("did you mean `{near}`? {ask}"),
                None => format!("`Files` leaves out templates and what .helmignore names; {ask}"),
            },
        )
    }
}

impl Object for Files {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Plain
    }

    fn call_method(
        self: &Arc<Self>,
        _: &mut State<'_, '_>,
        method: &str,
        args: &[Value],
    ) -> Result<Value, Error> {
        if !matches!(method, "get" | "lines" | "glob") {
            return Err(Error::new(
                ErrorKind::UnknownMethod,
                format!("`Files` has no method `{method}`; it has `get`, `lines` and `glob`"),
            ));
        }
        let [path] = args else {
            return Err(told(
                format!("`Files.{method}` takes one argument"),
                format!("write `Files.{method}(\"path\")`"),
            ));
        };
        if is_undefined(path) {
            return Err(undefined(path));
        }
        let path = path.as_str().ok_or_else(|| {
            told(
                format!("`Files.{method}` takes a path, and this is not a text"),
                "paths are those of the chart's folder: `rules/a.yml`",
            )
        })?;
        let found = || {
            let file = self.0.iter().find(|file| file.path == path);
            file.ok_or_else(|| self.not_there(path))
        };
        match method {
            "get" => Ok(Files::text(found()?)),
            "lines" => {
                let text = found()?.source().map_or("", |source| source.text());
                Ok(Value::from_iter(text.lines()))
            }
            // Only `glob` is left.
            _ => {
                let matcher = GlobBuilder::new(path)
                    .literal_separator(true)
                    .build()
                    .map_err(|error| {
                        told(
                            format!("the pattern is not one of file names: {}", error.kind()),
                            "`*` stands for a part of a name, `**` for any folders",
                        )
                    })?
                    .compile_matcher();
                let matching = self.0.iter().filter(|file| matcher.is_match(&file.path));
                Ok(super::value::to_value(&Node::computed(Map::from_iter(
                    matching.map(|file| (file.path.as_str(), text_node(file))),
                ))))
            }
        }
    }
}

fn text_node(file: &ChartFile) -> Node {
    match file.source() {
        Some(source) => Node::computed(source.text()),
        None => Node::computed(yaml::Value::Null),
    }
}
