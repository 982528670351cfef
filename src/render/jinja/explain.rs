//! minijinja's errors as diagnostics: the template's file, line and column, the line itself, the nearest existing key.

use std::sync::Arc;

use minijinja::{Error, ErrorKind};

use super::outline::to_u32;
use super::prepared::Prepared;
use crate::diagnostic::{Diagnostic, Diagnostics, nearest};
use crate::source::Place;
use crate::yaml::Node;

/// What errors are explained with.
pub(super) struct Explainer<'a> {
    /// Template names with their sources and prepared texts.
    pub(super) templates: &'a [Arc<Prepared>],
    /// The roots that expressions start from: `Values`, `Release`, ...
    pub(super) roots: &'a [(&'static str, Node)],
    /// The names that the chart's helpers export.
    pub(super) helpers: Vec<String>,
    /// The names of filters, for hints.
    pub(super) filters: &'a [&'static str],
}

impl Explainer<'_> {
    /// Turns an error of minijinja into diagnostics.
    pub(super) fn explain(&self, error: &Error) -> Diagnostics {
        let (place, range) = self.place_of(error);
        // The innermost error that stands in a template says where it went wrong.
        let mut innermost = None;
        let mut source = std::error::Error::source(error);
        while let Some(next) = source {
            if let Some(inner) = next.downcast_ref::<Error>() {
                let (inner_place, inner_range) = self.place_of(inner);
                if inner_place.is_known() {
                    innermost = Some((inner, inner_place, inner_range));
                }
            }
            source = next.source();
        }
        if let Some(carried) = carried(error) {
            return with_place(carried, innermost.as_ref().map_or(&place, |(_, inner, _)| inner));
        }
        match innermost {
            Some((inner, inner_place, inner_range)) => {
                self.diagnose(inner, &inner_place, inner_range).into_with(&place)
            }
            None => self.diagnose(error, &place, range).into(),
        }
    }

    fn diagnose(&self, error: &Error, place: &Place, expression: Option<String>) -> Diagnostic {
        let detail = error.detail().unwrap_or("").to_owned();
        let expression = expression.unwrap_or_default();
        match error.kind() {
            ErrorKind::SyntaxError => Diagnostic::error(
                "template-syntax",
                format!("the template does not parse: {detail}"),
            )
            .at(place),
            ErrorKind::UndefinedError => self.undefined(&expression, place),
            ErrorKind::OutOfFuel => Diagnostic::error("template-endless", "the templates take too long")
                // Which part of the line had nothing left says nothing.
                .at(&place.line_alone())
                .help("look for a loop that never ends or that grows with the square of its input"),
            ErrorKind::UnknownFilter => {
                let name = detail
                    .split(' ')
                    .nth(1)
                    .unwrap_or(&detail)
                    .trim_matches('`')
                    .to_owned();
                let near = nearest(&name, self.filters.iter().copied());
                let diagnostic =
                    Diagnostic::error("template-filter", format!("there is no filter `{name}`")).at(place);
                match near {
                    Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
                    None => diagnostic,
                }
            }
            ErrorKind::WriteFailure => {
                let cause = std::error::Error::source(error).map_or(detail, ToString::to_string);
                Diagnostic::error("template-output", cause).at(place)
            }
            ErrorKind::TemplateNotFound => {
                let name = detail.split('\'').nth(1).unwrap_or(&detail);
                Diagnostic::error("template-missing", format!("there is no template `{name}`"))
                    .at(place)
                    .help("share with a helper: a `set` or `macro` of a `_*.yaml` file under templates/")
            }
            ErrorKind::UnknownFunction => {
                let name = detail.split(' ').next().unwrap_or("").to_owned();
                let diagnostic =
                    Diagnostic::error("template-function", format!("there is no function `{name}`"))
                        .at(place);
                if self.filters.contains(&name.as_str()) {
                    diagnostic.help(format!("`{name}` is a filter: write `value | {name}`"))
                } else {
                    diagnostic
                }
            }
            kind => {
                if let Some(hyphen) = self.hyphen(place, &expression) {
                    return hyphen;
                }
                let message = match detail.as_str() {
                    "" => kind.to_string(),
                    "recursion limit exceeded" => "macros call one another too deeply".to_owned(),
                    _ => detail,
                };
                self.with_values(Diagnostic::error("template-error", message).at(place), place)
            }
        }
    }

    /// Adds where the values of an expression were written, as one of them is what does not fit.
    fn with_values(&self, mut diagnostic: Diagnostic, place: &Place) -> Diagnostic {
        let Some(expression) = tag_around(place) else {
            return diagnostic;
        };
        for path in paths(expression) {
            let Some((node, shown)) = self.walk(&path) else {
                continue;
            };
            let is_told = diagnostic.labels.iter().any(|label| label.place == node.place);
            if path.len() > 1 && !is_told && diagnostic.labels.len() <= MOST_VALUES {
                diagnostic = diagnostic.label(&node.place, format!("`{shown}` is {}", node.kind()));
            }
        }
        diagnostic
    }

    /// The node at a path from one of the roots, and the path as one would write it.
    fn walk(&self, path: &[&str]) -> Option<(&Node, String)> {
        let (root, keys) = path.split_first()?;
        let (_, start) = self.roots.iter().find(|(name, _)| name == root)?;
        let mut walked = (*root).to_owned();
        let mut node = start;
        for key in keys {
            node = step(node, key)?;
            walked = join_key(&walked, key);
        }
        Some((node, walked))
    }

    fn undefined(&self, expression: &str, place: &Place) -> Diagnostic {
        if let Some(hyphen) = self.hyphen(place, expression) {
            return hyphen;
        }
        let path = self.undefined_path(expression);
        let shown = if path.is_empty() {
            expression.trim().to_owned()
        } else {
            shown(&path)
        };
        let diagnostic = Diagnostic::error("undefined-value", format!("`{shown}` is not defined")).at(place);
        let Some((root, keys)) = path.split_first() else {
            return diagnostic;
        };
        if *root == "helpers" {
            let near = keys
                .first()
                .and_then(|key| nearest(key, self.helpers.iter().map(String::as_str)));
            return match near {
                Some(near) => diagnostic.help(format!("did you mean `helpers.{near}`?")),
                None => diagnostic
                    .help("a `_*.yaml` file under templates/ exports helpers with `set` and `macro`"),
            };
        }
        let Some((_, start)) = self.roots.iter().find(|(name, _)| name == root) else {
            let names = self
                .roots
                .iter()
                .map(|(name, _)| *name)
                .chain(["helpers", "omit", "Files", "Template"]);
            return match nearest(root, names) {
                Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
                None => diagnostic,
            };
        };
        let mut node = start;
        let mut walked = (*root).to_owned();
        for key in keys {
            let Some(next) = step(node, key) else {
                let near = node
                    .as_map()
                    .and_then(|map| nearest(key, map.keys().map(|key| &**key)));
                return match near {
                    Some(near) => diagnostic.help(format!("did you mean `{}`?", join_key(&walked, near))),
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

    /// The path in an expression that is undefined: the last one that is known to be, as the last of `a or b` is the
    /// one that was left; the first path where none is known.
    fn undefined_path<'e>(&self, expression: &'e str) -> Vec<&'e str> {
        let paths = paths(expression);
        let is_missing = |path: &[&str]| match path.split_first() {
            Some((root, keys)) if *root == "helpers" => keys
                .first()
                .is_some_and(|key| !self.helpers.iter().any(|helper| helper == key)),
            Some((root, _)) => self.roots.iter().any(|(name, _)| name == root) && self.walk(path).is_none(),
            None => false,
        };
        let missing = paths.iter().rfind(|path| is_missing(path));
        missing.or_else(|| paths.first()).cloned().unwrap_or_default()
    }

    /// A key with a hyphen, written as an attribute, is a subtraction: tells how to write it.
    fn hyphen(&self, place: &Place, expression: &str) -> Option<Diagnostic> {
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

    /// Where an error stands, and the text of its expression.
    fn place_of(&self, error: &Error) -> (Place, Option<String>) {
        let name = error.name().unwrap_or("");
        let Some(template) = self.templates.iter().find(|template| template.name == name) else {
            return (Place::NONE, None);
        };
        let line = to_u32(error.line().map_or(0, |line| template.line(line)));
        let Some(range) = error.range() else {
            return (Place::new(&template.source, line, 0), None);
        };
        let expression = template.text().get(range.clone()).map(str::to_owned);
        (template.place(range.start), expression)
    }
}

/// Values that one error names at most.
const MOST_VALUES: usize = 3;

/// The `{{ }}` or `{% %}` around a place, within its line.
fn tag_around(place: &Place) -> Option<&str> {
    let line = place.line_text()?;
    let column = usize::try_from(place.column).ok()?.checked_sub(1)?;
    let at = line.char_indices().nth(column)?.0;
    let before = &line[..at];
    let start = before.rfind("{{").max(before.rfind("{%"))?;
    let rest = &line[start..];
    let end = rest.find("}}").into_iter().chain(rest.find("%}")).min();
    Some(&rest[..end.unwrap_or(rest.len())])
}

/// The value of a key of a map, or of an index of a list.
fn step<'n>(node: &'n Node, key: &str) -> Option<&'n Node> {
    match node.as_list() {
        Some(list) => list.get(key.parse::<usize>().ok()?),
        None => node.get(key),
    }
}

fn is_index(key: &str) -> bool {
    key.chars().all(|c| c.is_ascii_digit())
}

/// A path as one would write it.
fn shown(path: &[&str]) -> String {
    let (first, rest) = path.split_first().unwrap_or((&"", &[]));
    rest.iter()
        .fold((*first).to_owned(), |path, key| join_key(&path, key))
}

trait IntoWith {
    fn into_with(self, caller: &Place) -> Diagnostics;
}

impl IntoWith for Diagnostic {
    fn into_with(self, caller: &Place) -> Diagnostics {
        let same = self.place() == Some(caller);
        if same {
            self.into()
        } else {
            self.label(caller, "called from here").into()
        }
    }
}

pub(super) fn carried(error: &Error) -> Option<Diagnostics> {
    let mut source = std::error::Error::source(error);
    while let Some(next) = source {
        if let Some(diagnostics) = next.downcast_ref::<Diagnostics>() {
            return Some(diagnostics.clone());
        }
        source = next.source();
    }
    None
}

fn with_place(Diagnostics(list): Diagnostics, place: &Place) -> Diagnostics {
    Diagnostics(
        list.into_iter()
            .map(|diagnostic| {
                if diagnostic.labels.is_empty() {
                    diagnostic.at(place)
                } else {
                    diagnostic.into_called(place)
                }
            })
            .collect(),
    )
}

impl Diagnostic {
    fn into_called(self, caller: &Place) -> Diagnostic {
        if self
            .labels
            .iter()
            .any(|label| label.place.source() == caller.source() && label.place.line == caller.line)
        {
            return self;
        }
        self.label(caller, "used here")
    }
}

/// The dotted paths of an expression, texts in quotes and words of the language left out; `x["a-b"]` counts as a key.
fn paths(expression: &str) -> Vec<Vec<&str>> {
    const WORDS: &[&str] = &[
        "and", "else", "false", "if", "in", "is", "none", "not", "omit", "or", "true",
    ];
    let mut paths = Vec::new();
    let mut rest = expression;
    while let Some(first) = rest.chars().next() {
        if first == '"' || first == '\'' {
            rest = rest[1..].split_once(first).map_or("", |(_, after)| after);
        } else if first.is_alphabetic() || first == '_' {
            let (path, after) = leading_path(rest);
            if !WORDS.contains(&path[0]) {
                paths.push(path);
            }
            rest = after;
        } else if first == '|' {
            // The name of a filter is no path.
            rest = rest[1..]
                .trim_start()
                .trim_start_matches(|c: char| c.is_alphanumeric() || c == '_');
        } else {
            rest = &rest[first.len_utf8()..];
        }
    }
    paths
}

/// The dotted path that a text starts with, which is not empty, and what comes after it.
fn leading_path(text: &str) -> (Vec<&str>, &str) {
    let mut path = Vec::new();
    let mut rest = text;
    loop {
        let end = rest
            .find(|c: char| !c.is_alphanumeric() && c != '_')
            .unwrap_or(rest.len());
        path.push(&rest[..end]);
        rest = &rest[end..];
        while let Some(quoted) = rest.strip_prefix("[\"").or_else(|| rest.strip_prefix("['")) {
            let Some(end) = quoted.find(['"', '\'']) else {
                return (path, "");
            };
            path.push(&quoted[..end]);
            rest = quoted[end + 1..].strip_prefix(']').unwrap_or("");
        }
        while let Some(indexed) = rest.strip_prefix('[')
            && let Some((index, after)) = indexed.split_once(']')
            && !index.is_empty()
            && is_index(index)
        {
            path.push(index);
            rest = after;
        }
        match rest.strip_prefix('.') {
            Some(after) if after.starts_with(|c: char| c.is_alphabetic() || c == '_') => rest = after,
            _ => return (path, rest),
        }
    }
}

fn join_key(path: &str, key: &str) -> String {
    if is_index(key) {
        return format!("{path}[{key}]");
    }
    if key.chars().all(|c| c.is_alphanumeric() || c == '_') {
        format!("{path}.{key}")
    } else {
        format!("{path}[\"{key}\"]")
    }
}

/// The error of a template that does not compile, one of these.
pub(super) fn of_syntax(error: &Error, templates: &[Arc<Prepared>]) -> Diagnostics {
    let explainer = Explainer {
        templates,
        roots: &[],
        helpers: Vec::new(),
        filters: &[],
    };
    explainer.explain(error)
}
