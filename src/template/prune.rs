//! The lines of a template that a rendering cannot reach, such as those between `{% if Values.ingress.enabled %}` and its
//! `{% endif %}` where there is no ingress.
//!
//! Most of a chart is switched off, and minijinja compiles a line in longer than it evaluates it. So what is known to be
//! unreachable is left out before, where all of the template is known to be right.

use std::ops::Range;

use minijinja::Value;

use super::condition;
use super::marks::{Tag, block_name, is_blank, tags};

/// The whole lines to leave out, in order; the text that is left writes what the whole text writes. `global` gives the
/// values of the names that the template starts from.
pub(super) fn unreachable(text: &str, global: &dyn Fn(&str) -> Option<Value>) -> Vec<Range<usize>> {
    let blocks: Vec<Block<'_>> = tags(text)
        .filter(|(_, tag, _)| *tag == Tag::Block)
        .map(|(start, _, inside)| Block::new(start, inside))
        .collect();
    let Some(names) = Names::of(&blocks, global) else {
        return Vec::new();
    };
    let mut pruner = Pruner {
        text,
        global,
        names,
        known: Vec::new(),
        open: Vec::new(),
        lines: Vec::new(),
    };
    for block in &blocks {
        if pruner.step(block).is_none() {
            // Ends that do not fit: minijinja will say so.
            return Vec::new();
        }
    }
    pruner.lines
}

/// A block tag.
struct Block<'t> {
    name: &'t str,
    /// What is behind the name.
    rest: &'t str,
    start: usize,
    inside: &'t str,
}

impl<'t> Block<'t> {
    fn new(start: usize, inside: &'t str) -> Block<'t> {
        let name = block_name(inside);
        let body = inside.get(2..inside.len().saturating_sub(2)).unwrap_or("");
        Block {
            name,
            rest: body.trim_ascii_start().strip_prefix(name).unwrap_or(""),
            start,
            inside,
        }
    }

    /// Its line with the line end, where it is alone on it and leaves the blanks around it alone.
    fn line(&self, text: &str) -> Option<Range<usize>> {
        let end = self.start + self.inside.len();
        let line_start = text[..self.start].rfind('\n').map_or(0, |at| at + 1);
        let line_end = text[end..].find('\n').map_or(text.len(), |at| end + at + 1);
        let is_alone = is_blank(&text[line_start..self.start]) && is_blank(&text[end..line_end]);
        let inside = self.inside.as_bytes();
        let trims = |at: Option<usize>| matches!(at.and_then(|at| inside.get(at)), Some(b'-' | b'+'));
        let trims = trims(Some(2)) || trims(inside.len().checked_sub(3)) || inside.contains(&b'\n');
        (is_alone && !trims).then_some(line_start..line_end)
    }

    /// The name and the expression of a `set NAME = EXPRESSION`.
    fn assignment(&self) -> Option<(&'t str, &'t str)> {
        let (name, expression) = self.rest.split_once('=')?;
        let name = name.trim();
        let is_name = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        (self.name == "set" && is_name).then_some((name, expression))
    }
}

/// Names that a template gives to more than one value, or to values that change.
struct Names<'t>(Vec<&'t str>);

impl<'t> Names<'t> {
    /// Nothing where the template holds blocks that this module knows nothing of.
    fn of(blocks: &[Block<'t>], global: &dyn Fn(&str) -> Option<Value>) -> Option<Names<'t>> {
        let mut changing = Vec::new();
        let mut once = Vec::new();
        let mut depth = 0usize;
        for block in blocks {
            match block.name {
                "set" => match block.assignment() {
                    Some((name, _)) if depth == 0 && !once.contains(&name) && global(name).is_none() => {
                        once.push(name);
                    }
                    _ => changing.extend(words(block.rest.split('=').next().unwrap_or(""))),
                },
                "for" => {
                    changing.extend(words(block.rest.split(" in ").next().unwrap_or("")));
                    depth += 1;
                }
                "macro" => {
                    changing.extend(words(block.rest));
                    depth += 1;
                }
                "if" => depth += 1,
                "endif" | "endfor" | "endmacro" => depth = depth.checked_sub(1)?,
                "else" | "elif" | "endset" => {}
                _ => return None,
            }
        }
        Some(Names(changing))
    }
}

/// The words of a text.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_')
        .filter(|word| !word.is_empty())
}

/// A block that has begun.
struct Open {
    name: &'static str,
    /// Its own line, where it matters.
    line: Option<Range<usize>>,
    /// Whether what it holds is reached; unknown as a rule.
    holds: Option<bool>,
    /// The line of its `else`, and how many lines were left out before.
    otherwise: Option<(Range<usize>, usize)>,
    /// How many lines were left out before it.
    before: usize,
}

impl Open {
    /// Whether the lines that come next are left out anyway.
    fn is_left_out(&self) -> bool {
        self.holds == Some(self.otherwise.is_some())
    }
}

struct Pruner<'p, 't> {
    text: &'t str,
    global: &'p dyn Fn(&str) -> Option<Value>,
    names: Names<'t>,
    /// The values of names that the template gives to a path.
    known: Vec<(&'t str, Value)>,
    open: Vec<Open>,
    lines: Vec<Range<usize>>,
}

impl<'t> Pruner<'_, 't> {
    fn lookup(&self, name: &str) -> Option<Value> {
        if self.names.0.contains(&name) {
            return None;
        }
        let known = self.known.iter().find(|(known, _)| *known == name);
        known
            .map(|(_, value)| value.clone())
            .or_else(|| (self.global)(name))
    }

    fn step(&mut self, block: &Block<'t>) -> Option<()> {
        match block.name {
            "if" => {
                let holds = self.unless_left_out(|| condition::holds(block.rest, &|name| self.lookup(name)));
                self.begin("if", block, holds);
            }
            "for" => {
                let holds = self.unless_left_out(|| {
                    let (_, list) = block.rest.split_once(" in ")?;
                    let list = condition::path(list, &|name| self.lookup(name))?;
                    let is_empty = list.is_undefined() || list.len() == Some(0) && list.as_str().is_none();
                    is_empty.then_some(false)
                });
                self.begin("for", block, holds);
            }
            "macro" => self.begin("macro", block, None),
            "else" | "elif" => {
                let before = self.lines.len();
                let innermost = self.open.last_mut()?;
                if innermost.holds.is_some() {
                    let is_else = block.name == "else" && innermost.name == "if";
                    match block.line(self.text).filter(|_| is_else) {
                        Some(line) => innermost.otherwise = Some((line, before)),
                        None => innermost.holds = None,
                    }
                }
            }
            "endif" | "endfor" | "endmacro" => {
                let open = self
                    .open
                    .pop()
                    .filter(|open| block.name.strip_prefix("end") == Some(open.name))?;
                self.end(open, block);
            }
            "set" if self.open.is_empty() => {
                if let Some((name, expression)) = block.assignment() {
                    match condition::path(expression, &|name| self.lookup(name)) {
                        Some(value) => self.known.push((name, value)),
                        None => self.names.0.push(name),
                    }
                }
            }
            _ => {}
        }
        Some(())
    }

    /// Finds something out, unless the lines that come next are left out anyway.
    fn unless_left_out(&self, find: impl FnOnce() -> Option<bool>) -> Option<bool> {
        match self.open.iter().any(Open::is_left_out) {
            true => None,
            false => find(),
        }
    }

    fn begin(&mut self, name: &'static str, block: &Block<'_>, holds: Option<bool>) {
        let line = holds.and_then(|_| block.line(self.text));
        self.open.push(Open {
            name,
            holds: holds.filter(|_| line.is_some()),
            line,
            otherwise: None,
            before: self.lines.len(),
        });
    }

    fn end(&mut self, open: Open, block: &Block<'_>) {
        let (Some(holds), Some(first)) = (open.holds, open.line) else {
            return;
        };
        let Some(last) = block.line(self.text) else { return };
        match (holds, open.otherwise) {
            (false, None) => {
                self.lines.truncate(open.before);
                self.lines.push(first.start..last.end);
            }
            (false, Some((otherwise, before))) => {
                self.lines
                    .splice(open.before..before, std::iter::once(first.start..otherwise.end));
                self.lines.push(last);
            }
            (true, None) => {
                self.lines.insert(open.before, first);
                self.lines.push(last);
            }
            (true, Some((otherwise, before))) => {
                self.lines.truncate(before);
                self.lines.insert(open.before, first);
                self.lines.push(otherwise.start..last.end);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn global(name: &str) -> Option<Value> {
        match name {
            "yes" => Some(Value::from(true)),
            "no" => Some(Value::from(false)),
            "Values" => Some(Value::from_pairs([
                ("no", Value::from(false)),
                ("null", Value::from(())),
                ("list", Value::from(Vec::<Value>::new())),
            ])),
            _ => None,
        }
    }

    /// What is left of a template.
    fn left(text: &str) -> String {
        let mut left = String::new();
        let mut from = 0;
        for lines in unreachable(text, &global) {
            assert!(
                from <= lines.start && lines.start < lines.end,
                "{text}: {lines:?}"
            );
            left.push_str(&text[from..lines.start]);
            from = lines.end;
        }
        left + &text[from..]
    }

    #[test]
    fn what_is_not_reached_is_left_out_in_whole_lines() {
        for (template, expected) in [
            ("a: 1\n  {% if no %}\nb: 2\n{% endif %}\nc: 3\n", "a: 1\nc: 3\n"),
            ("{% if yes %}\na: 1\n{% endif %}", "a: 1\n"),
            ("{% if yes %}\na\n{% else %}\nb\n{% endif %}\nc", "a\nc"),
            ("{% if no %}\na\n{% else %}\nb\n{% endif %}\nc", "b\nc"),
            ("{% for x in Values.list %}\n- {{ x }}\n{% endfor %}\n", ""),
            ("{% for x in Values.missing %}\n- {{ x }}\n{% endfor %}\n", ""),
            (
                "{% set a = Values.no %}\n{% if a %}\nb\n{% endif %}\n",
                "{% set a = Values.no %}\n",
            ),
            (
                "{% macro m(x) %}\n{% if no %}\na\n{% endif %}\n{% endmacro %}",
                "{% macro m(x) %}\n{% endmacro %}",
            ),
            (
                "{% if no %}\n{% if yes %}\na\n{% endif %}\nb\n{% else %}\n{% if yes %}\nc\n{% endif %}\n{% endif %}\n",
                "c\n",
            ),
            (
                "{% if yes %}\n{% if no %}\na\n{% endif %}\nb\n{% else %}\n{% if yes %}\nc\n{% endif %}\n{% endif %}\n",
                "b\n",
            ),
            (
                "{% if no %}\n{% for x in y %}\n{% if yes %}\na\n{% endif %}\n{% endfor %}\n{% endif %}\n",
                "",
            ),
            (
                "{% for x in y %}\n{% if no %}\na\n{% endif %}\n{% endfor %}",
                "{% for x in y %}\n{% endfor %}",
            ),
        ] {
            assert_eq!(left(template), expected, "{template}");
        }
    }

    #[test]
    fn whatever_could_be_reached_stays() {
        for template in [
            "",
            "a: {{ no }}\n",
            "{% if unknown %}\na\n{% endif %}\n",
            "{% if no | length %}\na\n{% endif %}\n",
            // Not alone on their lines, or at the blanks around them.
            "a{% if no %}\nb\n{% endif %}\n",
            "{% if no %}\nb\n{% endif %}c\n",
            "{% if no %}a{% endif %}\n",
            "{%- if no %}\na\n{% endif %}\n",
            "{% if no %}\na\n{% endif -%}\n",
            "{% if\nno %}\na\n{% endif %}\n",
            "{% if no %}\na\n{% else %} b\n{% endif %}\n",
            "{% if no %}\na\n{% elif yes %}\nb\n{% endif %}\n",
            "{% if no %}\na\n{% elif yes %}\nb\n{% else %}\nc\n{% endif %}\n",
            "{% for x in Values.list %}\na\n{% else %}\nb\n{% endfor %}\n",
            "{% for x in Values.null %}\na\n{% endfor %}\n",
            "{% for x in Values.list if no %}\na\n{% endfor %}\n",
            // Names that are given to something else.
            "{% set a = Values.no %}\n{% set a = 1 | int %}\n{% if a %}\nb\n{% endif %}\n",
            "{% set a = Values.no %}\n{% for a in b %}\n{% if a %}\nb\n{% endif %}\n{% endfor %}\n",
            "{% set a = Values.no %}\n{% macro m(a) %}\n{% if a %}\nb\n{% endif %}\n{% endmacro %}\n",
            "{% set a = Values.no %}\n{% if unknown %}\n{% set a = 1 %}\n{% endif %}\n{% if a %}\nb\n{% endif %}\n",
            "{% set a, b = Values.no, 1 %}\n{% if a %}\nb\n{% endif %}\n",
            "{% set no %}\na\n{% endset %}\n{% if no %}\nb\n{% endif %}\n",
            "{% set no = unknown %}\n{% if no %}\nb\n{% endif %}\n",
            "{% if a %}\nb\n{% endif %}\n{% set a = Values.no %}\n",
            // Blocks of which nothing is known, and ends that do not fit.
            "{% raw %}\n{% if no %}\n{% endraw %}\n",
            "{% with no = 1 %}\n{% if no %}\na\n{% endif %}\n{% endwith %}\n",
            "{% if no %}\na\n",
            "{% if no %}\na\n{% endfor %}\n",
            "{% endif %}\n",
        ] {
            assert_eq!(left(template), template);
        }
    }
}
