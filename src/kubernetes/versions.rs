//! In which versions of Kubernetes an API is served. The facts are those of Kubernetes' deprecation guide and its releases' notes.

use crate::chart::KubeVersion;

/// An API version that was taken away, or that older clusters do not have.
#[derive(Debug, Clone, Copy)]
pub struct Api {
    /// `policy/v1beta1`.
    pub api_version: &'static str,
    /// The kinds; empty for all of the API version.
    kinds: &'static [&'static str],
    /// The minor version of Kubernetes 1 that serves it first.
    pub since: u64,
    /// The minor version of Kubernetes 1 that does not serve it any more.
    pub until: Option<u64>,
    /// What is to be written instead; empty where nothing is.
    pub instead: &'static str,
}

const fn gone(
    api_version: &'static str,
    kinds: &'static [&'static str],
    since: u64,
    until: u64,
    instead: &'static str,
) -> Api {
    Api {
        api_version,
        kinds,
        since,
        until: Some(until),
        instead,
    }
}

const fn new(
    api_version: &'static str,
    kinds: &'static [&'static str],
    since: u64,
    before: &'static str,
) -> Api {
    Api {
        api_version,
        kinds,
        since,
        until: None,
        instead: before,
    }
}

#[rustfmt::skip]
static TABLE: &[Api] = &[
    gone("extensions/v1beta1", &["DaemonSet", "Deployment", "ReplicaSet"], 1, 16, "apps/v1"),
    gone("extensions/v1beta1", &["NetworkPolicy"], 3, 16, "networking.k8s.io/v1"),
    gone("extensions/v1beta1", &["PodSecurityPolicy"], 3, 16, ""),
    gone("extensions/v1beta1", &["Ingress"], 1, 22, "networking.k8s.io/v1"),
    gone("apps/v1beta1", &[], 5, 16, "apps/v1"),
    gone("apps/v1beta2", &[], 8, 16, "apps/v1"),
    gone("admissionregistration.k8s.io/v1beta1", &["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"], 9, 22, "admissionregistration.k8s.io/v1"),
    gone("admissionregistration.k8s.io/v1beta1", &["ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding"], 28, 34, "admissionregistration.k8s.io/v1"),
    gone("apiextensions.k8s.io/v1beta1", &[], 7, 22, "apiextensions.k8s.io/v1"),
    gone("apiregistration.k8s.io/v1beta1", &[], 7, 22, "apiregistration.k8s.io/v1"),
    gone("authentication.k8s.io/v1beta1", &["TokenReview"], 3, 22, "authentication.k8s.io/v1"),
    gone("authorization.k8s.io/v1beta1", &[], 2, 22, "authorization.k8s.io/v1"),
    gone("autoscaling/v2beta1", &[], 8, 25, "autoscaling/v2"),
    gone("autoscaling/v2beta2", &[], 12, 26, "autoscaling/v2"),
    gone("batch/v1beta1", &["CronJob"], 8, 25, "batch/v1"),
    gone("batch/v2alpha1", &["CronJob"], 5, 21, "batch/v1"),
    gone("certificates.k8s.io/v1beta1", &["CertificateSigningRequest"], 4, 22, "certificates.k8s.io/v1"),
    gone("coordination.k8s.io/v1beta1", &["Lease"], 12, 22, "coordination.k8s.io/v1"),
    gone("discovery.k8s.io/v1beta1", &["EndpointSlice"], 17, 25, "discovery.k8s.io/v1"),
    gone("events.k8s.io/v1beta1", &["Event"], 8, 25, "events.k8s.io/v1"),
    gone("flowcontrol.apiserver.k8s.io/v1beta1", &[], 20, 26, "flowcontrol.apiserver.k8s.io/v1"),
    gone("flowcontrol.apiserver.k8s.io/v1beta2", &[], 23, 29, "flowcontrol.apiserver.k8s.io/v1"),
    gone("flowcontrol.apiserver.k8s.io/v1beta3", &[], 26, 32, "flowcontrol.apiserver.k8s.io/v1"),
    gone("networking.k8s.io/v1beta1", &["Ingress"], 14, 22, "networking.k8s.io/v1"),
    gone("networking.k8s.io/v1beta1", &["IngressClass"], 18, 22, "networking.k8s.io/v1"),
    gone("node.k8s.io/v1beta1", &["RuntimeClass"], 14, 25, "node.k8s.io/v1"),
    gone("policy/v1beta1", &["PodDisruptionBudget"], 5, 25, "policy/v1"),
    gone("policy/v1beta1", &["PodSecurityPolicy"], 10, 25, ""),
    gone("rbac.authorization.k8s.io/v1alpha1", &[], 5, 22, "rbac.authorization.k8s.io/v1"),
    gone("rbac.authorization.k8s.io/v1beta1", &[], 6, 22, "rbac.authorization.k8s.io/v1"),
    gone("scheduling.k8s.io/v1alpha1", &["PriorityClass"], 8, 22, "scheduling.k8s.io/v1"),
    gone("scheduling.k8s.io/v1beta1", &["PriorityClass"], 11, 22, "scheduling.k8s.io/v1"),
    gone("storage.k8s.io/v1beta1", &["CSIDriver"], 14, 22, "storage.k8s.io/v1"),
    gone("storage.k8s.io/v1beta1", &["CSINode"], 14, 22, "storage.k8s.io/v1"),
    gone("storage.k8s.io/v1beta1", &["StorageClass"], 4, 22, "storage.k8s.io/v1"),
    gone("storage.k8s.io/v1beta1", &["VolumeAttachment"], 10, 22, "storage.k8s.io/v1"),
    gone("storage.k8s.io/v1beta1", &["CSIStorageCapacity"], 21, 27, "storage.k8s.io/v1"),
    new("admissionregistration.k8s.io/v1", &["ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding"], 30, "admissionregistration.k8s.io/v1beta1"),
    new("autoscaling/v2", &[], 23, "autoscaling/v2beta2"),
    new("batch/v1", &["CronJob"], 21, "batch/v1beta1"),
    new("certificates.k8s.io/v1", &["CertificateSigningRequest"], 19, "certificates.k8s.io/v1beta1"),
    new("discovery.k8s.io/v1", &[], 21, "discovery.k8s.io/v1beta1"),
    new("events.k8s.io/v1", &[], 19, "events.k8s.io/v1beta1"),
    new("flowcontrol.apiserver.k8s.io/v1", &[], 29, "flowcontrol.apiserver.k8s.io/v1beta3"),
    new("networking.k8s.io/v1", &["Ingress", "IngressClass"], 19, "networking.k8s.io/v1beta1"),
    new("networking.k8s.io/v1", &["IPAddress", "ServiceCIDR"], 33, "networking.k8s.io/v1beta1"),
    new("node.k8s.io/v1", &[], 20, "node.k8s.io/v1beta1"),
    new("policy/v1", &["PodDisruptionBudget"], 21, "policy/v1beta1"),
    new("resource.k8s.io/v1", &[], 34, "resource.k8s.io/v1beta1"),
    new("storage.k8s.io/v1", &["CSIStorageCapacity"], 24, "storage.k8s.io/v1beta1"),
    new("storage.k8s.io/v1", &["VolumeAttributesClass"], 34, "storage.k8s.io/v1beta1"),
];

/// Why a cluster of a version does not serve an API.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unserved {
    /// It was taken away in this minor version of Kubernetes 1.
    Gone(u64),
    /// It came in this minor version of Kubernetes 1.
    NotYet(u64),
}

impl Api {
    /// Whether a cluster of a version serves it.
    pub fn unserved(&self, cluster: &KubeVersion) -> Option<Unserved> {
        let minor = minor(cluster)?;
        match self.until {
            Some(until) if minor >= until => Some(Unserved::Gone(until)),
            _ if minor < self.since => Some(Unserved::NotYet(self.since)),
            _ => None,
        }
    }
}

/// What is known of the versions in which an API is served; `None` where it always was, or is not known.
pub fn api(api_version: &str, kind: &str) -> Option<&'static Api> {
    TABLE
        .iter()
        .find(|api| api.api_version == api_version && (api.kinds.is_empty() || api.kinds.contains(&kind)))
}

/// An API that is given up, and that a cluster still serves.
#[derive(Debug, Clone, Copy)]
pub struct Deprecated {
    /// The minor version of Kubernetes 1 that does not serve it any more, where that is known.
    pub until: Option<u64>,
    /// What is to be written instead; empty where nothing is.
    pub instead: &'static str,
}

/// APIs that are given up without an end: since which minor version of Kubernetes 1, and what is to be written instead.
#[rustfmt::skip]
static ENDLESS: &[(&str, &str, u64, &str)] = &[
    ("v1", "ComponentStatus", 19, ""),
    ("v1", "Endpoints", 33, "kind: EndpointSlice` of `discovery.k8s.io/v1"),
];

/// Whether a cluster serves an API that is given up.
pub fn deprecated(api_version: &str, kind: &str, cluster: &KubeVersion) -> Option<Deprecated> {
    let minor = minor(cluster)?;
    let mut endless = ENDLESS
        .iter()
        .filter(|known| (known.0, known.1) == (api_version, kind));
    if let Some((_, _, since, instead)) = endless.next() {
        return (minor >= *since).then_some(Deprecated { until: None, instead });
    }
    let known = api(api_version, kind)?;
    let until = known
        .until
        .filter(|until| minor < *until && minor >= known.since)?;
    // Until there is something else, nothing can be done.
    let is_replaced = api(known.instead, kind).is_none_or(|instead| minor >= instead.since);
    is_replaced.then_some(Deprecated {
        until: Some(until),
        instead: known.instead,
    })
}

fn minor(version: &KubeVersion) -> Option<u64> {
    let major: u64 = version.major.parse().ok()?;
    if major > 1 {
        return Some(u64::MAX);
    }
    let digits = version.minor.trim_end_matches(|c: char| !c.is_ascii_digit());
    digits.parse().ok()
}
