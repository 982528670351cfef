//! `tpl`: a text from values, rendered as a template in the caller's context.

use std::collections::BTreeMap;
use std::sync::Arc;

use minijinja::value::Kwargs;
use minijinja::{Environment, Error, ErrorKind, Output, State, Value};

use super::explain::{self, Explainer};
use super::holes::Filled;
use super::outline::Outline;
use super::prepared::Prepared;
use super::shared::Shared;
use super::value::{is_undefined, scalar_text, to_value};
use super::{bounds, capture, filters, go, origin};
use crate::diagnostic::{Diagnostic, Diagnostics, Label};
use crate::source::{Place, Source};
use crate::yaml::{self, Map, Node};

/// The name of a text that is rendered as a template: it has no YAML mode.
pub(super) const NAME: &str = "tpl";

pub(super) fn add(env: &mut Environment<'_>, shared: &Arc<Shared>) {
    let shared = Arc::clone(shared);
    env.add_filter(
        "tpl",
        move |state: &mut State<'_, '_>, value: Value, extra: Kwargs| -> Result<Value, Error> {
            if is_undefined(&value) {
                return Err(capture::undefined(&value));
            }
            let _level = shared.enter()?;
            match capture::filled(&value, &shared)? {
                Filled::Omit => Ok(value),
                Filled::Node(node) => Ok(to_value(
                    &Tpl {
                        state,
                        shared: &shared,
                        extra: &extra,
                    }
                    .render(&node)?,
                )),
            }
        },
    );
}

/// One use of the filter.
struct Tpl<'a, 's, 't, 'e> {
    state: &'s mut State<'t, 'e>,
    shared: &'a Shared,
    /// Names that the text may use beside the chart's globals.
    extra: &'a Kwargs,
}

impl Tpl<'_, '_, '_, '_> {
    fn render(&mut self, node: &Node) -> Result<Node, Error> {
        Ok(match &node.value {
            yaml::Value::String(text) if is_template(text) => {
                let rendered = self
                    .render_text(text)
                    .map_err(|error| self.blame(&error, text, &node.place))?;
                let place = match node.place.is_known() {
                    true => node.place.clone(),
                    false => origin::of_text(text, self.state, self.shared),
                };
                self.shared.note_made(&rendered, &place);
                Node::new(yaml::Value::String(rendered), node.place.clone())
            }
            yaml::Value::List(list) => {
                let items = list
                    .iter()
                    .map(|item| self.render(item))
                    .collect::<Result<Vec<_>, _>>()?;
                Node::new(items, node.place.clone())
            }
            yaml::Value::Map(map) => {
                let mut rendered = Map::with_capacity(map.len());
                for (key, entry) in map.iter() {
                    let key: Arc<str> = if is_template(key) {
                        self.render_text(key)
                            .map_err(|error| self.blame(&error, key, &entry.key_place))?
                    } else {
                        Arc::clone(key)
                    };
                    let node = self.render(&entry.node)?;
                    rendered.insert_entry(
                        key,
                        yaml::Entry {
                            key_place: entry.key_place.clone(),
                            node,
                        },
                    );
                }
                Node::new(rendered, node.place.clone())
            }
            _ => node.clone(),
        })
    }

    fn render_text(&mut self, text: &str) -> Result<Arc<str>, Error> {
        let rendered = if go::looks_like_go(text) {
            let root = Node::computed(self.roots().into_iter().collect::<Map>());
            let mut include = |name: &str| include(name, self.state, self.shared);
            go::render(
                text,
                &root,
                &mut include,
                usize::try_from(self.shared.budget.limits().bytes).unwrap_or(usize::MAX),
            )
            .map_err(|message| Error::new(ErrorKind::InvalidOperation, message))?
        } else {
            let mut context = BTreeMap::new();
            for name in self.extra.args() {
                context.insert(name.to_owned(), self.extra.get::<Value>(name)?);
            }
            if text.len() > bounds::MOST_WORDS
                && let Some((_, diagnostic)) = bounds::exceeded(text, &Outline::of(text))
            {
                return Err(super::shared::carry(diagnostic.into()));
            }
            let template = self.state.env().template_from_named_str(NAME, text)?;
            let captured = template.render_captured(Value::from(context))?;
            self.shared.spend(captured.state().fuel_levels())?;
            captured.into_output()
        };
        Ok(rendered.into())
    }

    fn roots(&self) -> Vec<(&'static str, Node)> {
        origin::roots(self.state, &|value| match capture::filled(value, self.shared) {
            Ok(Filled::Node(node)) => Some(node),
            _ => None,
        })
    }

    /// The error of a text that stands in a values file names that file's line.
    fn blame(&self, error: &Error, text: &str, place: &Place) -> Error {
        let origin = if place.is_known() {
            place.clone()
        } else {
            origin::of_text(text, self.state, self.shared)
        };
        let source = Source::new("the text given to tpl", text);
        let Diagnostics(mut list) = if error.name() == Some(NAME) || explain::carried(error).is_some() {
            let prepared = [Arc::new(Prepared::of_text(NAME, &source))];
            let explainer = Explainer {
                templates: &prepared,
                roots: &self.roots(),
                helpers: Vec::new(),
                filters: filters::NAMES,
            };
            origin::move_labels(explainer.explain(error), &source, &origin)
        } else {
            let detail = error.detail().map_or_else(|| error.to_string(), str::to_owned);
            Diagnostic::error("tpl", detail).into()
        };
        for diagnostic in &mut list {
            match diagnostic.labels.first_mut() {
                Some(label) if label.text.is_empty() => label.text = IS_TEMPLATE.to_owned(),
                Some(_) => {}
                None if origin.is_known() => {
                    diagnostic.labels.push(Label {
                        place: origin.clone(),
                        text: IS_TEMPLATE.to_owned(),
                    });
                }
                None => {}
            }
            let is_syntax = diagnostic.code == "template-syntax";
            diagnostic.help = Some(match diagnostic.help.take() {
                Some(help) if is_syntax => format!("{help}; {TWO_BRACES}"),
                Some(help) => help,
                None => TWO_BRACES.to_owned(),
            });
        }
        super::shared::carry(Diagnostics(list))
    }
}

/// What is to be said of the place, as people do not expect a template in their values.
const IS_TEMPLATE: &str = "this text is rendered as a template";

/// The way out where no template is meant.
const TWO_BRACES: &str = "for two braces that are text write `{{ \"{{\" }}`";

fn is_template(text: &str) -> bool {
    text.contains("{{") || text.contains("{%")
}

/// What Go's `include "chart.fullname" .` means here: the helper `fullname` of the chart or of one of its libraries.
fn include(name: &str, state: &mut State<'_, '_>, shared: &Shared) -> Option<String> {
    let helper = name
        .split_once('.')
        .map_or(name, |(_, rest)| rest)
        .replace(['.', '-'], "_");
    for root in ["helpers", "common"] {
        let Some(value) = state
            .lookup(root)
            .and_then(|helpers| helpers.get_attr(&helper).ok())
        else {
            continue;
        };
        if let Ok(Filled::Node(node)) = capture::filled(&value, shared) {
            return Some(scalar_text(&node).unwrap_or_else(|| yaml::write(&node).trim_end().to_owned()));
        }
    }
    None
}

/// Writes what a hole holds as text.
pub(super) fn write_text(out: &mut Output<'_>, filled: &Filled) -> Result<(), Error> {
    let Filled::Node(node) = filled else { return Ok(()) };
    match scalar_text(node) {
        Some(text) => out.write_str(&text).map_err(Error::from),
        None => out
            .write_str(yaml::write_json(node).as_str())
            .map_err(Error::from),
    }
}
