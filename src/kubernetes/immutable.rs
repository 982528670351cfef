//! Fields that the API server does not let an update change. OpenAPI does not say so: this is read off the update checks of
//! Kubernetes' `pkg/apis/*/validation`, as of 1.37.

use super::table::group_of;
use crate::values::Step;
use crate::yaml::Node;

/// Fields of a kind that an update cannot change.
#[derive(Debug, Clone, Copy)]
pub struct Immutable {
    group: &'static str,
    kind: &'static str,
    /// The field that cannot be changed, with all that is in it: `spec.selector`.
    pub path: &'static str,
    /// What in it can be changed all the same, from the same root.
    pub except: &'static [&'static str],
    /// Only where this field of the object as it was is `true`.
    when: Option<&'static str>,
    /// What holds for it, in a few words; empty where it holds always.
    pub note: &'static str,
}

const fn fixed(group: &'static str, kind: &'static str, path: &'static str) -> Immutable {
    Immutable {
        group,
        kind,
        path,
        except: &[],
        when: None,
        note: "",
    }
}

/// What can be changed of a StatefulSet (`ValidateStatefulSetUpdate`).
const STATEFUL_SET: &[&str] = &[
    "spec.replicas",
    "spec.ordinals",
    "spec.template",
    "spec.updateStrategy",
    "spec.revisionHistoryLimit",
    "spec.persistentVolumeClaimRetentionPolicy",
    "spec.minReadySeconds",
];

/// What can be changed of a Pod (`ValidatePodUpdate`).
const POD: &[&str] = &[
    "spec.activeDeadlineSeconds",
    "spec.terminationGracePeriodSeconds",
    "spec.tolerations",
    "spec.schedulingGates",
    "spec.containers[].image",
    "spec.initContainers[].image",
];

#[rustfmt::skip]
static TABLE: &[Immutable] = &[
    fixed("", "ConfigMap", "immutable").only_when("immutable"),
    fixed("", "ConfigMap", "data").only_when("immutable"),
    fixed("", "ConfigMap", "binaryData").only_when("immutable"),
    fixed("", "Secret", "type"),
    fixed("", "Secret", "immutable").only_when("immutable"),
    fixed("", "Secret", "data").only_when("immutable"),
    fixed("", "Secret", "stringData").only_when("immutable"),
    fixed("", "PersistentVolume", "spec.persistentVolumeSource"),
    fixed("", "PersistentVolume", "spec.volumeMode"),
    fixed("", "PersistentVolumeClaim", "spec").but(&["spec.resources", "spec.volumeAttributesClassName"]),
    fixed("", "Pod", "spec").but(POD),
    fixed("", "ReplicationController", "spec.selector").noted("pods that it no longer selects are left alone"),
    fixed("", "Service", "spec.clusterIP").noted("while the type stays the same and is not `ExternalName`"),
    fixed("", "Service", "spec.clusterIPs").noted("while the type stays the same and is not `ExternalName`"),
    fixed("", "Service", "spec.ipFamilies").noted("the first one, while the type is not `ExternalName`"),
    fixed("", "Service", "spec.healthCheckNodePort").noted("while `externalTrafficPolicy` is `Local`"),
    fixed("", "Service", "spec.loadBalancerClass").noted("while the type is `LoadBalancer`"),
    fixed("apps", "Deployment", "spec.selector"),
    fixed("apps", "DaemonSet", "spec.selector"),
    fixed("apps", "ReplicaSet", "spec.selector"),
    fixed("apps", "StatefulSet", "spec").but(STATEFUL_SET),
    fixed("apps", "ControllerRevision", "data"),
    fixed("batch", "Job", "spec.selector"),
    fixed("batch", "Job", "spec.template").noted("but for scheduling fields while the job is suspended"),
    fixed("batch", "Job", "spec.completions").noted("but for indexed jobs, together with `parallelism`"),
    fixed("batch", "Job", "spec.completionMode"),
    fixed("batch", "Job", "spec.podFailurePolicy"),
    fixed("batch", "Job", "spec.successPolicy"),
    fixed("batch", "Job", "spec.backoffLimitPerIndex"),
    fixed("batch", "Job", "spec.managedBy"),
    fixed("discovery.k8s.io", "EndpointSlice", "addressType"),
    fixed("networking.k8s.io", "IngressClass", "spec.controller"),
    fixed("node.k8s.io", "RuntimeClass", "handler"),
    fixed("rbac.authorization.k8s.io", "RoleBinding", "roleRef"),
    fixed("rbac.authorization.k8s.io", "ClusterRoleBinding", "roleRef"),
    fixed("resource.k8s.io", "ResourceClaim", "spec"),
    fixed("resource.k8s.io", "ResourceClaimTemplate", "spec"),
    fixed("scheduling.k8s.io", "PriorityClass", "value"),
    fixed("scheduling.k8s.io", "PriorityClass", "preemptionPolicy"),
    fixed("storage.k8s.io", "StorageClass", "provisioner"),
    fixed("storage.k8s.io", "StorageClass", "parameters"),
    fixed("storage.k8s.io", "StorageClass", "reclaimPolicy"),
    fixed("storage.k8s.io", "StorageClass", "volumeBindingMode"),
    fixed("storage.k8s.io", "VolumeAttachment", "spec"),
    fixed("storage.k8s.io", "VolumeAttributesClass", "driverName"),
    fixed("storage.k8s.io", "VolumeAttributesClass", "parameters"),
    fixed("apiextensions.k8s.io", "CustomResourceDefinition", "spec.group"),
    fixed("apiextensions.k8s.io", "CustomResourceDefinition", "spec.scope"),
    fixed("apiextensions.k8s.io", "CustomResourceDefinition", "spec.names.kind").noted("once it is established"),
    fixed("apiextensions.k8s.io", "CustomResourceDefinition", "spec.names.plural"),
];

impl Immutable {
    const fn but(self, except: &'static [&'static str]) -> Self {
        Immutable { except, ..self }
    }

    const fn only_when(self, field: &'static str) -> Self {
        Immutable {
            when: Some(field),
            ..self
        }
    }

    const fn noted(self, note: &'static str) -> Self {
        Immutable { note, ..self }
    }
}

/// What says that a field of a live object, or one that holds it, cannot be changed. A claim's `spec.resources` can grow and not
/// shrink, which depends on both sides: it counts as changeable here.
pub fn immutable(api_version: &str, kind: &str, live: &Node, path: &[Step]) -> Option<&'static Immutable> {
    let group = group_of(api_version);
    TABLE.iter().find(|known| {
        known.kind == kind
            && known.group == group
            && is_within(path, known.path)
            && !known.except.iter().any(|except| is_within(path, except))
            && known
                .when
                .is_none_or(|field| live.get(field).and_then(Node::as_bool) == Some(true))
    })
}

/// Whether a path is that of a pattern such as `spec.containers[].image`, or leads into it.
fn is_within(path: &[Step], pattern: &str) -> bool {
    let mut steps = path.iter();
    pattern.split('.').all(|part| {
        let (key, is_item) = match part.strip_suffix("[]") {
            Some(key) => (key, true),
            None => (part, false),
        };
        let is_key = matches!(steps.next(), Some(Step::Key(found)) if **found == *key);
        is_key && (!is_item || matches!(steps.next(), Some(Step::Index(_))))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(text: &str) -> Vec<Step> {
        text.split('.')
            .map(|part| part.parse().map_or_else(|_| Step::Key(part.into()), Step::Index))
            .collect()
    }

    #[test]
    fn a_field_that_cannot_be_changed_is_known_by_its_kind() {
        let node = Node::default();
        let of = |version: &str, kind: &str, at: &str| immutable(version, kind, &node, &path(at)).is_some();
        assert!(of("apps/v1", "Deployment", "spec.selector.matchLabels.app"));
        assert!(!of("apps/v1", "Deployment", "spec.template"));
        assert!(of("apps/v1", "StatefulSet", "spec.volumeClaimTemplates.0.spec"));
        assert!(of("apps/v1", "StatefulSet", "spec.serviceName"));
        assert!(!of("apps/v1", "StatefulSet", "spec.template.spec"));
        assert!(!of("example.com/v1", "StatefulSet", "spec.serviceName"));
        assert!(of("v1", "Pod", "spec.containers.0.env"));
        assert!(!of("v1", "Pod", "spec.containers.0.image"));
        assert!(!of("v1", "ConfigMap", "data.x"));
        assert!(of("rbac.authorization.k8s.io/v1", "RoleBinding", "roleRef.name"));
    }

    #[test]
    fn a_config_map_says_itself_whether_it_can_be_changed() {
        let mut map = crate::yaml::Map::new();
        map.insert("immutable", Node::computed(true));
        let frozen = Node::computed(map);
        assert!(immutable("v1", "ConfigMap", &frozen, &path("data.x")).is_some());
        assert!(immutable("v1", "ConfigMap", &frozen, &path("metadata.labels")).is_none());
    }
}
