//! Comparisons by order: minijinja has an order for everything, so what `<`, `>`, `<=` and `>=` compare goes through a filter that
//! has none for what is not there. (`==` may ask for it.)

use std::ops::Range;

use super::edited::Edited;
use super::outline::{self, Kind, Outline, Tag};
use super::scan::{outside_quotes, trimmed, trimmed_of_delimiters};

/// The filter that refuses what is not there.
pub(super) const ORDERED: &str = "__ordered";

/// The words that an operand of a comparison ends at.
const WORDS: &[&str] = &["and", "or", "not", "if", "else", "in", "is", "recursive"];

/// What ends an operand, or compares.
struct Stop {
    range: Range<usize>,
    /// How many brackets are open around it.
    depth: usize,
    is_order: bool,
}

/// The operands of the comparisons by order in a tag, by their places in the text.
pub(super) fn operands(text: &str, tag: &Tag) -> Vec<Range<usize>> {
    let range = match tag.kind {
        Kind::Expression => trimmed_of_delimiters(text, tag.range()),
        Kind::Block => {
            let start = tag.name_end as usize;
            let rest = tag.rest(text);
            start..start + rest.strip_suffix(['-', '+']).unwrap_or(rest).len()
        }
        Kind::Comment => return Vec::new(),
    };
    let inside = text.get(range.clone()).unwrap_or_default();
    if !inside.contains(['<', '>']) {
        return Vec::new();
    }
    let stops = stops(inside);
    let mut found: Vec<Range<usize>> = Vec::new();
    for (index, order) in stops.iter().enumerate().filter(|(_, stop)| stop.is_order) {
        let (before, behind) = (stops.get(..index), stops.get(index + 1..));
        let is_end = |stop: &&Stop| stop.depth <= order.depth;
        let from = before.unwrap_or_default().iter().rev().find(is_end);
        let to = behind.unwrap_or_default().iter().find(is_end);
        let from = from.map_or(0, |stop| stop.range.end);
        let to = to.map_or(inside.len(), |stop| stop.range.start);
        for operand in [from..order.range.start, order.range.end..to] {
            let operand = trimmed(inside, operand);
            let written = inside.get(operand.clone()).unwrap_or_default();
            let operand = range.start + operand.start..range.start + operand.end;
            // Of `a < b < c` the middle one is met twice.
            if !written.is_empty() && !is_literal(written) && found.last() != Some(&operand) {
                found.push(operand);
            }
        }
    }
    found
}

fn is_literal(operand: &str) -> bool {
    operand
        .chars()
        .all(|c| c.is_ascii_digit() || matches!(c, '.' | '-' | '_'))
}

/// The brackets, words and signs that an operand ends at.
fn stops(text: &str) -> Vec<Stop> {
    let mut stops: Vec<Stop> = Vec::new();
    let mut end = 0;
    for (at, byte, depth) in outside_quotes(text) {
        if at < end {
            continue;
        }
        let rest = text.get(at..).unwrap_or_default();
        let (length, depth, is_order) = match byte {
            // The bracket that opens a group ends what stands in it, and not what stands around it.
            b'(' | b'[' | b'{' => (1, depth, false),
            b')' | b']' | b'}' => (1, depth + 1, false),
            b'<' | b'>' => (1 + usize::from(rest.get(1..2) == Some("=")), depth, true),
            b'=' | b'!' if rest.get(1..2) == Some("=") => (2, depth, false),
            b',' | b':' | b'=' => (1, depth, false),
            _ if byte.is_ascii_alphabetic() || byte == b'_' => {
                let word = outline::first_word(rest);
                end = at + word.len().max(1);
                let before = text.get(..at).unwrap_or_default().trim_end();
                if !WORDS.contains(&word) || before.ends_with(['.', '|']) {
                    continue;
                }
                (word.len(), depth, false)
            }
            _ => continue,
        };
        end = at + length;
        stops.push(Stop {
            range: at..end,
            depth,
            is_order,
        });
    }
    stops
}

/// A text that is a template by itself, with its comparisons as they are to be.
pub(super) fn edited(text: &str) -> Edited {
    let mut edited = Edited::default();
    let mut from = 0;
    for tag in Outline::of(text).tags.iter() {
        for operand in operands(text, tag) {
            edited.copy(text, from..operand.start);
            edited.insert("(");
            edited.copy(text, operand.clone());
            edited.insert(&format!(")|{ORDERED}"));
            from = operand.end;
        }
    }
    edited.copy(text, from..text.len());
    edited
}

#[cfg(test)]
mod tests {
    use super::edited;

    #[test]
    fn what_is_compared_by_order_goes_through_a_filter() {
        for (text, expected) in [
            ("{{ a > 1 }}", "{{ (a)|__ordered > 1 }}"),
            (
                "{{- a.b|int <= b -}}",
                "{{- (a.b|int)|__ordered <= (b)|__ordered -}}",
            ),
            (
                "{% if x and not a + 1 >= f(b, c) or y %}",
                "{% if x and not (a + 1)|__ordered >= (f(b, c))|__ordered or y %}",
            ),
            (
                "{% set x = [a < b, {\"k\": c > \"<\"}] %}",
                "{% set x = [(a)|__ordered < (b)|__ordered, {\"k\": (c)|__ordered > (\"<\")|__ordered}] %}",
            ),
            (
                "{% for a in b if a.in > c %}",
                "{% for a in b if (a.in)|__ordered > (c)|__ordered %}",
            ),
            ("{{ x if a > 1 else y }}", "{{ x if (a)|__ordered > 1 else y }}"),
            ("{{ f(n=a > 1) }}", "{{ f(n=(a)|__ordered > 1) }}"),
            (
                "{{ a < b < c }}",
                "{{ (a)|__ordered < (b)|__ordered < (c)|__ordered }}",
            ),
            ("{{ (a or b) > 1 }}", "{{ ((a or b))|__ordered > 1 }}"),
            (
                "{# a > b #}a > b{{ a == b }}{{ \">\" }}",
                "{# a > b #}a > b{{ a == b }}{{ \">\" }}",
            ),
        ] {
            assert_eq!(edited(text).text(), expected);
        }
    }
}
