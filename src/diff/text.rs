//! Texts that are not data: the lines that differ, with some around them.

use super::align::{Part, align};

/// Lines that are shown around those that differ.
const CONTEXT: usize = 3;

/// Lines of two texts that stand together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hunk {
    /// The number of the first line in the old text, from 1.
    pub old_start: usize,
    /// The number of the first line in the new text, from 1.
    pub new_start: usize,
    /// The lines.
    pub lines: Vec<Line>,
}

/// A line of a hunk, without its line end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Line {
    /// In both texts.
    Same(String),
    /// In the old text alone.
    Removed(String),
    /// In the new text alone.
    Added(String),
}

impl Line {
    /// The sign that a unified diff begins the line with.
    pub fn sign(&self) -> char {
        match self {
            Line::Same(_) => ' ',
            Line::Removed(_) => '-',
            Line::Added(_) => '+',
        }
    }

    /// The line.
    pub fn text(&self) -> &str {
        match self {
            Line::Same(text) | Line::Removed(text) | Line::Added(text) => text,
        }
    }
}

impl Hunk {
    /// How many of its lines are in the old text.
    pub fn old_len(&self) -> usize {
        let lines = self.lines.iter();
        lines.filter(|line| !matches!(line, Line::Added(_))).count()
    }

    /// How many of its lines are in the new text.
    pub fn new_len(&self) -> usize {
        let lines = self.lines.iter();
        lines.filter(|line| !matches!(line, Line::Removed(_))).count()
    }

    /// The line that a unified diff begins the hunk with.
    pub fn header(&self) -> String {
        // An empty range is named by the line before it.
        let range = |start: usize, len: usize| match len {
            0 => format!("{},0", start.saturating_sub(1)),
            1 => start.to_string(),
            _ => format!("{start},{len}"),
        };
        format!(
            "@@ -{} +{} @@",
            range(self.old_start, self.old_len()),
            range(self.new_start, self.new_len())
        )
    }
}

/// The lines that differ between two texts. A missing newline at the end is a difference of the last line.
pub fn hunks(old: &str, new: &str) -> Vec<Hunk> {
    let old: Vec<&str> = old.split_inclusive('\n').collect();
    let new: Vec<&str> = new.split_inclusive('\n').collect();
    let mut hunks: Vec<Hunk> = Vec::new();
    let (mut old_at, mut new_at) = (0, 0);
    let parts = align(&old, &new);
    let last = parts.len().saturating_sub(1);
    for (index, part) in parts.into_iter().enumerate() {
        match part {
            Part::Same(count) => {
                let lines = old.get(old_at..old_at + count).unwrap_or_default();
                let after = if index == 0 { 0 } else { count.min(CONTEXT) };
                let before = if index == last { 0 } else { count.min(CONTEXT) };
                if after + before >= count && index > 0 {
                    extend(&mut hunks, lines, Line::Same);
                } else {
                    extend(&mut hunks, lines.get(..after).unwrap_or_default(), Line::Same);
                    if before > 0 || index == 0 {
                        hunks.push(Hunk {
                            old_start: old_at + count - before + 1,
                            new_start: new_at + count - before + 1,
                            lines: Vec::new(),
                        });
                        extend(
                            &mut hunks,
                            lines.get(count - before..).unwrap_or_default(),
                            Line::Same,
                        );
                    }
                }
                old_at += count;
                new_at += count;
            }
            Part::Differs {
                old: removed,
                new: added,
            } => {
                if hunks.is_empty() {
                    hunks.push(Hunk {
                        old_start: 1,
                        new_start: 1,
                        lines: Vec::new(),
                    });
                }
                extend(
                    &mut hunks,
                    old.get(old_at..old_at + removed).unwrap_or_default(),
                    Line::Removed,
                );
                extend(
                    &mut hunks,
                    new.get(new_at..new_at + added).unwrap_or_default(),
                    Line::Added,
                );
                old_at += removed;
                new_at += added;
            }
        }
    }
    hunks.retain(|hunk| hunk.lines.iter().any(|line| !matches!(line, Line::Same(_))));
    hunks
}

fn extend(hunks: &mut [Hunk], lines: &[&str], kind: fn(String) -> Line) {
    if let Some(hunk) = hunks.last_mut() {
        hunk.lines.extend(lines.iter().map(|line| {
            kind(match line.strip_suffix('\n') {
                Some(line) => line.to_owned(),
                None => format!("{line} (no newline at the end)"),
            })
        }));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(old: &str, new: &str) -> String {
        let mut out = String::new();
        for hunk in hunks(old, new) {
            out.push_str(&format!("{}\n", hunk.header()));
            for line in &hunk.lines {
                out.push_str(&format!("{}{}\n", line.sign(), line.text()));
            }
        }
        out
    }

    #[test]
    fn lines_that_are_near_share_a_hunk() {
        let old: String = (1..=20).map(|n| format!("{n}\n")).collect();
        let new = old.replace("\n5\n", "\nfive\n").replace("\n18\n", "\n");
        assert_eq!(
            shown(&old, &new),
            "@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n@@ -15,6 +15,5 @@\n 15\n 16\n 17\n-18\n 19\n 20\n"
        );
        let near = old.replace("\n5\n", "\n").replace("\n12\n", "\n12\nx\n");
        assert_eq!(hunks(&old, &near).len(), 2);
        let near = old.replace("\n5\n", "\n").replace("\n10\n", "\n10\nx\n");
        assert_eq!(hunks(&old, &near).len(), 1);
    }

    #[test]
    fn ends_are_seen() {
        assert_eq!(shown("a\n", "a\n"), "");
        assert_eq!(shown("", "a\n"), "@@ -0,0 +1 @@\n+a\n");
        assert_eq!(shown("a\nb\n", "b\n"), "@@ -1,2 +1 @@\n-a\n b\n");
        assert_eq!(shown("a\n", "a"), "@@ -1 +1 @@\n-a\n+a (no newline at the end)\n");
    }
}
