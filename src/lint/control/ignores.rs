//! `# promchart: ignore CODE reason`: a comment that says that a finding is meant to be.

use std::sync::Arc;

use crate::diagnostic::Diagnostic;
use crate::source::{Place, Source};

const MARK: &str = "promchart: ignore ";

/// The comments of a number of texts.
pub(super) struct Ignores(Vec<Ignore>);

struct Ignore {
    code: String,
    source: Arc<Source>,
    /// The line that it is about.
    line: u32,
    /// Where it stands.
    place: Place,
    is_used: bool,
}

impl Ignores {
    /// Finds them. Each is about its own line where that has something else, and about the next such line otherwise.
    pub(super) fn of(sources: &[Arc<Source>]) -> Ignores {
        let mut found = Vec::new();
        for source in sources {
            if source.text().contains(MARK) {
                found.extend(of_text(source));
            }
        }
        Ignores(found)
    }

    /// Whether a comment ignores a finding: at any of its places.
    pub(super) fn ignore(&mut self, finding: &Diagnostic) -> bool {
        let mut is_ignored = false;
        for ignore in &mut self.0 {
            let is_there = finding.labels.iter().any(|label| {
                let is_source = label
                    .place
                    .source()
                    .is_some_and(|source| Arc::ptr_eq(source, &ignore.source));
                is_source && label.place.line == ignore.line
            });
            if ignore.code == finding.code && is_there {
                ignore.is_used = true;
                is_ignored = true;
            }
        }
        is_ignored
    }

    /// What is switched off as a whole need not be ignored.
    pub(super) fn forgive(&mut self, code: &str) {
        let of_code = self.0.iter_mut().filter(|ignore| ignore.code == code);
        of_code.for_each(|ignore| ignore.is_used = true);
    }

    /// Those that ignored nothing.
    pub(super) fn unused(self, is_known: impl Fn(&str) -> bool) -> Vec<Diagnostic> {
        let unused = self.0.into_iter().filter(|ignore| !ignore.is_used);
        unused
            .map(|ignore| {
                let code = &ignore.code;
                let message = match is_known(code) {
                    true => format!("there is no `{code}` to ignore here"),
                    false => format!("there is no code `{code}` to ignore"),
                };
                Diagnostic::info("unused-ignore", message).at(&ignore.place).help(
                    "remove the comment, or put it at the end of the line that it is about, or above it",
                )
            })
            .collect()
    }
}

fn of_text(source: &Arc<Source>) -> Vec<Ignore> {
    let mut found: Vec<Ignore> = Vec::new();
    // Those on lines of their own that wait for the line that they are about.
    let mut waiting: Vec<usize> = Vec::new();
    for (number, line) in (1_u32..).zip(source.text().lines()) {
        let (start, codes) = comment(line).unwrap_or((line.len(), None));
        let before = line.get(..start).unwrap_or_default();
        let has_content = !before.trim().is_empty();
        if has_content {
            for index in waiting.drain(..) {
                if let Some(ignore) = found.get_mut(index) {
                    ignore.line = number;
                }
            }
        }
        let Some(codes) = codes else { continue };
        let column = u32::try_from(before.chars().count())
            .unwrap_or(u32::MAX)
            .saturating_add(1);
        for code in codes {
            if !has_content {
                waiting.push(found.len());
            }
            found.push(Ignore {
                code: code.to_owned(),
                source: Arc::clone(source),
                line: number,
                place: Place::new(source, number, column),
                is_used: false,
            });
        }
    }
    found
}

/// Where the comment of a line starts, and the codes that it ignores, where it says so.
fn comment(line: &str) -> Option<(usize, Option<Vec<&str>>)> {
    let start = line.match_indices('#').map(|(at, _)| at).find(|at| {
        let before = line.get(..*at).unwrap_or_default();
        before.is_empty() || before.ends_with([' ', '\t', '{'])
    });
    let of_go = line.find("{{/*").or_else(|| line.find("{{- /*"));
    let start = match (start, of_go) {
        (Some(one), Some(other)) => one.min(other),
        (one, other) => one.or(other)?,
    };
    let text = line.get(start..).unwrap_or_default();
    let start = match line.get(..start) {
        Some(before) if before.ends_with('{') => start - 1,
        _ => start,
    };
    let codes = text.split_once(MARK).map(|(before, rest)| {
        let is_first = before.chars().all(|c| "#{/*- ".contains(c));
        let words = rest
            .split_whitespace()
            .next()
            .filter(|_| is_first)
            .unwrap_or_default();
        words.split(',').filter(|code| !code.is_empty()).collect()
    });
    Some((start, codes))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<(String, u32, u32)> {
        let source = Source::new("v.yaml", text);
        let found = of_text(&source).into_iter();
        found
            .map(|ignore| (ignore.code, ignore.place.line, ignore.line))
            .collect()
    }

    #[test]
    fn comments_are_about_their_line_or_the_next() {
        let text = "a: 1 # promchart: ignore one why\n# promchart: ignore two,three\n# another\n\nb: 2\n{# promchart: ignore four #}\nc: 3\n{{/* promchart: ignore five */}}\nd: 4\ne: \"#\" # nothing\nf: x#promchart: ignore six\n";
        let expected = [
            ("one", 1, 1),
            ("two", 2, 5),
            ("three", 2, 5),
            ("four", 6, 7),
            ("five", 8, 9),
        ];
        let expected: Vec<_> = expected
            .iter()
            .map(|(code, at, line)| ((*code).to_owned(), *at, *line))
            .collect();
        assert_eq!(lines(text), expected);
    }
}
