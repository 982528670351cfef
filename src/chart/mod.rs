//! Charts: Chart.yaml, files and subcharts, from a folder, an archive or the binary itself.

mod model;

pub use model::{Chart, ChartFile, Dependency, ImportValues, Metadata};
