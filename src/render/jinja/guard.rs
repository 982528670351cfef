//! What a template stands under as a whole: `{% if ... %}` or `{% for ... %}` around all that it writes.
//!
//! Most templates of a chart write nothing for most values. Asking their condition first, alone, saves compiling them, which is
//! half of what the built-in chart takes. Only that chart's are asked: what is wrong in a template of others has to be told.

use super::outline::{Kind, Outline, Tag};

/// What the text that [`of`] gives writes where the template may write something.
pub(super) const STANDS: char = '!';

/// A template that writes [`STANDS`] where the given one may write something, and else nothing but blanks; none where nothing stands around all
/// of it.
pub(super) fn of(text: &str, outline: &Outline) -> Option<String> {
    let mut tags = outline.tags.iter().filter(|tag| tag.kind != Kind::Comment);
    let is_assignment =
        |tag: &&Tag| tag.kind == Kind::Block && tag.name(text) == "set" && tag.rest(text).contains('=');
    let opening = tags.find(|tag| !is_assignment(tag))?;
    let mut open = vec![opener(opening, text)?];
    let mut closing = None;
    for tag in tags {
        if closing.is_some() {
            return None;
        }
        let name = match tag.kind {
            Kind::Block => tag.name(text),
            _ => continue,
        };
        if let Some(opener) = opener(tag, text) {
            open.push(opener);
        } else if name
            .strip_prefix("end")
            .is_some_and(|name| open.last() == Some(&name))
        {
            open.pop();
            closing = open.is_empty().then_some(tag);
        } else if matches!(name, "else" | "elif") && open.len() == 1 {
            return None;
        }
    }
    let closing = closing?;
    let texts = outline
        .tags
        .iter()
        .map(Tag::range)
        .chain(std::iter::once(text.len()..text.len()));
    let mut from = 0;
    for tag in texts {
        let is_inside = from >= opening.end as usize && tag.start <= closing.start as usize;
        if !is_inside && !text.get(from..tag.start)?.trim().is_empty() {
            return None;
        }
        from = tag.end;
    }
    let (before, end) = (text.get(..opening.end as usize)?, text.get(closing.range())?);
    Some(format!("{before}{STANDS}{end}"))
}

/// The name of a tag that another one closes and that `else` may belong to.
fn opener<'t>(tag: &Tag, text: &'t str) -> Option<&'t str> {
    let name = tag.name(text);
    (tag.kind == Kind::Block && matches!(name, "if" | "for")).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::of;
    use crate::render::jinja::outline::Outline;

    fn guard(text: &str) -> Option<String> {
        of(text, &Outline::of(text))
    }

    #[test]
    fn what_stands_around_all_of_a_template() {
        for (text, expected) in [
            ("{% if a %}\nb: c\n{% endif %}\n", "{% if a %}!{% endif %}"),
            (
                "{# why #}\n{% set x = a.b %}\n{% if x.on %}\nb: {{ c }}\n{% if d %}e{% else %}f{% endif %}\n{% endif %}",
                "{# why #}\n{% set x = a.b %}\n{% if x.on %}!{% endif %}",
            ),
            (
                "{% for k, v in a | items if v %}\n---\n{% for x in k %}{% endfor %}{% endfor %}",
                "{% for k, v in a | items if v %}!{% endfor %}",
            ),
        ] {
            assert_eq!(guard(text).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_may_write_something_else() {
        for text in [
            "a: b\n",
            "{% if a %}b{% else %}c{% endif %}",
            "{% if a %}b{% elif c %}d{% endif %}",
            "{% for x in a %}b{% else %}c{% endfor %}",
            "{% if a %}b{% endif %}{% if c %}d{% endif %}",
            "{% if a %}b{% endif %}c",
            "c: d\n{% if a %}b{% endif %}",
            "{{ x }}{% if a %}b{% endif %}",
            "{% if a %}b{% endif %}{{ x }}",
            "{% set x %}y{% endset %}{% if a %}b{% endif %}",
            "{% if a %}b",
            "",
        ] {
            assert_eq!(guard(text), None, "{text}");
        }
    }
}
