//! Charts: Chart.yaml, files and subcharts, from a folder, an archive or the binary itself.

mod capabilities;
mod constraint;
mod dependencies;
mod ignore;
mod load;
mod metadata;
mod model;
mod repository;
mod version;

pub use capabilities::{Capabilities, KubeVersion, check_kube_version};
pub use constraint::Constraint;
pub use dependencies::{DecidedBy, Decision, Enabled, EnabledSubchart, enabled_subcharts};
pub use load::{EMBEDDED, EmbeddedChart, Loaded, load_embedded, load_incomplete, load_path};
pub use model::{Chart, ChartFile, Dependency, ImportValues, Metadata};
pub use repository::Repository;
pub use version::Version;
