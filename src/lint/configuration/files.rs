//! The texts that ConfigMaps and Secrets hold, and where containers find them.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::lint::Subject;
use crate::manifest::Object;
use crate::render::provenance::FieldPath;
use crate::source::Source;
use crate::values::Step;
use crate::yaml::{Map, Node};

/// A text that a ConfigMap or Secret holds.
#[derive(Debug)]
pub struct File<'a> {
    /// What holds it.
    pub object: &'a Object,
    /// The field that it is.
    pub field: FieldPath,
    /// Its key.
    pub key: &'a str,
    /// The text, named after the key.
    pub text: Arc<Source>,
    /// Whether the field is the text itself, and not its code.
    pub is_plain: bool,
}

/// The texts of all ConfigMaps and Secrets, each as it is.
pub fn of<'a>(subject: &Subject<'a>) -> Vec<File<'a>> {
    let mut files = Vec::new();
    for object in subject.objects() {
        let fields: &[(&'static str, bool)] = match object.identity.kind.as_str() {
            "ConfigMap" => &[("data", true)],
            "Secret" => &[("data", false), ("stringData", true)],
            _ => continue,
        };
        for (field, is_plain) in fields {
            let map = object.node.get(field).and_then(Node::as_map);
            for (key, entry) in map.into_iter().flat_map(Map::iter) {
                let Some(text) = entry.node.as_str().and_then(|text| decoded(text, *is_plain)) else {
                    continue;
                };
                files.push(File {
                    object,
                    field: FieldPath(vec![Step::Key(Arc::from(*field)), Step::Key(Arc::clone(key))]),
                    key,
                    text: Source::new(&**key, text),
                    is_plain: *is_plain,
                });
            }
        }
    }
    files
}

fn decoded(text: &str, is_plain: bool) -> Option<String> {
    if is_plain {
        return Some(text.to_owned());
    }
    let packed: String = text.chars().filter(|c| !c.is_ascii_whitespace()).collect();
    String::from_utf8(STANDARD.decode(packed).ok()?).ok()
}

/// A container, and what is mounted into it.
#[derive(Debug)]
pub struct Container<'a> {
    /// The object with its pod.
    pub object: &'a Object,
    /// The container.
    pub node: &'a Node,
    /// The path to it in the object.
    pub path: FieldPath,
    /// Its pod.
    pub pod: &'a Node,
    /// The paths of texts that are known, with their indexes.
    pub files: Vec<(String, usize)>,
    /// The paths of all mounts, and whether all that is under one is known.
    pub mounts: Vec<(String, bool)>,
}

/// The kinds that have a pod, with the path to it.
const PODS: &[(&str, &[&str])] = &[
    ("Pod", &["spec"]),
    ("Deployment", &["spec", "template", "spec"]),
    ("StatefulSet", &["spec", "template", "spec"]),
    ("DaemonSet", &["spec", "template", "spec"]),
    ("ReplicaSet", &["spec", "template", "spec"]),
    ("ReplicationController", &["spec", "template", "spec"]),
    ("Job", &["spec", "template", "spec"]),
    ("CronJob", &["spec", "jobTemplate", "spec", "template", "spec"]),
];

/// The pod of an object, and the path to it.
pub fn pod_of(object: &Object) -> Option<(&Node, FieldPath)> {
    let (_, path) = PODS.iter().find(|(kind, _)| *kind == object.identity.kind)?;
    let steps = path.iter().map(|key| Step::Key(Arc::from(*key))).collect();
    Some((object.node.at_path(path)?, FieldPath(steps)))
}

/// The containers of all objects, without those that run before.
pub fn containers<'a>(subject: &Subject<'a>, files: &[File<'a>]) -> Vec<Container<'a>> {
    let mut containers = Vec::new();
    for object in subject.objects() {
        let Some((pod, path)) = pod_of(object) else {
            continue;
        };
        let list = pod.get("containers").and_then(Node::as_list);
        for (index, node) in list.unwrap_or_default().iter().enumerate() {
            let mut path = path.clone();
            path.0
                .extend([Step::Key(Arc::from("containers")), Step::Index(index)]);
            let mut container = Container {
                object,
                node,
                path,
                pod,
                files: Vec::new(),
                mounts: Vec::new(),
            };
            container.mount(files);
            containers.push(container);
        }
    }
    containers
}

impl Container<'_> {
    fn mount(&mut self, files: &[File<'_>]) {
        let mounts = self.node.get("volumeMounts").and_then(Node::as_list);
        for mount in mounts.unwrap_or_default() {
            let text = |key: &str| mount.get(key).and_then(Node::as_str).unwrap_or_default();
            let place = text("mountPath").trim_end_matches('/').to_owned();
            let volumes = self.pod.get("volumes").and_then(Node::as_list);
            let named = |volume: &&Node| volume.get("name").and_then(Node::as_str) == Some(text("name"));
            let Some(volume) = volumes.unwrap_or_default().iter().find(named) else {
                continue;
            };
            let (found, is_known) = self.contents(volume, files);
            let part = text("subPath").trim_end_matches('/');
            for (path, file) in found {
                let path = match part {
                    "" => format!("{place}/{path}"),
                    part if part == path => place.clone(),
                    part => match path.strip_prefix(part).and_then(|rest| rest.strip_prefix('/')) {
                        Some(rest) => format!("{place}/{rest}"),
                        None => continue,
                    },
                };
                self.files.push((path, file));
            }
            self.mounts.push((place, is_known));
        }
    }

    /// What a volume holds: paths and files; and whether that is all.
    fn contents(&self, volume: &Node, files: &[File<'_>]) -> (Vec<(String, usize)>, bool) {
        if let Some(source) = volume.get("configMap") {
            return self.source("ConfigMap", source, "name", files);
        }
        if let Some(source) = volume.get("secret") {
            return self.source("Secret", source, "secretName", files);
        }
        let Some(sources) = volume.at_path(&["projected", "sources"]).and_then(Node::as_list) else {
            return (Vec::new(), false);
        };
        let mut all = Vec::new();
        let mut is_known = true;
        for source in sources {
            let (found, known) = match (source.get("configMap"), source.get("secret")) {
                (Some(source), _) => self.source("ConfigMap", source, "name", files),
                (_, Some(source)) => self.source("Secret", source, "name", files),
                _ => (Vec::new(), false),
            };
            all.extend(found);
            is_known &= known;
        }
        (all, is_known)
    }

    fn source(
        &self,
        kind: &str,
        source: &Node,
        key: &str,
        files: &[File<'_>],
    ) -> (Vec<(String, usize)>, bool) {
        let name = source.get(key).and_then(Node::as_str).unwrap_or_default();
        let items = source.get("items").and_then(Node::as_list);
        let path_of = |key: &str| match items {
            None => Some(key.to_owned()),
            Some(items) => items
                .iter()
                .find(|item| item.get("key").and_then(Node::as_str) == Some(key))
                .and_then(|item| item.get("path").and_then(Node::as_str).map(str::to_owned)),
        };
        let of_object = |file: &File<'_>| {
            let identity = &file.object.identity;
            identity.kind == kind
                && identity.name == name
                && identity.namespace == self.object.identity.namespace
        };
        let here = files.iter().enumerate().filter(|(_, file)| of_object(file));
        let found: Vec<(String, usize)> = here
            .filter_map(|(index, file)| path_of(file.key).map(|path| (path, index)))
            .collect();
        let is_known = !found.is_empty();
        (found, is_known)
    }

    /// The file that stands at a path.
    pub fn file(&self, path: &str) -> Option<usize> {
        let found = self.files.iter().find(|(known, _)| known == path);
        found.map(|(_, file)| *file)
    }

    /// Whether it is known what stands at a path: what is mounted there, or nothing where nothing is mounted into the program's own image.
    pub fn knows(&self, path: &str) -> bool {
        let holds =
            |mount: &str| path == mount || path.strip_prefix(mount).is_some_and(|rest| rest.starts_with('/'));
        let innermost = self
            .mounts
            .iter()
            .filter(|(mount, _)| holds(mount))
            .max_by_key(|(mount, _)| mount.len());
        match innermost {
            Some((_, is_known)) => *is_known,
            None => matches!(self.image(), "prometheus" | "alertmanager"),
        }
    }

    /// The value of an argument: `--name=value`, or `--name` and `value` behind it.
    pub fn argument(&self, name: &str) -> Option<&str> {
        self.arguments(name).last()
    }

    /// The values of an argument that may come several times.
    pub fn arguments(&self, name: &str) -> impl Iterator<Item = &str> {
        let words = || {
            let lists = ["command", "args"]
                .into_iter()
                .filter_map(|key| self.node.get(key)?.as_list());
            lists.flatten().map(|word| word.as_str().unwrap_or_default())
        };
        let next = words().skip(1).chain([""]);
        words().zip(next).filter_map(move |(word, next)| {
            let rest = word
                .strip_prefix("--")
                .or_else(|| word.strip_prefix('-'))?
                .strip_prefix(name)?;
            match rest.strip_prefix('=') {
                Some(value) => Some(value),
                None => (rest.is_empty() && !next.starts_with('-')).then_some(next),
            }
        })
    }

    /// The path of the word in `args` that names an argument, in the object; that of the container where there is none.
    pub fn argument_path(&self, name: &str) -> FieldPath {
        let args = self.node.get("args").and_then(Node::as_list);
        let is_it = |word: &Node| word.as_str().is_some_and(|word| word.contains(name));
        let mut path = self.path.clone();
        if let Some(index) = args.unwrap_or_default().iter().position(is_it) {
            path.0.extend([Step::Key(Arc::from("args")), Step::Index(index)]);
        }
        path
    }

    /// The last part of its image's name.
    pub fn image(&self) -> &str {
        let image = self.node.get("image").and_then(Node::as_str).unwrap_or_default();
        let name = image.rsplit('/').next().unwrap_or_default();
        name.split([':', '@']).next().unwrap_or_default()
    }
}

/// Whether a path is one that a pattern of Go's `filepath.Glob` means. `*` stands in the last part only.
pub fn matches(pattern: &str, path: &str) -> bool {
    let glob = globset::GlobBuilder::new(pattern).literal_separator(true).build();
    match glob {
        Ok(glob) => glob.compile_matcher().is_match(path),
        Err(_) => pattern == path,
    }
}
