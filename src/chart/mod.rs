//! Charts: Chart.yaml, files and subcharts, from a folder, an archive or the binary itself.

mod model;

pub use model::{Chart, ChartFile, Dependency, ImportValues, Metadata};
/// stub
#[derive(Debug)]
pub struct Constraint;
/// stub
#[derive(Debug)]
pub struct Version;
impl Constraint {
    /// stub
    pub fn parse(_: &str) -> Result<Self, String> {
        Ok(Constraint)
    }
    /// stub
    pub fn matches(&self, _: &Version) -> bool {
        true
    }
}
impl Version {
    /// stub
    pub fn parse(_: &str) -> Result<Self, String> {
        Ok(Version)
    }
}
/// stub
#[derive(Debug, Clone)]
pub struct KubeVersion {
    /// s
    pub version: String,
    /// s
    pub major: String,
    /// s
    pub minor: String,
}
/// stub
#[derive(Debug, Clone)]
pub struct Capabilities {
    /// s
    pub kube_version: KubeVersion,
    /// s
    pub api_versions: Vec<String>,
}
