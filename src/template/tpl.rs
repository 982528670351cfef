//! `tpl`: a text from values, rendered as a template in the caller's context.

use std::collections::BTreeMap;
use std::sync::Arc;

use minijinja::value::Kwargs;
use minijinja::{Environment, Error, ErrorKind, Output, State, Value};

use super::fill::Filled;
use super::shared::Shared;
use super::value::{scalar_text, to_value};
use super::{engine, go};
use crate::yaml::{self, Map, Node};

/// The name of a text that is rendered as a template: it has no YAML mode.
pub(super) const NAME: &str = "tpl";

pub(super) fn add(env: &mut Environment<'_>, shared: &Arc<Shared>) {
    let shared = Arc::clone(shared);
    env.add_filter(
        "tpl",
        move |state: &mut State<'_, '_>, value: Value, extra: Kwargs| -> Result<Value, Error> {
            if value.is_undefined() {
                return Err(Error::from(ErrorKind::UndefinedError));
            }
            let _level = shared.enter()?;
            match engine::filled(&value, &shared)? {
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
            yaml::Value::String(text) if is_template(text) => Node::new(
                self.render_text(text).map_err(|error| blame(error, node))?,
                node.place.clone(),
            ),
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
                        self.render_text(key)?.into()
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

    fn render_text(&mut self, text: &str) -> Result<String, Error> {
        if go::looks_like_go(text) {
            let roots: Vec<(&str, Node)> = ["Values", "Release", "Chart", "Capabilities", "Template"]
                .into_iter()
                .filter_map(|name| {
                    let value = self.state.lookup(name)?;
                    match engine::filled(&value, self.shared) {
                        Ok(Filled::Node(node)) => Some((name, node)),
                        _ => None,
                    }
                })
                .collect();
            let root = Node::computed(roots.into_iter().collect::<Map>());
            let mut include = |name: &str| include(name, self.state, self.shared);
            return go::render(text, &root, &mut include, self.shared.limits.output)
                .map_err(|message| Error::new(ErrorKind::InvalidOperation, message));
        }
        let mut context = BTreeMap::new();
        for name in self.extra.args() {
            context.insert(name.to_owned(), self.extra.get::<Value>(name)?);
        }
        let template = self.state.env().template_from_named_str(NAME, text)?;
        let captured = template.render_captured(Value::from(context))?;
        self.shared.spend(captured.state().fuel_levels())?;
        Ok(captured.into_output())
    }
}

fn is_template(text: &str) -> bool {
    text.contains("{{") || text.contains("{%")
}

/// The error of a text that stands in a values file names that place.
fn blame(error: Error, node: &Node) -> Error {
    let detail = error.detail().map_or_else(|| error.to_string(), str::to_owned);
    let diagnostic = crate::diagnostic::Diagnostic::error(
        "tpl",
        format!("the text cannot be rendered as a template: {detail}"),
    )
    .at(&node.place)
    .help("texts here are templates: write `{{ \"{{\" }}` for two braces that are none");
    super::shared::carry(diagnostic.into())
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
        if let Ok(Filled::Node(node)) = engine::filled(&value, shared) {
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
