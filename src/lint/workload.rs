//! Objects that run pods, as the rules about running them see them.

use std::sync::Arc;

use crate::diagnostic::Diagnostic;
use crate::lint::configuration::files::pod_of;
use crate::lint::rule::Rule;
use crate::lint::subject::Subject;
use crate::manifest::Object;
use crate::render::provenance::FieldPath;
use crate::values::{Step, find};
use crate::yaml::{Map, Node, Value};

/// An object that runs pods.
#[derive(Debug)]
pub struct Workload<'a> {
    /// The object.
    pub object: &'a Object,
    /// The pod's `spec`.
    pub pod: &'a Node,
    /// The path to it.
    pub path: FieldPath,
}

impl<'a> Workload<'a> {
    /// The workload that an object is. Tests of a chart, and what else waits for a hook, are none: they run for a moment.
    pub fn of(object: &'a Object) -> Option<Self> {
        if !object.hook_events.is_empty() {
            return None;
        }
        let (pod, path) = pod_of(object)?;
        Some(Workload { object, pod, path })
    }

    /// The containers that stay, each with its path.
    pub fn containers(&self) -> impl Iterator<Item = (&'a Node, FieldPath)> + use<'_, 'a> {
        let list = self
            .pod
            .get("containers")
            .and_then(Node::as_list)
            .unwrap_or_default();
        list.iter().enumerate().map(|(index, container)| {
            let path = self.field(&["containers"]);
            (container, below(&path, Step::Index(index)))
        })
    }

    /// The path of a field of the pod.
    pub fn field(&self, keys: &[&str]) -> FieldPath {
        keys.iter().fold(self.path.clone(), |path, key| {
            below(&path, Step::Key(Arc::from(*key)))
        })
    }

    /// How many pods there are at once; nothing where that is not fixed.
    pub fn replicas(&self, subject: &Subject<'a>) -> Option<i128> {
        let identity = &self.object.identity;
        if !matches!(
            identity.kind.as_str(),
            "Deployment" | "StatefulSet" | "ReplicaSet"
        ) {
            return None;
        }
        if self.autoscaler(subject).is_some() {
            return None;
        }
        match self
            .object
            .node
            .at_path(&["spec", "replicas"])
            .map(|node| &node.value)
        {
            Some(Value::Int(replicas)) => Some(*replicas),
            None | Some(Value::Null) => Some(1),
            _ => None,
        }
    }

    /// What sets how many pods there are, where something does.
    pub fn autoscaler(&self, subject: &Subject<'a>) -> Option<&'a Object> {
        let identity = &self.object.identity;
        let release = &subject.release.namespace;
        subject.objects().iter().find(|object| {
            let target = object.node.at_path(&["spec", "scaleTargetRef"]);
            let of = |key: &str| target.and_then(|target| target.get(key)).and_then(Node::as_str);
            object.identity.kind == "HorizontalPodAutoscaler"
                && namespace(release, object) == namespace(release, self.object)
                && of("kind") == Some(&identity.kind)
                && of("name") == Some(&identity.name)
        })
    }

    /// How many pods there are at least; nothing where that is not known, or is one for each node.
    pub fn least_replicas(&self, subject: &Subject<'a>) -> Option<i128> {
        let Some(autoscaler) = self.autoscaler(subject) else {
            return self.replicas(subject);
        };
        match autoscaler
            .node
            .at_path(&["spec", "minReplicas"])
            .map(|node| &node.value)
        {
            Some(Value::Int(least)) => Some(*least),
            None | Some(Value::Null) => Some(1),
            _ => None,
        }
    }

    /// The labels of the pods.
    pub fn labels(&self) -> Option<&'a Node> {
        let holder = self.path.0.split_last().map_or(&[][..], |(_, above)| above);
        find(&self.object.node, holder)?.at_path(&["metadata", "labels"])
    }

    /// The objects of a kind in the workload's namespace.
    pub fn beside(
        &self,
        subject: &Subject<'a>,
        kind: &'static str,
    ) -> impl Iterator<Item = &'a Object> + use<'a> {
        let release: &'a str = &subject.release.namespace;
        let own = namespace(release, self.object);
        let objects = subject.objects().iter();
        objects.filter(move |object| object.identity.kind == kind && namespace(release, object) == own)
    }

    /// A Service that sends to the pods.
    pub fn service(&self, subject: &Subject<'a>) -> Option<&'a Object> {
        let labels = self.labels()?;
        self.beside(subject, "Service").find(|service| {
            let selector = service.node.at_path(&["spec", "selector"]).and_then(Node::as_map);
            selector.is_some_and(|selector| selects(selector, labels))
        })
    }

    /// The containers that begin first, each with its path, and then those that stay.
    pub fn all_containers(&self) -> impl Iterator<Item = (&'a Node, FieldPath)> + use<'_, 'a> {
        let first = self.pod.get("initContainers").and_then(Node::as_list);
        let path = self.field(&["initContainers"]);
        let first = first.unwrap_or_default().iter().enumerate();
        let first = first.map(move |(index, container)| (container, below(&path, Step::Index(index))));
        first.chain(self.containers())
    }

    /// The finding of a rule about containers, at a field of the first one; nothing where there are none. The message goes on after their
    /// names, with words for one and for several.
    pub fn of_containers(
        &self,
        subject: &Subject<'_>,
        rule: &Rule,
        mut meant: impl Iterator<Item = (&'a Node, FieldPath)>,
        field: &[&str],
        (one, several): (&str, &str),
    ) -> Option<Diagnostic> {
        let (first, path) = meant.next()?;
        let name = |node: &Node| {
            let name = node.get("name").and_then(Node::as_str).unwrap_or_default();
            format!("`{name}`")
        };
        let names: Vec<String> = std::iter::once(name(first))
            .chain(meant.map(|(node, _)| name(node)))
            .collect();
        let (containers, rest) = match names.as_slice() {
            [_] => ("container", one),
            _ => ("containers", several),
        };
        let mut found = rule.finding(format!(
            "the {containers} {} of {} {rest}",
            names.join(", "),
            self.object.identity
        ));
        // From the container down to what of the field is there.
        let mut path = path;
        let mut node = Some(first);
        for (depth, key) in field.iter().enumerate() {
            let inner = node
                .and_then(|node| node.get(key))
                .filter(|inner| !inner.is_null());
            if inner.is_none() {
                // What holds it within the container is about it.
                found.labels = match depth {
                    0 => subject.blame_absent(self.object, &path, key),
                    _ => subject.blame(self.object, &path),
                };
                return Some(found);
            }
            node = inner;
            path = below(&path, Step::Key(Arc::from(*key)));
        }
        found.labels = subject.blame(self.object, &path);
        Some(found)
    }

    /// The claims of the pod's volumes that are rendered, with the volume's path.
    pub fn claims(&self, subject: &Subject<'a>) -> Vec<(&'a Object, FieldPath)> {
        let release = &subject.release.namespace;
        let volumes = self
            .pod
            .get("volumes")
            .and_then(Node::as_list)
            .unwrap_or_default();
        let named = volumes.iter().enumerate().filter_map(|(index, volume)| {
            let name = volume
                .at_path(&["persistentVolumeClaim", "claimName"])?
                .as_str()?;
            let is_it = |object: &&Object| {
                let identity = &object.identity;
                identity.kind == "PersistentVolumeClaim"
                    && identity.name == name
                    && namespace(release, object) == namespace(release, self.object)
            };
            let claim = subject.objects().iter().find(is_it)?;
            Some((claim, below(&self.field(&["volumes"]), Step::Index(index))))
        });
        named.collect()
    }
}

/// The namespace of an object: of one that names none, the release's.
fn namespace<'a>(release: &'a str, object: &'a Object) -> &'a str {
    match object.identity.namespace.as_str() {
        "" => release,
        namespace => namespace,
    }
}

/// Whether one node at a time can use a claim.
pub fn is_single_writer(claim: &Object) -> bool {
    let modes = claim
        .node
        .at_path(&["spec", "accessModes"])
        .and_then(Node::as_list);
    let single = |mode: &Node| matches!(mode.as_str(), Some("ReadWriteOnce" | "ReadWriteOncePod"));
    modes.is_some_and(|modes| !modes.is_empty() && modes.iter().all(single))
}

/// A path with a step more.
pub fn below(path: &FieldPath, step: Step) -> FieldPath {
    let mut path = path.clone();
    path.0.push(step);
    path
}

/// A path of keys.
pub fn keys(path: &[&str]) -> FieldPath {
    FieldPath(path.iter().map(|key| Step::Key(Arc::from(*key))).collect())
}

/// The finding of a rule at a field of an object.
pub fn finding(
    subject: &Subject<'_>,
    rule: &Rule,
    object: &Object,
    path: &FieldPath,
    message: String,
    help: &str,
) -> Diagnostic {
    let mut finding = rule.finding(message);
    finding.labels = subject.blame(object, path);
    finding.help = Some(help.to_owned());
    finding
}

/// Whether a label selector selects labels; an empty one selects all.
pub fn is_selected(selector: &Node, labels: Option<&Node>) -> bool {
    let label = |key: &str| labels.and_then(|labels| labels.get(key));
    let of_labels = selector.get("matchLabels").and_then(Node::as_map);
    let has_labels = of_labels
        .into_iter()
        .flat_map(Map::iter)
        .all(|(key, wanted)| label(key) == Some(&wanted.node));
    let expressions = selector.get("matchExpressions").and_then(Node::as_list);
    has_labels
        && expressions.unwrap_or_default().iter().all(|expression| {
            let text = |key: &str| expression.get(key).and_then(Node::as_str).unwrap_or_default();
            let values = expression
                .get("values")
                .and_then(Node::as_list)
                .unwrap_or_default();
            let label = label(text("key"));
            let is_one = label.is_some_and(|label| values.contains(label));
            match text("operator") {
                "In" => is_one,
                "NotIn" => !is_one,
                "Exists" => label.is_some(),
                "DoesNotExist" => label.is_none(),
                _ => false,
            }
        })
}

/// Whether all labels of a selector are those of something.
pub fn selects(selector: &Map, labels: &Node) -> bool {
    let is_there = |(key, wanted): (&Arc<str>, &crate::yaml::Entry)| labels.get(key) == Some(&wanted.node);
    !selector.is_empty() && selector.iter().all(is_there)
}
