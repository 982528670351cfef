//! The condition that a whole template stands under: `{% if Values.ingress.enabled %}` ... `{% endif %}`.
//!
//! Most templates of a chart are switched off, and compiling one takes far longer than asking whether it is. So the
//! condition alone is compiled and evaluated first, where the template is known to be right.

use super::marks::{Tag, block_name, tags};

/// A template that writes something where the whole template would write anything at all: the tags up to its condition
/// or loop, with one character inside. `None` where the template is not one condition or loop without an `else`, at most
/// with comments and `{% set %}` lines before it.
pub(super) fn gate(text: &str) -> Option<String> {
    let mut done = 0;
    let mut gate = None;
    // Which blocks are open: the outermost alone decides.
    let mut depth = 0usize;
    for (start, tag, inside) in tags(text) {
        let is_blank = text[done..start].trim().is_empty();
        done = start + inside.len();
        if depth == 0 && (!is_blank || gate.is_some()) {
            // Text, or something after the condition's end.
            return None;
        }
        let name = match tag {
            Tag::Block => block_name(inside),
            Tag::Comment => continue,
            Tag::Expression if depth > 0 => continue,
            Tag::Expression => return None,
        };
        match name {
            "if" | "for" => {
                depth += 1;
                if depth == 1 {
                    gate = Some((done, name));
                }
            }
            "endif" | "endfor" => depth = depth.checked_sub(1)?,
            "else" | "elif" if depth == 1 => return None,
            "raw" => return None,
            "set" if depth == 0 && inside.contains('=') => {}
            _ if depth == 0 => return None,
            _ => {}
        }
        if depth > 0 && gate.is_none() {
            return None;
        }
    }
    let (end, name) = gate.filter(|_| depth == 0 && text[done..].trim().is_empty())?;
    Some(format!("{}x{{% end{name} %}}", &text[..end]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_condition_or_loop_around_everything_is_the_gate() {
        for (template, expected) in [
            ("{% if a %}\nb: {{ c }}\n{% endif %}\n", "{% if a %}x{% endif %}"),
            (
                "{# why #}\n{% set a = 1 %}\n{%- if a -%}\n{% if b %}c{% else %}d{% endif %}\n{% endif %}",
                "{# why #}\n{% set a = 1 %}\n{%- if a -%}x{% endif %}",
            ),
            (
                "{% for a in b if a.c %}\n---\n{% for d in e %}{% endfor %}\n{% endfor %}\n",
                "{% for a in b if a.c %}x{% endfor %}",
            ),
        ] {
            assert_eq!(gate(template).as_deref(), Some(expected), "{template}");
        }
    }

    #[test]
    fn anything_else_has_none() {
        for template in [
            "",
            "a: b\n",
            "{{ a }}",
            "{# a #}",
            "{% set a = 1 %}",
            "a: b\n{% if c %}d: e{% endif %}",
            "{% if a %}b: c{% endif %}\nd: e",
            "{% if a %}b: c{% endif %}{{ d }}",
            "{% if a %}b: c{% endif %}{% if d %}e: f{% endif %}",
            "{% if a %}b: c{% endif %}{# d #}",
            "{% if a %}b: c{% else %}d: e{% endif %}",
            "{% if a %}b: c{% elif d %}e: f{% endif %}",
            "{% for a in b %}c{% else %}d: e{% endfor %}",
            "{% set a %}b{% endset %}{% if a %}c: d{% endif %}",
            "{% macro a() %}{% endmacro %}{% if b %}c: d{% endif %}",
            "{% if a %}{% raw %}{% endif %}{% endraw %}{% endif %}",
            "{% if a %}b: c",
            "{% endif %}",
        ] {
            assert_eq!(gate(template), None, "{template}");
        }
    }
}
