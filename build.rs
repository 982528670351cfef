//! Collects the chart of this repository, so that the program carries it: writes a list of (path, text) to OUT_DIR,
//! what each Chart.yaml and values.yaml holds, read by the library's own reader and packed. And has a release linked as `tools/release/link.rs` says.
//!
//! Of each chart: Chart.yaml, Chart.lock, values.yaml, values.schema.json, moved-values.yaml, templates/, crds/, values/*.yaml, and the
//! charts under charts/. Files whose names start with a dot are left out.

// The library's own reader of YAML.
#[allow(dead_code, reason = "little of it is wanted here")]
#[path = "src/diagnostic/mod.rs"]
mod diagnostic;
#[allow(dead_code, reason = "little of it is wanted here")]
#[path = "src/source.rs"]
mod source;
#[allow(dead_code, reason = "little of it is wanted here")]
#[path = "src/yaml"]
mod yaml {
    mod brackets;
    mod builder;
    mod check;
    mod closing;
    mod complaint;
    mod eight;
    mod event;
    mod events;
    mod flow;
    mod input;
    mod keys;
    mod limits;
    mod lines;
    mod node;
    mod number;
    mod packed;
    mod parser;
    mod reader;
    mod resolve;
    mod scalar;
    mod scanner;
    mod waiting;

    pub use packed::pack;
    pub use reader::read_values;
}

#[path = "tools/release/link.rs"]
mod link;

use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{env, fs};

use anyhow::{Context, Result, anyhow};

fn main() -> Result<()> {
    let root = PathBuf::from(variable("CARGO_MANIFEST_DIR")?);
    println!("cargo::rerun-if-changed=build.rs");
    // Named though they may be missing: cargo then asks again on each build until they are there.
    for path in [
        "Chart.yaml",
        "values.yaml",
        "values.schema.json",
        "moved-values.yaml",
        "templates",
        "charts",
        "values",
    ] {
        println!("cargo::rerun-if-changed={path}");
    }
    let mut paths = BTreeSet::new();
    if root.join("Chart.yaml").is_file() {
        collect_chart(&root, "", &mut paths)?;
    }
    let out = PathBuf::from(variable("OUT_DIR")?);
    let mut list = String::from("&[\n");
    let mut packed = String::from("&[\n");
    for path in &paths {
        let file = root.join(path);
        let shown = file.display().to_string();
        let _ = writeln!(list, "    ({path:?}, include_str!({shown:?})),");
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        // Those of charts: values/ and templates/ may hold files with these names, too.
        let of_chart = folder.is_empty() || folder.rsplit('/').nth(1) == Some("charts");
        if of_chart && matches!(name, "Chart.yaml" | "values.yaml") {
            let file_packed = out.join(path.replace('/', "-"));
            fs::write(&file_packed, pack(&file)?)?;
            let shown = file_packed.display().to_string();
            let _ = writeln!(packed, "    ({path:?}, include_bytes!({shown:?})),");
        }
    }
    list.push_str("]\n");
    packed.push_str("]\n");
    fs::write(out.join("embedded.rs"), list)?;
    fs::write(out.join("packed.rs"), packed)?;
    println!("cargo::rerun-if-env-changed=CARGO_ENCODED_RUSTFLAGS");
    println!("cargo::rerun-if-changed=tools/release/link.rs");
    for argument in link::fixed_and_static(&out.join("link")).unwrap_or_default() {
        println!("cargo::rustc-link-arg-bins={argument}");
    }
    Ok(())
}

/// What a file holds, packed; nothing where it cannot be read, which the program tells when it loads the chart.
fn pack(file: &Path) -> Result<Vec<u8>> {
    let text = fs::read_to_string(file).with_context(|| file.display().to_string())?;
    let source = source::Source::new(file.display().to_string(), text);
    let values = yaml::read_values(&source);
    Ok(values.map(|node| yaml::pack(&node)).unwrap_or_default())
}

fn variable(name: &str) -> Result<String> {
    env::var(name).with_context(|| name.to_owned())
}

fn collect_chart(root: &Path, prefix: &str, paths: &mut BTreeSet<String>) -> Result<()> {
    for name in [
        "Chart.yaml",
        "Chart.lock",
        "values.yaml",
        "values.schema.json",
        "moved-values.yaml",
    ] {
        let path = format!("{prefix}{name}");
        if root.join(&path).is_file() {
            paths.insert(path);
        }
    }
    for name in ["templates", "crds"] {
        collect_folder(root, &format!("{prefix}{name}"), paths)?;
    }
    for (name, is_folder) in entries(root, &format!("{prefix}values"))? {
        if !is_folder && name.ends_with(".yaml") {
            paths.insert(format!("{prefix}values/{name}"));
        }
    }
    for (name, is_folder) in entries(root, &format!("{prefix}charts"))? {
        if is_folder && !name.starts_with('_') {
            collect_chart(root, &format!("{prefix}charts/{name}/"), paths)?;
        }
    }
    Ok(())
}

fn collect_folder(root: &Path, folder: &str, paths: &mut BTreeSet<String>) -> Result<()> {
    for (name, is_folder) in entries(root, folder)? {
        let path = format!("{folder}/{name}");
        if is_folder {
            collect_folder(root, &path, paths)?;
        } else {
            paths.insert(path);
        }
    }
    Ok(())
}

/// The names in a folder, none where it is missing, and whether each is a folder.
fn entries(root: &Path, folder: &str) -> Result<Vec<(String, bool)>> {
    let path = root.join(folder);
    if !path.is_dir() {
        return Ok(Vec::new());
    }
    let mut found = Vec::new();
    for entry in fs::read_dir(&path).with_context(|| path.display().to_string())? {
        let entry = entry?;
        let name = entry
            .file_name()
            .into_string()
            .map_err(|name| anyhow!("{name:?} is not UTF-8"))?;
        if !name.starts_with('.') {
            found.push((name, entry.path().is_dir()));
        }
    }
    Ok(found)
}
