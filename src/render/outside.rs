//! What templates may ask of the world outside of chart, values and release: chance, the time, and a cluster.

use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Result};
use crate::source::{Place, Source};
use crate::yaml::{self, Map, Node, Value};

/// See the module's text.
#[derive(Debug, Clone, Default)]
pub struct Outside {
    /// Chance and time are a function of this text, of the release and of the place that asks; the system's where there is none.
    pub seed: Option<String>,
    /// What `lookup` finds; nothing where there is none.
    pub cluster: Option<Arc<Cluster>>,
}

/// Objects of a cluster.
#[derive(Debug, Default)]
pub struct Cluster(Vec<Node>);

impl Cluster {
    /// The objects in a text, as `kubectl get -o yaml` prints them: documents, and lists of objects.
    ///
    /// # Errors
    /// What is not YAML, and documents that are not objects.
    pub fn read(source: &Arc<Source>) -> Result<Cluster> {
        let mut objects = Vec::new();
        for document in yaml::read_documents(source)? {
            let is_list = document
                .get("kind")
                .and_then(Node::as_str)
                .is_some_and(|kind| kind.ends_with("List"));
            match document.get("items").and_then(Node::as_list) {
                _ if document.is_null() => {}
                Some(items) if is_list => objects.extend(items.iter().cloned()),
                _ => objects.push(document),
            }
        }
        let has = |object: &Node, key: &str| object.get(key).and_then(Node::as_str).is_some();
        match objects
            .iter()
            .find(|object| !has(object, "apiVersion") || !has(object, "kind"))
        {
            Some(other) => Err(not_an_object(&other.place)),
            None => Ok(Cluster(objects)),
        }
    }

    /// The object of an API version, kind, namespace and name. Without a name a list of all of the namespace, or of all
    /// namespaces where that is empty, too. Nothing where there is no such object.
    pub fn find(&self, api_version: &str, kind: &str, namespace: &str, name: &str) -> Option<Node> {
        let text = |object: &Node, path: &[&str]| {
            let found = object.at_path(path).and_then(Node::as_str);
            found.unwrap_or_default().to_owned()
        };
        let is_kind =
            |object: &&Node| text(object, &["apiVersion"]) == api_version && text(object, &["kind"]) == kind;
        let of_kind = self.0.iter().filter(is_kind);
        let is_there = |object: &&Node| text(object, &["metadata", "namespace"]) == namespace;
        if !name.is_empty() {
            let mut there = of_kind.filter(is_there);
            return there
                .find(|object| text(object, &["metadata", "name"]) == name)
                .cloned();
        }
        let found = of_kind.filter(|object| namespace.is_empty() || is_there(object));
        let items: Vec<Node> = found.cloned().collect();
        Some(Node::computed(Map::from_iter([
            ("apiVersion", Node::computed(api_version)),
            ("kind", Node::computed(format!("{kind}List"))),
            ("items", Node::computed(Value::from(items))),
        ])))
    }
}

fn not_an_object(place: &Place) -> crate::diagnostic::Diagnostics {
    Diagnostic::error(
        "lookup-object",
        "this is not an object of Kubernetes: it has no `apiVersion` or no `kind`",
    )
    .at(place)
    .help("write the file with `kubectl get ... -o yaml`")
    .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str, query: [&str; 4]) -> String {
        let cluster = Cluster::read(&Source::new("objects.yaml", text)).unwrap();
        let [api_version, kind, namespace, name] = query;
        match cluster.find(api_version, kind, namespace, name) {
            Some(node) => yaml::write_json(&node),
            None => "nothing".to_owned(),
        }
    }

    const OBJECTS: &str = "apiVersion: v1\nkind: List\nitems:\n  - {apiVersion: v1, kind: Secret, metadata: {name: a, namespace: x}}\n  \
                           - {apiVersion: v1, kind: Secret, metadata: {name: b, namespace: y}}\n---\n---\napiVersion: v1\nkind: Node\nmetadata: {name: one}\n";

    #[test]
    fn objects_are_found_by_their_names() {
        assert_eq!(
            found(OBJECTS, ["v1", "Secret", "x", "a"]),
            r#"{"apiVersion":"v1","kind":"Secret","metadata":{"name":"a","namespace":"x"}}"#
        );
        assert_eq!(found(OBJECTS, ["v1", "Secret", "y", "a"]), "nothing");
        assert_eq!(found(OBJECTS, ["apps/v1", "Secret", "x", "a"]), "nothing");
        assert!(found(OBJECTS, ["v1", "Node", "", "one"]).contains("\"Node\""));
    }

    #[test]
    fn lists_are_of_a_namespace_or_of_all() {
        let names = |namespace| {
            let list = found(OBJECTS, ["v1", "Secret", namespace, ""]);
            assert!(
                list.starts_with(r#"{"apiVersion":"v1","kind":"SecretList","items":["#),
                "{list}"
            );
            list.matches("\"kind\":\"Secret\"").count()
        };
        assert_eq!([names("x"), names(""), names("z")], [1, 2, 0]);
    }

    #[test]
    fn what_is_not_an_object_is_told() {
        let refused = Cluster::read(&Source::new("objects.yaml", "kind: Pod\n")).unwrap_err();
        assert_eq!(refused.0[0].code, "lookup-object");
        assert!(
            refused
                .to_string()
                .contains("objects.yaml:1:1: error: this is not an object"),
            "{refused}"
        );
    }
}
