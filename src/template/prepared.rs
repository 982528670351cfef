//! A chart's templates as minijinja gets them, and those of library charts, compiled once for all charts that use them.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use minijinja::syntax::SyntaxConfig;
use minijinja::{AutoEscape, Environment, UndefinedBehavior};

use super::marks::{self, Exports, Macro, Marked};
use super::outline::Outline;
use super::reduce::{Reduction, Tags};
use super::shared::Shared;
use super::{error, outlines, tpl};
use crate::chart::{Chart, ChartFile};
use crate::diagnostic::{Diagnostic, Result};
use crate::source::{Place, Source};

/// The name of the escaping that means: holes, not text.
pub(super) const YAML_MODE: AutoEscape = AutoEscape::Custom(Cow::Borrowed("yaml"));

/// Before the name of a library's template, which is the same in all charts that use the library.
pub(super) const LIBRARY: &str = "library:";

/// Before the path of a file of the built-in chart in the file's name.
const EMBEDDED: &str = "embedded:";

/// Helper files and macros that a chart and its libraries may have: minijinja takes some KiB for each.
const MOST_TEMPLATES: usize = 10_000;

/// A template as minijinja gets it.
pub(super) struct Prepared {
    /// The name that `# Source:` shows.
    pub(super) name: String,
    pub(super) source: Arc<Source>,
    /// The number that its line marks carry.
    number: usize,
    outline: OnceLock<Outline>,
    /// The file and the macro in it that this is.
    part: Option<(Arc<Prepared>, Range<usize>)>,
    ready: OnceLock<Ready>,
}

/// A template's text with line marks, and what was known of it before.
struct Ready {
    marked: Marked,
    /// Nothing in it is to be evaluated.
    is_text: bool,
}

impl Prepared {
    /// A text without line marks.
    pub(super) fn unmarked(name: &str, source: &Arc<Source>, text: &str) -> Prepared {
        Prepared {
            ready: OnceLock::from(Ready {
                marked: Marked::unmarked(text),
                is_text: false,
            }),
            ..Prepared::new(name.to_owned(), source, 0)
        }
    }

    fn new(name: String, source: &Arc<Source>, number: usize) -> Prepared {
        Prepared {
            name,
            source: Arc::clone(source),
            number,
            outline: OnceLock::new(),
            part: None,
            ready: OnceLock::new(),
        }
    }

    /// Makes the text with what is known put into it, where it has not been made.
    /// The values go to `shared`.
    pub(super) fn reduce(&self, reduction: impl FnOnce(&str, Tags<'_>) -> Reduction, shared: &Shared) {
        self.ready.get_or_init(|| {
            let all = &*self.outline().tags;
            let part = match &self.part {
                None => all,
                Some((_, range)) => {
                    let index = |end: usize| all.partition_point(|tag| tag.range().start < end);
                    &all[index(range.start)..index(range.end)]
                }
            };
            let reduction = reduction(
                self.source.text(),
                Tags {
                    all,
                    part,
                    is_macro: self.part.is_some(),
                },
            );
            let (expressions, values): (Vec<_>, Vec<_>) = reduction.put.into_iter().unzip();
            let holes = expressions.into_iter().zip(shared.add_known(values)).collect();
            self.make_ready(&reduction.leave_out, holes, reduction.is_text)
        });
    }

    fn outline(&self) -> &Outline {
        match &self.part {
            Some((file, _)) => file.outline(),
            None => self.outline.get_or_init(|| Outline::of(self.source.text())),
        }
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

    /// What the template writes, where nothing in it is to be evaluated: as minijinja has it, without a newline at the end.
    pub(super) fn as_text(&self) -> Option<&str> {
        let Ready { marked, is_text, .. } = self.ready();
        let text = marked.text.strip_suffix('\n').unwrap_or(&marked.text);
        is_text.then_some(text)
    }

    fn marked(&self) -> &Marked {
        &self.ready().marked
    }

    fn ready(&self) -> &Ready {
        self.ready.get_or_init(|| self.make_ready(&[], Vec::new(), false))
    }

    fn make_ready(
        &self,
        leave_out: &[Range<usize>],
        put: Vec<(Range<usize>, usize)>,
        is_text: bool,
    ) -> Ready {
        let text = self.source.text();
        let part = self.part.as_ref().map(|(_, range)| range.clone());
        Ready {
            marked: marks::prepare(
                text,
                self.outline(),
                self.number,
                part.unwrap_or(0..text.len()),
                leave_out,
                &put,
            ),
            is_text,
        }
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

    /// Adds a template of a chart and gives its index.
    pub(super) fn add(&mut self, chart: &Chart, file: &ChartFile, name: String) -> Result<usize> {
        let Some(source) = &file.source else {
            return Err(Diagnostic::error(
                "template-text",
                format!("the template `{}` is not UTF-8 text", file.path),
            )
            .into());
        };
        let outline = match source.name().strip_prefix(EMBEDDED) {
            Some(path) if chart.is_embedded => outlines::of_embedded(path),
            _ => None,
        };
        if outline.is_none() {
            marks::refuse(source)?;
        }
        self.prepared.push(Arc::new(Prepared {
            outline: outline.cloned().map_or_else(OnceLock::new, OnceLock::from),
            ..Prepared::new(name, source, self.prepared.len())
        }));
        Ok(self.prepared.len() - 1)
    }

    /// Adds the helper files of a chart, whose templates' names start with `base`.
    pub(super) fn add_helpers(&mut self, chart: &Chart, global: &str, base: &str) -> Result<HelperFiles> {
        let mut files = Vec::new();
        for file in chart.templates.iter().filter(|file| is_helper_file(&file.path)) {
            let template = self.add(chart, file, format!("{base}/{}", file.path))?;
            let file = Arc::clone(&self.prepared[template]);
            let exports = marks::exports(file.source.text(), file.outline());
            let first_macro = self.prepared.len();
            if first_macro + exports.macros.len() > MOST_TEMPLATES {
                return Err(Diagnostic::error(
                    "template-macros",
                    format!("the helper files of a chart hold more than {MOST_TEMPLATES} macros"),
                )
                .at(&Place::whole(&file.source))
                .help("split the chart, or make one macro of several that are alike")
                .into());
            }
            for Macro { name, range } in &exports.macros {
                // A file may define a name twice: the last one counts.
                let name = format!("{} (macro {name} at {})", file.name, range.start);
                self.prepared.push(Arc::new(Prepared {
                    part: Some((Arc::clone(&file), range.clone())),
                    ..Prepared::new(name, &file.source, file.number)
                }));
            }
            files.push(HelperFile {
                template,
                first_macro,
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
    /// The index of the template of its first macro: each is compiled by itself, when it is first called.
    pub(super) first_macro: usize,
    pub(super) exports: Exports,
}

impl HelperFile {
    /// The indices of its macros' templates.
    pub(super) fn macros(&self) -> Range<usize> {
        self.first_macro..self.first_macro + self.exports.macros.len()
    }
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
        for (chart, helpers) in charts.iter().zip(&libraries.helpers) {
            for file in &helpers.files {
                let compiled = match file.exports.has_values {
                    true => file.template..file.template + 1,
                    // Those of the built-in chart are compiled when they are called: most are not.
                    false if chart.is_embedded => continue,
                    false => file.macros(),
                };
                for index in compiled {
                    let prepared = templates.get(index);
                    libraries
                        .env
                        .add_template_owned(prepared.name.clone(), prepared.text().to_owned())
                        .map_err(|error| error::of_syntax(&error, templates.all()))?;
                }
            }
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
