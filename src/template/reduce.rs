//! What is known of a template before it is compiled: lines that a rendering cannot reach, such as those between
//! `{% if Values.ingress.enabled %}` and its `{% endif %}` where there is no ingress, and what `{{ Values.port }}` inserts.
//!
//! Most of a chart is switched off, most of the rest inserts values as they are, and minijinja compiles a line in longer
//! than it evaluates it. So what is known is left out or put in before, where all of the template is known to be right.

use std::ops::Range;

use minijinja::Value;

use super::expression;
use super::fill::Filled;
use super::outline::{Kind, Tag};

/// What becomes of a template's text; the text that comes out writes what the whole text writes.
#[derive(Debug, Default)]
pub(super) struct Reduction {
    /// The whole lines to leave out, in order.
    pub(super) leave_out: Vec<Range<usize>>,
    /// The expressions to put values for, in order, and the values.
    pub(super) put: Vec<(Range<usize>, Filled)>,
    /// Nothing is left to evaluate.
    pub(super) is_text: bool,
}

/// Finds out what is known of a part of a template. `global` gives the values of the names that the template starts from,
/// `filled` what an expression's value puts into a hole; nothing where it is better asked for when the template is evaluated.
pub(super) fn reduce(
    text: &str,
    tags: Tags<'_>,
    global: &dyn Fn(&str) -> Option<Value>,
    filled: &dyn Fn(&Value) -> Option<Filled>,
) -> Reduction {
    let blocks = tags.all.iter().filter(|tag| tag.kind == Kind::Block);
    let Some(names) = Names::of(blocks.map(|tag| Block { tag, text }), global) else {
        return Reduction::default();
    };
    let mut reducer = Reducer {
        text,
        tags,
        global,
        names,
        known: Vec::new(),
        open: Vec::new(),
        lines: Vec::new(),
        put: Vec::new(),
        assignments: Vec::new(),
    };
    for tag in tags.part {
        let step = match tag.kind {
            Kind::Block => reducer.step(Block { tag, text }),
            Kind::Expression => {
                reducer.put(tag, filled);
                Some(())
            }
            Kind::Comment => {
                reducer.lines.extend(tag.lines());
                Some(())
            }
        };
        if step.is_none() {
            // Ends that do not fit: minijinja will say so.
            return Reduction::default();
        }
    }
    reducer.finish()
}

/// The tags of a template.
#[derive(Clone, Copy)]
pub(super) struct Tags<'t> {
    /// All of them.
    pub(super) all: &'t [Tag],
    /// Those of the part, a macro or all.
    pub(super) part: &'t [Tag],
    /// Whether the part is a macro, which is called from outside.
    pub(super) is_macro: bool,
}

/// A block tag.
#[derive(Clone, Copy)]
struct Block<'t> {
    tag: &'t Tag,
    text: &'t str,
}

impl<'t> Block<'t> {
    fn name(self) -> &'t str {
        self.tag.name(self.text)
    }

    fn rest(self) -> &'t str {
        self.tag.rest(self.text)
    }

    /// Its line with the line end, where it is alone on one and leaves the blanks around it alone.
    fn line(self) -> Option<Range<usize>> {
        let is_one_line = !self.tag.inside(self.text).contains('\n');
        self.tag.lines().filter(|_| is_one_line)
    }

    /// The name and the expression of a `set NAME = EXPRESSION`.
    fn assignment(self) -> Option<(&'t str, &'t str)> {
        let (name, expression) = self.rest().split_once('=')?;
        let name = name.trim();
        let is_name = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        (self.name() == "set" && is_name).then_some((name, expression))
    }
}

/// Names that a template gives to more than one value, or to values that change.
struct Names<'t>(Vec<&'t str>);

impl<'t> Names<'t> {
    /// Nothing where the template holds blocks that this module knows nothing of.
    fn of(
        blocks: impl Iterator<Item = Block<'t>>,
        global: &dyn Fn(&str) -> Option<Value>,
    ) -> Option<Names<'t>> {
        let mut changing = Vec::new();
        let mut once = Vec::new();
        let mut depth = 0usize;
        for block in blocks {
            match block.name() {
                "set" => match block.assignment() {
                    Some((name, _)) if depth == 0 && !once.contains(&name) && global(name).is_none() => {
                        once.push(name);
                    }
                    _ => changing.extend(words(block.rest().split('=').next().unwrap_or(""))),
                },
                "for" => {
                    changing.extend(words(block.rest().split(" in ").next().unwrap_or("")));
                    depth += 1;
                }
                "macro" => {
                    changing.extend(words(block.rest()));
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

struct Reducer<'p, 't> {
    text: &'t str,
    tags: Tags<'t>,
    global: &'p dyn Fn(&str) -> Option<Value>,
    names: Names<'t>,
    /// The values of names that the template gives to a path.
    known: Vec<(&'t str, Value)>,
    open: Vec<Open>,
    lines: Vec<Range<usize>>,
    put: Vec<(Range<usize>, Filled)>,
    /// The lines of assignments whose values are known.
    assignments: Vec<Range<usize>>,
}

impl<'t> Reducer<'_, 't> {
    fn lookup(&self, name: &str) -> Option<Value> {
        if self.names.0.contains(&name) {
            return None;
        }
        let known = self.known.iter().find(|(known, _)| *known == name);
        known
            .map(|(_, value)| value.clone())
            .or_else(|| (self.global)(name))
    }

    fn step(&mut self, block: Block<'t>) -> Option<()> {
        match block.name() {
            "if" => {
                let holds =
                    self.unless_left_out(|| expression::holds(block.rest(), &|name| self.lookup(name)));
                self.begin("if", block, holds);
            }
            "for" => {
                let holds = self.unless_left_out(|| {
                    let (_, list) = block.rest().split_once(" in ")?;
                    let list = expression::path(list, &|name| self.lookup(name))?;
                    let is_empty = list.is_undefined() || list.len() == Some(0) && list.as_str().is_none();
                    is_empty.then_some(false)
                });
                self.begin("for", block, holds);
            }
            "macro" => {
                let holds = self.unless_left_out(|| self.is_uncalled(block).then_some(false));
                self.begin("macro", block, holds);
            }
            "else" | "elif" => {
                let before = self.lines.len();
                let innermost = self.open.last_mut()?;
                if innermost.holds.is_some() {
                    let is_else = block.name() == "else" && innermost.name == "if";
                    match block.line().filter(|_| is_else) {
                        Some(line) => innermost.otherwise = Some((line, before)),
                        None => innermost.holds = None,
                    }
                }
            }
            "endif" | "endfor" | "endmacro" => {
                let open = self
                    .open
                    .pop()
                    .filter(|open| block.name().strip_prefix("end") == Some(open.name))?;
                self.end(open, block);
            }
            "set" if self.open.is_empty() => {
                if let Some((name, expression)) = block.assignment() {
                    match expression::value(expression, &|name| self.lookup(name)) {
                        Some(value) => {
                            self.known.push((name, value));
                            self.assignments.extend(block.line());
                        }
                        None => self.names.0.push(name),
                    }
                }
            }
            _ => {}
        }
        Some(())
    }

    /// Puts the value of an expression for it, where it is known.
    fn put(&mut self, tag: &Tag, filled: &dyn Fn(&Value) -> Option<Filled>) {
        let body = tag.body(self.text);
        if tag.trims(self.text) || !tag.inside(self.text).ends_with("}}") || body.contains('\n') {
            return;
        }
        if self.is_left_out() {
            return;
        }
        let value = expression::value(body, &|name| self.lookup(name));
        let Some(value) = value
            .filter(|value| !value.is_undefined())
            .as_ref()
            .and_then(filled)
        else {
            return;
        };
        self.put.push((tag.range(), value));
    }

    /// Whether nothing in the part calls a macro; what is called from outside is a part of its own.
    fn is_uncalled(&self, block: Block<'_>) -> bool {
        let name = words(block.rest()).next().unwrap_or("");
        let is_named =
            |tag: &Tag| tag.start != block.tag.start && words(tag.body(self.text)).any(|word| word == name);
        !self.tags.is_macro && !self.tags.part.iter().any(is_named)
    }

    /// Finds something out, unless the lines that come next are left out anyway.
    fn unless_left_out(&self, find: impl FnOnce() -> Option<bool>) -> Option<bool> {
        match self.is_left_out() {
            true => None,
            false => find(),
        }
    }

    fn is_left_out(&self) -> bool {
        self.open.iter().any(Open::is_left_out)
    }

    fn begin(&mut self, name: &'static str, block: Block<'_>, holds: Option<bool>) {
        let line = holds.and_then(|_| block.line());
        self.open.push(Open {
            name,
            holds: holds.filter(|_| line.is_some()),
            line,
            otherwise: None,
            before: self.lines.len(),
        });
    }

    fn end(&mut self, open: Open, block: Block<'_>) {
        let (Some(holds), Some(first)) = (open.holds, open.line) else {
            return;
        };
        let Some(last) = block.line() else { return };
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

    /// Where only assignments are left, nobody asks for them, and they are left out too.
    fn finish(self) -> Reduction {
        let mut leave_out = self.lines;
        let is_in = |lines: &[Range<usize>], tag: &Tag| {
            let start = tag.range().start;
            let next = lines.partition_point(|lines| lines.end <= start);
            lines.get(next).is_some_and(|lines| lines.contains(&start))
        };
        let is_put = |tag: &Tag| {
            let start = tag.range().start;
            self.put
                .binary_search_by_key(&start, |(range, _)| range.start)
                .is_ok()
        };
        let is_text = self
            .tags
            .part
            .iter()
            .all(|tag| is_put(tag) || is_in(&leave_out, tag) || is_in(&self.assignments, tag));
        if is_text {
            leave_out.extend(self.assignments);
            leave_out.sort_by_key(|lines| lines.start);
        }
        Reduction {
            leave_out,
            put: self.put,
            is_text,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::outline::Outline;
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

    fn filled(value: &Value) -> Option<Filled> {
        match value.to_string().as_str() {
            "later" => None,
            text => Some(Filled::Node(crate::yaml::Node::computed(text))),
        }
    }

    /// What is left of a template, with the values in angle brackets, and whether it is but text.
    fn reduced(text: &str) -> (String, bool) {
        let outline = Outline::of(text);
        let tags = Tags {
            all: &outline.tags,
            part: &outline.tags,
            is_macro: false,
        };
        let reduction = reduce(text, tags, &global, &filled);
        let put = reduction.put.into_iter().map(|(range, value)| match value {
            Filled::Node(node) => (range, format!("<{}>", node.as_str().unwrap())),
            Filled::Omit => (range, "<omit>".to_owned()),
        });
        let left_out = reduction
            .leave_out
            .into_iter()
            .map(|lines| (lines, String::new()));
        let mut pieces: Vec<(Range<usize>, String)> = left_out.chain(put).collect();
        pieces.sort_by_key(|(range, _)| range.start);
        let mut left = String::new();
        let mut from = 0;
        for (range, put) in pieces {
            assert!(
                from <= range.start && range.start < range.end,
                "{text}: {range:?}"
            );
            left.push_str(&text[from..range.start]);
            left.push_str(&put);
            from = range.end;
        }
        (left + &text[from..], reduction.is_text)
    }

    fn left(text: &str) -> String {
        reduced(text).0
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
                "{% set a = Values.no %}\n{% if a %}\nb\n{% endif %}\n{{ x }}",
                "{% set a = Values.no %}\n{{ x }}",
            ),
            (
                "{% macro m(x) %}\n{% if no %}\na\n{% endif %}\n{% endmacro %}\n{{ m(1) }}",
                "{% macro m(x) %}\n{% endmacro %}\n{{ m(1) }}",
            ),
            (
                "{% macro m(x) %}\n{% if x %}\na\n{% endif %}\n{% endmacro %}\n{% macro n() %}\n{{ m(1) }}\n{% endmacro %}\n",
                "{% macro m(x) %}\n{% if x %}\na\n{% endif %}\n{% endmacro %}\n",
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
            "{% set a = Values.no %}\n{% macro m(a) %}\n{% if a %}\nb\n{% endif %}\n{% endmacro %}\n{{ m(x) }}\n",
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

    #[test]
    fn what_is_known_is_put_for_the_expressions() {
        for (template, expected) in [
            (
                "a: {{ yes }}\nb: \"{{Values.no}}-{{ no }}\"\n",
                "a: <True>\nb: \"<False>-<False>\"\n",
            ),
            ("{{ Values.missing or \"x\" }}{{ x }}", "<x>{{ x }}"),
            (
                "{% for x in y %}\n{{ x }} {{ yes }}\n{% endfor %}",
                "{% for x in y %}\n{{ x }} <True>\n{% endfor %}",
            ),
            (
                "{% set a = yes if no else 3 %}\n{{ a }}{{ x }}",
                "{% set a = yes if no else 3 %}\n<3>{{ x }}",
            ),
        ] {
            assert_eq!(left(template), expected, "{template}");
        }
        for template in [
            "{{ unknown }}",
            "{{ Values.missing }}",
            "{{ \"later\" }}",
            "{{- yes }}",
            "{{ yes -}}",
            "{{\nyes }}",
            "{{ yes | upper }}",
            "{{ yes",
            "{% for yes in y %}\n{{ yes }}\n{% endfor %}",
            "{% raw %}\n{{ yes }}\n{% endraw %}\n",
        ] {
            assert_eq!(left(template), template);
        }
    }

    #[test]
    fn comments_and_assignments_that_nobody_reads_go_too() {
        let text = |text: &str| (text.to_owned(), true);
        assert_eq!(reduced("a: 1\n"), text("a: 1\n"));
        assert_eq!(
            reduced("{# a\n b #}\na: {{ yes }}\n  {# c #}\n"),
            text("a: <True>\n")
        );
        assert_eq!(
            reduced("{% set a = yes %}\n{% if no %}\nx\n{% endif %}\n{% set b = a %}\nb: {{ b }}\n"),
            text("b: <True>\n")
        );
        for template in [
            "a {# b #}\n",
            "{#- b #}\n",
            "{% set a = unknown %}\n",
            "{% set a = 1 %} b\n",
            "{{ x }}\n",
            "{% set a = 1 %}\n{{ x }}\n",
        ] {
            assert_eq!(reduced(template), (template.to_owned(), false));
        }
    }
}
