//! What the comparison asks of Kubernetes' structure, and what that does not say: which fields the API server fills in.

use super::path::scalar_text;
use crate::kubernetes::{self, Origin, Shape, Type, group_of};
use crate::manifest::Identity;
use crate::yaml::{Node, Value};

/// How the items of a list are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ListKind<'s> {
    /// By these keys.
    Keyed(&'s [Box<str>]),
    /// By themselves; their order says nothing.
    Set,
    /// By their order.
    Ordered,
    /// Nobody says.
    Unknown,
}

/// The structure of one kind of objects.
#[derive(Clone, Copy)]
pub(super) struct Structure {
    /// The type of the objects, where it is known.
    pub(super) root: Option<Type<'static>>,
    is_kubernetes: bool,
    has_rules: bool,
}

/// Lists of roles whose order says nothing.
const RULES: &[&str] = &[
    "verbs",
    "resources",
    "apiGroups",
    "resourceNames",
    "nonResourceURLs",
];

/// Of lists that nobody says anything about, as in texts that hold data: keys that tell items apart where each has one of its own.
const TELLING: &[&str] = &["name", "job_name", "alert", "record", "id", "key"];

impl Structure {
    pub(super) fn of(identity: &Identity) -> Structure {
        let kind = kubernetes::find(&identity.api_version, &identity.kind);
        Structure {
            root: kind.map(kubernetes::Kind::structure),
            is_kubernetes: kind.is_some_and(|kind| kind.origin == Origin::Kubernetes),
            has_rules: group_of(&identity.api_version) == "rbac.authorization.k8s.io",
        }
    }

    /// Whether it is of Kubernetes itself, which keeps no empty lists, and not a custom resource.
    pub(super) fn is_kubernetes(&self) -> bool {
        self.is_kubernetes
    }

    /// How the items of a list are told apart.
    pub(super) fn list(&self, path: &[&str], of: Option<Type<'static>>) -> ListKind<'static> {
        let Some(Shape::List(list)) = of.map(|of| &of.schema().shape) else {
            return ListKind::Unknown;
        };
        match &list.kind {
            kubernetes::ListKind::Map(keys) => ListKind::Keyed(keys),
            kubernetes::ListKind::Set => ListKind::Set,
            kubernetes::ListKind::Atomic => match &list.patch_key {
                Some(key) => ListKind::Keyed(std::slice::from_ref(key)),
                None if self.has_rules && path.last().is_some_and(|last| RULES.contains(last)) => {
                    ListKind::Set
                }
                None => ListKind::Ordered,
            },
        }
    }

    /// Whether a value says no more than its absence.
    pub(super) fn is_void(&self, path: &[&str], of: Option<Type<'static>>, node: &Node) -> bool {
        let default = of.and_then(|of| of.schema().default.as_ref());
        match &node.value {
            Value::Null => true,
            _ if default.is_some_and(|default| default == node) => true,
            _ if !self.is_kubernetes => false,
            Value::List(list) => list.is_empty(),
            Value::Map(map) => {
                let is_map = of.is_some_and(|of| matches!(of.schema().shape, Shape::Map(_)));
                map.is_empty() && (is_map || is_filled_in(path))
            }
            scalar => default_of(path).is_some_and(|known| known.is(scalar)),
        }
    }
}

/// The first key that each item has for itself in both lists.
pub(super) fn telling_key(old: &[Node], new: &[Node]) -> Option<&'static str> {
    TELLING.iter().copied().find(|key| {
        let is_told = |list: &[Node]| {
            let mut seen = std::collections::HashSet::new();
            list.iter().all(|item| {
                item.get(key)
                    .and_then(scalar_text)
                    .is_some_and(|text| seen.insert(text))
            })
        };
        is_told(old) && is_told(new)
    })
}

/// Maps with fields that the API server keeps where they are empty no less than where they are not there.
fn is_filled_in(path: &[&str]) -> bool {
    matches!(
        path,
        ["status"] | ["spec", "strategy" | "updateStrategy"] | [.., "resources"]
    ) || matches!(path, [.., "template", "spec", "securityContext"])
}

/// What the API server writes where nothing is said.
enum Default {
    Text(&'static str),
    Number(i128),
    Truth(bool),
}

impl Default {
    fn is(&self, value: &Value) -> bool {
        match (self, value) {
            (Default::Text(known), Value::String(text)) => **known == **text,
            (Default::Number(known), Value::Int(number)) => known == number,
            (Default::Truth(known), Value::Bool(value)) => known == value,
            _ => false,
        }
    }
}

/// The defaults of Kubernetes' `pkg/apis/*/v1/defaults.go` that its OpenAPI does not say.
fn default_of(path: &[&str]) -> Option<Default> {
    use Default::{Number, Text, Truth};
    let in_probe = |path: &[&str]| path.iter().rev().nth(1).is_some_and(|key| key.ends_with("Probe"));
    Some(match path {
        [.., "protocol"] => Text("TCP"),
        ["spec", "type"] => Text("ClusterIP"),
        ["spec", "sessionAffinity"] => Text("None"),
        ["spec", "internalTrafficPolicy" | "externalTrafficPolicy"] => Text("Cluster"),
        ["spec", "replicas"] => Number(1),
        ["spec", "revisionHistoryLimit"] => Number(10),
        ["spec", "progressDeadlineSeconds"] => Number(600),
        ["spec", "minReadySeconds"] => Number(0),
        ["spec", "podManagementPolicy"] => Text("OrderedReady"),
        [.., "restartPolicy"] => Text("Always"),
        [.., "dnsPolicy"] => Text("ClusterFirst"),
        [.., "schedulerName"] => Text("default-scheduler"),
        [.., "terminationGracePeriodSeconds"] => Number(30),
        [.., "hostNetwork" | "hostPID" | "hostIPC"] => Truth(false),
        [.., "terminationMessagePath"] => Text("/dev/termination-log"),
        [.., "terminationMessagePolicy"] => Text("File"),
        [.., "httpGet", "scheme"] => Text("HTTP"),
        [.., "timeoutSeconds" | "successThreshold"] if in_probe(path) => Number(1),
        [.., "periodSeconds"] if in_probe(path) => Number(10),
        [.., "failureThreshold"] if in_probe(path) => Number(3),
        [.., "initialDelaySeconds"] if in_probe(path) => Number(0),
        [
            ..,
            "volumes",
            "configMap" | "secret" | "projected" | "downwardAPI",
            "defaultMode",
        ] => Number(420),
        [.., "volumeMounts", "readOnly"] => Truth(false),
        [.., "fieldRef", "apiVersion"] => Text("v1"),
        [.., "volumeMode"] => Text("Filesystem"),
        _ => return None,
    })
}

/// The value that stands for a missing key of a merged list.
pub(super) fn key_default(key: &str) -> Option<&'static str> {
    (key == "protocol").then_some("TCP")
}
