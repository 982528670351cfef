//! `--show-only`: the templates whose objects are wanted.

use globset::{GlobBuilder, GlobMatcher};

use super::{Manifests, Object};
use crate::diagnostic::{Diagnostic, Diagnostics, Result};

/// Patterns of template paths (`templates/deploy.yaml`, `charts/*/templates/*.yaml`), from the root chart's folder.
pub struct ShowOnly {
    patterns: Vec<(String, GlobMatcher)>,
}

impl ShowOnly {
    /// Reads the patterns; `*` and `?` do not cross `/`.
    ///
    /// # Errors
    /// Patterns that do not parse.
    pub fn new(patterns: &[String]) -> Result<ShowOnly> {
        let mut compiled = Vec::new();
        let mut errors = Vec::new();
        for pattern in patterns {
            match GlobBuilder::new(pattern).literal_separator(true).build() {
                Ok(glob) => compiled.push((pattern.clone(), glob.compile_matcher())),
                Err(error) => errors.push(Diagnostic::error(
                    "show-only-pattern",
                    format!("`--show-only {pattern}` is not a pattern: {}", error.kind()),
                )),
            }
        }
        if errors.is_empty() {
            Ok(ShowOnly { patterns: compiled })
        } else {
            Err(Diagnostics(errors))
        }
    }

    /// Whether a template is wanted, by the name that `# Source:` shows.
    pub fn wants(&self, template: &str) -> bool {
        let path = path_in_chart(template);
        self.patterns.is_empty() || self.patterns.iter().any(|(_, pattern)| pattern.is_match(path))
    }

    /// Keeps the wanted objects, pattern by pattern as Helm does, each object once.
    ///
    /// # Errors
    /// A pattern that fits no template of `all`; one whose templates write nothing is worth a warning.
    pub fn select(&self, mut manifests: Manifests, all: &[String]) -> Result<Manifests> {
        if self.patterns.is_empty() {
            return Ok(manifests);
        }
        let mut errors = Vec::new();
        let mut selected: Vec<Object> = Vec::new();
        for (text, pattern) in &self.patterns {
            let fits = |template: &str| pattern.is_match(path_in_chart(template));
            let fits_template = all.iter().any(|template| fits(template));
            if fits_template
                && !selected
                    .iter()
                    .chain(&manifests.objects)
                    .any(|object| fits(&object.template))
            {
                let message = format!("the templates of `--show-only {text}` write no objects");
                manifests.warnings.push(
                    Diagnostic::warning("show-only-empty", message)
                        .help("they have none with these values and flags, or are helpers"),
                );
            }
            if !fits_template {
                let near =
                    crate::diagnostic::nearest(text, all.iter().map(|template| path_in_chart(template)));
                let error = Diagnostic::error(
                    "show-only",
                    format!("`--show-only {text}` matches no template of the chart"),
                );
                errors.push(match near {
                    Some(near) => error.help(format!("did you mean `{near}`?")),
                    None => error.help("`promchart show templates` lists them"),
                });
            }
            let (wanted, rest): (Vec<_>, Vec<_>) = manifests
                .objects
                .into_iter()
                .partition(|object| fits(&object.template));
            selected.extend(wanted);
            manifests.objects = rest;
        }
        if errors.is_empty() {
            Ok(Manifests {
                objects: selected,
                ..manifests
            })
        } else {
            Err(Diagnostics(errors))
        }
    }
}

/// `prometheus/templates/deploy.yaml` without its first part.
fn path_in_chart(template: &str) -> &str {
    template.split_once('/').map_or(template, |(_, path)| path)
}
