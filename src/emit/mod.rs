//! Manifests as text: a YAML stream, a JSON list, or one file an object.

use std::collections::HashSet;
use std::fmt::{self, Display as _, Write as _};

use crate::manifest::{Manifests, Object};
use crate::yaml::{self, Map, Node};

/// A stream of YAML documents, each with the template that it comes from. It is made as it is written: no copy of it is needed.
pub fn yaml_stream(manifests: &Manifests) -> impl fmt::Display {
    fmt::from_fn(|f| {
        let mut documents = manifests.objects.iter().map(document);
        documents.try_for_each(|document| document.fmt(f))
    })
}

fn document(object: &Object) -> impl fmt::Display {
    fmt::from_fn(|f| {
        writeln!(f, "---\n# Source: {}", object.template)?;
        match &object.written {
            Some(text) => text.fmt(f),
            None => f.write_str(&yaml::write(&object.node)),
        }
    })
}

/// One JSON document: a `List` of all objects, which `kubectl apply -f -` takes too.
pub fn json_list(manifests: &Manifests) -> String {
    let items: Vec<Node> = manifests
        .objects
        .iter()
        .map(|object| object.node.clone())
        .collect();
    let list = Map::from_iter([
        ("apiVersion", Node::computed("v1")),
        ("kind", Node::computed("List")),
        ("items", Node::computed(items)),
    ]);
    let mut text = yaml::write_json_pretty(&Node::computed(list));
    if !text.ends_with('\n') {
        text.push('\n');
    }
    text
}

/// One file an object, `CHART/KIND-NAME.yaml`, by relative path. An object outside the release's namespace has that
/// namespace in its file's name too. The paths depend on the objects alone and never leave their folder.
pub fn files(manifests: &Manifests, release_namespace: &str) -> Vec<(String, String)> {
    let mut taken = HashSet::new();
    let mut files = Vec::with_capacity(manifests.objects.len());
    for object in &manifests.objects {
        let path = unique(&file_path(object, release_namespace), &mut taken);
        files.push((path, document(object).to_string()));
    }
    files
}

fn file_path(object: &Object, release_namespace: &str) -> String {
    let chart = object.template.split("/templates/").next().unwrap_or("");
    let chart = chart
        .split("/crds/")
        .next()
        .unwrap_or("")
        .replace("/charts/", "/");
    let identity = &object.identity;
    let mut name = if identity.kind.is_empty() {
        "object".to_owned()
    } else {
        identity.kind.to_lowercase()
    };
    if !identity.namespace.is_empty() && identity.namespace != release_namespace {
        let _ = write!(name, "-{}", identity.namespace);
    }
    if !identity.name.is_empty() {
        let _ = write!(name, "-{}", identity.name);
    }
    let folder: Vec<String> = chart.split('/').map(plain).collect();
    format!("{}/{}.yaml", folder.join("/"), plain(&name))
}

/// A text as a file name: letters, digits, `.`, `-` and `_`, not hidden, not too long.
fn plain(text: &str) -> String {
    let name: String = text
        .chars()
        .take(200)
        .map(|c| {
            if c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_') {
                c
            } else {
                '_'
            }
        })
        .collect();
    if name.is_empty() || name.starts_with('.') {
        format!("_{name}")
    } else {
        name
    }
}

fn unique(path: &str, taken: &mut HashSet<String>) -> String {
    let stem = path.strip_suffix(".yaml").unwrap_or(path);
    let mut candidate = path.to_owned();
    let mut number = 1;
    // File systems that ignore case would join two files.
    while !taken.insert(candidate.to_lowercase()) {
        number += 1;
        candidate = format!("{stem}-{number}.yaml");
    }
    candidate
}
