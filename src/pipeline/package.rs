//! A chart as an archive: made of a chart that is whole, and held against what would be made of its files.

use std::path::Path;

use crate::chart::{self, Loaded, Package};
use crate::diagnostic::{Diagnostic, Diagnostics, Result, Severity};
use crate::files;
use crate::render;
use crate::values::{self, MISSING_KEY};
use crate::yaml::{Map, Node};

/// Before a sum, which algorithm it is of.
const ALGORITHM: &str = "sha256:";

/// Versions that take the place of those in Chart.yaml.
#[derive(Debug, Clone, Default)]
pub struct Stamp {
    /// The chart's version.
    pub version: Option<String>,
    /// The application's version.
    pub app_version: Option<String>,
}

/// An archive that was made.
#[derive(Debug)]
pub struct Packed {
    /// What it is.
    pub identity: Identity,
    /// The name of its file.
    pub file_name: String,
    /// What the file holds.
    pub bytes: Vec<u8>,
    /// What it was made of.
    pub package: Package,
}

/// Which archive it is.
#[derive(Debug)]
pub struct Identity {
    /// The chart's name.
    pub name: String,
    /// The chart's version.
    pub version: String,
    /// The sum of the archive's bytes, `sha256:...`.
    pub digest: String,
    /// What looks wrong with the chart.
    pub warnings: Vec<Diagnostic>,
}

/// Makes a chart's archive, where [`verify`] will find nothing wrong with it.
///
/// # Errors
/// What is wrong with the chart; dependencies that are not there; versions that are not versions.
pub fn package(path: &Path, stamp: &Stamp) -> Result<Packed> {
    let mut package = Package::of_path(path)?;
    // Before it is an archive, so that what is wrong has its place in the author's files.
    let warnings = check_chart(&package.loaded)?;
    package.stamp(stamp.version.as_deref(), stamp.app_version.as_deref())?;
    let bytes = package.bytes()?;
    let file_name = package.file_name(stamp.version.as_deref());
    let identity = verify(&file_name, &bytes, None, false)?;
    Ok(Packed {
        identity: Identity { warnings, ..identity },
        file_name,
        bytes,
        package,
    })
}

/// Checks an archive: its digest first, where there is one to hold it against; then whether it is a whole chart, and, unless it is
/// `foreign`, whether its bytes are those that [`package`] makes of its files.
///
/// # Errors
/// `package-digest`, what is wrong with the archive or with the chart in it, and `package-bytes`.
pub fn verify(name: &str, bytes: &[u8], digest: Option<&str>, is_foreign: bool) -> Result<Identity> {
    let sum = files::sum(bytes);
    if let Some(wanted) = digest {
        check_digest(name, wanted, &sum)?;
    }
    let package = Package::of_archive(name, bytes)?;
    let metadata = &package.loaded.chart.metadata;
    if let Some(folder) = package.folder.as_ref().filter(|folder| **folder != metadata.name) {
        let message = format!(
            "the folder in `{name}` is `{folder}`, and the chart is `{}`",
            metadata.name
        );
        return Err(Diagnostic::error("package-folder", message)
            .at(&metadata.name_place)
            .help("the two have to be the same; `promchart package` makes them so")
            .into());
    }
    let mut warnings = check_chart(&package.loaded)?;
    let own = match is_foreign {
        true => None,
        false => Some(package.bytes()?),
    };
    if let Some(own) = own.filter(|own| own != bytes) {
        if !package.is_compressed_otherwise(&own, bytes)? {
            let message = format!("`{name}` is not what `promchart package` makes of the files in it");
            return Err(Diagnostic::error("package-bytes", message)
                .help("pack the chart again; for an archive that another program made, such as `helm package`, give `--foreign`")
                .into());
        }
        let message = format!("the files in `{name}` are compressed as another version of promchart does it");
        warnings.push(Diagnostic::info("package-compression", message));
    }
    Ok(Identity {
        name: metadata.name.clone(),
        version: metadata.version.clone(),
        digest: format!("{ALGORITHM}{sum}"),
        warnings,
    })
}

fn check_digest(name: &str, wanted: &str, sum: &str) -> Result<()> {
    let hex = wanted.strip_prefix(ALGORITHM).unwrap_or(wanted);
    if hex.len() != sum.len() || !hex.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        let message = format!("`{wanted}` is not a digest");
        return Err(Diagnostic::error("digest-flag", message)
            .help("write `sha256:` and 64 hexadecimal digits, as `promchart package` prints them")
            .into());
    }
    if hex.eq_ignore_ascii_case(sum) {
        return Ok(());
    }
    let message = format!("the digest of `{name}` is {ALGORITHM}{sum}, not {ALGORITHM}{hex}");
    Err(Diagnostic::error("package-digest", message)
        .help("this is another archive than the one that the digest was written down for; nothing in it was read")
        .into())
}

/// What looks wrong with a chart that can be handed on.
fn check_chart(loaded: &Loaded) -> Result<Vec<Diagnostic>> {
    let chart = &loaded.chart;
    let (mut errors, mut warnings) = (render::check(chart), Vec::new());
    for told in &loaded.warnings {
        match told.code {
            // Whoever gets the archive cannot correct it.
            chart::LOCK_OUT_OF_SYNC | chart::LOCK_INVALID => errors.push(Diagnostic {
                severity: Severity::Error,
                ..told.clone()
            }),
            _ => warnings.push(told.clone()),
        }
    }
    let checked = values::resolve_checked(chart, &Node::computed(Map::new()))?;
    warnings.extend(checked.resolved.warnings);
    for told in checked.violations {
        match told.code {
            // Whoever installs the chart gives it.
            MISSING_KEY => warnings.push(Diagnostic {
                severity: Severity::Info,
                ..told
            }),
            _ => errors.push(told),
        }
    }
    match errors.is_empty() {
        true => Ok(warnings),
        false => Err(Diagnostics(errors)),
    }
}
