//! The chart that is compiled into the program.

use crate::source::Source;

/// Before the path of a file of the built-in chart in the file's name. Other files may be called so, too.
pub(super) const PREFIX: &str = "embedded:";

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

/// Whether a name is one that files of the built-in chart have.
pub fn is_embedded_name(name: &str) -> bool {
    name.starts_with(PREFIX)
}

/// The path of a file of the built-in chart that a source is, from the chart's root; none for any other source, whatever its name.
pub fn embedded_path(source: &Source) -> Option<&'static str> {
    let path = source.name().strip_prefix(PREFIX)?;
    let index = EMBEDDED.files.binary_search_by_key(&path, |file| file.0).ok()?;
    let (path, text) = EMBEDDED.files.get(index)?;
    // The text itself, not one like it: nobody else's stands there.
    std::ptr::eq(text.as_ptr(), source.text().as_ptr()).then_some(*path)
}
