//! Lines that begin with a closing bracket at the column of its key, or before it, which people write and everybody but the parser
//! crate reads:
//!
//! ```yaml
//! args: [
//!   "--verbose"
//! ]
//! ```
//!
//! Our scanner reads them; where it gave up, they are moved in for the crate.

use super::complaint::{Unindented, unindented};
use crate::diagnostic::{Diagnostics, Result};
use crate::source::Source;

/// How many bytes may be read again for such lines.
const MOST_READ: usize = 16 << 20;

/// The lines that were moved in, from 1, in order.
#[derive(Debug, Default, Clone)]
pub(super) struct Moved {
    lines: Vec<usize>,
    /// How many blanks each has more.
    blanks: usize,
}

impl Moved {
    /// The column that a place in a line had before, from 0.
    pub(super) fn before(&self, line: usize, column: usize) -> usize {
        match self.lines.binary_search(&line) {
            Ok(_) => column.saturating_sub(self.blanks),
            Err(_) => column,
        }
    }
}

/// What `read` makes of a source, or of its text with such lines moved in.
///
/// # Errors
/// What is wrong with it apart from them.
pub(super) fn read<T>(source: &Source, read: impl Fn(Option<(&str, &Moved)>) -> Result<T>) -> Result<T> {
    let mut result = read(None);
    let mut moved = Moved::default();
    let mut done = 0;
    while let Err(problems) = &result
        && let Some(line) = closing_line(problems, source)
        && let Err(position) = moved.lines.binary_search(&line)
        && done < MOST_READ
    {
        if moved.lines.is_empty() {
            let blanks = |line: &str| line.len() - line.trim_start_matches(' ').len();
            moved.blanks = 1 + source.text().lines().map(blanks).max().unwrap_or_default();
        }
        moved.lines.insert(position, line);
        let mut text = String::with_capacity(source.text().len() + moved.lines.len() * moved.blanks);
        for (number, line) in (1..).zip(source.text().split_inclusive('\n')) {
            if moved.lines.binary_search(&number).is_ok() {
                text.extend(std::iter::repeat_n(' ', moved.blanks));
            }
            text.push_str(line);
        }
        done += text.len();
        result = read(Some((&text, &moved)));
    }
    result
}

/// The line that is told to be indented too little, where it begins with a closing bracket.
fn closing_line(Diagnostics(problems): &Diagnostics, source: &Source) -> Option<usize> {
    let told = |problem: &&_| unindented(problem) == Some(Unindented::Brackets);
    let place = problems.iter().find(told)?.place()?;
    let line = source.line(place.line)?.trim_start_matches(' ');
    let is_closing = line.starts_with([']', '}']);
    usize::try_from(place.line).ok().filter(|_| is_closing)
}
