//! What becomes of a template's tags before minijinja sees them, so that a name always stands for a value, never for text with
//! holes in it: what a name is bound to is made a value of ours, and so is what a macro or a captured block writes.

use std::ops::Range;

use super::ordered::{self, ORDERED};
use super::outline::{self, Kind, Tag};
use super::scan::{Words, assignment, closing, split_at_commas, trimmed, trimmed_of_delimiters};
use super::tell::{Told, listed, names_in};

/// The filter that makes what a block writes a value.
pub(super) const CAPTURED: &str = "__captured";
/// The filter that makes what a name is bound to a value of ours.
pub(super) const BOUND: &str = "__bound";
/// The same for what an attribute of a namespace is set to: not even a namespace stays one there.
pub(super) const HELD: &str = "__held";
/// The same for what a loop goes over: nothing that is there is no items.
pub(super) const EACH: &str = "__each";
/// The function that makes a macro one that gives a value.
pub(super) const MACRO: &str = "__macro";

/// A piece of a rewritten tag.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Piece {
    /// A part of the template.
    Copy(Range<usize>),
    /// What is put in.
    Insert(String),
}

/// Rewrites the tags of a text, one after another.
pub(super) struct Rewriter<'t> {
    text: &'t str,
    /// The macros around the place, outermost first.
    macros: Vec<&'t str>,
    /// Macros that stay as they are: the one that is the whole of what is compiled, which is called from outside.
    bare: usize,
    /// Where a record is kept, what the tags tell it.
    told: Option<Told<'t>>,
}

impl<'t> Rewriter<'t> {
    /// For a whole template, or (`is_macro`) for a single macro; where a record is kept, with the number of the file.
    pub(super) fn new(text: &'t str, is_macro: bool, recorded_file: Option<usize>) -> Self {
        Rewriter {
            text,
            macros: Vec::new(),
            bare: usize::from(is_macro),
            told: recorded_file.map(Told::new),
        }
    }

    /// What becomes of a tag. On a line of nothing but block tags (`alone`) dashes mean nothing: the line vanishes anyhow.
    /// `line` is the tag's line; the pieces are added to `pieces`.
    pub(super) fn tag(&mut self, tag: &Tag, alone: bool, line: u32, pieces: &mut Vec<Piece>) {
        let first = pieces.len();
        let range = tag.range();
        let (starts, ends) = dashes(&self.text[range.clone()]);
        let mut inner = range.clone();
        if alone && starts {
            pieces.push(Piece::Copy(range.start..range.start + 2));
            inner.start += 3;
        }
        if alone && ends {
            inner.end -= 3;
        }
        let mut behind = match tag.kind {
            Kind::Block => self.block(tag, inner, pieces).unwrap_or_default(),
            Kind::Expression => {
                self.expression(inner, pieces);
                String::new()
            }
            Kind::Comment => {
                pieces.push(Piece::Copy(inner));
                String::new()
            }
        };
        if alone && ends {
            pieces.push(Piece::Copy(range.end - 2..range.end));
        }
        if let Some(told) = &mut self.told
            && tag.kind == Kind::Block
        {
            behind.push_str(&told.behind(self.text, tag, line));
        }
        if !alone && ends && !behind.is_empty() {
            // What follows the tag is trimmed still.
            behind.truncate(behind.len() - 2);
            behind.push_str("-%}");
        }
        if !behind.is_empty() {
            pieces.push(Piece::Insert(behind));
        }
        let operands = ordered::operands(self.text, tag);
        if !operands.is_empty() {
            let made = pieces.split_off(first);
            with_order(made, &operands, pieces);
        }
    }

    /// The parts of an expression's tag: what went into the names in it belongs to what it puts out.
    fn expression(&self, range: Range<usize>, pieces: &mut Vec<Piece>) {
        let body = trimmed_of_delimiters(self.text, range.clone());
        let names = match &self.told {
            Some(_) => names_in(&self.text[body.clone()]),
            None => Vec::new(),
        };
        if names.is_empty() {
            pieces.push(Piece::Copy(range));
            return;
        }
        pieces.push(Piece::Copy(range.start..body.start));
        pieces.push(Piece::Insert("(".to_owned()));
        pieces.push(Piece::Copy(body.clone()));
        pieces.push(Piece::Insert(format!(")|__out({})", listed(&names))));
        pieces.push(Piece::Copy(body.end..range.end));
    }

    /// The parts of a block tag, of which `range` is to be copied; gives what is to follow the tag.
    fn block(&mut self, tag: &Tag, range: Range<usize>, pieces: &mut Vec<Piece>) -> Option<String> {
        let inside = self.inside(tag);
        match tag.name(self.text) {
            "set" => self.set(inside, range, pieces),
            "for" => return self.each(inside, range, pieces),
            "with" => {
                let found = self.assignments(inside);
                self.wrap_all(&found, BOUND, range, pieces);
            }
            "macro" => {
                let name = outline::first_word(self.text[inside.clone()].trim_start());
                self.macros.push(name);
                let found = self.parameters(inside);
                self.wrap_all(&found, BOUND, range, pieces);
            }
            "call" => {
                let found = match self.text[inside.clone()].trim_start().starts_with('(') {
                    true => self.parameters(inside),
                    false => Vec::new(),
                };
                self.wrap_all(&found, BOUND, range, pieces);
            }
            "endmacro" => {
                pieces.push(Piece::Copy(range));
                let name = self.macros.pop().filter(|_| self.macros.len() >= self.bare)?;
                return Some(format!("{{% set {name} = {MACRO}({name}) %}}"));
            }
            "filter" => {
                let at = tag.name_end as usize;
                pieces.push(Piece::Copy(range.start..at));
                pieces.push(Piece::Insert(format!(" {CAPTURED} |")));
                pieces.push(Piece::Copy(at..range.end));
            }
            _ => pieces.push(Piece::Copy(range)),
        }
        None
    }

    /// What stands behind the first word of a block tag, without the closing delimiter and blanks.
    fn inside(&self, tag: &Tag) -> Range<usize> {
        let rest = tag.rest(self.text);
        let rest = rest.strip_suffix(['-', '+']).unwrap_or(rest).trim_end();
        let start = tag.name_end as usize;
        start..start + rest.len()
    }

    fn set(&self, inside: Range<usize>, range: Range<usize>, pieces: &mut Vec<Piece>) {
        let text = &self.text[inside.clone()];
        match text.find(['=', '|']) {
            Some(at) if text[at..].starts_with('=') => {
                let filter = if text[..at].contains('.') { HELD } else { BOUND };
                let expression = trimmed(self.text, inside.start + at + 1..inside.end);
                self.wrap_all(&[expression], filter, range, pieces);
            }
            at => {
                let at = inside.start + at.unwrap_or(text.len());
                pieces.push(Piece::Copy(range.start..at));
                pieces.push(Piece::Insert(format!(" | {CAPTURED} ")));
                pieces.push(Piece::Copy(at..range.end));
            }
        }
    }

    fn each(&self, inside: Range<usize>, range: Range<usize>, pieces: &mut Vec<Piece>) -> Option<String> {
        let text = &self.text[inside.clone()];
        let words = Words::of(text);
        let Some(begin) = words.find("in", 0) else {
            pieces.push(Piece::Copy(range));
            return None;
        };
        let end = [words.find("if", begin + 2), words.find("recursive", begin + 2)];
        let end = end.into_iter().flatten().min().unwrap_or(text.len());
        let expression = trimmed(self.text, inside.start + begin + 2..inside.start + end);
        let filter = match &self.told {
            Some(told) => format!("{EACH}{}", told.each(&self.text[expression.clone()])),
            None => EACH.to_owned(),
        };
        self.wrap_all(&[expression], &filter, range, pieces);
        // A loop that calls itself binds its name to what it was called with.
        words.find("recursive", begin + 2)?;
        let target = text[..begin].trim();
        let is_name = !target.is_empty() && target.chars().all(|c| c.is_alphanumeric() || c == '_');
        is_name.then(|| format!("{{% set {target} = {target} | {BOUND} %}}"))
    }

    /// The expressions of `a = x, b = y`.
    fn assignments(&self, inside: Range<usize>) -> Vec<Range<usize>> {
        let text = &self.text[inside.clone()];
        let mut found = Vec::new();
        for part in split_at_commas(text) {
            if let Some(at) = assignment(&text[part.clone()]) {
                let from = inside.start + part.start + at + 1;
                found.push(trimmed(self.text, from..inside.start + part.end));
            }
        }
        found
    }

    /// The defaults of the parameters in the first parentheses.
    fn parameters(&self, inside: Range<usize>) -> Vec<Range<usize>> {
        let text = &self.text[inside.clone()];
        let Some(open) = text.find('(') else {
            return Vec::new();
        };
        let close = closing(text, open).unwrap_or(text.len());
        self.assignments(inside.start + open + 1..inside.start + close)
    }

    /// Copies a tag and puts each of its expressions through a filter.
    fn wrap_all(
        &self,
        expressions: &[Range<usize>],
        filter: &str,
        range: Range<usize>,
        pieces: &mut Vec<Piece>,
    ) {
        let mut from = range.start;
        for expression in expressions.iter().filter(|expression| !expression.is_empty()) {
            pieces.push(Piece::Copy(from..expression.start));
            pieces.push(Piece::Insert("(".to_owned()));
            pieces.push(Piece::Copy(expression.clone()));
            pieces.push(Piece::Insert(format!(")|{filter}")));
            from = expression.end;
        }
        pieces.push(Piece::Copy(from..range.end));
    }
}

/// Adds pieces to others, with parts of what they copy put through the filter of comparisons by order.
fn with_order(pieces: Vec<Piece>, operands: &[Range<usize>], all: &mut Vec<Piece>) {
    for piece in pieces {
        let Piece::Copy(range) = piece else {
            all.push(piece);
            continue;
        };
        let mut from = range.start;
        let within = |at: usize| range.start <= at && at <= range.end;
        for operand in operands {
            if within(operand.start) && operand.start < range.end {
                all.push(Piece::Copy(from..operand.start));
                all.push(Piece::Insert("(".to_owned()));
                from = operand.start;
            }
            if within(operand.end) && range.start < operand.end {
                all.push(Piece::Copy(from..operand.end));
                all.push(Piece::Insert(format!(")|{ORDERED}")));
                from = operand.end;
            }
        }
        all.push(Piece::Copy(from..range.end));
    }
}

/// Whether a tag's delimiters have dashes, at its start and at its end.
fn dashes(inside: &str) -> (bool, bool) {
    let bytes = inside.as_bytes();
    let ends = bytes.len() >= 6 && bytes[bytes.len() - 3] == b'-';
    (bytes.get(2) == Some(&b'-'), ends)
}

#[cfg(test)]
mod tests {
    use super::super::outline::Outline;
    use super::*;

    fn rewritten(text: &str, alone: bool) -> String {
        let mut rewriter = Rewriter::new(text, false, None);
        let mut pieces = Vec::new();
        for tag in &Outline::of(text).tags {
            rewriter.tag(tag, alone, 1, &mut pieces);
        }
        pieces
            .into_iter()
            .map(|piece| match piece {
                Piece::Copy(range) => text[range].to_owned(),
                Piece::Insert(text) => text,
            })
            .collect()
    }

    #[test]
    fn what_a_name_is_bound_to_goes_through_a_filter() {
        for (tag, expected) in [
            ("{% set a = b or c %}", "{% set a = (b or c)|__bound %}"),
            ("{%- set a=[1, 2] -%}", "{%- set a=([1, 2])|__bound -%}"),
            ("{% set a, b = c, d %}", "{% set a, b = (c, d)|__bound %}"),
            ("{% set n.x = n %}", "{% set n.x = (n)|__held %}"),
            ("{% set a %}", "{% set a | __captured  %}"),
            ("{% set a | upper %}", "{% set a  | __captured | upper %}"),
            ("{% for a in b %}", "{% for a in (b)|__each %}"),
            (
                "{% for k, v in x | items if v in w %}",
                "{% for k, v in (x | items)|__each if v in w %}",
            ),
            (
                "{% for a in (b if c else d) if a %}",
                "{% for a in ((b if c else d))|__each if a %}",
            ),
            (
                "{% for a in b recursive %}",
                "{% for a in (b)|__each recursive %}{% set a = a | __bound %}",
            ),
            ("{% for a in \" if \" %}", "{% for a in (\" if \")|__each %}"),
            (
                "{% with a = b, c = f(d, e=1) %}",
                "{% with a = (b)|__bound, c = (f(d, e=1))|__bound %}",
            ),
            (
                "{% filter upper | trim %}",
                "{% filter __captured | upper | trim %}",
            ),
            (
                "{% macro m(a, b=[a, a]) %}{% endmacro %}",
                "{% macro m(a, b=([a, a])|__bound) %}{% endmacro %}{% set m = __macro(m) %}",
            ),
            ("{% call(x=1) m(x) %}", "{% call(x=(1)|__bound) m(x) %}"),
            ("{% call m(x=1) %}", "{% call m(x=1) %}"),
            ("{% if a == b %}", "{% if a == b %}"),
            ("{% if a > 1 %}", "{% if (a)|__ordered > 1 %}"),
            (
                "{% set a = b < c %}",
                "{% set a = ((b)|__ordered < (c)|__ordered)|__bound %}",
            ),
            (
                "{% with a = b > c, d = e %}",
                "{% with a = ((b)|__ordered > (c)|__ordered)|__bound, d = (e)|__bound %}",
            ),
            ("{{ a }}", "{{ a }}"),
            (
                "{% set a = {\"b\": {\"c\": \"%}\"}} %}",
                "{% set a = ({\"b\": {\"c\": \"%}\"}})|__bound %}",
            ),
        ] {
            assert_eq!(rewritten(tag, false), expected);
        }
    }

    #[test]
    fn dashes_of_a_line_of_tags_are_left_out() {
        for (tag, expected) in [
            ("{%- if a -%}", "{% if a %}"),
            ("{%- endif %}", "{% endif %}"),
            ("{% set a = b -%}", "{% set a = (b)|__bound %}"),
            ("{#- c -#}", "{# c #}"),
            (
                "{%- macro m() -%}{%- endmacro -%}",
                "{% macro m() %}{% endmacro %}{% set m = __macro(m) %}",
            ),
            ("{%- set a -%}", "{% set a | __captured %}"),
        ] {
            assert_eq!(rewritten(tag, true).replace("  ", " "), expected);
        }
    }
}
