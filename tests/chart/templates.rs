//! Templates write values, not text: none needs to quote, indent or serialise.

use std::fs;
use std::path::{Path, PathBuf};

use regex::Regex;

/// What Go templates are full of, and a template here has no use for.
const FILTERS: &str =
    "to_yaml|to_json|to_toml|toYaml|toJson|from_json|quote|squote|indent|nindent|tojson|string|safe|escape|e";

/// The few that are no serialisation of a manifest: file, filter, how often, and why.
const REASONED: &[(&str, &str, usize, &str)] = &[
    (
        "charts/prometheus-pushgateway/templates/secret.yaml",
        "to_yaml",
        1,
        "a Secret's data is the base64 of a file's text: there is a text to be made before it is encoded",
    ),
    (
        "charts/prometheus-pushgateway/templates/_helpers.yaml",
        "string",
        1,
        "a password may be all digits, which is a number in a values file; its text is what is hashed",
    ),
    (
        "charts/prometheus-pushgateway/templates/secret.yaml",
        "string",
        1,
        "the same password, as its Secret has it",
    ),
    (
        "charts/alertmanager/templates/_helpers.yaml",
        "indent",
        1,
        "a file that begins with blanks is read as the block of YAML that Helm's chart makes of it",
    ),
    (
        "charts/prometheus-node-exporter/templates/daemonset.yaml",
        "string",
        1,
        "an image's tag may look like a number; its text is what is compared as a version",
    ),
];

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else {
            files.push(path);
        }
    }
}

fn templates(root: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    collect(&root.join("templates"), &mut files);
    for chart in fs::read_dir(root.join("charts")).unwrap() {
        let folder = chart.unwrap().path().join("templates");
        if folder.is_dir() {
            collect(&folder, &mut files);
        }
    }
    files.sort();
    assert!(files.len() > 60, "only {} templates were found", files.len());
    files
}

#[test]
fn no_template_serialises() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let filter = Regex::new(&format!(r"\|\s*({FILTERS})\b")).unwrap();
    let comment = Regex::new(r"(?s)\{#.*?#\}").unwrap();
    let mut found = Vec::new();
    for path in templates(root) {
        let text = fs::read_to_string(&path).unwrap();
        let name = path.strip_prefix(root).unwrap().display().to_string();
        for capture in filter.captures_iter(&comment.replace_all(&text, "")) {
            found.push((name.clone(), capture[1].to_owned()));
        }
    }
    for (file, filter, count, why) in REASONED {
        let is_it = |(name, used): &(String, String)| name == file && used == filter;
        let used = found.iter().filter(|use_| is_it(use_)).count();
        assert_eq!(used, *count, "{file}: `{filter}`, which is there because {why}");
        found.retain(|use_| !is_it(use_));
    }
    assert!(
        found.is_empty(),
        "filters that no template should need: {found:?}"
    );
}
