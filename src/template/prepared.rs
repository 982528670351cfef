//! A chart's templates as minijinja gets them, and those of library charts, compiled once for all charts that use them.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use minijinja::syntax::SyntaxConfig;
use minijinja::{AutoEscape, Environment, UndefinedBehavior};

use super::marks::{self, Exports, Marked};
use super::{error, tpl};
use crate::chart::{Chart, ChartFile};
use crate::diagnostic::{Diagnostic, Result};
use crate::source::Source;

/// The name of the escaping that means: holes, not text.
pub(super) const YAML_MODE: AutoEscape = AutoEscape::Custom(Cow::Borrowed("yaml"));

/// Behind a helper file's name: the template that holds only its macros, compiled when one of them is called.
pub(super) const MACROS: &str = " (macros)";

/// Before the name of a library's template, which is the same in all charts that use the library.
pub(super) const LIBRARY: &str = "library:";

/// A template as minijinja gets it.
pub(super) struct Prepared {
    /// The name that `# Source:` shows.
    pub(super) name: String,
    pub(super) source: Arc<Source>,
    /// The number that its line marks carry.
    number: usize,
    marked: OnceLock<Marked>,
}

impl Prepared {
    /// A text without line marks.
    pub(super) fn unmarked(name: &str, source: &Arc<Source>, text: &str) -> Prepared {
        Prepared {
            name: name.to_owned(),
            source: Arc::clone(source),
            number: 0,
            marked: OnceLock::from(Marked::unmarked(text)),
        }
    }

    /// Makes the text without lines that no rendering of this chart reaches, where it has not been made.
    pub(super) fn leave_out(&self, lines: impl FnOnce(&str) -> Vec<Range<usize>>) {
        self.marked.get_or_init(|| self.mark(&lines(self.source.text())));
    }

    /// The text with line marks, which are made when they are first asked for: many a template is not used.
    pub(super) fn text(&self) -> &str {
        &self.marked().text
    }

    /// Whether the text can write anything.
    pub(super) fn has_content(&self) -> bool {
        self.marked().has_content
    }

    /// The number that a line of the text has in the template.
    pub(super) fn line(&self, line: usize) -> usize {
        self.marked().line(line)
    }

    fn marked(&self) -> &Marked {
        self.marked.get_or_init(|| self.mark(&[]))
    }

    fn mark(&self, leave_out: &[Range<usize>]) -> Marked {
        marks::prepare(self.source.text(), self.number, leave_out)
    }
}

/// The templates of a chart, those of its libraries first.
pub(super) struct Templates {
    prepared: Vec<Arc<Prepared>>,
}

impl Templates {
    pub(super) fn of_libraries(libraries: &Libraries) -> Templates {
        Templates {
            prepared: libraries.templates.clone(),
        }
    }

    pub(super) fn all(&self) -> &[Arc<Prepared>] {
        &self.prepared
    }

    pub(super) fn get(&self, index: usize) -> &Arc<Prepared> {
        &self.prepared[index]
    }

    /// The sources by the number that line marks carry.
    pub(super) fn sources(&self) -> Vec<Arc<Source>> {
        self.prepared
            .iter()
            .map(|prepared| Arc::clone(&prepared.source))
            .collect()
    }

    /// Adds a template and gives its index.
    pub(super) fn add(&mut self, file: &ChartFile, name: String) -> Result<usize> {
        let Some(source) = &file.source else {
            return Err(Diagnostic::error(
                "template-text",
                format!("the template `{}` is not UTF-8 text", file.path),
            )
            .into());
        };
        marks::refuse(source)?;
        self.prepared.push(Arc::new(Prepared {
            name,
            source: Arc::clone(source),
            number: self.prepared.len(),
            marked: OnceLock::new(),
        }));
        Ok(self.prepared.len() - 1)
    }

    /// Adds the helper files of a chart, whose templates' names start with `base`.
    pub(super) fn add_helpers(&mut self, chart: &Chart, global: &str, base: &str) -> Result<HelperFiles> {
        let mut files = Vec::new();
        for file in chart.templates.iter().filter(|file| is_helper_file(&file.path)) {
            let template = self.add(file, format!("{base}/{}", file.path))?;
            let Prepared { name, source, .. } = &*self.prepared[template];
            let exports = marks::exports(source.text());
            files.push(HelperFile {
                template,
                module: match exports.has_values {
                    true => format!("{name}{MACROS}"),
                    false => name.clone(),
                },
                exports,
            });
        }
        Ok(HelperFiles {
            global: global.to_owned(),
            files,
        })
    }
}

/// The helper files of one chart, and the name that templates know its helpers by.
#[derive(Clone)]
pub(super) struct HelperFiles {
    pub(super) global: String,
    pub(super) files: Vec<HelperFile>,
}

/// A helper file.
#[derive(Clone)]
pub(super) struct HelperFile {
    /// The index of its template.
    pub(super) template: usize,
    /// The name of the template that is evaluated to call its macros: the file itself where it holds nothing else.
    pub(super) module: String,
    pub(super) exports: Exports,
}

/// The helpers of library charts, compiled once for all charts that use them.
pub struct Libraries {
    pub(super) env: Environment<'static>,
    pub(super) helpers: Vec<HelperFiles>,
    templates: Vec<Arc<Prepared>>,
}

impl Libraries {
    /// Compiles the helper files of library charts.
    ///
    /// # Errors
    /// What is wrong in their syntax.
    pub fn compile(charts: &[&Arc<Chart>]) -> Result<Libraries> {
        let mut libraries = Libraries {
            env: environment(),
            helpers: Vec::new(),
            templates: Vec::new(),
        };
        let mut templates = Templates::of_libraries(&libraries);
        for chart in charts {
            let name = &chart.metadata.name;
            let base = format!("{LIBRARY}{name}");
            let helpers = templates.add_helpers(chart, &name.replace('-', "_"), &base)?;
            libraries.helpers.push(helpers);
        }
        for prepared in templates.all() {
            libraries
                .env
                .add_template_owned(prepared.name.clone(), prepared.text().to_owned())
                .map_err(|error| error::syntax(&error, &prepared.source, prepared.text()))?;
        }
        libraries.templates = templates.prepared;
        Ok(libraries)
    }
}

/// An environment with the rules of our language, without the names that depend on a chart.
fn environment() -> Environment<'static> {
    let mut env = Environment::new();
    env.set_debug(false);
    env.set_recursion_limit(100);
    env.set_undefined_behavior(UndefinedBehavior::Chainable);
    env.set_syntax(
        SyntaxConfig::builder()
            .trim_blocks(true)
            .lstrip_blocks(true)
            .build()
            .unwrap_or_default(),
    );
    env.set_auto_escape_callback(|name| {
        if name == tpl::NAME {
            AutoEscape::None
        } else {
            YAML_MODE
        }
    });
    env
}

/// Whether a file under templates/ writes objects.
pub(super) fn is_object_template(path: &str) -> bool {
    is_yaml(path) && !file_name(path).starts_with('_')
}

fn is_helper_file(path: &str) -> bool {
    is_yaml(path) && file_name(path).starts_with('_')
}

fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

fn is_yaml(path: &str) -> bool {
    [".yaml", ".yml", ".json"]
        .iter()
        .any(|ending| path.ends_with(ending))
}
