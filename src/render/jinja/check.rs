//! Whether the templates of a chart can be read, without any values.

use minijinja::Environment;

use super::environment;
use super::explain;
use super::syntax;
use super::template::{Templates, is_helper_file};
use crate::chart::{Chart, is_manifest};
use crate::diagnostic::{Diagnostic, Diagnostics, Result};

/// What is wrong with the syntax of a chart's templates. Of a library chart, those of its helpers; notes may still be Helm's.
pub(in crate::render) fn check(chart: &Chart) -> Vec<Diagnostic> {
    let env = environment::bare();
    let is_library = chart.metadata.is_library;
    let files = chart.templates.iter();
    let files = files.filter(|file| is_manifest(&file.path) && (!is_library || is_helper_file(&file.path)));
    let mut problems = Vec::new();
    for file in files {
        let mut templates = Templates::of(Vec::new(), false);
        let added = templates.add(file, file.path.clone());
        if let Err(Diagnostics(more)) = added.and_then(|index| compile(&env, &templates, index)) {
            problems.extend(more);
        }
    }
    problems
}

fn compile(env: &Environment<'_>, templates: &Templates, index: usize) -> Result<()> {
    let prepared = templates.get(index);
    syntax::check(&prepared.source, prepared.outline())?;
    match env.template_from_named_str(&prepared.name, prepared.text()) {
        Ok(_) => Ok(()),
        Err(error) => Err(explain::of_syntax(&error, templates.all())),
    }
}
