//! What a template finds at its root: `.Chart`, `.Release`, `.Capabilities`, `.Files` and `.Template`, and the methods
//! that the values' own type has.

use std::any::Any;
use std::sync::Arc;

use super::error::{Error, Result};
use super::functions::{Arguments, Call, Function, Type};
use super::glob;
use super::text::Text;
use super::text::base64;
use super::value::{Kind, List, ListType, Map, MapType, Object, Slot, Value};
use crate::chart::{Capabilities, Chart, ChartFile, Dependency, Metadata};
use crate::yaml::{self, Node};

/// The version of Helm that templates see.
const HELM_VERSION: &str = "v4.3";

/// `.Release`, of a first revision.
pub fn release(name: &str, namespace: &str, is_upgrade: bool) -> Map {
    Map::from_values([
        ("Name", Value::from(name)),
        ("Namespace", Value::from(namespace)),
        ("Service", Value::from("Helm")),
        ("Revision", Value::Int(1)),
        ("IsInstall", Value::Bool(!is_upgrade)),
        ("IsUpgrade", Value::Bool(is_upgrade)),
    ])
}

/// `.Template`: the path of the file that is rendered, and of the chart's templates.
pub fn template(path: &str, folder: &str) -> Map {
    let map = Map::from_values([("Name", Value::from(path)), ("BasePath", Value::from(folder))]);
    map.seen_as(MapType::Values)
}

/// `.Chart`: Chart.yaml under the names of Helm's structure, every one of which is there. `dependencies` are those that
/// are enabled.
pub fn chart(metadata: &Metadata, dependencies: &[&Dependency], is_root: bool) -> Map {
    let node = &metadata.node;
    let text = |key: &str| Value::from(node.get(key).and_then(Node::as_str).unwrap_or_default());
    let texts = |key: &str| {
        let list = node.get(key).and_then(Node::as_list).unwrap_or_default();
        let texts = list.iter().filter_map(Node::as_str).map(Value::from);
        Value::List(List::from_values(texts))
    };
    let maintainers = node
        .get("maintainers")
        .and_then(Node::as_list)
        .unwrap_or_default();
    let maintainers = maintainers.iter().map(|maintainer| {
        let text = |key: &str| Value::from(maintainer.get(key).and_then(Node::as_str).unwrap_or_default());
        Value::Map(Map::from_values([
            ("Name", text("name")),
            ("Email", text("email")),
            ("URL", text("url")),
        ]))
    });
    let annotations = match node.get("annotations").and_then(Node::as_map) {
        Some(map) => Map::of(
            MapType::Strings,
            map.iter().filter_map(|(key, entry)| {
                let value = Value::from(entry.node.as_str()?);
                Some((Text::from(&**key), Slot::from(value)))
            }),
        ),
        None => Map::nil(MapType::Strings),
    };
    Map::from_values([
        ("APIVersion", text("apiVersion")),
        ("Annotations", Value::Map(annotations)),
        (
            "AppVersion",
            Value::from(metadata.app_version.as_deref().unwrap_or_default()),
        ),
        ("Condition", text("condition")),
        (
            "Dependencies",
            Value::List(List::from_values(dependencies.iter().map(|one| dependency(one)))),
        ),
        ("Deprecated", Value::Bool(metadata.deprecated)),
        ("Description", text("description")),
        ("Home", text("home")),
        ("Icon", text("icon")),
        ("IsRoot", Value::Bool(is_root)),
        ("Keywords", texts("keywords")),
        (
            "KubeVersion",
            Value::from(metadata.kube_version.as_deref().unwrap_or_default()),
        ),
        ("Maintainers", Value::List(List::from_values(maintainers))),
        ("Name", Value::from(metadata.name.as_str())),
        ("Sources", texts("sources")),
        ("Tags", text("tags")),
        ("Type", text("type")),
        ("Version", Value::from(metadata.version.as_str())),
    ])
}

fn dependency(dependency: &Dependency) -> Value {
    let texts = |texts: &[String]| {
        Value::List(List::from_values(
            texts.iter().map(|text| Value::from(text.as_str())),
        ))
    };
    let imports = dependency.import_values.iter().map(|import| {
        Value::Map(Map::from_values([
            ("child", Value::from(import.child.as_str())),
            ("parent", Value::from(import.parent.as_str())),
        ]))
    });
    Value::Map(Map::from_values([
        (
            "Alias",
            Value::from(dependency.alias.as_deref().unwrap_or_default()),
        ),
        ("Condition", Value::from(dependency.condition.as_str())),
        ("Enabled", Value::Bool(true)),
        ("ImportValues", Value::List(List::from_values(imports))),
        ("Name", Value::from(dependency.local_name())),
        ("Repository", Value::from(dependency.repository.as_str())),
        ("Tags", texts(&dependency.tags)),
        ("Version", Value::from(dependency.version.as_str())),
    ]))
}

/// `.Capabilities`.
pub fn capabilities(capabilities: &Capabilities) -> Value {
    let kube = &capabilities.kube_version;
    let versions = capabilities
        .api_versions
        .iter()
        .map(|version| Value::from(version.as_str()).into())
        .collect();
    Value::object(Cluster {
        kube_version: Value::object(KubeVersion {
            version: kube.version.as_str().into(),
            major: kube.major.as_str().into(),
            minor: kube.minor.as_str().into(),
        }),
        api_versions: Value::List(List::of(VERSION_SET, versions)),
    })
}

/// The type of `.Capabilities.APIVersions`.
const VERSION_SET: ListType = ListType::Named("common.VersionSet");

#[derive(Debug)]
struct Cluster {
    kube_version: Value,
    api_versions: Value,
}

impl Object for Cluster {
    fn type_name(&self) -> &'static str {
        "*common.Capabilities"
    }

    fn field(&self, name: &str) -> Option<Value> {
        field_of(self.fields(), name)
    }

    fn fields(&self) -> Vec<(&'static str, Value)> {
        vec![
            ("KubeVersion", self.kube_version.clone()),
            ("APIVersions", self.api_versions.clone()),
            ("HelmVersion", Value::object(HelmVersion)),
        ]
    }

    fn shown(&self) -> Option<Text> {
        None
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

fn field_of(fields: Vec<(&'static str, Value)>, name: &str) -> Option<Value> {
    fields
        .into_iter()
        .find(|(known, _)| *known == name)
        .map(|(_, value)| value)
}

#[derive(Debug)]
struct KubeVersion {
    version: Text,
    major: Text,
    minor: Text,
}

impl KubeVersion {
    /// The version without a vendor's suffix.
    fn normalized(&self) -> Text {
        let version = self.version.lossy();
        Text::from(version.split(['-', '+']).next().unwrap_or_default())
    }
}

const KUBE_VERSION: Type = Type::Object("common.KubeVersion");

static KUBE_VERSION_METHODS: [Function; 2] = [
    Function::new("GitVersion", &[KUBE_VERSION], |_, arguments| {
        let version = arguments.get(0).as_object::<KubeVersion>();
        Ok(Value::String(
            version.map(|kube| kube.version.clone()).unwrap_or_default(),
        ))
    }),
    Function::new("String", &[KUBE_VERSION], |_, arguments| {
        let version = arguments.get(0).as_object::<KubeVersion>();
        Ok(Value::String(
            version.map(KubeVersion::normalized).unwrap_or_default(),
        ))
    }),
];

impl Object for KubeVersion {
    fn type_name(&self) -> &'static str {
        "common.KubeVersion"
    }

    fn field(&self, name: &str) -> Option<Value> {
        field_of(self.fields(), name).filter(|_| name != "normalizedVersion")
    }

    fn method(&self, name: &str) -> Option<&'static Function> {
        KUBE_VERSION_METHODS.iter().find(|method| method.name == name)
    }

    fn shown(&self) -> Option<Text> {
        Some(self.normalized())
    }

    fn fields(&self) -> Vec<(&'static str, Value)> {
        vec![
            ("Version", Value::String(self.version.clone())),
            ("normalizedVersion", Value::String(self.normalized())),
            ("Major", Value::String(self.major.clone())),
            ("Minor", Value::String(self.minor.clone())),
        ]
    }

    fn json(&self) -> Option<Value> {
        Some(Value::object(Structure(vec![
            ("Version", Value::String(self.version.clone())),
            ("Major", Value::String(self.major.clone())),
            ("Minor", Value::String(self.minor.clone())),
        ])))
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// Fields alone, for JSON, which keeps their order.
#[derive(Debug)]
struct Structure(Vec<(&'static str, Value)>);

impl Object for Structure {
    fn type_name(&self) -> &'static str {
        "struct"
    }

    fn fields(&self) -> Vec<(&'static str, Value)> {
        self.0.clone()
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

#[derive(Debug)]
struct HelmVersion;

impl Object for HelmVersion {
    fn type_name(&self) -> &'static str {
        "version.BuildInfo"
    }

    fn field(&self, name: &str) -> Option<Value> {
        field_of(self.fields(), name)
    }

    fn fields(&self) -> Vec<(&'static str, Value)> {
        vec![
            ("Version", Value::from(HELM_VERSION)),
            ("GitCommit", Value::from("")),
            ("GitTreeState", Value::from("")),
            ("GoVersion", Value::from("go1.26.8")),
            ("KubeClientVersion", Value::from("v1.37")),
        ]
    }

    fn json(&self) -> Option<Value> {
        Some(Value::object(Structure(vec![
            ("version", Value::from(HELM_VERSION)),
            ("go_version", Value::from("go1.26.8")),
            ("kube_client_version", Value::from("v1.37")),
        ])))
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// The methods of a list's type.
pub(super) fn list_method(list: &List, name: &str) -> Option<&'static Function> {
    static HAS: Function = Function::new("Has", &[Type::Any, Type::String], |_, arguments| {
        let wanted = arguments.text(1);
        let has = arguments
            .list(0)
            .iter()
            .any(|version| version.as_text() == Some(&wanted));
        Ok(Value::Bool(has))
    });
    (list.of == VERSION_SET && name == "Has").then_some(&HAS)
}

/// The methods of the type of `.Values`.
pub(super) fn values_method(name: &str) -> Option<&'static Function> {
    static METHODS: [Function; 4] = [
        Function::new("AsMap", &[Type::Any], |_, arguments| {
            Ok(Value::Map(arguments.map(0).seen_as(MapType::Any)))
        }),
        Function::new("PathValue", &[Type::Any, Type::String], path_value),
        Function::new("Table", &[Type::Any, Type::String], table),
        Function::new("YAML", &[Type::Any], |call, arguments| {
            let node = super::functions::to_node(arguments.get(0), call)?;
            Ok(Value::from(yaml::write_helm(&node)))
        }),
    ];
    METHODS.iter().find(|method| method.name == name)
}

/// The map at a path of keys between dots.
fn table(call: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    let mut map = arguments.map(0);
    for key in arguments.str(1).split('.') {
        map = match call.get(&map, key.as_bytes()) {
            Some(Value::Map(map)) => map,
            _ => return Err(Error::new(format!("there is no map `{}`", arguments.str(1)))),
        };
    }
    Ok(Value::Map(map.seen_as(MapType::Values)))
}

/// The value, no map, at a path of keys between dots.
fn path_value(call: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    let path = arguments.str(1);
    let missing = || Error::new(format!("there is no value `{path}`"));
    let mut map = arguments.map(0);
    let mut keys = path.split('.').peekable();
    while let Some(key) = keys.next() {
        match (call.get(&map, key.as_bytes()), keys.peek()) {
            (Some(Value::Map(inner)), Some(_)) => map = inner,
            (Some(value), None) if value.as_map().is_none() => return Ok(value),
            _ => return Err(missing()),
        }
    }
    Err(missing())
}

/// `.Files`: the chart's other files.
pub fn files(chart: &Arc<Chart>) -> Value {
    Value::object(Files {
        chart: Arc::clone(chart),
        wanted: (0..chart.files.len()).collect(),
    })
}

/// Some of a chart's files, whose contents are copied when they are asked for.
#[derive(Debug)]
struct Files {
    chart: Arc<Chart>,
    /// Which, by their positions among the chart's files.
    wanted: Vec<usize>,
}

impl Files {
    fn iter(&self) -> impl Iterator<Item = &ChartFile> {
        self.wanted
            .iter()
            .filter_map(|position| self.chart.files.get(*position))
    }

    /// The content of a file; empty where there is none.
    fn content(&self, path: &[u8]) -> Text {
        let mut files = self.iter();
        let found = files.find(|file| file.path.as_bytes() == path);
        found.map(content).unwrap_or_default()
    }
}

fn content(file: &ChartFile) -> Text {
    match file.source() {
        Some(source) => Text::from(source),
        None => Text::from(file.bytes()),
    }
}

const FILES: Type = Type::Object("engine.files");

static FILES_METHODS: [Function; 6] = [
    Function::new("Get", &[FILES, Type::String], |_, arguments| {
        Ok(Value::String(asked(&arguments)))
    }),
    Function::new("GetBytes", &[FILES, Type::String], |_, arguments| {
        Ok(Value::Bytes(asked(&arguments)))
    }),
    Function::new("Lines", &[FILES, Type::String], lines),
    Function::new("Glob", &[FILES, Type::String], matching),
    Function::new("AsConfig", &[FILES], |call, arguments| {
        by_name(call, &arguments, Value::String)
    }),
    Function::new("AsSecrets", &[FILES], |call, arguments| {
        by_name(call, &arguments, |content| {
            Value::from(base64(content.as_bytes()))
        })
    }),
];

/// The content of the file that is asked for.
fn asked(arguments: &Arguments) -> Text {
    let files = arguments.get(0).as_object::<Files>();
    files.map_or_else(Text::default, |files| files.content(arguments.text(1).as_bytes()))
}

/// The lines of a file, without an empty last one.
fn lines(call: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    let content = asked(&arguments);
    let mut lines: Vec<&[u8]> = content.as_bytes().split(|byte| *byte == b'\n').collect();
    if lines.last().is_some_and(|line| line.is_empty()) {
        lines.pop();
    }
    call.spend(lines.len())?;
    Ok(Value::List(List::from_strings(lines)))
}

/// The files whose paths match; all of them where the pattern cannot be read, as Helm has it.
fn matching(call: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    let pattern = arguments.str(1);
    let matcher = glob::matcher(&pattern);
    let is_wanted = |path: &str| matcher.as_ref().is_none_or(|matcher| matcher.is_match(path));
    let Some(files) = arguments.get(0).as_object::<Files>() else {
        return Ok(Value::Nil);
    };
    call.spend(files.wanted.len())?;
    let is_matching = |position: &&usize| {
        let file = files.chart.files.get(**position);
        file.is_some_and(|file| is_wanted(&file.path))
    };
    Ok(Value::object(Files {
        chart: Arc::clone(&files.chart),
        wanted: files.wanted.iter().filter(is_matching).copied().collect(),
    }))
}

/// YAML of the files' contents under their names without folders.
fn by_name(call: &mut Call<'_>, arguments: &Arguments, make: fn(Text) -> Value) -> Result<Value> {
    let files = arguments.get(0).as_object::<Files>();
    let files = files.into_iter().flat_map(Files::iter).map(|file| {
        let name = file.path.rsplit('/').next().unwrap_or_default();
        (Text::from(name), make(content(file)))
    });
    let node = super::functions::to_node(&Value::Map(Map::from_values(files)), call)?;
    let mut text = yaml::write_helm(&node);
    text.truncate(text.len() - usize::from(text.ends_with('\n')));
    call.reserve(text.len())?;
    Ok(Value::from(text))
}

impl Object for Files {
    fn type_name(&self) -> &'static str {
        "engine.files"
    }

    fn kind(&self) -> Kind {
        Kind::Map
    }

    fn field(&self, name: &str) -> Option<Value> {
        Some(Value::Bytes(self.content(name.as_bytes())))
    }

    fn method(&self, name: &str) -> Option<&'static Function> {
        FILES_METHODS.iter().find(|method| method.name == name)
    }

    fn entries(&self) -> Option<Vec<(Text, Value)>> {
        let entries = self
            .iter()
            .map(|file| (Text::from(file.path.as_str()), Value::Bytes(content(file))));
        Some(entries.collect())
    }

    fn json(&self) -> Option<Value> {
        let entries = self
            .iter()
            .map(|file| (file.path.as_str(), Value::from(base64(file.bytes()))));
        Some(Value::Map(Map::from_values(entries)))
    }

    fn is_true(&self) -> bool {
        !self.wanted.is_empty()
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
