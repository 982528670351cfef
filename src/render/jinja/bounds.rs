//! Bounds on what minijinja is given to compile: it takes quadratic time, and a level of the stack, for a chain of operators.

use std::ops::Range;

use super::outline::{Kind, Outline};
use super::scan::outside_quotes;
use crate::diagnostic::Diagnostic;

/// Names and operators that one expression may have, those around it included.
pub(super) const MOST_WORDS: usize = 1_000;

/// Branches that may be open at a place.
const MOST_BRANCHES: usize = 1_000;

/// What is too long in a template, and where that stands in its text.
pub(super) fn exceeded(text: &str, outline: &Outline) -> Option<(Range<usize>, Diagnostic)> {
    for tag in &outline.tags {
        let range = tag.range();
        if tag.kind != Kind::Comment
            && range.len() > MOST_WORDS
            && text.get(range.clone()).is_some_and(is_too_long)
        {
            let message = format!("the expression has more than {MOST_WORDS} names and operators");
            let diagnostic = Diagnostic::error("template-expression", message);
            return Some((
                range,
                diagnostic.help("give parts of it names with `{% set %}`, or loop over a list"),
            ));
        }
    }
    if outline.tags.len() > MOST_BRANCHES {
        return too_many_branches(text, outline);
    }
    None
}

/// Counts along the way into brackets: what stands before a comma is done with.
fn is_too_long(expression: &str) -> bool {
    let mut outer: Vec<usize> = Vec::new();
    let (mut around, mut here) = (0, 0);
    let mut word_end = 0;
    for (at, byte, _) in outside_quotes(expression) {
        match byte {
            b'(' | b'[' | b'{' => {
                here += 1;
                outer.push(here);
                around += here;
                here = 0;
            }
            b')' | b']' | b'}' => {
                here = outer.pop().unwrap_or(0);
                around -= here;
            }
            b',' => here = 0,
            _ if byte.is_ascii_alphanumeric() || byte == b'_' => {
                here += usize::from(at != word_end);
                word_end = at + 1;
            }
            _ if byte.is_ascii_whitespace() => {}
            _ => here += 1,
        }
        if around + here > MOST_WORDS {
            return true;
        }
    }
    false
}

fn too_many_branches(text: &str, outline: &Outline) -> Option<(Range<usize>, Diagnostic)> {
    let mut open: Vec<usize> = Vec::new();
    let mut branches = 0;
    for tag in outline.tags.iter().filter(|tag| tag.kind == Kind::Block) {
        match tag.name(text) {
            "if" => {
                open.push(1);
                branches += 1;
            }
            "elif" => {
                if let Some(last) = open.last_mut() {
                    *last += 1;
                    branches += 1;
                }
            }
            "endif" => branches -= open.pop().unwrap_or(0),
            _ => {}
        }
        if branches > MOST_BRANCHES {
            let message = format!("more than {MOST_BRANCHES} branches of `if` and `elif` are open here");
            let diagnostic = Diagnostic::error("template-expression", message);
            return Some((
                tag.range(),
                diagnostic.help("look the value up in a map: `table[key]`"),
            ));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_exceeded(text: &str) -> bool {
        exceeded(text, &Outline::of(text)).is_some()
    }

    #[test]
    fn a_chain_is_bounded_and_a_list_is_not() {
        for chain in [
            "Values.b or ",
            "1 ~ ",
            "not ",
            "-",
            "f()() ~",
            "[x ",
            "1 is number ** ",
        ] {
            assert!(
                is_exceeded(&format!("{{{{ {}1 }}}}", chain.repeat(1_000))),
                "{chain}"
            );
        }
        let list = format!("{{{{ [{}] }}}}", "{\"a\": b or f(1, [2])}, ".repeat(50_000));
        assert!(!is_exceeded(&list));
        assert!(!is_exceeded(&format!("{{{{ \"{}\" }}}}", "a or ".repeat(50_000))));
        assert!(!is_exceeded(&format!("{{{{ {}1 }}}}", "a or ".repeat(400))));
    }

    #[test]
    fn branches_are_bounded_where_they_are_open() {
        let branch = "{% elif a %}";
        assert!(is_exceeded(&format!(
            "{{% if a %}}{}{{% endif %}}",
            branch.repeat(1_000)
        )));
        assert!(!is_exceeded(&"{% if a %}{% elif a %}{% endif %}".repeat(2_000)));
    }
}
