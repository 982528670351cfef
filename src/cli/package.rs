//! `promchart package` and `promchart verify`: a chart as an archive.

use std::path::{Path, PathBuf};

use super::args::{PackageArgs, VerifyArgs};
use super::ui::Ui;
use super::{CommandResult, ExitStatus};
use crate::diagnostic::Diagnostic;
use crate::pipeline::{self, Identity, Stamp};
use crate::{chart, files, yaml};

pub(super) fn run(args: PackageArgs, ui: &mut Ui) -> CommandResult {
    let path = args.path.or(args.chart).unwrap_or_else(|| PathBuf::from("."));
    if path.as_os_str() == "." && !Path::new("Chart.yaml").exists() {
        let message = "there is no chart in this folder";
        return Err(Diagnostic::error("no-chart-here", message)
            .help("name the chart's folder: `promchart package ./mychart`; `promchart eject DIR` writes the built-in chart into one")
            .into());
    }
    let stamp = Stamp {
        version: args.version,
        app_version: args.app_version,
    };
    let packed = pipeline::package(&path, &stamp)?;
    ui.tell(&packed.identity.warnings);
    let dir = args.destination.unwrap_or_else(|| PathBuf::from("."));
    let file = dir.join(&packed.file_name);
    // `./a.tgz` is how nobody writes it.
    let file = file.strip_prefix(".").unwrap_or(&file).to_owned();
    if packed.package.would_hold(&dir, &packed.file_name)? {
        let message = format!(
            "`{}` would be a part of the chart when it is packed again",
            file.display()
        );
        return Err(Diagnostic::error("package-inside", message)
            .help("write it elsewhere: `--destination DIR`; or exclude `*.tgz` in .helmignore")
            .into());
    }
    let replaced = replaced(&file, &packed.bytes);
    files::write_tree(&dir, &[(packed.file_name, &packed.bytes)])?;
    if let Some(replaced) = replaced {
        ui.note(&format!(
            "replaced `{}`, whose digest was {replaced}",
            file.display()
        ));
    }
    ui.print(&format!(
        "{}file: {}\n",
        identity(&packed.identity),
        shown(&file.display().to_string())
    ))?;
    Ok(ExitStatus::Success)
}

pub(super) fn verify(args: &VerifyArgs, ui: &mut Ui) -> CommandResult {
    let name = args.file.display().to_string();
    if args.file.is_dir() {
        let message = format!("`{name}` is a folder, not an archive");
        return Err(Diagnostic::error("file-is-folder", message)
            .help(format!(
                "`promchart lint --chart {name}` looks at a chart in a folder"
            ))
            .into());
    }
    let bytes = files::read_bytes(&args.file, chart::TOTAL_LIMIT)?;
    let found = pipeline::verify(&name, &bytes, args.digest.as_deref(), args.foreign)?;
    ui.tell(&found.warnings);
    ui.print(&identity(&found))?;
    Ok(ExitStatus::Success)
}

/// What identifies an archive, as YAML.
fn identity(found: &Identity) -> String {
    format!(
        "name: {}\nversion: {}\ndigest: {}\n",
        shown(&found.name),
        shown(&found.version),
        found.digest
    )
}

fn shown(text: &str) -> String {
    yaml::write_indented(&yaml::Node::computed(text), 0)
}

/// The digest of an archive that is there already, where it is another one.
fn replaced(file: &Path, bytes: &[u8]) -> Option<String> {
    // Opening a pipe would wait for somebody to write to it.
    let is_file = file.metadata().is_ok_and(|metadata| metadata.is_file());
    let old = is_file.then(|| files::read_bytes(file, chart::TOTAL_LIMIT).ok())??;
    (old != bytes).then(|| format!("sha256:{}", files::sum(&old)))
}
