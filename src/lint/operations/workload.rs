//! Objects that run pods.

use std::sync::Arc;

use crate::diagnostic::Diagnostic;
use crate::lint::configuration::files::pod_of;
use crate::lint::rule::Rule;
use crate::lint::subject::Subject;
use crate::manifest::Object;
use crate::render::provenance::FieldPath;
use crate::values::Step;
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
    pub fn replicas(&self, subject: &Subject<'_>) -> Option<i128> {
        let identity = &self.object.identity;
        if !matches!(
            identity.kind.as_str(),
            "Deployment" | "StatefulSet" | "ReplicaSet"
        ) {
            return None;
        }
        let scales = |object: &&Object| {
            let target = object.node.at_path(&["spec", "scaleTargetRef"]);
            let of = |key: &str| target.and_then(|target| target.get(key)).and_then(Node::as_str);
            object.identity.kind == "HorizontalPodAutoscaler"
                && of("kind") == Some(&identity.kind)
                && of("name") == Some(&identity.name)
        };
        if subject.objects().iter().any(|object| scales(&object)) {
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

    /// The claims of the pod's volumes that are rendered, with the volume's path.
    pub fn claims(&self, subject: &Subject<'a>) -> Vec<(&'a Object, FieldPath)> {
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
                    && identity.namespace == self.object.identity.namespace
            };
            let claim = subject.objects().iter().find(is_it)?;
            Some((claim, below(&self.field(&["volumes"]), Step::Index(index))))
        });
        named.collect()
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

/// Whether all labels of a selector are those of something.
pub fn selects(selector: &Map, labels: &Node) -> bool {
    let is_there = |(key, wanted): (&Arc<str>, &crate::yaml::Entry)| labels.get(key) == Some(&wanted.node);
    !selector.is_empty() && selector.iter().all(is_there)
}
