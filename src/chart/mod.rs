//! Charts: Chart.yaml, files and subcharts, from a folder, an archive or the binary itself.

mod capabilities;
mod constraint;
mod dependencies;
mod engine;
mod file;
mod ignore;
mod listing;
mod load;
mod lock;
mod metadata;
mod model;
mod repository;
mod stamp;
mod version;

pub use capabilities::{
    Capabilities, DEFAULT_API_VERSIONS, DEFAULT_KUBE_VERSION, KubeVersion, check_kube_version,
};
pub use constraint::Constraint;
pub use dependencies::{DecidedBy, Decision, Enabled, EnabledSubchart, enabled_subcharts, with_own_tags};
pub use file::ChartFile;
pub use listing::{Row, Status, dependency_report};
pub use load::{
    EMBEDDED, EmbeddedChart, GivenFiles, Loaded, Package, TOTAL_LIMIT, embedded_path, given_archive,
    is_embedded_name, load_embedded, load_given, load_incomplete, load_path, load_path_and,
};
pub use lock::{LOCK_INVALID, LOCK_OUT_OF_SYNC, Lock, LockedDependency, check_lock, digest};
pub use model::{Chart, Dependency, Engine, ImportValues, Metadata, is_manifest};
pub use repository::Repository;
pub use version::Version;
