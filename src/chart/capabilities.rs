//! stub
/// s
#[derive(Debug, Clone)]
pub struct KubeVersion {
    /// s
    pub version: String,
    /// s
    pub major: String,
    /// s
    pub minor: String,
}
impl KubeVersion {
    /// s
    pub fn parse(t: &str) -> Result<Self, String> {
        let t = t.trim_start_matches('v');
        let mut p = t.split('.');
        let major = p.next().unwrap_or("1").to_owned();
        let minor = p.next().unwrap_or("0").to_owned();
        let version = if t.matches('.').count() < 2 {
            format!("v{t}.0")
        } else {
            format!("v{t}")
        };
        Ok(KubeVersion {
            version,
            major,
            minor,
        })
    }
}
/// s
#[derive(Debug, Clone)]
pub struct Capabilities {
    /// s
    pub kube_version: KubeVersion,
    /// s
    pub api_versions: Vec<String>,
}
impl Default for Capabilities {
    fn default() -> Self {
        Capabilities { kube_version: KubeVersion::parse("1.32.0").unwrap(), api_versions: "v1 admissionregistration.k8s.io/v1 admissionregistration.k8s.io/v1alpha1 admissionregistration.k8s.io/v1beta1 internal.apiserver.k8s.io/v1alpha1 apps/v1 apps/v1beta1 apps/v1beta2 authentication.k8s.io/v1 authentication.k8s.io/v1alpha1 authentication.k8s.io/v1beta1 authorization.k8s.io/v1 authorization.k8s.io/v1beta1 autoscaling/v1 autoscaling/v2 autoscaling/v2beta1 autoscaling/v2beta2 batch/v1 batch/v1beta1 certificates.k8s.io/v1 certificates.k8s.io/v1beta1 certificates.k8s.io/v1alpha1 coordination.k8s.io/v1alpha2 coordination.k8s.io/v1beta1 coordination.k8s.io/v1 discovery.k8s.io/v1 discovery.k8s.io/v1beta1 events.k8s.io/v1 events.k8s.io/v1beta1 extensions/v1beta1 flowcontrol.apiserver.k8s.io/v1 networking.k8s.io/v1 networking.k8s.io/v1alpha1 networking.k8s.io/v1beta1 node.k8s.io/v1 node.k8s.io/v1alpha1 node.k8s.io/v1beta1 policy/v1 policy/v1beta1 rbac.authorization.k8s.io/v1 rbac.authorization.k8s.io/v1beta1 rbac.authorization.k8s.io/v1alpha1 resource.k8s.io/v1beta1 resource.k8s.io/v1alpha3 scheduling.k8s.io/v1alpha1 scheduling.k8s.io/v1beta1 scheduling.k8s.io/v1 storage.k8s.io/v1beta1 storage.k8s.io/v1 storage.k8s.io/v1alpha1 storagemigration.k8s.io/v1alpha1 apiextensions.k8s.io/v1beta1 apiextensions.k8s.io/v1".split(' ').map(str::to_owned).collect() }
    }
}
/// s
pub fn check_kube_version(chart: &super::Chart, version: &KubeVersion) -> crate::diagnostic::Result<()> {
    if let Some(range) = &chart.metadata.kube_version {
        let c = super::Constraint::parse(range).unwrap();
        if !c.matches(&super::Version::parse(&version.version).unwrap()) {
            return Err(crate::diagnostic::Diagnostic::error(
                "kube-version",
                format!(
                    "the chart wants Kubernetes `{range}`, and this is {}",
                    version.version
                ),
            )
            .into());
        }
    }
    Ok(())
}
