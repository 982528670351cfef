//! What is said of a value that is not defined: its path, the nearest key, the way out.

use std::sync::Arc;

use super::explain::{Explainer, Spot, did_you_mean, find_path, helped};
use super::foreign;
use super::outline::first_word;
use super::paths::{is_index, join_key, paths, shown, step};
use super::scan::{Words, closing};
use super::template::place_at;
use crate::diagnostic::{Diagnostic, nearest};
use crate::source::{Place, Source};
use crate::yaml::Node;

/// The code of what is not defined.
const CODE: &str = "undefined-value";

/// Filters that ask each item of a list for a key.
const OF_ITEMS: &[&str] = &[
    "groupby",
    "map",
    "rejectattr",
    "selectattr",
    "sort",
    "sum",
    "unique",
];

impl Explainer<'_> {
    /// Says what is not defined: the path that the error names, or what the expression at its place asks for.
    pub(super) fn undefined(&self, detail: &str, spot: &Spot<'_>) -> Diagnostic {
        if let Some(hyphen) = self.hyphen(&spot.place, &spot.expression) {
            return hyphen;
        }
        if !detail.is_empty() {
            let path = super::paths::leading_path(detail).0;
            return self.undefined_at(&path, &spot.place_of(detail));
        }
        let tag = spot.tag().unwrap_or("");
        self.chained(spot)
            .or_else(|| self.without_key(spot))
            .or_else(|| without_else(spot))
            .or_else(|| parameter(spot))
            .or_else(|| foreign_name(tag, spot))
            .unwrap_or_else(|| {
                let path = self.undefined_path(spot);
                match path.is_empty() {
                    true => {
                        let message = match spot.expression.trim() {
                            "" => "a value is not defined".to_owned(),
                            expression => format!("`{expression}` is not defined"),
                        };
                        Diagnostic::error(CODE, message).at(&spot.place)
                    }
                    false => self.undefined_at(&path, &spot.place_of(&shown(&path))),
                }
            })
    }

    /// The same of a path.
    fn undefined_at(&self, path: &[&str], place: &Place) -> Diagnostic {
        let diagnostic = Diagnostic::error(CODE, format!("`{}` is not defined", shown(path))).at(place);
        let Some((root, keys)) = path.split_first() else {
            return diagnostic;
        };
        if *root == "helpers" {
            let near = keys
                .first()
                .and_then(|key| nearest(key, self.helpers.iter().map(String::as_str)));
            return match near {
                Some(near) => diagnostic.help(did_you_mean(&format!("helpers.{near}"))),
                None => diagnostic
                    .help("a `_*.yaml` file under templates/ exports helpers with `set` and `macro`"),
            };
        }
        if *root == "loop" {
            return diagnostic.help("`loop` is there only within `{% for %}`");
        }
        let Some((_, start)) = self.roots.iter().find(|(name, _)| name == root) else {
            return helped(diagnostic, self.name_like(root));
        };
        let mut node = start;
        let mut walked = (*root).to_owned();
        for key in keys {
            let Some(next) = step(node, key) else {
                let near = node
                    .as_map()
                    .and_then(|map| nearest(key, map.keys().map(|key| &**key)));
                return match near {
                    Some(near) => diagnostic.help(did_you_mean(&join_key(&walked, near))),
                    None if let (Some(list), true) = (node.as_list(), is_index(key)) => {
                        diagnostic.label(&node.place, format!("`{walked}` is a list of {}", list.len()))
                    }
                    None if node.as_map().is_none() => diagnostic
                        .label(&node.place, format!("`{walked}` is {}", node.kind()))
                        .help(format!("`{walked}` is {}, which has no keys", node.kind())),
                    None => diagnostic.help(format!(
                        "`{walked}` has no key `{key}`; add it to values.yaml, or write `or omit` behind it"
                    )),
                };
            };
            walked = join_key(&walked, key);
            node = next;
        }
        diagnostic
    }

    /// The way out for a name that is not there.
    fn name_like(&self, name: &str) -> Option<String> {
        if self.helpers.iter().any(|helper| helper == name) {
            return Some(format!("it is a helper: write `helpers.{name}`"));
        }
        if matches!(name, "null" | "nil") {
            return Some("write `none`".to_owned());
        }
        let names = self
            .roots
            .iter()
            .map(|(name, _)| *name)
            .chain(["helpers", "omit", "Files", "Template"]);
        let near = nearest(name, names).map(did_you_mean);
        near.or_else(|| {
            let near = nearest(name, self.helpers.iter().map(String::as_str))?;
            Some(did_you_mean(&format!("helpers.{near}")))
        })
    }

    /// The path in an expression that is undefined: the last one that is known to be, as the last of `a or b` is the
    /// one that was left; then the first that is not known to be there, and the first of all.
    fn undefined_path<'e>(&self, spot: &'e Spot<'_>) -> Vec<&'e str> {
        let paths = paths(&spot.expression);
        let is_missing = |path: &[&str]| match path.split_first() {
            Some((root, keys)) if *root == "helpers" => keys
                .first()
                .is_some_and(|key| !self.helpers.iter().any(|helper| helper == key)),
            Some((root, _)) => self.roots.iter().any(|(name, _)| name == root) && self.walk(path).is_none(),
            None => false,
        };
        let is_null = |path: &[&str]| matches!(path, ["null" | "nil"]);
        let null = paths.iter().find(|path| is_null(path));
        let missing = null.or_else(|| paths.iter().rfind(|path| is_missing(path)));
        let text = spot.place.source().map_or("", |source| source.text());
        let may_be_missing = |path: &[&str]| {
            let root = path.first().copied().unwrap_or_default();
            let is_ours = matches!(root, "helpers" | "omit" | "Files" | "Template");
            !is_ours && self.walk(path).is_none() && !is_named(text, root)
        };
        missing
            .or_else(|| paths.iter().find(|path| may_be_missing(path)))
            .or_else(|| paths.first())
            .cloned()
            .unwrap_or_default()
    }

    /// A path that is not there in the tag around a place.
    pub(super) fn missing_in_tag(&self, spot: &Spot<'_>) -> Option<Diagnostic> {
        let paths = paths(spot.tag()?);
        let path = paths
            .iter()
            .find(|path| self.roots.iter().any(|(name, _)| *name == path[0]) && self.walk(path).is_none())?;
        Some(self.undefined_at(path, &spot.place_of(&shown(path))))
    }

    /// A key below `["..."]` of which the map has none: unlike with a dot, that is an error even in a condition.
    fn chained(&self, spot: &Spot<'_>) -> Option<Diagnostic> {
        let tag = spot.tag()?;
        let paths = paths(tag);
        // What was left is the key behind the brackets.
        let is_part = |path: &&Vec<&str>| {
            let written = shown(path);
            spot.expression.starts_with('[') && written.ends_with(spot.expression.trim())
                || written == spot.expression.trim()
        };
        let path = paths.iter().find(is_part)?;
        let (outer, key) = (1..path.len()).find_map(|length| {
            let (above, rest) = path.split_at(length);
            let is_there = self.walk(above).is_some();
            let is_last = rest.len() < 2;
            (is_there && !is_last && self.walk(&path[..=length]).is_none()).then(|| (above, rest[0]))
        })?;
        let is_quoted = is_index(key)
            || !key.chars().all(|c| c.is_alphanumeric() || c == '_')
            || tag.contains(&format!("[\"{key}\"]"));
        if !is_quoted {
            return None;
        }
        let missing = join_key(&shown(outer), key);
        let behind = path[outer.len() + 1..]
            .iter()
            .fold(String::new(), |path, key| join_key(&path, key));
        let near = self.walk(outer).and_then(|(node, _)| {
            let map = node.as_map()?;
            nearest(key, map.keys().map(|key| &**key))
        });
        let message = format!("`{missing}` is not defined, and `{behind}` is asked of it");
        let place = spot.place_of(&shown(path));
        let way = format!("where it may be missing write `({missing} or {{}}){behind}`");
        Some(Diagnostic::error(CODE, message).at(&place).help(match near {
            Some(near) => format!("did you mean `{}`? {way}", join_key(&shown(outer), near)),
            None => way,
        }))
    }

    /// A filter that asks the items of a list for a key that one of them does not have.
    fn without_key(&self, spot: &Spot<'_>) -> Option<Diagnostic> {
        let expression = &spot.expression;
        let tag = spot.tag()?;
        let filter = OF_ITEMS.iter().find(|filter| {
            let is_called = |text: &str| {
                text.find(&format!("| {filter}("))
                    .or_else(|| text.find(&format!("|{filter}(")))
                    .is_some()
            };
            is_called(expression) || (first_word(expression) == **filter && is_called(tag))
        })?;
        let known = paths(tag).into_iter().find_map(|path| self.walk(&path));
        let message =
            format!("`{filter}` asks each item of a list for a key, and one of them does not have it");
        let mut diagnostic = Diagnostic::error(CODE, message).at(&spot.place);
        if let Some((node, shown)) = known {
            diagnostic = diagnostic.label(&node.place, format!("`{shown}` is {}", node.kind()));
        }
        Some(diagnostic.help("it works on a list of maps that all have the key; leave the others out with `selectattr(\"key\")`"))
    }

    /// A key with a hyphen, written as an attribute, is a subtraction: tells how to write it.
    pub(super) fn hyphen(&self, place: &Place, expression: &str) -> Option<Diagnostic> {
        let line = place.line_text().unwrap_or(expression);
        for (root, node) in self.roots {
            let mut from = 0;
            while let Some(found) = line[from..].find(root) {
                let start = from + found;
                from = start + root.len();
                let text: String = line[from..]
                    .chars()
                    .take_while(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | '-'))
                    .collect();
                let mut here = Some(node);
                let mut walked = (*root).to_owned();
                let mut has_hyphen = false;
                for key in text
                    .trim_start_matches('.')
                    .split('.')
                    .filter(|key| !key.is_empty())
                {
                    here = here.and_then(|node| node.get(key));
                    has_hyphen |= here.is_some() && key.contains('-');
                    if here.is_none() && !has_hyphen {
                        break;
                    }
                    walked = join_key(&walked, key);
                }
                if has_hyphen {
                    let message = format!("`{root}{text}` is a subtraction, not a key");
                    return Some(
                        Diagnostic::error("hyphen-key", message)
                            .at(place)
                            .help(format!("write `{walked}`")),
                    );
                }
            }
        }
        None
    }
}

/// Whether a template gives a name to something itself: `set`, `for`, `with`, a macro's parameter.
fn is_named(text: &str, name: &str) -> bool {
    let tags = text.split("{%").skip(1).filter_map(|tag| tag.split("%}").next());
    let mut naming = tags.filter(|tag| {
        let word = first_word(tag.trim_start_matches(['-', '+', ' ']));
        matches!(word, "set" | "for" | "with" | "macro" | "call")
    });
    let is_between = |c: char| !(c.is_alphanumeric() || c == '_');
    naming.any(|tag| tag.split(is_between).any(|word| word == name))
}

/// A path that a template asks for, though the values cannot have it. Nothing where a library asks, which many charts share.
pub(super) fn undeclared(
    path: &[String],
    chart: &str,
    roots: &[(&'static str, Node)],
    libraries: &[Arc<Source>],
    sources: &[Arc<Source>],
) -> Option<Diagnostic> {
    let path: Vec<&str> = path.iter().map(String::as_str).collect();
    let written = shown(&path);
    let message = format!("the chart `{chart}` has no value `{written}`, and a template asks for it");
    let mut diagnostic = Diagnostic::warning("undeclared-value", message);
    let key = path.last().map_or_else(String::new, |key| format!(".{key}"));
    for text in [&written, &key] {
        if let Some(place) = written_in(text, sources) {
            diagnostic = diagnostic.at(&place);
            break;
        }
        if written_in(text, libraries).is_some() {
            return None;
        }
    }
    let near = || {
        let (root, keys) = path.split_first()?;
        let (last, above) = keys.split_last()?;
        let (_, start) = roots.iter().find(|(name, _)| name == root)?;
        let map = above
            .iter()
            .try_fold(start, |node, key| step(node, key))?
            .as_map()?;
        let near = nearest(last, map.keys().map(|key| &**key))?;
        Some(join_key(&shown(&path[..path.len() - 1]), near))
    };
    let help = match near() {
        Some(near) => did_you_mean(&near),
        None => "neither values.yaml nor the schema has it: add it there, or remove it from the template"
            .to_owned(),
    };
    Some(diagnostic.help(help))
}

/// The first place where a path is written in some templates.
fn written_in(path: &str, sources: &[Arc<Source>]) -> Option<Place> {
    sources.iter().find_map(|source| {
        let at = find_path(source.text(), path)?;
        Some(place_at(source, at))
    })
}

/// `a if b` without an `else`, where the condition is false.
fn without_else(spot: &Spot<'_>) -> Option<Diagnostic> {
    let tag = spot.tag()?;
    let inside = foreign::inside(tag);
    if tag.starts_with("{%") && first_word(inside) != "set" {
        return None;
    }
    let words = Words::of(inside);
    words.find("if", 1)?;
    if words.find("else", 0).is_some() {
        return None;
    }
    let message = "there is no value: the condition of `if` is false, and there is no `else`";
    Some(
        Diagnostic::error(CODE, message)
            .at(&spot.place)
            .help("write what stands there otherwise, such as `else omit`, which drops the key or item"),
    )
}

/// A parameter of the macro around a place that the call did not give.
fn parameter(spot: &Spot<'_>) -> Option<Diagnostic> {
    let path = paths(&spot.expression).into_iter().next()?;
    let source = spot.place.source()?;
    let text = source.text();
    let before: usize = text
        .split_inclusive('\n')
        .take(spot.place.line as usize)
        .map(str::len)
        .sum();
    let before = text.get(..before)?;
    let at = before.rfind("{% macro ").or_else(|| before.rfind("{%- macro "))?;
    if before[at..].contains("endmacro") {
        return None;
    }
    let head = &before[at..];
    let open = head.find('(')?;
    let name = head[..open].split_whitespace().last()?;
    let parameters = &head[open + 1..closing(head, open)?];
    let is_parameter = parameters.split(',').any(|parameter| parameter.trim() == path[0]);
    if !is_parameter || path.len() > 1 {
        return None;
    }
    let message = format!("the macro `{name}` was called without `{}`", path[0]);
    Some(Diagnostic::error(CODE, message).at(&spot.place).help(format!(
        "give it in the call, or give it a default: `{{% macro {name}({}=none) %}}`",
        path[0]
    )))
}

/// What Jinja takes for a name and is a function of Go's.
fn foreign_name(tag: &str, spot: &Spot<'_>) -> Option<Diagnostic> {
    let inside = foreign::inside(tag);
    let is_go = inside.starts_with('.') || inside.contains(" .") || inside.contains("(.");
    if !is_go {
        return None;
    }
    let closing = if tag.starts_with("{{") { "}}" } else { "%}" };
    let written = foreign::of_go(&format!("{} {closing}", tag.trim_end_matches(['-', ' '])))?;
    Some(
        Diagnostic::error(
            "template-syntax",
            "this is the syntax of Helm's Go templates, not of Jinja",
        )
        .at(&spot.place)
        .help(format!("write `{written}`")),
    )
}
