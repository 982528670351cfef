//! Lines of a text by number, found as the reader moves on; and what the parser crate gets wrong about them.

/// A text with a mark at the line that was asked for last, so that asking for lines in order costs one pass.
#[derive(Debug)]
pub(super) struct Lines<'a> {
    text: &'a str,
    /// The marked line, from 1.
    number: usize,
    /// Where the marked line starts.
    start: usize,
}

impl<'a> Lines<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Lines {
            text,
            number: 1,
            start: 0,
        }
    }

    /// A line by its number from 1, without its line end.
    pub(super) fn get(&mut self, number: usize) -> Option<&'a str> {
        while self.number < number {
            let rest = self.text.as_bytes().get(self.start..)?;
            self.start += rest.iter().position(|byte| *byte == b'\n')? + 1;
            self.number += 1;
        }
        while self.number > number {
            // The line before ends right before this one starts.
            let before = self.text.as_bytes().get(..self.start.checked_sub(1)?)?;
            self.start = before
                .iter()
                .rposition(|byte| *byte == b'\n')
                .map_or(0, |at| at + 1);
            self.number -= 1;
        }
        let rest = self.text.get(self.start..)?;
        let end = rest.bytes().position(|byte| byte == b'\n').unwrap_or(rest.len());
        let line = rest.get(..end)?;
        Some(line.strip_suffix('\r').unwrap_or(line))
    }

    /// Whether a line has nothing before a column (from 0) and there the dash of a list item.
    pub(super) fn is_dash(&mut self, number: usize, column: usize) -> bool {
        let Some(line) = self.get(number) else {
            return false;
        };
        let bytes = line.as_bytes();
        bytes
            .get(..column)
            .is_some_and(|before| before.iter().all(|byte| *byte == b' '))
            && bytes.get(column) == Some(&b'-')
            && matches!(bytes.get(column + 1), None | Some(b' ' | b'\t'))
    }

    /// Whether a tab is among the white space at the start of a line.
    pub(super) fn is_tab_indented(&mut self, number: usize) -> bool {
        let line = self.get(number).unwrap_or_default();
        line.bytes()
            .take_while(|byte| matches!(byte, b' ' | b'\t'))
            .any(|byte| byte == b'\t')
    }

    /// The place (line from 1, column from 0) of the `|` or `>` of a block of text whose content starts at
    /// `content`, the former event having ended at `former`. Gives `content` back where it is not found; so it does
    /// where the block is empty and ends the text, as the parser gives the place of the header then.
    pub(super) fn block_header(
        &mut self,
        content: (usize, usize),
        former: (usize, usize),
        empty: bool,
    ) -> (usize, usize) {
        if empty
            && self
                .get(content.0)
                .is_some_and(|line| header_column(line, content.1) == Some(content.1))
        {
            return content;
        }
        // Between the header and the content there are empty lines only.
        for number in (former.0.max(1)..content.0).rev() {
            let Some(line) = self.get(number) else { break };
            let from = if number == former.0 { former.1 } else { 0 };
            if let Some(column) = header_column(line, from) {
                return (number, column);
            }
            if !line.trim().is_empty() {
                break;
            }
        }
        content
    }

    /// Whether the crate put a newline after a block of text in whose last line the whole text ends without one;
    /// go-yaml puts none. `start` is where the block or its tag or anchor begins, `end` where it ends, and `parent` the
    /// column of the list or map that it is in.
    pub(super) fn is_newline_added(
        &mut self,
        block: &str,
        start: (usize, usize),
        end: (usize, usize),
        parent: usize,
    ) -> bool {
        let Some((header, digit)) = (start.0..=end.0).find_map(|number| {
            let line = self.get(number)?;
            let column = header_column(line, if number == start.0 { start.1 } else { 0 })?;
            let mut marks = line.chars().skip(column + 1).take(2);
            Some((number, marks.find_map(|mark| mark.to_digit(10))))
        }) else {
            return false;
        };
        if block.bytes().all(|byte| byte == b'\n') {
            // Nothing but empty lines, each of which ends in a newline, except for the last.
            return block.len() + header + 1 > end.0;
        }
        let indent = digit.map(|digit| parent + digit as usize).or_else(|| {
            (header + 1..=end.0).find_map(|number| {
                let line = self.get(number)?;
                let text = line.trim_start_matches(' ');
                (!text.is_empty()).then_some(line.len() - text.len())
            })
        });
        block.ends_with('\n') && end.1 >= indent.unwrap_or_default().max(1)
    }
}

/// The column (from 0) of the first `|` or `>` of a line that can begin a block, at `from` or after it.
fn header_column(line: &str, from: usize) -> Option<usize> {
    let mut before = ' ';
    let mut characters = line.chars().enumerate().skip(from);
    while let Some((column, character)) = characters.next() {
        if matches!(character, '|' | '>') && matches!(before, ' ' | '\t') {
            let mut rest = characters
                .clone()
                .map(|(_, next)| next)
                .skip_while(|c| matches!(c, '+' | '-' | '0'..='9'));
            if matches!(rest.next(), None | Some(' ' | '\t')) {
                return Some(column);
            }
        }
        before = character;
    }
    None
}
