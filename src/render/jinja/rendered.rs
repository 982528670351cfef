//! A rendered text, holes still in it, and the way from its places back to the template's.

use std::cell::Cell;
use std::sync::Arc;

use super::marks::{self, HOLE_END, Line, Unmarked};
use super::outline::to_u32;
use crate::diagnostic::{Diagnostics, Label};
use crate::source::{Place, Source};

/// See the module's text.
pub(super) struct Rendered<'a> {
    /// Template sources by the number that line marks carry.
    sources: &'a [Arc<Source>],
    /// The rendered text, unmarked.
    pub(super) source: Arc<Source>,
    /// Where its lines come from, and its last line with a mark.
    lines: Vec<Line>,
    last: (usize, u32),
    /// The line whose columns were asked for last, and how many bytes of it are as in the template.
    alike: Cell<(u32, usize)>,
}

/// Where something in a rendered text comes from.
pub(super) struct Spot {
    /// The template's place.
    pub(super) place: Place,
    /// What it stood under, where a record is kept: the number of its line's record.
    pub(super) line: u32,
}

impl<'a> Rendered<'a> {
    /// Takes the marks out of a text that templates with these sources wrote.
    pub(super) fn new(text: &str, sources: &'a [Arc<Source>]) -> Rendered<'a> {
        let Unmarked {
            mut text,
            lines,
            last,
        } = marks::unmark(text);
        // Helm ends each template's text with a newline, which counts where a block of text is last.
        if !text.ends_with('\n') {
            text.push('\n');
        }
        Rendered {
            sources,
            source: Source::new("rendered", text),
            lines,
            last,
            alike: Cell::default(),
        }
    }

    /// Whether there is nothing but white space.
    pub(super) fn is_blank(&self) -> bool {
        self.source.text().trim().is_empty()
    }

    /// Where a place in the rendered text comes from.
    pub(super) fn spot(&self, line: u32, column: u32) -> Spot {
        Spot {
            place: self.place(line, column),
            line: self.line_record(line),
        }
    }

    /// Where a line of the rendered text comes from, as a whole.
    pub(super) fn line_spot(&self, line: u32) -> Spot {
        Spot {
            place: self.place(line, 1).line_alone(),
            line: self.line_record(line),
        }
    }

    /// The template's line of the last line that has a mark.
    pub(super) fn end(&self) -> Place {
        let marked = self.lines.iter().rev().map(|line| line.origin);
        let (file, line) = marked
            .chain([self.last])
            .find(|(_, line)| *line > 0)
            .unwrap_or_default();
        let source = self.sources.get(file).filter(|_| line > 0);
        source.map_or(Place::NONE, |source| Place::new(source, line, 0))
    }

    /// The number of the record of the line after one, blank lines left out; 0 where there is none.
    pub(super) fn next_record(&self, line: u32) -> u32 {
        let index = usize::try_from(line).unwrap_or(usize::MAX);
        let is_blank = |line: &&Line| {
            let rest = self.source.text().get(line.start..).unwrap_or("");
            line.record == 0 && rest.lines().next().unwrap_or("").trim().is_empty()
        };
        let after = self.lines.get(index..).unwrap_or_default();
        after
            .iter()
            .find(|line| !is_blank(line))
            .map_or(0, |line| line.record)
    }

    /// The number of the record of a line; 0 where there is none.
    pub(super) fn line_record(&self, line: u32) -> u32 {
        let index = usize::try_from(line).unwrap_or(usize::MAX).saturating_sub(1);
        self.lines.get(index).map_or(0, |line| line.record)
    }

    /// The template's place of a place in the rendered text.
    fn place(&self, line: u32, column: u32) -> Place {
        let at = |(file, number): (usize, u32), column| {
            let source = self.sources.get(file).filter(|_| number > 0);
            source.map_or(Place::NONE, |source| Place::new(source, number, column))
        };
        let index = usize::try_from(line).unwrap_or(usize::MAX).saturating_sub(1);
        match self.lines.get(index) {
            Some(&Line { origin, .. }) if origin.1 > 0 => at(origin, self.column(origin, line, column)),
            _ => at(self.last, 0),
        }
    }

    /// The template's column of a place in the rendered text, 0 where it is not known.
    fn column(&self, (file, number): (usize, u32), line: u32, column: u32) -> u32 {
        if column > MOST_COLUMNS {
            return 0;
        }
        let template = || {
            let source = self.sources.get(file);
            source.and_then(|source| source.line(number)).unwrap_or("")
        };
        let mut alike = self.alike.get();
        if alike.0 != line {
            alike = (line, alike_bytes(template(), self.rendered_line(line)));
            self.alike.set(alike);
        }
        // Before the first tag the two lines are alike.
        if usize::try_from(column).is_ok_and(|column| column <= alike.1 + 1) {
            return column;
        }
        template_column(template(), self.rendered_line(line), column)
    }

    /// A line of the rendered text, which may have its line end.
    fn rendered_line(&self, line: u32) -> &str {
        let index = usize::try_from(line).unwrap_or(usize::MAX).saturating_sub(1);
        let start = self.lines.get(index).map_or(0, |line| line.start);
        let end = self
            .lines
            .get(index + 1)
            .map_or(self.source.text().len(), |line| line.start);
        self.source
            .text()
            .get(start..end)
            .unwrap_or("")
            .trim_end_matches(['\r', '\n'])
    }

    /// Moves the places of diagnostics from the rendered text to the template.
    pub(super) fn replace(&self, Diagnostics(list): Diagnostics) -> Diagnostics {
        let moved = |mut label: Label| {
            if label
                .place
                .source()
                .is_some_and(|source| Arc::ptr_eq(source, &self.source))
            {
                label.place = self.place(label.place.line, label.place.column);
            }
            label
        };
        Diagnostics(
            list.into_iter()
                .map(|mut diagnostic| {
                    diagnostic.labels = diagnostic.labels.into_iter().map(moved).collect();
                    diagnostic
                })
                .collect(),
        )
    }
}

/// How many bytes two lines have in common before the first that is not ASCII, tags aside: as many as there are where the
/// template's line has no tag.
fn alike_bytes(template: &str, rendered: &str) -> usize {
    if !template.as_bytes().contains(&b'{') {
        return usize::MAX - 1;
    }
    let pairs = template.bytes().zip(rendered.bytes());
    pairs
        .take_while(|(ours, theirs)| ours == theirs && ours.is_ascii())
        .count()
}

/// The last column of a rendered line whose column in the template is looked for: that takes a walk along the line, and
/// a long line may hold as many values as it has columns.
const MOST_COLUMNS: u32 = 1000;

/// Walks a template's line and its rendered line side by side until the rendered column is reached.
fn template_column(template: &str, rendered: &str, column: u32) -> u32 {
    let target = usize::try_from(column).unwrap_or(1).saturating_sub(1);
    let mut rest = template;
    let mut rendered = rendered.chars();
    let mut seen = 0;
    while let Some(first) = rest.chars().next() {
        let closing = match rest.get(..2) {
            Some("{{") => "}}",
            Some("{%") => "%}",
            Some("{#") => "#}",
            _ => {
                if seen >= target {
                    break;
                }
                rest = &rest[first.len_utf8()..];
                rendered.next();
                seen += 1;
                continue;
            }
        };
        let is_hole = closing == "}}";
        if is_hole && seen >= target {
            break;
        }
        rest = rest[2..].split_once(closing).map_or("", |(_, after)| after);
        if is_hole {
            seen += 1 + rendered.by_ref().take_while(|c| *c != HOLE_END).count();
        }
    }
    let before = &template[..template.len() - rest.len()];
    to_u32(before.chars().count() + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rendered_column_is_found_in_the_template() {
        let template = "a: {{ x }} {% if y %}b{% endif %}: {{ z }} c";
        let rendered = "a: \u{fdd0}0\u{fdd1} b: \u{fdd0}1\u{fdd1} c";
        let column = |rendered_column| template_column(template, rendered, rendered_column);
        assert_eq!([1, 4, 8].map(column), [1, 4, 22]);
        let z = template.find("{{ z").unwrap() + 1;
        assert_eq!(column(11), to_u32(z));
        assert_eq!(column(15), to_u32(template.len()));
        assert_eq!(column(99), to_u32(template.len() + 1));
    }
}
