//! From what is wrong in a configuration to a finding at the lines that made it.

use super::checker::{Checker, Mistake};
use super::files::File;
use crate::diagnostic::{Diagnostic, Label};
use crate::lint::Subject;
use crate::lint::blame::add_first;
use crate::manifest::Object;
use crate::render::provenance::FieldPath;
use crate::source::Place;

/// Where a configuration stands.
#[derive(Debug, Clone, Copy)]
pub enum Told<'a> {
    /// It is a text in an object.
    Text(&'a File<'a>),
    /// It is a field of an object.
    Field(&'a Object, &'a FieldPath),
}

impl Told<'_> {
    /// Adds the findings of a checker's mistakes.
    pub fn tell(&self, subject: &Subject<'_>, checker: Checker, findings: &mut Vec<Diagnostic>) {
        let mistakes = checker.finish();
        findings.extend(mistakes.iter().map(|mistake| self.finding(subject, mistake)));
    }

    /// The finding of a mistake.
    pub fn finding(&self, subject: &Subject<'_>, mistake: &Mistake) -> Diagnostic {
        let mut finding =
            mistake
                .rule
                .finding(format!("{}, {}", mistake.message, self.place(&mistake.place)));
        finding.labels = self.labels(subject, &mistake.place, &mistake.path);
        finding.help.clone_from(&mistake.help);
        if let Some((place, path)) = &mistake.first {
            self.add_first(subject, &mut finding, place, path);
        }
        finding
    }

    /// Adds to a finding the line that made the first of two that are the same.
    pub fn add_first(
        &self,
        subject: &Subject<'_>,
        finding: &mut Diagnostic,
        place: &Place,
        path: &FieldPath,
    ) {
        add_first(finding, self.labels(subject, place, path));
    }

    /// The lines that made a place of it.
    pub fn labels(&self, subject: &Subject<'_>, place: &Place, path: &FieldPath) -> Vec<Label> {
        match self {
            Told::Text(file) if file.is_plain => {
                let at = byte(place).unwrap_or_default();
                let line = place.line_text().unwrap_or_default();
                subject.blame_in_yaml(file.object, &file.field, at, path, line)
            }
            Told::Text(file) => subject.blame(file.object, &file.field),
            Told::Field(object, field) => {
                let mut whole = FieldPath::clone(field);
                whole.0.extend(path.0.iter().cloned());
                subject.blame(object, &whole)
            }
        }
    }

    /// Where it is, for people.
    fn place(&self, place: &Place) -> String {
        match self {
            Told::Text(file) => {
                let line = match place.line {
                    0 => String::new(),
                    line => format!("line {line} of "),
                };
                format!("in {line}{} of {}", file.key, file.object.identity)
            }
            Told::Field(object, _) => format!("in {}", object.identity),
        }
    }
}

/// The first byte of a place in its text.
fn byte(place: &Place) -> Option<usize> {
    let source = place.source()?;
    let line = source.line_range(place.line)?;
    let text = source.text().get(line.clone())?;
    let column = usize::try_from(place.column).ok()?.saturating_sub(1);
    let in_line = text.char_indices().nth(column).map_or(text.len(), |(at, _)| at);
    Some(line.start + in_line)
}
