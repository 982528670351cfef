//! What a chart may ask of the cluster: its version and its API versions, as Helm has them without a cluster.

use super::constraint::Constraint;
use super::model::Chart;
use super::version::Version;
use crate::diagnostic::{Diagnostic, Result};

/// The Kubernetes version that is assumed where none is given: that of Helm 3.17.
pub const DEFAULT_KUBE_VERSION: &str = "v1.32.0";

/// The API versions that are assumed to be there: those of Helm 3.17.3, in its order.
pub const DEFAULT_API_VERSIONS: &[&str] = &[
    "v1",
    "admissionregistration.k8s.io/v1",
    "admissionregistration.k8s.io/v1alpha1",
    "admissionregistration.k8s.io/v1beta1",
    "internal.apiserver.k8s.io/v1alpha1",
    "apps/v1",
    "apps/v1beta1",
    "apps/v1beta2",
    "authentication.k8s.io/v1",
    "authentication.k8s.io/v1alpha1",
    "authentication.k8s.io/v1beta1",
    "authorization.k8s.io/v1",
    "authorization.k8s.io/v1beta1",
    "autoscaling/v1",
    "autoscaling/v2",
    "autoscaling/v2beta1",
    "autoscaling/v2beta2",
    "batch/v1",
    "batch/v1beta1",
    "certificates.k8s.io/v1",
    "certificates.k8s.io/v1beta1",
    "certificates.k8s.io/v1alpha1",
    "coordination.k8s.io/v1alpha2",
    "coordination.k8s.io/v1beta1",
    "coordination.k8s.io/v1",
    "discovery.k8s.io/v1",
    "discovery.k8s.io/v1beta1",
    "events.k8s.io/v1",
    "events.k8s.io/v1beta1",
    "extensions/v1beta1",
    "flowcontrol.apiserver.k8s.io/v1",
    "flowcontrol.apiserver.k8s.io/v1beta1",
    "flowcontrol.apiserver.k8s.io/v1beta2",
    "flowcontrol.apiserver.k8s.io/v1beta3",
    "networking.k8s.io/v1",
    "networking.k8s.io/v1alpha1",
    "networking.k8s.io/v1beta1",
    "node.k8s.io/v1",
    "node.k8s.io/v1alpha1",
    "node.k8s.io/v1beta1",
    "policy/v1",
    "policy/v1beta1",
    "rbac.authorization.k8s.io/v1",
    "rbac.authorization.k8s.io/v1beta1",
    "rbac.authorization.k8s.io/v1alpha1",
    "resource.k8s.io/v1beta1",
    "resource.k8s.io/v1alpha3",
    "scheduling.k8s.io/v1alpha1",
    "scheduling.k8s.io/v1beta1",
    "scheduling.k8s.io/v1",
    "storage.k8s.io/v1beta1",
    "storage.k8s.io/v1",
    "storage.k8s.io/v1alpha1",
    "storagemigration.k8s.io/v1alpha1",
    "apiextensions.k8s.io/v1beta1",
    "apiextensions.k8s.io/v1",
];

/// A version of Kubernetes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KubeVersion {
    /// With its `v` and all three numbers, a vendor's suffix included: `v1.29.0-eks-5e0fdde`.
    pub version: String,
    /// The first number.
    pub major: String,
    /// The second number.
    pub minor: String,
}

impl KubeVersion {
    /// Reads a version as `--kube-version` gives it: `1.25`, `v1.29.3-gke.100`, `1.31.2+k3s1`.
    ///
    /// Helm 3.17 refuses what servers of some vendors call themselves, such as `1.29+` and `1.29.0.1`; Helm 4 takes the
    /// numbers that it understands, and so does this: `v1.29.0` for both.
    ///
    /// # Errors
    /// The reason in a few words, without the version.
    pub fn parse(text: &str) -> std::result::Result<KubeVersion, String> {
        let version = Version::parse(text)
            .or_else(|reason| Version::parse(vendor_numbers(text)).map_err(|_| reason))?;
        Ok(KubeVersion {
            version: format!("v{version}"),
            major: version.major.to_string(),
            minor: version.minor.to_string(),
        })
    }
}

/// The numbers that an unusual version starts with, up to three of them.
fn vendor_numbers(text: &str) -> &str {
    let mut dots = 0;
    let mut is_number = |c: char| match c {
        '.' => {
            dots += 1;
            dots < 3
        }
        c => c.is_ascii_digit(),
    };
    let start = usize::from(text.starts_with('v'));
    let rest = text.get(start..).unwrap_or_default();
    let end = rest.find(|c| !is_number(c)).unwrap_or(rest.len());
    let (numbers, suffix) = rest.split_at(end);
    // `1.29+` and `1.29.0.1` only: other text is a mistake.
    let known = suffix == "+"
        || suffix
            .strip_prefix('.')
            .is_some_and(|more| more.bytes().all(|b| b.is_ascii_digit() || b == b'.'));
    if known { numbers } else { "" }
}

impl Default for KubeVersion {
    fn default() -> Self {
        KubeVersion {
            version: DEFAULT_KUBE_VERSION.to_owned(),
            major: "1".to_owned(),
            minor: "32".to_owned(),
        }
    }
}

/// What the cluster can do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Capabilities {
    /// The version of Kubernetes.
    pub kube_version: KubeVersion,
    /// API versions such as `policy/v1`, and those with a kind that the user named: `policy/v1/PodDisruptionBudget`.
    pub api_versions: Vec<String>,
}

impl Default for Capabilities {
    fn default() -> Self {
        Capabilities::new(KubeVersion::default(), &[])
    }
}

impl Capabilities {
    /// The default API versions and those that the user adds; each of `more` may be several between commas.
    pub fn new(kube_version: KubeVersion, more: &[String]) -> Self {
        let more = more
            .iter()
            .flat_map(|text| text.split(','))
            .map(str::trim)
            .filter(|text| !text.is_empty());
        let api_versions = DEFAULT_API_VERSIONS
            .iter()
            .copied()
            .chain(more)
            .map(str::to_owned)
            .collect();
        Capabilities {
            kube_version,
            api_versions,
        }
    }

    /// Whether an API version is there, by its exact name: `policy/v1/PodDisruptionBudget` only where the user named it.
    pub fn has(&self, api_version: &str) -> bool {
        self.api_versions.iter().any(|known| known == api_version)
    }
}

/// Holds a chart's `kubeVersion` against a version of Kubernetes.
///
/// The range is tried on the version as it is (Helm 3.17), and then without its vendor's suffix (Helm 4): a cluster
/// at `v1.32.3-gke.1` satisfies `>=1.32.0`. Helm asks the root chart only; for a subchart, make it a warning.
///
/// # Errors
/// `kube-version-mismatch`, and `kube-version-range-invalid` where the range cannot be read.
pub fn check_kube_version(chart: &Chart, kube_version: &KubeVersion) -> Result<()> {
    let metadata = &chart.metadata;
    let Some(wanted) = metadata.kube_version.as_deref() else {
        return Ok(());
    };
    let range = Constraint::parse(wanted).map_err(|reason| {
        let message = format!("`kubeVersion: {wanted}` is not a version range: {reason}");
        Diagnostic::error("kube-version-range-invalid", message)
            .at(&metadata.kube_version_place)
            .help("write a range such as `>=1.25.0-0`")
    })?;
    let Ok(version) = Version::parse(&kube_version.version) else {
        return Ok(());
    };
    let release = Version {
        pre: String::new(),
        ..version.clone()
    };
    if range.matches(&version) || range.matches(&release) {
        return Ok(());
    }
    let message = format!(
        "the chart `{}` requires Kubernetes `{wanted}`, and this is {}",
        metadata.name, kube_version.version
    );
    Err(Diagnostic::error("kube-version-mismatch", message)
        .at(&metadata.kube_version_place)
        .help("give the version of your cluster with `--kube-version`")
        .into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chart::Metadata;

    #[test]
    fn reads_versions_of_kubernetes() {
        for (text, expected) in [
            ("1.25", ("v1.25.0", "1", "25")),
            ("v1.29.3-gke.100", ("v1.29.3-gke.100", "1", "29")),
            ("1.29.0-eks-5e0fdde", ("v1.29.0-eks-5e0fdde", "1", "29")),
            ("1.31.2+k3s1", ("v1.31.2+k3s1", "1", "31")),
            ("1.29+", ("v1.29.0", "1", "29")),
            ("v1.29.0.1", ("v1.29.0", "1", "29")),
        ] {
            let found = KubeVersion::parse(text).unwrap();
            assert_eq!(
                (&*found.version, &*found.major, &*found.minor),
                expected,
                "{text}"
            );
        }
        assert_eq!(
            KubeVersion::parse(DEFAULT_KUBE_VERSION).unwrap(),
            KubeVersion::default()
        );
    }

    #[test]
    fn refuses_what_is_no_version() {
        for text in ["", "latest", "1.x", "1.29 ", "+", "1.29.0.x", "1.2.3-", "1..2"] {
            assert!(KubeVersion::parse(text).is_err(), "{text}");
        }
        assert_eq!(
            KubeVersion::parse("latest").unwrap_err(),
            "`latest` is not a number"
        );
    }

    #[test]
    fn knows_the_api_versions_of_helm() {
        assert_eq!(DEFAULT_API_VERSIONS.len(), 56);
        let more = [
            "monitoring.coreos.com/v1, a/v1".to_owned(),
            "policy/v1/PodDisruptionBudget".to_owned(),
        ];
        let asked = Capabilities::new(KubeVersion::default(), &more);
        for name in [
            "v1",
            "policy/v1",
            "monitoring.coreos.com/v1",
            "a/v1",
            "policy/v1/PodDisruptionBudget",
        ] {
            assert!(asked.has(name), "{name}");
        }
        let plain = Capabilities::default();
        assert!(!plain.has("monitoring.coreos.com/v1") && !plain.has("policy/v1/PodDisruptionBudget"));
    }

    fn problem(range: &str, version: &str) -> Option<String> {
        let metadata = Metadata {
            name: "c".to_owned(),
            kube_version: Some(range.to_owned()),
            ..Metadata::default()
        };
        let chart = Chart {
            metadata,
            ..Chart::default()
        };
        let found = check_kube_version(&chart, &KubeVersion::parse(version).unwrap());
        found.err().map(|found| found.0[0].message.clone())
    }

    #[test]
    fn holds_charts_against_the_version() {
        assert_eq!(problem(">=1.25.0-0", "1.29.0-eks-5e0fdde"), None);
        assert_eq!(problem(">=1.25.0-0", "1.31.2+k3s1"), None);
        assert_eq!(problem(">=1.32.0", "1.32.3-gke.1"), None);
        let expected = "the chart `c` requires Kubernetes `>=1.32.0`, and this is v1.31.9-gke.1";
        assert_eq!(problem(">=1.32.0", "1.31.9-gke.1").as_deref(), Some(expected));
        let expected =
            "`kubeVersion: new` is not a version range: `new` is not a version: `new` is not a number";
        assert_eq!(problem("new", "1.32").as_deref(), Some(expected));
    }
}
