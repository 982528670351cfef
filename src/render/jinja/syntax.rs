//! What is wrong with a template that does not parse, in the words of its author: which block is open, which tag does not end, which
//! language it is written in.

use std::sync::Arc;

use minijinja::Environment;

use super::bounds;
use super::foreign;
use super::outline::{self, Kind, Outline, Tag};
use super::scan::outside_quotes;
use super::template::place_at;
use crate::diagnostic::{Diagnostic, Diagnostics, Result};
use crate::source::{Place, Source};

/// The code of what does not parse.
const CODE: &str = "template-syntax";

/// Refuses what minijinja cannot compile within bounds, and what it would take for a name.
///
/// # Errors
/// Every keyword of Go's in `{{ }}`; what is too long.
pub(super) fn check(source: &Arc<Source>, outline: &Outline) -> Result<()> {
    let text = source.text();
    if let Some((range, diagnostic)) = bounds::exceeded(text, outline) {
        return Err(diagnostic.at(&place_at(source, range.start)).into());
    }
    let mut open: Vec<Tag> = Vec::new();
    // Blocks that Go's keywords open, with how many of Jinja's are around them.
    let mut open_in_go: Vec<(usize, &str)> = Vec::new();
    let mut errors = Vec::new();
    for tag in &outline.tags {
        let inside = match tag.kind {
            Kind::Comment => continue,
            Kind::Block => {
                follow(&mut open, tag, text);
                continue;
            }
            Kind::Expression => foreign::inside(tag_text(text, tag)),
        };
        if !foreign::is_go_block(inside) || is_name_of(inside, text, outline) {
            continue;
        }
        let mut jinja = foreign::of_go(tag_text(text, tag));
        match outline::first_word(inside) {
            "if" | "with" => open_in_go.push((open.len(), "if")),
            "range" => open_in_go.push((open.len(), "for")),
            "define" | "block" => open_in_go.push((open.len(), "macro")),
            "end" => {
                let of_go = open_in_go.pop_if(|(around, _)| *around >= open.len());
                let name = of_go
                    .map(|(_, name)| name)
                    .or_else(|| open.pop().map(|tag| tag.name(text)));
                jinja = name.map(|name| format!("{{% end{name} %}}")).or(jinja);
            }
            _ => {}
        }
        errors.push(go(source, tag, jinja));
        if errors.len() == MOST_TOLD {
            break;
        }
    }
    match errors.is_empty() {
        true => Ok(()),
        false => Err(Diagnostics(errors)),
    }
}

/// Keywords of Go's that are told of one template.
const MOST_TOLD: usize = 10;

/// Whether a template binds the name that stands alone in `{{ }}`.
fn is_name_of(name: &str, text: &str, outline: &Outline) -> bool {
    let mut blocks = outline.tags.iter().filter(|tag| tag.kind == Kind::Block);
    matches!(name, "end" | "else")
        && blocks.any(|tag| {
            let words = tag.rest(text).split(|c: char| !c.is_alphanumeric() && c != '_');
            matches!(tag.name(text), "set" | "for" | "with" | "macro")
                && words.into_iter().any(|word| word == name)
        })
}

fn go(source: &Arc<Source>, tag: &Tag, jinja: Option<String>) -> Diagnostic {
    let diagnostic = Diagnostic::error(CODE, "this is the syntax of Helm's Go templates, not of Jinja")
        .at(&place_at(source, tag.range().start));
    match jinja {
        Some(jinja) => diagnostic.help(format!("write `{jinja}`")),
        None => diagnostic.help("docs/templates.md shows how templates are written"),
    }
}

/// Says what is wrong at a place where minijinja cannot go on, for the reason that it gives.
pub(super) fn explain(source: &Arc<Source>, outline: &Outline, place: &Place, reason: &str) -> Diagnostic {
    let text = source.text();
    let at = offset(text, place);
    let inner = outline.tags.iter().rfind(|tag| (tag.start as usize) <= at);
    let told = unclosed_tag(source, outline, at)
        .or_else(|| unclosed_raw(source, outline, reason))
        .or_else(|| unbalanced(source, outline, reason))
        .or_else(|| foreign_tag(source, inner?, at))
        .or_else(|| mistaken_tag(source, inner?, place, reason));
    told.unwrap_or_else(|| {
        Diagnostic::error(CODE, format!("the template does not parse: {reason}")).at(place)
    })
}

/// Says more of a text that is not YAML, where a tag of the template is why.
pub(super) fn explain_output(
    source: &Arc<Source>,
    outline: &Outline,
    Diagnostics(list): Diagnostics,
) -> Diagnostics {
    let told = |diagnostic: Diagnostic| {
        let is_of_yaml = matches!(diagnostic.code, "yaml-syntax" | "complex-key");
        let place = diagnostic.place().filter(|place| place.source() == Some(source));
        let told = place
            .filter(|_| is_of_yaml)
            .and_then(|place| bare_raw(diagnostic.code, place).or_else(|| bare_call(source, outline, place)));
        told.unwrap_or(diagnostic)
    };
    Diagnostics(list.into_iter().map(told).collect())
}

/// `a: {% raw %}{{ x }}{% endraw %}`, which writes a map of YAML.
fn bare_raw(code: &'static str, place: &Place) -> Option<Diagnostic> {
    let line = place.line_text()?;
    let at = line.find("{% raw %}").or_else(|| line.find("{%- raw"))?;
    let end = line.rfind("{% endraw").or_else(|| line.rfind("{%- endraw"))?;
    let is_quoted = line.get(..at)?.trim_end().ends_with(['"', '\'']);
    let raw = line.get(at..line[end..].find("%}").map(|length| end + length + 2)?)?;
    if is_quoted || !raw.contains("{{") && !raw.contains(": ") {
        return None;
    }
    let column = outline::to_u32(line.get(..at)?.chars().count() + 1);
    let place = Place::new(place.source()?, place.line, column);
    let quote = if raw.contains('"') { '\'' } else { '"' };
    Some(
        Diagnostic::error(code, "the raw text is not a text in YAML without quotes")
            .at(&place)
            .help(format!("write `{quote}{raw}{quote}`")),
    )
}

/// `{% call %}` alone on its line, which writes its value at the very start of a line.
fn bare_call(source: &Arc<Source>, outline: &Outline, place: &Place) -> Option<Diagnostic> {
    let text = source.text();
    let call = outline.tags.iter().find_map(|tag| {
        let is_call = tag.kind == Kind::Block && tag.name(text) == "call";
        let at = is_call.then(|| place_at(source, tag.range().start))?;
        let is_alone = at.line_text()?.trim_start().starts_with("{%");
        (is_alone && (place.line..=place.line + 1).contains(&at.line)).then_some(at)
    })?;
    Some(
        Diagnostic::error(
            "yaml-syntax",
            "what this `{% call %}` writes stands at the start of a line",
        )
        .at(&call)
        .help("write it behind a key, `key: {% call ... %}`, or merge it into the map, `<<: {% call ... %}`"),
    )
}

fn tag_text<'t>(text: &'t str, tag: &Tag) -> &'t str {
    text.get(tag.range()).unwrap_or("")
}

/// Where a place is in its text.
fn offset(text: &str, place: &Place) -> usize {
    let line_start: usize = text
        .split_inclusive('\n')
        .take(place.line.saturating_sub(1) as usize)
        .map(str::len)
        .sum();
    let line = text.get(line_start..).unwrap_or("");
    let column = (place.column as usize).saturating_sub(1);
    line_start + line.char_indices().nth(column).map_or(line.len(), |(at, _)| at)
}

/// A tag that begins before the place and does not end where it should: another one begins within it, or nothing ends it.
fn unclosed_tag(source: &Arc<Source>, outline: &Outline, at: usize) -> Option<Diagnostic> {
    let text = source.text();
    let tag = outline.tags.iter().rfind(|tag| {
        (tag.start as usize) <= at
            || (tag.end as usize) == text.len() && !is_closed(tag_text(text, tag), tag.kind)
    })?;
    let inside = tag_text(text, tag);
    let (opening, closing) = delimiters(tag.kind);
    let place = place_at(source, tag.range().start);
    let not_closed = |help: String| {
        let message = format!("`{opening}` is not closed");
        Some(Diagnostic::error(CODE, message).at(&place).help(help))
    };
    if tag.kind == Kind::Comment {
        return match is_closed(inside, tag.kind) {
            true => None,
            false => not_closed(format!("write `{closing}` behind the comment")),
        };
    }
    let first_line = inside.lines().next().unwrap_or("");
    if let Some(quote) = open_quote(inside)
        && !is_closed(inside, tag.kind)
    {
        let place = place_at(source, tag.range().start + quote);
        let diagnostic = Diagnostic::error(CODE, "the text in quotes does not end").at(&place);
        return Some(diagnostic.help("write the same quote behind it; within it, `\\\"`"));
    }
    if !is_closed(inside, tag.kind)
        && let Some((at, bracket)) = open_bracket(first_line, closing)
    {
        let place = place_at(source, tag.range().start + at);
        let diagnostic = Diagnostic::error(CODE, format!("a `{bracket}` is missing")).at(&place);
        return Some(diagnostic.help(format!("write `{bracket}` before `{closing}`")));
    }
    let nested = inside
        .get(2..)
        .and_then(|inner| inner.find("{{").or_else(|| inner.find("{%")));
    let is_on_several_lines = inside.contains('\n');
    if !is_closed(inside, tag.kind) || (is_on_several_lines && nested.is_some()) {
        let end = first_line.trim_end();
        return not_closed(match end.ends_with('}') {
            true => format!("write `{closing}` where the line ends with `}}`"),
            false => format!("write `{closing}` at its end"),
        });
    }
    // `{% if {{ x }} %}`
    nested?;
    let inner = tag.range().start + 2 + nested?;
    let is_map = !inside.get(2..)?.get(nested?..)?.starts_with("{{ ");
    if is_map {
        return None;
    }
    let message = format!("`{{{{` stands within `{opening} {closing}`");
    Some(
        Diagnostic::error(CODE, message)
            .at(&place_at(source, inner))
            .help("within a tag names stand without braces"),
    )
}

fn delimiters(kind: Kind) -> (&'static str, &'static str) {
    match kind {
        Kind::Expression => ("{{", "}}"),
        Kind::Block => ("{%", "%}"),
        Kind::Comment => ("{#", "#}"),
    }
}

fn is_closed(inside: &str, kind: Kind) -> bool {
    inside.len() >= 4 && inside.ends_with(delimiters(kind).1)
}

/// Where a quote opens that does not close.
fn open_quote(inside: &str) -> Option<usize> {
    let mut open = None;
    let mut escaped = false;
    for (at, byte) in inside.bytes().enumerate() {
        match open {
            Some((_, quote)) => {
                if escaped {
                    escaped = false;
                } else if byte == b'\\' {
                    escaped = true;
                } else if byte == quote {
                    open = None;
                }
            }
            None if matches!(byte, b'"' | b'\'') => open = Some((at, byte)),
            None => {}
        }
    }
    open.map(|(at, _)| at)
}

/// Where a tag would end, but for a bracket that is open there, and what closes that.
fn open_bracket(line: &str, closing: &str) -> Option<(usize, char)> {
    let mut open = Vec::new();
    for (at, byte, _) in outside_quotes(line.get(2..)?) {
        let at = at + 2;
        if line[at..].starts_with(closing) {
            return Some((at, open.pop()?));
        }
        match byte {
            b'(' => open.push(')'),
            b'[' => open.push(']'),
            b'{' => open.push('}'),
            b')' | b']' | b'}' => drop(open.pop()),
            _ => {}
        }
    }
    None
}

fn unclosed_raw(source: &Arc<Source>, outline: &Outline, reason: &str) -> Option<Diagnostic> {
    if !reason.contains("raw block") {
        return None;
    }
    let text = source.text();
    let tag = outline.tags.iter().rfind(|tag| tag.name(text) == "raw")?;
    Some(open_block(source, tag))
}

/// A block that is open at the end.
fn open_block(source: &Arc<Source>, tag: &Tag) -> Diagnostic {
    let name = tag.name(source.text());
    Diagnostic::error(CODE, format!("the block `{name}` is not closed"))
        .at(&place_at(source, tag.range().start))
        .help(format!("write `{{% end{name} %}}` where it ends"))
}

/// Follows the blocks; gives the tag that does not fit, which is one that ends or goes on with a block.
fn follow(open: &mut Vec<Tag>, tag: &Tag, text: &str) -> Option<Tag> {
    let name = tag.name(text);
    match name {
        "if" | "for" | "with" | "macro" | "call" | "filter" | "block" | "autoescape" => open.push(*tag),
        "set" => {
            let rest = tag.rest(text);
            let sign = rest.find(['=', '|']);
            if sign.is_none_or(|at| rest[at..].starts_with('|')) {
                open.push(*tag);
            }
        }
        "else" | "elif" => {
            let fits = |open: &Tag| {
                let name = open.name(text);
                name == "if" || name == "for" && tag.name(text) == "else"
            };
            if !open.last().is_some_and(fits) {
                return Some(*tag);
            }
        }
        _ => {
            let ended = name.strip_prefix("end").filter(|name| *name != "raw")?;
            if open.pop_if(|open| open.name(text) == ended).is_none() {
                return Some(*tag);
            }
        }
    }
    None
}

/// Blocks that do not fit together.
fn unbalanced(source: &Arc<Source>, outline: &Outline, reason: &str) -> Option<Diagnostic> {
    if !reason.starts_with("unknown statement") && !reason.starts_with("unexpected end of input") {
        return None;
    }
    let text = source.text();
    let mut open: Vec<Tag> = Vec::new();
    for tag in outline.tags.iter().filter(|tag| tag.kind == Kind::Block) {
        let Some(wrong) = follow(&mut open, tag, text) else {
            continue;
        };
        return misplaced(source, &open, &wrong);
    }
    open.last().map(|tag| open_block(source, tag))
}

fn misplaced(source: &Arc<Source>, open: &[Tag], wrong: &Tag) -> Option<Diagnostic> {
    let text = source.text();
    let name = wrong.name(text);
    let place = place_at(source, wrong.range().start);
    let at = |tag: &Tag| place_at(source, tag.range().start);
    let Some(ended) = name.strip_prefix("end") else {
        let message = format!("`{{% {name} %}}` belongs to no `{{% if %}}` that is open");
        let diagnostic = Diagnostic::error(CODE, message).at(&place);
        return Some(match open.last() {
            Some(inner) => diagnostic.label(&at(inner), format!("the block `{}` is open", inner.name(text))),
            None => diagnostic,
        });
    };
    let Some(inner) = open.last() else {
        let message = match ended {
            "" => "`{% end %}` ends no block".to_owned(),
            _ => format!("`{{% {name} %}}` ends a block that is not open"),
        };
        return Some(Diagnostic::error(CODE, message).at(&place).help("remove it"));
    };
    let inner_name = inner.name(text);
    if !ended.is_empty() && open.iter().any(|tag| tag.name(text) == ended) {
        let diagnostic = Diagnostic::error(CODE, format!("the block `{inner_name}` is not closed"));
        return Some(
            diagnostic
                .at(&at(inner))
                .label(&place, format!("the block around it ends here, with `{name}`"))
                .help(format!("write `{{% end{inner_name} %}}` where it ends")),
        );
    }
    let message = format!("`{{% {name} %}}` does not end the block that is open, `{inner_name}`");
    Some(
        Diagnostic::error(CODE, message)
            .at(&place)
            .label(&at(inner), format!("the block `{inner_name}` begins here"))
            .help(format!("write `{{% end{inner_name} %}}`")),
    )
}

/// A tag in the way of another language, where what it is in Jinja does parse.
fn foreign_tag(source: &Arc<Source>, tag: &Tag, at: usize) -> Option<Diagnostic> {
    let text = tag_text(source.text(), tag);
    let inside = foreign::inside(text);
    if let Some(written) = foreign::operators(inside) {
        let sign = outside_quotes(inside).find_map(|(at, byte, _)| match byte {
            b'&' | b'!' => Some(at),
            b'|' if inside[at..].starts_with("||") => Some(at),
            _ => None,
        });
        let start = tag.range().start + text.find(inside).unwrap_or(0) + sign.unwrap_or(0);
        let (opening, closing) = delimiters(tag.kind);
        let written = format!("{opening} {written} {closing}");
        let diagnostic = Diagnostic::error(CODE, "operators are the words `and`, `or` and `not`")
            .at(&place_at(source, start));
        return Some(match parses(&written, outline::first_word(inside)) {
            true => diagnostic.help(format!("write `{written}`")),
            false => diagnostic,
        });
    }
    if inside.contains('$') && !inside.contains(":=") && !inside.contains("$.") && !inside.contains("range") {
        let diagnostic = Diagnostic::error(CODE, "names do not begin with `$`");
        return Some(diagnostic.at(&place_at(source, tag.range().start)).help(format!(
            "for a text that another program reads write `{{% raw %}}{text}{{% endraw %}}`"
        )));
    }
    let written = foreign::of_go(text)?;
    let is_other = foreign::inside(&written) != inside || !written.starts_with(&text[..2]);
    (is_other && at <= tag.range().end && parses(&written, outline::first_word(foreign::inside(&written))))
        .then(|| go(source, tag, Some(written)))
}

/// Whether a tag is right, the block that it opens closed.
fn parses(tag: &str, word: &str) -> bool {
    let closed = match word {
        "elif" | "else" => format!("{{% if 1 %}}{tag}{{% endif %}}"),
        "if" | "for" | "macro" => format!("{tag}{{% end{word} %}}"),
        _ => tag.to_owned(),
    };
    Environment::new().template_from_str(&closed).is_ok()
}

/// Mistakes within a tag that have a name.
fn mistaken_tag(source: &Arc<Source>, tag: &Tag, place: &Place, reason: &str) -> Option<Diagnostic> {
    let text = tag_text(source.text(), tag);
    let inside = foreign::inside(text);
    let (word, rest) = inside.split_once(char::is_whitespace).unwrap_or((inside, ""));
    let told = |message: String, help: String| Some(Diagnostic::error(CODE, message).at(place).help(help));
    if let Some(name) = reason.strip_prefix("unknown statement ") {
        let message = format!("there is no tag `{{% {name} %}}`");
        return match name {
            "elseif" | "elsif" => told(message, format!("write `{{% elif {} %}}`", rest.trim())),
            _ => Some(
                match crate::diagnostic::nearest(name, STATEMENTS.iter().copied()) {
                    Some(near) => Diagnostic::error(CODE, message)
                        .at(place)
                        .help(format!("did you mean `{near}`?")),
                    None => Diagnostic::error(CODE, message).at(place),
                },
            ),
        };
    }
    if tag.kind == Kind::Block && word == "else" && rest.trim_start().starts_with("if ") {
        let condition = rest.trim_start().trim_start_matches("if ");
        let message = "`{% else if %}` is one word in Jinja".to_owned();
        return told(message, format!("write `{{% elif {} %}}`", condition.trim()));
    }
    if word == "set" && ["+=", "-=", "~="].iter().any(|sign| rest.contains(sign)) {
        let (name, value) = rest.split_once('=')?;
        let (name, sign) = name.split_at(name.len() - 1);
        let name = name.trim();
        let written = format!("{{% set {name} = {name} {sign} {} %}}", value.trim());
        return told(
            "a name is set with `=` alone".to_owned(),
            format!("write `{written}`"),
        );
    }
    if matches!(word, "if" | "elif") && reason.starts_with("unexpected `=`") {
        return told("`=` sets a name".to_owned(), "write `==` to compare".to_owned());
    }
    if inside.contains(" ? ") {
        let message = "there is no operator `? :`".to_owned();
        return told(message, "write `a if condition else b`".to_owned());
    }
    if inside.contains(" for ") && inside.contains(" in ") && word != "for" {
        let message = "there are no list comprehensions".to_owned();
        let help = "write `list | map(...)` or `list | select(...)`, or a loop: `{% for item in list %}`";
        return told(message, help.to_owned());
    }
    if inside.is_empty() {
        let message = "there is nothing within the braces".to_owned();
        return told(message, "write an expression, or remove them".to_owned());
    }
    if reason.starts_with("unexpected string") && ["f\"", "f'"].iter().any(|prefix| inside.contains(prefix)) {
        let message = "there are no f-strings".to_owned();
        return told(message, "join texts with `~`: `a ~ \"-\" ~ b`".to_owned());
    }
    if reason.starts_with("unexpected `}`, expected `)`")
        || reason.starts_with("unexpected `}`, expected `]`")
    {
        let bracket = if reason.ends_with("`)`") { ')' } else { ']' };
        return told(
            format!("a `{bracket}` is missing"),
            format!("write `{bracket}` before `}}}}`"),
        );
    }
    None
}

/// The tags of the language, for hints.
const STATEMENTS: &[&str] = &[
    "break",
    "call",
    "continue",
    "do",
    "elif",
    "else",
    "endcall",
    "endfilter",
    "endfor",
    "endif",
    "endmacro",
    "endraw",
    "endset",
    "endwith",
    "filter",
    "for",
    "if",
    "macro",
    "raw",
    "set",
    "with",
];
