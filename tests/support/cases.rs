//! The cases of the comparison with Helm, and what the programs under examples/ that go through them have in common.

#![allow(dead_code, reason = "each program wants a part of it")]

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, Result};
use promchart::pipeline::Request;
use promchart::source::Source;
use promchart::values::Inputs;
use serde_json::Value as Json;

/// How a program ends that found all well (`true`) or not.
pub fn end(result: Result<bool>) -> ExitCode {
    match result {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            say(&format!("{error:#}"));
            ExitCode::from(2)
        }
    }
}

#[expect(clippy::print_stdout, reason = "for programs of their own")]
pub fn say(text: &str) {
    println!("{text}");
}

/// The folders in a folder, sorted.
pub fn folders(folder: &Path) -> Result<Vec<PathBuf>> {
    let read = std::fs::read_dir(folder).with_context(|| folder.display().to_string())?;
    let mut paths: Vec<PathBuf> = read
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.is_dir())
        .collect();
    paths.sort();
    Ok(paths)
}

/// The last part of a path.
pub fn name(path: &Path) -> String {
    path.file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}

/// How the case in a folder is rendered: its case.json.
pub fn settings(case: &Path) -> Result<Json> {
    let text = std::fs::read_to_string(case.join("case.json"))?;
    Ok(serde_json::from_str(&text)?)
}

/// The built-in chart as a case's settings say, with values.
pub fn request(settings: &Json, files: Vec<Arc<Source>>) -> Request {
    let text = |key: &str| settings[key].as_str().map(str::to_owned);
    let api_versions = settings["api_versions"].as_array().into_iter().flatten();
    Request {
        inputs: Inputs {
            files,
            ..Inputs::default()
        },
        release: text("release"),
        namespace: text("namespace"),
        kube_version: text("kube_version"),
        api_versions: api_versions
            .filter_map(|version| version.as_str().map(str::to_owned))
            .collect(),
        is_upgrade: settings["is_upgrade"].as_bool().unwrap_or(false),
        ..Request::default()
    }
}
