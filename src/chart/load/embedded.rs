//! The chart that is compiled into the program.

/// A chart's files as the build put them into the program.
#[derive(Debug, Clone, Copy)]
pub struct EmbeddedChart {
    /// Paths from the chart's root with forward slashes, sorted, and texts.
    pub files: &'static [(&'static str, &'static str)],
    /// What some of the Chart.yaml and values.yaml among them hold, as [`crate::yaml::pack`] packs it; the others are
    /// parsed.
    pub packed: &'static [(&'static str, &'static [u8])],
}

/// The chart of this repository, subcharts and all; what build.rs collects.
pub static EMBEDDED: EmbeddedChart = EmbeddedChart {
    files: include!(concat!(env!("OUT_DIR"), "/embedded.rs")),
    packed: include!(concat!(env!("OUT_DIR"), "/packed.rs")),
};
