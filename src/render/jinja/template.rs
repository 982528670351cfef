//! A chart's templates as minijinja gets them.

use std::ops::Range;
use std::sync::{Arc, OnceLock};

use super::edited::Edited;
use super::guard;
use super::marks::{self, Exports, Macro};
use super::ordered;
use super::outline::{self, Outline, to_u32};
use crate::chart::{Chart, ChartFile, is_manifest};
use crate::diagnostic::{Diagnostic, Result};
use crate::source::{Place, Source};

/// Helper files and macros that a chart and its libraries may have: minijinja takes some KiB for each.
const MOST_TEMPLATES: usize = 10_000;

/// A template as minijinja gets it.
pub(super) struct TemplateText {
    /// The name that `# Source:` shows.
    pub(super) name: String,
    pub(super) source: Arc<Source>,
    /// The number that its line marks carry.
    number: usize,
    role: Role,
    /// Whether it tells what it reads while it is evaluated.
    is_recorded: bool,
    outline: OnceLock<Outline>,
    edited: OnceLock<Edited>,
}

/// What a template is to a chart.
#[derive(Clone)]
enum Role {
    /// One of its own files.
    Own,
    /// A file of a library chart, which has the same name in all charts that use it.
    Library,
    /// A macro of a file.
    Macro(Arc<TemplateText>, Range<usize>),
}

impl TemplateText {
    /// A text that is rendered without line marks, as `tpl` does it.
    pub(super) fn of_text(name: &str, source: &Arc<Source>) -> TemplateText {
        TemplateText {
            edited: OnceLock::from(ordered::edited(source.text())),
            ..TemplateText::new(name.to_owned(), source, 0, Role::Own)
        }
    }

    fn new(name: String, source: &Arc<Source>, number: usize, role: Role) -> TemplateText {
        TemplateText {
            name,
            source: Arc::clone(source),
            number,
            role,
            is_recorded: false,
            outline: OnceLock::new(),
            edited: OnceLock::new(),
        }
    }

    /// The same without what it tells a record; nothing where it tells nothing.
    pub(super) fn unrecorded(&self) -> Option<TemplateText> {
        self.is_recorded
            .then(|| TemplateText::new(self.name.clone(), &self.source, self.number, self.role.clone()))
    }

    /// Whether it is a file of a library chart, which is compiled once for all charts.
    pub(super) fn is_of_library(&self) -> bool {
        matches!(self.role, Role::Library)
    }

    /// Whether it is a macro of a file.
    pub(super) fn is_macro(&self) -> bool {
        matches!(self.role, Role::Macro(..))
    }

    /// The tags and lines of its file.
    pub(super) fn outline(&self) -> &Outline {
        match &self.role {
            Role::Macro(file, _) => file.outline(),
            _ => self.outline.get_or_init(|| Outline::of(self.source.text())),
        }
    }

    /// The text with line marks, which are made when they are first asked for: many a template is not used.
    pub(super) fn text(&self) -> &str {
        self.edited().text()
    }

    fn edited(&self) -> &Edited {
        self.edited.get_or_init(|| {
            let text = self.source.text();
            let keep = match &self.role {
                Role::Macro(_, range) => range.clone(),
                _ => 0..text.len(),
            };
            marks::prepare(text, self.outline(), self.number, keep, self.is_recorded)
        })
    }

    /// The template that [`guard::of`] makes of it, as minijinja gets it.
    pub(super) fn guard(&self) -> Option<Edited> {
        let guard = guard::of(self.source.text(), self.outline())?;
        let outline = Outline::of(&guard);
        Some(marks::prepare(
            &guard,
            &outline,
            self.number,
            0..guard.len(),
            false,
        ))
    }

    /// The place in the template of a place in the text.
    pub(super) fn place(&self, at: usize) -> Place {
        place_at(&self.source, self.edited().original(at))
    }

    /// The template's line of a line of the text.
    pub(super) fn line(&self, line: usize) -> usize {
        let first = match &self.role {
            Role::Macro(_, range) => {
                let before = self.source.text().get(..range.start).unwrap_or("");
                outline::count_lines(before) as usize
            }
            _ => 0,
        };
        line + first
    }
}

/// The place of a position in a text.
pub(super) fn place_at(source: &Arc<Source>, at: usize) -> Place {
    let before = source.text().get(..at).unwrap_or("");
    let on_line = before.rsplit('\n').next().unwrap_or("");
    Place::new(
        source,
        outline::count_lines(before) + 1,
        to_u32(on_line.chars().count() + 1),
    )
}

/// The templates of a chart, those of its libraries first.
pub(super) struct Templates {
    prepared: Vec<Arc<TemplateText>>,
    is_recorded: bool,
}

impl Templates {
    /// The templates that are there already, those of libraries; whether a record is to be kept.
    pub(super) fn of(prepared: Vec<Arc<TemplateText>>, is_recorded: bool) -> Templates {
        Templates {
            prepared,
            is_recorded,
        }
    }

    pub(super) fn into_all(self) -> Vec<Arc<TemplateText>> {
        self.prepared
    }

    pub(super) fn all(&self) -> &[Arc<TemplateText>] {
        &self.prepared
    }

    pub(super) fn get(&self, index: usize) -> &Arc<TemplateText> {
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
    pub(super) fn add(&mut self, file: &ChartFile, name: String) -> Result<usize> {
        self.add_as(file, name, Role::Own)
    }

    fn add_as(&mut self, file: &ChartFile, name: String, role: Role) -> Result<usize> {
        let Some(source) = file.source() else {
            return Err(Diagnostic::error(
                "template-text",
                format!("the template `{}` is not UTF-8 text", file.path),
            )
            .into());
        };
        marks::refuse(source)?;
        self.prepared.push(Arc::new(TemplateText {
            is_recorded: self.is_recorded,
            ..TemplateText::new(name, source, self.prepared.len(), role)
        }));
        Ok(self.prepared.len() - 1)
    }

    /// Adds the helper files of a chart, whose templates' names start with `base`.
    pub(super) fn add_helpers(&mut self, chart: &Chart, base: &str) -> Result<HelperFiles> {
        self.add_helpers_as(chart, "helpers", base, &Role::Own)
    }

    /// Adds the helper files of a library chart, which templates know by the chart's name.
    pub(super) fn add_library(&mut self, chart: &Chart) -> Result<HelperFiles> {
        let name = &chart.metadata.name;
        self.add_helpers_as(
            chart,
            &library_name(chart),
            &format!("charts/{name}"),
            &Role::Library,
        )
    }

    fn add_helpers_as(
        &mut self,
        chart: &Chart,
        global: &str,
        base: &str,
        role: &Role,
    ) -> Result<HelperFiles> {
        let mut files = Vec::new();
        for file in chart.templates.iter().filter(|file| is_helper_file(&file.path)) {
            let template = self.add_as(file, format!("{base}/{}", file.path), role.clone())?;
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
            for Macro { name, range, .. } in &exports.macros {
                // A file may define a name twice: the last one counts.
                let name = format!("{} (macro {name} at {})", file.name, range.start);
                let role = Role::Macro(Arc::clone(&file), range.clone());
                self.prepared.push(Arc::new(TemplateText {
                    is_recorded: self.is_recorded,
                    ..TemplateText::new(name, &file.source, file.number, role)
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

/// The name that templates know a library chart's helpers by.
pub(super) fn library_name(chart: &Chart) -> String {
    chart.metadata.name.replace('-', "_")
}

/// The names of the macros of a chart's helper files.
pub(super) fn helper_macros(chart: &Chart) -> Vec<String> {
    let files = chart.templates.iter().filter(|file| is_helper_file(&file.path));
    let exports = files.filter_map(|file| {
        let text = file.source()?.text();
        Some(marks::exports(text, &Outline::of(text)))
    });
    let macros = exports.flat_map(|exports| exports.macros);
    macros.map(|known| known.name).collect()
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

/// Whether a file under templates/ writes objects.
pub(super) fn is_object_template(path: &str) -> bool {
    is_manifest(path) && !file_name(path).starts_with('_')
}

pub(super) fn is_helper_file(path: &str) -> bool {
    is_manifest(path) && file_name(path).starts_with('_')
}

fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}
