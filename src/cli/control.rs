//! From flags and `.promchart.yaml` to what people want to hear.

use std::path::{Path, PathBuf};

use crate::diagnostic::{Diagnostic, Result, nearest};
use crate::files;
use crate::lint;
use crate::lint::control::{Config, Control, FILE_NAME, Level};
use crate::pipeline::Request;

/// The folder that the program runs in.
pub(super) fn here() -> PathBuf {
    std::env::current_dir().unwrap_or_default()
}

/// What flags and the configuration say.
pub(super) fn of(config: Option<&Path>, severity: &[String], denies_warnings: bool) -> Result<Control> {
    let levels = severity
        .iter()
        .map(|argument| level(argument))
        .collect::<Result<Vec<_>>>()?;
    Ok(Control {
        config: configuration(config)?,
        levels,
        denies_warnings,
    })
}

/// The cluster is that of the configuration where flags do not say another one.
pub(super) fn of_cluster(control: &Control, request: Request) -> Request {
    let Some(config) = &control.config else {
        return request;
    };
    let api_versions = request
        .api_versions
        .into_iter()
        .chain(config.api_versions.iter().cloned());
    Request {
        api_versions: api_versions.collect(),
        kube_version: request.kube_version.or_else(|| config.kube_version.clone()),
        ..request
    }
}

fn level(argument: &str) -> Result<(String, Level)> {
    let wrong = |message: String| Diagnostic::error("severity-flag", message);
    let Some((code, word)) = argument.split_once('=') else {
        return Err(wrong(format!("`--severity {argument}` names no level"))
            .help("write `CODE=LEVEL`: the level is error, warning, info or off")
            .into());
    };
    if lint::known(code).is_none() {
        let error = wrong(format!("there is no code `{code}`"));
        return Err(match nearest(code, lint::codes()) {
            Some(near) => error.help(format!("did you mean `{near}`?")),
            None => error.help("docs/lint.md and docs/diagnostics.md list the codes"),
        }
        .into());
    }
    match Level::parse(word) {
        Some(level) => Ok((code.to_owned(), level)),
        None => Err(wrong(format!("`{word}` is not a level"))
            .help("the level is error, warning, info or off")
            .into()),
    }
}

fn configuration(named: Option<&Path>) -> Result<Option<Config>> {
    let here = here();
    let found = match named {
        Some(path) => Some((path.to_owned(), here.join(path))),
        None => search(&here),
    };
    let Some((shown, path)) = found else {
        return Ok(None);
    };
    let source = files::read_input(&shown)?;
    Config::read(&source, path.parent().unwrap_or(Path::new(""))).map(Some)
}

/// The configuration's path as it is shown, and in full: in a folder, or in one above it, up to the root of the repository.
fn search(here: &Path) -> Option<(PathBuf, PathBuf)> {
    let is_in_repository = here.ancestors().any(|folder| folder.join(".git").exists());
    let mut up = PathBuf::new();
    for folder in here.ancestors() {
        let path = folder.join(FILE_NAME);
        if path.is_file() {
            return Some((up.join(FILE_NAME), path));
        }
        if !is_in_repository || folder.join(".git").exists() {
            return None;
        }
        up.push("..");
    }
    None
}
