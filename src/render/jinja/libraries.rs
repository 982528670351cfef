//! The helpers of library charts, compiled once for all charts that use them.

use std::sync::Arc;

use minijinja::Environment;

use super::environment;
use super::explain;
use super::syntax;
use super::template::{HelperFiles, TemplateText, Templates};
use crate::chart::Chart;
use crate::diagnostic::Result;

/// See the module's text.
pub(super) struct Libraries {
    pub(super) env: Environment<'static>,
    pub(super) helpers: Vec<HelperFiles>,
    pub(super) templates: Vec<Arc<TemplateText>>,
}

impl Libraries {
    /// Compiles the helper files of library charts.
    ///
    /// # Errors
    /// What is wrong in their syntax.
    pub(super) fn compile(charts: &[&Arc<Chart>], is_recorded: bool) -> Result<Libraries> {
        let mut env = environment::bare();
        let mut templates = Templates::of(Vec::new(), is_recorded);
        let mut helpers = Vec::new();
        for chart in charts {
            helpers.push(templates.add_library(chart)?);
        }
        for (chart, helpers) in charts.iter().zip(&helpers) {
            for file in &helpers.files {
                let prepared = templates.get(file.template);
                if !chart.is_embedded {
                    syntax::check(&prepared.source, prepared.outline())?;
                }
                let compiled = match file.exports.has_values {
                    true => file.template..file.template + 1,
                    // Those of the built-in chart are known to compile, and most are not called.
                    false if chart.is_embedded => continue,
                    false => file.macros(),
                };
                for index in compiled {
                    let prepared = templates.get(index);
                    if !chart.is_embedded {
                        explain::check_unrecorded(&env, prepared)?;
                    }
                    env.add_template_owned(prepared.name.clone(), prepared.text().to_owned())
                        .map_err(|error| explain::of_syntax(&error, templates.all()))?;
                }
            }
        }
        Ok(Libraries {
            env,
            helpers,
            templates: templates.into_all(),
        })
    }
}
