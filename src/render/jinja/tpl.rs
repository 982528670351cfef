//! `tpl`: a text from values, rendered as a template in the caller's context, in the language that it is written in.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use minijinja::value::Kwargs;
use minijinja::{Environment, Error, Output, State, Value};

use super::explain::{self, Explainer};
use super::holes::Filled;
use super::named::Named;
use super::outline::Outline;
use super::record::{self, Making, Read};
use super::shared::{Shared, carry, exhausted};
use super::template::TemplateText;
use super::value::{is_undefined, scalar_text, to_value};
use super::{bounds, capture, filters, ordered, origin};
use crate::chart::Engine;
use crate::diagnostic::{Diagnostic, Diagnostics, Label};
use crate::render::go::{self, Failure, World};
use crate::source::{Place, Source};
use crate::yaml::{self, Map, Node};

/// The name of a text that is rendered as a template: it has no YAML mode.
pub(super) const NAME: &str = "tpl";

thread_local! {
    /// The values as texts in Go's form see them, for the template that this thread renders.
    static WORLD: RefCell<Option<Rc<World>>> = const { RefCell::new(None) };
}

/// Renders a template of its own on this thread: what texts in Go's form change in the values is changed for no other one.
pub(super) fn on_its_own<T>(render: impl FnOnce() -> T) -> T {
    WORLD.set(None);
    let result = render();
    WORLD.set(None);
    result
}

fn world(shared: &Shared) -> Rc<World> {
    if let Some(known) = WORLD.with_borrow(Clone::clone) {
        return known;
    }
    let world = Rc::new(shared.tree.world());
    WORLD.set(Some(Rc::clone(&world)));
    world
}

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
                Filled::Node(node) => {
                    let rendered = Tpl {
                        state,
                        shared: &shared,
                        extra: &extra,
                    }
                    .render(&node)?;
                    record::leaves(&rendered);
                    Ok(to_value(&rendered))
                }
            }
        },
    );
}

/// A file for people, rendered as `tpl` renders a text.
pub(super) fn file(
    state: &mut State<'_, '_>,
    shared: &Arc<Shared>,
    source: &Arc<Source>,
) -> Result<String, Error> {
    let mut tpl = Tpl {
        state,
        shared,
        extra: &Kwargs::from_iter(Vec::<(String, Value)>::new()),
    };
    let text: Arc<str> = source.text().into();
    let (rendered, _) = tpl.render_text(&text, &Place::new(source, 1, 1))?;
    Ok(rendered.to_string())
}

/// One use of the filter.
struct Tpl<'a, 't, 'e> {
    state: &'a mut State<'t, 'e>,
    shared: &'a Arc<Shared>,
    /// Names that the text may use beside the chart's globals.
    extra: &'a Kwargs,
}

impl Tpl<'_, '_, '_> {
    fn render(&mut self, node: &Node) -> Result<Node, Error> {
        Ok(match &node.value {
            yaml::Value::String(text) if is_template(text) => {
                let (rendered, reads) = self.render_text(text, &node.place)?;
                let place = self.place_of(text, &node.place);
                self.shared.note_made(&rendered, &place);
                made(
                    Node::new(yaml::Value::String(rendered), node.place.clone()),
                    reads,
                )
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
                    let mut node = self.render(&entry.node)?;
                    let key: Arc<str> = if is_template(key) {
                        let (key, reads) = self.render_text(key, &entry.key_place)?;
                        node = made(node, reads);
                        key
                    } else {
                        Arc::clone(key)
                    };
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

    /// The rendered text, and what was read for it. `place` is where the text was written, where that is known.
    fn render_text(&mut self, text: &Arc<str>, place: &Place) -> Result<(Arc<str>, Vec<Read>), Error> {
        let before = record::take();
        let mut read = Vec::new();
        let rendered = match self.language(text) {
            Engine::Go => self.render_go(text, place, &mut read),
            Engine::Jinja => self
                .render_jinja(text)
                .map_err(|error| self.blame(&error, text, place)),
        };
        read.extend(record::take());
        record::give(&before);
        Ok((rendered?, read))
    }

    /// The language that a text is written in: by its tags, and where those may be either, by what it can be read as.
    fn language(&self, text: &str) -> Engine {
        if let Some(language) = Engine::of_text(text) {
            return language;
        }
        let has_names = self.extra.args().next().is_some();
        let has_variables = text
            .split("{{")
            .skip(1)
            .any(|tag| tag.trim_start_matches(['-', ' ']).starts_with('$'));
        match has_variables || (!has_names && go::parses(text)) {
            true => Engine::Go,
            false => Engine::Jinja,
        }
    }

    fn render_jinja(&mut self, text: &str) -> Result<Arc<str>, Error> {
        let mut context = BTreeMap::new();
        for name in self.extra.args() {
            context.insert(name.to_owned(), self.extra.get::<Value>(name)?);
        }
        if text.len() > bounds::MOST_WORDS
            && let Some((_, diagnostic)) = bounds::exceeded(text, &Outline::of(text))
        {
            return Err(carry(diagnostic.into()));
        }
        let edited = ordered::edited(text);
        let template = self.state.env().template_from_named_str(NAME, edited.text())?;
        let captured = template.render_captured(Value::from(context))?;
        self.shared.spend(captured.state().fuel_levels())?;
        Ok(captured.into_output().into())
    }

    fn render_go(&mut self, text: &Arc<str>, place: &Place, read: &mut Vec<Read>) -> Result<Arc<str>, Error> {
        let template = self.state.lookup("Template");
        let template = template.and_then(|template| template.get_attr("Name").ok());
        let template = template.as_ref().and_then(Value::as_str).map(str::to_owned);
        let tree = Arc::clone(&self.shared.tree);
        let mut named = Named {
            state: &mut *self.state,
            shared: self.shared,
            failure: None,
        };
        let made = world(self.shared).render(
            text,
            (self.shared.position, template.as_deref()),
            tree.named(),
            &tree.budget,
            tree.recorder.as_deref(),
            &mut named,
        );
        let failure = named.failure.take();
        match made {
            Ok(made) => {
                let place = self.place_of(text, place);
                record::log(&made.reads, &place);
                read.extend(made.reads);
                Ok(made.text)
            }
            Err(Failure::Exhausted(reason)) => Err(exhausted(reason)),
            // The helper's own place is told.
            Err(Failure::Wrong(_)) if let Some(failure) = failure => Err(failure),
            Err(Failure::Wrong(error)) => Err(self.blame_go(&error, text, place)),
        }
    }

    /// Where a text was written.
    fn place_of(&self, text: &str, place: &Place) -> Place {
        match place.is_known() {
            true => place.clone(),
            false => origin::of_text(text, self.state, self.shared),
        }
    }

    /// What is wrong with a text in Go's form, at its line of the values.
    fn blame_go(&self, error: &go::Error, text: &str, place: &Place) -> Error {
        let source = Source::new("the text given to tpl", text);
        let at = go::place_in_text(error);
        let mut message = error.message().to_owned();
        if at.is_some_and(|(_, is_within)| is_within) {
            message.push_str(", in a text that this one gives to `tpl`");
        }
        let origin = self.place_of(text, place);
        let within = match at {
            Some(((line, column), _)) => Place::new(&source, line, column),
            None => origin.clone(),
        };
        let mut diagnostic = Diagnostic::error("tpl", message).label(&within, IS_TEMPLATE);
        if !go::parses(text) {
            diagnostic = diagnostic.help(TWO_BRACES);
        }
        carry(origin::move_labels(diagnostic.into(), &source, &origin))
    }

    fn roots(&self) -> Vec<(&'static str, Node)> {
        origin::roots(self.state, &|value| match capture::filled(value, self.shared) {
            Ok(Filled::Node(node)) => Some(node),
            _ => None,
        })
    }

    /// The error of a text that stands in a values file names that file's line.
    fn blame(&self, error: &Error, text: &str, place: &Place) -> Error {
        let origin = self.place_of(text, place);
        let source = Source::new("the text given to tpl", text);
        let Diagnostics(mut list) = if error.name() == Some(NAME) || explain::carried(error).is_some() {
            let prepared = [Arc::new(TemplateText::of_text(NAME, &source))];
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
        carry(Diagnostics(list))
    }
}

/// What is to be said of the place, as people do not expect a template in their values.
const IS_TEMPLATE: &str = "this text is rendered as a template";

/// The way out where no template is meant.
const TWO_BRACES: &str = "for two braces that are text write `{{ \"{{\" }}`";

fn is_template(text: &str) -> bool {
    text.contains("{{") || text.contains("{%")
}

/// A node that was made of a template, of which it is known what was read for it.
fn made(node: Node, reads: Vec<Read>) -> Node {
    let making = Making {
        reads,
        ..Making::at(&Place::NONE, 0)
    };
    match making.reads.is_empty() {
        true => node,
        false => record::noted(node, making),
    }
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
