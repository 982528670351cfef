//! `.promchart.yaml`.

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use globset::{GlobBuilder, GlobMatcher};
use serde::Deserialize;

use crate::diagnostic::{Diagnostic, Diagnostics, Result, nearest};
use crate::lint::registry;
use crate::source::Source;
use crate::yaml::{self, Node};

/// The name of the file.
pub const FILE_NAME: &str = ".promchart.yaml";

const CODE: &str = "config-invalid";

/// How bad findings of a code are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// The run fails.
    Error,
    /// Probably not what was meant.
    Warning,
    /// Worth knowing.
    Info,
    /// Not told.
    Off,
}

impl Level {
    /// The level of a word.
    pub fn parse(word: &str) -> Option<Level> {
        match word {
            "error" => Some(Level::Error),
            "warning" => Some(Level::Warning),
            "info" => Some(Level::Info),
            "off" => Some(Level::Off),
            _ => None,
        }
    }
}

/// The file as it is written.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Written {
    #[serde(default)]
    severity: BTreeMap<String, Level>,
    #[serde(default)]
    exclude: Vec<WrittenExclusion>,
    kube_version: Option<String>,
    #[serde(default)]
    api_versions: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenExclusion {
    path: String,
    #[serde(default)]
    codes: Vec<String>,
}

/// What `.promchart.yaml` says.
#[derive(Debug)]
pub struct Config {
    /// Levels by code.
    pub severity: BTreeMap<String, Level>,
    /// The cluster's version of Kubernetes.
    pub kube_version: Option<String>,
    /// API versions that the cluster has beyond Kubernetes' own.
    pub api_versions: Vec<String>,
    exclusions: Vec<Exclusion>,
    /// The folder that paths are relative to.
    folder: PathBuf,
}

#[derive(Debug)]
struct Exclusion {
    path: GlobMatcher,
    /// All codes where there is none.
    codes: Vec<String>,
}

impl Config {
    /// Reads a configuration that stands in a folder.
    ///
    /// # Errors
    /// What is wrong with it, each mistake at its place.
    pub fn read(source: &Arc<Source>, folder: &Path) -> Result<Config> {
        let document = yaml::read_document(source)?;
        let document = match document.is_null() {
            true => Node::new(yaml::Map::new(), document.place),
            false => document,
        };
        let written: Written = yaml::from_node(&document, CODE)?;
        let mut errors = unknown_codes(&document);
        let mut exclusions = Vec::new();
        let items = document
            .get("exclude")
            .and_then(Node::as_list)
            .unwrap_or_default();
        for (exclusion, item) in written.exclude.into_iter().zip(items) {
            let glob = GlobBuilder::new(&exclusion.path).literal_separator(true).build();
            match glob {
                Ok(glob) => exclusions.push(Exclusion {
                    path: glob.compile_matcher(),
                    codes: exclusion.codes,
                }),
                Err(error) => {
                    let place = item.get("path").map_or(&item.place, |path| &path.place);
                    errors.push(
                        Diagnostic::error(CODE, format!("the pattern cannot be used: {}", error.kind()))
                            .at(place),
                    );
                }
            }
        }
        match errors.is_empty() {
            true => Ok(Config {
                severity: written.severity,
                kube_version: written.kube_version,
                api_versions: written.api_versions,
                exclusions,
                folder: folder.to_owned(),
            }),
            false => Err(Diagnostics(errors)),
        }
    }

    /// Whether a finding stands in a file that is excluded; `here` is the folder that names of files are relative to.
    pub(super) fn excludes(&self, finding: &Diagnostic, here: &Path) -> bool {
        let Some(source) = finding.place().and_then(|place| place.source()) else {
            return false;
        };
        let path = normal(&here.join(source.name()));
        let path = path
            .strip_prefix(&self.folder)
            .unwrap_or(Path::new(source.name()));
        self.exclusions.iter().any(|exclusion| {
            let is_code =
                exclusion.codes.is_empty() || exclusion.codes.iter().any(|code| code == finding.code);
            is_code && exclusion.path.is_match(path)
        })
    }
}

/// Codes that there are not.
fn unknown_codes(document: &Node) -> Vec<Diagnostic> {
    let levels = document.get("severity").and_then(Node::as_map);
    let levels = levels.into_iter().flat_map(yaml::Map::iter);
    let mut named: Vec<(&str, &crate::source::Place)> =
        levels.map(|(code, entry)| (&**code, &entry.key_place)).collect();
    for exclusion in document
        .get("exclude")
        .and_then(Node::as_list)
        .unwrap_or_default()
    {
        let codes = exclusion.get("codes").and_then(Node::as_list).unwrap_or_default();
        named.extend(
            codes
                .iter()
                .filter_map(|code| Some((code.as_str()?, &code.place))),
        );
    }
    let unknown = named
        .into_iter()
        .filter(|(code, _)| registry::known(code).is_none());
    unknown
        .map(|(code, place)| {
            let error = Diagnostic::error(CODE, format!("there is no code `{code}`")).at(place);
            match nearest(code, registry::codes()) {
                Some(near) => error.help(format!("did you mean `{near}`?")),
                None => error.help("docs/lint.md and docs/diagnostics.md list the codes"),
            }
        })
        .collect()
}

/// A path without `.` and `..`.
fn normal(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                normal.pop();
            }
            other => normal.push(other),
        }
    }
    normal
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Config> {
        Config::read(&Source::new(FILE_NAME, text), Path::new("/repo"))
    }

    #[test]
    fn a_configuration_is_read() {
        let config = read("severity:\n  unused-value: \"off\"\nexclude:\n  - path: legacy/**\n    codes: [moved-key]\nkube-version: \"1.32\"\napi-versions: [a/v1]\n").unwrap();
        assert_eq!(config.severity.get("unused-value"), Some(&Level::Off));
        assert_eq!(config.kube_version.as_deref(), Some("1.32"));
        let finding = |code, file| {
            Diagnostic::error(code, "m").at(&crate::source::Place::new(&Source::new(file, "a: 1"), 1, 1))
        };
        let here = Path::new("/repo/sub");
        assert!(config.excludes(&finding("moved-key", "../legacy/a/values.yaml"), here));
        assert!(!config.excludes(&finding("unknown-key", "../legacy/a/values.yaml"), here));
        assert!(!config.excludes(&finding("moved-key", "values.yaml"), here));
        assert!(read("").is_ok());
    }

    #[test]
    fn mistakes_have_places() {
        for (text, told) in [
            (
                "severty: {}\n",
                ".promchart.yaml:1:1: error: there is no key `severty` here",
            ),
            (
                "severity:\n  unused-value: of\n",
                ".promchart.yaml:2:17: error: `of` is not known here",
            ),
            (
                "severity:\n  unsed-value: info\n",
                ".promchart.yaml:2:3: error: there is no code `unsed-value`",
            ),
            (
                "exclude:\n  - path: '[a'\n",
                ".promchart.yaml:2:11: error: the pattern cannot be used: unclosed character class; missing ']'",
            ),
            (
                "kube-version: 1.32\n",
                ".promchart.yaml:1:15: error: a string belongs here, and not the number `1.32`",
            ),
        ] {
            assert_eq!(
                read(text).err().map(|error| error.to_string()).as_deref(),
                Some(told),
                "{text}"
            );
        }
    }
}
