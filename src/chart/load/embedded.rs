//! The chart that is compiled into the program.

/// A chart's files as the build put them into the program.
#[derive(Debug, Clone, Copy)]
pub struct EmbeddedChart {
    /// Paths from the chart's root with forward slashes, sorted, and texts.
    pub files: &'static [(&'static str, &'static str)],
    /// What some of the values.yaml among them hold, as [`crate::yaml::pack`] packs it; the others are parsed.
    pub values: &'static [(&'static str, &'static [u8])],
}

/// The chart of this repository, subcharts and all; what build.rs collects.
pub static EMBEDDED: EmbeddedChart = EmbeddedChart {
    files: include!(concat!(env!("OUT_DIR"), "/embedded.rs")),
    values: include!(concat!(env!("OUT_DIR"), "/values.rs")),
};
