//! Objects from texts: what `helm get manifest`, `helm template` and `kubectl get -o yaml` print, and files of manifests.

use std::collections::HashMap;
use std::sync::Arc;

use super::Object;
use crate::diagnostic::{Diagnostic, Diagnostics, Result};
use crate::render::Document;
use crate::source::{Place, Source};
use crate::yaml::{self, Limits, Node, Options};

/// What the server adds to the metadata of an object.
const SERVERS_METADATA: &[&str] = &[
    "creationTimestamp",
    "deletionGracePeriodSeconds",
    "deletionTimestamp",
    "generation",
    "managedFields",
    "ownerReferences",
    "resourceVersion",
    "selfLink",
    "uid",
];

/// The beginnings of annotations that controllers and kubectl write.
const SERVERS_ANNOTATIONS: &[&str] = &[
    "deployment.kubernetes.io/",
    "deprecated.daemonset.template.generation",
    "kubectl.kubernetes.io/last-applied-configuration",
    "pv.kubernetes.io/",
    "volume.beta.kubernetes.io/storage-provisioner",
    "volume.kubernetes.io/",
];

/// Reads the objects of a text, those in `List`s too. `# Source:` comments are not read.
///
/// # Errors
/// What is not YAML, and documents that are not objects, all of them at once.
pub fn read(source: &Arc<Source>) -> Result<Vec<Object>> {
    let options = Options {
        limits: Limits {
            events: 100_000_000,
            // What kubectl prints as JSON is one map in brackets.
            brackets_and_commas: 4_000_000,
            ..Limits::default()
        },
        ..Options::default()
    };
    let mut objects = Vec::new();
    let mut errors = Vec::new();
    for node in yaml::read_documents_with(source, &options)? {
        if node.as_map().is_some() {
            objects.push(Object::new(Document::new(source.name(), source, node)));
        } else if !node.is_null() {
            errors.push(not_an_object(source, &node));
        }
    }
    // Charts can print a map that is no object, and Helm hands it on; a text of such maps alone is something else.
    let has_kind = |object: &Object| !object.identity.kind.is_empty();
    if let (Some(first), false) = (objects.first(), objects.iter().any(has_kind)) {
        errors.push(not_an_object(source, &first.node));
    }
    if errors.is_empty() {
        Ok(flattened(objects))
    } else {
        Err(Diagnostics(errors))
    }
}

fn not_an_object(source: &Arc<Source>, node: &Node) -> Diagnostic {
    let place = match node.place.is_known() {
        true => node.place.clone(),
        false => Place::whole(source),
    };
    let message = match node.as_map() {
        Some(_) => "an object has no `kind`".to_owned(),
        None => format!("{} stands where an object should", node.kind()),
    };
    Diagnostic::error("not-a-manifest", message)
        .at(&place)
        .help("give what `helm get manifest`, `promchart render` or `kubectl get -o yaml` print")
}

/// The objects with those that are `List`s taken apart, as Kubernetes does.
pub fn flattened(objects: Vec<Object>) -> Vec<Object> {
    let mut flat = Vec::with_capacity(objects.len());
    let mut open: Vec<Object> = objects.into_iter().rev().collect();
    while let Some(object) = open.pop() {
        let is_list = object.identity.kind.ends_with("List");
        let items = object
            .node
            .get("items")
            .filter(|_| is_list)
            .and_then(Node::as_list);
        let Some(items) = items else {
            flat.push(object);
            continue;
        };
        let inner = items.iter().filter(|item| item.as_map().is_some()).map(|item| {
            let source = object.place.source().cloned();
            let source = source.unwrap_or_else(|| Source::new("", ""));
            let inner = Object::new(Document::new(&*object.template, &source, item.clone()));
            Object {
                hook_events: object.hook_events.clone(),
                ..inner
            }
        });
        let inner: Vec<Object> = inner.collect();
        open.extend(inner.into_iter().rev());
    }
    flat
}

/// The second objects of one identity, which the later of two replaces, taken out with a warning.
pub fn without_repeats(objects: Vec<Object>) -> (Vec<Object>, Vec<Diagnostic>) {
    let mut warnings = Vec::new();
    let mut index: HashMap<super::Identity, usize> = HashMap::with_capacity(objects.len());
    let mut kept: Vec<Object> = Vec::with_capacity(objects.len());
    for object in objects {
        if object.identity.name.is_empty() {
            kept.push(object);
            continue;
        }
        match index.get(&object.identity).and_then(|known| kept.get_mut(*known)) {
            Some(first) => {
                let message = format!("two objects are `{}`, and the last one counts", object.identity);
                warnings.push(
                    Diagnostic::warning("repeated-object", message)
                        .label(&object.place, "this one")
                        .label(&first.place, "this one is ignored"),
                );
                *first = object;
            }
            None => {
                index.insert(object.identity.clone(), kept.len());
                kept.push(object);
            }
        }
    }
    (kept, warnings)
}

/// Whether the server has had an object: it has what only the server writes.
pub fn is_live(object: &Object) -> bool {
    let metadata = object.node.get("metadata");
    metadata.is_some_and(|metadata| {
        ["uid", "resourceVersion", "managedFields"]
            .iter()
            .any(|key| metadata.get(key).is_some())
    })
}

/// An object without what the server and its controllers say of it: status, bookkeeping in its metadata.
#[must_use]
pub fn cleaned(mut object: Object) -> Object {
    let Some(map) = object.node.as_map_mut() else {
        return object;
    };
    map.remove("status");
    if let Some(metadata) = map.get_mut("metadata").and_then(Node::as_map_mut) {
        for key in SERVERS_METADATA {
            metadata.remove(key);
        }
        if let Some(annotations) = metadata.get_mut("annotations").and_then(Node::as_map_mut) {
            annotations.retain(|key, _| !SERVERS_ANNOTATIONS.iter().any(|start| key.starts_with(start)));
        }
    }
    object
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_text(text: &str) -> Result<Vec<Object>> {
        read(&Source::new("old.yaml", text))
    }

    /// kubectl prints all objects of a cluster as one map in brackets: there are more of them, and of commas, than people write.
    #[test]
    fn much_json_is_read() {
        let commas = ",".repeat(2_000_000);
        let text =
            format!(r#"{{"kind": "ConfigMap", "metadata": {{"name": "c"}}, "data": {{"a": "{commas}"}}}}"#);
        assert_eq!(read_text(&text).unwrap().len(), 1);
    }

    #[test]
    fn lists_are_taken_apart() {
        let objects = read_text(
            "# a comment alone\n---\nkind: List\napiVersion: v1\nitems:\n  - kind: Secret\n    metadata: {name: a}\n  - kind: PodList\n    items: [{kind: Pod, metadata: {name: b}}]\n---\n---\nkind: Service\nmetadata: {name: c, namespace: shop}\n",
        );
        let names: Vec<String> = objects
            .unwrap()
            .iter()
            .map(|object| object.identity.to_string())
            .collect();
        assert_eq!(names, ["Secret/a", "Pod/b", "Service/shop/c"]);
    }

    #[test]
    fn what_is_not_an_object_is_told_with_its_place() {
        let errors = read_text("kind: Pod\n---\na: 1\n---\n- x\n").unwrap_err();
        assert_eq!(
            errors.to_string(),
            "old.yaml:5:1: error: a list stands where an object should"
        );
        let errors = read_text("a: 1\n---\nb: 2\n").unwrap_err();
        assert_eq!(errors.to_string(), "old.yaml:1:1: error: an object has no `kind`");
        assert_eq!(read_text("kind: Pod\n---\na: 1\n").unwrap().len(), 2);
    }

    #[test]
    fn the_last_of_two_counts() {
        let objects =
            read_text("kind: A\nmetadata: {name: a}\nx: 1\n---\nkind: A\nmetadata: {name: a}\nx: 2\n")
                .unwrap();
        let (objects, warnings) = without_repeats(objects);
        assert_eq!(objects.len(), 1);
        assert_eq!(objects[0].node.get("x"), Some(&Node::computed(2)));
        assert_eq!(warnings.len(), 1);
    }

    #[test]
    fn what_the_server_says_is_taken_out() {
        let text = "kind: Pod\nmetadata: {name: a, uid: x, annotations: {mine: y, deployment.kubernetes.io/revision: '1'}}\nstatus: {}\n";
        let object = read_text(text).unwrap().remove(0);
        assert!(is_live(&object));
        let object = cleaned(object);
        assert!(!is_live(&object));
        let left = "kind: Pod\nmetadata: {name: a, annotations: {mine: y}}\n";
        assert_eq!(object.node, read_text(left).unwrap()[0].node);
    }
}
