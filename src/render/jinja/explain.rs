//! minijinja's errors as diagnostics: the template's file, line and column, the line itself, the nearest existing key.

use std::sync::Arc;

use minijinja::{Environment, Error, ErrorKind};

use super::outline::{first_word, to_u32};
use super::paths::{join_key, paths, step};
use super::template::TemplateText;
use super::{hints, syntax};
use crate::diagnostic::{Diagnostic, Diagnostics, Result, nearest};
use crate::source::Place;
use crate::yaml::Node;

/// What errors are explained with.
pub(super) struct Explainer<'a> {
    /// Template names with their sources and prepared texts.
    pub(super) templates: &'a [Arc<TemplateText>],
    /// The roots that expressions start from: `Values`, `Release`, ...
    pub(super) roots: &'a [(&'static str, Node)],
    /// The names that the chart's helpers export.
    pub(super) helpers: Vec<String>,
    /// The names of filters, for hints.
    pub(super) filters: &'a [&'static str],
}

/// Where an error stands.
#[derive(Default)]
pub(super) struct Spot<'a> {
    pub(super) place: Place,
    /// The text of the expression.
    pub(super) expression: String,
    template: Option<&'a Arc<TemplateText>>,
}

impl Spot<'_> {
    /// The `{{ }}` or `{% %}` around it.
    pub(super) fn tag(&self) -> Option<&str> {
        tag_around(&self.place)
    }

    /// Where a text stands in the tag around it; its own place where that is not known.
    pub(super) fn place_of(&self, text: &str) -> Place {
        let found = || {
            let line = self.place.line_text()?;
            let (start, tag) = tag_in_line(line, self.place.column)?;
            let at = start + find_path(tag, text)?;
            let column = to_u32(line.get(..at)?.chars().count() + 1);
            Some(Place::new(self.place.source()?, self.place.line, column))
        };
        found().unwrap_or_else(|| self.place.clone())
    }
}

impl Explainer<'_> {
    /// Turns an error of minijinja into diagnostics.
    pub(super) fn explain(&self, error: &Error) -> Diagnostics {
        let spot = self.spot_of(error);
        // The innermost error that stands in a template says where it went wrong.
        let mut innermost = None;
        let mut source = std::error::Error::source(error);
        while let Some(next) = source {
            if let Some(inner) = next.downcast_ref::<Error>() {
                let inner_spot = self.spot_of(inner);
                if inner_spot.place.is_known() {
                    innermost = Some((inner, inner_spot));
                }
            }
            source = next.source();
        }
        if let Some(carried) = carried(error) {
            return with_place(
                carried,
                innermost.as_ref().map_or(&spot.place, |(_, inner)| &inner.place),
            );
        }
        match innermost {
            Some((inner, inner_spot)) => self.diagnose(inner, &inner_spot).into_with(&spot.place),
            None => self.diagnose(error, &spot).into(),
        }
    }

    fn diagnose(&self, error: &Error, spot: &Spot<'_>) -> Diagnostic {
        let detail = error.detail().unwrap_or("");
        let place = &spot.place;
        match error.kind() {
            ErrorKind::SyntaxError => match spot.template {
                Some(template) => syntax::explain(&template.source, template.outline(), place, detail),
                None => Diagnostic::error(
                    "template-syntax",
                    format!("the template does not parse: {detail}"),
                )
                .at(place),
            },
            ErrorKind::UndefinedError => self.undefined(detail, spot),
            ErrorKind::OutOfFuel => Diagnostic::error("template-endless", "the templates take too long")
                // Which part of the line had nothing left says nothing.
                .at(&place.line_alone())
                .help("look for a loop that never ends or that grows with the square of its input"),
            ErrorKind::UnknownFilter => {
                let name = second_word(detail);
                let diagnostic =
                    Diagnostic::error("template-filter", format!("there is no filter `{name}`")).at(place);
                let near = || nearest(name, self.filters.iter().copied()).map(did_you_mean);
                helped(diagnostic, hints::filter(name).or_else(near))
            }
            ErrorKind::UnknownTest => {
                let name = second_word(detail);
                let diagnostic =
                    Diagnostic::error("template-test", format!("there is no test `{name}`")).at(place);
                let help = match name {
                    "None" | "null" | "nil" | "empty" => Some("write `is none`, or `is not none`".to_owned()),
                    "True" | "False" => Some(format!("write `is {}`", name.to_lowercase())),
                    _ => nearest(name, TESTS.iter().copied()).map(did_you_mean),
                };
                helped(diagnostic, help)
            }
            ErrorKind::UnknownFunction => self.unknown_function(detail.split(' ').next().unwrap_or(""), spot),
            ErrorKind::UnknownMethod => unknown_method(detail, spot),
            ErrorKind::WriteFailure => {
                let cause =
                    std::error::Error::source(error).map_or_else(|| detail.to_owned(), ToString::to_string);
                Diagnostic::error("template-output", cause).at(place)
            }
            ErrorKind::TemplateNotFound => {
                let name = detail.split(['\'', '"']).nth(1).unwrap_or(detail);
                Diagnostic::error("template-missing", format!("there is no template `{name}`"))
                    .at(place)
                    .help("share with a helper: a `set` or `macro` of a `_*.yaml` file under templates/")
            }
            kind => {
                if let Some(hyphen) = self.hyphen(place, &spot.expression) {
                    return hyphen;
                }
                let detail = match detail {
                    "" => kind.to_string(),
                    _ => detail.to_owned(),
                };
                self.operation(kind, &detail, spot)
            }
        }
    }

    fn unknown_function(&self, name: &str, spot: &Spot<'_>) -> Diagnostic {
        let diagnostic =
            Diagnostic::error("template-function", format!("there is no function `{name}`")).at(&spot.place);
        if self.helpers.iter().any(|helper| helper == name) {
            return diagnostic.help(format!("it is a helper: write `helpers.{name}(...)`"));
        }
        if let Some(help) = hints::function(name) {
            return diagnostic.help(help);
        }
        if self.filters.contains(&name) {
            return diagnostic.help(format!("`{name}` is a filter: write `value | {name}`"));
        }
        if let Some(near) = nearest(name, FUNCTIONS.iter().copied()) {
            return diagnostic.help(did_you_mean(near));
        }
        let near = nearest(name, self.helpers.iter().map(String::as_str));
        helped(
            diagnostic,
            near.map(|near| did_you_mean(&format!("helpers.{near}"))),
        )
    }

    /// Adds where the values of an expression were written, as one of them is what does not fit.
    pub(super) fn with_values(&self, mut diagnostic: Diagnostic, spot: &Spot<'_>) -> Diagnostic {
        let Some(expression) = spot.tag() else {
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
    pub(super) fn walk(&self, path: &[&str]) -> Option<(&Node, String)> {
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

    /// Where an error stands, and the text of its expression.
    fn spot_of(&self, error: &Error) -> Spot<'_> {
        let name = error.name().unwrap_or("");
        let Some(template) = self.templates.iter().find(|template| template.name == name) else {
            return Spot::default();
        };
        let line = to_u32(error.line().map_or(0, |line| template.line(line)));
        let Some(range) = error.range() else {
            return Spot {
                place: Place::new(&template.source, line, 0),
                expression: String::new(),
                template: Some(template),
            };
        };
        Spot {
            place: template.place(range.start),
            expression: template.text().get(range).unwrap_or("").to_owned(),
            template: Some(template),
        }
    }
}

fn unknown_method(detail: &str, spot: &Spot<'_>) -> Diagnostic {
    // "string has no method named upper", or a sentence of our own.
    let Some((kind, name)) = detail.split_once(" has no method named ") else {
        return Diagnostic::error("template-error", detail).at(&spot.place);
    };
    let kind = match kind {
        "sequence" => "list",
        other => other,
    };
    let tag = spot.tag().unwrap_or("");
    let value = paths(tag)
        .into_iter()
        .find(|path| path.len() > 1 && path.last() == Some(&name))
        .map_or_else(
            || "value".to_owned(),
            |path| super::paths::shown(&path[..path.len() - 1]),
        );
    let message = format!("a {kind} has no method `{name}`");
    helped(
        Diagnostic::error("template-method", message).at(&spot.place),
        hints::method(name, &value),
    )
}

/// The functions of the language, for hints.
const FUNCTIONS: &[&str] = &["bcrypt", "dict", "fail", "namespace", "range"];

/// The tests of the language, for hints.
const TESTS: &[&str] = &[
    "boolean",
    "defined",
    "divisibleby",
    "endingwith",
    "eq",
    "even",
    "false",
    "float",
    "ge",
    "gt",
    "in",
    "integer",
    "iterable",
    "le",
    "lower",
    "lt",
    "mapping",
    "ne",
    "none",
    "number",
    "odd",
    "sequence",
    "startingwith",
    "string",
    "true",
    "undefined",
    "upper",
];

/// Adds help, where there is some.
pub(super) fn helped(diagnostic: Diagnostic, help: Option<String>) -> Diagnostic {
    match help {
        Some(help) => diagnostic.help(help),
        None => diagnostic,
    }
}

pub(super) fn did_you_mean(near: &str) -> String {
    format!("did you mean `{near}`?")
}

fn second_word(detail: &str) -> &str {
    detail.split(' ').nth(1).unwrap_or(detail).trim_matches('`')
}

/// Values that one error names at most.
const MOST_VALUES: usize = 3;

/// The `{{ }}` or `{% %}` around a place, within its line.
fn tag_around(place: &Place) -> Option<&str> {
    tag_in_line(place.line_text()?, place.column).map(|(_, tag)| tag)
}

/// The tag around a column of a line, and where it starts.
fn tag_in_line(line: &str, column: u32) -> Option<(usize, &str)> {
    let column = usize::try_from(column).ok()?.checked_sub(1)?;
    let at = line.char_indices().nth(column)?.0;
    let (before, here) = line.split_at(at);
    let start = match here.starts_with("{{") || here.starts_with("{%") {
        true => at,
        false => before.rfind("{{").max(before.rfind("{%"))?,
    };
    let rest = &line[start..];
    let end = rest.find("}}").into_iter().chain(rest.find("%}")).min();
    Some((start, &rest[..end.unwrap_or(rest.len())]))
}

/// Where a path stands in a tag, as a whole or with more behind it.
pub(super) fn find_path(tag: &str, path: &str) -> Option<usize> {
    if path.is_empty() {
        return None;
    }
    let mut from = 0;
    while let Some(found) = tag[from..].find(path) {
        let at = from + found;
        from = at + path.len();
        let before = tag[..at].chars().next_back();
        let is_part =
            !path.starts_with('.') && before.is_some_and(|c| c.is_alphanumeric() || matches!(c, '_' | '.'));
        let goes_on = first_word(&tag[from..]);
        if !is_part && goes_on.is_empty() {
            return Some(at);
        }
    }
    None
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

/// Refuses what does not parse in a template that tells a record what it reads: with the calls for that, `{{ a, b }}` would be one with two
/// arguments, and mistakes would be told in other words.
pub(super) fn check_unrecorded(env: &Environment<'_>, prepared: &TemplateText) -> Result<()> {
    let Some(plain) = prepared.unrecorded().map(Arc::new) else {
        return Ok(());
    };
    match env.template_from_named_str(&plain.name, plain.text()) {
        Ok(_) => Ok(()),
        Err(error) => Err(of_syntax(&error, &[Arc::clone(&plain)])),
    }
}

/// The error of a template that does not compile, one of these.
pub(super) fn of_syntax(error: &Error, templates: &[Arc<TemplateText>]) -> Diagnostics {
    let explainer = Explainer {
        templates,
        roots: &[],
        helpers: Vec::new(),
        filters: &[],
    };
    explainer.explain(error)
}
